"""Clients of a mandator and their end users.

Users are shared by all clients of the mandator. Their ids are compared without regard to case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from mock_server.domain.configuration import USUAL, Configuration
from mock_server.errors import ApiError, Problem, Refusal, invalid

License = Literal["UNLICENSED", "AISP", "PISP", "FULLY_LICENSED"]
LICENSES: tuple[License, ...] = ("UNLICENSED", "AISP", "PISP", "FULLY_LICENSED")

ADMIN_SUFFIX = "-admin"
"""Without a clients file, `shop-admin` is the mandator admin client of the mandator of `shop`."""

MASK = "XXXXX"


@dataclass(frozen=True, slots=True)
class Client:
    """An app client, or the mandator admin client. `number` is its part of `authContext`."""

    id: str
    secret: str
    number: int
    is_admin: bool
    license: License
    configuration: Configuration = USUAL
    data_decryption_key: str = ""
    """32 hexadecimal digits; see `domain/encryption.py`."""

    owner: None = None
    due_at: None = None


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """A change of password that was asked for and may be done with the token."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class User:
    """An end user. `id` is the folded name that identifies it, `name` the id as its creator spelt it."""

    id: str
    name: str
    number: int
    password: str
    created_at: datetime
    email: str | None = None
    phone: str | None = None
    is_auto_update_enabled: bool = False
    is_verified: bool = True
    failed_logins: int = 0
    """Wrong passwords in a row."""
    is_locked: bool = False
    password_change: PasswordChange | None = None

    owner: None = None
    due_at: None = None


def fold(user_id: str) -> str:
    return user_id.casefold()


def create(
    wish: Mapping[str, Any],
    number: int,
    spare_id: str,
    spare_password: str,
    now: datetime,
    configuration: Configuration,
) -> User:
    """A user as wished for, of a client that is set up like this. The spare id and password serve where the wish has
    none. ApiError 422.
    """
    name = wish.get("id") or spare_id
    user = User(
        id=fold(name),
        name=name,
        number=number,
        password=wish.get("password") or spare_password,
        created_at=now,
        email=wish.get("email"),
        phone=wish.get("phone"),
        is_auto_update_enabled=bool(wish.get("isAutoUpdateEnabled")),
        is_verified=configuration.is_user_auto_verification_enabled,
    )
    return _with_possible_updates(user, configuration)


def edit(user: User, wish: Mapping[str, Any], configuration: Configuration) -> User:
    """Change email, phone and auto-update. An empty text clears a field, null leaves it. ApiError 400 or 422."""
    changes = {name: value for name, value in wish.items() if value is not None}
    if not changes:
        raise invalid(Problem("body", "At least one of email, phone and isAutoUpdateEnabled must be given."))
    edited = replace(
        user,
        email=changes.get("email", user.email) or None,
        phone=changes.get("phone", user.phone) or None,
        is_auto_update_enabled=changes.get("isAutoUpdateEnabled", user.is_auto_update_enabled),
    )
    return _with_possible_updates(edited, configuration)


def verify(user: User) -> User:
    """ApiError 422 if there is nothing left to verify."""
    if user.is_verified:
        raise ApiError(Refusal.USER_ALREADY_VERIFIED, f"The user '{user.name}' is verified already.")
    return replace(user, is_verified=True)


def _with_possible_updates(user: User, configuration: Configuration) -> User:
    if user.is_auto_update_enabled and not configuration.is_automatic_batch_update_enabled:
        detail = "The automatic batch update is not enabled for this client, so isAutoUpdateEnabled must be false."
        raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, detail)
    return user
