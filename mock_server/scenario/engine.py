"""Deciding by a scenario. `decide` is pure: it never waits, raises or writes, and gives the same answer again.

Every rule that fits counts the request, whether or not it is the one that decides: "the third update" is the third
update, not the third failure. What has to be remembered comes back with the verdict, and `Progress.take` remembers it.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from math import ceil
from typing import Any

from mock_server.scenario.conditions import ABSENT, Condition, field_at, fits
from mock_server.scenario.events import CALLBACK, NOTHING, Counted, Event, Progress, Trial, Verdict
from mock_server.scenario.rules import Delay, Quota, Rule, Scenario, Transition, When

PARTS = ("path", "query", "header", "body")
SUBJECTS = ("client", "user", "bank", "connection", "account", "form", "grant_type")


class Prepared:
    """A rule or a transition, with what deciding needs of it close at hand, because every request asks."""

    __slots__ = (
        "conditions",
        "counts",
        "is_timed",
        "key",
        "luck_matters",
        "may_fail",
        "number",
        "per",
        "quota",
        "states",
        "then",
        "when",
    )

    def __init__(self, number: int, when: When, rule: Rule | None = None) -> None:
        then = None if rule is None else rule.then
        self.number, self.when, self.then = number, when, then
        self.conditions = tuple(_fields(when))
        self.states, self.per = when.state, when.per
        self.key = number, ""
        self.is_timed = (when.from_, when.until, when.for_) != (None, None, None)
        ends = rule is not None and (rule.times is not None or rule.ttl is not None)
        self.may_fail = ends or self.is_timed or bool(self.conditions or self.states)
        self.counts = when.counts
        self.quota = None if then is None else then.quota
        delay = None if then is None else then.delay
        self.luck_matters = when.chance is not None or (delay is not None and delay.fixed is None)


class Script:
    """A scenario, sorted by operation, so that rules about others cost nothing."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.moves_by_time = any(it.after is not None for it in scenario.transitions)
        self._rules = tuple(Prepared(number, it.when, it) for number, it in enumerate(scenario.rules))
        self._steps = tuple(
            Prepared(number, it.when) for number, it in enumerate(scenario.transitions) if it.when is not None
        )
        self._about: dict[str, tuple[Sequence[Prepared], Sequence[Prepared]]] = {}

    def about(self, operation: str, api: str | None, tag: str) -> tuple[Sequence[Prepared], Sequence[Prepared]]:
        """The rules and the transitions that may be about an operation."""
        found = self._about.get(operation)
        if found is None:
            rules, steps = (
                tuple(it for it in prepared if concerns(it.when, operation, api, tag))
                for prepared in (self._rules, self._steps)
            )
            found = self._about[operation] = rules, steps
        return found


def _fields(when: When) -> Iterator[tuple[str, str | None, str, Condition]]:
    """The conditions on fields: as people call them, the part and the name there (None: a subject), the condition."""
    for name in SUBJECTS:
        condition = getattr(when, name)
        if condition is not None:
            yield name, None, name, condition.folded() if name == "user" else condition
    for part in PARTS:
        for name, condition in getattr(when, part).items():
            yield f"{part}.{name}", part, name.lower() if part == "header" else name, condition


def concerns(when: When, operation: str, api: str | None, tag: str) -> bool:
    """Whether a rule may be about an operation at all. Callbacks are meant only where they are named."""
    if operation == CALLBACK and CALLBACK not in when.operation:
        return False
    plain = operation.rpartition(".")[2]
    return (
        (not when.operation or any(fnmatchcase(plain, it) or fnmatchcase(operation, it) for it in when.operation))
        and (when.api is None or when.api == api)
        and (not when.tag or tag in when.tag)
    )


def decide(script: Script, progress: Progress, event: Event) -> Verdict:
    """What the scenario says to the event: the `then` of the first rule that fires, and what to remember."""
    state, entered_at = progress.state, progress.entered_at
    if script.moves_by_time:
        state, entered_at = state_at(script.scenario, progress, event.now)
    rules, steps = script.about(event.operation, event.api, event.tag)
    rule, then, luck, rest = None, None, 0.0, None
    trials: list[Trial] = []
    counted: list[Counted] = []
    for it in rules:
        failed = _failed(script.scenario.rules[it.number], it, progress, state, event) if it.may_fail else None
        if failed is not None:
            trials.append(Trial(it.number, failed))
            continue
        count = _count(it, progress.counts, event)
        counted.append(count)
        its_luck = luck_of(script.scenario.seed, it.number, count.key[1], count.number) if it.luck_matters else 0.0
        failed = _held_back(it, count.number, its_luck) or (None if rule is None else FORESTALLED)
        trials.append(Trial(it.number, failed, count.number))
        if failed is None:
            rule, then, luck, rest = it.number, it.then, its_luck, _rest_of_window(it.quota, count, event.now)
    after: str | None = state
    stepped: tuple[Counted, ...] = ()
    if steps:
        after, stepped = _moved(script, steps, progress, state, event)
    entered_at = entered_at if after == state else event.now
    return Verdict(rule, then, tuple(trials), tuple(counted), stepped, after, entered_at, luck, rest)


FORESTALLED = "an earlier rule decides"


LONGEST_CHAIN = 1000
"""So many transitions by time happen at once at most; a clock that was moved by years settles where it is then."""


def state_at(scenario: Scenario, progress: Progress, now: datetime) -> tuple[str | None, datetime]:
    """The state after all transitions by time that are due, and since when it lasts."""
    state, since = progress.state, progress.entered_at
    for _ in range(LONGEST_CHAIN):
        due = [
            (it.after, it.to)
            for it in scenario.transitions
            if it.after is not None and _leads_from(it, state) and since + it.after <= now
        ]
        if not due:
            return state, since
        after, state = min(due)
        since += after
    return state, now


def _moved(
    script: Script, steps: Sequence[Prepared], progress: Progress, state: str | None, event: Event
) -> tuple[str | None, tuple[Counted, ...]]:
    """The state after the event, and what its transitions have counted. The first that is taken is the only one."""
    counted: list[Counted] = []
    counts = progress.steps if state == progress.state else {}
    for it in steps:
        transition = script.scenario.transitions[it.number]
        if not _leads_from(transition, state) or _unfit(it, state, event) is not None:
            continue
        count = _count(it, counts, event)
        counted.append(count)
        luck = luck_of(script.scenario.seed, f"to {transition.to}", it.number, count.number) if it.luck_matters else 0.0
        if _out_of_count(it.when, count.number, luck) is None:
            return transition.to, ()
    return state, tuple(counted)


def _leads_from(transition: Transition, state: str | None) -> bool:
    return state in transition.from_ if transition.from_ else state != transition.to


def _failed(rule: Rule, it: Prepared, progress: Progress, state: str | None, event: Event) -> str | None:
    """The first condition that does not hold, besides those that count."""
    if rule.times is not None and progress.fired.get(it.number, 0) >= rule.times:
        return "times"
    if rule.ttl is not None and event.now >= progress.since + rule.ttl:
        return "ttl"
    if it.is_timed and not _is_time(it.when, progress.since, event.now):
        return "time"
    return _unfit(it, state, event)


def _is_time(when: When, since: datetime, now: datetime) -> bool:
    if when.from_ is None and when.until is None and when.for_ is None:
        return True
    start = _instant(when.from_, since) or since
    end = start + when.for_ if when.for_ is not None else _instant(when.until, since)
    return start <= now and (end is None or now < end)


def _instant(wish: datetime | timedelta | None, since: datetime) -> datetime | None:
    return since + wish if isinstance(wish, timedelta) else wish


def _unfit(it: Prepared, state: str | None, event: Event) -> str | None:
    """The first field that does not fit."""
    if it.states and state not in it.states:
        return "state"
    for called, part, name, condition in it.conditions:
        if not fits(condition, _value(event, part, name)):
            return called
    return None


def _value(event: Event, part: str | None, name: str) -> Any:
    """What the event has there, or ABSENT."""
    if part is None:
        return event.subjects.get(name, ABSENT)
    return field_at(event.parts.get(part, NOTHING), name)


def asked(when: When, event: Event) -> Iterator[tuple[str, Condition, Any]]:
    """The conditions on fields: name, condition, and the value that the event has there (or ABSENT)."""
    for called, part, name, condition in _fields(when):
        yield called, condition, _value(event, part, name)


def _count(it: Prepared, counts: Mapping[tuple[int, str], tuple[int, datetime]], event: Event) -> Counted:
    """The count of the event: among all that fitted or, with `per`, among those about the same subject."""
    key = it.key if it.per is None else (it.number, _subject(event.subjects.get(it.per)))
    number, since = counts.get(key, (0, event.now))
    if it.quota is not None and event.now >= since + it.quota.window:
        number, since = 0, event.now
    return Counted(key, number + 1, since)


def _subject(about: Any) -> str:
    """Whom a count is kept for."""
    return ",".join(map(str, about)) if isinstance(about, tuple) else str(about)


def _held_back(it: Prepared, count: int, luck: float) -> str | None:
    """Which of the conditions that count keeps a rule that fits from firing."""
    if it.quota is not None and count <= it.quota.requests:
        return "quota"
    return _out_of_count(it.when, count, luck) if it.counts else None


def _out_of_count(when: When, count: int, luck: float) -> str | None:
    if when.nth and count not in when.nth:
        return "nth"
    if when.first is not None and count > when.first:
        return "first"
    if when.after is not None and count <= when.after:
        return "after"
    if when.every is not None and count % when.every:
        return "every"
    return "chance" if when.chance is not None and luck >= when.chance else None


def _rest_of_window(quota: Quota | None, counted: Counted, now: datetime) -> int | None:
    if quota is None:
        return None
    return max(1, ceil((counted.since + quota.window - now).total_seconds()))


def luck_of(seed: int, *what: object) -> float:
    """A number in [0, 1) that depends on its arguments and on nothing else."""
    digest = hashlib.sha256("/".join(map(str, (seed, *what))).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def seconds_of(delay: Delay, luck: float) -> float:
    """How long an answer is held back."""
    if delay.fixed is not None:
        return delay.fixed.total_seconds()
    if delay.uniform:
        low, high = (it.total_seconds() for it in delay.uniform)
        return low + (high - low) * luck
    from statistics import NormalDist  # late: seldom used, and slow to import

    mean, deviation = (it.total_seconds() for it in delay.normal)
    return max(0.0, NormalDist(mean, deviation or 1e-9).inv_cdf(min(max(luck, 1e-9), 1 - 1e-9)))
