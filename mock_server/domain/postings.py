"""What banks book for the orders that they have taken: payments and standing orders of finAPI's users.

The generated books (`ledger`) know nothing of them, so each order leaves a posting with every account that it moves,
found by its IBAN. When somebody downloads the account, the lines are worked out anew: those of a standing order have
no end.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from mock_server.domain import payment_bookings, payments, standing_orders
from mock_server.domain.bookings import Booking
from mock_server.domain.money import Cents
from mock_server.domain.payees import Payee
from mock_server.domain.payments import Payment
from mock_server.domain.standing_orders import StandingOrder


@dataclass(frozen=True, slots=True)
class Posting:
    """An order that the bank has taken, as it moves one account. `owner` is the account's IBAN.

    On the account of the order `index` is None. On that of a counterpart it says which of the payment's orders is
    meant, and `own` is who the counterpart sees on the other side.
    """

    id: int
    owner: str
    order: Payment | StandingOrder
    own: Payee
    index: int | None = None

    due_at: None = None


def accounts_moved(order: Payment | StandingOrder, own: Payee) -> Iterator[tuple[str, int | None]]:
    """The IBANs of the accounts that an order moves, first its own, each with the `index` of its posting."""
    yield own.iban, None
    orders = order.orders if isinstance(order, Payment) else (order.order,)
    yield from ((single.iban, index) for index, single in enumerate(orders))


def bookings(posting: Posting, last: date) -> Iterator[Booking]:
    """The lines that are booked up to `last`, oldest first."""
    order = posting.order
    if isinstance(order, Payment):
        day = payments.booking_day(order)
        if day is not None and day <= last:
            yield from _lines(order, posting, day)
        return
    for day in standing_orders.booking_days(order, last):
        if posting.index is None:
            yield payment_bookings.booking_of_standing_order(order, day)
        else:
            yield payment_bookings.mirrored_standing_order(order, posting.own, day)


def total(postings: Iterable[Posting], last: date) -> Cents:
    """How far they have moved the account's balance at the end of the day `last`."""
    return sum(booking.cents for posting in postings for booking in bookings(posting, last))


def news(postings: Iterable[Posting], first: date, fetched: date | None, seen: int, last: date) -> list[Booking]:
    """The lines up to `last` that a download which has come to `fetched` does not have; nothing before `first`.

    Some are of days that were downloaded before the order was there: those of postings with a number above `seen`.
    """
    return [
        booking
        for posting in postings
        for booking in bookings(posting, last)
        if (fetched is None or booking.booked_on > fetched or posting.id > seen) and booking.booked_on >= first
    ]


def _lines(payment: Payment, posting: Posting, day: date) -> tuple[Booking, ...]:
    if posting.index is None:
        return payment_bookings.bookings_of(payment, day)
    return (payment_bookings.mirrored(payment, posting.index, posting.own, day),)
