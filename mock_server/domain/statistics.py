"""What the mandator admin sees of a user: when it came and went, and how many bank connections it had.

Everything is counted as it happens and outlives the user, of whom only a masked id is left then. Dates are German.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from mock_server.clock import today
from mock_server.domain.users import User, fold


@dataclass(frozen=True, slots=True)
class Month:
    """A month (`2026-08`): the lowest and highest number of connections in it, and the number at its end."""

    month: str
    least: int
    most: int
    last: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of one user. `id` is the user's number, which no other user ever gets; a name may be used again."""

    id: int
    name: str
    registered_on: date
    months: tuple[Month, ...]
    """Those in which the number of connections changed, and the month of registration; oldest first."""
    connections: int = 0
    last_active_on: date | None = None
    last_import_on: date | None = None
    last_deletion_on: date | None = None
    deleted_on: date | None = None

    owner: None = None
    due_at: None = None

    @property
    def user_id(self) -> str | None:
        """The id of the user's record; None if the user is deleted."""
        return fold(self.name) if self.deleted_on is None else None


def registered(user: User, now: datetime) -> Statistics:
    day = today(now)
    return Statistics(user.number, user.name, day, (Month(_name(day), 0, 0, 0),))


def active(stats: Statistics, now: datetime) -> Statistics:
    """The user has got a token."""
    return replace(stats, last_active_on=today(now))


def connected(stats: Statistics, now: datetime) -> Statistics:
    """The user has got a bank connection."""
    return replace(_counted(stats, stats.connections + 1, now), last_import_on=today(now))


def disconnected(stats: Statistics, now: datetime) -> Statistics:
    """A bank connection of the user was deleted."""
    return replace(_counted(stats, stats.connections - 1, now), last_deletion_on=today(now))


def deleted(stats: Statistics, now: datetime) -> Statistics:
    """The user is gone, and its connections with it."""
    for _ in range(stats.connections):
        stats = disconnected(stats, now)
    return replace(stats, name=masked(stats.name), deleted_on=today(now))


def masked(name: str) -> str:
    """`user` as `uXXr`. Of a name with one or two letters nothing is left."""
    return f"{name[0]}{'X' * (len(name) - 2)}{name[-1]}" if len(name) > 2 else "X" * len(name)


def _counted(stats: Statistics, count: int, now: datetime) -> Statistics:
    name = _name(today(now))
    *earlier, newest = stats.months
    if name > newest.month:
        earlier.append(newest)
        newest = Month(name, newest.last, newest.last, newest.last)
    # Where the clock went backwards, the newest month goes on counting.
    newest = replace(newest, least=min(newest.least, count), most=max(newest.most, count), last=count)
    return replace(stats, connections=count, months=(*earlier, newest))


def monthly(stats: Statistics, now: datetime, first: str | None = None, last: str | None = None) -> list[Month]:
    """One entry for each month of the user's existence from `first` to `last`, newest first."""
    end = _name(stats.deleted_on or today(now))
    return [
        month
        for month in reversed(list(_all_months(stats, end)))
        if (first is None or first <= month.month) and (last is None or month.month <= last)
    ]


def _all_months(stats: Statistics, end: str) -> Iterator[Month]:
    known = {month.month: month for month in stats.months}
    day, count = stats.registered_on.replace(day=1), 0
    while (name := _name(day)) <= end:
        month = known.get(name) or Month(name, count, count, count)
        yield month
        count = month.last
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _name(day: date) -> str:
    return f"{day:%Y-%m}"


# fmt: off
FILTERS: Mapping[str, Callable[[Statistics, Any], bool]] = {
    "userId":              lambda stats, name: fold(stats.name) == fold(name),
    "isDeleted":           lambda stats, flag: (stats.deleted_on is not None) is flag,
    "minRegistrationDate": lambda stats, day: stats.registered_on >= day,
    "maxRegistrationDate": lambda stats, day: stats.registered_on <= day,
    # The upper limits also match users without such a date, the lower ones do not.
    "minDeletionDate":     lambda stats, day: stats.deleted_on is not None and stats.deleted_on >= day,
    "maxDeletionDate":     lambda stats, day: stats.deleted_on is None or stats.deleted_on <= day,
    "minLastActiveDate":   lambda stats, day: stats.last_active_on is not None and stats.last_active_on >= day,
    "maxLastActiveDate":   lambda stats, day: stats.last_active_on is None or stats.last_active_on <= day,
}
# fmt: on


def matching(users: Iterable[Statistics], query: Mapping[str, Any]) -> list[Statistics]:
    """Those that pass every filter of `GET /mandatorAdmin/getUserList` that is given."""
    given = {name: query[name] for name in FILTERS if query.get(name) is not None}
    return [stats for stats in users if all(FILTERS[name](stats, wish) for name, wish in given.items())]
