"""Logging in and changing passwords: wrong passwords are counted and may lock a user, a new password unlocks it."""

from dataclasses import replace
from datetime import datetime, timedelta
from hmac import compare_digest

from mock_server.domain.users import PasswordChange, User
from mock_server.errors import ApiError, Refusal

# finAPI does not say how long a password change may take.
TIME_TO_CHANGE = timedelta(hours=24)


def is_right(user: User, password: str) -> bool:
    return compare_digest(user.password.encode(), password.encode())


def failed(user: User, max_attempts: int) -> User:
    """A wrong password was given. `max_attempts` in a row lock the user; 0 never does."""
    attempts = user.failed_logins + 1
    return replace(user, failed_logins=attempts, is_locked=0 < max_attempts <= attempts)


def succeeded(user: User) -> User:
    """The right password was given. ApiError 403 if the user is not verified."""
    if not user.is_verified:
        raise ApiError(Refusal.USER_NOT_VERIFIED)
    return user if user.failed_logins == 0 else replace(user, failed_logins=0)


def request_change(user: User, token: str, now: datetime) -> User:
    """Allow one password change with this token; an older token ends. ApiError 422 if the user is not verified."""
    if not user.is_verified:
        raise ApiError(Refusal.USER_NOT_YET_VERIFIED)
    return replace(user, password_change=PasswordChange(token, now + TIME_TO_CHANGE))


def execute_change(user: User, password: str, token: str, now: datetime) -> User:
    """Set the new password and lift the lock. ApiError 400 for a token that is not, or no longer, the user's."""
    change = user.password_change
    if change is None or not compare_digest(change.token, token) or now >= change.expires_at:
        raise ApiError(Refusal.BAD_PASSWORD_CHANGE_TOKEN)
    return replace(user, password=password, password_change=None, failed_logins=0, is_locked=False)
