"""Books of a bank that somebody has written."""

from dataclasses import replace
from datetime import date

import pytest

from mock_server.domain.bookings import BankAccount, Booking
from mock_server.domain.ledger import Ledger
from mock_server.domain.planted import Book, Planted, PlantedAccount

USUAL = Ledger(1, "DEMO0001", "DE", "demo")
SAMPLE = USUAL.bookings("main", date(2026, 1, 1), date(2026, 1, 31))[0]
ACCOUNT = BankAccount("0", "Girokonto", "Checking", "DE02120300000000202051", "202051", "Max Mustermann")


def booking(day: str, cents: int) -> Booking:
    return replace(SAMPLE, key=day, booked_on=date.fromisoformat(day), cents=cents)


BOOKINGS = (booking("1999-12-31", 100_00), booking("2026-08-10", -30_00), booking("2026-08-15", 5_00))
PLANTED = Planted(1, "DEMO0001", "DE", "demo", book=Book("DEMO0001 demo", (PlantedAccount(ACCOUNT, 7_00, BOOKINGS),)))


@pytest.mark.parametrize(
    ("day", "cents"),
    [("1999-12-30", 7_00), ("1999-12-31", 107_00), ("2026-08-10", 77_00), ("2026-08-14", 77_00), ("2026-08-15", 82_00)],
)
def test_a_balance_is_what_there_was_and_what_has_been_booked(day: str, cents: int) -> None:
    assert PLANTED.balance("0", date.fromisoformat(day)) == cents


@pytest.mark.parametrize(
    ("first", "last", "keys"),
    [
        ("1999-12-31", "2026-08-10", ["1999-12-31", "2026-08-10"]),
        ("2000-01-01", "2026-08-09", []),
        ("2026-08-11", "2026-08-31", ["2026-08-15"]),
    ],
)
def test_bookings_are_those_of_the_span(first: str, last: str, keys: list[str]) -> None:
    found = PLANTED.bookings("0", date.fromisoformat(first), date.fromisoformat(last))
    assert [it.key for it in found] == keys


def test_there_is_nothing_else() -> None:
    assert PLANTED.accounts == (ACCOUNT,)
    assert PLANTED.portfolio == ()
    assert PLANTED.standing_orders("0") == ()
    assert PLANTED.never_booked("0", date(2026, 8, 13)) == ()


def test_they_reach_back_further_than_generated_ones() -> None:
    assert USUAL.reaches_back == 730
    assert PLANTED.reaches_back > 365 * 50
