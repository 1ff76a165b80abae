"""Every view of the form, on a desktop and on a phone: axe finds nothing serious, all fits, all can be read.

pytest -m browser tests/browser
IMAGES=docs/images pytest -m browser tests/browser      # takes the documentation's pictures anew
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser
from tests.browser.conftest import OpensPerson, Person
from tests.browser.looks import is_fine, picture
from tests.chromium import PHONE
from tests.walks import CHIP_QR
from tests.web.browsers import SELECTS, STOPS, profile, starts_payment, stops_at

pytestmark = pytest.mark.browser

Json = dict[str, Any]
SHOP: Json = {"redirectUrl": "https://shop.example", "errorRedirectUrl": "https://shop.example"}
PICTURES = {
    "import, bank search": "form-bank-search",
    "import, login": "form-login",
    "import, SCA method": "form-sca-method",
    "import, account selection": "form-account-selection",
    "import, download": "form-download",
    "import, more accounts": "form-partial-confirmation",
    "update, summary": "form-update-summary",
    "payment, overview": "form-payment-overview",
    "payment, decoupled": "form-decoupled",
}
ONCE = {"payment, bank search", "payment, login", "payment, redirect", "update, login", "update, SCA method"}
"""Stops whose view is that of another one, but for a word."""


@pytest.mark.parametrize("stop", [stop for stop in STOPS if stop not in ONCE])
def test_a_step_is_for_everybody(alice: EndUser, takes_time: OpensPerson, axe: str, stop: str) -> None:
    person = takes_time()
    form = stops_at(stop, alice, person)
    assert alice.http.get(f"/_mock/webForms/{form['id']}").json()["step"] == STOPS[stop].step
    is_fine(person.page, axe)
    if stop in PICTURES:
        picture(person.page, PICTURES[stop])


def test_a_qr_code_is_for_everybody(alice: EndUser, takes_time: OpensPerson, axe: str) -> None:
    person = takes_time().opens(alice.starts_import(bank={"id": TEST_BANK})["url"])
    person.logs_in().chooses_procedure(CHIP_QR).sees("challenge-picture")
    is_fine(person.page, axe)
    picture(person.page, "form-tan-qr")


def succeeds(alice: EndUser, person: Person) -> str:
    person.opens(alice.starts_import(bank={"id": TEST_BANK})["url"], **SHOP)
    person.logs_in("demo_no_msa", "demo_no_msa").sees_download()
    return "result-COMPLETED"


def fails(alice: EndUser, person: Person) -> str:
    support = {"customerSupportUrl": "https://shop.example/help"}
    person.opens(alice.starts_import(bank={"id": TEST_BANK})["url"], **SHOP, **support).logs_in(pin="wrong")
    return "result-COMPLETED_WITH_ERROR"


def cancels(alice: EndUser, person: Person) -> str:
    person.opens(alice.starts_import()["url"]).presses("cancel")
    return "result-ABORTED"


def is_cancelled_by_the_shop(alice: EndUser, person: Person) -> str:
    form = alice.starts_import()
    person.opens(form["url"])
    assert alice.posts(f"/api/webForms/{form['id']}/cancel").status_code == 200
    person.reloads()
    return "result-CANCELLED"


def comes_too_late(alice: EndUser, person: Person) -> str:
    form = alice.starts_import()
    alice.shop.moves_clock(advance="20m")
    person.opens(form["url"])
    return "result-EXPIRED"


def comes_second(alice: EndUser, person: Person) -> str:
    form = alice.starts_import()
    assert alice.http.get(form["url"]).status_code == 200
    person.opens(form["url"])
    return "problem-409"


def visits_the_bank(alice: EndUser, person: Person) -> str:
    person.opens(alice.starts_import(bank={"id": REDIRECT_BANK})["url"]).presses("redirect-go")
    return "bank-login-submit"


ENDS: dict[Callable[[EndUser, Person], str], str | None] = {
    succeeds: "form-success",
    fails: "form-error",
    cancels: None,
    is_cancelled_by_the_shop: None,
    comes_too_late: "form-expired",
    comes_second: None,
    visits_the_bank: "form-bank-page",
}


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_an_end_is_for_everybody(
    alice: EndUser, takes_time: OpensPerson, axe: str, end: Callable[[EndUser, Person], str]
) -> None:
    person = takes_time("status of 4")
    person.sees(end(alice, person))
    is_fine(person.page, axe)
    if name := ENDS[end]:
        picture(person.page, name)


# fmt: off
COLOURS: dict[str, Json] = {
    "finAPI's":  {},
    "pale":      {"brand": "#ffe600", "text": {"primary": "#c0c0c0", "secondary": "#e0e0e0"}},
    "loud":      {"brand": "#ff0000", "secondary": "#00ff00", "text": {"primary": "#0000ff", "secondary": "#ff00ff"}},
    "green":     {"brand": "#0b6b3a", "secondary": "#e3f4ea"},
}
# fmt: on


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("colours", COLOURS)
def test_whatever_the_colours_are(alice: EndUser, takes_time: OpensPerson, axe: str, colours: str, scheme: str) -> None:
    looks = profile(alice, aspect={"colorScheme": COLOURS[colours]}, functionality=SELECTS)
    person = takes_time(color_scheme=scheme)
    person.opens(alice.starts_import(profileId=looks)["url"])
    is_fine(person.page, axe)
    person.presses(f"bank-{TEST_BANK}").logs_in()
    is_fine(person.page, axe)
    if (colours, scheme) in (("green", "light"), ("finAPI's", "dark")):
        picture(person.page, f"form-{'colours' if scheme == 'light' else 'dark'}")
    person.chooses_procedure().enters_tan("000000").sees("result-COMPLETED_WITH_ERROR")
    is_fine(person.page, axe)


def test_pictures_of_a_phone(alice: EndUser, takes_time: OpensPerson) -> None:
    person = takes_time(viewport=PHONE, locale="de-DE")
    person.opens(alice.starts_import()["url"]).presses(f"bank-{TEST_BANK}")
    picture(person.page, "form-phone", **PHONE)
    person.logs_in().chooses_procedure(CHIP_QR).sees("challenge-picture")
    picture(person.page, "form-phone-tan", **PHONE)
    person.opens(starts_payment(alice)["url"]).presses(f"bank-{TEST_BANK}").logs_in()
    person.chooses("account-0").presses("account-submit").sees("overview-submit")
    picture(person.page, "form-phone-payment", **PHONE)
