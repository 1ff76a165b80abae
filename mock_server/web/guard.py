"""Who may use the control API: anybody on this machine, and elsewhere whoever has the token.

A page of somebody else's in a browser on this machine is not anybody: it names its own host (DNS rebinding) or its own
origin, and is refused. Nothing here is on the way of a request to the emulated APIs.
"""

import hmac
from collections.abc import Collection
from urllib.parse import urlsplit

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.web.messages import Answer, header, send_answer

PREFIX = "/_mock"
OPEN = frozenset({"/_mock/health", "/_mock/ca.pem"})
"""What probes and clients need before they can know a token."""
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Guard:
    """Lets a request to the control API through, or says what it lacks."""

    def __init__(self, app: ASGIApp, token: str | None, hosts: Collection[str], *, takes_any_host: bool) -> None:
        """`token` is what is asked for, None: nothing. `hosts` are names of this server besides the local ones;
        `takes_any_host`: it goes by whatever name a request gives it."""
        self.app = app
        self._takes_any_host = takes_any_host
        self._token = token
        self._hosts = LOCAL | {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        guarded = scope["type"] == "http" and scope["path"].startswith(PREFIX) and scope["path"] not in OPEN
        refused = self._refused(scope) if guarded else None
        if refused is None:
            await self.app(scope, receive, send)
        else:
            await send_answer(refused, send)

    def _refused(self, scope: Scope) -> Answer | None:
        origin = header(scope, b"origin")
        if origin and (urlsplit(origin).hostname or "").lower() not in self._hosts:
            return _answer(403, "Origin", f"A page of {origin} must not use the control API.")
        if self._token is not None:
            return None if self._has_token(scope) else _answer(401, "Authorization", ASKS)
        named = header(scope, b"host")
        host = (urlsplit(f"//{named}").hostname or "").lower()
        if not named or host in self._hosts or self._takes_any_host:  # a browser always names a host
            return None
        return _answer(403, "Host", f"The control API is not for '{host}': use localhost, or start with --base-url.")

    def _has_token(self, scope: Scope) -> bool:
        scheme, _, text = header(scope, b"authorization").partition(" ")
        given = text.strip() if scheme.lower() == "bearer" else header(scope, b"x-mock-token")
        return hmac.compare_digest(given.encode(), (self._token or "").encode())


ASKS = (
    "The control API asks for a token here: send 'Authorization: Bearer TOKEN' (or X-Mock-Token). It is the one of "
    "--control-token or, without it, the one that the server has printed at its start."
)


def _answer(status: int, field: str, message: str) -> Answer:
    return Answer(status, orjson.dumps({"errors": [{"field": field, "message": message}]}))
