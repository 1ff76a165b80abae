"""Verdicts: whether the journal shows what is expected, and the sentence that says why not."""

from typing import Any

import pytest

from mock_server.errors import ApiError, Problem
from mock_server.web.journal import Entry
from mock_server.web.matching import conditions
from mock_server.web.verification import Expectation, expectation, judge, judge_order, shown_verdict

OPERATIONS = frozenset({"access.createUser", "access.getToken", "access.getUser"})
ENTRIES = [
    Entry("request", "POST", "/oauth/token", number=1, operation="access.getToken", status=200),
    Entry("request", "POST", "/api/v2/users", number=2, operation="access.createUser", status=400),
    Entry("request", "POST", "/api/v2/users", number=3, operation="access.createUser", status=201),
    Entry("request", "POST", "/oauth/token", number=4, operation="access.getToken", status=200),
]
NEWEST_FIRST = ENTRIES[::-1]


@pytest.mark.parametrize(
    ("wish", "expected", "words"),
    [
        ({}, Expectation(1), "at least 1 call"),
        ({"exactly": 2}, Expectation(2, 2), "exactly 2 calls"),
        ({"exactly": 0}, Expectation(0, 0), "no call"),
        ({"atLeast": 1}, Expectation(1), "at least 1 call"),
        ({"atMost": 1}, Expectation(0, 1), "at most 1 call"),
        ({"atLeast": 2, "atMost": 3}, Expectation(2, 3), "2 to 3 calls"),
        ({"never": True}, Expectation(0, 0), "no call"),
    ],
    ids=str,
)
def test_an_expectation_is_read_and_told(wish: dict[str, Any], expected: Expectation, words: str) -> None:
    assert expectation(wish) == expected
    assert str(expected) == words


@pytest.mark.parametrize(
    ("wish", "problem"),
    [
        ({"exactly": "2"}, Problem("exactly", "Must be a whole number, 0 or more.")),
        ({"exactly": True}, Problem("exactly", "Must be a whole number, 0 or more.")),
        ({"atLeast": -1}, Problem("atLeast", "Must be a whole number, 0 or more.")),
        ({"never": False}, Problem("never", "Must be true. For another count use exactly, atLeast or atMost.")),
        ({"never": 1}, Problem("never", "Must be true. For another count use exactly, atLeast or atMost.")),
        ({"atLeast": 3, "atMost": 2}, Problem("atMost", "Must not be less than atLeast.")),
        ({"exactly": 1, "never": True}, Problem("never", "Say only one of exactly, atLeast, atMost and never.")),
        ({"atMost": 1, "exactly": 1}, Problem("atMost", "Say only one of exactly, atLeast, atMost and never.")),
    ],
    ids=str,
)
def test_an_expectation_that_makes_no_sense_is_refused(wish: dict[str, Any], problem: Problem) -> None:
    with pytest.raises(ApiError) as refused:
        expectation(wish)
    assert refused.value.problems == (problem,)


@pytest.mark.parametrize(
    ("wanted", "expected", "count", "message", "near"),
    [
        ({"operation": "getToken"}, Expectation(2, 2), 2, "Expected exactly 2 calls, found 2.", []),
        ({"operation": "getToken"}, Expectation(1), 2, "Expected at least 1 call, found 2.", []),
        ({"operation": "getUser"}, Expectation(0, 0), 0, "Expected no call, found none.", []),
        # too few: whoever nearly was one is named
        (
            {"operation": "createUser", "status": 201},
            Expectation(2, 2),
            1,
            "Expected exactly 2 calls, found 1. The nearest is number 2, whose status is 400.",
            [2],
        ),
        # the operation says more than the status, so 2 is nearer than 4 and 1
        (
            {"operation": "createUser", "status": 200},
            Expectation(1),
            0,
            "Expected at least 1 call, found none. The nearest is number 3, whose status is 201.",
            [3, 2, 4, 1],
        ),
        (
            {"operation": "getToken", "user": "alice"},
            Expectation(1),
            0,
            "Expected at least 1 call, found none. The nearest is number 4, whose user is missing.",
            [4, 1],
        ),
        # too many: nobody looks for more
        ({"operation": "getToken", "status": 200}, Expectation(0, 1), 2, "Expected at most 1 call, found 2.", []),
        ({"status": "4xx"}, Expectation(0, 0), 1, "Expected no call, found 1.", []),
    ],
)
def test_calls_are_counted(
    wanted: dict[str, Any], expected: Expectation, count: int, message: str, near: list[int]
) -> None:
    verdict = judge(NEWEST_FIRST, conditions(wanted, OPERATIONS), expected)
    assert (verdict.ok, verdict.count, verdict.message) == (expected.holds(count), count, message)
    assert [it.entry.number for it in verdict.near] == near


TOKEN, USER, NOBODY = {"operation": "getToken"}, {"operation": "createUser", "status": 201}, {"operation": "getUser"}


@pytest.mark.parametrize(
    ("steps", "matched", "message"),
    [
        ([TOKEN], [1], "All 1 came in this order."),
        ([TOKEN, USER, TOKEN], [1, 3, 4], "All 3 came in this order."),
        ([TOKEN, TOKEN], [1, 4], "All 2 came in this order."),
        ([NOBODY], [], "inOrder[0] never came."),
        ([TOKEN, NOBODY], [1], "inOrder[1] did not come after number 1."),
        ([USER, TOKEN, TOKEN], [3, 4], "inOrder[2] did not come after number 4; it came before, as number 1."),
        (
            [TOKEN, TOKEN, USER],
            [1, 4],
            "inOrder[2] did not come after number 4; it came before, as number 3.",
        ),
    ],
)
def test_calls_come_in_an_order(steps: list[dict[str, Any]], matched: list[int], message: str) -> None:
    verdict = judge_order(NEWEST_FIRST, [conditions(step, OPERATIONS) for step in steps])
    assert [entry.number for entry in verdict.matched] == matched
    assert (verdict.ok, verdict.count, verdict.message) == (len(matched) == len(steps), len(matched), message)


def test_a_step_that_nearly_came_is_named() -> None:
    steps = [conditions(step, OPERATIONS) for step in (TOKEN, {"operation": "createUser", "status": 409})]
    verdict = judge_order(NEWEST_FIRST, steps)
    assert verdict.message == ("inOrder[1] did not come after number 1. The nearest is number 3, whose status is 201.")


def test_a_verdict_tells_what_nobody_can_count_any_more() -> None:
    wanted = conditions({"operation": "getUser"}, OPERATIONS)
    assert shown_verdict(judge(ENTRIES, wanted, Expectation(0, 0)), dropped=3) == {
        "ok": True,
        "count": 0,
        "dropped": 3,
        "message": "Expected no call, found none.",
        "requests": [],
        "nearMisses": [],
    }
    lost = "Expected at least 1 call, found none. The journal has dropped 3 older entries, which nobody can count."
    assert shown_verdict(judge(ENTRIES, wanted, Expectation(1)), dropped=3)["message"] == lost


def test_of_many_matches_the_newest_are_shown_and_of_misses_the_nearest() -> None:
    many = [
        Entry("request", "GET", "/", number=number, operation="access.getUser", status=200 + number % 2)
        for number in range(40, 0, -1)
    ]
    body = shown_verdict(
        judge(many, conditions({"operation": "getUser", "status": 200}, OPERATIONS), Expectation(99)), 0
    )
    assert [entry["number"] for entry in body["requests"]] == list(range(40, 20, -2))
    assert body["count"] == 20
    assert [it["number"] for it in body["nearMisses"]] == [39, 37, 35, 33, 31]
