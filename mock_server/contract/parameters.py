"""Turning what stands in the path, the query and the headers into values.

Clients differ in how they write the same thing (`true` or `1`, lists repeated or joined by
commas), so everything that can only mean one thing is accepted.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mock_server.contract.problems import suggestion
from mock_server.contract.schemas import resolve
from mock_server.errors import Problem, Refusal

INT32, INT64 = 2**31, 2**63
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One described parameter. `read` turns one piece of text into a value, or raises ValueError with the rule."""

    name: str
    place: str
    required: bool
    is_list: bool
    read: Callable[[str], Any]
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    pattern: str | None = None
    max_items: int | None = None
    options: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    """For `order`: the properties that one can order by."""


class LimitError(ValueError):
    """A value beyond the limits of its parameter."""


def parameter_from(document: Mapping[str, Any], declared: Mapping[str, Any]) -> Parameter:
    schema = resolve(document, declared.get("schema", {}))
    is_list = _type(schema) == "array"
    item = resolve(document, schema.get("items", {})) if is_list else schema
    return Parameter(
        name=declared["name"],
        place=declared["in"],
        required=declared.get("required", False),
        is_list=is_list,
        read=READERS.get((_type(item), item.get("format", "")), READERS.get((_type(item), ""), str)),
        default=declared.get("x-default-order", schema.get("default")),
        minimum=item.get("minimum"),
        maximum=item.get("maximum"),
        max_length=item.get("maxLength"),
        pattern=item.get("pattern"),
        max_items=schema.get("maxItems", declared.get("x-max-items")),
        options=tuple(option for option in item.get("enum", ()) if option is not None),
        orders=tuple(declared.get("x-order", ())),
    )


def read_parameter(parameter: Parameter, given: Sequence[str]) -> tuple[Any, Problem | None]:
    """The value of a parameter, or what is wrong with it. Blank text counts as not given, except in the path."""
    texts = [text for text in given if text.strip() or parameter.place == "path"]
    if not texts:
        missing = Problem(parameter.name, "Parameter is missing.") if parameter.required else None
        return parameter.default, missing
    try:
        if parameter.orders:
            return _order(parameter, texts), None
        if parameter.is_list:
            return _list(parameter, texts), None
        return _value(parameter, texts[-1]), None
    except LimitError as error:
        return None, Problem(parameter.name, str(error), _code_of(parameter))
    except ValueError as error:
        return None, Problem(parameter.name, str(error))


def _code_of(parameter: Parameter) -> Refusal:
    """What finAPI calls a value beyond the limits: it has two codes that can mean nothing else."""
    if parameter.name == "perPage":
        return Refusal.ILLEGAL_PAGE_SIZE
    return Refusal.TOO_MANY_IDS if parameter.is_list and parameter.name.lower().endswith("ids") else Refusal.BAD_REQUEST


def _value(parameter: Parameter, text: str) -> Any:
    value = parameter.read(text)
    if parameter.options and value not in parameter.options:
        raise ValueError(f"Must be one of {', '.join(parameter.options)}.")
    if parameter.minimum is not None and value < parameter.minimum:
        raise LimitError(f"Must be at least {parameter.minimum}.")
    if parameter.maximum is not None and value > parameter.maximum:
        raise LimitError(f"Must be at most {parameter.maximum}.")
    if parameter.max_length is not None and len(text) > parameter.max_length:
        raise ValueError(f"Must have at most {parameter.max_length} characters, has {len(text)}.")
    if parameter.pattern is not None and not re.fullmatch(parameter.pattern, text, re.ASCII):
        raise ValueError(f"Must match {parameter.pattern}")
    return value


def _list(parameter: Parameter, texts: Sequence[str]) -> list[Any]:
    values = [_value(parameter, part.strip()) for text in texts for part in text.split(",") if part.strip()]
    if parameter.max_items is not None and len(values) > parameter.max_items:
        raise LimitError(f"Must have at most {parameter.max_items} elements, has {len(values)}.")
    return values


def _order(parameter: Parameter, texts: Sequence[str]) -> list[str]:
    """`order=amount,desc&order=id` and `order=amount,desc,id,asc` are `["amount,desc", "id,asc"]`."""
    criteria: list[str] = []
    for word in (part.strip() for text in texts for part in text.split(",") if part.strip()):
        if word.lower() in ("asc", "desc") and criteria and "," not in criteria[-1]:
            criteria[-1] = f"{criteria[-1]},{word.lower()}"
        elif word in parameter.orders:
            criteria.append(word)
        else:
            raise ValueError(f"Cannot order by '{word}'.{suggestion(word, parameter.orders)}")
    return criteria


def _integer(end: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,19}", text):
            raise ValueError("Must be a whole number.")
        if not -end <= int(text) < end:
            raise ValueError(f"Must be a whole number from {-end} to {end - 1}.")
        return int(text)

    return read


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError("Must be a number.")
    return float(text)


def _boolean(text: str) -> bool:
    try:
        return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
    except KeyError:
        raise ValueError("Must be true or false.") from None


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError("Must be a date such as 2026-08-13.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("There is no such day.") from None


READERS: Mapping[tuple[str, str], Callable[[str], Any]] = {
    ("integer", ""): _integer(INT64),
    ("integer", "int32"): _integer(INT32),
    ("number", ""): _number,
    ("boolean", ""): _boolean,
    ("string", "date"): _date,
}


def _type(schema: Mapping[str, Any]) -> str:
    declared = schema.get("type", "string")
    return declared if isinstance(declared, str) else next(name for name in declared if name != "null")
