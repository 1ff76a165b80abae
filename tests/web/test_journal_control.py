"""The journal over HTTP: listed, filtered, exported, verified and waited for."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient
from starlette.types import Message

from mock_server.app import App
from mock_server.settings import Settings
from mock_server.web.journal import Entry
from tests.actors import EndUser, Json, Shop
from tests.conftest import serve


def verify(shop: Shop, **wish: Any) -> Any:
    return shop.http.post("/_mock/verify", json=wish, headers={"x-mock-client": shop.client_id})


def test_it_shows_the_newest_first_with_what_was_asked_and_answered(shop: Shop) -> None:
    shop.creates_user(id="alice", password="very secret")
    newest, oldest = shop.journal()
    assert oldest["operation"] == "access.getToken"
    assert (newest["operation"], newest["status"], newest["method"]) == ("access.createUser", 201, "POST")
    assert newest["request"] == {"id": "alice", "password": "XXXXX"}
    assert newest["at"] == "2026-08-13T12:00:00.000+02:00"


def test_no_secret_is_in_it(alice: EndUser) -> None:
    alice.http.get("/api/v2/users", headers={"authorization": "Bearer eyJ.made.up"})
    alice.http.post("/oauth/token?grant_type=password&client_id=shop&client_secret=shop-secret&password=hidden")
    everything = alice.http.get("/_mock/requests").text
    for secret in ("shop-secret", "open sesame", "hidden", "eyJ"):
        assert secret not in everything


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"operation": "createUser"}, 1),
        ({"operation": "access.createUser"}, 1),
        ({"status": "200"}, 2),
        ({"status": "201", "operation": "getToken"}, 0),
        ({"kind": "callback"}, 0),
        ({"limit": "1"}, 1),
    ],
)
def test_filters(alice: EndUser, filters: dict[str, str], count: int) -> None:
    assert len(alice.shop.journal(**filters)) == count
    assert alice.http.get("/_mock/requests", params={"client": "nobody"}).json() == {"requests": [], "dropped": 0}


def test_a_filter_that_does_not_exist_is_refused(http: TestClient) -> None:
    answer = http.get("/_mock/requests", params={"opration": "x", "status": "many"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == "There is no such field. Did you mean 'operation'?"
    assert http.get("/_mock/requests", params={"status": "many"}).status_code == 400


def test_an_entry_can_be_seen_alone(alice: EndUser) -> None:
    newest = alice.shop.journal()[0]
    assert alice.http.get(f"/_mock/requests/{newest['number']}").json() == newest
    own = alice.http.get(f"/_mock/requests/{newest['number']}", headers={"x-mock-client": "shop"})
    assert own.json() == newest


@pytest.mark.parametrize(
    ("number", "client", "status", "error"),
    [
        ("99", None, 404, {"field": None, "message": "The journal has no entry 99, or no longer has it."}),
        ("1", "other", 404, {"field": None, "message": "The journal has no entry 1, or no longer has it."}),
        ("first", None, 400, {"field": "number", "message": "Must be a whole number."}),
    ],
)
def test_an_entry_that_is_not_there_is_not_found(
    alice: EndUser, number: str, client: str | None, status: int, error: Json
) -> None:
    answer = alice.http.get(f"/_mock/requests/{number}", headers={} if client is None else {"x-mock-client": client})
    assert (answer.status_code, answer.json()) == (status, {"errors": [error]})


def test_an_entry_has_the_headers_of_interest_and_the_hint(alice: EndUser) -> None:
    alice.http.get("/api/v2/transactins", headers={**alice.bearer, "cookie": "a=b", "user-agent": "sdk/1"})
    entry = alice.http.get("/_mock/requests?limit=1").json()["requests"][0]
    assert entry["requestHeaders"]["authorization"] == "Bearer XXXXX"
    assert entry["requestHeaders"]["user-agent"] == "sdk/1"
    assert "cookie" not in entry["requestHeaders"]
    assert entry["responseHeaders"]["content-type"] == "application/json"
    assert entry["responseHeaders"]["x-mock-hint"] == entry["hint"]
    assert 0 < entry["firstByteMilliseconds"] <= entry["milliseconds"]
    assert alice.token["access_token"] not in str(entry)


def test_what_had_to_make_room_is_counted() -> None:
    shop = Shop(serve(Settings(journal_size=2)))
    shop.creates_user(id="alice")
    shop.creates_user(id="bob")
    answer = shop.http.get("/_mock/requests").json()
    assert (len(answer["requests"]), answer["dropped"]) == (2, 2)


def test_the_journal_keeps_within_its_bytes() -> None:
    shop = Shop(serve(Settings(journal_bytes=4096)))
    for number in range(10):
        shop.creates_user(id=f"user-{number}")
    answer = shop.http.get("/_mock/requests").json()
    assert 1 <= len(answer["requests"]) <= 3
    assert answer["dropped"] == 20 - len(answer["requests"])


def test_each_client_looks_into_its_own_mandators_journal(alice: EndUser) -> None:
    other = Shop(alice.http, "other")
    other.token()
    alice.http.get("/api/v2/nowhere")  # belongs to nobody
    for path in ("/_mock/requests", "/_mock/requests.har"):
        answer = alice.http.get(path, headers={"x-mock-client": "other"}).text
        assert '"other"' in answer
        assert '"shop"' not in answer
    assert verify(other, calls={}, exactly=1).status_code == 200
    assert verify(alice.shop, calls={}, exactly=3).status_code == 200
    assert alice.http.post("/_mock/verify", json={"calls": {}, "exactly": 5}).status_code == 200
    assert verify(other, inOrder=[{"client": "shop"}]).status_code == 409


def test_a_client_that_cannot_be_there_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "clients.yaml"
    file.write_text("clients: [{client_id: shop, client_secret: shop-secret}]")
    http = serve(Settings(clients=file))
    for answer in (
        http.get("/_mock/requests", headers={"x-mock-client": "nobody"}),
        http.get("/_mock/requests.har", headers={"x-mock-client": "nobody"}),
        http.post("/_mock/verify", json={"calls": {}}, headers={"x-mock-client": "nobody"}),
        http.post("/_mock/wait", json={"calls": {}}, headers={"x-mock-client": "nobody"}),
    ):
        assert answer.status_code == 404
        assert answer.json() == {"errors": [{"field": None, "message": "There is no client 'nobody'."}]}


def test_what_is_expected_and_was_done_is_verified(alice: EndUser) -> None:
    answer = verify(alice.shop, calls={"operation": "createUser", "body": {"id": "alice"}}, exactly=1)
    created = alice.shop.journal(operation="createUser")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "ok": True,
            "count": 1,
            "dropped": 0,
            "message": "Expected exactly 1 call, found 1.",
            "requests": created,
            "nearMisses": [],
        },
    )
    order = [{"operation": "getToken"}, {"operation": "createUser"}, {"operation": "getToken", "status": 200}]
    assert verify(alice.shop, inOrder=order).json()["count"] == 3


def test_what_was_expected_and_not_done_is_explained(alice: EndUser) -> None:
    answer = verify(alice.shop, calls={"operation": "createUser", "body": {"id": "bob"}})
    number = alice.shop.journal(operation="createUser")[0]["number"]
    message = f"Expected at least 1 call, found none. The nearest is number {number}, whose body.id is alice."
    near = {
        "number": number,
        "kind": "request",
        "operation": "access.createUser",
        "method": "POST",
        "target": "/api/v2/users",
        "status": 201,
        "condition": "body.id",
        "wanted": "bob",
        "found": "alice",
    }
    assert answer.status_code == 409
    assert answer.json() == {
        "ok": False,
        "count": 0,
        "dropped": 0,
        "message": message,
        "requests": [],
        "nearMisses": [near],
    }
    assert verify(alice.shop, calls={"operation": "createUser"}, never=True).status_code == 409
    assert verify(alice.shop, inOrder=[{"operation": "createUser"}] * 2).status_code == 409


OBJECT = 'Must be an object such as {"operation": "createUser"}.'
LIST = 'Must be a list such as [{"operation": "createUser"}, {"status": 401}].'
WHICH = 'Say which, for example {"operation": "createUser"}; {} means all.'
STATUS = "Must be a status such as 404, or a class of them such as 4xx."
DURATION = "'soon' is not a duration; write for example 90s, 15min, 2h, 1d12h, PT2H or P90D"


@pytest.mark.parametrize(
    ("path", "wish", "field", "message"),
    [
        ("verify", {}, "calls", WHICH),
        ("verify", {"calls": []}, "calls", OBJECT),
        ("verify", {"calls": {"stats": 4}}, "calls.stats", "There is no such field. Did you mean 'status'?"),
        ("verify", {"calls": {}, "atleast": 1}, "atleast", "There is no such field. Did you mean 'atLeast'?"),
        ("verify", {"calls": {}, "exactly": -1}, "exactly", "Must be a whole number, 0 or more."),
        ("verify", {"inOrder": {}}, "inOrder", LIST),
        ("verify", {"inOrder": []}, "inOrder", LIST),
        ("verify", {"inOrder": [{}, 1]}, "inOrder[1]", OBJECT),
        ("verify", {"inOrder": [{}, {"status": 9}]}, "inOrder[1].status", STATUS),
        ("verify", {"inOrder": [{}], "exactly": 1}, "exactly", "There is no such field. Known are: inOrder."),
        ("wait", {}, "calls", WHICH),
        ("wait", {"calls": {"status": 9}}, "calls.status", STATUS),
        ("wait", {"calls": {}, "exactly": 1}, "exactly", "There is no such field. Known are: calls, atLeast, within."),
        ("wait", {"calls": {}, "within": "soon"}, "within", DURATION),
        ("wait", {"calls": {}, "within": "61s"}, "within", "Must be from 0s to 60s. To wait longer, wait again."),
        ("wait", {"calls": {}, "within": "-1s"}, "within", "Must be from 0s to 60s. To wait longer, wait again."),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_the_remedy(
    http: TestClient, path: str, wish: Json, field: str, message: str
) -> None:
    answer = http.post(f"/_mock/{path}", json=wish)
    assert (answer.status_code, answer.json()) == (400, {"errors": [{"field": field, "message": message}]})


def test_what_came_already_is_not_waited_for(alice: EndUser) -> None:
    answer = alice.http.post("/_mock/wait", json={"calls": {"operation": "createUser"}, "within": "60s"})
    assert (answer.status_code, answer.json()["count"]) == (200, 1)


def test_a_wait_without_time_is_a_look(alice: EndUser) -> None:
    answer = alice.http.post("/_mock/wait", json={"calls": {"kind": "callback"}, "within": "0s"})
    assert (answer.status_code, answer.json()["message"]) == (409, "Expected at least 1 call, found none.")


# The rest of waiting takes two requests at a time, so it goes to the application itself, in one event loop.


class Waiter:
    """A request to `/_mock/wait`, and the connection it came by."""

    def __init__(self, app: App, client: str | None = None, **wish: Any) -> None:
        self.messages: asyncio.Queue[Message] = asyncio.Queue()
        body = orjson.dumps(wish)
        self.messages.put_nowait({"type": "http.request", "body": body})
        self.sent: list[Message] = []
        headers = [(b"content-length", b"%d" % len(body))]
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/_mock/wait",
            "query_string": b"",
            "headers": headers if client is None else [*headers, (b"x-mock-client", client.encode())],
        }
        self.task = asyncio.ensure_future(app(scope, self.messages.get, self._send))

    async def _send(self, message: Message) -> None:
        self.sent.append(message)

    def hangs_up(self) -> None:
        self.messages.put_nowait({"type": "http.disconnect"})

    async def answer(self) -> tuple[int, Json]:
        await asyncio.wait_for(self.task, 5)
        start, body = self.sent
        return start["status"], orjson.loads(body["body"])


async def listening(app: App, count: int) -> None:
    """Give way until so many waiters listen to the journal."""
    async with asyncio.timeout(5):
        while app.journal.listeners != count:
            await give_way()


async def give_way() -> None:
    """Let everybody else have their turns."""
    for _ in range(10):
        await asyncio.sleep(0)


def callback(**more: Any) -> Entry:
    return Entry("callback", "POST", "https://shop.example/cb", mandator="shop", **more)


Scene = Callable[[App], Awaitable[None]]


async def who_waits_is_answered_with_the_call_that_arrives(app: App) -> None:
    waiter = Waiter(app, calls={"kind": "callback"}, within="60s")
    await listening(app, 1)
    app.journal.add(Entry("request", "GET", "/", mandator="shop"))
    await give_way()
    app.journal.add(callback(status=204))
    status, body = await waiter.answer()
    assert (status, body["ok"], body["count"]) == (200, True, 1)
    assert [entry["number"] for entry in body["requests"]] == [2]


async def several_can_be_waited_for(app: App) -> None:
    waiter = Waiter(app, calls={"kind": "callback"}, atLeast=3, within="60s")
    app.journal.add(callback())
    await listening(app, 1)
    app.journal.add(callback())
    await give_way()
    assert not waiter.task.done()
    app.journal.add(callback())
    assert (await waiter.answer())[1]["count"] == 3


async def older_ones_do_not_count_if_newer_ones_are_wanted(app: App) -> None:
    app.journal.add(callback())
    waiter = Waiter(app, calls={"kind": "callback", "after": 1}, within="60s")
    await listening(app, 1)
    app.journal.add(callback())
    assert [entry["number"] for entry in (await waiter.answer())[1]["requests"]] == [2]


async def those_of_other_mandators_do_not_count(app: App) -> None:
    waiter = Waiter(app, client="other", calls={}, within="60s")
    await listening(app, 1)
    app.journal.add(callback())
    await give_way()
    app.journal.add(Entry("request", "GET", "/", mandator="other"))
    assert [entry["number"] for entry in (await waiter.answer())[1]["requests"]] == [2]


async def all_who_wait_for_the_same_are_answered(app: App) -> None:
    waiters = [Waiter(app, calls={"kind": "callback"}, within="60s") for _ in range(20)]
    await listening(app, 20)
    app.journal.add(callback())
    assert [(await waiter.answer())[0] for waiter in waiters] == [200] * 20
    assert app.journal.listeners == 0


async def a_reset_meanwhile_makes_the_count_begin_again(app: App) -> None:
    waiter = Waiter(app, calls={"kind": "callback"}, atLeast=2, within="60s")
    app.journal.add(callback())
    await listening(app, 1)
    app.journal.clear()
    app.journal.add(callback())
    await give_way()
    assert not waiter.task.done()
    app.journal.add(callback())
    assert [entry["number"] for entry in (await waiter.answer())[1]["requests"]] == [3, 2]


async def when_time_is_up_it_is_explained_with_what_nearly_came(app: App) -> None:
    waiter = Waiter(app, calls={"kind": "callback", "status": 204}, within="20ms")
    await listening(app, 1)
    app.journal.add(callback(status=500))
    status, body = await waiter.answer()
    assert (status, body["ok"], body["count"]) == (409, False, 0)
    assert body["message"] == "Expected at least 1 call, found none. The nearest is number 1, whose status is 500."
    assert app.journal.listeners == 0


async def who_hangs_up_is_forgotten(app: App) -> None:
    waiter = Waiter(app, calls={}, within="60s")
    await listening(app, 1)
    waiter.hangs_up()
    await listening(app, 0)
    await asyncio.wait_for(waiter.task, 5)


async def who_is_cancelled_is_forgotten(app: App) -> None:
    waiter = Waiter(app, calls={}, within="60s")
    await listening(app, 1)
    waiter.task.cancel()
    await listening(app, 0)
    await give_way()
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize(
    "scene",
    [
        who_waits_is_answered_with_the_call_that_arrives,
        several_can_be_waited_for,
        older_ones_do_not_count_if_newer_ones_are_wanted,
        those_of_other_mandators_do_not_count,
        all_who_wait_for_the_same_are_answered,
        a_reset_meanwhile_makes_the_count_begin_again,
        when_time_is_up_it_is_explained_with_what_nearly_came,
        who_hangs_up_is_forgotten,
        who_is_cancelled_is_forgotten,
    ],
    ids=lambda scene: scene.__name__,
)
def test_waiting(app: App, scene: Scene) -> None:
    async def play() -> None:
        await scene(app)

    asyncio.run(play())
