"""Two clients of one mandator, its admin, and a user that forgets its password: through a server with a postman."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from mock_server.app import App
from mock_server.settings import Settings
from tests.actors import EndUser, Shop
from tests.journeys.test_integrator import PATIENCE, receiver

FILE = """
clients:
  - &acme {client_id: web, client_secret: web-secret, mandator: acme, maxUserLoginAttempts: 3}
  - {<<: *acme, client_id: app, client_secret: app-secret}
  - {client_id: boss, client_secret: boss-secret, mandator: acme, admin: true}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "clients.yaml"
    path.write_text(FILE)
    return Settings(clients=path)


@pytest.fixture
def http(app: App) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://localhost:8420") as client:
        yield client


def test_a_forgotten_password_and_a_user_that_leaves(http: TestClient) -> None:
    web, app, boss = Shop(http, "web", "web-secret"), Shop(http, "app", "app-secret"), Shop(http, "boss", "boss-secret")
    with receiver() as (address, arrived):
        for shop in (web, app):
            shop.patches("/api/v2/clientConfiguration", userSynchronizationCallbackUrl=address)
        alice = web.welcomes("Alice")
        alice.connects(accountTypes=["SAVINGS"])

        # Three wrong passwords, spread over both clients
        for shop in (web, app, web):
            assert shop.asks_for_token("password", username="alice", password="forgotten").status_code == 400
        assert app.asks_for_token("password", username="alice", password=alice.password).status_code == 423
        [seen] = boss.sees("/api/v2/mandatorAdmin/getUserList", isLocked=True)["users"]
        assert (seen["userId"], seen["bankConnectionCount"]) == ("Alice", 1)

        # A new password, asked for by one client and set by the other
        asked = web.posts("/api/v2/users/requestPasswordChange", userId="alice").json()
        token = web.decrypts(asked["passwordChangeToken"])
        change = {"userId": "alice", "password": "remembered", "passwordChangeToken": token}
        assert app.posts("/api/v2/users/executePasswordChange", **change).status_code == 200
        alice = EndUser(app, "Alice", "remembered", app.token("password", username="alice", password="remembered"))
        assert len(alice.accounts()) == 1

        # Both clients hear of the end
        assert boss.posts("/api/v2/mandatorAdmin/deleteUsers", userIds=["alice"]).json()["deletedUsers"] == ["Alice"]
        told = {"userId": "Alice", "event": "DELETED", "path": "/callback?state=42"}
        assert [arrived.get(timeout=PATIENCE) for _ in range(2)] == [told, told]
        [gone] = boss.sees("/api/v2/mandatorAdmin/getUserList", isDeleted=True)["users"]
        assert (gone["userId"], gone["bankConnectionCount"], gone["isLocked"]) == ("AXXXe", 0, False)
