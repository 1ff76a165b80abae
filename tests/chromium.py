"""A real server and a real Chromium, and what one does with them: fixtures for every test with the mark `browser`."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from tests.actors import EndUser, Shop
from tests.processes import Running, running

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
TODAY = "2026-08-13T10:00:00Z"
"""The day on which the tests without a browser play too."""
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 375, "height": 812}
Page = Any
OpensBrowser = Callable[..., Page]
_shops = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    """A server on a free port, for all browser tests: each has a shop of its own there."""
    with running() as it:
        yield it


@pytest.fixture
def online_alice(server: Running) -> Iterator[EndUser]:
    """A user of a new shop, whose calls go to the real server."""
    with server.client() as http:
        shop = Shop(http, f"shop-{next(_shops)}")
        shop.moves_clock(set=TODAY)
        yield shop.welcomes("alice")


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., Any]]:
    """Starts a Chromium, with more flags if it must be."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"none of {', '.join(NAMES)} is installed")
    with playwright.sync_playwright() as started:
        yield lambda *flags: started.chromium.launch(executable_path=path, args=[*FLAGS, *flags])


@pytest.fixture(scope="session")
def chromium(launch: Callable[..., Any]) -> Iterator[Any]:
    browser = launch()
    yield browser
    browser.close()


@pytest.fixture
def opens_browser(chromium: Any) -> Iterator[OpensBrowser]:
    """A new browser, which must not report anything on its console until the end.

    Except what contains one of the texts in `expects`, which is then about an answer that is to be no success.
    """
    contexts: list[Any] = []
    complaints: list[str] = []
    # Pages that stand for the shop have no icon; a page that is left gives up what it has asked for; and a test may
    # type before the browser has got to the field in which one should begin.
    expected = ["/favicon.ico", "net::ERR_ABORTED", "Autofocus processing was blocked"]

    def open_browser(*expects: str, **settings: Any) -> Page:
        expected.extend(expects)
        context = chromium.new_context(**{"viewport": DESKTOP, "locale": "en-GB", **settings})
        context.set_default_timeout(10_000)
        contexts.append(context)
        context.on("console", lambda message: complaints.append(f"{message.location['url']}: {message.text}"))
        context.on("requestfailed", lambda request: complaints.append(f"{request.url}: {request.failure}"))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        return context.new_page()

    yield open_browser
    for context in contexts:
        context.close()
    assert [complaint for complaint in complaints if not any(text in complaint for text in expected)] == []


def press(page: Page, testid: str) -> None:
    """Press what leads to another page, and be there: a click alone does not wait, and what follows would race it."""
    with page.expect_navigation():
        page.get_by_test_id(testid).click()


def choose(page: Page, testid: str) -> None:
    page.get_by_test_id(testid).check()


def shows(page: Page, testid: str) -> None:
    page.get_by_test_id(testid).wait_for()


def log_in(page: Page, prefix: str = "field", login: str = "demo", pin: str = "demo") -> None:
    page.get_by_test_id(f"{prefix}-0").fill(login)
    page.get_by_test_id(f"{prefix}-1").fill(pin)


def close_own_tab(tab: Page, testid: str) -> None:
    """Press what closes its own tab. A click that is not over by then is an error, so it comes a moment later."""
    with tab.expect_event("close"):
        tab.get_by_test_id(testid).evaluate("button => setTimeout(() => button.click())")
