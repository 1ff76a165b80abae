"""Connections that break: what a real client of a real server sees, and what has happened nevertheless."""

import asyncio
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from mock_server.app import App
from tests.actors import Shop
from tests.processes import Running, running
from tests.scenario.plays import by, plays, stage
from tests.web.sockets import connected

LABELS = "/api/v2/labels"
NUMBERS = count()


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        yield server


@pytest.fixture
def shop(server: Running) -> Iterator[Shop]:
    with server.client() as http:
        yield Shop(http, f"shop-{next(NUMBERS)}", "secret")


def breaks(shop: Shop, fault: str) -> None:
    plays(shop, f"rules:\n  - when: {{operation: createLabel, first: 1}}\n    then: {{fault: {fault}}}\n")


def labels(user: Any) -> list[str]:
    return [label["name"] for label in user.sees(LABELS)["labels"]]


@pytest.mark.parametrize(
    ("fault", "seen", "words", "was_carried_out"),
    [
        ("reset_before_headers", httpx2.ReadError, None, False),
        ("empty_reply", httpx2.RemoteProtocolError, "without sending a response", False),
        ("garbage", httpx2.RemoteProtocolError, None, False),
        ("reset_after_headers", httpx2.ReadError, None, True),
        ("truncated_body", httpx2.RemoteProtocolError, "complete message body", True),
        ("lost_reply", httpx2.ReadError, None, True),
    ],
)
def test_a_broken_connection_is_seen_by_the_client_and_the_next_request_is_fine(
    fault: str, seen: type[Exception], words: str | None, was_carried_out: bool, shop: Shop
) -> None:
    alice = shop.welcomes("alice")
    breaks(shop, fault)
    with pytest.raises(seen, match=words):
        alice.posts(LABELS, name="first")
    assert labels(alice) == (["first"] if was_carried_out else [])
    assert alice.posts(LABELS, name="second").status_code == 201


def test_a_slow_body_arrives_whole(shop: Shop) -> None:
    alice = shop.welcomes("alice")
    breaks(shop, "slow_body")
    with shop.http.stream("POST", LABELS, json={"name": "first"}, headers=alice.bearer) as answer:
        pieces = list(answer.iter_raw())
    assert len(pieces) > 1
    assert b'"first"' in b"".join(pieces)


def test_the_journal_knows_what_the_client_has_not_heard(shop: Shop) -> None:
    alice = shop.welcomes("alice")
    breaks(shop, "lost_reply")
    with pytest.raises(httpx2.ReadError):
        alice.posts(LABELS, name="first")
    [entry] = shop.journal(operation="createLabel")
    assert entry["reason"] == "scenario scenario-0, rule 1"


@pytest.mark.parametrize(
    "more", [b"", b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n"], ids=["", "and the next"]
)
def test_a_client_that_hangs_up_ends_a_request_that_is_held_back(shop: Shop, server: Running, more: bytes) -> None:
    alice = shop.welcomes("alice")
    plays(shop, "rules:\n  - when: {operation: createLabel}\n    then: {delay: 1h}\n")
    body = b'{"name": "first"}'
    head = f"POST {LABELS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += f"Authorization: {alice.bearer['authorization']}\r\nContent-Length: {len(body)}\r\n\r\n"
    with connected(server.port) as connection:
        connection.sendall(head.encode() + body + more)
        until_it_is_held_back(shop)
    calls = {"operation": "createLabel"}
    assert shop.http.post("/_mock/wait", json={"calls": calls}, headers=by(shop)).json()["ok"]
    [entry] = shop.journal(operation="createLabel")
    assert (entry["status"], entry["response"]) == (None, None)
    assert entry["error"] == "The client hung up while a scenario held its request back."
    assert entry["reason"] == "scenario scenario-0, rule 1"
    assert labels(alice) == []


def until_it_is_held_back(shop: Shop) -> None:
    """The rule that does it tells how often it has fired."""
    for _ in range(10_000):
        if stage(shop)[0]["rules"][0]["fired"]:
            return
    raise AssertionError("the request is not held back")


def test_a_reset_ends_a_request_that_is_held_back(app: App, http: TestClient) -> None:
    shop = Shop(http)
    bearer = shop.bearer()
    plays(shop, "rules:\n  - when: {operation: getAndSearchAllBanks}\n    then: {delay: 1h}\n")
    [world] = app.worlds

    async def asks_and_is_reset() -> httpx2.Response:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://localhost:8420") as client:
            asked = asyncio.ensure_future(client.get("/api/v2/banks", headers=bearer))
            for _ in range(1000):
                if world.alarms:
                    break
                await asyncio.sleep(0)
            assert world.alarms, "the request is not held back"
            await client.post("/_mock/reset", headers=by(shop))
            return await asked

    answer = asyncio.run(asks_and_is_reset())
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["message"] == "The client was reset while this request was held back."
