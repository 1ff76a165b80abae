"""Every error code of both APIs: each that can happen is made to happen, the others are listed with the reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
from starlette.testclient import TestClient

from mock_server.app import load_contracts
from mock_server.domain.accounts import UNATTENDED_PER_DAY
from mock_server.operations import OPERATIONS
from mock_server.settings import Settings
from tests.access.direct import (
    BACK,
    CONNECT,
    IMPORT,
    SAVINGS_BANK,
    SMS,
    UPDATE,
    asked,
    goes_on,
    import_body,
    imports,
    login,
)
from tests.actors import TEST_BANK, Admin, EndUser, Json, Shop
from tests.conftest import serve
from tests.docs.markdown import ROOT, tables
from tests.refusals import ALICE, GERMAN_NOON, NOBODY, SHOP, access_error, told, webform_error

Answer = Any
DOCUMENTS = {contract.api: contract.document for contract in load_contracts(Settings())}
PATIENCE = 3
DORA = "11/35"
"""`authContext` of the licensed user, the first in a world of its own."""


@dataclass(frozen=True)
class Case:
    """A scenario whose last answer has the status and says the message."""

    status: int
    message: str
    scenario: Callable[[EndUser], Answer]
    who: str = ALICE


@dataclass(frozen=True)
class DirectCase:
    """The same for direct calls, whose errors name the bank, and at times what it asks for."""

    status: int
    message: str
    scenario: Callable[[EndUser], Answer]
    bank: str = "DEMO0001 - finAPI Test Bank (id: 280001, location: none)"
    type: str = "TECHNICAL"
    challenge: Json = None
    date: str = GERMAN_NOON


# What it takes


def after_switching_to_v1(alice: EndUser) -> Answer:
    assert Admin(alice.http).posts("/api/v2/mandatorAdmin/switchApiVersion", apiVersion="V1").status_code == 200
    return alice.gets("/api/v2/users")


def after_too_many_passwords(alice: EndUser) -> Answer:
    for _ in range(PATIENCE):
        alice.shop.asks_for_token("password", username="alice", password="a guess")
    return alice.shop.asks_for_token("password", username="alice", password=alice.password)


def unverified(alice: EndUser) -> Answer:
    assert alice.shop.patches("/api/v2/clientConfiguration", userAutoVerificationEnabled=False).status_code == 200
    assert alice.shop.creates_user(id="bob", password="open sesame").status_code == 201
    return alice.shop.asks_for_token("password", username="bob", password="open sesame")


def with_a_defect(ask: Callable[[EndUser], Answer]) -> Callable[[EndUser], Answer]:
    """The same request, when the program is broken."""

    def fails(*_: Any) -> None:
        raise RuntimeError("a defect")

    def scenario(alice: EndUser) -> Answer:
        with pytest.MonkeyPatch.context() as broken:
            broken.setattr("mock_server.handlers.access.views.user", fails)
            broken.setattr("mock_server.handlers.webform.views.web_form", fails)
            return ask(alice)

    return scenario


def described_but_not_emulated(alice: EndUser) -> Answer:
    """All that our documents describe is emulated; a document of the user's own may describe more."""
    without = {key: handler for key, handler in OPERATIONS.items() if key != "access.getAndSearchAllSecurities"}
    with pytest.MonkeyPatch.context() as smaller:
        smaller.setattr("mock_server.app.OPERATIONS", without)
        return Shop(serve()).welcomes(alice.name).gets("/api/v2/securities")


def a_second_profile_of_the_same_name(alice: EndUser) -> Answer:
    admin = Admin(alice.http)
    assert admin.posts("/api/profiles", label="Blue").status_code == 201
    return admin.posts("/api/profiles", label="Blue")


def a_second_update(alice: EndUser) -> Answer:
    connection = alice.connects(maxDaysForDownload=14)["id"]
    pace = alice.http.post("/_mock/pace", json={"pace": "by-hand"}, headers={"x-mock-client": alice.shop.client_id})
    assert pace.status_code == 200, pace.text
    assert alice.posts("/api/tasks/backgroundUpdate", bankConnectionId=connection).status_code == 201
    return alice.posts("/api/tasks/backgroundUpdate", bankConnectionId=connection)


def an_answer_to_the_bank(dora: EndUser, **answer: str) -> Answer:
    body = import_body()
    return goes_on(dora, IMPORT, body, asked(dora.posts(IMPORT, **body)), **answer)


def a_fifth_update_without_the_end_user(dora: EndUser) -> Answer:
    connection = imports(dora)["id"]
    for _ in range(UNATTENDED_PER_DAY):
        assert dora.posts(UPDATE, bankConnectionId=connection, bankingInterface="XS2A").status_code == 200
    return dora.posts(UPDATE, bankConnectionId=connection, bankingInterface="XS2A")


def an_update_after_the_consent(dora: EndUser) -> Answer:
    connection = imports(dora, loginCredentials=login("demo_consent_ends"))["id"]
    dora.shop.moves_clock(advance="1d")
    dora.token = dora.shop.token("password", username=dora.name, password=dora.password)
    return dora.posts(UPDATE, bankConnectionId=connection, bankingInterface="XS2A")


def the_credentials_of_another_interface(dora: EndUser, source: str, target: str, **wish: Any) -> Answer:
    """A second interface for a connection over the first one."""
    connection = imports(dora, bankingInterface=source, **wish)["id"]
    more = {"redirectUrl": BACK} if wish else {}
    return dora.posts(
        CONNECT, bankConnectionId=connection, bankingInterface=target, sourceBankingInterface=source, **more
    )


def standing_order(alice: EndUser, **more: Any) -> Answer:
    wish = {"iban": "DE77533700080111111100", "bankId": 280002, "counterpartName": "Max Mustermann", "amount": 1}
    wish |= {
        "counterpartIban": "DE13700800000061110500",
        "startDate": "2026-08-14",
        "frequency": "MONTHLY",
        "currency": "EUR",
    }
    return alice.posts("/api/v2/standingOrders", **{**wish, **more})


def with_text(alice: EndUser, path: str) -> Answer:
    return alice.http.post(path, content=b"x", headers={**alice.bearer, "content-type": "text/plain"})


ACCESS: Mapping[str, Case] = {
    "BAD_REQUEST": Case(
        400, "Field 'id' not valid: Field is blank.", lambda alice: alice.shop.creates_user(id=""), SHOP
    ),
    "ENTITY_EXISTS": Case(
        422, "A user with the id 'ALICE' exists already.", lambda alice: alice.shop.creates_user(id="ALICE"), SHOP
    ),
    "FORBIDDEN": Case(403, "API Version mismatch", after_switching_to_v1),
    "ILLEGAL_ENTITY_STATE": Case(
        422,
        "The automatic batch update is not enabled for this client, so isAutoUpdateEnabled must be false.",
        lambda alice: alice.patches("/api/v2/users", isAutoUpdateEnabled=True),
    ),
    "ILLEGAL_FIELD_VALUE": Case(
        422, "Field 'amount' not valid: Must be greater than 0.", lambda alice: standing_order(alice, amount=-1)
    ),
    "ILLEGAL_PAGE_SIZE": Case(
        400,
        "Field 'perPage' not valid: Must be at most 500.",
        lambda alice: alice.gets("/api/v2/labels", perPage=501),
    ),
    "INVALID_FILTER_OPTIONS": Case(
        400,
        "minImportDate and maxDeletionDate exclude each other.",
        lambda alice: alice.deletes(
            "/api/v2/transactions", minImportDate="2026-08-13", maxDeletionDate="2026-08-13", safeMode="false"
        ),
    ),
    "INVALID_TOKEN": Case(
        400,
        "The refresh token is unknown, revoked or expired.",
        lambda alice: alice.shop.asks_for_token("refresh_token", refresh_token="none"),
        NOBODY,
    ),
    "LOCKED": Case(
        423, "The user is locked after too many failed logins; change its password.", after_too_many_passwords, NOBODY
    ),
    "METHOD_NOT_ALLOWED": Case(
        405,
        "/api/v2/accounts does not answer POST, but DELETE, GET.",
        lambda alice: alice.posts("/api/v2/accounts"),
        NOBODY,
    ),
    "MISSING_FIELD": Case(
        400,
        "At least one of isNew, isPotentialDuplicate, categoryId, labelIds must be given.",
        lambda alice: alice.patches("/api/v2/transactions", ids=[1]),
    ),
    "TOO_MANY_IDS": Case(
        400,
        "Field 'ids' not valid: Must have at most 1000 elements, has 1001.",
        lambda alice: alice.gets("/api/v2/accounts", ids=",".join(map(str, range(1001)))),
    ),
    "UNAUTHORIZED_ACCESS": Case(403, "Access is denied", lambda alice: alice.shop.gets("/api/v2/users"), SHOP),
    "UNEXPECTED_ERROR": Case(
        500, "An unexpected error occurred", with_a_defect(lambda alice: alice.gets("/api/v2/users"))
    ),
    "UNKNOWN_ENTITY": Case(404, "Resource not found", lambda alice: alice.gets("/api/v2/accounts/1")),
    "UNSUPPORTED_FEATURE": Case(
        501,
        "finapi-mock describes getAndSearchAllSecurities but does not emulate it yet.",
        described_but_not_emulated,
    ),
    "UNSUPPORTED_MEDIA_TYPE": Case(
        415,
        "Content type 'text/plain' is not supported here; send 'application/json'.",
        lambda alice: with_text(alice, "/api/v2/labels"),
    ),
    "UNSUPPORTED_ORDER": Case(
        422,
        "Field 'counterpartIban' not valid: TR is not in the SEPA area.",
        lambda alice: standing_order(alice, counterpartIban="TR330006100519786457841326"),
    ),
    "USER_ALREADY_VERIFIED": Case(
        422, "The user 'alice' is verified already.", lambda alice: alice.shop.posts("/api/v2/users/verify/alice"), SHOP
    ),
    "USER_NOT_VERIFIED": Case(403, "The user is not verified yet; verifyUser does it.", unverified, NOBODY),
}
DIRECT: Mapping[str, DirectCase] = {
    "ADDITIONAL_AUTHENTICATION_REQUIRED": DirectCase(
        510,
        "Die Bank verlangt eine zusätzliche Authentifizierung.",
        lambda dora: an_answer_to_the_bank(dora, twoStepProcedureId=SMS),
        type="BUSINESS",
        challenge={
            "hash": ANY,
            "status": "CHALLENGE_RESPONSE_REQUIRED",
            "challengeMessage": "finAPI Test Bank: Bitte geben Sie die TAN 123456 ein, "
            "die Sie durch smsTan erhalten haben.",
            "answerFieldLabel": "TAN",
            "opticalDataAsReinerSct": False,
        },
    ),
    "BANK_SERVER_REJECTION": DirectCase(
        422,
        "Die Anmeldung ist fehlgeschlagen: Die Zugangsdaten sind nicht korrekt.",
        lambda dora: dora.posts(IMPORT, **import_body("demo_wrong_pin")),
        type="BUSINESS",
    ),
    "INVALID_ACCOUNT_TYPES": DirectCase(
        422,
        "The client may import Checking, Savings, Security, Loan only (accountTypeRestrictions), not Membership.",
        lambda dora: dora.posts(IMPORT, **import_body("demo_no_msa", accountTypes=["Loan", "Membership"])),
    ),
    "INVALID_CONSENT": DirectCase(
        422,
        "The stored consent has expired and was dropped. Repeat the call to ask for a new one.",
        an_update_after_the_consent,
        date="2026-08-14T12:00:00.000+02:00",
    ),
    "INVALID_TWO_STEP_PROCEDURE": DirectCase(
        422,
        "Choose one of the two-step procedures demo-sms-tan, demo-push-tan, demo-chip-tan-optical, demo-chip-tan-qr, "
        "demo-decoupled.",
        lambda dora: an_answer_to_the_bank(dora, twoStepProcedureId="955"),
    ),
    "LOGIN_FIELDS_MISMATCH": DirectCase(
        422,
        "FINTS_SERVER and XS2A have different login fields; give 'loginCredentials'.",
        lambda dora: the_credentials_of_another_interface(
            dora,
            "FINTS_SERVER",
            "XS2A",
            bankId=SAVINGS_BANK,
            loginCredentials=login("demo_no_msa", labels=("Anmeldename", "PIN")),
        ),
        bank="39950110 - Sparkasse Erlental (id: 300001, location: DE)",
    ),
    "MISSING_CREDENTIALS": DirectCase(
        422,
        "Not all login fields of the source interface have stored values.",
        lambda dora: the_credentials_of_another_interface(dora, "XS2A", "FINTS_SERVER"),
    ),
    "MISSING_TWO_STEP_PROCEDURE": DirectCase(
        422, "Choose a two-step procedure: 'multiStepAuthentication.twoStepProcedureId'.", an_answer_to_the_bank
    ),
    "NO_ACCOUNTS_FOR_TYPE_LIST": DirectCase(
        422,
        "The bank has no account of these types.",
        lambda dora: dora.posts(IMPORT, **import_body("demo_no_msa", accountTypes=["Loan"])),
    ),
    "NO_EXISTING_CHALLENGE": DirectCase(
        422,
        "No authentication is pending for this hash: it is unknown, done or expired. Begin anew without it.",
        lambda dora: goes_on(dora, IMPORT, import_body(), {"hash": "0" * 32}, challengeResponse="123456"),
    ),
    "NO_PSU_METADATA": DirectCase(
        422,
        "The bank lets finAPI in 4 times a day without the end user. If the end user takes part, send PSU-IP-Address, "
        "PSU-Device-OS and PSU-User-Agent.",
        a_fifth_update_without_the_end_user,
    ),
    "UNSUPPORTED_BANK": DirectCase(
        501,
        "The bank is currently not supported by finAPI.",
        lambda dora: dora.posts(IMPORT, **import_body("demo_unsupported")),
    ),
}
WEBFORM: Mapping[str, Case] = {
    "UNAUTHORIZED": Case(
        401,
        "An Authentication object was not found in the SecurityContext",
        lambda alice: alice.http.get("/api/webForms"),
    ),
    "FORBIDDEN": Case(403, "Access is denied", lambda alice: alice.shop.gets("/api/webForms")),
    "NOT_FOUND": Case(404, "Resource not found", lambda alice: alice.gets("/api/webForms/none")),
    "NOT_ALLOWED": Case(
        405,
        "/api/webForms/bankConnectionUpdate does not answer POST, but DELETE, GET.",
        lambda alice: alice.posts("/api/webForms/bankConnectionUpdate"),
    ),
    "BANK_NOT_SUPPORTED": Case(422, "No bank found for id 1.", lambda alice: alice.asks_for_import(bank={"id": 1})),
    "BANK_NOT_UNIQUE": Case(
        422,
        "'finAPI Test' finds 2 banks, but must find one.",
        lambda alice: alice.asks_for_import(bank={"search": "finAPI Test"}),
    ),
    "ENTITY_EXISTS": Case(422, "There is a profile with the label 'Blue' already.", a_second_profile_of_the_same_name),
    "NOT_SUPPORTED": Case(
        415,
        "Content type 'text/plain' is not supported here; send 'application/json'.",
        lambda alice: with_text(alice, "/api/webForms/bankConnectionImport"),
    ),
    "PAYMENT_NOT_SUPPORTED": Case(
        422,
        "Field 'orders[0].amount.currency' not valid: Must be one of EUR, CZK, HUF, RON.",
        lambda alice: alice.posts(
            "/api/webForms/standalonePayment",
            orders=[
                {
                    "recipient": {"name": "Max Mustermann", "iban": "DE13700800000061110500"},
                    "amount": {"value": 1, "currency": "USD"},
                }
            ],
        ),
    ),
    "INVALID_REDIRECT_URL": Case(
        422,
        "redirectUrl must not be set, because the mandator's license is UNLICENSED.",
        lambda alice: alice.asks_for_import(bank={"id": TEST_BANK}, redirectUrl="https://shop.example/back"),
    ),
    "LOCKED": Case(423, "Bank connection 1000001 is being updated; try again later.", a_second_update),
    "INTERNAL_SERVER_ERROR": Case(
        500, "An unexpected error occurred", with_a_defect(lambda alice: alice.asks_for_import())
    ),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "clients.yaml"
    path.write_text(
        "clients:\n"
        f"  - {{client_id: shop, client_secret: shop-secret, mandator: shop, maxUserLoginAttempts: {PATIENCE}}}\n"
        "  - {client_id: shop-admin, client_secret: admin-secret, mandator: shop, admin: true}\n"
        "  - {client_id: direct, client_secret: direct-secret, mandator: direct, license: FULLY_LICENSED, "
        "accountTypeRestrictions: [Checking, Savings, Security, Loan]}\n"
    )
    return Settings(clients=path)


@pytest.fixture
def dora(http: TestClient) -> EndUser:
    """A user of a mandator that may talk to banks directly."""
    return Shop(http, "direct", "direct-secret").welcomes("dora")


@pytest.mark.parametrize("code", ACCESS)
def test_a_code_of_access_is_said_with_its_whole_body(alice: EndUser, code: str) -> None:
    case = ACCESS[code]
    answer = case.scenario(alice)
    assert told(answer) == (case.status, access_error(answer, code, case.message, who=case.who))


@pytest.mark.parametrize("code", DIRECT)
def test_a_code_of_a_direct_call_is_said_with_its_whole_body(dora: EndUser, code: str) -> None:
    case = DIRECT[code]
    answer = case.scenario(dora)
    expected = access_error(answer, code, case.message, who=DORA, type=case.type, date=case.date)
    if case.challenge is not None:
        expected["errors"][0]["multiStepAuthentication"] = case.challenge
    assert told(answer) == (case.status, {**expected, "bank": case.bank})


@pytest.mark.parametrize("code", WEBFORM)
def test_a_code_of_web_form_is_said_with_its_whole_body(alice: EndUser, code: str) -> None:
    case = WEBFORM[code]
    answer = case.scenario(alice)
    assert told(answer) == (case.status, webform_error(answer, code, case.message))


def codes(api: str, *where: str) -> set[str]:
    """The codes of an enum in the document."""
    found: Any = DOCUMENTS[api]["components"]["schemas"]  # type: ignore[index]
    for name in where:
        found = found[name]
    return set(found["enum"]) - {None}


def never(api: str) -> set[str]:
    """The codes that the documentation gives up, each with a reason."""
    rows = tables(ROOT / "docs" / "fidelity.md")["Error codes that never happen"]
    assert all(reason for _, _, reason in rows)
    return {code.strip("`") for name, code, _ in rows if name == api}


def test_every_code_has_a_case_or_a_reason() -> None:
    assert not set(ACCESS) & set(DIRECT)
    for cases, known, unused in (
        ({**ACCESS, **DIRECT}, codes("access", "ErrorCode"), never("Access")),
        (WEBFORM, codes("webform", "Error", "properties", "code"), never("Web Form")),
    ):
        assert set(cases) | unused == known
        assert not set(cases) & unused
