"""Entries of the journal for people's eyes: bodies parsed, headers chosen, secrets masked."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from mock_server.clock import access_timestamp, machine_now
from mock_server.contract import nesting
from mock_server.domain.users import MASK
from mock_server.web.journal import Entry, Headers, Kept

SECRETS = frozenset(
    {
        "access_token", "refresh_token", "token", "client_secret", "password", "pin", "tan", "value",
        "oldclientsecret", "newclientsecret", "passwordchangetoken", "challengeresponse", "tppclientsecret",
        "tppapikey", "privatekey", "passphrase",
    }
)  # fmt: skip
_ECHOED_TOKEN = re.compile(r"(Invalid access token: ).*")
_FIELD = re.compile(r"[\w.\-\[\]]+")
_TELLING = re.compile(
    r"accept|accept-language|allow|authorization|content-length|content-type|host|location|retry-after|user-agent"
    r"|www-authenticate|x-http-method-override|x-request-id|(x-mock|psu)-.+"
)
"""The headers that are shown. Of any other nobody knows whether it is a secret, as a cookie is."""
_AUTHORIZATION = re.compile(r"(\w+) .*|.*", re.DOTALL)


def shown(entry: Entry) -> dict[str, Any]:
    """An entry with all that is known about it."""
    return {
        "number": entry.number,
        "kind": entry.kind,
        "at": instant(entry),
        "requestId": entry.request_id,
        "clientId": entry.client_id,
        "userId": entry.user,
        "operation": entry.operation,
        "method": entry.method,
        "target": shown_target(entry.target),
        "requestHeaders": request_headers(entry),
        "request": request_body(entry),
        "status": entry.status,
        "responseHeaders": response_headers(entry),
        "response": response_body(entry),
        "milliseconds": round(entry.milliseconds, 3),
        "firstByteMilliseconds": round(entry.first_byte_milliseconds, 3),
        "error": entry.error,
        "warnings": entry.warnings,
        "hint": entry.hint,
        "scenario": entry.scenario,
        "reason": entry.reason,
    }


def instant(entry: Entry) -> str:
    return access_timestamp(entry.at or machine_now())


def request_headers(entry: Entry) -> dict[str, str]:
    # What the postman sends has no headers that a reader would look for, but this one.
    sent = {"content-type": entry.request_type} if entry.request_type else {}
    return _headers(entry.request_headers) or sent


def response_headers(entry: Entry) -> dict[str, str]:
    return _headers(entry.response_headers)


def request_body(entry: Entry) -> Any:
    return _body(entry.request_body, entry.request_type)


def response_body(entry: Entry) -> Any:
    return _body(entry.response_body, "application/json")


def _headers(raw: Headers) -> dict[str, str]:
    """Those that are telling; one that comes several times has its values separated by commas."""
    found: dict[str, str] = {}
    for key, value in raw:
        name = key.decode("latin-1").lower()
        if _TELLING.fullmatch(name):
            text = _header(name, value.decode("latin-1"))
            found[name] = f"{found[name]}, {text}" if name in found else text
    return found


def _header(name: str, text: str) -> str:
    if name == "authorization":
        return _AUTHORIZATION.sub(lambda it: f"{it[1]} {MASK}" if it[1] else MASK, text, count=1)
    return shown_target(text) if name == "location" else text


def shown_target(target: str) -> str:
    path, _, query = target.partition("?")
    if not query:
        return path
    fields = masked_form(query)
    return f"{path}?{MASK if fields is None else urlencode(fields)}"


def _body(raw: Kept, media: str) -> Any:
    if isinstance(raw, int):
        return f"{raw} bytes, too many to keep"
    if not raw:
        return None
    if media.startswith("application/x-www-form-urlencoded"):
        fields = masked_form(raw.decode("utf-8", "replace"))
        return f"{len(raw)} bytes that are no form" if fields is None else dict(fields)
    try:
        return masked(nesting.parsed(raw))
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


def masked_form(form: str) -> list[tuple[str, str]] | None:
    """The fields of a form or query; None for anything else, such as JSON that was declared a form (`curl -d`)."""
    pairs = parse_qsl(form, keep_blank_values=True)
    if not all(_FIELD.fullmatch(key) for key, _ in pairs):
        return None
    return [(key, MASK if _is_secret(key) else value) for key, value in pairs]


def _is_secret(name: str) -> bool:
    return name.casefold().replace("-", "").replace("_", "") in _FOLDED or name.casefold() in SECRETS


_FOLDED = frozenset(name.replace("_", "") for name in SECRETS)
