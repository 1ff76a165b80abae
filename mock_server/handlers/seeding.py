"""Putting a seed into a world, as if its users had been created and had connected their banks."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime

from mock_server.clock import today
from mock_server.domain import payees, statistics, users
from mock_server.domain.accounts import BankConnection
from mock_server.domain.banks import Bank
from mock_server.domain.bookings import BankAccount, Booking
from mock_server.domain.form_details import ImportDetails
from mock_server.domain.ibans import account_iban
from mock_server.domain.labels import Label
from mock_server.domain.money import cents_of
from mock_server.domain.planted import Book, PlantedAccount, book_id
from mock_server.domain.transactions import Transaction
from mock_server.domain.users import User
from mock_server.exchange import World
from mock_server.handlers import imports
from mock_server.handlers.downloads import accounts_of
from mock_server.handlers.imports import Access
from mock_server.handlers.seed_checks import Surroundings, interface_of
from mock_server.handlers.seed_file import NAMES, Seed, SeedAccount, SeedConnection, SeedTransaction, SeedUser, login_of
from mock_server.ids import Dice


def sower(seed: Seed, around: Surroundings) -> Callable[[World], None]:
    """What puts a checked seed into an empty world: that of everybody, and that of the mandator's own clients."""

    def sow(world: World) -> None:
        own = (it for client_id, it in seed.clients.items() if around.mandator_of(client_id) == world.mandator)
        everybody = (*seed.users, *(user for it in own for user in it.users))
        now = world.clock.now()
        # Users may share a login, so all books are written before anybody reads one.
        for user in everybody:
            world.store.put(*_books(user, around, today(now)))
        for user in everybody:
            _sow_user(world, user, around, now)

    return sow


def _sow_user(world: World, seed: SeedUser, around: Surroundings, now: datetime) -> None:
    user = users.create(
        {"id": seed.id, "password": seed.password, "email": seed.email, "phone": seed.phone},
        number=world.ids.number("user"),
        spare_id="",
        spare_password="",
        now=now,
        configuration=world.setup.configuration,
    )
    # Which client's settings would decide about these two is open; a seed means what it says.
    user = replace(user, is_auto_update_enabled=seed.is_auto_update_enabled, is_verified=seed.is_verified)
    world.store.put(user, statistics.registered(user, now))
    for connection in seed.connections:
        imported = _import(world, user, connection, login_of(seed, connection), around, now)
        if connection.accounts is not None:
            _label(world, imported, connection.accounts)


def _import(
    world: World, user: User, seed: SeedConnection, login: str, around: Surroundings, now: datetime
) -> BankConnection:
    """The connection with all that a download brings, whatever the pace is."""
    bank = _bank(seed, around)
    interface = interface_of(bank, seed)
    assert interface is not None  # noqa: S101 # the seed was checked when it was read
    labels = tuple(field.label for field in interface.fields if not field.is_volatile)
    access = Access(bank, interface, login, labels, seed.stores_secrets)
    wish = ImportDetails(connection_name=seed.name, max_days=seed.max_days)
    started = imports.import_connection(world, user.id, access, wish, now)
    return imports.finish_download(world, started, now)


def _bank(seed: SeedConnection, around: Surroundings) -> Bank:
    bank = around.bank(seed.bank)
    assert bank is not None  # noqa: S101 # the seed was checked when it was read
    return bank


def _label(world: World, connection: BankConnection, seeds: tuple[SeedAccount, ...]) -> None:
    """Put the labels onto the transactions that are here."""
    known = {label.name: label.id for label in world.store.owned(Label, connection.owner)}
    wanted = {
        (str(place), _key(number)): seed.labels
        for place, account in enumerate(seeds)
        for number, seed in enumerate(account.transactions)
        if seed.labels
    }
    if not wanted:
        return
    keys = {account.id: account.bank_account.key for account in accounts_of(world, connection)}
    for transaction in world.store.owned(Transaction, connection.owner):
        names = wanted.get((keys.get(transaction.account_id, ""), transaction.booking.key), ())
        for name in names:
            if name not in known:
                known[name] = world.ids.number("label")
                world.store.put(Label(known[name], connection.owner, name))
        if names:
            world.store.put(replace(transaction, label_ids=tuple(sorted({known[name] for name in names}))))


def _books(user: SeedUser, around: Surroundings, day: date) -> Iterator[Book]:
    for connection in user.connections:
        if connection.accounts is not None:
            bank, login = _bank(connection, around), login_of(user, connection)
            planted = (_planted(n, seed, bank, login, around, day) for n, seed in enumerate(connection.accounts))
            yield Book(book_id(bank.blz, login), tuple(planted))


def _planted(place: int, seed: SeedAccount, bank: Bank, login: str, around: Surroundings, day: date) -> PlantedAccount:
    """The account as its bank describes it; its key is its place in the file."""
    number = Dice("planted account", bank.blz, login, place).digits(10)
    iban = seed.iban or account_iban(bank.location or "DE", bank.blz, number)
    account = BankAccount(
        key=str(place),
        name=seed.name or NAMES[seed.type],
        type=seed.type,
        iban=iban,
        number=number if seed.iban is None else iban[12:],
        holder=seed.holder,
        currency=seed.currency,
        overdraft_limit_cents=None if seed.overdraft_limit is None else cents_of(seed.overdraft_limit),
    )
    bookings = [_booking(n, it, around, day) for n, it in enumerate(seed.transactions)]
    booked = sum(it.cents for it in bookings if it.booked_on <= day)
    opening = 0 if seed.balance is None else cents_of(seed.balance) - booked
    return PlantedAccount(account, opening, tuple(sorted(bookings, key=lambda it: it.booked_on)))


def _booking(number: int, seed: SeedTransaction, around: Surroundings, today: date) -> Booking:
    cents, day = cents_of(seed.amount), seed.date_.seen_from(today)
    kind = payees.CREDIT if cents >= 0 else payees.TRANSFER
    category = None if seed.category is None else around.category(seed.category)
    return Booking(
        key=_key(number),
        booked_on=day,
        value_on=day,
        cents=cents,
        purpose=seed.purpose,
        counterpart=seed.counterpart.name,
        counterpart_iban=seed.counterpart.iban,
        counterpart_bic="",
        counterpart_bank="",
        type=kind.type,
        type_code_zka=kind.code,
        primanota=kind.primanota,
        category=None if category is None else category.key,
    )


def _key(number: int) -> str:
    return f"planted-{number + 1}"
