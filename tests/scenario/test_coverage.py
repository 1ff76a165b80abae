"""Every error that the documents know can be had: each pair of operation and status, and each code.

The table of who reaches what is computed; here it is held against servers, with one request for each pair.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from mock_server.app import load_contracts
from mock_server.cli import main
from mock_server.contract import Contract, Operation
from mock_server.errors import refusal_named
from mock_server.scenario.coverage import (
    CODES,
    NATURAL_CODES,
    Reach,
    codes,
    details,
    is_about,
    is_natural,
    matrix,
    pairs,
)
from mock_server.settings import Settings
from tests import test_error_codes
from tests.actors import Admin, Shop, bearer
from tests.conftest import serve
from tests.refusals import access_error, oauth_error, told, webform_error, webform_problems
from tests.samples import Request, sample
from tests.scenario.library import scenario_called, shipped
from tests.scenario.texts import scenario, vocabulary

CONTRACTS = {contract.api: contract for contract in load_contracts(Settings())}
EVERY = [(contract, operation) for contract in CONTRACTS.values() for operation in contract.operations]
PAIRS = [(contract, operation, status) for contract, operation in EVERY for status in sorted(operation.errors)]
STATUSES = sorted({status for _, _, status in PAIRS})


def cases(*chosen: tuple[Contract, Operation, int]) -> Any:
    ids = [f"{operation.key}-{status}" for _, operation, status in chosen]
    return pytest.mark.parametrize(("contract", "operation", "status"), chosen, ids=ids)


# What is computed.


def test_every_documented_pair_can_be_reached() -> None:
    reached = pairs(vocabulary().operations, shipped())
    assert len(reached) == len(PAIRS)
    assert [pair for pair, reach in reached.items() if not reach] == []


def test_every_documented_code_can_be_reached() -> None:
    documents = {api: contract.document for api, contract in CONTRACTS.items()}
    reached = codes(vocabulary().operations, shipped(), documents)
    assert {kind: sum(its == kind for its, _ in reached) for kind in CODES} == {
        "access": 39, "webform": 13, "form": 11, "task": 5,
    }  # fmt: skip
    assert [code for code, reach in reached.items() if not reach] == []


def test_the_codes_that_need_no_scenario_are_proved_elsewhere() -> None:
    assert NATURAL_CODES["access"] <= test_error_codes.ACCESS.keys()
    assert NATURAL_CODES["webform"] <= test_error_codes.WEBFORM.keys()


ONE: Mapping[str, tuple[str, set[tuple[str, int]]]] = {
    "a refusal": ("when: {operation: getBank}, then: {refuse: UNKNOWN_ENTITY}", {("access.getBank", 404)}),
    "an answer": ("when: {operation: getBank}, then: {answer: {status: 500}}", {("access.getBank", 500)}),
    "an answer with a body is none of finAPI's": (
        "when: {operation: getBank}, then: {answer: {status: 500, body: x}}",
        set(),
    ),
    "what is not documented": ("when: {operation: getBank}, then: {refuse: LOCKED}", set()),
    "a setback at the bank": (
        "when: {operation: importBankConnection}, then: {login_as: demo_wrong_pin}",
        {("access.importBankConnection", 422)},
    ),
    "a second factor": (
        "when: {operation: updateBankConnection}, then: {login_as: demo}",
        {("access.updateBankConnection", 510)},
    ),
    "users only": (
        "when: {user: alice, tag: [Users, Mocks and Tests]}, then: {refuse: ENTITY_EXISTS}",
        {("access.editAuthorizedUser", 422), ("access.mockBatchUpdate", 422), ("access.checkCategorization", 422)},
    ),
    "a parameter that only one of them has": (
        "when: {operation: [getTransaction, getAndSearchAllTransactions], query: {ids: 1}}, "
        "then: {refuse: UNEXPECTED_ERROR}",
        {("access.getAndSearchAllTransactions", 500)},
    ),
}


@pytest.mark.parametrize("what", ONE)
def test_a_rule_reaches_what_it_answers_where_it_is_documented(what: str) -> None:
    rule, expected = ONE[what]
    reached = pairs(vocabulary().operations, [scenario(f"rules: [{{{rule}}}]")])
    assert {pair for pair, reach in reached.items() if reach.scenarios} == expected


def test_the_matrix_shows_what_nobody_reaches() -> None:
    rows = list(matrix({("access.a", 400): Reach(True, ("x", "y")), ("access.b", 404): Reach()}))
    assert [row.split() for row in rows] == [["operation", "400", "404"], ["access.a", "2n"], ["access.b", "NONE"]]


def test_the_details_say_by_whom() -> None:
    reached = {("access.getBank", 400): Reach(True, ("x", "y")), ("access.getBank", 404): Reach()}
    assert list(details(reached, "getBa*")) == [
        "access.getBank 400: any server, x, y",
        "access.getBank 404: NOBODY",
    ]
    assert list(details(reached, "webform.*")) == []


# What servers do.


@dataclass(frozen=True)
class Doors:
    """A server that many tests only ask to refuse, and a token of each kind."""

    http: TestClient
    tokens: Mapping[str, str]
    holders: Mapping[str, str]

    def asks(self, operation: Operation, request: Request, **headers: str) -> Any:
        role = self.role(operation)
        more = {} if role is None else bearer(self.tokens[role])
        return self.http.request(**request.arguments, headers={**more, **headers})

    def role(self, operation: Operation) -> str | None:
        return min(operation.roles) if operation.roles else None

    def holder(self, operation: Operation) -> str:
        role = self.role(operation)
        return "0/0" if role is None else self.holders[role]


@pytest.fixture(scope="module")
def doors() -> Iterator[Doors]:
    with serve(Settings(license="FULLY_LICENSED")) as http:
        shop = Shop(http)
        user = shop.welcomes("alice").token["access_token"]
        tokens = {"client": shop.token()["access_token"], "user": user, "admin": Admin(http).token()["access_token"]}
        yield Doors(http, tokens, {"client": "11/0", "user": "11/35", "admin": "12/0"})


@cases(*PAIRS)
def test_a_pair_is_answered_in_the_shape_of_its_api(
    doors: Doors, contract: Contract, operation: Operation, status: int
) -> None:
    """The scenario `error-404` and its like, asked for by the request itself."""
    answer = doors.asks(operation, sample(contract, operation), **{"X-Mock-Scenario": f"error-{status}"})
    assert told(answer) == (status, expected(doors, operation, status, answer))
    assert answer.headers["x-mock-reason"].startswith(f"scenario error-{status}, rule ")


@cases(*(next(pair for pair in PAIRS if pair[2] == status) for status in STATUSES))
def test_a_request_can_name_the_refusal_itself(
    doors: Doors, contract: Contract, operation: Operation, status: int
) -> None:
    name = scenario_called(f"error-{status}").rules[0].then.refuse
    assert name is not None
    answer = doors.asks(operation, sample(contract, operation), **{"X-Mock-Refuse": name})
    assert told(answer) == (status, expected(doors, operation, status, answer))


WEBFORM = {
    401: "UNAUTHORIZED", 403: "FORBIDDEN", 404: "NOT_FOUND", 422: "NOT_SUPPORTED", 423: "LOCKED",
    500: "INTERNAL_SERVER_ERROR",
}  # fmt: skip


def expected(doors: Doors, operation: Operation, status: int, answer: Any) -> Any:
    row = refusal_named(scenario_called(f"error-{status}").rules[0].then.refuse or "")
    assert row is not None
    if operation.api == "access":
        if status == 401:
            return oauth_error(row.code, row.message)
        return access_error(answer, row.code, row.message, who=doors.holder(operation), type=row.blame)
    if status == 400:
        return webform_problems(answer, ("body", row.message))
    return webform_error(answer, WEBFORM[status], row.message)


@pytest.mark.parametrize("status", STATUSES)
def test_an_error_for_single_requests_is_about_exactly_the_operations_that_document_it(status: int) -> None:
    rules = scenario_called(f"error-{status}").rules
    about = {operation.key for _, operation in EVERY if any(is_about(rule.when, operation) for rule in rules)}
    assert about == {operation.key for _, operation in EVERY if status in operation.errors}


NATURAL = [pair for pair in PAIRS if is_natural(pair[1], pair[2])]


@cases(*(pair for pair in NATURAL if pair[2] == 400))
def test_a_malformed_request_needs_no_scenario(
    doors: Doors, contract: Contract, operation: Operation, status: int
) -> None:
    request = sample(contract, operation)
    role = doors.role(operation)
    headers = {} if role is None else bearer(doors.tokens[role])
    if operation.body is not None:
        answer = doors.http.request(operation.method, request.path, content=b"{", headers={**headers, **JSON})
        if request.is_form:
            answer = doors.http.request(operation.method, request.path, data={"grant_type": ""}, headers=headers)
    else:
        wrong = next(it for it in operation.parameters if it.read is not str)
        path = re.sub(r"{\w+}", "x", operation.path) if wrong.place == "path" else request.path
        query = {**request.query, wrong.name: "?"} if wrong.place == "query" else request.query
        answer = doors.http.request(operation.method, path, params=query, headers=headers)
    assert answer.status_code == status, answer.text


JSON = {"content-type": "application/json"}


@cases(*(pair for pair in NATURAL if pair[2] == 404))
def test_an_id_that_nobody_has_needs_no_scenario(
    doors: Doors, contract: Contract, operation: Operation, status: int
) -> None:
    assert doors.asks(operation, sample(contract, operation)).status_code == status


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_token_needs_no_scenario(status: int) -> None:
    """`tests/journeys/test_roles.py` tries every token at every operation."""
    assert all(is_natural(operation, status) for _, operation in EVERY)


# What the command prints.


def command(*arguments: str) -> str:
    done = CliRunner().invoke(main, ["scenario", "coverage", *arguments])
    assert done.exit_code == 0, done.stderr
    return done.stdout


def test_the_command_prints_a_row_for_each_operation_and_the_sums() -> None:
    lines = command().splitlines()
    rows = {line.split()[0] for line in lines[1 : 1 + len(EVERY)]}
    assert lines[0].split() == ["operation", *map(str, STATUSES)]
    assert rows == {operation.key for _, operation in EVERY}
    assert lines[-6:-1] == [
        "39 of 39 codes: errors of Access",
        "13 of 13 codes: errors of Web Form",
        "11 of 11 codes: errorCode of a web form",
        "5 of 5 codes: errorCode of a task",
        "584 of 584 pairs of operation and status",
    ]


def test_the_command_says_by_whom_an_operation_is_reached() -> None:
    assert "access.getBank 404: any server, bank-removed-from-catalogue, error-404\n" in command("getBank")


def test_the_command_tells_other_programs_everything() -> None:
    told = json.loads(command("--json"))
    assert {"operation": "access.getBank", "status": 404, "natural": True} | {
        "scenarios": ["bank-removed-from-catalogue", "error-404"]
    } in told["pairs"]
    assert {"of": "form", "code": "INTERRUPTED", "natural": False} | {
        "scenarios": ["form-fails-with-interrupted"]
    } in told["codes"]
    assert (len(told["pairs"]), len(told["codes"])) == (len(PAIRS), 68)


def test_the_command_fails_when_an_error_is_reached_by_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    only = tmp_path / "only.yaml"
    only.write_text("name: only\ndescription: One.\nrules: [{then: {delay: 1s}}]\n", encoding="utf-8")
    monkeypatch.setattr("mock_server.app.resource", lambda *parts: tmp_path)
    done = CliRunner().invoke(main, ["scenario", "coverage"])
    assert done.exit_code == 1
    assert "finapi-mock: reached by nobody: access.revokeToken 500, " in done.stderr
