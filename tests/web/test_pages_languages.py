"""Languages: which one a page speaks, who chooses it, and the mandator's own words."""

from typing import Any

import pytest

from mock_server.app import App
from mock_server.web import texts
from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser
from tests.web.browsers import STOPS, Browser, profile, stops_at

Json = dict[str, Any]
LOCKED: Json = {"language": {"selector": "HIDDEN", "locked": "DE"}}


@pytest.fixture
def browser(app: App) -> Browser:
    return Browser(app)


def language_of(browser: Browser) -> str:
    return browser.page.form("choose-language").values["language"]


def translates(alice: EndUser, **words: Json) -> None:
    """The mandator has a translation set."""
    token = alice.shop.http.post(
        "/api/v2/oauth/token",
        data={"grant_type": "client_credentials", "client_id": "shop-admin", "client_secret": "admin-secret"},
    ).json()["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    answer = alice.http.post("/api/translations", json=words, headers=headers)
    assert answer.status_code == 201, answer.text


# Which language


@pytest.mark.parametrize(("accepted", "language"), [("de-AT", "de"), ("en-GB", "en"), ("ja", "en")])
def test_the_page_speaks_the_browsers_language(alice: EndUser, app: App, accepted: str, language: str) -> None:
    browser = Browser(app, accepted).opens(alice.starts_import()["url"])
    assert browser.page.all("html")[0]["lang"] == language
    assert browser.heading == texts.LANGUAGES[language].search_title["AIS"]


@pytest.mark.parametrize("language", sorted(set(texts.NAMES) - set(texts.LANGUAGES)))
def test_what_is_not_written_yet_is_english_but_stays_chosen(alice: EndUser, app: App, language: str) -> None:
    browser = Browser(app, language).opens(alice.starts_import()["url"])
    assert browser.page.all("html")[0]["lang"] == "en", "the language of the words, for screen readers"
    assert language_of(browser) == language


def test_the_end_user_chooses_a_language_for_this_form_and_the_next(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"])
    browser.types("language", "de").presses("language-submit")
    assert browser.heading == texts.GERMAN.login_title
    assert browser.logs_in("demo", "wrong").heading == texts.GERMAN.error_titles["AIS"]
    assert browser.opens(alice.starts_import()["url"]).heading == texts.GERMAN.search_title["AIS"]


def test_another_user_is_not_concerned(alice: EndUser, app: App) -> None:
    Browser(app).opens(alice.starts_import()["url"]).types("language", "de").presses("language-submit")
    bob = alice.shop.welcomes("bob")
    assert Browser(app).opens(bob.starts_import()["url"]).heading == texts.ENGLISH.search_title["AIS"]


@pytest.mark.parametrize("language", ["xx", "", "DE", "<b>"])
def test_a_language_that_is_none_changes_nothing(alice: EndUser, browser: Browser, language: str) -> None:
    browser.opens(alice.starts_import()["url"]).types("language", language).presses("language-submit")
    assert language_of(browser) == "en"


@pytest.mark.parametrize("stop", ["import, SCA method", "import, challenge", "import, decoupled"])
def test_choosing_a_language_does_not_interrupt(alice: EndUser, browser: Browser, stop: str) -> None:
    stops_at(stop, alice, browser)
    controls = list(browser.page.controls)
    browser.types("language", "de").presses("language-submit")
    assert list(browser.page.controls) == controls
    assert browser.page.all("html")[0]["lang"] == "de"


def test_the_language_can_be_chosen_at_the_end_too(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import()["url"]).presses("cancel")
    assert browser.types("language", "de").presses("language-submit").heading == texts.GERMAN.aborted_title


def test_a_profile_can_lock_the_language(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import()["url"]).types("language", "cs").presses("language-submit")
    browser.opens(alice.starts_import(profileId=profile(alice, functionality=LOCKED))["url"])
    assert browser.heading == texts.GERMAN.search_title["AIS"]
    assert not browser.sees("language")


def test_the_banks_page_has_no_choice_of_languages(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": REDIRECT_BANK})["url"]).presses("redirect-go")
    assert not browser.sees("language")


# The mandator's own words

VIEW_NAMES = {
    "import, bank search": "bankSearchView",
    "import, login": "bankLoginView",
    "import, redirect": "redirectBankLoginView",
    "import, SCA method": "scaMethodSelectionView",
    "import, challenge": "scaChallengeViewAis",
    "import, decoupled": "scaChallengeViewAis",
    "import, account selection": "accountSelectionViewAis",
    "import, download": "dataDownloadViewAis",
    "import, more accounts": "partialConfirmationView",
    "import, more have failed": "partialConfirmationWithErrorView",
    "update, summary": "updateSummaryView",
    "payment, account selection": "accountSelectionViewPis",
    "payment, challenge": "scaChallengeViewPis",
    "payment, decoupled": "scaChallengeViewPis",
}
WITH_SUBTITLE = {
    "bankLoginView", "redirectBankLoginView", "scaChallengeViewAis", "scaChallengeViewPis", "accountSelectionViewAis",
    "accountSelectionViewPis",
}  # fmt: skip


@pytest.mark.parametrize("stop", VIEW_NAMES)
def test_the_mandators_words_stand_at_the_top_of_a_view(alice: EndUser, browser: Browser, stop: str) -> None:
    view = VIEW_NAMES[stop]
    subtitle = {"subtitle": "And a subtitle."} if view in WITH_SUBTITLE else {}
    translates(alice, en={view: {"title": "A title of our own", **subtitle}}, de={view: {"title": "Ein Titel"}})
    stops_at(stop, alice, browser)
    assert browser.heading == "A title of our own"
    if subtitle:
        assert browser.subtitle == "And a subtitle."
    assert "A title of our own | finapi-mock" in browser.page.text


def test_a_search_is_another_view_than_the_page_before_it(alice: EndUser, browser: Browser) -> None:
    translates(alice, en={"bankSelectionView": {"title": "Pick one"}})
    browser.opens(alice.starts_import()["url"])
    assert browser.heading == texts.ENGLISH.search_title["AIS"]
    assert browser.types("bank-search", "DEMO").presses("bank-search-submit").heading == "Pick one"


def test_the_ends_have_words_of_their_own_too(alice: EndUser, browser: Browser) -> None:
    translates(alice, en={"confirmationView": {"title": "Hooray"}, "errorView": {"title": "Oh no"}})
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"])
    assert browser.logs_in("demo_no_msa", "demo_no_msa").sees_download().heading == "Hooray"
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"])
    assert browser.logs_in("demo", "wrong").heading == "Oh no"


def test_an_empty_text_hides(alice: EndUser, browser: Browser) -> None:
    translates(alice, en={"bankLoginView": {"title": "", "subtitle": ""}})
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"])
    assert browser.page.all("h1") == [{"class": "unseen"}], "a page without any heading would be hard to find through"
    assert browser.subtitle is None


def test_words_in_a_language_that_is_not_written_here_are_marked_as_such(alice: EndUser, app: App) -> None:
    translates(alice, cs={"bankLoginView": {"title": "Přihlášení", "subtitle": "U vaší banky"}})
    browser = Browser(app, "cs").opens(alice.starts_import(bank={"id": TEST_BANK})["url"])
    assert browser.heading == "Přihlášení"
    assert browser.page.all("h1")[0]["lang"] == "cs"
    assert [it.get("lang") for it in browser.page.all("p") if it.get("id") == "about"] == ["cs"]


def test_the_words_of_another_mandator_do_not_count(alice: EndUser, app: App, browser: Browser) -> None:
    translates(alice, en={"bankSearchView": {"title": "Ours"}})
    other = type(alice.shop)(alice.http, "other", "other-secret").welcomes("zoe")
    assert browser.opens(other.starts_import()["url"]).heading == texts.ENGLISH.search_title["AIS"]


def test_markup_in_the_mandators_words_is_shown_as_text(alice: EndUser, browser: Browser) -> None:
    title, subtitle = "<script>alert(1)</script>", "<img src=x onerror=alert(1)>"
    translates(alice, en={"bankLoginView": {"title": title, "subtitle": subtitle}})
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"])
    assert (browser.heading, browser.subtitle) == (title, subtitle)


def test_every_stop_with_a_name_is_known() -> None:
    assert set(VIEW_NAMES) <= set(STOPS)
