"""Background updates of bank connections: the life cycle of a task, and when it needs its user."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from mock_server.domain.accounts import BankConnection, ConnectedInterface, NewTerms
from mock_server.domain.callbacks import Callback
from mock_server.domain.form_details import NewAccounts, Terms, UpdateDetails
from mock_server.domain.logins import Setback
from mock_server.domain.progress import Work
from mock_server.errors import ApiError, Refusal


class Status(StrEnum):
    NOT_YET_STARTED = "NOT_YET_STARTED"
    IN_PROGRESS = "IN_PROGRESS"
    WEB_FORM_REQUIRED = "WEB_FORM_REQUIRED"
    COMPLETED = "COMPLETED"
    COMPLETED_WITH_ERROR = "COMPLETED_WITH_ERROR"


class Event(StrEnum):
    START = "start"
    ASK = "ask"
    SUCCEED = "succeed"
    FAIL = "fail"


# fmt: off
TRANSITIONS: Mapping[Status, Mapping[Event, Status]] = {
    Status.NOT_YET_STARTED: {
        Event.START:   Status.IN_PROGRESS,
    },
    Status.IN_PROGRESS: {
        Event.ASK:     Status.WEB_FORM_REQUIRED,
        Event.SUCCEED: Status.COMPLETED,
        Event.FAIL:    Status.COMPLETED_WITH_ERROR,
    },
    # The newer texts call it final: the task stays, and the form in its payload tells how it went on.
    Status.WEB_FORM_REQUIRED: {},
    Status.COMPLETED: {},
    Status.COMPLETED_WITH_ERROR: {},
}
# fmt: on
RUNNING = frozenset(status for status, ways_out in TRANSITIONS.items() if ways_out)


class ErrorCode(StrEnum):
    """Why a task ended with an error (`payload.errorCode`)."""

    BANK_SERVER_REJECTION = "BANK_SERVER_REJECTION"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    INVALID_TOKEN = "INVALID_TOKEN"  # noqa: S105 # a code, not a password
    UNEXPECTED_ACCESS_RESPONSE = "UNEXPECTED_ACCESS_RESPONSE"
    MANDATOR_MISCONFIGURATION = "MANDATOR_MISCONFIGURATION"


@dataclass(frozen=True, slots=True)
class Callbacks:
    finalised: str | None = None
    web_form_required: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A background update. `work` is how long it still takes, as long as it has not ended."""

    id: str
    owner: str
    client_id: str
    token_id: int | None
    number: int
    created_at: datetime
    details: UpdateDetails
    terms: Terms
    callbacks: Callbacks
    work: Work | None
    status: Status = Status.NOT_YET_STARTED
    form_id: str | None = None
    error_code: ErrorCode | None = None
    error_message: str | None = None

    type = "BANK_CONNECTION_UPDATE"

    @property
    def is_running(self) -> bool:
        return self.status in RUNNING

    @property
    def due_at(self) -> datetime | None:
        """When the clock starts the task, and when it ends it; what waits for reads or for somebody it only starts."""
        if self.status is Status.NOT_YET_STARTED:
            return self.created_at
        return None if self.work is None else self.work.ends_at


@dataclass(frozen=True, slots=True)
class Ending:
    """How a task ends: with an error, with a form, or, if neither is given, well."""

    error_code: ErrorCode | None = None
    error_message: str | None = None
    form_id: str | None = None

    @property
    def event(self) -> Event:
        if self.error_code is not None:
            return Event.FAIL
        return Event.SUCCEED if self.form_id is None else Event.ASK


def move(task: Task, event: Event) -> Task:
    """Apply one event. ApiError 422 if the task's status does not allow it."""
    try:
        return replace(task, status=TRANSITIONS[task.status][event])
    except KeyError:
        raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, f"The task is {task.status}, so it cannot {event}.") from None


def end(task: Task, ending: Ending) -> Task:
    """The end of a running task, started first if it has not been."""
    started = move(task, Event.START) if task.status is Status.NOT_YET_STARTED else task
    return replace(
        move(started, ending.event),
        work=None,
        form_id=ending.form_id,
        error_code=ending.error_code,
        error_message=ending.error_message,
    )


def code_of(setback: Setback) -> ErrorCode:
    """The code with which a task ends because the bank does not let it in; tasks have fewer codes than forms."""
    codes: Sequence[str] = tuple(ErrorCode)
    return ErrorCode(setback.form_code) if setback.form_code in codes else ErrorCode.UNEXPECTED_ACCESS_RESPONSE


def callback(task: Task, form: Mapping[str, Any] | None, number: int, now: datetime) -> Callback | None:
    """What the task owes its client in its present status. `form` is its web form as a client sees it."""
    asks = task.status is Status.WEB_FORM_REQUIRED and form is not None and form["status"] == "NOT_YET_OPENED"
    url = task.callbacks.web_form_required if asks else task.callbacks.finalised
    if url is None:
        return None
    body: dict[str, Any] = {"taskId": task.id, "status": str(task.status)}
    if form is not None:
        body["webForm"] = dict(form)
    return Callback(number, task.client_id, url, body, now)


class Cause(StrEnum):
    """Why a background update needs a web form."""

    SAVED_SETTINGS = "the client wants the user to manage saved settings (manageSavedSettings)"
    NEW_ACCOUNTS = "importNewAccountsMode FORCED gives up the consent, so the user must give a new one"
    OTHER_INTERFACE = "none of the allowedInterfaces is connected yet"
    CONSENT_OVER = "the consent has ended"
    SECRETS_MISSING = "the bank asks for credentials, and none are stored"
    NEW_TERMS = "the bank has new terms and conditions, to which the user must agree"
    AUTHORISATION_OVER = "the last strong customer authentication is more than 90 days ago"


def interfaces_to_update(connection: BankConnection, allowed: Sequence[str]) -> list[ConnectedInterface]:
    """Those of the connection's interfaces that may be used; none named: all."""
    return [interface for interface in connection.interfaces if not allowed or interface.name in allowed]


def cause_of_form(connection: BankConnection, task: Task, now: datetime) -> Cause | None:
    """Why this update cannot do without its user; None: it can."""
    details, allowed = task.details, task.terms.allowed_interfaces
    if details.manages:
        return Cause.SAVED_SETTINGS
    usable = interfaces_to_update(connection, allowed)
    if not usable:
        return Cause.OTHER_INTERFACE
    if details.new_accounts is NewAccounts.FORCED and any(it.works_by_consent for it in usable):
        return Cause.NEW_ACCOUNTS
    causes = [cause_of_interface(interface, now) for interface in usable]
    return next(filter(None, causes), None)


def cause_of_interface(interface: ConnectedInterface, now: datetime) -> Cause | None:
    if interface.new_terms is NewTerms.ASKED:
        return Cause.NEW_TERMS
    if interface.works_by_consent:
        return None if interface.has_consent(now) else Cause.CONSENT_OVER
    if not interface.stores_secrets:
        return Cause.SECRETS_MISSING
    return None if interface.is_authorised(now) else Cause.AUTHORISATION_OVER
