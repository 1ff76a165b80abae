"""Where the links in an answer lead: to the base URL of the settings, or to where the request has come."""

from typing import Any

import pytest

from mock_server.settings import Settings
from tests.access.direct import IMPORT, asked, redirect_body
from tests.actors import TEST_BANK, EndUser, Shop
from tests.conftest import serve

CONFIGURED = "https://mock.example/finapi"
PROXY = {"x-forwarded-proto": "https", "x-forwarded-host": "finapi.shop.example"}


def alice_at(links_by: Any, **more: Any) -> EndUser:
    server = serve(Settings(links_by=links_by, base_url=CONFIGURED, **more))
    return Shop(server).welcomes("alice")


@pytest.mark.parametrize(
    ("links_by", "headers", "base"),
    [
        ("base-url", {"host": "mock:8420", **PROXY}, CONFIGURED),
        ("host", {"host": "mock:8420"}, "http://mock:8420"),
        ("host", {"host": "mock:8420", **PROXY}, "http://mock:8420"),  # nobody has asked for the proxy's word
        ("host", {"host": "192.0.2.1"}, "http://192.0.2.1"),
        ("host", {"host": "[2001:db8::1]:8420"}, "http://[2001:db8::1]:8420"),
        ("host", {"host": "finapi_mock:8420"}, "http://finapi_mock:8420"),  # Compose allows it
        ("proxy", {"host": "mock:8420"}, "http://mock:8420"),
        ("proxy", {"host": "mock:8420", **PROXY}, "https://finapi.shop.example"),
        ("proxy", {"host": "mock:8420", "x-forwarded-proto": "https"}, "https://mock:8420"),
        ("proxy", {"host": "mock:8420", "x-forwarded-host": "outer.example, inner:80"}, "http://outer.example"),
        ("proxy", {"host": "mock:8420", "x-forwarded-proto": "HTTPS, http"}, "https://mock:8420"),
    ],
)
def test_the_address_of_a_form_has_the_host_that_was_asked_for(
    links_by: str, headers: dict[str, str], base: str
) -> None:
    alice = alice_at(links_by)
    alice.http.headers.update(headers)
    form = alice.starts_import()
    assert form["url"] == f"{base}/wf/{form['id']}"


@pytest.mark.parametrize(
    ("links_by", "headers"),
    [
        ("host", {"host": ""}),
        ("host", {"host": "evil/path"}),
        ("host", {"host": "user@evil"}),
        ("host", {"host": "mock:8420\t"}),
        ("proxy", {"host": "mock", "x-forwarded-host": "javascript:alert(1)"}),
    ],
)
def test_what_is_no_host_is_not_handed_on(links_by: str, headers: dict[str, str]) -> None:
    alice = alice_at(links_by)
    alice.http.headers.update(headers)
    form = alice.starts_import()
    assert form["url"] == f"{CONFIGURED}/wf/{form['id']}"


def test_a_scheme_that_a_browser_must_not_follow_is_not_handed_on() -> None:
    alice = alice_at("proxy")
    alice.http.headers.update({"host": "mock", "x-forwarded-proto": "javascript"})
    assert alice.starts_import()["url"].startswith("http://mock/wf/")


def test_every_answer_has_links_for_the_one_who_asks() -> None:
    """The same form, from the browser's side and from another container."""
    alice = alice_at("host")
    form = alice.starts_import(bank={"id": TEST_BANK})
    for host in ("localhost:8420", "mock:8420"):
        alice.http.headers["host"] = host
        [listed] = alice.sees("/api/webForms")["items"]
        shown = alice.http.get(f"/_mock/webForms/{form['id']}").json()
        assert alice.sees_form(form)["url"] == listed["url"] == shown["url"] == f"http://{host}/wf/{form['id']}"


def test_so_have_ended_forms_and_tasks() -> None:
    alice = alice_at("host")
    connection = alice.connects()
    alice.http.headers["host"] = "mock:8420"
    ended = alice.shop.completes(alice.starts_import()).json()
    assert ended["url"] == f"http://mock:8420/wf/{ended['id']}"
    alice.http.post("/_mock/pace", json={"pace": "by-hand"})
    task = alice.posts("/api/tasks/backgroundUpdate", bankConnectionId=connection["id"]).json()
    asks = {"outcome": "WEB_FORM_REQUIRED"}
    ended = alice.http.post(f"/_mock/tasks/{task['id']}/complete", json=asks).json()
    form = ended["payload"]["webForm"]
    assert form["url"] == f"http://mock:8420/wf/{form['id']}"
    assert alice.sees(f"/api/tasks/{task['id']}")["payload"]["webForm"] == form


def test_so_has_the_page_of_the_bank_in_the_direct_api() -> None:
    alice = alice_at("host", license="FULLY_LICENSED")
    alice.http.headers["host"] = "mock:8420"
    challenge = asked(alice.posts(IMPORT, **redirect_body()))
    assert challenge["redirectUrl"].startswith("http://mock:8420/bank/login/")
