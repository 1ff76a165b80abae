"""The shapes of errors on the wire: Access, Web Form, OAuth, and Spring's for unknown paths."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from mock_server.app import load_contracts
from mock_server.contract.operations import Api
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.settings import Settings
from mock_server.web.envelopes import Context, envelope

NOON = datetime(2026, 8, 13, 16, 16, 44, tzinfo=UTC)
IMPORT = Context("POST", "/api/v2/bankConnections/import", "selfgen-1", "11/35", NOON)
FORMS = Context("GET", "/api/webForms", "selfgen-1", "11/35", NOON)
CONTRACTS = {contract.api: contract for contract in load_contracts(Settings())}


def test_access_says_code_type_and_whose_request_it_was() -> None:
    error = ApiError(Refusal.UNKNOWN_ENTITY, "Bank with ID '12345' not found.")
    assert envelope("access", error, IMPORT) == {
        "errors": [{"message": "Bank with ID '12345' not found.", "code": "UNKNOWN_ENTITY", "type": "TECHNICAL"}],
        "date": "2026-08-13T18:16:44.000+02:00",
        "requestId": "selfgen-1",
        "endpoint": "POST /api/v2/bankConnections/import",
        "authContext": "11/35",
    }


def test_access_names_the_bank_where_one_was_involved() -> None:
    bank = "DEMO0002 - finAPI Test Redirect Bank (id: 280002, location: none)"
    body = envelope("access", ApiError(Refusal.BANK_SERVER_REJECTION, bank=bank), IMPORT)
    assert body["bank"] == bank
    assert body["errors"][0]["type"] == "BUSINESS"


def test_access_has_one_entry_for_each_violation() -> None:
    error = invalid(Problem("bankingInterface", "Field is blank."), Problem("body", "Must be an object, not null."))
    assert envelope("access", error, IMPORT)["errors"] == [
        {
            "message": "Field 'bankingInterface' not valid: Field is blank.",
            "code": "BAD_REQUEST",
            "type": "TECHNICAL",
        },
        {"message": "Must be an object, not null.", "code": "BAD_REQUEST", "type": "TECHNICAL"},
    ]


@pytest.mark.parametrize(
    ("error", "body"),
    [
        (
            ApiError(Refusal.NO_TOKEN),
            {
                "error": "unauthorized",
                "error_description": "An Authentication object was not found in the SecurityContext",
            },
        ),
        (
            ApiError(Refusal.BAD_TOKEN, "Invalid access token: abc"),
            {"error": "invalid_token", "error_description": "Invalid access token: abc"},
        ),
        (
            ApiError(Refusal.BAD_CLIENT_CREDENTIALS),
            {"error": "invalid_client", "error_description": "Bad client credentials"},
        ),
    ],
)
def test_401_of_access_has_the_oauth_shape(error: ApiError, body: dict[str, str]) -> None:
    assert envelope("access", error, IMPORT) == body


def test_web_form_has_one_code_and_a_timestamp_without_a_colon() -> None:
    assert envelope("webform", ApiError(Refusal.UNKNOWN_ENTITY, "There is no form."), FORMS) == {
        "code": "NOT_FOUND",
        "description": "There is no form.",
        "timestamp": "2026-08-13T16:16:44.000+0000",
        "endpoint": "GET /api/webForms",
    }


def test_400_of_web_form_has_fields_and_no_code() -> None:
    error = invalid(Problem("orders[0].amount.value", "Must be greater than 0."), Problem("bankId", "No such field."))
    assert envelope("webform", error, FORMS) == {
        "errors": [
            {"field": "orders[0].amount.value", "message": "Must be greater than 0."},
            {"field": "bankId", "message": "No such field."},
        ],
        "timestamp": "2026-08-13T16:16:44.000+0000",
        "endpoint": "GET /api/webForms",
    }


def test_400_of_web_form_has_a_field_also_where_no_single_one_is_wrong() -> None:
    body = envelope("webform", ApiError(Refusal.INVALID_FILTER_OPTIONS), FORMS)
    assert body["errors"] == [{"field": "body", "message": "The filters contradict each other."}]


def test_401_of_web_form_is_an_error_like_the_others() -> None:
    assert envelope("webform", ApiError(Refusal.NO_TOKEN), FORMS)["code"] == "UNAUTHORIZED"
    assert envelope("webform", ApiError(Refusal.WRONG_ROLE), FORMS)["code"] == "FORBIDDEN"


APIS: list[Api] = ["access", "webform"]


@pytest.mark.parametrize("api", APIS)
def test_an_unknown_path_has_springs_shape(api: Api) -> None:
    """It is answered in front of finAPI's own code."""
    context = Context("GET", "/api/v2/api-docs", "selfgen-1", "0/0", NOON)
    assert envelope(api, ApiError(Refusal.NO_SUCH_PATH), context) == {
        "timestamp": "2026-08-13T18:16:44.000+02:00",
        "status": 404,
        "error": "Not Found",
        "path": "/api/v2/api-docs",
    }


SCHEMAS = {
    ("access", 401): "BadCredentialsError",
    ("access", None): "ErrorMessage",
    ("webform", 400): "ValidationError",
    ("webform", None): "Error",
}
WEBFORM_ONLY = {
    Refusal.BANK_NOT_SUPPORTED,
    Refusal.BANK_NOT_UNIQUE,
    Refusal.INVALID_REDIRECT_URL,
    Refusal.MANDATOR_MISCONFIGURATION,
}
"""Access has no codes for these, because no operation of its can refuse like that."""


@pytest.mark.parametrize("refusal", list(Refusal), ids=lambda refusal: refusal.name)
@pytest.mark.parametrize("api", APIS)
def test_every_refusal_fits_the_description_of_errors(api: Api, refusal: Refusal) -> None:
    """Clients decode error bodies by their status, and strictly."""
    if refusal is Refusal.NO_SUCH_PATH or (api == "access" and refusal in WEBFORM_ONLY):
        return
    name = SCHEMAS.get((api, refusal.status), SCHEMAS[api, None])
    validator = CONTRACTS[api].checks.answers({"$ref": f"#/components/schemas/{name}"})
    for error in (ApiError(refusal), ApiError(refusal, "In other words.", bank="DEMO0001 - finAPI Test Bank")):
        body = envelope(api, error, FORMS)
        assert not [f"{fault.instance_path}: {fault.message}" for fault in validator.iter_errors(body)]


@pytest.mark.parametrize("refusal", list(Refusal), ids=lambda refusal: refusal.name)
@pytest.mark.parametrize("api", APIS)
def test_a_hint_is_ours_and_not_in_the_body(api: Api, refusal: Refusal) -> None:
    body = envelope(api, ApiError(refusal, hint="Have you tried this?", allowed=["PATCH"]), FORMS)
    assert "tried" not in str(body)
    assert "PATCH" not in str(body)


@pytest.mark.parametrize("api", APIS)
def test_no_error_body_has_null_in_it(api: Api) -> None:
    def leaves(node: Any) -> list[Any]:
        if isinstance(node, dict):
            return [leaf for value in node.values() for leaf in leaves(value)]
        return [leaf for item in node for leaf in leaves(item)] if isinstance(node, list) else [node]

    for refusal in Refusal:
        assert None not in leaves(envelope(api, ApiError(refusal), FORMS))


def test_an_endpoint_is_a_method_and_a_path() -> None:
    assert re.fullmatch(r"[A-Z]+ /\S+", IMPORT.endpoint)
