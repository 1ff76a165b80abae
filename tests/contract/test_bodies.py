"""Request bodies: what is accepted, and how a refusal speaks. And every schema of both documents compiles."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.app import load_contracts
from mock_server.contract import Contract, Operation
from mock_server.contract.bodies import FORM, JSON, BodyCheck, BodyChecks, form_fields
from mock_server.contract.schemas import resolve
from mock_server.errors import ApiError, Problem, Refusal
from mock_server.settings import Settings

DOCUMENT: dict[str, Any] = {
    "components": {
        "requestBodies": {"User": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/User"}}}}},
        "schemas": {
            "User": {
                "type": "object",
                "properties": {
                    "id": {"type": "string", "pattern": "[a-z]+", "maxLength": 36},
                    "password": {"type": "string", "minLength": 6},
                    "born": {"type": "string", "format": "date"},
                    "bank": {"anyOf": [{"$ref": "#/components/schemas/Bank"}, {"type": "null"}]},
                    "banks": {"type": "array", "items": {"$ref": "#/components/schemas/Bank"}},
                },
            },
            "Bank": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "search": {}}},
        },
    }
}
TOKEN_FORM = {
    "type": "object",
    "required": ["grant_type", "client_id"],
    "properties": {"grant_type": {"type": "string"}, "client_id": {"type": "string", "minLength": 1}},
}


def check(*, required: bool = True, strict: bool = False) -> BodyCheck:
    content = {JSON: {"schema": {"$ref": "#/components/schemas/User"}}}
    made = BodyChecks("access", DOCUMENT, strict=strict).of({"content": content, "required": required})
    assert made is not None
    return made


def form_check() -> BodyCheck:
    made = BodyChecks("access", DOCUMENT, strict=False).of(
        {"content": {FORM: {"schema": TOKEN_FORM}}, "required": True}
    )
    assert made is not None
    return made


def refused(check: BodyCheck, raw: bytes, content_type: str = JSON) -> ApiError:
    with pytest.raises(ApiError) as caught:
        check.read(raw, content_type)
    return caught.value


def words(error: ApiError) -> list[tuple[str, str]]:
    assert error.refusal is Refusal.BAD_REQUEST
    return [(problem.field, problem.message) for problem in error.problems]


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"{}", {}),
        (b'{"id": "alice"}', {"id": "alice"}),
        (b'  {"id": "alice"}\n', {"id": "alice"}),  # a client of Web Form ends its bodies with a newline
        (b'{"bank": null}', {"bank": None}),
        (b'{"bank": {"id": 1}, "banks": [{"id": 1}]}', {"bank": {"id": 1}, "banks": [{"id": 1}]}),
        ('{"password": "geheimnisvoll äöü"}'.encode(), {"password": "geheimnisvoll äöü"}),
    ],
)
def test_a_body_that_fits_is_read(raw: bytes, body: Any) -> None:
    assert check().read(raw, JSON) == body


@pytest.mark.parametrize(
    "content_type",
    [
        JSON,
        "application/json; charset=utf-8",
        "Application/JSON",
        " application/json ;charset=UTF-8",
        "application/vnd.api+json",
    ],
)
def test_json_may_be_called_by_its_relatives(content_type: str) -> None:
    assert check().read(b"{}", content_type) == {}


@pytest.mark.parametrize(
    "content_type", ["", FORM, "text/plain", "application/jsonx", "application/xml", "multipart/form-data"]
)
def test_another_content_type_is_415(content_type: str) -> None:
    error = refused(check(), b"{}", content_type)
    assert error.refusal is Refusal.WRONG_MEDIA_TYPE
    assert str(error).endswith("is not supported here; send 'application/json'.")


def test_a_form_is_asked_for_where_a_form_is_due() -> None:
    error = refused(form_check(), b"{}", JSON)
    assert error.refusal is Refusal.WRONG_MEDIA_TYPE
    assert (
        str(error) == "Content type 'application/json' is not supported here; send 'application/x-www-form-urlencoded'."
    )


@pytest.mark.parametrize("raw", [b"", b" ", b"\r\n"])
def test_a_body_that_is_missing_is_only_sometimes_missed(raw: bytes) -> None:
    assert check(required=False).read(raw, "") is None
    assert words(refused(check(), raw)) == [("body", "The request needs a body of type application/json.")]


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b'{"id": ', "(line 1, column 8)"),
        (b'{\n  "id": alice\n}', "(line 2, column 9)"),
        (b"{'id': 1}", "(line 1, column 2)"),
        (b"id=alice", "(line 1, column 1)"),
        (b'{"a": 1}{"b": 2}', "(line 1, column 9)"),
        (b'{"id": NaN}', "(line 1, column 8)"),
        (b'{"id": "\\ud800"}', "(line 1, column"),
        (b'{"id": "\xff"}', "(line 1, column"),
        (b"[" * 5000 + b"]" * 5000, "(line 1, column"),
    ],
)
def test_broken_json_is_shown_to_its_place(raw: bytes, place: str) -> None:
    ((field, message),) = words(refused(check(), raw))
    assert field == "body"
    assert message.startswith("The body is no valid JSON: ")
    assert place in message


def test_every_violation_is_named_once() -> None:
    raw = (
        b'{"id": "Al1ce", "password": "x", "pasword": "y", "born": "2026-02-30",'
        b' "bank": {"bankId": 1}, "banks": [{"id": 1, "serach": "x"}, {"id": "2"}]}'
    )
    assert sorted(words(refused(check(), raw))) == [
        ("bank.bankId", "There is no such field. Known are: id, search."),
        ("bank.id", "Field is missing."),
        ("banks[0].serach", "There is no such field. Did you mean 'search'?"),
        ("banks[1].id", "Must be an integer, not a string."),
        ("born", "Is not a valid date."),
        ("id", "Must match [a-z]+"),
        ("password", "Must have at least 6 characters."),
        ("pasword", "There is no such field. Did you mean 'password'?"),
    ]


@pytest.mark.parametrize(
    ("raw", "kind"), [(b"[]", "an array"), (b"null", "null"), (b'"x"', "a string"), (b"1", "an integer")]
)
def test_a_body_is_an_object(raw: bytes, kind: str) -> None:
    assert words(refused(check(), raw)) == [("body", f"Must be an object, not {kind}.")]


def test_what_two_rules_say_alike_is_said_once() -> None:
    twice = {"allOf": [{"type": "object", "required": ["id"]}, {"type": "object", "required": ["id"]}]}
    made = BodyChecks("access", DOCUMENT, strict=False).of({"content": {JSON: {"schema": twice}}})
    assert made is not None
    assert words(refused(made, b"{}")) == [("id", "Field is missing.")]


def test_a_refusal_never_repeats_what_was_sent() -> None:
    raw = b'{"id": "Open Sesame", "password": ["Sesame"], "bank": "Sesame", "banks": {"id": "Sesame"}}'
    error = refused(check(), raw)
    assert len(error.problems) == 4
    assert "esame" not in str(error.problems)


def test_a_form_is_read_field_by_field() -> None:
    raw = b"grant_type=client_credentials&client_id=a%26b+c"
    assert form_check().read(raw, FORM) == {"grant_type": "client_credentials", "client_id": "a&b c"}
    assert form_check().read(raw, FORM + "; charset=utf-8") == form_check().read(raw, FORM)


def test_a_parameter_that_oauth_does_not_know_is_ignored() -> None:
    """RFC 6749, section 3.2."""
    raw = b"grant_type=password&client_id=shop&scope=all&resource=x"
    assert form_check().read(raw, FORM) == {"grant_type": "password", "client_id": "shop"}


def test_a_form_says_what_is_missing() -> None:
    assert words(refused(form_check(), b"grant_type=password", FORM)) == [("client_id", "Field is missing.")]
    assert words(refused(form_check(), b"grant_type=password&client_id=", FORM)) == [("client_id", "Field is blank.")]


@pytest.mark.parametrize(
    ("raw", "fields"),
    [
        (b"a=1&b=2", {"a": "1", "b": "2"}),
        (b"a=1&a=2", {"a": "2"}),
        (b"a=", {"a": ""}),
        (b"a", {"a": ""}),
        (b"", {}),
        (b"a=%C3%A4+%2B", {"a": "ä +"}),
        (b"a=\xff", {"a": "\ufffd"}),
        (b"a=1;b=2", {"a": "1;b=2"}),
    ],
)
def test_of_a_repeated_field_the_last_one_counts(raw: bytes, fields: dict[str, str]) -> None:
    assert form_fields(raw) == fields


@pytest.mark.parametrize(("count", "fits"), [(100, True), (101, False)])
def test_a_form_has_at_most_a_hundred_fields(count: int, fits: bool) -> None:
    raw = "&".join(f"field{number}=x" for number in range(count)).encode()
    if fits:
        assert len(form_fields(raw)) == count
        return
    with pytest.raises(ApiError) as caught:
        form_fields(raw)
    assert caught.value.problems == (Problem("body", "The form must have at most 100 fields."),)


def error_of(act: Callable[[], Any]) -> ApiError | None:
    try:
        act()
    except ApiError as error:
        return error
    return None


@given(st.binary(max_size=200), st.sampled_from([JSON, FORM]))
def test_no_bytes_surprise_a_check(raw: bytes, content_type: str) -> None:
    for one in (check(), form_check()):
        error = error_of(lambda one=one: one.read(raw, content_type))
        assert error is None or error.refusal in (Refusal.BAD_REQUEST, Refusal.WRONG_MEDIA_TYPE)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "bank", "banks", "x"]), inner),
    max_leaves=8,
)


@given(ANY_JSON)
def test_every_refusal_has_a_problem_and_every_problem_a_field_and_words(body: Any) -> None:
    error = error_of(lambda: check().check(body))
    if error is not None:
        assert error.problems
        assert len(set(error.problems)) == len(error.problems)
        assert all(problem.field and problem.message for problem in error.problems)


def test_a_body_may_be_described_elsewhere() -> None:
    checks = BodyChecks("access", DOCUMENT, strict=False)
    made = checks.of({"$ref": "#/components/requestBodies/User"})
    assert made is not None
    assert (made.media, made.required) == (JSON, False)
    assert made.check({"id": "alice"}) == {"id": "alice"}
    assert checks.of(None) is None


def test_answers_are_held_against_the_document_too() -> None:
    schema = {"$ref": "#/components/schemas/User"}
    validator = BodyChecks("access", DOCUMENT, strict=False).answers(schema)
    assert validator.is_valid({"id": "alice", "bank": {"id": 1}})
    assert not validator.is_valid({"id": "alice", "secret": "x"})
    assert not validator.is_valid({"bank": {}})


CONTRACTS = load_contracts(Settings())
STRICT = load_contracts(Settings(strict=True))
BODIES = {"access": 40, "webform": 9}
"""How many operations have a body."""
OPERATIONS = [
    pytest.param(contract, operation, id=operation.key) for contract in CONTRACTS for operation in contract.operations
]


@pytest.mark.parametrize("contracts", [CONTRACTS, STRICT], ids=["by default", "strictly"])
def test_every_request_schema_of_both_documents_compiles(contracts: tuple[Contract, ...]) -> None:
    compiled = Counter[str]()
    for contract in contracts:
        for body in (operation.body for operation in contract.operations if operation.body is not None):
            error = error_of(lambda body=body: body.check({"no such field": "x"}))
            # a form ignores what it does not know, but lacks what it needs
            expected = "Field is missing." if body.media == FORM else "There is no such field."
            assert error is not None
            assert any(problem.message.startswith(expected) for problem in error.problems)
            compiled[contract.api] += 1
    assert compiled == BODIES


def test_every_answer_schema_of_both_documents_compiles() -> None:
    compiled = 0
    for contract in CONTRACTS:
        for operation in contract.operations:
            for schema in answers(contract, operation):
                assert isinstance(contract.checks.answers(schema), jsonschema_rs.Draft202012Validator)
                compiled += 1
    assert compiled > 500


def answers(contract: Contract, operation: Operation) -> list[Any]:
    responses = contract.document["paths"][operation.path][operation.method.lower()]["responses"]
    contents = (resolve(contract.document, response).get("content", {}) for response in responses.values())
    return [media["schema"] for content in contents for media in content.values()]


@pytest.mark.parametrize(("contract", "operation"), OPERATIONS)
def test_what_an_operation_shows_as_an_example_it_accepts(contract: Contract, operation: Operation) -> None:
    entry = contract.document["paths"][operation.path][operation.method.lower()]
    media = resolve(contract.document, entry.get("requestBody", {})).get("content", {}).get(JSON, {})
    for example in [media["example"]] if "example" in media else []:
        assert operation.body is not None
        assert operation.body.check(example) == example


@pytest.mark.parametrize(
    ("key", "body"),
    [
        ("access.createUser", {}),
        ("access.createUser", {"id": "alice@example.com", "password": "secret", "isAutoUpdateEnabled": False}),
        ("webform.createForBankConnectionImport", {}),
        ("webform.createForBankConnectionImport", {"bank": None, "callbacks": None, "accountTypes": None}),
        ("webform.createForBankConnectionImport", {"callbacks": {"finalised": "http://localhost:9000/cb"}}),
        # a live integration sends no importNewAccountsMode, although clients are generated with it as required
        ("webform.createBankConnectionUpdateTask", {"bankConnectionId": 1}),
        (
            "webform.createForStandalonePayment",
            {
                "orders": [
                    {"amount": {"value": "10.50", "currency": "EUR"}, "recipient": {"iban": "DE89370400440532013000"}}
                ]
            },
        ),
        (
            "webform.createForStandalonePayment",
            {
                "orders": [
                    {"amount": {"value": 10.5, "currency": "EUR"}, "recipient": {"iban": "DE89370400440532013000"}}
                ]
            },
        ),
    ],
)
def test_what_clients_send_is_accepted(key: str, body: Any) -> None:
    assert check_of(key).check(body) == body


@pytest.mark.parametrize(
    ("key", "body", "problem"),
    [
        # what users trip over
        (
            "webform.createForBankConnectionImport",
            {"bankId": 280001},
            ("bankId", "There is no such field. Did you mean 'bank'?"),
        ),
        (
            "webform.createForBankConnectionImport",
            {"callbacks": {"successCallback": "https://app.example.com"}},
            ("callbacks.successCallback", "There is no such field. Known are: finalised."),
        ),
        (
            "webform.createForBankConnectionImport",
            {"redirectUri": "https://app.example.com"},
            ("redirectUri", "There is no such field. Did you mean 'redirectUrl'?"),
        ),
        ("webform.createForBankConnectionImport", {"language": "de"}, ("language", "There is no such field.")),
        (
            "webform.createForBankConnectionImport",
            {"accountTypes": ["Checking"]},
            (
                "accountTypes[0]",
                "Must be one of BAUSPAREN, CHECKING, CREDIT_CARD, LOAN, MEMBERSHIP, SAVINGS, SECURITY.",
            ),
        ),
        (
            "webform.createForBankConnectionImport",
            {"accountTypes": ["CHECKING", "CHECKING"]},
            ("accountTypes", "Must not name an element twice."),
        ),
        (
            "webform.createForBankConnectionImport",
            {"maxDaysForDownload": 3651},
            ("maxDaysForDownload", "Must be at most 3650."),
        ),
        (
            "webform.createForBankConnectionImport",
            {"profileId": "x"},
            ("profileId", "Must have at least 36 characters."),
        ),
        (
            "webform.createBankConnectionUpdateTask",
            {"bankConnectionIds": [1]},
            ("bankConnectionIds", "There is no such field. Did you mean 'bankConnectionId'?"),
        ),
        (
            "webform.createBankConnectionUpdateTask",
            {},
            ("bankConnectionId", "Field is missing."),
        ),
        ("access.createUser", {"metaInfo": "x"}, ("metaInfo", "There is no such field.")),
        ("access.createUser", {"password": "12345"}, ("password", "Must have at least 6 characters.")),
        ("access.createUser", {"password": "x" * 129}, ("password", "Must have at most 128 characters, has 129.")),
        ("access.createUser", {"id": "x" * 37}, ("id", "Must have at most 36 characters, has 37.")),
        ("access.createUser", {"email": 1}, ("email", "Must be a string, not an integer.")),
        ("access.importBankConnection", {"interface": "XS2A"}, ("bankId", "Field is missing.")),
    ],
)
def test_what_users_trip_over_is_named(key: str, body: Any, problem: tuple[str, str]) -> None:
    with pytest.raises(ApiError) as caught:
        check_of(key).check(body)
    field, message = problem
    found = {problem.field: problem.message for problem in caught.value.problems}
    assert found[field].startswith(message)


@pytest.mark.parametrize("id", ["alice bob", "älice", "a/b", "a\n", "<b>", ""])
def test_a_user_id_has_the_documented_characters(id: str) -> None:
    with pytest.raises(ApiError) as caught:
        check_of("access.createUser").check({"id": id})
    assert {problem.field for problem in caught.value.problems} == {"id"}


@pytest.mark.parametrize("url", ["http://localhost:9000/cb", "https://localhost:9000/cb"])
def test_strictly_a_callback_goes_to_the_real_internet(url: str) -> None:
    strict = check_of("webform.createForBankConnectionImport", STRICT)
    error = error_of(lambda: strict.check({"callbacks": {"finalised": url}}))
    assert error is not None
    assert words(error) == [
        (
            "callbacks.finalised",
            "Must be an https URL whose host has a dot; finAPI refuses plain http and localhost.",
        )
    ]


def check_of(key: str, contracts: tuple[Contract, ...] = CONTRACTS) -> BodyCheck:
    operations = (operation for contract in contracts for operation in contract.operations)
    body = next(operation.body for operation in operations if operation.key == key)
    assert body is not None
    return body
