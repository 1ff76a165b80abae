"""YAML as frozen dataclasses, strictly: the fields of the classes are the keys of the file.

What is unknown or not of its type is a mistake with its place (file, line, column) and the nearest valid word, and
all mistakes of a text are told at once. `mock_server.scenario.schema` makes a JSON Schema of the same classes.

A field may be called `from_` where Python keeps the word for itself; in the file it is `from`. A class that can be
written in short has a class method `from_short`, which takes the plain value and raises ValueError.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

from mock_server.clock import parse_duration, parse_instant
from mock_server.contract.problems import suggestion

T = TypeVar("T")
Path = tuple[str | int, ...]
MAPPING, SEQUENCE, TEXT = (f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "str"))
DEEPEST = 50
"""Nobody nests deeper by hand; an alias that contains itself does."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong at one place, and what to do about it."""

    source: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}: {self.message}"


class MistakesError(ValueError):
    """Everything that is wrong with one text, in the order of its lines."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda it: (it.line, it.column)))
        super().__init__("\n".join(map(str, self.mistakes)))


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts of a text stand, for checks that come after reading."""

    source: str
    marks: Mapping[Path, tuple[int, int]] = field(repr=False)

    def mistake(self, path: Path, message: str) -> Mistake:
        """A mistake at this path, or at the nearest place above it that stands in the text."""
        while path not in self.marks and path:
            path = path[:-1]
        line, column = self.marks.get(path, (1, 1))
        return Mistake(self.source, line, column, message)


@dataclass(frozen=True, slots=True)
class Text(Generic[T]):
    """What a text says, and where."""

    value: T
    places: Places


def read(text: str, source: str, kind: type[T]) -> T:
    """The text as an instance of the dataclass. MistakesError names every place that does not fit."""
    return read_text(text, source, kind).value


def read_text(text: str, source: str, kind: type[T]) -> Text[T]:
    """The same, with the places of its parts."""
    reader = _Reader(source)
    value = reader.read(_composed(text, source), kind, ())
    if reader.mistakes:
        raise MistakesError(reader.mistakes)
    return Text(value, Places(source, reader.marks))


def read_checked(text: str, source: str, kind: type[T], check: Callable[[T], Iterable[tuple[Path, str]]]) -> T:
    """The same as `read`, and what `check` has against it (paths and messages) is a mistake at its place too."""
    found = read_text(text, source, kind)
    mistakes = [found.places.mistake(path, message) for path, message in check(found.value)]
    if mistakes:
        raise MistakesError(mistakes)
    return found.value


def yaml_name(name: str) -> str:
    """How a field is called in a file."""
    return name.rstrip("_")


KEY = "key"
"""The metadata of a field whose key is another word than its name."""


@lru_cache(maxsize=256)
def keys_of(kind: Any) -> Mapping[str, tuple[str, Any, bool]]:
    """The keys of a dataclass: the field's name, its type, and whether it must be there."""
    hints = get_type_hints(kind)
    return {
        it.metadata.get(KEY, yaml_name(it.name)): (
            it.name,
            hints[it.name],
            it.default is MISSING and it.default_factory is MISSING,
        )
        for it in fields(kind)
    }


def _composed(text: str, source: str) -> yaml.Node:
    try:
        # Ten times as fast; but PyYAML may have been built without it, and what is wrong the other one tells better.
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, AttributeError):
        node = None
    return node or _composed_slowly(text, source)


def _composed_slowly(text: str, source: str) -> yaml.Node:
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise MistakesError([Mistake(source, line, column, f"This is no YAML: {error.problem}.")]) from None
    except yaml.YAMLError as error:
        raise MistakesError([Mistake(source, 1, 1, f"This is no YAML: {error}")]) from None
    except RecursionError:
        raise MistakesError([Mistake(source, 1, 1, "This is nested too deeply.")]) from None
    finally:
        loader.dispose()
    if node is None:
        raise MistakesError([Mistake(source, 1, 1, "There is nothing in it.")])
    return node


_WRONG: Any = object()
"""Stands for a value that could not be read; the mistake is noted already."""


class _Reader:
    """Reads nodes as values and notes mistakes, going on after each."""

    def __init__(self, source: str) -> None:
        self.mistakes: list[Mistake] = []
        self.marks: dict[Path, tuple[int, int]] = {}
        self._source = source
        self._plain = yaml.SafeLoader("")

    def read(self, node: yaml.Node, kind: Any, path: Path) -> Any:
        self.marks[path] = _mark(node)
        if len(path) > DEEPEST:
            return self._wrong(node, "This is nested too deeply.")
        if kind is Any:
            return self._plainly(node)
        if get_origin(kind) in (Union, UnionType):
            return self._one_of(node, get_args(kind), path)
        if is_dataclass(kind):
            return self._record(node, kind, path)
        return self._simple(node, kind, path)

    def _simple(self, node: yaml.Node, kind: Any, path: Path) -> Any:
        origin = get_origin(kind)
        if origin is tuple:
            return self._sequence(node, get_args(kind)[0], path)
        if origin is not None and issubclass(origin if isinstance(origin, type) else NoneType, Mapping):
            return self._mapping(node, get_args(kind)[1], path)
        if not isinstance(node, yaml.ScalarNode):
            return self._wrong(node, f"Must be {_called(kind)}, not {_kind_of(node)}.")
        return self._scalar(node, kind)

    def _scalar(self, node: yaml.ScalarNode, kind: Any) -> Any:
        if get_origin(kind) is Literal:
            return self._option(node, list(get_args(kind)))
        if isinstance(kind, type) and issubclass(kind, Enum):
            chosen = self._option(node, [it.value for it in kind])
            return chosen if chosen is _WRONG else kind(chosen)
        if kind in READERS:
            try:
                return READERS[kind](node.value)
            except ValueError as error:
                return self._wrong(node, f"{error}.")
        value = self._plainly(node)
        fits = type(value) is kind or (kind is float and type(value) is int)
        if fits or value is _WRONG:
            return value
        hint = " Put it in quotes." if kind is str else ""
        return self._wrong(node, f"Must be {_called(kind)}, not {_kind_of(node)}.{hint}")

    def _option(self, node: yaml.ScalarNode, options: list[str]) -> Any:
        if node.value in options:
            return node.value
        return self._wrong(node, f"There is no '{node.value}' here.{suggestion(node.value, options)}")

    def _one_of(self, node: yaml.Node, kinds: Sequence[Any], path: Path) -> Any:
        """The first of several kinds that fits. If none does, the mistakes of the one that got furthest."""
        if NoneType in kinds and isinstance(node, yaml.ScalarNode) and self._plainly(node) is None:
            return None
        best: list[Mistake] | None = None
        for kind in (it for it in kinds if it is not NoneType):
            attempt = _Reader(self._source)
            value = attempt.read(node, kind, path)
            if not attempt.mistakes:
                self.marks.update(attempt.marks)
                return value
            best = attempt.mistakes if best is None or attempt.mistakes[0].line > best[0].line else best
        self.mistakes += best or []
        return _WRONG

    def _sequence(self, node: yaml.Node, kind: Any, path: Path) -> Any:
        """A list; a single value stands for a list of one."""
        items = node.value if isinstance(node, yaml.SequenceNode) else [node]
        return tuple(self.read(item, kind, (*path, index)) for index, item in enumerate(items))

    def _mapping(self, node: yaml.Node, kind: Any, path: Path) -> Any:
        if not isinstance(node, yaml.MappingNode):
            return self._wrong(node, f"Must be a mapping, not {_kind_of(node)}.")
        found = {}
        for name, key, value in self._pairs(node):
            found[name] = self.read(value, kind, (*path, name))
            self.marks[(*path, name)] = _mark(key)  # names are what later checks complain about
        return found

    def _record(self, node: yaml.Node, kind: Any, path: Path) -> Any:
        if not isinstance(node, yaml.MappingNode):
            short = getattr(kind, "from_short", None)
            return (
                self._wrong(node, f"Must be a mapping, not {_kind_of(node)}.")
                if short is None
                else self._short(node, short)
            )
        keys, given = keys_of(kind), {}
        mistakes = len(self.mistakes)
        for name, key, value in self._pairs(node):
            if name not in keys:
                self._wrong(key, f"There is no key '{name}' here.{suggestion(name, list(keys))}")
                continue
            field_name, field_kind, _ = keys[name]
            given[field_name] = self.read(value, field_kind, (*path, name))
        for name, (field_name, _, is_mandatory) in keys.items():
            if is_mandatory and field_name not in given:
                self._wrong(node, f"The key '{name}' is missing.")
        if len(self.mistakes) > mistakes:
            return _WRONG
        try:
            return kind(**given)
        except ValueError as error:
            return self._wrong(node, str(error))

    def _short(self, node: yaml.Node, from_short: Callable[[Any], Any]) -> Any:
        plain = self._plainly(node)
        try:
            return plain if plain is _WRONG else from_short(plain)
        except ValueError as error:
            return self._wrong(node, str(error))

    def _pairs(self, node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        """Keys as text, without those that stand there twice."""
        self._plain.flatten_mapping(node)
        seen: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._wrong(key, "A key must be a word.")
            elif key.value in seen:
                self._wrong(
                    key, f"The key '{key.value}' stands here twice; it is in line {_mark(seen[key.value])[0]} too."
                )
            else:
                seen[key.value] = key
                yield key.value, key, value

    def _plainly(self, node: yaml.Node) -> Any:
        """What YAML itself takes the node for."""
        try:
            return self._plain.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError) as error:
            problem = getattr(error, "problem", None) or error
            return self._wrong(node, f"This cannot be read: {problem}.")

    def _wrong(self, node: yaml.Node, message: str) -> Any:
        line, column = _mark(node)
        self.mistakes.append(Mistake(self._source, line, column, message))
        return _WRONG


READERS: Mapping[Any, Callable[[str], Any]] = {timedelta: parse_duration, datetime: parse_instant}
"""How a text becomes a value that YAML does not know, or knows otherwise."""

CALLED = {
    str: "a text", int: "a whole number", float: "a number", bool: "true or false",
    timedelta: "a duration such as 90s", datetime: "a timestamp",
}  # fmt: skip


def _called(kind: Any) -> str:
    if isinstance(kind, type) and kind in CALLED:
        return CALLED[kind]
    options = get_args(kind) if get_origin(kind) is Literal else [it.value for it in kind]
    return f"one of {', '.join(map(str, options))}"


def _kind_of(node: yaml.Node) -> str:
    if node.tag in (MAPPING, SEQUENCE):
        return "a mapping" if node.tag == MAPPING else "a list"
    return "nothing" if node.value == "" and node.tag != TEXT else f"'{node.value}'"


def _mark(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
