"""Conditions on fields, and the paths that lead to these."""

from typing import Any

import pytest

from mock_server.scenario.conditions import ABSENT, Condition, field_at, fits
from mock_server.scenario.patches import patched

BODY = {"amount": 5, "orders": [{"amount": 1}, {"amount": 2}], "name": "Anna", "is": True, "nothing": None}


@pytest.mark.parametrize(
    ("condition", "value", "expected"),
    [
        (Condition(equals=5), 5, True),
        (Condition(equals=5), "5", True),
        (Condition(equals="5"), 5, True),
        (Condition(equals=True), True, True),
        (Condition(equals="true"), True, True),
        (Condition(equals=5), 6, False),
        (Condition(equals=5), ABSENT, False),
        (Condition(glob="a*"), "alice", True),
        (Condition(glob="a*"), "Alice", False),
        (Condition(glob="a?c"), "abc", True),
        (Condition(from_=1), 1, True),
        (Condition(from_=1, to=2), 2.5, False),
        (Condition(to=2), "1.5", True),
        (Condition(from_=1), "many", False),
        (Condition(present=True), 0, True),
        (Condition(present=True), ABSENT, False),
        (Condition(present=True), None, False),
        (Condition(present=False), ABSENT, True),
        (Condition(present=False), None, True),
        (Condition(present=False), 1, False),
        (Condition.from_short(["a", "b*"]), "bob", True),
        (Condition.from_short(["a", "b*"]), "c", False),
        (Condition(equals=2), [1, 2], True),
        (Condition(equals=2), [], False),
        (Condition(present=False), [], True),
    ],
)
def test_what_fits(condition: Condition, value: Any, expected: bool) -> None:
    assert fits(condition, value) is expected


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Nothing is asked"),
        ({"from_": 3, "to": 1}, "'from' is greater than 'to'"),
        ({"present": False, "equals": 1}, "has no value to compare"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Condition(**given)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("amount", 5),
        ("orders[1].amount", 2),
        ("orders[*].amount", [1, 2]),
        ("orders[7].amount", ABSENT),
        ("orders.amount", ABSENT),
        ("name.first", ABSENT),
        ("missing", ABSENT),
        ("nothing", None),
    ],
)
def test_a_path_leads_to_a_field(path: str, value: Any) -> None:
    assert field_at(BODY, path) == value


@pytest.mark.parametrize(
    ("set", "remove", "changed"),
    [
        ({"amount": 6}, (), {"amount": 6}),
        ({"new": {"a": 1}}, (), {"new": {"a": 1}}),
        ({"orders[*].amount": 0}, (), {"orders": [{"amount": 0}, {"amount": 0}]}),
        ({"orders[0].amount": 0}, (), {"orders": [{"amount": 0}, {"amount": 2}]}),
        ({"orders[9].amount": 0, "no.where": 1}, (), {}),
        ({}, ("orders[0]",), {"orders": [{"amount": 2}]}),
        ({}, ("orders[*]",), {"orders": []}),
        ({}, ("orders[*].amount",), {"orders": [{}, {}]}),
        ({}, ("nowhere",), {}),
    ],
)
def test_fields_are_changed_by_their_paths(set: dict[str, Any], remove: tuple[str, ...], changed: Any) -> None:
    before = {**BODY, "orders": [dict(it) for it in BODY["orders"]]}  # type: ignore[attr-defined]
    assert patched(before, set, remove) == {**BODY, **changed}
    assert before == BODY


def test_a_removed_field_is_gone() -> None:
    assert "name" not in patched(BODY, {}, ("name",))
