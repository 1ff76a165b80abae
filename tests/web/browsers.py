"""A browser without an engine: it follows links, fills in forms, and holds every page against the rules of all."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Self

from starlette.testclient import TestClient

from mock_server.app import App
from mock_server.domain.forms import WebForm
from mock_server.domain.steps import Step
from mock_server.web import texts
from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser, Shop

Json = Any
Attributes = dict[str, str]
SMS = "demo-sms-tan"
PARTIAL_BANK = 300045
"""Its first interface, a redirect one, does not bring its savings accounts; the second one does."""
TICKED = ("radio", "checkbox")


@dataclass
class PageForm:
    """A form: what it would send as it stands, and every value that each of its fields can have."""

    attributes: Attributes
    values: dict[str, Any] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)

    @property
    def action(self) -> str | None:
        """The action of ours that it asks for."""
        return self.values.get("_action")

    @property
    def names(self) -> set[str]:
        return {name for name in self.options if not name.startswith("_")}

    def holds(self, it: Attributes) -> None:
        name, value = it["name"], it.get("value", "")
        self.options.setdefault(name, []).append(value)
        if it.get("type") == "checkbox" and "checked" in it:
            self.values.setdefault(name, []).append(value)
        elif it.get("type") not in TICKED or "checked" in it:
            self.values[name] = value


class Page(HTMLParser):
    """What one can see and press on a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.controls: dict[str, tuple[str, Attributes]] = {}
        self.forms: list[PageForm] = []
        self.form_of: dict[str, int] = {}
        self.tags: list[tuple[str, Attributes]] = []
        self.words: list[str] = []
        self.inside: list[str] = []
        self.wordless: list[Attributes] = []
        """Buttons and links, until something is written on them."""
        self.labelled: list[Attributes] = []
        """Fields that stand inside their label."""
        self._selected: Attributes = {}
        self.feed(html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[Attributes]:
        return [attributes for name, attributes in self.tags if name == tag]

    def form(self, action: str) -> PageForm:
        return next(form for form in self.forms if form.action == action)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        it = {name: value or "" for name, value in attrs}
        self.tags.append((tag, it))
        if tag == "form":
            self.forms.append(PageForm(it))
        elif tag == "select":
            self._selected = it
        elif tag == "option":
            self._sees_option(it)
        elif tag == "input" and it.get("name"):
            self.forms[-1].holds(it)
        if tag in ("a", "button"):
            self.wordless.append(it)
        if tag in ("input", "select") and "label" in self.inside:
            self.labelled.append(it)
        if "data-testid" in it:
            assert it["data-testid"] not in self.controls, f"{it['data-testid']} is there twice"
            self.controls[it["data-testid"]] = tag, it
            if "form" in self.inside:
                self.form_of[it["data-testid"]] = len(self.forms) - 1
        if tag not in VOID:
            self.inside.append(tag)

    def _sees_option(self, it: Attributes) -> None:
        name, form = self._selected["name"], self.forms[-1]
        form.options.setdefault(name, []).append(it["value"])
        if "selected" in it or name not in form.values:
            form.values[name] = it["value"]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if data.strip() and self.inside:
            self.words.append(data)
            if {"a", "button"} & set(self.inside):
                self.wordless.clear()


VOID = frozenset({"br", "img", "input", "link", "meta", "path", "circle"})


class Visitor(ABC):
    """An end user at a browser. What one does with its pages is the same in every browser."""

    @abstractmethod
    def opens(self, url: str, **query: str) -> Self: ...

    @abstractmethod
    def types(self, testid: str, text: str) -> Self: ...

    @abstractmethod
    def chooses(self, testid: str) -> Self:
        """A radio button or a checkbox."""

    @abstractmethod
    def presses(self, testid: str) -> Self:
        """What leads to another page."""

    def logs_in(self, login: str = "demo", pin: str = "demo") -> Self:
        return self.types("field-0", login).types("field-1", pin).presses("login-submit")

    def chooses_procedure(self, procedure: str = SMS) -> Self:
        return self.chooses(f"procedure-{procedure}").presses("procedure-submit")

    def enters_tan(self, tan: str = "123456") -> Self:
        return self.types("tan", tan).presses("tan-submit")

    def sees_download(self) -> Self:
        """Goes on from the page that follows when the bank has let finAPI in."""
        return self.presses("download-continue")

    def logs_in_at_bank(self, login: str = "demo", pin: str = "demo") -> Self:
        self.presses("redirect-go")
        return self.types("bank-field-0", login).types("bank-field-1", pin).presses("bank-login-submit")


class Browser(Visitor):
    """One browser with cookies of its own. Every page that it meets must keep the rules of all pages."""

    def __init__(self, app: App, language: str = "en") -> None:
        headers = {"accept-language": language}
        self.http = TestClient(app, base_url="http://localhost:8420", headers=headers, follow_redirects=False)
        self.went: list[str] = []
        self.typed: dict[str, str] = {}
        self.unticked: set[str] = set()

    def opens(self, url: str, **query: str) -> Self:
        return self._goes("GET", url, params=query or None)

    def reloads(self) -> Self:
        return self.opens(self.went[-1])

    def types(self, testid: str, text: str) -> Self:
        assert testid in self.page.controls
        self.typed[testid] = text
        return self

    def chooses(self, testid: str) -> Self:
        return self.types(testid, self.page.controls[testid][1]["value"])

    def unticks(self, testid: str) -> Self:
        self.unticked.add(testid)
        return self

    def presses(self, testid: str) -> Self:
        tag, it = self.page.controls[testid]
        if tag == "a":
            return self.opens(it["href"])
        form = self.page.forms[self.page.form_of[testid]]
        values = {name: list(value) if isinstance(value, list) else value for name, value in form.values.items()}
        for control in self.unticked:
            _, box = self.page.controls[control]
            values[box["name"]].remove(box["value"])
        for control, text in self.typed.items():
            _, typed = self.page.controls[control]
            if typed.get("type") == "checkbox":
                values.setdefault(typed["name"], []).append(text)
            else:
                values[typed["name"]] = text
        return self._submits(form.attributes, values | ({it["name"]: it["value"]} if "name" in it else {}))

    def _submits(self, form: Attributes, values: Mapping[str, Any]) -> Self:
        if form["method"] == "get":
            return self._goes("GET", form["action"], params=values)
        answer = self._goes("POST", form["action"], data=values, stays=True).answer
        assert answer.status_code == 303, "every POST leads to a GET"
        return self.follows()

    def posts(self, url: str, **values: Any) -> Self:
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
            check_page(self.page)
        self.typed, self.unticked = {}, set()
        return self

    @property
    def at(self) -> int:
        return self.answer.status_code

    @property
    def heading(self) -> str:
        """What the page's only `h1` says."""
        return self._between("<h1", "</h1>")

    @property
    def subtitle(self) -> str | None:
        return self._between('<p id="about"', "</p>") if 'id="about"' in self.answer.text else None

    def _between(self, start: str, end: str) -> str:
        html: str = self.answer.text
        found = html.split(start, 1)[1].split(end, 1)[0]
        return Page(f"<i{found}</i>").text

    def sees(self, testid: str) -> bool:
        return testid in self.page.controls


def check_headers(answer: Any) -> None:
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"


def check_page(page: Page) -> None:
    """What every page must be, whatever it shows."""
    assert page.all("html")[0]["lang"] in texts.LANGUAGES
    _check_parts(page)
    _check_safety(page)
    _check_fields(page)
    _check_names(page)


def _check_parts(page: Page) -> None:
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("footer")) == len(page.all("title")) == 1
    assert len(page.all("header")) <= 1
    assert "finapi-mock" in page.text
    assert not page.inside, "everything that was opened is closed"
    assert not page.wordless, "a link or button says what it does"


def _check_safety(page: Page) -> None:
    assert page.all("script") == [{"src": "/finapi-webform2.js", "data-enhance": "", "defer": ""}]
    assert not page.all("style")
    assert not [it for _, it in page.tags if "style" in it or any(name.startswith("on") for name in it)]
    sheets = [it["href"] for it in page.all("link") if it["rel"] == "stylesheet"]
    assert sheets[0] == "/static/pages.css"
    assert all(sheet.endswith("/theme.css") for sheet in sheets[1:])
    assert all(it["src"].startswith("data:image/") and "alt" in it for it in page.all("img"))
    for form in page.forms:
        assert form.attributes["action"].startswith(("/wf/", "/bank/"))
        assert form.attributes["method"] == "get" or {"_token", "_action"} <= set(form.values)
    for link in page.all("a"):
        assert link["href"].startswith(("/wf/", "/bank/", "#", "http://", "https://"))
        assert link.get("target") != "_blank" or link["rel"] == "noopener noreferrer"


def _check_fields(page: Page) -> None:
    labelled = {it["for"] for it in page.all("label") if "for" in it}
    fields = [it for it in page.all("input") + page.all("select") if it.get("type") != "hidden"]
    for it in fields:
        assert it in page.labelled or it["id"] in labelled
    for it in [*fields, *page.all("button"), *page.all("a")]:
        assert "data-testid" in it or it.get("href", "").startswith("#")
    if any(it.get("type") == "radio" for it in fields):
        assert page.all("fieldset")
        assert page.all("legend")


def _check_names(page: Page) -> None:
    ids = [it["id"] for _, it in page.tags if "id" in it]
    assert len(ids) == len(set(ids))
    referred = {it["for"] for it in page.all("label") if "for" in it}
    referred |= {it["href"][1:] for it in page.all("a") if it["href"].startswith("#")}
    for _, it in page.tags:
        referred |= {*it.get("aria-describedby", "").split(), *it.get("aria-labelledby", "").split()}
    assert referred <= set(ids)


def outcome(alice: EndUser, form: Json) -> tuple[str, Json]:
    seen = alice.sees(f"/api/webForms/{form['id']}")
    return seen["status"], seen["payload"]


def stored(app: App, form: Json) -> WebForm:
    world = app.worlds.of_mandator("shop")
    assert world is not None
    stored = world.store.find(WebForm, form["id"])
    assert stored is not None
    return stored


# The kinds of forms

PAYEE_IBAN = "DE89370400440532013000"
ORDER: Json = {
    "amount": {"value": 1234.56, "currency": "EUR"},
    "recipient": {"name": "Energie und Wasser GmbH", "iban": PAYEE_IBAN},
    "purpose": "Invoice 4711",
}
DEBIT: Json = {
    "amount": {"value": 50, "currency": "EUR"},
    "payer": {"name": "Erika Musterfrau", "iban": PAYEE_IBAN},
    "mandateId": "M-2026-0042",
    "mandateDate": "2026-01-15",
    "creditorId": "DE98ZZZ09999999999",
    "purpose": "Membership",
}


def creates(alice: EndUser, path: str, **body: Any) -> Json:
    answer = alice.http.post(f"/api/{path}", json=body, headers=alice.bearer)
    assert answer.status_code == 201, answer.text
    return answer.json()


def starts_import(alice: EndUser, **wish: Any) -> Json:
    return alice.starts_import(**wish)


def starts_payment(alice: EndUser, **wish: Any) -> Json:
    """A standalone payment."""
    return creates(alice, "webForms/standalonePayment", **{"orders": [ORDER], **wish})


def starts_payment_from_account(alice: EndUser, **wish: Any) -> Json:
    sender = {"accountId": _checking_account(alice)}
    return creates(alice, "webForms/paymentWithAccountId", **{"orders": [ORDER], "sender": sender, **wish})


def starts_direct_debit(alice: EndUser, **wish: Any) -> Json:
    receiver = {"accountId": _checking_account(alice, allowedInterfaces=["FINTS_SERVER"])}
    details = {"executionDate": "2026-09-01", "directDebitType": "BASIC", "sequenceType": "RCUR"}
    body = {"orders": [DEBIT], "receiver": receiver, **details, **wish}
    return creates(alice, "webForms/directDebitWithAccountId", **body)


def starts_standing_order(alice: EndUser, **wish: Any) -> Json:
    order = {name: ORDER[name] for name in ("amount", "recipient", "purpose")}
    times = {"startDate": "2026-09-01", "frequency": "MONTHLY"}
    return creates(alice, "webForms/standingOrder", **{**order, **times, **wish})


def starts_update(alice: EndUser, **wish: Any) -> Json:
    """The form of an update whose login the end user is to type in anew."""
    connection = alice.connects()
    body = {"bankConnectionId": connection["id"], "manageSavedSettings": ["CREDENTIALS"], **wish}
    task = creates(alice, "tasks/backgroundUpdate", **body)
    form = alice.sees(f"/api/tasks/{task['id']}")["payload"]["webForm"]
    return alice.sees_form(form)


def _checking_account(alice: EndUser, **wish: Any) -> int:
    connection = alice.connects(**wish)
    accounts = alice.accounts(bankConnectionIds=connection["id"])
    id: int = next(account["id"] for account in accounts if account["accountType"] == "Checking")
    return id


Way = Callable[[Visitor], Visitor]


def _at_login(browser: Visitor) -> Visitor:
    return browser.presses(f"bank-{TEST_BANK}")


def _at_redirect(browser: Visitor) -> Visitor:
    return browser.presses(f"bank-{REDIRECT_BANK}")


def _at_sca_method(browser: Visitor) -> Visitor:
    return _at_login(browser).logs_in()


def _at_challenge(browser: Visitor) -> Visitor:
    return _at_sca_method(browser).chooses_procedure()


def _at_decoupled(browser: Visitor) -> Visitor:
    return _at_sca_method(browser).chooses_procedure("demo-decoupled")


def _at_download(browser: Visitor) -> Visitor:
    return _at_login(browser).logs_in("demo_no_msa", "demo_no_msa")


def _at_account_selection(browser: Visitor) -> Visitor:
    return _at_download(browser).sees_download()


def _at_partial_confirmation(browser: Visitor) -> Visitor:
    browser.types("bank-search", "Albatros").presses("bank-search-submit").presses(f"bank-{PARTIAL_BANK}")
    return browser.logs_in_at_bank().sees_download()


def _at_failed_partial_confirmation(browser: Visitor) -> Visitor:
    return _at_partial_confirmation(browser).presses("partial-connect").logs_in("demo", "wrong")


def _at_sender_selection(browser: Visitor) -> Visitor:
    return _at_sca_method(browser)


def _at_overview(browser: Visitor) -> Visitor:
    return _at_sender_selection(browser).chooses("account-0").presses("account-submit")


def _at_payment_method(browser: Visitor) -> Visitor:
    return _at_overview(browser).presses("overview-submit")


def _stays(browser: Visitor) -> Visitor:
    return browser


def _logs_in(browser: Visitor) -> Visitor:
    return browser.logs_in()


@dataclass(frozen=True)
class Stop:
    """A page on the way of an end user: which form leads there, and how."""

    step: Step
    starts: Callable[..., Json]
    way: Way
    profile: Json = field(default_factory=dict)


SELECTS: Json = {"accountSelectionConfiguration": {"mode": "MULTIPLE", "preselected": True}}

# fmt: off
STOPS: Mapping[str, Stop] = {
    "import, bank search":         Stop(Step.BANK_SEARCH, starts_import, _stays),
    "import, login":               Stop(Step.LOGIN, starts_import, _at_login),
    "import, redirect":            Stop(Step.REDIRECT, starts_import, _at_redirect),
    "import, SCA method":          Stop(Step.SCA_METHOD, starts_import, _at_sca_method),
    "import, challenge":           Stop(Step.CHALLENGE, starts_import, _at_challenge),
    "import, decoupled":           Stop(Step.DECOUPLED, starts_import, _at_decoupled),
    "import, download":            Stop(Step.DOWNLOAD, starts_import, _at_download),
    "import, account selection":   Stop(Step.ACCOUNT_SELECTION, starts_import, _at_account_selection, SELECTS),
    "import, more accounts":       Stop(Step.PARTIAL_CONFIRMATION, starts_import, _at_partial_confirmation),
    "import, more have failed":    Stop(Step.PARTIAL_CONFIRMATION, starts_import, _at_failed_partial_confirmation),
    "update, login":               Stop(Step.LOGIN, starts_update, _stays),
    "update, SCA method":          Stop(Step.SCA_METHOD, starts_update, _logs_in),
    "update, download":            Stop(Step.DOWNLOAD, starts_update,
                                        lambda it: it.logs_in().chooses_procedure().enters_tan()),
    "update, summary":             Stop(Step.UPDATE_SUMMARY, starts_update,
                                        lambda it: it.logs_in().chooses_procedure().enters_tan().sees_download()),
    "payment, bank search":        Stop(Step.BANK_SEARCH, starts_payment, _stays),
    "payment, login":              Stop(Step.LOGIN, starts_payment, _at_login),
    "payment, redirect":           Stop(Step.REDIRECT, starts_payment, _at_redirect),
    "payment, account selection":  Stop(Step.ACCOUNT_SELECTION, starts_payment, _at_sender_selection),
    "payment, overview":           Stop(Step.PAYMENT_OVERVIEW, starts_payment, _at_overview),
    "payment, SCA method":         Stop(Step.SCA_METHOD, starts_payment, _at_payment_method),
    "payment, challenge":          Stop(Step.CHALLENGE, starts_payment,
                                        lambda it: _at_payment_method(it).chooses_procedure()),
    "payment, decoupled":          Stop(Step.DECOUPLED, starts_payment,
                                        lambda it: _at_payment_method(it).chooses_procedure("demo-decoupled")),
    "account's payment, overview": Stop(Step.PAYMENT_OVERVIEW, starts_payment_from_account, _stays),
    "account's payment, SCA":      Stop(Step.SCA_METHOD, starts_payment_from_account,
                                        lambda it: it.presses("overview-submit")),
    "direct debit, overview":      Stop(Step.PAYMENT_OVERVIEW, starts_direct_debit, _stays),
    "standing order, login":       Stop(Step.LOGIN, starts_standing_order, _at_login),
    "standing order, overview":    Stop(Step.PAYMENT_OVERVIEW, starts_standing_order, _at_overview),
}
# fmt: on
"""Every step of every kind of form that has a page."""


def profile(alice: EndUser, **settings: Any) -> str:
    """The id of a new profile of the shop."""
    headers = Shop(alice.http, f"{alice.shop.client_id}-admin", "admin-secret").bearer()
    body = {"label": f"Profile {len(alice.http.get('/api/profiles', headers=headers).json()['items'])}", **settings}
    created = alice.http.post("/api/profiles", json=body, headers=headers)
    assert created.status_code == 201, created.text
    id: str = created.json()["id"]
    return id


def stops_at(name: str, alice: EndUser, browser: Visitor, **query: str) -> Json:
    """Take a browser to a stop. Returns the form."""
    stop = STOPS[name]
    more = {"profileId": profile(alice, functionality=stop.profile)} if stop.profile else {}
    form = stop.starts(alice, **more)
    stop.way(browser.opens(form["url"], **query))
    return form
