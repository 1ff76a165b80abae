"""The end user's way through the pages, without a browser: see tests/browser for one with."""

import re
from dataclasses import fields
from itertools import pairwise
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from mock_server.app import App
from mock_server.domain.callbacks import Callback
from mock_server.domain.forms import ErrorCode, Status
from mock_server.domain.logins import PROCEDURES, Challenge
from mock_server.domain.money import iban
from mock_server.domain.steps import Step
from mock_server.ids import Dice
from mock_server.web import drawing, pages, texts
from mock_server.web.journal import Journal
from mock_server.web.middleware import JournalMiddleware, RequestIdMiddleware
from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser, Shop
from tests.web.browsers import WAYS, Browser, outcome, stored

CZECH_TEST_BANK, SCRAPED_BANK, APP_ONLY_BANK, HINTING_BANK, OWNERS_BANK = 280165, 300021, 300019, 300011, 300015
IBAN = iban("DE", "399501100000000001")
SHOP_PAGES = {
    "redirectUrl": "https://shop.example/done?order=1&x=<b>",
    "errorRedirectUrl": "https://shop.example/failed",
    "abortRedirectUrl": "https://shop.example/cancelled",
    "customerSupportUrl": "https://shop.example/help",
}


@pytest.fixture
def browser(app: App) -> Browser:
    return Browser(app)


# The happy ways


@pytest.mark.parametrize("procedure", [id for id, it in PROCEDURES.items() if not it.is_decoupled])
def test_a_tan_connects_the_bank(alice: EndUser, browser: Browser, procedure: str) -> None:
    form = alice.starts_import()
    browser.opens(form["url"]).presses(f"bank-{TEST_BANK}").logs_in().chooses_procedure(procedure)
    assert browser.sees(f"challenge-{PROCEDURES[procedure].challenge.value}")
    assert bool(browser.page.all("svg")[1:]) is (PROCEDURES[procedure].challenge is Challenge.PHOTO)
    browser.enters_tan()
    assert browser.sees("result-COMPLETED")
    status, payload = outcome(alice, form)
    assert status == "COMPLETED"
    assert alice.sees("/api/v2/accounts", bankConnectionIds=payload["bankConnectionId"])["accounts"]


def test_a_confirmation_on_the_other_device_connects_the_bank(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import()
    browser.opens(form["url"]).presses(f"bank-{TEST_BANK}").logs_in().chooses_procedure("demo-decoupled")
    assert browser.reloads().sees("decoupled-confirm")
    assert browser.presses("decoupled-confirm").sees("result-COMPLETED")
    assert outcome(alice, form)[0] == "COMPLETED"


def test_a_customer_without_second_factor_is_done_after_the_login(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import()
    browser.opens(form["url"]).presses(f"bank-{TEST_BANK}").logs_in("demo_no_msa", "demo_no_msa")
    assert browser.sees("result-COMPLETED")
    assert outcome(alice, form)[0] == "COMPLETED"


def test_a_redirect_bank_asks_on_a_page_of_its_own(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import()
    browser.opens(form["url"]).presses(f"bank-{REDIRECT_BANK}").presses("redirect-go")
    assert browser.went[-1] == f"/bank/{form['id']}"
    assert browser.page.all("body")[0]["class"] == "of-bank"
    assert not browser.sees("cancel")
    browser.types("bank-field-0", "demo").types("bank-field-1", "demo").presses("bank-login-submit")
    assert browser.sees("result-COMPLETED")
    assert [re.sub("code=.*", "code=…", path) for path in browser.went[-3:]] == [
        f"/bank/{form['id']}",
        f"/callback?state={form['id']}&code=…",
        f"/wf/{form['id']}",
    ]
    assert outcome(alice, form)[0] == "COMPLETED"


def test_a_bank_without_a_secret_field_takes_the_login_alone(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": APP_ONLY_BANK})["url"])
    browser.types("field-0", "demo_no_msa").presses("login-submit")
    assert browser.sees("result-COMPLETED")


def test_the_callback_is_owed_when_the_form_ends(alice: EndUser, browser: Browser, app: App) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK}, callbacks={"finalised": "https://shop.example/finalised"})
    browser.opens(form["url"])
    world = app.worlds.of_mandator("shop")
    assert world is not None
    assert not list(world.store.all(Callback))
    browser.logs_in("demo_no_msa", "demo_no_msa")
    assert [callback.body for callback in world.store.all(Callback)] == [
        {"webFormId": form["id"], "status": "COMPLETED"}
    ]


def test_the_postman_is_woken_after_every_visit(app: App, alice: EndUser) -> None:
    rung: list[bool] = []
    site = Starlette(routes=pages.routes(app.worlds, lambda: rung.append(True)))
    http = TestClient(RequestIdMiddleware(JournalMiddleware(site, Journal(10)), Dice(1)))
    assert http.get(f"/wf/{alice.starts_import()['id']}").status_code == 200
    assert rung == [True]


# The unhappy ways


@pytest.mark.parametrize(
    ("login", "secret"),
    [("demo", "wrong"), ("demo", ""), ("nobody", "demo"), ("", ""), ("demo", "demo_no_msa"), ("<b>", "\0")],
)
def test_the_bank_rejects_wrong_credentials(alice: EndUser, browser: Browser, login: str, secret: str) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    browser.opens(form["url"]).logs_in(login, secret)
    assert browser.sees("result-COMPLETED_WITH_ERROR")
    status, payload = outcome(alice, form)
    assert (status, payload["errorCode"]) == ("COMPLETED_WITH_ERROR", "BANK_SERVER_REJECTION")
    assert payload["errorMessage"] in browser.page.text
    assert payload["errorCode"] in browser.page.text


@pytest.mark.parametrize("tan", ["654321", "", "12345", "１２３４５６"])
def test_the_bank_rejects_a_wrong_tan(alice: EndUser, browser: Browser, tan: str) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    browser.opens(form["url"]).logs_in().chooses_procedure().enters_tan(tan)
    assert browser.sees("result-COMPLETED_WITH_ERROR")
    assert outcome(alice, form)[1]["errorCode"] == "BANK_SERVER_REJECTION"


def test_refusing_in_the_app_is_a_rejection(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    browser.opens(form["url"]).logs_in().chooses_procedure("demo-decoupled").presses("decoupled-refuse")
    assert browser.sees("result-COMPLETED_WITH_ERROR")
    assert outcome(alice, form)[1]["errorCode"] == "BANK_SERVER_REJECTION"


def test_cancelling_at_the_bank_leads_back_as_a_success_does_and_fails_then(
    alice: EndUser, app: App, browser: Browser
) -> None:
    ways: list[list[str]] = []
    for press in ("bank-login-submit", "bank-cancel"):
        form = alice.starts_import(bank={"id": REDIRECT_BANK})
        browser.opens(form["url"]).presses("redirect-go")
        browser.types("bank-field-0", "demo").types("bank-field-1", "demo").presses(press)
        ways.append([re.sub("code=[0-9a-f]{8}$", "", path.replace(form["id"], "")) for path in browser.went[-3:]])
        status = outcome(alice, form)[0]
    assert ways[0] == ways[1]
    assert status == "COMPLETED_WITH_ERROR"


def test_wrong_credentials_on_the_banks_page_are_a_rejection(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import(bank={"id": REDIRECT_BANK})
    assert browser.opens(form["url"]).logs_in_at_bank("demo", "wrong").sees("result-COMPLETED_WITH_ERROR")
    assert outcome(alice, form)[1]["errorCode"] == "BANK_SERVER_REJECTION"


def test_a_form_whose_user_did_not_come_back_from_the_bank_goes_on_when_it_is_shown(
    alice: EndUser, browser: Browser
) -> None:
    form = alice.starts_import(bank={"id": REDIRECT_BANK})
    browser.opens(form["url"]).presses("redirect-go")
    browser.http.post(
        f"/bank/{form['id']}", data=browser.page.forms[0][1] | {"Onlinebanking-ID": "demo", "PIN": "demo"}
    )
    assert outcome(alice, form)[0] == "IN_PROGRESS"
    assert browser.opens(form["url"]).sees("result-COMPLETED")


def test_the_same_bank_twice_is_an_error(alice: EndUser, browser: Browser) -> None:
    alice.connects()
    form = alice.starts_import(bank={"id": TEST_BANK})
    browser.opens(form["url"]).logs_in().chooses_procedure().enters_tan()
    assert "ENTITY_EXISTS" in browser.page.text
    assert outcome(alice, form)[1]["errorCode"] == "ENTITY_EXISTS"


def test_an_action_that_the_step_does_not_have_changes_nothing(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    browser.opens(form["url"])
    given = browser.page.forms[0][1]
    for action in ("confirm", "answer", "bank-log-in", "", "no such"):
        browser.posts(f"/wf/{form['id']}", _token=given["_token"], _action=action, tan="123456")
        assert browser.sees("field-0")
    assert outcome(alice, form)[0] == "IN_PROGRESS"


def test_an_unknown_procedure_is_a_rejection(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"]).logs_in()
    token = browser.page.forms[0][1]["_token"]
    browser.posts(browser.went[-1], _token=token, _action="choose-procedure", procedure="no-such")
    assert browser.sees("result-COMPLETED_WITH_ERROR")


# Cancelling and reloading


@pytest.mark.parametrize("step", drawing.VIEWS)
def test_every_step_can_be_cancelled(alice: EndUser, browser: Browser, app: App, step: Step) -> None:
    form = alice.starts_import()
    WAYS[step](browser.opens(form["url"]))
    assert stored(app, form).visit.step is step
    assert browser.presses("cancel").sees("result-ABORTED")
    assert outcome(alice, form) == ("ABORTED", {"bankConnectionId": None, "errorCode": None, "errorMessage": None})


@pytest.mark.parametrize("step", drawing.VIEWS)
def test_every_step_survives_a_reload(alice: EndUser, browser: Browser, app: App, step: Step) -> None:
    form = alice.starts_import()
    before = WAYS[step](browser.opens(form["url"])).page.text
    assert browser.reloads().page.text == before
    assert stored(app, form).visit.step is step


@pytest.mark.parametrize("step", drawing.VIEWS)
def test_every_step_shows_how_far_one_has_come(alice: EndUser, browser: Browser, step: Step) -> None:
    WAYS[step](browser.opens(alice.starts_import()["url"]))
    items = [it.get("class") for it in browser.page.all("li") if it.get("class") in ("past", "present", "future")]
    reached = drawing.VIEWS[step].reached
    assert items == ["past"] * reached + ["present"] + ["future"] * (3 - reached)


# Searching for a bank


def test_the_test_banks_and_the_most_popular_come_first(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import()["url"])
    shown = _banks(browser)
    assert shown[:3] == [TEST_BANK, REDIRECT_BANK, CZECH_TEST_BANK]
    assert len(shown) == drawing.SUGGESTED
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
    assert browser.page.controls["bank-search"][1]["value"] == search.strip()[: drawing.LONGEST_SEARCH]


def test_a_broad_search_says_how_many_more_there_are(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import()["url"], q="a")
    count = int(re.findall(r"(\d+) banks found", browser.page.text)[0])
    assert len(_banks(browser)) == drawing.MOST_FOUND
    assert f"{count - drawing.MOST_FOUND} more banks match" in browser.page.text


def test_results_are_ordered_by_popularity(alice: EndUser, browser: Browser, app: App) -> None:
    browser.opens(alice.starts_import()["url"], q="bank")
    banks = [bank for id in _banks(browser) if (bank := app.worlds.setup.banks.get(id)) and not bank.is_test_bank]
    assert all(one.popularity >= other.popularity for one, other in pairwise(banks))


def test_a_found_bank_can_be_chosen(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import()["url"]).types("bank-search", "Polarfuchs").presses("bank-search-submit")
    assert "Polarfuchs Bank" in browser.presses("bank-300011").page.text
    assert browser.went[-1].endswith(browser.page.forms[0][0]["action"])


def test_searching_at_another_step_does_nothing(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"])
    assert browser.opens(browser.went[-1], q="Polarfuchs").sees("field-0")


def test_what_was_searched_for_is_shown_as_text(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import()["url"], q='"><script>alert(1)</script>')
    assert "<script" not in browser.answer.text
    assert browser.page.controls["bank-search"][1]["value"] == '"><script>alert(1)</script>'


def test_test_banks_are_hidden_where_the_client_does_not_want_them(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(allowTestBank=False)["url"])
    assert _banks(browser)
    assert not {TEST_BANK, REDIRECT_BANK, CZECH_TEST_BANK} & set(_banks(browser))
    token = browser.page.forms[-1][1]["_token"]
    browser.opens(browser.went[-1], q="DEMO0001")
    assert _banks(browser) == []
    browser.posts(browser.went[-1].split("?")[0], _token=token, _action="choose-bank", bank=str(TEST_BANK))
    assert browser.sees("bank-search")


def test_only_banks_with_an_allowed_interface_are_offered(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(allowedInterfaces=["WEB_SCRAPER"])["url"], q="Ahornkarte")
    assert _banks(browser) == [SCRAPED_BANK]
    assert _banks(browser.opens(browser.went[-1].split("?")[0], q="DEMO0001")) == []


@pytest.mark.parametrize("bank", ["", "0", "-1", "x", "²", "9" * 400])
def test_a_bank_that_is_not_there_cannot_be_chosen(alice: EndUser, browser: Browser, bank: str) -> None:
    browser.opens(alice.starts_import()["url"])
    token = browser.page.forms[-1][1]["_token"]
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
    token = browser.page.forms[0][1]["_token"]
    assert not browser.posts(browser.went[-1], _token=token, _action="change-bank").sees("bank-search")


def test_the_bank_cannot_be_changed_after_the_login(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import()["url"]).presses(f"bank-{TEST_BANK}").logs_in()
    assert not browser.sees("change-bank")


def test_the_login_has_the_fields_of_the_bank(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": OWNERS_BANK})["url"])
    seen = [(it["name"], it["type"], "required" in it) for it in browser.page.all("input") if "id" in it]
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
    assert "with a security account" in browser.page.text
    assert "123456" in browser.logs_in().chooses_procedure().page.text
    browser.opens(alice.starts_import(bank={"id": REDIRECT_BANK})["url"]).presses("redirect-go")
    assert browser.sees("mock-logins")


def test_the_banks_page_is_there_only_while_the_form_has_sent_one_to_it(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import()
    bank_page = f"/bank/{form['id']}"
    assert browser.opens(form["url"]).opens(bank_page).sees("bank-search")
    token = browser.presses(f"bank-{TEST_BANK}").page.forms[0][1]["_token"]
    assert browser.posts(bank_page, _token=token, _action="cancel").sees("field-0")
    assert browser.opens(f"/callback?state={form['id']}&code=x").sees("field-0")
    assert browser.logs_in("demo_no_msa", "demo_no_msa").opens(bank_page).sees("result-COMPLETED")
    assert browser.opens(f"/callback?state={form['id']}").sees("result-COMPLETED")


# Where the pages lead at the end


def test_a_success_leads_on_where_the_client_wants(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"], **SHOP_PAGES)
    browser.logs_in("demo_no_msa", "demo_no_msa")
    assert browser.page.controls["continue"][1]["href"] == SHOP_PAGES["redirectUrl"]
    assert not browser.sees("may-close")


def test_a_success_without_an_address_says_that_the_window_may_be_closed(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"]).logs_in("demo_no_msa", "demo_no_msa")
    assert browser.sees("may-close")
    assert not browser.sees("continue")


@pytest.mark.parametrize(("way", "target"), [("error", "errorRedirectUrl"), ("abort", "abortRedirectUrl")])
def test_a_failure_offers_the_way_back_and_help(alice: EndUser, browser: Browser, way: str, target: str) -> None:
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"], **SHOP_PAGES)
    browser.logs_in("demo", "wrong") if way == "error" else browser.presses("cancel")
    assert browser.page.controls["back-to-shop"][1]["href"] == SHOP_PAGES[target]
    support = browser.page.controls["support"][1]
    assert support["href"] == SHOP_PAGES["customerSupportUrl"]
    assert (support["target"], support["rel"]) == ("_blank", "noopener noreferrer")


@pytest.mark.parametrize("way", ["error", "abort"])
def test_a_failure_without_addresses_says_that_the_window_may_be_closed(
    alice: EndUser, browser: Browser, way: str
) -> None:
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"])
    browser.logs_in("demo", "wrong") if way == "error" else browser.presses("cancel")
    assert browser.sees("may-close")
    assert not browser.sees("back-to-shop")
    assert not browser.sees("support")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "x",
        "",
    ],
)
def test_an_address_that_is_no_web_address_is_dropped(alice: EndUser, browser: Browser, address: str) -> None:
    browser.opens(alice.starts_import()["url"], **dict.fromkeys(SHOP_PAGES, address)).presses("cancel")
    assert not browser.sees("back-to-shop")
    assert not browser.sees("support")


def test_an_address_with_markup_is_shown_as_text(alice: EndUser, browser: Browser) -> None:
    address = "https://shop.example/'\"><script>alert(1)</script>"
    browser.opens(alice.starts_import()["url"], **dict.fromkeys(SHOP_PAGES, address)).presses("cancel")
    assert "<script" not in browser.answer.text
    assert browser.page.controls["support"][1]["href"] == address


def test_addresses_that_come_after_the_opening_are_ignored(alice: EndUser, browser: Browser) -> None:
    url = alice.starts_import()["url"]
    browser.opens(url).opens(url, **SHOP_PAGES).presses("cancel")
    assert not browser.sees("back-to-shop")


@pytest.mark.parametrize("message", ["The bank is closed.", "<script>alert(1)</script>"])
def test_the_error_of_a_script_is_shown_to_the_end_user(alice: EndUser, browser: Browser, message: str) -> None:
    form = alice.starts_import()
    browser.opens(form["url"])
    alice.shop.completes(
        form, outcome="COMPLETED_WITH_ERROR", errorCode="UNEXPECTED_ACCESS_RESPONSE", errorMessage=message
    )
    assert message in browser.reloads().page.text
    assert "<script" not in browser.answer.text


# Languages


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "de"),
        ("*", "de"),
        ("fr-FR,fr", "de"),
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr,en;q=0.5,de;q=0.4", "en"),
        ("de;q=0.3, EN;q=0.7", "en"),
        ("en;q=0", "de"),
        ("en;q=nan", "de"),
        ("en;q=no number;x=1,,;q", "de"),
    ],
)
def test_the_page_speaks_the_readers_language(alice: EndUser, app: App, accepted: str, language: str) -> None:
    browser = Browser(app, accepted).opens(alice.starts_import()["url"])
    assert browser.page.all("html")[0]["lang"] == language
    assert texts.LANGUAGES[language].search_title in browser.page.text


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("step", drawing.VIEWS)
def test_every_step_speaks_every_language(alice: EndUser, app: App, language: str, step: Step) -> None:
    browser = WAYS[step](Browser(app, language).opens(alice.starts_import()["url"]))
    assert browser.page.all("html")[0]["lang"] == language
    assert texts.LANGUAGES[language].cancel in browser.page.text
    assert texts.LANGUAGES[language].notice in browser.page.text


def test_a_single_bank_is_not_called_banks(alice: EndUser, app: App) -> None:
    url = alice.starts_import()["url"]
    assert "1 Bank gefunden" in Browser(app, "de").opens(url, q="DEMO0001").page.text


@pytest.mark.parametrize("language", texts.LANGUAGES.values(), ids=texts.LANGUAGES)
def test_no_language_lacks_a_text(language: texts.Texts) -> None:
    values = {field.name: getattr(language, field.name) for field in fields(texts.Texts)}
    assert all(values.values())
    assert set(language.reasons) == set(ErrorCode)
    assert set(language.challenges) == set(language.sca_methods) == set(Challenge)
    for name, value in values.items():
        german = getattr(texts.GERMAN, name)
        assert _places(value) == _places(german), name
        if isinstance(value, (dict, tuple)):
            assert len(value) == len(german), name


def _places(text: Any) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", str(text))) if isinstance(text, str) else []


def test_templates_and_texts_know_each_other() -> None:
    source = "\n".join(file.read_text(encoding="utf-8") for file in drawing.TEMPLATES.glob("*.html"))
    assert set(re.findall(r"\bt\.(\w+)", source)) == {field.name for field in fields(texts.Texts)}


def test_every_way_that_a_form_ends_has_a_page() -> None:
    endings = {"COMPLETED", "COMPLETED_WITH_ERROR", "ABORTED", "EXPIRED"}
    assert endings == {str(status) for status in Status} - {"NOT_YET_OPENED", "IN_PROGRESS"}
    for name in (*endings, *drawing.VIEWS):
        assert drawing.templates().get_template(f"{name.lower()}.html")


def test_the_stylesheet_is_served(shop: Shop) -> None:
    answer = shop.http.get("/static/pages.css")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert not re.search(r"url\(|@import|https?:", answer.text), "the pages load nothing from elsewhere"
