"""The mandator admin client: all users of all clients, credentials, the API version."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mock_server.app import App
from mock_server.domain.callbacks import Callback
from mock_server.settings import Settings
from tests.actors import REDIRECT_BANK, EndUser, Shop, bearer
from tests.conftest import serve
from tests.refusals import Json, access_error, bad_token, oauth_error, told

ADMIN = "/api/v2/mandatorAdmin"
USERS = "/api/v2/users"
OLD, NEW = "01234567-89ab-cdef-0123-456789abcdef", "NEW-4567-89ab-cdef-0123-456789abcdef"

FILE = f"""
clients:
  - client_id: web
    client_secret: {OLD}
    mandator: acme
    maxUserLoginAttempts: 1
    userSynchronizationCallbackUrl: https://web.example/gone
  - client_id: app
    client_secret: app-secret
    mandator: acme
    userSynchronizationCallbackUrl: https://app.example/gone
  - {{client_id: desk, client_secret: desk-secret, mandator: acme}}
  - {{client_id: boss, client_secret: boss-secret, mandator: acme, admin: true}}
  - client_id: stranger
    client_secret: stranger-secret
    userSynchronizationCallbackUrl: https://stranger.example/gone
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "clients.yaml"
    path.write_text(FILE)
    return Settings(clients=path)


@pytest.fixture
def shop(http: TestClient) -> Shop:
    return Shop(http, "web", OLD)


@pytest.fixture
def desk(http: TestClient) -> Shop:
    return Shop(http, "desk", "desk-secret")


@pytest.fixture
def boss(http: TestClient) -> Shop:
    return Shop(http, "boss", "boss-secret")


def listed(boss: Shop, **query: Any) -> list[Json]:
    users: list[Json] = boss.sees(f"{ADMIN}/getUserList", **query)["users"]
    return users


def names(boss: Shop, **query: Any) -> list[str]:
    return [user["userId"] for user in listed(boss, **query)]


class TestTheUserList:
    def test_nobody_is_in_it_at_first(self, boss: Shop) -> None:
        assert boss.sees(f"{ADMIN}/getUserList") == {
            "users": [],
            "paging": {"page": 1, "perPage": 20, "pageCount": 0, "totalCount": 0},
        }

    def test_a_user_that_was_never_seen_has_few_dates(self, boss: Shop, shop: Shop) -> None:
        shop.creates_user(id="Alice")
        assert listed(boss) == [
            {"userId": "Alice", "registrationDate": "2026-08-13", "bankConnectionCount": 0, "isLocked": False}
        ]

    def test_activity_and_connections_are_counted(self, boss: Shop, alice: EndUser) -> None:
        alice.connects(accountTypes=["SAVINGS"])
        alice.shop.moves_clock(advance="20d")
        alice.token = alice.shop.token("refresh_token", refresh_token=alice.token["refresh_token"])
        alice.connects(REDIRECT_BANK, accountTypes=["SAVINGS"])
        assert listed(boss) == [
            {
                "userId": "alice",
                "registrationDate": "2026-08-13",
                "lastActiveDate": "2026-09-02",
                "bankConnectionCount": 2,
                "latestBankConnectionImportDate": "2026-09-02",
                "isLocked": False,
            }
        ]
        assert listed(boss, includeMonthlyStats=True)[0]["monthlyStats"] == [
            {"month": "2026-09", "minBankConnectionCount": 1, "maxBankConnectionCount": 2},
            {"month": "2026-08", "minBankConnectionCount": 0, "maxBankConnectionCount": 1},
        ]

    def test_an_import_that_fails_is_not_counted(self, boss: Shop, alice: EndUser) -> None:
        alice.connects(accountTypes=["SAVINGS"])
        again = alice.starts_import(bank={"id": 280001})
        assert alice.shop.completes(again).json()["status"] == "COMPLETED_WITH_ERROR"
        assert listed(boss)[0]["bankConnectionCount"] == 1

    def test_a_deleted_user_stays_with_a_masked_id(self, boss: Shop, alice: EndUser) -> None:
        alice.connects(accountTypes=["SAVINGS"])
        alice.shop.moves_clock(advance="30min")
        alice.deletes(USERS)
        alice.shop.moves_clock(advance="100d")
        alice.shop.creates_user(id="alice")
        assert listed(boss, includeMonthlyStats=True, isDeleted=True) == [
            {
                "userId": "aXXXe",
                "registrationDate": "2026-08-13",
                "deletionDate": "2026-08-13",
                "lastActiveDate": "2026-08-13",
                "bankConnectionCount": 0,
                "latestBankConnectionImportDate": "2026-08-13",
                "latestBankConnectionDeletionDate": "2026-08-13",
                "monthlyStats": [{"month": "2026-08", "minBankConnectionCount": 0, "maxBankConnectionCount": 1}],
                "isLocked": False,
            }
        ]
        assert names(boss) == ["alice", "aXXXe"]
        assert names(boss, userId="ALICE") == ["alice"]

    def test_a_locked_user_is_shown_as_such_until_it_is_gone(self, boss: Shop, alice: EndUser) -> None:
        alice.shop.welcomes("bob")
        alice.shop.asks_for_token("password", username="alice", password="wrong")
        assert (names(boss, isLocked=True), names(boss, isLocked=False)) == (["alice"], ["bob"])
        boss.posts(f"{ADMIN}/deleteUsers", userIds=["alice"])
        assert names(boss, isLocked=True) == []
        assert [user["isLocked"] for user in listed(boss)] == [False, False]

    def test_pages_and_orders(self, boss: Shop, shop: Shop) -> None:
        for name in ("carol", "Bob", "alice"):
            shop.creates_user(id=name)
        assert names(boss) == ["alice", "Bob", "carol"]
        assert names(boss, order="userId,desc") == ["carol", "Bob", "alice"]
        page = boss.sees(f"{ADMIN}/getUserList", page=2, perPage=2)
        assert [user["userId"] for user in page["users"]] == ["carol"]
        assert page["paging"] == {"page": 2, "perPage": 2, "pageCount": 2, "totalCount": 3}

    def test_dates_filter(self, boss: Shop, alice: EndUser) -> None:
        alice.shop.moves_clock(advance="2d")
        alice.shop.creates_user(id="bob")
        alice.shop.creates_user(id="carol")
        boss.posts(f"{ADMIN}/deleteUsers", userIds=["carol"])
        assert names(boss, minRegistrationDate="2026-08-14") == ["bob", "cXXXl"]
        assert names(boss, maxRegistrationDate="2026-08-14") == ["alice"]
        assert names(boss, minDeletionDate="2026-08-15") == ["cXXXl"]
        assert names(boss, maxDeletionDate="2026-08-14") == ["alice", "bob"]
        assert names(boss, minLastActiveDate="2026-08-13") == ["alice"]
        assert names(boss, maxLastActiveDate="2026-08-12") == ["bob", "cXXXl"]

    def test_the_number_of_connections_filters_only_together_with_the_months(self, boss: Shop, alice: EndUser) -> None:
        alice.connects(accountTypes=["SAVINGS"])
        alice.shop.creates_user(id="bob")
        assert names(boss, minBankConnectionCountInMonthlyStats=1) == ["alice", "bob"]
        assert names(boss, minBankConnectionCountInMonthlyStats=1, includeMonthlyStats=True) == ["alice"]
        assert names(boss, minBankConnectionCountInMonthlyStats=2, includeMonthlyStats=True) == []
        late = {"monthlyStatsStartDate": "2026-09", "includeMonthlyStats": True}
        assert names(boss, minBankConnectionCountInMonthlyStats=1, **late) == []
        assert listed(boss, userId="bob", **late)[0]["monthlyStats"] == []

    @pytest.mark.parametrize(
        "query",
        [
            {"monthlyStatsStartDate": "2026"},
            {"monthlyStatsEndDate": "2026-13"},
            {"minDeletionDate": "now"},
            {"order": "id"},
        ],
    )
    def test_what_makes_no_sense_is_refused(self, boss: Shop, query: dict[str, str]) -> None:
        assert boss.gets(f"{ADMIN}/getUserList", **query).status_code == 400

    def test_other_mandators_users_are_not_in_it(self, boss: Shop, http: TestClient) -> None:
        Shop(http, "stranger", "stranger-secret").creates_user(id="alice")
        assert listed(boss) == []


class TestDeletingUsers:
    def test_known_users_go_and_unknown_ones_are_passed_over(self, boss: Shop, shop: Shop) -> None:
        for name in ("carol", "Bob", "alice"):
            shop.creates_user(id=name)
        answer = boss.posts(f"{ADMIN}/deleteUsers", userIds=["carol", "ghost", "BOB", "bob"])
        assert told(answer) == (200, {"deletedUsers": ["Bob", "carol"], "nonDeletedUsers": []})
        assert names(boss, isDeleted=False) == ["alice"]

    def test_everything_of_the_user_goes(self, boss: Shop, alice: EndUser) -> None:
        alice.connects(accountTypes=["SAVINGS"])
        boss.posts(f"{ADMIN}/deleteUsers", userIds=["alice"])
        assert told(alice.gets(USERS)) == (401, bad_token(alice.token["access_token"]))
        successor = alice.shop.welcomes("alice")
        assert successor.accounts() == []
        assert successor.transactions() == []

    def test_an_unverified_user_goes_too(self, boss: Shop, shop: Shop) -> None:
        shop.patches("/api/v2/clientConfiguration", userAutoVerificationEnabled=False)
        shop.creates_user(id="bob")
        assert boss.posts(f"{ADMIN}/deleteUsers", userIds=["bob"]).json()["deletedUsers"] == ["bob"]

    def test_nobody_is_nobody(self, boss: Shop) -> None:
        answer = boss.posts(f"{ADMIN}/deleteUsers", userIds=[])
        assert told(answer) == (200, {"deletedUsers": [], "nonDeletedUsers": []})


class TestTheDeletionCallback:
    """Clients of a file hear of it even if they have never called."""

    def owed(self, app: App) -> list[tuple[str, str, Any]]:
        world = app.worlds.of_mandator("acme")
        assert world is not None
        return [(callback.client_id, callback.url, callback.body) for callback in world.store.all(Callback)]

    def expected(self, name: str) -> list[tuple[str, str, Any]]:
        body = {"userId": name, "event": "DELETED"}
        return [("web", "https://web.example/gone", body), ("app", "https://app.example/gone", body)]

    def test_a_user_that_deletes_itself(self, app: App, shop: Shop) -> None:
        shop.welcomes("Alice").deletes(USERS)
        assert self.owed(app) == self.expected("Alice")

    def test_a_user_that_the_admin_deletes(self, app: App, boss: Shop, shop: Shop) -> None:
        shop.creates_user(id="alice")
        boss.posts(f"{ADMIN}/deleteUsers", userIds=["ALICE", "ghost"])
        assert self.owed(app) == self.expected("alice")

    def test_a_user_that_was_never_verified(self, app: App, desk: Shop) -> None:
        desk.patches("/api/v2/clientConfiguration", userAutoVerificationEnabled=False)
        desk.creates_user(id="alice")
        desk.deletes(f"{USERS}/alice")
        assert self.owed(app) == self.expected("alice")

    def test_a_client_may_ask_for_it_and_give_it_up(self, app: App, desk: Shop, shop: Shop) -> None:
        shop.patches("/api/v2/clientConfiguration", userSynchronizationCallbackUrl="")
        desk.patches("/api/v2/clientConfiguration", userSynchronizationCallbackUrl="https://desk.example/gone")
        desk.welcomes("alice").deletes(USERS)
        assert [client for client, *_ in self.owed(app)] == ["app", "desk"]

    def test_a_refused_deletion_owes_nothing(self, app: App, shop: Shop) -> None:
        shop.creates_user(id="alice")
        assert shop.deletes(f"{USERS}/alice").status_code == 422
        assert self.owed(app) == []


class TestChangingCredentials:
    def change(self, boss: Shop, client_id: str = "web", old: str = OLD, new: str = NEW) -> Any:
        return boss.posts(
            f"{ADMIN}/changeClientCredentials", clientId=client_id, oldClientSecret=old, newClientSecret=new
        )

    def test_the_new_secret_counts(self, boss: Shop, shop: Shop) -> None:
        answer = self.change(boss)
        assert (answer.status_code, answer.content) == (200, b"")
        assert "x-mock-warning" not in answer.headers
        refused = shop.asks_for_token("client_credentials")
        assert told(refused) == (401, oauth_error("invalid_client", "Bad client credentials"))
        shop.client_secret = NEW
        assert shop.token()

    def test_the_clients_tokens_end_and_its_users_tokens_do_not(self, boss: Shop, desk: Shop, alice: EndUser) -> None:
        before, others = alice.shop.bearer(), desk.bearer()
        self.change(boss)
        assert boss.http.get("/api/v2/banks", headers=before).status_code == 401
        assert boss.http.get("/api/v2/banks", headers=others).status_code == 200
        assert alice.gets(USERS).status_code == 200
        alice.shop.client_secret = NEW
        assert alice.shop.token("refresh_token", refresh_token=alice.token["refresh_token"])

    def test_the_admin_may_change_its_own_secret(self, boss: Shop) -> None:
        before = boss.bearer()
        assert self.change(boss, "boss", "boss-secret").status_code == 200
        assert boss.http.get(f"{ADMIN}/getUserList", headers=before).status_code == 401
        boss.client_secret = NEW
        assert listed(boss) == []

    @pytest.mark.parametrize(
        ("client_id", "old"), [("web", NEW), ("ghost", OLD), ("stranger", "stranger-secret"), ("WEB", OLD)]
    )
    def test_an_unknown_client_and_a_wrong_secret_are_not_told_apart(
        self, boss: Shop, shop: Shop, client_id: str, old: str
    ) -> None:
        answer = self.change(boss, client_id, old)
        message = "No client of the mandator has this clientId and oldClientSecret."
        assert told(answer) == (422, access_error(answer, "ILLEGAL_FIELD_VALUE", message, who="14/0"))
        assert shop.token()

    @pytest.mark.parametrize("new", ["short", "x" * 37, "x" * 35 + "_"])
    def test_a_new_secret_has_36_letters_digits_and_dashes(self, boss: Shop, new: str) -> None:
        assert self.change(boss, new=new).status_code == 400

    def test_an_old_secret_that_finapi_would_not_have_needs_a_warning(self, boss: Shop) -> None:
        answer = self.change(boss, "desk", "desk-secret")
        assert answer.status_code == 200
        assert answer.headers["x-mock-warning"] == (
            "finAPI would refuse oldClientSecret: it wants 36 characters (--strict does too)"
        )

    def test_a_strict_server_refuses_it(self, settings: Settings) -> None:
        strict = Shop(serve(Settings(clients=settings.clients, strict=True)), "boss", "boss-secret")
        assert self.change(strict, "desk", "desk-secret").status_code == 400
        assert self.change(strict).status_code == 200

    def test_a_reset_brings_the_secrets_of_the_file_back(self, boss: Shop, shop: Shop) -> None:
        self.change(boss)
        boss.http.post("/_mock/reset", headers={"x-mock-client": "boss"})
        assert Shop(shop.http, "web", NEW).asks_for_token("client_credentials").status_code == 401
        assert shop.token()


class TestSwitchingTheVersion:
    BACK = "/api/v1/mandatorAdmin/switchApiVersion"

    def test_a_mandator_is_on_v2(self, boss: Shop) -> None:
        answer = boss.posts(f"{ADMIN}/switchApiVersion", apiVersion="V2")
        assert told(answer) == (200, {"message": "The mandator is on API version V2 now."})

    def test_after_the_switch_v2_is_closed_for_all_its_clients(self, boss: Shop, alice: EndUser) -> None:
        answer = boss.posts(f"{ADMIN}/switchApiVersion", apiVersion="V1")
        message = "The mandator is on API version V1 now. It can go back until 2026-08-20T12:00:00.000+02:00."
        assert told(answer) == (200, {"message": message})
        refused = alice.gets(USERS)
        assert told(refused) == (403, access_error(refused, "FORBIDDEN", "API Version mismatch", who="11/35"))
        assert refused.headers["x-mock-hint"].startswith("client is limited to scope /api/v1")
        assert alice.shop.asks_for_token("client_credentials").status_code == 403

    def test_other_mandators_stay_where_they_are(self, boss: Shop, http: TestClient) -> None:
        boss.posts(f"{ADMIN}/switchApiVersion", apiVersion="V1")
        assert Shop(http, "stranger", "stranger-secret").gets("/api/v2/banks").status_code == 200

    def bearer_of_v1(self, boss: Shop) -> dict[str, str]:
        form = {"grant_type": "client_credentials", **boss.credentials}
        return bearer(boss.http.post("/oauth/token", data=form).json()["access_token"])

    @pytest.mark.parametrize(("passed", "status", "after"), [("6d23h59m59s", 200, 200), ("7d", 403, 403)])
    def test_there_is_a_way_back_for_seven_days(
        self, boss: Shop, shop: Shop, passed: str, status: int, after: int
    ) -> None:
        boss.posts(f"{ADMIN}/switchApiVersion", apiVersion="V1")
        boss.moves_clock(advance=passed)
        answer = boss.http.post(self.BACK, json={"apiVersion": "V2"}, headers=self.bearer_of_v1(boss))
        assert answer.status_code == status
        assert shop.asks_for_token("client_credentials").status_code == after

    def test_the_way_back_is_closed_for_whoever_is_on_v2(self, boss: Shop) -> None:
        answer = boss.http.post(self.BACK, json={"apiVersion": "V1"}, headers=boss.bearer())
        assert told(answer) == (403, access_error(answer, "FORBIDDEN", "API Version mismatch", who="14/0"))
        assert "/api/v2/mandatorAdmin/switchApiVersion" in answer.headers["x-mock-hint"]

    @pytest.mark.parametrize(
        ("body", "message"),
        [
            ({"apiVersion": "V3"}, "Field 'apiVersion' not valid: Must be one of V1, V2."),
            ({}, "Field 'apiVersion' not valid: Field is missing."),
        ],
    )
    def test_there_is_no_other_version(self, boss: Shop, body: Any, message: str) -> None:
        answer = boss.posts(f"{ADMIN}/switchApiVersion", **body)
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message, who="14/0"))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "getUserList"),
        ("POST", "deleteUsers"),
        ("POST", "changeClientCredentials"),
        ("POST", "switchApiVersion"),
    ],
)
def test_only_the_admin_may(alice: EndUser, method: str, path: str) -> None:
    for headers in (alice.bearer, alice.shop.bearer()):
        assert alice.http.request(method, f"{ADMIN}/{path}", json={}, headers=headers).status_code == 403
