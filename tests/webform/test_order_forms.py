"""Web forms that initiate payments, direct debits and standing orders: what is refused, and what Access shows after."""

from typing import Any

import pytest

from mock_server.domain.ibans import account_iban
from mock_server.domain.users import License
from mock_server.settings import Settings
from tests.actors import REDIRECT_BANK, TEST_BANK, Admin, EndUser
from tests.refusals import told, webform_error, webform_problems
from tests.walks import (
    AGREE,
    CANCEL,
    DECOUPLED,
    REFUSE,
    Step,
    answer,
    choose_bank,
    choose_procedure,
    log_in,
    step,
)

STANDALONE, WITH_ACCOUNT = "/api/webForms/standalonePayment", "/api/webForms/paymentWithAccountId"
DEBIT, STANDING_ORDER = "/api/webForms/directDebitWithAccountId", "/api/webForms/standingOrder"
PAYMENTS, STANDING_ORDERS = "/api/v2/payments", "/api/v2/standingOrders"
IBAN = "DE13700800000061110500"
MAX = {"name": "Max Mustermann", "iban": IBAN}
SAVINGS_BANK, ITALIAN_BANK = 300001, 300031
OF_SAVINGS_BANK, OF_TEST_BANK, OF_NO_BANK = account_iban("DE", "89950140", "1"), "DE77533700080111111100", IBAN
TODAY, YESTERDAY, TOMORROW = "2026-08-13", "2026-08-12", "2026-08-14"
Json = dict[str, Any]


def euros(value: Any = 99.99, currency: str = "EUR") -> Json:
    return {"value": value, "currency": currency}


def order(**more: Any) -> Json:
    return {"recipient": MAX, "amount": euros(), **more}


def debit_order(**more: Any) -> Json:
    mandate = {"mandateId": "M-1", "mandateDate": "2018-01-01", "creditorId": "DE98ZZZ09999999999"}
    return {"payer": MAX, "amount": euros(25), **mandate, **more}


def standalone(**more: Any) -> Json:
    return {"orders": [order()], **more}


def debit(account: int, **more: Any) -> Json:
    wish = {"directDebitType": "BASIC", "sequenceType": "OOFF", "executionDate": TOMORROW, "orders": [debit_order()]}
    return {**wish, "receiver": {"accountId": account}, **more}


def standing_order(**more: Any) -> Json:
    wish = {"amount": euros(50), "recipient": MAX, "startDate": TOMORROW, "frequency": "MONTHLY"}
    return {**wish, **more}


def account_of(user: EndUser, at: int = 0, **wish: Any) -> int:
    id: int = user.connects(skipPositionsDownload=True, **wish)["accountIds"][at]
    return id


def fints_account(user: EndUser, bank: int = TEST_BANK) -> int:
    return account_of(user, bank=bank, allowedInterfaces=["FINTS_SERVER"])


def creates(user: EndUser, path: str, wish: Json) -> Json:
    answer = user.posts(path, **wish)
    assert answer.status_code == 201, answer.text
    form: Json = answer.json()
    return form


@pytest.mark.parametrize(
    ("path", "wish", "type", "id"),
    [
        (STANDALONE, standalone(), "STANDALONE_PAYMENT", "paymentId"),
        (STANDING_ORDER, standing_order(), "STANDING_ORDER", "standingOrderId"),
    ],
)
def test_a_form_without_an_account_is_created(alice: EndUser, path: str, wish: Json, type: str, id: str) -> None:
    form = creates(alice, path, wish)
    assert form == {
        "id": form["id"],
        "url": f"http://localhost:8420/wf/{form['id']}",
        "createdAt": "2026-08-13T10:00:00.000+0000",
        "expiresAt": "2026-08-13T10:20:00.000+0000",
        "type": type,
        "status": "NOT_YET_OPENED",
        "payload": {id: None, "errorCode": None, "errorMessage": None},
    }
    assert alice.sees_form(form) == form


def test_a_form_with_an_account_is_created(alice: EndUser) -> None:
    account = fints_account(alice)
    transfer = creates(alice, WITH_ACCOUNT, {"sender": {"accountId": account}, "orders": [order()]})
    collection = creates(alice, DEBIT, debit(account))
    assert [it["type"] for it in (transfer, collection)] == ["PAYMENT_WITH_ACCOUNT_ID", "DIRECT_DEBIT_WITH_ACCOUNT_ID"]
    for form in (transfer, collection):
        assert form["payload"] == {"paymentId": None, "errorCode": None, "errorMessage": None}


@pytest.mark.parametrize("value", [99.99, "99.99", 100, "100", "0.01", 0.07, "100.10", 999_999_999.99])
def test_an_amount_is_a_number_or_a_text(alice: EndUser, value: float | str) -> None:
    form = creates(alice, STANDALONE, {"orders": [order(amount=euros(value))]})
    paid = alice.shop.completes(form).json()["payload"]["paymentId"]
    (payment,) = alice.sees(PAYMENTS)["payments"]
    assert (payment["id"], payment["amount"]) == (paid, float(value))


TWO_DECIMALS = "Must be a decimal number with at most two decimals."
WRONG_DIGITS = "Must be an IBAN; its check digits do not fit the rest of it."


@pytest.mark.parametrize(
    ("path", "wish", "field", "words"),
    [
        (STANDALONE, {}, "orders", "Field is missing."),
        (STANDALONE, {"orders": []}, "orders", "Must have at least 1 "),
        (STANDALONE, {"orders": [order(amount=euros(1.001))]}, "orders[0].amount.value", TWO_DECIMALS),
        (STANDALONE, {"orders": [order(amount=euros("1,50"))]}, "orders[0].amount.value", ""),
        (STANDALONE, {"orders": [order(), order(amount=euros(0))]}, "orders[1].amount.value", "Must be "),
        (STANDALONE, {"orders": [order(amount=euros("-1"))]}, "orders[0].amount.value", ""),
        (STANDALONE, {"orders": [order(amount=euros(10**9))]}, "orders[0].amount.value", "Must be at most 9999"),
        (STANDALONE, {"orders": [order(amount=euros(1, "Euro"))]}, "orders[0].amount.currency", "Must be one of "),
        (STANDALONE, {"orders": [order(recipient={"iban": IBAN})]}, "orders[0].recipient.name", "Field is missing"),
        (STANDALONE, {"orders": [order(recipient={**MAX, "iban": "DE14700800000061110500"})]},
         "orders[0].recipient.iban", WRONG_DIGITS),
        (STANDALONE, {"orders": [order(recipient={**MAX, "iban": "DE13 7008 0000 0061 1105 00"})]},
         "orders[0].recipient.iban", "Must be an IBAN without spaces"),
        (STANDALONE, {"orders": [order(recipient={**MAX, "name": "x" * 71})]}, "orders[0].recipient.name", ""),
        (STANDALONE, {"orders": [order(purpose="")]}, "orders[0].purpose", ""),
        (STANDALONE, {"orders": [order(sepaPurposeCode="RENTS")]}, "orders[0].sepaPurposeCode", ""),
        (STANDALONE, {"orders": [order(endToEndId="x" * 36)]}, "orders[0].endToEndId", ""),
        (STANDALONE, {"orders": [order(recipient={**MAX, "bic": "nonsense"})]}, "orders[0].recipient.bic", ""),
        (STANDALONE, standalone(executionDate=YESTERDAY), "executionDate", "Must not be in the past."),
        (STANDALONE, standalone(executionDate="2026-02-30"), "executionDate", "Is not a valid date."),
        (STANDALONE, standalone(executionDate=TOMORROW, instantPayment=True), "executionDate", "Must be today or left"),
        (STANDALONE, standalone(sender={"iban": "DE00700800000061110500"}), "sender.iban", WRONG_DIGITS),
        (STANDALONE, standalone(sender={}), "sender.iban", "Field is missing."),
        (STANDALONE, standalone(bankId=TEST_BANK), "bankId", "There is no such field."),
        (STANDALONE, standalone(callbacks={"finalised": "nonsense"}), "callbacks.finalised", "Must be an http"),
        (STANDALONE, standalone(callbacks={"successCallback": "https://a.example/"}), "callbacks.successCallback", ""),
        (WITH_ACCOUNT, {"orders": [order()]}, "sender", "Field is missing."),
        (WITH_ACCOUNT, {"orders": [order()], "sender": {"accountId": "one"}}, "sender.accountId", ""),
        (WITH_ACCOUNT, {"orders": [order(amount=euros(0))], "sender": {"accountId": 1}}, "orders[0].amount.value",
         "Must be greater than 0."),
        (DEBIT, debit(1, orders=[debit_order(payer={**MAX, "iban": "DE1"})]), "orders[0].payer.iban", "Must be an"),
        (DEBIT, debit(1, orders=[debit_order(mandateDate="2018-02-30")]), "orders[0].mandateDate", "Is not a valid"),
        (DEBIT, debit(1, orders=[debit_order(mandateId="x" * 271)]), "orders[0].mandateId", ""),
        (DEBIT, debit(1, executionDate=YESTERDAY), "executionDate", "Must not be in the past."),
        (DEBIT, {name: it for name, it in debit(1).items() if name != "executionDate"}, "executionDate", "Field is"),
        (DEBIT, debit(1, directDebitType="CORE"), "directDebitType", "Must be one of B2B, BASIC"),
        (DEBIT, debit(1, sequenceType="ONCE"), "sequenceType", "Must be one of OOFF, FRST, RCUR, FNAL"),
        (STANDING_ORDER, standing_order(amount=euros(-5)), "amount.value", ""),
        (STANDING_ORDER, standing_order(recipient={"iban": IBAN}), "recipient.name", "Field is missing."),
        (STANDING_ORDER, standing_order(recipient={**MAX, "iban": "DE99"}), "recipient.iban", "Must be an IBAN"),
        (STANDING_ORDER, standing_order(startDate=YESTERDAY), "startDate", "Must be 2026-08-13 or later."),
        (STANDING_ORDER, standing_order(endDate=TOMORROW), "endDate", "Must be after 'startDate'."),
        (STANDING_ORDER, standing_order(frequency="WEEKLY"), "frequency", "Must be one of MONTHLY"),
        (STANDING_ORDER, standing_order(dayOfExecution=0), "dayOfExecution", "Must be from 1 to 31"),
        (STANDING_ORDER, standing_order(dayOfExecution=32), "dayOfExecution", "Must be from 1 to 31"),
        (STANDING_ORDER, standing_order(sender={"iban": "DE1"}), "sender.iban", "Must be an IBAN"),
    ],
)  # fmt: skip
def test_what_is_malformed_is_refused_by_field(alice: EndUser, path: str, wish: Json, field: str, words: str) -> None:
    refused = alice.posts(path, **wish)
    assert refused.status_code == 400, refused.text
    (problem,) = refused.json()["errors"]
    assert problem["field"] == field
    assert problem["message"].startswith(words)
    assert told(refused) == (400, webform_problems(refused, (field, problem["message"])))
    assert alice.sees("/api/webForms")["items"] == []


def test_everything_that_is_malformed_is_said_at_once(alice: EndUser) -> None:
    orders = [order(amount=euros(1.001)), order(recipient={**MAX, "iban": "DE14700800000061110500"})]
    refused = alice.posts(STANDALONE, orders=orders)
    problems = ("orders[0].amount.value", TWO_DECIMALS), ("orders[1].recipient.iban", WRONG_DIGITS)
    assert told(refused) == (400, webform_problems(refused, *problems))


@pytest.mark.parametrize(
    ("path", "wish", "code"),
    [
        (STANDALONE, standalone(sender={"iban": OF_NO_BANK}), "BANK_NOT_SUPPORTED"),
        (STANDALONE, standalone(sender={"iban": OF_TEST_BANK}, allowTestBank=False), "BANK_NOT_SUPPORTED"),
        (STANDING_ORDER, standing_order(sender={"iban": OF_NO_BANK}), "BANK_NOT_SUPPORTED"),
        (STANDALONE, {"orders": [order(), order()], "instantPayment": True}, "PAYMENT_NOT_SUPPORTED"),
        (STANDALONE, {"orders": [order(amount=euros(1, "USD"))]}, "PAYMENT_NOT_SUPPORTED"),
        (STANDALONE, {"orders": [order(amount=euros(1, "CZK"))]}, "PAYMENT_NOT_SUPPORTED"),
        (STANDALONE, {"orders": [order(recipient={**MAX, "iban": "BR1500000000000010932840814P2"})]},
         "PAYMENT_NOT_SUPPORTED"),
        (STANDALONE, standalone(sender={"iban": OF_SAVINGS_BANK}, orders=[order()] * 101),
         "PAYMENT_NOT_SUPPORTED"),
        (STANDING_ORDER, standing_order(amount=euros(50, "CZK")), "PAYMENT_NOT_SUPPORTED"),
        (DEBIT, debit(1, orders=[debit_order(amount=euros(50, "CZK"))]), "PAYMENT_NOT_SUPPORTED"),
        (STANDALONE, standalone(redirectUrl="https://shop.example/back"), "INVALID_REDIRECT_URL"),
        (STANDING_ORDER, standing_order(redirectUrl="https://shop.example/back"), "INVALID_REDIRECT_URL"),
    ],
)  # fmt: skip
def test_what_is_impossible_is_refused_with_a_code(alice: EndUser, path: str, wish: Json, code: str) -> None:
    refused = alice.posts(path, **wish)
    assert refused.status_code == 422, refused.text
    assert told(refused) == (422, webform_error(refused, code, refused.json()["description"]))
    assert alice.sees("/api/webForms")["items"] == []


def test_a_profile_must_exist(alice: EndUser, admin: Admin) -> None:
    for path, wish in ((STANDALONE, standalone()), (STANDING_ORDER, standing_order())):
        refused = alice.posts(path, **wish, profileId="0" * 36)
        assert (refused.status_code, refused.json()["code"]) == (404, "NOT_FOUND")
        profile = admin.posts("/api/profiles", label=path).json()
        assert alice.posts(path, **wish, profileId=profile["id"]).status_code == 201


def test_an_account_must_be_the_users_own(alice: EndUser) -> None:
    account, bob = account_of(alice), alice.shop.welcomes("bob")
    for user, id in ((bob, account), (alice, account + 1000), (alice, 0)):
        transfer = user.posts(WITH_ACCOUNT, sender={"accountId": id}, orders=[order()])
        collection = user.posts(DEBIT, **debit(id))
        assert [it.status_code for it in (transfer, collection)] == [404, 404]
        assert transfer.json()["code"] == collection.json()["code"] == "NOT_FOUND"


def test_what_the_account_cannot_do_is_not_supported(alice: EndUser) -> None:
    checking, savings = alice.connects(skipPositionsDownload=True)["accountIds"][::2]
    for path, wish in (
        (WITH_ACCOUNT, {"sender": {"accountId": savings}, "orders": [order()]}),
        (WITH_ACCOUNT, {"sender": {"accountId": checking}, "orders": [order(amount=euros(1, "CZK"))]}),
        (DEBIT, debit(checking)),  # it is connected over XS2A only
        (DEBIT, debit(savings)),
    ):
        refused = alice.posts(path, **wish)
        assert (refused.status_code, refused.json()["code"]) == (422, "PAYMENT_NOT_SUPPORTED"), wish
    assert alice.posts(WITH_ACCOUNT, sender={"accountId": checking}, orders=[order()]).status_code == 201


def test_a_bank_that_needs_more_says_which_field(alice: EndUser) -> None:
    """Italian banks of the catalogue want BIC and purpose of a transfer."""
    account = account_of(alice, bank=ITALIAN_BANK)
    refused = alice.posts(WITH_ACCOUNT, sender={"accountId": account}, orders=[order(purpose="Rent")])
    description = "Field 'orders[0].recipient.bic' not valid: The bank needs it."
    assert told(refused) == (422, webform_error(refused, "PAYMENT_NOT_SUPPORTED", description))
    named = order(purpose="Rent", recipient={**MAX, "bic": "DRESDEFF700"})
    assert alice.posts(WITH_ACCOUNT, sender={"accountId": account}, orders=[named]).status_code == 201


class TestLicences:
    @pytest.fixture(params=["UNLICENSED", "AISP", "PISP", "FULLY_LICENSED"])
    def settings(self, request: pytest.FixtureRequest) -> Settings:
        license: License = request.param
        return Settings(license=license)

    def test_who_may_initiate_payments_brings_a_redirect_url_and_nobody_else(
        self, alice: EndUser, settings: Settings
    ) -> None:
        must = settings.license in ("PISP", "FULLY_LICENSED")
        for path, wish in ((STANDALONE, standalone()), (STANDING_ORDER, standing_order())):
            plain = alice.posts(path, **wish)
            given = alice.posts(path, **wish, redirectUrl="https://shop.example/back")
            assert (plain.status_code, given.status_code) == ((422, 201) if must else (201, 422))
            assert (plain if must else given).json()["code"] == "INVALID_REDIRECT_URL"


def test_only_banks_that_fit_the_senders_iban_are_offered(alice: EndUser) -> None:
    """finAPI's test banks share a bank code, so that the end user has to say which of them it is."""
    form = creates(alice, STANDALONE, standalone(sender={"iban": OF_TEST_BANK}))
    assert alice.shop.walked(form)["step"] == "BANK_SEARCH"
    refused = alice.shop.walks(form, choose_bank(SAVINGS_BANK))
    assert refused.json()["errors"][0]["field"] == "steps[0].fields.bank"
    assert alice.shop.walked(form, choose_bank(TEST_BANK))["step"] == "LOGIN"


def test_test_banks_may_be_hidden_from_the_search(alice: EndUser) -> None:
    form = creates(alice, STANDALONE, standalone(allowTestBank=False))
    assert alice.shop.walks(form, choose_bank(TEST_BANK)).status_code == 400
    assert alice.shop.walked(form, choose_bank(SAVINGS_BANK))["bankId"] == SAVINGS_BANK


SELECT = step("select-account", account=OF_TEST_BANK)


def test_a_standalone_payment_is_the_same_object_in_access(alice: EndUser) -> None:
    form = creates(alice, STANDALONE, standalone(orders=[order(amount=euros("10.50")), order()]))
    walked = alice.shop.walked(form, choose_bank(TEST_BANK), log_in(), SELECT)
    assert walked["step"] == "PAYMENT_OVERVIEW"
    assert alice.sees(PAYMENTS)["payments"] == [], "nothing is in Access before the end user agrees"
    alice.shop.walked(form, AGREE)
    (pending,) = alice.sees(PAYMENTS)["payments"]
    assert (pending["status"], "executionDate" in pending) == ("PENDING", False)
    assert alice.sees_form(form)["payload"]["paymentId"] is None, "the form has not ended yet"
    ended = alice.shop.walked(form, choose_procedure(), answer())
    assert (ended["status"], ended["payload"]) == (
        "COMPLETED",
        {"paymentId": pending["id"], "errorCode": None, "errorMessage": None},
    )
    (payment,) = alice.sees(PAYMENTS)["payments"]
    assert payment == {
        "id": pending["id"],
        "iban": OF_TEST_BANK,
        "bankId": TEST_BANK,
        "type": "MONEY_TRANSFER",
        "amount": 110.49,
        "orderCount": 2,
        "status": "SUCCESSFUL",
        "statusV2": "SUCCESSFUL",
        "requestDate": "2026-08-13T12:00:00.000+02:00",
        "executionDate": "2026-08-13T12:00:00.000+02:00",
        "instantPayment": False,
    }


def test_a_payment_with_an_account_names_it_in_access(alice: EndUser) -> None:
    account = account_of(alice)
    wish = {"sender": {"accountId": account}, "orders": [order()], "executionDate": TOMORROW}
    form = creates(alice, WITH_ACCOUNT, wish)
    ended = alice.shop.walked(form, AGREE, choose_procedure(), answer())
    (payment,) = alice.sees(PAYMENTS)["payments"]
    assert ended["payload"]["paymentId"] == payment["id"]
    assert (payment["accountId"], payment["instructedExecutionDate"]) == (account, TOMORROW)
    assert (payment["status"], "iban" in payment) == ("SUCCESSFUL", False)


@pytest.mark.parametrize("bank", [TEST_BANK, SAVINGS_BANK])
def test_a_direct_debit_goes_over_the_interface_that_can_do_it(alice: EndUser, bank: int) -> None:
    """Also where an interface that cannot would come first."""
    form = creates(alice, DEBIT, debit(fints_account(alice, bank)))
    ended = alice.shop.completes(form).json()
    assert (ended["status"], ended["payload"]["errorCode"]) == ("COMPLETED", None)
    (payment,) = alice.sees(PAYMENTS)["payments"]
    assert (payment["type"], payment["status"]) == ("DIRECT_DEBIT", "SUCCESSFUL")
    assert (payment["id"], payment["amount"]) == (ended["payload"]["paymentId"], 25.0)


def test_a_standing_order_is_the_same_object_in_access(alice: EndUser) -> None:
    wish = standing_order(sender={"iban": OF_TEST_BANK}, endDate="2027-08-14", dayOfExecution=31)
    form = creates(alice, STANDING_ORDER, wish)
    ended = alice.shop.walked(
        form, choose_bank(TEST_BANK), log_in(), AGREE, choose_procedure(DECOUPLED), step("confirm")
    )
    (shown,) = alice.sees(STANDING_ORDERS)["standingOrders"]
    assert ended["payload"] == {"standingOrderId": shown["id"], "errorCode": None, "errorMessage": None}
    assert shown == {
        "id": shown["id"],
        "iban": OF_TEST_BANK,
        "bankId": TEST_BANK,
        "amount": 50.0,
        "currency": "EUR",
        "startDate": TOMORROW,
        "endDate": "2027-08-14",
        "frequency": "MONTHLY",
        "requestDate": "2026-08-13T12:00:00.000+02:00",
        "requestCompletionDate": "2026-08-13T12:00:00.000+02:00",
        "status": "SUCCESSFUL",
    }
    assert alice.sees(PAYMENTS)["payments"] == []


AT_CHALLENGE = (choose_bank(TEST_BANK), log_in(), SELECT, AGREE, choose_procedure())


@pytest.mark.parametrize(
    ("path", "wish", "key", "list_at"),
    [
        (STANDALONE, standalone(), "paymentId", (PAYMENTS, "payments")),
        (STANDING_ORDER, standing_order(), "standingOrderId", (STANDING_ORDERS, "standingOrders")),
    ],
)
@pytest.mark.parametrize(
    ("steps", "status", "code", "order_status"),
    [
        ([*AT_CHALLENGE, answer("000000")], "COMPLETED_WITH_ERROR", "BANK_SERVER_REJECTION", "NOT_SUCCESSFUL"),
        ([*AT_CHALLENGE[:-1], choose_procedure(DECOUPLED), REFUSE], "COMPLETED_WITH_ERROR", "BANK_SERVER_REJECTION",
         "NOT_SUCCESSFUL"),
        ([*AT_CHALLENGE, CANCEL], "ABORTED", None, "DISCARDED"),
        ([*AT_CHALLENGE[:3], CANCEL], "ABORTED", None, None),
        ([choose_bank(TEST_BANK), log_in(pin="wrong")], "COMPLETED_WITH_ERROR", "BANK_SERVER_REJECTION", None),
    ],
)  # fmt: skip
def test_an_order_that_fails_is_in_access_only_after_the_end_user_has_agreed(
    alice: EndUser,
    path: str,
    wish: Json,
    key: str,
    list_at: tuple[str, str],
    steps: list[Step],
    status: str,
    code: str | None,
    order_status: str | None,
) -> None:
    ended = alice.shop.walked(creates(alice, path, wish), *steps)
    assert (ended["status"], ended["payload"]["errorCode"]) == (status, code)
    found = alice.sees(list_at[0])[list_at[1]]
    assert [it["status"] for it in found] == ([] if order_status is None else [order_status])
    assert ended["payload"][key] == (found[0]["id"] if found else None)


def test_an_order_is_discarded_when_its_form_expires_or_is_cancelled(alice: EndUser) -> None:
    for status in ("EXPIRED", "CANCELLED"):
        form = creates(alice, STANDALONE, standalone())
        alice.shop.walked(form, *AT_CHALLENGE)
        if status == "EXPIRED":
            alice.shop.moves_clock(advance="20m")
        else:
            alice.posts(f"/api/webForms/{form['id']}/cancel")
        ended = alice.sees_form(form)
        assert ended["status"] == status
        payment = alice.sees(PAYMENTS, order="id,desc")["payments"][0]
        assert (payment["id"], payment["status"]) == (ended["payload"]["paymentId"], "DISCARDED")


def test_the_bank_chosen_in_the_form_has_its_say_as_well(alice: EndUser) -> None:
    """An Italian bank wants more of a transfer than the test bank does."""
    form = creates(alice, STANDALONE, standalone())
    at_bank = (choose_bank(ITALIAN_BANK), step("bank-log-in", **{"Onlinebanking-ID": "demo", "PIN": "demo"}))
    (selection,) = alice.shop.walked(form, *at_bank)["waitsFor"][0]["fields"]
    ended = alice.shop.walked(form, step("select-account", account=selection["options"][0]))
    assert (ended["status"], ended["payload"]["errorCode"]) == ("COMPLETED_WITH_ERROR", "UNSUPPORTED_ORDER")
    assert ended["payload"]["errorMessage"].endswith("The bank needs it.")
    assert alice.sees(PAYMENTS)["payments"] == []


def test_a_savings_account_cannot_pay_and_a_redirect_bank_cannot_collect(alice: EndUser) -> None:
    form = creates(alice, STANDALONE, standalone())
    (selection,) = alice.shop.walked(form, choose_bank(TEST_BANK), log_in())["waitsFor"][0]["fields"]
    ended = alice.shop.walked(form, step("select-account", account=selection["options"][-1]))
    assert ended["payload"]["errorCode"] == "UNSUPPORTED_ORDER"
    account = account_of(alice, bank=REDIRECT_BANK)
    assert alice.posts(DEBIT, **debit(account)).json()["code"] == "PAYMENT_NOT_SUPPORTED"
