"""The import of a bank connection as an end user does it: a real server, a real Chromium.

pytest -m browser tests/browser
IMAGES=docs/images pytest -m browser tests/browser      # takes the documentation's pictures anew
"""

import os
from pathlib import Path

import pytest

from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser
from tests.chromium import PHONE, OpensBrowser, Page, choose, log_in, press, shows

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = pytest.mark.browser


def fits(page: Page) -> None:
    """Nothing sticks out at the sides, and what one can press is large enough for a finger."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    small = (
        "[...document.querySelectorAll('button, a, input:not([type=hidden], [type=radio], [type=checkbox]), .choice')]"
    )
    assert page.evaluate(f"{small}.filter(it => it.offsetHeight < 44).length") == 0


def picture(page: Page, name: str) -> None:
    """A picture for the documentation, where `IMAGES` asks for it."""
    fits(page)
    if "IMAGES" in os.environ:
        page.screenshot(path=Path(os.environ["IMAGES"]) / f"{name}.png")


def test_a_bank_is_connected_and_its_accounts_are_there(alice: EndUser, opens_browser: OpensBrowser) -> None:
    form = alice.starts_import()
    page = opens_browser()
    page.goto(f"{form['url']}?redirectUrl={alice.http.base_url}/_mock/health")
    picture(page, "form-bank-search")
    page.get_by_test_id("bank-search").fill("DEMO0001")
    press(page, "bank-search-submit")
    press(page, f"bank-{TEST_BANK}")
    log_in(page)
    picture(page, "form-login")
    press(page, "login-submit")
    fits(page)
    choose(page, "procedure-demo-sms-tan")
    press(page, "procedure-submit")
    page.get_by_test_id("tan").fill("123456")
    picture(page, "form-tan")
    press(page, "tan-submit")
    shows(page, "result-COMPLETED")
    picture(page, "form-success")
    press(page, "continue")
    assert page.url.endswith("/_mock/health")

    ended = alice.sees(f"/api/webForms/{form['id']}")
    assert ended["status"] == "COMPLETED"
    accounts = alice.sees("/api/v2/accounts", bankConnectionIds=ended["payload"]["bankConnectionId"])["accounts"]
    assert len(accounts) == 3


@pytest.mark.parametrize(
    ("press_at_bank", "status"), [("bank-login-submit", "COMPLETED"), ("bank-cancel", "COMPLETED_WITH_ERROR")]
)
def test_a_redirect_bank_leads_there_and_back(
    alice: EndUser, opens_browser: OpensBrowser, press_at_bank: str, status: str
) -> None:
    form = alice.starts_import()
    page = opens_browser()
    page.goto(form["url"])
    press(page, f"bank-{REDIRECT_BANK}")
    press(page, "redirect-go")
    assert f"/bank/{form['id']}?" in page.url
    if press_at_bank == "bank-login-submit":
        log_in(page, "bank-field")
    fits(page)
    press(page, press_at_bank)
    shows(page, f"result-{status}")
    assert page.url == form["url"]
    assert alice.sees_form(form)["status"] == status


def test_the_end_user_confirms_in_the_app(alice: EndUser, opens_browser: OpensBrowser) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    page = opens_browser()
    page.goto(form["url"])
    log_in(page)
    press(page, "login-submit")
    choose(page, "procedure-demo-decoupled")
    press(page, "procedure-submit")
    fits(page)
    press(page, "decoupled-confirm")
    shows(page, "result-COMPLETED")
    assert alice.sees_form(form)["status"] == "COMPLETED"


def test_the_end_user_cancels(alice: EndUser, opens_browser: OpensBrowser) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    page = opens_browser()
    page.goto(form["url"])
    press(page, "cancel")
    shows(page, "result-ABORTED")
    fits(page)
    assert alice.sees_form(form)["status"] == "ABORTED"


def test_a_wrong_pin_is_explained(alice: EndUser, opens_browser: OpensBrowser) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    page = opens_browser()
    page.goto(f"{form['url']}?customerSupportUrl={alice.http.base_url}/_mock/health&errorRedirectUrl=https://x.example")
    log_in(page, pin="wrong")
    press(page, "login-submit")
    shows(page, "result-COMPLETED_WITH_ERROR")
    fits(page)
    with page.context.expect_page() as support:
        page.get_by_test_id("support").click()
    support.value.wait_for_url("**/_mock/health")
    assert page.url == form["url"]


def test_reloading_keeps_the_place_until_the_bank_asks(alice: EndUser, opens_browser: OpensBrowser) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    page = opens_browser()
    page.goto(form["url"])
    page.reload()
    log_in(page)
    press(page, "login-submit")
    shows(page, "procedure-submit")
    page.reload()
    shows(page, "result-COMPLETED_WITH_ERROR")
    assert alice.sees_form(form)["payload"]["errorCode"] == "INTERRUPTED"


def test_it_all_works_without_javascript_on_a_phone_in_german(alice: EndUser, opens_browser: OpensBrowser) -> None:
    form = alice.starts_import()
    page = opens_browser(java_script_enabled=False, locale="de-DE", viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(form["url"])
    playwright.expect(page.locator("html")).to_have_attribute("lang", "de")
    page.get_by_test_id("bank-search").fill("demo0001")
    press(page, "bank-search-submit")
    press(page, f"bank-{TEST_BANK}")
    log_in(page)
    press(page, "login-submit")
    choose(page, "procedure-demo-chip-tan-qr")
    press(page, "procedure-submit")
    shows(page, "challenge-PHOTO")
    page.get_by_test_id("tan").fill("123456")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press(page, "download-continue")
    shows(page, "result-COMPLETED")
    assert alice.sees_form(form)["status"] == "COMPLETED"


def test_every_step_fits_a_phone(alice: EndUser, opens_browser: OpensBrowser) -> None:
    page = opens_browser(locale="de-DE", viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(alice.starts_import()["url"])
    fits(page)
    press(page, f"bank-{TEST_BANK}")
    picture(page, "form-phone")
    log_in(page)
    press(page, "login-submit")
    fits(page)


def test_the_way_can_be_gone_with_the_keyboard_alone(alice: EndUser, opens_browser: OpensBrowser) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    page = opens_browser()
    page.goto(form["url"])
    playwright.expect(page.get_by_test_id("field-0")).to_be_focused()
    for text in ("demo_no_msa", "demo_no_msa"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    shows(page, "result-COMPLETED")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_its_ground(alice: EndUser, opens_browser: OpensBrowser, scheme: str) -> None:
    page = opens_browser(color_scheme=scheme)
    page.goto(alice.starts_import()["url"])
    fits(page)
    assert weak_texts(page) == []
    press(page, f"bank-{TEST_BANK}")
    assert weak_texts(page) == []
    log_in(page)
    press(page, "login-submit")
    shows(page, "procedure-submit")
    assert weak_texts(page) == []
    press(page, "cancel")
    shows(page, "result-ABORTED")
    assert weak_texts(page) == []
    page.goto(alice.starts_import(bank={"id": REDIRECT_BANK})["url"])
    press(page, "redirect-go")
    fits(page)
    assert weak_texts(page) == []


CONTRAST = """
() => {
  const light = ([r, g, b]) => [r, g, b]
    .map(part => part / 255)
    .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = text => {  // whatever notation the colour has
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const ground = node => {
    for (; node; node = node.parentElement) {
      const colour = rgb(getComputedStyle(node).backgroundColor);
      if (colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
    if (!own || node.closest('.unseen')) continue;
    const pair = [light(rgb(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < 4.5) weak.push(`${node.textContent.trim()}: ${ratio.toFixed(2)}`);
  }
  return weak;
}
"""


def weak_texts(page: Page) -> list[str]:
    """Texts with less contrast than WCAG's level AA asks for (4.5 to 1)."""
    found: list[str] = page.evaluate(CONTRAST)
    return found
