"""Clients and end users."""

from datetime import UTC, datetime
from typing import Any

import pytest

from mock_server.domain import users
from mock_server.domain.configuration import USUAL, Configuration
from mock_server.domain.users import LICENSES, MASK, User
from mock_server.errors import ApiError, Refusal

NOON = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)


def created(**wish: Any) -> User:
    return created_by(USUAL, **wish)


def created_by(client: Configuration, **wish: Any) -> User:
    return users.create(
        wish, number=35, spare_id="spare-id", spare_password="spare-password", now=NOON, configuration=client
    )


def test_an_empty_wish_is_enough() -> None:
    assert created() == User(
        id="spare-id",
        name="spare-id",
        number=35,
        password="spare-password",
        created_at=NOON,
        email=None,
        phone=None,
        is_auto_update_enabled=False,
    )


def test_a_user_is_as_wished_for() -> None:
    user = created(id="Alice", password="open sesame", email="alice@example.com", phone="+49 30 1")
    assert (user.name, user.password, user.email, user.phone) == (
        "Alice",
        "open sesame",
        "alice@example.com",
        "+49 30 1",
    )


@pytest.mark.parametrize("nothing", ["", None])
def test_a_blank_wish_is_none(nothing: str | None) -> None:
    user = created(id=nothing, password=nothing)
    assert (user.name, user.password) == ("spare-id", "spare-password")


@pytest.mark.parametrize(("one", "other"), [("Alice", "alice"), ("A.B+c@D-e_F", "a.b+c@d-e_f")])
def test_ids_are_the_same_without_regard_to_case(one: str, other: str) -> None:
    assert users.fold(one) == users.fold(other)
    assert created(id=one).id == created(id=other).id
    assert created(id=one).name == one


def test_different_ids_stay_different() -> None:
    assert len({users.fold(name) for name in ("alice", "alice ", "al-ice", "al_ice", "bob")}) == 5


@pytest.mark.parametrize(
    ("wish", "email", "phone"),
    [
        ({"email": "new@example.com"}, "new@example.com", "+49 30 1"),
        ({"phone": "+49 30 2"}, "old@example.com", "+49 30 2"),
        ({"email": "", "phone": ""}, None, None),
        ({"email": None, "phone": "+49 30 2"}, "old@example.com", "+49 30 2"),
        ({"email": "new@example.com", "phone": None, "isAutoUpdateEnabled": None}, "new@example.com", "+49 30 1"),
        ({"isAutoUpdateEnabled": False}, "old@example.com", "+49 30 1"),
    ],
)
def test_an_empty_text_clears_a_field_and_null_leaves_it(
    wish: dict[str, Any], email: str | None, phone: str | None
) -> None:
    before = created(id="Alice", password="open sesame", email="old@example.com", phone="+49 30 1")
    after = users.edit(before, wish, USUAL)
    assert (after.email, after.phone) == (email, phone)
    assert (after.id, after.name, after.number, after.password, after.created_at) == (
        before.id,
        before.name,
        before.number,
        before.password,
        before.created_at,
    )


@pytest.mark.parametrize("wish", [{}, {"email": None}, {"email": None, "phone": None, "isAutoUpdateEnabled": None}])
def test_an_edit_changes_at_least_one_field(wish: dict[str, Any]) -> None:
    with pytest.raises(ApiError) as refused:
        users.edit(created(), wish, USUAL)
    assert refused.value.refusal is Refusal.BAD_REQUEST
    assert refused.value.problems[0].message == "At least one of email, phone and isAutoUpdateEnabled must be given."


def test_automatic_updates_need_a_client_with_the_batch_update() -> None:
    with pytest.raises(ApiError) as at_creation:
        created(isAutoUpdateEnabled=True)
    with pytest.raises(ApiError) as at_edit:
        users.edit(created(), {"isAutoUpdateEnabled": True}, USUAL)
    assert at_creation.value.refusal is at_edit.value.refusal is Refusal.ILLEGAL_ENTITY_STATE
    allowed = Configuration(is_automatic_batch_update_enabled=True)
    assert created_by(allowed, isAutoUpdateEnabled=True).is_auto_update_enabled
    assert users.edit(created(), {"isAutoUpdateEnabled": True}, allowed).is_auto_update_enabled


def test_a_user_is_verified_at_once_unless_its_client_wants_to_do_it() -> None:
    assert created().is_verified
    assert not created_by(Configuration(is_user_auto_verification_enabled=False)).is_verified


def test_only_an_unverified_user_can_be_verified() -> None:
    verified = users.verify(created_by(Configuration(is_user_auto_verification_enabled=False)))
    assert verified.is_verified
    with pytest.raises(ApiError) as refused:
        users.verify(verified)
    assert refused.value.refusal is Refusal.USER_ALREADY_VERIFIED


def test_there_are_four_licences() -> None:
    assert LICENSES == ("UNLICENSED", "AISP", "PISP", "FULLY_LICENSED")


def test_secrets_are_shown_as_finapi_shows_them() -> None:
    assert MASK == "XXXXX"
