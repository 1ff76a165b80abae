"""Web forms: the life cycle, and the callback owed at its end.

The status concerns the form only. `move` is the only function that changes one: the page, the
control API, `--auto-complete` and the clock all go through it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from mock_server.domain.banks import Bank, BankInterface, Catalogue, Service
from mock_server.domain.callbacks import Callback
from mock_server.domain.form_details import Details, FormType, ImportDetails, OrderDetails, Terms, UpdateDetails
from mock_server.domain.steps import Visit
from mock_server.domain.users import License
from mock_server.errors import ApiError, Refusal

# Web forms live for 20 minutes from their creation (documentation of Web Form 2.0).
LIFETIME = timedelta(minutes=20)


class Status(StrEnum):
    NOT_YET_OPENED = "NOT_YET_OPENED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    COMPLETED_WITH_ERROR = "COMPLETED_WITH_ERROR"
    ABORTED = "ABORTED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class Event(StrEnum):
    OPEN = "open"
    SUCCEED = "succeed"
    FAIL = "fail"
    ABORT = "abort"
    EXPIRE = "expire"
    CANCEL = "cancel"


# fmt: off
TRANSITIONS: Mapping[Status, Mapping[Event, Status]] = {
    Status.NOT_YET_OPENED: {
        Event.OPEN:    Status.IN_PROGRESS,
        Event.EXPIRE:  Status.EXPIRED,
        Event.CANCEL:  Status.CANCELLED,
    },
    Status.IN_PROGRESS: {
        Event.SUCCEED: Status.COMPLETED,
        Event.FAIL:    Status.COMPLETED_WITH_ERROR,
        Event.ABORT:   Status.ABORTED,
        Event.EXPIRE:  Status.EXPIRED,
        Event.CANCEL:  Status.CANCELLED,
    },
    Status.COMPLETED: {},
    Status.COMPLETED_WITH_ERROR: {},
    Status.ABORTED: {},
    Status.EXPIRED: {},
    Status.CANCELLED: {},
}
# fmt: on
FINAL = frozenset(status for status, ways_out in TRANSITIONS.items() if not ways_out)


class ErrorCode(StrEnum):
    """Why a form ended with an error (`payload.errorCode`)."""

    ENTITY_EXISTS = "ENTITY_EXISTS"
    BANK_SERVER_REJECTION = "BANK_SERVER_REJECTION"
    INTERRUPTED = "INTERRUPTED"
    INVALID_TOKEN = "INVALID_TOKEN"  # noqa: S105 # a code, not a password
    MANDATOR_MISCONFIGURATION = "MANDATOR_MISCONFIGURATION"
    NO_ACCOUNTS_FOR_TYPE_LIST = "NO_ACCOUNTS_FOR_TYPE_LIST"
    UNDETERMINED_BANK = "UNDETERMINED_BANK"
    UNEXPECTED_ACCESS_RESPONSE = "UNEXPECTED_ACCESS_RESPONSE"
    UNSUPPORTED_FEATURE = "UNSUPPORTED_FEATURE"
    UNSUPPORTED_ORDER = "UNSUPPORTED_ORDER"
    INTERNAL_ERROR = "INTERNAL_ERROR"


# fmt: off
ERROR_MESSAGES: Mapping[ErrorCode, str] = {
    ErrorCode.ENTITY_EXISTS:              "The user has this bank connection already.",
    ErrorCode.BANK_SERVER_REJECTION:      "The bank has refused the request, for example for wrong credentials.",
    ErrorCode.INTERRUPTED:                "The form was reloaded or opened again at a step that does not allow it.",
    ErrorCode.INVALID_TOKEN:              "The user's access token has ended while the form was in use.",
    ErrorCode.MANDATOR_MISCONFIGURATION:  "The mandator's configuration does not allow this.",
    ErrorCode.NO_ACCOUNTS_FOR_TYPE_LIST:  "The bank has no account of the requested types.",
    ErrorCode.UNDETERMINED_BANK:          "The search for the bank has found none or several.",
    ErrorCode.UNEXPECTED_ACCESS_RESPONSE: "finAPI Access has given an unexpected answer.",
    ErrorCode.UNSUPPORTED_FEATURE:        "The bank does not support what was asked for.",
    ErrorCode.UNSUPPORTED_ORDER:          "The account does not support this kind of order.",
    ErrorCode.INTERNAL_ERROR:             "An unexpected error has happened.",
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a form ends. The id that fits the form's type is set where the object exists in Access afterwards."""

    event: Event
    connection_id: int | None = None
    payment_id: int | None = None
    standing_order_id: int | None = None
    error_code: ErrorCode | None = None
    error_message: str | None = None


@dataclass(frozen=True, slots=True)
class WebForm:
    """A form of any kind. `token_id` is the access token that it was created with, and works in the name of."""

    id: str
    owner: str
    client_id: str
    number: int
    created_at: datetime
    expires_at: datetime
    details: Details
    type: FormType = FormType.BANK_CONNECTION_IMPORT
    terms: Terms = field(default_factory=Terms)
    token_id: int | None = None
    task_id: str | None = None
    status: Status = Status.NOT_YET_OPENED
    visit: Visit = field(default_factory=Visit)
    outcome: Outcome | None = None

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def due_at(self) -> datetime | None:
        return None if self.is_final else self.expires_at

    @property
    def has_achieved(self) -> bool:
        """Whether at least one interface is connected or updated already: then cancelling comes too late."""
        return self.visit.connection_id is not None

    @property
    def download(self) -> ImportDetails:
        """What an import or an update is to download."""
        details = self.details
        assert not isinstance(details, OrderDetails)  # noqa: S101 # a payment form downloads nothing
        return details.download if isinstance(details, UpdateDetails) else details


@dataclass(frozen=True, slots=True)
class Creator:
    """Who creates a form: the user it is for, and the client and access token in whose name it works."""

    user_id: str
    client_id: str
    token_id: int | None


def create(
    id: str,
    creator: Creator,
    number: int,
    now: datetime,
    type: FormType,
    details: Details,
    terms: Terms,
    task_id: str | None = None,
) -> WebForm:
    return WebForm(
        id=id,
        owner=creator.user_id,
        client_id=creator.client_id,
        number=number,
        created_at=now,
        expires_at=now + LIFETIME,
        details=details,
        type=type,
        terms=terms,
        token_id=creator.token_id,
        task_id=task_id,
        visit=Visit(bank_id=terms.bank_id),
    )


def move(form: WebForm, event: Event, outcome: Outcome | None = None) -> WebForm:
    """Apply one event. ApiError 422 if the form's status does not allow it."""
    try:
        status = TRANSITIONS[form.status][event]
    except KeyError:
        detail = f"The web form is {form.status}, so it cannot {event}."
        raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, detail) from None
    return replace(form, status=status, outcome=outcome)


def finish(form: WebForm, outcome: Outcome, callback_number: int, now: datetime) -> tuple[WebForm, Callback | None]:
    """End the form. It owes its client one callback, if it asked for one and did not cancel the form itself."""
    finished = move(form, outcome.event, outcome)
    url = finished.terms.callback_url
    if url is None or finished.status is Status.CANCELLED:
        return finished, None
    body = {"webFormId": finished.id, "status": str(finished.status)}
    return finished, Callback(callback_number, finished.client_id, url, body, now)


def failure(code: ErrorCode, message: str | None = None) -> Outcome:
    return Outcome(Event.FAIL, error_code=code, error_message=message or ERROR_MESSAGES[code])


def bank_of(wish: Mapping[str, Any] | None, catalogue: Catalogue, *, allows_test_banks: bool) -> Bank | None:
    """The bank that `bank.id` or `bank.search` names; None if neither is given. ApiError 422."""
    id, search = (wish or {}).get("id"), (wish or {}).get("search")
    if id is not None:
        found = catalogue.get(id)
        banks: Sequence[Bank] = [found] if found is not None else []
    elif search is not None:
        banks = [bank for bank in catalogue.search(search) if allows_test_banks or not bank.is_test_bank]
    else:
        return None
    if not banks:
        named = f"id {id}" if id is not None else f"search '{search}'"
        raise ApiError(Refusal.BANK_NOT_SUPPORTED, f"No bank found for {named}.")
    if len(banks) > 1:
        raise ApiError(Refusal.BANK_NOT_UNIQUE, f"'{search}' finds {len(banks)} banks, but must find one.")
    return banks[0]


def interface_of(bank: Bank, allowed: Sequence[str], service: Service = "AIS") -> BankInterface:
    """The interface that a form uses at a bank. ApiError 422."""
    interface = bank.best_interface(allowed, service)
    if interface is None:
        purpose = "account information" if service == "AIS" else "payments"
        raise ApiError(Refusal.BANK_NOT_SUPPORTED, f"{bank.name} has no interface for {purpose}.")
    return interface


# "FULLY_LICENSED + AISP (AIS) / PISP (PIS) must send it, everybody else must not": mandators with a licence
# for the service bring their own redirect address to the bank; all others use finAPI's.
LICENSED: Mapping[Service, frozenset[License]] = {
    "AIS": frozenset({"AISP", "FULLY_LICENSED"}),
    "PIS": frozenset({"PISP", "FULLY_LICENSED"}),
}


def check_redirect_url(redirect_url: str | None, license: License, service: Service = "AIS") -> None:
    """ApiError 422 if the body's `redirectUrl` does not fit the mandator's licence."""
    must_have = license in LICENSED[service]
    if redirect_url is not None and not must_have:
        raise ApiError(
            Refusal.INVALID_REDIRECT_URL,
            f"redirectUrl must not be set, because the mandator's license is {license}.",
        )
    if redirect_url is None and must_have:
        raise ApiError(
            Refusal.INVALID_REDIRECT_URL,
            f"redirectUrl must be set, because the mandator's license is {license}.",
        )
