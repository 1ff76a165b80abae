"""What stands in path, query and headers, in all the spellings that clients use."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.contract.parameters import Parameter, parameter_from, read_parameter
from mock_server.errors import Problem

DOCUMENT: dict[str, Any] = {
    "components": {
        "schemas": {
            "Interface": {"type": "string", "enum": ["XS2A", "FINTS_SERVER"]},
            "Interfaces": {"type": "array", "items": {"$ref": "#/components/schemas/Interface"}},
        }
    }
}


def parameter(schema: dict[str, Any], **more: Any) -> Parameter:
    return parameter_from(DOCUMENT, {"name": "it", "in": "query", "schema": schema, **more})


def value(schema: dict[str, Any], *texts: str, **more: Any) -> Any:
    read, problem = read_parameter(parameter(schema, **more), texts)
    assert problem is None, problem
    return read


def refusal(schema: dict[str, Any], *texts: str, **more: Any) -> str:
    read, problem = read_parameter(parameter(schema, **more), texts)
    assert read is None
    assert problem is not None
    assert problem.field == "it"
    return problem.message


BOOLEAN, INTEGER, NUMBER, STRING = ({"type": name} for name in ("boolean", "integer", "number", "string"))
DAY = {"type": "string", "format": "date"}
INT32, INT64 = ({"type": "integer", "format": name} for name in ("int32", "int64"))


@pytest.mark.parametrize(
    ("text", "read"),
    [("true", True), ("1", True), ("True", True), ("TRUE", True), ("false", False), ("0", False), ("False", False)],
)
def test_a_boolean_is_a_word_or_a_digit(text: str, read: bool) -> None:
    assert value(BOOLEAN, text) is read


@pytest.mark.parametrize("text", ["yes", "no", "2", "-1", "t", "on", "null", "truefalse"])
def test_anything_else_is_no_boolean(text: str) -> None:
    assert refusal(BOOLEAN, text) == "Must be true or false."


@pytest.mark.parametrize(
    ("schema", "text", "read"),
    [
        (INTEGER, "42", 42),
        (INTEGER, "-42", -42),
        (INTEGER, "+42", 42),
        (INTEGER, "007", 7),
        (INT64, "9223372036854775807", 2**63 - 1),
        (INT64, "-9223372036854775808", -(2**63)),
        (INTEGER, "9223372036854775807", 2**63 - 1),
        (INT32, "2147483647", 2**31 - 1),
        (INT32, "-2147483648", -(2**31)),
    ],
)
def test_an_integer_reaches_as_far_as_javas(schema: dict[str, Any], text: str, read: int) -> None:
    assert value(schema, text) == read


@pytest.mark.parametrize(
    ("schema", "text", "words"),
    [
        (INTEGER, "1.0", "Must be a whole number."),
        (INTEGER, "1e3", "Must be a whole number."),
        (INTEGER, "0x10", "Must be a whole number."),
        (INTEGER, "1_000", "Must be a whole number."),
        (INTEGER, "ten", "Must be a whole number."),
        (INTEGER, "٣", "Must be a whole number."),
        (INTEGER, "-", "Must be a whole number."),
        (INTEGER, " 5", "Must be a whole number."),
        (INTEGER, "9" * 5000, "Must be a whole number."),
        (INT64, "9223372036854775808", "Must be a whole number from -9223372036854775808 to 9223372036854775807."),
        (INT64, "-9223372036854775809", "Must be a whole number from -9223372036854775808 to 9223372036854775807."),
        (INT32, "2147483648", "Must be a whole number from -2147483648 to 2147483647."),
        ({**INTEGER, "minimum": 1}, "0", "Must be at least 1."),
        ({**INTEGER, "minimum": 1, "maximum": 500}, "501", "Must be at most 500."),
    ],
)
def test_anything_else_is_no_integer(schema: dict[str, Any], text: str, words: str) -> None:
    assert refusal(schema, text) == words


@pytest.mark.parametrize("edge", [1, 500])
def test_a_limit_is_within_the_limits(edge: int) -> None:
    assert value({**INTEGER, "minimum": 1, "maximum": 500}, str(edge)) == edge


@pytest.mark.parametrize(
    ("text", "read"),
    [("1", 1.0), ("-850.00", -850.0), ("+0.5", 0.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("1E-2", 0.01)],
)
def test_a_number_is_written_with_a_point(text: str, read: float) -> None:
    assert value(NUMBER, text) == read


@pytest.mark.parametrize(
    "text", ["1,5", "nan", "inf", "-Infinity", "1e9999", "0x1p3", "1_0", "--1", ".", "1.2.3", "ten"]
)
def test_anything_else_is_no_number(text: str) -> None:
    assert refusal(NUMBER, text) == "Must be a number."


def test_a_pattern_covers_the_whole_text() -> None:
    month = {**STRING, "pattern": r"\d{4}-\d{2}"}
    assert value(month, "2026-08") == "2026-08"
    for text in ("2026-08-13", "x2026-08", "2026-8", "٢٠٢٦-08"):
        assert refusal(month, text) == r"Must match \d{4}-\d{2}"


def test_a_date_is_a_day_of_the_calendar() -> None:
    assert value(DAY, "2026-08-13") == date(2026, 8, 13)
    assert value(DAY, "2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-8-13", "Must be a date such as 2026-08-13."),
        ("20260813", "Must be a date such as 2026-08-13."),
        ("13.08.2026", "Must be a date such as 2026-08-13."),
        ("2026-08-13T00:00:00", "Must be a date such as 2026-08-13."),
        ("2026-W33-4", "Must be a date such as 2026-08-13."),
        ("today", "Must be a date such as 2026-08-13."),
        ("2026-02-29", "There is no such day."),
        ("2026-13-01", "There is no such day."),
        ("0000-01-01", "There is no such day."),
    ],
)
def test_anything_else_is_no_date(text: str, words: str) -> None:
    assert refusal(DAY, text) == words


@given(st.dates())
def test_every_day_can_be_named(day: date) -> None:
    assert value(DAY, day.isoformat()) == day


def test_text_is_taken_as_it_is() -> None:
    assert value(STRING, " Café & Bar ") == " Café & Bar "
    assert value(STRING, "1,2") == "1,2"


@pytest.mark.parametrize(("length", "fits"), [(254, True), (255, True), (256, False)])
def test_text_has_a_longest_length(length: int, fits: bool) -> None:
    schema = {**STRING, "maxLength": 255}
    if fits:
        assert value(schema, "x" * length) == "x" * length
    else:
        assert refusal(schema, "x" * length) == f"Must have at most 255 characters, has {length}."


def test_a_choice_is_one_of_the_options() -> None:
    schema = {**STRING, "enum": ["bankView", "userView"]}
    assert value(schema, "userView") == "userView"
    assert refusal(schema, "userview") == "Must be one of bankView, userView."


@pytest.mark.parametrize("schema", [{"type": ["string", "null"], "enum": ["A", None]}, {"enum": ["A", None]}])
def test_null_is_no_option_in_a_query(schema: dict[str, Any]) -> None:
    assert refusal(schema, "None") == "Must be one of A."
    assert refusal(schema, "null") == "Must be one of A."


@pytest.mark.parametrize("texts", [(), ("",), (" ",), ("", "  ")])
def test_blank_counts_as_not_given(texts: tuple[str, ...]) -> None:
    assert value(INTEGER, *texts) is None
    assert value({**INTEGER, "default": 20}, *texts) == 20
    assert read_parameter(parameter(STRING, required=True), texts) == (None, Problem("it", "Parameter is missing."))


@pytest.mark.parametrize("text", [" ", "\x1c", "\u3000"])
def test_a_part_of_the_path_is_given_even_if_it_is_blank(text: str) -> None:
    in_path: Any = {"in": "path", "required": True}
    assert value(STRING, text, **in_path) == text
    assert refusal(INTEGER, text, **in_path) == "Must be a whole number."


def test_of_a_value_given_twice_the_last_one_counts() -> None:
    assert value(INTEGER, "1", "2") == 2
    assert value(INTEGER, "1", "") == 1


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        (["1"], [1]),
        (["1,2,3"], [1, 2, 3]),
        (["1", "2", "3"], [1, 2, 3]),
        (["1,2", "3"], [1, 2, 3]),
        (["1, 2 ,3"], [1, 2, 3]),
        (["1,,2,"], [1, 2]),
        (["", "1"], [1]),
        (["2", "1", "2"], [2, 1, 2]),
    ],
)
def test_a_list_is_joined_by_commas_or_repeated(texts: list[str], read: list[int]) -> None:
    assert value({"type": "array", "items": INTEGER}, *texts) == read


@given(st.lists(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1), min_size=1))
def test_however_a_list_is_cut_it_is_the_same(pieces: list[list[int]]) -> None:
    texts = [",".join(map(str, piece)) for piece in pieces]
    assert value({"type": "array", "items": INT64}, *texts) == [number for piece in pieces for number in piece]


def test_every_element_of_a_list_is_checked() -> None:
    assert refusal({"type": "array", "items": INTEGER}, "1,two,3") == "Must be a whole number."
    assert refusal({"$ref": "#/components/schemas/Interfaces"}, "XS2A,FTP") == "Must be one of XS2A, FINTS_SERVER."
    assert value({"$ref": "#/components/schemas/Interfaces"}, "XS2A", "FINTS_SERVER") == ["XS2A", "FINTS_SERVER"]


@pytest.mark.parametrize(("count", "fits"), [(1000, True), (1001, False)])
@pytest.mark.parametrize("where", ["schema", "extension"])
def test_a_list_has_a_greatest_length(count: int, fits: bool, where: str) -> None:
    schema: dict[str, Any] = {"type": "array", "items": INTEGER}
    more = {}
    if where == "schema":
        schema["maxItems"] = 1000
    else:
        more = {"x-max-items": 1000}
    text = ",".join(map(str, range(count)))
    if fits:
        assert len(value(schema, text, **more)) == count
    else:
        assert refusal(schema, text, **more) == "Must have at most 1000 elements, has 1001."


ORDER = {"x-order": ["id", "amount", "category.name"], "x-default-order": ["id,asc"]}
TEXTS = {"type": "array", "items": STRING}


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        ([], ["id,asc"]),
        ([""], ["id,asc"]),
        (["amount"], ["amount"]),
        (["amount,desc"], ["amount,desc"]),
        (["amount,DESC"], ["amount,desc"]),
        (["amount,desc", "id"], ["amount,desc", "id"]),
        (["amount,desc,id,asc"], ["amount,desc", "id,asc"]),
        (["amount,id"], ["amount", "id"]),
        (["amount", "desc"], ["amount,desc"]),
        ([" amount , desc "], ["amount,desc"]),
        (["category.name,asc"], ["category.name,asc"]),
    ],
)
def test_an_order_is_a_property_with_or_without_a_direction(texts: list[str], read: list[str]) -> None:
    assert value(TEXTS, *texts, **ORDER) == read


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("amuont", "Cannot order by 'amuont'. Did you mean 'amount'?"),
        ("AMOUNT", "Cannot order by 'AMOUNT'. Known are: id, amount, category.name."),
        ("amount,down", "Cannot order by 'down'. Known are: id, amount, category.name."),
        ("desc", "Cannot order by 'desc'. Known are: id, amount, category.name."),
        ("amount,desc,asc", "Cannot order by 'asc'. Known are: id, amount, category.name."),
        ("amount desc", "Cannot order by 'amount desc'. Did you mean 'amount'?"),
    ],
)
def test_anything_else_is_no_order(text: str, words: str) -> None:
    assert refusal(TEXTS, text, **ORDER) == words


def test_a_parameter_knows_where_it_stands_and_whether_it_must() -> None:
    declared = {"name": "id", "in": "path", "required": True, "schema": INT64}
    read = parameter_from(DOCUMENT, declared)
    assert (read.name, read.place, read.required, read.is_list) == ("id", "path", True, False)
    assert not parameter(STRING).required
