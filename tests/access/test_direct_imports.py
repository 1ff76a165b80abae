"""Importing bank connections directly, and connecting further interfaces to them."""

from typing import Any

import pytest

from mock_server.settings import Settings
from tests.access.direct import (
    BACK,
    BASE,
    CONNECT,
    IMPORT,
    SAVINGS_BANK,
    asked,
    authorises,
    code,
    goes_on,
    import_body,
    imports,
    login,
    message,
    redirect_body,
)
from tests.actors import EndUser, Shop
from tests.conftest import serve
from tests.refusals import access_error, told

SAVINGS_FIELDS = ("Anmeldename", "PIN")


@pytest.fixture
def settings() -> Settings:
    return Settings(license="FULLY_LICENSED")


@pytest.mark.parametrize(
    ("license", "status"), [("UNLICENSED", 422), ("PISP", 422), ("AISP", 201), ("FULLY_LICENSED", 201)]
)
def test_a_licence_for_account_information_is_needed(license: Any, status: int) -> None:
    carol = Shop(serve(Settings(license=license))).welcomes("carol")
    answer = carol.posts(IMPORT, **import_body("demo_no_msa"))
    assert answer.status_code == status
    if status == 422:
        german = (
            "Für diesen Client sind direkte API-Aufrufe nicht zulässig. "
            "Bitte führen Sie den Aufruf über das finAPI Web Form durch."
        )
        assert told(answer) == (422, access_error(answer, "ILLEGAL_ENTITY_STATE", german))
        assert "--license FULLY_LICENSED" in answer.headers["x-mock-hint"]


def test_without_a_licence_nothing_else_is_looked_at() -> None:
    carol = Shop(serve()).welcomes("carol")
    assert code(carol.posts(IMPORT, **import_body(bankId=1))) == (422, "ILLEGAL_ENTITY_STATE")


def test_the_answer_shows_a_download_that_is_over_at_the_next_look(alice: EndUser) -> None:
    answer = alice.posts(IMPORT, **import_body("demo_no_msa", name="Mine"))
    assert answer.status_code == 201
    fresh = answer.json()
    assert (fresh["name"], fresh["updateStatus"], fresh["categorizationStatus"]) == ("Mine", "IN_PROGRESS", "PENDING")
    later = alice.sees(f"{BASE}/{fresh['id']}")
    assert (later["updateStatus"], later["categorizationStatus"]) == ("READY", "READY")
    assert fresh["accountIds"] == later["accountIds"] == [it["id"] for it in alice.accounts()]
    assert later["interfaces"][0]["lastManualUpdate"]["result"] == "OK"


def test_a_download_may_take_some_reads(alice: EndUser) -> None:
    alice.http.post("/_mock/pace", json={"pace": "2-reads"})
    id = alice.posts(IMPORT, **import_body("demo_no_msa")).json()["id"]
    [account, *_] = alice.accounts()
    assert account["interfaces"][0]["status"] == "DOWNLOAD_IN_PROGRESS"
    assert ("balance" in account, alice.transactions()) == (False, [])
    seen = [alice.sees(f"{BASE}/{id}")["updateStatus"] for _ in range(3)]
    assert seen == ["IN_PROGRESS", "IN_PROGRESS", "READY"]
    [account, *_] = alice.accounts()
    assert account["interfaces"][0]["status"] == "UPDATED"
    assert ("balance" in account, alice.transactions() != []) == (True, True)


def test_by_hand_it_lasts_until_the_control_api_ends_it(alice: EndUser) -> None:
    alice.http.post("/_mock/pace", json={"pace": "by-hand"})
    id = alice.posts(IMPORT, **import_body("demo_no_msa")).json()["id"]
    where, shop = f"/_mock/bankConnections/{id}/complete", {"x-mock-client": "shop"}
    assert code(alice.deletes(f"{BASE}/{id}")) == (423, "LOCKED")
    assert alice.http.post(where).status_code == 400
    assert alice.http.post(where, headers=shop).json()["updateStatus"] == "READY"
    assert alice.sees(f"{BASE}/{id}")["updateStatus"] == "READY"
    assert alice.http.post(where, headers=shop).status_code == 422
    assert alice.http.post("/_mock/bankConnections/1/complete", headers=shop).status_code == 404


def test_the_night_does_not_disturb_a_download(alice: EndUser) -> None:
    alice.http.post("/_mock/pace", json={"pace": "by-hand"})
    id = alice.posts(IMPORT, **import_body("demo_no_msa")).json()["id"]
    alice.shop.moves_clock(advance="2d")
    alice.token = alice.shop.token("password", username="alice", password="open sesame")
    assert alice.transactions() == []
    alice.http.post(f"/_mock/bankConnections/{id}/complete", headers={"x-mock-client": "shop"})
    assert {it["importDate"][:10] for it in alice.transactions()} == {"2026-08-15"}


def test_the_same_credentials_at_the_same_bank_are_imported_once(alice: EndUser) -> None:
    imports(alice)
    assert code(alice.posts(IMPORT, **import_body("demo_no_msa"))) == (422, "ENTITY_EXISTS")
    alice.connects(login="demo", maxDaysForDownload=14, redirectUrl=BACK)
    assert code(alice.posts(IMPORT, **import_body())) == (422, "ENTITY_EXISTS")
    assert alice.posts(IMPORT, **redirect_body()).status_code == 510


@pytest.mark.parametrize(
    ("wish", "expected", "words"),
    [
        ({"bankId": 12345}, (422, "UNKNOWN_ENTITY"), "Bank with ID '12345' not found."),
        (
            {"bankingInterface": "WEB_SCRAPER"},
            (400, "BAD_REQUEST"),
            "Interface 'WEB_SCRAPER' is not supported for this operation.",
        ),
        ({"bankId": 300024}, (501, "UNSUPPORTED_BANK"), "The bank is currently not supported by finAPI."),
        ({"redirectUrl": BACK}, (422, "ILLEGAL_FIELD_VALUE"), "'redirectUrl'"),
        ({"maxDaysForDownload": 13}, (400, "BAD_REQUEST"), "Must be 0, or from 14 to 3650."),
        ({"skipBalancesDownload": True}, (400, "BAD_REQUEST"), "skipPositionsDownload"),
        ({"loadOwnerData": True}, (422, "ILLEGAL_FIELD_VALUE"), "Only WEB_SCRAPER"),
        ({"accountReferences": [{"iban": "DE77533700080111111100"}]}, (422, "ILLEGAL_FIELD_VALUE"), "DETAILED_CONSENT"),
        ({"loginCredentials": login()[:1]}, (422, "ILLEGAL_FIELD_VALUE"), "'PIN'"),
        ({"loginCredentials": [*login(), {"label": "PINN", "value": "x"}]}, (422, "ILLEGAL_FIELD_VALUE"), "label"),
        ({"loginCredentials": [*login(), *login()]}, (422, "ILLEGAL_FIELD_VALUE"), "Comes twice."),
        ({"loginCredentials": login(pin="wrong")}, (422, "BANK_SERVER_REJECTION"), ""),
        ({"loginCredentials": login("demo_no_msa"), "accountTypes": ["Loan"]}, (422, "NO_ACCOUNTS_FOR_TYPE_LIST"), ""),
    ],
)
def test_what_is_refused(alice: EndUser, wish: dict[str, Any], expected: tuple[int, str], words: str) -> None:
    refused = alice.posts(IMPORT, **import_body(**wish))
    assert code(refused) == expected
    assert words in message(refused)
    assert "wrong" not in refused.text
    assert ("bank" in refused.json()) is (wish.get("bankId") != 12345)
    assert alice.sees(BASE)["connections"] == []


@pytest.mark.parametrize("given", [{}, {"redirectUrl": "no url"}, {"redirectUrl": "javascript:alert(1)"}])
def test_a_redirect_bank_needs_an_address_to_come_back_to(alice: EndUser, given: dict[str, str]) -> None:
    body = {name: value for name, value in redirect_body().items() if name != "redirectUrl"}
    assert code(alice.posts(IMPORT, **body, **given)) == (422, "ILLEGAL_FIELD_VALUE")


def test_only_the_wanted_types_are_imported(alice: EndUser) -> None:
    imports(alice, accountTypes=["Savings", "Loan"])
    assert [it["accountType"] for it in alice.accounts()] == ["Savings"]


def test_balances_and_bookings_can_be_skipped(alice: EndUser) -> None:
    imports(alice, skipPositionsDownload=True, skipBalancesDownload=True)
    assert [it for it in alice.accounts() if "balance" in it] == []
    assert alice.transactions() == []


def test_what_is_stored_is_shown_as_the_licence_allows(alice: EndUser) -> None:
    [interface] = imports(alice, storeSecrets=True)["interfaces"]
    assert interface["loginCredentials"] == [
        {"label": "Onlinebanking-ID", "value": "demo_no_msa"},
        {"label": "PIN", "value": "XXXXX"},
    ]
    bob = alice.shop.welcomes("bob")
    [interface] = imports(bob)["interfaces"]
    assert interface["loginCredentials"] == [{"label": "Onlinebanking-ID", "value": "demo_no_msa"}, {"label": "PIN"}]
    assert (interface["aisConsent"]["status"], interface["userActionRequired"]) == ("PRESENT", False)


def detailed_bank(user: EndUser) -> dict[str, Any]:
    """A bank whose consents are for certain accounts, and where one types the login in here."""
    banks = user.sees("/api/v2/banks", perPage=500)["banks"]
    return next(
        {"bank": bank, "interface": interface}
        for bank in banks
        for interface in bank["interfaces"]
        if "DETAILED_CONSENT" in interface["properties"] and interface["loginCredentials"]
    )


def test_a_detailed_consent_is_for_the_accounts_that_are_named(alice: EndUser) -> None:
    found = detailed_bank(alice)
    label = found["interface"]["loginCredentials"][0]["label"]
    body = {
        "bankId": found["bank"]["id"],
        "bankingInterface": "XS2A",
        "loginCredentials": [{"label": label, "value": "demo_no_msa"}],
        "maxDaysForDownload": 14,
    }
    missing = alice.posts(IMPORT, **body)
    assert code(missing) == (422, "ILLEGAL_FIELD_VALUE")
    assert "DETAILED_CONSENT" in message(missing)
    for wrong in ("DE77533700080111111100", "DE00"):
        refused = alice.posts(IMPORT, **body, accountReferences=[{"iban": wrong}])
        assert code(refused) == (422, "ILLEGAL_FIELD_VALUE"), refused.text
    bob = alice.shop.welcomes("bob")
    bob.connects(bank=found["bank"]["id"], login="demo_no_msa", maxDaysForDownload=14, redirectUrl=BACK)
    known = [it["iban"] for it in bob.accounts()]
    done = alice.posts(IMPORT, **body, accountReferences=[{"iban": known[0]}])
    assert done.status_code == 201, done.text
    assert [it["iban"] for it in alice.accounts()] == [known[0]]
    [interface] = alice.sees(BASE)["connections"][0]["interfaces"]
    assert interface["aisConsent"]["supportsImportNewAccounts"] is False
    more = {"bankConnectionId": done.json()["id"], "bankingInterface": "XS2A", "importNewAccounts": True}
    assert code(alice.posts(f"{BASE}/update", **more)) == (422, "ILLEGAL_ENTITY_STATE")


# Connecting


def test_a_further_interface_is_connected(alice: EndUser) -> None:
    id = authorises(alice, IMPORT, import_body(accountTypes=["Checking"])).json()["id"]
    body = {
        "bankConnectionId": id,
        "bankingInterface": "FINTS_SERVER",
        "loginCredentials": login(),
        "maxDaysForDownload": 14,
    }
    done = authorises(alice, CONNECT, body)
    assert (done.status_code, done.json()["updateStatus"]) == (200, "IN_PROGRESS")
    assert [it["bankingInterface"] for it in done.json()["interfaces"]] == ["XS2A", "FINTS_SERVER"]
    assert [len(it["interfaces"]) for it in alice.accounts()] == [2, 2, 1]
    balances = [it["balance"] for it in alice.accounts()]
    assert len(balances) == 3
    assert code(alice.posts(CONNECT, **body)) == (422, "ENTITY_EXISTS")


def test_stored_credentials_of_another_interface_may_be_reused(alice: EndUser) -> None:
    body = {"bankingInterface": "FINTS_SERVER", "sourceBankingInterface": "XS2A"}
    id = imports(alice)["id"]
    assert code(alice.posts(CONNECT, bankConnectionId=id, **body)) == (422, "MISSING_CREDENTIALS")
    assert alice.deletes(f"{BASE}/{id}").status_code == 200
    id = imports(alice, storeSecrets=True)["id"]
    unknown = {**body, "sourceBankingInterface": "WEB_SCRAPER"}
    assert code(alice.posts(CONNECT, bankConnectionId=id, **unknown)) == (422, "UNKNOWN_ENTITY")
    assert alice.posts(CONNECT, bankConnectionId=id, **body).status_code == 200


def test_other_login_fields_cannot_be_reused(alice: EndUser) -> None:
    id = imports(
        alice,
        bankId=SAVINGS_BANK,
        bankingInterface="FINTS_SERVER",
        loginCredentials=login("demo_no_msa", labels=SAVINGS_FIELDS),
        storeSecrets=True,
    )["id"]
    wish = {"bankingInterface": "XS2A", "sourceBankingInterface": "FINTS_SERVER", "redirectUrl": BACK}
    assert code(alice.posts(CONNECT, bankConnectionId=id, **wish)) == (422, "LOGIN_FIELDS_MISMATCH")


def test_only_the_same_customer_can_connect_more(alice: EndUser) -> None:
    id = imports(alice)["id"]
    body = {"bankConnectionId": id, "bankingInterface": "FINTS_SERVER", "loginCredentials": login("demo")}
    assert code(alice.posts(CONNECT, **body)) == (422, "BANK_SERVER_REJECTION")
    assert code(alice.posts(CONNECT, **{**body, "bankConnectionId": 1})) == (422, "UNKNOWN_ENTITY")
    bob = alice.shop.welcomes("bob")
    assert code(bob.posts(CONNECT, **body)) == (422, "UNKNOWN_ENTITY")


def test_a_hash_of_another_operation_does_not_count(alice: EndUser) -> None:
    id = authorises(alice, IMPORT, import_body()).json()["id"]
    body = {"bankConnectionId": id, "bankingInterface": "FINTS_SERVER", "loginCredentials": login()}
    challenge = asked(alice.posts(CONNECT, **body))
    elsewhere = goes_on(alice, f"{BASE}/import", import_body(), challenge, twoStepProcedureId="demo-sms-tan")
    assert code(elsewhere) == (422, "NO_EXISTING_CHALLENGE")
