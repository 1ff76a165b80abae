"""Deleting transactions: which may go, which come back."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from mock_server.domain import deletions
from mock_server.domain.deletions import Gap
from mock_server.errors import ApiError, Refusal
from tests.domain.test_transactions import transaction

TODAY = date(2026, 8, 13)
SAFE = {"safeMode": True, "rememberDeletion": False}


@pytest.mark.parametrize(
    "query",
    [
        SAFE,
        {**SAFE, "maxDeletionDate": TODAY},
        {"safeMode": False, "rememberDeletion": True, "maxDeletionDate": date(2000, 1, 1)},
        {"safeMode": False, "rememberDeletion": False, "minImportDate": TODAY},
    ],
)
def test_filters_that_go_together(query: dict[str, Any]) -> None:
    deletions.check(query, TODAY)


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ({**SAFE, "maxDeletionDate": date(2026, 8, 14)}, Refusal.BAD_REQUEST),
        ({"safeMode": False, "minImportDate": date(2026, 8, 14)}, Refusal.BAD_REQUEST),
        ({"safeMode": False, "minImportDate": TODAY, "maxDeletionDate": TODAY}, Refusal.INVALID_FILTER_OPTIONS),
        ({"safeMode": True, "minImportDate": TODAY}, Refusal.INVALID_FILTER_OPTIONS),
        ({"safeMode": False, "rememberDeletion": True, "minImportDate": TODAY}, Refusal.INVALID_FILTER_OPTIONS),
    ],
)
def test_filters_that_are_refused(query: dict[str, Any], refusal: Refusal) -> None:
    with pytest.raises(ApiError) as refused:
        deletions.check(query, TODAY)
    assert refused.value.refusal is refusal


PLAIN = transaction(1, booked_on=date(2026, 8, 3))
DUPLICATE = transaction(2, booked_on=date(2026, 8, 5), is_potential_duplicate=True, account_id=2)
ADJUSTING = transaction(3, booked_on=date(2026, 8, 7), is_adjusting_entry=True)
LATE = transaction(4, booked_on=date(2026, 8, 3), import_date=datetime(2026, 8, 13, 22, 30, tzinfo=UTC))
PART = transaction(5, booked_on=date(2026, 8, 3), parent_id=1)


@pytest.mark.parametrize(
    ("one", "is_test_bank", "safe"),
    [(PLAIN, False, False), (PLAIN, True, True), (DUPLICATE, False, True), (ADJUSTING, False, True)],
)
def test_what_can_be_deleted_safely(one: Any, is_test_bank: bool, safe: bool) -> None:
    assert deletions.is_safe(one, is_test_bank) is safe


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ({}, {1, 2, 3, 4}),  # a part is never meant by itself
        ({"accountIds": [2, 9]}, {2}),
        ({"accountIds": []}, set()),
        ({"maxDeletionDate": date(2026, 8, 5)}, {1, 2, 4}),
        ({"minImportDate": date(2026, 8, 14)}, {4}),  # days begin at midnight in Germany
        ({"maxDeletionDate": date(2026, 8, 5), "accountIds": [1]}, {1, 4}),
    ],
)
def test_which_transactions_are_meant(query: dict[str, Any], meant: set[int]) -> None:
    is_meant = deletions.meant(query)
    assert {one.id for one in (PLAIN, DUPLICATE, ADJUSTING, LATE, PART) if is_meant(one)} == meant


def test_what_the_bank_still_has_leaves_a_gap_in_its_account() -> None:
    elsewhere = transaction(6, account_id=3)
    gaps = deletions.gaps([PLAIN, DUPLICATE, ADJUSTING, LATE, elsewhere], {})
    assert gaps == [
        Gap(1, "alice", (PLAIN.booking, LATE.booking)),
        Gap(3, "alice", (elsewhere.booking,)),
    ]


def test_a_gap_grows() -> None:
    before = Gap(1, "alice", (PLAIN.booking,))
    assert deletions.gaps([LATE], {1: before}) == [Gap(1, "alice", (PLAIN.booking, LATE.booking))]
    assert deletions.gaps([], {1: before}) == []
