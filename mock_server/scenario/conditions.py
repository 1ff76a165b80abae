"""What a rule asks of one field: equal, like, within, there or not there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any, ClassVar

from mock_server.scenario.wording import said, says_nothing

ABSENT: Any = object()
"""Stands for a field that is not there."""
WILD = frozenset("*?[")
SEVERAL = (list, tuple, set, frozenset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """All that is given must hold. A plain value is short for `equals`, with `*` or `?` in it for `glob`."""

    SHORT: ClassVar[Mapping[str, Any]] = {
        "description": "a value, a pattern with * or ?, or a list of these of which one must fit",
        "type": ["string", "number", "boolean", "array"],
    }

    equals: Any = said("The field has this value; a number and its text count as the same.", None)
    glob: str | None = said("The field's text fits this pattern: * stands for any text, ? for one character.", None)
    one_of: "tuple[Condition, ...]" = said("At least one of these holds.", ())
    from_: float | None = said("The field is a number, and not less than this.", None)
    to: float | None = said("The field is a number, and not greater than this.", None)
    present: bool | None = said("Whether the field is there at all.", None)

    @classmethod
    def from_short(cls, value: Any) -> "Condition":
        if isinstance(value, list):
            return cls(one_of=tuple(cls.from_short(each) for each in value))
        if isinstance(value, str) and not WILD.isdisjoint(value):
            return cls(glob=value)
        if value is None:
            raise ValueError("Say which value, or whether there is one: {present: false}.")
        return cls(equals=value)

    def __post_init__(self) -> None:
        if says_nothing(self):
            raise ValueError("Nothing is asked here; write a value, or for example {from: 1, to: 5}.")
        if self.from_ is not None and self.to is not None and self.from_ > self.to:
            raise ValueError("'from' is greater than 'to', so that no value fits.")
        if self.present is False and (self.equals is not None or self.glob or self.one_of):
            raise ValueError("A field that is not there has no value to compare.")

    def folded(self) -> "Condition":
        """The same of texts that have come in lower case, in whichever case it was written."""
        equals = None if self.equals is None else as_text(self.equals).casefold()
        glob = None if self.glob is None else self.glob.casefold()
        return replace(self, equals=equals, glob=glob, one_of=tuple(each.folded() for each in self.one_of))

    def __str__(self) -> str:
        parts = [
            None if self.equals is None else f"equal to {as_text(self.equals)}",
            None if self.glob is None else f"like {self.glob}",
            " or ".join(map(str, self.one_of)) or None,
            None if self.from_ is None else f"from {self.from_:g}",
            None if self.to is None else f"to {self.to:g}",
            None if self.present is None else "present" if self.present else "absent",
        ]
        return ", ".join(filter(None, parts))


def fits(condition: Condition, value: Any) -> bool:
    """Whether a field with this value (or ABSENT) fits. Of a list one element has to."""
    if isinstance(value, SEVERAL):
        if len(value) == 1:
            (value,) = value
        else:
            return any(fits(condition, each) for each in value) if value else fits(condition, ABSENT)
    if value is ABSENT or value is None:
        return condition.present is False
    text = as_text(value)
    return (
        condition.present is not False
        and (condition.equals is None or as_text(condition.equals) == text)
        and (condition.glob is None or fnmatchcase(text, condition.glob))
        and (not condition.one_of or any(fits(each, value) for each in condition.one_of))
        and _within(condition, value)
    )


def _within(condition: Condition, value: Any) -> bool:
    if condition.from_ is None and condition.to is None:
        return True
    try:
        number = float(value)
    except (TypeError, ValueError):
        return False
    return (condition.from_ is None or number >= condition.from_) and (condition.to is None or number <= condition.to)


def as_text(value: Any) -> str:
    """A value as it would stand in a URL: `true`, `5`, `a`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def field_at(node: Any, path: str) -> Any:
    """The part of a JSON value that `orders[0].amount.value` names, `orders[*].amount` as a list; or ABSENT."""
    found = list(_parts(node, path.replace("[", ".[").split(".")))
    return found if "[*]" in path else found[0] if found else ABSENT


def _parts(node: Any, steps: Sequence[str]) -> Iterator[Any]:
    if not steps:
        yield node
        return
    step, rest = steps[0], steps[1:]
    if step == "[*]":
        for each in node if isinstance(node, list | tuple) else ():
            yield from _parts(each, rest)
    elif step.startswith("["):
        index = int(step[1:-1])
        if isinstance(node, list | tuple) and index < len(node):
            yield from _parts(node[index], rest)
    elif isinstance(node, Mapping) and step in node:
        yield from _parts(node[step], rest)
