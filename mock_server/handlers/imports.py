"""Downloading from a bank: the first import of a connection, and the nightly batch update."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from mock_server.domain import accounts
from mock_server.domain.accounts import Account, BankConnection
from mock_server.domain.banks import Bank, BankInterface
from mock_server.domain.bookings import BankAccount, Booking
from mock_server.domain.forms import ImportDetails
from mock_server.domain.ledger import Ledger
from mock_server.domain.logins import CUSTOMERS
from mock_server.domain.transactions import Transaction
from mock_server.exchange import World
from mock_server.handlers import positions

# How far back the test banks' data reaches.
HISTORY_DAYS = 730


def ledger_of(world: World, bank: Bank, login: str) -> Ledger:
    """The bank's books about the accounts of a login."""
    customer = CUSTOMERS.get(login)
    has_depot = customer is not None and customer.has_securities and bank.offers("Security")
    return Ledger(world.setup.seed, bank.blz, bank.location or "DE", login, bank.name, has_depot)


def offered_accounts(ledger: Ledger, types: Sequence[str]) -> list[BankAccount]:
    """The accounts that are of the wanted types (none named: all)."""
    return [account for account in ledger.accounts if not types or account.type in types]


def import_connection(
    world: World,
    owner: str,
    bank: Bank,
    interface: BankInterface,
    login: str,
    labels: Sequence[str],
    wish: ImportDetails,
    now: datetime,
) -> BankConnection:
    """Store a new connection with its accounts and everything that is booked on them."""
    connection = accounts.connect(
        id=world.ids.number("bank_connection"),
        owner=owner,
        bank_id=bank.id,
        name=wish.connection_name,
        login=login,
        interface=interface,
        labels=labels,
        now=now,
        max_days=wish.max_days,
        has_owner_data=wish.loads_owner_data,
        skips_positions=wish.skips_positions,
    )
    ledger, last = ledger_of(world, bank, login), connection.fetched_until
    first = last - timedelta(days=min(wish.max_days or HISTORY_DAYS, HISTORY_DAYS) - 1)
    imported: list[Account] = []
    for bank_account in offered_accounts(ledger, wish.account_types):
        account = Account(
            id=world.ids.number("account"),
            owner=owner,
            connection_id=connection.id,
            bank_account=bank_account,
            interfaces=(interface.name,),
            import_date=now,
            last_update=now,
            balance=None if wish.skips_balances else ledger.balance(bank_account.key, last),
            name=bank_account.name,
        )
        imported.append(account)
        if not wish.skips_positions:
            _fetch(world, account, ledger, first, last, now)
            positions.refresh(world, account, ledger, bank, last, now)
    connection = replace(connection, account_ids=tuple(account.id for account in imported))
    world.store.put(connection, *imported)
    return connection


def update_by_night(world: World, connection: BankConnection) -> None:
    """Fetch what the bank has booked since the last update, up to the day on which this one was due."""
    bank = world.setup.banks.get(connection.bank_id)
    assert bank is not None  # noqa: S101 # the catalogue does not change
    ledger, now = ledger_of(world, bank, connection.login), connection.due_at
    updated = accounts.updated_by_night(connection, now)
    for account in filter(None, (world.store.find(Account, id) for id in connection.account_ids)):
        key, until = account.bank_account.key, updated.fetched_until
        balance = None if account.balance is None else ledger.balance(key, until)
        world.store.put(replace(account, balance=balance, last_update=now))
        if not connection.skips_positions:
            _fetch(world, account, ledger, connection.fetched_until + timedelta(days=1), until, now)
            positions.refresh(world, account, ledger, bank, until, now)
    world.store.put(updated)


def _fetch(world: World, account: Account, ledger: Ledger, first: date, last: date, now: datetime) -> None:
    """Store the account's bookings of these days as transactions of its user."""
    bookings = ledger.bookings(account.bank_account.key, first, last)
    numbers = world.ids.numbers("transaction", len(bookings))
    world.store.put(
        *(_transaction(world, account, id, booking, now) for id, booking in zip(numbers, bookings, strict=True))
    )


def _transaction(world: World, account: Account, id: int, booking: Booking, now: datetime) -> Transaction:
    return Transaction(
        id=id,
        owner=account.owner,
        account_id=account.id,
        booking=booking,
        currency=account.bank_account.currency,
        category_id=world.setup.categories.named(booking.category).id,
        import_date=now,
    )
