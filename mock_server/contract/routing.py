"""From method and path to the operation, in a few dictionary look-ups however many operations there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mock_server.contract.operations import Operation


@dataclass(slots=True)
class _Node:
    literals: dict[str, "_Node"] = field(default_factory=dict)
    parameter: "_Node | None" = None
    name: str = ""
    operations: dict[str, Operation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
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
        names: list[str] = []
        for segment in path[1:].split("/"):
            literal = node.literals.get(segment)
            if literal is not None:
                node = literal
            elif node.parameter is not None and segment:
                node = node.parameter
                names.append(node.name)
                values.append(segment)
            else:
                return None
        if not node.operations:
            return None
        return Route(node.operations.get(method), frozenset(node.operations), dict(zip(names, values, strict=True)))

    def _add(self, path: str, operation: Operation) -> None:
        node = self._root
        for segment in path[1:].split("/"):
            if segment.startswith("{"):
                if node.parameter is None:
                    node.parameter = _Node(name=segment.strip("{}"))
                node = node.parameter
            else:
                node = node.literals.setdefault(segment, _Node())
        node.operations[operation.method] = operation
