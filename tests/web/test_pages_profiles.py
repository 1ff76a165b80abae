"""What a profile changes about the pages."""

from typing import Any

import pytest

from mock_server.app import App, create_app
from mock_server.domain.money import iban
from mock_server.settings import Settings
from mock_server.web import texts
from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser, Shop
from tests.conftest import client_of, frozen_clock
from tests.pictures import GIF, ICON, PNG, SVG
from tests.web.browsers import Browser, outcome, profile, starts_payment, stored

Json = dict[str, Any]
HINTING_BANK = 300011
HINT = "Halten Sie Ihr Smartphone mit der Banking-App bereit."
MARKUP = "<b onclick=alert(1)>Hi</b><script>alert(1)</script>"


@pytest.fixture
def browser(app: App) -> Browser:
    return Browser(app)


def opens(alice: EndUser, browser: Browser, settings: Json, **wish: Any) -> Browser:
    """A browser at an import with a profile."""
    return browser.opens(alice.starts_import(profileId=profile(alice, **settings), **wish)["url"])


def pictures(browser: Browser) -> list[str]:
    return [it["src"] for it in browser.page.all("img")]


# Brand


def test_the_stylesheet_of_the_profile_comes_last(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import(profileId=profile(alice, aspect={"colorScheme": {"brand": "#123456"}}))
    browser.opens(form["url"])
    sheets = [it["href"] for it in browser.page.all("link") if it["rel"] == "stylesheet"]
    assert sheets == ["/static/pages.css", f"/wf/{form['id']}/theme.css"]
    css = browser.http.get(sheets[1])
    assert css.headers["content-type"].startswith("text/css")
    assert "--brand: #123456;" in css.text


def test_a_logo_stands_in_the_place_of_our_sign(alice: EndUser, browser: Browser) -> None:
    assert browser.opens(alice.starts_import()["url"]).sees("sign")
    opens(alice, browser, {"brand": {"logo": SVG}})
    assert pictures(browser) == [SVG]
    assert not browser.sees("sign")


def test_licensed_mandators_have_no_sign(alice: EndUser) -> None:
    app = create_app(Settings(license="PISP"), frozen_clock())
    alice, browser = Shop(client_of(app)).welcomes("alice"), Browser(app)
    browser.opens(alice.starts_import()["url"])
    assert not browser.sees("sign")


def test_the_favicon_is_the_profiles(alice: EndUser, browser: Browser) -> None:
    opens(alice, browser, {"brand": {"favicon": ICON}})
    assert [it["href"] for it in browser.page.all("link") if it["rel"] == "icon"] == [ICON]


def test_the_icons_stand_where_there_is_a_hint_and_where_one_waits(alice: EndUser, browser: Browser) -> None:
    settings = {"brand": {"icon": {"info": PNG, "loading": GIF}}}
    assert pictures(opens(alice, browser, settings, bank={"id": HINTING_BANK})) == [PNG]
    browser.opens(alice.starts_import(bank={"id": TEST_BANK}, profileId=profile(alice, **settings))["url"])
    assert pictures(browser.logs_in("demo_no_msa", "demo_no_msa")) == [GIF]


@pytest.mark.parametrize("bank", [None, {"id": TEST_BANK}, {"id": REDIRECT_BANK}])
def test_the_intro_is_on_the_first_view_only(alice: EndUser, browser: Browser, bank: Json | None) -> None:
    opens(alice, browser, {"brand": {"introText": MARKUP}}, **({"bank": bank} if bank else {}))
    assert browser.sees("intro")
    assert MARKUP in browser.page.text
    if bank is None:
        assert not browser.presses(f"bank-{TEST_BANK}").sees("intro")


# Parts of the page


def test_the_progress_bar_can_be_hidden(alice: EndUser, browser: Browser) -> None:
    assert browser.opens(alice.starts_import()["url"]).sees("progress")
    assert not opens(alice, browser, {"functionality": {"progressBar": "HIDDEN"}}).sees("progress")


def test_the_header_can_be_hidden(alice: EndUser, browser: Browser) -> None:
    opens(alice, browser, {"functionality": {"header": "HIDDEN", "language": {"locked": "EN"}}})
    assert not browser.page.all("header")
    assert not browser.sees("language")


def test_the_banner_of_the_bank_can_be_hidden(alice: EndUser, browser: Browser) -> None:
    assert browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"]).sees("bank-banner")
    hidden = {"functionality": {"bankBanner": "HIDDEN"}}
    assert not opens(alice, browser, hidden, bank={"id": TEST_BANK}).sees("bank-banner")


@pytest.mark.parametrize(
    ("theme", "style"), [("DEFAULT", "frame of-form"), ("MOBILE_MINIMALISTIC", "frame of-form minimal")]
)
def test_the_theme_is_a_class(alice: EndUser, browser: Browser, theme: str, style: str) -> None:
    assert opens(alice, browser, {"aspect": {"theme": theme}}).page.all("div")[0]["class"] == style


@pytest.mark.parametrize(
    ("hint", "tag"), [("EXPANDED", "div"), ("COLLAPSED", "details"), ("HIDDEN", None), (None, "div")]
)
def test_the_banks_hint_is_open_or_closed_or_hidden(
    alice: EndUser, browser: Browser, hint: str | None, tag: str | None
) -> None:
    opens(alice, browser, {"functionality": {"bankLoginHint": hint}}, bank={"id": HINTING_BANK})
    assert (HINT in browser.page.text) is (tag is not None)
    if tag is not None:
        assert browser.page.controls["hint"][0] == tag
        assert "open" not in browser.page.controls["hint"][1]


def test_the_bank_search_begins_with_the_default_country(alice: EndUser, browser: Browser, app: App) -> None:
    opens(alice, browser, {"functionality": {"bankSearch": {"defaultCountry": "AT"}}})
    assert browser.page.controls["country"][1]["name"] == "country"
    assert _countries(browser, app) == {"AT", None}
    browser.types("country", "DE").types("bank-search", "bank").presses("bank-search-submit")
    assert _countries(browser, app) <= {"DE", None}
    assert _countries(browser.types("country", "").presses("bank-search-submit"), app) > {"DE", "AT"}


def test_an_iban_finds_its_bank_in_every_country(alice: EndUser, browser: Browser) -> None:
    opens(alice, browser, {"functionality": {"bankSearch": {"defaultCountry": "AT"}}})
    browser.types("bank-search", iban("DE", "399501100000000001")).presses("bank-search-submit")
    assert browser.sees("bank-300001")


def _countries(browser: Browser, app: App) -> set[str | None]:
    ids = [it["value"] for tag, it in browser.page.controls.values() if it.get("name") == "bank"]
    found = [app.worlds.setup.banks.get(int(id)) for id in ids]
    assert found
    return {bank.location for bank in found if bank is not None}


# Saving of the credentials


@pytest.mark.parametrize(
    ("saving", "shown", "ticks", "saved"),
    [
        ("RENDER", "store-secrets", True, True),
        ("RENDER", "store-secrets", False, False),
        ("MANDATORY", "store-secrets", True, True),
        ("HIDDEN", None, False, False),
        ("IMPLICIT_APPROVAL", "store-secrets-implicit", False, True),
    ],
)
def test_credentials_are_saved_as_the_profile_says(
    alice: EndUser, browser: Browser, app: App, saving: str, shown: str | None, ticks: bool, saved: bool
) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK}, profileId=profile(alice, functionality={"storeSecrets": saving}))
    browser.opens(form["url"])
    assert [it for it in browser.page.controls if it.startswith("store-secrets")] == ([shown] if shown else [])
    if shown == "store-secrets":
        assert ("required" in browser.page.controls[shown][1]) is (saving == "MANDATORY")
    if ticks:
        browser.chooses("store-secrets")
    browser.logs_in("demo_no_msa", "demo_no_msa").sees_download()
    assert stored(app, form).visit.stores_secrets is saved


def test_a_mandatory_consent_that_is_missing_is_asked_for_again(alice: EndUser, browser: Browser) -> None:
    mandatory = {"functionality": {"storeSecrets": "MANDATORY"}}
    opens(alice, browser, mandatory, bank={"id": TEST_BANK}).logs_in("demo_no_msa", "demo_no_msa")
    assert browser.sees("errors")
    assert browser.page.controls["store-secrets"][1]["aria-describedby"] == "missed"
    assert texts.ENGLISH.store_secrets_missed in browser.page.text
    browser.chooses("store-secrets").logs_in("demo_no_msa", "demo_no_msa")
    assert browser.sees("download-continue")
    assert not browser.sees("errors")


def test_standalone_payments_have_a_rule_of_their_own(alice: EndUser, browser: Browser) -> None:
    settings = {"functionality": {"storeSecrets": "HIDDEN", "storeSecretsSap": "MANDATORY"}}
    assert not opens(alice, browser, settings, bank={"id": TEST_BANK}).sees("store-secrets")
    form = starts_payment(alice, profileId=profile(alice, **settings))
    assert browser.opens(form["url"]).presses(f"bank-{TEST_BANK}").sees("store-secrets")
    assert browser.logs_in().sees("errors")
    assert not browser.chooses("store-secrets").logs_in().sees("errors")


# Selection of accounts


@pytest.mark.parametrize(
    ("mode", "preselected", "kind", "ticked"),
    [("MULTIPLE", True, "checkbox", 3), ("MULTIPLE", False, "checkbox", 0), ("SINGLE", True, "radio", 1),
     ("SINGLE", False, "radio", 0)],
)  # fmt: skip
def test_accounts_are_ticked_as_the_profile_says(
    alice: EndUser, browser: Browser, mode: str, preselected: bool, kind: str, ticked: int
) -> None:
    _at_accounts(alice, browser, mode, preselected)
    boxes = [it for it in browser.page.all("input") if it.get("name") == "accounts"]
    assert [it["type"] for it in boxes] == [kind] * 3
    assert sum("checked" in it for it in boxes) == ticked


def test_only_the_ticked_accounts_are_kept(alice: EndUser, browser: Browser) -> None:
    form = _at_accounts(alice, browser, "MULTIPLE", preselected=True)
    kept = [browser.page.controls[f"account-{number}"][1]["value"] for number in (0, 2)]
    assert browser.unticks("account-1").presses("account-submit").sees("result-COMPLETED")
    assert outcome(alice, form)[0] == "COMPLETED"
    assert [str(account["id"]) for account in alice.accounts()] == kept


def test_one_account_is_kept_of_a_single_choice(alice: EndUser, browser: Browser) -> None:
    _at_accounts(alice, browser, "SINGLE", preselected=False)
    kept = browser.page.controls["account-1"][1]["value"]
    assert browser.chooses("account-1").presses("account-submit").sees("result-COMPLETED")
    assert [str(account["id"]) for account in alice.accounts()] == [kept]


def test_without_a_ticked_account_the_page_asks_again(alice: EndUser, browser: Browser) -> None:
    _at_accounts(alice, browser, "MULTIPLE", preselected=False)
    assert browser.presses("account-submit").sees("errors")
    assert texts.ENGLISH.accounts_missed in browser.page.text
    assert browser.chooses("account-0").presses("account-submit").sees("result-COMPLETED")


def _at_accounts(alice: EndUser, browser: Browser, mode: str, preselected: bool) -> Json:
    chosen = {"accountSelectionConfiguration": {"mode": mode, "preselected": preselected}}
    form = alice.starts_import(bank={"id": TEST_BANK}, profileId=profile(alice, functionality=chosen))
    browser.opens(form["url"]).logs_in("demo_no_msa", "demo_no_msa").sees_download()
    return form
