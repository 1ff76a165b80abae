"""The 510 loop: what the bank asks for, what the caller answers, and what becomes of a login in between."""

import base64
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mock_server.app import App
from mock_server.domain.authorisations import Authorisation
from mock_server.domain.flicker import flicker_code
from mock_server.settings import Settings
from tests.access.direct import (
    BASE,
    DECOUPLED,
    IMPORT,
    OPTICAL,
    QR,
    SMS,
    asked,
    authorises,
    code,
    goes_on,
    goes_to_bank,
    import_body,
    message,
    redirect_body,
)
from tests.actors import EndUser, Shop


@pytest.fixture
def settings() -> Settings:
    return Settings(license="FULLY_LICENSED")


def pending(app: App) -> list[Any]:
    world = app.worlds.of_client("shop")
    assert world is not None
    return list(world.store.all(Authorisation))


def test_a_bank_lets_its_customer_in_after_procedure_and_tan(alice: EndUser, app: App) -> None:
    body = import_body()
    first = asked(alice.posts(IMPORT, **body))
    assert first["status"] == "TWO_STEP_PROCEDURE_REQUIRED"
    assert [it["procedureId"] for it in first["twoStepProcedures"]][:2] == ["demo-sms-tan", "demo-push-tan"]
    second = asked(goes_on(alice, IMPORT, body, first, twoStepProcedureId=SMS))
    assert (second["hash"], second["status"]) == (first["hash"], "CHALLENGE_RESPONSE_REQUIRED")
    assert (second["answerFieldLabel"], "123456" in second["challengeMessage"]) == ("TAN", True)
    assert alice.sees(BASE)["connections"] == []
    done = goes_on(alice, IMPORT, body, second, challengeResponse="123456")
    assert done.status_code == 201, done.text
    assert [it["id"] for it in alice.sees(BASE)["connections"]] == [done.json()["id"]]
    assert pending(app) == []


def test_the_whole_error_names_the_bank(alice: EndUser) -> None:
    answer = alice.posts(IMPORT, **import_body())
    assert answer.json()["bank"] == "DEMO0001 - finAPI Test Bank (id: 280001, location: none)"
    assert len(asked(answer)["hash"]) == 32


def test_a_photo_tan_is_a_picture(alice: EndUser) -> None:
    body = import_body()
    challenge = asked(goes_on(alice, IMPORT, body, asked(alice.posts(IMPORT, **body)), twoStepProcedureId=QR))
    assert challenge["photoTanMimeType"] == "image/png"
    assert base64.b64decode(challenge["photoTanData"]).startswith(b"\x89PNG\r\n\x1a\n")


def test_an_optical_tan_is_a_flicker_code(alice: EndUser) -> None:
    body = import_body()
    challenge = asked(goes_on(alice, IMPORT, body, asked(alice.posts(IMPORT, **body)), twoStepProcedureId=OPTICAL))
    assert base64.b64decode(challenge["opticalData"]).decode() == flicker_code("29088810")
    assert challenge["opticalDataAsReinerSct"] is False


def test_a_decoupled_login_is_in_progress_once_and_then_confirmed(alice: EndUser) -> None:
    body = import_body()
    challenge = asked(goes_on(alice, IMPORT, body, asked(alice.posts(IMPORT, **body)), twoStepProcedureId=DECOUPLED))
    assert challenge["status"] == "DECOUPLED_AUTH_REQUIRED"
    challenge = asked(goes_on(alice, IMPORT, body, challenge, decoupledCallback=True))
    assert challenge["status"] == "DECOUPLED_AUTH_IN_PROGRESS"
    assert goes_on(alice, IMPORT, body, challenge, decoupledCallback=True).status_code == 201


@pytest.mark.parametrize("outcome", ["CONFIRMED", "REFUSED"])
def test_by_hand_the_app_waits_for_the_control_api(alice: EndUser, outcome: str) -> None:
    alice.http.post("/_mock/pace", json={"pace": "by-hand"})
    body = import_body()
    challenge = asked(goes_on(alice, IMPORT, body, asked(alice.posts(IMPORT, **body)), twoStepProcedureId=DECOUPLED))
    for _ in range(3):
        challenge = asked(goes_on(alice, IMPORT, body, challenge, decoupledCallback=True))
        assert challenge["status"] == "DECOUPLED_AUTH_IN_PROGRESS"
    where = f"/_mock/authorisations/{challenge['hash']}"
    assert alice.http.get(where).json()["waitsForUser"] is True
    assert alice.http.post(f"{where}/complete", json={"outcome": outcome}).status_code == 200
    assert alice.http.post(f"{where}/complete", json={}).status_code == 422
    done = goes_on(alice, IMPORT, body, challenge, decoupledCallback=True)
    assert done.status_code == {"CONFIRMED": 201, "REFUSED": 422}[outcome]


def test_with_a_duration_the_clock_confirms(shop: Shop, alice: EndUser) -> None:
    alice.http.post("/_mock/pace", json={"pace": "30s"})
    body = import_body()
    challenge = asked(goes_on(alice, IMPORT, body, asked(alice.posts(IMPORT, **body)), twoStepProcedureId=DECOUPLED))
    shop.moves_clock(advance="29s")
    challenge = asked(goes_on(alice, IMPORT, body, challenge, decoupledCallback=True))
    shop.moves_clock(advance="1s")
    assert goes_on(alice, IMPORT, body, challenge, decoupledCallback=True).status_code == 201


def test_the_redirect_bank_sends_its_customer_back_to_the_caller(alice: EndUser) -> None:
    body = redirect_body()
    challenge = asked(alice.posts(IMPORT, **body))
    assert (challenge["status"], challenge["redirectContextField"]) == ("REDIRECT_REQUIRED", "state")
    back = urlsplit(goes_to_bank(alice, challenge).headers["location"])
    query = parse_qs(back.query)
    assert (back.netloc, query["order"], query["state"]) == ("shop.example", ["7"], [challenge["redirectContext"]])
    done = goes_on(alice, IMPORT, body, challenge, redirectCallback=back.query)
    assert done.status_code == 201, done.text


@pytest.mark.parametrize("how", [("bank-refuse", "demo"), ("bank-log-in", "nobody")])
def test_who_does_not_log_in_there_comes_back_the_same_way_and_is_refused(alice: EndUser, how: tuple[str, str]) -> None:
    body = redirect_body()
    challenge = asked(alice.posts(IMPORT, **body))
    back = goes_to_bank(alice, challenge, *how)
    assert back.status_code == 303
    refused = goes_on(alice, IMPORT, body, challenge, redirectCallback=urlsplit(back.headers["location"]).query)
    assert code(refused) == (422, "BANK_SERVER_REJECTION")


def test_without_a_browser_the_control_api_logs_in(alice: EndUser) -> None:
    body = redirect_body()
    challenge = asked(alice.posts(IMPORT, **body))
    answer = alice.http.post(f"/_mock/authorisations/{challenge['hash']}/complete", json={"login": "demo_no_msa"})
    callback = answer.json()["redirectCallback"]
    assert goes_on(alice, IMPORT, body, challenge, redirectCallback=callback).status_code == 201


@pytest.mark.parametrize("callback", ["state=x&code=y", "?state={hash}", "{before}"])
def test_a_return_that_the_bank_has_not_made_is_refused(alice: EndUser, callback: str) -> None:
    body = redirect_body()
    challenge = asked(alice.posts(IMPORT, **body))
    before = alice.http.get(f"/_mock/authorisations/{challenge['hash']}").json()["redirectCallback"]
    given = callback.format(hash=challenge["hash"], before=before)
    refused = goes_on(alice, IMPORT, body, challenge, redirectCallback=given)
    assert code(refused) == (422, "BANK_SERVER_REJECTION")


def test_the_banks_page_takes_no_post_from_elsewhere(alice: EndUser) -> None:
    challenge = asked(alice.posts(IMPORT, **redirect_body()))
    forged = alice.http.post(challenge["redirectUrl"], data={"_action": "bank-refuse"}, follow_redirects=False)
    assert forged.status_code == 403
    assert alice.http.get(challenge["redirectUrl"]).status_code == 200
    assert alice.http.get("/bank/login/" + "0" * 32).status_code == 404


def test_a_wrong_tan_ends_the_login(alice: EndUser, app: App) -> None:
    body = import_body()
    challenge = asked(goes_on(alice, IMPORT, body, asked(alice.posts(IMPORT, **body)), twoStepProcedureId=SMS))
    assert code(goes_on(alice, IMPORT, body, challenge, challengeResponse="1")) == (422, "BANK_SERVER_REJECTION")
    assert pending(app) == []
    again = goes_on(alice, IMPORT, body, challenge, challengeResponse="123456")
    assert code(again) == (422, "NO_EXISTING_CHALLENGE")


def test_a_wrong_procedure_leaves_the_choice_open(alice: EndUser) -> None:
    body = import_body()
    challenge = asked(alice.posts(IMPORT, **body))
    wrong = goes_on(alice, IMPORT, body, challenge, twoStepProcedureId="955")
    assert code(wrong) == (422, "INVALID_TWO_STEP_PROCEDURE")
    assert code(goes_on(alice, IMPORT, body, challenge)) == (422, "MISSING_TWO_STEP_PROCEDURE")
    early = goes_on(alice, IMPORT, body, challenge, challengeResponse="123456")
    assert code(early) == (422, "NO_EXISTING_CHALLENGE")
    assert "'twoStepProcedureId'" in message(early)
    assert goes_on(alice, IMPORT, body, challenge, twoStepProcedureId=SMS).status_code == 510


def test_a_hash_is_good_for_one_user_one_call_and_ten_minutes(shop: Shop, alice: EndUser) -> None:
    body = import_body()
    challenge = asked(alice.posts(IMPORT, **body))
    answer = {"twoStepProcedureId": SMS}
    bob = shop.welcomes("bob")
    assert code(goes_on(bob, IMPORT, body, challenge, **answer)) == (422, "NO_EXISTING_CHALLENGE")
    other = goes_on(alice, IMPORT, {**body, "storeSecrets": True}, challenge, **answer)
    assert code(other) == (422, "NO_EXISTING_CHALLENGE")
    assert "unchanged" in message(other)
    unknown = goes_on(alice, IMPORT, body, {"hash": "0" * 32}, challengeResponse="123456")
    assert code(unknown) == (422, "NO_EXISTING_CHALLENGE")
    shop.moves_clock(advance="PT9M59S")
    challenge = asked(goes_on(alice, IMPORT, body, challenge, **answer))
    shop.moves_clock(advance="PT10M")
    late = goes_on(alice, IMPORT, body, challenge, challengeResponse="123456")
    assert code(late) == (422, "NO_EXISTING_CHALLENGE")


def test_a_default_procedure_is_not_asked_for(alice: EndUser) -> None:
    body = import_body(bankingInterface="FINTS_SERVER")
    connection = authorises(alice, IMPORT, body).json()["id"]
    edited = alice.patches(f"{BASE}/{connection}", bankingInterface="FINTS_SERVER", defaultTwoStepProcedureId=SMS)
    assert edited.json()["interfaces"][0]["defaultTwoStepProcedureId"] == SMS
    alice.shop.moves_clock(advance="91d")
    again = {
        "bankConnectionId": connection,
        "bankingInterface": "FINTS_SERVER",
        "loginCredentials": body["loginCredentials"],
    }
    # The token is from before.
    alice.token = alice.shop.token("password", username="alice", password="open sesame")
    assert asked(alice.posts(f"{BASE}/update", **again))["status"] == "CHALLENGE_RESPONSE_REQUIRED"


def test_secrets_of_a_pending_login_are_not_kept(alice: EndUser, app: App) -> None:
    alice.posts(IMPORT, **import_body())
    [kept] = pending(app)
    assert "PIN" not in kept.fingerprint
    assert len(kept.fingerprint) == 64


def test_a_deleted_user_leaves_no_login_behind(alice: EndUser, app: App) -> None:
    alice.posts(IMPORT, **import_body())
    assert len(pending(app)) == 1
    assert alice.deletes("/api/v2/users").status_code == 200
    assert pending(app) == []
