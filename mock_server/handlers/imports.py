"""Downloading from a bank: the first import of a connection, its updates, and the nightly batch update."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mock_server.clock import today
from mock_server.domain import accounts, statistics
from mock_server.domain.accounts import Account, BankConnection, ConnectedInterface
from mock_server.domain.banks import Bank, BankInterface
from mock_server.domain.bookings import BankAccount
from mock_server.domain.form_details import ImportDetails
from mock_server.domain.ledger import Ledger
from mock_server.domain.standing_orders import BankSideStandingOrder
from mock_server.domain.transactions import Transaction
from mock_server.exchange import World
from mock_server.handlers.counting import count
from mock_server.handlers.downloads import accounts_of, fetch_news, import_account, ledger_of


def offered_accounts(ledger: Ledger, interface: BankInterface, types: Sequence[str] = ()) -> list[BankAccount]:
    """The accounts that an interface delivers, of the wanted types (none named: all)."""
    delivered = [account for account in ledger.accounts if account.type in interface.account_types]
    # The generated books know no loans and credit cards: a bank for these only shows what there is instead.
    return [account for account in delivered or ledger.accounts if not types or account.type in types]


@dataclass(frozen=True, slots=True)
class Access:
    """How an end user has come to a bank: through which interface, as whom, and what finAPI may keep of it."""

    bank: Bank
    interface: BankInterface
    login: str
    labels: Sequence[str]
    stores_secrets: bool = False
    default_procedure: str | None = None

    def connected(self, now: datetime, max_days: int) -> ConnectedInterface:
        return accounts.connected_interface(
            self.interface,
            self.labels,
            now,
            max_days=max_days,
            stores_secrets=self.stores_secrets,
            default_procedure=self.default_procedure,
        )


def import_connection(world: World, owner: str, access: Access, wish: ImportDetails, now: datetime) -> BankConnection:
    """Store a new connection with its accounts and everything that is booked on them."""
    connection = accounts.connect(
        id=world.ids.number("bank_connection"),
        owner=owner,
        bank_id=access.bank.id,
        name=wish.connection_name,
        login=access.login,
        interface=access.connected(now, wish.max_days),
        now=now,
        has_owner_data=wish.loads_owner_data,
        skips_positions=wish.skips_positions,
    )
    count(world, owner, statistics.connected, now)
    return add_accounts(world, connection, access, wish, now)


def connect_interface(
    world: World, connection: BankConnection, access: Access, wish: ImportDetails, now: datetime
) -> BankConnection:
    """Connect an interface, for the first time or anew, and store the accounts that only it delivers."""
    connected = accounts.with_interface(connection, access.connected(now, wish.max_days))
    return add_accounts(world, connected, access, wish, now)


def add_accounts(
    world: World, connection: BankConnection, access: Access, wish: ImportDetails, now: datetime
) -> BankConnection:
    """Store the accounts of the wanted types that the connection does not have yet, and the connection."""
    known = {account.bank_account.key: account for account in accounts_of(world, connection)}
    ledger, name = ledger_of(world, access.bank, access.login), access.interface.name
    added: list[Account] = []
    for bank_account in offered_accounts(ledger, access.interface, wish.account_types):
        before = known.get(bank_account.key)
        if before is None:
            added.append(import_account(world, connection, access.bank, bank_account, name, wish, now))
        elif name not in before.interfaces:
            world.store.put(replace(before, interfaces=(*before.interfaces, name)))
    ids = (*connection.account_ids, *(account.id for account in added))
    connection = replace(connection, account_ids=ids)
    world.store.put(connection, *added)
    return connection


def update_connection(
    world: World, connection: BankConnection, names: Collection[str], wish: ImportDetails, now: datetime
) -> BankConnection:
    """Fetch what the bank has booked since the last update, over the named interfaces, and store it.

    Bookings that are skipped now come with the next update.
    """
    updated = accounts.updated_by_hand(connection, names, now)
    updated = replace(updated, has_owner_data=updated.has_owner_data or wish.loads_owner_data)
    fetch_news(world, connection, today(now), now, wish)
    if not wish.skips_positions:
        updated = replace(updated, fetched_until=today(now))
    world.store.put(updated)
    return updated


def update_by_night(world: World, connection: BankConnection) -> None:
    """The batch update, at the instant at which it was due."""
    now = connection.due_at
    updated = accounts.updated_by_night(connection, now)
    if updated.fetched_until > connection.fetched_until:
        fetch_news(world, connection, updated.fetched_until, now)
    world.store.put(updated)


def keep_accounts(world: World, connection: BankConnection, ids: Collection[int]) -> BankConnection:
    """Drop all accounts of the connection but these, with everything on them."""
    dropped = [account for account in accounts_of(world, connection) if account.id not in ids]
    for account in dropped:
        bookings = world.store.owned(Transaction, account.owner)
        world.store.delete(*(it for it in bookings if it.account_id == account.id))
        orders = world.store.owned(BankSideStandingOrder, account.owner)
        world.store.delete(*(it for it in orders if it.account_id == account.id))
    world.store.delete(*dropped)
    gone = {account.id for account in dropped}
    kept = replace(connection, account_ids=tuple(id for id in connection.account_ids if id not in gone))
    world.store.put(kept)
    return kept


def missing_accounts(world: World, connection: BankConnection, bank: Bank, wish: ImportDetails) -> list[BankAccount]:
    """The accounts of the wanted types that the bank has and the connection has not."""
    known = {account.bank_account.key for account in accounts_of(world, connection)}
    held = ledger_of(world, bank, connection.login).accounts
    return [it for it in held if it.key not in known and (not wish.account_types or it.type in wish.account_types)]


def further_interface(
    world: World, connection: BankConnection, bank: Bank, allowed: Sequence[str], wish: ImportDetails
) -> BankInterface | None:
    """The next interface of the bank that would bring accounts of types which no connected one delivers."""
    missing = {account.type for account in missing_accounts(world, connection, bank, wish)}
    candidates = bank.interfaces_for("AIS", allowed)
    for interface in candidates:
        if connection.interface(interface.name) is not None:
            missing.difference_update(interface.account_types)  # what is missing of these, the end user did not want
    fresh = (it for it in candidates if connection.interface(it.name) is None)
    return next((it for it in fresh if not missing.isdisjoint(it.account_types)), None)
