"""JSON Schema as OpenAPI 3.0 and 3.1 write it, brought to one dialect (2020-12)."""

from collections.abc import Callable, Mapping
from typing import Any

Schema = dict[str, Any]


def resolve(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow `$ref` inside the document."""
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def for_requests(node: Any, *, strict: bool) -> Any:
    """A schema as a check of what a client sends.

    - Unknown properties are refused: finAPI refuses the whole body because of one.
    - `x-optional-in-practice` lists fields that the contract calls required and no client sends.
    - `int32` and `int64` are limits, not remarks.
    - A pattern covers the whole value, as it does in the Java validation behind the APIs.
    - Unless `strict`, a pattern that asks for https is lifted, because on a developer's machine
      callbacks go to http://localhost.
    """
    return _closed(_dialect(node), strict)


def wants_https(pattern: str) -> bool:
    return pattern.replace("\\/", "/").lstrip("^(?:").startswith("https://")


def for_answers(node: Any) -> Any:
    """A schema as a check of what the server says: nothing that the document does not name."""
    return _closed(_dialect(node), strict=True)


NAMED = ("properties", "patternProperties", "$defs")
"""Keywords whose value has names of our own as keys: a property may be called `nullable` or `default`."""
DATA = ("enum", "const", "default", "example", "examples")
"""Keywords whose value is data and no schema."""
BITS = {"int32": 32, "int64": 64}


def _inside(schema: Schema, change: Callable[[Any], Any]) -> Schema:
    """The schema, with `change` applied to each schema directly inside it."""

    def changed(key: str, value: Any) -> Any:
        if key in DATA:
            return value
        if key in NAMED:
            return {name: change(inner) for name, inner in value.items()}
        return [change(item) for item in value] if isinstance(value, list) else change(value)

    return {key: changed(key, value) for key, value in schema.items()}


def _dialect(node: Any) -> Any:
    """OpenAPI 3.0's `nullable` and boolean exclusive limits as JSON Schema 2020-12 has them."""
    if not isinstance(node, dict):
        return node
    schema = _inside(node, _dialect)
    for flag, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(flag), bool) and schema.pop(flag):
            schema[flag] = schema.pop(limit)
    if schema.pop("nullable", False) is not True:
        return schema
    if "$ref" in schema or "allOf" in schema:  # how 3.0 says "that schema or null"
        return {"anyOf": [schema, {"type": "null"}]}
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    return schema


def _closed(node: Any, strict: bool) -> Any:
    if not isinstance(node, dict):
        return node
    schema = _inside(node, lambda inner: _closed(inner, strict))
    if "properties" in schema and "additionalProperties" not in schema:
        schema["additionalProperties"] = False
    if "x-optional-in-practice" in schema:
        schema["required"] = [name for name in schema["required"] if name not in schema["x-optional-in-practice"]]
    if schema.get("format") in BITS:
        end = 2 ** (BITS[schema["format"]] - 1)
        schema.setdefault("minimum", -end)
        schema.setdefault("maximum", end - 1)
    if "pattern" in schema:
        if wants_https(schema["pattern"]) and not strict:
            del schema["pattern"]
        else:
            schema["pattern"] = f"^(?:{schema['pattern']})$"
    return schema
