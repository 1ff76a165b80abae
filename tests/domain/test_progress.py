"""How fast background work goes on."""

from datetime import UTC, datetime, timedelta

import pytest

from mock_server.domain.progress import Pace, Work, begin, parse_pace, seen

NOON = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "pace"),
    [
        ("at-once", Pace()),
        (" At-Once ", Pace()),
        ("by-hand", Pace("by-hand")),
        ("3-reads", Pace("reads", reads=3)),
        ("1 read", Pace("reads", reads=1)),
        ("0-reads", Pace("reads", reads=0)),
        ("5s", Pace("duration", lasts=timedelta(seconds=5))),
        ("PT2M", Pace("duration", lasts=timedelta(minutes=2))),
    ],
)
def test_a_pace_is_written_as_people_would_write_it(text: str, pace: Pace) -> None:
    assert parse_pace(text) == pace


@pytest.mark.parametrize(
    "pace", [Pace(), Pace("by-hand"), Pace("reads", reads=3), Pace("duration", lasts=timedelta(0, 5))]
)
def test_a_pace_is_shown_as_it_may_be_written(pace: Pace) -> None:
    assert parse_pace(str(pace)) == pace


@pytest.mark.parametrize("text", ["", "soon", "-5s", "-3-reads", "99999-reads", "3 writes"])
def test_anything_else_is_refused_with_the_ways_there_are(text: str) -> None:
    with pytest.raises(ValueError, match="is no pace; write at-once, by-hand, 3-reads, or a duration such as 5s"):
        parse_pace(text)


@pytest.mark.parametrize(
    ("pace", "ends_at"),
    [
        (Pace(), NOON),
        (Pace("duration", lasts=timedelta(seconds=5)), NOON + timedelta(seconds=5)),
        (Pace("by-hand"), None),
        (Pace("reads", reads=3), None),
    ],
)
def test_the_clock_ends_what_takes_time(pace: Pace, ends_at: datetime | None) -> None:
    assert pace.ends_at(NOON) == ends_at


@pytest.mark.parametrize(
    ("pace", "work"),
    [
        (Pace(), Work(ends_at=NOON)),
        (Pace("duration", lasts=timedelta(seconds=5)), Work(ends_at=NOON + timedelta(seconds=5))),
        (Pace("reads", reads=3), Work(reads_left=3)),
        (Pace("reads", reads=0), Work(reads_left=0)),
        (Pace("by-hand"), Work()),
    ],
)
def test_work_begins_at_its_pace_and_is_ended_by_nothing_else(pace: Pace, work: Work) -> None:
    assert begin(pace, NOON) == work


@pytest.mark.parametrize(
    ("work", "looks"),
    [
        (Work(reads_left=0), [None]),
        (Work(reads_left=2), [Work(reads_left=1), Work(reads_left=0), None]),
        (Work(), [Work()]),
        (Work(ends_at=NOON), [Work(ends_at=NOON)]),
    ],
)
def test_looks_count_only_where_the_pace_counts_them(work: Work, looks: list[Work | None]) -> None:
    found: list[Work | None] = [work]
    for _ in looks:
        assert found[-1] is not None
        found.append(seen(found[-1]))
    assert found[1:] == looks


@pytest.mark.parametrize(
    ("work", "is_over"),
    [
        (Work(ends_at=NOON), True),
        (Work(ends_at=NOON + timedelta(microseconds=1)), False),
        (Work(reads_left=0), False),
        (Work(), False),
    ],
)
def test_the_clock_ends_work_at_its_end_and_not_before(work: Work, is_over: bool) -> None:
    assert work.is_over(NOON) is is_over
