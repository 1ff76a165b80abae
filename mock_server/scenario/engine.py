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
from mock_server.scenario.events import CALLBACK, Counted, Event, Progress, Trial, Verdict
from mock_server.scenario.rules import Delay, Quota, Rule, Scenario, Then, Transition, When

NOWHERE: Mapping[str, Any] = {}
PARTS = ("path", "query", "header", "body")
SUBJECTS = ("client", "user", "bank", "connection", "account", "form", "grant_type")


class Script:
    """A scenario, sorted by operation, so that rules about others cost nothing."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.asks_for = frozenset(subject for when in _conditions(scenario) for subject in _subjects(when))
        """Which subjects its rules ask about: finding these costs something."""
        self._rules: dict[str, tuple[tuple[int, Rule], ...]] = {}
        self._transitions: dict[str, tuple[tuple[int, Transition], ...]] = {}

    def rules(self, event: Event) -> Sequence[tuple[int, Rule]]:
        """The rules that may be about the event's operation."""
        found = self._rules.get(event.operation)
        if found is None:
            numbered = enumerate(self.scenario.rules)
            found = tuple(pair for pair in numbered if concerns(pair[1].when, event.operation, event.api, event.tag))
            self._rules[event.operation] = found
        return found

    def transitions(self, event: Event) -> Sequence[tuple[int, Transition]]:
        found = self._transitions.get(event.operation)
        if found is None:
            found = tuple(
                (number, it)
                for number, it in enumerate(self.scenario.transitions)
                if it.when is not None and concerns(it.when, event.operation, event.api, event.tag)
            )
            self._transitions[event.operation] = found
        return found


def _conditions(scenario: Scenario) -> Iterator[When]:
    yield from (rule.when for rule in scenario.rules)
    yield from (it.when for it in scenario.transitions if it.when is not None)


def _subjects(when: When) -> Iterator[str]:
    yield from (name for name in SUBJECTS if getattr(when, name) is not None)
    if when.per is not None:
        yield when.per


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
    state, entered_at = state_at(script.scenario, progress, event.now)
    winner: tuple[int, Then, float, int | None] | None = None
    trials: list[Trial] = []
    counted: list[Counted] = []
    for number, rule in script.rules(event):
        failed = _failed(rule, number, progress, state, event)
        if failed is not None:
            trials.append(Trial(number, failed))
            continue
        count = _count("rule", number, rule.when, rule.then.quota, progress, event)
        counted.append(count)
        luck = luck_of(script.scenario.seed, number, count.key[2], count.count) if _needs_luck(rule) else 0.0
        failed = _held_back(rule, count.count, luck) or (None if winner is None else "an earlier rule decides")
        trials.append(Trial(number, failed, count.count))
        if failed is None:
            winner = number, rule.then, luck, _rest_of_window(rule.then.quota, count, event.now)
    after, counted_more = _moved(script, progress, state, event)
    rule_number, then, luck, rest = winner or (None, None, 0.0, None)
    return Verdict(
        rule=rule_number,
        then=then,
        trials=tuple(trials),
        counted=(*counted, *counted_more) if after == state else tuple(counted),
        state=after,
        entered_at=entered_at if after == state else event.now,
        luck=luck,
        retry_after=rest,
    )


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


def _moved(script: Script, progress: Progress, state: str | None, event: Event) -> tuple[str | None, Sequence[Counted]]:
    """The state after the event, and what its transitions have counted. The first that is taken is the only one."""
    counted: list[Counted] = []
    for number, transition in script.transitions(event):
        when = transition.when
        if when is None or not _leads_from(transition, state) or _unfit(when, state, event) is not None:
            continue
        known = progress if state == progress.state else Progress(progress.since, state, event.now)
        count = _count("transition", number, when, None, known, event)
        counted.append(count)
        luck = luck_of(script.scenario.seed, f"to {transition.to}", number, count.count) if when.chance else 0.0
        if _out_of_count(when, count.count, luck) is None:
            return transition.to, ()
    return state, counted


def _leads_from(transition: Transition, state: str | None) -> bool:
    return state in transition.from_ if transition.from_ else state != transition.to


def _failed(rule: Rule, number: int, progress: Progress, state: str | None, event: Event) -> str | None:
    """The first condition that does not hold, besides those that count."""
    if rule.times is not None and progress.fired.get(number, 0) >= rule.times:
        return "times"
    if rule.ttl is not None and event.now >= progress.since + rule.ttl:
        return "ttl"
    if not _is_time(rule.when, progress.since, event.now):
        return "time"
    return _unfit(rule.when, state, event)


def _is_time(when: When, since: datetime, now: datetime) -> bool:
    if when.from_ is None and when.until is None and when.for_ is None:
        return True
    start = _instant(when.from_, since) or since
    end = start + when.for_ if when.for_ is not None else _instant(when.until, since)
    return start <= now and (end is None or now < end)


def _instant(wish: datetime | timedelta | None, since: datetime) -> datetime | None:
    return since + wish if isinstance(wish, timedelta) else wish


def _unfit(when: When, state: str | None, event: Event) -> str | None:
    """The first field that does not fit."""
    if when.state and state not in when.state:
        return "state"
    return next((name for name, condition, value in asked(when, event) if not fits(condition, value)), None)


def asked(when: When, event: Event) -> Iterator[tuple[str, Condition, Any]]:
    """The conditions on fields: name, condition, and the value that the event has there (or ABSENT)."""
    for name in SUBJECTS:
        condition = getattr(when, name)
        if condition is not None:
            yield name, condition, event.subjects.get(name, ABSENT)
    for part in PARTS:
        for name, condition in getattr(when, part).items():
            key = name.lower() if part == "header" else name
            yield f"{part}.{name}", condition, field_at(event.parts.get(part, NOWHERE), key)


def _count(kind: str, number: int, when: When, quota: Quota | None, progress: Progress, event: Event) -> Counted:
    """The count of the event: among all that fitted or, with `per`, among those about the same subject."""
    about = event.subjects.get(when.per, "") if when.per else ""
    subject = ",".join(map(str, about)) if isinstance(about, tuple) else str(about)
    key = kind, number, subject
    count, since = progress.counts.get(key, (0, event.now))
    if quota is not None and event.now >= since + quota.window:
        count, since = 0, event.now
    return Counted(key, count + 1, since)


def _needs_luck(rule: Rule) -> bool:
    delay = rule.then.delay
    return rule.when.chance is not None or (delay is not None and delay.fixed is None)


def _held_back(rule: Rule, count: int, luck: float) -> str | None:
    """Which of the conditions that count keeps a rule that fits from firing."""
    quota = rule.then.quota
    if quota is not None and count <= quota.requests:
        return "quota"
    return _out_of_count(rule.when, count, luck)


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
