"""What a shop's profile makes of the page, in a real Chromium.

pytest -m browser tests/browser
"""

import pytest

from tests.actors import TEST_BANK, EndUser
from tests.browser.conftest import OpensPerson
from tests.web.browsers import profile

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = pytest.mark.browser


def test_the_colours_of_a_profile(alice: EndUser, sits_down: OpensPerson) -> None:
    blue = profile(alice, aspect={"colorScheme": {"brand": "#003366"}})
    plain, coloured = alice.starts_import(), alice.starts_import(profileId=blue)
    person = sits_down()
    for form, colour in ((plain, "rgb(0, 173, 223)"), (coloured, "rgb(0, 51, 102)")):
        button = person.opens(form["url"]).page.get_by_test_id("bank-search-submit")
        playwright.expect(button).to_have_css("background-color", colour)
        assert alice.sees_form(form)["status"] == "IN_PROGRESS"


def test_a_language_that_the_profile_locks(alice: EndUser, sits_down: OpensPerson) -> None:
    english = profile(alice, functionality={"language": {"selector": "HIDDEN", "locked": "EN"}})
    form = alice.starts_import(profileId=english, bank={"id": TEST_BANK})
    person = sits_down(locale="de-DE").opens(form["url"])
    playwright.expect(person.page.locator("h1")).to_have_text("Log in to your bank")
    playwright.expect(person.page.get_by_test_id("language")).to_have_count(0)
    person.logs_in("demo_no_msa", "demo_no_msa").sees("result-COMPLETED")
    playwright.expect(person.page.locator("h1")).to_have_text("Your bank is connected")
    assert alice.sees_form(form)["status"] == "COMPLETED"


def test_the_language_is_the_browsers_until_another_one_is_chosen(alice: EndUser, sits_down: OpensPerson) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    person = sits_down(locale="de-DE").opens(form["url"])
    playwright.expect(person.page.locator("h1")).to_have_text("Bei Ihrer Bank anmelden")
    with person.page.expect_navigation():
        person.page.get_by_test_id("language").select_option("en")
    playwright.expect(person.page.locator("h1")).to_have_text("Log in to your bank")
    person.logs_in("demo_no_msa", "demo_no_msa").sees("result-COMPLETED")
    playwright.expect(person.page.locator("h1")).to_have_text("Your bank is connected")
    assert alice.sees_form(form)["status"] == "COMPLETED"
