"""What axe finds on the pages, in light and dark colours and in those of profiles: nothing serious.

pytest -m browser tests/browser
"""

from typing import Any

import pytest

from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser
from tests.browser.test_import_in_chromium import fits, weak_texts
from tests.chromium import PHONE, OpensBrowser, Page, choose, log_in, press, shows
from tests.web.browsers import profile, starts_payment

axe = pytest.importorskip("axe_playwright_python.sync_playwright")

pytestmark = pytest.mark.browser

Json = dict[str, Any]
SERIOUS = ("serious", "critical")
# fmt: off
LOOKS: dict[str, Json] = {
    "finAPI's":  {},
    "pale":      {"brand": "#ffe600", "text": {"primary": "#c0c0c0", "secondary": "#e0e0e0"}},
    "loud":      {"brand": "#ff0000", "secondary": "#00ff00", "text": {"primary": "#0000ff", "secondary": "#ff00ff"}},
}
# fmt: on


def is_fine(page: Page) -> None:
    fits(page)
    assert weak_texts(page) == []
    found = axe.Axe().run(page).response["violations"]
    assert [(it["id"], it["nodes"][0]["html"]) for it in found if it["impact"] in SERIOUS] == []


SELECTS: Json = {"accountSelectionConfiguration": {"mode": "MULTIPLE", "preselected": False}}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("look", LOOKS)
def test_an_import_can_be_read_and_used_by_everybody(
    alice: EndUser, opens_browser: OpensBrowser, look: str, scheme: str
) -> None:
    looks = profile(alice, aspect={"colorScheme": LOOKS[look]}, functionality=SELECTS)
    page = opens_browser(color_scheme=scheme, reduced_motion="reduce")
    page.goto(alice.starts_import(profileId=looks)["url"])
    is_fine(page)
    press(page, f"bank-{TEST_BANK}")
    is_fine(page)
    log_in(page)
    press(page, "login-submit")
    is_fine(page)
    choose(page, "procedure-demo-chip-tan-qr")
    press(page, "procedure-submit")
    is_fine(page)
    page.get_by_test_id("tan").fill("123456")
    press(page, "tan-submit")
    shows(page, "account-submit")
    is_fine(page)
    press(page, "account-submit")
    shows(page, "errors")
    is_fine(page)
    page.get_by_test_id("account-1").check()
    is_fine(page)
    press(page, "account-submit")
    is_fine(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_payment_can_be_read_and_used_by_everybody(alice: EndUser, opens_browser: OpensBrowser, scheme: str) -> None:
    page = opens_browser(color_scheme=scheme, viewport=PHONE, has_touch=True, is_mobile=True, locale="de-DE")
    page.goto(starts_payment(alice)["url"])
    press(page, f"bank-{TEST_BANK}")
    is_fine(page)
    log_in(page)
    press(page, "login-submit")
    is_fine(page)
    choose(page, "account-0")
    press(page, "account-submit")
    is_fine(page)
    press(page, "overview-submit")
    choose(page, "procedure-demo-decoupled")
    press(page, "procedure-submit")
    is_fine(page)
    press(page, "decoupled-refuse")
    is_fine(page)
    page.goto(starts_payment(alice)["url"])
    press(page, f"bank-{REDIRECT_BANK}")
    is_fine(page)
    press(page, "redirect-go")
    is_fine(page)
