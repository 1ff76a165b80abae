"""The language of scenarios as a JSON Schema, made of the same dataclasses, for editors that complete and check.

It stands in `mock_server/data/scenario.schema.json`; `tests/scenario/test_schema.py` keeps it current.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from mock_server.scenario.events import CALLBACK
from mock_server.scenario.rules import FormOutcome, Scenario, Then, When
from mock_server.scenario.vocabulary import FORM_OUTCOMES, Vocabulary
from mock_server.strict_yaml import keys_of

FILE = Path(__file__).parents[1] / "data" / "scenario.schema.json"
Json = dict[str, Any]

DURATION: Json = {"type": "string", "pattern": r"^-?(P.+|(\d+\s*(w|d|h|m|min|s|ms)\s*)+)$"}
SCALARS: Mapping[Any, Json] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    timedelta: DURATION,
    datetime: {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}"},
    Any: {},
}


def schema(vocabulary: Vocabulary) -> Json:
    """The schema of a file."""
    words: Mapping[tuple[type, str], Json] = {
        (When, "operation"): _some_of([*_operations(vocabulary), CALLBACK]),
        (When, "tag"): {"enum": sorted(vocabulary.tags)},
        (Then, "refuse"): {"enum": sorted(vocabulary.refusals)},
        (Then, "login_as"): {"enum": list(vocabulary.logins)},
        (FormOutcome, "outcome"): {"enum": list(FORM_OUTCOMES)},
        (FormOutcome, "login"): {"enum": list(vocabulary.logins)},
        (FormOutcome, "error_code"): {"enum": list(vocabulary.error_codes)},
    }
    definitions: dict[str, Json] = {}

    def of(kind: Any, word: Json | None = None) -> Json:
        origin = get_origin(kind)
        if origin in (Union, UnionType):
            branches = [of(it, word) for it in get_args(kind) if it is not NoneType]
            return branches[0] if len(branches) == 1 else {"anyOf": branches}
        if origin is tuple:
            item = of(get_args(kind)[0], word)
            return {"anyOf": [item, {"type": "array", "items": item}]}
        if is_dataclass(kind):
            return _reference(kind, definitions, lambda: _record(kind, of, words))
        if origin is Literal:
            return {"enum": list(get_args(kind))}
        if isinstance(kind, type) and issubclass(kind, Enum):
            return {"enum": [it.value for it in kind]}
        if origin is not None:
            return {"type": "object", "additionalProperties": of(get_args(kind)[1])}
        return word or SCALARS[kind]

    top = of(Scenario)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario of finapi-mock",
        **top,
        "$defs": dict(sorted(definitions.items())),
    }


def _operations(vocabulary: Vocabulary) -> list[str]:
    return sorted({name for operation in vocabulary.operations for name in (operation.id, operation.key)})


def _some_of(words: list[str]) -> Json:
    """One of the words, or a pattern for some of them."""
    return {"anyOf": [{"enum": words}, {"type": "string", "pattern": r"[*?\[]"}]}


def _reference(kind: Any, definitions: dict[str, Json], make: Callable[[], Json]) -> Json:
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}  # a condition may hold conditions
        definitions[kind.__name__] = make()
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _record(kind: Any, of: Callable[..., Json], words: Mapping[tuple[type, str], Json]) -> Json:
    helps = {it.name: it.metadata.get("help", "") for it in fields(kind)}
    properties = {
        key: {"description": helps[name], **of(its, words.get((kind, name)))}
        for key, (name, its, _) in keys_of(kind).items()
    }
    record: Json = {
        "type": "object",
        "description": kind.__doc__,
        "properties": properties,
        "additionalProperties": False,
    }
    mandatory = [key for key, (_, _, is_mandatory) in keys_of(kind).items() if is_mandatory]
    if mandatory:
        record["required"] = mandatory
    short = getattr(kind, "SHORT", None)
    return record if short is None else {"anyOf": [dict(short), record]}


def text(vocabulary: Vocabulary) -> str:
    return json.dumps(schema(vocabulary), indent=1, ensure_ascii=False) + "\n"
