"""JSON Merge Patch: the examples of RFC 7396 that concern objects."""

from copy import deepcopy
from typing import Any

import pytest

from mock_server.domain import patches

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ({"a": "foo"}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": False}, {}, {"a": False}),
    ],
)
def test_a_change_is_applied_as_the_rfc_says(before: Json, changes: Json, after: Json) -> None:
    untouched = deepcopy((before, changes))
    assert patches.apply(before, changes) == after
    assert (before, changes) == untouched


def test_what_was_taken_over_does_not_change_with_the_request_that_brought_it() -> None:
    body = {"aspect": {"colorScheme": {"brand": "#112233"}}}
    taken = patches.apply({}, body)
    body["aspect"]["colorScheme"]["brand"] = "#000000"
    assert taken == {"aspect": {"colorScheme": {"brand": "#112233"}}}
