"""Which new transactions finAPI may have already.

Banks name no ids, so a booking whose data have changed at the bank comes a second time. What looks so much like a
transaction of an earlier update is flagged, and left to the user (`isPotentialDuplicate`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from mock_server.domain.bookings import Booking
from mock_server.domain.categorization import likenesses
from mock_server.domain.money import Cents
from mock_server.domain.transactions import Transaction

# "detected a similar transaction": finAPI keeps to itself what is similar. Three days are a weekend and a bank holiday.
APART = timedelta(days=3)


def flagged(news: Sequence[Transaction], known: Iterable[Transaction]) -> list[Transaction]:
    """The new transactions of an account; those that resemble one that the account had before are flagged."""
    by_amount = defaultdict[Cents, list[Booking]](list)
    for transaction in known:
        by_amount[transaction.booking.cents].append(transaction.booking)
    return [
        replace(new, is_potential_duplicate=True)
        if any(resembles(new.booking, before) for before in by_amount.get(new.booking.cents, ()))
        else new
        for new in news
    ]


def resembles(one: Booking, other: Booking) -> bool:
    """The same amount from or to the same counterpart (without one: for the same purpose), within a few days."""
    return (
        one.cents == other.cents
        and abs(one.booked_on - other.booked_on) <= APART
        and not set(likenesses(one)).isdisjoint(likenesses(other))
    )


def is_repeated(booking: Booking, known: Iterable[Booking]) -> bool:
    """Whether finAPI takes the booking for one that it has: the same day and amount are enough."""
    return any((booking.booked_on, booking.cents) == (it.booked_on, it.cents) for it in known)
