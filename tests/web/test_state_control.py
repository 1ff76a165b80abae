"""Looking at what the emulator remembers, keeping it, and bringing it back."""

from typing import Any

import orjson
import pytest
import yaml
from starlette.testclient import TestClient

from mock_server.settings import Settings
from mock_server.store.kinds import KINDS
from tests.actors import EndUser, Shop, bearer
from tests.conftest import serve

Json = Any
KEY = "a key for signing that has 32 characters"


@pytest.fixture
def settings() -> Settings:
    return Settings(token_key=KEY)


def snapshot_of(http: TestClient, **headers: str) -> bytes:
    answer = http.get("/_mock/snapshot", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.content


def states(http: TestClient, client: str | None = None) -> dict[str, Json]:
    headers = {} if client is None else {"x-mock-client": client}
    return {it["mandator"]: it for it in http.get("/_mock/state", headers=headers).json()["states"]}


def live(user: EndUser) -> None:
    """Something of most kinds, and things that are not finished."""
    user.connects()
    user.connects(login="demo_securities")
    main = user.accounts()[0]
    user.posts("/api/v2/labels", name="holidays")
    user.posts("/api/v2/categories", name="pets")
    user.shop.http.post("/_mock/pace", json={"pace": "3-reads"})
    assert user.starts_import()["status"] == "NOT_YET_OPENED"
    rule = {"triggerEvent": "NEW_TRANSACTIONS", "params": {"accountIds": str(main["id"])}, "callbackHandle": "new"}
    user.posts("/api/v2/notificationRules", **rule)
    user.posts("/api/tasks/backgroundUpdate", bankConnectionId=1000001)


class TestState:
    def test_it_counts_the_records_of_every_mandator(self, alice: EndUser) -> None:
        Shop(alice.http, "other").token()
        alice.connects()
        shown = states(alice.http)
        assert list(shown) == ["shop", "other"]
        assert shown["other"]["records"] == {"clients": 1, "tokens": 1}
        assert shown["shop"]["records"]["bankConnections"] == 1
        assert shown["shop"]["records"]["accounts"] == 3
        assert list(states(alice.http, "other")) == ["other"]

    def test_a_record_is_shown_with_all_its_fields_and_without_its_secrets(self, alice: EndUser) -> None:
        user = alice.http.get("/_mock/state/users/alice").json()
        assert user == {
            "mandator": "shop",
            "id": "alice",
            "name": "alice",
            "number": 35,
            "password": "XXXXX",
            "createdAt": "2026-08-13T10:00:00Z",
            "email": None,
            "phone": None,
            "isAutoUpdateEnabled": False,
            "isVerified": True,
            "failedLogins": 0,
            "isLocked": False,
            "passwordChange": None,
            "owner": None,
            "dueAt": None,
        }

    def test_no_secret_is_in_any_kind(self, alice: EndUser) -> None:
        live(alice)
        alice.http.post("/api/v2/users/requestPasswordChange", json={"userId": "alice"}, headers=alice.shop.bearer())
        everything = "".join(
            alice.http.get(f"/_mock/state/{kind}", params={"limit": 1000}).text
            for kind in KINDS
            if kind != "transactions"
        )
        for secret in ("shop-secret", "open sesame", "eyJ"):
            assert secret not in everything
            assert secret in snapshot_of(alice.http).decode()

    def test_records_come_in_pages(self, alice: EndUser) -> None:
        alice.connects()
        first = alice.http.get("/_mock/state/accounts", params={"limit": 2}).json()
        assert (first["kind"], first["count"], first["next"]) == ("accounts", 3, "2000002")
        rest = alice.http.get("/_mock/state/accounts", params={"limit": 2, "after": first["next"]}).json()
        assert rest["next"] is None
        assert [it["id"] for it in (*first["records"], *rest["records"])] == [2000001, 2000002, 2000003]

    @pytest.mark.parametrize(
        ("path", "status", "field", "message"),
        [
            ("acounts", 404, None, "There is no kind 'acounts'. Did you mean 'accounts'?"),
            ("accounts/7", 404, None, "There is no record '7' among the accounts."),
            ("accounts?limit=0", 400, "limit", "Must be from 1 to 1000."),
            ("accounts?limit=x", 400, "limit", "Must be a whole number."),
            ("accounts?lmit=1", 400, "lmit", "There is no such field. Did you mean 'limit'?"),
            ("accounts?after=7", 400, "after", "There is no record '7' here."),
        ],
    )
    def test_a_mistake_is_told(self, http: TestClient, path: str, status: int, field: str | None, message: str) -> None:
        answer = http.get(f"/_mock/state/{path}")
        assert (answer.status_code, answer.json()) == (status, {"errors": [{"field": field, "message": message}]})

    def test_the_hash_tells_whether_anything_has_changed(self, alice: EndUser) -> None:
        other = Shop(alice.http, "other").welcomes("bob")
        before = {mandator: shown["hash"] for mandator, shown in states(alice.http).items()}
        alice.connects()
        between = {mandator: shown["hash"] for mandator, shown in states(alice.http).items()}
        assert between["other"] == before["other"]
        assert between["shop"] != before["shop"]
        other.http.post("/_mock/reset", headers={"x-mock-client": "shop"})
        after = {mandator: shown["hash"] for mandator, shown in states(alice.http).items()}
        assert after["other"] == before["other"]


READS = (
    "/api/v2/users",
    "/api/v2/bankConnections",
    "/api/v2/accounts",
    "/api/v2/transactions?view=userView&perPage=500",
    "/api/v2/securities",
    "/api/v2/labels",
    "/api/v2/categories",
    "/api/v2/payments",
    "/api/v2/notificationRules",
    "/api/webForms",
    "/api/tasks",
)


def reads(user: EndUser) -> dict[str, tuple[int, bytes]]:
    answers = {path: user.http.get(path, headers=user.bearer) for path in READS}
    return {path: (answer.status_code, answer.content) for path, answer in answers.items()}


class TestSnapshot:
    def test_what_is_restored_is_the_same_to_the_byte_and_answers_the_same(self, alice: EndUser) -> None:
        live(alice)
        before, answers = snapshot_of(alice.http), reads(alice)
        alice.shop.moves_clock(advance="30min")
        alice.deletes("/api/v2/bankConnections/1000002")
        alice.connects(login="demo_no_msa")
        assert snapshot_of(alice.http) != before
        alice.http.put("/_mock/snapshot", content=before)
        assert snapshot_of(alice.http) == before
        assert reads(alice) == answers

    def test_life_goes_on_after_it_as_it_would_have_gone(self, alice: EndUser) -> None:
        live(alice)
        kept = snapshot_of(alice.http)

        def goes_on() -> list[Json]:
            alice.connects(login="demo_5000")
            alice.shop.moves_clock(advance="30min")
            form = alice.starts_import()
            return [form, snapshot_of(alice.http)]

        first = goes_on()
        alice.http.put("/_mock/snapshot", content=kept)
        assert goes_on() == first

    def test_another_server_with_the_same_key_takes_tokens_and_all(self, alice: EndUser) -> None:
        live(alice)
        kept, answers = snapshot_of(alice.http), reads(alice)
        second = serve(Settings(token_key=KEY))
        assert second.put("/_mock/snapshot", content=kept).json() == {"restored": ["shop"]}
        for path, (status, content) in answers.items():
            answer = second.get(path, headers=alice.bearer)
            assert (path, answer.status_code, answer.content) == (path, status, content)

    def test_it_is_yaml_for_whoever_wants_that(self, alice: EndUser) -> None:
        alice.connects()
        as_yaml = snapshot_of(alice.http, accept="application/yaml")
        kept = snapshot_of(alice.http)
        assert yaml.safe_load(as_yaml) == orjson.loads(kept)
        alice.http.post("/_mock/reset")
        assert alice.http.put("/_mock/snapshot", content=as_yaml).status_code == 200
        assert snapshot_of(alice.http) == kept

    def test_one_client_is_restored_and_the_others_stay(self, alice: EndUser) -> None:
        kept = snapshot_of(alice.http, **{"x-mock-client": "shop"})
        alice.connects()
        Shop(alice.http, "other").welcomes("bob")
        other = states(alice.http)["other"]
        answer = alice.http.put("/_mock/snapshot", content=kept, headers={"x-mock-client": "shop"})
        assert answer.json() == {"restored": ["shop"]}
        assert states(alice.http)["other"] == other
        assert snapshot_of(alice.http, **{"x-mock-client": "shop"}) == kept

    def test_a_client_that_came_later_is_gone_after_it(self, alice: EndUser) -> None:
        kept = snapshot_of(alice.http)
        Shop(alice.http, "other").token()
        alice.http.put("/_mock/snapshot", content=kept)
        assert list(states(alice.http)) == ["shop"]

    def test_what_was_due_after_it_becomes_due_again(self, alice: EndUser) -> None:
        form = alice.starts_import()
        kept = snapshot_of(alice.http)
        for _ in range(2):
            alice.http.put("/_mock/snapshot", content=kept)
            assert alice.http.get(f"/_mock/state/webForms/{form['id']}").json()["status"] == "NOT_YET_OPENED"
            alice.shop.moves_clock(advance="30d")
            assert alice.http.get(f"/_mock/state/webForms/{form['id']}").json()["status"] == "EXPIRED"

    @pytest.mark.parametrize(
        ("place", "value", "field", "message"),
        [
            (("format",), "x", "format", "Must be 'finapi-mock snapshot'."),
            (("version",), 2, "version", "Must be 1: this server reads no other version."),
            (("seed",), 2, "seed", "Is 2, but this server runs with 1; start it with that --seed."),
            (("wrlds",), [], "snapshot.wrlds", "There is no such field. Did you mean 'worlds'?"),
            (("worlds",), {}, "worlds", "Must be a list."),
            (("worlds", 0, "pace"), "soon", "worlds[0].pace", None),
            (("worlds", 0, "ids", "next"), {"user": "1"}, "worlds[0].ids.next.user", "Must be a whole number."),
            (
                ("worlds", 0, "records", "acounts"),
                [],
                "worlds[0].records.acounts",
                "There is no such field. Did you mean 'accounts'?",
            ),
            (
                ("worlds", 0, "records", "users", 0, "number"),
                "35",
                "worlds[0].records.users[0].number",
                "Must be a whole number.",
            ),
            (("base", "clock", "frozen"), "now", "base.clock.frozen", None),
        ],
    )
    def test_one_of_a_broken_shape_is_refused_and_changes_nothing(
        self, alice: EndUser, place: tuple[str | int, ...], value: Json, field: str, message: str | None
    ) -> None:
        kept = snapshot_of(alice.http)
        broken = orjson.loads(kept)
        inner = broken
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = value
        alice.connects()
        before = snapshot_of(alice.http)
        answer = alice.http.put("/_mock/snapshot", content=orjson.dumps(broken))
        [error] = answer.json()["errors"]
        assert (answer.status_code, error["field"]) == (400, field)
        assert message is None or error["message"] == message
        assert snapshot_of(alice.http) == before

    @pytest.mark.parametrize("content", [b"{", b"[: ", b""])
    def test_what_is_neither_json_nor_yaml_is_refused(self, http: TestClient, content: bytes) -> None:
        assert http.put("/_mock/snapshot", content=content).status_code == 400

    def test_tokens_work_after_it(self, alice: EndUser) -> None:
        kept = snapshot_of(alice.http)
        alice.http.post("/_mock/reset")
        assert alice.gets("/api/v2/users").status_code == 401
        alice.http.put("/_mock/snapshot", content=kept)
        assert alice.gets("/api/v2/users").status_code == 200
        assert alice.http.get("/api/v2/users", headers=bearer("made.up.token")).status_code == 401


SCENARIO = """
name: every-second-import
description: Every second creation of a user fails, and the bank goes down.
states: [up, down]
transitions: [{when: {operation: createUser, nth: 3}, from: up, to: down}]
rules:
  - {when: {operation: createUser, every: 2}, then: {refuse: ENTITY_EXISTS}}
  - {when: {operation: createUser, state: down}, then: {refuse: UNEXPECTED}}
"""


def statuses(http: TestClient, count: int, **headers: str) -> list[int]:
    shop = Shop(http)
    bearer_ = shop.bearer() | headers
    return [http.post("/api/v2/users", json={}, headers=bearer_).status_code for _ in range(count)]


class TestScenariosInSnapshots:
    @pytest.fixture
    def scenic(self, http: TestClient) -> TestClient:
        assert http.post("/_mock/library", content=SCENARIO).status_code == 200
        Shop(http).token()
        http.post("/_mock/scenarios", json={"on": ["every-second-import"]})
        return http

    def test_they_go_on_where_they_were(self, scenic: TestClient) -> None:
        statuses(scenic, 2)
        kept = snapshot_of(scenic)
        rest = statuses(scenic, 4)
        assert rest == [201, 422, 500, 422]
        scenic.post("/_mock/scenarios", json={"on": []})
        scenic.post("/_mock/reset")
        assert scenic.put("/_mock/snapshot", content=kept).status_code == 200
        assert snapshot_of(scenic) == kept
        assert scenic.get("/_mock/scenarios").json()["forNewClients"] == ["every-second-import"]
        assert statuses(scenic, 4) == rest

    def test_those_that_requests_have_asked_for_go_on_too(self, scenic: TestClient) -> None:
        scenic.post("/_mock/scenarios", json={"on": []})
        asking = {"x-mock-scenario": "every-second-import"}
        assert statuses(scenic, 1, **asking) == [201]
        kept = snapshot_of(scenic)
        scenic.post("/_mock/reset")
        scenic.put("/_mock/snapshot", content=kept)
        assert statuses(scenic, 2, **asking) == [422, 201]
        assert statuses(scenic, 2) == [201, 201]

    def test_those_that_were_not_on_are_off_after_it(self, http: TestClient) -> None:
        Shop(http).token()
        kept = snapshot_of(http)
        http.post("/_mock/library", content=SCENARIO)
        http.post("/_mock/scenarios", json={"on": ["every-second-import"]})
        http.put("/_mock/snapshot", content=kept)
        assert http.get("/_mock/scenarios").json()["forNewClients"] == []
        assert statuses(http, 2) == [201, 201]

    def test_a_server_that_does_not_know_one_says_so(self, scenic: TestClient) -> None:
        kept = snapshot_of(scenic, **{"x-mock-client": "shop"})
        answer = serve(Settings(token_key=KEY)).put("/_mock/snapshot", content=kept)
        assert (answer.status_code, answer.json()["errors"]) == (
            400,
            [
                {
                    "field": "worlds[0].scenarios[0].name",
                    "message": "There is no scenario 'every-second-import'. If it is yours, POST it to /_mock/library "
                    "first.",
                }
            ],
        )
        error = serve(Settings(token_key=KEY)).put("/_mock/snapshot", content=snapshot_of(scenic)).json()["errors"][0]
        assert error["field"] in ("base.scenarios[0]", "worlds[0].scenarios[0].name")

    @pytest.mark.parametrize(
        ("field", "value", "place", "message"),
        [
            ("state", "sideways", "state", "The scenario 'every-second-import' of this server has up, down."),
            ("fired", [{"rule": 3, "times": 1}], "fired[0]", None),
            ("counts", [{"number": 0, "count": 1, "since": "2026-08-13T10:00:00Z"}], "counts[0]", None),
            ("steps", [{"number": 2, "count": 1, "since": "2026-08-13T10:00:00Z"}], "steps[0]", None),
            ("sinc", "x", "sinc", "There is no such field. Did you mean 'since'?"),
        ],
    )
    def test_progress_that_does_not_fit_the_scenario_is_refused(
        self, scenic: TestClient, field: str, value: Json, place: str, message: str | None
    ) -> None:
        content = orjson.loads(snapshot_of(scenic))
        content["worlds"][0]["scenarios"][0][field] = value
        answer = scenic.put("/_mock/snapshot", content=orjson.dumps(content))
        [error] = answer.json()["errors"]
        assert (answer.status_code, error["field"]) == (400, f"worlds[0].scenarios[0].{place}")
        assert message is None or error["message"] == message
