"""What no well-behaved client sends, in endless variety from a source of chance.

An oddity is either whole, so that the server must answer it or hang up on it, or a beginning after which its client
says no more. Who waits for an answer to a beginning waits as long as the server waits for the rest of it: a minute.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

HOST = b"Host: localhost\r\n"
CLOSE = b"Connection: close\r\n"
JSON = b"Content-Type: application/json\r\n"
USERS = b"POST /api/v2/users HTTP/1.1\r\n" + HOST + JSON
VERIFY = USERS.replace(b"/api/v2/users", b"/_mock/verify")
TOKEN = b"POST /api/v2/oauth/token HTTP/1.1\r\n" + HOST + b"Content-Type: application/x-www-form-urlencoded\r\n"
CREDENTIALS = b"grant_type=client_credentials&client_id=noise&client_secret=noise-secret"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
PATHS = (
    b"/api/v2/users", b"/api/v2/accounts", b"/api/v2/banks?perPage=500", b"/api/webForms/1", b"/wf/1", b"/docs",
    b"/bank/login/1", b"/_mock/requests", b"/_mock/scenarios", b"/static/pages.css", b"/openapi/access.yaml",
)  # fmt: skip
CLIMBS = (b"../", b"..%2f", b"%2e%2e/", b"..\\", b"....//", b"%00", b"%c0%ae%c0%ae/", b";/", b"//", b"\xff", b"%ff")

WAITS_FOR_HOURS = """
name: waits-for-hours
description: Whoever asks for it is held back.
rules:
  - when: {operation: getToken}
    then: {delay: 5h}
"""

Pieces = Sequence[bytes]


@dataclass(frozen=True)
class Oddity:
    """One thing to send, in pieces. `is_whole`: to be answered or hung up on, whatever the client does next."""

    name: str
    pieces: Pieces
    is_whole: bool


def whole(body: bytes, head: bytes = USERS) -> bytes:
    return head + CLOSE + b"Content-Length: %d\r\n\r\n" % len(body) + body


def random_bytes(chance: Random) -> Pieces:
    return [chance.randbytes(chance.randrange(1, 4000))]


def mutated(chance: Random) -> Pieces:
    request = bytearray(whole(CREDENTIALS, TOKEN))
    for _ in range(chance.randrange(1, 8)):
        request[chance.randrange(len(request))] = chance.randrange(256)
    return [bytes(request)]


def bad_chunks(chance: Random) -> Pieces:
    sizes = (b"zz", b"-1", b"f" * 17, b"0x5", b"", b" 5", b"5;" + b"x" * 5000, b"5\n", b"\xff")
    return [USERS + CLOSE + CHUNKED + chance.choice(sizes) + b"\r\n" + chance.randbytes(5) + b"\r\n0\r\n\r\n"]


def bad_lengths(chance: Random) -> Pieces:
    lengths = (b"many", b"-1", b"1e3", b"9" * 40, b"2\r\nContent-Length: 3", b"2\r\nTransfer-Encoding: chunked")
    return [USERS + CLOSE + b"Content-Length: " + chance.choice(lengths) + b"\r\n\r\n{}"]


def huge_headers(chance: Random) -> Pieces:
    size = chance.randrange(10_000, 2_000_000)
    long, many = b"X-Long: " + b"a" * size + b"\r\n", b"X-Many: a\r\n" * (size // 11)
    return [b"GET /_mock/health HTTP/1.1\r\n" + HOST + CLOSE, chance.choice((long, many)), b"\r\n"]


def climbing_path(chance: Random) -> Pieces:
    start = chance.choice((b"/static/", b"/docs/", b"/wf/", b"/api/v2/", b"/_mock/library/", b"/"))
    path = start + b"".join(chance.choices(CLIMBS, k=chance.randrange(1, 12))) + b"etc/passwd"
    return [b"GET " + path + b" HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n"]


def null_bytes(chance: Random) -> Pieces:
    return [
        chance.choice(
            (
                b"GET /\x00 HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
                b"GET / HTTP/1.1\r\nX-Null: \x00\r\n" + HOST + CLOSE + b"\r\n",
                whole(b"\x00" * chance.randrange(1, 10_000)),
                whole(b'{"id":"\x00"}'),
                whole(CREDENTIALS + b"%00&scope=\x00", TOKEN),
            )
        )
    ]


def deep_json(chance: Random) -> Pieces:
    depth = chance.choice((chance.randrange(50, 1200), chance.randrange(1200, 500_000)))
    closed = (b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth)
    return [whole(chance.choice((b"[" * depth, b'{"a":' * depth, *closed)), chance.choice((USERS, VERIFY)))]


def invalid_utf8(chance: Random) -> Pieces:
    broken = chance.choice((b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", chance.randbytes(50)))
    return [chance.choice((whole(b'{"id":"' + broken + b'"}'), whole(b"client_id=" + broken, TOKEN)))]


def too_large(chance: Random) -> Pieces:
    """Just beyond the usual limit. The answer may come at once; what follows it is thrown away."""
    piece = b" " * 1_000_000
    if chance.random() < 0.5:
        return [USERS + b"Content-Length: %d\r\n\r\n" % (12 * len(piece)), *12 * [piece]]
    return [USERS + CHUNKED, *12 * [b"%x\r\n%s\r\n" % (len(piece), piece)], b"0\r\n\r\n"]


def in_a_row(chance: Random) -> Pieces:
    """Requests that do not wait for answers, which nobody reads."""
    request = b"GET " + chance.choice(PATHS) + b" HTTP/1.1\r\n" + HOST + b"\r\n"
    return [request * chance.randrange(2, 100)]


def cut_off(chance: Random) -> Pieces:
    """A request, as far as it came."""
    request = chance.choice((whole(CREDENTIALS, TOKEN), whole(b"{}" * 100), USERS + CHUNKED + b"5\r\nhello\r\n"))
    return [request[: chance.randrange(1, len(request))]]


def held_back(chance: Random) -> Pieces:
    """A scenario lets it wait for longer than its client does."""
    headers = CLOSE + b"X-Mock-Scenario: waits-for-hours\r\nContent-Length: %d\r\n\r\n" % len(CREDENTIALS)
    return [TOKEN + headers + CREDENTIALS]


def other_protocols(chance: Random) -> Pieces:
    return [
        chance.choice(
            (
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + chance.randbytes(508),
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                b"SSH-2.0-OpenSSH_9.6\r\n",
                b"GET / HTTP/9.9\r\n\r\n",
                b"CONNECT localhost:22 HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
            )
        )
    ]


WHOLE: Sequence[Callable[[Random], Pieces]] = (
    bad_chunks, bad_lengths, huge_headers, climbing_path, null_bytes, deep_json, invalid_utf8, too_large,
)  # fmt: skip
BEGINNINGS: Sequence[Callable[[Random], Pieces]] = (
    random_bytes, mutated, in_a_row, cut_off, held_back, other_protocols,
)  # fmt: skip


def oddity(chance: Random) -> Oddity:
    """The next one. Those that chance alone has made may or may not be whole, and count as beginnings."""
    make = chance.choice((*WHOLE, *BEGINNINGS))
    return Oddity(make.__name__, make(chance), make in WHOLE)
