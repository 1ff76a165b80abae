"""What happens to every request first and to its answer last: id, method override, journal.

One layer for the three, because each layer costs a request as much as finding its operation.
"""

import re
from itertools import count

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.clock import stopwatch
from mock_server.ids import Dice
from mock_server.web.journal import Entry, Journal, grown
from mock_server.web.messages import GoneError, forget_headers, header

UNRECORDED = re.compile(r"/_mock|/docs|/openapi|/static|(/assets)?/finapi-webform2|/wf/[^/]+/(state|theme\.css)$")
"""Paths of our own, which say nothing about the client's use of finAPI. Pages ask for their state every second."""


METHOD_OVERRIDE = b"x-http-method-override"
LONGEST_ID = 255


class Reception:
    """Around everything. `scope["state"]["entry"]` is the request's entry in the journal from here on."""

    def __init__(self, app: ASGIApp, journal: Journal, dice: Dice) -> None:
        self.app = app
        self.journal = journal
        self._head = f"selfgen-{dice.uuid()[:24]}"
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = self._id_of(scope)
        _override_method(scope)
        path, query = scope["path"], scope["query_string"]
        target = f"{path}?{query.decode('latin-1')}" if query else path
        entry = Entry("request", scope["method"], target, request_id)
        scope.setdefault("state", {})["entry"] = entry
        # Most requests are for the APIs, and need no look at the paths of our own.
        is_recorded = path.startswith("/api/") or not UNRECORDED.match(path)
        if is_recorded:
            entry.request_headers = scope["headers"]
        started = stopwatch()

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry.status, entry.response_headers = message["status"], message["headers"]
                entry.first_byte_milliseconds = (stopwatch() - started) * 1000
                echoed = (b"x-request-id", request_id.encode("latin-1", "replace"))
                message["headers"] = [*message["headers"], echoed]
            elif is_recorded:
                entry.response_body = grown(entry.response_body, message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, send_on)
        except GoneError as gone:
            entry.error = str(gone)
            entry.status, entry.response_headers, entry.response_body = None, (), b""  # nobody has heard of a 500
        finally:
            if is_recorded:
                entry.milliseconds = (stopwatch() - started) * 1000
                self.journal.add(entry)

    def _id_of(self, scope: Scope) -> str:
        """The client's `X-Request-Id`, or one of ours. One that is too long is refused, and not echoed either.

        "auto value selfgen-<uuid>". Only the UUID's last group changes: a new one costs ten times as much.
        """
        given = header(scope, b"x-request-id")
        if given and given != "undefined" and len(given) <= LONGEST_ID:
            return given
        return f"{self._head}{next(self._numbers):012x}"


def _override_method(scope: Scope) -> None:
    """Let a POST stand for PATCH or DELETE, for clients that cannot send these."""
    override = header(scope, METHOD_OVERRIDE)
    if not override:
        return
    if override.upper() in ("PATCH", "DELETE") and scope["method"] == "POST":
        scope["method"] = override.upper()
    # It has done its work, or counts for nothing: no operation needs to know it.
    scope["headers"] = [pair for pair in scope["headers"] if pair[0] != METHOD_OVERRIDE]
    forget_headers(scope)
