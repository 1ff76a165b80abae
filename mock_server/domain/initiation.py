"""How far an order has come on its way to the bank: the life cycle of payments and standing orders.

PENDING is what its user has yet to authorize, and then what the bank has yet to take, which goes on at the mandator's
pace. SUCCESSFUL says that the bank has taken the order, not that money has moved: a transfer is initiated, an instant
one settled, a standing order registered. So an order for a later day is SUCCESSFUL as soon as the bank has it, and its
booking comes on its day.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from mock_server.domain.money import Cents
from mock_server.domain.progress import Work
from mock_server.errors import ApiError, Refusal


class Status(StrEnum):
    """`OrderInitiationStatus` of Access."""

    OPEN = "OPEN"
    PENDING = "PENDING"
    SUCCESSFUL = "SUCCESSFUL"
    NOT_SUCCESSFUL = "NOT_SUCCESSFUL"
    DISCARDED = "DISCARDED"


UNKNOWN = "UNKNOWN"
"""What `statusV2` says of an order whose outcome cannot be found out; it is PENDING in `status`."""


class Event(StrEnum):
    SUBMIT = "submit"
    """It goes to the bank, which wants it authorized."""
    CONFIRM = "confirm"
    """The bank has taken it."""
    REFUSE = "refuse"
    """The bank does not take it."""
    DISCARD = "discard"
    """The user does not want it any more, or another order for the account takes its place."""
    LOSE = "lose"
    """The bank does not say what has become of it."""


# fmt: off
TRANSITIONS: Mapping[Status, Mapping[Event, Status]] = {
    Status.OPEN: {
        Event.SUBMIT:  Status.PENDING,
        Event.DISCARD: Status.DISCARDED,
    },
    Status.PENDING: {
        Event.CONFIRM: Status.SUCCESSFUL,
        Event.REFUSE:  Status.NOT_SUCCESSFUL,
        Event.DISCARD: Status.DISCARDED,
        Event.LOSE:    Status.PENDING,
    },
    Status.SUCCESSFUL: {},
    Status.NOT_SUCCESSFUL: {},
    Status.DISCARDED: {},
}
# fmt: on
FINAL = frozenset(status for status, ways_out in TRANSITIONS.items() if not ways_out)

# "The user has abandoned the payment initiation process": finAPI asks the bank again later. It does not say when.
RECHECK_AFTER = timedelta(hours=1)
NEVER_AUTHORIZED = "Der Auftrag wurde nicht freigegeben."


def after(status: Status, event: Event) -> Status:
    """The status to which the event leads. ApiError 422 if it cannot happen now."""
    try:
        return TRANSITIONS[status][event]
    except KeyError:
        raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, f"Cannot {event} an order that is {status}.") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiated:
    """What payments and standing orders have in common, and how far they have come.

    Their account is an imported one (`account_id`) or, if they are standalone, just an `iban`.
    """

    id: int
    owner: str
    client_id: str
    """The client that has created it."""
    bank_id: int
    account_id: int | None = None
    iban: str | None = None
    created_at: datetime
    requested_at: datetime | None = None
    completed_at: datetime | None = None
    """When its fate was decided; a booking may come later."""
    status: Status = Status.OPEN
    bank_message: str | None = None
    is_lost: bool = False
    """Whether nobody can find out what has become of it."""
    work: Work | None = None
    """How long the bank still takes to take it; None: its user has not authorized it, or its fate is decided."""

    @property
    def cents(self) -> Cents:
        """The total, without a sign."""
        raise NotImplementedError

    @property
    def status_v2(self) -> str:
        return UNKNOWN if self.is_lost else self.status

    @property
    def awaits_user(self) -> bool:
        """Whether it is at the bank, and its user has not authorized it yet."""
        return self.status is Status.PENDING and not self.is_lost and self.work is None

    @property
    def due_at(self) -> datetime | None:
        """When the bank takes it, or finAPI asks the bank what has become of an order that was left alone."""
        if self.work is not None:
            return self.work.ends_at
        return self.requested_at + RECHECK_AFTER if self.awaits_user and self.requested_at is not None else None


T = TypeVar("T", bound=Initiated)
Query = Mapping[str, Any]


def move(order: T, event: Event, now: datetime, message: str | None = None) -> T:
    """Apply one event; `message` is what the bank says to it. ApiError 422 if it cannot happen now."""
    status = after(order.status, event)
    return replace(
        order,
        status=status,
        requested_at=now if event is Event.SUBMIT else order.requested_at,
        completed_at=now if status in FINAL else None,
        bank_message=order.bank_message if message is None else message,
        is_lost=event is Event.LOSE,
        work=None,
    )


def settle(order: T, now: datetime) -> T:
    """Ask the bank again about an order that its user has left alone: it was never authorized."""
    if not order.awaits_user or order.due_at is None or now < order.due_at:
        return order
    return move(order, Event.REFUSE, now, NEVER_AUTHORIZED)


def matching(orders: Sequence[T], query: Query) -> list[T]:
    """Those that pass every filter of `GET /payments` (and `GET /standingOrders`) that is given."""
    conditions = [make(query[name]) for name, make in FILTERS.items() if query.get(name) is not None]
    return [order for order in orders if all(condition(order) for condition in conditions)]


# fmt: off
FILTERS: Mapping[str, Callable[[Any], Callable[[Initiated], bool]]] = {
    "ids":        lambda ids: lambda order: order.id in ids,
    "accountIds": lambda ids: lambda order: order.account_id in ids,
    "minAmount":  lambda least: lambda order: order.cents >= least * 100 - 1e-6,
    "maxAmount":  lambda most: lambda order: order.cents <= most * 100 + 1e-6,
    "status":     lambda statuses: lambda order: order.status in statuses,
}
# fmt: on
