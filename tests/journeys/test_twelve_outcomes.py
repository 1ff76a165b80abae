"""The outcomes that people want to see in their own tests, by control calls alone: there is no browser here."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from mock_server.app import App
from mock_server.domain.callbacks import Callback
from tests.actors import REDIRECT_BANK, TEST_BANK, Admin, EndUser
from tests.walks import (
    AGREE,
    AUTHORISED,
    CANCEL,
    CHIP_OPTICAL,
    CHIP_QR,
    CONFIRM,
    CONTINUE,
    DECOUPLED,
    PUSH,
    REFUSE_AT_BANK,
    SMS,
    Step,
    answer,
    choose_bank,
    choose_procedure,
    log_in,
    log_in_at_bank,
    step,
)

Json = Any
DONE = {"finalised": "https://shop.example/done"}
RECIPIENT = {"name": "Max Mustermann", "iban": "DE13700800000061110500"}
ORDER = {"recipient": RECIPIENT, "amount": {"value": "12.50", "currency": "EUR"}}
MANDATE = {"mandateId": "M-1", "mandateDate": "2018-01-01", "creditorId": "DE98ZZZ09999999999"}
DEBIT = {"payer": RECIPIENT, "amount": {"value": 12.5, "currency": "EUR"}, **MANDATE}
COLLECTED = {"directDebitType": "BASIC", "sequenceType": "OOFF", "executionDate": "2026-08-14"}


def told(app: App) -> list[Json]:
    (world,) = app.worlds
    return [it.body for it in world.store.all(Callback)]


def makes(user: EndUser, kind: str, **wish: Any) -> Json:
    answer = user.posts(f"/api/webForms/{kind}", **wish, callbacks=DONE)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize("procedure", [SMS, PUSH, CHIP_OPTICAL, CHIP_QR])
def test_1_an_import_with_each_procedure(alice: EndUser, app: App, procedure: str) -> None:
    form = makes(alice, "bankConnectionImport", bank={"id": TEST_BANK})
    tan = alice.shop.walked(form, log_in(), choose_procedure(procedure))["expectedTan"]
    ended = alice.shop.walked(form, answer(tan), CONTINUE)
    connection = alice.sees(f"/api/v2/bankConnections/{ended['payload']['bankConnectionId']}")
    assert connection["accountIds"] == [account["id"] for account in alice.accounts()]
    assert told(app) == [{"webFormId": form["id"], "status": "COMPLETED"}]


def test_2_a_redirect_bank(alice: EndUser) -> None:
    form = alice.starts_import(bank={"id": REDIRECT_BANK})
    ended = alice.shop.walked(form, log_in_at_bank(), CONTINUE)
    assert (ended["status"], len(alice.accounts())) == ("COMPLETED", 3)
    refused = alice.shop.walked(alice.starts_import(bank={"id": REDIRECT_BANK}), REFUSE_AT_BANK)
    assert refused["payload"]["errorCode"] == "BANK_SERVER_REJECTION"


def test_3_another_device(alice: EndUser) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    assert alice.shop.walked(form, log_in(), choose_procedure(DECOUPLED))["step"] == "DECOUPLED"
    assert alice.shop.walked(form, CONFIRM, CONTINUE)["status"] == "COMPLETED"


@pytest.mark.parametrize(
    "steps", [[log_in(pin="wrong")], [log_in(), choose_procedure(), answer("000000")]], ids=["4 PIN", "5 TAN"]
)
def test_a_wrong_secret(alice: EndUser, app: App, steps: list[Step]) -> None:
    form = makes(alice, "bankConnectionImport", bank={"id": TEST_BANK})
    ended = alice.shop.walked(form, *steps)
    assert ended["status"] == "COMPLETED_WITH_ERROR"
    assert ended["payload"]["errorCode"] == "BANK_SERVER_REJECTION"
    assert told(app) == [{"webFormId": form["id"], "status": "COMPLETED_WITH_ERROR"}]


@pytest.mark.parametrize("done", range(6))
def test_6_cancelled_at_each_step(alice: EndUser, app: App, done: int) -> None:
    form = makes(alice, "bankConnectionImport")
    way = (choose_bank(TEST_BANK), *AUTHORISED, CONTINUE)
    status = "COMPLETED" if done == 4 else "ABORTED"
    if done < len(way):
        ended = alice.shop.walked(form, *way[:done], CANCEL)
    else:
        ended, status = alice.posts(f"/api/webForms/{form['id']}/cancel").json(), "CANCELLED"
    assert ended["status"] == status
    assert told(app) == ([] if status == "CANCELLED" else [{"webFormId": form["id"], "status": status}])


@pytest.mark.parametrize("steps", [None, [choose_bank(TEST_BANK), *AUTHORISED[:2]]])
def test_7_expired(alice: EndUser, app: App, steps: list[Step] | None) -> None:
    form = makes(alice, "bankConnectionImport")
    if steps is not None:
        alice.shop.walked(form, *steps)
    alice.shop.moves_clock(advance="20m")
    assert alice.sees_form(form)["status"] == "EXPIRED"
    assert told(app) == [{"webFormId": form["id"], "status": "EXPIRED"}]


def test_8_opened_twice(alice: EndUser, app: App) -> None:
    form = makes(alice, "bankConnectionImport")
    first, second = (TestClient(app, base_url="http://localhost:8420") for _ in range(2))
    assert first.get(form["url"]).status_code == 200
    before = alice.sees_form(form)
    assert second.get(form["url"]).status_code == 409
    assert second.post(form["url"], data={"_action": "cancel"}).status_code == 409
    assert alice.sees_form(form) == before
    assert before["status"] == "IN_PROGRESS"
    assert first.get(form["url"]).status_code == 200, "the first browser still has it"


@pytest.mark.parametrize(
    ("kind", "wish", "key"),
    [
        ("standalonePayment", {"orders": [ORDER]}, "paymentId"),
        ("standalonePayment", {"orders": [ORDER, ORDER]}, "paymentId"),
        ("standalonePayment", {"orders": [ORDER], "instantPayment": True}, "paymentId"),
        ("paymentWithAccountId", {"orders": [ORDER], "executionDate": "2026-09-01"}, "paymentId"),
        ("directDebitWithAccountId", {"orders": [DEBIT], **COLLECTED}, "paymentId"),
        ("standingOrder", {**ORDER, "startDate": "2026-09-01", "frequency": "MONTHLY"}, "standingOrderId"),
    ],
)
@pytest.mark.parametrize("tan", ["123456", "000000"])
def test_9_every_kind_of_payment(alice: EndUser, app: App, kind: str, wish: Json, key: str, tan: str) -> None:
    form_of_import = alice.starts_import(bank={"id": TEST_BANK}, allowedInterfaces=["FINTS_SERVER"])
    alice.shop.walked(form_of_import, *AUTHORISED, CONTINUE)
    account = alice.accounts()[0]
    side = {"paymentWithAccountId": "sender", "directDebitWithAccountId": "receiver"}.get(kind)
    form = makes(alice, kind, **wish, **({} if side is None else {side: {"accountId": account["id"]}}))
    chosen = () if side else (step("select-account", account=account["iban"]),)
    bank = () if side else (choose_bank(TEST_BANK),)
    ended = alice.shop.walked(form, *bank, log_in(), *chosen, AGREE, choose_procedure(), answer(tan))
    paths = {"paymentId": ("payments", "payments"), "standingOrderId": ("standingOrders", "standingOrders")}
    path, name = paths[key]
    (order,) = alice.sees(f"/api/v2/{path}")[name]
    assert ended["payload"][key] == order["id"]
    expected = ("COMPLETED", "SUCCESSFUL") if tan == "123456" else ("COMPLETED_WITH_ERROR", "NOT_SUCCESSFUL")
    assert (ended["status"], order["status"]) == expected
    assert told(app) == [{"webFormId": form["id"], "status": ended["status"]}]


def test_10_a_task_that_needs_its_user(alice: EndUser, app: App) -> None:
    connection = alice.connects(skipPositionsDownload=True)["id"]
    alice.shop.moves_clock(advance="90d")
    alice.token = alice.shop.token("password", username=alice.name, password=alice.password)
    wish = {"bankConnectionId": connection, "callbacks": {**DONE, "webFormRequired": "https://shop.example/asked"}}
    task = alice.posts("/api/tasks/backgroundUpdate", **wish).json()
    asking = alice.sees(f"/api/tasks/{task['id']}")
    assert asking["status"] == "WEB_FORM_REQUIRED"
    assert alice.shop.completes(asking["payload"]["webForm"]).json()["status"] == "COMPLETED"
    assert [it["webForm"]["status"] for it in told(app)] == ["NOT_YET_OPENED", "COMPLETED"]


def test_11_the_colours_of_a_profile(alice: EndUser, http: TestClient) -> None:
    wish = {"label": "Blue", "aspect": {"colorScheme": {"brand": "#003366"}}}
    profile = Admin(http).posts("/api/profiles", **wish).json()
    sheets = [
        alice.http.get(f"/wf/{form['id']}/theme.css")
        for form in (alice.starts_import(profileId=profile["id"]), alice.starts_import())
    ]
    assert [it.headers["content-type"].partition(";")[0] for it in sheets] == ["text/css"] * 2
    assert ["#003366" in it.text for it in sheets] == [True, False]


def test_12_a_language_that_the_profile_locks(alice: EndUser, http: TestClient, app: App) -> None:
    language = {"selector": "HIDDEN", "locked": "EN"}
    profile = Admin(http).posts("/api/profiles", label="English", functionality={"language": language}).json()
    for wish, lang in (({"profileId": profile["id"]}, "en"), ({}, "de")):
        browser = TestClient(app, base_url="http://localhost:8420", headers={"accept-language": "de"})
        page = browser.get(alice.starts_import(**wish)["url"])
        assert f'<html lang="{lang}"' in page.text
