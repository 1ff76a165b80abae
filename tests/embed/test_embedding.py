"""What the server answers to the custom element, without a browser: see test_loaders for one with."""

import re
from typing import Any, Self

import pytest
from starlette.testclient import TestClient

from mock_server.app import App
from mock_server.domain.forms import FINAL
from mock_server.domain.steps import Step
from mock_server.handlers.webform import visits
from mock_server.settings import Settings
from mock_server.web import embedding
from mock_server.web.guests import KEY_HEADER
from tests.actors import REDIRECT_BANK, TEST_BANK, Admin, EndUser, Shop
from tests.web.browsers import STOPS, Browser, Page, check_headers, outcome, stops_at

Json = Any
ORIGIN = "https://shop.example"
NOBODY = "00000000-0000-4000-8000-000000000000"


class Element(Browser):
    """The custom element on a page of the shop. It has no cookies; it sends the key that it was given."""

    def __init__(self, app: App, language: str = "en") -> None:
        super().__init__(app, language)
        self.http.headers.update({"accept": embedding.MEDIA, "origin": ORIGIN})

    def looks(self, form: Json) -> Self:
        return self.opens(f"/wf/{form['id']}")

    def state(self, form: Json) -> Json:
        return self.http.get(f"/wf/{form['id']}/state").json()

    def _submits(self, form: Any, values: Any) -> Self:
        how = "params" if form["method"] == "get" else "data"
        return self._goes(form["method"].upper(), form["action"], **{how: values})

    def _goes(self, method: str, url: str, *, stays: bool = False, **what: Any) -> Self:
        self.http.cookies.clear()
        self.answer = self.http.request(method, url, **what)
        check_headers(self.answer)
        self.went.append(str(self.answer.url.raw_path.decode()))
        assert self.answer.headers["content-type"] == embedding.MEDIA
        assert self.answer.headers["access-control-allow-origin"] == ORIGIN
        assert self.answer.headers["vary"] == "Origin"
        assert "access-control-allow-credentials" not in self.answer.headers
        self.view: Json = self.answer.json()
        if "key" in self.view:
            self.http.headers[KEY_HEADER] = self.view["key"]
        self.page = Page(self.view["html"])
        self.typed, self.unticked = {}, set()
        return self


@pytest.fixture
def element(app: App) -> Element:
    return Element(app)


# The views


def inside(html: str) -> str:
    """The view itself, without what differs between any two forms: tokens, and numbers of records."""
    [main] = re.findall(r"<main.*</main>", html, flags=re.S)
    return re.sub(r"[0-9a-f-]{32,36}|\b\d{7}\b", "…", main)


# The way to the others leads over a redirect bank's own page, which is no fragment.
IN_PLACE = [name for name, stop in STOPS.items() if stop.step is not Step.PARTIAL_CONFIRMATION]


@pytest.mark.parametrize("stop", IN_PLACE)
def test_a_fragment_is_the_page_without_its_frame(shop: Shop, app: App, element: Element, stop: str) -> None:
    browser = Browser(app)
    stops_at(stop, shop.welcomes("alice"), browser)
    stops_at(stop, shop.welcomes("bob"), element)
    assert element.view["step"] == STOPS[stop].step
    assert inside(element.view["html"]) == inside(browser.answer.text)
    assert not {"html", "head", "body", "script", "link"} & {tag for tag, _ in element.page.tags}


def test_the_search_for_a_bank_is_a_fragment_too(alice: EndUser, element: Element) -> None:
    form = alice.starts_import()
    element.opens(form["url"]).types("bank-search", "DEMO0002").presses("bank-search-submit")
    assert element.sees(f"bank-{REDIRECT_BANK}")
    assert not element.sees(f"bank-{TEST_BANK}")


def test_the_language_is_the_one_that_the_element_asks_for(alice: EndUser, app: App) -> None:
    german, english = (Element(app, language).opens(alice.starts_import()["url"]) for language in ("de", "en"))
    assert 'lang="de"' in german.view["html"]
    assert 'lang="en"' in english.view["html"]


def test_the_theme_is_where_the_fragment_says(alice: EndUser, element: Element) -> None:
    admin = Admin(alice.http)
    wish = {"label": "green", "aspect": {"colorScheme": {"brand": "#1a7f37"}}}
    profile = admin.posts("/api/profiles", **wish).json()
    element.opens(alice.starts_import(profileId=profile["id"])["url"])
    theme = element.http.get(element.view["theme"])
    assert theme.headers["content-type"].startswith("text/css")
    assert theme.headers["access-control-allow-origin"] == ORIGIN
    assert theme.text.startswith(":root, :host { --brand: #1a7f37;")


# Who one is


def test_the_key_comes_with_the_opening_only(alice: EndUser, element: Element) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    assert len(element.opens(form["url"]).view["key"]) == 32
    assert "key" not in element.looks(form).view
    assert "key" not in element.logs_in().view
    assert element.view["step"] == "SCA_METHOD"


@pytest.mark.parametrize("key", [None, "", "0" * 32, "x"])
def test_without_the_key_the_form_is_somebody_elses(
    alice: EndUser, app: App, element: Element, key: str | None
) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    element.opens(form["url"])
    token = element.page.forms[0].values["_token"]
    stranger = Element(app)
    if key is not None:
        stranger.http.headers[KEY_HEADER] = key
    for at in (
        stranger.looks(form).at,
        stranger.posts(f"/wf/{form['id']}", _token=token, _action="cancel").at,
        stranger.opens(f"/wf/{form['id']}/state").at,
    ):
        assert at == 409
        assert stranger.view["event"] == "fail"
        assert stranger.view["error"]["code"] == "ALREADY_OPENED"
        assert "key" not in stranger.view
    assert outcome(alice, form)[0] == "IN_PROGRESS"
    assert element.looks(form).sees("field-0")


@pytest.mark.parametrize("settings", [Settings(reopen_forms=True)])
def test_where_forms_open_again_each_opening_gets_the_key(alice: EndUser, app: App, element: Element) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    element.opens(form["url"]).logs_in()
    again = Element(app).looks(form)
    assert again.view["step"] == "SCA_METHOD"
    assert again.chooses_procedure().view["step"] == "CHALLENGE"


# How it ends


def test_a_completed_form_reports_complete(alice: EndUser, element: Element) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    element.opens(form["url"]).logs_in("demo_no_msa", "demo_no_msa").presses("download-continue")
    assert (element.view["status"], element.view["event"]) == ("COMPLETED", "complete")
    assert (element.view["error"], element.view["closesItself"]) == (None, False)
    assert element.sees("close")
    assert outcome(alice, form)[0] == "COMPLETED"


def test_without_a_confirmation_view_it_closes_itself(alice: EndUser, element: Element) -> None:
    wish = {"label": "quick", "functionality": {"skipConfirmationView": True}}
    profile = Admin(alice.http).posts("/api/profiles", **wish).json()
    form = alice.starts_import(bank={"id": TEST_BANK}, profileId=profile["id"])
    assert element.opens(form["url"]).view["closesItself"] is False
    element.logs_in("demo_no_msa", "demo_no_msa").presses("download-continue")
    assert (element.view["event"], element.view["closesItself"]) == ("complete", True)


def test_a_failed_form_reports_what_the_api_reports(alice: EndUser, element: Element) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    element.opens(form["url"]).logs_in("demo", "wrong")
    payload = outcome(alice, form)[1]
    assert element.view["event"] == "fail"
    assert element.view["error"] == {
        "type": "BACKEND_ERROR",
        "code": payload["errorCode"],
        "message": payload["errorMessage"],
    }


def test_an_aborted_form_reports_abort_without_an_error(alice: EndUser, element: Element) -> None:
    form = alice.starts_import()
    element.opens(form["url"]).presses("cancel")
    assert (element.view["event"], element.view["error"]) == ("abort", None)
    assert outcome(alice, form)[0] == "ABORTED"


def test_every_final_status_has_an_event() -> None:
    assert set(embedding.EVENTS) == FINAL
    assert set(embedding.EVENTS.values()) == {"complete", "fail", "abort"}


# Problems


def test_an_unknown_form_is_a_fragment_that_fails(element: Element) -> None:
    assert element.opens(f"/wf/{NOBODY}").at == 404
    assert element.sees("problem-404")
    assert element.view["error"] == {"type": "BACKEND_ERROR", "code": "NOT_FOUND", "message": "Page not found"}


def test_a_form_that_has_expired_is_a_fragment_that_fails(alice: EndUser, element: Element) -> None:
    form = alice.starts_import()
    element.opens(form["url"])
    alice.shop.moves_clock(advance="20m")
    assert element.looks(form).at == 410
    assert (element.view["event"], element.view["error"]["code"]) == ("fail", "EXPIRED")
    assert element.sees("close")


def test_a_post_without_our_token_is_a_fragment_that_leads_back(alice: EndUser, element: Element) -> None:
    form = alice.starts_import()
    element.opens(form["url"])
    assert element.posts(f"/wf/{form['id']}", _action="cancel").at == 403
    assert element.presses("back-to-form").sees("bank-search")


def test_a_body_that_is_too_large_is_a_fragment_that_fails(alice: EndUser, element: Element) -> None:
    form = alice.starts_import()
    element.opens(form["url"])
    assert element.posts(f"/wf/{form['id']}", more="x" * 65536).at == 413
    assert element.view["error"]["type"] == "FRONTEND_ERROR"
    assert element.view["error"]["code"] == "UNEXPECTED"


def test_a_defect_of_ours_is_a_fragment_that_fails(
    alice: EndUser, element: Element, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*given: Any) -> Any:
        raise RuntimeError("broken")

    form = alice.starts_import()
    element.opens(form["url"])
    monkeypatch.setattr(visits, "act", break_down)
    assert element.presses("cancel").at == 500
    assert "RuntimeError: broken" in caplog.text
    assert "broken" not in element.answer.text
    assert element.view["error"]["code"] == "UNEXPECTED"


@pytest.mark.parametrize(
    ("view", "testid", "event", "code"),
    [
        ("returned", "returned", "blindRedirectCallback", None),
        ("invalid-url", "problem-404", "fail", "INVALID_URL"),
        ("undefined-token", "problem-404", "fail", "UNDEFINED_TOKEN"),
    ],
)
def test_some_views_need_no_form(http: TestClient, view: str, testid: str, event: str, code: str | None) -> None:
    answer = http.get(f"/finapi-webform2/{view}", headers={"origin": ORIGIN})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    shown = answer.json()
    assert testid in Page(shown["html"]).controls
    assert shown["event"] == event
    assert (shown["error"] and shown["error"]["code"]) == code


def test_there_are_no_other_views_without_a_form(http: TestClient) -> None:
    answer = http.get("/finapi-webform2/other", headers={"origin": ORIGIN})
    assert answer.status_code == 404
    assert answer.headers["access-control-allow-origin"] == ORIGIN


# The state


def test_asking_for_the_state_is_no_reload(alice: EndUser, element: Element) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    element.opens(form["url"]).logs_in()
    for _ in range(3):
        assert element.state(form) == {"step": "SCA_METHOD", "turn": element.view["turn"], "status": "IN_PROGRESS"}
    assert element.chooses_procedure().view["step"] == "CHALLENGE"
    assert element.looks(form).view["status"] == "COMPLETED_WITH_ERROR"


def test_the_state_tells_that_the_view_is_outdated(alice: EndUser, element: Element) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    element.opens(form["url"]).logs_in().chooses_procedure("demo-decoupled")
    before = element.state(form)
    alice.http.post(f"/_mock/webForms/{form['id']}/steps", json={"action": "confirm"})
    assert element.state(form)["turn"] == before["turn"] + 1
    assert element.looks(form).view["step"] == "DOWNLOAD"


def test_the_journal_tells_what_the_end_user_does_and_not_what_the_script_asks(
    alice: EndUser, app: App, element: Element
) -> None:
    form = alice.starts_import()
    element.opens(form["url"])
    element.state(form)
    for path in (element.view["theme"], "/finapi-webform2.js", "/assets/finapi-webform2.js", "/static/pages.css"):
        assert element.http.get(path).status_code == 200
    assert next(iter(app.journal.newest())).target == f"/wf/{form['id']}"


# The redirect bank, in a tab of its own


def test_the_tab_of_the_bank_needs_no_cookie(alice: EndUser, app: App, element: Element) -> None:
    form = alice.starts_import(bank={"id": REDIRECT_BANK})
    element.opens(form["url"])
    tab = Browser(app).opens(element.page.controls["redirect-go"][1]["href"])
    tab.types("bank-field-0", "demo").types("bank-field-1", "demo").presses("bank-login-submit")
    assert tab.sees("returned")
    assert tab.went[-1].startswith("/callback?")
    assert element.state(form)["step"] == "DOWNLOAD"
    assert element.looks(form).presses("download-continue").view["event"] == "complete"


# Permission for other origins


@pytest.mark.parametrize("path", [f"/wf/{NOBODY}", f"/wf/{NOBODY}/state", "/finapi-webform2/returned"])
@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost:3000", "null"])
def test_a_preflight_permits_what_the_element_sends(http: TestClient, path: str, origin: str) -> None:
    asked = {"origin": origin, "access-control-request-method": "POST", "access-control-request-headers": KEY_HEADER}
    answer = http.options(path, headers=asked)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == origin
    assert "POST" in answer.headers["access-control-allow-methods"]
    permitted = answer.headers["access-control-allow-headers"].split(", ")
    assert {KEY_HEADER, "content-type", "accept", "accept-language"} <= set(permitted)
    assert "access-control-allow-private-network" not in answer.headers


def test_a_preflight_for_a_private_network_permits_that_too(http: TestClient) -> None:
    asked = {"origin": ORIGIN, "access-control-request-private-network": "true"}
    answer = http.options(f"/wf/{NOBODY}", headers=asked)
    assert answer.headers["access-control-allow-private-network"] == "true"


def test_a_preflight_does_not_open_the_form(alice: EndUser, http: TestClient) -> None:
    form = alice.starts_import()
    http.options(f"/wf/{form['id']}", headers={"origin": ORIGIN})
    assert outcome(alice, form)[0] == "NOT_YET_OPENED"


def test_without_an_origin_no_permission_is_given(alice: EndUser, http: TestClient) -> None:
    answer = http.get(f"/wf/{alice.starts_import()['id']}")
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-origin" not in answer.headers


# The script and the stylesheet


@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("/finapi-webform2.js?t=1&token=x&tagname=a-b", "text/javascript"),
        ("/assets/finapi-webform2.js?t=1", "text/javascript"),
        ("//finapi-webform2.js", "text/javascript"),
        ("//assets/finapi-webform2.js", "text/javascript"),
        ("/static/pages.css", "text/css"),
        ("//static/pages.css", "text/css"),
    ],
)
def test_script_and_stylesheet_may_be_read_by_other_origins(http: TestClient, path: str, media: str) -> None:
    answer = http.get(f"http://localhost:8420{path}", headers={"origin": ORIGIN})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media)
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["cache-control"] == "no-cache"
    again = http.get(f"http://localhost:8420{path}", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_both_places_have_the_same_script(http: TestClient) -> None:
    assert http.get("/finapi-webform2.js").text == http.get("/assets/finapi-webform2.js").text


def test_a_base_with_a_slash_at_its_end_reaches_the_form(alice: EndUser, element: Element) -> None:
    form = alice.starts_import()
    assert element.opens(f"http://localhost:8420//wf/{form['id']}").view["step"] == "BANK_SEARCH"
