"""Logins by the direct API: what the bank still asks for (510), and what the caller answers.

The bank's side is that of `steps`, as in a web form. Between two calls it is kept under the hash that the first
510 has given; the next call repeats its body with the hash and the one answer that the bank waits for.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

from mock_server.domain import progress, steps
from mock_server.domain.banks import Service
from mock_server.domain.logins import PROCEDURES
from mock_server.domain.progress import Pace, Work
from mock_server.domain.steps import Step, Visit
from mock_server.errors import ApiError, Refusal

# Nobody documents for how long a bank waits for an answer.
LIFETIME = timedelta(minutes=10)

POLLS_AT_ONCE = 1
"""How many polls of a decoupled procedure find it still in progress, where everything else is done at once."""


class Status(StrEnum):
    """`MsaStatus` of Access."""

    TWO_STEP_PROCEDURE_REQUIRED = "TWO_STEP_PROCEDURE_REQUIRED"
    CHALLENGE_RESPONSE_REQUIRED = "CHALLENGE_RESPONSE_REQUIRED"
    REDIRECT_REQUIRED = "REDIRECT_REQUIRED"
    DECOUPLED_AUTH_REQUIRED = "DECOUPLED_AUTH_REQUIRED"
    DECOUPLED_AUTH_IN_PROGRESS = "DECOUPLED_AUTH_IN_PROGRESS"


STATUSES: Mapping[Step, Status] = {
    Step.SCA_METHOD: Status.TWO_STEP_PROCEDURE_REQUIRED,
    Step.CHALLENGE: Status.CHALLENGE_RESPONSE_REQUIRED,
    Step.REDIRECT: Status.REDIRECT_REQUIRED,
    Step.DECOUPLED: Status.DECOUPLED_AUTH_REQUIRED,
}
"""What the caller is asked for when the bank has come to a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """A login that waits for its next answer. The hash is its `id`; its last digits lead back to the mandator.

    `visit` is how far the bank's side has come. It may be ahead of `status`: an end user who has logged in on the
    bank's page, or confirmed in its app, shows only when the caller comes back.
    """

    id: str
    owner: str
    fingerprint: str
    """Of what is being done (see `fingerprint`): nothing else may be authorised by the answers."""
    visit: Visit
    status: Status
    expires_at: datetime
    code: str
    """What a redirect bank gives to an end user who comes from its page."""
    redirect_url: str | None = None
    service: Service = "AIS"
    work: Work | None = None
    """How long the end user still takes to confirm on the other device; a poll is a look at it."""

    @property
    def due_at(self) -> datetime:
        return self.expires_at

    @property
    def is_at_bank(self) -> bool:
        """Whether the bank still waits for its customer, on its page or in its app."""
        return self.visit.step in (Step.REDIRECT, Step.DECOUPLED)

    @property
    def callback(self) -> str:
        """The query with which the bank sends its customer back, whatever has happened there."""
        return urlencode({"state": self.id, "code": self.code})

    @property
    def way_back(self) -> str:
        """The caller's own address with the bank's query."""
        parts = urlsplit(self.redirect_url or "")
        kept = parse_qsl(parts.query, keep_blank_values=True)
        return urlunsplit(parts._replace(query=urlencode([*kept, *parse_qsl(self.callback)])))


def fingerprint(operation: str, body: Mapping[str, Any]) -> str:
    """What stays the same from the first call to the last, without keeping the secrets in it."""
    repeated = {name: value for name, value in body.items() if name != "multiStepAuthentication" and value is not None}
    return sha256(json.dumps([operation, repeated], sort_keys=True).encode()).hexdigest()


def ask(authorisation: Authorisation, pace: Pace, now: datetime) -> Authorisation:
    """The authorisation, waiting for what its visit has come to."""
    step = authorisation.visit.step
    asked = replace(authorisation, status=STATUSES[step], expires_at=now + LIFETIME)
    if step is not Step.DECOUPLED:
        return asked
    at_once = pace.kind == "at-once"
    return replace(asked, work=Work(reads_left=POLLS_AT_ONCE) if at_once else progress.begin(pace, now))


def answer(authorisation: Authorisation, given: Mapping[str, Any], now: datetime) -> Authorisation:
    """Pass on to the bank what the caller answers. ApiError 422 if it is no answer to what was asked."""
    field, pass_on = ANSWERS[authorisation.status]
    if given.get(field) is None:
        others = [name for name, value in given.items() if name != "hash" and value is not None]
        if authorisation.status is Status.TWO_STEP_PROCEDURE_REQUIRED and not others:
            raise ApiError(Refusal.MISSING_TWO_STEP_PROCEDURE)
        detail = f"The bank waits for '{field}' ({authorisation.status}), not for {' and '.join(others) or 'nothing'}."
        raise ApiError(Refusal.NO_EXISTING_CHALLENGE, detail)
    return pass_on(authorisation, given[field], now)


def confirm(authorisation: Authorisation) -> Authorisation:
    """The end user has confirmed on the other device. It shows at the next poll."""
    return replace(authorisation, visit=steps.confirm(authorisation.visit))


def refuse(authorisation: Authorisation) -> Authorisation:
    """The end user has refused, on the bank's page or on the other device."""
    return replace(authorisation, visit=steps.refuse(authorisation.visit))


def _choose(authorisation: Authorisation, procedure_id: str, now: datetime) -> Authorisation:
    if procedure_id not in PROCEDURES:
        known = ", ".join(PROCEDURES)
        raise ApiError(Refusal.INVALID_TWO_STEP_PROCEDURE, f"Choose one of the two-step procedures {known}.")
    return replace(authorisation, visit=steps.choose_procedure(authorisation.visit, procedure_id))


def _respond(authorisation: Authorisation, tan: str, now: datetime) -> Authorisation:
    return replace(authorisation, visit=steps.answer(authorisation.visit, tan))


def _return(authorisation: Authorisation, query: str, now: datetime) -> Authorisation:
    """Back from the bank's page. Whoever brings another code, or has not logged in there, is refused."""
    values = parse_qs(query.partition("?")[2] or query.lstrip("?"))
    came_back = values.get("state") == [authorisation.id] and values.get("code") == [authorisation.code]
    return refuse(authorisation) if authorisation.is_at_bank or not came_back else authorisation


def _poll(authorisation: Authorisation, is_confirmed: bool, now: datetime) -> Authorisation:
    """Ask whether the end user has confirmed. `decoupledCallback: false` asks for nothing."""
    if not is_confirmed or not authorisation.is_at_bank or authorisation.work is None:
        return authorisation
    left = progress.seen(authorisation.work)
    if left is None or left.is_over(now):
        return confirm(authorisation)
    return replace(authorisation, status=Status.DECOUPLED_AUTH_IN_PROGRESS, work=left)


# fmt: off
ANSWERS: Mapping[Status, tuple[str, Callable[[Authorisation, Any, datetime], Authorisation]]] = {
    Status.TWO_STEP_PROCEDURE_REQUIRED: ("twoStepProcedureId", _choose),
    Status.CHALLENGE_RESPONSE_REQUIRED: ("challengeResponse",  _respond),
    Status.REDIRECT_REQUIRED:           ("redirectCallback",   _return),
    Status.DECOUPLED_AUTH_REQUIRED:     ("decoupledCallback",  _poll),
    Status.DECOUPLED_AUTH_IN_PROGRESS:  ("decoupledCallback",  _poll),
}
# fmt: on
"""The one field that each status asks for, and who takes it."""
