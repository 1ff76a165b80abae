"""Virtual time: what a moved or frozen clock shows, how instants are written, what a duration is."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.clock import (
    Clock,
    access_timestamp,
    machine_now,
    parse_duration,
    parse_instant,
    start_of,
    stopwatch,
    today,
    webform_timestamp,
)

NOON = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Machine:
    """A machine whose clock the test holds."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def clock(machine: Machine) -> Clock:
    return Clock(machine)


def test_a_new_clock_shows_the_machines_time(clock: Clock, machine: Machine) -> None:
    machine.now += HOUR
    assert clock.now() == NOON + HOUR
    assert clock.offset == timedelta(0)
    assert not clock.is_frozen


@pytest.mark.parametrize("step", [DAY, -DAY, timedelta(milliseconds=1)])
def test_a_moved_clock_goes_on_running(clock: Clock, machine: Machine, step: timedelta) -> None:
    clock.advance(step)
    machine.now += HOUR
    assert clock.now() == NOON + step + HOUR
    assert clock.offset == step


def test_a_clock_that_was_set_goes_on_running_from_there(clock: Clock, machine: Machine) -> None:
    clock.set(datetime(2030, 1, 1, tzinfo=UTC))
    machine.now += HOUR
    assert clock.now() == datetime(2030, 1, 1, 1, tzinfo=UTC)


def test_steps_add_up(clock: Clock) -> None:
    clock.advance(DAY)
    clock.advance(-HOUR)
    assert clock.now() == NOON + DAY - HOUR


def test_a_frozen_clock_stands_still_also_while_it_is_moved(clock: Clock, machine: Machine) -> None:
    clock.freeze()
    machine.now += HOUR
    assert clock.is_frozen
    assert clock.now() == NOON

    clock.advance(DAY)
    machine.now += HOUR
    assert clock.now() == NOON + DAY

    clock.set(NOON - DAY)
    assert clock.now() == NOON - DAY
    assert clock.is_frozen


def test_freezing_twice_is_freezing_once(clock: Clock, machine: Machine) -> None:
    clock.freeze()
    machine.now += HOUR
    clock.freeze()
    assert clock.now() == NOON


def test_a_resumed_clock_runs_from_where_it_stood(clock: Clock, machine: Machine) -> None:
    clock.freeze()
    machine.now += DAY
    clock.resume()
    assert clock.now() == NOON
    machine.now += HOUR
    assert clock.now() == NOON + HOUR
    assert clock.offset == -DAY
    assert not clock.is_frozen


def test_resuming_a_running_clock_changes_nothing(clock: Clock, machine: Machine) -> None:
    clock.advance(DAY)
    clock.resume()
    machine.now += HOUR
    assert clock.now() == NOON + DAY + HOUR


def test_the_offset_of_a_frozen_clock_grows_with_the_machines_time(clock: Clock, machine: Machine) -> None:
    clock.freeze()
    machine.now += HOUR
    assert clock.offset == -HOUR


@pytest.mark.parametrize("freeze", [True, False])
def test_a_reset_clock_shows_the_machines_time_again(clock: Clock, machine: Machine, freeze: bool) -> None:
    clock.advance(DAY)
    if freeze:
        clock.freeze()
    clock.reset()
    machine.now += HOUR
    assert clock.now() == machine.now


@pytest.mark.parametrize("freeze", [True, False])
def test_a_copy_shows_the_same_and_is_moved_alone(clock: Clock, machine: Machine, freeze: bool) -> None:
    clock.advance(DAY)
    if freeze:
        clock.freeze()
    twin = clock.copy()
    machine.now += HOUR
    assert twin.now() == clock.now()
    assert twin.is_frozen is freeze

    twin.advance(DAY)
    assert twin.now() == clock.now() + DAY


def test_staying_changes_nothing(clock: Clock, machine: Machine) -> None:
    clock.advance(DAY)
    clock.stay()
    machine.now += HOUR
    assert clock.now() == NOON + DAY + HOUR


@pytest.mark.parametrize("freeze", [True, False])
@pytest.mark.parametrize(
    "instant",
    [
        datetime(1970, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2200, 1, 1, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
    ],
)
def test_the_clock_stays_between_1971_and_2199(clock: Clock, instant: datetime, freeze: bool) -> None:
    if freeze:
        clock.freeze()
    with pytest.raises(ValueError, match="from 1971 to 2199, not to"):
        clock.set(instant)
    assert clock.now() == NOON


@pytest.mark.parametrize(
    "instant", [datetime(1971, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)]
)
def test_the_clock_reaches_both_ends(clock: Clock, instant: datetime) -> None:
    clock.set(instant)
    assert clock.now() == instant


@pytest.mark.parametrize("step", [timedelta.max, timedelta.min, timedelta(days=365 * 200), timedelta(days=-365 * 60)])
def test_a_step_beyond_the_ends_is_refused(clock: Clock, step: timedelta) -> None:
    with pytest.raises(ValueError, match="from 1971 to 2199"):
        clock.advance(step)
    assert clock.now() == NOON


STEPS = st.timedeltas(min_value=timedelta(days=-500), max_value=timedelta(days=500))
ACTIONS = st.one_of(
    st.sampled_from(["freeze", "resume", "reset"]),
    st.tuples(st.just("advance"), STEPS),
    st.tuples(st.just("wait"), st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=500))),
)


@given(st.lists(ACTIONS, max_size=20))
def test_only_waiting_and_moving_change_what_a_clock_shows(actions: list[str | tuple[str, timedelta]]) -> None:
    machine = Machine()
    clock = Clock(machine)
    expected, frozen = NOON, False
    for action in actions:
        match action:
            case ("wait", timedelta() as step):
                machine.now += step
                expected += timedelta(0) if frozen else step
            case ("advance", timedelta() as step):
                clock.advance(step)
                expected += step
            case "reset":
                clock.reset()
                expected, frozen = machine.now, False
            case _:
                (clock.freeze if action == "freeze" else clock.resume)()
                frozen = action == "freeze"
        assert (clock.now(), clock.is_frozen) == (expected, frozen)


def test_the_machines_time_is_aware_and_in_utc() -> None:
    assert machine_now().utcoffset() == timedelta(0)
    assert Clock().now() >= NOON.replace(year=2025)


def test_the_stopwatch_does_not_go_back() -> None:
    first = stopwatch()
    assert stopwatch() >= first


@pytest.mark.parametrize(
    ("instant", "access", "webform"),
    [
        # Both forms as the servers have been seen to write them; Germany is at +02:00 in summer, at +01:00 in winter.
        ("2026-08-13T16:16:44+00:00", "2026-08-13T18:16:44.000+02:00", "2026-08-13T16:16:44.000+0000"),
        ("2021-03-02T13:51:08.973+00:00", "2021-03-02T14:51:08.973+01:00", "2021-03-02T13:51:08.973+0000"),
        ("2026-12-31T23:30:00+00:00", "2027-01-01T00:30:00.000+01:00", "2026-12-31T23:30:00.000+0000"),
        ("2026-03-29T00:59:59.999999+00:00", "2026-03-29T01:59:59.999+01:00", "2026-03-29T00:59:59.999+0000"),
        ("2026-03-29T01:00:00+00:00", "2026-03-29T03:00:00.000+02:00", "2026-03-29T01:00:00.000+0000"),
        ("2026-10-25T00:30:00+00:00", "2026-10-25T02:30:00.000+02:00", "2026-10-25T00:30:00.000+0000"),
        ("2026-10-25T01:30:00+00:00", "2026-10-25T02:30:00.000+01:00", "2026-10-25T01:30:00.000+0000"),
        ("2026-08-13T00:00:00+05:00", "2026-08-12T21:00:00.000+02:00", "2026-08-12T19:00:00.000+0000"),
    ],
)
def test_an_instant_is_written_the_way_of_each_api(instant: str, access: str, webform: str) -> None:
    assert access_timestamp(datetime.fromisoformat(instant)) == access
    assert webform_timestamp(datetime.fromisoformat(instant)) == webform


INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(INSTANTS)
def test_a_timestamp_names_its_instant_to_the_millisecond(instant: datetime) -> None:
    written = instant.replace(microsecond=instant.microsecond // 1000 * 1000)
    assert parse_instant(access_timestamp(instant)) == written
    assert parse_instant(webform_timestamp(instant)) == written


@given(INSTANTS)
def test_a_timestamp_has_the_documented_form(instant: datetime) -> None:
    time = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}"
    assert re.fullmatch(time + r"\+0[12]:00", access_timestamp(instant))
    assert re.fullmatch(time + r"\+0000", webform_timestamp(instant))


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-08-13T21:59:59+00:00", date(2026, 8, 13)),
        ("2026-08-13T22:00:00+00:00", date(2026, 8, 14)),
        ("2026-12-31T22:59:59+00:00", date(2026, 12, 31)),
        ("2026-12-31T23:00:00+00:00", date(2027, 1, 1)),
    ],
)
def test_today_begins_at_midnight_in_germany(instant: str, day: date) -> None:
    assert today(datetime.fromisoformat(instant)) == day


@pytest.mark.parametrize(
    ("day", "hour", "instant"),
    [
        (date(2026, 8, 13), 0, "2026-08-12T22:00:00+00:00"),
        (date(2026, 12, 24), 0, "2026-12-23T23:00:00+00:00"),
        (date(2026, 8, 13), 5, "2026-08-13T03:00:00+00:00"),
        (date(2026, 12, 24), 5, "2026-12-24T04:00:00+00:00"),
        (date(2026, 3, 29), 5, "2026-03-29T03:00:00+00:00"),
    ],
)
def test_an_hour_strikes_by_germanys_clocks(day: date, hour: int, instant: str) -> None:
    assert start_of(day, hour) == datetime.fromisoformat(instant)


@given(st.dates(date(1972, 1, 1), date(2199, 1, 1)))
def test_the_start_of_a_day_is_its_first_instant(day: date) -> None:
    assert today(start_of(day)) == day
    assert today(start_of(day) - timedelta(microseconds=1)) == day - DAY


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("15min", 15 * 60),
        ("15m", 15 * 60),
        ("2h", 2 * 3600),
        ("1d12h", 36 * 3600),
        ("1d 12h", 36 * 3600),
        ("1w", 7 * 86400),
        (" 2H ", 2 * 3600),
        ("0s", 0),
        ("-1d", -86400),
        ("PT2H", 2 * 3600),
        ("pt2h", 2 * 3600),
        ("P90D", 90 * 86400),
        ("P1W", 7 * 86400),
        ("P1DT12H30M15S", 36 * 3600 + 30 * 60 + 15),
        ("-PT1M", -60),
    ],
)
def test_a_duration_is_written_short_or_as_in_iso_8601(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "--1d",
        "5",
        "1.5h",
        "90 s",
        "h",
        "1h1d",
        "1y",
        "P",
        "PT",
        "P1Y",
        "P1M",
        "P1H",
        "PT1D",
        "1d!",
        "P1D!",
        "PT1H30",
        "2h\n2h",
    ],
)
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a duration; write for example 90s, 15min, 2h"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["99999999999999d", "-99999999999w", "P99999999999D"])
def test_a_duration_beyond_any_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is too long for the clock"):
        parse_duration(text)


AMOUNTS = st.tuples(*[st.integers(0, 5000)] * 5)


@given(AMOUNTS, st.booleans())
def test_a_duration_means_what_its_parts_add_up_to(amounts: tuple[int, int, int, int, int], negative: bool) -> None:
    weeks, days, hours, minutes, seconds = amounts
    expected = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds) * (
        -1 if negative else 1
    )
    sign = "-" if negative else ""
    assert parse_duration(f"{sign}{weeks}w{days}d{hours}h{minutes}m{seconds}s") == expected
    assert parse_duration(f"{sign}{weeks}w {days}d {hours}h {minutes}min {seconds}s") == expected
    assert parse_duration(f"{sign}P{weeks}W{days}DT{hours}H{minutes}M{seconds}S") == expected


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-12-24T18:00:00Z", datetime(2026, 12, 24, 18, tzinfo=UTC)),
        ("2026-12-24T18:00:00+01:00", datetime(2026, 12, 24, 17, tzinfo=UTC)),
        ("2026-12-24T18:00:00.250+0000", datetime(2026, 12, 24, 18, 0, 0, 250000, tzinfo=UTC)),
        ("2026-12-24T18:00:00", datetime(2026, 12, 24, 18, tzinfo=UTC)),
        (" 2026-12-24 ", datetime(2026, 12, 24, tzinfo=UTC)),
    ],
)
def test_an_instant_without_an_offset_is_in_utc(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant
    assert parse_instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-13-01T00:00:00Z", "2026-02-30", "13.08.2026", "1786615200", "0001-01-01T00:00:00+05:00",
     "9999-12-31T23:59:59-05:00"],
)  # fmt: skip
def test_anything_else_is_no_instant(text: str) -> None:
    with pytest.raises(ValueError, match="is not a timestamp; write for example 2026-12-24T18:00:00Z"):
        parse_instant(text)


@given(INSTANTS, st.integers(-23, 23))
def test_an_instant_is_the_same_from_every_zone(instant: datetime, hours: int) -> None:
    abroad = instant.astimezone(timezone(timedelta(hours=hours)))
    assert parse_instant(abroad.isoformat()) == instant
    shown: tuple[Callable[[datetime], str], ...] = (access_timestamp, webform_timestamp)
    assert all(show(abroad) == show(instant) for show in shown)
