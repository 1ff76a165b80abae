"""Schemas of OpenAPI 3.0 and 3.1 as one dialect, closed and anchored."""

from typing import Any

import jsonschema_rs
import pytest

from mock_server.contract.schemas import for_answers, for_requests, resolve, wants_https

Schema = dict[str, Any]
CALLBACK = r"^https://(www\.)?[-a-zA-Z0-9@:%._+~#=]{1,256}\.[a-zA-Z0-9()]{1,63}\b([-a-zA-Z0-9()@:%_+.~#?&/=]*)$"


def accepts(schema: Schema, value: Any, *, strict: bool = False) -> bool:
    adapted = for_requests(schema, strict=strict)
    return jsonschema_rs.Draft202012Validator(adapted, validate_formats=True).is_valid(value)


def closed(value: Schema) -> Schema:
    return {"type": "object", "properties": value}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        (
            {"type": "string", "enum": ["A", "B"], "nullable": True},
            {"type": ["string", "null"], "enum": ["A", "B", None]},
        ),
        ({"type": "string", "enum": ["A", None], "nullable": True}, {"type": ["string", "null"], "enum": ["A", None]}),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, {"type": "number", "exclusiveMinimum": 0}),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": False}, {"type": "number", "minimum": 0}),
        ({"type": "number", "maximum": 9, "exclusiveMaximum": True}, {"type": "number", "exclusiveMaximum": 9}),
        ({"type": "number", "exclusiveMinimum": 0}, {"type": "number", "exclusiveMinimum": 0}),
        (
            {"nullable": True, "$ref": "#/components/schemas/A"},
            {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]},
        ),
        (
            {"nullable": True, "allOf": [{"$ref": "#/components/schemas/A"}]},
            {"anyOf": [{"allOf": [{"$ref": "#/components/schemas/A"}]}, {"type": "null"}]},
        ),
        (
            {"type": "array", "items": {"type": "integer", "nullable": True}},
            {"type": "array", "items": {"type": ["integer", "null"]}},
        ),
        (
            closed({"a": {"type": "object", "properties": {"b": {"type": "boolean", "nullable": True}}}}),
            closed({"a": {"type": "object", "properties": {"b": {"type": ["boolean", "null"]}}}}),
        ),
    ],
)
def test_openapi_3_0_is_read_like_3_1(old: Schema, new: Schema) -> None:
    assert for_requests(old, strict=True) == for_requests(new, strict=True)
    assert for_answers(old) == for_answers(new)


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string", "nullable": True}, ["x", None], [1]),
        ({"type": "string", "enum": ["A"], "nullable": True}, ["A", None], ["B"]),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, [0.01], [0, -1]),
        ({"type": "number", "maximum": 0, "exclusiveMaximum": True}, [-1], [0]),
        ({"nullable": True, "allOf": [{"type": "string"}]}, ["x", None], [1]),
    ],
)
def test_what_3_0_says_counts(schema: Schema, good: list[Any], bad: list[Any]) -> None:
    assert [accepts(schema, value) for value in good] == [True] * len(good)
    assert [accepts(schema, value) for value in bad] == [False] * len(bad)


NESTED = closed(
    {"bank": closed({"id": {"type": "integer"}}), "orders": {"type": "array", "items": closed({"iban": {}})}}
)


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ({}, True),
        ({"bank": {"id": 1}, "orders": [{"iban": "DE"}]}, True),
        ({"bankId": 1}, False),
        ({"bank": {"bankId": 1}}, False),
        ({"orders": [{"iban": "DE"}, {"Iban": "DE"}]}, False),
    ],
)
def test_an_unknown_property_is_refused_at_every_depth(value: Any, good: bool) -> None:
    assert accepts(NESTED, value) is good


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object"},
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"type": "object", "properties": {"a": {}}, "additionalProperties": True},
    ],
)
def test_an_object_whose_properties_are_not_listed_is_open(schema: Schema) -> None:
    assert accepts(schema, {"de": "Konto"})


@pytest.mark.parametrize("name", ["nullable", "properties", "pattern", "default", "enum", "format", "examples", "type"])
def test_a_property_may_be_called_like_a_keyword(name: str) -> None:
    """Profiles have a `default`, interfaces have `properties`."""
    schema = closed({name: closed({"a": {"type": "integer", "nullable": True}})})
    assert accepts(schema, {name: {"a": None}})
    assert not accepts(schema, {name: {"a": "x"}})
    assert not accepts(schema, {name: {"b": 1}})
    assert not accepts(schema, {"additionalProperties": 1})


def test_data_in_a_schema_is_left_alone() -> None:
    data = {"nullable": True, "pattern": "https://x", "properties": {"a": 1}}
    schema = {"type": "object", "default": data, "examples": [data], "example": data, "enum": [data], "const": data}
    assert for_requests(schema, strict=False) == schema


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("[0-9]{5}", ["12345"], ["123456", "x12345", "12345x", "12345\n", ""]),
        ("^[0-9]{5}$", ["12345"], ["123456", "12345\n"]),
        ("a|b", ["a", "b"], ["ab", "xb", "ax"]),  # anchored as a whole, not only at its ends
        ("^a|b$", ["a", "b"], ["ax", "xb"]),
        (r"^(?=.*[1-9])\d+(\.\d{1,2})?$", ["1", "0.01", "10.5"], ["0", "0.00", "1.", "1.234", "-1"]),
    ],
)
def test_a_pattern_covers_the_whole_value(pattern: str, good: list[str], bad: list[str]) -> None:
    schema = {"type": "string", "pattern": pattern}
    assert [accepts(schema, value) for value in good] == [True] * len(good)
    assert [accepts(schema, value) for value in bad] == [False] * len(bad)


@pytest.mark.parametrize(
    ("value", "by_default", "strictly"),
    [
        ("https://app.example.com/cb?state=42", True, True),
        ("https://127.0.0.1:8443/cb", True, True),
        ("http://localhost:9000/cb", True, False),
        ("https://localhost:9000/cb", True, False),
        ("https://host/cb", True, False),
        ("https://app.example.com/x,y", True, False),
    ],
)
def test_https_is_asked_for_only_when_strict(value: str, by_default: bool, strictly: bool) -> None:
    schema = {"type": "string", "pattern": CALLBACK}
    assert accepts(schema, value) is by_default
    assert accepts(schema, value, strict=True) is strictly


def test_the_other_limits_of_an_https_address_always_count() -> None:
    schema = {"type": "string", "pattern": CALLBACK, "maxLength": 30}
    assert not accepts(schema, "http://localhost:9000/callback/for/finapi")


@pytest.mark.parametrize(
    ("pattern", "https"),
    [
        ("https://.*", True),
        (CALLBACK, True),
        ("^(https://.*)$", True),
        ("^(?:https://.*)$", True),
        (r"^https:\/\/.*$", True),  # as Java and JavaScript people write it
        ("^https?://.*$", False),
        ("^http://.*$", False),
        ("^[a-z]+$", False),
        ("", False),
    ],
)
def test_a_pattern_that_begins_with_https_is_recognised(pattern: str, https: bool) -> None:
    assert wants_https(pattern) is https


@pytest.mark.parametrize(
    ("schema", "value", "good"),
    [
        ({"type": "integer", "format": "int32"}, 2**31 - 1, True),
        ({"type": "integer", "format": "int32"}, 2**31, False),
        ({"type": "integer", "format": "int32"}, -(2**31), True),
        ({"type": "integer", "format": "int32"}, -(2**31) - 1, False),
        ({"type": "integer", "format": "int32", "minimum": 0, "maximum": 3650}, 3651, False),
        ({"type": "integer", "format": "int32", "minimum": 0, "maximum": 3650}, -1, False),
        ({"type": ["integer", "null"], "format": "int32"}, None, True),
        ({"type": "integer", "format": "int64"}, 2**63 - 1, True),
        ({"type": "integer", "format": "int64"}, 2**63, False),
        ({"type": "integer", "format": "int64"}, 1e20, False),
        ({"type": "integer", "format": "int64"}, -(2**63), True),
        ({"type": "integer", "format": "int64"}, -(2**63) - 1, False),
        ({"type": "integer", "format": "int64", "minimum": 1}, 0, False),
        ({"type": "integer", "format": "int64"}, 2**40, True),
    ],
)
def test_int32_and_int64_are_limits(schema: Schema, value: Any, good: bool) -> None:
    assert accepts(schema, value) is good


def test_what_no_client_sends_is_not_asked_for() -> None:
    schema = {
        **closed({"mode": {"type": "string"}, "id": {"type": "integer"}}),
        "required": ["id", "mode"],
        "x-optional-in-practice": ["mode"],
    }
    assert accepts(schema, {"id": 1})
    assert not accepts(schema, {"mode": "SKIP"})


def test_an_answer_has_nothing_that_the_document_does_not_name() -> None:
    validator = jsonschema_rs.Draft202012Validator(for_answers(NESTED))
    assert validator.is_valid({"bank": {"id": 1}})
    assert not validator.is_valid({"bank": {"id": 1, "secret": "x"}})


def test_a_schema_is_not_changed_by_reading_it() -> None:
    schema = {"type": "string", "nullable": True, "pattern": "https://x", "enum": ["a"]}
    before = repr(schema)
    for_requests(schema, strict=False)
    for_answers(schema)
    assert repr(schema) == before


DOCUMENT = {
    "components": {
        "parameters": {"page": {"name": "page", "schema": {"$ref": "#/components/schemas/Page"}}},
        "schemas": {
            "Page": {"type": "integer", "description": "A page."},
            "Twice": {"$ref": "#/components/schemas/Page", "minimum": 1},
            "a/b": {"type": "string"},
            "a~b": {"type": "boolean"},
        },
    }
}


@pytest.mark.parametrize(
    ("node", "resolved"),
    [
        ({"type": "object"}, {"type": "object"}),
        ({"$ref": "#/components/schemas/Page"}, {"type": "integer", "description": "A page."}),
        # what stands beside a reference (3.1) counts more than what it leads to
        (
            {"$ref": "#/components/schemas/Page", "description": "Mine."},
            {"type": "integer", "description": "Mine."},
        ),
        ({"$ref": "#/components/schemas/Twice"}, {"type": "integer", "description": "A page.", "minimum": 1}),
        ({"$ref": "#/components/schemas/a~1b"}, {"type": "string"}),
        ({"$ref": "#/components/schemas/a~0b"}, {"type": "boolean"}),
    ],
)
def test_references_are_followed(node: Schema, resolved: Schema) -> None:
    assert resolve(DOCUMENT, node) == resolved


def test_a_reference_to_nowhere_is_noticed() -> None:
    with pytest.raises(KeyError):
        resolve(DOCUMENT, {"$ref": "#/components/schemas/Missing"})
