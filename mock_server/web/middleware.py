"""Request id, method override, journal: three pure ASGI layers around everything."""

import re
from contextlib import suppress
from itertools import count

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.clock import stopwatch
from mock_server.ids import Dice
from mock_server.web.journal import Entry, Journal, grown
from mock_server.web.messages import GoneError, header

UNRECORDED = re.compile(r"/_mock|/docs|/openapi|/static|(/assets)?/finapi-webform2|/wf/[^/]+/(state|theme\.css)$")
"""Paths of our own, which say nothing about the client's use of finAPI. Pages ask for their state every second."""


METHOD_OVERRIDE = b"x-http-method-override"


class RequestIdMiddleware:
    """Gives every response the id of its request: the client's `X-Request-Id`, or one of ours."""

    def __init__(self, app: ASGIApp, dice: Dice) -> None:
        self.app = app
        self._head = f"selfgen-{dice.uuid()[:24]}"
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = header(scope, b"x-request-id")
        # An id that is too long is refused, and not echoed either.
        request_id = given if given and given != "undefined" and len(given) <= 255 else self._new_id()
        scope.setdefault("state", {})["request_id"] = request_id
        echoed = (b"x-request-id", request_id.encode("latin-1", "replace"))

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], echoed]
            await send(message)

        await self.app(scope, receive, send_with_id)

    def _new_id(self) -> str:
        """ "auto value selfgen-<uuid>". Only the UUID's last group changes: a new one costs ten times as much."""
        return f"{self._head}{next(self._numbers):012x}"


class MethodOverrideMiddleware:
    """Lets a POST stand for PATCH or DELETE, for clients that cannot send these."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            override = header(scope, METHOD_OVERRIDE).upper()
            if override in ("PATCH", "DELETE") and scope["method"] == "POST":
                scope["method"] = override
            if override:  # it has done its work, or counts for nothing: no operation needs to know it
                scope["headers"] = [pair for pair in scope["headers"] if pair[0] != METHOD_OVERRIDE]
        await self.app(scope, receive, send)


class JournalMiddleware:
    """Writes every exchange with the emulated servers into the journal."""

    def __init__(self, app: ASGIApp, journal: Journal) -> None:
        self.app = app
        self.journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        query = scope["query_string"]
        target = f"{scope['path']}?{query.decode('latin-1')}" if query else scope["path"]
        entry = Entry("request", scope["method"], target, scope["state"]["request_id"])
        scope["state"]["entry"] = entry
        if UNRECORDED.match(scope["path"]):
            with suppress(GoneError):
                await self.app(scope, receive, send)
            return
        entry.request_headers = scope["headers"]
        started = stopwatch()

        async def send_and_note(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry.status, entry.response_headers = message["status"], message["headers"]
                entry.first_byte_milliseconds = (stopwatch() - started) * 1000
            elif message["type"] == "http.response.body":
                entry.response_body = grown(entry.response_body, message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except GoneError as gone:
            entry.error = str(gone)
            entry.status, entry.response_headers, entry.response_body = None, (), b""  # nobody has heard of a 500
        finally:
            entry.milliseconds = (stopwatch() - started) * 1000
            self.journal.add(entry)
