"""The scenarios that are on in a world, by name, and how far each has come, as plain values and back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_server.exchange import World
from mock_server.scenario.engine import Script
from mock_server.scenario.events import Progress
from mock_server.scenario.rules import Scenario
from mock_server.scenario.stage import Play, Stage
from mock_server.store.shapes import MisfitError, decode, encode, list_of

FindScript = Callable[[str], Script]
"""The scenario of a name. LookupError or ValueError."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many events a rule (or a transition) has counted, of one subject where it counts each by itself."""

    number: int
    count: int
    since: datetime
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Fired:
    rule: int
    times: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A scenario that is on, or that requests have asked for. Rules and transitions are numbered from 1."""

    name: str
    since: datetime
    entered_at: datetime
    state: str | None = None
    asked_for: bool = False
    """By requests that name it, instead of being on for all."""
    counts: tuple[Count, ...] = ()
    steps: tuple[Count, ...] = ()
    fired: tuple[Fired, ...] = ()


def dump(world: World) -> list[Any]:
    stage = world.stage
    if stage is None:
        return []
    plays = [*((play, False) for play in stage.plays), *((play, True) for play in stage.guests.values())]
    return [encode(_kept(play, asked_for), Kept) for play, asked_for in plays]


def read(node: Any, place: str, find: FindScript) -> Callable[[World], None]:
    """What puts these scenarios on, as far as they had come. MisfitError."""
    plays: list[Play] = []
    guests: dict[str, Play] = {}
    for index, item in enumerate(list_of(node, place)):
        here = f"{place}[{index}]"
        kept: Kept = decode(item, Kept, here)
        play = Play(script_of(kept.name, f"{here}.name", find), _progress(kept))
        _check(kept, play.scenario, here)
        if kept.asked_for:
            guests[kept.name] = play
        else:
            plays.append(play)

    def apply(world: World) -> None:
        world.stage = None
        if plays or guests:
            world.stage = Stage((), world.clock.now())
            world.stage.plays, world.stage.guests = plays, guests

    return apply


def script_of(name: str, place: str, find: FindScript) -> Script:
    try:
        return find(name)
    except (LookupError, ValueError) as error:
        raise MisfitError(place, f"{error} If it is yours, POST it to /_mock/library first.") from None


def _kept(play: Play, asked_for: bool) -> Kept:
    progress = play.progress
    return Kept(
        name=play.scenario.name,
        since=progress.since,
        entered_at=progress.entered_at,
        state=progress.state,
        asked_for=asked_for,
        counts=_counts(progress.counts),
        steps=_counts(progress.steps),
        fired=tuple(Fired(rule + 1, times) for rule, times in sorted(progress.fired.items())),
    )


def _counts(counts: Mapping[tuple[int, str], tuple[int, datetime]]) -> tuple[Count, ...]:
    return tuple(
        Count(number + 1, count, since, subject) for (number, subject), (count, since) in sorted(counts.items())
    )


def _progress(kept: Kept) -> Progress:
    return Progress(
        since=kept.since,
        state=kept.state,
        entered_at=kept.entered_at,
        counts={(it.number - 1, it.subject): (it.count, it.since) for it in kept.counts},
        steps={(it.number - 1, it.subject): (it.count, it.since) for it in kept.steps},
        fired={it.rule - 1: it.times for it in kept.fired},
    )


def _check(kept: Kept, scenario: Scenario, place: str) -> None:
    """MisfitError if this server knows another scenario by this name."""
    if kept.state not in (scenario.states or (None,)):
        states = ", ".join(scenario.states) or "no states"
        raise MisfitError(f"{place}.state", f"The scenario '{kept.name}' of this server has {states}.")
    numbers = {
        "counts": ([it.number for it in kept.counts], len(scenario.rules), "rules"),
        "steps": ([it.number for it in kept.steps], len(scenario.transitions), "transitions"),
        "fired": ([it.rule for it in kept.fired], len(scenario.rules), "rules"),
    }
    for field, (given, there, called) in numbers.items():
        for index, number in enumerate(given):
            if not 1 <= number <= there:
                message = f"There is no number {number}: the scenario '{kept.name}' here has {there} {called}."
                raise MisfitError(f"{place}.{field}[{index}]", message)
