"""Books of a bank that somebody has written: these accounts, these bookings, and nothing else."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from mock_server.domain.bookings import BankAccount, BankStandingOrder, Booking
from mock_server.domain.ledger import Ledger
from mock_server.domain.money import Cents
from mock_server.domain.securities import Position


@dataclass(frozen=True, slots=True)
class PlantedAccount:
    """An account, what was on it before the first of its bookings, and these, oldest first."""

    account: BankAccount
    opening: Cents
    bookings: tuple[Booking, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """What a bank holds about a login in the place of generated accounts. The id is `book_id`."""

    id: str
    accounts: tuple[PlantedAccount, ...]

    owner: None = None
    due_at: None = None


def book_id(blz: str, login: str) -> str:
    return f"{blz} {login}"


@dataclass(frozen=True)
class Planted(Ledger):
    """The books as they were written. What is dated ahead is booked when its day comes."""

    book: Book = Book("", ())
    reaches_back: ClassVar[int] = 100 * 366

    @property
    def accounts(self) -> tuple[BankAccount, ...]:
        return tuple(it.account for it in self.book.accounts)

    @property
    def portfolio(self) -> tuple[Position, ...]:
        return ()

    def bookings(self, key: str, first: date, last: date) -> tuple[Booking, ...]:
        return tuple(it for it in self._of(key).bookings if first <= it.booked_on <= last)

    def balance(self, key: str, day: date) -> Cents:
        planted = self._of(key)
        return planted.opening + sum(it.cents for it in planted.bookings if it.booked_on <= day)

    def standing_orders(self, key: str) -> tuple[BankStandingOrder, ...]:
        return ()

    def _of(self, key: str) -> PlantedAccount:
        return next(it for it in self.book.accounts if it.account.key == key)
