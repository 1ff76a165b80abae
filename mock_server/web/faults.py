"""Answers that break on their way: a fault of the network, or of a token endpoint, is one more way to send an answer.

What ASGI has no word for, such as a connection that is reset, is done at uvicorn's transport. Where there is none (a
test client inside the process), the answer ends where the connection would.
"""

import asyncio
import re
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from starlette.types import Message, Receive, Send

from mock_server.scenario.rules import Fault, Malformed
from mock_server.web.messages import Answer, send_answer, until_gone

GARBAGE = b"\x00\xff\x13\x37SSH-2.0-not-http\r\n\r\n"
PIECES = 10
"""So many pieces a slow body comes in."""
PAUSE = 0.3
"""Seconds between two of them."""
RESET_AT_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER: on, for no time, so that closing the socket resets the connection."""


async def send_broken(fault: Fault, answer: Answer, receive: Receive, send: Send) -> None:
    """Send an answer as the fault lets it arrive."""
    await WAYS[fault](answer, receive, send)


async def _reset(answer: Answer, receive: Receive, send: Send) -> None:
    """The peer is gone before anything has come: ECONNRESET."""
    transport = _transport(receive)
    if transport is not None:
        opened = transport.get_extra_info("socket")
        if opened is not None:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
        transport.abort()
    await _until_gone(receive)


async def _hang_up(answer: Answer, receive: Receive, send: Send) -> None:
    """The connection is closed in an orderly way, without a byte."""
    transport = _transport(receive)
    if transport is not None:
        transport.close()
    await _until_gone(receive)


async def _babble(answer: Answer, receive: Receive, send: Send) -> None:
    """Bytes that are no HTTP."""
    transport = _transport(receive)
    if transport is not None:
        transport.write(GARBAGE)
        transport.close()
    await _until_gone(receive)


async def _reset_after_headers(answer: Answer, receive: Receive, send: Send) -> None:
    await send_answer(answer, _cut(send, keep=0))
    await asyncio.sleep(PAUSE)  # what is written goes out before the reset, which would drop it
    await _reset(answer, receive, send)


async def _truncate(answer: Answer, receive: Receive, send: Send) -> None:
    """Half of the body that Content-Length promises."""
    await send_answer(answer, _cut(send, keep=len(answer.body) // 2))
    await _hang_up(answer, receive, send)


async def _dawdle(answer: Answer, receive: Receive, send: Send) -> None:
    """The whole body, in ten pieces, within three seconds."""
    size = max(1, -(-len(answer.body) // PIECES))
    pieces = [answer.body[start : start + size] for start in range(0, len(answer.body), size)]

    async def slowly(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
            return
        for piece in pieces:
            await send({**message, "body": piece, "more_body": True})
            await asyncio.sleep(PAUSE)
        await send({**message, "body": b""})

    await send_answer(answer, slowly)


Way = Callable[[Answer, Receive, Send], Awaitable[None]]
WAYS: Mapping[Fault, Way] = {
    Fault.RESET_BEFORE_HEADERS: _reset,
    Fault.EMPTY_REPLY: _hang_up,
    Fault.GARBAGE: _babble,
    Fault.RESET_AFTER_HEADERS: _reset_after_headers,
    Fault.TRUNCATED_BODY: _truncate,
    Fault.SLOW_BODY: _dawdle,
    Fault.LOST_REPLY: _reset,
}


def _cut(send: Send, keep: int) -> Send:
    """Lets the head through, and so many bytes of the body."""

    async def cut(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": message["body"][:keep], "more_body": True}
        await send(message)

    return cut


def _transport(receive: Receive) -> Any:
    """uvicorn's connection: `receive` is a method of the cycle that has it. None under another server."""
    return getattr(getattr(receive, "__self__", None), "transport", None)


async def _until_gone(receive: Receive) -> None:
    """Wait until the server has noticed: an application that returns earlier is taken for a broken one."""
    if _transport(receive) is None:
        raise ConnectionResetError("the scenario breaks the connection here")
    await until_gone(receive)


def malformed(body: bytes, wrong: Malformed) -> tuple[bytes, bytes]:
    """The answer of a token endpoint, wrong in one way, and its content type."""
    media = b"text/html; charset=utf-8" if wrong is Malformed.WRONG_CONTENT_TYPE else b"application/json"
    return DISTORTIONS[wrong](body), media


def _field(name: str, value: Any) -> Callable[[bytes], bytes]:
    return lambda body: orjson.dumps({**orjson.loads(body), name: value})


def _without(name: str) -> Callable[[bytes], bytes]:
    return lambda body: orjson.dumps({key: value for key, value in orjson.loads(body).items() if key != name})


DISTORTIONS: Mapping[Malformed, Callable[[bytes], bytes]] = {
    Malformed.NO_EXPIRES_IN: _without("expires_in"),
    Malformed.NO_ACCESS_TOKEN: _without("access_token"),
    Malformed.NEGATIVE_EXPIRES_IN: _field("expires_in", -1),
    Malformed.TEXT_EXPIRES_IN: lambda body: re.sub(rb'("expires_in":)(\d+)', rb'\1"\2"', body),
    Malformed.WRONG_CONTENT_TYPE: lambda body: body,
    Malformed.TRUNCATED: lambda body: body[: len(body) // 2],
    Malformed.DUPLICATE_KEY: lambda body: body[:-1] + b',"expires_in":1}',
}
