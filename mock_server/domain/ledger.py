"""What the banks know: the accounts behind a login, and a believable history of bookings on them.

Nothing is stored. A month of bookings follows from (seed, bank, login, year, month) alone, so any
span can be asked for at any time, and spans fit together.

A balance would need all bookings since the account was opened. The trick that avoids it: accounts
are reset. On the last banking day of a month the main account tops up the household account and
then puts what it does not need into savings, so that both end the month with an amount decided by
the dice; at the end of the year savings does the same with a fixed deposit elsewhere. A balance is
then the amount after the last reset plus what has been booked since: a month of work, or a year's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import ClassVar, NamedTuple

from mock_server.domain import payees, securities
from mock_server.domain.banking_days import DAY, banking_day_after, banking_day_before, banking_days, shopping_days
from mock_server.domain.bookings import BankAccount, BankStandingOrder, Booking
from mock_server.domain.ibans import account_iban
from mock_server.domain.money import Cents
from mock_server.domain.payees import HOUSEHOLD, MAIN, SAVINGS, Contract, Kind, Payee, Purchase, Transfer, payee
from mock_server.domain.securities import Position
from mock_server.ids import Dice

MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli",
    "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
MONTHS_KEPT = 256
"""How many generated months stay in memory, of all ledgers together; each takes some 40 kB."""

Entry = tuple[str, Booking]
"""The key of an account and a booking on it."""


@dataclass(frozen=True)
class Ledger:
    """The accounts behind one login at one bank. The seed decides what is booked on them.

    Some test customers have other books than these: see `special_ledgers`.
    """

    seed: int
    bank_blz: str
    country: str
    login: str
    bank_name: str = "finAPI Test Bank"
    has_depot: bool = False
    reaches_back: ClassVar[int] = 730
    """How many days a bank delivers at most, today among them."""

    @property
    def accounts(self) -> tuple[BankAccount, ...]:
        known = accounts(self.bank_blz, self.country, self.login)
        return (*known, _depot(known[0])) if self.has_depot else known

    @property
    def portfolio(self) -> tuple[Position, ...]:
        """What is in the security account."""
        return securities.portfolio(self.seed, self.bank_blz, self.login)

    def bookings(self, key: str, first: date, last: date) -> tuple[Booking, ...]:
        """What was booked on the account from `first` to `last`, oldest first; nothing ever on a security account."""
        if key == DEPOT:
            return ()
        return tuple(
            booking
            for month in months_between(first, last)
            for booking in _booked(self, key, month)
            if first <= booking.booked_on <= last
        )

    def balance(self, key: str, day: date) -> Cents:
        """The booked balance at the end of `day`; the market value of a security account."""
        if key == DEPOT:
            return securities.market_value(self.portfolio, day)
        first = day.replace(month=1 if key == SAVINGS else day.month, day=1)
        return _opening(self, key, first) + sum(booking.cents for booking in self.bookings(key, first, day))

    def standing_orders(self, key: str) -> tuple[BankStandingOrder, ...]:
        """The standing orders behind the account's bookings, all of them monthly."""
        return tuple(_standing_orders(self, key))

    def never_booked(self, key: str, day: date) -> tuple[Booking, ...]:
        """What the bank announces on `day` and will not book."""
        return ()

    def repeats(self, booking: Booking) -> bool:
        """Whether the bank delivers with it what it has delivered already."""
        return False


# fmt: off
NAMES = (
    # key      type        number  at a test bank            elsewhere
    (MAIN,      "Checking", "00", "Main-TestAccount",      "Girokonto"),
    (HOUSEHOLD, "Checking", "02", "Secondary-TestAccount", "Haushaltskonto"),
    (SAVINGS,   "Savings",  "01", "Savings-TestAccount",   "Sparkonto"),
)
OVERDRAFTS = {MAIN: 2000_00, HOUSEHOLD: 500_00}
# fmt: on

DEPOT = "depot"
"""The key of the security account."""


@lru_cache(maxsize=256)
def accounts(bank_blz: str, country: str, login: str) -> tuple[BankAccount, ...]:
    """Two checking accounts and one savings account. Their keys are unique within the login."""
    # The documented numbers of finAPI's test bank are 111111100 and up.
    documented = (bank_blz, login) == ("DEMO0001", "demo")
    stem = 1_111_111 if documented else Dice("account", bank_blz, login).between(2_000_000, 9_999_999)
    is_test_bank = bank_blz.startswith("DEMO")
    return tuple(
        BankAccount(
            key=key,
            name=test_name if is_test_bank else name,
            type=type_,
            iban=account_iban(country, bank_blz, f"{stem}{ending}"),
            number=f"{stem}{ending}",
            holder=payees.HOLDER,
            overdraft_limit_cents=OVERDRAFTS.get(key),
        )
        for key, type_, ending, test_name, name in NAMES
    )


def _depot(main: BankAccount) -> BankAccount:
    """The security account beside a main account, without an IBAN."""
    number = f"{main.number[:-2]}09"
    name = "Security-TestAccount" if main.name == "Main-TestAccount" else "Wertpapierdepot"
    return BankAccount(key=DEPOT, name=name, type="Security", iban="", number=number, holder=main.holder)


def _due(month: date, day: int, early: bool) -> date:
    if early:
        return max(due for due in banking_days(month) if due.day <= day)
    return min(due for due in banking_days(month) if due.day >= day)


def months_between(first: date, last: date) -> Iterator[date]:
    """The first days of all months that have a day in the span."""
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield date(number // 12, number % 12 + 1, 1)


def _opening(ledger: Ledger, key: str, first: date) -> Cents:
    """What was on the account when `first` began, the day after a reset."""
    return _closing(ledger, key, first - DAY)


def _closing(ledger: Ledger, key: str, day: date) -> Cents:
    """What the reset in the month of `day` leaves on the account."""
    return _dice(ledger, "closing", key, day.year, day.month).between(*payees.CLOSINGS[key])


def _booked(ledger: Ledger, key: str, month: date) -> tuple[Booking, ...]:
    """A month of an account. Only December's savings take the rest of the year to know."""
    bookings = _generated(ledger, month)[key]
    if key != SAVINGS or month.month != 12:
        return bookings
    january = month.replace(month=1)
    year = sum(booking.cents for first in months_between(january, month) for booking in _generated(ledger, first)[key])
    surplus = _opening(ledger, key, january) + year - _closing(ledger, key, month)
    return (*bookings, dict(_transferred(ledger, payees.FIXED_DEPOSIT, month, surplus))[SAVINGS])


@lru_cache(maxsize=MONTHS_KEPT)
def _generated(ledger: Ledger, month: date) -> Mapping[str, tuple[Booking, ...]]:
    """What is booked in a month, by account, but for the fixed deposit of December."""
    entries = [*_contracts(ledger, month), *_purchases(ledger, month)]
    for transfer in payees.TRANSFERS:
        if month.month in transfer.months:
            entries += _transferred(ledger, transfer, month, transfer.cents)
    entries += _resets(ledger, month, entries)
    books: dict[str, list[Booking]] = {MAIN: [], HOUSEHOLD: [], SAVINGS: []}
    for key, booking in entries:
        books[key].append(booking)
    return {key: tuple(sorted(bookings, key=attrgetter("booked_on"))) for key, bookings in books.items()}


def _resets(ledger: Ledger, month: date, entries: Sequence[Entry]) -> list[Entry]:
    """Bring both checking accounts to what they are to have at the month's end."""

    def surplus(key: str) -> Cents:
        booked = sum(booking.cents for account, booking in entries if account == key)
        return _opening(ledger, key, month) + booked - _closing(ledger, key, month)

    missing = -surplus(HOUSEHOLD)
    return [
        *_transferred(ledger, payees.TOP_UP, month, missing),
        *_transferred(ledger, payees.SWEEP, month, surplus(MAIN) - missing),
    ]


class Occasion(NamedTuple):
    """One time that a contract falls due or a purchase is made."""

    name: str
    party: Payee
    booked_on: date
    cents: Cents
    reference: str
    bought_on: date | None = None
    bought_at: str = ""
    place: str = ""


def _contracts(ledger: Ledger, month: date) -> Iterator[Entry]:
    for contract in payees.CONTRACTS:
        if month.month in contract.months:
            dice = _dice(ledger, contract.name, month.year, month.month)
            agreed = dice if contract.varies else _dice(ledger, contract.name)
            booked_on = _due(month, contract.day, contract.early)
            cents = agreed.between(*contract.cents)
            party = _own_parties(ledger).get(contract.payee) or payee(contract.payee)
            occasion = Occasion(contract.name, party, booked_on, cents, dice.digits(8))
            yield contract.account, _dealt(ledger, contract, occasion)


def _standing_orders(ledger: Ledger, key: str) -> Iterator[BankStandingOrder]:
    for contract in payees.CONTRACTS:
        if contract.kind is payees.STANDING_ORDER and contract.account == key:
            cents = _dice(ledger, contract.name).between(*contract.cents)
            yield _standing_order(ledger, contract, payee(contract.payee), cents, contract.code)
    for transfer in payees.TRANSFERS:
        if transfer.kind is payees.STANDING_ORDER and transfer.source == key:
            yield _standing_order(ledger, transfer, _own_parties(ledger)[transfer.target], transfer.cents)


def _standing_order(
    ledger: Ledger, deal: Contract | Transfer, party: Payee, cents: Cents, code: str | None = None
) -> BankStandingOrder:
    dice = _dice(ledger, "standing order", deal.name)
    start = date(dice.between(*payees.FIRST_YEARS), dice.between(1, 12), deal.day)
    # What changes from month to month is not in the order; the bank's text for it stays the same.
    purpose = " ".join(deal.purpose.replace("{month} {year}", "").split())
    return BankStandingOrder(start, deal.day, cents, party.name, party.iban, purpose, code)


def _purchases(ledger: Ledger, month: date) -> Iterator[Entry]:
    for purchase in payees.PURCHASES:
        if month.month in purchase.months:
            for occasion in _shopping(purchase, month, _dice(ledger, purchase.name, month.year, month.month)):
                yield purchase.account, _dealt(ledger, purchase, occasion)


def _shopping(purchase: Purchase, month: date, dice: Dice) -> Iterator[Occasion]:
    days = shopping_days(month)
    times = dice.between(*purchase.times)
    for n in range(times):
        # The n-th purchase is in the n-th part of the month: nobody buys a month's food in one week.
        bought_on, booked_on = days[(n * len(days) + dice.below(len(days))) // times]
        yield Occasion(
            name=f"{purchase.name}-{n + 1}",
            party=payee(dice.pick(purchase.payees)),
            booked_on=booked_on,
            cents=_price(purchase, dice),
            reference=dice.digits(8),
            bought_on=bought_on,
            bought_at=f"{bought_on}T{_time_of_day(purchase, dice)}",
            place=purchase.place,
        )


def _price(purchase: Purchase, dice: Dice) -> Cents:
    """A price between the limits. Squaring makes low ones frequent and high ones rare."""
    low, high = purchase.cents
    prices = (high - low) // purchase.step + 1
    return low + prices * dice.below(10_000) ** 2 // 10_000**2 * purchase.step


def _time_of_day(purchase: Purchase, dice: Dice) -> str:
    first, last = purchase.hours
    minute = dice.between(first * 60, last * 60 + 59)
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _dealt(ledger: Ledger, deal: Contract | Purchase, occasion: Occasion) -> Booking:
    """The booking of a contract or a purchase."""
    party, kind = occasion.party, deal.kind
    mandate = "M-" + _agreed_number(ledger, deal.name, party.name) if kind.has_mandate else None
    purpose = (deal.purpose + kind.details).format(
        **_calendar(occasion.booked_on),
        payee=party.name,
        place=occasion.place,
        customer=_agreed_number(ledger, "customer", party.name),
        reference=occasion.reference,
        mandate=mandate,
        creditor_id=party.creditor_id,
        bought_at=occasion.bought_at,
    )
    return booking_of(
        kind,
        party,
        occasion.booked_on,
        occasion.cents,
        name=occasion.name,
        category=deal.category,
        purpose=purpose,
        code=deal.code,
        mandate=mandate,
        reference=occasion.reference if kind.has_mandate else None,
        announced_on=_announcement(kind, occasion),
    )


def _announcement(kind: Kind, occasion: Occasion) -> date | None:
    """A bank knows of a direct debit one banking day ahead, and of a card payment as soon as the card is used."""
    if kind is payees.DEBIT:
        return banking_day_before(occasion.booked_on)
    is_used_before = occasion.bought_on is not None and occasion.bought_on < occasion.booked_on
    return occasion.bought_on if kind is payees.CARD and is_used_before else None


def _transferred(ledger: Ledger, transfer: Transfer, month: date, cents: Cents) -> Iterator[Entry]:
    """Both sides of a transfer between accounts of the holder."""
    parties = _own_parties(ledger)
    booked_on = _due(month, transfer.day, transfer.early)
    purpose = transfer.purpose.format(**_calendar(booked_on))

    def side(kind: Kind, other: str) -> Booking:
        party, category = parties[other], transfer.category
        return booking_of(kind, party, booked_on, cents, name=transfer.name, category=category, purpose=purpose)

    yield transfer.source, side(transfer.kind, transfer.target)
    yield transfer.target, side(payees.RECEIVED[transfer.kind], transfer.source)


def booking_of(
    kind: Kind,
    party: Payee,
    booked_on: date,
    cents: Cents,
    *,
    name: str,
    category: str | None,
    purpose: str,
    code: str | None = None,
    mandate: str | None = None,
    reference: str | None = None,
    announced_on: date | None = None,
) -> Booking:
    """What the bank books of this kind. `cents` is positive; `name` is unique within the account's month."""
    return Booking(
        key=f"{booked_on.year}-{booked_on.month:02d}-{name}",
        booked_on=booked_on,
        value_on=banking_day_after(booked_on, kind.value_delay),
        cents=cents if kind.is_income else -cents,
        purpose=purpose,
        counterpart=party.name,
        counterpart_iban=party.iban,
        counterpart_bic=party.bic,
        counterpart_bank=party.bank,
        type=kind.type,
        type_code_zka=kind.code,
        category=category,
        sepa_purpose_code=code,
        mandate_reference=mandate,
        creditor_id=party.creditor_id if mandate else None,
        end_to_end_reference=reference,
        primanota=kind.primanota,
        announced_on=announced_on,
    )


def _calendar(day: date) -> dict[str, object]:
    """What the templates of purposes can say about the time."""
    return {
        "month": MONTHS[day.month - 1],
        "year": day.year,
        "last_year": day.year - 1,
        "quarter": (day.month + 2) // 3,
        # Every fourth year the bank sends a new card.
        "expiry": (day.year // 4 + 1) * 4,
    }


@lru_cache(maxsize=1024)
def _agreed_number(ledger: Ledger, *purpose: str) -> str:
    """A number that is given once and for all, such as that of a customer or a mandate."""
    return _dice(ledger, *purpose).digits(8)


@lru_cache(maxsize=256)
def _own_parties(ledger: Ledger) -> Mapping[str, Payee]:
    """The holder, by account, and the bank itself."""
    house = account_iban(ledger.country, ledger.bank_blz, "1")
    bank = Payee(ledger.bank_name, house, f"QOWN{house[:2]}T0XXX", ledger.bank_name)
    held = accounts(ledger.bank_blz, ledger.country, ledger.login)
    own = {account.key: replace(bank, name=payees.HOLDER, iban=account.iban) for account in held}
    return own | {payees.OWN_BANK: bank, payees.OUTSIDE: replace(payee("Festgeld"), name=payees.HOLDER)}


def _dice(ledger: Ledger, *purpose: object) -> Dice:
    return Dice(ledger.seed, ledger.bank_blz, ledger.login, *purpose)
