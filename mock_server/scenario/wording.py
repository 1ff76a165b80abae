"""A field of a scenario file with the words that explain it, in the JSON Schema and in the documentation."""

from collections.abc import Mapping
from dataclasses import MISSING, field, fields
from typing import Any


def said(help: str, default: Any = MISSING) -> Any:
    """A field of a dataclass; without a default it must be there."""
    if isinstance(default, Mapping):
        return field(default_factory=lambda: default, metadata={"help": help})
    return field(default=default, metadata={"help": help})


def says_nothing(record: Any) -> bool:
    """Whether all fields of a dataclass are as they are without a file."""
    for it in fields(record):
        default = it.default_factory() if it.default_factory is not MISSING else it.default
        if getattr(record, it.name) != default:
            return False
    return True
