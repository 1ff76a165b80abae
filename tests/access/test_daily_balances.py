from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from tests.actors import EndUser, Shop
from tests.conftest import serve
from tests.refusals import access_error, told

PATH = "/api/v2/accounts/dailyBalances"


@pytest.fixture(scope="module")
def reader() -> EndUser:
    """A user who has a security account too, for tests that only read."""
    user = Shop(serve()).welcomes("alice")
    user.connects(login="demo_securities")
    return user


def days(user: EndUser, **query: Any) -> list[dict[str, Any]]:
    return user.sees_all_pages_of(PATH, "dailyBalances", **query)


def test_every_day_of_the_last_month_is_there(reader: EndUser) -> None:
    answer = reader.sees(PATH, perPage=500)
    assert [answer["dailyBalances"][n]["date"] for n in (0, -1)] == ["2026-07-13", "2026-08-13"]
    assert len(answer["dailyBalances"]) == answer["paging"]["totalCount"] == 32
    assert answer["latestCommonBalanceTimestamp"] == "2026-08-13T12:00:00.000+02:00"


def test_the_last_balance_is_what_is_on_the_accounts_without_the_securities(reader: EndUser) -> None:
    money = [account for account in reader.accounts() if account["accountType"] != "Security"]
    assert len(money) == 3
    assert days(reader)[-1]["balance"] == pytest.approx(sum(account["balance"] for account in money))


def test_each_day_adds_up_and_names_its_transactions(reader: EndUser) -> None:
    booked = {one["id"]: one for one in reader.transactions()}
    year = days(reader, startDate="2025-08-13")
    assert len(year) == 366
    for before, after in pairwise(year):
        amounts = [booked[id]["amount"] for id in after["transactions"]]
        assert {booked[id]["finapiBookingDate"] for id in after["transactions"]} <= {after["date"]}
        assert after["income"] == pytest.approx(sum(amount for amount in amounts if amount > 0))
        assert after["spending"] == pytest.approx(-sum(amount for amount in amounts if amount < 0))
        change = after["income"] - after["spending"] + after["internalAdjustingEntries"]
        assert after["balance"] == pytest.approx(before["balance"] + change)
    within = [id for id, one in booked.items() if one["finapiBookingDate"] >= "2025-08-13"]
    assert sorted(id for day in year for id in day["transactions"]) == sorted(within)


def test_accounts_can_be_chosen(reader: EndUser) -> None:
    account = reader.accounts()[1]
    chosen = days(reader, accountIds=account["id"])
    assert chosen[-1]["balance"] == account["balance"]
    ids = {one["id"] for one in reader.transactions(accountIds=account["id"])}
    assert {id for day in chosen for id in day["transactions"]} <= ids


@pytest.mark.parametrize(
    ("projection", "first", "last"), [("true", "2024-07-01", "2024-08-31"), ("false", "2024-08-13", "2024-08-31")]
)
def test_nothing_is_known_of_the_time_before_the_earliest_transaction(
    reader: EndUser, projection: str, first: str, last: str
) -> None:
    known = days(reader, startDate="2024-07-01", endDate="2024-08-31", withProjection=projection)
    assert (known[0]["date"], known[-1]["date"]) == (first, last)
    earliest = min(one["finapiBookingDate"] for one in reader.transactions())
    assert earliest == "2024-08-14"
    before = [day for day in known if day["date"] < earliest]
    assert {(day["balance"], day["income"], len(day["transactions"])) for day in before} == {
        (before[0]["balance"], 0, 0)
    }


def test_the_future_is_as_today_or_not_there(reader: EndUser) -> None:
    future = {"startDate": "2026-08-13", "endDate": "2026-08-20"}
    assert len({day["balance"] for day in days(reader, **future)}) == 1
    assert len(days(reader, **future)) == 8
    assert [day["date"] for day in days(reader, **future, withProjection="false")] == ["2026-08-13"]
    assert days(reader, startDate="2026-08-14", endDate="2026-08-20", withProjection="false") == []


ORDERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    name: lambda day, name=name: day[name]  # type: ignore[misc]
    for name in ("date", "balance", "income", "spending")
}


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_every_documented_order(reader: EndUser, name: str, direction: str) -> None:
    values = [ORDERS[name](day) for day in days(reader, order=f"{name},{direction}")]
    assert values == sorted(values, reverse=direction == "desc")


def test_days_are_paged(reader: EndUser) -> None:
    page = reader.sees(PATH, page=2, perPage=31)
    assert [day["date"] for day in page["dailyBalances"]] == ["2026-08-13"]
    assert page["paging"] == {"page": 2, "perPage": 31, "pageCount": 2, "totalCount": 32}


def test_impossible_periods_are_422(reader: EndUser) -> None:
    answer = reader.gets(PATH, startDate="2026-08-14")
    message = "Field 'endDate' not valid: it lies before startDate, 2026-08-14."
    assert told(answer) == (422, access_error(answer, "ILLEGAL_FIELD_VALUE", message))
    assert reader.gets(PATH, startDate="2025-08-12").status_code == 422
    assert reader.gets(PATH, startDate="yesterday").status_code == 400


def test_unknown_accounts_are_404_and_security_accounts_422(reader: EndUser) -> None:
    answer = reader.gets(PATH, accountIds="1")
    assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", "Account with ID '1' not found."))
    depot = reader.accounts(accountTypes="Security")[0]["id"]
    assert reader.gets(PATH, accountIds=depot).status_code == 422
    other = reader.shop.welcomes("other")
    assert other.gets(PATH, accountIds=reader.accounts()[0]["id"]).status_code == 404


def test_a_user_without_accounts_has_no_days(alice: EndUser) -> None:
    answer = alice.sees(PATH)
    assert answer["dailyBalances"] == []
    assert "latestCommonBalanceTimestamp" not in answer


def test_without_balances_nothing_can_be_trusted(alice: EndUser) -> None:
    alice.connects(skipPositionsDownload=True, skipBalancesDownload=True)
    answer = alice.sees(PATH)
    assert "latestCommonBalanceTimestamp" not in answer
    assert {day["balance"] for day in answer["dailyBalances"]} == {0.0}
