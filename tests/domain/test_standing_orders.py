"""Standing orders: how far they have come, and on which days they run."""

from datetime import date, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.contract.documents import load, resource
from mock_server.domain import initiation, standing_orders
from mock_server.domain.banking_days import is_banking_day
from mock_server.domain.capabilities import Capability
from mock_server.domain.initiation import RECHECK_AFTER, Event, Status
from mock_server.domain.orders import Order
from mock_server.domain.standing_orders import MONTHS_APART, Frequency, StandingOrder
from tests.domain.catalogue import NOON

RENT = Order(985_00, "EUR", "Wohnbau Musterstadt eG", "DE13700800000061110500")


def standing_order(**more: Any) -> StandingOrder:
    shape: dict[str, Any] = {
        "id": 1, "owner": "alice", "client_id": "shop", "bank_id": 280001, "order": RENT,
        "start_date": date(2026, 9, 1), "frequency": Frequency.MONTHLY, "created_at": NOON,
    }  # fmt: skip
    return StandingOrder(**{**shape, **more})


def after(*events: Event, **more: Any) -> StandingOrder:
    made = standing_order(**more)
    for event in events:
        made = initiation.move(made, event, NOON)
    return made


def test_the_frequencies_are_those_of_the_document() -> None:
    document = load(resource("openapi", "access.yaml"))["components"]["schemas"]
    assert list(Frequency) == document["StandingOrderFrequency"]["enum"] == list(MONTHS_APART)


def test_a_standing_order_that_the_bank_registers() -> None:
    submitted = after(Event.SUBMIT)
    assert (submitted.status, submitted.requested_at, submitted.completed_at) == (Status.PENDING, NOON, None)
    later = NOON + timedelta(minutes=1)
    registered = initiation.move(submitted, Event.CONFIRM, later, "Auftrag angenommen.")
    assert (registered.status, registered.requested_at, registered.completed_at) == (Status.SUCCESSFUL, NOON, later)
    assert (registered.bank_message, registered.due_at) == ("Auftrag angenommen.", None)


def test_an_order_that_is_left_alone_was_never_authorized() -> None:
    submitted = after(Event.SUBMIT)
    assert submitted.due_at == NOON + RECHECK_AFTER
    assert initiation.settle(submitted, NOON) is submitted
    refused = initiation.settle(submitted, NOON + RECHECK_AFTER)
    assert (refused.status, refused.completed_at) == (Status.NOT_SUCCESSFUL, NOON + RECHECK_AFTER)
    assert initiation.settle(refused, NOON + timedelta(days=400)) is refused
    assert standing_order().due_at is None


def test_what_it_takes() -> None:
    czech = Order(500_00, "CZK", None, "CZ6508000000192000145399")
    assert standing_orders.capability_needed(standing_order()) is Capability.STANDING_ORDER
    assert standing_orders.capability_needed(standing_order(order=czech)) is Capability.DOMESTIC_STANDING_ORDER


@pytest.mark.parametrize(
    ("start", "frequency", "day", "due"),
    [
        ("2026-09-01", "MONTHLY", None, ["2026-09-01", "2026-10-01", "2026-11-01"]),
        ("2026-12-15", "EVERY_TWO_MONTHS", None, ["2026-12-15", "2027-02-15", "2027-04-15"]),
        ("2026-11-30", "QUARTERLY", None, ["2026-11-30", "2027-02-28", "2027-05-30"]),
        ("2027-08-31", "SEMI_ANNUAL", None, ["2027-08-31", "2028-02-29", "2028-08-31"]),
        ("2028-02-29", "ANNUAL", None, ["2028-02-29", "2029-02-28", "2030-02-28"]),
        # a day of its own: the first one on or after the start
        ("2026-09-10", "MONTHLY", 31, ["2026-09-30", "2026-10-31", "2026-11-30"]),
        ("2026-09-10", "MONTHLY", 5, ["2026-10-05", "2026-11-05", "2026-12-05"]),
    ],
)
def test_the_days_on_which_it_falls_due(start: str, frequency: str, day: int | None, due: list[str]) -> None:
    days = standing_orders.due_days(date.fromisoformat(start), Frequency(frequency), day)
    assert [day.isoformat() for day in islice(days, 3)] == due


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.sampled_from(Frequency),
    st.none() | st.integers(1, 31),
)
def test_due_days_are_as_far_apart_as_the_frequency_says(start: date, frequency: Frequency, day: int | None) -> None:
    days = list(islice(standing_orders.due_days(start, frequency, day), 20))
    months = [due.year * 12 + due.month for due in days]
    assert start <= days[0]
    assert {later - earlier for earlier, later in pairwise(months)} == {MONTHS_APART[frequency]}
    wanted = day or start.day
    for due in days:
        assert due.day == wanted or (due + timedelta(days=1)).day == 1


def test_due_days_end_with_the_calendar() -> None:
    days = list(standing_orders.due_days(date(9999, 11, 30), Frequency.MONTHLY))
    assert days == [date(9999, 11, 30), date(9999, 12, 30)]


def test_it_is_booked_on_banking_days_until_it_ends() -> None:
    registered = after(Event.SUBMIT, Event.CONFIRM, end_date=date(2027, 1, 1))
    # the 1st of November is a Sunday, and the 1st of January a holiday
    booked = [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 2), date(2026, 12, 1), date(2027, 1, 4)]
    assert list(standing_orders.booking_days(registered, date(2028, 1, 1))) == booked
    assert list(standing_orders.booking_days(registered, date(2027, 1, 3))) == booked[:4]
    assert list(standing_orders.booking_days(registered, date(2026, 8, 31))) == []
    assert all(is_banking_day(day) for day in booked)


@pytest.mark.parametrize("events", [(), (Event.SUBMIT,), (Event.SUBMIT, Event.REFUSE)])
def test_only_a_registered_order_runs(events: tuple[Event, ...]) -> None:
    assert list(standing_orders.booking_days(after(*events), date(2028, 1, 1))) == []
