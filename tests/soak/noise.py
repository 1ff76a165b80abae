"""Clients that send oddities as fast as they can, each in a thread."""

import socket
import struct
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from threading import Event, Thread

from tests.soak.oddities import Oddity, oddity
from tests.web.sockets import status

PATIENCE = 10
"""Seconds in which the server takes what it is sent, and answers what is whole."""
HALF_OPEN = 50
"""So many connections a client leaves as they are, before it closes the oldest."""
RESET_AT_CLOSE = struct.pack("ii", 1, 0)


@dataclass
class Noise:
    """One noisy client. With the same seed it says the same."""

    port: int
    seed: str
    said: Counter[str] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    """How often each status came; 0: it was hung up on, or did not wait."""
    complaint: str | None = None

    def go_on_until(self, quiet: Event) -> None:
        chance = Random(self.seed)
        left: deque[socket.socket] = deque()
        try:
            while not quiet.is_set() and self.complaint is None:
                self._say(oddity(chance), chance, left)
        finally:
            for connection in left:
                connection.close()

    def _say(self, odd: Oddity, chance: Random, left: deque[socket.socket]) -> None:
        self.said[odd.name] += 1
        place = f"{odd.name}, number {self.said.total()} of the noise with seed {self.seed!r}"
        try:
            connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
            answer = _answer(connection, odd)
        except OSError as error:  # a refused connection, or a time-out
            self.complaint = f"{place}: {error!r}"
            return
        self.answers[status(answer)] += 1
        if status(answer) >= 500 or b"root:" in answer:
            self.complaint = f"{place}: {answer[:2000]!r}"
        _leave(connection, chance, left)


def _answer(connection: socket.socket, odd: Oddity) -> bytes:
    """What comes first. Nothing if the server hung up, or if nothing must come. TimeoutError if it does neither."""
    try:
        for piece in odd.pieces:
            connection.sendall(piece)
        return connection.recv(65536) if odd.is_whole else b""
    except ConnectionError:
        return b""


def _leave(connection: socket.socket, chance: Random, left: deque[socket.socket]) -> None:
    """Go, with or without a word, or stay on the line for a while."""
    way = chance.choice(("close", "reset", "half", "stay"))
    if way == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    if way in ("close", "reset"):
        connection.close()
        return
    if way == "half":
        with suppress(OSError):  # the server was faster
            connection.shutdown(socket.SHUT_WR)
    left.append(connection)
    if len(left) > HALF_OPEN:
        left.popleft().close()


@contextmanager
def noisy(port: int, seed: str, clients: int) -> Iterator[list[Noise]]:
    """Noise as long as the block lasts, and at its end no connection is left. AssertionError if a client complains."""
    quiet = Event()
    noises = [Noise(port, f"{seed}/{number}") for number in range(clients)]
    threads = [Thread(target=noise.go_on_until, args=(quiet,), daemon=True) for noise in noises]
    for thread in threads:
        thread.start()
    try:
        yield noises
    finally:
        quiet.set()
        for thread in threads:
            thread.join()
    assert [noise.complaint for noise in noises if noise.complaint] == []
