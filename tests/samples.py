"""Requests that fit the documents, made of the documents: for tests that go through all operations.

They are as small as the documents allow, and name records that need not exist.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_server.contract import Contract, Operation
from mock_server.contract.parameters import Parameter
from mock_server.contract.schemas import resolve

Json = Any
UNKNOWN = "987654321"
"""The id of nothing."""
BY_FORMAT: Mapping[str, str] = {
    "date": "2026-08-14",
    "date-time": "2026-08-14T10:00:00Z",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uri": "https://shop.example/",
    "email": "alice@shop.example",
}
BY_NAME: Mapping[str, Json] = {
    "iban": "DE77533700080111111100",
    "counterpartIban": "DE13700800000061110500",
    "date": "2026-08-14",
    "locale": "de",
}
"""Fields whose pattern or meaning a made-up text would not fit."""


@dataclass(frozen=True)
class Request:
    """What to send; a body is a form at the token endpoints and JSON elsewhere."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Json = None
    is_form: bool = False

    @property
    def arguments(self) -> dict[str, Any]:
        """For `http.request`."""
        content = {} if self.body is None else {"data" if self.is_form else "json": self.body}
        return {"method": self.method, "url": self.path, "params": dict(self.query), **content}


def sample(contract: Contract, operation: Operation) -> Request:
    """A request of the operation that its document accepts."""
    values = {it.name: _text(it) for it in operation.parameters if it.place == "path"}
    query = {it.name: _text(it) for it in operation.parameters if it.place == "query" and it.required}
    entry = contract.document["paths"][operation.path][operation.method.lower()]
    if "requestBody" not in entry:
        return Request(operation.method, operation.path.format(**values), query)
    declared = resolve(contract.document, entry["requestBody"])
    media, content = next(iter(declared["content"].items()))
    body = _smallest(contract.document, content["schema"], "")
    return Request(operation.method, operation.path.format(**values), query, body, is_form="form" in media)


def _text(parameter: Parameter) -> str:
    if parameter.options:
        return parameter.options[0]
    for text in (UNKNOWN, "true", "2026-08-14"):
        try:
            parameter.read(text)
        except ValueError:
            continue
        return text
    raise AssertionError(f"no sample for {parameter.name}")


def _smallest(document: Mapping[str, Any], schema: Mapping[str, Any], name: str) -> Json:
    """A value that fits, without whatever may be left out."""
    schema = resolve(document, schema)
    if "anyOf" in schema or "oneOf" in schema:
        return _smallest(document, (schema.get("anyOf") or schema["oneOf"])[0], name)
    if "enum" in schema:
        return next(value for value in schema["enum"] if value is not None)
    if "properties" in schema:
        wanted = schema.get("required", ())
        return {field: _smallest(document, schema["properties"][field], field) for field in wanted}
    kinds = schema.get("type", "object")
    kind = kinds if isinstance(kinds, str) else next(it for it in kinds if it != "null")
    if kind == "array":
        return [_smallest(document, schema["items"], name) for _ in range(max(1, schema.get("minItems", 1)))]
    if kind in ("integer", "number"):
        return max(1, schema.get("minimum", 1))
    if kind == "boolean":
        return False
    if kind == "object":
        return {}
    return _word(schema, name)


def _word(schema: Mapping[str, Any], name: str) -> str:
    if name in BY_NAME:
        return str(BY_NAME[name])
    if schema.get("format") in BY_FORMAT:
        return BY_FORMAT[schema["format"]]
    longest, shortest = schema.get("maxLength", 36), schema.get("minLength", 1)
    tries = [
        "x" * max(shortest, min(8, longest)),
        "1" * max(shortest, min(8, longest)),
        "DE",
        "#00AAFF",
        "https://a.de",
    ]
    pattern = re.compile(schema.get("pattern", ""))
    return next(text for text in tries if pattern.search(text))
