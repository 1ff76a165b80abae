"""Every error code of both APIs: each that can happen is made to happen, the others are listed with the reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mock_server.app import load_contracts
from mock_server.settings import Settings
from tests.actors import TEST_BANK, Admin, EndUser
from tests.docs.markdown import ROOT, tables
from tests.refusals import ALICE, NOBODY, SHOP, access_error, told, webform_error

Answer = Any
DOCUMENTS = {contract.api: contract.document for contract in load_contracts(Settings())}
PATIENCE = 3


@dataclass(frozen=True)
class Case:
    """A scenario whose last answer has the status and says the message."""

    status: int
    message: str
    scenario: Callable[[EndUser], Answer]
    who: str = ALICE


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


def a_second_profile_of_the_same_name(alice: EndUser) -> Answer:
    admin = Admin(alice.http)
    assert admin.posts("/api/profiles", label="Blue").status_code == 201
    return admin.posts("/api/profiles", label="Blue")


def a_second_update(alice: EndUser) -> Answer:
    pace = alice.http.post("/_mock/pace", json={"pace": "by-hand"}, headers={"x-mock-client": alice.shop.client_id})
    assert pace.status_code == 200, pace.text
    connection = alice.connects(maxDaysForDownload=14)["id"]
    assert alice.posts("/api/tasks/backgroundUpdate", bankConnectionId=connection).status_code == 201
    return alice.posts("/api/tasks/backgroundUpdate", bankConnectionId=connection)


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
    "UNAUTHORIZED_ACCESS": Case(403, "Access is denied", lambda alice: alice.shop.gets("/api/v2/users"), SHOP),
    "UNEXPECTED_ERROR": Case(
        500, "An unexpected error occurred", with_a_defect(lambda alice: alice.gets("/api/v2/users"))
    ),
    "UNKNOWN_ENTITY": Case(404, "Resource not found", lambda alice: alice.gets("/api/v2/accounts/1")),
    "UNSUPPORTED_FEATURE": Case(
        501,
        "finapi-mock describes mockBatchUpdate but does not emulate it yet.",
        lambda alice: alice.posts("/api/v2/tests/mockBatchUpdate"),
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
    )
    return Settings(clients=path)


@pytest.mark.parametrize("code", ACCESS)
def test_a_code_of_access_is_said_with_its_whole_body(alice: EndUser, code: str) -> None:
    case = ACCESS[code]
    answer = case.scenario(alice)
    assert told(answer) == (case.status, access_error(answer, code, case.message, who=case.who))


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


def test_every_code_has_a_case_or_a_reason() -> None:
    never: dict[str, set[str]] = {"Access": set(), "Web Form": set()}
    for api, code, reason in tables(ROOT / "docs" / "fidelity.md")["Error codes that never happen"]:
        assert reason
        never[api].add(code.strip("`"))
    for cases, known, unused in (
        (ACCESS, codes("access", "ErrorCode"), never["Access"]),
        (WEBFORM, codes("webform", "Error", "properties", "code"), never["Web Form"]),
    ):
        assert set(cases) | unused == known
        assert not set(cases) & unused


@pytest.mark.parametrize("code", sorted(codes("webform", "Payload", "properties", "errorCode")))
def test_a_form_can_end_with_any_of_its_codes(alice: EndUser, code: str) -> None:
    form = alice.starts_import()
    ended = alice.shop.completes(form, outcome="COMPLETED_WITH_ERROR", errorCode=code, errorMessage="As a tester wants")
    assert ended.status_code == 200, ended.text
    shown = alice.sees_form(form)
    assert (shown["status"], shown["payload"]) == (
        "COMPLETED_WITH_ERROR",
        {**form["payload"], "errorCode": code, "errorMessage": "As a tester wants"},
    )
