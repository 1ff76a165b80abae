"""CORS: which pages may call the emulated APIs from a browser."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.actors import EndUser, Shop

ORIGIN, OTHER = "https://shop.example", "https://somebody.else"
ASKS = {"access-control-request-method": "GET", "access-control-request-headers": "authorization,x-request-id"}
PATHS = ["/api/v2/accounts", "/api/webForms"]


@pytest.fixture
def anna(http: TestClient) -> EndUser:
    """A user of a client that lets pages of ORIGIN call."""
    wish = {"clientId": "spa", "clientSecret": "spa-secret", "configuration": {"corsAllowedOrigins": [ORIGIN]}}
    assert http.post("/_mock/clients", json=wish).status_code == 201
    return Shop(http, "spa", "spa-secret").welcomes("anna")


def cors(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


def from_page(user: EndUser, path: str, origin: str = ORIGIN) -> Any:
    return user.http.get(path, headers=user.bearer | {"origin": origin})


@pytest.mark.parametrize("path", PATHS)
def test_a_browser_that_asks_beforehand_is_told_what_it_may_do(anna: EndUser, path: str) -> None:
    answer = anna.http.options(path, headers={"origin": ORIGIN, **ASKS})
    assert (answer.status_code, answer.content) == (204, b"")
    assert cors(answer) == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-methods": "DELETE, GET" if path == PATHS[0] else "GET",
        "access-control-allow-headers": "authorization,x-request-id",
        "access-control-max-age": "600",
    }
    assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize("path", PATHS)
def test_its_pages_may_read_the_answers_and_our_headers(anna: EndUser, path: str) -> None:
    answer = from_page(anna, path)
    assert answer.status_code == 200
    assert cors(answer) == {
        "access-control-allow-origin": ORIGIN,
        "access-control-expose-headers": "X-Request-Id, Retry-After, X-Mock-Hint, X-Mock-Warning, X-Mock-Reason",
    }


def test_refusals_are_answers_too(anna: EndUser) -> None:
    assert cors(from_page(anna, "/api/v2/accounts/4711"))["access-control-allow-origin"] == ORIGIN
    unknown = anna.http.get("/api/v2/accounts", headers={"authorization": "Bearer none", "origin": ORIGIN})
    assert (unknown.status_code, cors(unknown)["access-control-allow-origin"]) == (401, ORIGIN)


def test_nobody_elses_pages_may(anna: EndUser) -> None:
    asked = anna.http.options("/api/v2/accounts", headers={"origin": OTHER, **ASKS})
    assert (asked.status_code, cors(asked)) == (405, {})
    assert "corsAllowedOrigins" in asked.headers["x-mock-hint"]
    answer = from_page(anna, "/api/v2/accounts", OTHER)
    assert (answer.status_code, cors(answer)) == (200, {})


def test_each_client_has_a_list_of_its_own(anna: EndUser, alice: EndUser) -> None:
    """A browser asks without a token, so it is told that it may try; the answer is not for its page then."""
    assert alice.http.options("/api/v2/accounts", headers={"origin": ORIGIN, **ASKS}).status_code == 204
    assert cors(from_page(alice, "/api/v2/accounts")) == {}


@pytest.mark.parametrize("path", ["/api/v2/oauth/token", "/oauth/token", "/api/v2/oauth/revoke"])
def test_tokens_are_never_for_pages(anna: EndUser, path: str) -> None:
    asked = anna.http.options(path, headers={"origin": ORIGIN, **ASKS})
    assert (asked.status_code, cors(asked)) == (405, {})
    form = {"grant_type": "client_credentials", **anna.shop.credentials}
    assert cors(anna.http.post(path, data=form, headers={"origin": ORIGIN})) == {}


def test_a_path_that_does_not_exist_is_not_found_by_asking_either(anna: EndUser) -> None:
    assert anna.http.options("/api/v2/none", headers={"origin": ORIGIN, **ASKS}).status_code == 404


def test_options_without_a_page_are_a_wrong_method(anna: EndUser) -> None:
    answer = anna.http.options("/api/v2/accounts")
    assert (answer.status_code, cors(answer)) == (405, {})
    assert "x-mock-hint" not in answer.headers


def test_who_names_no_origin_is_told_nothing_of_it(anna: EndUser) -> None:
    assert cors(anna.gets("/api/v2/accounts")) == {}
