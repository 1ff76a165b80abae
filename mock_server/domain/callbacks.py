"""What we owe to the customer's server, and what may happen to it on its way. `web/delivery.py` sends it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
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
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the body that have another value."""
    removed: tuple[str, ...] = ()
    """Fields of the body that are missing."""
    raw: bytes | None = None
    """Another body altogether, which need not be JSON."""


USUAL = Handling()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One copy of a callback, to be sent when `due_at` has come; None: as soon as the postman looks."""

    id: str
    callback: Callback
    body: Mapping[str, Any] | bytes
    due_at: datetime | None = None
    is_held: bool = False
    """Whether it waits to be overtaken."""

    owner: None = None


def owed(callback: Callback, handling: Handling, now: datetime) -> Iterator[Delivery]:
    """What is to be sent of a callback, and when. Nothing of a lost one."""
    if handling.lost:
        return
    wait = handling.delay + (LONGEST_HOLD if handling.out_of_order else timedelta(0))
    body = _body(callback, handling)
    for copy in range(1, handling.copies + 1):
        due_at = now + wait if wait else None
        yield Delivery(f"{callback.id}-{copy}", callback, body, due_at, handling.out_of_order)


def overtaken(waiting: Iterable[Delivery], by: Callback) -> list[Delivery]:
    """Those of the same client that were held back until now, to be sent right after `by`."""
    return [
        release(delivery)
        for delivery in waiting
        if delivery.is_held and delivery.callback.client_id == by.client_id and delivery.callback.id != by.id
    ]


def release(delivery: Delivery) -> Delivery:
    """Its time has come."""
    return replace(delivery, due_at=None, is_held=False)


def _body(callback: Callback, handling: Handling) -> Mapping[str, Any] | bytes:
    if handling.raw is not None:
        return handling.raw
    fields = {**callback.body, **handling.changes}
    return {name: value for name, value in fields.items() if name not in handling.removed}


def would_be_refused(url: str) -> bool:
    """Whether finAPI itself would refuse this callback URL."""
    return STRICT_URL.fullmatch(url) is None


def is_sendable(url: str) -> bool:
    return PLAIN_URL.fullmatch(url) is not None
