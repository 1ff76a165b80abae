"""The life cycle that payments and standing orders have in common."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.contract.documents import load, resource
from mock_server.domain.initiation import FINAL, TRANSITIONS, UNKNOWN, Event, Status, after
from mock_server.errors import ApiError, Refusal

ACCESS = load(resource("openapi", "access.yaml"))["components"]["schemas"]


def test_the_statuses_are_those_of_the_document() -> None:
    assert list(Status) == ACCESS["OrderInitiationStatus"]["enum"] == list(TRANSITIONS)
    assert [*Status, UNKNOWN] == ACCESS["V2OrderInitiationStatus"]["enum"]
    assert {Status.SUCCESSFUL, Status.NOT_SUCCESSFUL, Status.DISCARDED} == FINAL


@pytest.mark.parametrize(
    ("status", "event", "reached"),
    [
        (Status.OPEN, Event.SUBMIT, Status.PENDING),
        (Status.OPEN, Event.DISCARD, Status.DISCARDED),
        (Status.PENDING, Event.CONFIRM, Status.SUCCESSFUL),
        (Status.PENDING, Event.REFUSE, Status.NOT_SUCCESSFUL),
        (Status.PENDING, Event.DISCARD, Status.DISCARDED),
        (Status.PENDING, Event.LOSE, Status.PENDING),
        (Status.OPEN, Event.CONFIRM, None),
        (Status.OPEN, Event.REFUSE, None),
        (Status.OPEN, Event.LOSE, None),
        (Status.PENDING, Event.SUBMIT, None),
    ],
)
def test_where_events_lead(status: Status, event: Event, reached: Status | None) -> None:
    if reached is not None:
        assert after(status, event) is reached
        return
    with pytest.raises(ApiError, match=f"Cannot {event} an order that is {status}") as refused:
        after(status, event)
    assert refused.value.refusal is Refusal.ILLEGAL_ENTITY_STATE


@given(st.lists(st.sampled_from(Event)))
def test_nothing_leaves_a_final_status(events: list[Event]) -> None:
    status = Status.OPEN
    for event in events:
        try:
            reached = after(status, event)
        except ApiError:
            continue
        assert status not in FINAL
        status = reached
