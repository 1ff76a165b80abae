"""From method and path to the operation."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.app import load_contracts
from mock_server.contract import Operation, Router
from mock_server.operations import ALIASES
from mock_server.settings import Settings

OPERATIONS = tuple(operation for contract in load_contracts(Settings()) for operation in contract.operations)
ROUTER = Router(OPERATIONS, ALIASES)
LITERALS = {segment for operation in OPERATIONS for segment in operation.path.split("/") if "{" not in segment}
SEGMENTS = st.text(st.characters(exclude_characters="/", codec="utf-8"), min_size=1, max_size=8).filter(
    lambda text: text not in LITERALS
)


def operation(method: str, path: str) -> Operation:
    """An operation that is nothing but a way to it."""
    nothing: Any = frozenset()
    return Operation("access", f"{method} {path}", method, path, "", "", nothing, (), None, 200, nothing)


def router(*paths: str, aliases: dict[str, str] | None = None) -> Router:
    return Router([operation(*path.split()) for path in paths], aliases)


def found(router: Router, method: str, path: str) -> tuple[str | None, dict[str, str]] | None:
    route = router.find(method, path)
    if route is None:
        return None
    return None if route.operation is None else route.operation.id, dict(route.values)


SMALL = router(
    "GET /api/v2/banks",
    "GET /api/v2/banks/{id}",
    "GET /api/v2/banks/groups",
    "POST /api/v2/users",
    "PATCH /api/v2/users",
    "DELETE /api/v2/users/{userId}",
    "POST /api/v2/users/verify/{userId}",
    "GET /a/{one}/b/{two}",
    "POST /api/v2/oauth/token",
    aliases={"/oauth/token": "/api/v2/oauth/token"},
)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/v2/banks", ("GET /api/v2/banks", {})),
        ("GET", "/api/v2/banks/280001", ("GET /api/v2/banks/{id}", {"id": "280001"})),
        ("GET", "/api/v2/banks/Größe 1", ("GET /api/v2/banks/{id}", {"id": "Größe 1"})),
        ("GET", "/a/1/b/2", ("GET /a/{one}/b/{two}", {"one": "1", "two": "2"})),
        # a literal counts more than a parameter, whichever came first
        ("GET", "/api/v2/banks/groups", ("GET /api/v2/banks/groups", {})),
        # the same operation under another name
        ("POST", "/oauth/token", ("POST /api/v2/oauth/token", {})),
        ("POST", "/api/v2/oauth/token", ("POST /api/v2/oauth/token", {})),
        ("POST", "/api/v2/users/verify/alice", ("POST /api/v2/users/verify/{userId}", {"userId": "alice"})),
        ("DELETE", "/api/v2/users/alice", ("DELETE /api/v2/users/{userId}", {"userId": "alice"})),
    ],
)
def test_a_path_leads_to_its_operation(method: str, path: str, expected: tuple[str, dict[str, str]]) -> None:
    assert found(SMALL, method, path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/api",
        "/api/v2",
        "/api/v2/",
        "/api/v2/bank",
        "/api/v2/banks/",
        "/api/v2/banks/280001/",
        "/api/v2/banks/280001/x",
        "/api/v2//banks",
        "//api/v2/banks",
        "/API/v2/banks",
        "/api/v2/Banks",
        "/a/1/b",
        "/a//b/2",
        "/a/1/b/",
        "/api/v2/users/verify",
        "/oauth",
        "/oauth/token/",
        "api/v2/banks",
    ],
)
def test_any_other_path_leads_nowhere(path: str) -> None:
    assert SMALL.find("GET", path) is None


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/api/v2/users", {"POST", "PATCH"}),
        ("/api/v2/banks", {"GET"}),
        ("/api/v2/users/alice", {"DELETE"}),
        ("/oauth/token", {"POST"}),
    ],
)
def test_a_path_knows_its_methods(path: str, methods: set[str]) -> None:
    route = SMALL.find("PUT", path)
    assert route is not None
    assert route.operation is None
    assert route.methods == methods
    assert all(found(SMALL, method, path) is not None for method in methods)


def test_a_method_is_compared_exactly() -> None:
    route = SMALL.find("get", "/api/v2/banks")
    assert route is not None
    assert route.operation is None


def test_the_same_place_may_have_another_name_in_another_operation() -> None:
    names = router("GET /a/{id}", "DELETE /a/{key}", "GET /a/{parent}/b/{id}")
    assert found(names, "GET", "/a/1") == ("GET /a/{id}", {"id": "1"})
    assert found(names, "DELETE", "/a/1") == ("DELETE /a/{key}", {"key": "1"})
    assert found(names, "GET", "/a/1/b/2") == ("GET /a/{parent}/b/{id}", {"parent": "1", "id": "2"})


def test_an_alias_of_nothing_is_nothing() -> None:
    assert router("GET /a", aliases={"/b": "/c"}).find("GET", "/b") is None


@given(st.data())
def test_every_described_operation_is_found_by_its_own_path(data: st.DataObject) -> None:
    """Whatever stands in the place of its parameters, unless it is a literal of another path."""
    for described in OPERATIONS:
        values = {name: data.draw(SEGMENTS) for name in re.findall(r"{(\w+)}", described.path)}
        filled = [values.get(segment.strip("{}"), segment) for segment in described.path.split("/")]
        route = ROUTER.find(described.method, "/".join(filled))
        assert route is not None
        assert route.operation is described
        assert route.values == values
        assert described.method in route.methods


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("GET", "/api/v2/banks/groups", "access.getAndSearchAllBankGroups"),
        ("GET", "/api/v2/banks/280001", "access.getBank"),
        ("GET", "/api/v2/accounts/dailyBalances", "access.getDailyBalances"),
        ("GET", "/api/v2/categories/cashFlows", "access.getCashFlows"),
        ("POST", "/api/v2/transactions/triggerCategorization", "access.triggerCategorization"),
        ("POST", "/api/v2/transactions/1/split", "access.splitTransaction"),
        ("DELETE", "/api/v2/users", "access.deleteAuthorizedUser"),
        ("DELETE", "/api/v2/users/alice", "access.deleteUnverifiedUser"),
        ("POST", "/oauth/token", "access.getToken"),
        ("POST", "/oauth/revoke", "access.revokeToken"),
        ("GET", "/api/webForms", "webform.getWebForms"),
        ("GET", "/api/webForms/0", "webform.getWebForm"),
        ("POST", "/api/webForms/bankConnectionImport", "webform.createForBankConnectionImport"),
        ("POST", "/api/webForms/0/cancel", "webform.cancelWebForm"),
        ("POST", "/api/tasks/backgroundUpdate", "webform.createBankConnectionUpdateTask"),
        ("GET", "/api/tasks/0", "webform.getTask"),
    ],
)
def test_the_documented_paths_lead_where_they_should(method: str, path: str, key: str) -> None:
    route = ROUTER.find(method, path)
    assert route is not None
    assert route.operation is not None
    assert route.operation.key == key


@pytest.mark.parametrize(
    ("method", "path"),
    [
        # seen answering 405 at the real servers
        ("POST", "/api/v2/bankConnections"),
        ("POST", "/api/v2/accounts"),
    ],
)
def test_a_known_path_may_not_know_the_method(method: str, path: str) -> None:
    route = ROUTER.find(method, path)
    assert route is not None
    assert route.operation is None


@pytest.mark.parametrize("path", ["/api/v2/api-docs", "/api/v2/webForms", "/api/v1/banks", "/banks", "/api/banks"])
def test_what_users_try_is_no_path(path: str) -> None:
    assert ROUTER.find("GET", path) is None
