"""The days on which German banks book: the calendar of SEPA, and of the shops."""

from datetime import date, timedelta
from functools import lru_cache

SATURDAY, SUNDAY = 5, 6
DAY = timedelta(days=1)


def easter(year: int) -> date:
    """Easter Sunday (the anonymous Gregorian algorithm)."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    month, day = divmod(moon + weekday - 7 * ((year % 19 + 11 * moon + 22 * weekday) // 451) + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=256)
def _holidays(year: int) -> frozenset[date]:
    """The days on which SEPA stands still (TARGET holidays)."""
    fixed = {date(year, month, day) for month, day in ((1, 1), (5, 1), (12, 25), (12, 26))}
    return frozenset(fixed | {easter(year) - 2 * DAY, easter(year) + DAY})


def is_banking_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in _holidays(day.year)


@lru_cache(maxsize=4096)
def banking_day_after(day: date, count: int) -> date:
    """The `count`-th banking day after `day`; `day` itself for none."""
    while count:
        day += DAY
        count -= is_banking_day(day)
    return day


@lru_cache(maxsize=4096)
def banking_day_before(day: date) -> date:
    """The last banking day before `day`."""
    day -= DAY
    while not is_banking_day(day):
        day -= DAY
    return day


@lru_cache(maxsize=1024)
def banking_days(month: date) -> tuple[date, ...]:
    """The banking days of the month that begins on `month`."""
    days = (month + n * DAY for n in range(31))
    return tuple(day for day in days if day.month == month.month and is_banking_day(day))


@lru_cache(maxsize=1024)
def shopping_days(month: date) -> tuple[tuple[date, date], ...]:
    """The days on which shops are open, each with the day of that month on which cards used then are booked.

    Saturday's are booked with Monday's, so the Saturday before the month may be among them.
    """
    days = (month + n * DAY for n in range(-3, 31))
    open_days = (day for day in days if day.weekday() != SUNDAY and day not in _holidays(day.year))
    booked = ((day, day if is_banking_day(day) else banking_day_after(day, 1)) for day in open_days)
    return tuple((bought_on, booked_on) for bought_on, booked_on in booked if booked_on.replace(day=1) == month)
