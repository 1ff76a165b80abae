"""The journal: what it keeps, how it is searched, and that nobody reads a secret in it."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.web.journal import Entry, Journal, kept, masked, shown
from tests.actors import EndUser, Shop

FORM = "application/x-www-form-urlencoded"
SECRET = "open-sesame-7"


def entry(number: int = 0, **more: Any) -> Entry:
    return Entry("request", "GET", f"/api/v2/users?n={number}", mandator="shop", **more)


def targets(journal: Journal, **conditions: Any) -> list[str]:
    return [entry.target.rpartition("=")[2] for entry in journal.newest(**conditions)]


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


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({}, ["3", "2", "1", "0"]),
        ({"operation": "access.getUser"}, ["0"]),
        ({"operation": "getUser"}, ["2", "0"]),
        ({"operation": "User"}, []),
        ({"operation": "webform.getUser"}, ["2"]),
        ({"status": 401}, ["1"]),
        ({"client": "shop"}, ["1", "0"]),
        ({"client": "sho"}, []),
        ({"kind": "callback"}, ["3"]),
        ({"kind": "request", "client": "shop", "status": 200}, ["0"]),
        ({"kind": "callback", "status": 200}, []),
    ],
)
def test_entries_are_found_by_what_they_are_about(conditions: dict[str, Any], found: list[str]) -> None:
    journal = Journal(10)
    journal.add(entry(0, operation="access.getUser", status=200, client_id="shop"))
    journal.add(entry(1, operation=None, status=401, client_id="shop"))
    journal.add(entry(2, operation="webform.getUser", status=200, client_id="other"))
    journal.add(Entry("callback", "POST", "https://shop.example/cb?n=3", mandator="shop", status=204))
    assert targets(journal, **conditions) == found


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
        request_type="application/json",
        request_body=b'{"id": "alice"}',
        status=201,
        response_body=b'{"id":"alice","isAutoUpdateEnabled":false}',
        milliseconds=1.23456,
        error=None,
        warnings=["finAPI would refuse this"],
        hint="a hint",
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
        "request": {"id": "alice"},
        "status": 201,
        "response": {"id": "alice", "isAutoUpdateEnabled": False},
        "milliseconds": 1.235,
        "error": None,
        "warnings": ["finAPI would refuse this"],
        "hint": "a hint",
    }


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
