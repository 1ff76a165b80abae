"""A violated schema keyword, in words that name the field and the remedy.

The value itself is never repeated: it may be a password.
"""

from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from mock_server.contract.schemas import wants_https
from mock_server.errors import Problem

if TYPE_CHECKING:
    import jsonschema_rs

Wording = Callable[[Any, Any], str]
Known = Callable[[Sequence[str | int]], Sequence[str]]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


# fmt: off
WORDINGS: dict[str, Wording] = {
    "minLength":        lambda kind, value: "Field is blank." if not value else f"Must have at least {_counted(kind.limit, 'character')}.",
    "maxLength":        lambda kind, value: f"Must have at most {_counted(kind.limit, 'character')}, has {len(value)}.",
    "pattern":          lambda kind, value: _pattern(kind.pattern),
    "format":           lambda kind, value: f"Is not a valid {kind.format}.",
    "enum":             lambda kind, value: f"Must be one of {', '.join(str(option) for option in kind.options if option is not None)}.",
    "const":            lambda kind, value: f"Must be {kind.expected_value}.",
    "minimum":          lambda kind, value: f"Must be at least {kind.limit}.",
    "maximum":          lambda kind, value: f"Must be at most {kind.limit}.",
    "exclusiveMinimum": lambda kind, value: f"Must be greater than {kind.limit}.",
    "exclusiveMaximum": lambda kind, value: f"Must be less than {kind.limit}.",
    "multipleOf":       lambda kind, value: f"Must be a multiple of {kind.multiple_of}.",
    "minItems":         lambda kind, value: f"Must have at least {_counted(kind.limit, 'element')}.",
    "maxItems":         lambda kind, value: f"Must have at most {_counted(kind.limit, 'element')}, has {len(value)}.",
    "uniqueItems":      lambda kind, value: "Must not name an element twice.",
    "type":             lambda kind, value: f"Must be {_any_of(kind.types)}, not {article(type_of(value))}.",
}
# fmt: on


def describe(error: "jsonschema_rs.ValidationError", known: Known) -> Iterator[Problem]:
    """The problems behind one violation; several where several fields are missing or unknown.

    `known` tells which fields the document has at a place.
    """
    place, name = field_of(error.instance_path), error.kind.name
    kind: Any = error.kind  # its attributes depend on its name
    if name == "required":
        yield Problem(_inside(place, kind.property), "Field is missing.")
    elif name == "additionalProperties":
        for unknown in kind.unexpected:
            advice = suggestion(unknown, known(error.instance_path))
            yield Problem(_inside(place, unknown), f"There is no such field.{advice}")
    elif name == "anyOf":
        # Our documents say "this or null" with it; the branch that is not null tells more.
        for nested in max(kind.context, key=_informative):
            yield from describe(nested, known)
    elif name in WORDINGS:
        yield Problem(place or "body", WORDINGS[name](kind, error.instance))
    else:
        yield Problem(place or "body", "Does not fit the API's description.")


def field_of(path: Sequence[str | int]) -> str:
    """`['orders', 0, 'amount']` as `orders[0].amount`."""
    field = ""
    for part in path:
        field = f"{field}[{part}]" if isinstance(part, int) else _inside(field, part)
    return field


def suggestion(word: str, known: Sequence[str]) -> str:
    """` Did you mean 'x'?`, or what there is, or nothing."""
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f" Did you mean '{near[0]}'?"
    return f" Known are: {', '.join(known)}." if 0 < len(known) <= 20 else ""


def type_of(value: Any) -> str:
    """What JSON calls the type of `value`; what only YAML has, such as a date, is called as in Python."""
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}
    return "null" if value is None else names.get(type(value), type(value).__name__)


def _pattern(pattern: str) -> str:
    if wants_https(pattern):
        return "Must be an https URL whose host has a dot; finAPI refuses plain http and localhost."
    plain = pattern.removeprefix("^(?:").removesuffix(")$")
    if ";base64," in plain:
        start = plain.partition(";base64,")[0].lstrip("^").replace("\\", "")
        return f"Must be a data URI: {start};base64, followed by the data in base64, with padding."
    return f"Must match {plain}"


def _any_of(types: Sequence[str]) -> str:
    return " or ".join(article(name) for name in sorted(types, key="null".__eq__))


def article(name: str) -> str:
    return "null" if name == "null" else f"an {name}" if name[0] in "aeio" else f"a {name}"


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _informative(branch: Sequence["jsonschema_rs.ValidationError"]) -> bool:
    kinds: list[Any] = [error.kind for error in branch]
    return not any(kind.name == "type" and kind.types == ["null"] for kind in kinds)
