"""Editing and deleting accounts."""

from typing import Any

import pytest

from tests.access.direct import BASE, code
from tests.actors import EndUser

ACCOUNTS = "/api/v2/accounts"
CHECKING = 0


@pytest.mark.parametrize(
    "change", [{"accountName": "Holiday"}, {"accountType": "Savings"}, {"isNew": False}, {"accountType": "Checking"}]
)
def test_a_field_is_changed_and_the_rest_stays(alice: EndUser, change: dict[str, Any]) -> None:
    id = alice.connects(maxDaysForDownload=14)["accountIds"][CHECKING]
    before = alice.sees(f"{ACCOUNTS}/{id}")
    edited = alice.patches(f"{ACCOUNTS}/{id}", **change)
    assert edited.json() == {**before, **change} == alice.sees(f"{ACCOUNTS}/{id}")


def test_the_change_outlives_an_update(alice: EndUser) -> None:
    id = alice.connects(maxDaysForDownload=14)["accountIds"][CHECKING]
    alice.patches(f"{ACCOUNTS}/{id}", accountName="Holiday", accountType="Savings", isNew=False)
    alice.shop.moves_clock(advance="1d")
    alice.token = alice.shop.token("password", username="alice", password="open sesame")
    account = alice.sees(f"{ACCOUNTS}/{id}")
    assert (account["accountName"], account["accountType"], account["isNew"]) == ("Holiday", "Savings", False)
    assert alice.accounts(accountTypes="Savings")[0]["id"] == id


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, (400, "MISSING_FIELD")),
        ({"accountType": "Security"}, (400, "ILLEGAL_FIELD_VALUE")),
        ({"accountType": "Pocket"}, (400, "BAD_REQUEST")),
        ({"accountName": ""}, (400, "BAD_REQUEST")),
    ],
)
def test_what_is_refused(alice: EndUser, change: dict[str, Any], expected: tuple[int, str]) -> None:
    id = alice.connects(maxDaysForDownload=14)["accountIds"][CHECKING]
    assert code(alice.patches(f"{ACCOUNTS}/{id}", **change)) == expected


def test_an_account_is_deleted_with_all_that_is_on_it(alice: EndUser) -> None:
    connection = alice.connects(maxDaysForDownload=30)
    gone, *kept = connection["accountIds"]
    assert alice.deletes(f"{ACCOUNTS}/{gone}").status_code == 200
    assert alice.sees(f"{BASE}/{connection['id']}")["accountIds"] == kept
    assert {it["accountId"] for it in alice.transactions()} <= set(kept)
    orders = alice.sees("/api/v2/bankSideStandingOrders", perPage=500)["standingOrders"]
    assert {it["accountId"] for it in orders} <= set(kept)
    assert code(alice.deletes(f"{ACCOUNTS}/{gone}")) == (404, "UNKNOWN_ENTITY")


def test_the_last_account_takes_its_connection_along(alice: EndUser) -> None:
    connection = alice.connects(maxDaysForDownload=14)
    for id in connection["accountIds"]:
        assert alice.deletes(f"{ACCOUNTS}/{id}").status_code == 200
    assert alice.sees(BASE)["connections"] == []


def test_an_interface_that_no_account_uses_any_more_goes(alice: EndUser) -> None:
    connection = alice.connects(maxDaysForDownload=14)
    for id in connection["accountIds"][:2]:
        alice.deletes(f"{ACCOUNTS}/{id}")
    assert len(alice.sees(f"{BASE}/{connection['id']}")["interfaces"]) == 1


def test_all_accounts_go_with_their_connections(alice: EndUser) -> None:
    ids = alice.connects(maxDaysForDownload=14)["accountIds"]
    bob = alice.shop.welcomes("bob")
    bob.connects(maxDaysForDownload=14)
    assert alice.deletes(ACCOUNTS).json() == {"identifiers": ids}
    assert (alice.accounts(), alice.sees(BASE)["connections"]) == ([], [])
    assert len(bob.accounts()) == 3
