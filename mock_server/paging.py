"""Pages and orders: the one implementation behind every list."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")

DEFAULT_PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. `per_page` is what was asked for, also where fewer items are left."""

    items: Sequence[T]
    page: int
    per_page: int
    total: int

    @property
    def count(self) -> int:
        """How many pages there are; none for an empty list."""
        return -(-self.total // self.per_page)

    def paging(self) -> dict[str, int]:
        """The `Paging` object of both APIs."""
        return {"page": self.page, "perPage": self.per_page, "pageCount": self.count, "totalCount": self.total}


def paginate(items: Sequence[T], page: int = 1, per_page: int = DEFAULT_PER_PAGE) -> Page[T]:
    """Cut one page out of `items`. A page past the end is empty, not an error."""
    start = (page - 1) * per_page
    return Page(items[start : start + per_page], page, per_page, len(items))


class Recent(Generic[T]):
    """The last few lists that somebody has asked for: who turns the pages of one should not pay for all of it again.

    A list is known by what it was made of, so one that is no longer true is never asked for.
    """

    SIZE = 8

    def __init__(self) -> None:
        self._lists: dict[Hashable, T] = {}

    def get(self, origin: Hashable, make: Callable[[], T]) -> T:
        """What was made of `origin`, now if need be."""
        made = self._lists.pop(origin) if origin in self._lists else make()
        self._lists[origin] = made  # the latest is the last
        if len(self._lists) > self.SIZE:
            del self._lists[next(iter(self._lists))]
        return made

    def clear(self) -> None:
        self._lists.clear()


Column = Callable[[T], Any]


def arrange(items: Iterable[T], order: Sequence[str], columns: Mapping[str, Column[T]]) -> list[T]:
    """Sort by `order`, e.g. `["amount,desc", "id"]`: the first criterion counts most.

    Items without a value in a column stand at the end of it, ascending and descending.
    """
    arranged = list(items)
    for criterion in reversed(order):
        name, _, direction = criterion.partition(",")
        column = columns[name]
        absent = [item for item in arranged if column(item) is None]
        present = [item for item in arranged if column(item) is not None] if absent else arranged
        present.sort(key=_comparable(column, present), reverse=direction == "desc")
        arranged = present + absent
    return arranged


def _comparable(column: Column[T], items: Sequence[T]) -> Column[T]:
    """Texts are compared without regard to case; everything in a column is of one type."""
    if items and isinstance(column(items[0]), str):
        return lambda item: column(item).casefold()
    return column
