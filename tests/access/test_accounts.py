from typing import Any

import pytest

from tests.actors import EndUser


def test_two_checking_accounts_and_one_savings_account(alice: EndUser) -> None:
    connection = alice.connects(loadOwnerData=True, bankConnectionName="My bank")
    accounts = alice.sees("/api/v2/accounts")["accounts"]
    assert [account["accountType"] for account in accounts] == ["Checking", "Checking", "Savings"]
    assert [account["id"] for account in accounts] == connection["accountIds"]
    assert connection["name"] == "My bank"
    assert connection["owners"][0]["lastName"] == "Mustermann"
    assert connection["interfaces"][0]["aisConsent"]["expiresAt"].startswith("2026-11-11")
    assert accounts[0] == alice.sees(f"/api/v2/accounts/{accounts[0]['id']}")
    assert alice.sees("/api/v2/bankConnections") == {"connections": [connection]}
    assert alice.sees("/api/v2/bankConnections", ids=1) == {"connections": []}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [0, 1, 2]),
        ({"accountTypes": "Savings"}, [2]),
        ({"accountTypes": "Savings,Checking"}, [0, 1, 2]),
        ({"search": "main testaccount"}, [0]),
        ({"search": "DE77533700080111111100"}, [0]),
        ({"search": "nothing"}, []),
        ({"minLastSuccessfulUpdate": "2026-08-13"}, [0, 1, 2]),
        ({"minLastSuccessfulUpdate": "2026-08-14"}, []),
        ({"maxLastSuccessfulUpdate": "2026-08-12"}, []),
        ({"minBalance": "5000"}, [2]),
        ({"maxBalance": "5000"}, [0, 1]),
        ({"page": "2", "perPage": "1"}, [0, 1, 2]),
        ({"bankConnectionIds": "1"}, []),
    ],
)
def test_filters(alice: EndUser, query: dict[str, Any], expected: list[int]) -> None:
    ids = alice.connects()["accountIds"]
    found = alice.sees("/api/v2/accounts", **query)
    assert set(found) == {"accounts"}
    assert [account["id"] for account in found["accounts"]] == [ids[at] for at in expected]
    by_id = alice.sees("/api/v2/accounts", ids=f"{ids[0]},{ids[2]}")["accounts"]
    assert [account["id"] for account in by_id] == [ids[0], ids[2]]


@pytest.mark.parametrize("kind", ["accounts", "bankConnections", "transactions"])
def test_somebody_elses_is_as_good_as_none(alice: EndUser, kind: str) -> None:
    alice.connects(maxDaysForDownload=14)
    query = {"view": "bankView"} if kind == "transactions" else {}
    listed = next(value for value in alice.sees(f"/api/v2/{kind}", **query).values() if isinstance(value, list))
    path = f"/api/v2/{kind}/{listed[0]['id']}"
    assert alice.sees(path) == listed[0]
    answer = alice.shop.welcomes("other").gets(path)
    assert answer.status_code == 404
    assert answer.json() == {
        "errors": [{"message": "Resource not found", "code": "UNKNOWN_ENTITY", "type": "TECHNICAL"}],
        "date": "2026-08-13T12:00:00.000+02:00",
        "requestId": answer.headers["x-request-id"],
        "endpoint": f"GET {path}",
        "authContext": "11/36",
    }
    assert alice.gets(f"/api/v2/{kind}/abc").status_code == 400


def test_only_the_wanted_accounts_and_data_are_downloaded(alice: EndUser) -> None:
    alice.connects(accountTypes=["SAVINGS"], skipPositionsDownload=True, skipBalancesDownload=True)
    (account,) = alice.sees("/api/v2/accounts")["accounts"]
    assert account["accountType"] == "Savings"
    assert "balance" not in account
    alice.shop.moves_clock(advance="40d")
    token = alice.shop.token("password", username="alice", password=alice.password)
    alice.token = token
    assert alice.sees("/api/v2/transactions", view="userView")["transactions"] == []
