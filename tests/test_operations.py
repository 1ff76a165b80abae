"""The map from operationId to handler, held against the documents."""

import re
from dataclasses import dataclass
from typing import Any

import pytest

from mock_server.app import load_contracts
from mock_server.contract import Operation, Router
from mock_server.operations import ALIASES, NOT_EMULATED, OPERATIONS, check_complete
from mock_server.settings import Settings


@pytest.fixture(scope="module")
def operations() -> tuple[Operation, ...]:
    return tuple(operation for contract in load_contracts(Settings()) for operation in contract.operations)


@dataclass(frozen=True)
class Named:
    """All that the completeness check looks at."""

    key: str


def named(*keys: str) -> Any:
    return [Named(key) for key in keys]


def test_every_described_operation_is_emulated_or_promised(operations: tuple[Operation, ...]) -> None:
    check_complete(operations)
    assert len(operations) == 94 + 21
    assert {operation.key for operation in operations} == set(OPERATIONS) | NOT_EMULATED


def test_a_described_operation_that_is_unknown_here_stops_the_start(operations: tuple[Operation, ...]) -> None:
    with pytest.raises(LookupError, match=r"described but unknown here: \['access.newOne'\]; .* described: \[\];"):
        check_complete([*operations, *named("access.newOne")])


@pytest.mark.parametrize("missing", ["access.getToken", "webform.getTask"])
def test_a_known_operation_that_is_not_described_stops_the_start(
    operations: tuple[Operation, ...], missing: str
) -> None:
    rest = [operation for operation in operations if operation.key != missing]
    with pytest.raises(LookupError, match=rf"unknown here: \[\]; known here but not described: \['{missing}'\]"):
        check_complete(rest)


def test_an_operation_in_both_tables_stops_the_start(
    operations: tuple[Operation, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_server.operations.NOT_EMULATED", NOT_EMULATED | {"access.getToken"})
    with pytest.raises(LookupError, match=r"in both tables: \['access.getToken'\]"):
        check_complete(operations)


@pytest.mark.parametrize("key", sorted(OPERATIONS))
def test_a_handler_is_called_like_its_operation(key: str) -> None:
    api, _, operation_id = key.partition(".")
    handler = OPERATIONS[key]
    assert handler.__name__ == re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation_id).lower()
    assert handler.__module__.startswith(f"mock_server.handlers.{api}.")


def test_no_handler_does_two_operations() -> None:
    assert len(set(OPERATIONS.values())) == len(OPERATIONS)


@pytest.mark.parametrize(
    ("alias", "key"), [("/oauth/token", "access.getToken"), ("/oauth/revoke", "access.revokeToken")]
)
def test_tokens_are_also_there_at_the_root(operations: tuple[Operation, ...], alias: str, key: str) -> None:
    route = Router(operations, ALIASES).find("POST", alias)
    assert route is not None
    assert route.operation is not None
    assert route.operation.key == key


def test_every_alias_stands_for_a_described_path(operations: tuple[Operation, ...]) -> None:
    paths = {operation.path for operation in operations}
    assert set(ALIASES.values()) <= paths
    assert not set(ALIASES) & paths
