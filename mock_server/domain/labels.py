"""Labels: what a user writes on transactions, as many as it likes."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from mock_server.errors import ApiError, Refusal


@dataclass(frozen=True, slots=True)
class Label:
    id: int
    owner: str
    name: str

    due_at: None = None


def check_name(wanted: Label, labels: Iterable[Label]) -> None:
    """ApiError 422 if another label of the user has that name."""
    if any(label.name == wanted.name and label.id != wanted.id for label in labels):
        raise ApiError(Refusal.ENTITY_EXISTS, "A label with that name exists already.")


def chosen(ids: Collection[int], labels: Mapping[int, Label]) -> tuple[int, ...]:
    """The ids that a client wants on a transaction, each once, in ascending order. ApiError 404 for an unknown one."""
    unknown = next((id for id in ids if id not in labels), None)
    if unknown is not None:
        raise ApiError(Refusal.UNKNOWN_ENTITY, f"Label with ID '{unknown}' not found.")
    return tuple(sorted(set(ids)))


def matching(labels: Sequence[Label], query: Mapping[str, Any]) -> list[Label]:
    """The labels that pass every filter of `GET /labels` that is given."""
    ids = None if query.get("ids") is None else set(query["ids"])
    words = (query.get("search") or "").casefold().split()
    return [
        label
        for label in labels
        if (ids is None or label.id in ids) and all(word in label.name.casefold() for word in words)
    ]


ORDERS: Mapping[str, Callable[[Label], Any]] = {"id": attrgetter("id"), "name": attrgetter("name")}
