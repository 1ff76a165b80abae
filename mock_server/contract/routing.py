"""From method and path to the operation, in a few dictionary look-ups however many operations there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from mock_server.contract.operations import Operation

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class _Node:
    literals: dict[str, "_Node"] = field(default_factory=dict)
    parameter: "_Node | None" = None
    operations: dict[str, tuple[Operation, tuple[str, ...]]] = field(default_factory=dict)
    """By method, with the names that each operation gives the parameters on the way."""
    methods: frozenset[str] = frozenset()


class Route(NamedTuple):
    """What stands behind a path: the operation of the method (or None), the methods there are, the raw path values."""

    operation: Operation | None
    methods: frozenset[str]
    values: Mapping[str, str]


class Router:
    """A tree of path segments. A literal segment wins over a parameter: `/banks/groups` over `/banks/{id}`."""

    def __init__(self, operations: Iterable[Operation], aliases: Mapping[str, str] | None = None) -> None:
        """`aliases` are further paths (such as /oauth/token) and the described path that each stands for."""
        self.operations = tuple(operations)
        self._root = _Node()
        described: dict[str, list[Operation]] = {}
        for operation in self.operations:
            described.setdefault(operation.path, []).append(operation)
            self._add(operation.path, operation)
        for alias, path in (aliases or {}).items():
            for operation in described.get(path, ()):
                self._add(alias, operation)

    def find(self, method: str, path: str) -> Route | None:
        """None if the API has no such path. A slash too many at either end or in between is forgiven nowhere."""
        values: list[str] = []
        node = self._root
        for segment in path[1:].split("/"):
            literal = node.literals.get(segment)
            if literal is not None:
                node = literal
            elif node.parameter is not None and segment:
                node = node.parameter
                values.append(segment)
            else:
                return None
        if not node.operations:
            return None
        operation, names = node.operations.get(method, (None, ()))
        return Route(operation, node.methods, dict(zip(names, values, strict=False)) if values else NOTHING)

    def _add(self, path: str, operation: Operation) -> None:
        node, names = self._root, []
        for segment in path[1:].split("/"):
            if segment.startswith("{"):
                node.parameter = node.parameter or _Node()
                node = node.parameter
                names.append(segment.strip("{}"))
            else:
                node = node.literals.setdefault(segment, _Node())
        node.operations[operation.method] = operation, tuple(names)
        node.methods = frozenset(node.operations)
