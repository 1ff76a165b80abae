"""What scenarios make of callbacks on their way, and what the control API shows and sends of them."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import orjson
import pytest

from mock_server.app import App
from mock_server.clock import stopwatch
from tests.actors import EndUser, Json, Shop
from tests.conftest import serve
from tests.journeys.test_integrator import PATIENCE, receiver
from tests.web.test_delivery import http  # noqa: F401 # the fixture: a server that has its postman

NOBODY = "http://localhost:9/nobody"


@contextmanager
def silent_receiver() -> Iterator[str]:
    """A customer's server that takes what it gets and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/callback"


def plays(shop: Shop, then: str, when: str = "{operation: callback}") -> None:
    """A scenario of one rule about callbacks is on for the shop."""
    text = f"name: post\ndescription: About callbacks.\nrules:\n  - {{name: the rule, when: {when}, then: {then}}}"
    assert shop.http.post("/_mock/library", content=text).status_code == 200
    answer = shop.http.post("/_mock/scenarios", json={"on": ["post"]}, headers={"x-mock-client": shop.client_id})
    assert answer.status_code == 200, answer.text


def ends_form(user: EndUser, address: str, outcome: str = "ABORTED") -> str:
    form = user.starts_import(callbacks={"finalised": address})
    user.shop.completes(form, outcome=outcome)
    return str(form["id"])


def callbacks(shop: Shop, **query: str) -> list[Json]:
    answer = shop.http.get("/_mock/callbacks", params=query, headers={"x-mock-client": shop.client_id})
    assert answer.status_code == 200, answer.text
    listed: list[Json] = answer.json()["callbacks"]
    return listed


def callback_that_is(shop: Shop, state: str) -> Json:
    """The newest callback, as soon as it has got so far; the request itself takes the time that the wait needs."""
    until = stopwatch() + PATIENCE
    while stopwatch() < until:
        if listed := callbacks(shop, state=state):
            return listed[0]
    raise AssertionError(callbacks(shop))


class TestScenarios:
    def test_a_lost_one_is_never_sent_and_the_list_says_why(self, alice: EndUser) -> None:
        plays(alice.shop, "{callback: lost}")
        with receiver() as (address, arrived):
            id = ends_form(alice, address)
            lost = callback_that_is(alice.shop, "lost")
            assert arrived.empty()
        assert (lost["body"]["webFormId"], lost["attempts"]) == (id, [])
        assert (lost["scenario"], lost["reason"]) == ("post", "scenario post, the rule")
        assert alice.shop.journal(kind="callback") == []

    def test_a_late_one_is_sent_when_the_clock_of_its_client_says_so(self, alice: EndUser) -> None:
        plays(alice.shop, "{callback: {late: 1h, copies: 2}}")
        with receiver() as (address, arrived):
            ends_form(alice, address)
            assert callback_that_is(alice.shop, "waiting")["dueAt"] == "2026-08-13T13:00:00.000+02:00"
            alice.shop.moves_clock(advance="59m")
            assert callback_that_is(alice.shop, "waiting")["attempts"] == []
            alice.shop.moves_clock(advance="1m")
            for _ in range(2):
                assert arrived.get(timeout=PATIENCE)["status"] == "ABORTED"
        entry = alice.shop.journal(kind="callback")[0]
        assert (entry["at"], entry["scenario"]) == ("2026-08-13T13:00:00.000+02:00", "post")

    def test_one_out_of_order_arrives_after_the_next_one_of_its_client(self, alice: EndUser) -> None:
        plays(alice.shop, "{callback: out_of_order}", "{operation: callback, first: 1}")
        with receiver() as (address, arrived):
            first = ends_form(alice, address)
            callback_that_is(alice.shop, "waiting")
            second = ends_form(alice, address)
            assert [arrived.get(timeout=PATIENCE)["webFormId"] for _ in range(2)] == [second, first]

    def test_one_that_nobody_overtakes_is_sent_after_a_minute(self, alice: EndUser) -> None:
        plays(alice.shop, "{callback: out_of_order}")
        with receiver() as (address, arrived):
            id = ends_form(alice, address)
            callback_that_is(alice.shop, "waiting")
            alice.shop.moves_clock(advance="1m")
            assert arrived.get(timeout=PATIENCE)["webFormId"] == id

    @pytest.mark.parametrize(
        ("trick", "sent"),
        [
            ("{set: {status: COMPLETED}}", {"webFormId": "ID", "status": "COMPLETED"}),
            ("{remove: [status]}", {"webFormId": "ID"}),
            ("{raw: '<html>'}", "<html>"),
        ],
    )
    def test_another_body_is_sent_and_the_list_shows_both(self, alice: EndUser, trick: str, sent: Json | str) -> None:
        plays(alice.shop, f"{{callback: {trick}}}")
        id = ends_form(alice, NOBODY)
        failed = callback_that_is(alice.shop, "failed")
        assert failed["body"] == {"webFormId": id, "status": "ABORTED"}
        assert failed["attempts"][0]["body"] == orjson.loads(orjson.dumps(sent).replace(b"ID", id.encode()))

    @pytest.mark.parametrize(
        ("condition", "fits"),
        [
            ("client: shop", True),
            ("client: other", False),
            ("user: ali*", True),
            ("user: bob", False),
            ("body: {status: ABORTED}", True),
            ("body: {status: COMPLETED}", False),
        ],
    )
    def test_rules_ask_about_client_user_and_body(self, alice: EndUser, condition: str, fits: bool) -> None:
        plays(alice.shop, "{callback: lost}", f"{{operation: callback, {condition}}}")
        ends_form(alice, NOBODY)
        callback_that_is(alice.shop, "lost" if fits else "failed")


class TestList:
    def test_a_callback_is_shown_with_every_attempt(self, alice: EndUser) -> None:
        id = ends_form(alice, NOBODY)
        shown = callback_that_is(alice.shop, "failed")
        [attempt] = shown.pop("attempts")
        assert attempt.pop("milliseconds") > 0
        assert attempt.pop("error").startswith("ConnectError: ")
        body = {"webFormId": id, "status": "ABORTED"}
        assert attempt == {"at": "2026-08-13T12:00:00.000+02:00", "body": body, "status": None}
        assert shown == {
            "id": shown["id"],
            "mandator": "shop",
            "clientId": "shop",
            "url": NOBODY,
            "body": body,
            "createdAt": "2026-08-13T12:00:00.000+02:00",
            "state": "failed",
            "dueAt": None,
            "scenario": None,
            "reason": None,
        }
        assert alice.http.get(f"/_mock/callbacks/{shown['id']}").json()["url"] == NOBODY

    def test_filters(self, alice: EndUser) -> None:
        ends_form(alice, NOBODY)
        callback_that_is(alice.shop, "failed")
        assert len(callbacks(alice.shop, client="shop", limit="1")) == 1
        assert callbacks(alice.shop, client="nobody") == callbacks(alice.shop, limit="0") == []
        answer = alice.http.get("/_mock/callbacks", params={"state": "fialed"})
        assert answer.status_code == 400
        expected = {"field": "state", "message": "There is no state 'fialed'. Did you mean 'failed'?"}
        assert answer.json() == {"errors": [expected]}

    def test_one_that_is_not_there(self, alice: EndUser) -> None:
        answer = alice.http.get("/_mock/callbacks/99")
        assert answer.status_code == 404
        expected = {"field": None, "message": "There is no callback 99, or it is forgotten."}
        assert answer.json() == {"errors": [expected]}


class TestSending:
    def test_a_lost_one_can_be_sent_again_as_it_is(self, alice: EndUser) -> None:
        plays(alice.shop, "{callback: lost}")
        with receiver() as (address, arrived):
            id = ends_form(alice, address)
            lost = callback_that_is(alice.shop, "lost")
            assert alice.http.post(f"/_mock/callbacks/{lost['id']}/resend").json()["id"] == lost["id"]
            assert arrived.get(timeout=PATIENCE)["webFormId"] == id
        assert len(callback_that_is(alice.shop, "sent")["attempts"]) == 1
        assert alice.shop.journal(kind="callback")[0]["scenario"] is None

    def test_by_hand(self, alice: EndUser) -> None:
        with receiver() as (address, arrived):
            wish = {"url": address, "body": {"webFormId": "w", "status": "COMPLETED"}}
            answer = alice.http.post("/_mock/callbacks", json=wish, headers={"x-mock-client": "shop"})
            assert (answer.status_code, answer.json()["state"]) == (200, "pending")
            assert arrived.get(timeout=PATIENCE)["status"] == "COMPLETED"
        assert callback_that_is(alice.shop, "sent")["attempts"][0]["status"] == 204

    @pytest.mark.parametrize(
        ("wish", "headers", "field", "message"),
        [
            ({"url": NOBODY}, {}, "x-mock-client", "Header is missing: say in whose name it is sent."),
            ({"url": "ftp://x"}, {"x-mock-client": "shop"}, "url", "Must be an http or https URL."),
            ({}, {"x-mock-client": "shop"}, "url", "Must be an http or https URL."),
            ({"url": NOBODY, "body": []}, {"x-mock-client": "shop"}, "body", "Must be an object."),
            ({"ulr": NOBODY}, {"x-mock-client": "shop"}, "ulr", "There is no such field. Did you mean 'url'?"),
        ],
    )
    def test_what_cannot_be_sent(
        self, alice: EndUser, wish: Json, headers: dict[str, str], field: str, message: str
    ) -> None:
        answer = alice.http.post("/_mock/callbacks", json=wish, headers=headers)
        assert answer.status_code == 400
        assert answer.json() == {"errors": [{"field": field, "message": message}]}
        assert callbacks(alice.shop) == []


class TestReset:
    def test_what_waits_is_never_sent_and_what_was_sent_is_forgotten(self, alice: EndUser) -> None:
        plays(alice.shop, "{callback: {late: 1h}}", "{operation: callback, first: 1}")
        with receiver() as (address, arrived):
            ends_form(alice, address)
            callback_that_is(alice.shop, "waiting")
            ends_form(alice, NOBODY)
            callback_that_is(alice.shop, "failed")
            alice.http.post("/_mock/reset", headers={"x-mock-client": "shop"})
            alice.shop.moves_clock(advance="2h")
            assert callbacks(alice.shop) == []
            assert arrived.empty()

    def test_one_on_its_way_is_ended(self, app: App, alice: EndUser) -> None:
        with silent_receiver() as address:
            ends_form(alice, address)
            callback_that_is(alice.shop, "underWay")
            (world,) = app.worlds
            alice.http.post("/_mock/reset", headers={"x-mock-client": "shop"})
            assert callbacks(alice.shop) == []
            assert len(world.alarms) == 1  # the one that forgets the callbacks
        assert alice.shop.journal(kind="callback") == []


def test_without_a_postman_a_callback_is_pending() -> None:
    shop = Shop(serve())
    ends_form(shop.welcomes("alice"), NOBODY)
    assert [it["state"] for it in callbacks(shop)] == ["pending"]
