"""Which scenarios are on for one mandator, in which order, and how far each has come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mock_server.scenario.engine import Script, decide, state_at
from mock_server.scenario.events import Event, Progress, Verdict, begin
from mock_server.scenario.rules import Scenario, Then


@dataclass(frozen=True, slots=True)
class Ruling:
    """What all scenarios together say to one event: the first that has something to say decides."""

    event: Event
    verdicts: tuple[tuple[Scenario, Verdict], ...]
    then: Then | None = None
    scenario: str | None = None
    reason: str | None = None
    """Who says so, in words for a header."""
    luck: float = 0.0
    retry_after: int | None = None


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

    def consult(self, event: Event, guests: Sequence[Script] = ()) -> Ruling:
        """Ask all scenarios about an event, first those that the request itself names, and remember having asked."""
        ruling, verdicts = Ruling(event, ()), []
        for play in (*(self._guest(script, event.now) for script in guests), *self.plays):
            verdict = decide(play.script, play.progress, event)
            play.progress.take(verdict, happens=ruling.then is None)
            verdicts.append((play.scenario, verdict))
            if ruling.then is None and verdict.rule is not None:
                ruling = _ruled(event, play.scenario, verdict)
        return replace(ruling, verdicts=tuple(verdicts))

    def play(self, name: str) -> Play | None:
        """The play of this name, whether it is on or was asked for by a request."""
        return next((it for it in (*self.plays, *self.guests.values()) if it.scenario.name == name), None)

    def go_on_with(self, script: Script) -> None:
        """Go on by a new version of a scenario. What was counted stays, as far as there are as many rules."""
        for play in (*self.plays, *self.guests.values()):
            if play.scenario.name == script.scenario.name:
                play.script = script
                if play.progress.state not in (script.scenario.states or (None,)):
                    play.progress.enter(
                        script.scenario.states[0] if script.scenario.states else None, play.progress.since
                    )

    def asks_for(self, guests: Sequence[Script] = ()) -> frozenset[str]:
        """Which subjects of a request any of the rules asks about."""
        scripts = (*guests, *(it.script for it in self.plays))
        return frozenset().union(*(script.asks_for for script in scripts))

    def _guest(self, script: Script, now: datetime) -> Play:
        """A play for requests that name it, with a memory of its own from the first of them on."""
        name = script.scenario.name
        if name not in self.guests or self.guests[name].script is not script:
            self.guests[name] = Play(script, begin(script.scenario, now))
        return self.guests[name]


def _ruled(event: Event, scenario: Scenario, verdict: Verdict) -> Ruling:
    assert verdict.rule is not None  # noqa: S101 # asked just now
    return Ruling(
        event,
        (),
        then=verdict.then,
        scenario=scenario.name,
        reason=f"scenario {scenario.name}, {scenario.called(verdict.rule)}",
        luck=verdict.luck,
        retry_after=verdict.retry_after,
    )
