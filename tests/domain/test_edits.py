"""What a client may change about transactions."""

from typing import Any

import pytest

from mock_server.domain import edits
from mock_server.errors import ApiError, Refusal
from tests.domain.test_categories import SEEN
from tests.domain.test_labels import BY_ID


@pytest.mark.parametrize(
    ("wish", "changes"),
    [
        ({"isNew": False}, {"is_new": False}),
        ({"isNew": True, "categoryId": None}, {"is_new": True}),
        ({"isPotentialDuplicate": False}, {"is_potential_duplicate": False}),
        ({"categoryId": 378, "trainCategorization": False}, {"category_id": 378}),
        ({"categoryId": 2}, {"category_id": 2}),
        ({"categoryId": 0}, {"category_id": None}),
        ({"labelIds": [3, 1]}, {"label_ids": (1, 3)}),
        ({"labelIds": []}, {"label_ids": ()}),
        ({"isNew": False, "labelIds": [2], "ids": [1]}, {"is_new": False, "label_ids": (2,)}),
    ],
)
def test_only_what_is_given_changes(wish: dict[str, Any], changes: dict[str, Any]) -> None:
    assert edits.changes_of(wish, SEEN, BY_ID) == changes


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        ({}, Refusal.MISSING_FIELD),
        ({"trainCategorization": True, "ids": [1], "accountIds": [1]}, Refusal.MISSING_FIELD),
        ({"categoryId": 99}, Refusal.UNKNOWN_ENTITY),
        ({"categoryId": -1}, Refusal.UNKNOWN_ENTITY),
        ({"labelIds": [1, 99]}, Refusal.UNKNOWN_ENTITY),
        ({"isPotentialDuplicate": True}, Refusal.ILLEGAL_FIELD_VALUE),
    ],
)
def test_edits_that_are_refused(wish: dict[str, Any], refusal: Refusal) -> None:
    with pytest.raises(ApiError) as refused:
        edits.changes_of(wish, SEEN, BY_ID)
    assert refused.value.refusal is refusal


@pytest.mark.parametrize(
    ("wish", "trains"),
    [
        ({"categoryId": 378}, True),
        ({"categoryId": 378, "trainCategorization": None}, True),
        ({"categoryId": 378, "trainCategorization": True}, True),
        ({"categoryId": 378, "trainCategorization": False}, False),
        ({"categoryId": 0}, False),
        ({"trainCategorization": True, "isNew": False}, False),
    ],
)
def test_a_new_category_is_learnt_unless_the_client_says_no(wish: dict[str, Any], trains: bool) -> None:
    assert edits.trains(wish) is trains


@pytest.mark.parametrize(
    ("wish", "fields"),
    [
        ({"isNew": False, "isPotentialDuplicate": False, "accountIds": [1]}, []),
        ({"ids": [], "categoryId": 378, "labelIds": [1]}, []),
        ({"categoryId": 0}, ["categoryId"]),
        ({"categoryId": 378, "labelIds": []}, ["categoryId", "labelIds"]),
    ],
)
def test_all_transactions_at_once_get_neither_category_nor_labels(wish: dict[str, Any], fields: list[str]) -> None:
    if not fields:
        edits.check_scope(wish)
        return
    with pytest.raises(ApiError) as refused:
        edits.check_scope(wish)
    assert [problem.field for problem in refused.value.problems] == fields
