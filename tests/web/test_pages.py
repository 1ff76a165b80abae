"""The end user's way through the pages, without a browser: see tests/browser for one with."""

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from mock_server.app import App, create_app
from mock_server.domain.callbacks import Callback
from mock_server.domain.logins import PROCEDURES, Challenge
from mock_server.ids import Dice
from mock_server.settings import Settings
from mock_server.web import pages, texts
from mock_server.web.journal import Journal
from mock_server.web.middleware import Reception
from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser, Shop
from tests.conftest import client_of, frozen_clock
from tests.web.browsers import Browser, outcome, profile

APP_ONLY_BANK = 300019
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
    assert browser.sees("challenge-picture") is (PROCEDURES[procedure].challenge is Challenge.PHOTO)
    assert browser.sees("start-code") is (PROCEDURES[procedure].challenge is Challenge.FLICKER_CODE)
    assert browser.enters_tan().sees_download().sees("result-COMPLETED")
    status, payload = outcome(alice, form)
    assert status == "COMPLETED"
    assert alice.sees("/api/v2/accounts", bankConnectionIds=payload["bankConnectionId"])["accounts"]


def test_a_confirmation_on_the_other_device_connects_the_bank(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import()
    browser.opens(form["url"]).presses(f"bank-{TEST_BANK}").logs_in().chooses_procedure("demo-decoupled")
    assert browser.presses("decoupled-confirm").sees_download().sees("result-COMPLETED")
    assert outcome(alice, form)[0] == "COMPLETED"


def test_a_customer_without_second_factor_is_done_after_the_login(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import()
    browser.opens(form["url"]).presses(f"bank-{TEST_BANK}").logs_in("demo_no_msa", "demo_no_msa")
    assert browser.sees_download().sees("result-COMPLETED")
    assert outcome(alice, form)[0] == "COMPLETED"


def test_a_redirect_bank_asks_on_a_page_of_its_own(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import()
    browser.opens(form["url"]).presses(f"bank-{REDIRECT_BANK}").presses("redirect-go")
    assert browser.went[-1].startswith(f"/bank/{form['id']}?ticket=")
    assert browser.page.all("div")[0]["class"] == "frame of-bank"
    assert not browser.sees("cancel")
    browser.types("bank-field-0", "demo").types("bank-field-1", "demo").presses("bank-login-submit")
    assert [re.sub("(code|ticket)=.*", r"\1=…", path) for path in browser.went[-3:]] == [
        f"/bank/{form['id']}?ticket=…",
        f"/callback?state={form['id']}&code=…",
        f"/wf/{form['id']}",
    ]
    assert browser.sees_download().sees("result-COMPLETED")
    assert outcome(alice, form)[0] == "COMPLETED"


def test_a_bank_without_a_secret_field_takes_the_login_alone(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": APP_ONLY_BANK})["url"])
    browser.types("field-0", "demo_no_msa").presses("login-submit")
    assert browser.sees_download().sees("result-COMPLETED")


def test_the_callback_is_owed_when_the_form_ends(alice: EndUser, browser: Browser, app: App) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK}, callbacks={"finalised": "https://shop.example/finalised"})
    browser.opens(form["url"])
    world = app.worlds.of_mandator("shop")
    assert world is not None
    assert not list(world.store.all(Callback))
    browser.logs_in("demo_no_msa", "demo_no_msa").sees_download()
    assert [callback.body for callback in world.store.all(Callback)] == [
        {"webFormId": form["id"], "status": "COMPLETED"}
    ]


def test_the_postman_is_woken_after_every_visit(app: App, alice: EndUser) -> None:
    rung: list[bool] = []
    site = Starlette(routes=pages.routes(app.worlds, lambda: rung.append(True)))
    http = TestClient(Reception(site, Journal(10), Dice(1)))
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
        ways.append(
            [re.sub("(code|ticket)=[0-9a-f]+$", "", path.replace(form["id"], "")) for path in browser.went[-3:]]
        )
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
    values = browser.page.form("bank-log-in").values | {"Onlinebanking-ID": "demo", "PIN": "demo"}
    browser.http.post(browser.went[-1], data=values)
    assert outcome(alice, form)[0] == "IN_PROGRESS"
    assert browser.opens(form["url"]).sees_download().sees("result-COMPLETED")


def test_the_same_bank_twice_is_an_error(alice: EndUser, browser: Browser) -> None:
    alice.connects()
    form = alice.starts_import(bank={"id": TEST_BANK})
    browser.opens(form["url"]).logs_in().chooses_procedure().enters_tan()
    assert "ENTITY_EXISTS" in browser.page.text
    assert outcome(alice, form)[1]["errorCode"] == "ENTITY_EXISTS"


def test_an_action_that_the_step_does_not_have_changes_nothing(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    browser.opens(form["url"])
    given = browser.page.forms[0].values
    for action in ("confirm", "answer", "bank-log-in", "", "no such"):
        browser.posts(f"/wf/{form['id']}", _token=given["_token"], _action=action, tan="123456")
        assert browser.sees("field-0")
    assert outcome(alice, form)[0] == "IN_PROGRESS"


def test_an_unknown_procedure_is_a_rejection(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"]).logs_in()
    token = browser.page.forms[0].values["_token"]
    browser.posts(browser.went[-1], _token=token, _action="choose-procedure", procedure="no-such")
    assert browser.sees("result-COMPLETED_WITH_ERROR")


# Where the pages lead at the end


def test_a_success_leads_on_where_the_client_wants(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"], **SHOP_PAGES)
    browser.logs_in("demo_no_msa", "demo_no_msa").sees_download()
    assert browser.page.controls["continue"][1]["href"] == SHOP_PAGES["redirectUrl"]
    assert not browser.sees("may-close")


def test_a_success_without_an_address_says_that_the_window_may_be_closed(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"]).logs_in("demo_no_msa", "demo_no_msa")
    assert browser.sees_download().sees("may-close")
    assert "hidden" in browser.page.controls["close"][1]
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
    assert "<script>" not in browser.answer.text
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
    assert "<script>" not in browser.answer.text


def test_without_a_confirmation_view_a_success_leads_on_by_itself(alice: EndUser, browser: Browser) -> None:
    skips = profile(alice, functionality={"skipConfirmationView": True})
    browser.opens(alice.starts_import(bank={"id": TEST_BANK}, profileId=skips)["url"], **SHOP_PAGES)
    browser.logs_in("demo_no_msa", "demo_no_msa").sees_download()
    assert browser.sees("result-COMPLETED")
    assert _refreshes(browser) == [f"0; url={SHOP_PAGES['redirectUrl']}"]
    assert browser.page.controls["continue"][1]["href"] == SHOP_PAGES["redirectUrl"]


def test_without_an_address_there_is_a_confirmation_all_the_same(alice: EndUser, browser: Browser) -> None:
    skips = profile(alice, functionality={"skipConfirmationView": True})
    browser.opens(alice.starts_import(bank={"id": TEST_BANK}, profileId=skips)["url"])
    assert browser.logs_in("demo_no_msa", "demo_no_msa").sees_download().sees("may-close")
    assert not _refreshes(browser)


@pytest.mark.parametrize("leads_on", [False, True])
@pytest.mark.parametrize("links", [{}, SHOP_PAGES])
def test_after_an_error_the_end_user_reads_first_unless_the_setting_leads_on(
    leads_on: bool, links: dict[str, str]
) -> None:
    app = create_app(Settings(auto_error_redirect=leads_on), frozen_clock())
    alice, browser = Shop(client_of(app)).welcomes("alice"), Browser(app)
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"], **links).logs_in("demo", "wrong")
    assert browser.sees("result-COMPLETED_WITH_ERROR")
    assert _refreshes(browser) == ([f"0; url={links['errorRedirectUrl']}"] if leads_on and links else [])


def _refreshes(browser: Browser) -> list[str]:
    return [it["content"] for it in browser.page.all("meta") if it.get("http-equiv") == "refresh"]


def test_a_form_that_the_client_has_cancelled_says_so(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import()
    browser.opens(form["url"])
    alice.http.post(f"/api/webForms/{form['id']}/cancel", headers=alice.bearer)
    assert browser.presses("cancel").sees("result-CANCELLED")
    assert browser.heading == texts.ENGLISH.cancelled_title


def test_the_tab_that_comes_back_from_the_bank_sends_to_the_application(
    alice: EndUser, app: App, browser: Browser
) -> None:
    form = alice.starts_import(bank={"id": REDIRECT_BANK})
    ticket = browser.opens(form["url"]).page.controls["redirect-go"][1]["href"]
    tab = Browser(app).opens(ticket)
    tab.types("bank-field-0", "demo").types("bank-field-1", "demo").presses("bank-login-submit")
    assert tab.sees("returned")
    assert browser.reloads().sees("download-continue")
