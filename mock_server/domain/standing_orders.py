"""Standing orders that a user has asked finAPI for, and those that the banks already have."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

from mock_server.domain import capabilities
from mock_server.domain.banking_days import banking_day_after, is_banking_day
from mock_server.domain.bookings import BankStandingOrder
from mock_server.domain.capabilities import Capability
from mock_server.domain.initiation import Initiated, Status
from mock_server.domain.money import Cents
from mock_server.domain.orders import Order


class Frequency(StrEnum):
    MONTHLY = "MONTHLY"
    EVERY_TWO_MONTHS = "EVERY_TWO_MONTHS"
    QUARTERLY = "QUARTERLY"
    SEMI_ANNUAL = "SEMI_ANNUAL"
    ANNUAL = "ANNUAL"


MONTHS_APART: Mapping[Frequency, int] = {
    Frequency.MONTHLY: 1,
    Frequency.EVERY_TWO_MONTHS: 2,
    Frequency.QUARTERLY: 3,
    Frequency.SEMI_ANNUAL: 6,
    Frequency.ANNUAL: 12,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingOrder(Initiated):
    """A standing order and how far it has come."""

    order: Order
    start_date: date
    frequency: Frequency
    end_date: date | None = None
    """None: until it is cancelled."""
    day_of_execution: int | None = None
    """The day of the month, where it is not that of the start; 31 is the last day."""

    @property
    def cents(self) -> Cents:
        return self.order.cents

    @property
    def is_domestic(self) -> bool:
        return self.order.is_domestic


def capability_needed(order: StandingOrder) -> Capability:
    return capabilities.for_standing_order(domestic=order.is_domestic)


def booking_days(order: StandingOrder, last: date) -> Iterator[date]:
    """The days up to `last` on which the bank books a registered order: banking days, on or after those it is due."""
    if order.status is not Status.SUCCESSFUL:
        return
    for due in due_days(order.start_date, order.frequency, order.day_of_execution):
        if due > last or (order.end_date is not None and due > order.end_date):
            return
        booked = due if is_banking_day(due) else banking_day_after(due, 1)
        if booked <= last:
            yield booked


def due_days(start: date, frequency: Frequency, day: int | None = None) -> Iterator[date]:
    """The days on which an order falls due, without end. In a short month the last day stands for 29 to 31."""
    wanted = day or start.day
    month = start.year * 12 + start.month - 1
    while month // 12 <= date.max.year:
        due = _day_in(month // 12, month % 12 + 1, wanted)
        if due >= start:
            yield due
        month += MONTHS_APART[frequency]


def _day_in(year: int, month: int, day: int) -> date:
    for shorter in range(day, 27, -1):
        try:
            return date(year, month, shorter)
        except ValueError:
            continue
    return date(year, month, day)


# fmt: off
ORDERS: Mapping[str, Callable[[StandingOrder], Any]] = {
    "id":                    attrgetter("id"),
    "amount":                attrgetter("cents"),
    "requestDate":           attrgetter("requested_at"),
    "requestCompletionDate": attrgetter("completed_at"),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class BankSideStandingOrder:
    """A standing order found at the bank when the account was downloaded. The next download replaces it."""

    id: int
    owner: str
    account_id: int
    found: BankStandingOrder
    currency: str
    import_date: datetime

    due_at: None = None


# fmt: off
BANK_SIDE_ORDERS: Mapping[str, Callable[[BankSideStandingOrder], Any]] = {
    "id":        attrgetter("id"),
    "amount":    attrgetter("found.cents"),
    "startDate": attrgetter("found.start_date"),
}
# fmt: on
