"""Tokens: whom they belong to, how long they live, and which texts are none."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain import tokens
from mock_server.domain.tokens import Token

NOON = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
KEY = "0123456789abcdef0123456789abcdef"


def issued(**more: Any) -> Token:
    wish = {
        "key": KEY,
        "mandator": "shop",
        "id": 7,
        "grant": 7,
        "kind": "access",
        "client_id": "shop",
        "user_id": None,
        "now": NOON,
        "lifetime": HOUR,
    }
    return tokens.issue(**{**wish, **more})


@given(st.text(max_size=20).filter(lambda text: text.isprintable()), st.integers(0, 2**63))
def test_a_token_leads_back_to_its_world_and_record(mandator: str, id: int) -> None:
    assert tokens.read(KEY, issued(mandator=mandator, id=id).text) == (mandator, id)


def test_a_token_fits_where_clients_keep_tokens() -> None:
    """128 characters today, up to 8192 possible; URL-safe, because older clients send it in the query."""
    text = issued().text
    assert 0 < len(text) <= 8192
    assert all(character.isalnum() or character in "-_." for character in text)


def test_a_tokens_text_says_nothing_about_its_user() -> None:
    claims = jwt.decode(issued(user_id="alice@example.com").text, KEY, algorithms=["HS256"])
    assert "alice" not in str(claims)


def signed(algorithm: str = "HS256", key: str = KEY, **claims: Any) -> str:
    return jwt.encode(claims, key, algorithm)


FORGED = {
    "nothing": "",
    "a word": "nonsense",
    "three words": "a.b.c",
    "no ASCII": "ü.ü.ü",
    "no text at all": "\ud800",
    "signed by another server": issued(key="another key of thirty-two or more").text,
    "cut off": issued().text[:-2],
    "signature taken off": issued().text.rpartition(".")[0] + ".",
    "unsigned": signed("none", "", man="shop", jti="7"),
    "another algorithm": signed("HS512", KEY * 2, man="shop", jti="7"),
    "no record": signed(man="shop"),
    "no world": signed(jti="7"),
    "a record that is no number": signed(man="shop", jti="seven"),
    "a record that is no text": signed(man="shop", jti=7),
    "a list for a record": signed(man="shop", jti=["7"]),
}


@pytest.mark.parametrize("text", FORGED.values(), ids=FORGED)
def test_anything_that_was_not_signed_here_is_no_token(text: str) -> None:
    assert tokens.read(KEY, text) is None


def test_another_algorithm_does_not_do_even_with_the_same_key() -> None:
    key = KEY * 2
    assert tokens.read(key, signed("HS256", key, man="shop", jti="7")) == ("shop", 7)
    assert tokens.read(key, signed("HS512", key, man="shop", jti="7")) is None


def test_the_machines_clock_has_no_say() -> None:
    """A mandator's clock may be a hundred years ahead or behind."""
    for now in (datetime(1971, 1, 1, tzinfo=UTC), datetime(2150, 1, 1, tzinfo=UTC)):
        assert tokens.read(KEY, issued(now=now).text) == ("shop", 7)


@pytest.mark.parametrize(
    ("after", "lives", "left"),
    [
        (timedelta(0), True, 3600),
        (timedelta(milliseconds=1), True, 3600),  # rounded up: whoever believes it comes back too late by nothing
        (timedelta(seconds=1), True, 3599),
        (timedelta(seconds=3599, milliseconds=999), True, 1),
        (HOUR, False, 1),
        (2 * HOUR, False, 1),
    ],
)
def test_a_token_lives_until_the_end_of_its_lifetime(after: timedelta, lives: bool, left: int) -> None:
    token = issued()
    assert token.lives(NOON + after) is lives
    assert token.seconds_left(NOON + after) == left
    assert token.due_at == NOON + HOUR


def test_a_lifetime_of_zero_is_for_ever() -> None:
    """As in finAPI's client configuration."""
    token = issued(lifetime=timedelta(0))
    assert token.expires_at is None
    assert token.due_at is None
    assert token.lives(datetime(2199, 12, 31, tzinfo=UTC))
    assert token.seconds_left(NOON) == 0


def test_a_users_token_is_found_by_the_user_and_a_clients_by_the_client() -> None:
    by_user = {issued(user_id="alice", client_id=client).owner for client in ("shop", "office")}
    assert by_user == {tokens.holder("whoever", "alice")}
    assert issued().owner == tokens.holder("shop", None)
    assert tokens.holder("alice", None) != tokens.holder("alice", "alice")


def test_a_token_is_as_issued() -> None:
    token = issued(kind="refresh", id=8, grant=7, user_id="alice")
    assert (token.id, token.kind, token.grant, token.client_id, token.user_id, token.issued_at) == (
        8,
        "refresh",
        7,
        "shop",
        "alice",
        NOON,
    )


def test_two_tokens_never_have_the_same_text() -> None:
    assert len({issued(id=id, mandator=mandator).text for id in range(50) for mandator in ("a", "b")}) == 100
