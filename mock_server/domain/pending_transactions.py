"""Pending transactions: bookings that a bank has announced and not made yet.

Each booking says itself since when its bank knows of it (`Booking.announced_on`). It is pending from then
until the day on which it is booked; the transaction that then arrives has nothing to do with it for finAPI.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from mock_server.domain.bookings import Booking


@dataclass(frozen=True, slots=True)
class PendingTransaction:
    """A pending transaction of a user. Its id stays the same for as long as it is pending."""

    id: int
    owner: str
    account_id: int
    booking: Booking
    currency: str
    import_date: datetime

    due_at: None = None


def announced(bookings: Iterable[Booking], day: date) -> list[Booking]:
    """Of these bookings, those that the bank announces on `day`."""
    return [
        booking
        for booking in bookings
        if booking.announced_on is not None and booking.announced_on <= day < booking.booked_on
    ]


def matching(pending: Iterable[PendingTransaction], query: Mapping[str, Any]) -> Sequence[PendingTransaction]:
    """The pending transactions that pass every filter of `GET /pendingTransactions` that is given."""
    ids, accounts = query.get("ids"), query.get("accountIds")
    return [
        one for one in pending if (ids is None or one.id in ids) and (accounts is None or one.account_id in accounts)
    ]


ORDERS: Mapping[str, Callable[[PendingTransaction], Any]] = {
    "id": attrgetter("id"),
    "accountId": attrgetter("account_id"),
    "valueDate": attrgetter("booking.value_on"),
    "bankBookingDate": attrgetter("booking.booked_on"),
    "importDate": attrgetter("import_date"),
    "amount": attrgetter("booking.cents"),
}
