"""Logins by the direct API: what is asked for, and which answers bring them on."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mock_server.domain import authorisations
from mock_server.domain.authorisations import ANSWERS, LIFETIME, Authorisation, Status, fingerprint
from mock_server.domain.progress import Pace, parse_pace
from mock_server.domain.steps import Step, Visit
from mock_server.errors import ApiError
from tests.domain.catalogue import NOON

HASH = "c7af602c031117458affd825305fb56d"


def pending(step: Step = Step.SCA_METHOD, pace: Pace | None = None, **more: Any) -> Authorisation:
    begun = Authorisation(
        id=HASH,
        owner="alice",
        fingerprint="",
        visit=Visit(step=step, login="demo"),
        status=Status.TWO_STEP_PROCEDURE_REQUIRED,
        expires_at=NOON,
        code="the-code",
        redirect_url="https://shop.example/?a=1",
    )
    return replace(authorisations.ask(begun, pace or Pace(), NOON), **more)


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (Step.SCA_METHOD, "TWO_STEP_PROCEDURE_REQUIRED"),
        (Step.CHALLENGE, "CHALLENGE_RESPONSE_REQUIRED"),
        (Step.REDIRECT, "REDIRECT_REQUIRED"),
        (Step.DECOUPLED, "DECOUPLED_AUTH_REQUIRED"),
    ],
)
def test_each_step_asks_for_one_thing_and_waits_ten_minutes(step: Step, status: str) -> None:
    asked = pending(step)
    assert (asked.status, asked.due_at) == (status, NOON + timedelta(minutes=10))


@pytest.mark.parametrize(
    ("step", "given", "after"),
    [
        (Step.SCA_METHOD, {"twoStepProcedureId": "demo-sms-tan"}, Step.CHALLENGE),
        (Step.SCA_METHOD, {"twoStepProcedureId": "demo-decoupled"}, Step.DECOUPLED),
        (Step.CHALLENGE, {"challengeResponse": "123456"}, Step.GRANTED),
        (Step.CHALLENGE, {"challengeResponse": "654321"}, Step.REJECTED),
        (Step.DECOUPLED, {"decoupledCallback": False}, Step.DECOUPLED),
        (Step.REDIRECT, {"redirectCallback": f"state={HASH}&code=the-code"}, Step.REJECTED),  # nobody was there
    ],
)
def test_an_answer_is_passed_on_to_the_bank(step: Step, given: dict[str, Any], after: Step) -> None:
    assert authorisations.answer(pending(step), given, NOON).visit.step is after


@pytest.mark.parametrize(
    ("query", "after"),
    [
        (f"state={HASH}&code=the-code", Step.LOGGED_IN),
        (f"?code=the-code&state={HASH}", Step.LOGGED_IN),
        (f"https://shop.example/?a=1&state={HASH}&code=the-code", Step.LOGGED_IN),
        (f"state={HASH}", Step.REJECTED),
        ("state=another&code=the-code", Step.REJECTED),
        ("", Step.REJECTED),
    ],
)
def test_only_the_banks_own_query_brings_its_customer_back(query: str, after: Step) -> None:
    there = pending(Step.REDIRECT)
    back = replace(there, visit=replace(there.visit, step=Step.LOGGED_IN))
    assert authorisations.answer(back, {"redirectCallback": query}, NOON).visit.step is after


def test_the_way_back_keeps_the_callers_own_query() -> None:
    assert pending(Step.REDIRECT).way_back == f"https://shop.example/?a=1&state={HASH}&code=the-code"


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("field", sorted({field for field, _ in ANSWERS.values()}))
def test_any_other_answer_is_refused(status: Status, field: str) -> None:
    wanted = ANSWERS[status][0]
    if field == wanted:
        return
    with pytest.raises(ApiError, match=f"waits for '{wanted}'"):
        authorisations.answer(replace(pending(), status=status), {"hash": HASH, field: "x"}, NOON)


@pytest.mark.parametrize(("pace", "polls"), [("at-once", 2), ("3-reads", 4), ("0-reads", 1)])
def test_a_decoupled_login_is_confirmed_after_so_many_polls(pace: str, polls: int) -> None:
    asked, count = pending(Step.DECOUPLED, parse_pace(pace)), 0
    while asked.visit.step is Step.DECOUPLED:
        asked, count = authorisations.answer(asked, {"decoupledCallback": True}, NOON), count + 1
        assert count < 10
    assert count == polls


def test_by_hand_it_is_confirmed_by_nobody() -> None:
    asked = pending(Step.DECOUPLED, Pace("by-hand"))
    for _ in range(20):
        asked = authorisations.answer(asked, {"decoupledCallback": True}, NOON + LIFETIME)
    assert (asked.visit.step, asked.status) == (Step.DECOUPLED, "DECOUPLED_AUTH_IN_PROGRESS")


@pytest.mark.parametrize(
    ("operation", "body", "is_same"),
    [
        ("import", {"bankId": 1, "name": "x"}, True),
        ("import", {"name": "x", "bankId": 1, "multiStepAuthentication": {"hash": HASH}}, True),
        ("import", {"bankId": 1, "name": "x", "redirectUrl": None}, True),
        ("import", {"bankId": 2, "name": "x"}, False),
        ("import", {"bankId": 1}, False),
        ("update", {"bankId": 1, "name": "x"}, False),
    ],
)
def test_the_fingerprint_is_that_of_the_same_call(operation: str, body: dict[str, Any], is_same: bool) -> None:
    assert (fingerprint(operation, body) == fingerprint("import", {"bankId": 1, "name": "x"})) is is_same
