"""Whether the journal shows what a test expects, in a verdict that says why not."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mock_server.errors import Problem, invalid
from mock_server.web.journal import Entry
from mock_server.web.journal_views import shown, shown_target
from mock_server.web.matching import Condition, Miss, matches, near_miss

SHOWN_MATCHES = 10
SHOWN_MISSES = 5


@dataclass(frozen=True, slots=True)
class Expectation:
    """How many entries there should be."""

    least: int
    most: int | None = None

    def holds(self, count: int) -> bool:
        return self.least <= count and (self.most is None or count <= self.most)

    def __str__(self) -> str:
        if self.most is None:
            return f"at least {_calls(self.least)}"
        if self.most == 0:
            return "no call"
        if self.least == self.most:
            return f"exactly {_calls(self.least)}"
        return f"at most {_calls(self.most)}" if self.least == 0 else f"{self.least} to {_calls(self.most)}"


@dataclass(frozen=True, slots=True)
class NearMiss:
    entry: Entry
    miss: Miss


@dataclass(frozen=True, slots=True)
class Verdict:
    """`matched` and `near` are the newest first, or, of calls in order, the oldest."""

    ok: bool
    count: int
    message: str
    matched: tuple[Entry, ...]
    near: tuple[NearMiss, ...] = ()


COUNTS: Mapping[str, Callable[[int], Expectation]] = {
    "exactly": lambda count: Expectation(count, count),
    "atLeast": lambda count: Expectation(count),
    "atMost": lambda count: Expectation(0, count),
    "never": lambda _: Expectation(0, 0),
}


def expectation(wish: Mapping[str, Any]) -> Expectation:
    """One of `COUNTS`, or `atLeast` and `atMost` together; at least one call without any. ApiError 400."""
    given = {name: _count(name, wish[name]) for name in COUNTS if name in wish}
    if given.keys() == {"atLeast", "atMost"}:
        if given["atLeast"] > given["atMost"]:
            raise invalid(Problem("atMost", "Must not be less than atLeast."))
        return Expectation(given["atLeast"], given["atMost"])
    if len(given) > 1:
        raise invalid(Problem(list(given)[1], "Say only one of exactly, atLeast, atMost and never."))
    return next((COUNTS[name](count) for name, count in given.items()), Expectation(1))


def _count(name: str, value: Any) -> int:
    if name == "never":
        if value is not True:
            raise invalid(Problem(name, "Must be true. For another count use exactly, atLeast or atMost."))
        return 0
    if type(value) is not int or value < 0:
        raise invalid(Problem(name, "Must be a whole number, 0 or more."))
    return value


def judge(entries: Iterable[Entry], wanted: Sequence[Condition], expected: Expectation) -> Verdict:
    """`entries` come newest first."""
    listed = list(entries)
    matched = tuple(entry for entry in listed if matches(entry, wanted))
    ok = expected.holds(len(matched))
    message = f"Expected {expected}, found {len(matched) or 'none'}."
    if ok:
        return Verdict(ok, len(matched), message, matched)
    near = _near(listed, wanted) if len(matched) < expected.least else ()
    return Verdict(ok, len(matched), message + _nearest(near), matched, near)


def judge_order(entries: Iterable[Entry], steps: Sequence[Sequence[Condition]]) -> Verdict:
    """Whether there is an entry for each step, each later than the one before. `entries` come newest first."""
    left = list(entries)[::-1]
    passed, matched = list[Entry](), list[Entry]()
    for number, wanted in enumerate(steps, 1):
        place = next((place for place, entry in enumerate(left) if matches(entry, wanted)), None)
        if place is None:
            near = _near(left[::-1], wanted)
            message = _missing(number, matched, [entry for entry in passed if matches(entry, wanted)])
            return Verdict(False, len(matched), message + _nearest(near), tuple(matched), near)
        matched.append(left[place])
        passed += left[:place]
        left = left[place + 1 :]
    return Verdict(True, len(matched), f"All {len(steps)} came in this order.", tuple(matched))


def _missing(step: int, matched: Sequence[Entry], passed: Sequence[Entry]) -> str:
    """Why there is no entry for a step after those of the steps before."""
    if not matched:
        return f"inOrder[{step - 1}] never came."
    after = f"inOrder[{step - 1}] did not come after number {matched[-1].number}"
    return f"{after}; it came before, as number {passed[-1].number}." if passed else f"{after}."


def _near(entries: Iterable[Entry], wanted: Sequence[Condition]) -> tuple[NearMiss, ...]:
    """The nearest first, and among equals the newest."""
    found = [(near, entry) for entry in entries if (near := near_miss(entry, wanted)) is not None]
    found.sort(key=lambda it: -it[0][0])
    return tuple(NearMiss(entry, miss) for (_, miss), entry in islice(found, SHOWN_MISSES))


def _nearest(near: Sequence[NearMiss]) -> str:
    if not near:
        return ""
    entry, miss = near[0].entry, near[0].miss
    return f" The nearest is number {entry.number}, whose {miss.condition} is {_word(miss.found)}."


def shown_verdict(it: Verdict, dropped: int) -> dict[str, Any]:
    """A verdict in JSON. What the journal has dropped cannot be counted, so it is told."""
    lost = f" The journal has dropped {dropped} older entries, which nobody can count." if dropped and not it.ok else ""
    return {
        "ok": it.ok,
        "count": it.count,
        "dropped": dropped,
        "message": it.message + lost,
        "requests": [shown(entry) for entry in it.matched[:SHOWN_MATCHES]],
        "nearMisses": [_near_miss(near) for near in it.near],
    }


def _near_miss(near: NearMiss) -> dict[str, Any]:
    return {
        "number": near.entry.number,
        "kind": near.entry.kind,
        "operation": near.entry.operation,
        "method": near.entry.method,
        "target": shown_target(near.entry.target),
        "status": near.entry.status,
        "condition": near.miss.condition,
        "wanted": near.miss.wanted,
        "found": near.miss.found,
    }


def _word(found: Any) -> str:
    return "missing" if found is None else str(found)


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count} calls"
