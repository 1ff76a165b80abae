"""Background updates: the life cycle of a task, when it needs its user, and what it owes its client."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from mock_server.clock import today
from mock_server.domain import progress, tasks
from mock_server.domain.accounts import BankConnection, ConnectedInterface, Consent, UpdateResult
from mock_server.domain.form_details import ImportDetails, NewAccounts, SavedSetting, Terms, UpdateDetails
from mock_server.domain.progress import Pace
from mock_server.domain.tasks import Callbacks, Cause, Ending, ErrorCode, Event, Status, Task
from mock_server.errors import ApiError

NOON = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)
LATER = NOON + timedelta(seconds=5)
WAYS = {
    ("NOT_YET_STARTED", "start"): "IN_PROGRESS",
    ("IN_PROGRESS", "ask"): "WEB_FORM_REQUIRED",
    ("IN_PROGRESS", "succeed"): "COMPLETED",
    ("IN_PROGRESS", "fail"): "COMPLETED_WITH_ERROR",
}
"""The documented life cycle; the newer texts call WEB_FORM_REQUIRED final."""
FORM = {"id": "form-id", "url": "http://localhost:8420/wf/form-id", "status": "NOT_YET_OPENED"}


def task(status: Status = Status.NOT_YET_STARTED, pace: Pace = Pace(), **more: object) -> Task:  # noqa: B008
    made = Task(
        id="task-id",
        owner="alice",
        client_id="shop",
        token_id=1,
        number=1,
        created_at=NOON,
        details=UpdateDetails(1_000_001, ImportDetails()),
        terms=Terms(),
        callbacks=Callbacks("https://shop.example/done", "https://shop.example/asked"),
        work=progress.begin(pace, NOON),
        status=status,
    )
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("before", "event"), list(product(Status, Event)))
def test_a_task_goes_the_documented_ways_and_no_others(before: Status, event: Event) -> None:
    expected = WAYS.get((before, event))
    if expected is not None:
        assert tasks.move(task(before), event).status == expected
        return
    with pytest.raises(ApiError, match=f"The task is {before}, so it cannot {event}"):
        tasks.move(task(before), event)


@pytest.mark.parametrize("before", [Status.NOT_YET_STARTED, Status.IN_PROGRESS])
@pytest.mark.parametrize(
    ("ending", "status"),
    [
        (Ending(), Status.COMPLETED),
        (Ending(form_id="form-id"), Status.WEB_FORM_REQUIRED),
        (Ending(ErrorCode.BANK_SERVER_REJECTION, "No."), Status.COMPLETED_WITH_ERROR),
    ],
)
def test_a_running_task_ends_in_one_of_three_ways(before: Status, ending: Ending, status: Status) -> None:
    ended = tasks.end(task(before), ending)
    assert (ended.status, ended.form_id, ended.error_code, ended.error_message) == (
        status,
        ending.form_id,
        ending.error_code,
        ending.error_message,
    )
    assert not ended.is_running
    assert (ended.work, ended.due_at) == (None, None)


@pytest.mark.parametrize(
    ("pace", "status", "due_at"),
    [
        (Pace(), Status.NOT_YET_STARTED, NOON),
        (Pace(), Status.IN_PROGRESS, NOON),
        (Pace("duration", lasts=LATER - NOON), Status.NOT_YET_STARTED, NOON),
        (Pace("duration", lasts=LATER - NOON), Status.IN_PROGRESS, LATER),
        (Pace("by-hand"), Status.NOT_YET_STARTED, NOON),
        (Pace("by-hand"), Status.IN_PROGRESS, None),
        (Pace("reads", reads=1), Status.IN_PROGRESS, None),
    ],
)
def test_the_clock_starts_and_ends_a_task_by_its_pace(pace: Pace, status: Status, due_at: datetime | None) -> None:
    assert task(status, pace).due_at == due_at


@pytest.mark.parametrize(
    ("status", "form", "url", "body"),
    [
        (
            Status.COMPLETED,
            None,
            "https://shop.example/done",
            {"taskId": "task-id", "status": "COMPLETED"},
        ),
        (
            Status.WEB_FORM_REQUIRED,
            FORM,
            "https://shop.example/asked",
            {"taskId": "task-id", "status": "WEB_FORM_REQUIRED", "webForm": FORM},
        ),
        (
            Status.WEB_FORM_REQUIRED,
            {**FORM, "status": "ABORTED"},
            "https://shop.example/done",
            {"taskId": "task-id", "status": "WEB_FORM_REQUIRED", "webForm": {**FORM, "status": "ABORTED"}},
        ),
    ],
)
def test_a_task_tells_its_client_where_it_wants_to_be_told(
    status: Status, form: dict[str, str] | None, url: str, body: dict[str, object]
) -> None:
    owed = tasks.callback(task(status), form, 5, NOON)
    assert owed is not None
    assert (owed.url, owed.body, owed.id, owed.client_id) == (url, body, 5, "shop")


def test_a_task_without_addresses_owes_nothing() -> None:
    assert tasks.callback(task(Status.COMPLETED, callbacks=Callbacks()), None, 5, NOON) is None


def connection(*interfaces: ConnectedInterface) -> BankConnection:
    day = today(NOON)
    return BankConnection(1_000_001, "alice", 280001, None, "demo", NOON, interfaces, (), day, False, False, day)


def interface(name: str = "XS2A", *, consent_days: int | None = 90, **more: object) -> ConnectedInterface:
    consent = None if consent_days is None else Consent(NOON + timedelta(days=consent_days))
    return replace(ConnectedInterface(name, (), consent, NOON, UpdateResult("OK", NOON)), **more)  # type: ignore[arg-type]


FINTS = interface("FINTS_SERVER", consent_days=None, stores_secrets=True)


@pytest.mark.parametrize(
    ("connected", "wish", "allowed", "cause"),
    [
        (interface(), {}, (), None),
        (interface(consent_days=0), {}, (), Cause.CONSENT_OVER),
        (interface(consent_days=None), {}, (), Cause.CONSENT_OVER),
        (FINTS, {}, (), None),
        (replace(FINTS, stores_secrets=False), {}, (), Cause.SECRETS_MISSING),
        (replace(FINTS, authorised_at=NOON - timedelta(days=90)), {}, (), Cause.AUTHORISATION_OVER),
        (replace(FINTS, authorised_at=NOON - timedelta(days=89)), {}, (), None),
        (interface(), {"manages": (SavedSetting.CREDENTIALS,)}, (), Cause.SAVED_SETTINGS),
        (interface(), {"new_accounts": NewAccounts.FORCED}, (), Cause.NEW_ACCOUNTS),
        (FINTS, {"new_accounts": NewAccounts.FORCED}, (), None),
        (interface(), {"new_accounts": NewAccounts.CONDITIONAL}, (), None),
        (interface(), {}, ("XS2A",), None),
        (interface(), {}, ("FINTS_SERVER",), Cause.OTHER_INTERFACE),
    ],
)
def test_an_update_needs_its_user_for_the_documented_causes(
    connected: ConnectedInterface, wish: dict[str, object], allowed: tuple[str, ...], cause: Cause | None
) -> None:
    details = replace(UpdateDetails(1_000_001, ImportDetails()), **wish)  # type: ignore[arg-type]
    asked = task(details=details, terms=Terms(allowed_interfaces=allowed))
    assert tasks.cause_of_form(connection(connected), asked, NOON) is cause


def test_an_interface_that_is_not_allowed_is_not_looked_at() -> None:
    both = connection(interface(consent_days=0), FINTS)
    assert tasks.cause_of_form(both, task(), NOON) is Cause.CONSENT_OVER
    assert tasks.cause_of_form(both, task(terms=Terms(allowed_interfaces=("FINTS_SERVER",))), NOON) is None
