"""Which bookings are pending on a day, and filters."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.domain import pending_transactions
from mock_server.domain.banking_days import banking_day_after, banking_day_before
from mock_server.domain.bookings import Booking
from mock_server.domain.ledger import Ledger
from mock_server.domain.payees import HOUSEHOLD, MAIN
from mock_server.domain.pending_transactions import PendingTransaction

DEMO = Ledger(0, "DEMO0001", "DE", "demo")
DAY = timedelta(days=1)


def booking(announced: int | None, booked: int) -> Booking:
    announced_on = None if announced is None else date(2026, 8, announced)
    booked_on = date(2026, 8, booked)
    return Booking("k", booked_on, booked_on, -1, "", "", "", "", "", "", "", "", announced_on=announced_on)


@pytest.mark.parametrize(
    ("announced", "booked", "is_pending"),
    [(12, 14, True), (13, 14, True), (14, 14, False), (12, 13, False), (14, 17, False), (None, 14, False)],
)
def test_a_booking_is_pending_from_its_announcement_until_it_is_booked(
    announced: int | None, booked: int, is_pending: bool
) -> None:
    one = booking(announced, booked)
    assert (pending_transactions.announced([one], date(2026, 8, 13)) == [one]) is is_pending


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([MAIN, HOUSEHOLD]), st.dates(date(2020, 1, 1), date(2032, 1, 1)))
def test_only_direct_debits_and_card_payments_are_announced_and_not_early(key: str, day: date) -> None:
    for one in DEMO.bookings(key, day, day + 40 * DAY):
        if one.announced_on is None:
            assert one.type != "Lastschrift"
            continue
        assert one.booked_on == banking_day_after(one.announced_on, 1)
        if one.type == "Lastschrift":
            assert one.announced_on == banking_day_before(one.booked_on)
        else:
            assert one.type == "Kartenzahlung"
            assert one.purpose.count(one.announced_on.isoformat()) == 1  # the day on which the card was used


def test_a_year_has_announcements_of_both_kinds() -> None:
    year = [one for key in (MAIN, HOUSEHOLD) for one in DEMO.bookings(key, date(2026, 1, 1), date(2026, 12, 31))]
    kinds = [one.type for one in year if one.announced_on is not None]
    assert min(kinds.count("Lastschrift"), kinds.count("Kartenzahlung")) > 50


def pending(id: int, account_id: int) -> PendingTransaction:
    return PendingTransaction(id, "alice", account_id, booking(13, 14), "EUR", datetime(2026, 8, 13, tzinfo=UTC))


@pytest.mark.parametrize(
    ("query", "ids"),
    [({}, [1, 2, 3]), ({"ids": [3, 1]}, [1, 3]), ({"accountIds": [5]}, [2]), ({"ids": [1], "accountIds": [5]}, [])],
)
def test_filters(query: dict[str, Any], ids: list[int]) -> None:
    some = [pending(1, 4), pending(2, 5), pending(3, 4)]
    assert [one.id for one in pending_transactions.matching(some, query)] == ids
