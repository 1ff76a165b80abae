"""Virtual time. The only module that reads the machine's clock.

Instants are aware datetimes in UTC. What finAPI calls "today" is the date in
Germany, where its servers stand.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")

# Years outside this range make strftime and the Gregorian arithmetic of clients misbehave,
# and give `now + lifetime` no room.
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def machine_now() -> datetime:
    return datetime.now(UTC)


def stopwatch() -> float:
    """Seconds of a counter that no clock change disturbs, for measuring how long things took."""
    return time.perf_counter()


class Clock:
    """A clock that can be moved, frozen and resumed.

    It starts out equal to the machine's clock. A moved clock goes on running from where it was
    put; a frozen clock stands still until it is resumed, also while it is moved.
    """

    def __init__(self, machine: Callable[[], datetime] = machine_now) -> None:
        self._machine = machine
        self._offset = timedelta(0)
        self._frozen: datetime | None = None

    def now(self) -> datetime:
        return self._frozen or self._machine() + self._offset

    @property
    def is_frozen(self) -> bool:
        return self._frozen is not None

    @property
    def offset(self) -> timedelta:
        """How far this clock is ahead of the machine's (negative: behind)."""
        return self.now() - self._machine()

    def freeze(self) -> None:
        self._frozen = self.now()

    def resume(self) -> None:
        """Run again, from the instant at which the clock stands."""
        if self._frozen is not None:
            self._offset = self._frozen - self._machine()
            self._frozen = None

    def set(self, instant: datetime) -> None:
        """Go to an instant, forwards or backwards. ValueError outside 1971 to 2199."""
        if not EARLIEST <= instant < LATEST:
            raise ValueError(f"the clock goes from {EARLIEST.year} to {LATEST.year - 1}, not to {instant.year}")
        if self._frozen is not None:
            self._frozen = instant
        else:
            self._offset = instant - self._machine()

    def advance(self, step: timedelta) -> None:
        try:
            self.set(self.now() + step)
        except OverflowError:
            raise ValueError(f"the clock goes from {EARLIEST.year} to {LATEST.year - 1}") from None

    def stay(self) -> None:
        """Go on as before."""

    def reset(self) -> None:
        """Show the machine's time again."""
        self._offset = timedelta(0)
        self._frozen = None

    @property
    def course(self) -> tuple[timedelta, datetime | None]:
        """How it goes, whatever the machine's time is: how far it was moved, or the instant at which it stands."""
        return (self._offset, None) if self._frozen is None else (timedelta(0), self._frozen)

    def follow(self, course: tuple[timedelta, datetime | None]) -> None:
        self._offset, self._frozen = course

    def copy(self) -> "Clock":
        twin = Clock(self._machine)
        twin.take(self)
        return twin

    def take(self, other: "Clock") -> None:
        """Show what `other` shows, and run or stand as it does."""
        self._offset, self._frozen = other._offset, other._frozen


@lru_cache(maxsize=4096)  # lists ask it of each of their items, and most were imported at the same instant
def today(now: datetime) -> date:
    return now.astimezone(BERLIN).date()


def start_of(day: date, hour: int = 0) -> datetime:
    """The instant at which `hour` o'clock strikes in Germany on `day`."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=BERLIN).astimezone(UTC)


@lru_cache(maxsize=4096)
def access_timestamp(instant: datetime) -> str:
    """RFC 3339 with milliseconds and Germany's offset: `2026-08-13T18:16:44.000+02:00`."""
    return instant.astimezone(BERLIN).isoformat(timespec="milliseconds")


def webform_timestamp(instant: datetime) -> str:
    """Web Form's `yyyy-MM-dd'T'HH:mm:ss.SSSZ`, whose offset has no colon: `…44.000+0000`."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")


_SHORT = re.compile(
    r"(?:(\d+)w)?\s*(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m(?:in)?)?\s*(?:(\d+)s)?\s*(?:(\d+)ms)?", re.IGNORECASE
)
_ISO = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.I)


def parse_duration(text: str) -> timedelta:
    """`2h`, `1d12h`, `90s`, `15min`, `250ms` or ISO 8601 (`PT2H`, `P90D`). ValueError otherwise.

    ISO years and months are refused, because their length depends on the calendar.
    """
    stripped = text.strip()
    sign = -1 if stripped.startswith("-") else 1
    stripped = stripped.removeprefix("-")
    found = _ISO.fullmatch(stripped) or _SHORT.fullmatch(stripped)
    if found is None or not any(found.groups()):
        raise ValueError(f"{text!r} is not a duration; write for example 90s, 15min, 2h, 1d12h, PT2H or P90D")
    weeks, days, hours, minutes, seconds, *rest = (int(group or 0) for group in found.groups())
    try:
        return sign * timedelta(
            weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds, milliseconds=sum(rest)
        )
    except OverflowError:
        raise ValueError(f"{text!r} is too long for the clock") from None


def parse_instant(text: str) -> datetime:
    """An RFC 3339 timestamp as a UTC instant; without an offset it is read as UTC. ValueError otherwise."""
    try:
        instant = datetime.fromisoformat(text.strip())
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not a timestamp; write for example 2026-12-24T18:00:00Z") from None
