"""Who may see and do what at a form's pages, and what strange requests get."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from mock_server.app import App
from mock_server.handlers import imports
from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser
from tests.web.browsers import Browser, check_headers, outcome, stored

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def browser(app: App) -> Browser:
    return Browser(app)


# Opening


def test_opening_is_what_puts_the_form_in_progress(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import()
    assert outcome(alice, form)[0] == "NOT_YET_OPENED"
    assert browser.opens(form["url"]).at == 200
    assert outcome(alice, form)[0] == "IN_PROGRESS"


def test_the_cookie_is_kept_from_scripts_and_other_sites(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import()
    cookie = browser.opens(form["url"]).answer.headers["set-cookie"]
    assert cookie.startswith(f"finapi-mock-{form['id']}=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_the_cookie_stays_on_https_if_it_came_by_it(alice: EndUser, app: App) -> None:
    form = alice.starts_import()
    answer = TestClient(app, base_url="https://localhost").get(f"/wf/{form['id']}")
    assert "Secure" in answer.headers["set-cookie"]


def test_one_browser_can_be_at_two_forms(alice: EndUser, browser: Browser) -> None:
    first, second = alice.starts_import(), alice.starts_import(bank={"id": TEST_BANK})
    browser.opens(first["url"])
    browser.opens(second["url"])
    assert browser.opens(first["url"]).sees("bank-search")
    assert browser.opens(second["url"]).sees("field-0")


@pytest.mark.parametrize("page", ["wf", "bank", "callback"])
def test_another_browser_gets_nowhere(alice: EndUser, browser: Browser, app: App, page: str) -> None:
    form = alice.starts_import(bank={"id": REDIRECT_BANK})
    token = browser.opens(form["url"]).page.forms[0].values["_token"]
    url = f"/callback?state={form['id']}" if page == "callback" else f"/{page}/{form['id']}"
    other = Browser(app)
    assert other.opens(url).at == 409
    assert other.sees("problem-409")
    if page != "callback":
        assert other.posts(url, _token=token, _action="cancel").at == 409
    other.http.cookies.set(f"finapi-mock-{form['id']}", "0" * 32)
    assert other.opens(url).at == 409
    assert "set-cookie" not in other.answer.headers
    assert outcome(alice, form)[0] == "IN_PROGRESS"
    assert browser.reloads().sees("redirect-go")


def test_another_browser_does_not_see_how_a_form_has_ended(alice: EndUser, browser: Browser, app: App) -> None:
    form = alice.starts_import()
    browser.opens(form["url"]).presses("cancel")
    assert Browser(app).opens(form["url"]).at == 409
    assert browser.opens(form["url"]).sees("result-ABORTED")


def test_a_form_that_was_completed_without_a_browser_cannot_be_opened(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import()
    alice.shop.completes(form)
    assert browser.opens(form["url"]).at == 409


@pytest.mark.parametrize("more", ["", "?redirectUrl=https://shop.example/"])
def test_head_does_not_open_the_form(alice: EndUser, browser: Browser, more: str) -> None:
    form = alice.starts_import()
    answer = browser.http.head(form["url"] + more)
    assert (answer.status_code, answer.content) == (200, b"")
    check_headers(answer)
    assert "set-cookie" not in answer.headers
    assert outcome(alice, form)[0] == "NOT_YET_OPENED"


def test_a_browser_that_looks_ahead_does_not_open_the_form(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import()
    answer = browser.http.get(form["url"], headers={"sec-purpose": "prefetch;prerender"})
    assert (answer.status_code, answer.content) == (503, b"")
    assert outcome(alice, form)[0] == "NOT_YET_OPENED"


@pytest.mark.parametrize("page", ["/bank/{}", "/callback?state={}"])
def test_only_the_forms_own_address_opens_it(alice: EndUser, browser: Browser, page: str) -> None:
    form = alice.starts_import()
    assert browser.opens(page.format(form["id"])).at == 404
    assert browser.posts(f"/wf/{form['id']}", _action="cancel").at == 404
    assert outcome(alice, form)[0] == "NOT_YET_OPENED"


@pytest.mark.parametrize(
    "id", [NOBODY, "", "x", "%00", "a/b", "..%2f..", "%ff%fe", "ä", "1" * 5000, "%27%3B--", "%3Cb%3E"]
)
@pytest.mark.parametrize("page", ["/wf/{}", "/bank/{}", "/callback?state={}"])
def test_an_unknown_form_is_a_page_too(alice: EndUser, browser: Browser, page: str, id: str) -> None:
    assert browser.opens(page.format(id)).at == 404
    assert browser.sees("problem-404")


def test_a_form_that_was_deleted_is_unknown(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import()
    browser.opens(form["url"])
    alice.http.delete(f"/api/webForms/{form['id']}", headers=alice.bearer)
    assert browser.reloads().at == 404


def test_an_id_that_has_only_the_mandators_address_is_unknown(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import()
    assert browser.opens(f"/wf/{NOBODY[:-12]}{form['id'][-12:]}").at == 404


def test_the_callback_without_a_state_is_unknown(browser: Browser) -> None:
    assert browser.opens("/callback").at == 404


# Expiry


@pytest.mark.parametrize("opens", [True, False])
def test_a_form_expires(alice: EndUser, browser: Browser, opens: bool) -> None:
    form = alice.starts_import(bank={"id": REDIRECT_BANK})
    token = browser.opens(form["url"]).page.forms[0].values["_token"] if opens else ""
    alice.shop.moves_clock(advance="20m")
    for answer in (
        browser.opens(form["url"]).at,
        browser.posts(f"/wf/{form['id']}", _token=token, _action="cancel").at,
        browser.opens(f"/bank/{form['id']}").at,
        browser.opens(f"/callback?state={form['id']}").at,
    ):
        assert answer == 410
        assert browser.sees("result-EXPIRED")
    assert outcome(alice, form)[0] == "EXPIRED"


def test_what_comes_a_second_before_the_end_still_counts(alice: EndUser, browser: Browser) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    browser.opens(form["url"])
    alice.shop.moves_clock(advance="19m59s")
    assert browser.logs_in("demo_no_msa", "demo_no_msa").sees("download-continue")


# Forged and oversized requests


@pytest.mark.parametrize("token", [None, "", "0" * 32, "ä\udcff"])
def test_a_post_with_a_wrong_token_changes_nothing(alice: EndUser, browser: Browser, token: str | None) -> None:
    form = alice.starts_import(bank={"id": REDIRECT_BANK})
    browser.opens(form["url"])
    given = {} if token is None else {"_token": token.encode("utf-8", "surrogateescape").decode("latin-1")}
    for url, action in ((f"/wf/{form['id']}", "cancel"), (f"/bank/{form['id']}", "bank-refuse")):
        assert browser.posts(url, _action=action, **given).at == 403
        assert browser.sees("problem-403")
    assert outcome(alice, form)[0] == "IN_PROGRESS"
    assert browser.presses("back-to-form").sees("redirect-go")


def test_the_token_of_another_form_is_a_wrong_one(alice: EndUser, browser: Browser) -> None:
    token = browser.opens(alice.starts_import()["url"]).page.form("cancel").values["_token"]
    form = alice.starts_import()
    browser.opens(form["url"])
    assert browser.posts(f"/wf/{form['id']}", _token=token, _action="cancel").at == 403


def test_the_page_does_not_show_what_the_cookie_keeps(alice: EndUser, browser: Browser, app: App) -> None:
    form = alice.starts_import()
    browser.opens(form["url"])
    key = stored(app, form).visit.key
    assert key is not None
    assert key not in browser.answer.text
    assert browser.http.cookies[f"finapi-mock-{form['id']}"] == key


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1024 * 1024])
def test_a_body_that_is_too_large_is_refused(alice: EndUser, browser: Browser, size: int) -> None:
    form = alice.starts_import()
    browser.opens(form["url"])
    values = browser.page.forms[-1].values
    assert browser.posts(f"/wf/{form['id']}", **values, more="x" * size).at == 413
    assert browser.sees("problem-413")
    assert outcome(alice, form)[0] == "IN_PROGRESS"


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"&&&===", b"_token", b"%", b'{"_action": "cancel"}'])
def test_a_body_that_makes_no_sense_changes_nothing(alice: EndUser, browser: Browser, body: bytes) -> None:
    form = alice.starts_import()
    browser.opens(form["url"])
    assert browser.http.post(f"/wf/{form['id']}", content=body).status_code == 403
    assert outcome(alice, form)[0] == "IN_PROGRESS"


def test_a_defect_of_ours_gets_a_page_and_leaves_no_trace(
    alice: EndUser, browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    browser.opens(form["url"])

    def break_down(*given: Any, **wish: Any) -> Any:
        raise RuntimeError("broken")

    monkeypatch.setattr(imports, "import_connection", break_down)
    browser.types("field-0", "demo_no_msa").types("field-1", "demo_no_msa")
    with pytest.raises(AssertionError, match="every POST leads to a GET"):
        browser.presses("login-submit")
    assert browser.at == 500
    assert browser.sees("problem-500")
    assert "broken" not in browser.answer.text
    assert "RuntimeError: broken" in caplog.text
    assert outcome(alice, form)[0] == "IN_PROGRESS"
    assert browser.opens(form["url"]).sees("field-0")


def test_what_the_end_user_types_is_not_in_the_journal(alice: EndUser, browser: Browser, app: App) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    browser.opens(form["url"]).logs_in("somebody", "top secret")
    entries = [entry for entry in app.journal.newest() if entry.target.startswith(("/wf/", "/bank/", "/callback"))]
    assert [(entry.method, entry.status) for entry in entries] == [("GET", 200), ("POST", 303), ("GET", 200)]
    for entry in entries:
        assert entry.mandator == "shop"
        assert not entry.request_body
        assert b"top secret" not in bytes(entry.response_body)
        assert "secret" not in entry.target
