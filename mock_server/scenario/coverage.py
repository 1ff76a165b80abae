"""Which of the documented errors can be made to happen, and by which scenarios: pairs of operation and status, and
the closed lists of error codes.

It asks the engine whether a rule is about an operation, and reads in `then` what it answers. How often a rule fires,
and after what, does not matter here.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from mock_server.contract.operations import Operation
from mock_server.domain.logins import CUSTOMERS
from mock_server.domain.tasks import code_of
from mock_server.errors import WEBFORM_CODES, Refusal, refusal_named
from mock_server.scenario.engine import concerns
from mock_server.scenario.rules import Scenario, Then, When
from mock_server.scenario.vocabulary import FORM_OPERATIONS, LOGIN_OPERATIONS, TOKEN_OPERATION

Pair = tuple[str, int]
"""An operation's key, and a status of its errors."""
Code = tuple[str, str]
"""Whose list of codes it is (a key of CODES), and the code."""

TASK_OPERATION = "webform.createBankConnectionUpdateTask"
CODES: Mapping[str, tuple[str, ...]] = {
    "access": ("access", "ErrorCode"),
    "webform": ("webform", "Error", "properties", "code"),
    "form": ("webform", "Payload", "properties", "errorCode"),
    "task": ("webform", "TaskPayload", "properties", "errorCode"),
}
"""The lists of codes: the API, and where in the schemas of its document they stand."""
NATURAL_CODES: Mapping[str, frozenset[str]] = {
    "access": frozenset({"METHOD_NOT_ALLOWED", "UNSUPPORTED_MEDIA_TYPE"}),
    "webform": frozenset({"NOT_ALLOWED"}),
    "form": frozenset(),
    "task": frozenset(),
}
"""Codes that only the server in front of the operations says, to a wrong method or a wrong type of body."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Who can make an error happen: every server without any scenario, these scenarios, or nobody."""

    is_natural: bool = False
    scenarios: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.is_natural or bool(self.scenarios)

    def by(self, scenario: str) -> "Reach":
        return self if scenario in self.scenarios else replace(self, scenarios=(*self.scenarios, scenario))


def pairs(operations: Iterable[Operation], scenarios: Collection[Scenario]) -> Mapping[Pair, Reach]:
    """Every documented pair, and who reaches it."""
    found: dict[Pair, Reach] = {}
    for operation in operations:
        for status in sorted(operation.errors):
            found[operation.key, status] = Reach(is_natural(operation, status))
        for scenario, then in _about(operation, scenarios):
            for status, _ in refusals(then, operation):
                if status in operation.errors:
                    found[operation.key, status] = found[operation.key, status].by(scenario)
    return found


def codes(
    operations: Iterable[Operation], scenarios: Collection[Scenario], documents: Mapping[Any, Mapping[str, Any]]
) -> Mapping[Code, Reach]:
    """Every documented error code, and who reaches it."""
    found = {
        (kind, code): Reach(code in NATURAL_CODES[kind])
        for kind, (api, *where) in CODES.items()
        for code in _listed(documents[api], where)
    }
    for operation in operations:
        for scenario, then in _about(operation, scenarios):
            said = {(operation.api, code) for _, code in refusals(then, operation)} | set(endings(then, operation))
            for code in said & found.keys():
                found[code] = found[code].by(scenario)
    return found


def _listed(document: Mapping[str, Any], where: Iterable[str]) -> list[str]:
    node: Any = document["components"]["schemas"]
    for name in where:
        node = node[name]
    return [code for code in node["enum"] if code is not None]


def _about(operation: Operation, scenarios: Iterable[Scenario]) -> Iterator[tuple[str, Then]]:
    for scenario in scenarios:
        for rule in scenario.rules:
            if is_about(rule.when, operation):
                yield scenario.name, rule.then


def is_about(when: When, operation: Operation) -> bool:
    """Whether some request of this operation fits, whatever it takes."""
    names = {(it.place, it.name) for it in operation.parameters}
    is_token = operation.key == TOKEN_OPERATION
    return (
        concerns(when, operation.key, operation.api, operation.tag)
        and (when.user is None or is_token or "user" in operation.roles)
        and (when.grant_type is None or is_token)
        and all((place, name) in names for place in ("path", "query") for name in getattr(when, place))
        and (not when.body or operation.body is not None)
    )


def refusals(then: Then, operation: Operation) -> Iterator[tuple[int, str]]:
    """Status and code of what a rule answers at an operation, in the words of its API."""
    answer = then.answer
    if answer is not None and answer.body is None and answer.status >= 400:
        yield answer.status, _in_api(answer.code, operation)
    row = _row(then, operation)
    if row is not None:
        yield row.status, _in_api(row.code, operation)


def _row(then: Then, operation: Operation) -> Refusal | None:
    if then.refuse is not None:
        return refusal_named(then.refuse)
    if then.quota is not None:
        return Refusal.TOO_MANY_REQUESTS
    if then.login_as is None or operation.key not in LOGIN_OPERATIONS or operation.api != "access":
        return None
    customer = CUSTOMERS[then.login_as]
    if customer.setback is not None:
        return Refusal[customer.setback.refusal]
    return Refusal.AUTHENTICATION_REQUIRED if customer.needs_sca else None


def _in_api(code: str, operation: Operation) -> str:
    return WEBFORM_CODES.get(code, code) if operation.api == "webform" else code


def endings(then: Then, operation: Operation) -> Iterator[Code]:
    """The error codes with which a form or a task ends, or is shown to have ended."""
    if operation.key in FORM_OPERATIONS:
        kind = "form"
    elif operation.key in (TASK_OPERATION, "webform.getTask"):
        kind = "task"
    else:
        return
    setback = None if then.login_as is None else CUSTOMERS[then.login_as].setback
    by_bank = None if setback is None else setback.form_code if kind == "form" else str(code_of(setback))
    said = (None if then.form is None else then.form.error_code, by_bank, then.patch.get("payload.errorCode"))
    yield from ((kind, code) for code in said if code is not None)


# What needs no scenario: `tests/scenario/test_coverage.py` makes each of these pairs happen without one.


def is_natural(operation: Operation, status: int) -> bool:
    """Whether an ordinary server answers so to a request that is wrong in the plainest way."""
    return status in NATURAL and NATURAL[status](operation)


NATURAL: Mapping[int, Callable[[Operation], bool]] = {
    400: lambda operation: operation.body is not None or any(it.read is not str for it in operation.parameters),
    401: lambda operation: True,
    403: lambda operation: True,
    404: lambda operation: "{" in operation.path and operation.body is None,
}
"""A body or parameter that is none, a wrong token, the wrong kind of token, an id that nobody has."""


# How it is printed.


def report(reached: Mapping[Pair, Reach], said: Mapping[Code, Reach], pattern: str | None) -> Iterator[str]:
    """The matrix and the codes or, for operations that fit a pattern, by whom each status is reached."""
    if pattern is not None:
        yield from details(reached, pattern)
        return
    yield from matrix(reached)
    yield ""
    for kind in CODES:
        its = [reach for (of, _), reach in said.items() if of == kind]
        yield f"{sum(map(bool, its))} of {len(its)} codes: {KINDS[kind]}"
    yield f"{sum(map(bool, reached.values()))} of {len(reached)} pairs of operation and status"
    yield "A number says how many scenarios reach it, n that it needs none. `coverage OPERATION` says which."


KINDS: Mapping[str, str] = {
    "access": "errors of Access",
    "webform": "errors of Web Form",
    "form": "errorCode of a web form",
    "task": "errorCode of a task",
}


def matrix(reached: Mapping[Pair, Reach]) -> Iterator[str]:
    """A row for each operation, a column for each status: how many scenarios reach it, `n` where it needs none."""
    statuses = sorted({status for _, status in reached})
    yield f"{'operation':<46}" + "".join(f"{status:>6}" for status in statuses)
    for key in dict.fromkeys(key for key, _ in reached):
        cells = (_cell(reached.get((key, status))) for status in statuses)
        yield f"{key:<46}{''.join(f'{cell:>6}' for cell in cells)}".rstrip()


def _cell(reach: Reach | None) -> str:
    if reach is None:
        return ""
    number = str(len(reach.scenarios)) if reach.scenarios else ""
    return number + ("n" if reach.is_natural else "") or "NONE"


def details(reached: Mapping[Pair, Reach], pattern: str) -> Iterator[str]:
    """Status by status, by whom it is reached, for the operations whose name fits."""
    for (key, status), reach in reached.items():
        if fnmatchcase(key, pattern) or fnmatchcase(key.partition(".")[2], pattern):
            whom = [*(["any server"] if reach.is_natural else []), *reach.scenarios]
            yield f"{key} {status}: {', '.join(whom) or 'NOBODY'}"


def as_json(reached: Mapping[Pair, Reach], said: Mapping[Code, Reach]) -> dict[str, list[dict[str, Any]]]:
    """All of it, for other programs."""
    return {
        "pairs": [{"operation": key, "status": status, **_whom(reach)} for (key, status), reach in reached.items()],
        "codes": [{"of": kind, "code": code, **_whom(reach)} for (kind, code), reach in said.items()],
    }


def _whom(reach: Reach) -> dict[str, Any]:
    return {"natural": reach.is_natural, "scenarios": list(reach.scenarios)}
