"""Clients that begin a request and do not finish it: the server waits for them, but not for ever."""

import socket
from collections.abc import Iterator

import httpx2
import pytest

from mock_server.server import in_thread
from mock_server.settings import Settings
from mock_server.web import patience
from tests.actors import Shop
from tests.scenario.plays import plays
from tests.web.sockets import connected, everything, status

SHORT = 0.2
"""Seconds that a request may take here."""
LIMIT = 1000
HOST = b"Host: localhost\r\n"
HEALTH = b"GET /_mock/health HTTP/1.1\r\n" + HOST + b"\r\n"
USERS = b"POST /api/v2/users HTTP/1.1\r\n" + HOST
CHUNKED = USERS + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(patience, "ARRIVAL", SHORT)
    with in_thread(Settings(port=0, max_body=LIMIT)) as settings:
        yield settings.port


@pytest.mark.parametrize(
    ("beginning", "answers"),
    [
        (b"", []),
        (b"GET /_mo", []),
        (USERS + b"Content-Length: 100\r\n\r\n{", []),
        (CHUNKED + b"5\r\n{", []),
        (HEALTH + b"GET /_mo", [200]),
        (USERS + b"Content-Length: 5000\r\n\r\n{", [413]),
        (CHUNKED + b"7d0\r\n" + b" " * 2000, [413]),
    ],
    ids=[
        "nothing at all", "half a head", "half a body", "half a chunk", "half a second request",
        "half of what is refused", "also in chunks",
    ],
)  # fmt: skip
def test_who_stops_in_the_middle_of_a_request_is_hung_up_on(port: int, beginning: bytes, answers: list[int]) -> None:
    with connected(port) as connection:
        connection.sendall(beginning)
        arrived = everything(connection)
    assert [int(answer[:3]) for answer in arrived.split(b"HTTP/1.1 ")[1:]] == answers


@pytest.mark.parametrize(
    ("request_", "more"),
    [(USERS + b"Content-Length: 5000\r\n\r\n", b" " * 5000), (HEALTH, b"\r\n")],
    ids=["a body that was refused", "an empty line"],
)
def test_who_says_something_idle_after_the_answer_is_hung_up_on(port: int, request_: bytes, more: bytes) -> None:
    """uvicorn then believes that the next request is on its way, and would wait for it for ever."""
    with connected(port) as connection:
        connection.sendall(request_)
        assert connection.recv(65536)
        connection.sendall(more)
        everything(connection)


def test_a_drop_now_and_then_wins_no_time(port: int) -> None:
    with connected(port) as connection:
        connection.settimeout(SHORT / 10)
        connection.sendall(USERS)
        drops = 0
        while drops < 100:
            try:
                if connection.recv(1) == b"":
                    break
            except TimeoutError:
                connection.sendall(b"X")
                drops += 1
            except ConnectionError:
                break
    assert 0 < drops < 100


def test_the_time_that_the_server_takes_for_its_answer_does_not_count(port: int) -> None:
    with httpx2.Client(base_url=f"http://localhost:{port}", trust_env=False) as http:
        shop = Shop(http)  # type: ignore[arg-type] # an actor needs no more of its client
        plays(shop, "rules:\n  - when: {operation: getAndSearchAllBanks}\n    then: {delay: 500ms}\n")
        assert shop.gets("/api/v2/banks").status_code == 200


def test_a_head_without_an_end_is_refused() -> None:
    with in_thread(Settings(port=0)) as settings, connected(settings.port) as connection:
        connection.sendall(USERS)
        answer = _flooded(connection, b"X-Flood: " + b"a" * 1000 + b"\r\n")
    assert status(answer) in (0, 431)  # a reset may overtake it


def _flooded(connection: socket.socket, more: bytes) -> bytes:
    """Say something over and over again, and hear what comes before the server hangs up."""
    try:
        for _ in range(100_000):
            connection.sendall(more)
    except ConnectionError:
        return everything(connection)
    raise AssertionError("the server has taken 100 MB of headers")
