"""Frozen dataclasses as plain JSON values and back, by the types that their fields declare.

A field that has its default is left out, unless the whole record is asked for. Enums go by name, a duration by
seconds, an instant in UTC; where a field may hold one of several dataclasses, `kind` says which. Reading is strict:
what does not fit raises `MisfitError` with its place, and nothing is converted.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from mock_server.contract.problems import suggestion

Encode = Callable[[Any], Any]
Decode = Callable[[Any, str], Any]
TAG = "kind"


class MisfitError(ValueError):
    """What does not fit, and where it stands: `worlds[0].records.accounts[3].balance`."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place, self.message = place, message


def encode(value: Any, kind: Any, *, whole: bool = False) -> Any:
    """The value of this type as JSON knows it; `whole`: also the fields that have their defaults."""
    return _encoder(kind, whole)(value)


def decode(node: Any, kind: Any, place: str) -> Any:
    """What `encode` has made, as it was. MisfitError."""
    return _decoder(kind)(node, place)


def camel(name: str) -> str:
    return re.sub("_(.)", lambda found: found[1].upper(), name)


def object_of(node: Any, place: str, names: Iterable[str], optional: Iterable[str] = ()) -> Mapping[str, Any]:
    """An object with all of these names, perhaps with the optional ones, and no others. MisfitError."""
    if not isinstance(node, dict):
        raise MisfitError(place, "Must be an object.")
    mandatory = list(names)
    allowed = [*mandatory, *optional]
    for name in node:
        if name not in allowed:
            raise MisfitError(f"{place}.{name}", f"There is no such field.{suggestion(name, allowed)}")
    for name in mandatory:
        if name not in node:
            raise MisfitError(f"{place}.{name}", "Is missing.")
    return node


def list_of(node: Any, place: str) -> list[Any]:
    if not isinstance(node, list):
        raise MisfitError(place, "Must be a list.")
    return node


@dataclass(frozen=True, slots=True)
class _Slot:
    """A field of a dataclass, by its name in JSON."""

    name: str
    key: str
    kind: Any
    default: Any

    @property
    def is_mandatory(self) -> bool:
        return self.default is MISSING


@lru_cache(maxsize=256)
def _slots(kind: type) -> tuple[_Slot, ...]:
    """All fields but those that are always None, such as the owner of a record that has none."""
    hints = get_type_hints(kind)
    slots = (_Slot(it.name, camel(it.name), hints[it.name], _default(it)) for it in fields(kind))
    return tuple(slot for slot in slots if slot.kind is not NoneType)


def _default(it: Field[Any]) -> Any:
    return it.default if it.default_factory is MISSING else it.default_factory()


def _seconds(duration: timedelta) -> float:
    seconds = duration.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read_instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return instant.astimezone(UTC)


def _read_date(text: str) -> date:
    return date.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class _Simple:
    """A type that is one value in JSON: which Python types that has, and what to say to all others."""

    types: tuple[type, ...]
    called: str
    encode: Encode = lambda value: value
    read: Callable[[Any], Any] = lambda value: value


SIMPLE: Mapping[Any, _Simple] = {
    str: _Simple((str,), "a string"),
    int: _Simple((int,), "a whole number"),
    float: _Simple((float, int), "a number"),
    bool: _Simple((bool,), "true or false"),
    NoneType: _Simple((NoneType,), "null"),
    date: _Simple((str,), "a date such as 2026-08-13", date.isoformat, _read_date),
    datetime: _Simple((str,), "a timestamp such as 2026-08-13T18:16:44Z", _instant, _read_instant),
    timedelta: _Simple((int, float), "a number of seconds", _seconds, lambda it: timedelta(seconds=it)),
}


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


@lru_cache(maxsize=1024)
def _encoder(kind: Any, whole: bool) -> Encode:
    if kind in SIMPLE:
        return SIMPLE[kind].encode
    if is_dataclass(kind):
        return _record_encoder(kind, whole)
    if _is_enum(kind):
        return attrgetter("name")
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any or origin is Literal:
        return lambda value: value
    if origin in (Union, UnionType):
        return _choice_encoder(arguments, whole)
    if origin in (tuple, Sequence):
        each = _encoder(arguments[0], whole)
        return lambda values: [each(value) for value in values]
    if origin is Mapping and arguments[0] is str:
        each = _encoder(arguments[1], whole)
        return lambda values: {name: each(value) for name, value in values.items()}
    raise TypeError(f"nobody knows how to write {kind}")


def _record_encoder(kind: Any, whole: bool) -> Encode:
    slots = [(slot.name, slot.key, slot.default, _encoder(slot.kind, whole)) for slot in _slots(kind)]

    def encode(record: Any) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, key, default, each in slots:
            value = getattr(record, name)
            if whole or value != default:
                shown[key] = each(value)
        return shown

    return encode


def _choice_encoder(kinds: Sequence[Any], whole: bool) -> Encode:
    encoders = {it: _encoder(it, whole) for it in kinds}
    records = {it: it.__name__ for it in kinds if isinstance(it, type) and is_dataclass(it)}
    if len(records) < 2:
        [some] = (encode for it, encode in encoders.items() if it is not NoneType)
        return lambda value: None if value is None else some(value)
    return lambda value: None if value is None else {TAG: records[type(value)], **encoders[type(value)](value)}


@lru_cache(maxsize=1024)
def _decoder(kind: Any) -> Decode:
    if kind in SIMPLE:
        return _simple_decoder(SIMPLE[kind])
    if is_dataclass(kind):
        return _record_decoder(kind)
    if _is_enum(kind):
        return _option_decoder({it.name: it for it in kind})
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return lambda node, place: node
    if origin is Literal:
        return _option_decoder({it: it for it in arguments})
    if origin in (Union, UnionType):
        return _choice_decoder(arguments)
    if origin in (tuple, Sequence):
        each = _decoder(arguments[0])
        return lambda node, place: tuple(each(it, f"{place}[{n}]") for n, it in enumerate(list_of(node, place)))
    if origin is Mapping and arguments[0] is str:
        return _mapping_decoder(_decoder(arguments[1]))
    raise TypeError(f"nobody knows how to read {kind}")


def _simple_decoder(simple: _Simple) -> Decode:
    def decode(node: Any, place: str) -> Any:
        if type(node) not in simple.types:
            raise MisfitError(place, f"Must be {simple.called}.")
        try:
            return simple.read(node)
        except (ValueError, OverflowError):
            raise MisfitError(place, f"Must be {simple.called}.") from None

    return decode


def _option_decoder(options: Mapping[str, Any]) -> Decode:
    def decode(node: Any, place: str) -> Any:
        if not isinstance(node, str) or node not in options:
            known = list(options)
            raise MisfitError(place, f"Must be one of {', '.join(known)}.{suggestion(str(node), known)}")
        return options[node]

    return decode


def _mapping_decoder(each: Decode) -> Decode:
    def decode(node: Any, place: str) -> Any:
        if not isinstance(node, dict):
            raise MisfitError(place, "Must be an object.")
        return {name: each(value, f"{place}.{name}") for name, value in node.items()}

    return decode


def _record_decoder(kind: Any) -> Decode:
    slots = {slot.key: (slot.name, _decoder(slot.kind)) for slot in _slots(kind)}
    mandatory = [slot.key for slot in _slots(kind) if slot.is_mandatory]

    def decode(node: Any, place: str) -> Any:
        given = object_of(node, place, mandatory, slots)
        values = {slots[key][0]: slots[key][1](value, f"{place}.{key}") for key, value in given.items()}
        try:
            return kind(**values)
        except ValueError as error:
            raise MisfitError(place, f"{error}.") from None

    return decode


def _choice_decoder(kinds: Sequence[Any]) -> Decode:
    records = {it.__name__: _decoder(it) for it in kinds if isinstance(it, type) and is_dataclass(it)}
    is_optional = NoneType in kinds
    some = [_decoder(it) for it in kinds if it is not NoneType]

    def decode(node: Any, place: str) -> Any:
        if node is None and is_optional:
            return None
        if len(some) == 1:
            return some[0](node, place)
        tag = node.get(TAG) if isinstance(node, dict) else None
        if tag not in records:
            raise MisfitError(f"{place}.{TAG}", f"Must be one of {', '.join(records)}.")
        return records[tag]({key: value for key, value in node.items() if key != TAG}, place)

    return decode
