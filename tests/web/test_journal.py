"""The journal: what it keeps, how it is searched, and that nobody reads a secret in it."""

import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.app import App
from mock_server.web.journal import (
    ENTRY_BYTES,
    HEADER_BYTES,
    PARSED,
    RULING_BYTES,
    Entry,
    Journal,
    grown,
    kept,
)
from mock_server.web.journal_views import masked, shown
from tests.actors import EndUser, Shop

FORM = "application/x-www-form-urlencoded"
SECRET = "open-sesame-7"


def entry(number: int = 0, **more: Any) -> Entry:
    return Entry("request", "GET", f"/api/v2/users?n={number}", mandator="shop", **more)


def targets(journal: Journal, mandator: str | None = None) -> list[str]:
    return [entry.target.rpartition("=")[2] for entry in journal.newest(mandator)]


def test_the_newest_entry_comes_first() -> None:
    journal = Journal(10)
    for number in range(3):
        journal.add(entry(number))
    assert targets(journal) == ["2", "1", "0"]
    assert [entry.number for entry in journal.newest()] == [3, 2, 1]


def test_a_mandator_has_room_of_its_own() -> None:
    journal = Journal(2)
    quiet = entry(0)
    quiet.mandator = "quiet"
    journal.add(quiet)
    for number in range(1, 9):
        journal.add(entry(number))
    assert targets(journal) == ["8", "7", "0"]


@given(st.integers(1, 5), st.lists(st.sampled_from([None, "a", "b"]), max_size=20))
def test_of_each_mandator_the_newest_entries_are_kept(size: int, mandators: list[str | None]) -> None:
    journal = Journal(size)
    for number, mandator in enumerate(mandators):
        written = entry(number)
        written.mandator = mandator
        journal.add(written)
    kept = [number for number, mandator in enumerate(mandators) if mandators[number:].count(mandator) <= size]
    assert targets(journal) == [str(number) for number in reversed(kept)]


def test_entries_after_a_number_can_be_asked_for_and_those_of_one_mandator() -> None:
    journal = Journal(10)
    for number in range(4):
        journal.add(Entry("request", "GET", f"/?n={number}", mandator="shop" if number % 2 else None))
    assert targets(journal) == ["3", "2", "1", "0"]
    assert targets(journal, "shop") == ["3", "1"]
    assert targets(journal, "nobody") == []
    assert [entry.number for entry in journal.newest(after=2)] == [4, 3]
    assert [entry.number for entry in journal.newest("shop", after=2)] == [4]


def weighing(bytes: int) -> Entry:
    """An entry that takes so many bytes, most of them in its body."""
    written = Entry("request", "GET", "", mandator="shop")
    written.response_body = b"x" * (bytes - ENTRY_BYTES)
    assert written.weight() == bytes
    return written


def test_an_entry_weighs_what_its_texts_do_and_a_bit_more() -> None:
    headers = [(b"accept", b"*/*"), (b"host", b"shop")]
    full = Entry("request", "GET", "/users", request_headers=headers, response_headers=[(b"a", b"b")])
    full.request_body, full.response_body = b"{}", 70_000
    assert full.weight() == ENTRY_BYTES + 3 * HEADER_BYTES + len("/users{}")


def test_what_scenarios_were_asked_weighs_too(app: App, shop: Shop) -> None:
    """What they said, and the body in the form in which they look at it."""
    text = "name: never\ndescription: Never.\nrules:\n" + 3 * "  - {when: {nth: 9}, then: {refuse: LOCKED}}\n"
    shop.http.post("/_mock/library", content=text)
    shop.http.post("/_mock/scenarios", json={"on": ["never"]}, headers={"x-mock-client": "shop"})
    shop.creates_user(id="alice", password="open sesame")
    written = next(app.journal.newest("shop"))
    asked = replace(written, ruling=None)
    assert isinstance(written.request_body, bytes)
    assert written.weight() - asked.weight() == RULING_BYTES + PARSED * len(written.request_body)


def test_a_body_that_is_kept_takes_no_more_room_than_it_says() -> None:
    """orjson's texts hold on to the buffer in which they were written."""
    tracemalloc.start()
    try:
        bodies = [grown(b"", orjson.dumps({"id": number})) for number in range(1000)]
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 200 * len(bodies)


@pytest.mark.parametrize(
    ("weights", "kept", "dropped"),
    [
        ([], [], 0),
        ([2000, 2000, 2000], [3, 2, 1], 0),
        ([2000, 2000, 2001], [3, 2], 1),
        ([2000, 2000, 5000], [3], 2),
        ([9000], [1], 0),  # the newest is kept whatever it weighs
        ([9000, 2000], [2], 1),
        ([2000, 9000, 2000, 2000], [4, 3], 2),
    ],
)
def test_older_entries_make_room_for_newer_ones_and_are_counted(
    weights: list[int], kept: list[int], dropped: int
) -> None:
    journal = Journal(size=10, room=6000)
    for weight in weights:
        journal.add(weighing(weight))
    assert [entry.number for entry in journal.newest()] == kept
    assert (journal.dropped(), journal.dropped("shop"), journal.dropped("other")) == (dropped, dropped, 0)


def test_what_was_forgotten_was_not_dropped() -> None:
    journal = Journal(size=1)
    for _ in range(3):
        journal.add(entry())
    assert journal.dropped() == 2
    journal.forget("shop")
    assert journal.dropped() == 0


def test_a_body_that_comes_in_pieces_is_kept_whole_or_as_its_length() -> None:
    assert grown(grown(b"", b"ab"), b"cd") == b"abcd"
    assert grown(grown(b"x" * 65536, b""), b"y") == 65537
    assert grown(65537, b"xyz") == 65540


def test_a_mandator_can_be_forgotten_alone() -> None:
    journal = Journal(10)
    other = entry(1)
    other.mandator = "other"
    journal.add(entry(0))
    journal.add(other)
    journal.forget("shop")
    journal.forget("nobody")
    assert targets(journal) == ["1"]
    journal.clear()
    assert targets(journal) == []


def test_numbers_go_on_after_forgetting() -> None:
    """So that whoever looks for entries after number n finds the new ones."""
    journal = Journal(10)
    journal.add(entry())
    journal.clear()
    journal.add(entry())
    assert [entry.number for entry in journal.newest()] == [2]


def test_an_entry_is_shown_with_all_that_is_known() -> None:
    one = Entry(
        "request",
        "POST",
        "/api/v2/users?dry=1",
        request_id="selfgen-1",
        number=7,
        at=datetime(2026, 8, 13, 10, 0, tzinfo=UTC),
        mandator="shop",
        client_id="shop",
        user="Alice",
        operation="access.createUser",
        request_headers=[(b"Content-Type", b"application/json"), (b"Authorization", b"Bearer eyJ.made.up")],
        request_type="application/json",
        request_body=b'{"id": "alice"}',
        status=201,
        response_headers=[(b"x-mock-hint", b"a hint"), (b"set-cookie", b"session=open-sesame-7")],
        response_body=b'{"id":"alice","isAutoUpdateEnabled":false}',
        milliseconds=1.23456,
        first_byte_milliseconds=1.2,
        error=None,
        warnings=["finAPI would refuse this"],
        hint="a hint",
        scenario="slow-bank",
        reason="slow-bank, rule 2: nth is 3",
    )
    assert shown(one) == {
        "number": 7,
        "kind": "request",
        "at": "2026-08-13T12:00:00.000+02:00",
        "requestId": "selfgen-1",
        "clientId": "shop",
        "userId": "Alice",
        "operation": "access.createUser",
        "method": "POST",
        "target": "/api/v2/users?dry=1",
        "requestHeaders": {"content-type": "application/json", "authorization": "Bearer XXXXX"},
        "request": {"id": "alice"},
        "status": 201,
        "responseHeaders": {"x-mock-hint": "a hint"},
        "response": {"id": "alice", "isAutoUpdateEnabled": False},
        "milliseconds": 1.235,
        "firstByteMilliseconds": 1.2,
        "error": None,
        "warnings": ["finAPI would refuse this"],
        "hint": "a hint",
        "scenario": "slow-bank",
        "reason": "slow-bank, rule 2: nth is 3",
    }


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ([(b"authorization", b"Bearer eyJ.made.up")], {"authorization": "Bearer XXXXX"}),
        ([(b"Authorization", b"Basic c2hvcDpzZWNyZXQ=")], {"authorization": "Basic XXXXX"}),
        ([(b"authorization", b"eyJ.made.up")], {"authorization": "XXXXX"}),
        ([(b"authorization", b"")], {"authorization": "XXXXX"}),
        ([(b"Location", b"/wf/1?token=open-sesame-7&a=b")], {"location": "/wf/1?token=XXXXX&a=b"}),
        ([(b"cookie", b"a=open-sesame-7"), (b"x-api-key", b"open-sesame-7")], {}),
        ([(b"psu-ip-address", b"1.2.3.4"), (b"X-Mock-Client", b"shop")],
         {"psu-ip-address": "1.2.3.4", "x-mock-client": "shop"}),
        ([(b"x-mock-warning", b"one"), (b"x-mock-warning", b"two")], {"x-mock-warning": "one, two"}),
        ([(b"user-agent", b"M\xfcnchen")], {"user-agent": "München"}),
    ],
)  # fmt: skip
def test_headers_are_shown_without_their_secrets(given: list[tuple[bytes, bytes]], seen: dict[str, str]) -> None:
    one = shown(entry(request_headers=given, response_headers=given))
    assert (one["requestHeaders"], one["responseHeaders"]) == (seen, seen)


def test_of_a_callback_the_type_of_its_body_is_shown() -> None:
    assert shown(entry(request_type="application/json"))["requestHeaders"] == {"content-type": "application/json"}


def test_an_entry_without_a_time_gets_that_of_its_writing() -> None:
    journal = Journal(1)
    journal.add(entry())
    (written,) = journal.newest()
    assert written.at is not None


def test_a_body_that_is_too_long_is_kept_as_its_length() -> None:
    assert kept(b"x" * 65536) == b"x" * 65536
    assert kept(b"x" * 65537) == 65537
    assert shown(entry(response_body=kept(b"x" * 65537)))["response"] == "65537 bytes, too many to keep"


def request(body: bytes, media: str = "application/json") -> Any:
    return shown(entry(request_body=body, request_type=media))["request"]


@pytest.mark.parametrize(
    ("body", "media", "shown_as"),
    [
        (b"", "application/json", None),
        (b'{"a": [1, null, "x"]}', "application/json", {"a": [1, None, "x"]}),
        (b"a=1&b=", FORM, {"a": "1", "b": ""}),
        (b"a=1&b=%C3%A4+", FORM + "; charset=utf-8", {"a": "1", "b": "ä "}),
        (b"\x89PNG", "image/png", "4 bytes that are no JSON"),
        (b"a=1", "application/json", "3 bytes that are no JSON"),
        (b'{"a": 1}', FORM, "8 bytes that are no form"),
        (b"\xff\xfe", FORM, "2 bytes that are no form"),
    ],
)
def test_a_body_is_shown_as_what_it_is(body: bytes, media: str, shown_as: Any) -> None:
    assert request(body, media) == shown_as


SECRET_NAMES = [
    "client_secret",
    "clientSecret",
    "password",
    "access_token",
    "accessToken",
    "refresh_token",
    "token",
    "pin",
    "PIN",
    "tan",
    "TAN",
    "value",  # of a login field
    "challengeResponse",
    "oldClientSecret",
    "newClientSecret",
    "passwordChangeToken",
    "tppClientSecret",
    "tppApiKey",
    "privateKey",
    "passphrase",
    "Client-Secret",
]


@pytest.mark.parametrize("name", SECRET_NAMES)
@pytest.mark.parametrize(
    "secret", [SECRET, "", 470811, 47.11, True, [SECRET], {"is": SECRET}, [{"is": [SECRET]}]], ids=str
)
def test_a_secret_is_masked_whatever_its_type(name: str, secret: Any) -> None:
    """Also where it has the wrong one, and the request was refused because of it."""
    for body in ({name: secret}, {"a": {name: secret}}, [{name: secret}], {"a": [[{"b": {name: secret}}]]}):
        text = str(request(orjson.dumps(body)))
        assert "XXXXX" in text
        assert SECRET not in text
        assert "4711" not in text
        assert "470811" not in text


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_a_secret_is_masked_in_forms_and_queries(name: str) -> None:
    form = urlencode([("grant_type", "password"), (name, SECRET), ("x", "1")])
    assert request(form.encode(), FORM) == {"grant_type": "password", name: "XXXXX", "x": "1"}
    asked = entry()
    asked.target = f"/oauth/token?{form}"
    assert shown(asked)["target"] == f"/oauth/token?grant_type=password&{name}=XXXXX&x=1"


def test_a_secret_is_masked_in_answers() -> None:
    answer = {"access_token": SECRET, "refresh_token": SECRET, "expires_in": 3600, "token_type": "bearer"}
    assert shown(entry(response_body=orjson.dumps(answer)))["response"] == {
        "access_token": "XXXXX",
        "refresh_token": "XXXXX",
        "expires_in": 3600,
        "token_type": "bearer",
    }


def test_the_token_that_an_error_echoes_is_masked() -> None:
    answer = {"error": "invalid_token", "error_description": f"Invalid access token: {SECRET}"}
    for body in (answer, {"errors": [{"message": f"Invalid access token: {SECRET}"}]}):
        assert SECRET not in str(shown(entry(response_body=orjson.dumps(body))))


def test_the_credentials_of_a_bank_login_are_masked_and_the_labels_are_not() -> None:
    credentials = [{"label": "Onlinebanking-ID", "value": "demo"}, {"label": "PIN", "value": 12345}]
    assert masked({"loginCredentials": credentials}) == {
        "loginCredentials": [{"label": "Onlinebanking-ID", "value": "XXXXX"}, {"label": "PIN", "value": "XXXXX"}]
    }


@pytest.mark.parametrize("amount", [10.5, "10.50"])
def test_the_value_of_an_amount_is_no_secret(amount: float | str) -> None:
    order = {"amount": {"value": amount, "currency": "EUR"}}
    assert masked(order) == order


@pytest.mark.parametrize(
    "body", [{"password": None}, {"tokens": "x"}, {"isSecret": True}, {"expires_in": 3600}, {"valueDate": "2026-08-13"}]
)
def test_what_is_no_secret_is_shown(body: dict[str, Any]) -> None:
    assert masked(body) == body


@pytest.mark.parametrize(
    ("body", "media"),
    [
        # curl -d sends a form unless told otherwise, whatever is in it
        (b'{"client_secret": "open-sesame-7"}', FORM),
        (b'{"password": "a&open-sesame-7&b"}', FORM),
        (b'{"client_secret": "open-sesame-7"', "application/json"),
        (b"client_secret=open-sesame-7", "application/json"),
        (b"client_secret=open-sesame-7", "text/plain"),
        (b"<pin>open-sesame-7</pin>", "application/xml"),
    ],
)
def test_what_cannot_be_read_is_not_shown(body: bytes, media: str) -> None:
    assert SECRET not in str(request(body, media))


def test_what_is_no_query_is_not_shown() -> None:
    asked = entry()
    asked.target = '/oauth/token?{"client_secret": "open-sesame-7"}'
    assert shown(asked)["target"] == "/oauth/token?XXXXX"


def test_a_very_long_query_is_shown_all_the_same() -> None:
    asked = entry()
    asked.target = "/api/v2/banks?" + "&".join(f"ids={number}" for number in range(5000))
    assert len(shown(asked)["target"]) == len(asked.target)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.just(SECRET),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["password", "a", "Pin", "b"]), inner),
    max_leaves=10,
)


@given(ANY_JSON)
def test_masking_changes_nothing_but_secrets(node: Any) -> None:
    def agree(before: Any, after: Any) -> bool:
        if isinstance(before, dict):
            return before.keys() == after.keys() and all(
                after[key] == ("XXXXX" if before[key] is not None else None)
                if key in ("password", "Pin")
                else agree(before[key], after[key])
                for key in before
            )
        if isinstance(before, list):
            return len(before) == len(after) and all(map(agree, before, after))
        return bool(before == after)

    assert agree(node, masked(node))


# The same through the front door: each of these leaves its secret somewhere in a request or an answer.


def test_no_secret_of_a_whole_journey_is_in_the_journal(shop: Shop) -> None:
    shop.client_secret = SECRET
    user = shop.welcomes("alice", password=SECRET)
    shop.token("refresh_token", refresh_token=user.token["refresh_token"])
    shop.http.post("/oauth/token", params={"grant_type": "client_credentials", **shop.credentials})
    shop.http.post("/oauth/token", json={"grant_type": "client_credentials", **shop.credentials})
    shop.http.get("/api/v2/users", headers={"authorization": f"Bearer {SECRET}"})
    shop.http.get("/api/v2/users", params={"access_token": SECRET}, headers=user.bearer)
    user.http.post("/api/v2/oauth/revoke", data={"token": user.token["access_token"]}, headers=shop.bearer())
    shop.creates_user(id="bob", password=[SECRET])
    answer = shop.http.get("/_mock/requests")
    assert answer.json()["requests"]
    secrets = {SECRET, user.token["access_token"], user.token["refresh_token"], shop.token()["access_token"]}
    assert [secret for secret in secrets if secret in answer.text] == []


def test_what_is_typed_into_the_wrong_field_is_refused_without_being_repeated(alice: EndUser) -> None:
    alice.asks_for_import(bank={"id": SECRET}, profileId=SECRET, callbacks=SECRET)
    (entry,) = alice.shop.journal(operation="createForBankConnectionImport")
    assert entry["status"] == 400
    assert SECRET not in str(entry["response"])
