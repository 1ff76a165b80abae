"""What the server may do although Schemathesis calls it a failure: five entries at most, each with its reason.

Schemathesis loads this file as its hooks, in its own process.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import schemathesis
from schemathesis.failure_codes import Failure

INVALID_ACCEPTED, VALID_REFUSED, WRONG_METHOD_ANSWERED = "ST201", "ST202", "ST204"
BREAKS_THE_DOCUMENT = re.compile(
    r"There is no such field|Field is missing\.|Field is blank\.|Parameter is missing\.|Is not a valid |"
    r"Does not fit the API|Must (be one of|match|have at (least|most) \d+ (character|element)|not name an element)|"
    r"Must be (an? (object|array|string|boolean|integer|number)( or null)?, not|a (whole )?number\.|true or false\.)"
)
"""How the server says, with a 400, that a request breaks the document itself (`mock_server/contract`)."""


@dataclass(frozen=True)
class Allowed:
    codes: frozenset[str]
    fits: Callable[[Failure, schemathesis.Case, schemathesis.Response], bool]
    reason: str


def refused_by_a_rule(failure: Failure, case: schemathesis.Case, response: schemathesis.Response) -> bool:
    if response.status_code == 400:
        return not BREAKS_THE_DOCUMENT.search(response.text)
    return response.status_code == 422


def blank_parameter(failure: Failure, case: schemathesis.Case, response: schemathesis.Response) -> bool:
    blank = {name for name, value in (case.query or {}).items() if not str(value).strip()}
    if failure.code == VALID_REFUSED:
        return any(f"Field '{name}' not valid: Parameter is missing." in response.text for name in blank)
    return set() < invalid_parameters(failure, "query") <= blank


def method_override(failure: Failure, case: schemathesis.Case, response: schemathesis.Response) -> bool:
    if failure.code == WRONG_METHOD_ANSWERED:
        return case.method == "POST" and (case.headers or {}).get("X-HTTP-Method-Override") in ("PATCH", "DELETE")
    return case.method != "POST" and invalid_parameters(failure, "header") == {"X-HTTP-Method-Override"}


def address_of_the_user(failure: Failure, case: schemathesis.Case, response: schemathesis.Response) -> bool:
    return invalid_parameters(failure, "header") == {"PSU-IP-Address"}


def invalid_parameters(failure: Failure, place: str) -> set[str]:
    """The parameters that were made invalid, if they are all of this place."""
    found = re.search(rf"Invalid component: parameters? ((?:`[^`]+`,? )+)in {place}\b", failure.message)
    return set(re.findall("`([^`]+)`", found[1])) if found else set()


ALLOWED = (
    Allowed(
        frozenset({VALID_REFUSED}),
        refused_by_a_rule,
        "finAPI refuses well-formed requests by rules that no schema can say: check digits of an IBAN, dates in the "
        "past, fields that need or exclude each other, an entity that exists already.",
    ),
    Allowed(
        frozenset({VALID_REFUSED, INVALID_ACCEPTED}),
        blank_parameter,
        "A query parameter with a blank value counts as not given, as it does in Spring, which finAPI is made with.",
    ),
    Allowed(
        frozenset({INVALID_ACCEPTED, WRONG_METHOD_ANSWERED}),
        method_override,
        "X-HTTP-Method-Override makes a POST another method, where the document has none; beside any other method "
        "finAPI does not look at it.",
    ),
    Allowed(
        frozenset({INVALID_ACCEPTED}),
        address_of_the_user,
        "finAPI documents that it replaces a PSU-IP-Address that is no IPv4 address, and refuses none.",
    ),
)


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    """Schemathesis may take a number that an answer had for a header, and fail at it before it is sent."""
    case.headers.update({name: str(value) for name, value in case.headers.items()})


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext, failure: Failure, case: schemathesis.Case, response: schemathesis.Response
) -> bool:
    """Whether a failure is one."""
    return not any(failure.code in entry.codes and entry.fits(failure, case, response) for entry in ALLOWED)
