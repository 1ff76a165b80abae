"""Which new transactions look as if finAPI had them already."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from mock_server.domain.bookings import Booking
from mock_server.domain.duplicates import flagged, is_repeated, resembles
from mock_server.domain.transactions import Transaction

COFFEE = Booking(
    key="1",
    booked_on=date(2026, 8, 13),
    value_on=date(2026, 8, 13),
    cents=-3_50,
    purpose="Espresso",
    counterpart="Bar Centrale",
    counterpart_iban="DE13700800000061110500",
    counterpart_bic="",
    counterpart_bank="",
    type="Kartenzahlung",
    type_code_zka="106",
    category=None,
)


def transaction(id: int, **changes: Any) -> Transaction:
    booking = replace(COFFEE, key=str(id), **changes)
    return Transaction(id, "alice", 1, booking, "EUR", None, datetime(2026, 8, 13, tzinfo=UTC))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"purpose": "Cappuccino", "type": "Lastschrift", "value_on": date(2026, 9, 1)}, True),
        ({"booked_on": date(2026, 8, 16)}, True),
        ({"booked_on": date(2026, 8, 10)}, True),
        ({"booked_on": date(2026, 8, 17)}, False),
        ({"booked_on": date(2026, 8, 9)}, False),
        ({"cents": -3_51}, False),
        ({"cents": 3_50}, False),
        # the IBAN or the name is enough, because banks are not reliable in either
        ({"counterpart_iban": ""}, True),
        ({"counterpart": ""}, True),
        ({"counterpart": "BAR CENTRALE", "counterpart_iban": "DE26700800000077777000"}, True),
        ({"counterpart": "Bar Laterale", "counterpart_iban": "DE26700800000077777000"}, False),
        ({"counterpart": "", "counterpart_iban": ""}, False),
    ],
)
def test_what_resembles_a_booking(changes: dict[str, Any], expected: bool) -> None:
    assert resembles(replace(COFFEE, **changes), COFFEE) is expected
    assert resembles(COFFEE, replace(COFFEE, **changes)) is expected


@pytest.mark.parametrize(("purpose", "expected"), [("espresso", True), ("Cappuccino", False), ("", False)])
def test_without_a_counterpart_the_purpose_counts(purpose: str, expected: bool) -> None:
    nameless = replace(COFFEE, counterpart="", counterpart_iban="")
    assert resembles(nameless, replace(nameless, purpose=purpose)) is expected


def test_the_new_ones_are_flagged_and_keep_their_order() -> None:
    news = [transaction(3), transaction(4, cents=-1), transaction(5, counterpart="", counterpart_iban="")]
    found = flagged(news, [transaction(1), transaction(2, booked_on=date(2026, 1, 1))])
    assert [(one.id, one.is_potential_duplicate) for one in found] == [(3, True), (4, False), (5, False)]
    assert flagged(news, []) == news


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"counterpart": "Somebody else", "counterpart_iban": "", "purpose": "Something else"}, True),
        ({"booked_on": date(2026, 8, 12)}, False),
        ({"cents": 3_50}, False),
    ],
)
def test_day_and_amount_make_a_repetition(changes: dict[str, Any], expected: bool) -> None:
    assert is_repeated(replace(COFFEE, **changes), [replace(COFFEE, cents=1), COFFEE]) is expected
