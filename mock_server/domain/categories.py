"""Categories: finAPI's global ones, and those that a user adds. There are two levels, no more."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter
from typing import Any

from mock_server.domain.languages import GERMAN
from mock_server.errors import ApiError, Refusal

NONE = 0
"""The id that stands for "no category" wherever a client names one."""


@dataclass(frozen=True, slots=True)
class Category:
    """A category. `key` is how our own tables name a global one; finAPI knows only ids and names."""

    id: int
    key: str
    names: Mapping[str, str] = field(hash=False)
    """By language. German is always there; a custom category is called the same in every language."""
    parent_id: int | None = None
    owner: str | None = None
    """The user who made it; None for a global one."""

    due_at: None = None

    @property
    def is_custom(self) -> bool:
        return self.owner is not None


class Categories:
    """The categories that one reader can see, with their names in the reader's language."""

    def __init__(self, categories: Iterable[Category], language: str = GERMAN) -> None:
        self._by_id = {category.id: category for category in categories}
        self.language = language

    @cached_property
    def _by_key(self) -> Mapping[str, Category]:
        return {category.key: category for category in self}

    @cached_property
    def _children(self) -> Mapping[int, Sequence[int]]:
        children: dict[int, list[int]] = {}
        for category in self:
            if category.parent_id is not None:
                children.setdefault(category.parent_id, []).append(category.id)
        return children

    def __iter__(self) -> Iterator[Category]:
        return iter(self._by_id.values())

    def get(self, id: int | None) -> Category | None:
        return None if id is None else self._by_id.get(id)

    def find(self, id: int) -> Category:
        """ApiError 404 if the reader sees no such category."""
        category = self.get(id)
        if category is None:
            raise ApiError(Refusal.UNKNOWN_ENTITY, f"Category with ID '{id}' not found.")
        return category

    def named(self, key: str) -> Category:
        return self._by_key[key]

    def name(self, category: Category) -> str:
        return category.names.get(self.language) or category.names[GERMAN]

    def children(self, category: Category) -> Sequence[int]:
        return self._children.get(category.id, ())

    def with_children(self, ids: Iterable[int]) -> set[int]:
        """`ids` and the ids of their sub-categories."""
        chosen = set(ids)
        return chosen.union(*(self._children.get(id, ()) for id in chosen))

    def seen_by(self, own: Sequence[Category], language: str) -> "Categories":
        """What a user with these categories of its own sees, who reads that language."""
        return self if not own and language == self.language else Categories((*self, *own), language)


def create(id: int, owner: str, name: str, parent_id: int | None, known: Categories) -> Category:
    """A custom category. ApiError 404 for an unknown parent, 422 for one that is a sub-category, or a taken name."""
    if parent_id is not None and known.find(parent_id).parent_id is not None:
        detail = "parentId names a sub-category; choose a main category, there are two levels only."
        raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, detail)
    category = Category(id, "", {GERMAN: name}, parent_id, owner)
    _check_name(category, known)
    return category


def rename(category: Category, name: str, known: Categories) -> Category:
    """ApiError 422 for a global category, or a name that a sibling has."""
    check_custom(category)
    renamed = replace(category, names={GERMAN: name})
    _check_name(renamed, known)
    return renamed


def check_custom(category: Category) -> None:
    """ApiError 422 unless it is the user's own, which alone can be changed."""
    if not category.is_custom:
        detail = "Global categories can neither be edited nor deleted; only those whose isCustom is true."
        raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, detail)


def _check_name(wanted: Category, known: Categories) -> None:
    """Siblings differ in name; a global one has all its languages' names."""
    siblings = (other for other in known if other.parent_id == wanted.parent_id and other.id != wanted.id)
    if any(wanted.names[GERMAN] in other.names.values() for other in siblings):
        raise ApiError(Refusal.ENTITY_EXISTS, "A category with that name exists already on this level.")


Query = Mapping[str, Any]


def matching(known: Categories, query: Query) -> list[Category]:
    """The categories that pass every filter of `GET /categories` that is given."""
    ids = None if query.get("ids") is None else set(query["ids"])
    custom = query.get("isCustom")
    words = (query.get("search") or "").casefold().split()
    return [
        category
        for category in known
        if (ids is None or category.id in ids)
        and (custom is None or category.is_custom is custom)
        and (not words or all(word in known.name(category).casefold() for word in words))
    ]


def orders(known: Categories) -> Mapping[str, Callable[[Category], Any]]:
    return {"id": attrgetter("id"), "name": known.name, "isCustom": attrgetter("is_custom")}


def from_data(data: Mapping[str, Any]) -> Categories:
    """The content of `data/categories.yaml`."""
    return Categories(category for root in data["categories"] for category in _family(root))


def _family(root: Mapping[str, Any]) -> Iterator[Category]:
    yield Category(root["id"], root["key"], root["name"])
    for child in root.get("children", ()):
        yield Category(child["id"], child["key"], child["name"], root["id"])
