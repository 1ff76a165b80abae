"""The load: one request again and again over a few kept connections, from a process of its own.

Only to the loopback interface, and bounded in count and time.
"""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context

from benchmarks.servers import HOST, Server

CONNECTIONS = 16
MOST_REQUESTS = 100_000
CHUNK = 256 * 1024


@contextmanager
def load_process() -> Iterator[Executor]:
    """A process for `cost`, so that the load's own work is not counted and does not slow down the measuring."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        yield pool


def cost(pool: Executor, server: Server, request: bytes, count: int, seconds: float) -> float:
    """Seconds of processor time that the server spends on one `request`, over `count` of them or `seconds`."""
    before = server.cpu_seconds()
    answered = pool.submit(drive, server.port, request, min(count, MOST_REQUESTS), seconds).result()
    return (server.cpu_seconds() - before) / answered


def drive(port: int, request: bytes, count: int, seconds: float) -> int:
    """Send `request` on all connections, wait for all answers, and so on. Returns how many there were."""
    end = time.monotonic() + seconds
    answered = 0
    with ExitStack() as open_sockets:
        connections = [
            open_sockets.enter_context(socket.create_connection((HOST, port), timeout=10)) for _ in range(CONNECTIONS)
        ]
        while answered < count and time.monotonic() < end:
            for connection in connections:
                connection.sendall(request)
            for connection in connections:
                _read_answer(connection)
            answered += CONNECTIONS
    return answered


def _read_answer(connection: socket.socket) -> None:
    received = _receive(connection)
    if not received.startswith(b"HTTP/1.1 200 "):
        raise RuntimeError(f"unexpected answer: {received[:500]!r}")
    while (end_of_head := received.find(b"\r\n\r\n")) < 0:
        received += _receive(connection)
    _, _, after = received[:end_of_head].lower().partition(b"content-length: ")
    missing = end_of_head + 4 + int(after.split(b"\r\n", 1)[0]) - len(received)
    while missing > 0:
        missing -= len(_receive(connection))


def _receive(connection: socket.socket) -> bytes:
    received = connection.recv(CHUNK)
    if not received:
        raise ConnectionError("the server has closed the connection")
    return received
