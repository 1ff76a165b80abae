"""The face of a store. Handlers see only this, so that another store can take the memory's place."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NewType, Protocol, TypeVar

Key = int | str


class Record(Protocol):
    """A frozen value with an id, unique within its type and mandator."""

    @property
    def id(self) -> Key: ...

    @property
    def owner(self) -> Key | None:
        """The id of the record this one hangs on (an account's transactions), or of its user."""

    @property
    def due_at(self) -> datetime | None:
        """When the clock has something to do with this record."""


R = TypeVar("R", bound=Record)
Kept = NewType("Kept", object)
"""All that a store held once. Only the store itself knows what is in it."""


class Store(Protocol):
    """Records by type and id, an index by owner, and the due work in order of time."""

    def find(self, kind: type[R], id: Key) -> R | None: ...

    def owned(self, kind: type[R], owner: Key) -> Sequence[R]:
        """The records of `owner`, in the order in which they were first put."""

    def edition(self, kind: type[Record], owner: Key) -> int:
        """A number that is the same only as long as `owned` is the same; 0: nothing."""

    def all(self, kind: type[R]) -> Iterable[R]: ...

    def count(self, kind: type[Record]) -> int: ...

    def put(self, *records: Record) -> None:
        """Add or replace."""

    def delete(self, *records: Record) -> None: ...

    def due(self, now: datetime) -> Record | None:
        """Take the record whose time came first, if it has come by `now`. Each due time is taken once."""

    def transaction(self) -> AbstractContextManager[None]:
        """All changes inside happen, or, if an exception leaves it, none of them."""

    def clear(self) -> None: ...

    def keep(self) -> Kept:
        """Everything as it is, for `bring_back`."""

    def bring_back(self, kept: Kept) -> None:
        """Be as at `keep`, as often as one likes. Nothing that a test has stored makes it slower."""
