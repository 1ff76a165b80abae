from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from mock_server import __version__
from mock_server.app import App
from tests.actors import EndUser, Shop

Json = dict[str, Any]


def test_health_tells_version_seed_and_uptime(http: TestClient) -> None:
    answer = http.get("/_mock/health")
    body = answer.json()
    assert answer.status_code == 200
    assert (body["status"], body["version"], body["seed"]) == ("UP", __version__, 1)
    assert body["uptimeSeconds"] >= 0


class TestClients:
    def test_they_are_shown_with_their_keys_and_without_their_secrets(self, shop: Shop) -> None:
        shop.token()
        Shop(shop.http, "shop-admin", "other-secret").token()
        Shop(shop.http, "other").token()
        answer = shop.http.get("/_mock/clients")
        shown = [
            (client["mandator"], client["clientId"], client["isMandatorAdmin"]) for client in answer.json()["clients"]
        ]
        assert shown == [("shop", "shop", False), ("shop", "shop-admin", True), ("other", "other", False)]
        keys = {client["dataDecryptionKey"] for client in answer.json()["clients"]}
        assert len(keys) == 3
        assert all(len(bytes.fromhex(key)) == 16 for key in keys)
        assert "secret" not in answer.text

    def test_those_of_one_mandator_can_be_chosen(self, shop: Shop) -> None:
        shop.token()
        Shop(shop.http, "other").token()
        [only] = shop.http.get("/_mock/clients", headers={"x-mock-client": "other"}).json()["clients"]
        assert only["clientId"] == "other"

    def test_a_key_stays_the_same_after_a_reset(self, shop: Shop) -> None:
        shop.token()
        before = shop.http.get("/_mock/clients").json()
        shop.http.post("/_mock/reset")
        shop.token()
        assert shop.http.get("/_mock/clients").json() == before


class TestReset:
    def test_a_mandator_starts_again_from_its_seed_and_the_others_stay(self, alice: EndUser) -> None:
        other = Shop(alice.http, "other").welcomes("alice")
        first = alice.starts_import()
        answer = alice.http.post("/_mock/reset", headers={"x-mock-client": "shop"})
        assert answer.json() == {"reset": ["shop"]}
        assert alice.gets("/api/v2/users").status_code == 401
        assert other.gets("/api/v2/users").status_code == 200
        again = alice.shop.welcomes("alice")
        assert again.starts_import()["id"] == first["id"]

    def test_without_a_client_everything_goes(self, alice: EndUser) -> None:
        assert alice.http.post("/_mock/reset").json() == {"reset": ["shop"]}
        assert alice.http.get("/_mock/requests").json() == {"requests": [], "dropped": 0}


class TestClock:
    @pytest.mark.parametrize(
        ("wish", "now"),
        [
            ({"advance": "2h"}, "2026-08-13T14:00:00.000+02:00"),
            ({"advance": "PT2H"}, "2026-08-13T14:00:00.000+02:00"),
            ({"advance": "-1d"}, "2026-08-12T12:00:00.000+02:00"),
            ({"set": "2026-12-24T18:00:00Z"}, "2026-12-24T19:00:00.000+01:00"),
            ({"set": "2026-12-24T18:00:00Z", "advance": "1h"}, "2026-12-24T20:00:00.000+01:00"),
            ({"freeze": True}, "2026-08-13T12:00:00.000+02:00"),
            ({"resume": False}, "2026-08-13T12:00:00.000+02:00"),
            ({"freeze": False}, "2026-08-13T12:00:00.000+02:00"),
        ],
    )
    def test_it_goes_where_it_is_told(self, alice: EndUser, wish: Json, now: str) -> None:
        (clock,) = alice.shop.moves_clock(**wish)["clocks"]
        assert (clock["mandator"], clock["now"], clock["frozen"]) == ("shop", now, True)
        headers = {"x-mock-client": "shop"}
        assert alice.http.get("/_mock/clock", headers=headers).json()["clocks"][0]["now"] == now

    def test_a_resumed_clock_runs(self, alice: EndUser) -> None:
        assert alice.shop.moves_clock(resume=True)["clocks"][0]["frozen"] is False

    @pytest.mark.parametrize(
        ("wish", "field"),
        [
            ({}, "body"),
            ({"advance": "soon"}, "advance"),
            ({"advance": 5}, "advance"),
            ({"set": "tomorrow"}, "set"),
            ({"set": "1900-01-01T00:00:00Z"}, "body"),
            ({"advance": "9999999d"}, "body"),
            ({"freeze": "yes"}, "freeze"),
            ({"adavnce": "2h"}, "adavnce"),
        ],
    )
    def test_what_it_cannot_do_is_refused_and_moves_no_clock(self, alice: EndUser, wish: Json, field: str) -> None:
        before = times(alice)
        answer = alice.http.post("/_mock/clock", json=wish)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == field
        assert times(alice) == before

    def test_without_a_client_also_those_who_are_yet_to_come_are_moved(self, alice: EndUser) -> None:
        alice.http.post("/_mock/clock", json={"advance": "10d"})
        newcomer = Shop(alice.http, "newcomer").welcomes("bob")
        assert newcomer.starts_import()["createdAt"].startswith("2026-08-23")

    def test_one_mandators_clock_does_not_move_another(self, alice: EndUser) -> None:
        other = Shop(alice.http, "other").welcomes("alice")
        alice.shop.moves_clock(advance="2h")
        assert alice.gets("/api/v2/users").status_code == 401
        assert other.gets("/api/v2/users").status_code == 200


@pytest.mark.parametrize("body", [b"{", b"[]", b"x" * 70_000])
def test_a_body_that_is_no_object_is_refused(http: TestClient, body: bytes) -> None:
    assert http.post("/_mock/clock", content=body).status_code in (400, 413)


def test_a_client_that_a_clients_file_does_not_know(app: App) -> None:
    app.worlds.setup = replace(app.worlds.setup, clients={})
    http = TestClient(app, base_url="http://localhost:8420")
    assert http.post("/_mock/reset", headers={"x-mock-client": "nobody"}).status_code == 404


def times(user: EndUser) -> list[str]:
    """What all clocks show."""
    return [clock["now"] for clock in user.http.get("/_mock/clock").json()["clocks"]]
