"""Wrong passwords, locks, and the way out of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mock_server.domain import passwords
from mock_server.domain.users import PasswordChange, User
from mock_server.errors import ApiError, Refusal

NOON = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ALICE = User(id="alice", name="Alice", number=35, password="open sesame", created_at=NOON)
UNVERIFIED = replace(ALICE, is_verified=False)


@pytest.mark.parametrize(
    ("attempts", "limit", "locked"),
    [(1, 0, False), (99, 0, False), (1, 1, True), (2, 3, False), (3, 3, True), (4, 3, True)],
)
def test_so_many_wrong_passwords_in_a_row_lock(attempts: int, limit: int, locked: bool) -> None:
    user = ALICE
    for _ in range(attempts):
        user = passwords.failed(user, limit)
    assert (user.failed_logins, user.is_locked) == (attempts, locked)


def test_the_right_password_starts_the_count_again() -> None:
    assert passwords.succeeded(passwords.failed(ALICE, 3)) == ALICE


def test_the_right_password_is_not_enough_for_an_unverified_user() -> None:
    with pytest.raises(ApiError) as refused:
        passwords.succeeded(UNVERIFIED)
    assert refused.value.refusal is Refusal.USER_NOT_VERIFIED


@pytest.mark.parametrize(("given", "right"), [("open sesame", True), ("Open sesame", False), ("", False), ("ä", False)])
def test_passwords_are_compared_exactly(given: str, right: bool) -> None:
    assert passwords.is_right(ALICE, given) is right


def test_a_password_change_is_allowed_for_a_day() -> None:
    assert passwords.request_change(ALICE, "token", NOON).password_change == PasswordChange("token", NOON + DAY)


def test_an_unverified_user_cannot_change_its_password() -> None:
    with pytest.raises(ApiError) as refused:
        passwords.request_change(UNVERIFIED, "token", NOON)
    assert (refused.value.refusal.status, refused.value.refusal.code) == (422, "USER_NOT_VERIFIED")


def test_a_new_password_unlocks() -> None:
    locked = passwords.failed(ALICE, 1)
    asked = passwords.request_change(locked, "token", NOON)
    assert asked.is_locked
    assert passwords.execute_change(asked, "new password", "token", NOON) == replace(ALICE, password="new password")


@pytest.mark.parametrize(
    ("token", "passed", "refused"),
    [
        ("token", timedelta(0), False),
        ("token", DAY - timedelta(seconds=1), False),
        ("token", DAY, True),
        ("other", timedelta(0), True),
    ],
)
def test_only_the_token_changes_the_password_and_only_in_time(token: str, passed: timedelta, refused: bool) -> None:
    asked = passwords.request_change(ALICE, "token", NOON)
    if not refused:
        assert passwords.execute_change(asked, "new password", token, NOON + passed).password == "new password"
        return
    with pytest.raises(ApiError) as error:
        passwords.execute_change(asked, "new password", token, NOON + passed)
    assert error.value.refusal is Refusal.BAD_PASSWORD_CHANGE_TOKEN


def test_a_token_serves_once_and_only_the_newest_does() -> None:
    asked = passwords.request_change(passwords.request_change(ALICE, "first", NOON), "second", NOON)
    changed = passwords.execute_change(asked, "new password", "second", NOON)
    for user, token in ((asked, "first"), (changed, "second")):
        with pytest.raises(ApiError):
            passwords.execute_change(user, "another one", token, NOON)
