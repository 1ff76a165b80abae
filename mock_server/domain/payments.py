"""Payments: money transfers and direct debits that a user has asked finAPI for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

from mock_server.clock import today
from mock_server.domain import capabilities
from mock_server.domain.banking_days import banking_day_after, is_banking_day
from mock_server.domain.capabilities import Capability
from mock_server.domain.initiation import FINAL, NEVER_AUTHORIZED, RECHECK_AFTER, UNKNOWN, Event, Status, after
from mock_server.domain.money import Cents
from mock_server.domain.orders import Order


class PaymentType(StrEnum):
    MONEY_TRANSFER = "MONEY_TRANSFER"
    DIRECT_DEBIT = "DIRECT_DEBIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment and how far it has come. All its orders have the same currency.

    Its account is an imported one (`account_id`) or, in a standalone payment, just an `iban`.
    """

    id: int
    owner: str
    client_id: str
    """The client that has created it."""
    bank_id: int
    type: PaymentType
    orders: tuple[Order, ...]
    account_id: int | None = None
    iban: str | None = None
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
    created_at: datetime
    requested_at: datetime | None = None
    executed_at: datetime | None = None
    """When its fate was decided; the booking may come later."""
    status: Status = Status.OPEN
    bank_message: str | None = None
    is_lost: bool = False
    """Whether nobody can find out what has become of it."""

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

    @property
    def status_v2(self) -> str:
        return UNKNOWN if self.is_lost and self.status not in FINAL else self.status

    @property
    def due_at(self) -> datetime | None:
        """When finAPI asks the bank what has become of a payment that was submitted and left alone."""
        if self.status is not Status.PENDING or self.is_lost or self.requested_at is None:
            return None
        return self.requested_at + RECHECK_AFTER


def move(payment: Payment, event: Event, now: datetime, message: str | None = None) -> Payment:
    """Apply one event; `message` is what the bank says to it. ApiError 422 if it cannot happen now."""
    status = after(payment.status, event)
    return replace(
        payment,
        status=status,
        requested_at=now if event is Event.SUBMIT else payment.requested_at,
        executed_at=now if status in FINAL else None,
        bank_message=payment.bank_message if message is None else message,
        is_lost=event is Event.LOSE,
    )


def settle(payment: Payment, now: datetime) -> Payment:
    """Ask the bank again. An authorized payment was confirmed at once, so what is still pending never was."""
    if payment.due_at is None or now < payment.due_at:
        return payment
    return move(payment, Event.REFUSE, now, NEVER_AUTHORIZED)


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
    if payment.status is not Status.SUCCESSFUL or payment.executed_at is None:
        return None
    day = max(today(payment.executed_at), payment.execution_date or date.min)
    return day if payment.is_instant or is_banking_day(day) else banking_day_after(day, 1)


# fmt: off
ORDERS: Mapping[str, Callable[[Payment], Any]] = {
    "id":                      attrgetter("id"),
    "amount":                  attrgetter("cents"),
    "requestDate":             attrgetter("requested_at"),
    "executionDate":           attrgetter("executed_at"),
    "instructedExecutionDate": attrgetter("execution_date"),
}
# fmt: on
