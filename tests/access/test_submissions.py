"""Handing payments and standing orders to the bank, and what then shows on the accounts."""

from typing import Any

import pytest

from mock_server.settings import Settings
from tests.access.direct import (
    BACK,
    BASE,
    IMPORT,
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
)
from tests.access.test_payments import IBAN, TOMORROW, TRANSFERS, transfer
from tests.actors import EndUser, Shop
from tests.conftest import serve

PAYMENTS, ORDERS = "/api/v2/payments", "/api/v2/standingOrders"
SUBMIT, SUBMIT_ORDER = f"{PAYMENTS}/submit", f"{ORDERS}/submit"
MAIN = "DE77533700080111111100"


@pytest.fixture
def settings() -> Settings:
    return Settings(license="FULLY_LICENSED")


def creates(user: EndUser, account: int, *orders: dict[str, Any], **more: Any) -> int:
    made = user.posts(TRANSFERS, accountId=account, moneyTransfers=list(orders or (transfer(),)), **more)
    assert made.status_code == 201, made.text
    return int(made.json()["id"])


def submission(payment: int, user: str | None = "demo_no_msa", **more: Any) -> dict[str, Any]:
    credentials = {} if user is None else {"loginCredentials": login(user)}
    return {"paymentId": payment, "bankingInterface": "XS2A", **credentials, **more}


def status(user: EndUser, payment: int) -> str:
    return str(user.sees(PAYMENTS, ids=payment)["payments"][0]["status"])


def updates(user: EndUser, id: int) -> None:
    answer = user.posts(UPDATE, bankConnectionId=id, bankingInterface="XS2A")
    assert answer.status_code == 200, answer.text


def adds_up(user: EndUser, opening: dict[int, float]) -> bool:
    """Whether each balance is what the account began with and all its transactions."""
    for account in user.accounts():
        booked = sum(round(it["amount"] * 100) for it in user.transactions(accountIds=account["id"]))
        if round(account["balance"] * 100) != round(opening[account["id"]] * 100) + booked:
            return False
    return True


def openings(user: EndUser) -> dict[int, float]:
    return {
        account["id"]: account["balance"]
        - sum(round(it["amount"] * 100) for it in user.transactions(accountIds=account["id"])) / 100
        for account in user.accounts()
    }


@pytest.mark.parametrize(("license", "expected"), [("AISP", 422), ("UNLICENSED", 422), ("PISP", 404)])
def test_a_licence_for_payments_is_needed(license: Any, expected: int) -> None:
    carol = Shop(serve(Settings(license=license))).welcomes("carol")
    for path, name in ((SUBMIT, "paymentId"), (SUBMIT_ORDER, "standingOrderId")):
        assert carol.posts(path, **{name: 1, "bankingInterface": "XS2A"}).status_code == expected


def test_a_payment_goes_from_open_over_pending_to_successful(alice: EndUser) -> None:
    account = authorises(alice, IMPORT, import_body()).json()["accountIds"][0]
    payment = creates(alice, account)
    body = submission(payment, "demo")
    challenge = asked(alice.posts(SUBMIT, **body))
    assert status(alice, payment) == "PENDING"
    challenge = asked(goes_on(alice, SUBMIT, body, challenge, twoStepProcedureId=SMS))
    done = goes_on(alice, SUBMIT, body, challenge, challengeResponse="123456")
    assert (done.status_code, done.json()["status"], done.json()["statusV2"]) == (200, "SUCCESSFUL", "SUCCESSFUL")
    assert done.json()["executionDate"] == "2026-08-13T12:00:00.000+02:00"
    assert code(alice.posts(SUBMIT, **body)) == (422, "ILLEGAL_ENTITY_STATE")


def test_a_wrong_tan_ends_the_payment_and_wrong_credentials_do_not(alice: EndUser) -> None:
    account = authorises(alice, IMPORT, import_body()).json()["accountIds"][0]
    payment = creates(alice, account)
    wrong = submission(payment, loginCredentials=login("demo", "wrong"))
    assert code(alice.posts(SUBMIT, **wrong)) == (422, "BANK_SERVER_REJECTION")
    assert status(alice, payment) == "OPEN"
    body = submission(payment, "demo")
    challenge = asked(goes_on(alice, SUBMIT, body, asked(alice.posts(SUBMIT, **body)), twoStepProcedureId=SMS))
    assert code(goes_on(alice, SUBMIT, body, challenge, challengeResponse="9")) == (422, "BANK_SERVER_REJECTION")
    [shown] = alice.sees(PAYMENTS)["payments"]
    assert (shown["status"], shown["bankMessage"]) == ("NOT_SUCCESSFUL", "Die eingegebene TAN ist nicht korrekt.")


def test_a_payment_without_its_challenge_is_not_submittable(alice: EndUser) -> None:
    account = authorises(alice, IMPORT, import_body()).json()["accountIds"][0]
    payment = creates(alice, account)
    body = submission(payment, "demo")
    unknown = goes_on(alice, SUBMIT, body, {"hash": "0" * 32}, challengeResponse="123456")
    assert code(unknown) == (422, "NO_EXISTING_CHALLENGE")
    asked(alice.posts(SUBMIT, **body))
    assert code(alice.posts(SUBMIT, **body)) == (422, "ILLEGAL_ENTITY_STATE")


def test_another_order_for_the_account_takes_the_place_of_one_that_waits(alice: EndUser) -> None:
    first_account, second_account, _ = authorises(alice, IMPORT, import_body()).json()["accountIds"]
    waits, elsewhere, follows = (creates(alice, it) for it in (first_account, second_account, first_account))
    body = submission(waits, "demo")
    challenge = asked(alice.posts(SUBMIT, **body))
    asked(alice.posts(SUBMIT, **submission(elsewhere, "demo")))
    asked(alice.posts(SUBMIT, **submission(follows, "demo")))
    assert [status(alice, it) for it in (waits, elsewhere, follows)] == ["DISCARDED", "PENDING", "PENDING"]
    late = goes_on(alice, SUBMIT, body, challenge, twoStepProcedureId=SMS)
    assert code(late) == (422, "ILLEGAL_ENTITY_STATE")


def test_stored_secrets_pay_without_credentials(alice: EndUser) -> None:
    account = imports(alice, storeSecrets=True)["accountIds"][0]
    assert alice.posts(SUBMIT, **submission(creates(alice, account), None)).json()["status"] == "SUCCESSFUL"


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"paymentId": 1}, (404, "UNKNOWN_ENTITY")),
        ({"bankingInterface": "FINTS_SERVER"}, (422, "ILLEGAL_ENTITY_STATE")),
        ({"loginCredentials": login("demo_no_msa")[:1]}, (422, "ILLEGAL_ENTITY_STATE")),
        ({"redirectUrl": BACK}, (422, "ILLEGAL_FIELD_VALUE")),
        ({"loginCredentials": login("demo")}, (422, "BANK_SERVER_REJECTION")),
    ],
)
def test_what_is_refused(alice: EndUser, wish: dict[str, Any], expected: tuple[int, str]) -> None:
    payment = creates(alice, imports(alice)["accountIds"][0])
    assert code(alice.posts(SUBMIT, **{**submission(payment), **wish})) == expected
    assert status(alice, payment) == "OPEN"


def test_a_payment_of_a_deleted_account_cannot_be_submitted(alice: EndUser) -> None:
    connection = imports(alice)
    payment = creates(alice, connection["accountIds"][0])
    alice.deletes(f"{BASE}/{connection['id']}")
    assert code(alice.posts(SUBMIT, **submission(payment))) == (422, "ILLEGAL_ENTITY_STATE")


def test_a_standalone_payment_over_the_redirect_bank(alice: EndUser) -> None:
    made = alice.posts(TRANSFERS, iban=IBAN, bankId=280002, moneyTransfers=[transfer()])
    payment = made.json()["id"]
    body = {"paymentId": payment, "bankingInterface": "XS2A"}
    assert code(alice.posts(SUBMIT, **body)) == (422, "ILLEGAL_FIELD_VALUE")
    body["redirectUrl"] = BACK
    challenge = asked(alice.posts(SUBMIT, **body))
    query = goes_to_bank(alice, challenge).headers["location"].partition("?")[2]
    done = goes_on(alice, SUBMIT, body, challenge, redirectCallback=query)
    assert (done.status_code, done.json()["status"]) == (200, "SUCCESSFUL")


# What is booked


def test_a_payment_shows_with_the_next_update_and_the_balance_adds_up(alice: EndUser) -> None:
    connection = imports(alice)
    account = connection["accountIds"][0]
    opening, before = openings(alice), len(alice.transactions())
    alice.posts(SUBMIT, **submission(creates(alice, account, transfer(amount=12.34, purpose="Book"))))
    assert len(alice.transactions()) == before
    updates(alice, connection["id"])
    [booked] = alice.transactions(search="Book", accountIds=account)
    assert (booked["amount"], booked["counterpartIban"], booked["isNew"]) == (-12.34, IBAN, True)
    assert adds_up(alice, opening)
    updates(alice, connection["id"])
    assert len(alice.transactions()) == before + 1


def test_a_transfer_to_an_own_account_is_booked_on_both(alice: EndUser) -> None:
    connection = imports(alice)
    opening = openings(alice)
    mine = alice.accounts()
    payment = creates(alice, mine[0]["id"], transfer(counterpartIban=mine[1]["iban"], purpose="Moved"))
    alice.posts(SUBMIT, **submission(payment))
    updates(alice, connection["id"])
    booked = {it["accountId"]: it["amount"] for it in alice.transactions(search="Moved")}
    assert booked == {mine[0]["id"]: -99.99, mine[1]["id"]: 99.99}
    assert adds_up(alice, opening)


def test_a_later_payment_is_booked_on_its_day(alice: EndUser) -> None:
    connection = imports(alice)
    opening = openings(alice)
    payment = creates(alice, connection["accountIds"][0], transfer(purpose="Later"), executionDate=TOMORROW)
    assert alice.posts(SUBMIT, **submission(payment)).json()["status"] == "SUCCESSFUL"
    updates(alice, connection["id"])
    assert alice.transactions(search="Later") == []
    alice.shop.moves_clock(advance="1d")
    alice.token = alice.shop.token("password", username="alice", password="open sesame")
    [booked] = alice.transactions(search="Later")
    assert booked["bankBookingDate"] == TOMORROW
    assert adds_up(alice, opening)


def test_a_standing_order_is_submitted_and_booked_every_month(alice: EndUser) -> None:
    connection = imports(alice)
    opening = openings(alice)
    made = alice.posts(
        ORDERS, accountId=connection["accountIds"][0], **transfer(purpose="Rent"), currency="EUR",
        startDate="2026-09-01", frequency="MONTHLY",
    )  # fmt: skip
    body = {"standingOrderId": made.json()["id"], "bankingInterface": "XS2A", "loginCredentials": login("demo_no_msa")}
    done = alice.posts(SUBMIT_ORDER, **body)
    assert (done.status_code, done.json()["status"]) == (200, "SUCCESSFUL")
    alice.shop.moves_clock(set="2026-11-02T12:00:00Z")
    alice.token = alice.shop.token("password", username="alice", password="open sesame")
    days = [it["bankBookingDate"] for it in alice.transactions(search="Rent", accountIds=connection["accountIds"][0])]
    assert [day for day in days if day >= "2026-08-13"] != []
    booked = alice.transactions(counterpart="Max Mustermann", purpose="Rent")
    assert [it["bankBookingDate"] for it in booked] == ["2026-09-01", "2026-10-01", "2026-11-02"]
    assert adds_up(alice, opening)


def test_a_payment_of_a_web_form_is_booked_too() -> None:
    carol = Shop(serve()).welcomes("carol")
    connection = carol.connects(maxDaysForDownload=14)
    opening = openings(carol)
    order = {"recipient": {"name": "Shop", "iban": IBAN}, "amount": {"value": 5, "currency": "EUR"}, "purpose": "Form"}
    account = connection["accountIds"][0]
    form = carol.posts("/api/webForms/paymentWithAccountId", sender={"accountId": account}, orders=[order])
    assert carol.shop.completes(form.json()).status_code == 200
    carol.shop.moves_clock(advance="1d")
    carol.token = carol.shop.token("password", username="carol", password="open sesame")
    assert [it["amount"] for it in carol.transactions(search="Form", accountIds=connection["accountIds"][0])] == [-5]
    assert adds_up(carol, opening)
