"""The store in this process's memory.

A transaction keeps a log of what to put back, so its cost follows what it changed and not
what there is. Due times stand in a heap; an entry for a time that is no longer waited for is
passed over when it comes up, so nothing ever searches the heap. What an owner has bears the number
of its last change; no number is given twice, so what is brought back has the one that it had.
"""

import heapq
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from mock_server.store.records import Kept, Key, Record

R = TypeVar("R", bound=Record)


class _Belongings(dict[Key, Any]):
    """The records of one kind that one owner has."""

    __slots__ = ("edition",)

    def __init__(self, records: dict[Key, Any], edition: int) -> None:
        super().__init__(records)
        self.edition = edition

    def copy(self) -> "_Belongings":
        return _Belongings(self, self.edition)


_Content = tuple[
    dict[type, dict[Key, Any]],
    dict[type, dict[Key, _Belongings]],
    list[tuple[datetime, int, type, Key]],
    dict[tuple[type, Key], datetime],
]


def _copied(content: _Content) -> _Content:
    """Tables of their own, of the same records: nobody can change these."""
    tables, owned, heap, waiting = content
    return (
        {kind: table.copy() for kind, table in tables.items()},
        {kind: {owner: its.copy() for owner, its in owners.items()} for kind, owners in owned.items()},
        heap.copy(),
        waiting.copy(),
    )


class _Transaction:
    """The first one that is opened counts; others inside are part of it. A class, because a generator costs more."""

    __slots__ = ("_is_first", "_store")

    def __init__(self, store: "MemoryStore") -> None:
        self._store = store
        self._is_first = False

    def __enter__(self) -> None:
        if self._store.undo is None:
            self._is_first, self._store.undo = True, []

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if not self._is_first:
            return
        log, self._store.undo = self._store.undo, None
        if kind is not None and log is not None:
            for put_back in reversed(log):
                put_back()


class MemoryStore:
    """See `Store`."""

    def __init__(self) -> None:
        self._tables: dict[type, dict[Key, Any]] = {}
        self._owned: dict[type, dict[Key, _Belongings]] = {}
        self._heap: list[tuple[datetime, int, type, Key]] = []
        self._waiting: dict[tuple[type, Key], datetime] = {}
        self._pushed = 0
        self._changes = 0
        self.undo: list[Callable[[], None]] | None = None
        """How to take back what the transaction has changed that is open; None: none is."""

    def find(self, kind: type[R], id: Key) -> R | None:
        table = self._tables.get(kind)
        return None if table is None else table.get(id)

    def owned(self, kind: type[R], owner: Key) -> Sequence[R]:
        return list(self._owned.get(kind, {}).get(owner, {}).values())

    def edition(self, kind: type[Record], owner: Key) -> int:
        belongings = self._owned.get(kind, {}).get(owner)
        return 0 if belongings is None else belongings.edition

    def all(self, kind: type[R]) -> Iterable[R]:
        return list(self._tables.get(kind, {}).values())

    def count(self, kind: type[Record]) -> int:
        return len(self._tables.get(kind, ()))

    def put(self, *records: Record) -> None:
        for record in records:
            before = self._swap(type(record), record.id, record)
            if record.due_at != (None if before is None else before.due_at):
                self._await(type(record), record.id, record.due_at)

    def delete(self, *records: Record) -> None:
        for record in records:
            before = self._swap(type(record), record.id, None)
            if before is not None and before.due_at is not None:
                self._await(type(record), record.id, None)

    def due(self, now: datetime) -> Record | None:
        while self._heap and self._heap[0][0] <= now:
            at, _, kind, id = heapq.heappop(self._heap)
            if self._waiting.get((kind, id)) == at:
                self._await(kind, id, None)
                record: Record | None = self.find(kind, id)
                return record
        return None

    def transaction(self) -> "_Transaction":
        return _Transaction(self)

    def clear(self) -> None:
        # New ones, because emptying the old ones would let go of each record one by one.
        self._tables, self._owned, self._heap, self._waiting = {}, {}, [], {}

    def keep(self) -> Kept:
        return Kept(_copied((self._tables, self._owned, self._heap, self._waiting)))

    def bring_back(self, kept: Kept) -> None:
        content: _Content = kept  # type: ignore[assignment] # `keep` has made it
        self._tables, self._owned, self._heap, self._waiting = _copied(content)

    def _swap(self, kind: type, id: Key, after: Record | None) -> Any:
        """Put `after` (or nothing) in the place of the record, keep both indexes, log the way back."""
        table = self._tables.setdefault(kind, {})
        before = table.get(id)
        if self.undo is not None:
            self.undo.append(lambda: self._set(kind, id, after, before))
        self._set(kind, id, before, after)
        return before

    def _await(self, kind: type, id: Key, at: datetime | None) -> None:
        """Wait for `at` to come (or for nothing) instead of what was waited for, log the way back."""
        if self.undo is not None:
            before = self._waiting.get((kind, id))
            self.undo.append(lambda: self._set_waiting(kind, id, before))
        self._set_waiting(kind, id, at)

    def _set_waiting(self, kind: type, id: Key, at: datetime | None) -> None:
        if at is None:
            self._waiting.pop((kind, id), None)
            return
        self._waiting[kind, id] = at
        self._pushed += 1
        heapq.heappush(self._heap, (at, self._pushed, kind, id))

    def _set(self, kind: type, id: Key, before: Any, after: Any) -> None:
        table, owned = self._tables[kind], self._owned.setdefault(kind, {})
        self._changes += 1
        if before is not None and before.owner is not None and (after is None or after.owner != before.owner):
            belongings = owned[before.owner]
            belongings.pop(id, None)
            belongings.edition = self._changes
            if not belongings:
                del owned[before.owner]
        if after is None:
            table.pop(id, None)
            return
        table[id] = after
        if after.owner is not None:
            its = owned.get(after.owner)
            if its is None:
                its = owned[after.owner] = _Belongings({}, 0)
            its[id] = after
            its.edition = self._changes
