"""Tokens: how they are asked for, how long they live, what revoking does, and who is turned away."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from starlette.testclient import TestClient

from mock_server.app import App
from mock_server.settings import Settings
from tests.actors import EndUser, Shop, bearer
from tests.conftest import serve
from tests.refusals import (
    NO_TOKEN,
    NOBODY,
    SHOP,
    Json,
    access_error,
    bad_token,
    oauth_error,
    told,
)

TOKEN_PATHS = ("/api/v2/oauth/token", "/oauth/token")
USERS = "/api/v2/users"

Way = Callable[[TestClient, str, dict[str, str]], Any]


def in_the_body(http: TestClient, path: str, fields: dict[str, str]) -> Any:
    return http.post(path, data=fields)


def in_the_query(http: TestClient, path: str, fields: dict[str, str]) -> Any:
    """As older generated clients do it."""
    return http.post(path, params=fields, headers={"content-type": "application/json"})


WAYS = pytest.mark.parametrize("way", [in_the_body, in_the_query])
PATHS = pytest.mark.parametrize("path", TOKEN_PATHS)


def is_let_in(user: EndUser, token: str | None = None) -> bool:
    headers = user.bearer if token is None else bearer(token)
    return bool(user.http.get(USERS, headers=headers).status_code == 200)


class TestTheThreeGrants:
    @PATHS
    @WAYS
    def test_client_credentials_give_a_client_token(self, shop: Shop, path: str, way: Way) -> None:
        answer = way(shop.http, path, {"grant_type": "client_credentials", **shop.credentials})
        token = answer.json()["access_token"]
        assert told(answer) == (
            200,
            {"access_token": token, "token_type": "bearer", "expires_in": 3600, "scope": "all"},
        )
        assert shop.http.get("/api/v2/banks", headers=bearer(token)).status_code == 200

    @PATHS
    @WAYS
    def test_a_password_gives_a_user_token_and_a_refresh_token(self, shop: Shop, path: str, way: Way) -> None:
        shop.creates_user(id="alice", password="open sesame")
        credentials = {"grant_type": "password", **shop.credentials, "username": "alice", "password": "open sesame"}
        answer = way(shop.http, path, credentials)
        token = answer.json()
        assert told(answer) == (
            200,
            {
                "access_token": token["access_token"],
                "token_type": "bearer",
                "refresh_token": token["refresh_token"],
                "expires_in": 3600,
                "scope": "all",
            },
        )
        assert shop.http.get(USERS, headers=bearer(token["access_token"])).json()["id"] == "alice"

    @PATHS
    @WAYS
    def test_a_refresh_token_gives_a_new_user_token(self, alice: EndUser, path: str, way: Way) -> None:
        refresh_token = alice.token["refresh_token"]
        grant = {"grant_type": "refresh_token", **alice.shop.credentials, "refresh_token": refresh_token}
        answer = way(alice.http, path, grant)
        token = answer.json()["access_token"]
        assert told(answer) == (
            200,
            {
                "access_token": token,
                "token_type": "bearer",
                "refresh_token": refresh_token,
                "expires_in": 3600,
                "scope": "all",
            },
        )
        assert token != alice.token["access_token"]
        assert is_let_in(alice, token)

    def test_a_user_may_be_named_in_any_case(self, alice: EndUser) -> None:
        again = alice.shop.token("password", username="ALICE", password=alice.password)
        assert again["access_token"] == alice.token["access_token"]

    def test_parameters_that_the_server_does_not_know_are_ignored(self, shop: Shop) -> None:
        assert shop.asks_for_token("client_credentials", audience="bank", scope="all").status_code == 200

    def test_a_header_with_credentials_does_no_harm(self, shop: Shop) -> None:
        fields = {"grant_type": "client_credentials", **shop.credentials}
        answer = shop.http.post(TOKEN_PATHS[0], data=fields, headers={"authorization": "Basic c2hvcDpzZWNyZXQ="})
        assert answer.status_code == 200

    def test_tokens_are_opaque_but_short_enough_for_every_header(self, alice: EndUser) -> None:
        assert len(alice.token["access_token"]) <= 8192
        assert alice.name not in alice.token["access_token"]


class TestTheSameTokenAgain:
    def test_a_client_gets_its_token_again_with_the_seconds_that_remain(self, shop: Shop) -> None:
        first = shop.token()
        shop.moves_clock(advance="10m")
        assert shop.token() == {**first, "expires_in": 3000}

    def test_a_user_gets_both_tokens_again_with_the_seconds_that_remain(self, alice: EndUser) -> None:
        alice.shop.moves_clock(advance="59m59s")
        again = alice.shop.token("password", username="alice", password=alice.password)
        assert again == {**alice.token, "expires_in": 1}

    def test_an_expired_client_token_is_replaced(self, shop: Shop) -> None:
        first = shop.token()
        shop.moves_clock(advance="1h")
        second = shop.token()
        assert second["access_token"] != first["access_token"]
        assert second["expires_in"] == 3600

    def test_an_expired_user_token_is_replaced(self, alice: EndUser) -> None:
        alice.shop.moves_clock(advance="1h")
        second = alice.shop.token("password", username="alice", password=alice.password)
        assert second["access_token"] != alice.token["access_token"]
        assert second["expires_in"] == 3600
        assert is_let_in(alice, second["access_token"])

    def test_a_revoked_token_is_replaced(self, shop: Shop) -> None:
        first = shop.token()["access_token"]
        shop.revokes(first)
        assert shop.token()["access_token"] != first

    def test_users_and_clients_do_not_share_tokens(self, alice: EndUser) -> None:
        bob = alice.shop.welcomes("bob")
        other = Shop(alice.http, "other-shop")
        texts = [alice.token["access_token"], bob.token["access_token"], alice.shop.token()["access_token"]]
        assert len({*texts, other.token()["access_token"]}) == 4


class TestLifetimes:
    @pytest.mark.parametrize(("passed", "lives"), [("59m59s", True), ("1h", False), ("1d", False)])
    def test_an_access_token_lives_for_an_hour(self, alice: EndUser, passed: str, lives: bool) -> None:
        alice.shop.moves_clock(advance=passed)
        assert is_let_in(alice) is lives

    @pytest.mark.parametrize(("passed", "status"), [("29d23h59m59s", 200), ("30d", 400)])
    def test_a_refresh_token_lives_for_thirty_days(self, alice: EndUser, passed: str, status: int) -> None:
        alice.shop.moves_clock(advance=passed)
        answer = alice.shop.asks_for_token("refresh_token", refresh_token=alice.token["refresh_token"])
        assert answer.status_code == status

    def test_a_refresh_token_is_replaced_together_with_its_access_token(self, alice: EndUser) -> None:
        alice.shop.moves_clock(advance="30d")
        again = alice.shop.token("password", username="alice", password=alice.password)
        assert again["refresh_token"] != alice.token["refresh_token"]
        assert alice.shop.token("refresh_token", refresh_token=again["refresh_token"])["expires_in"] == 3600

    def test_refreshing_leaves_the_tokens_alone_that_there_are(self, alice: EndUser) -> None:
        first = alice.shop.token("refresh_token", refresh_token=alice.token["refresh_token"])
        second = alice.shop.token("refresh_token", refresh_token=alice.token["refresh_token"])
        assert is_let_in(alice)
        assert is_let_in(alice, first["access_token"])
        assert is_let_in(alice, second["access_token"])

    def test_lifetimes_are_settings(self) -> None:
        short = Settings(token_lifetime=timedelta(minutes=2), refresh_token_lifetime=timedelta(minutes=5))
        alice = Shop(serve(short)).welcomes("alice")
        assert alice.token["expires_in"] == 120
        alice.shop.moves_clock(advance="2m")
        assert not is_let_in(alice)
        alice.shop.moves_clock(advance="3m")
        refused = alice.shop.asks_for_token("refresh_token", refresh_token=alice.token["refresh_token"])
        assert refused.status_code == 400

    def test_a_lifetime_of_zero_is_for_ever(self) -> None:
        endless = Settings(token_lifetime=timedelta(0), refresh_token_lifetime=timedelta(0))
        alice = Shop(serve(endless)).welcomes("alice")
        alice.shop.moves_clock(advance="3650d")
        assert is_let_in(alice)
        assert alice.shop.token("refresh_token", refresh_token=alice.token["refresh_token"])["access_token"]


class TestRevoking:
    @pytest.mark.parametrize(
        ("revoked", "hint", "access_lives", "refresh_lives"),
        [
            ("access_token", {"token_type_hint": "access_token"}, False, True),
            ("refresh_token", {"token_type_hint": "refresh_token"}, False, False),
            ("access_token", {}, False, False),
            ("refresh_token", {}, False, False),
            ("refresh_token", {"token_type_hint": ""}, False, False),
        ],
    )
    def test_the_hint_decides_how_much_goes(
        self, alice: EndUser, revoked: str, hint: dict[str, str], access_lives: bool, refresh_lives: bool
    ) -> None:
        answer = alice.shop.revokes(alice.token[revoked], **hint)
        assert (answer.status_code, answer.content) == (200, b"")
        refreshed = alice.shop.asks_for_token("refresh_token", refresh_token=alice.token["refresh_token"])
        assert is_let_in(alice) is access_lives
        assert (refreshed.status_code == 200) is refresh_lives

    def test_an_access_token_goes_without_its_siblings(self, alice: EndUser) -> None:
        sibling = alice.shop.token("refresh_token", refresh_token=alice.token["refresh_token"])
        alice.shop.revokes(sibling["access_token"], token_type_hint="access_token")
        assert not is_let_in(alice, sibling["access_token"])
        assert is_let_in(alice)

    def test_a_refresh_token_takes_all_its_access_tokens_along(self, alice: EndUser) -> None:
        sibling = alice.shop.token("refresh_token", refresh_token=alice.token["refresh_token"])
        alice.shop.revokes(alice.token["refresh_token"], token_type_hint="refresh_token")
        assert not is_let_in(alice, sibling["access_token"])
        assert not is_let_in(alice)

    def test_a_revoked_grant_leaves_other_users_alone(self, alice: EndUser) -> None:
        bob = alice.shop.welcomes("bob")
        alice.shop.revokes(alice.token["access_token"])
        assert is_let_in(bob)

    @pytest.mark.parametrize("path", ["/api/v2/oauth/revoke", "/oauth/revoke"])
    @pytest.mark.parametrize("hint", [{}, {"token_type_hint": "access_token"}, {"token_type_hint": "refresh_token"}])
    def test_a_token_that_nobody_knows_is_no_error(self, shop: Shop, path: str, hint: dict[str, str]) -> None:
        answer = shop.http.post(path, data={"token": "made-up", **hint}, headers=shop.bearer())
        assert (answer.status_code, answer.content) == (200, b"")

    def test_another_clients_token_is_as_good_as_unknown(self, alice: EndUser) -> None:
        stranger = Shop(alice.http, "stranger")
        assert stranger.revokes(alice.token["access_token"]).status_code == 200
        assert is_let_in(alice)

    def test_parameters_may_stand_in_the_query(self, alice: EndUser) -> None:
        query = {"token": alice.token["access_token"]}
        headers = {**alice.shop.bearer(), "content-type": "application/json"}
        assert alice.http.post("/oauth/revoke", params=query, headers=headers).status_code == 200
        assert not is_let_in(alice)

    def test_a_client_may_revoke_its_own_token(self, shop: Shop) -> None:
        token = shop.token()["access_token"]
        assert shop.revokes(token).status_code == 200
        assert shop.http.get("/api/v2/banks", headers=bearer(token)).status_code == 401

    def test_an_unknown_hint_is_refused(self, shop: Shop) -> None:
        answer = shop.revokes("made-up", token_type_hint="id_token")
        message = (
            "Field 'token_type_hint' not valid: Unsupported token type: 'id_token'. "
            "Supported are access_token and refresh_token."
        )
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message, who=SHOP))

    def test_revoking_nothing_is_refused(self, shop: Shop) -> None:
        answer = shop.http.post("/api/v2/oauth/revoke", data={"token_type_hint": ""}, headers=shop.bearer())
        message = "Field 'token' not valid: Field is missing."
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message, who=SHOP))

    def test_it_takes_a_client_token(self, alice: EndUser) -> None:
        form = {"token": alice.token["access_token"]}
        by_user = alice.http.post("/api/v2/oauth/revoke", data=form, headers=alice.bearer)
        by_nobody = alice.http.post("/api/v2/oauth/revoke", data=form)
        assert told(by_user) == (403, access_error(by_user, "UNAUTHORIZED_ACCESS", "Access is denied"))
        assert told(by_nobody) == (401, NO_TOKEN)
        assert is_let_in(alice)


def a_made_up_token(alice: EndUser, app: App) -> str:
    return "made-up"


def a_tampered_token(alice: EndUser, app: App) -> str:
    header, _, signature = alice.token["access_token"].split(".")
    _, bobs_payload, _ = alice.shop.welcomes("bob").token["access_token"].split(".")
    return f"{header}.{bobs_payload}.{signature}"


def a_token_without_a_signature(alice: EndUser, app: App) -> str:
    payload = alice.token["access_token"].split(".")[1]
    header = urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    return f"{header}.{payload}."


def a_token_signed_with_another_algorithm(alice: EndUser, app: App) -> str:
    claims = jwt.decode(alice.token["access_token"], options={"verify_signature": False})
    return jwt.encode(claims, app.worlds.setup.token_key, algorithm="HS384")


def a_token_signed_for_no_record(alice: EndUser, app: App) -> str:
    claims = jwt.decode(alice.token["access_token"], options={"verify_signature": False})
    return jwt.encode({**claims, "jti": "999"}, app.worlds.setup.token_key, algorithm="HS256")


def a_token_signed_for_a_record_with_a_strange_name(alice: EndUser, app: App) -> str:
    claims = jwt.decode(alice.token["access_token"], options={"verify_signature": False})
    return jwt.encode({**claims, "jti": "first"}, app.worlds.setup.token_key, algorithm="HS256")


def a_token_of_another_server(alice: EndUser, app: App) -> str:
    twin = Shop(serve()).welcomes("alice").token["access_token"]
    assert twin.split(".")[1] == alice.token["access_token"].split(".")[1]
    return str(twin)


def a_token_of_an_unknown_mandator(alice: EndUser, app: App) -> str:
    claims = jwt.decode(alice.token["access_token"], options={"verify_signature": False})
    return jwt.encode({**claims, "man": "nobody"}, app.worlds.setup.token_key, algorithm="HS256")


def a_refresh_token(alice: EndUser, app: App) -> str:
    return str(alice.token["refresh_token"])


def a_revoked_token(alice: EndUser, app: App) -> str:
    alice.shop.revokes(alice.token["access_token"])
    return str(alice.token["access_token"])


def an_expired_token(alice: EndUser, app: App) -> str:
    alice.shop.moves_clock(advance="1h")
    return str(alice.token["access_token"])


def a_deleted_users_token(alice: EndUser, app: App) -> str:
    assert alice.deletes(USERS).status_code == 200
    return str(alice.token["access_token"])


def a_token_from_before_a_reset(alice: EndUser, app: App) -> str:
    alice.http.post("/_mock/reset", headers={"x-mock-client": alice.shop.client_id})
    return str(alice.token["access_token"])


class TestWhoIsTurnedAway:
    @pytest.mark.parametrize(
        "forge",
        [
            a_made_up_token,
            a_tampered_token,
            a_token_without_a_signature,
            a_token_signed_with_another_algorithm,
            a_token_signed_for_no_record,
            a_token_signed_for_a_record_with_a_strange_name,
            a_token_of_another_server,
            a_token_of_an_unknown_mandator,
            a_refresh_token,
            a_revoked_token,
            an_expired_token,
            a_deleted_users_token,
            a_token_from_before_a_reset,
        ],
    )
    def test_a_token_that_does_not_count(self, alice: EndUser, app: App, forge: Callable[[EndUser, App], str]) -> None:
        token = forge(alice, app)
        answer = alice.http.get(USERS, headers=bearer(token))
        assert told(answer) == (401, bad_token(token))
        assert answer.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize("headers", [{}, {"authorization": "Basic YTpi"}, {"authorization": "Bearer "}])
    def test_no_token_at_all(self, http: TestClient, headers: dict[str, str]) -> None:
        answer = http.get(USERS, headers=headers)
        assert told(answer) == (401, NO_TOKEN)
        assert answer.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
    def test_the_scheme_may_be_written_in_any_case(self, alice: EndUser, scheme: str) -> None:
        headers = {"authorization": f"{scheme} {alice.token['access_token']}"}
        assert alice.http.get(USERS, headers=headers).status_code == 200

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/api/v2/users"),
            ("PATCH", "/api/v2/users"),
            ("DELETE", "/api/v2/users"),
            ("GET", "/api/v2/bankConnections"),
            ("GET", "/api/v2/bankConnections/1"),
            ("GET", "/api/v2/accounts"),
            ("GET", "/api/v2/accounts/1"),
            ("GET", "/api/v2/transactions"),
            ("GET", "/api/v2/transactions/1"),
        ],
    )
    def test_a_client_token_where_a_users_is_needed(self, shop: Shop, method: str, path: str) -> None:
        answer = shop.http.request(method, path, headers=shop.bearer())
        assert told(answer) == (403, access_error(answer, "UNAUTHORIZED_ACCESS", "Access is denied", who=SHOP))

    def test_a_user_token_where_a_clients_is_needed(self, alice: EndUser) -> None:
        answer = alice.http.post(USERS, json={}, headers=alice.bearer)
        assert told(answer) == (403, access_error(answer, "UNAUTHORIZED_ACCESS", "Access is denied"))

    def test_another_mandators_clients_do_not_see_the_user(self, alice: EndUser) -> None:
        stranger = Shop(alice.http, "stranger")
        answer = stranger.asks_for_token("password", username="alice", password=alice.password)
        assert answer.status_code == 400


def with_a_wrong_password(alice: EndUser) -> Any:
    return alice.shop.asks_for_token("password", username="alice", password="Open Sesame")


def as_an_unknown_user(alice: EndUser) -> Any:
    return alice.shop.asks_for_token("password", username="nobody", password=alice.password)


def as_a_deleted_user(alice: EndUser) -> Any:
    alice.deletes(USERS)
    return alice.shop.asks_for_token("password", username="alice", password=alice.password)


def as_a_user_of_another_mandator(alice: EndUser) -> Any:
    Shop(alice.http, "elsewhere").welcomes("bob")
    return alice.shop.asks_for_token("password", username="bob", password=alice.password)


def without_a_password(alice: EndUser) -> Any:
    return alice.shop.asks_for_token("password", username="alice")


def without_a_name(alice: EndUser) -> Any:
    return alice.shop.asks_for_token("password", password=alice.password)


class TestRefusedGrants:
    @pytest.mark.parametrize(
        "asks",
        [
            with_a_wrong_password,
            as_an_unknown_user,
            as_a_deleted_user,
            as_a_user_of_another_mandator,
            without_a_password,
            without_a_name,
        ],
    )
    def test_bad_user_credentials_are_all_told_the_same(self, alice: EndUser, asks: Callable[[EndUser], Any]) -> None:
        answer = asks(alice)
        assert told(answer) == (400, access_error(answer, "UNAUTHORIZED_ACCESS", "Bad credentials", who=NOBODY))

    @pytest.mark.parametrize(
        "grant",
        [
            {"grant_type": "client_credentials"},
            {"grant_type": "password", "username": "alice", "password": "open sesame"},
            {"grant_type": "refresh_token", "refresh_token": "made-up"},
        ],
        ids=lambda grant: str(grant["grant_type"]),
    )
    @PATHS
    def test_a_wrong_client_secret(self, alice: EndUser, path: str, grant: dict[str, str]) -> None:
        fields = {**grant, "client_id": "shop", "client_secret": "wrong"}
        answer = alice.http.post(path, data=fields)
        assert told(answer) == (401, oauth_error("invalid_client", "Bad client credentials"))

    @pytest.mark.parametrize("token", ["made-up", "", "the access token", "the client token", "another client's"])
    def test_a_refresh_token_that_is_none(self, alice: EndUser, token: str) -> None:
        texts = {
            "the access token": alice.token["access_token"],
            "the client token": alice.shop.token()["access_token"],
            "another client's": Shop(alice.http, "other").welcomes("alice").token["refresh_token"],
        }
        answer = alice.shop.asks_for_token("refresh_token", refresh_token=texts.get(token, token))
        message = "The refresh token is unknown, revoked or expired."
        assert told(answer) == (400, access_error(answer, "INVALID_TOKEN", message, who=NOBODY))

    def test_no_refresh_token_at_all(self, shop: Shop) -> None:
        assert shop.asks_for_token("refresh_token").json()["errors"][0]["code"] == "INVALID_TOKEN"

    def test_a_deleted_users_refresh_token(self, alice: EndUser) -> None:
        alice.deletes(USERS)
        answer = alice.shop.asks_for_token("refresh_token", refresh_token=alice.token["refresh_token"])
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "INVALID_TOKEN")

    @PATHS
    def test_an_unknown_grant_type(self, shop: Shop, path: str) -> None:
        answer = shop.http.post(path, data={"grant_type": "authorization_code", **shop.credentials})
        message = (
            "Unsupported grant type: 'authorization_code'. Supported are client_credentials, password, refresh_token."
        )
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message, who=NOBODY))

    @PATHS
    @WAYS
    def test_missing_fields_are_named_one_by_one(self, http: TestClient, path: str, way: Way) -> None:
        answer = way(http, path, {"client_id": "shop"})
        messages = (
            "Field 'grant_type' not valid: Field is missing.",
            "Field 'client_secret' not valid: Field is missing.",
        )
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", *messages, who=NOBODY))

    def test_an_empty_client_id(self, http: TestClient) -> None:
        fields = {"grant_type": "client_credentials", "client_id": "", "client_secret": ""}
        answer = http.post(TOKEN_PATHS[0], data=fields)
        assert told(answer) == (401, oauth_error("invalid_client", "Bad client credentials"))


class TestClients:
    def test_without_a_clients_file_the_first_secret_of_a_client_counts(self, http: TestClient) -> None:
        assert Shop(http, "new", "first").asks_for_token("client_credentials").status_code == 200
        assert Shop(http, "new", "second").asks_for_token("client_credentials").status_code == 401
        assert Shop(http, "new", "first").asks_for_token("client_credentials").status_code == 200

    def test_the_admin_client_gets_a_client_token(self, http: TestClient) -> None:
        assert "refresh_token" not in Shop(http, "shop-admin").token()

    def test_the_admin_client_gets_no_user_tokens(self, alice: EndUser) -> None:
        admin = Shop(alice.http, "shop-admin")
        answer = admin.asks_for_token("password", username="alice", password=alice.password)
        message = "The mandator admin client cannot get user tokens."
        assert told(answer) == (403, access_error(answer, "UNAUTHORIZED_ACCESS", message, who=NOBODY))

    @pytest.mark.parametrize(
        ("client", "path", "status"),
        [
            ("shop-admin", "/api/v2/mandatorAdmin/getUserList", 200),
            ("shop", "/api/v2/mandatorAdmin/getUserList", 403),
            ("shop-admin", "/api/v2/clientConfiguration", 403),
            ("shop", "/api/v2/clientConfiguration", 200),
        ],
    )
    def test_admin_and_app_clients_have_doors_of_their_own(
        self, http: TestClient, client: str, path: str, status: int
    ) -> None:
        assert http.get(path, headers=Shop(http, client).bearer()).status_code == status

    def test_the_admin_client_creates_no_users(self, http: TestClient) -> None:
        answer = http.post(USERS, json={}, headers=Shop(http, "shop-admin").bearer())
        assert told(answer) == (403, access_error(answer, "UNAUTHORIZED_ACCESS", "Access is denied", who=SHOP))


CLIENTS = """
clients:
  - {client_id: web, client_secret: web-secret, mandator: shop}
  - {client_id: app, client_secret: app-secret, mandator: shop}
  - {client_id: boss, client_secret: boss-secret, mandator: shop, admin: true}
  - {client_id: other, client_secret: other-secret}
"""


class TestAClientsFile:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        path = tmp_path / "clients.yaml"
        path.write_text(CLIENTS)
        return Settings(clients=path)

    @pytest.mark.parametrize(
        ("client_id", "secret"), [("web", "app-secret"), ("web", ""), ("unknown", "web-secret"), ("web-admin", "x")]
    )
    def test_only_its_clients_with_its_secrets_are_let_in(self, http: TestClient, client_id: str, secret: str) -> None:
        answer = Shop(http, client_id, secret).asks_for_token("client_credentials")
        assert told(answer) == (401, oauth_error("invalid_client", "Bad client credentials"))

    def test_the_clients_of_a_mandator_share_its_users(self, http: TestClient) -> None:
        web, app = Shop(http, "web", "web-secret"), Shop(http, "app", "app-secret")
        alice = web.welcomes("alice")
        token = app.token("password", username="alice", password=alice.password)
        assert token["access_token"] != alice.token["access_token"]
        assert is_let_in(alice, token["access_token"])
        assert app.creates_user(id="alice").json()["errors"][0]["code"] == "ENTITY_EXISTS"

    def test_a_client_of_another_mandator_has_users_of_its_own(self, http: TestClient) -> None:
        Shop(http, "web", "web-secret").welcomes("alice")
        assert Shop(http, "other", "other-secret").creates_user(id="alice").status_code == 201

    def test_it_says_who_is_the_admin(self, http: TestClient) -> None:
        path = "/api/v2/mandatorAdmin/getUserList"
        assert http.get(path, headers=Shop(http, "boss", "boss-secret").bearer()).status_code == 200
        assert http.get(path, headers=Shop(http, "web", "web-secret").bearer()).status_code == 403

    def test_the_users_tokens_of_two_clients_are_revoked_one_by_one(self, http: TestClient) -> None:
        web, app = Shop(http, "web", "web-secret"), Shop(http, "app", "app-secret")
        alice = web.welcomes("alice")
        token: Json = app.token("password", username="alice", password=alice.password)
        app.revokes(token["access_token"])
        assert not is_let_in(alice, token["access_token"])
        assert is_let_in(alice)
