"""What is said about a violation: the field, the rule, the remedy, and never the value."""

from typing import Any

import jsonschema_rs
import pytest

from mock_server.contract.problems import article, describe, field_of, suggestion, type_of

ADDRESS = {
    "type": "object",
    "required": ["city"],
    "properties": {"city": {"type": "string", "minLength": 1}, "zip": {"type": "string"}},
    "additionalProperties": False,
}


def problems(schema: dict[str, Any], value: Any, known: list[str] | None = None) -> list[tuple[str, str]]:
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    errors = validator.iter_errors(value)
    found = [problem for error in errors for problem in describe(error, lambda place: known or [])]
    return [(problem.field, problem.message) for problem in found]


@pytest.mark.parametrize(
    ("rule", "value", "words"),
    [
        ({"minLength": 1}, "", "Field is blank."),
        ({"minLength": 6}, "", "Field is blank."),
        ({"minLength": 6}, "12345", "Must have at least 6 characters."),
        ({"minLength": 2}, "x", "Must have at least 2 characters."),
        ({"maxLength": 3}, "four", "Must have at most 3 characters, has 4."),
        ({"maxLength": 1}, "four", "Must have at most 1 character, has 4."),
        ({"maxLength": 1}, "äöü", "Must have at most 1 character, has 3."),
        ({"pattern": "^(?:[0-9]{5})$"}, "x", "Must match [0-9]{5}"),
        ({"pattern": "[0-9]{5}"}, "x", "Must match [0-9]{5}"),
        (
            {"pattern": "^(?:https://.*)$"},
            "http://localhost",
            "Must be an https URL whose host has a dot; finAPI refuses plain http and localhost.",
        ),
        ({"format": "date"}, "2026-02-30", "Is not a valid date."),
        ({"format": "email"}, "x", "Is not a valid email."),
        ({"enum": ["A", "B"]}, "C", "Must be one of A, B."),
        ({"enum": ["A", None]}, "C", "Must be one of A."),
        ({"const": "X"}, "Y", "Must be X."),
        ({"minimum": 1}, 0, "Must be at least 1."),
        ({"maximum": 500}, 501, "Must be at most 500."),
        ({"exclusiveMinimum": 0}, 0, "Must be greater than 0."),
        ({"exclusiveMaximum": 9}, 9, "Must be less than 9."),
        ({"multipleOf": 0.01}, 0.001, "Must be a multiple of 0.01."),
        ({"minItems": 1}, [], "Must have at least 1 element."),
        ({"minItems": 2}, [1], "Must have at least 2 elements."),
        ({"maxItems": 1}, [1, 2], "Must have at most 1 element, has 2."),
        ({"uniqueItems": True}, [1, 1], "Must not name an element twice."),
        ({"type": "integer"}, "1", "Must be an integer, not a string."),
        ({"type": "integer"}, 1.5, "Must be an integer, not a number."),
        ({"type": "string"}, 1, "Must be a string, not an integer."),
        ({"type": "string"}, True, "Must be a string, not a boolean."),
        ({"type": "string"}, None, "Must be a string, not null."),
        ({"type": "object"}, [], "Must be an object, not an array."),
        ({"type": "array"}, {}, "Must be an array, not an object."),
        ({"type": ["string", "null"]}, 1, "Must be a string or null, not an integer."),
        ({"type": ["null", "string"]}, 1, "Must be a string or null, not an integer."),
        ({"type": ["number", "string"]}, [], "Must be a number or a string, not an array."),
        ({"oneOf": [{"type": "string"}]}, 1, "Does not fit the API's description."),
        (
            {"pattern": r"^data:image\/(png|svg\+xml);base64,(?:[A-Za-z0-9+\/]{4})*$"},
            "logo.png",
            "Must be a data URI: data:image/(png|svg+xml);base64, followed by the data in base64, with padding.",
        ),
    ],
)
def test_every_rule_has_its_words(rule: dict[str, Any], value: Any, words: str) -> None:
    assert problems({"type": "object", "properties": {"field": rule}}, {"field": value}) == [("field", words)]


def test_a_problem_of_the_whole_body_is_called_so() -> None:
    assert problems({"type": "object"}, []) == [("body", "Must be an object, not an array.")]
    assert problems({"oneOf": [{"type": "object"}]}, []) == [("body", "Does not fit the API's description.")]


def test_missing_and_unknown_fields_are_named_one_by_one() -> None:
    schema = {
        "type": "object",
        "properties": {"id": {}, "email": {}, "address": ADDRESS},
        "required": ["id", "email"],
        "additionalProperties": False,
    }
    assert sorted(problems(schema, {"adress": 1, "phone": 2}, ["id", "email", "address"])) == [
        ("adress", "There is no such field. Did you mean 'address'?"),
        ("email", "Field is missing."),
        ("id", "Field is missing."),
        ("phone", "There is no such field. Known are: id, email, address."),
    ]


def test_a_field_is_named_with_its_place() -> None:
    schema = {
        "type": "object",
        "properties": {"orders": {"type": "array", "items": {"type": "object", "properties": {"recipient": ADDRESS}}}},
    }
    body = {"orders": [{"recipient": {"city": "Kiel"}}, {"recipient": {"city": "", "zipp": "1"}}, {"recipient": {}}]}
    assert sorted(problems(schema, body)) == [
        ("orders[1].recipient.city", "Field is blank."),
        ("orders[1].recipient.zipp", "There is no such field."),
        ("orders[2].recipient.city", "Field is missing."),
    ]


@pytest.mark.parametrize("options", [[ADDRESS, {"type": "null"}], [{"type": "null"}, ADDRESS]])
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, [("bank.city", "Field is missing.")]),
        ({"city": ""}, [("bank.city", "Field is blank.")]),
        ("Kiel", [("bank", "Must be an object, not a string.")]),
        (None, []),
    ],
)
def test_of_this_or_null_the_words_are_about_this(
    options: list[dict[str, Any]], value: Any, expected: list[tuple[str, str]]
) -> None:
    assert problems({"type": "object", "properties": {"bank": {"anyOf": options}}}, {"bank": value}) == expected


@pytest.mark.parametrize(
    "rule",
    [
        {"minLength": 30},
        {"maxLength": 3},
        {"pattern": "^(?:[0-9]+)$"},
        {"format": "uuid"},
        {"enum": ["A"]},
        {"const": "A"},
        {"type": "integer"},
        {"type": "object"},
        {"oneOf": [{"type": "integer"}]},
        {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        {"not": {"type": "string"}},
    ],
)
def test_a_value_is_never_repeated(rule: dict[str, Any]) -> None:
    """It may be a password."""
    found = problems({"type": "object", "properties": {"field": rule}}, {"field": "open sesame"})
    assert found
    assert "sesame" not in str(found)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ([], ""),
        (["bank"], "bank"),
        (["bank", "id"], "bank.id"),
        (["orders", 0], "orders[0]"),
        (["orders", 0, "amount", "value"], "orders[0].amount.value"),
        ([0], "[0]"),
        (["a", 1, 2, "b"], "a[1][2].b"),
    ],
)
def test_a_place_is_written_as_in_a_program(path: list[str | int], field: str) -> None:
    assert field_of(path) == field


@pytest.mark.parametrize(
    ("word", "known", "advice"),
    [
        ("bankId", ["id", "bank", "bankIds"], " Did you mean 'bankIds'?"),
        ("clientsecret", ["client_id", "client_secret"], " Did you mean 'client_secret'?"),
        ("zzz", ["a", "b"], " Known are: a, b."),
        ("zzz", [], ""),
        ("zzz", [f"name{number}" for number in range(21)], ""),  # too many to be of help
    ],
)
def test_the_nearest_known_word_is_suggested(word: str, known: list[str], advice: str) -> None:
    assert suggestion(word, known) == advice


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({}, "an object"),
        ([], "an array"),
        ("", "a string"),
        (True, "a boolean"),
        (1, "an integer"),
        (1.5, "a number"),
        (None, "null"),
    ],
)
def test_types_are_called_as_in_json(value: Any, name: str) -> None:
    assert article(type_of(value)) == name
