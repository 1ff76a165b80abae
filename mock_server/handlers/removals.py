"""Deleting accounts and bank connections, whoever does it, with everything that belongs to them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from mock_server.domain.accounts import Account, BankConnection
from mock_server.domain.standing_orders import BankSideStandingOrder
from mock_server.domain.transactions import Transaction
from mock_server.exchange import World

ON_ACCOUNT: Mapping[type[Any], Callable[[Any], int]] = {
    Transaction: lambda transaction: transaction.account_id,
    BankSideStandingOrder: lambda order: order.account_id,
}
"""What goes with an account, and how it names it. A new kind of record that hangs on accounts belongs here."""


def forget_accounts(world: World, accounts: Iterable[Account]) -> None:
    """The accounts go, and all that is on them. What their connections know of them stays with the caller."""
    gone: dict[str, set[int]] = {}
    for account in accounts:
        gone.setdefault(account.owner, set()).add(account.id)
        world.store.delete(account)
    for owner, ids in gone.items():
        for kind, account_id in ON_ACCOUNT.items():
            world.store.delete(*(it for it in world.store.owned(kind, owner) if account_id(it) in ids))


def forget_connections(world: World, connections: Iterable[BankConnection]) -> None:
    """The connections go, with their accounts."""
    for connection in connections:
        held = (world.store.find(Account, id) for id in connection.account_ids)
        forget_accounts(world, [account for account in held if account is not None])
        world.store.delete(connection)


def forget_account(world: World, account: Account) -> None:
    """The account goes, with the interfaces that no other account uses; the last one takes its connection along."""
    connection = world.store.find(BankConnection, account.connection_id)
    forget_accounts(world, [account])
    if connection is None:
        return
    ids = tuple(id for id in connection.account_ids if id != account.id)
    if not ids:
        world.store.delete(connection)
        return
    rest = [other for id in ids if (other := world.store.find(Account, id)) is not None]
    orphaned = set(account.interfaces) - {name for other in rest for name in other.interfaces}
    interfaces = tuple(it for it in connection.interfaces if it.name not in orphaned)
    world.store.put(replace(connection, account_ids=ids, interfaces=interfaces))
