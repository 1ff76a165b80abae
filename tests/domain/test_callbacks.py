"""Addresses that callbacks can be sent to, and what happens to callbacks on their way."""

from datetime import UTC, datetime, timedelta

import pytest

from mock_server.domain.callbacks import (
    LONGEST_HOLD,
    USUAL,
    Callback,
    Handling,
    is_sendable,
    overtaken,
    owed,
    would_be_refused,
)

NOW = datetime(2026, 8, 13, 16, tzinfo=UTC)


def callback(id: int = 1, client: str = "shop") -> Callback:
    return Callback(id, client, "https://shop.test/cb", {"webFormId": "w1", "status": "COMPLETED"}, NOW)


@pytest.mark.parametrize(
    ("handling", "bodies"),
    [
        (USUAL, [None]),
        (Handling(lost=True, copies=3), []),
        (Handling(copies=2), [None, None]),
        (Handling(copies=2, body="<html>"), ["<html>", "<html>"]),
    ],
)
def test_a_handling_decides_how_often_and_with_which_body(handling: Handling, bodies: list[str | None]) -> None:
    assert [delivery.body for delivery in owed(callback(), handling)] == bodies


@pytest.mark.parametrize(
    ("handling", "due_at"),
    [
        (USUAL, None),
        (Handling(delay=timedelta(seconds=10)), NOW + timedelta(seconds=10)),
        (Handling(out_of_order=True), NOW + LONGEST_HOLD),
        (Handling(out_of_order=True, delay=timedelta(hours=1)), NOW + timedelta(hours=1) + LONGEST_HOLD),
    ],
)
def test_a_late_one_is_due_later_and_one_out_of_order_never_waits_for_ever(
    handling: Handling, due_at: datetime | None
) -> None:
    assert [(delivery.due_at, delivery.at) for delivery in owed(callback(), handling)] == [(due_at, due_at or NOW)]


def test_one_out_of_order_is_sent_after_the_next_of_the_same_client() -> None:
    [held] = owed(callback(1), Handling(out_of_order=True))
    [late] = owed(callback(2), Handling(delay=timedelta(hours=1)))
    assert overtaken([held, late], by=callback(1)) == []
    assert overtaken([held, late], by=callback(3, "another")) == []
    [released] = overtaken([held, late], by=callback(3))
    assert (released.id, released.at, released.due_at, released.is_held) == (held.id, NOW, None, False)


@pytest.mark.parametrize(
    ("url", "refused", "sendable"),
    [
        ("https://app.example.com/finapi/form?state=42", False, True),
        ("https://app.test/cb?state=42", False, True),
        ("https://127.0.0.1:8443/cb", False, True),
        ("https://www.shop.example", False, True),
        # what a developer has, and finAPI does not take
        ("http://localhost:9000/cb", True, True),
        ("https://localhost:9000/cb", True, True),
        ("https://host/cb", True, True),
        ("http://app.example.com/cb", True, True),
        ("https://app.example.com/?y=1;2", True, True),
        ("https://app.example.com/x,y", True, True),
        ("http://host.docker.internal:3000/cb", True, True),
        ("http://[::1]:3000/cb", True, True),
        # what nobody can send to
        ("", True, False),
        ("localhost:9000/cb", True, False),
        ("//app.example.com/cb", True, False),
        ("ftp://app.example.com/cb", True, False),
        ("javascript:alert(1)", True, False),
        ("http://", True, False),
        ("https:///cb", True, False),
        ("https://?state=42", True, False),
        ("http://app.example.com/a b", True, False),
        ("https://app.example.com/cb\n", True, False),
        ("see https://app.example.com/cb", True, False),
    ],
)
def test_finapi_wants_https_and_a_dot_in_the_host(url: str, refused: bool, sendable: bool) -> None:
    assert would_be_refused(url) is refused
    assert is_sendable(url) is sendable
