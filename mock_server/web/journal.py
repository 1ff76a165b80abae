"""What was asked and answered, and what was sent to customers: a ring buffer for each mandator.

An entry keeps the raw bytes and headers, because that costs a request nothing; `journal_views`
masks secrets when an entry is shown.
"""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from itertools import takewhile
from typing import TYPE_CHECKING

from mock_server.clock import machine_now

if TYPE_CHECKING:
    from mock_server.scenario.stage import Ruling

KEPT_BYTES = 64 * 1024
"""Longer bodies are not kept: a page of 500 transactions would push everything else out of memory."""
ENTRY_BYTES = 1024
"""About what an entry takes besides its texts."""
HEADER_BYTES = 160
"""About what a header takes, with the objects that hold it."""

RULING_BYTES, PARSED = 1024, 4
"""About what is kept for each scenario that was asked, and by how much the body that it was asked about is larger than
its text."""

Kept = bytes | int
"""A body, or the length of one that was too long to keep."""
Headers = Sequence[tuple[bytes, bytes]]


def kept(body: bytes) -> Kept:
    return body if len(body) <= KEPT_BYTES else len(body)


def grown(body: Kept, chunk: bytes) -> Kept:
    """A body, and the next piece of it."""
    if isinstance(body, int):
        return body + len(chunk)
    size = len(body) + len(chunk)
    # A copy in any case: what orjson has written holds on to the 4 KB or more in which it was written.
    return b"%b%b" % (body, chunk) if size <= KEPT_BYTES else size


@dataclass(slots=True)
class Entry:
    """One exchange: a request that came in, or a callback that went out."""

    kind: str
    method: str
    target: str
    request_id: str | None = None
    number: int = 0
    at: datetime | None = None
    mandator: str | None = None
    client_id: str | None = None
    user: str | None = None
    operation: str | None = None
    request_headers: Headers = ()
    request_type: str = ""
    request_body: Kept = b""
    status: int | None = None
    response_headers: Headers = ()
    response_body: Kept = b""
    milliseconds: float = 0.0
    first_byte_milliseconds: float = 0.0
    """How long it took until status and headers were there."""
    error: str | None = None
    warnings: list[str] = field(default_factory=list)
    hint: str | None = None
    refusal: str | None = None
    """The row of the error table that has refused it."""
    ruling: "Ruling | None" = None
    """What the scenarios said, if any were asked."""
    scenario: str | None = None
    """The scenario that made the answer up, if one did."""
    reason: str | None = None
    """Which of its rules that was, and why."""

    def weight(self) -> int:
        """About how many bytes of memory the entry takes."""
        headers = len(self.request_headers) + len(self.response_headers)
        # To measure each header would cost a request as much as all the rest of its recording.
        weight = ENTRY_BYTES + headers * HEADER_BYTES + len(self.target)
        for body in (self.request_body, self.response_body):
            if not isinstance(body, int):
                weight += len(body)
        if self.ruling is not None:
            asked = self.request_body if isinstance(self.request_body, int) else len(self.request_body)
            weight += RULING_BYTES * len(self.ruling.verdicts) + PARSED * asked
        return weight


class _Ring:
    """The newest entries of one mandator. The very newest is kept whatever its weight."""

    def __init__(self) -> None:
        self.entries: deque[tuple[Entry, int]] = deque()
        self.bytes = 0
        self.dropped = 0

    def add(self, entry: Entry, size: int, room: int) -> None:
        weight = entry.weight()
        self.entries.append((entry, weight))
        self.bytes += weight
        while len(self.entries) > size or (self.bytes > room and len(self.entries) > 1):
            self.bytes -= self.entries.popleft()[1]
            self.dropped += 1

    def newest(self) -> Iterator[Entry]:
        return (entry for entry, _ in reversed(self.entries))


class Journal:
    """The newest `size` entries of each mandator, as far as they fit into `room` bytes.

    The requests that belong to no mandator have a ring of their own.
    """

    def __init__(self, size: int, room: int = 64 * 1024 * 1024) -> None:
        self._size = size
        self._room = room
        self._rings: dict[str | None, _Ring] = {}
        self.written = 0
        """The number of the newest entry, also of one that is gone."""
        self._bells: set[asyncio.Event] = set()

    def add(self, entry: Entry) -> None:
        entry.at = entry.at or machine_now()
        self.written += 1
        entry.number = self.written
        ring = self._rings.get(entry.mandator)
        if ring is None:
            ring = self._rings[entry.mandator] = _Ring()
        ring.add(entry, self._size, self._room)
        for bell in self._bells:
            bell.set()

    def newest(self, mandator: str | None = None, after: int = 0) -> Iterator[Entry]:
        """Entries, newest first, with numbers above `after`; None: those of all mandators, and of nobody."""
        rings = [ring.newest() for ring in self._chosen(mandator)]
        entries = rings[0] if len(rings) == 1 else merge(*rings, key=lambda entry: entry.number, reverse=True)
        return takewhile(lambda entry: entry.number > after, entries)

    def dropped(self, mandator: str | None = None) -> int:
        """How many entries had to make room for newer ones since the mandator, or everything, was forgotten."""
        return sum(ring.dropped for ring in self._chosen(mandator))

    @contextmanager
    def bell(self) -> Iterator[asyncio.Event]:
        """An event that is set with every entry which is written meanwhile. Who waits for it clears it."""
        bell = asyncio.Event()
        self._bells.add(bell)
        try:
            yield bell
        finally:
            self._bells.remove(bell)

    @property
    def listeners(self) -> int:
        """How many wait for entries."""
        return len(self._bells)

    def forget(self, mandator: str) -> None:
        self._rings.pop(mandator, None)

    def clear(self) -> None:
        self._rings.clear()

    def _chosen(self, mandator: str | None) -> list[_Ring]:
        if mandator is None:
            return list(self._rings.values())
        return [self._rings[mandator]] if mandator in self._rings else []
