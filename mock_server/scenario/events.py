"""What the engine is asked, what it says, and what is remembered from one question to the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from mock_server.scenario.rules import Scenario, Then

NOTHING: Mapping[str, Any] = MappingProxyType({})
CALLBACK = "callback"
"""What `operation` says of a callback that is about to be sent."""


class Event(NamedTuple):
    """One request, or one callback, in the words in which rules ask about it."""

    operation: str
    """The operation's key, such as `access.getToken`, or `callback`."""
    now: datetime
    api: str | None = None
    tag: str = ""
    subjects: Mapping[str, Any] = NOTHING
    """Client, user, bank … whom it is about; several where there are several. Users are in lower case."""
    parts: Mapping[str, Mapping[str, Any]] = NOTHING
    """Path, query, header (names in lower case) and body."""


class Trial(NamedTuple):
    """How a rule fared: the first condition that did not hold, if any, and which of those that fit it was."""

    rule: int
    failed: str | None
    nth: int = 0


class Counted(NamedTuple):
    """A count to be remembered: of a rule (or a transition), for a subject, with the start of its window."""

    key: tuple[int, str]
    number: int
    since: datetime


class Verdict(NamedTuple):
    """What a scenario says to one event. `rule` is the one that decides; None: nothing happens."""

    rule: int | None
    then: Then | None
    trials: tuple[Trial, ...]
    counted: tuple[Counted, ...]
    stepped: tuple[Counted, ...]
    """What rules and what transitions have counted."""
    state: str | None
    entered_at: datetime
    """The state after the event, and since when."""
    luck: float = 0.0
    """A number in [0, 1) for whatever is random about it."""
    retry_after: int | None = None
    """Seconds until the window of a quota ends."""


@dataclass(slots=True)
class Progress:
    """What is remembered about a scenario since it was switched on."""

    since: datetime
    state: str | None
    entered_at: datetime
    counts: dict[tuple[int, str], tuple[int, datetime]] = field(default_factory=dict)
    steps: dict[tuple[int, str], tuple[int, datetime]] = field(default_factory=dict)
    """What transitions have counted within the state."""
    fired: dict[int, int] = field(default_factory=dict)

    def take(self, verdict: Verdict, *, happens: bool = True) -> None:
        """Remember what a verdict has changed. It does not happen where a more important scenario decides."""
        if verdict.entered_at is not self.entered_at or verdict.state != self.state:
            self.enter(verdict.state, verdict.entered_at)
        for key, number, since in verdict.counted:
            self.counts[key] = number, since
        for key, number, since in verdict.stepped:
            self.steps[key] = number, since
        if verdict.rule is not None and happens:
            self.fired[verdict.rule] = self.fired.get(verdict.rule, 0) + 1

    def enter(self, state: str | None, now: datetime) -> None:
        """Be in a state from now on. What transitions have counted within the old one is forgotten."""
        self.state, self.entered_at = state, now
        self.steps.clear()

    def fitted(self, rule: int) -> int:
        """How many events have fitted a rule."""
        return sum(count for (number, _), (count, _) in self.counts.items() if number == rule)


def begin(scenario: Scenario, now: datetime) -> Progress:
    return Progress(now, scenario.states[0] if scenario.states else None, now)
