"""Deleting accounts and bank connections, whoever does it, with everything that belongs to them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from mock_server.domain import accounts, notification_rules, statistics
from mock_server.domain.accounts import Account, BankConnection
from mock_server.domain.categorization import ScheduledCategorization
from mock_server.domain.deletions import Gap
from mock_server.domain.notification_rules import NotificationRule
from mock_server.domain.pending_transactions import PendingTransaction
from mock_server.domain.securities import Security
from mock_server.domain.standing_orders import BankSideStandingOrder
from mock_server.domain.transactions import Transaction
from mock_server.errors import ApiError, Refusal
from mock_server.exchange import World
from mock_server.handlers.categorizing import status_of
from mock_server.handlers.counting import count

ON_ACCOUNT: Mapping[type[Any], Callable[[Any], int]] = {
    Transaction: lambda transaction: transaction.account_id,
    BankSideStandingOrder: lambda order: order.account_id,
    PendingTransaction: lambda transaction: transaction.account_id,
    Security: lambda security: security.account_id,
    Gap: lambda gap: gap.id,
}
"""What goes with an account, and how it names it. A new kind of record that hangs on accounts belongs here."""


def is_busy(world: World, connection: BankConnection) -> bool:
    """Whether it is imported, updated or categorized: what is deleted has to rest first."""
    return connection.is_busy or status_of(world, connection) != "READY"


def check_idle(world: World, connections: Iterable[BankConnection]) -> None:
    """ApiError 423 while one of them is busy."""
    for connection in connections:
        accounts.check_idle(connection)
        if is_busy(world, connection):
            detail = f"Transactions of bank connection {connection.id} are being categorized; try again later."
            raise ApiError(Refusal.LOCKED, detail)


def forget_accounts(world: World, dropped: Iterable[Account]) -> None:
    """The accounts go, and all that is on them. What their connections know of them stays with the caller."""
    gone: dict[str, set[int]] = {}
    for account in dropped:
        gone.setdefault(account.owner, set()).add(account.id)
        world.store.delete(account)
    for owner, ids in gone.items():
        for kind, account_id in ON_ACCOUNT.items():
            world.store.delete(*(it for it in world.store.owned(kind, owner) if account_id(it) in ids))
        _adjust_rules(world, owner, "accountIds", ids)


def forget_connections(world: World, connections: Iterable[BankConnection], now: datetime) -> None:
    """The connections go, with their accounts."""
    for connection in connections:
        held = (world.store.find(Account, id) for id in connection.account_ids)
        forget_accounts(world, [account for account in held if account is not None])
        _forget_connection(world, connection, now)


def forget_account(world: World, account: Account, now: datetime) -> None:
    """The account goes, with the interfaces that no other account uses; the last one takes its connection along."""
    connection = world.store.find(BankConnection, account.connection_id)
    forget_accounts(world, [account])
    if connection is None:
        return
    ids = tuple(id for id in connection.account_ids if id != account.id)
    if not ids:
        _forget_connection(world, connection, now)
        return
    rest = [other for id in ids if (other := world.store.find(Account, id)) is not None]
    orphaned = set(account.interfaces) - {name for other in rest for name in other.interfaces}
    interfaces = tuple(it for it in connection.interfaces if it.name not in orphaned)
    world.store.put(replace(connection, account_ids=ids, interfaces=interfaces))


def _forget_connection(world: World, connection: BankConnection, now: datetime) -> None:
    world.store.delete(connection)
    scheduled = world.store.find(ScheduledCategorization, connection.id)
    if scheduled is not None:
        world.store.delete(scheduled)
    _adjust_rules(world, connection.owner, "bankConnectionIds", {connection.id})
    count(world, connection.owner, statistics.disconnected, now)


def _adjust_rules(world: World, owner: str, name: str, gone: Collection[int]) -> None:
    """Notification rules lose what is gone; those that were about nothing else go too."""
    for rule in world.store.owned(NotificationRule, owner):
        left = notification_rules.without(rule, name, gone)
        if left is None:
            world.store.delete(rule)
        elif left is not rule:
            world.store.put(left)
