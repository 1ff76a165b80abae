"""The import of a bank connection as an end user does it: a real server, a real Chromium.

pytest -m browser tests/browser
IMAGES=docs/images pytest -m browser tests/browser      # takes the documentation's pictures anew
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = pytest.mark.browser

TEST_BANK, REDIRECT_BANK = 280001, 280002
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 375, "height": 812}
Json = Any
Page = Any
OpensBrowser = Callable[..., Page]


class Alice:
    """A user of a shop, seen through the shop's calls in her name."""

    def __init__(self, server: str) -> None:
        self.http = httpx2.Client(base_url=server)
        client = self._token(grant_type="client_credentials")
        user = {"password": "open sesame"}
        created = self.http.post("/api/v2/users", json=user, headers={"authorization": f"Bearer {client}"})
        mine = self._token(grant_type="password", username=created.json()["id"], **user)
        self.http.headers["authorization"] = f"Bearer {mine}"

    def _token(self, **grant: str) -> str:
        form = {"client_id": "shop", "client_secret": "shop-secret", **grant}
        token: str = self.http.post("/api/v2/oauth/token", data=form).json()["access_token"]
        return token

    def starts_import(self, **wish: Any) -> Json:
        answer = self.http.post("/api/webForms/bankConnectionImport", json=wish)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def sees(self, path: str, **query: Any) -> Json:
        answer = self.http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def status_of(self, form: Json) -> str:
        status: str = self.sees(f"/api/webForms/{form['id']}")["status"]
        return status


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The base URL of a server on a free port."""
    command = [sys.executable, "-m", "mock_server", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://localhost:\d+", process.stdout.readline())
        assert found, "the server has not said where it is"
        yield found[0]
        process.terminate()


@pytest.fixture
def alice(server: str) -> Iterator[Alice]:
    user = Alice(server)
    yield user
    user.http.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"none of {', '.join(NAMES)} is installed")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def opens_browser(chromium: Any) -> Iterator[OpensBrowser]:
    """A new browser, which must not report anything on its console until the end."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def open_browser(**settings: Any) -> Page:
        context = chromium.new_context(**{"viewport": DESKTOP, "locale": "en-GB", **settings})
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(f"{message.location['url']}: {message.text}"))
        page.on("requestfailed", lambda request: complaints.append(f"{request.url} failed"))
        return page

    yield open_browser
    for context in contexts:
        context.close()
    # Only the page that stands for the shop, at the end, has no icon of its own.
    assert [complaint for complaint in complaints if "/favicon.ico" not in complaint] == []


def press(page: Page, testid: str) -> None:
    """Press what leads to another page, and be there: a click alone does not wait, and what follows would race it."""
    with page.expect_navigation():
        page.get_by_test_id(testid).click()


def choose(page: Page, testid: str) -> None:
    page.get_by_test_id(testid).check()


def shows(page: Page, testid: str) -> None:
    playwright.expect(page.get_by_test_id(testid)).to_be_visible()


def log_in(page: Page, prefix: str = "field", pin: str = "demo") -> None:
    page.get_by_test_id(f"{prefix}-0").fill("demo")
    page.get_by_test_id(f"{prefix}-1").fill(pin)


def fits(page: Page) -> None:
    """Nothing sticks out at the sides, and what one can press is large enough for a finger."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    small = "[...document.querySelectorAll('button, a, input:not([type=hidden], [type=radio]), .choice')]"
    assert page.evaluate(f"{small}.filter(it => it.offsetHeight < 44).length") == 0


def picture(page: Page, name: str) -> None:
    """A picture for the documentation, where `IMAGES` asks for it."""
    fits(page)
    if "IMAGES" in os.environ:
        page.screenshot(path=Path(os.environ["IMAGES"]) / f"{name}.png")


def test_a_bank_is_connected_and_its_accounts_are_there(alice: Alice, opens_browser: OpensBrowser) -> None:
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
    alice: Alice, opens_browser: OpensBrowser, press_at_bank: str, status: str
) -> None:
    form = alice.starts_import()
    page = opens_browser()
    page.goto(form["url"])
    press(page, f"bank-{REDIRECT_BANK}")
    press(page, "redirect-go")
    assert page.url.endswith(f"/bank/{form['id']}")
    if press_at_bank == "bank-login-submit":
        log_in(page, "bank-field")
    fits(page)
    press(page, press_at_bank)
    shows(page, f"result-{status}")
    assert page.url == form["url"]
    assert alice.status_of(form) == status


def test_the_end_user_confirms_in_the_app(alice: Alice, opens_browser: OpensBrowser) -> None:
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
    assert alice.status_of(form) == "COMPLETED"


def test_the_end_user_cancels(alice: Alice, opens_browser: OpensBrowser) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    page = opens_browser()
    page.goto(form["url"])
    press(page, "cancel")
    shows(page, "result-ABORTED")
    fits(page)
    assert alice.status_of(form) == "ABORTED"


def test_a_wrong_pin_is_explained(alice: Alice, opens_browser: OpensBrowser) -> None:
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


def test_reloading_and_going_back_keep_the_place(alice: Alice, opens_browser: OpensBrowser) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    page = opens_browser()
    page.goto(form["url"])
    log_in(page)
    press(page, "login-submit")
    page.reload()
    shows(page, "procedure-submit")
    page.go_back()
    shows(page, "procedure-submit")


def test_it_all_works_without_javascript_on_a_phone_in_german(alice: Alice, opens_browser: OpensBrowser) -> None:
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
    shows(page, "result-COMPLETED")
    assert alice.status_of(form) == "COMPLETED"


def test_every_step_fits_a_phone(alice: Alice, opens_browser: OpensBrowser) -> None:
    page = opens_browser(locale="de-DE", viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(alice.starts_import()["url"])
    fits(page)
    press(page, f"bank-{TEST_BANK}")
    picture(page, "form-phone")
    log_in(page)
    press(page, "login-submit")
    fits(page)


def test_the_way_can_be_gone_with_the_keyboard_alone(alice: Alice, opens_browser: OpensBrowser) -> None:
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
def test_all_text_stands_out_from_its_ground(alice: Alice, opens_browser: OpensBrowser, scheme: str) -> None:
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
  const rgb = text => text.match(/[0-9.]+/g).map(Number);
  const ground = node => {
    for (; node; node = node.parentElement) {
      const colour = rgb(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
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
