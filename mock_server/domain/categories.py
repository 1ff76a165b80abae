"""finAPI's global categories: twelve roots and what hangs under them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True, slots=True)
class Category:
    """A global category. `key` is how our own tables name it; finAPI knows only ids and names."""

    id: int
    key: str
    name: str
    """German, finAPI's default language."""
    parent_id: int | None
    parent_name: str | None
    children: tuple[int, ...] = ()


class Categories:
    """All global categories, by id and by key."""

    def __init__(self, categories: Iterable[Category]) -> None:
        self._by_id = {category.id: category for category in categories}

    @cached_property
    def _by_key(self) -> Mapping[str, Category]:
        return {category.key: category for category in self._by_id.values()}

    def __iter__(self) -> Iterator[Category]:
        return iter(self._by_id.values())

    def get(self, id: int) -> Category | None:
        return self._by_id.get(id)

    def named(self, key: str) -> Category:
        return self._by_key[key]

    def with_children(self, ids: Iterable[int]) -> set[int]:
        """`ids` and the ids of their sub-categories."""
        chosen = set(ids)
        return chosen.union(*(self._by_id[id].children for id in chosen if id in self._by_id))


def from_data(data: Mapping[str, Any]) -> Categories:
    """The content of `data/categories.yaml`."""
    return Categories(category for root in data["categories"] for category in _family(root))


def _family(root: Mapping[str, Any]) -> Iterator[Category]:
    name = root["name"]["de"]
    children = root.get("children", ())
    yield Category(root["id"], root["key"], name, None, None, tuple(child["id"] for child in children))
    for child in children:
        yield Category(child["id"], child["key"], child["name"]["de"], root["id"], name)
