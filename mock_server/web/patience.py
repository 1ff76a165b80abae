"""HTTP/1.1 whose patience ends: a request has to arrive within a time, and its head within a size.

uvicorn's protocol has neither limit. A client that stops in the middle of a request, or never begins one, would keep
its connection for ever, and a head without an end would grow until there is no memory left.

Nor does it tell an application that its client has gone if that client had sent the next request already.
"""

import asyncio

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from mock_server.web.upgrades import SteadyProtocol

ARRIVAL = 60.0
"""Seconds that a request may take to arrive, counted from its first byte or from the opening of the connection."""
LONGEST_HEAD = 64 * 1024
"""Bytes. What the first read brings does not count, so that nothing is added up for a request that comes at once."""
TOO_LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%s"
)
EXPLANATION = b"The head of the request is longer than %d bytes."


class PatientProtocol(SteadyProtocol):
    """uvicorn's protocol, with an alarm that is set only while it is the client's turn."""

    _alarm: asyncio.TimerHandle | None = None
    _is_arriving = True
    """The next request has not come, or not wholly."""
    _head: int | None = None
    """How many bytes of an unfinished head have come after its first read."""
    _answering: RequestResponseCycle | None = None
    """The request that is being answered, or was; `cycle` is the last one that came."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        super().connection_made(transport)
        self._set_alarm()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_alarm()
        if self._answering is not None and not self._answering.response_complete:
            self._answering.disconnected = True
            self._answering.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._head is not None:
            self._head += len(data)
        super().data_received(data)
        if self._head is not None and self._head > LONGEST_HEAD:
            self._refuse_head()
        # A client may go on with a body that was refused already; uvicorn then no longer counts the time.
        elif self._alarm is None and (self._is_arriving or self.cycle.response_complete):
            self._set_alarm()

    def on_message_begin(self) -> None:
        self._is_arriving, self._head = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._is_arriving = False
        self._stop_alarm()
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def _set_alarm(self) -> None:
        self._alarm = self.loop.call_later(ARRIVAL, self._hang_up)

    def _stop_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _hang_up(self) -> None:
        self._alarm = None
        self.transport.close()

    def _refuse_head(self) -> None:
        explanation = EXPLANATION % LONGEST_HEAD
        self.transport.write(TOO_LONG % (len(explanation), explanation))
        self.transport.close()
