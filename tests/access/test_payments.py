"""Payments of Access: creating money transfers and direct debits, and listing them."""

from typing import Any

import pytest

from mock_server.app import App
from mock_server.domain import initiation
from mock_server.domain.initiation import Event
from mock_server.domain.payments import Payment
from tests.actors import EndUser
from tests.refusals import access_error, told

TRANSFERS, DEBITS, PAYMENTS = "/api/v2/payments/moneyTransfers", "/api/v2/payments/directDebits", "/api/v2/payments"
CHECKING, SAVINGS = 0, 2
TEST_BANK, SAVINGS_BANK, CZECH_BANK = 280001, 300001, 280165
IBAN = "DE13700800000061110500"
TODAY, YESTERDAY, TOMORROW = "2026-08-13", "2026-08-12", "2026-08-14"


def transfer(**more: Any) -> dict[str, Any]:
    return {"counterpartName": "Max Mustermann", "counterpartIban": IBAN, "amount": 99.99, **more}


def debit(**more: Any) -> dict[str, Any]:
    mandate = {"mandateId": "M-1", "mandateDate": "2018-01-01", "creditorId": "DE98ZZZ09999999999"}
    return {**transfer(), **mandate, **more}


def account_of(user: EndUser, at: int = CHECKING, **wish: Any) -> int:
    return user.connects(maxDaysForDownload=14, **wish)["accountIds"][at]


def test_a_money_transfer_is_created(alice: EndUser) -> None:
    account = account_of(alice)
    answer = alice.posts(
        TRANSFERS,
        accountId=account,
        executionDate=TOMORROW,
        msgId="MSG-1",
        moneyTransfers=[
            transfer(purpose="Rent", currency="EUR", sepaPurposeCode="RENT", endToEndId="E-1"),
            transfer(amount=0.01, counterpartBic="DRESDEFF700", counterpartAddress={"city": "Musterstadt"}),
        ],
    )
    assert told(answer) == (
        201,
        {
            "id": answer.json()["id"],
            "accountId": account,
            "bankId": TEST_BANK,
            "type": "MONEY_TRANSFER",
            "amount": 100.0,
            "orderCount": 2,
            "status": "OPEN",
            "statusV2": "OPEN",
            "instantPayment": False,
            "instructedExecutionDate": TOMORROW,
            "msgId": "MSG-1",
        },
    )
    assert alice.sees(PAYMENTS)["payments"] == [answer.json()]


def test_an_instant_payment(alice: EndUser) -> None:
    made = alice.posts(TRANSFERS, accountId=account_of(alice), moneyTransfers=[transfer()], instantPayment=True)
    assert made.status_code == 201
    assert made.json()["instantPayment"] is True
    assert "instructedExecutionDate" not in made.json()


def test_a_direct_debit_goes_over_fints_only(alice: EndUser) -> None:
    wish = {
        "directDebitType": "BASIC",
        "sequenceType": "OOFF",
        "executionDate": TOMORROW,
        "directDebits": [debit(), debit()],
    }
    over_xs2a = alice.posts(DEBITS, accountId=account_of(alice), **wish)
    message = "No interface of the account (XS2A) can do BASIC_COLLECTIVE_DEBIT."
    assert told(over_xs2a) == (422, access_error(over_xs2a, "UNSUPPORTED_ORDER", message))
    fints = account_of(alice, bank=SAVINGS_BANK, allowedInterfaces=["FINTS_SERVER"])
    made = alice.posts(DEBITS, accountId=fints, **wish)
    assert (made.status_code, made.json()["type"], made.json()["amount"]) == (201, "DIRECT_DEBIT", 199.98)
    assert (made.json()["bankId"], made.json()["instructedExecutionDate"]) == (SAVINGS_BANK, TOMORROW)


def test_what_an_account_shows_is_what_it_can_do(alice: EndUser) -> None:
    """Both for the capabilities that it lists and for those that it does not."""
    alice.connects(maxDaysForDownload=14)
    for account in alice.accounts():
        (interface,) = account["interfaces"]
        flags = interface["paymentCapabilities"]
        for able, wish in (
            ("SEPA_MONEY_TRANSFER" in interface["capabilities"], {"moneyTransfers": [transfer()]}),
            ("SEPA_COLLECTIVE_MONEY_TRANSFER" in interface["capabilities"], {"moneyTransfers": [transfer()] * 2}),
            (flags["sepaInstantMoneyTransfer"], {"moneyTransfers": [transfer()], "instantPayment": True}),
            (flags["sepaFutureMoneyTransfer"], {"moneyTransfers": [transfer()], "executionDate": TOMORROW}),
        ):
            assert alice.posts(TRANSFERS, accountId=account["id"], **wish).status_code == (201 if able else 422)
    assert [account["accountType"] for account in alice.accounts()] == ["Checking", "Checking", "Savings"]
    assert len(alice.sees(PAYMENTS)["payments"]) == 8


@pytest.mark.parametrize(
    ("wish", "status", "code", "messages"),
    [
        ({"moneyTransfers": [transfer(amount=1.001), transfer(amount=0), transfer(amount=-1)]}, 400, "BAD_REQUEST",
         ["Field 'moneyTransfers[0].amount' not valid: Must be a decimal number with at most two decimals.",
          "Field 'moneyTransfers[1].amount' not valid: Must be greater than 0.",
          "Field 'moneyTransfers[2].amount' not valid: Must be greater than 0."]),
        ({"moneyTransfers": [transfer(counterpartIban="DE14700800000061110500")]}, 400, "BAD_REQUEST",
         ["Field 'moneyTransfers[0].counterpartIban' not valid: Must be an IBAN; its check digits do not fit the rest "
          "of it."]),
        ({"moneyTransfers": [{"counterpartIban": IBAN, "amount": 1}]}, 400, "BAD_REQUEST",
         ["Field 'moneyTransfers[0].counterpartName' not valid: Field is missing; SEPA orders need it."]),
        ({"moneyTransfers": [transfer(counterpartIban="TR330006100519786457841326")]}, 422, "UNSUPPORTED_ORDER",
         ["Field 'moneyTransfers[0].counterpartIban' not valid: TR is not in the SEPA area."]),
        ({"moneyTransfers": [transfer(currency="USD")]}, 422, "ILLEGAL_FIELD_VALUE",
         ["Field 'moneyTransfers[0].currency' not valid: Must be one of EUR, CZK, HUF, RON."]),
        ({"moneyTransfers": [transfer(currency="CZK")]}, 422, "ILLEGAL_FIELD_VALUE",
         ["Field 'moneyTransfers[0].counterpartIban' not valid: Must be an IBAN of CZ, because the currency is CZK."]),
        ({"moneyTransfers": [transfer()], "executionDate": YESTERDAY}, 422, "ILLEGAL_FIELD_VALUE",
         ["Field 'executionDate' not valid: Must not be in the past."]),
        ({"moneyTransfers": [transfer()], "executionDate": TOMORROW, "instantPayment": True}, 422,
         "ILLEGAL_FIELD_VALUE",
         ["Field 'executionDate' not valid: Must be today or left out, because the payment is an instant one."]),
        ({"moneyTransfers": [transfer()] * 2, "instantPayment": True}, 422, "UNSUPPORTED_ORDER",
         ["An instant payment has one order, not 2."]),
        ({"moneyTransfers": [transfer()], "iban": IBAN, "bankId": 1}, 400, "BAD_REQUEST",
         ["Field 'iban' not valid: Must be left out beside 'accountId', which says it all.",
          "Field 'bankId' not valid: Must be left out beside 'accountId', which says it all."]),
        ({"moneyTransfers": []}, 400, "BAD_REQUEST",
         ["Field 'moneyTransfers' not valid: Must have at least 1 element."]),
    ],
)  # fmt: skip
def test_refused_transfers_leave_nothing_behind(
    alice: EndUser, wish: dict[str, Any], status: int, code: str, messages: list[str]
) -> None:
    answer = alice.posts(TRANSFERS, accountId=account_of(alice), **wish)
    assert told(answer) == (status, access_error(answer, code, *messages))
    assert alice.sees(PAYMENTS)["payments"] == []


def test_a_date_that_no_calendar_has(alice: EndUser) -> None:
    answer = alice.posts(TRANSFERS, iban=IBAN, executionDate="0000-01-01", moneyTransfers=[transfer()])
    message = "Field 'executionDate' not valid: Is not a valid date."
    assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message))


def test_the_limit_of_orders(alice: EndUser) -> None:
    account = account_of(alice)
    order = {"counterpartName": "M", "counterpartIban": IBAN, "amount": 0.01}
    most = alice.posts(TRANSFERS, accountId=account, moneyTransfers=[order] * 15000)
    assert (most.status_code, most.json()["orderCount"], most.json()["amount"]) == (201, 15000, 150.0)
    answer = alice.posts(TRANSFERS, accountId=account, moneyTransfers=[order] * 15001)
    message = "Field 'moneyTransfers' not valid: Must have at most 15000 elements, has 15001."
    assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message))


def test_somebody_elses_account_is_as_good_as_none(alice: EndUser) -> None:
    account = account_of(alice)
    bob = alice.shop.welcomes("bob")
    for id in (account, 1):
        answer = bob.posts(TRANSFERS, accountId=id, moneyTransfers=[transfer()])
        assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", "Resource not found", who="11/36"))


@pytest.mark.parametrize(
    ("wish", "bank"),
    [
        ({"iban": "DE77533700080111111100", "bankId": 280002}, 280002),
        ({"iban": "DE89370400440532013000", "bankId": TEST_BANK}, TEST_BANK),
        ({"iban": "DE80399501100000000042"}, SAVINGS_BANK),
    ],
)
def test_a_standalone_transfer_needs_no_import(alice: EndUser, wish: dict[str, Any], bank: int) -> None:
    made = alice.posts(TRANSFERS, moneyTransfers=[transfer()], **wish)
    assert made.status_code == 201, made.text
    assert (made.json()["iban"], made.json()["bankId"]) == (wish["iban"], bank)
    assert "accountId" not in made.json()


@pytest.mark.parametrize(
    ("wish", "status", "code", "message"),
    [
        ({}, 400, "MISSING_FIELD", "Field 'accountId' is missing; without an imported account give 'iban'."),
        ({"iban": "DE77533700080111111100"}, 422, "MISSING_FIELD",
         "Field 'bankId' is missing: the IBAN fits 280001, 280002."),
        ({"iban": "DE89370400440532013000"}, 422, "UNSUPPORTED_ORDER",
         "No bank is known for this IBAN; GET /banks?search= tells for which there is one."),
        ({"iban": "DE89370400440532013000", "bankId": 1}, 422, "UNSUPPORTED_ORDER", "Bank with ID '1' not found."),
        ({"iban": "CH9300762011623852957", "bankId": TEST_BANK}, 422, "UNSUPPORTED_ORDER",
         "Field 'iban' not valid: CH is no country from which finAPI pays: SEPA without CH and GB."),
        ({"iban": "DE88370400440532013000"}, 400, "BAD_REQUEST",
         "Field 'iban' not valid: Must be an IBAN; its check digits do not fit the rest of it."),
    ],
)  # fmt: skip
def test_standalone_transfers_that_lead_nowhere(
    alice: EndUser, wish: dict[str, Any], status: int, code: str, message: str
) -> None:
    answer = alice.posts(TRANSFERS, moneyTransfers=[transfer()], **wish)
    assert told(answer) == (status, access_error(answer, code, message))


def test_the_bank_is_the_one_that_the_search_for_the_iban_finds(alice: EndUser) -> None:
    found = alice.sees("/api/v2/banks", search="DE77533700080111111100")["banks"]
    assert [bank["id"] for bank in found] == [280001, 280002]


def test_a_domestic_payment_in_the_czech_republic(alice: EndUser) -> None:
    order = {"counterpartIban": "CZ6508000000192000145399", "amount": 500, "currency": "CZK"}
    made = alice.posts(TRANSFERS, accountId=account_of(alice, bank=CZECH_BANK), moneyTransfers=[order])
    assert (made.status_code, made.json()["amount"]) == (201, 500.0)
    answer = alice.posts(TRANSFERS, accountId=account_of(alice), moneyTransfers=[order])
    message = "Field 'iban' not valid: Must be an account in CZ, because the currency is CZK."
    assert told(answer) == (422, access_error(answer, "ILLEGAL_FIELD_VALUE", message))


def test_the_rules_of_the_bank(alice: EndUser) -> None:
    answer = alice.posts(TRANSFERS, accountId=account_of(alice, bank=300025), moneyTransfers=[transfer()])
    message = "Field 'moneyTransfers[0].purpose' not valid: The bank needs it."
    assert told(answer) == (422, access_error(answer, "ILLEGAL_FIELD_VALUE", message))


@pytest.fixture
def three(alice: EndUser, app: App) -> list[dict[str, Any]]:
    """An open transfer, one that the bank has taken, and one that waits for the bank."""
    account = account_of(alice)
    wishes = (
        {"moneyTransfers": [transfer(amount=5)], "executionDate": TOMORROW},
        {"moneyTransfers": [transfer(amount=50), transfer(amount=50)]},
        {"moneyTransfers": [transfer(amount=20)], "executionDate": TODAY},
    )
    made = [alice.posts(TRANSFERS, accountId=account, **wish).json()["id"] for wish in wishes]
    submitted(app, made[1], Event.CONFIRM)
    submitted(app, made[2])
    return alice.sees(PAYMENTS)["payments"]


def submitted(app: App, id: int, *events: Event) -> None:
    """What the submission does, until there is one."""
    world = app.worlds.of_mandator("shop")
    assert world is not None
    payment = world.store.find(Payment, id)
    assert payment is not None
    for event in (Event.SUBMIT, *events):
        payment = initiation.move(payment, event, world.clock.now())
    world.store.put(payment)


def test_how_far_payments_have_come(three: list[dict[str, Any]]) -> None:
    noon = "2026-08-13T12:00:00.000+02:00"
    assert [payment["status"] for payment in three] == ["OPEN", "SUCCESSFUL", "PENDING"]
    assert [payment.get("requestDate") for payment in three] == [None, noon, noon]
    assert [payment.get("executionDate") for payment in three] == [None, noon, None]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [0, 1, 2]),
        ({"minAmount": 20}, [1, 2]),
        ({"maxAmount": 20}, [0, 2]),
        ({"minAmount": 20, "maxAmount": 99.99}, [2]),
        ({"status": "OPEN,PENDING"}, [0, 2]),
        ({"status": "DISCARDED"}, []),
        ({"accountIds": 1}, []),
        ({"order": "amount,desc"}, [1, 2, 0]),
        ({"order": "instructedExecutionDate"}, [2, 0, 1]),
        ({"order": "requestDate,desc,id,desc"}, [2, 1, 0]),
        ({"order": "executionDate"}, [1, 0, 2]),
        ({"perPage": 2, "page": 2}, [2]),
    ],
)
def test_filters_orders_and_pages(
    alice: EndUser, three: list[dict[str, Any]], query: dict[str, Any], found: list[int]
) -> None:
    answer = alice.sees(PAYMENTS, **query)
    assert answer["payments"] == [three[at] for at in found]
    pages = {"page": query.get("page", 1), "perPage": query.get("perPage", 20)}
    total = 3 if "perPage" in query else len(found)
    assert answer["paging"] == {**pages, "pageCount": -(-total // pages["perPage"]), "totalCount": total}


def test_filters_by_ids(alice: EndUser, three: list[dict[str, Any]]) -> None:
    ids = f"{three[2]['id']},{three[0]['id']},1"
    assert alice.sees(PAYMENTS, ids=ids)["payments"] == [three[0], three[2]]
    assert alice.sees(PAYMENTS, accountIds=three[0]["accountId"])["payments"] == three
    assert alice.gets(PAYMENTS, status="PAID").status_code == 400
    assert alice.gets(PAYMENTS, order="purpose").status_code == 400


def test_payments_are_their_users_own(alice: EndUser, three: list[dict[str, Any]]) -> None:
    assert alice.shop.welcomes("bob").sees(PAYMENTS, ids=three[0]["id"])["payments"] == []


def test_a_payment_that_is_left_alone_is_given_up(alice: EndUser, three: list[dict[str, Any]]) -> None:
    (waiting,) = (payment for payment in three if payment["status"] == "PENDING")
    alice.shop.moves_clock(advance="59m")
    assert alice.sees(PAYMENTS, ids=waiting["id"])["payments"] == [waiting]
    alice.shop.moves_clock(advance="1m")
    alice.token = alice.shop.token("password", username="alice", password=alice.password)
    (given_up,) = alice.sees(PAYMENTS, ids=waiting["id"])["payments"]
    assert given_up == {
        **waiting,
        "status": "NOT_SUCCESSFUL",
        "statusV2": "NOT_SUCCESSFUL",
        "executionDate": "2026-08-13T13:00:00.000+02:00",
        "bankMessage": "Der Auftrag wurde nicht freigegeben.",
    }


def test_payments_go_with_their_user(alice: EndUser, three: list[dict[str, Any]], app: App) -> None:
    assert len(three) == 3
    world = app.worlds.of_mandator("shop")
    assert world is not None
    assert world.store.count(Payment) == 3
    assert alice.deletes("/api/v2/users").status_code == 200
    assert world.store.count(Payment) == 0
