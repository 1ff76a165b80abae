"""Who may use the control API."""

import pytest
from starlette.testclient import TestClient

from mock_server.app import create_app
from mock_server.server import greeting
from mock_server.settings import Settings
from tests.processes import running

CLOCK = "/_mock/clock"
TOKEN = "a token for the control API"


def client(base_url: str = "http://localhost:8420", **settings: object) -> TestClient:
    return TestClient(create_app(Settings(**settings)), base_url=base_url)  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["localhost:8420", "127.0.0.1:8420", "[::1]:8420", "LOCALHOST"])
def test_on_this_machine_it_is_open(host: str) -> None:
    assert client().get(CLOCK, headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8420", "localhost.evil.example", ":8420"])
def test_a_foreign_host_is_refused(host: str) -> None:
    refused = client().get(CLOCK, headers={"host": host})
    assert refused.status_code == 403
    [error] = refused.json()["errors"]
    assert error["field"] == "Host"


def test_where_links_go_by_the_host_of_a_request_no_host_is_foreign() -> None:
    http = client(links_by="host")
    assert http.get(CLOCK, headers={"host": "mock:8420"}).status_code == 200
    assert http.get(CLOCK, headers={"host": "mock:8420", "origin": "https://evil.example"}).status_code == 403


def test_the_host_of_the_base_url_is_not_foreign() -> None:
    http = client(base_url="http://mock.test")
    assert http.get(CLOCK).status_code == 403
    assert (
        TestClient(create_app(Settings(base_url="http://mock.test")), base_url="http://mock.test")
        .get(CLOCK)
        .status_code
        == 200
    )


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:3000", 200),
        ("http://127.0.0.1", 200),
        ("https://evil.example", 403),
        ("null", 403),
    ],
)
def test_a_page_of_another_origin_is_refused(origin: str, status: int) -> None:
    assert client().get(CLOCK, headers={"origin": origin}).status_code == status
    with_token = client(control_token=TOKEN).get(CLOCK, headers={"origin": origin, "x-mock-token": TOKEN})
    assert with_token.status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": f"Bearer {TOKEN}"}, 200),
        ({"authorization": f"bearer  {TOKEN}"}, 200),
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": f"Basic {TOKEN}"}, 401),
        ({"x-mock-token": TOKEN}, 200),
        ({"x-mock-token": "wrong"}, 401),
        ({"x-mock-token": TOKEN, "host": "finapi-mock:8420"}, 200),
    ],
)
def test_where_there_is_a_token_it_is_asked_for(headers: dict[str, str], status: int) -> None:
    assert client(control_token=TOKEN).get(CLOCK, headers=headers).status_code == status


@pytest.mark.parametrize("path", ["/_mock/health", "/api/v2/oauth/token", "/docs"])
def test_health_and_what_is_not_control_ask_for_none(path: str) -> None:
    answer = client(control_token=TOKEN).get(path, headers={"host": "finapi-mock"})
    assert answer.status_code not in (401, 403)


def test_a_refusal_says_where_the_token_comes_from() -> None:
    [error] = client(control_token=TOKEN).get(CLOCK).json()["errors"]
    assert "--control-token" in error["message"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104 # settings, nothing listens
def test_where_others_can_reach_the_server_a_token_is_made_up_and_printed(host: str) -> None:
    first, second = (Settings(host=host).guarded() for _ in range(2))
    assert first.control_token != second.control_token
    assert f"Control token    {first.control_token}" in greeting(first)
    assert Settings(host=host, control_token=TOKEN).guarded().control_token == TOKEN


def test_on_this_machine_none_is_made_up() -> None:
    assert Settings().guarded() == Settings()


def test_a_server_that_others_can_reach_asks_for_the_token_that_it_has_printed() -> None:
    with running("--host", "0.0.0.0") as server, server.client() as http:  # noqa: S104 # for a moment
        [line] = [line for line in server.greeting if line.startswith("Control token")]
        assert http.get(CLOCK).status_code == 401
        assert http.get(CLOCK, headers={"x-mock-token": line.split()[-1]}).status_code == 200
        assert http.get("/_mock/health").status_code == 200
