"""Payments: money transfers and direct debits that a user has asked finAPI for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

from mock_server.clock import today
from mock_server.domain import capabilities
from mock_server.domain.banking_days import banking_day_after, is_banking_day
from mock_server.domain.capabilities import Capability
from mock_server.domain.initiation import Initiated, Status
from mock_server.domain.money import Cents
from mock_server.domain.orders import Order


class PaymentType(StrEnum):
    MONEY_TRANSFER = "MONEY_TRANSFER"
    DIRECT_DEBIT = "DIRECT_DEBIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Initiated):
    """A payment and how far it has come. All its orders have the same currency."""

    type: PaymentType
    orders: tuple[Order, ...]
    execution_date: date | None = None
    """As instructed; None leaves the day to the bank, which takes the day of the submission."""
    is_instant: bool = False
    single_booking: bool = False
    """Whether the bank is to book each of several orders by itself."""
    msg_id: str | None = None
    batch_booking_id: str | None = None
    debit_type: str | None = None
    """`BASIC` or `B2B`."""
    sequence_type: str | None = None
    """`OOFF`, `FRST`, `RCUR` or `FNAL`."""

    @property
    def cents(self) -> Cents:
        """The total of all orders, positive."""
        return sum(order.cents for order in self.orders)

    @property
    def is_collective(self) -> bool:
        return len(self.orders) > 1

    @property
    def is_debit(self) -> bool:
        return self.type is PaymentType.DIRECT_DEBIT

    @property
    def is_domestic(self) -> bool:
        return self.orders[0].is_domestic


def capability_needed(payment: Payment, now: datetime) -> Capability | None:
    """What the account must be able to do. None: no account can (instant payments are single, and for today)."""
    if payment.is_debit:
        return capabilities.for_debit(b2b=payment.debit_type == "B2B", collective=payment.is_collective)
    return capabilities.for_transfer(
        domestic=payment.is_domestic,
        instant=payment.is_instant,
        future=payment.execution_date is not None and payment.execution_date > today(now),
        collective=payment.is_collective,
    )


def booking_day(payment: Payment) -> date | None:
    """The day on which a successful payment is booked: as instructed, but not on a day without banking.

    Instant transfers are booked on any day. None: the payment is not successful (yet).
    """
    if payment.status is not Status.SUCCESSFUL or payment.completed_at is None:
        return None
    day = max(today(payment.completed_at), payment.execution_date or date.min)
    return day if payment.is_instant or is_banking_day(day) else banking_day_after(day, 1)


# fmt: off
ORDERS: Mapping[str, Callable[[Payment], Any]] = {
    "id":                      attrgetter("id"),
    "amount":                  attrgetter("cents"),
    "requestDate":             attrgetter("requested_at"),
    "executionDate":           attrgetter("completed_at"),
    "instructedExecutionDate": attrgetter("execution_date"),
}
# fmt: on
