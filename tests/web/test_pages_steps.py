"""What is true of the page of every step, for every kind of form."""

import re

import pytest

from mock_server.app import App, create_app
from mock_server.domain.form_details import FormType
from mock_server.domain.steps import UNRELOADABLE, Step
from mock_server.handlers.webform import waiting
from mock_server.settings import Settings
from mock_server.web import sights, texts
from tests.actors import EndUser, Shop
from tests.conftest import client_of, frozen_clock
from tests.web.browsers import STOPS, Browser, Page, PageForm, outcome, stops_at, stored

EVERY_STOP = pytest.mark.parametrize("stop", STOPS)


@pytest.fixture
def browser(app: App) -> Browser:
    return Browser(app)


def test_the_stops_are_all_steps_of_all_kinds_of_forms(app: App, alice: EndUser) -> None:
    assert {stop.step for stop in STOPS.values()} == set(sights.VIEWS)
    kinds = {stop.starts.__name__: stop.starts for stop in STOPS.values()}
    started = {stored(app, starts(Shop(alice.http).welcomes(name))).type for name, starts in kinds.items()}
    assert started == set(FormType)


@EVERY_STOP
def test_the_page_offers_what_the_form_waits_for_and_nothing_else(
    alice: EndUser, browser: Browser, app: App, stop: str
) -> None:
    """The control API tells scripts the same: see `waiting`."""
    form = stored(app, stops_at(stop, alice, browser))
    assert form.visit.step is STOPS[stop].step
    world = app.worlds.of_mandator("shop")
    assert world is not None
    asked = {it.action: {field.name for field in it.fields} for it in waiting.actions_of(world, form)}
    options = {
        (it.action, field.name): set(field.options) for it in waiting.actions_of(world, form) for field in it.fields
    }
    assert _offered(browser.page) | _offered_by_bank(browser, form.visit.step) == asked
    for posted in _asking(browser.page):
        for name, values in posted.options.items():
            wanted = options.get((posted.action or "", name))
            assert not wanted or set(values) <= wanted
            assert not wanted or name == "storeSecrets" or set(values) == wanted


def _asking(page: Page) -> list[PageForm]:
    return [form for form in page.forms if form.action not in (None, "choose-language")]


def _offered(page: Page) -> dict[str, set[str]]:
    """Actions and their fields. What a button itself sends is a field too."""
    pressed = {
        page.forms[number].action: page.controls[testid][1]["name"]
        for testid, number in page.form_of.items()
        if page.controls[testid][0] == "button" and "name" in page.controls[testid][1]
    }
    offered = {str(form.action): set(form.names) for form in _asking(page)}
    for action, name in pressed.items():
        offered[str(action)].add(name)
    return offered


def _offered_by_bank(browser: Browser, step: Step) -> dict[str, set[str]]:
    if step is not Step.REDIRECT:
        return {}
    offered = _offered(browser.presses("redirect-go").page)
    assert set(offered) == {"bank-log-in", "bank-refuse"}
    return offered


@EVERY_STOP
def test_every_step_can_be_cancelled(alice: EndUser, browser: Browser, app: App, stop: str) -> None:
    form = stops_at(stop, alice, browser)
    has_achieved = stored(app, form).has_achieved
    browser.presses("cancel")
    # "also an update the user cancelled after at least one interface was done" is completed
    assert browser.sees("result-COMPLETED" if has_achieved else "result-ABORTED")
    assert outcome(alice, form)[0] == ("COMPLETED" if has_achieved else "ABORTED")


@EVERY_STOP
def test_a_reload_keeps_the_place_or_interrupts(alice: EndUser, browser: Browser, app: App, stop: str) -> None:
    form = stops_at(stop, alice, browser)
    before = browser.page.text
    browser.reloads()
    if STOPS[stop].step in UNRELOADABLE:
        assert browser.sees("result-COMPLETED_WITH_ERROR")
        assert outcome(alice, form)[1]["errorCode"] == "INTERRUPTED"
    else:
        assert browser.page.text == before
        assert stored(app, form).visit.step is STOPS[stop].step


@pytest.mark.parametrize("stop", [name for name, stop in STOPS.items() if stop.step in UNRELOADABLE])
def test_a_setting_lets_every_step_be_reloaded(stop: str) -> None:
    app = create_app(Settings(reopen_forms=True), frozen_clock())
    alice, browser = Shop(client_of(app)).welcomes("alice"), Browser(app)
    stops_at(stop, alice, browser)
    before = browser.page.text
    assert browser.reloads().page.text == before


@EVERY_STOP
def test_every_step_shows_how_far_one_has_come(alice: EndUser, browser: Browser, app: App, stop: str) -> None:
    form = stored(app, stops_at(stop, alice, browser))
    items = [it["class"] for it in browser.page.all("li") if it.get("class") in ("past", "present", "future")]
    reached = sights.reached(sights.VIEWS[form.visit.step].stage, form.type.service)
    assert items == ["past"] * reached + ["present"] + ["future"] * (4 - reached)


@EVERY_STOP
def test_every_step_speaks_german(alice: EndUser, app: App, stop: str) -> None:
    browser = Browser(app, "de")
    stops_at(stop, alice, browser)
    assert browser.page.all("html")[0]["lang"] == "de"
    for text in (texts.GERMAN.cancel, texts.GERMAN.notice):
        assert text in browser.page.text
    english = {texts.ENGLISH.cancel, texts.ENGLISH.go_on, texts.ENGLISH.total, texts.ENGLISH.balance}
    assert not [text for text in english if re.search(rf"\b{text}\b", browser.page.text)]


@EVERY_STOP
def test_the_embedded_form_has_the_same_view(alice: EndUser, browser: Browser, app: App, stop: str) -> None:
    url = stops_at(stop, alice, browser)["url"]
    key = browser.http.cookies[f"finapi-mock-{url[-36:]}"]
    if STOPS[stop].step in UNRELOADABLE:
        return  # to draw it a second time would interrupt the form
    headers = {"accept": "application/vnd.finapi-mock.form+json", "x-web-form-key": key}
    html = browser.http.get(url, headers=headers).json()["html"]
    fragment = Page(html)
    assert list(fragment.controls) == list(browser.page.controls)
    assert fragment.text in browser.page.text
    assert not {tag for tag, _ in fragment.tags} & {"html", "head", "body", "script", "style", "link", "title"}
