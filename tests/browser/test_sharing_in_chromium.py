"""A page of a shop that calls the API itself, in a real Chromium: what CORS lets it do."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.actors import EndUser, Shop
from tests.chromium import OpensBrowser
from tests.embed.conftest import Site, served

pytestmark = pytest.mark.browser

CALL = """async ([url, token]) => {
  try {
    const headers = {authorization: `Bearer ${token}`, "x-request-id": "from-a-page"};
    const answer = await fetch(url, {method: "PATCH", headers, body: "{}"});
    return [answer.status, answer.headers.get("x-request-id"), (await answer.json()).errors[0].code];
  } catch (error) {
    return String(error);
  }
}"""


@pytest.fixture
def page_of_the_shop() -> Iterator[Site]:
    with served(Site({"/": ("text/html", b"<title>A shop</title>")})) as site:
        yield site


def called(site: Site, alice: EndUser, opens_browser: OpensBrowser, *origins: str) -> Any:
    """What the page gets from the API, as a client that has registered these origins."""
    wish = {"clientId": f"spa-{site.port}", "configuration": {"corsAllowedOrigins": origins}}
    assert alice.http.post("/_mock/clients", json=wish).status_code == 201
    anna = Shop(alice.http, wish["clientId"], f"{wish['clientId']}-secret").welcomes("anna")
    page = opens_browser("Failed to load resource", "blocked by CORS policy", "net::ERR_FAILED")
    page.goto(site.url)
    url = f"{alice.http.base_url}/api/v2/users".replace("127.0.0.1", "localhost")
    return page.evaluate(CALL, [url, anna.token["access_token"]])


def test_a_page_of_a_registered_origin_reads_answers_and_headers(
    page_of_the_shop: Site, alice: EndUser, opens_browser: OpensBrowser
) -> None:
    origin = page_of_the_shop.url.rstrip("/")
    answer = called(page_of_the_shop, alice, opens_browser, origin)
    assert answer == [415, "from-a-page", "UNSUPPORTED_MEDIA_TYPE"]


def test_a_page_of_another_one_reads_nothing(
    page_of_the_shop: Site, alice: EndUser, opens_browser: OpensBrowser
) -> None:
    assert called(page_of_the_shop, alice, opens_browser) == "TypeError: Failed to fetch"
