"""Portfolios and quotes: believable, the same for everybody who asks, and moving with the day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain import securities
from mock_server.domain.banking_days import banking_day_before, is_banking_day
from mock_server.domain.money import isin
from mock_server.domain.securities import PAPERS, SIZE, Paper, Position, Security

DAY = timedelta(days=1)
DEMO = securities.portfolio(0, "DEMO0001", "demo_securities")
SHARE = Paper("A share", "MCK009", 100_00, 0.0, 0.1)
BOND = Paper("A bond", "MCK209", 98_50, 0.0, 0.02, is_bond=True)
THURSDAY = date(2026, 8, 13)

days = st.dates(date(2021, 1, 1), date(2035, 12, 31))


def security(id: int = 1, account_id: int = 4, paper: Paper = SHARE, quantity: int = 2500) -> Security:
    return Security(id, "alice", account_id, Position(paper, quantity, date(2021, 3, 1)), "EUR", THURSDAY)


def test_papers_have_names_and_numbers_of_their_own() -> None:
    assert len({paper.name for paper in PAPERS}) == len({paper.isin for paper in PAPERS}) == len(PAPERS)
    assert all(paper.isin[5:11] == paper.wkn for paper in PAPERS)
    assert all(paper.isin == isin("DE", f"000{paper.wkn}") for paper in PAPERS)


@given(st.integers(0, 2**63), st.sampled_from(["DEMO0001", "19920460"]), st.text(max_size=8))
def test_a_portfolio_has_some_different_papers_and_was_bought_on_banking_days(seed: int, bank: str, login: str) -> None:
    positions = securities.portfolio(seed, bank, login)
    assert SIZE[0] <= len(positions) <= SIZE[1]
    assert len({position.paper for position in positions}) == len(positions)
    assert all(position.quantity > 0 and is_banking_day(position.bought_on) for position in positions)
    assert all(position.bought_on < date(2024, 1, 1) for position in positions)


def test_the_seed_decides_what_is_in_it() -> None:
    assert securities.portfolio(0, "DEMO0001", "demo_securities") == DEMO
    others = [securities.portfolio(*of) for of in ((1, "DEMO0001", "demo_securities"), (0, "DEMO0002", "x"))]
    assert DEMO not in others


@given(st.sampled_from(PAPERS), days)
def test_a_quote_is_near_yesterdays_and_within_its_swing_of_the_trend(paper: Paper, day: date) -> None:
    today, yesterday = securities.quote(paper, day), securities.quote(paper, day - DAY)
    assert abs(today - yesterday) <= paper.quote * 0.08
    trend = paper.quote * (1 + paper.yearly * (day - securities.EPOCH).days / 365.25)
    assert abs(today - trend) <= paper.quote * paper.swing * 1.01 + 1


def test_quotes_move() -> None:
    for paper in PAPERS:
        month = [securities.quote(paper, THURSDAY + n * DAY) for n in range(30)]
        assert len(set(month)) > 15
        assert month != sorted(month)


@pytest.mark.parametrize("day", [date(1971, 1, 2), date(2199, 12, 31)])
def test_there_is_a_quote_at_both_ends_of_the_clock(day: date) -> None:
    assert all(securities.quote(paper, day) >= 1 for paper in PAPERS)


def test_a_share_is_worth_quantity_times_quote_and_a_bond_so_many_percent_of_its_nominal() -> None:
    share, bond = Position(SHARE, 2500, THURSDAY), Position(BOND, 3000_00, THURSDAY)
    assert share.value(THURSDAY) == round(2.5 * securities.quote(SHARE, THURSDAY))
    assert bond.value(THURSDAY) == round(3000_00 * securities.quote(BOND, THURSDAY) / 100_00)


def test_an_update_sees_the_close_of_the_banking_day_before() -> None:
    friday = THURSDAY + DAY
    value = sum(position.value(friday) for position in DEMO)
    weekend_and_monday = [securities.market_value(DEMO, friday + n * DAY) for n in (1, 2, 3)]
    assert weekend_and_monday == [value] * 3
    assert securities.market_value(DEMO, friday) == sum(position.value(THURSDAY) for position in DEMO) != value


def test_what_finapi_shows_of_a_position() -> None:
    one = security()
    quote, entry = securities.quote(SHARE, THURSDAY), securities.quote(SHARE, date(2021, 3, 1))
    assert (one.quote, one.entry_quote, one.quantity) == (quote, entry, 2.5)
    assert one.market_value == round(2.5 * quote)
    assert one.profit == round(2.5 * quote) - round(2.5 * entry)
    assert one.quoted_at == datetime(2026, 8, 13, 15, 36, tzinfo=UTC)  # summer time
    assert security(paper=BOND, quantity=3000_00).quantity == 3000.0


SOME = [security(3, 4, SHARE), security(1, 4, BOND, 1000_00), security(2, 5, PAPERS[4])]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, [3, 1, 2]),
        ({"ids": [1, 2, 9]}, [1, 2]),
        ({"accountIds": [4]}, [3, 1]),
        ({"accountIds": [4, 5], "ids": [2]}, [2]),
        ({"search": "SHARE"}, [3]),
        ({"search": "mck209"}, [1]),
        ({"search": "de000mck"}, [3, 1, 2]),
        ({"search": "welt etf"}, [2]),
        ({"search": "share bond"}, []),
        ({"search": " "}, [3, 1, 2]),
    ],
)
def test_filters(query: dict[str, Any], ids: list[int]) -> None:
    assert [one.id for one in securities.matching(SOME, query)] == ids


def test_the_close_before_is_on_a_banking_day() -> None:
    assert banking_day_before(date(2026, 8, 17)) == date(2026, 8, 14)
    assert banking_day_before(date(2026, 8, 16)) == date(2026, 8, 14)
    assert banking_day_before(date(2026, 4, 7)) == date(2026, 4, 2)  # Easter
    assert banking_day_before(date(2026, 12, 28)) == date(2026, 12, 24)
