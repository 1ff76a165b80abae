"""What was asked and answered, and what was sent to customers: a ring buffer for each mandator.

An entry keeps the raw bytes, because that costs a request nothing; secrets are masked when an
entry is shown.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import orjson

from mock_server.clock import access_timestamp, machine_now
from mock_server.domain.users import MASK

if TYPE_CHECKING:
    from mock_server.scenario.stage import Ruling

SECRETS = frozenset(
    {
        "access_token", "refresh_token", "token", "client_secret", "password", "pin", "tan", "value",
        "oldclientsecret", "newclientsecret", "passwordchangetoken", "challengeresponse", "tppclientsecret",
        "tppapikey", "privatekey", "passphrase",
    }
)  # fmt: skip
_ECHOED_TOKEN = re.compile(r"(Invalid access token: ).*")
_FIELD = re.compile(r"[\w.\-\[\]]+")
KEPT_BYTES = 64 * 1024
"""Longer bodies are not kept: a page of 500 transactions would push everything else out of memory."""

Kept = bytes | int
"""A body, or the length of one that was too long to keep."""


def kept(body: bytes) -> Kept:
    return body if len(body) <= KEPT_BYTES else len(body)


@dataclass(slots=True)
class Entry:
    """One exchange: a request that came in, or a callback that went out."""

    kind: str
    method: str
    target: str
    request_id: str | None = None
    number: int = 0
    at: datetime | None = None
    mandator: str | None = None
    client_id: str | None = None
    user: str | None = None
    operation: str | None = None
    request_type: str = ""
    request_body: Kept = b""
    status: int | None = None
    response_body: Kept = b""
    milliseconds: float = 0.0
    error: str | None = None
    warnings: list[str] = field(default_factory=list)
    hint: str | None = None
    ruling: "Ruling | None" = None
    """What the scenarios said, if any were asked."""


class Journal:
    """The newest `size` entries of each mandator, and of the requests that belong to none."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._rings: dict[str | None, deque[Entry]] = {}
        self._written = 0

    def add(self, entry: Entry) -> None:
        entry.at = entry.at or machine_now()
        self._written += 1
        entry.number = self._written
        ring = self._rings.get(entry.mandator)
        if ring is None:
            ring = self._rings[entry.mandator] = deque(maxlen=self._size)
        ring.append(entry)

    def newest(
        self,
        *,
        operation: str | None = None,
        status: int | None = None,
        client: str | None = None,
        kind: str | None = None,
    ) -> Iterator[Entry]:
        """Entries, newest first, that fit every condition given. An operation may be named with or without its API."""
        for entry in merge(*map(reversed, self._rings.values()), key=lambda entry: entry.number, reverse=True):
            if (
                (operation is None or entry.operation == operation or (entry.operation or "").endswith(f".{operation}"))
                and (status is None or entry.status == status)
                and (client is None or entry.client_id == client)
                and (kind is None or entry.kind == kind)
            ):
                yield entry

    def forget(self, mandator: str) -> None:
        self._rings.pop(mandator, None)

    def clear(self) -> None:
        self._rings.clear()


def shown(entry: Entry) -> dict[str, Any]:
    """An entry for people's eyes: bodies parsed, secrets masked."""
    return {
        "number": entry.number,
        "kind": entry.kind,
        "at": access_timestamp(entry.at or machine_now()),
        "requestId": entry.request_id,
        "clientId": entry.client_id,
        "userId": entry.user,
        "operation": entry.operation,
        "method": entry.method,
        "target": _target(entry.target),
        "request": _body(entry.request_body, entry.request_type),
        "status": entry.status,
        "response": _body(entry.response_body, "application/json"),
        "milliseconds": round(entry.milliseconds, 3),
        "error": entry.error,
        "warnings": entry.warnings,
        "hint": entry.hint,
        "scenario": entry.ruling and entry.ruling.scenario,
        "reason": entry.ruling and entry.ruling.reason,
    }


def _target(target: str) -> str:
    path, _, query = target.partition("?")
    if not query:
        return path
    fields = _masked_form(query)
    return f"{path}?{MASK if fields is None else urlencode(fields)}"


def _body(raw: Kept, media: str) -> Any:
    if isinstance(raw, int):
        return f"{raw} bytes, too many to keep"
    if not raw:
        return None
    if media.startswith("application/x-www-form-urlencoded"):
        fields = _masked_form(raw.decode("utf-8", "replace"))
        return f"{len(raw)} bytes that are no form" if fields is None else dict(fields)
    try:
        return masked(orjson.loads(raw))
    except orjson.JSONDecodeError:
        # Neither JSON nor a form: nobody knows where the secrets are in it.
        return f"{len(raw)} bytes that are no JSON"


def masked(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {key: MASK if _hides(key, node) else masked(value) for key, value in node.items()}
    if isinstance(node, list):
        return [masked(item) for item in node]
    return _ECHOED_TOKEN.sub(rf"\1{MASK}", node) if isinstance(node, str) else node


def _hides(key: str, node: Mapping[str, Any]) -> bool:
    """Whether a field holds a secret, of whichever type. The `value` of an amount is none, that of a login field is."""
    return _is_secret(key) and node[key] is not None and not (key == "value" and "currency" in node)


def _masked_form(form: str) -> list[tuple[str, str]] | None:
    """The fields of a form or query; None for anything else, such as JSON that was declared a form (`curl -d`)."""
    pairs = parse_qsl(form, keep_blank_values=True)
    if not all(_FIELD.fullmatch(key) for key, _ in pairs):
        return None
    return [(key, MASK if _is_secret(key) else value) for key, value in pairs]


def _is_secret(name: str) -> bool:
    return name.casefold().replace("-", "").replace("_", "") in _FOLDED or name.casefold() in SECRETS


_FOLDED = frozenset(name.replace("_", "") for name in SECRETS)
