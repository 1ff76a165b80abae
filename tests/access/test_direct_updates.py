"""Updating bank connections directly: with and without the end user."""

from typing import Any

import pytest

from mock_server.settings import Settings
from tests.access.direct import (
    BACK,
    BASE,
    IMPORT,
    PSU,
    SMS,
    UPDATE,
    asked,
    authorises,
    code,
    goes_on,
    goes_to_bank,
    import_body,
    imports,
    login,
    redirect_body,
)
from tests.actors import EndUser


@pytest.fixture
def settings() -> Settings:
    return Settings(license="FULLY_LICENSED")


def update(id: int, **more: Any) -> dict[str, Any]:
    return {"bankConnectionId": id, "bankingInterface": "XS2A", **more}


def days_go_by(user: EndUser, count: int) -> None:
    user.shop.moves_clock(advance=f"{count}d")
    user.token = user.shop.token("password", username=user.name, password=user.password)


def consent(user: EndUser) -> Any:
    return user.sees(BASE)["connections"][0]["interfaces"][0]["aisConsent"]


def test_inside_the_consent_an_update_needs_nothing(alice: EndUser) -> None:
    id = authorises(alice, IMPORT, import_body()).json()["id"]
    before = len(alice.transactions())
    days_go_by(alice, 6)
    answer = alice.posts(UPDATE, **update(id))
    assert (answer.status_code, answer.json()["updateStatus"]) == (200, "IN_PROGRESS")
    [interface] = alice.sees(f"{BASE}/{id}")["interfaces"]
    assert interface["lastManualUpdate"]["timestamp"].startswith("2026-08-19T12:00")
    assert len(alice.transactions()) > before


def test_a_second_update_waits_for_the_first(alice: EndUser) -> None:
    id = imports(alice)["id"]
    alice.http.post("/_mock/pace", json={"pace": "by-hand"})
    assert alice.posts(UPDATE, **update(id)).status_code == 200
    assert code(alice.posts(UPDATE, **update(id))) == (423, "LOCKED")
    task = alice.posts("/api/tasks/backgroundUpdate", bankConnectionId=id, redirectUrl=BACK)
    assert task.status_code == 423
    for refused in (
        alice.patches(f"{BASE}/{id}", name="x"),
        alice.deletes(BASE),
        alice.deletes("/api/v2/accounts"),
        alice.deletes(f"{BASE}/{id}/aisConsent", bankingInterface="XS2A"),
    ):
        assert code(refused) == (423, "LOCKED")


def test_four_times_a_day_without_the_end_user(alice: EndUser) -> None:
    id = imports(alice)["id"]
    for _ in range(4):
        assert alice.posts(UPDATE, **update(id)).status_code == 200
    assert code(alice.posts(UPDATE, **update(id))) == (422, "NO_PSU_METADATA")
    attended = alice.http.post(UPDATE, json=update(id), headers={**alice.bearer, **PSU})
    assert attended.status_code == 200
    assert code(alice.posts(UPDATE, **update(id))) == (422, "NO_PSU_METADATA")
    alice.shop.moves_clock(set="2026-08-13T21:59:59Z")
    alice.token = alice.shop.token("password", username="alice", password="open sesame")
    assert code(alice.posts(UPDATE, **update(id))) == (422, "NO_PSU_METADATA")
    alice.shop.moves_clock(set="2026-08-13T22:00:00Z")
    assert alice.posts(UPDATE, **update(id)).status_code == 200


def test_an_ended_consent_is_dropped_and_the_next_call_asks_for_a_new_one(alice: EndUser) -> None:
    id = authorises(alice, IMPORT, import_body()).json()["id"]
    days_go_by(alice, 90)
    assert code(alice.posts(UPDATE, **update(id))) == (422, "INVALID_CONSENT")
    assert consent(alice) == {"status": "NOT_PRESENT", "supportsImportNewAccounts": True}
    assert alice.sees(BASE)["connections"][0]["interfaces"][0]["userActionRequired"] is True
    assert code(alice.posts(UPDATE, **update(id))) == (422, "MISSING_FIELD")
    body = update(id, loginCredentials=login()[1:])
    challenge = asked(alice.posts(UPDATE, **body))
    challenge = asked(goes_on(alice, UPDATE, body, challenge, twoStepProcedureId=SMS))
    assert goes_on(alice, UPDATE, body, challenge, challengeResponse="123456").status_code == 200
    assert consent(alice)["status"] == "PRESENT"


def test_a_refused_login_is_the_result_of_the_update(alice: EndUser) -> None:
    id = imports(alice, bankingInterface="FINTS_SERVER")["id"]
    body = update(id, bankingInterface="FINTS_SERVER", loginCredentials=login("demo_no_msa", "wrong"))
    assert code(alice.posts(UPDATE, **body)) == (422, "BANK_SERVER_REJECTION")
    connection = alice.sees(f"{BASE}/{id}")
    assert connection["interfaces"][0]["lastManualUpdate"]["result"] == "BANK_SERVER_REJECTION"
    assert connection["updateStatus"] == "READY"


def test_fints_asks_again_after_ninety_days(alice: EndUser) -> None:
    id = authorises(alice, IMPORT, import_body(bankingInterface="FINTS_SERVER", storeSecrets=True)).json()["id"]
    body = update(id, bankingInterface="FINTS_SERVER")
    days_go_by(alice, 89)
    assert alice.posts(UPDATE, **body).status_code == 200
    days_go_by(alice, 1)
    assert asked(alice.posts(UPDATE, **body))["status"] == "TWO_STEP_PROCEDURE_REQUIRED"


def test_fints_without_stored_secrets_needs_them(alice: EndUser) -> None:
    id = authorises(alice, IMPORT, import_body(bankingInterface="FINTS_SERVER")).json()["id"]
    body = update(id, bankingInterface="FINTS_SERVER")
    assert code(alice.posts(UPDATE, **body)) == (422, "MISSING_FIELD")
    assert alice.posts(UPDATE, **body, loginCredentials=login(), storeSecrets=True).status_code == 200
    assert alice.posts(UPDATE, **body).status_code == 200


def test_the_redirect_bank_is_visited_again_once_the_consent_is_gone(alice: EndUser) -> None:
    body = redirect_body()
    challenge = asked(alice.posts(IMPORT, **body))
    query = goes_to_bank(alice, challenge).headers["location"].partition("?")[2]
    id = goes_on(alice, IMPORT, body, challenge, redirectCallback=query).json()["id"]
    assert alice.posts(UPDATE, **update(id)).status_code == 200
    gone = alice.deletes(f"{BASE}/{id}/aisConsent", bankingInterface="XS2A")
    assert gone.json() == {"local": "DELETED", "remote": "DELETED"}
    assert code(alice.posts(UPDATE, **update(id))) == (422, "ILLEGAL_FIELD_VALUE")
    body = update(id, redirectUrl=BACK)
    challenge = asked(alice.posts(UPDATE, **body))
    query = goes_to_bank(alice, challenge).headers["location"].partition("?")[2]
    assert goes_on(alice, UPDATE, body, challenge, redirectCallback=query).status_code == 200


def test_new_accounts_come_only_if_they_are_wanted(alice: EndUser) -> None:
    id = imports(alice, accountTypes=["Savings"])["id"]
    assert len(alice.posts(UPDATE, **update(id)).json()["accountIds"]) == 1
    wanted = update(id, importNewAccounts=True, accountTypes=["Checking"])
    assert len(alice.posts(UPDATE, **wanted).json()["accountIds"]) == 3
    assert sorted(it["accountType"] for it in alice.accounts()) == ["Checking", "Checking", "Savings"]
    assert [it for it in alice.accounts() if "balance" not in it] == []


def test_what_an_import_has_skipped_comes_with_a_later_update(alice: EndUser) -> None:
    id = imports(alice, skipPositionsDownload=True, skipBalancesDownload=True)["id"]
    whole = alice.shop.welcomes("bob")
    imports(whole)
    assert alice.posts(UPDATE, **update(id)).status_code == 200
    assert [it["balance"] for it in alice.accounts()] == [it["balance"] for it in whole.accounts()]
    assert len(alice.transactions()) == len(whole.transactions()) > 0


def test_the_better_interface_keeps_its_accounts(alice: EndUser) -> None:
    id = imports(alice)["id"]
    fints = {"bankConnectionId": id, "bankingInterface": "FINTS_SERVER", "loginCredentials": login("demo_no_msa")}
    assert alice.posts(f"{BASE}/connectInterface", **fints).status_code == 200
    before = len(alice.transactions())
    alice.shop.moves_clock(set="2026-08-14T02:00:00Z")
    alice.token = alice.shop.token("password", username="alice", password="open sesame")
    assert alice.posts(UPDATE, **fints).status_code == 200
    assert len(alice.transactions()) == before


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"bankConnectionId": 1}, (404, "UNKNOWN_ENTITY")),
        ({"bankingInterface": "FINTS_SERVER"}, (400, "BAD_REQUEST")),
        ({"loginCredentials": [{"label": "PINN", "value": "x"}]}, (422, "ILLEGAL_FIELD_VALUE")),
        ({"loginCredentials": login("demo")}, (422, "BANK_SERVER_REJECTION")),
        ({"redirectUrl": BACK}, (422, "ILLEGAL_FIELD_VALUE")),
        ({"skipBalancesDownload": True}, (400, "BAD_REQUEST")),
        ({"multiStepAuthentication": {"hash": "0" * 32, "challengeResponse": "1"}}, (422, "NO_EXISTING_CHALLENGE")),
    ],
)
def test_what_is_refused(alice: EndUser, wish: dict[str, Any], expected: tuple[int, str]) -> None:
    id = imports(alice)["id"]
    assert code(alice.posts(UPDATE, **{**update(id), **wish})) == expected


def test_credentials_of_another_connection_are_refused(alice: EndUser) -> None:
    id = imports(alice)["id"]
    authorises(alice, IMPORT, import_body())
    refused = alice.posts(UPDATE, **update(id, loginCredentials=login("demo")))
    assert code(refused) == (422, "ILLEGAL_FIELD_VALUE")
