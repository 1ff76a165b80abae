"""What a download brings for one account: its balance, bookings and standing orders."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from mock_server.clock import today
from mock_server.domain import mock_updates, postings
from mock_server.domain.accounts import Account, BankConnection, downloaded
from mock_server.domain.banks import Bank
from mock_server.domain.bookings import BankAccount, Booking
from mock_server.domain.deletions import Gap
from mock_server.domain.duplicates import flagged
from mock_server.domain.ledger import Ledger
from mock_server.domain.logins import customer_of, undisguised
from mock_server.domain.money import Cents
from mock_server.domain.notifications import AccountChange
from mock_server.domain.planted import Book, Planted, book_id
from mock_server.domain.postings import Posting
from mock_server.domain.transactions import Transaction
from mock_server.exchange import World
from mock_server.handlers import positions
from mock_server.handlers.bank_side_orders import download_standing_orders
from mock_server.handlers.categorizing import categorizer
from mock_server.handlers.sources import bank_of_connection


def ledger_of(world: World, bank: Bank, login: str) -> Ledger:
    """The bank's books about the accounts of a login."""
    customer = customer_of(login)
    books = Ledger if customer is None else customer.ledger
    has_depot = customer is not None and customer.has_securities and bank.offers("Security")
    own = undisguised(login)
    known = world.setup.seed, bank.blz, bank.location or "DE", own, bank.name
    book = world.store.find(Book, book_id(bank.blz, own))
    # A disguise with books out of the ordinary is about these.
    if book is not None and (login == own or books is Ledger):
        return Planted(*known, book=book)
    return books(*known, has_depot)


def accounts_of(world: World, connection: BankConnection) -> list[Account]:
    return [account for id in connection.account_ids if (account := world.store.find(Account, id)) is not None]


def new_account(
    world: World, connection: BankConnection, bank_account: BankAccount, interface: str, now: datetime
) -> Account:
    """An account of which nothing but its master data is here yet. It is not stored."""
    return Account(
        id=world.ids.number("account"),
        owner=connection.owner,
        connection_id=connection.id,
        bank_account=bank_account,
        interfaces=(interface,),
        import_date=now,
        last_update=now,
        balance=None,
        name=bank_account.name,
    )


def download(
    world: World,
    connection: BankConnection,
    account: Account,
    now: datetime,
    *,
    skips_positions: bool = False,
    skips_balances: bool = False,
) -> AccountChange:
    """Bring the account up to today and store it. What is skipped stays as it was."""
    bank, last = bank_of_connection(connection, world), today(now)
    ledger = ledger_of(world, bank, connection.login)
    if all(held.key != account.bank_account.key for held in ledger.accounts):
        return _not_delivered(world, account, now)
    posted = world.store.owned(Posting, account.bank_account.iban)
    download_standing_orders(world, account, bank, ledger, now)
    balance = account.balance if skips_balances else booked_balance(ledger, account, posted, last)
    after, news = downloaded(account, balance, now), tuple[Transaction, ...]()
    if not skips_positions:
        news = _store(world, account, ledger, _news(connection, account, ledger, posted, last), now)
        positions.refresh(world, account, ledger, bank, last, now)
        newest = max((posting.id for posting in posted), default=account.seen_posting)
        after = replace(after, fetched_until=max(last, account.fetched_until or last), seen_posting=newest)
    world.store.put(after)
    return AccountChange(after, account.balance, news)


def _not_delivered(world: World, account: Account, now: datetime) -> AccountChange:
    """The bank does not have the account any more. finAPI keeps what it knows, and calls it DEPRECATED."""
    after = account
    for interface in account.interfaces:
        after = mock_updates.not_downloaded(after, interface, "DEPRECATED", now)
    world.store.put(after)
    return AccountChange(after, account.balance, ())


def booked_balance(ledger: Ledger, account: Account, posted: Sequence[Posting], day: date) -> Cents:
    """What finAPI takes for the balance at the end of `day`, by what the bank has booked."""
    return ledger.balance(account.bank_account.key, day) + postings.total(posted, day) + account.balance_offset


def transactions_on(world: World, account: Account) -> list[Transaction]:
    """What is booked on the account, without the parts of split transactions."""
    mine = world.store.owned(Transaction, account.owner)
    return [one for one in mine if one.account_id == account.id and one.parent_id is None]


def _news(
    connection: BankConnection, account: Account, ledger: Ledger, posted: Sequence[Posting], last: date
) -> list[Booking]:
    """What was booked since the last download, or within the history that the interface is to have."""
    used = connection.interface(next(iter(account.interfaces), ""))
    days = min((used and used.max_days_for_download) or ledger.reaches_back, ledger.reaches_back)
    start, fetched = today(account.import_date) - timedelta(days=days - 1), account.fetched_until
    first = start if fetched is None else fetched + timedelta(days=1)
    booked = ledger.bookings(account.bank_account.key, first, last)
    return [*booked, *postings.news(posted, start, fetched, account.seen_posting, last)]


def _store(
    world: World, account: Account, ledger: Ledger, bookings: Sequence[Booking], now: datetime
) -> tuple[Transaction, ...]:
    """Store the bookings as transactions of the account's user, and those again that the user has deleted."""
    bookings = (*_deleted_before(world, account), *bookings)
    numbers = world.ids.numbers("transaction", len(bookings))
    categorize = categorizer(world, account.owner)
    stored = [
        replace(
            _transaction(account, id, booking, categorize(booking), now), is_potential_duplicate=ledger.repeats(booking)
        )
        for id, booking in zip(numbers, bookings, strict=True)
    ]
    if stored:
        stored = flagged(stored, transactions_on(world, account))
    world.store.put(*stored)
    return tuple(stored)


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
