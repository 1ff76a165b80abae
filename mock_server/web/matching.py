"""Which entries of the journal somebody means: conditions, and what an entry has instead."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from mock_server.clock import access_timestamp, parse_instant
from mock_server.contract.problems import suggestion
from mock_server.domain.users import fold
from mock_server.errors import Problem, invalid
from mock_server.web.journal import Entry
from mock_server.web.journal_views import instant, masked, request_body, shown_target

KINDS = ("request", "callback")


@dataclass(frozen=True, slots=True)
class Miss:
    """What an entry has where a condition wants something else. `condition` is `status`, or `body.bank.id`."""

    condition: str
    wanted: Any
    found: Any


Condition = Callable[[Entry], Miss | None]
"""None for an entry that meets it."""


def conditions(given: Mapping[str, Any], operations: Collection[str], place: str = "") -> tuple[Condition, ...]:
    """The conditions that a query or a JSON object names. ApiError 400 names all wrong ones, with `place` before them.

    `operations`: the keys of those that there are. The order is that of `READERS`, whatever was the order given.
    """
    problems = [
        Problem(place + name, f"There is no such field.{suggestion(name, list(READERS))}")
        for name in given
        if name not in READERS
    ]
    found: list[Condition] = []
    for name, read in READERS.items():
        if name in given:
            try:
                found.append(read(given[name], operations))
            except ValueError as error:
                problems.append(Problem(place + name, str(error)))
    if problems:
        raise invalid(*problems)
    return tuple(found)


def matches(entry: Entry, wanted: Sequence[Condition]) -> bool:
    return all(condition(entry) is None for condition in wanted)


def near_miss(entry: Entry, wanted: Sequence[Condition]) -> tuple[int, Miss] | None:
    """The one condition that the entry does not meet, and its place among those wanted.

    None if there are more, or none, or if there is only one condition: then every entry would be near.
    """
    if len(wanted) < 2:
        return None
    near: tuple[int, Miss] | None = None
    for place, condition in enumerate(wanted):
        miss = condition(entry)
        if miss is not None and near is not None:
            return None
        near = near if miss is None else (place, miss)
    return near


def _condition(name: str, wanted: Any, found: Callable[[Entry], Any], fits: Callable[[Entry], bool]) -> Condition:
    return lambda entry: None if fits(entry) else Miss(name, wanted, found(entry))


def _kind(wanted: Any, operations: Collection[str]) -> Condition:
    if wanted not in KINDS:
        raise ValueError(f"There is no such kind.{suggestion(str(wanted), KINDS)}")
    return _condition("kind", wanted, lambda entry: entry.kind, lambda entry: entry.kind == wanted)


def _operation(wanted: Any, operations: Collection[str]) -> Condition:
    """With or without its API. An unknown one would make every "never" come true."""
    text = _text(wanted)
    ids = {key.partition(".")[2] for key in operations}
    if text not in operations and text not in ids:
        near = suggestion(text, sorted(operations if "." in text else ids))
        raise ValueError(f"There is no such operation.{near}")
    ending = f".{text}"
    return _condition(
        "operation",
        text,
        lambda entry: entry.operation,
        lambda entry: entry.operation == text or (entry.operation or "").endswith(ending),
    )


def _client(wanted: Any, operations: Collection[str]) -> Condition:
    text = _text(wanted)
    return _condition("client", text, lambda entry: entry.client_id, lambda entry: entry.client_id == text)


def _user(wanted: Any, operations: Collection[str]) -> Condition:
    """In whichever case, as finAPI takes the ids of users."""
    name = fold(_text(wanted))
    return _condition(
        "user", wanted, lambda entry: entry.user, lambda entry: entry.user is not None and fold(entry.user) == name
    )


def _scenario(wanted: Any, operations: Collection[str]) -> Condition:
    text = _text(wanted)
    return _condition("scenario", text, lambda entry: entry.scenario, lambda entry: entry.scenario == text)


def _after(wanted: Any, operations: Collection[str]) -> Condition:
    text = str(wanted)
    if isinstance(wanted, bool) or not re.fullmatch(r"\d{1,15}", text, re.ASCII):
        raise ValueError("Must be the number of an entry.")
    number = int(text)
    return _condition("after", number, lambda entry: entry.number, lambda entry: entry.number > number)


def _since(wanted: Any, operations: Collection[str]) -> Condition:
    first = _instant(wanted)
    return _condition(
        "since", access_timestamp(first), instant, lambda entry: entry.at is not None and entry.at >= first
    )


def _until(wanted: Any, operations: Collection[str]) -> Condition:
    last = _instant(wanted)
    return _condition("until", access_timestamp(last), instant, lambda entry: entry.at is not None and entry.at <= last)


def _path(wanted: Any, operations: Collection[str]) -> Condition:
    """A glob for the path of a request, or for the whole address of a callback, both without the query."""
    glob = _text(wanted)
    return _condition(
        "path",
        glob,
        lambda entry: shown_target(entry.target),
        lambda entry: fnmatchcase(entry.target.partition("?")[0], glob),
    )


def _status(wanted: Any, operations: Collection[str]) -> Condition:
    text = str(wanted).lower()
    if not re.fullmatch(r"[1-5](\d\d|xx)", text, re.ASCII):
        raise ValueError("Must be a status such as 404, or a class of them such as 4xx.")
    pattern = re.compile(text.replace("x", r"\d"))
    return _condition(
        "status", wanted, lambda entry: entry.status, lambda entry: bool(pattern.fullmatch(str(entry.status)))
    )


def _body(wanted: Any, operations: Collection[str]) -> Condition:
    """Compared with what the journal shows, so secrets are out of reach."""
    if masked(wanted) != wanted:
        raise ValueError("Holds a secret. The journal shows secrets as XXXXX: compare with that, or leave it out.")
    return lambda entry: difference(wanted, request_body(entry))


def difference(wanted: Any, found: Any, place: str = "body") -> Miss | None:
    """The first place at which `wanted` is not part of `found`. Fields may be missing in `wanted`, but no elements."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        # A field that is not there is as good as null.
        pairs = [(wanted[key], found.get(key), f"{place}.{key}") for key in wanted]
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        pairs = [(wanted[index], found[index], f"{place}[{index}]") for index in range(len(wanted))]
    else:
        # In Python true is 1, in JSON it is not.
        same = wanted == found and isinstance(wanted, bool) is isinstance(found, bool)
        return None if same else Miss(place, wanted, found)
    return next(filter(None, (difference(*pair) for pair in pairs)), None)


def _text(wanted: Any) -> str:
    if not isinstance(wanted, str) or not wanted:
        raise ValueError("Must be a text.")
    return wanted


def _instant(wanted: Any) -> datetime:
    # In a query, the + of an offset that was not escaped is a space.
    return parse_instant(re.sub(r"(T.*) (\d\d:\d\d)$", r"\1+\2", _text(wanted)))


# What says the most about an entry comes first: a near miss that differs late in this list is the nearest.
READERS: Mapping[str, Callable[[Any, Collection[str]], Condition]] = {
    "kind": _kind,
    "operation": _operation,
    "client": _client,
    "path": _path,
    "after": _after,
    "since": _since,
    "until": _until,
    "scenario": _scenario,
    "user": _user,
    "status": _status,
    "body": _body,
}
