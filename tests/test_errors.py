"""The table of refusals against the closed lists of both APIs."""

import pytest

from mock_server.domain.languages import GERMAN, LANGUAGES
from mock_server.errors import BUSINESS_MESSAGES, WEBFORM_CODES, ApiError, Problem, Refusal, invalid

ACCESS = frozenset(
    """
    ADDITIONAL_AUTHENTICATION_REQUIRED BAD_REQUEST BANK_SERVER_REJECTION COLLECTIVE_MONEY_TRANSFER_NOT_SUPPORTED
    ENTITY_EXISTS FORBIDDEN IBAN_ONLY_DIRECT_DEBIT_NOT_SUPPORTED IBAN_ONLY_MONEY_TRANSFER_NOT_SUPPORTED
    ILLEGAL_ENTITY_STATE ILLEGAL_FIELD_VALUE ILLEGAL_PAGE_SIZE INVALID_CONSENT INVALID_FILTER_OPTIONS
    INVALID_ACCOUNT_TYPES INVALID_TOKEN INVALID_TWO_STEP_PROCEDURE LOCKED LOGIN_FIELDS_MISMATCH METHOD_NOT_ALLOWED
    MISSING_CREDENTIALS MISSING_FIELD MISSING_TWO_STEP_PROCEDURE NO_ACCOUNTS_FOR_TYPE_LIST NO_CERTIFICATE
    NO_EXISTING_CHALLENGE NO_TPP_CLIENT_CREDENTIALS NO_PSU_METADATA TOO_MANY_IDS UNAUTHORIZED_ACCESS UNEXPECTED_ERROR
    UNKNOWN_ENTITY UNSUPPORTED_BANK UNSUPPORTED_FEATURE UNSUPPORTED_MEDIA_TYPE UNSUPPORTED_ORDER USER_ALREADY_VERIFIED
    USER_NOT_VERIFIED WEB_FORM_ABORTED WEB_FORM_REQUIRED
    """.split()  # noqa: SIM905 # a list would take a line for each
)
"""The 39 values of Access's `ErrorCode`. A client that was generated from the document breaks on any other."""

WEBFORM = frozenset(
    """
    UNAUTHORIZED FORBIDDEN NOT_FOUND NOT_ALLOWED BANK_NOT_SUPPORTED BANK_NOT_UNIQUE ENTITY_EXISTS
    MANDATOR_MISCONFIGURATION PAYMENT_NOT_SUPPORTED INVALID_REDIRECT_URL NOT_SUPPORTED LOCKED INTERNAL_SERVER_ERROR
    """.split()  # noqa: SIM905 # a list would take a line for each
)
"""The 13 codes of Web Form's `Error`."""

WEBFORM_ONLY = {"BANK_NOT_SUPPORTED", "BANK_NOT_UNIQUE", "INVALID_REDIRECT_URL", "MANDATOR_MISCONFIGURATION"}
ROWS = list(Refusal)
BY_NAME = [pytest.param(refusal, id=refusal.name) for refusal in ROWS]


@pytest.mark.parametrize("refusal", BY_NAME)
def test_access_knows_every_code(refusal: Refusal) -> None:
    # 401 has the OAuth form, whose codes are RFC 6749's and Spring's.
    known = {"invalid_client", "invalid_token", "unauthorized"} if refusal.status == 401 else ACCESS | WEBFORM_ONLY
    assert refusal.code in known


@pytest.mark.parametrize("refusal", BY_NAME)
def test_web_form_knows_every_code(refusal: Refusal) -> None:
    # Its 400 has no code.
    assert refusal.status == 400 or WEBFORM_CODES.get(refusal.code, refusal.code) in WEBFORM


def test_the_translation_names_no_code_that_no_row_has() -> None:
    assert set(WEBFORM_CODES) <= {refusal.code for refusal in ROWS}


@pytest.mark.parametrize(
    ("refusal", "status", "code", "message"),
    [
        # texts that real servers were seen to answer
        (Refusal.BAD_USER_CREDENTIALS, 400, "UNAUTHORIZED_ACCESS", "Bad credentials"),
        (
            Refusal.NO_TOKEN,
            401,
            "unauthorized",
            "An Authentication object was not found in the SecurityContext",
        ),
        (Refusal.WRONG_ROLE, 403, "UNAUTHORIZED_ACCESS", "Access is denied"),
        (Refusal.UNKNOWN_ENTITY, 404, "UNKNOWN_ENTITY", "Resource not found"),
        (Refusal.ILLEGAL_FIELD_VALUE, 422, "ILLEGAL_FIELD_VALUE", "Illegal field value given"),
        (Refusal.LOCKED, 423, "LOCKED", "The requested resource is locked"),
        (Refusal.UNEXPECTED, 500, "UNEXPECTED_ERROR", "An unexpected error occurred"),
    ],
)
def test_known_messages_are_those_of_finapi(refusal: Refusal, status: int, code: str, message: str) -> None:
    assert (refusal.status, refusal.code, refusal.message) == (status, code, message)


@pytest.mark.parametrize(
    ("refusal", "status", "code"),
    [
        (Refusal.BAD_REQUEST, 400, "BAD_REQUEST"),
        (Refusal.BAD_REFRESH_TOKEN, 400, "INVALID_TOKEN"),
        (Refusal.UNKNOWN_GRANT_TYPE, 400, "BAD_REQUEST"),
        (Refusal.BAD_CLIENT_CREDENTIALS, 401, "invalid_client"),
        (Refusal.BAD_TOKEN, 401, "invalid_token"),
        (Refusal.NO_SUCH_METHOD, 405, "METHOD_NOT_ALLOWED"),
        (Refusal.WRONG_MEDIA_TYPE, 415, "UNSUPPORTED_MEDIA_TYPE"),
        (Refusal.ENTITY_EXISTS, 422, "ENTITY_EXISTS"),
        (Refusal.ILLEGAL_ENTITY_STATE, 422, "ILLEGAL_ENTITY_STATE"),
        (Refusal.BANK_SERVER_REJECTION, 422, "BANK_SERVER_REJECTION"),
        (Refusal.BANK_NOT_SUPPORTED, 422, "BANK_NOT_SUPPORTED"),
        (Refusal.BANK_NOT_UNIQUE, 422, "BANK_NOT_UNIQUE"),
        (Refusal.INVALID_REDIRECT_URL, 422, "INVALID_REDIRECT_URL"),
        (Refusal.NOT_EMULATED, 501, "UNSUPPORTED_FEATURE"),
    ],
)
def test_a_refusal_has_the_status_and_code_of_finapi(refusal: Refusal, status: int, code: str) -> None:
    assert (refusal.status, refusal.code) == (status, code)


@pytest.mark.parametrize(
    ("code", "webform"),
    [
        ("invalid_token", "UNAUTHORIZED"),
        ("unauthorized", "UNAUTHORIZED"),
        ("UNAUTHORIZED_ACCESS", "FORBIDDEN"),
        ("UNKNOWN_ENTITY", "NOT_FOUND"),
        ("METHOD_NOT_ALLOWED", "NOT_ALLOWED"),
        ("UNEXPECTED_ERROR", "INTERNAL_SERVER_ERROR"),
    ],
)
def test_web_form_has_names_of_its_own(code: str, webform: str) -> None:
    assert WEBFORM_CODES[code] == webform


def test_no_two_rows_are_the_same() -> None:
    """Two equal rows would be one row with two names, so that `Refusal` iterates over one of them only."""
    assert list(Refusal.__members__) == [refusal.name for refusal in ROWS]


def test_rows_stand_in_the_order_of_their_status() -> None:
    assert [refusal.status for refusal in ROWS] == sorted(refusal.status for refusal in ROWS)


def test_only_what_the_bank_says_is_for_the_end_user() -> None:
    assert [refusal for refusal in ROWS if refusal.blame == "BUSINESS"] == [
        Refusal.BANK_SERVER_REJECTION,
        Refusal.AUTHENTICATION_REQUIRED,
    ]
    assert {refusal.blame for refusal in ROWS} == {"BUSINESS", "TECHNICAL"}


def test_what_is_for_the_end_user_is_said_in_every_language_and_nothing_else_is() -> None:
    assert set(BUSINESS_MESSAGES) == {refusal.name for refusal in ROWS if refusal.blame == "BUSINESS"}
    assert all({GERMAN, *messages} == set(LANGUAGES) for messages in BUSINESS_MESSAGES.values())


@pytest.mark.parametrize(
    ("error", "language", "message"),
    [
        (ApiError(Refusal.BANK_SERVER_REJECTION), "de", "Die Bank hat die Anfrage abgelehnt."),
        (ApiError(Refusal.BANK_SERVER_REJECTION), "en", "The bank has refused the request."),
        (ApiError(Refusal.BANK_SERVER_REJECTION), "sk", "Banka žiadosť odmietla."),
        (ApiError(Refusal.AUTHENTICATION_REQUIRED), "cs", "Banka vyžaduje další ověření."),
        (ApiError(Refusal.BANK_SERVER_REJECTION, "PIN falsch."), "en", "PIN falsch."),
        (ApiError(Refusal.LOCKED), "de", "The requested resource is locked"),
    ],
)
def test_a_message_in_the_language_of_the_caller(error: ApiError, language: str, message: str) -> None:
    assert error.message_in(language) == message


@pytest.mark.parametrize("refusal", BY_NAME)
def test_every_row_can_be_raised_without_arguments(refusal: Refusal) -> None:
    error = ApiError(refusal)
    assert str(error) == refusal.message
    assert refusal.message
    assert "{" not in refusal.message
    assert (error.problems, error.bank, error.hint, error.allowed) == ((), None, None, ())
    assert Refusal[refusal.name] is refusal


def test_a_detail_takes_the_place_of_the_message() -> None:
    error = ApiError(Refusal.UNKNOWN_ENTITY, "Bank with ID '12345' not found.")
    assert str(error) == "Bank with ID '12345' not found."
    assert error.refusal is Refusal.UNKNOWN_ENTITY


def test_an_error_carries_what_its_envelope_and_headers_need() -> None:
    error = ApiError(Refusal.NO_SUCH_METHOD, bank="DEMO0001", hint="Try PATCH.", allowed=iter(["GET", "PATCH"]))
    assert (error.bank, error.hint, error.allowed) == ("DEMO0001", "Try PATCH.", ("GET", "PATCH"))


def test_an_invalid_request_names_its_problems() -> None:
    first, second = Problem("id", "Field is blank."), Problem("email", "Is not a valid email.")
    error = invalid(first, second)
    assert error.refusal is Refusal.BAD_REQUEST
    assert error.problems == (first, second)
