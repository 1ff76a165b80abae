"""What a client may change about transactions: flags, category and labels."""

from collections.abc import Mapping
from typing import Any

from mock_server.domain import labels
from mock_server.domain.categories import NONE, Categories
from mock_server.domain.labels import Label
from mock_server.errors import ApiError, Problem, Refusal, invalid

EDITABLE = ("isNew", "isPotentialDuplicate", "categoryId", "labelIds")

Wish = Mapping[str, Any]


def changes_of(wish: Wish, known: Categories, own_labels: Mapping[int, Label]) -> Mapping[str, Any]:
    """The fields of a `Transaction` that shall get new values.

    ApiError 400 if there is nothing to change, 404 for an unknown category or label, 422 for a duplicate.
    """
    if all(wish.get(name) is None for name in EDITABLE):
        raise ApiError(Refusal.MISSING_FIELD, f"At least one of {', '.join(EDITABLE)} must be given.")
    changes: dict[str, Any] = {}
    if wish.get("isNew") is not None:
        changes["is_new"] = wish["isNew"]
    if wish.get("isPotentialDuplicate") is not None:
        changes["is_potential_duplicate"] = _only_false(wish["isPotentialDuplicate"])
    if wish.get("categoryId") is not None:
        changes["category_id"] = category_id(wish["categoryId"], known)
    if wish.get("labelIds") is not None:
        changes["label_ids"] = labels.chosen(wish["labelIds"], own_labels)
    return changes


def category_id(id: int, known: Categories) -> int | None:
    """What a client means by a category's id: 0 takes the category away. ApiError 404."""
    return None if id == NONE else known.find(id).id


def trains(wish: Wish) -> bool:
    """Whether the categorization shall learn from this edit. There is nothing to learn from taking a category away."""
    return bool(wish.get("categoryId")) and wish.get("trainCategorization") is not False


def check_scope(wish: Wish) -> None:
    """ApiError 400: all transactions at once can neither get a category nor labels."""
    if wish.get("ids") is not None:
        return
    forbidden = [name for name in ("categoryId", "labelIds") if wish.get(name) is not None]
    if forbidden:
        raise invalid(*(Problem(name, "Can only be set together with ids.") for name in forbidden))


def _only_false(flag: bool) -> bool:
    if flag:
        detail = "isPotentialDuplicate can only be set to false; finAPI alone decides what may be a duplicate."
        raise ApiError(Refusal.ILLEGAL_FIELD_VALUE, detail)
    return flag
