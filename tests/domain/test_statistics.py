"""What is counted of a user, month by month."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from mock_server.domain import statistics
from mock_server.domain.statistics import Month, Statistics, connected, disconnected
from mock_server.domain.users import User


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00:00+00:00")


ALICE = User(id="alice", name="Alice", number=35, password="open sesame", created_at=at("2026-05-20"))
NEW = statistics.registered(ALICE, at("2026-05-20"))


def after(*events: tuple[Any, str], start: Statistics = NEW) -> Statistics:
    for event, day in events:
        start = event(start, at(day))
    return start


def shown(stats: Statistics, now: str, first: str | None = None, last: str | None = None) -> list[tuple[str, int, int]]:
    return [(month.month, month.least, month.most) for month in statistics.monthly(stats, at(now), first, last)]


def test_a_new_user_has_nothing_yet() -> None:
    assert Statistics(35, "Alice", date(2026, 5, 20), (Month("2026-05", 0, 0, 0),)) == NEW
    assert NEW.user_id == "alice"


def test_connections_are_counted_with_their_latest_dates() -> None:
    stats = after((connected, "2026-05-21"), (connected, "2026-06-01"), (disconnected, "2026-06-30"))
    assert (stats.connections, stats.last_import_on, stats.last_deletion_on) == (
        1,
        date(2026, 6, 1),
        date(2026, 6, 30),
    )


def test_dates_are_german() -> None:
    midnight_in_germany = datetime(2026, 5, 31, 22, 30, tzinfo=UTC)
    assert statistics.active(NEW, midnight_in_germany).last_active_on == date(2026, 6, 1)
    assert connected(NEW, midnight_in_germany).months[-1].month == "2026-06"


def test_each_month_has_its_lowest_and_highest_number_the_newest_first() -> None:
    stats = after(
        (connected, "2026-05-21"),
        (connected, "2026-05-22"),
        (disconnected, "2026-07-01"),
        (connected, "2026-07-02"),
        (connected, "2026-07-03"),
    )
    assert shown(stats, "2026-08-13") == [("2026-08", 3, 3), ("2026-07", 1, 3), ("2026-06", 2, 2), ("2026-05", 0, 2)]


def test_a_user_without_connections_has_months_too() -> None:
    assert shown(NEW, "2026-06-01") == [("2026-06", 0, 0), ("2026-05", 0, 0)]


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (None, None, ["2027-01", "2026-12", "2026-11"]),
        ("2026-12", None, ["2027-01", "2026-12"]),
        (None, "2026-12", ["2026-12", "2026-11"]),
        ("2026-12", "2026-12", ["2026-12"]),
        ("2020-01", "2099-12", ["2027-01", "2026-12", "2026-11"]),
        ("2027-01", "2026-11", []),
    ],
)
def test_months_are_cut_to_what_was_asked_for(first: str | None, last: str | None, months: list[str]) -> None:
    stats = statistics.registered(ALICE, at("2026-11-05"))
    assert [month for month, *_ in shown(stats, "2027-01-31", first, last)] == months


def test_a_deleted_user_has_lost_its_name_and_its_connections() -> None:
    stats = after((connected, "2026-05-21"), (connected, "2026-05-22"), (statistics.deleted, "2026-06-02"))
    assert (stats.name, stats.user_id, stats.connections) == ("AXXXe", None, 0)
    assert (stats.deleted_on, stats.last_deletion_on) == (date(2026, 6, 2), date(2026, 6, 2))
    assert shown(stats, "2026-09-01") == [("2026-06", 0, 2), ("2026-05", 0, 2)]


def test_deleting_a_user_without_connections_deletes_none() -> None:
    assert after((statistics.deleted, "2026-06-02")).last_deletion_on is None


def test_a_clock_that_goes_backwards_loses_nothing() -> None:
    stats = after((connected, "2026-07-01"), (connected, "2026-06-01"))
    assert stats.connections == 2
    assert shown(stats, "2026-07-01") == [("2026-07", 0, 2), ("2026-06", 0, 0), ("2026-05", 0, 0)]


@pytest.mark.parametrize(
    ("name", "masked"), [("user", "uXXr"), ("abc", "aXc"), ("ab", "XX"), ("a", "X"), ("first_user", "fXXXXXXXXr")]
)
def test_the_first_and_the_last_letter_are_left(name: str, masked: str) -> None:
    assert statistics.masked(name) == masked


ACTIVE = after((statistics.active, "2026-06-15"), start=statistics.registered(ALICE, at("2026-05-20")))
GONE = after((statistics.deleted, "2026-06-20"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [ACTIVE, GONE]),
        ({"userId": "ALICE"}, [ACTIVE]),
        ({"userId": "axxxe"}, [GONE]),
        ({"userId": "alic"}, []),
        ({"isDeleted": True}, [GONE]),
        ({"isDeleted": False}, [ACTIVE]),
        ({"minRegistrationDate": date(2026, 5, 20)}, [ACTIVE, GONE]),
        ({"minRegistrationDate": date(2026, 5, 21)}, []),
        ({"maxRegistrationDate": date(2026, 5, 20)}, [ACTIVE, GONE]),
        ({"maxRegistrationDate": date(2026, 5, 19)}, []),
        ({"minDeletionDate": date(2026, 6, 20)}, [GONE]),
        ({"minDeletionDate": date(2026, 6, 21)}, []),
        ({"maxDeletionDate": date(2026, 6, 20)}, [ACTIVE, GONE]),
        ({"maxDeletionDate": date(2026, 6, 19)}, [ACTIVE]),
        ({"minLastActiveDate": date(2026, 6, 15)}, [ACTIVE]),
        ({"minLastActiveDate": date(2026, 6, 16)}, []),
        ({"maxLastActiveDate": date(2026, 6, 15)}, [ACTIVE, GONE]),
        ({"maxLastActiveDate": date(2026, 6, 14)}, [GONE]),
        ({"isDeleted": True, "minRegistrationDate": date(2027, 1, 1)}, []),
        ({"isDeleted": None}, [ACTIVE, GONE]),
    ],
)
def test_users_are_found_by_what_is_counted(query: dict[str, Any], found: list[Statistics]) -> None:
    assert statistics.matching([ACTIVE, GONE], query) == found
