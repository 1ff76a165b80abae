"""Transactions: filters, orders, totals."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.contract.documents import load, resource
from mock_server.contract.schemas import resolve
from mock_server.domain import categories, transactions
from mock_server.domain.bookings import Booking
from mock_server.domain.transactions import Totals, Transaction

CATEGORIES = categories.from_data(load(resource("data", "categories.yaml")))
NOON = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)

RENT = Booking(
    key="rent",
    booked_on=date(2026, 8, 3),
    value_on=date(2026, 8, 4),
    cents=-850_00,
    purpose="Miete August",
    counterpart="Hausverwaltung Müller",
    counterpart_iban="DE26700800000077777000",
    counterpart_bic="DRESDEFF700",
    counterpart_bank="Commerzbank",
    type="Dauerauftrag",
    type_code_zka="116",
    category="rent",
)


def transaction(id: int, **more: Any) -> Transaction:
    known = {field.name for field in fields(Transaction)}
    outer = {name: value for name, value in more.items() if name in known}
    inner = {name: value for name, value in more.items() if name not in known}
    values = {"account_id": 1, "currency": "EUR", "category_id": 373, "import_date": NOON, **outer}
    return Transaction(id=id, owner="alice", booking=replace(RENT, **inner), **values)


SALARY = transaction(
    1,
    cents=2500_00,
    booked_on=date(2026, 7, 31),
    value_on=date(2026, 7, 31),
    purpose="Gehalt Juli",
    counterpart="Musterwerk GmbH",
    type="Gutschrift",
    category_id=378,
)
HOUSE = transaction(2, import_date=datetime(2026, 8, 13, 22, 30, tzinfo=UTC))
COFFEE = transaction(
    3,
    cents=-3_50,
    booked_on=date(2026, 8, 13),
    purpose="Kaffee",
    counterpart="Café am Eck",
    counterpart_bic="COBADEFFXXX",
    account_id=2,
    category_id=None,
    is_new=False,
    label_ids=(7, 8),
    mandate_reference="M-4711",
    creditor_id="DE10ZZZ00000000001",
    end_to_end_reference="E2E-0815",
)
NOTHING = transaction(
    4,
    cents=0,
    currency="CZK",
    purpose="",
    counterpart="",
    booked_on=date(2026, 8, 31),
    category_id=418,
    label_ids=(8, 9),
    is_potential_duplicate=True,
    is_adjusting_entry=True,
)
ALL = [SALARY, HOUSE, COFFEE, NOTHING]


def ids(found: Iterable[Transaction]) -> set[int]:
    return {transaction.id for transaction in found}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {1, 2, 3, 4}),
        ({"view": "userView", "page": 7}, {1, 2, 3, 4}),
        ({"ids": [1, 4, 99]}, {1, 4}),
        ({"ids": []}, set()),
        ({"accountIds": [2]}, {3}),
        # search: in purpose, end-to-end reference and counterpart; every word, whatever the case
        ({"search": "MIETE"}, {2}),
        ({"search": "hausverwaltung august"}, {2}),
        ({"search": "gutschrift"}, set()),
        ({"search": "e2e-0815"}, {3}),
        ({"search": "m-4711"}, {3}),
        ({"search": "commerzbank"}, set()),
        ({"search": "cobadeff"}, {3}),
        ({"search": "de2670080"}, {1, 2, 3, 4}),
        ({"search": "miete kaffee"}, set()),
        ({"counterpart": "müller"}, {2}),
        ({"counterpart": "miete"}, set()),
        ({"counterpart": "0077777000 70080000"}, {1, 2, 3, 4}),
        ({"counterpart": "zzz m-4711"}, {3}),
        ({"counterpart": "e2e-0815"}, set()),
        ({"purpose": "miete"}, {2}),
        ({"purpose": "müller"}, set()),
        ({"currency": "CZK"}, {4}),
        ({"minBankBookingDate": date(2026, 8, 3)}, {2, 3, 4}),
        ({"maxBankBookingDate": date(2026, 8, 3)}, {1, 2}),
        ({"minFinapiBookingDate": date(2026, 8, 4), "maxFinapiBookingDate": date(2026, 8, 13)}, {3, 4}),
        ({"minAmount": 0.0}, {1, 4}),
        ({"maxAmount": -3.5}, {2, 3}),
        ({"maxAmount": -3.51}, {2}),
        ({"minAmount": -850.0, "maxAmount": -850.0}, {2}),
        # "income (>= 0), spending (< 0)"
        ({"direction": "all"}, {1, 2, 3, 4}),
        ({"direction": "income"}, {1, 4}),
        ({"direction": "spending"}, {2, 3}),
        # a category stands for its children too, unless told otherwise; 0 for "none"
        ({"categoryIds": [373]}, {1, 2}),
        ({"categoryIds": [373], "includeChildCategories": True}, {1, 2}),
        ({"categoryIds": [373], "includeChildCategories": False}, {2}),
        ({"categoryIds": [378]}, {1}),
        ({"categoryIds": [0]}, {3}),
        ({"categoryIds": [0, 418]}, {3, 4}),
        ({"categoryIds": [1]}, set()),
        ({"isNew": True}, {1, 2, 4}),
        ({"isNew": False}, {3}),
        ({"isPotentialDuplicate": True}, {4}),
        ({"isPotentialDuplicate": False}, {1, 2, 3}),
        ({"isAdjustingEntry": True}, {4}),
        ({"isAdjustingEntry": False}, {1, 2, 3}),
        # one label is enough
        ({"labelIds": [7]}, {3}),
        ({"labelIds": [8]}, {3, 4}),
        ({"labelIds": [7, 9, 99]}, {3, 4}),
        ({"labelIds": [1]}, set()),
        # days begin at midnight in Germany
        ({"minImportDate": date(2026, 8, 14)}, {2}),
        ({"maxImportDate": date(2026, 8, 13)}, {1, 3, 4}),
        ({"direction": "spending", "isNew": True, "search": "august"}, {2}),
        ({"direction": "income", "search": "miete"}, set()),
    ],
)
def test_a_transaction_must_pass_every_filter(query: dict[str, Any], found: set[int]) -> None:
    assert ids(transactions.matching(ALL, query, CATEGORIES)) == found


WHOLE = transaction(5, cents=-30_00, child_ids=(6, 7))
PARTS = [transaction(6, cents=-10_00, parent_id=5), transaction(7, cents=-20_00, parent_id=5)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {1, 5, 6, 7}),
        ({"view": "bankView"}, {1, 5}),
        ({"view": "userView"}, {1, 6, 7}),
        ({"view": "userView", "ids": [5, 6]}, {6}),
        ({"view": "bankView", "maxAmount": -15.0}, {5}),
        ({"view": "userView", "maxAmount": -15.0}, {7}),
    ],
)
def test_a_view_has_a_split_transaction_or_its_parts_never_both(query: dict[str, Any], found: set[int]) -> None:
    assert ids(transactions.matching([SALARY, WHOLE, *PARTS], query, CATEGORIES)) == found


def declared() -> dict[str, Any]:
    """The query parameters of `GET /transactions`."""
    document = load(resource("openapi", "access.yaml"))
    listed = document["paths"]["/api/v2/transactions"]["get"]["parameters"]
    resolved = [resolve(document, parameter) for parameter in listed]
    return {parameter["name"]: parameter for parameter in resolved if parameter["in"] == "query"}


def test_every_filter_of_the_document_does_something() -> None:
    elsewhere = {"page", "perPage", "order", "categoryIds", "includeChildCategories"}
    assert set(declared()) - elsewhere == set(transactions.FILTERS)


@pytest.mark.parametrize("cents", [29, 57, 113, -4_35, 1_000_000_07])
def test_an_amount_equals_itself_although_fractions_are_inexact(cents: int) -> None:
    one = transaction(1, cents=cents)
    amount = cents / 100
    assert list(transactions.matching([one], {"minAmount": amount, "maxAmount": amount}, CATEGORIES)) == [one]
    assert list(transactions.matching([one], {"minAmount": (cents + 1) / 100}, CATEGORIES)) == []
    assert list(transactions.matching([one], {"maxAmount": (cents - 1) / 100}, CATEGORIES)) == []


def test_filtering_keeps_the_order_and_the_given_list() -> None:
    given = [NOTHING, COFFEE, HOUSE, SALARY]
    assert list(transactions.matching(given, {"currency": "EUR"}, CATEGORIES)) == [COFFEE, HOUSE, SALARY]
    assert given == [NOTHING, COFFEE, HOUSE, SALARY]


@pytest.mark.parametrize(
    ("some", "income", "spending", "balance"),
    [
        ([], 0, 0, 0),
        (ALL, 2500_00, -853_50, 1646_50),
        ([NOTHING], 0, 0, 0),
        ([COFFEE], 0, -3_50, -3_50),
        ([SALARY], 2500_00, 0, 2500_00),
    ],
)
def test_spending_is_negative(some: list[Transaction], income: int, spending: int, balance: int) -> None:
    totals = transactions.totals(some)
    assert (totals.income, totals.spending, totals.balance) == (income, spending, balance)


@given(st.lists(st.integers(-(10**9), 10**9)))
def test_the_balance_is_the_sum(amounts: list[int]) -> None:
    totals = transactions.totals(transaction(1, cents=cents) for cents in amounts)
    assert totals.balance == sum(amounts)
    assert totals.spending <= 0 <= totals.income
    assert totals == Totals(sum(filter((0).__lt__, amounts)), sum(filter((0).__gt__, amounts)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", 2),
        ("parentId", None),
        ("accountId", 1),
        ("valueDate", date(2026, 8, 4)),
        ("bankBookingDate", date(2026, 8, 3)),
        ("finapiBookingDate", date(2026, 8, 3)),
        ("amount", -850_00),
        ("purpose", "Miete August"),
        ("counterpartName", "Hausverwaltung Müller"),
        ("counterpartAccountNumber", "0077777000"),
        ("counterpartIban", "DE26700800000077777000"),
        ("counterpartBlz", "70080000"),
        ("counterpartBic", "DRESDEFF700"),
        ("type", "Dauerauftrag"),
        ("primanota", None),
        ("category.id", 373),
        ("isPotentialDuplicate", False),
        ("isNew", True),
        ("importDate", datetime(2026, 8, 13, 22, 30, tzinfo=UTC)),
    ],
)
def test_transactions_can_be_ordered_by_the_documented_properties(name: str, value: Any) -> None:
    assert transactions.ORDERS[name](HOUSE) == value


def test_parts_are_ordered_by_what_they_are_parts_of() -> None:
    assert [transactions.ORDERS["parentId"](one) for one in (WHOLE, *PARTS)] == [None, 5, 5]


@pytest.mark.parametrize("name", ["counterpartAccountNumber", "counterpartBlz"])
def test_an_account_number_does_not_follow_from_a_foreign_iban(name: str) -> None:
    assert transactions.ORDERS[name](transaction(8, counterpart_iban="CZ6508000000192000145399")) is None


def test_every_order_of_the_document_is_there() -> None:
    """`category.name` needs the categories, so the handler adds it."""
    assert set(declared()["order"]["x-order"]) == set(transactions.ORDERS) | {"category.name"}
