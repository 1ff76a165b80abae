"""What orders leave on accounts, and which of it a download does not have yet."""

from dataclasses import replace
from datetime import date

import pytest

from mock_server.domain import postings
from mock_server.domain.initiation import Event, move
from mock_server.domain.payments import Payment
from mock_server.domain.postings import Posting
from tests.domain.catalogue import NOON
from tests.domain.test_payment_bookings import OWN, payment

TODAY, TOMORROW, LATER = date(2026, 8, 13), date(2026, 8, 14), date(2026, 8, 20)


def taken(order: Payment) -> Payment:
    return move(move(order, Event.SUBMIT, NOON), Event.CONFIRM, NOON)


def posting(number: int = 1, day: date | None = None, index: int | None = None) -> Posting:
    return Posting(number, OWN.iban, taken(payment(execution_date=day)), OWN, index)


def test_an_order_moves_its_own_account_and_those_of_its_counterparts() -> None:
    order = payment(*(2 * payment().orders))
    iban = order.orders[0].iban
    assert list(postings.accounts_moved(order, OWN)) == [(OWN.iban, None), (iban, 0), (iban, 1)]


@pytest.mark.parametrize(("index", "cents"), [(None, -99_99), (0, 99_99)])
def test_it_is_booked_on_its_day_on_both_sides(index: int | None, cents: int) -> None:
    assert postings.total([posting(day=TOMORROW, index=index)], TODAY) == 0
    assert postings.total([posting(day=TOMORROW, index=index)], TOMORROW) == cents


def test_what_is_not_taken_is_not_booked() -> None:
    waiting = replace(posting(), order=move(payment(), Event.SUBMIT, NOON))
    assert list(postings.bookings(waiting, LATER)) == []


@pytest.mark.parametrize(
    ("day", "fetched", "seen", "count"),
    [
        (None, None, 0, 1),
        (None, date(2026, 8, 12), 5, 1),  # the day is new
        (None, TODAY, 0, 1),  # the order came after the download of that day
        (None, TODAY, 1, 0),  # it was there already
        (TOMORROW, TODAY, 1, 1),  # it was, but its day had not come
        (LATER, TODAY, 1, 0),
    ],
)
def test_a_download_brings_each_line_once(day: date | None, fetched: date | None, seen: int, count: int) -> None:
    assert len(postings.news([posting(day=day)], date(2026, 1, 1), fetched, seen, TOMORROW)) == count


def test_nothing_before_the_beginning_of_the_history_is_brought() -> None:
    assert postings.news([posting()], TOMORROW, None, 0, LATER) == []
