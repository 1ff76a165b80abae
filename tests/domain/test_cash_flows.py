"""Cash flows: sums and counts by category."""

from typing import Any

import pytest

from mock_server.domain import cash_flows
from mock_server.domain.cash_flows import CashFlow
from mock_server.errors import ApiError, Refusal
from tests.domain.test_categories import OWN, TREE
from tests.domain.test_transactions import transaction

KNOWN = TREE.seen_by(OWN, "de")
SOME = [
    transaction(1, category_id=373, cents=-10_00),
    transaction(2, category_id=378, cents=-20_00),
    transaction(3, category_id=378, cents=5_00),
    transaction(4, category_id=None, cents=100_00),
    transaction(5, category_id=2, cents=-40_00),
    transaction(6, category_id=418, cents=0),
]


def flows(wanted: list[int] | None = None, *, with_children: bool = True) -> dict[int, tuple[int, int, int, int]]:
    found = cash_flows.cash_flows(SOME, KNOWN, wanted, with_children=with_children)
    return {
        flow.category.id if flow.category else 0: (flow.income, flow.spending, flow.count_income, flow.count_spending)
        for flow in found
    }


def test_every_category_that_has_transactions_gets_one() -> None:
    assert flows(with_children=False) == {
        373: (0, -10_00, 0, 1),
        378: (5_00, -20_00, 1, 1),
        0: (100_00, 0, 1, 0),
        2: (0, -40_00, 0, 1),
        418: (0, 0, 1, 0),  # nothing is income
    }


def test_what_is_under_a_sub_category_counts_for_the_main_one_too() -> None:
    assert flows() == {
        **flows(with_children=False),
        373: (5_00, -30_00, 1, 2),
        1: (0, -40_00, 0, 1),
    }


@pytest.mark.parametrize(
    ("wanted", "with_children", "expected"),
    [
        ([377], True, {377: (0, 0, 0, 0)}),
        ([0], True, {0: (100_00, 0, 1, 0)}),
        ([1, 373], True, {1: (0, -40_00, 0, 1), 373: (5_00, -30_00, 1, 2)}),
        ([1, 373], False, {1: (0, 0, 0, 0), 373: (0, -10_00, 0, 1)}),
        ([378, 378], True, {378: (5_00, -20_00, 1, 1)}),
    ],
)
def test_whoever_names_categories_gets_exactly_these(
    wanted: list[int], with_children: bool, expected: dict[int, Any]
) -> None:
    assert flows(wanted, with_children=with_children) == expected


def test_an_unknown_category_is_refused() -> None:
    with pytest.raises(ApiError) as refused:
        flows([373, 99])
    assert refused.value.refusal is Refusal.UNKNOWN_ENTITY


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("income", 5_00),
        ("spending", -20_00),
        ("balance", -15_00),
        ("category.id", 378),
        ("category.name", "Sport & Fitness"),
    ],
)
def test_cash_flows_can_be_ordered_by_the_documented_properties(name: str, value: Any) -> None:
    flow = CashFlow(KNOWN.find(378), 5_00, -20_00, 1, 1)
    assert cash_flows.orders(KNOWN)[name](flow) == value


@pytest.mark.parametrize("name", ["category.id", "category.name"])
def test_what_has_no_category_has_no_place_in_their_order(name: str) -> None:
    assert cash_flows.orders(KNOWN)[name](CashFlow(None)) is None
