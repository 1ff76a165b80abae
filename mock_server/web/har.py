"""The journal as an HTTP archive (HAR 1.2), which browsers and other tools can show. Masked like the journal."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import orjson

from mock_server import __version__
from mock_server.domain.users import MASK
from mock_server.web.journal import Entry, Kept
from mock_server.web.journal_views import (
    instant,
    request_body,
    request_headers,
    response_body,
    response_headers,
    shown_target,
)

Json = dict[str, Any]
HTTP = "HTTP/1.1"
UNKNOWN_SIZE = -1
"""HAR's word for sizes that nobody has counted."""
JSON = "application/json"
EXTRAS: Mapping[str, str] = {
    "_number": "number",
    "_kind": "kind",
    "_requestId": "request_id",
    "_clientId": "client_id",
    "_userId": "user",
    "_operation": "operation",
    "_error": "error",
    "_warnings": "warnings",
    "_hint": "hint",
    "_scenario": "scenario",
    "_reason": "reason",
}
"""What the journal knows besides; HAR leaves names with an underscore to whoever writes it."""


def archive(entries: Iterable[Entry]) -> Json:
    creator = {"name": "finapi-mock", "version": __version__}
    return {"log": {"version": "1.2", "creator": creator, "entries": [_entry(entry) for entry in entries]}}


def _entry(entry: Entry) -> Json:
    first_byte = entry.first_byte_milliseconds or entry.milliseconds
    return {
        "startedDateTime": instant(entry),
        "time": round(entry.milliseconds, 3),
        "request": _request(entry),
        "response": _response(entry),
        "cache": {},
        "timings": {
            "send": 0,
            "wait": round(first_byte, 3),
            "receive": round(max(0.0, entry.milliseconds - first_byte), 3),
        },
        **{name: getattr(entry, source) for name, source in EXTRAS.items()},
    }


def _request(entry: Entry) -> Json:
    headers = request_headers(entry)
    target = shown_target(entry.target)
    url = target if "://" in target else f"http://{headers.get('host', 'localhost')}{target}"
    request: Json = {
        "method": entry.method,
        "url": url,
        "httpVersion": HTTP,
        "cookies": [],
        "headers": _pairs(headers.items()),
        "queryString": _pairs(_query(target)),
        "headersSize": UNKNOWN_SIZE,
        "bodySize": _size(entry.request_body),
    }
    if entry.request_body:
        request["postData"] = _posted(request_body(entry), entry.request_type)
    return request


def _posted(body: Any, media: str) -> Json:
    if media.startswith("application/x-www-form-urlencoded") and isinstance(body, dict):
        return {"mimeType": media, "params": _pairs(body.items()), "text": ""}
    return {"mimeType": media, "params": [], "text": _text(body)}


def _response(entry: Entry) -> Json:
    headers = response_headers(entry)
    content: Json = {"size": _size(entry.response_body), "mimeType": headers.get("content-type", "")}
    if entry.response_body:
        content["text"] = _text(response_body(entry))
    return {
        "status": entry.status or 0,
        "statusText": _PHRASES.get(entry.status, ""),
        "httpVersion": HTTP,
        "cookies": [],
        "headers": _pairs(headers.items()),
        "content": content,
        "redirectURL": headers.get("location", ""),
        "headersSize": UNKNOWN_SIZE,
        "bodySize": _size(entry.response_body),
    }


def _text(body: Any) -> str:
    """JSON as it was, but for the secrets; of anything else what the journal says about it."""
    return body if isinstance(body, str) else orjson.dumps(body).decode()


def _query(target: str) -> Sequence[tuple[str, str]]:
    query = target.partition("?")[2]
    return [] if query == MASK else parse_qsl(query, keep_blank_values=True)


def _pairs(items: Iterable[tuple[str, str]]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in items]


def _size(body: Kept) -> int:
    return body if isinstance(body, int) else len(body)


_PHRASES: Mapping[int | None, str] = {int(status): status.phrase for status in HTTPStatus}
