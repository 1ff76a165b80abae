"""The browser tests meet Alice at a real server."""

from collections.abc import Callable
from typing import Any, Self
from urllib.parse import urlencode

import pytest

from tests.actors import EndUser
from tests.chromium import OpensBrowser, Page, press
from tests.packages import FileOf
from tests.web.browsers import Visitor


class Person(Visitor):
    """Somebody in front of a real browser."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def opens(self, url: str, **query: str) -> Self:
        self.page.goto(f"{url}?{urlencode(query)}" if query else url)
        return self

    def reloads(self) -> Self:
        self.page.reload()
        return self

    def types(self, testid: str, text: str) -> Self:
        self.page.get_by_test_id(testid).fill(text)
        return self

    def chooses(self, testid: str) -> Self:
        self.page.get_by_test_id(testid).check()
        return self

    def presses(self, testid: str) -> Self:
        press(self.page, testid)
        return self

    def sees(self, testid: str) -> Self:
        """Now or soon."""
        self.page.get_by_test_id(testid).wait_for()
        return self


OpensPerson = Callable[..., Person]


@pytest.fixture
def alice(online_alice: EndUser) -> EndUser:
    return online_alice


@pytest.fixture
def sits_down(opens_browser: OpensBrowser) -> OpensPerson:
    """A person at a new browser, of whose settings those of `opens_browser` are told."""

    def sit_down(*expects: str, **settings: Any) -> Person:
        return Person(opens_browser(*expects, **settings))

    return sit_down


@pytest.fixture
def takes_time(sits_down: OpensPerson) -> OpensPerson:
    """A person whose pages do nothing by themselves, and so stay for as long as one looks at them."""

    def sit_down(*expects: str, **settings: Any) -> Person:
        person = sits_down(*expects, **settings)
        person.page.route("**/finapi-webform2.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
        return person

    return sit_down


@pytest.fixture(scope="session")
def axe(file_of: FileOf) -> str:
    """The source of axe-core."""
    return file_of("axe-core@4.14.1", "axe.min.js").decode()
