"""Request id, method override, journal: three pure ASGI layers around everything."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.clock import stopwatch
from mock_server.ids import Dice
from mock_server.web.journal import Entry, Journal, kept
from mock_server.web.messages import header

UNRECORDED = ("/_mock", "/docs", "/openapi", "/static")
"""Paths of our own, which say nothing about the client's use of finAPI."""


class RequestIdMiddleware:
    """Gives every response the id of its request: the client's `X-Request-Id`, or one of ours."""

    def __init__(self, app: ASGIApp, dice: Dice) -> None:
        self.app = app
        self.dice = dice

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = header(scope, b"x-request-id")
        # "auto value selfgen-<uuid>"; an id that is too long is refused, and not echoed either.
        request_id = given if given and given != "undefined" and len(given) <= 255 else f"selfgen-{self.dice.uuid()}"
        scope.setdefault("state", {})["request_id"] = request_id
        echoed = (b"x-request-id", request_id.encode("latin-1", "replace"))

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], echoed]
            await send(message)

        await self.app(scope, receive, send_with_id)


class MethodOverrideMiddleware:
    """Lets a POST stand for PATCH or DELETE, for clients that cannot send these."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            override = header(scope, b"x-http-method-override").upper()
            if override in ("PATCH", "DELETE"):
                scope["method"] = override
        await self.app(scope, receive, send)


class JournalMiddleware:
    """Writes every exchange with the emulated servers into the journal."""

    def __init__(self, app: ASGIApp, journal: Journal) -> None:
        self.app = app
        self.journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(UNRECORDED):
            await self.app(scope, receive, send)
            return
        query = scope["query_string"]
        target = f"{scope['path']}?{query.decode('latin-1')}" if query else scope["path"]
        entry = Entry("request", scope["method"], target, scope["state"]["request_id"])
        scope["state"]["entry"] = entry
        started = stopwatch()

        async def send_and_note(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry.status = message["status"]
            elif message["type"] == "http.response.body" and not entry.response_body:
                entry.response_body = kept(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            entry.milliseconds = (stopwatch() - started) * 1000
            self.journal.add(entry)
