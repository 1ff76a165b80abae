"""What the form's own page does by itself in a browser with JavaScript. It needs none of this.

pytest -m browser tests/browser
"""

import re
from typing import Any

import pytest

from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser
from tests.chromium import OpensBrowser, Page, choose, close_own_tab, log_in, press, shows

pytestmark = pytest.mark.browser


def at_decoupled(page: Page, form: dict[str, str]) -> None:
    page.goto(form["url"])
    log_in(page)
    press(page, "login-submit")
    choose(page, "procedure-demo-decoupled")
    press(page, "procedure-submit")
    shows(page, "decoupled-confirm")


def test_banks_are_found_while_one_types(alice: EndUser, opens_browser: OpensBrowser) -> None:
    form = alice.starts_import()
    page = opens_browser()
    page.goto(form["url"])
    page.get_by_test_id("bank-search").press_sequentially("DEMO0002")
    page.get_by_test_id(f"bank-{TEST_BANK}").wait_for(state="detached")
    assert page.url == form["url"]
    assert page.evaluate("document.activeElement.id") == "q"
    press(page, f"bank-{REDIRECT_BANK}")
    shows(page, "redirect-go")


def test_what_was_typed_last_is_what_is_found(alice: EndUser, opens_browser: OpensBrowser) -> None:
    """However long the answers take."""
    page = opens_browser()
    page.goto(alice.starts_import()["url"])
    held: list[Any] = []
    page.route(re.compile("q=DEMO0001"), lambda route: held.append(route))
    with page.expect_request(re.compile("q=DEMO0001")):
        page.get_by_test_id("bank-search").fill("DEMO0001")
    page.get_by_test_id("bank-search").fill("DEMO0002")
    page.get_by_test_id(f"bank-{TEST_BANK}").wait_for(state="detached")
    with page.expect_response(re.compile("q=DEMO0001")) as late:
        held[0].continue_()
    late.value.finished()
    page.wait_for_timeout(100)
    assert page.get_by_test_id(f"bank-{TEST_BANK}").count() == 0
    shows(page, f"bank-{REDIRECT_BANK}")


def test_the_download_goes_on_by_itself(alice: EndUser, opens_browser: OpensBrowser) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    page = opens_browser()
    page.goto(form["url"])
    log_in(page, login="demo_no_msa", pin="demo_no_msa")
    press(page, "login-submit")
    shows(page, "download-continue")
    shows(page, "result-COMPLETED")


def test_a_confirmation_on_another_device_shows_by_itself(alice: EndUser, opens_browser: OpensBrowser) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    page = opens_browser()
    at_decoupled(page, form)
    alice.http.post(f"/_mock/webForms/{form['id']}/steps", json={"action": "confirm"})
    shows(page, "result-COMPLETED")


def test_a_page_that_waits_does_not_interrupt_itself(alice: EndUser, opens_browser: OpensBrowser) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    page = opens_browser()
    at_decoupled(page, form)
    for _ in range(3):
        with page.expect_response("**/state"):
            pass
    assert alice.sees_form(form)["status"] == "IN_PROGRESS"
    press(page, "decoupled-confirm")
    shows(page, "result-COMPLETED")


def test_a_form_that_ends_elsewhere_shows_its_end(alice: EndUser, opens_browser: OpensBrowser) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    page = opens_browser("410")
    at_decoupled(page, form)
    alice.shop.moves_clock(advance="20m")
    shows(page, "result-EXPIRED")


def test_a_button_that_is_pressed_twice_counts_once(alice: EndUser, opens_browser: OpensBrowser) -> None:
    page = opens_browser()
    page.goto(alice.starts_import(bank={"id": TEST_BANK})["url"])
    posts: list[str] = []
    page.on("request", lambda request: request.method == "POST" and posts.append(request.url))
    twice = "button => { button.click(); const busy = button.ariaBusy; button.click(); return busy; }"
    assert page.get_by_test_id("cancel").evaluate(twice) == "true"
    shows(page, "result-ABORTED")
    assert len(posts) == 1


def test_another_language_counts_as_soon_as_it_is_chosen(alice: EndUser, opens_browser: OpensBrowser) -> None:
    page = opens_browser()
    page.goto(alice.starts_import()["url"])
    with page.expect_navigation():
        page.get_by_test_id("language").select_option("de")
    assert "Bank" in page.locator("h1").inner_text()
    assert page.locator("[lang=de]").first.is_visible()


def test_a_tab_that_a_script_has_opened_can_be_closed(alice: EndUser, opens_browser: OpensBrowser) -> None:
    page = opens_browser()
    page.goto(f"{alice.http.base_url}/_mock/health")
    with page.context.expect_page() as opened:
        page.evaluate("url => void window.open(url)", alice.starts_import()["url"])
    tab = opened.value
    press(tab, "cancel")
    close_own_tab(tab, "close")


def test_another_tab_can_only_be_closed_by_hand(alice: EndUser, opens_browser: OpensBrowser) -> None:
    page = opens_browser("Scripts may close only the windows that were opened by them")
    page.goto(alice.starts_import()["url"])
    press(page, "cancel")
    page.get_by_test_id("close").click()
    page.get_by_test_id("close").wait_for(state="hidden")
    shows(page, "may-close")
