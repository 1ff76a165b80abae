"""What holds for any set of rules: deciding is pure, never fails, and nothing is decided where nothing is said."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mock_server.scenario.conditions import Condition
from mock_server.scenario.engine import Script, decide
from mock_server.scenario.events import Event, begin
from mock_server.scenario.rules import Answer, Quota, Rule, Scenario, Then, Transition, When
from mock_server.scenario.stage import Stage
from tests.scenario.texts import NOON

OPERATIONS = ("access.getUser", "access.updateBankConnection", "webform.getWebForm", "callback")
STATES = ("a", "b", "c")
words = st.sampled_from(("alice", "bob", "5", "a*", "?"))
values: SearchStrategy[Any] = st.one_of(words, st.integers(0, 9), st.booleans(), st.none(), st.lists(st.integers(0, 3)))
durations = st.integers(0, 100).map(lambda seconds: timedelta(seconds=seconds))


def maybe(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.none() | strategy


conditions = st.one_of(
    words.map(Condition.from_short),
    st.integers(0, 9).map(Condition.from_short),
    st.lists(words, min_size=1, max_size=3).map(Condition.from_short),
    st.booleans().map(lambda it: Condition(present=it)),
    st.integers(0, 9).map(lambda it: Condition(from_=it)),
)
whens = st.builds(
    When,
    operation=st.lists(st.sampled_from(("getUser", "update*", "webform.*", "callback")), max_size=2).map(tuple),
    api=maybe(st.sampled_from(("access", "webform"))),
    user=maybe(conditions),
    connection=maybe(conditions),
    body=st.dictionaries(st.sampled_from(("a", "a[0]", "a[*].b", "b.c")), conditions, max_size=2),
    state=st.lists(st.sampled_from(STATES), max_size=2).map(tuple),
    nth=st.lists(st.integers(1, 4), max_size=2).map(tuple),
    first=maybe(st.integers(1, 5)),
    after=maybe(st.integers(0, 5)),
    every=maybe(st.integers(1, 3)),
    per=maybe(st.sampled_from(("user", "connection"))),
    chance=maybe(st.floats(0, 1)),
    from_=maybe(durations),
    until=maybe(durations),
)
thens = st.sampled_from(
    (
        Then(refuse="LOCKED"),
        Then(nothing=True),
        Then(answer=Answer(status=503)),
        Then(quota=Quota(requests=1, window=timedelta(seconds=10))),
    )
)
rules = st.builds(Rule, when=whens, then=thens, times=maybe(st.integers(1, 3)), ttl=maybe(durations))
transitions = st.one_of(
    st.builds(Transition, to=st.sampled_from(STATES), after=durations),
    st.builds(Transition, to=st.sampled_from(STATES), when=whens),
)
scenarios = st.builds(
    Scenario,
    name=st.just("any"),
    description=st.just("Any."),
    seed=st.integers(0, 3),
    states=st.just(STATES),
    transitions=st.lists(transitions, max_size=3).map(tuple),
    rules=st.lists(rules, max_size=5).map(tuple),
)
events = st.builds(
    Event,
    operation=st.sampled_from(OPERATIONS),
    now=durations.map(lambda it: NOON + it),
    api=st.sampled_from(("access", "webform")),
    subjects=st.dictionaries(st.sampled_from(("user", "connection")), st.tuples(values), max_size=2),
    parts=st.fixed_dictionaries({"body": st.dictionaries(st.sampled_from(("a", "b")), values, max_size=2)}),
)


@given(scenarios, st.lists(events, max_size=8))
def test_deciding_is_deterministic_never_fails_and_writes_nothing(scenario: Scenario, asked: list[Event]) -> None:
    told = []
    for _ in range(2):
        script, progress, verdicts = Script(scenario), begin(scenario, NOON), []
        for event in asked:
            before = (dict(progress.counts), dict(progress.steps), dict(progress.fired), progress.state)
            verdict = decide(script, progress, event)
            assert verdict == decide(script, progress, event)
            assert (progress.counts, progress.steps, progress.fired, progress.state) == before
            progress.take(verdict)
            verdicts.append(verdict)
        told.append(verdicts)
    assert told[0] == told[1]


@given(scenarios, st.lists(events, max_size=8))
def test_a_rule_that_decides_fits_and_none_before_it_fires(scenario: Scenario, asked: list[Event]) -> None:
    script, progress = Script(scenario), begin(scenario, NOON)
    for event in asked:
        verdict = decide(script, progress, event)
        fired = [trial.rule for trial in verdict.trials if trial.failed is None]
        assert fired == ([] if verdict.rule is None else [verdict.rule])
        assert all(
            trial.failed != "an earlier rule decides" for trial in verdict.trials if trial.rule < (verdict.rule or 0)
        )
        progress.take(verdict)


@given(st.lists(events, max_size=5))
def test_an_empty_scenario_says_nothing(asked: list[Event]) -> None:
    empty = Scenario(name="empty", description="Empty.")
    stage = Stage([Script(empty)], NOON)
    assert all(stage.consult(event).then is None for event in asked)


@given(scenarios, scenarios, st.lists(events, max_size=5))
def test_of_two_scenarios_the_first_that_has_something_to_say_decides(
    first: Scenario, second: Scenario, asked: list[Event]
) -> None:
    both, alone = Stage([Script(first), Script(second)], NOON), Stage([Script(first)], NOON)
    for event in asked:
        ruling, own = both.consult(event), alone.consult(event)
        if own.then is not None:
            assert ruling.then == own.then
