"""How fast work goes on that takes time at finAPI: downloads, tasks, the categorization, payments.

The pace is chosen for a mandator. At finAPI it is a matter of seconds; a test wants it at once, or step by
step. Whatever takes its time bears its `Work`, from when it has begun until it has ended.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from mock_server.clock import parse_duration

Kind = Literal["at-once", "reads", "duration", "by-hand"]
_READS = re.compile(r"(\d{1,4})[ -]reads?")


@dataclass(frozen=True, slots=True)
class Pace:
    """`at-once`: done when somebody looks; `3-reads`: three reads still see it running; `5s`: five seconds of the
    mandator's clock; `by-hand`: when the control API says so."""

    kind: Kind = "at-once"
    reads: int = 0
    lasts: timedelta = timedelta(0)

    def __str__(self) -> str:
        if self.kind == "reads":
            return f"{self.reads}-reads"
        return f"{self.lasts.total_seconds():g}s" if self.kind == "duration" else self.kind

    def ends_at(self, started_at: datetime) -> datetime | None:
        """When the clock ends what started then; None: the clock does not end it."""
        return started_at + self.lasts if self.kind in ("at-once", "duration") else None


@dataclass(frozen=True, slots=True)
class Work:
    """Work that has begun, and how long it still takes. Where neither says so, somebody has to end it by hand."""

    ends_at: datetime | None = None
    """When the clock ends it."""
    reads_left: int | None = None
    """How often somebody can look at it and still sees it going on."""

    def is_over(self, now: datetime) -> bool:
        """Whether the clock has come to its end."""
        return self.ends_at is not None and self.ends_at <= now


def begin(pace: Pace, now: datetime) -> Work:
    return Work(pace.ends_at(now), pace.reads if pace.kind == "reads" else None)


def seen(work: Work) -> Work | None:
    """The work after somebody has looked at it; None: that was one look too many for it to go on."""
    if work.reads_left is None:
        return work
    return replace(work, reads_left=work.reads_left - 1) if work.reads_left > 0 else None


def parse_pace(text: str) -> Pace:
    """ValueError, with the ways there are, for anything else."""
    plain = text.strip().casefold()
    if plain == "at-once":
        return Pace()
    if plain == "by-hand":
        return Pace("by-hand")
    if found := _READS.fullmatch(plain):
        return Pace("reads", reads=int(found[1]))
    try:
        lasts = parse_duration(plain)
    except ValueError:
        lasts = timedelta(-1)
    if lasts < timedelta(0):
        raise ValueError(f"{text!r} is no pace; write at-once, by-hand, 3-reads, or a duration such as 5s")
    return Pace("duration", lasts=lasts)
