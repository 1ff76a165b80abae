"""An OpenAPI document as a table of `Operation` records.

OpenAPI 3.1 is what the project writes; 3.0 (`nullable`) is read too, so that the official
document can stand in for ours (`--access-spec`, `--webform-spec`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from mock_server.contract import documents
from mock_server.contract.bodies import BodyCheck, BodyChecks
from mock_server.contract.parameters import Parameter, parameter_from
from mock_server.contract.schemas import resolve

Api = Literal["access", "webform"]
Role = Literal["user", "client", "admin"]
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation of one API, with everything the pipeline has to know about it."""

    api: Api
    id: str
    method: str
    path: str
    summary: str
    tag: str
    roles: frozenset[Role]
    """Whose token opens it; empty: no token is asked for."""
    parameters: tuple[Parameter, ...]
    body: BodyCheck | None
    success: int
    errors: frozenset[int]
    key: str = field(init=False)
    """`access.getUser`: the name with its API, because both APIs may use the same one."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.api}.{self.id}")


@dataclass(frozen=True, slots=True)
class Contract:
    """One API's document and its operations."""

    api: Api
    document: Mapping[str, Any]
    source: Path
    operations: tuple[Operation, ...] = field(repr=False)
    checks: BodyChecks = field(repr=False)


def load_contract(api: Api, path: Path, *, strict: bool) -> Contract:
    """Read a document. ValueError if it is no OpenAPI document."""
    document = documents.load(path)
    if not isinstance(document, dict) or "paths" not in document:
        raise ValueError(f"{path}: this is no OpenAPI document, it has no 'paths'")
    checks = BodyChecks(api, document, strict=strict)
    return Contract(api, document, path, tuple(_operations(api, document, checks)), checks)


def completed(contract: Contract, ours: Contract) -> Contract:
    """A document of the user's own, with what only our extensions say: whose token opens an operation, and orders."""
    twins = {operation.id: operation for operation in ours.operations}
    operations = (
        _completed(operation, twins[operation.id]) if operation.id in twins else operation
        for operation in contract.operations
    )
    return replace(contract, operations=tuple(operations))


def _completed(operation: Operation, twin: Operation) -> Operation:
    ordered = {parameter.name: parameter for parameter in twin.parameters if parameter.orders}
    parameters = (ordered.get(parameter.name, parameter) for parameter in operation.parameters)
    return replace(operation, roles=operation.roles or twin.roles, parameters=tuple(parameters))


def _operations(api: Api, document: Mapping[str, Any], checks: BodyChecks) -> Iterable[Operation]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield _operation(api, document, checks, path, method, item)


def _operation(
    api: Api, document: Mapping[str, Any], checks: BodyChecks, path: str, method: str, item: Mapping[str, Any]
) -> Operation:
    entry = item[method]
    declared = [
        resolve(document, parameter) for parameter in (*item.get("parameters", ()), *entry.get("parameters", ()))
    ]
    statuses = [int(status) for status in entry["responses"] if status.isdigit()]
    return Operation(
        api=api,
        id=entry["operationId"],
        method=method.upper(),
        path=path,
        summary=entry.get("summary", ""),
        tag=next(iter(entry.get("tags", ())), ""),
        roles=_roles(entry),
        parameters=tuple(parameter_from(document, declaration) for declaration in declared),
        body=checks.of(entry.get("requestBody")),
        success=min(statuses),
        errors=frozenset(status for status in statuses if status >= 400),
    )


def _roles(entry: Mapping[str, Any]) -> frozenset[Role]:
    """The security schemes of our documents are called like the roles they ask for."""
    named = {scheme for requirement in entry.get("security", ()) for scheme in requirement}
    known: tuple[Role, ...] = ("user", "client", "admin")
    return frozenset(role for role in known if role in named)
