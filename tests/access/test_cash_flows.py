"""Cash flows, held against the transactions that they sum up."""

from typing import Any

import pytest

from tests.actors import EndUser, Shop
from tests.conftest import serve
from tests.refusals import access_error, told

CASH_FLOWS = "/api/v2/categories/cashFlows"
INCOME, SALARY, HOUSING, RENT, STREAMING, TOYS = 461, 462, 440, 441, 377, 393

CashFlow = dict[str, Any]


@pytest.fixture(scope="module")
def reader() -> EndUser:
    """A user with two years of transactions, for tests that only read."""
    user = Shop(serve()).welcomes("alice")
    user.connects()
    return user


def money(amount: float) -> Any:
    """To the cent, although sums of fractions are inexact."""
    return pytest.approx(amount, abs=0.001)


def summed(category: Any, rows: list[dict[str, Any]]) -> CashFlow:
    """The cash flow of these transactions."""
    income = [row["amount"] for row in rows if row["amount"] >= 0]
    spending = [row["amount"] for row in rows if row["amount"] < 0]
    return {
        "category": category,
        "income": money(sum(income)),
        "spending": money(sum(spending)),
        "balance": money(sum(income) + sum(spending)),
        "countIncomeTransactions": len(income),
        "countSpendingTransactions": len(spending),
        "countAllTransactions": len(rows),
    }


def totals_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    flow = summed(None, rows)
    return {"totalIncome": flow["income"], "totalSpending": flow["spending"], "totalBalance": flow["balance"]}


FILTERS: list[dict[str, Any]] = [
    {},
    {"search": "musterstadt"},
    {"counterpart": "wohnbau"},
    {"purpose": "miete"},
    {"currency": "EUR"},
    {"currency": "USD"},
    {"minBankBookingDate": "2026-01-01", "maxBankBookingDate": "2026-03-31"},
    {"minFinapiBookingDate": "2026-01-01", "maxFinapiBookingDate": "2026-03-31"},
    {"minAmount": -50, "maxAmount": 1000},
    {"direction": "income"},
    {"direction": "spending"},
    {"isNew": "false"},
    {"labelIds": 1},
    {"minImportDate": "2026-08-13", "maxImportDate": "2026-08-13"},
]


@pytest.mark.parametrize("query", FILTERS, ids=str)
def test_every_filter_counts_the_transactions_that_pass_it(reader: EndUser, query: dict[str, Any]) -> None:
    rows = reader.transactions(**query)
    for with_children in (True, False):
        answer = reader.sees(CASH_FLOWS, **query, includeSubCashFlows=with_children)
        expected: dict[int, list[dict[str, Any]]] = {}
        for row in rows:
            category = row["category"]
            above = category.get("parentId", category["id"]) if with_children else category["id"]
            for id in {category["id"], above}:
                expected.setdefault(id, []).append(row)
        categories = {flow["category"]["id"]: flow["category"] for flow in answer["cashFlows"]}
        assert answer == {
            "cashFlows": [summed(categories[id], expected[id]) for id in sorted(expected)],
            **totals_of(rows),
        }


def test_sub_categories_are_counted_in_unless_they_shall_not(reader: EndUser) -> None:
    [default] = reader.sees(CASH_FLOWS, categoryIds=HOUSING)["cashFlows"]
    [alone] = reader.sees(CASH_FLOWS, categoryIds=HOUSING, includeSubCashFlows="false")["cashFlows"]
    assert default["countAllTransactions"] == len(reader.transactions(categoryIds=HOUSING)) > 0
    assert alone["countAllTransactions"] == 0
    assert alone["category"]["name"] == "Wohnen"


def test_named_categories_are_there_even_if_nothing_happened(reader: EndUser) -> None:
    answer = reader.sees(CASH_FLOWS, categoryIds=f"{TOYS},0,{RENT}")
    assert [flow.get("category", {}).get("id") for flow in answer["cashFlows"]] == [TOYS, RENT, None]
    toys, rent, none = answer["cashFlows"]
    assert toys == summed(toys["category"], [])
    assert rent == summed(rent["category"], reader.transactions(categoryIds=RENT))
    assert none == {key: value for key, value in summed(None, []).items() if key != "category"}
    assert answer["totalSpending"] == rent["spending"]


def test_a_transaction_counts_once_in_the_totals(reader: EndUser) -> None:
    answer = reader.sees(CASH_FLOWS, categoryIds=f"{HOUSING},{RENT}")
    housing, rent = answer["cashFlows"]
    assert 0 > rent["spending"] > housing["spending"]
    assert answer["totalSpending"] == housing["spending"]


@pytest.mark.parametrize("name", ["income", "spending", "balance", "category.id", "category.name"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_every_documented_order(reader: EndUser, name: str, direction: str) -> None:
    flows = reader.sees(CASH_FLOWS, order=f"{name},{direction}")["cashFlows"]
    keys = {"category.id": lambda flow: flow["category"]["id"], "category.name": lambda flow: flow["category"]["name"]}
    values = [keys.get(name, lambda flow: flow[name])(flow) for flow in flows]
    folded = [value.casefold() if isinstance(value, str) else value for value in values]
    assert len(folded) > 20
    assert folded == sorted(folded, reverse=direction == "desc")


def test_an_unknown_category_is_not_found(reader: EndUser) -> None:
    answer = reader.gets(CASH_FLOWS, categoryIds=f"{RENT},99")
    assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", "Category with ID '99' not found."))


def test_it_is_not_paged_and_an_empty_user_has_none(alice: EndUser) -> None:
    assert alice.sees(CASH_FLOWS, page=2, perPage=1) == {
        "cashFlows": [],
        "totalIncome": 0.0,
        "totalSpending": 0.0,
        "totalBalance": 0.0,
    }


def test_names_are_in_the_callers_language(reader: EndUser) -> None:
    headers = {**reader.bearer, "accept-language": "en"}
    flows = reader.http.get(CASH_FLOWS, params={"categoryIds": RENT}, headers=headers).json()["cashFlows"]
    assert flows[0]["category"]["name"] == "Rent"


def test_a_split_transaction_counts_by_its_parts(alice: EndUser) -> None:
    alice.connects(accountTypes=["CHECKING"])
    rent = alice.transactions(categoryIds=RENT)[0]
    before = alice.sees(CASH_FLOWS)
    flows = {flow["category"]["id"]: flow for flow in before["cashFlows"]}
    parts = [{"amount": rent["amount"] + 100}, {"amount": -60, "categoryId": TOYS}, {"amount": -40, "categoryId": 0}]
    assert alice.posts(f"/api/v2/transactions/{rent['id']}/split", subTransactions=parts).status_code == 200
    after = alice.sees(CASH_FLOWS)
    changed = {flow.get("category", {}).get("id"): flow for flow in after["cashFlows"]}
    assert changed[RENT]["spending"] == money(flows[RENT]["spending"] + 100)
    assert changed[RENT]["countAllTransactions"] == flows[RENT]["countAllTransactions"]
    assert (changed[TOYS]["spending"], changed[None]["spending"]) == (-60.0, -40.0)
    assert after["totalSpending"] == before["totalSpending"]
