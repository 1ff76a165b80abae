"""Which scenarios are on for one mandator, in which order, and how far each has come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from mock_server.scenario.engine import Script, decide, state_at
from mock_server.scenario.events import Event, Progress, Verdict, begin
from mock_server.scenario.rules import Scenario, Then


class Ruling(NamedTuple):
    """What all scenarios together say to one event: the first that has something to say decides."""

    event: Event
    verdicts: tuple[tuple[Scenario, Verdict], ...]
    then: Then | None = None
    scenario: str | None = None
    reason: str | None = None
    """Who says so, in words for a header."""
    luck: float = 0.0
    retry_after: int | None = None


class Needs(NamedTuple):
    """What rules about one operation ask about it: finding a subject costs something, and so do headers."""

    subjects: frozenset[str]
    headers: bool


@dataclass(slots=True)
class Play:
    """A scenario that is on, and how far it has come."""

    script: Script
    progress: Progress

    @property
    def scenario(self) -> Scenario:
        return self.script.scenario

    def state(self, now: datetime) -> str | None:
        return state_at(self.scenario, self.progress, now)[0]


class Stage:
    """The scenarios that are on, the most important one first, and those that single requests have asked for."""

    def __init__(self, scripts: Iterable[Script], now: datetime) -> None:
        self.plays = [Play(script, begin(script.scenario, now)) for script in scripts]
        self.guests: dict[str, Play] = {}
        self._needed: dict[str, Needs | None] = {}

    def needs(self, operation: str, api: str | None, tag: str, guests: Sequence[Script] = ()) -> Needs | None:
        """What the rules that are about an operation ask; None if no rule is."""
        if guests:
            return _needs([*(it.script for it in self.plays), *guests], operation, api, tag)
        if operation not in self._needed:
            self._needed[operation] = _needs([it.script for it in self.plays], operation, api, tag)
        return self._needed[operation]

    def consult(self, event: Event, guests: Sequence[Script] = ()) -> Ruling:
        """Ask all scenarios about an event, first those that the request itself names, and remember having asked."""
        plays = [*(self._guest(script, event.now) for script in guests), *self.plays] if guests else self.plays
        verdicts: list[tuple[Scenario, Verdict]] = []
        winner: tuple[Scenario, Verdict] | None = None
        for play in plays:
            verdict = decide(play.script, play.progress, event)
            play.progress.take(verdict, happens=winner is None)
            verdicts.append((play.scenario, verdict))
            if winner is None and verdict.rule is not None:
                winner = play.scenario, verdict
        if winner is None:
            return Ruling(event, tuple(verdicts))
        scenario, verdict = winner
        reason = f"scenario {scenario.name}, {scenario.called(verdict.rule or 0)}"
        return Ruling(event, tuple(verdicts), verdict.then, scenario.name, reason, verdict.luck, verdict.retry_after)

    def play(self, name: str) -> Play | None:
        """The play of this name, whether it is on or was asked for by a request."""
        return next((it for it in (*self.plays, *self.guests.values()) if it.scenario.name == name), None)

    def go_on_with(self, script: Script) -> None:
        """Go on by a new version of a scenario. What was counted stays, as far as there are as many rules."""
        self._needed.clear()
        for play in (*self.plays, *self.guests.values()):
            if play.scenario.name == script.scenario.name:
                play.script = script
                if play.progress.state not in (script.scenario.states or (None,)):
                    play.progress.enter(
                        script.scenario.states[0] if script.scenario.states else None, play.progress.since
                    )

    def _guest(self, script: Script, now: datetime) -> Play:
        """A play for requests that name it, with a memory of its own from the first of them on."""
        name = script.scenario.name
        if name not in self.guests or self.guests[name].script is not script:
            self.guests[name] = Play(script, begin(script.scenario, now))
        return self.guests[name]


def _needs(scripts: Sequence[Script], operation: str, api: str | None, tag: str) -> Needs | None:
    found = [it for script in scripts for prepared in script.about(operation, api, tag) for it in prepared]
    if not found:
        return None
    fields = [(part, name) for it in found for _, part, name, _ in it.conditions]
    subjects = {name for part, name in fields if part is None} | {it.per for it in found if it.per}
    if any(it.then is not None and it.then.login_as is not None for it in found):
        subjects.add("connection")  # which of them is to be treated otherwise
    return Needs(frozenset(subjects), any(part == "header" for part, _ in fields))
