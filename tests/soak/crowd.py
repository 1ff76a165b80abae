"""Thousands of clients that have connected and say nothing, or stop after the first words."""

import selectors
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

BEGINNINGS = (b"", b"GET /_mo", b"POST /api/v2/users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
SPARE = 1000
"""Open files that are left to everybody else."""


def room_for(wanted: int) -> int:
    """How many of so many connections this process may have, once it has asked for all that the system allows."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    if soft != unlimited and soft < wanted + SPARE:
        soft = wanted + SPARE if hard == unlimited else min(wanted + SPARE, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if soft == unlimited else max(0, min(wanted, soft - SPARE))


class Crowd:
    """Whoever is hung up on comes again, so that the number of them stays as it is."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.came_again = 0
        self._waiting = selectors.DefaultSelector()
        self._count = 0

    def comes(self) -> None:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        connection.sendall(BEGINNINGS[self._count % len(BEGINNINGS)])
        connection.setblocking(False)
        self._waiting.register(connection, selectors.EVENT_READ)
        self._count += 1

    def stays_until(self, quiet: Event) -> None:
        while not quiet.is_set():
            for key, _ in self._waiting.select(timeout=0.1):  # whoever can be read from was hung up on
                self._goes(key)
                self.came_again += 1
                self.comes()

    def goes(self) -> None:
        for key in list(self._waiting.get_map().values()):
            self._goes(key)
        self._waiting.close()

    def _goes(self, key: selectors.SelectorKey) -> None:
        self._waiting.unregister(key.fileobj)
        assert isinstance(key.fileobj, socket.socket)
        key.fileobj.close()


@contextmanager
def crowded(port: int, size: int) -> Iterator[Crowd]:
    """So many idle connections as long as the block lasts."""
    crowd, quiet = Crowd(port), Event()
    try:
        for _ in range(size):
            crowd.comes()
        thread = Thread(target=crowd.stays_until, args=(quiet,), daemon=True)
        thread.start()
        try:
            yield crowd
            assert thread.is_alive(), "an idle client could not come again"
        finally:
            quiet.set()
            thread.join()
    finally:
        crowd.goes()
