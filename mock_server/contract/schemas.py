"""JSON Schema as OpenAPI 3.0 and 3.1 write it, brought to one dialect (2020-12)."""

from collections.abc import Mapping
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
    """A schema (or a tree of them) as a check of what a client sends.

    - Unknown properties are refused: finAPI refuses the whole body because of one.
    - `x-optional-in-practice` lists fields that the contract calls required and no client sends.
    - `int32` is a limit, not a remark.
    - A pattern covers the whole value, as it does in the Java validation behind the APIs.
    - Unless `strict`, a pattern that asks for https is lifted, because on a developer's machine
      callbacks go to http://localhost.
    """
    adapted = _dialect(node)
    return _closed(adapted, strict) if isinstance(adapted, dict) else adapted


def wants_https(pattern: str) -> bool:
    return pattern.replace("\\/", "/").lstrip("^(?:").startswith("https://")


def for_answers(node: Any) -> Any:
    """A schema as a check of what the server says: nothing that the document does not name."""
    return _closed(_dialect(node), strict=True)


def _dialect(node: Any) -> Any:
    """OpenAPI 3.0's `nullable` and boolean exclusive limits as JSON Schema 2020-12 has them."""
    if isinstance(node, list):
        return [_dialect(item) for item in node]
    if not isinstance(node, dict):
        return node
    schema = {key: _dialect(value) for key, value in node.items()}
    if schema.pop("nullable", False) is True:
        if "$ref" in schema:
            return {"anyOf": [{"$ref": schema["$ref"]}, {"type": "null"}]}
        if isinstance(schema.get("type"), str):
            schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    for flag, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(flag), bool) and schema.pop(flag):
            schema[flag] = schema.pop(limit)
    return schema


def _closed(node: Any, strict: bool) -> Any:
    if isinstance(node, list):
        return [_closed(item, strict) for item in node]
    if not isinstance(node, dict):
        return node
    schema = {
        key: value if key in ("enum", "default", "examples") else _closed(value, strict) for key, value in node.items()
    }
    if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema:
        schema["additionalProperties"] = False
    if "x-optional-in-practice" in schema:
        schema["required"] = [name for name in schema["required"] if name not in schema["x-optional-in-practice"]]
    if schema.get("format") == "int32":
        schema.setdefault("minimum", -(2**31))
        schema.setdefault("maximum", 2**31 - 1)
    if isinstance(schema.get("pattern"), str):
        if wants_https(schema["pattern"]) and not strict:
            del schema["pattern"]
        else:
            schema["pattern"] = f"^(?:{schema['pattern']})$"
    return schema
