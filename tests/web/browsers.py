"""A browser without an engine: it follows links, fills in forms, and holds every page against the rules of all."""

from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any, Self

from starlette.testclient import TestClient

from mock_server.app import App
from mock_server.domain.forms import WebForm
from mock_server.domain.steps import Step
from mock_server.web import texts
from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser

Json = Any
SMS = "demo-sms-tan"


class Page(HTMLParser):
    """What one can see and press on a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.controls: dict[str, tuple[str, dict[str, str]]] = {}
        self.forms: list[tuple[dict[str, str], dict[str, str]]] = []
        self.form_of: dict[str, int] = {}
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._in_form = False
        self.feed(html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        it = {name: value or "" for name, value in attrs}
        self.tags.append((tag, it))
        if tag == "form":
            self.forms.append((it, {}))
            self._in_form = True
        elif tag == "input" and it.get("name") and (it.get("type") != "radio" or "checked" in it):
            self.forms[-1][1][it["name"]] = it.get("value", "")
        if "data-testid" in it:
            assert it["data-testid"] not in self.controls, f"{it['data-testid']} is there twice"
            self.controls[it["data-testid"]] = tag, it
            if self._in_form:
                self.form_of[it["data-testid"]] = len(self.forms) - 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in_form = False

    def handle_data(self, data: str) -> None:
        self.words.append(data)


class Browser:
    """One browser with cookies of its own. Every page that it meets must keep the rules of all pages."""

    def __init__(self, app: App, language: str = "en") -> None:
        headers = {"accept-language": language}
        self.http = TestClient(app, base_url="http://localhost:8420", headers=headers, follow_redirects=False)
        self.went: list[str] = []
        self.typed: dict[str, str] = {}

    def opens(self, url: str, **query: str) -> Self:
        return self._goes("GET", url, params=query or None)

    def reloads(self) -> Self:
        return self.opens(self.went[-1])

    def types(self, testid: str, text: str) -> Self:
        _, it = self.page.controls[testid]
        self.typed[testid] = it["value"] if it.get("type") == "radio" else text
        return self

    def chooses(self, testid: str) -> Self:
        return self.types(testid, "")

    def presses(self, testid: str) -> Self:
        tag, it = self.page.controls[testid]
        if tag == "a":
            return self.opens(it["href"])
        form, given = self.page.forms[self.page.form_of[testid]]
        typed = {self.page.controls[name][1]["name"]: text for name, text in self.typed.items()}
        pressed = {it["name"]: it["value"]} if "name" in it else {}
        return self._submits(form, {**given, **typed, **pressed})

    def _submits(self, form: Mapping[str, str], values: Mapping[str, str]) -> Self:
        if form["method"] == "get":
            return self._goes("GET", form["action"], params=values)
        answer = self._goes("POST", form["action"], data=values, stays=True).answer
        assert answer.status_code == 303, "every POST leads to a GET"
        return self.follows()

    def posts(self, url: str, **values: str) -> Self:
        return self._goes("POST", url, data=values)

    def follows(self) -> Self:
        return self._goes("GET", self.answer.headers["location"])

    def _goes(self, method: str, url: str, *, stays: bool = False, **what: Any) -> Self:
        self.answer = self.http.request(method, url, **what)
        check_headers(self.answer)
        self.went.append(str(self.answer.url.raw_path.decode()))
        if not stays and self.answer.status_code == 303:
            return self.follows()
        if self.answer.text:
            self.page = Page(self.answer.text)
            _check_page(self.page)
        self.typed = {}
        return self

    @property
    def at(self) -> int:
        return self.answer.status_code

    def sees(self, testid: str) -> bool:
        return testid in self.page.controls

    def logs_in(self, login: str = "demo", pin: str = "demo") -> Self:
        return self.types("field-0", login).types("field-1", pin).presses("login-submit")

    def chooses_procedure(self, procedure: str = SMS) -> Self:
        return self.chooses(f"procedure-{procedure}").presses("procedure-submit")

    def enters_tan(self, tan: str = "123456") -> Self:
        return self.types("tan", tan).presses("tan-submit")

    def logs_in_at_bank(self, login: str = "demo", pin: str = "demo") -> Self:
        self.presses("redirect-go")
        return self.types("bank-field-0", login).types("bank-field-1", pin).presses("bank-login-submit")


def check_headers(answer: Any) -> None:
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"


def _check_page(page: Page) -> None:
    assert len(page.all("h1")) == 1
    assert page.all("html")[0]["lang"] in texts.LANGUAGES
    assert len(page.all("main")) == len(page.all("header")) == len(page.all("footer")) == 1
    assert "finapi-mock" in page.text
    assert [it.get("src") for it in page.all("script")] == ["/finapi-webform2.js"]
    assert not [it for _, it in page.tags if "style" in it or any(name.startswith("on") for name in it)]
    labelled = {it["for"] for it in page.all("label") if "for" in it}
    for field in page.all("input"):
        assert field.get("type") in ("hidden", "radio") or field["id"] in labelled
    ids = [it["id"] for _, it in page.tags if "id" in it]
    assert len(ids) == len(set(ids))
    described = {name for it in page.all("input") for name in it.get("aria-describedby", "").split()}
    assert described <= set(ids)
    for form in page.all("form"):
        assert form["action"].startswith(("/wf/", "/bank/"))


def outcome(alice: EndUser, form: Json) -> tuple[str, Json]:
    seen = alice.sees(f"/api/webForms/{form['id']}")
    return seen["status"], seen["payload"]


def stored(app: App, form: Json) -> WebForm:
    world = app.worlds.of_mandator("shop")
    assert world is not None
    stored = world.store.find(WebForm, form["id"])
    assert stored is not None
    return stored


def _at_bank_search(browser: Browser) -> Browser:
    return browser


def _at_login(browser: Browser) -> Browser:
    return browser.presses(f"bank-{TEST_BANK}")


def _at_redirect(browser: Browser) -> Browser:
    return browser.presses(f"bank-{REDIRECT_BANK}")


def _at_sca_method(browser: Browser) -> Browser:
    return _at_login(browser).logs_in()


def _at_challenge(browser: Browser) -> Browser:
    return _at_sca_method(browser).chooses_procedure()


def _at_decoupled(browser: Browser) -> Browser:
    return _at_sca_method(browser).chooses_procedure("demo-decoupled")


# How an end user comes to each step that has a page.
WAYS: Mapping[Step, Callable[[Browser], Browser]] = {
    Step.BANK_SEARCH: _at_bank_search,
    Step.LOGIN: _at_login,
    Step.REDIRECT: _at_redirect,
    Step.SCA_METHOD: _at_sca_method,
    Step.CHALLENGE: _at_challenge,
    Step.DECOUPLED: _at_decoupled,
}
