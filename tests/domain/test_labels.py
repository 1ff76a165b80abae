"""Labels: names, choices, filters."""

from typing import Any

import pytest

from mock_server.domain import labels
from mock_server.domain.labels import Label
from mock_server.errors import ApiError, Refusal

TAX, HOLIDAY, SHARED = Label(1, "alice", "Steuer 2026"), Label(2, "alice", "Urlaub"), Label(3, "alice", "geteilt")
ALL = [TAX, HOLIDAY, SHARED]
BY_ID = {label.id: label for label in ALL}


@pytest.mark.parametrize("wanted", [Label(4, "alice", "Auto"), Label(4, "alice", "urlaub"), HOLIDAY])
def test_a_name_is_free_unless_another_label_has_it(wanted: Label) -> None:
    labels.check_name(wanted, ALL)


@pytest.mark.parametrize("id", [1, 4])
def test_a_name_that_another_label_has_is_taken(id: int) -> None:
    with pytest.raises(ApiError) as refused:
        labels.check_name(Label(id, "alice", "Urlaub"), ALL)
    assert refused.value.refusal is Refusal.ENTITY_EXISTS


@pytest.mark.parametrize(("ids", "chosen"), [([], ()), ([2], (2,)), ([3, 1, 3], (1, 3))])
def test_labels_are_chosen_once_each(ids: list[int], chosen: tuple[int, ...]) -> None:
    assert labels.chosen(ids, BY_ID) == chosen


def test_an_unknown_label_cannot_be_chosen() -> None:
    with pytest.raises(ApiError, match="'9'") as refused:
        labels.chosen([1, 9], BY_ID)
    assert refused.value.refusal is Refusal.UNKNOWN_ENTITY


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {1, 2, 3}),
        ({"ids": [3, 1, 77]}, {1, 3}),
        ({"ids": []}, set()),
        ({"search": "UR"}, {2}),
        ({"search": "2026 steuer"}, {1}),
        ({"search": "steuer urlaub"}, set()),
        ({"search": "e", "ids": [1, 2]}, {1}),
    ],
)
def test_a_label_must_pass_every_filter(query: dict[str, Any], found: set[int]) -> None:
    assert {label.id for label in labels.matching(ALL, query)} == found
