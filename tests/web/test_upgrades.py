"""Offers to upgrade to HTTP/2, which Java's client makes with every request: they change nothing."""

import socket
from collections.abc import Iterator, Sequence
from http.client import HTTPResponse
from urllib.parse import urlencode

import pytest

from tests.processes import Running, running

OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\nUpgrade: h2c\r\n"
FORM = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "shop-secret"}
BODY = urlencode(FORM).encode()
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)


@pytest.fixture(scope="module")
def mock() -> Iterator[Running]:
    with running() as mock:
        yield mock


def head(framing: bytes, offer: bytes = OFFER) -> bytes:
    kind = b"Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return b"POST /api/v2/oauth/token HTTP/1.1\r\n" + offer + kind + framing + b"\r\n\r\n"


LENGTH = b"Content-Length: %d" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked"


def connected(mock: Running) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(mock.url.rpartition(":")[2])), timeout=5)


def answered(connection: socket.socket) -> int:
    """The status of the next answer."""
    with HTTPResponse(connection) as answer:
        answer.begin()
        answer.read()
        return answer.status


@pytest.mark.parametrize(
    "pieces",
    [
        (head(LENGTH) + BODY,),
        (head(LENGTH), BODY),
        (head(CHUNKED) + CHUNKS,),
        (head(CHUNKED), CHUNKS[:10], CHUNKS[10:]),
        (head(LENGTH, OFFER.lower()) + BODY,),
        (head(LENGTH, OFFER.replace(b"h2c", b"websocket")) + BODY,),
    ],
    ids=["at once", "in two pieces", "chunked", "chunked in pieces", "in lower case", "another protocol"],
)
def test_the_body_arrives_and_the_connection_goes_on(mock: Running, pieces: Sequence[bytes]) -> None:
    with connected(mock) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in (pieces, pieces, (b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n",)):
            for piece in request:
                connection.sendall(piece)
            assert answered(connection) == 200


def test_a_body_that_looks_like_an_offer_stays_as_it_is(mock: Running) -> None:
    secret = "POST / HTTP/1.1\r\nUpgrade: h2c\r\nX: x"
    beginning = b"grant_type=client_credentials&client_id=raw&client_secret="
    framing = b"Expect: 100-continue\r\nContent-Length: %d" % len(beginning + secret.encode())
    with connected(mock) as connection:
        connection.sendall(head(framing, b"") + beginning)
        assert connection.recv(1024).startswith(b"HTTP/1.1 100")  # so the rest comes to the server by itself
        connection.sendall(secret.encode())
        assert answered(connection) == 200
    with mock.client() as http:  # the first secret of a client is the one that counts
        form = {"grant_type": "client_credentials", "client_id": "raw"}
        assert http.post("/api/v2/oauth/token", data=form | {"client_secret": secret}).status_code == 200
        assert http.post("/api/v2/oauth/token", data=form | {"client_secret": "other"}).status_code == 401
