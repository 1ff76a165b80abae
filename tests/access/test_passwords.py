"""Wrong passwords, locked users, and the change of a password, which is the only way out."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mock_server.settings import Settings
from tests.actors import EndUser, Shop
from tests.refusals import NOBODY, SHOP, access_error, told

REQUEST = "/api/v2/users/requestPasswordChange"
EXECUTE = "/api/v2/users/executePasswordChange"
USERS = "/api/v2/users"
NEW = "new password"


def asks_for_change(shop: Shop, name: str) -> str:
    """Asks for a password change; returns the decrypted token."""
    answer = shop.posts(REQUEST, userId=name)
    assert answer.status_code == 200, answer.text
    return shop.decrypts(answer.json()["passwordChangeToken"])


def changes(shop: Shop, name: str, token: str, password: str = NEW) -> Any:
    return shop.posts(EXECUTE, userId=name, password=password, passwordChangeToken=token)


def logs_in(shop: Shop, name: str, password: str) -> int:
    return int(shop.asks_for_token("password", username=name, password=password).status_code)


class TestRequesting:
    def test_token_and_address_are_encrypted_for_the_client(self, shop: Shop) -> None:
        shop.creates_user(id="Alice", email="alice@example.org")
        answer = shop.posts(REQUEST, userId="alice")
        body = answer.json()
        assert (answer.status_code, set(body), body["userId"]) == (
            200,
            {"userId", "userEmail", "passwordChangeToken"},
            "Alice",
        )
        assert shop.decrypts(body["userEmail"]) == "alice@example.org"
        token = shop.decrypts(body["passwordChangeToken"])
        assert len(token) == 36
        assert set(token) <= set("0123456789abcdef-")

    def test_a_user_without_address_has_none_in_the_answer(self, alice: EndUser) -> None:
        assert set(alice.shop.posts(REQUEST, userId="alice").json()) == {"userId", "passwordChangeToken"}

    def test_asking_changes_nothing_yet(self, alice: EndUser) -> None:
        asks_for_change(alice.shop, "alice")
        assert alice.gets(USERS).status_code == 200
        assert logs_in(alice.shop, "alice", alice.password) == 200

    def test_an_unknown_user_is_404(self, shop: Shop) -> None:
        answer = shop.posts(REQUEST, userId="ghost")
        message = "There is no user 'ghost'."
        assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", message, who=SHOP))

    def test_an_unverified_user_has_to_be_verified_first(self, shop: Shop) -> None:
        shop.patches("/api/v2/clientConfiguration", userAutoVerificationEnabled=False)
        shop.creates_user(id="bob")
        answer = shop.posts(REQUEST, userId="bob")
        message = "The user has to be verified before its password can be changed."
        assert told(answer) == (422, access_error(answer, "USER_NOT_VERIFIED", message, who=SHOP))

    def test_neither_token_nor_password_is_in_the_journal(self, alice: EndUser) -> None:
        token = asks_for_change(alice.shop, "alice")
        changes(alice.shop, "alice", token)
        journal = alice.http.get("/_mock/requests").text
        assert token not in journal
        assert NEW not in journal


class TestExecuting:
    def test_the_new_password_counts_and_the_old_one_no_longer(self, alice: EndUser) -> None:
        answer = changes(alice.shop, "ALICE", asks_for_change(alice.shop, "alice"))
        assert (answer.status_code, answer.content) == (200, b"")
        assert logs_in(alice.shop, "alice", alice.password) == 400
        assert logs_in(alice.shop, "alice", NEW) == 200

    def test_all_tokens_of_the_user_end(self, alice: EndUser) -> None:
        bob = alice.shop.welcomes("bob")
        changes(alice.shop, "alice", asks_for_change(alice.shop, "alice"))
        assert alice.gets(USERS).status_code == 401
        refreshed = alice.shop.asks_for_token("refresh_token", refresh_token=alice.token["refresh_token"])
        assert refreshed.status_code == 400
        assert bob.gets(USERS).status_code == 200

    def test_a_token_serves_once(self, alice: EndUser) -> None:
        token = asks_for_change(alice.shop, "alice")
        changes(alice.shop, "alice", token)
        answer = changes(alice.shop, "alice", token, "another one")
        message = "The password change token is unknown, used or expired. Decrypt the one of requestPasswordChange."
        assert told(answer) == (400, access_error(answer, "INVALID_TOKEN", message, who=SHOP))
        assert logs_in(alice.shop, "alice", NEW) == 200

    @pytest.mark.parametrize(("passed", "status"), [("23h59m59s", 200), ("24h", 400)])
    def test_a_token_lives_for_a_day(self, alice: EndUser, passed: str, status: int) -> None:
        token = asks_for_change(alice.shop, "alice")
        alice.shop.moves_clock(advance=passed)
        assert changes(alice.shop, "alice", token).status_code == status

    def test_a_token_is_for_its_user_only(self, alice: EndUser) -> None:
        alice.shop.welcomes("bob")
        token = asks_for_change(alice.shop, "alice")
        assert changes(alice.shop, "bob", token).status_code == 400
        assert changes(alice.shop, "alice", token).status_code == 200

    def test_the_encrypted_token_does_not_pass(self, alice: EndUser) -> None:
        cipher = alice.shop.posts(REQUEST, userId="alice").json()["passwordChangeToken"]
        assert changes(alice.shop, "alice", cipher).status_code == 400

    def test_an_unknown_user_is_404(self, shop: Shop) -> None:
        answer = changes(shop, "ghost", "0" * 36)
        message = "There is no user 'ghost'."
        assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", message, who=SHOP))

    def test_the_new_password_has_the_limits_of_any(self, alice: EndUser) -> None:
        token = asks_for_change(alice.shop, "alice")
        assert changes(alice.shop, "alice", token, "12345").status_code == 400
        assert changes(alice.shop, "alice", token, "123456").status_code == 200


class TestLocking:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        path = tmp_path / "clients.yaml"
        path.write_text(
            "clients:\n"
            "  - {client_id: web, client_secret: web-secret, mandator: acme, maxUserLoginAttempts: 3}\n"
            "  - {client_id: app, client_secret: app-secret, mandator: acme}\n"
        )  # fmt: skip
        return Settings(clients=path)

    @pytest.fixture
    def shop(self, http: TestClient) -> Shop:
        return Shop(http, "web", "web-secret")

    @pytest.fixture
    def app_client(self, http: TestClient) -> Shop:
        return Shop(http, "app", "app-secret")

    def fails(self, shop: Shop, times: int) -> list[int]:
        return [logs_in(shop, "alice", "wrong") for _ in range(times)]

    def test_the_third_wrong_password_locks(self, alice: EndUser) -> None:
        assert self.fails(alice.shop, 4) == [400, 400, 400, 423]
        answer = alice.shop.asks_for_token("password", username="alice", password=alice.password)
        message = "The user is locked after too many failed logins; change its password."
        assert told(answer) == (423, access_error(answer, "LOCKED", message, who=NOBODY))

    def test_the_tokens_of_a_locked_user_end_at_all_clients(self, alice: EndUser, app_client: Shop) -> None:
        other = app_client.token("password", username="alice", password=alice.password)
        self.fails(alice.shop, 2)
        assert alice.gets(USERS).status_code == 200
        self.fails(alice.shop, 1)
        assert alice.gets(USERS).status_code == 401
        assert app_client.asks_for_token("refresh_token", refresh_token=other["refresh_token"]).status_code == 400
        assert logs_in(app_client, "alice", alice.password) == 423

    def test_the_right_password_starts_the_count_again(self, alice: EndUser) -> None:
        self.fails(alice.shop, 2)
        assert logs_in(alice.shop, "alice", alice.password) == 200
        assert self.fails(alice.shop, 3) == [400, 400, 400]
        assert logs_in(alice.shop, "alice", alice.password) == 423

    def test_a_client_without_a_limit_never_locks(self, alice: EndUser, app_client: Shop) -> None:
        assert self.fails(app_client, 10) == [400] * 10
        assert logs_in(app_client, "alice", alice.password) == 200

    def test_a_password_change_unlocks(self, alice: EndUser) -> None:
        self.fails(alice.shop, 3)
        token = asks_for_change(alice.shop, "alice")
        assert logs_in(alice.shop, "alice", alice.password) == 423
        assert changes(alice.shop, "alice", token).status_code == 200
        assert logs_in(alice.shop, "alice", NEW) == 200
        assert self.fails(alice.shop, 3) == [400, 400, 400]

    def test_time_alone_does_not_unlock(self, alice: EndUser) -> None:
        self.fails(alice.shop, 3)
        alice.shop.moves_clock(advance="365d")
        assert logs_in(alice.shop, "alice", alice.password) == 423

    def test_the_clients_of_a_mandator_have_keys_of_their_own(self, alice: EndUser, app_client: Shop) -> None:
        cipher = app_client.posts(REQUEST, userId="alice").json()["passwordChangeToken"]
        assert changes(alice.shop, "alice", app_client.decrypts(cipher)).status_code == 200
        keys = [client["dataDecryptionKey"] for client in alice.http.get("/_mock/clients").json()["clients"]]
        assert len(set(keys)) == 2


def test_without_a_clients_file_nobody_is_locked(alice: EndUser) -> None:
    assert [logs_in(alice.shop, "alice", "wrong") for _ in range(5)] == [400] * 5
    assert alice.gets(USERS).status_code == 200
