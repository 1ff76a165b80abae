"""Deciding by a scenario: which rule fires, what is counted, and which state follows."""

import pytest

from mock_server.clock import parse_duration
from mock_server.scenario.engine import seconds_of
from mock_server.scenario.events import Event
from mock_server.scenario.rules import Delay
from tests.scenario.texts import Played, event

UPDATE, IMPORT = event(), event("access.importBankConnection")
LOCKED = "then: {refuse: LOCKED}"


def rule(when: str, more: str = "") -> str:
    return f"rules:\n  - when: {when}\n    {LOCKED}\n{more}"


@pytest.mark.parametrize(
    ("when", "fired"),
    [
        ("{operation: updateBankConnection}", [1, 1, 1, 1, 1, 1]),
        ("{operation: updateBankConnection, nth: 3}", [None, None, 1, None, None, None]),
        ("{operation: updateBankConnection, nth: [2, 4]}", [None, 1, None, 1, None, None]),
        ("{operation: updateBankConnection, first: 2}", [1, 1, None, None, None, None]),
        ("{operation: updateBankConnection, after: 4}", [None, None, None, None, 1, 1]),
        ("{operation: updateBankConnection, every: 3}", [None, None, 1, None, None, 1]),
        ("{operation: updateBankConnection, after: 2, every: 2}", [None, None, None, 1, None, 1]),
        ("{operation: deleteBankConnection}", [None] * 6),
    ],
)
def test_a_rule_fires_at_the_requests_that_it_counts(when: str, fired: list[int | None]) -> None:
    assert Played(rule(when)).fires(*[UPDATE] * 6) == fired


def test_only_requests_that_fit_are_counted() -> None:
    assert Played(rule("{operation: importBankConnection, nth: 2}")).fires(IMPORT, UPDATE, IMPORT, IMPORT) == [
        None, None, 1, None,
    ]  # fmt: skip


def test_every_rule_that_fits_counts_whether_or_not_it_decides() -> None:
    played = Played(
        f"""
rules:
  - when: {{operation: updateBankConnection, nth: 1}}
    {LOCKED}
  - when: {{operation: updateBankConnection, nth: 2}}
    {LOCKED}
"""
    )
    assert played.fires(UPDATE, UPDATE, UPDATE) == [1, 2, None]
    assert [played.progress.fitted(number) for number in (0, 1)] == [3, 3]


def test_the_third_update_of_each_connection_is_counted_by_itself() -> None:
    played = Played(rule("{operation: updateBankConnection, nth: 3, per: connection}"))
    first, second = event(connection=1), event(connection=2)
    assert played.fires(first, second, first, second, second, first) == [None, None, None, None, 1, 1]


def test_a_rule_retires_after_it_has_happened_so_many_times() -> None:
    assert Played(rule("{operation: updateBankConnection}", "    times: 2")).fires(*[UPDATE] * 4) == [1, 1, None, None]


@pytest.mark.parametrize(
    ("when", "more", "seconds", "fired"),
    [
        ("{from: 10s}", "", (0, 9, 10, 100), (None, None, 1, 1)),
        ("{until: 10s}", "", (0, 9, 10, 100), (1, 1, None, None)),
        ("{from: 10s, for: 5s}", "", (9, 10, 14, 15), (None, 1, 1, None)),
        ("{for: 5s}", "", (0, 4, 5), (1, 1, None)),
        ("{from: 2026-08-13T10:01:00Z}", "", (59, 60), (None, 1)),
        ("{from: 2026-08-13T10:01:00Z, until: 2026-08-13T10:02:00Z}", "", (59, 60, 119, 120), (None, 1, 1, None)),
        ("{}", "    ttl: 1min", (59, 60), (1, None)),
    ],
)
def test_a_rule_may_be_in_force_for_a_time(
    when: str, more: str, seconds: tuple[int, ...], fired: tuple[int | None, ...]
) -> None:
    assert tuple(Played(rule(when, more)).fires(*(event(after=it) for it in seconds))) == fired


@pytest.mark.parametrize(
    ("when", "about", "fits"),
    [
        ("{api: access}", {}, True),
        ("{api: webform}", {}, False),
        ("{tag: Bank Connections}", {}, True),
        ("{tag: Accounts}", {}, False),
        ("{operation: '*BankConnection'}", {}, True),
        ("{operation: access.updateBankConnection}", {}, True),
        ("{operation: [getBank, updateBankConnection]}", {}, True),
        ("{user: alice}", {"user": "alice"}, True),
        ("{user: 'ali*'}", {"user": "alice"}, True),
        ("{user: ALICE}", {"user": "alice"}, True),
        ("{user: ['Bob', 'ALI*']}", {"user": "alice"}, True),
        ("{client: Shop}", {"client": "shop"}, False),
        ("{user: alice}", {"user": "bob"}, False),
        ("{user: alice}", {}, False),
        ("{user: {present: false}}", {}, True),
        ("{client: [shop, store]}", {"client": "store"}, True),
        ("{bank: 280001}", {"bank": (280001, 280002)}, True),
        ("{connection: {from: 5, to: 9}}", {"connection": 7}, True),
        ("{connection: {from: 5, to: 9}}", {"connection": 10}, False),
        ("{header: {Accept-Language: 'en*'}}", {"header": {"accept-language": "en-GB"}}, True),
        ("{body: {bankConnectionId: 5}}", {"body": {"bankConnectionId": 5}}, True),
        ("{body: {bankConnectionId: {present: true}}}", {"body": {}}, False),
    ],
)
def test_a_rule_fits_by_who_and_what(when: str, about: dict[str, object], fits: bool) -> None:
    assert Played(rule(when)).fires(event(**about)) == [1 if fits else None]


def test_callbacks_are_meant_only_where_they_are_named() -> None:
    callback = Event("callback", UPDATE.now)
    assert Played(rule("{}")).fires(callback) == [None]
    named = "rules:\n  - when: {operation: callback}\n    then: {callback: lost}\n"
    assert Played(named).fires(callback, UPDATE) == [1, None]


def test_chance_is_decided_by_the_seed_and_about_as_often_as_it_says() -> None:
    rules = rule("{operation: updateBankConnection, chance: 0.3}")
    fired = Played(rules).fires(*[UPDATE] * 1000)
    assert fired == Played(rules).fires(*[UPDATE] * 1000)
    assert fired != Played(f"seed: 2\n{rules}").fires(*[UPDATE] * 1000)
    assert 250 < fired.count(1) < 350


STATES = """
states: [up, down]
transitions:
  - {from: up, to: down, when: {operation: importBankConnection, nth: 2}}
  - {from: down, to: up, after: 10min}
rules:
  - when: {state: down, operation: updateBankConnection}
    then: {refuse: BANK_SERVER_REJECTION}
"""


def test_a_request_takes_a_transition_and_is_itself_decided_in_the_old_state() -> None:
    played = Played(STATES)
    assert played.fires(UPDATE, IMPORT, UPDATE, IMPORT, UPDATE) == [None, None, None, None, 1]
    assert played.progress.state == "down"


def test_time_takes_a_transition_and_counting_begins_anew_in_the_new_state() -> None:
    played = Played(STATES)
    played.fires(IMPORT, IMPORT)
    later = [event(after=it) for it in (599, 600)]
    assert played.fires(*later) == [1, None]
    again = [event("access.importBankConnection", after=601), event(after=602)]
    assert played.fires(*again) == [None, None]
    assert played.progress.state == "up"


def test_transitions_by_time_follow_each_other_while_nobody_looks() -> None:
    played = Played(
        """
states: [a, b, c]
transitions:
  - {from: a, to: b, after: 1min}
  - {from: b, to: c, after: 1min}
rules:
  - when: {state: c}
    then: {refuse: LOCKED}
"""
    )
    assert played.fires(event(after=119), event(after=120)) == [None, 1]


def test_a_cycle_of_states_ends_although_the_clock_was_moved_by_years() -> None:
    played = Played(
        """
states: [a, b]
transitions: [{to: b, from: a, after: 1s}, {to: a, from: b, after: 1s}]
rules: [{when: {state: b}, then: {refuse: LOCKED}}]
"""
    )
    assert played.says(event(after=10**8)).state in ("a", "b")


def test_a_quota_answers_so_many_requests_in_a_window_and_says_when_the_next_begins() -> None:
    played = Played("rules:\n  - when: {api: access}\n    then: {quota: {requests: 2, window: 1min}}\n")
    verdicts = [played.says(event(after=it)) for it in (5, 6, 7, 64, 65, 66, 67)]
    assert [it.retry_after for it in verdicts] == [None, None, 58, 1, None, None, 58]


@pytest.mark.parametrize(
    ("delay", "luck", "seconds"),
    [
        (Delay(fixed=parse_duration("1500ms")), 0.7, 1.5),
        (Delay(uniform=(parse_duration("1s"), parse_duration("3s"))), 0.0, 1.0),
        (Delay(uniform=(parse_duration("1s"), parse_duration("3s"))), 0.5, 2.0),
        (Delay(normal=(parse_duration("2s"), parse_duration("500ms"))), 0.5, 2.0),
        (Delay(normal=(parse_duration("1s"), parse_duration("5s"))), 0.01, 0.0),
    ],
)
def test_a_delay_depends_on_luck_alone_and_is_never_negative(delay: Delay, luck: float, seconds: float) -> None:
    assert seconds_of(delay, luck) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("when", "about", "failed"),
    [
        ("{user: alice}", {"user": "bob"}, "user"),
        ("{body: {bankConnectionId: 5}}", {"body": {"bankConnectionId": 6}}, "body.bankConnectionId"),
        ("{nth: 2}", {}, "nth"),
        ("{from: 1min}", {}, "time"),
    ],
)
def test_a_trial_says_which_condition_has_failed(when: str, about: dict[str, object], failed: str) -> None:
    assert [trial.failed for trial in Played(rule(when)).says(event(**about)).trials] == [failed]
