"""Clients that a test registers for itself."""

from starlette.testclient import TestClient

from mock_server.settings import Settings
from tests.actors import Shop
from tests.conftest import serve

FILE = "clients: [{client_id: filed, client_secret: filed-secret}]"


def test_a_registered_client_has_its_licence_and_settings(http: TestClient) -> None:
    made = http.post("/_mock/clients", json={"configuration": {"maxUserLoginAttempts": 3}, "license": "AISP"})
    assert made.status_code == 201
    shown = made.json()
    assert (shown["clientId"], shown["license"]) == ("client-1", "AISP")
    shop = Shop(http, shown["clientId"], shown["clientSecret"])
    assert shop.sees("/api/v2/clientConfiguration")["maxUserLoginAttempts"] == 3


def test_it_is_there_beside_a_clients_file_and_after_a_reset_until_it_is_removed() -> None:
    http = serve(Settings(clients_yaml=FILE))
    http.post("/_mock/clients", json={"clientId": "guest", "clientSecret": "guest-secret"})
    guest, impostor = Shop(http, "guest", "guest-secret"), Shop(http, "guest", "another")
    for _ in range(2):
        assert guest.asks_for_token("client_credentials").status_code == 200
        assert impostor.asks_for_token("client_credentials").status_code == 401
        assert http.post("/_mock/reset").status_code == 200
    assert http.delete("/_mock/clients/guest").json() == {"removed": "guest"}
    assert guest.asks_for_token("client_credentials").status_code == 401
    assert http.delete("/_mock/clients/guest").status_code == 404


def test_what_makes_no_sense_is_refused_with_the_remedy(http: TestClient) -> None:
    http.post("/_mock/clients", json={"clientId": "shop"})
    cases = {
        "clientId": ({"clientId": "shop"}, 422,
            "There is a client 'shop' already. Without a clientId you get one that is free."),
        "clientID": ({"clientID": "x"}, 400, "There is no such field. Did you mean 'clientId'?"),
        "license": ({"license": "AISPP"}, 400, "There is no such licence. Did you mean 'AISP'?"),
        "isMandatorAdmin": ({"isMandatorAdmin": 1}, 400, "Must be true or false."),
        "configuration": (
            {"configuration": 1}, 400, 'Must be an object such as {"maxUserLoginAttempts": 3}.',
        ),
        "configuration.pfmServiceEnabled": (
            {"configuration": {"pfmServiceEnabled": True}}, 400,
            "There is no such field. Did you mean 'pfmServicesEnabled'?",
        ),
        "configuration.maxUserLoginAttempts": (
            {"configuration": {"maxUserLoginAttempts": "3"}}, 400, "Value must be an integer, not a string.",
        ),
    }  # fmt: skip
    for field, (wish, status, message) in cases.items():
        answer = http.post("/_mock/clients", json=wish)
        assert (answer.status_code, answer.json()) == (status, {"errors": [{"field": field, "message": message}]})
