"""What no well-behaved client sends: each is answered or hung up on, and everybody else is served meanwhile."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.processes import Running, running
from tests.web import sockets
from tests.web.sockets import everything, status

LIMIT = 100_000
"""Bytes of the largest body here; the default would only take longer."""
IDLE = 300
HOST = b"Host: localhost\r\n"
HEALTH = b"GET /_mock/health HTTP/1.1\r\n" + HOST
USERS = b"POST /api/v2/users HTTP/1.1\r\nContent-Type: application/json\r\n" + HOST
FORMS = b"POST /api/webForms/bankConnectionImport HTTP/1.1\r\nContent-Type: application/json\r\n" + HOST
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def mock() -> Iterator[Running]:
    with running("--max-body", str(LIMIT)) as mock:
        yield mock
        mock.process.terminate()
        assert "Traceback" not in mock.process.communicate()[1]


@pytest.fixture(autouse=True)
def _others_are_served(mock: Running) -> Iterator[None]:
    """Whatever a test did: the server has not fallen, and others get their answer."""
    yield
    assert served(mock)
    assert mock.process.poll() is None


def connected(mock: Running) -> socket.socket:
    return sockets.connected(mock.port)


def said(mock: Running, *pieces: bytes) -> bytes:
    return sockets.said(mock.port, *pieces)


def served(mock: Running) -> bool:
    with connected(mock) as connection:
        connection.sendall(HEALTH + b"Connection: close\r\n\r\n")
        return status(everything(connection)) == 200


def body(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def sized(content: bytes) -> bytes:
    return b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(content), content)


def token(mock: Running) -> bytes:
    form = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "shop-secret"}
    with mock.client() as http:
        text = http.post("/api/v2/oauth/token", data=form).json()["access_token"]
    return b"Authorization: Bearer " + text.encode() + b"\r\n"


@pytest.mark.parametrize(
    "request_",
    [
        b"\x00\x01\x02\xff\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\n" + HOST + b"\r\n",
        HEALTH + b"X-Null: a\x00b\r\n\r\n",
        USERS + CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
        USERS + CHUNKED + b"-1\r\n{}\r\n0\r\n\r\n",
        USERS + CHUNKED + b"ffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        USERS + b"Content-Length: many\r\n\r\n{}",
        USERS + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=[
        "binary", "half a request line", "a version from the future", "a null byte in the path", "and in a header",
        "a chunk whose size is no number", "or negative", "or enormous", "a length that is no number", "two lengths",
        "a TLS handshake",
    ],
)  # fmt: skip
def test_what_is_not_http_is_refused_or_hung_up_on(mock: Running, request_: bytes) -> None:
    assert status(said(mock, request_)) in (0, 400)


@pytest.mark.parametrize(
    "path",
    [b"/static/../../../etc/passwd", b"/static/%2e%2e/%2e%2e/etc/passwd", b"/docs/..%2f..%2fetc%2fpasswd",
     b"/api/v2/../../etc/passwd", b"/static/..\\..\\etc\\passwd", b"/wf/%00", b"/static/%00"],
)  # fmt: skip
def test_no_path_leads_out_of_the_house(mock: Running, path: bytes) -> None:
    with connected(mock) as connection:
        connection.sendall(b"GET " + path + b" HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n")
        answer = everything(connection)
    assert status(answer) in (400, 404)
    assert b"root:" not in answer


def test_huge_headers_are_answered_or_hung_up_on(mock: Running) -> None:
    for headers in (b"X-Long: " + b"a" * 2_000_000 + b"\r\n", b"X-Many: a\r\n" * 100_000):
        assert status(said(mock, HEALTH + b"Connection: close\r\n" + headers + b"\r\n")) in (0, 431)


TOO_LARGE = [
    pytest.param((b"Content-Length: %d\r\n\r\n" % (LIMIT + 1),), id="declared"),
    pytest.param((CHUNKED, *8 * [b"4000\r\n" + b"a" * 0x4000 + b"\r\n"]), id="chunked"),
]  # fmt: skip


@pytest.mark.parametrize("framing", TOO_LARGE)
@pytest.mark.parametrize(("head", "shape"), [(USERS, b'{"errors":'), (FORMS, b'{"code":')], ids=["Access", "Web Form"])
def test_a_body_beyond_the_limit_is_a_413_in_finapis_shape(
    mock: Running, head: bytes, shape: bytes, framing: tuple[bytes, ...]
) -> None:
    with connected(mock) as connection:
        connection.sendall(head + framing[0])
        for piece in framing[1:]:
            connection.sendall(piece)
        answer = connection.recv(65536)
        while not body(answer):  # it may come by itself
            answer += connection.recv(65536)
    assert status(answer) == 413
    assert body(answer).startswith(shape)


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 40_000,
        b'{"a":' * 15_000 + b"1" + b"}" * 15_000,
        b'{"id":' + b"[" * 600 + b"]" * 600 + b"}",
        b"\xff\xfe{}",
        b'{"id":"\xc3\x28"}',
        b"\x00",
        b'{"id":"\x00"}',
    ],
    ids=[
        "open brackets",
        "deep objects",
        "deep lists, but not too deep for the parser",
        "a byte order mark",
        "broken UTF-8",
        "a null byte",
        "a null byte in a text",
    ],
)
def test_a_body_that_is_no_json_is_a_400(mock: Running, content: bytes) -> None:
    answer = said(mock, USERS + token(mock) + sized(content))
    assert status(answer) == 400
    assert body(answer).startswith(b'{"errors":')
    with mock.client() as http:  # what was sent stands there, and is no harder to read than to receive
        assert http.get("/_mock/requests").status_code == 200


def test_half_a_request_and_a_client_that_goes_disturb_nobody(mock: Running) -> None:
    for beginning in (b"GET /_mo", HEALTH, USERS + b"Content-Length: 100\r\n\r\n{", USERS + CHUNKED + b"5\r\n{"):
        assert status(said(mock, beginning)) in (0, 400)


@pytest.mark.parametrize("path", ["/api/v2/labels", "/wf/1", "/bank/login/1"])
def test_the_journal_says_who_went_in_the_middle_of_a_request(mock: Running, path: str) -> None:
    said(mock, f"POST {path} HTTP/1.1\r\n".encode() + HOST + b"Content-Length: 100\r\n\r\n{")
    with mock.client() as http:
        http.post("/_mock/wait", json={"calls": {"path": path}})
        [entry] = http.get("/_mock/requests", params={"path": path}).json()["requests"]
    assert (entry["status"], entry["error"]) == (None, "The client hung up before all of its request had arrived.")


@pytest.mark.parametrize("path", ["scenarios", "library", "seed", "webForms/1/complete"])
def test_half_a_request_to_the_control_api_disturbs_nobody(mock: Running, path: str) -> None:
    head = f"POST /_mock/{path} HTTP/1.1\r\n".encode() + HOST
    assert said(mock, head + b"Content-Length: 100\r\n\r\n{") == b""


def test_hundreds_of_idle_connections_leave_room_for_others(mock: Running) -> None:
    with ExitStack() as crowd:
        for _ in range(IDLE):
            crowd.enter_context(connected(mock)).sendall(HEALTH)  # and never the end of it
        assert served(mock)
