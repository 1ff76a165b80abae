"""Payments: how far they have come, when the clock asks about them, and when they are booked."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain import initiation, payments
from mock_server.domain.capabilities import Capability
from mock_server.domain.initiation import FINAL, RECHECK_AFTER, Event, Status, matching
from mock_server.domain.orders import Order
from mock_server.domain.payments import Payment, PaymentType
from mock_server.domain.progress import Work
from mock_server.errors import ApiError
from mock_server.paging import arrange
from tests.domain.catalogue import NOON

ORDER = Order(99_99, "EUR", "Max Mustermann", "DE13700800000061110500")
CZECH = Order(500_00, "CZK", None, "CZ6508000000192000145399")
TODAY, TOMORROW = date(2026, 8, 13), date(2026, 8, 14)


def payment(*orders: Order, **more: Any) -> Payment:
    shape: dict[str, Any] = {
        "id": 1, "owner": "alice", "client_id": "shop", "bank_id": 280001,
        "type": PaymentType.MONEY_TRANSFER, "created_at": NOON,
    }  # fmt: skip
    return Payment(orders=orders or (ORDER,), **{**shape, **more})


def after(*events: Event, at: datetime = NOON, **more: Any) -> Payment:
    made = payment(**more)
    for event in events:
        made = initiation.move(made, event, at)
    return made


def test_the_amount_is_the_total_of_all_orders() -> None:
    assert (payment().cents, payment().is_collective) == (99_99, False)
    assert (payment(ORDER, ORDER, ORDER).cents, payment(ORDER, ORDER).is_collective) == (299_97, True)


def test_a_payment_that_the_bank_takes() -> None:
    submitted = after(Event.SUBMIT)
    assert (submitted.status, submitted.requested_at, submitted.completed_at) == (Status.PENDING, NOON, None)
    later = NOON + timedelta(minutes=1)
    taken = initiation.move(submitted, Event.CONFIRM, later, "Auftrag ausgeführt.")
    assert (taken.status, taken.requested_at, taken.completed_at) == (Status.SUCCESSFUL, NOON, later)
    assert (taken.bank_message, taken.status_v2, taken.due_at) == ("Auftrag ausgeführt.", "SUCCESSFUL", None)


@pytest.mark.parametrize("wish", [{"is_instant": True}, {"execution_date": TOMORROW}, {"execution_date": TODAY}, {}])
def test_it_is_successful_at_once_whenever_it_is_booked(wish: dict[str, Any]) -> None:
    assert after(Event.SUBMIT, Event.CONFIRM, **wish).status is Status.SUCCESSFUL


def test_a_payment_that_is_left_alone_was_never_authorized() -> None:
    submitted = after(Event.SUBMIT)
    due = submitted.due_at
    assert due == NOON + RECHECK_AFTER
    assert initiation.settle(submitted, due - timedelta(microseconds=1)) is submitted
    refused = initiation.settle(submitted, due)
    assert (refused.status, refused.completed_at, refused.due_at) == (Status.NOT_SUCCESSFUL, due, None)
    assert refused.bank_message == "Der Auftrag wurde nicht freigegeben."


@pytest.mark.parametrize("events", [(), (Event.DISCARD,), (Event.SUBMIT, Event.CONFIRM), (Event.SUBMIT, Event.REFUSE)])
def test_the_clock_has_nothing_to_do_with_any_other(events: tuple[Event, ...]) -> None:
    settled = after(*events)
    assert settled.due_at is None
    assert initiation.settle(settled, NOON + timedelta(days=400)) is settled


@pytest.mark.parametrize("ends_at", [NOON + timedelta(seconds=5), None])
def test_a_payment_that_the_bank_is_at_is_not_left_alone(ends_at: datetime | None) -> None:
    """Neither does finAPI ask again after an hour, nor does anybody wait for its user."""
    submitted = after(Event.SUBMIT)
    taken_on = replace(submitted, work=Work(ends_at=ends_at))
    assert (submitted.awaits_user, taken_on.awaits_user, taken_on.due_at) == (True, False, ends_at)
    assert initiation.settle(taken_on, NOON + RECHECK_AFTER) is taken_on
    assert initiation.move(taken_on, Event.CONFIRM, NOON).work is None


def test_a_payment_whose_outcome_nobody_knows() -> None:
    lost = after(Event.SUBMIT, Event.LOSE)
    assert (lost.status, lost.status_v2, lost.due_at) == (Status.PENDING, "UNKNOWN", None)
    found = initiation.move(lost, Event.CONFIRM, NOON)
    assert (found.status, found.status_v2) == (Status.SUCCESSFUL, "SUCCESSFUL")


@given(st.lists(st.tuples(st.sampled_from(Event), st.integers(0, 100))))
def test_what_is_decided_stays_decided(story: list[tuple[Event, int]]) -> None:
    """And its times are in order, whatever happens."""
    made, now = payment(), NOON
    for event, minutes in story:
        now += timedelta(minutes=minutes)
        before = made = initiation.settle(made, now)
        try:
            made = initiation.move(made, event, now)
        except ApiError:
            continue
        assert before.status not in FINAL
        assert (made.completed_at is not None) == (made.status in FINAL)
        assert (made.due_at is None) or made.status is Status.PENDING
        assert made.status is Status.OPEN or made.requested_at is not None or made.status is Status.DISCARDED
        if made.completed_at is not None and made.requested_at is not None:
            assert NOON <= made.requested_at <= made.completed_at <= now


@pytest.mark.parametrize(
    ("made", "needed"),
    [
        (payment(), Capability.TRANSFER),
        (payment(ORDER, ORDER), Capability.COLLECTIVE_TRANSFER),
        (payment(execution_date=TODAY), Capability.TRANSFER),
        (payment(execution_date=TOMORROW), Capability.FUTURE_TRANSFER),
        (payment(is_instant=True, execution_date=TODAY), Capability.INSTANT_TRANSFER),
        (payment(is_instant=True, execution_date=TOMORROW), None),
        (payment(CZECH), Capability.DOMESTIC_TRANSFER),
        (payment(CZECH, CZECH, execution_date=TOMORROW), Capability.DOMESTIC_FUTURE_COLLECTIVE),
        (payment(type=PaymentType.DIRECT_DEBIT, debit_type="BASIC"), Capability.BASIC_DEBIT),
        (payment(ORDER, ORDER, type=PaymentType.DIRECT_DEBIT, debit_type="B2B"), Capability.B2B_COLLECTIVE_DEBIT),
        (payment(type=PaymentType.DIRECT_DEBIT, debit_type="B2B", execution_date=TOMORROW), Capability.B2B_DEBIT),
    ],
)
def test_what_it_takes(made: Payment, needed: Capability | None) -> None:
    assert payments.capability_needed(made, NOON) is needed


SATURDAY = datetime(2026, 8, 15, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "wish", "day"),
    [
        (NOON, {}, date(2026, 8, 13)),
        (NOON, {"execution_date": date(2026, 8, 17)}, date(2026, 8, 17)),
        (NOON, {"execution_date": date(2026, 8, 15)}, date(2026, 8, 17)),  # a Saturday: on Monday
        (SATURDAY, {}, date(2026, 8, 17)),
        (SATURDAY, {"is_instant": True}, date(2026, 8, 15)),
        # taken after the day that was wished for
        (SATURDAY, {"execution_date": date(2026, 8, 13)}, date(2026, 8, 17)),
    ],
)
def test_the_day_of_the_booking(at: datetime, wish: dict[str, Any], day: date) -> None:
    assert payments.booking_day(after(Event.SUBMIT, Event.CONFIRM, at=at, **wish)) == day


@pytest.mark.parametrize("events", [(), (Event.SUBMIT,), (Event.SUBMIT, Event.REFUSE), (Event.DISCARD,)])
def test_only_what_the_bank_has_taken_is_booked(events: tuple[Event, ...]) -> None:
    assert payments.booking_day(after(*events)) is None


LIST = [
    payment(id=1, account_id=7, execution_date=TOMORROW),
    payment(ORDER, ORDER, id=2, account_id=8),
    initiation.move(payment(id=3), Event.SUBMIT, NOON),
]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [1, 2, 3]),
        ({"ids": [1, 3, 99]}, [1, 3]),
        ({"accountIds": [7, 8]}, [1, 2]),
        ({"minAmount": 99.99}, [1, 2, 3]),
        ({"minAmount": 100.0}, [2]),
        ({"maxAmount": 99.99}, [1, 3]),
        ({"maxAmount": 99.98}, []),
        ({"status": ["PENDING"]}, [3]),
        ({"status": ["OPEN", "PENDING"], "accountIds": [8]}, [2]),
        ({"status": ["DISCARDED"]}, []),
        ({"ids": None}, [1, 2, 3]),
    ],
)
def test_filters(query: dict[str, Any], found: list[int]) -> None:
    assert [made.id for made in matching(LIST, query)] == found


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("id,desc", [3, 2, 1]),
        ("amount,desc", [2, 1, 3]),
        ("requestDate", [3, 1, 2]),
        ("executionDate", [1, 2, 3]),
        ("instructedExecutionDate", [1, 2, 3]),
    ],
)
def test_orders(order: str, ids: list[int]) -> None:
    assert [made.id for made in arrange(LIST, [order], payments.ORDERS)] == ids
