"""Books of test customers that are out of the ordinary: no bookings at all, five thousand, dollars, two holders.

Each kind is a `Ledger` that answers some of its questions differently; whatever it does not override is as usual.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from mock_server.domain import payees
from mock_server.domain.banking_days import DAY, banking_day_after, banking_days
from mock_server.domain.bookings import BankAccount, BankStandingOrder, Booking
from mock_server.domain.ibans import account_iban
from mock_server.domain.ledger import Ledger, booking_of, months_between
from mock_server.domain.money import Cents
from mock_server.domain.payees import MAIN, payee
from mock_server.ids import Dice


class WithoutAccounts(Ledger):
    """The bank knows its customer, who has no account there (any more)."""

    @property
    def accounts(self) -> tuple[BankAccount, ...]:
        return ()


class OneAccount(Ledger):
    """The main account alone. What is transferred to the holder's other accounts goes to another login."""

    @property
    def accounts(self) -> tuple[BankAccount, ...]:
        return super().accounts[:1]


class ClosedAccount(Ledger):
    """The last of the usual accounts was closed."""

    @property
    def accounts(self) -> tuple[BankAccount, ...]:
        return super().accounts[:-1]


class NeverUsed(OneAccount):
    """An account that has just been opened."""

    def bookings(self, key: str, first: date, last: date) -> tuple[Booking, ...]:
        return ()

    def balance(self, key: str, day: date) -> Cents:
        return 0

    def standing_orders(self, key: str) -> tuple[BankStandingOrder, ...]:
        return ()


TAKINGS, TAKINGS_DAYS = 5_000, 730
"""So many bookings are there in any so many consecutive days: in all that a bank delivers."""
FLOAT = 1_000_00
"""What a shop's account has at the end of each day."""


class Shop(OneAccount):
    """The account of a busy shop: what comes in is transferred away in the evening, on weekends too."""

    def bookings(self, key: str, first: date, last: date) -> tuple[Booking, ...]:
        days = (first + n * DAY for n in range((last - first).days + 1))
        return tuple(booking for day in days for booking in _takings(self, day))

    def balance(self, key: str, day: date) -> Cents:
        return FLOAT

    def standing_orders(self, key: str) -> tuple[BankStandingOrder, ...]:
        return ()


def _takings(ledger: Ledger, day: date) -> Iterator[Booking]:
    """Five or six payments, and the transfer of their sum."""
    before, after = day.toordinal() * TAKINGS // TAKINGS_DAYS, (day.toordinal() + 1) * TAKINGS // TAKINGS_DAYS
    dice, payer, total = _dice(ledger, "takings", day), payee("Musterpay Kartenabrechnung GmbH"), 0
    for number in range(1, after - before):
        cents = dice.between(1_00, 250_00)
        total += cents
        purpose = f"Kartenumsatz {day:%d.%m.%Y} Beleg {dice.digits(8)}"
        name = f"{day.day}-{number}"
        yield booking_of(payees.CREDIT, payer, day, cents, name=name, category=None, purpose=purpose)
    house, purpose = payee("Musterpay Sammelkonto GmbH"), f"Tagesabschluss {day:%d.%m.%Y}"
    yield booking_of(payees.TRANSFER, house, day, total, name=f"{day.day}-close", category=None, purpose=purpose)


DOLLARS = "dollars"
"""The key of the account in US dollars."""
DOLLAR_RESERVE = 2_500_00
"""What is on it at the end of each month."""


class WithDollars(Ledger):
    """An account in US dollars beside the usual ones. No amount is ever converted."""

    @property
    def accounts(self) -> tuple[BankAccount, ...]:
        usual = super().accounts
        name = "Dollar-TestAccount" if usual[0].name == "Main-TestAccount" else "US-Dollar-Konto"
        number = f"{usual[0].number[:-2]}03"
        iban = account_iban(self.country, self.bank_blz, number)
        return *usual, BankAccount(DOLLARS, name, "Checking", iban, number, payees.HOLDER, currency="USD")

    def bookings(self, key: str, first: date, last: date) -> tuple[Booking, ...]:
        if key != DOLLARS:
            return super().bookings(key, first, last)
        booked = (booking for month in months_between(first, last) for booking in _in_dollars(self, month))
        return tuple(booking for booking in booked if first <= booking.booked_on <= last)

    def balance(self, key: str, day: date) -> Cents:
        if key != DOLLARS:
            return super().balance(key, day)
        return DOLLAR_RESERVE + sum(booking.cents for booking in self.bookings(key, day.replace(day=1), day))


def _in_dollars(ledger: Ledger, month: date) -> Iterator[Booking]:
    """A fee comes in, a service is paid for, and what is left over goes to savings in the same currency."""
    dice, days = _dice(ledger, DOLLARS, month), banking_days(month)
    fee, service = dice.between(1_800_00, 3_200_00), dice.between(40_00, 900_00)
    # fmt: off
    rows = (
        (payees.CREDIT,   "Example Consulting Inc.", days[3],  fee,           "fee",     "Consulting fee"),
        (payees.TRANSFER, "Example Hosting LLC",     days[12], service,       "service", "Hosting invoice"),
        (payees.TRANSFER, "Example Savings Bank",    days[-1], fee - service, "savings", "Savings"),
    )
    # fmt: on
    for kind, name, booked_on, cents, key, purpose in rows:
        reference = f"{purpose} {dice.digits(8)}"
        yield booking_of(kind, payee(name), booked_on, cents, name=key, category=None, purpose=reference)


class Joint(Ledger):
    """The accounts belong to two people."""

    @property
    def accounts(self) -> tuple[BankAccount, ...]:
        return tuple(replace(account, holder=HOLDERS) for account in super().accounts)


HOLDERS = "Max Mustermann, Erika Mustermann"
"""Germany's placeholder people."""


class OddBalance(Ledger):
    """A bank that miscalculates: from day to day, the balance changes by something else than what was booked."""

    def balance(self, key: str, day: date) -> Cents:
        return super().balance(key, day) + (1 + day.toordinal() % 7) * 11_11


class Stammering(Ledger):
    """A bank that delivers the rent twice each month, although it was paid once."""

    def bookings(self, key: str, first: date, last: date) -> tuple[Booking, ...]:
        usual = super().bookings(key, first, last)
        return tuple(it for booking in usual for it in (booking, *_again(booking)))

    def balance(self, key: str, day: date) -> Cents:
        return Ledger(**vars(self)).balance(key, day)

    def repeats(self, booking: Booking) -> bool:
        return booking.key.endswith(AGAIN)


AGAIN = "-again"


def _again(booking: Booking) -> tuple[Booking, ...]:
    return (replace(booking, key=booking.key + AGAIN),) if booking.key.endswith("-rent") else ()


class Promising(Ledger):
    """A bank that announces a card payment on the main account day after day, and never books it."""

    def never_booked(self, key: str, day: date) -> tuple[Booking, ...]:
        if key != MAIN:
            return ()
        held = booking_of(
            payees.CARD,
            payee("Hotel Musterblick"),
            banking_day_after(day, 1),
            150_00,
            name="deposit",
            category=None,
            purpose="Kaution Hotelreservierung",
            announced_on=day,
        )
        return (replace(held, key="deposit"),)  # the same for ever, in whichever month it is announced


def _dice(ledger: Ledger, *purpose: object) -> Dice:
    return Dice(ledger.seed, ledger.bank_blz, ledger.login, *purpose)
