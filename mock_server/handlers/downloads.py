"""What a download brings for one account: its balance, bookings and standing orders."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from mock_server.clock import today
from mock_server.domain.accounts import Account, BankConnection
from mock_server.domain.banks import Bank
from mock_server.domain.bookings import BankAccount, Booking
from mock_server.domain.deletions import Gap
from mock_server.domain.form_details import ImportDetails
from mock_server.domain.ledger import Ledger
from mock_server.domain.logins import CUSTOMERS
from mock_server.domain.transactions import Transaction
from mock_server.exchange import World
from mock_server.handlers import positions
from mock_server.handlers.bank_side_orders import download_standing_orders
from mock_server.handlers.categorizing import categorizer

# How far back the test banks' data reaches.
HISTORY_DAYS = 730


def ledger_of(world: World, bank: Bank, login: str) -> Ledger:
    """The bank's books about the accounts of a login."""
    customer = CUSTOMERS.get(login)
    has_depot = customer is not None and customer.has_securities and bank.offers("Security")
    return Ledger(world.setup.seed, bank.blz, bank.location or "DE", login, bank.name, has_depot)


def accounts_of(world: World, connection: BankConnection) -> list[Account]:
    return [account for id in connection.account_ids if (account := world.store.find(Account, id)) is not None]


def import_account(
    world: World,
    connection: BankConnection,
    bank: Bank,
    bank_account: BankAccount,
    interface: str,
    wish: ImportDetails,
    now: datetime,
) -> Account:
    """A new account with everything that is booked on it. The account itself is not stored yet."""
    ledger, last = ledger_of(world, bank, connection.login), today(now)
    account = Account(
        id=world.ids.number("account"),
        owner=connection.owner,
        connection_id=connection.id,
        bank_account=bank_account,
        interfaces=(interface,),
        import_date=now,
        last_update=now,
        balance=None if wish.skips_balances else ledger.balance(bank_account.key, last),
        name=bank_account.name,
    )
    download_standing_orders(world, account, bank, ledger, now)
    if not wish.skips_positions:
        first = last - timedelta(days=min(wish.max_days or HISTORY_DAYS, HISTORY_DAYS) - 1)
        _fetch(world, account, ledger, first, last, now)
        positions.refresh(world, account, ledger, bank, last, now)
    return account


NOTHING_SKIPPED = ImportDetails()


def fetch_news(
    world: World, connection: BankConnection, until: date, now: datetime, wish: ImportDetails = NOTHING_SKIPPED
) -> None:
    """Bring the connection's accounts, as they were at its last update, up to the day `until`."""
    bank = world.setup.banks.get(connection.bank_id)
    assert bank is not None  # noqa: S101 # the catalogue does not change
    ledger, since = ledger_of(world, bank, connection.login), connection.fetched_until + timedelta(days=1)
    for account in accounts_of(world, connection):
        key = account.bank_account.key
        keeps_balance = account.balance is None or wish.skips_balances
        balance = account.balance if keeps_balance else ledger.balance(key, until)
        world.store.put(replace(account, balance=balance, last_update=now))
        download_standing_orders(world, account, bank, ledger, now)
        if not connection.skips_positions and not wish.skips_positions:
            _fetch(world, account, ledger, since, until, now)
            positions.refresh(world, account, ledger, bank, until, now)


def _fetch(world: World, account: Account, ledger: Ledger, first: date, last: date, now: datetime) -> None:
    """Store the account's bookings of these days as transactions of its user."""
    bookings = (*_deleted_before(world, account), *ledger.bookings(account.bank_account.key, first, last))
    numbers = world.ids.numbers("transaction", len(bookings))
    categorize = categorizer(world, account.owner)
    world.store.put(
        *(
            _transaction(account, id, booking, categorize(booking), now)
            for id, booking in zip(numbers, bookings, strict=True)
        )
    )


def _deleted_before(world: World, account: Account) -> tuple[Booking, ...]:
    """What the user has deleted and the bank still has, so that it comes again."""
    gap = world.store.find(Gap, account.id)
    if gap is None:
        return ()
    world.store.delete(gap)
    return gap.bookings


def _transaction(account: Account, id: int, booking: Booking, category_id: int | None, now: datetime) -> Transaction:
    return Transaction(
        id=id,
        owner=account.owner,
        account_id=account.id,
        booking=booking,
        currency=account.bank_account.currency,
        category_id=category_id,
        import_date=now,
    )
