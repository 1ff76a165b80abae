"""ASGI messages without ceremony, for the way that every API request takes.

Starlette's `Request` and `Response` do more than that way needs and cost a third of its speed
(see `docs/performance.md`); the pages and the control API use them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from starlette.types import Receive, Scope, Send

from mock_server.errors import ApiError, Refusal

JSON = b"application/json"


class GoneError(ConnectionResetError):
    """The client has hung up, and nobody is there to hear an answer. `when` is what the server was doing."""

    def __init__(self, when: str) -> None:
        super().__init__(f"The client hung up {when}.")


@dataclass(slots=True)
class Answer:
    """A whole response."""

    status: int
    body: bytes = b""
    media: bytes = JSON
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)


BY_NAME = "finapi_mock.headers"
"""Where a scope has its headers by name, of which a request asks for eight."""


def header(scope: Scope, name: bytes) -> str:
    """The value of a header (its name in lower case), the first if there are several, or an empty text."""
    return by_name(scope).get(name, b"").decode("latin-1")


def by_name(scope: Scope) -> Mapping[bytes, bytes]:
    """The headers, of several with one name the first."""
    known: Mapping[bytes, bytes] | None = scope.get(BY_NAME)
    if known is None:
        known = scope[BY_NAME] = dict(reversed(scope["headers"]))
    return known


def forget_headers(scope: Scope) -> None:
    """The headers have changed."""
    scope.pop(BY_NAME, None)


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body. ApiError 413 if it is longer than `limit` bytes, as soon as that is known."""
    declared = header(scope, b"content-length")
    if not declared and not header(scope, b"transfer-encoding"):
        return b""  # RFC 9112, section 6.3: then there is none, and waiting for it costs as much as all the headers
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise GoneError("before all of its request had arrived")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def until_gone(receive: Receive) -> None:
    """Wait until the client hangs up. Its request must have been read."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def send_answer(answer: Answer, send: Send) -> None:
    headers = [(b"content-length", b"%d" % len(answer.body)), *answer.headers]
    if answer.body:
        headers.append((b"content-type", answer.media))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def advice(name: bytes, texts: Iterable[str]) -> list[tuple[bytes, bytes]]:
    """Headers of our own that explain; whatever a header cannot carry is replaced."""
    return [(name, " ".join(text.split()).encode("ascii", "replace")) for text in texts]


def _too_large(limit: int) -> ApiError:
    return ApiError(Refusal.BODY_TOO_LARGE, f"The request body is larger than {limit} bytes.")
