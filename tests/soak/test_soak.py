"""Minutes of noise: everybody else is served meanwhile, and afterwards the server is what it was.

`SOAK_SECONDS` (180), `SOAK_CONNECTIONS` (10,000) and `SOAK_SEED` (another one each time) say how much of it there is.
"""

import os
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from mock_server.clock import stopwatch
from mock_server.testing import FinApiMock
from tests.processes import Running, running
from tests.soak.crowd import crowded, room_for
from tests.soak.memory import Process, needs_linux
from tests.soak.noise import Noise, noisy
from tests.soak.oddities import CHUNKED, JSON, WAITS_FOR_HOURS
from tests.web.sockets import connected, status

pytestmark = [pytest.mark.soak, needs_linux]

SECONDS = float(os.environ.get("SOAK_SECONDS", "180"))
CONNECTIONS = int(os.environ.get("SOAK_CONNECTIONS", "10000"))
SEED = os.environ.get("SOAK_SEED") or secrets.token_hex(4)
WARM_UP = 20.0
NOISY_CLIENTS = 4
PATIENCE = 15
"""Seconds that a journey may take amid the noise. Alone it takes a tenth of one."""
GROWTH = 1.2
SETTLING = 30
"""Seconds that the server has for noticing that everybody has gone."""


@dataclass(frozen=True)
class Soaked:
    """A server, what it logs, and where to look at its memory."""

    mock: Running
    process: Process
    log: Path

    def finapi(self) -> FinApiMock:
        return FinApiMock(url=self.mock.url)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Soaked]:
    log = tmp_path / "log"
    with log.open("w") as file, running(log=file) as mock:
        yield Soaked(mock, Process(mock.process.pid), log)


def test_noise_disturbs_nobody_and_leaves_nothing_behind(server: Soaked, capsys: pytest.CaptureFixture[str]) -> None:
    crowd = room_for(CONNECTIONS)
    with capsys.disabled():
        print(f"\nseed {SEED}, {SECONDS:g} s, {crowd} idle connections", "" if crowd == CONNECTIONS else "(file limit)")
    # Some memory is taken once and says nothing about a leak: modules that are imported late, compiled checks and
    # templates, bounded caches, the journal's ring, and what Python and the C library keep for the next time, because
    # something that lasts has come to lie between what was freed. A short round of the same takes all of it. What is
    # lost with each request or connection is lost in the long round again, and many times over.
    start = server.process.resident
    soak(server, f"{SEED}/warm-up", WARM_UP, crowd)
    before = server.process.resident

    journeys, noises = soak(server, SEED, SECONDS, crowd)

    after = server.process.resident
    with capsys.disabled():
        print(report(journeys, noises))
        print(f"memory in MB: {start:.0f} at the start, {before:.0f} before, {after:.0f} after")
    assert after <= before * GROWTH
    assert "Traceback" not in server.log.read_text()


def soak(server: Soaked, seed: str, seconds: float, crowd: int) -> tuple[list[float], list[Noise]]:
    """Noise, a crowd, and somebody on the usual journey, for so long. Then all go, and everything is reset."""
    files = server.process.open_files
    with (
        crowded(server.mock.port, crowd),
        server.finapi() as finapi,
        noisy(server.mock.port, seed, NOISY_CLIENTS) as noises,
    ):
        finapi.http.post("/_mock/library", content=WAITS_FOR_HOURS).raise_for_status()
        journeys, end = [], stopwatch() + seconds
        while stopwatch() < end and not any(noise.complaint for noise in noises):
            journeys.append(journey(finapi))
            assert journeys[-1] < PATIENCE
    settle(server, files)
    return journeys, noises


def journey(finapi: FinApiMock) -> float:
    """From a new client to the transactions of its user. Returns the seconds it took."""
    started = stopwatch()
    client = finapi.client()
    user = client.user()
    connection = client.connect_bank(user)
    assert connection.accounts
    assert client.call("GET", "/api/v2/transactions", user, view="userView")["transactions"]
    client.remove()
    return stopwatch() - started


def settle(server: Soaked, files: int) -> None:
    """Wait until the server has closed what its clients have left, and forget everything."""
    end = stopwatch() + SETTLING
    with server.mock.client() as http:
        while server.process.open_files > files + 1:  # the one is ours
            assert stopwatch() < end, f"{server.process.open_files - files} connections are still open"
            http.get("/_mock/health").raise_for_status()
        http.post("/_mock/reset").raise_for_status()


def report(journeys: Sequence[float], noises: Sequence[Noise]) -> str:
    said, answers = Counter[str](), Counter[int]()
    for noise in noises:
        said += noise.said
        answers += noise.answers
    ordered = sorted(journeys)
    return (
        f"{len(journeys)} journeys, median {ordered[len(ordered) // 2]:.2f} s, longest {ordered[-1]:.2f} s\n"
        f"{said.total()} oddities: {dict(said.most_common())}\nanswers: {dict(sorted(answers.items()))}"
    )


MEGABYTE = b" " * 1_000_000
DECLARED = (b"Content-Length: 100000000\r\n\r\n", MEGABYTE)
IN_CHUNKS = (CHUNKED, b"f4240\r\n" + MEGABYTE + b"\r\n")


@pytest.mark.parametrize("framing", [DECLARED, IN_CHUNKS], ids=["declared", "chunked"])
@pytest.mark.parametrize(
    ("path", "shape"),
    [("/api/v2/users", b'{"errors":'), ("/api/webForms/bankConnectionImport", b'{"code":')],
    ids=["Access", "Web Form"],
)
def test_100_megabytes_are_a_413_and_are_never_in_memory(
    server: Soaked, path: str, shape: bytes, framing: tuple[bytes, bytes]
) -> None:
    beginning, piece = framing
    server.process.forget_peak()
    before = server.process.peak
    with closing(connected(server.mock.port)) as connection:
        connection.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\n".encode() + JSON + beginning)
        for _ in range(100):
            connection.sendall(piece)
        answer = connection.recv(65536)
        while not answer.endswith(b"}"):
            answer += connection.recv(65536)
    assert status(answer) == 413
    assert answer.partition(b"\r\n\r\n")[2].startswith(shape)
    assert server.process.peak < before + 50  # the limit is 10 MB
