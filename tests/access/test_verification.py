"""Verifying users: at once, or by a call of the client."""

from typing import Any

import pytest

from tests.actors import Shop
from tests.refusals import NOBODY, SHOP, access_error, told

VERIFY = "/api/v2/users/verify"
STATUS = "/api/v2/users/verificationStatus"
CONFIGURATION = "/api/v2/clientConfiguration"


@pytest.fixture
def careful(shop: Shop) -> Shop:
    """A shop that verifies its users itself, and has created one: Bob."""
    assert shop.patches(CONFIGURATION, userAutoVerificationEnabled=False).status_code == 200
    assert shop.creates_user(id="Bob", password="open sesame").status_code == 201
    return shop


def bobs_token(shop: Shop) -> Any:
    return shop.asks_for_token("password", username="bob", password="open sesame")


class TestAutomaticVerification:
    def test_it_is_the_default(self, shop: Shop) -> None:
        alice = shop.welcomes("Alice")
        assert shop.sees(STATUS, userId="ALICE") == {"userId": "Alice", "isUserVerified": True}
        assert alice.sees("/api/v2/users")["id"] == "Alice"

    def test_a_verified_user_cannot_be_verified(self, shop: Shop) -> None:
        shop.creates_user(id="alice")
        answer = shop.posts(f"{VERIFY}/alice")
        message = "The user 'alice' is verified already."
        assert told(answer) == (422, access_error(answer, "USER_ALREADY_VERIFIED", message, who=SHOP))

    def test_a_verified_user_cannot_be_deleted_as_an_unverified_one(self, shop: Shop) -> None:
        alice = shop.welcomes("alice")
        answer = shop.deletes("/api/v2/users/alice")
        message = "The user 'alice' is verified, so only itself or the mandator admin client can delete it."
        assert told(answer) == (422, access_error(answer, "USER_ALREADY_VERIFIED", message, who=SHOP))
        assert alice.sees("/api/v2/users")["id"] == "alice"


class TestVerification:
    def test_an_unverified_user_gets_no_token(self, careful: Shop) -> None:
        assert careful.sees(STATUS, userId="bob") == {"userId": "Bob", "isUserVerified": False}
        answer = bobs_token(careful)
        message = "The user is not verified yet; verifyUser does it."
        assert told(answer) == (403, access_error(answer, "USER_NOT_VERIFIED", message, who=NOBODY))

    def test_a_wrong_password_does_not_tell_that_there_is_an_unverified_user(self, careful: Shop) -> None:
        answer = careful.asks_for_token("password", username="bob", password="wrong")
        assert told(answer) == (400, access_error(answer, "UNAUTHORIZED_ACCESS", "Bad credentials", who=NOBODY))

    def test_a_verified_user_gets_one(self, careful: Shop) -> None:
        answer = careful.posts(f"{VERIFY}/BOB")
        assert (answer.status_code, answer.content) == (200, b"")
        assert careful.sees(STATUS, userId="bob")["isUserVerified"] is True
        assert bobs_token(careful).status_code == 200

    def test_an_unverified_user_can_be_deleted(self, careful: Shop) -> None:
        answer = careful.deletes("/api/v2/users/BOB")
        assert (answer.status_code, answer.content) == (200, b"")
        assert careful.gets(STATUS, userId="bob").status_code == 404
        assert careful.creates_user(id="bob").status_code == 201

    def test_users_that_there_were_before_stay_verified(self, shop: Shop) -> None:
        alice = shop.welcomes("alice")
        shop.patches(CONFIGURATION, userAutoVerificationEnabled=False)
        assert shop.sees(STATUS, userId="alice")["isUserVerified"] is True
        assert shop.token("password", username="alice", password=alice.password)

    def test_unverified_users_stay_so_when_new_ones_are_verified_again(self, careful: Shop) -> None:
        careful.patches(CONFIGURATION, userAutoVerificationEnabled=True)
        careful.welcomes("carol")
        assert careful.sees(STATUS, userId="bob")["isUserVerified"] is False


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", f"{STATUS}?userId=ghost"), ("POST", f"{VERIFY}/ghost"), ("DELETE", "/api/v2/users/ghost")],
)
def test_an_unknown_user_is_404(shop: Shop, method: str, path: str) -> None:
    answer = shop.http.request(method, path, headers=shop.bearer())
    message = "There is no user 'ghost'."
    assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", message, who=SHOP))


def test_another_mandators_user_is_unknown(shop: Shop) -> None:
    shop.creates_user(id="alice")
    other = Shop(shop.http, "other")
    assert other.gets(STATUS, userId="alice").status_code == 404
    assert other.deletes("/api/v2/users/alice").status_code == 404


def test_the_user_has_to_be_named(shop: Shop) -> None:
    answer = shop.gets(STATUS)
    message = "Field 'userId' not valid: Parameter is missing."
    assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message, who=SHOP))
