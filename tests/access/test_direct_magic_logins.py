"""What the magic logins make happen in the direct API; tests/webform/test_magic_logins.py has the web form."""

import pytest

from mock_server.domain.logins import CUSTOMERS, Setback
from mock_server.errors import Refusal
from mock_server.settings import Settings
from tests.access.direct import BASE, IMPORT, SMS, UPDATE, asked, code, goes_on, import_body, imports, login, message
from tests.access.test_direct_updates import days_go_by, update
from tests.access.test_payments import transfer
from tests.access.test_submissions import PAYMENTS, SUBMIT, creates, submission
from tests.actors import EndUser

SETBACKS = [(login, it.setback) for login, it in CUSTOMERS.items() if it.setback is not None]


@pytest.fixture
def settings() -> Settings:
    return Settings(license="FULLY_LICENSED")


@pytest.mark.parametrize(("name", "setback"), SETBACKS)
def test_a_bank_that_lets_nobody_in_says_why(alice: EndUser, name: str, setback: Setback) -> None:
    answer = alice.posts(IMPORT, **import_body(name))
    refusal = Refusal[setback.refusal]
    assert code(answer) == (refusal.status, refusal.code)
    if setback.message is not None:
        assert message(answer) == setback.message
    assert alice.sees(BASE)["connections"] == []


def test_two_tans_are_refused_and_the_login_goes_on(alice: EndUser) -> None:
    body = import_body("demo_wrong_tan")
    challenge = asked(alice.posts(IMPORT, **body))
    challenge = asked(goes_on(alice, IMPORT, body, challenge, twoStepProcedureId=SMS))
    for _ in range(2):
        again = asked(goes_on(alice, IMPORT, body, challenge, challengeResponse="123456"))
        assert (again["hash"], again["status"]) == (challenge["hash"], "CHALLENGE_RESPONSE_REQUIRED")
    assert goes_on(alice, IMPORT, body, challenge, challengeResponse="123456").status_code == 201


def test_a_decoupled_login_that_nobody_confirms_stays_in_progress(alice: EndUser) -> None:
    body = import_body("demo_never_confirmed")
    challenge = asked(alice.posts(IMPORT, **body))
    assert challenge["status"] == "DECOUPLED_AUTH_REQUIRED"
    for _ in range(5):
        challenge = asked(goes_on(alice, IMPORT, body, challenge, decoupledCallback=True))
        assert challenge["status"] == "DECOUPLED_AUTH_IN_PROGRESS"


def test_new_terms_stop_updates_until_the_end_user_comes(alice: EndUser) -> None:
    body = import_body("demo_new_terms")
    challenge = asked(alice.posts(IMPORT, **body))
    challenge = asked(goes_on(alice, IMPORT, body, challenge, twoStepProcedureId=SMS))
    id = goes_on(alice, IMPORT, body, challenge, challengeResponse="123456").json()["id"]
    refused = alice.posts(UPDATE, **update(id))
    assert (code(refused), message(refused)) == ((422, "BANK_SERVER_REJECTION"), Setback.NEW_TERMS.message)
    (interface,) = alice.sees(f"{BASE}/{id}")["interfaces"]
    assert interface["userActionRequired"]
    assert interface["lastManualUpdate"]["result"] == "BANK_SERVER_REJECTION"


def test_a_slow_bank_takes_thirty_seconds_of_the_clock(alice: EndUser) -> None:
    path = f"{BASE}/{imports(alice, loginCredentials=login('demo_slow'))['id']}"
    assert alice.sees(path)["updateStatus"] == "IN_PROGRESS"
    alice.shop.moves_clock(advance="30s")
    assert alice.sees(path)["updateStatus"] == "READY"


def test_a_consent_that_ends_tomorrow(alice: EndUser) -> None:
    id = imports(alice, loginCredentials=login("demo_consent_ends"))["id"]
    assert alice.posts(UPDATE, **update(id)).status_code == 200
    days_go_by(alice, 1)
    assert code(alice.posts(UPDATE, **update(id))) == (422, "INVALID_CONSENT")


def test_nobody_knows_what_has_become_of_an_order(alice: EndUser) -> None:
    """Unlike one that was not authorised, it is neither ended by the clock nor replaced by the next one."""
    account = imports(alice, loginCredentials=login("demo_lost_order"))["accountIds"][0]
    lost, next_one = (creates(alice, account, transfer(purpose="Nowhere")) for _ in range(2))
    for payment in (lost, next_one):
        submitted = alice.posts(SUBMIT, **submission(payment, "demo_lost_order"))
        assert (submitted.status_code, submitted.json()["status"], submitted.json()["statusV2"]) == (
            200,
            "PENDING",
            "UNKNOWN",
        )
    days_go_by(alice, 3)
    assert [it["statusV2"] for it in alice.sees(PAYMENTS)["payments"]] == ["UNKNOWN", "UNKNOWN"]
    assert alice.transactions(search="Nowhere") == []
