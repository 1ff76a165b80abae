"""What we owe to the customer's server, and what may happen to it on its way. `web/delivery.py` sends it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

# The pattern that finAPI documents for callback URLs: https only, and a dot in the host.
# Plain http is what a developer has on localhost, so only `--strict` insists on it.
STRICT_URL = re.compile(
    r"https://(www\.)?[-a-zA-Z0-9@:%._+~#=]{1,256}\.[a-zA-Z0-9()]{1,63}\b([-a-zA-Z0-9()@:%_+.~#?&/=]*)"
)
PLAIN_URL = re.compile(r"https?://[^\s/?#]+\S*")


@dataclass(frozen=True, slots=True)
class Callback:
    """A POST that is owed once. finAPI ignores the answer, so there is no second attempt."""

    id: int
    client_id: str
    """The client that asked for it."""
    url: str
    body: Mapping[str, Any]
    created_at: datetime

    owner: None = None
    due_at: None = None


LONGEST_HOLD = timedelta(minutes=1)
"""How long, by the client's clock, a callback waits to be overtaken: without a next one it must not wait for ever."""


@dataclass(frozen=True, slots=True)
class Handling:
    """What happens to a callback on its way. The default: it is sent once, at once, as it is."""

    lost: bool = False
    delay: timedelta = timedelta(0)
    """On the client's clock."""
    copies: int = 1
    out_of_order: bool = False
    """Sent after the next callback of the same client, or after `LONGEST_HOLD`."""
    body: str | None = None
    """Another body, which need not be JSON; None: its own."""


USUAL = Handling()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One copy of a callback, to be sent when `due_at` has come; None: as soon as the postman looks."""

    id: str
    callback: Callback
    at: datetime
    """When it is to be sent, or was."""
    body: str | None = None
    """Another body than the callback's own."""
    due_at: datetime | None = None
    is_held: bool = False
    """Whether it waits to be overtaken."""
    is_resent: bool = False
    """Whether somebody has asked for it, past all scenarios."""

    owner: None = None


def owed(callback: Callback, handling: Handling = USUAL) -> Iterator[Delivery]:
    """What is to be sent of a callback, and when. Nothing of a lost one."""
    if handling.lost:
        return
    wait = handling.delay + (LONGEST_HOLD if handling.out_of_order else timedelta(0))
    at = callback.created_at + wait
    for copy in range(1, handling.copies + 1):
        id = f"{callback.id}-{copy}"
        yield Delivery(id, callback, at, handling.body, at if wait else None, handling.out_of_order)


def again(callback: Callback, number: int, now: datetime) -> Delivery:
    """The callback once more, as it is, whatever has happened to it before."""
    return Delivery(f"{callback.id}-again-{number}", callback, now, is_resent=True)


def overtaken(waiting: Iterable[Delivery], by: Callback) -> list[Delivery]:
    """Those of the same client that were held back until now, to be sent right after `by`."""
    return [
        release(delivery, at=by.created_at)
        for delivery in waiting
        if delivery.is_held and delivery.callback.client_id == by.client_id and delivery.callback.id != by.id
    ]


def release(delivery: Delivery, at: datetime) -> Delivery:
    """Its time has come."""
    return replace(delivery, at=at, due_at=None, is_held=False)


def would_be_refused(url: str) -> bool:
    """Whether finAPI itself would refuse this callback URL."""
    return STRICT_URL.fullmatch(url) is None


def is_sendable(url: str) -> bool:
    return PLAIN_URL.fullmatch(url) is not None
