"""What the clock tells when it is moved: everything that became due, in order."""

from typing import Any

import pytest

from mock_server.settings import Settings
from tests.access.direct import IMPORT, import_body, imports
from tests.actors import EndUser, Shop

DIRECT = Settings(license="FULLY_LICENSED")
BACK = "https://shop.example/back"


@pytest.fixture
def settings() -> Settings:
    return DIRECT


def happened(shop: Shop, **move: Any) -> list[tuple[str, str, Any]]:
    """What, of which kind, and with which status."""
    lines = shop.moves_clock(**move)["happened"]
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    assert {line["mandator"] for line in lines} <= {shop.client_id}
    return [(line["what"], line["kind"], line.get("status")) for line in lines]


def test_nothing_happens_in_no_time(shop: Shop, alice: EndUser) -> None:
    assert happened(shop, advance="1s") == []


def test_a_web_form_expires_and_its_callback_is_sent(shop: Shop, alice: EndUser) -> None:
    form = alice.starts_import(redirectUrl=BACK, callbacks={"finalised": "https://shop.example/done"})
    lines = shop.moves_clock(advance="20min")["happened"]
    assert [(line["what"], line["kind"]) for line in lines] == [("expired", "webForm"), ("sent", "callback")]
    assert lines[0] == {
        "at": "2026-08-13T12:20:00.000+02:00",
        "mandator": "shop",
        "what": "expired",
        "kind": "webForm",
        "id": form["id"],
        "status": "EXPIRED",
    }
    assert lines[1]["url"] == "https://shop.example/done"


def test_tokens_end_in_the_order_of_their_time(shop: Shop, alice: EndUser) -> None:
    # a client's and a user's access token after an hour, the refresh token after thirty days
    assert happened(shop, advance="1h") == [("expired", "token", None)] * 2
    assert happened(shop, advance="30d") == [("expired", "token", None)]


def test_a_download_finishes(shop: Shop, alice: EndUser) -> None:
    assert alice.posts(IMPORT, **import_body("demo_slow")).status_code == 201
    assert ("finished", "bankConnection", None) in happened(shop, advance="30s")


def test_a_consent_ends_after_90_days(shop: Shop, alice: EndUser) -> None:
    imports(alice)
    assert ("expired", "consent", None) not in happened(shop, advance="89d")
    assert ("expired", "consent", None) in happened(shop, advance="1d")
    assert ("expired", "consent", None) not in happened(shop, advance="1d")


def test_a_pending_authentication_ends(shop: Shop, alice: EndUser) -> None:
    assert alice.posts(IMPORT, **import_body("demo")).status_code == 510
    assert ("expired", "authentication", None) in happened(shop, advance="59min")


def test_a_clock_that_goes_backwards_undoes_nothing(shop: Shop, alice: EndUser) -> None:
    alice.starts_import(redirectUrl=BACK)
    assert happened(shop, advance="20min")
    assert happened(shop, advance="-1h") == []


def test_other_mandators_are_told_of_only_where_their_clock_is_moved_too(shop: Shop, alice: EndUser) -> None:
    other = Shop(shop.http, "other", "other-secret")
    other.token()
    assert happened(shop, advance="1h") == [("expired", "token", None)] * 2
    lines = shop.http.post("/_mock/clock", json={"advance": "1h"}).json()["happened"]
    assert {line["mandator"] for line in lines} == {"other"}


@pytest.mark.parametrize(
    ("trick", "sent_at"),
    [
        ("lost", []),
        ("twice", ["12:20", "12:20"]),
        ("{late: 10min}", ["12:30"]),
        ("out_of_order", ["12:21"]),
        ("{late: 2h}", []),
    ],
)
def test_a_callback_is_told_of_when_it_is_really_sent(
    shop: Shop, alice: EndUser, trick: str, sent_at: list[str]
) -> None:
    puts_on(shop, f"- {{when: {{operation: callback}}, then: {{callback: {trick}}}}}")
    alice.starts_import(redirectUrl=BACK, callbacks={"finalised": "https://shop.example/done"})
    lines = [line for line in shop.moves_clock(advance="1h")["happened"] if line["kind"] == "callback"]
    assert [(line["what"], line["id"], line["at"][11:16]) for line in lines] == [("sent", 1, at) for at in sent_at]
    assert shop.moves_clock(advance="1s")["happened"] == []


def puts_on(shop: Shop, rules: str) -> None:
    text = f"name: post\ndescription: About callbacks.\nrules:\n{rules}"
    assert shop.http.post("/_mock/library", content=text).status_code == 200
    shop.http.post("/_mock/scenarios", json={"on": ["post"]}, headers={"x-mock-client": shop.client_id})
