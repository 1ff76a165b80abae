"""The HTTP archive: valid HAR 1.2, and as discreet as the journal."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from mock_server import __version__
from mock_server.web.har import archive
from mock_server.web.journal import Entry
from tests.actors import EndUser, Json, Shop

SECRET = "open-sesame-7"
FORM = "application/x-www-form-urlencoded"
HEADERS = [(b"host", b"localhost:8420"), (b"authorization", b"Bearer " + SECRET.encode())]

# What the HAR 1.2 specification makes mandatory, with the type of each.
NAMED = [{"name": str, "value": str}]
REQUEST: Json = {
    "method": str,
    "url": str,
    "httpVersion": str,
    "cookies": [],
    "headers": NAMED,
    "queryString": NAMED,
    "headersSize": int,
    "bodySize": int,
}
RESPONSE: Json = {
    "status": int,
    "statusText": str,
    "httpVersion": str,
    "cookies": [],
    "headers": NAMED,
    "content": {"size": int, "mimeType": str},
    "redirectURL": str,
    "headersSize": int,
    "bodySize": int,
}
ENTRY: Json = {
    "startedDateTime": str,
    "time": float,
    "request": REQUEST,
    "response": RESPONSE,
    "cache": {},
    "timings": {"send": float, "wait": float, "receive": float},
}
HAR: Json = {"log": {"version": str, "creator": {"name": str, "version": str}, "entries": [ENTRY]}}
OPTIONAL: Json = {"postData": {"mimeType": str, "params": NAMED, "text": str}, "text": str}
"""What we make use of."""


def conforms(node: Any, required: Any, place: str = "har") -> None:
    """AssertionError unless all that is required is there, and all else is HAR's or starts with an underscore."""
    if isinstance(required, dict):
        assert isinstance(node, dict), place
        others = {key for key in node.keys() - required.keys() if not key.startswith("_")}
        assert others <= OPTIONAL.keys(), place
        for key in required.keys() | others:
            conforms(node[key], required.get(key, OPTIONAL.get(key)), f"{place}.{key}")
    elif isinstance(required, list):
        assert isinstance(node, list), place
        for index, item in enumerate(node):
            conforms(item, required[0], f"{place}[{index}]")
    else:
        assert isinstance(node, int | float if required is float else required), place


def exported(**more: Any) -> Json:
    entry = Entry("request", "POST", f"/api/v2/users?dry=1&token={SECRET}", at=datetime(2026, 8, 13, 10, tzinfo=UTC))
    for name, value in more.items():
        setattr(entry, name, value)
    har = archive([entry])
    conforms(har, HAR)
    return har["log"]["entries"][0]


def test_an_entry_is_exported_with_all_that_is_known() -> None:
    body = orjson.dumps({"id": "alice", "password": SECRET})
    entry = exported(
        number=7,
        client_id="shop",
        user="alice",
        operation="access.createUser",
        request_id="selfgen-1",
        request_headers=HEADERS,
        request_type="application/json",
        request_body=body,
        status=201,
        response_headers=[(b"content-type", b"application/json")],
        response_body=b'{"id":"alice"}',
        milliseconds=3.5,
        first_byte_milliseconds=3.0,
        warnings=["finAPI would refuse this"],
        scenario="slow-bank",
        reason="rule 2",
    )
    assert entry == {
        "startedDateTime": "2026-08-13T12:00:00.000+02:00",
        "time": 3.5,
        "request": {
            "method": "POST",
            "url": "http://localhost:8420/api/v2/users?dry=1&token=XXXXX",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [
                {"name": "host", "value": "localhost:8420"},
                {"name": "authorization", "value": "Bearer XXXXX"},
            ],
            "queryString": [{"name": "dry", "value": "1"}, {"name": "token", "value": "XXXXX"}],
            "headersSize": -1,
            "bodySize": len(body),
            "postData": {
                "mimeType": "application/json",
                "params": [],
                "text": '{"id":"alice","password":"XXXXX"}',
            },
        },
        "response": {
            "status": 201,
            "statusText": "Created",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": "content-type", "value": "application/json"}],
            "content": {"size": 14, "mimeType": "application/json", "text": '{"id":"alice"}'},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": 14,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 3.0, "receive": 0.5},
        "_number": 7,
        "_kind": "request",
        "_requestId": "selfgen-1",
        "_clientId": "shop",
        "_userId": "alice",
        "_operation": "access.createUser",
        "_error": None,
        "_warnings": ["finAPI would refuse this"],
        "_hint": None,
        "_scenario": "slow-bank",
        "_reason": "rule 2",
    }


def test_a_callback_that_nobody_answered_has_no_status() -> None:
    entry = exported(kind="callback", target="https://shop.example/cb?a=b", error="ConnectError", milliseconds=2.0)
    assert entry["request"]["url"] == "https://shop.example/cb?a=b"
    assert (entry["response"]["status"], entry["response"]["statusText"]) == (0, "")
    assert entry["timings"] == {"send": 0, "wait": 2.0, "receive": 0.0}


@pytest.mark.parametrize(
    ("media", "body", "posted"),
    [
        (
            FORM,
            f"a=1&client_secret={SECRET}".encode(),
            {"params": [{"name": "a", "value": "1"}, {"name": "client_secret", "value": "XXXXX"}], "text": ""},
        ),
        (FORM, b"{}", {"params": [], "text": "2 bytes that are no form"}),
        ("text/plain", SECRET.encode(), {"params": [], "text": "13 bytes that are no JSON"}),
        ("application/json", 70_000, {"params": [], "text": "70000 bytes, too many to keep"}),
    ],
)
def test_what_was_posted_is_exported_as_what_it_is(media: str, body: bytes | int, posted: Json) -> None:
    entry = exported(request_type=media, request_body=body)
    assert entry["request"]["postData"] == {"mimeType": media, **posted}


def test_a_redirect_and_a_query_that_is_none_are_exported() -> None:
    entry = exported(target='/wf/1?{"x":1}', status=302, response_headers=[(b"location", b"/bank/1?pin=1234")])
    assert entry["request"]["queryString"] == []
    assert entry["response"]["redirectURL"] == "/bank/1?pin=XXXXX"


def test_a_whole_journey_is_a_valid_archive_without_secrets(shop: Shop) -> None:
    shop.client_secret = SECRET
    alice = shop.welcomes("alice", password=SECRET)
    alice.connects()
    alice.gets("/api/v2/nowhere")
    answer = shop.http.get("/_mock/requests.har")
    har = answer.json()
    conforms(har, HAR)
    assert har["log"]["version"] == "1.2"
    assert har["log"]["creator"] == {"name": "finapi-mock", "version": __version__}
    numbers = [entry["_number"] for entry in har["log"]["entries"]]
    assert len(numbers) >= 5
    assert numbers == sorted(numbers)  # the oldest first, as in a browser
    assert [secret for secret in (SECRET, alice.token["access_token"]) if secret in answer.text] == []


def test_the_archive_takes_the_same_filters(alice: EndUser) -> None:
    answer = alice.http.get("/_mock/requests.har", params={"operation": "getToken", "limit": 1})
    [entry] = answer.json()["log"]["entries"]
    assert entry["_number"] == alice.shop.journal(operation="getToken")[0]["number"]
    wrong = alice.http.get("/_mock/requests.har", params={"limit": "all"})
    assert wrong.json() == {"errors": [{"field": "limit", "message": "Must be a whole number."}]}
