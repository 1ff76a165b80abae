"""The search for a bank, and the login at the one that was chosen."""

import re
from itertools import pairwise

import pytest

from mock_server.app import App
from mock_server.domain.money import iban
from mock_server.web import sights
from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser
from tests.web.browsers import Browser

CZECH_TEST_BANK, SCRAPED_BANK, HINTING_BANK, OWNERS_BANK = 280165, 300021, 300011, 300015
IBAN = iban("DE", "399501100000000001")


@pytest.fixture
def browser(app: App) -> Browser:
    return Browser(app)


def test_the_test_banks_and_the_most_popular_come_first(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import()["url"])
    shown = _banks(browser)
    assert shown[:3] == [TEST_BANK, REDIRECT_BANK, CZECH_TEST_BANK]
    assert len(shown) == sights.SUGGESTED
    assert not browser.sees("bank-more")


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("DEMO0001", [TEST_BANK]),
        ("  erlental  SPARKASSE ", [300001]),
        ("QERLDE30", [300001]),
        (IBAN, [300001]),
        (" ".join(re.findall("....|..", IBAN.lower())), [300001]),
        ("DE89", []),
        ("no such bank", []),
        ("\0", []),
        ("x" * 3000, []),
    ],
)
def test_a_bank_is_found_by_what_one_knows_of_it(
    alice: EndUser, browser: Browser, search: str, found: list[int]
) -> None:
    browser.opens(alice.starts_import()["url"]).types("bank-search", search).presses("bank-search-submit")
    assert _banks(browser) == found
    assert browser.page.controls["bank-search"][1]["value"] == search.strip()[: sights.LONGEST_SEARCH]


def test_a_broad_search_says_how_many_more_there_are(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import()["url"], q="a")
    count = int(re.findall(r"(\d+) banks found", browser.page.text)[0])
    assert len(_banks(browser)) == sights.MOST_FOUND
    assert f"{count - sights.MOST_FOUND} more banks match" in browser.page.text


def test_results_are_ordered_by_popularity(alice: EndUser, browser: Browser, app: App) -> None:
    browser.opens(alice.starts_import()["url"], q="bank")
    banks = [bank for id in _banks(browser) if (bank := app.worlds.setup.banks.get(id)) and not bank.is_test_bank]
    assert all(one.popularity >= other.popularity for one, other in pairwise(banks))


def test_a_found_bank_can_be_chosen(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import()["url"]).types("bank-search", "Polarfuchs").presses("bank-search-submit")
    assert "Polarfuchs Bank" in browser.presses("bank-300011").page.text
    assert browser.went[-1].endswith(browser.page.forms[0].attributes["action"])


def test_searching_at_another_step_does_nothing(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"])
    assert browser.opens(browser.went[-1], q="Polarfuchs").sees("field-0")


def test_what_was_searched_for_is_shown_as_text(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import()["url"], q='"><script>alert(1)</script>')
    assert "<script>" not in browser.answer.text
    assert browser.page.controls["bank-search"][1]["value"] == '"><script>alert(1)</script>'


def test_test_banks_are_hidden_where_the_client_does_not_want_them(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(allowTestBank=False)["url"])
    assert _banks(browser)
    assert not {TEST_BANK, REDIRECT_BANK, CZECH_TEST_BANK} & set(_banks(browser))
    token = browser.page.forms[-1].values["_token"]
    browser.opens(browser.went[-1], q="DEMO0001")
    assert _banks(browser) == []
    browser.posts(browser.went[-1].split("?")[0], _token=token, _action="choose-bank", bank=str(TEST_BANK))
    assert browser.sees("bank-search")


def test_banks_in_trial_operation_are_hidden_where_the_client_has_switched_them_off(
    alice: EndUser, browser: Browser, app: App
) -> None:
    [beta] = [bank for bank in app.worlds.setup.banks if bank.is_beta]
    browser.opens(alice.starts_import()["url"], q=beta.name)
    assert _banks(browser) == [beta.id]
    alice.shop.patches("/api/v2/clientConfiguration", betaBanksEnabled=False)
    browser.opens(browser.went[-1], q=beta.name)
    assert _banks(browser) == []


def test_only_banks_with_an_allowed_interface_are_offered(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(allowedInterfaces=["WEB_SCRAPER"])["url"], q="Ahornkarte")
    assert _banks(browser) == [SCRAPED_BANK]
    assert _banks(browser.opens(browser.went[-1].split("?")[0], q="DEMO0001")) == []


@pytest.mark.parametrize("bank", ["", "0", "-1", "x", "²", "9" * 400])
def test_a_bank_that_is_not_there_cannot_be_chosen(alice: EndUser, browser: Browser, bank: str) -> None:
    browser.opens(alice.starts_import()["url"])
    token = browser.page.forms[-1].values["_token"]
    assert browser.posts(browser.went[-1], _token=token, _action="choose-bank", bank=bank).sees("bank-search")


def _banks(browser: Browser) -> list[int]:
    return [int(id[5:]) for id in browser.page.controls if re.fullmatch(r"bank-\d+", id)]


# The chosen bank


@pytest.mark.parametrize("bank", [TEST_BANK, REDIRECT_BANK])
def test_a_bank_that_the_end_user_chose_can_be_changed(alice: EndUser, browser: Browser, bank: int) -> None:
    browser.opens(alice.starts_import()["url"]).presses(f"bank-{bank}")
    assert browser.presses("change-bank").sees("bank-search")


@pytest.mark.parametrize("bank", [TEST_BANK, REDIRECT_BANK])
def test_a_bank_that_the_client_chose_is_locked(alice: EndUser, browser: Browser, bank: int) -> None:
    browser.opens(alice.starts_import(bank={"id": bank})["url"])
    assert not browser.sees("change-bank")
    token = browser.page.forms[0].values["_token"]
    assert not browser.posts(browser.went[-1], _token=token, _action="change-bank").sees("bank-search")


def test_the_bank_cannot_be_changed_after_the_login(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import()["url"]).presses(f"bank-{TEST_BANK}").logs_in()
    assert not browser.sees("change-bank")


def test_the_login_has_the_fields_of_the_bank(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": OWNERS_BANK})["url"])
    fields = [it for it in browser.page.all("input") if it.get("id", "").startswith("field-")]
    seen = [(it["name"], it["type"], "required" in it) for it in fields]
    assert seen == [
        ("Kundennummer", "text", True),
        ("Teilnehmernummer", "text", False),
        ("Online-PIN", "password", True),
    ]


def test_a_banks_hint_is_shown_without_its_markup(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": HINTING_BANK})["url"])
    assert "Halten Sie Ihr Smartphone mit der Banking-App bereit." in browser.page.text
    assert "strong>Smartphone" not in browser.answer.text


def test_the_logins_that_work_and_the_tan_are_on_the_pages_that_ask(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"])
    assert browser.sees("mock-logins")
    assert "demo_no_msa / demo_no_msa" in browser.page.text
    assert "123456" in browser.logs_in().chooses_procedure().page.text
    browser.opens(alice.starts_import(bank={"id": REDIRECT_BANK})["url"]).presses("redirect-go")
    assert browser.sees("mock-logins")


def test_the_banks_page_is_there_only_while_the_form_has_sent_one_to_it(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import()
    bank_page = f"/bank/{form['id']}"
    assert browser.opens(form["url"]).opens(bank_page).sees("bank-search")
    token = browser.presses(f"bank-{TEST_BANK}").page.forms[0].values["_token"]
    assert browser.posts(bank_page, _token=token, _action="cancel").sees("field-0")
    assert browser.opens(f"/callback?state={form['id']}&code=x").sees("field-0")
    assert browser.logs_in("demo_no_msa", "demo_no_msa").sees_download().opens(bank_page).sees("result-COMPLETED")
    assert browser.opens(f"/callback?state={form['id']}").sees("result-COMPLETED")
