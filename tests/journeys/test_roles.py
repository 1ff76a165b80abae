"""Whose token opens what: every kind of token that can be wrong, and every role, with every operation of both APIs.

Roles are looked at before parameters and bodies, so the requests here are otherwise empty.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from mock_server.app import load_contracts
from mock_server.contract import Operation
from mock_server.operations import NOT_EMULATED
from mock_server.settings import Settings
from tests.actors import Admin, Shop, bearer
from tests.conftest import serve
from tests.refusals import NO_TOKEN, access_error, bad_token, told, webform_error

# What finAPI says about whose token opens an operation, written down a second time: by tag, and the exceptions.
# fmt: off
OPENS: Mapping[tuple[str, str], set[str]] = {
    ("access", "Authorization"):                       {"client"},
    ("access", "Client Configuration"):                {"client"},
    ("access", "Mandator Administration"):             {"admin"},
    ("access", "Users"):                               {"client"},
    ("access", "Banks"):                               {"client", "user"},
    ("access", "Bank Connections"):                    {"user"},
    ("access", "Accounts"):                            {"user"},
    ("access", "Standing Orders"):                     {"user"},
    ("access", "Payments"):                            {"user"},
    ("access", "Transactions"):                        {"user"},
    ("access", "Pending Transactions"):                {"user"},
    ("access", "Securities"):                          {"user"},
    ("access", "Categories"):                          {"user"},
    ("access", "Labels"):                              {"user"},
    ("access", "Notification Rules"):                  {"user"},
    ("access", "Mocks and Tests"):                     {"user"},
    ("access", "TPP Certificates"):                    {"admin"},
    ("access", "TPP Credentials"):                     {"admin"},
    ("webform", "Account Information Services"):       {"user"},
    ("webform", "Payment Initiation Services"):        {"user"},
    ("webform", "Web Forms"):                          {"user"},
    ("webform", "Tasks"):                              {"user"},
    ("webform", "Customisation Profiles"):             {"admin"},
    ("webform", "Customisation Translations"):         {"admin"},
}
EXCEPTIONS: Mapping[str, set[str]] = {
    "access.getToken":              set(),
    "access.getAuthorizedUser":     {"user"},
    "access.editAuthorizedUser":    {"user"},
    "access.deleteAuthorizedUser":  {"user"},
}
# fmt: on
ROLES = ("client", "user", "admin")
LIFELESS = ("garbage", "expired", "revoked", "refresh token", "another server's", "a deleted user's")
LATER, LATER_UTC = "2026-08-13T14:00:00.000+02:00", "2026-08-13T12:00:00.000+0000"
"""The clock's time after the expired token has expired."""

EVERY = [operation for contract in load_contracts(Settings()) for operation in contract.operations]
GUARDED = [operation for operation in EVERY if operation.key != "access.getToken"]


def roles_of(operation: Operation) -> set[str]:
    exception = EXCEPTIONS.get(operation.key)
    return OPENS[operation.api, operation.tag] if exception is None else exception


def cases(*kinds: str, opens: bool | None = None) -> Any:
    """Every guarded operation with every kind of token; `opens` chooses by whether the role opens the operation."""
    chosen = [
        pytest.param(operation, kind, id=f"{operation.key}-{kind}")
        for operation in GUARDED
        for kind in kinds
        if opens is None or (kind in roles_of(operation)) is opens
    ]
    return pytest.mark.parametrize(("operation", "kind"), chosen)


@dataclass(frozen=True)
class Doors:
    """One server, a token of each kind, and what error bodies call its holder."""

    http: TestClient
    shop: Shop
    tokens: Mapping[str, str]
    holders: Mapping[str, str]

    def tries(self, operation: Operation, token: str | None) -> Any:
        path = re.sub(r"{\w+}", "1", operation.path)
        return self.http.request(operation.method, path, headers={} if token is None else bearer(token))


@pytest.fixture(scope="module")
def doors() -> Iterator[Doors]:
    with serve() as http, serve() as elsewhere:
        shop = Shop(http)
        tokens = {"expired": shop.welcomes("erna").token["access_token"]}
        http.post("/_mock/clock", json={"advance": "2h"})
        user, revoked, gone = (shop.welcomes(name).token for name in ("ulla", "rita", "gert"))
        tokens |= {
            "garbage": "made.up.text",
            "revoked": revoked["access_token"],
            "refresh token": user["refresh_token"],
            "another server's": Shop(elsewhere).welcomes("ulla").token["access_token"],
            "a deleted user's": gone["access_token"],
            "client": shop.token()["access_token"],
            "user": user["access_token"],
            "admin": Admin(http).token()["access_token"],
        }
        assert shop.revokes(tokens["revoked"]).status_code == 200
        assert http.delete("/api/v2/users", headers=bearer(tokens["a deleted user's"])).status_code == 200
        yield Doors(http, shop, tokens, {"client": "11/0", "user": "11/36", "admin": "12/0"})


@pytest.mark.parametrize("operation", EVERY, ids=lambda operation: operation.key)
def test_the_document_names_the_roles_that_finapi_names(operation: Operation) -> None:
    assert operation.roles == roles_of(operation)


@pytest.mark.parametrize("operation", GUARDED, ids=lambda operation: operation.key)
def test_nothing_is_open_without_a_token(doors: Doors, operation: Operation) -> None:
    refused(doors.tries(operation, None), operation, NO_TOKEN)


@cases(*LIFELESS)
def test_nothing_is_open_to_a_token_that_does_not_live(doors: Doors, operation: Operation, kind: str) -> None:
    refused(doors.tries(operation, doors.tokens[kind]), operation, bad_token(doors.tokens[kind]))


def refused(answer: Any, operation: Operation, expected: Mapping[str, str]) -> None:
    """AssertionError unless it is a 401 and says what is expected, each API in its own shape."""
    if operation.api == "webform":
        expected = webform_error(answer, "UNAUTHORIZED", expected["error_description"], LATER_UTC)
    assert told(answer) == (401, expected)
    assert answer.headers["www-authenticate"] == "Bearer"


@cases(*ROLES, opens=False)
def test_an_operation_is_closed_to_the_wrong_role(doors: Doors, operation: Operation, kind: str) -> None:
    answer = doors.tries(operation, doors.tokens[kind])
    if operation.api == "webform":
        expected = webform_error(answer, "FORBIDDEN", "Access is denied", LATER_UTC)
    else:
        who = doors.holders[kind]
        expected = access_error(answer, "UNAUTHORIZED_ACCESS", "Access is denied", who=who, date=LATER)
    assert told(answer) == (403, expected)


@cases(*ROLES, opens=True)
def test_an_operation_is_open_to_its_role(doors: Doors, operation: Operation, kind: str) -> None:
    """What comes after the door, success or complaint, is documented (the server of the tests compares it)."""
    token = doors.tokens[kind] if kind != "user" else doors.shop.welcomes(operation.id[:36]).token["access_token"]
    status = doors.tries(operation, token).status_code
    if operation.key in NOT_EMULATED:
        assert status in (*operation.errors - {401, 403}, 501)
    else:
        assert status in (operation.success, *operation.errors - {401, 403, 500})


@pytest.mark.parametrize("kind", ["none", *LIFELESS, *ROLES])
def test_whoever_asks_for_a_token_needs_none(doors: Doors, kind: str) -> None:
    answer = doors.http.post(
        "/api/v2/oauth/token",
        data={"grant_type": "client_credentials", **doors.shop.credentials},
        headers={} if kind == "none" else bearer(doors.tokens[kind]),
    )
    assert (answer.status_code, answer.json()["access_token"]) == (200, doors.tokens["client"])
