"""Standing orders of Access: creating and listing them, and those that banks already have."""

from typing import Any

import pytest

from mock_server.app import App
from mock_server.domain import initiation
from mock_server.domain.initiation import Event
from mock_server.domain.standing_orders import BankSideStandingOrder, StandingOrder
from tests.actors import EndUser
from tests.refusals import access_error, told

ORDERS, BANK_SIDE = "/api/v2/standingOrders", "/api/v2/bankSideStandingOrders"
TEST_BANK = 280001
RENT = {
    "counterpartName": "Wohnbau Musterstadt eG",
    "counterpartIban": "DE13700800000061110500",
    "amount": 985.5,
    "currency": "EUR",
    "startDate": "2026-08-14",
    "frequency": "MONTHLY",
}


def account_of(user: EndUser, at: int = 0, **wish: Any) -> int:
    return user.connects(maxDaysForDownload=14, **wish)["accountIds"][at]


def test_a_standing_order_is_created(alice: EndUser) -> None:
    account = account_of(alice)
    more = {"purpose": "Rent", "sepaPurposeCode": "RENT", "endToEndId": "E-1", "endDate": "2027-08-14"}
    answer = alice.posts(ORDERS, accountId=account, **RENT, **more)
    assert told(answer) == (
        201,
        {
            "id": answer.json()["id"],
            "accountId": account,
            "bankId": TEST_BANK,
            "amount": 985.5,
            "currency": "EUR",
            "startDate": "2026-08-14",
            "endDate": "2027-08-14",
            "frequency": "MONTHLY",
            "status": "OPEN",
        },
    )
    assert alice.sees(ORDERS)["standingOrders"] == [answer.json()]


def test_a_standalone_standing_order(alice: EndUser) -> None:
    made = alice.posts(ORDERS, iban="DE77533700080111111100", bankId=280002, **RENT)
    assert made.status_code == 201
    assert (made.json()["iban"], made.json()["bankId"], "accountId" in made.json()) == (
        "DE77533700080111111100", 280002, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wish", "status", "code", "message"),
    [
        ({"amount": -1}, 422, "ILLEGAL_FIELD_VALUE", "Field 'amount' not valid: Must be greater than 0."),
        ({"startDate": "2026-08-13"}, 422, "ILLEGAL_FIELD_VALUE",
         "Field 'startDate' not valid: Must be 2026-08-14 or later."),
        ({"endDate": "2026-08-14"}, 422, "ILLEGAL_FIELD_VALUE",
         "Field 'endDate' not valid: Must be after 'startDate'."),
        ({"frequency": "DAILY"}, 400, "BAD_REQUEST",
         "Field 'frequency' not valid: Must be one of MONTHLY, EVERY_TWO_MONTHS, QUARTERLY, SEMI_ANNUAL, ANNUAL."),
        ({"counterpartIban": "DE00"}, 400, "BAD_REQUEST",
         "Field 'counterpartIban' not valid: Must be an IBAN; those of DE have 22 characters, this has 4."),
        ({"counterpartIban": "TR330006100519786457841326"}, 422, "UNSUPPORTED_ORDER",
         "Field 'counterpartIban' not valid: TR is not in the SEPA area."),
        ({"currency": "USD"}, 422, "ILLEGAL_FIELD_VALUE",
         "Field 'currency' not valid: Must be one of EUR, CZK, HUF, RON."),
        ({"startDate": "0000-01-01"}, 400, "BAD_REQUEST", "Field 'startDate' not valid: Is not a valid date."),
    ],
)  # fmt: skip
def test_refused_orders_leave_nothing_behind(
    alice: EndUser, wish: dict[str, Any], status: int, code: str, message: str
) -> None:
    answer = alice.posts(ORDERS, accountId=account_of(alice), **{**RENT, **wish})
    assert told(answer) == (status, access_error(answer, code, message))
    assert alice.sees(ORDERS)["standingOrders"] == []


def test_savings_accounts_have_none(alice: EndUser) -> None:
    answer = alice.posts(ORDERS, accountId=account_of(alice, at=2), **RENT)
    message = "No interface of the account (XS2A) can do STANDING_ORDER."
    assert told(answer) == (422, access_error(answer, "UNSUPPORTED_ORDER", message))


def test_neither_have_banks_that_do_not_offer_them(alice: EndUser) -> None:
    answer = alice.posts(ORDERS, iban="IT60X0542811101000000123456", bankId=300032, **RENT)
    message = "No interface of the bank (XS2A) can do STANDING_ORDER."
    assert told(answer) == (422, access_error(answer, "UNSUPPORTED_ORDER", message))


def test_somebody_elses_account_is_as_good_as_none(alice: EndUser) -> None:
    answer = alice.shop.welcomes("bob").posts(ORDERS, accountId=account_of(alice), **RENT)
    assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", "Resource not found", who="11/36"))


@pytest.fixture
def three(alice: EndUser, app: App) -> list[dict[str, Any]]:
    """An open order, one that the bank has registered, and one that waits for the bank."""
    account = account_of(alice)
    made = [alice.posts(ORDERS, accountId=account, **{**RENT, "amount": n}).json()["id"] for n in (5, 100, 20)]
    world = app.worlds.of_mandator("shop")
    assert world is not None
    for id, events in ((made[1], (Event.SUBMIT, Event.CONFIRM)), (made[2], (Event.SUBMIT,))):
        order = world.store.find(StandingOrder, id)
        assert order is not None
        for event in events:
            order = initiation.move(order, event, world.clock.now())
        world.store.put(order)
    return alice.sees(ORDERS)["standingOrders"]


def test_how_far_orders_have_come(three: list[dict[str, Any]]) -> None:
    noon = "2026-08-13T12:00:00.000+02:00"
    assert [order["status"] for order in three] == ["OPEN", "SUCCESSFUL", "PENDING"]
    assert [order.get("requestDate") for order in three] == [None, noon, noon]
    assert [order.get("requestCompletionDate") for order in three] == [None, noon, None]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [0, 1, 2]),
        ({"minAmount": 20}, [1, 2]),
        ({"maxAmount": 20}, [0, 2]),
        ({"status": "SUCCESSFUL"}, [1]),
        ({"accountIds": 1}, []),
        ({"order": "amount,desc"}, [1, 2, 0]),
        ({"order": "requestDate,asc,id,desc"}, [2, 1, 0]),
        ({"order": "requestCompletionDate"}, [1, 0, 2]),
        ({"perPage": 2, "page": 2}, [2]),
    ],
)
def test_filters_orders_and_pages(
    alice: EndUser, three: list[dict[str, Any]], query: dict[str, Any], found: list[int]
) -> None:
    assert alice.sees(ORDERS, **query)["standingOrders"] == [three[at] for at in found]


def test_filters_by_ids(alice: EndUser, three: list[dict[str, Any]]) -> None:
    assert alice.sees(ORDERS, ids=f"{three[2]['id']},1")["standingOrders"] == [three[2]]
    assert alice.sees(ORDERS, accountIds=three[0]["accountId"])["standingOrders"] == three
    assert alice.shop.welcomes("bob").sees(ORDERS)["standingOrders"] == []


def test_an_order_that_is_left_alone_is_given_up(alice: EndUser, three: list[dict[str, Any]]) -> None:
    alice.shop.moves_clock(advance="60m")
    alice.token = alice.shop.token("password", username="alice", password=alice.password)
    (given_up,) = alice.sees(ORDERS, ids=three[2]["id"])["standingOrders"]
    assert (given_up["status"], given_up["requestCompletionDate"]) == (
        "NOT_SUCCESSFUL", "2026-08-13T13:00:00.000+02:00",
    )  # fmt: skip


def test_standing_orders_that_the_bank_already_has(alice: EndUser) -> None:
    account = account_of(alice)
    answer = alice.sees(BANK_SIDE)
    rent, donation, housekeeping = answer["standingOrders"]
    assert answer["paging"] == {"page": 1, "perPage": 20, "pageCount": 1, "totalCount": 3}
    assert {key: rent[key] for key in ("accountId", "importDate", "currency", "dayOfExecution", "frequency")} == {
        "accountId": account,
        "importDate": "2026-08-13T12:00:00.000+02:00",
        "currency": "EUR",
        "dayOfExecution": 1,
        "frequency": "MONTHLY",
    }
    (paid,) = alice.transactions(accountIds=account, counterpart="Wohnbau")
    assert (rent["counterpartyName"], rent["counterpartyIban"]) == (paid["counterpartName"], paid["counterpartIban"])
    assert (rent["amount"], rent["sepaPurposeCode"], rent["purpose"]) == (-paid["amount"], "RENT", "Miete Wohnung 12")
    assert donation["counterpartyName"] == "Tierheim Musterstadt e.V."
    assert housekeeping["counterpartyIban"] == alice.accounts()[1]["iban"]


def test_bank_side_orders_are_filtered_and_ordered(alice: EndUser) -> None:
    accounts = alice.connects(maxDaysForDownload=14)["accountIds"]
    all_three = alice.sees(BANK_SIDE)["standingOrders"]
    assert alice.sees(BANK_SIDE, accountIds=f"{accounts[0]},1")["standingOrders"] == all_three
    assert alice.sees(BANK_SIDE, accountIds=accounts[1])["standingOrders"] == []
    by_amount = [order["amount"] for order in alice.sees(BANK_SIDE, order="amount")["standingOrders"]]
    assert by_amount == sorted(order["amount"] for order in all_three)
    by_start = [order["startDate"] for order in alice.sees(BANK_SIDE, order="startDate,desc")["standingOrders"]]
    assert by_start == sorted((order["startDate"] for order in all_three), reverse=True)
    assert alice.sees(BANK_SIDE, perPage=2, page=2)["standingOrders"] == all_three[2:]
    assert alice.shop.welcomes("bob").sees(BANK_SIDE)["standingOrders"] == []


def test_each_download_replaces_them(alice: EndUser) -> None:
    account_of(alice)
    before = alice.sees(BANK_SIDE)["standingOrders"]
    assert alice.sees(BANK_SIDE)["standingOrders"] == before
    alice.shop.moves_clock(advance="1d")
    alice.token = alice.shop.token("password", username="alice", password=alice.password)
    after = alice.sees(BANK_SIDE)["standingOrders"]
    assert not {order["id"] for order in before} & {order["id"] for order in after}
    assert {order["importDate"] for order in after} == {"2026-08-14T05:00:00.000+02:00"}
    undated = [{**order, "id": 0, "importDate": ""} for order in before]
    assert [{**order, "id": 0, "importDate": ""} for order in after] == undated


def test_a_bank_that_delivers_none(alice: EndUser) -> None:
    account_of(alice, bank=300025)
    assert alice.sees(BANK_SIDE)["standingOrders"] == []


def test_standing_orders_go_with_their_user(alice: EndUser, three: list[dict[str, Any]], app: App) -> None:
    assert len(three) == 3
    world = app.worlds.of_mandator("shop")
    assert world is not None
    assert (world.store.count(StandingOrder), world.store.count(BankSideStandingOrder)) == (3, 3)
    assert alice.deletes("/api/v2/users").status_code == 200
    assert (world.store.count(StandingOrder), world.store.count(BankSideStandingOrder)) == (0, 0)
