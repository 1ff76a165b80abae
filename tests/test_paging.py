"""Pages and orders, and the laws that every list relies on."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.paging import Page, Recent, arrange, paginate

LETTERS = list("abcdefghijklmnopqrstuvwxyz")


@pytest.mark.parametrize(
    ("page", "per_page", "items"),
    [
        (1, 3, "abc"),
        (2, 3, "def"),
        (9, 3, "yz"),
        (10, 3, ""),
        (10**18, 500, ""),
        (1, 26, "abcdefghijklmnopqrstuvwxyz"),
        (1, 500, "abcdefghijklmnopqrstuvwxyz"),
        (26, 1, "z"),
    ],
)
def test_a_page_past_the_end_is_empty_and_no_error(page: int, per_page: int, items: str) -> None:
    assert "".join(paginate(LETTERS, page, per_page).items) == items


def test_a_page_is_the_first_one_and_has_twenty_items_unless_asked_otherwise() -> None:
    page = paginate(LETTERS)
    assert list(page.items) == LETTERS[:20]
    assert page.paging() == {"page": 1, "perPage": 20, "pageCount": 2, "totalCount": 26}


@pytest.mark.parametrize(
    ("total", "per_page", "pages"), [(0, 20, 0), (1, 20, 1), (20, 20, 1), (21, 20, 2), (1612, 500, 4), (5, 1, 5)]
)
def test_the_last_page_may_be_part_full(total: int, per_page: int, pages: int) -> None:
    assert paginate(range(total), 1, per_page).count == pages


def test_paging_repeats_what_was_asked_for_also_where_fewer_items_are_left() -> None:
    assert paginate([1, 2], 7, 5).paging() == {"page": 7, "perPage": 5, "pageCount": 1, "totalCount": 2}


@given(st.lists(st.integers()), st.integers(1, 30))
def test_all_pages_one_after_the_other_are_the_list(items: list[int], per_page: int) -> None:
    first: Page[int] = paginate(items, 1, per_page)
    pages = [paginate(items, number, per_page) for number in range(1, first.count + 1)]
    assert [item for page in pages for item in page.items] == items
    assert all(page.items for page in pages)
    assert paginate(items, first.count + 1, per_page).items == []


class Row(NamedTuple):
    number: int
    amount: int | None
    name: str | None


COLUMNS: dict[str, Callable[[Row], Any]] = {
    "amount": lambda row: row.amount,
    "name": lambda row: row.name,
    "number": lambda row: row.number,
}
ANN, BOB, CID, DAN = Row(1, 30, "ann"), Row(2, 10, "Bob"), Row(3, None, "CID"), Row(4, 10, None)
ROWS = [ANN, BOB, CID, DAN]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ([], [ANN, BOB, CID, DAN]),
        (["number"], [ANN, BOB, CID, DAN]),
        (["number,asc"], [ANN, BOB, CID, DAN]),
        (["number,desc"], [DAN, CID, BOB, ANN]),
        # who has no value comes last, whatever the direction
        (["amount"], [BOB, DAN, ANN, CID]),
        (["amount,desc"], [ANN, BOB, DAN, CID]),
        (["name"], [ANN, BOB, CID, DAN]),
        (["name,desc"], [CID, BOB, ANN, DAN]),
        # the first criterion counts most, the second decides between equals
        (["amount", "number,desc"], [DAN, BOB, ANN, CID]),
        (["amount,desc", "name,desc"], [ANN, BOB, DAN, CID]),
        (["name,desc", "amount"], [CID, BOB, ANN, DAN]),
    ],
)
def test_an_order_is_a_list_of_criteria(order: list[str], expected: list[Row]) -> None:
    assert arrange(ROWS, order, COLUMNS) == expected


def test_capital_letters_do_not_come_before_small_ones() -> None:
    names = ["banane", "Apfel", "Ähre", "Zebra", "zebra", "apfel"]
    assert arrange(names, ["name"], {"name": str}) == ["Apfel", "apfel", "banane", "Zebra", "zebra", "Ähre"]


CRITERIA = st.sampled_from([name + way for name in COLUMNS for way in ("", ",asc", ",desc")])
TABLES = st.lists(
    st.builds(Row, st.integers(0, 3), st.none() | st.integers(0, 3), st.none() | st.text("aAbB", max_size=2)),
    max_size=12,
)


@given(TABLES, st.lists(CRITERIA, max_size=3))
def test_arranging_loses_and_adds_nothing(rows: list[Row], order: list[str]) -> None:
    assert sorted(map(repr, arrange(rows, order, COLUMNS))) == sorted(map(repr, rows))


@given(TABLES, st.lists(CRITERIA, max_size=3))
def test_arranging_keeps_equals_in_their_order(rows: list[Row], order: list[str]) -> None:
    """Rows that no criterion tells apart stand as they stood: seen by numbering the places they had."""
    names = [criterion.partition(",")[0] for criterion in order]
    columns = {name: (lambda place, column=COLUMNS[name]: column(place[1])) for name in names}
    for (before, row), (after, other) in pairwise(arrange(enumerate(rows), order, columns)):
        if all(_folded(COLUMNS[name](row)) == _folded(COLUMNS[name](other)) for name in names):
            assert before < after


@given(TABLES, st.sampled_from(["amount", "name", "number"]), st.sampled_from(["asc", "desc"]))
def test_neighbours_are_in_order(rows: list[Row], name: str, direction: str) -> None:
    values = [_folded(COLUMNS[name](row)) for row in arrange(rows, [f"{name},{direction}"], COLUMNS)]
    present = [value for value in values if value is not None]
    assert values == present + [None] * (len(values) - len(present))
    assert present == sorted(present, reverse=direction == "desc")


@given(TABLES, CRITERIA, st.lists(CRITERIA, max_size=2))
def test_a_further_criterion_only_decides_between_equals(rows: list[Row], first: str, more: list[str]) -> None:
    column = COLUMNS[first.partition(",")[0]]
    by_one, by_all = arrange(rows, [first], COLUMNS), arrange(rows, [first, *more], COLUMNS)
    assert [_folded(column(row)) for row in by_all] == [_folded(column(row)) for row in by_one]


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def test_a_list_is_made_once_as_long_as_it_is_among_the_last_that_were_asked_for() -> None:
    recent, made = Recent[str](), []

    def asked_for(origin: int) -> str:
        return recent.get(origin, lambda: made.append(origin) or f"list {origin}")

    for origin in range(Recent.SIZE):
        assert asked_for(origin) == asked_for(origin) == f"list {origin}"
    assert made == list(range(Recent.SIZE))
    asked_for(0)  # not the oldest any more
    asked_for(Recent.SIZE)
    assert asked_for(0) == "list 0"
    assert made == [*range(Recent.SIZE), Recent.SIZE]
    assert asked_for(1) == "list 1"
    assert made == [*range(Recent.SIZE), Recent.SIZE, 1]


def test_what_is_cleared_is_made_again() -> None:
    recent = Recent[str]()
    recent.get("origin", lambda: "before")
    recent.clear()
    assert recent.get("origin", lambda: "after") == "after"
