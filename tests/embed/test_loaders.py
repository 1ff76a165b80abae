"""The form embedded by the published loader `@finapi/web-form`, in a real Chromium, on a page of another site.

pytest -m browser tests/embed                    # the newest loader
ALL_LOADERS=1 pytest -m browser tests/embed      # all that npm has
"""

from typing import Any

import pytest

from tests.actors import REDIRECT_BANK, TEST_BANK, Admin, EndUser
from tests.chromium import close_own_tab, log_in
from tests.embed.conftest import NEWEST, OLDEST, OpensShop

pytestmark = pytest.mark.browser


def test_a_bank_is_connected_on_the_shops_page(alice: EndUser, opens_shop: OpensShop) -> None:
    form = alice.starts_import()
    shop = opens_shop()
    shop.embeds(form)
    shop.press(f"bank-{TEST_BANK}")
    shop.logs_in("demo", "demo")
    shop.page.get_by_test_id("procedure-demo-sms-tan").check()
    shop.press("procedure-submit")
    shop.types("tan", "123456")
    shop.press("tan-submit")
    shop.shows("result-COMPLETED")
    assert shop.heard == []
    assert alice.sees_form(form)["status"] == "COMPLETED"
    shop.press("close")
    assert shop.hears("complete") is None
    assert shop.heard == [["complete", None]]
    assert shop.page.context.cookies() == []


def test_the_spinner_goes_when_the_first_view_stands(alice: EndUser, opens_shop: OpensShop, version: str) -> None:
    form = alice.starts_import()
    shop = opens_shop()
    shop.embeds(form)
    if version != OLDEST:  # which has neither
        shop.hears("loaded")
    assert shop.page.locator(".web-form-spinner").count() == 0


def test_a_failed_form_fails(alice: EndUser, opens_shop: OpensShop) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    shop = opens_shop()
    shop.embeds(form)
    shop.logs_in("demo", "wrong")
    shop.shows("result-COMPLETED_WITH_ERROR")
    assert shop.heard == []
    shop.press("close")
    payload = alice.sees_form(form)["payload"]
    error = {"type": "BACKEND_ERROR", "code": payload["errorCode"], "message": payload["errorMessage"]}
    assert shop.hears("fail") == error


def test_a_cancelled_form_aborts(alice: EndUser, opens_shop: OpensShop) -> None:
    form = alice.starts_import()
    shop = opens_shop()
    shop.embeds(form)
    shop.press("cancel")
    shop.shows("result-ABORTED")
    assert shop.heard == []
    shop.press("close")
    assert shop.hears("abort") is None
    assert alice.sees_form(form)["status"] == "ABORTED"


def test_a_second_form_can_be_loaded(alice: EndUser, opens_shop: OpensShop) -> None:
    first, second = alice.starts_import(), alice.starts_import(bank={"id": TEST_BANK})
    shop = opens_shop()
    shop.embeds(first)
    shop.press("cancel")
    shop.shows("result-ABORTED")
    shop.embeds(second)
    shop.logs_in()
    shop.shows("result-COMPLETED")
    assert alice.sees_form(second)["status"] == "COMPLETED"
    assert shop.page.locator(".card").count() == 1


def test_an_unloaded_form_is_gone_and_silent(alice: EndUser, opens_shop: OpensShop) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    shop = opens_shop()
    shop.embeds(form)
    shop.logs_in("demo", "demo")
    shop.page.get_by_test_id("procedure-demo-decoupled").check()
    shop.press("procedure-submit")
    shop.shows("decoupled-confirm")
    requests: list[str] = []
    shop.unloads()
    shop.page.on("request", lambda request: requests.append(request.url))
    shop.page.wait_for_timeout(2500)  # in which it would have asked for the state twice
    assert requests == []
    assert shop.page.locator(".card").count() == 0


def test_the_redirect_banks_page_is_a_tab_of_its_own(alice: EndUser, opens_shop: OpensShop) -> None:
    form = alice.starts_import(bank={"id": REDIRECT_BANK})
    shop = opens_shop()
    shop.embeds(form)
    with shop.page.context.expect_page() as opened:
        shop.press("redirect-go")
    tab = opened.value
    log_in(tab, "bank-field")
    tab.get_by_test_id("bank-login-submit").click()
    tab.get_by_test_id("returned").wait_for()
    shop.shows("result-COMPLETED")
    close_own_tab(tab, "close")
    shop.press("close")
    shop.hears("complete")
    assert alice.sees_form(form)["status"] == "COMPLETED"


def test_the_profiles_colours_arrive_in_the_shadow_root(alice: EndUser, opens_shop: OpensShop) -> None:
    wish = {"label": "green", "aspect": {"colorScheme": {"brand": "#1a7f37"}}}
    profile = admin_of(alice).posts("/api/profiles", **wish).json()
    shop = opens_shop()
    shop.embeds(alice.starts_import(profileId=profile["id"]))
    assert shop.style(".card", "--brand") == "#1a7f37"
    assert shop.style(".card", "box-sizing") == "border-box", "pages.css is there"
    assert shop.page.evaluate("getComputedStyle(document.body).getPropertyValue('--brand')") == ""


def admin_of(alice: EndUser) -> Admin:
    admin = Admin(alice.http)
    admin.client_id = f"{alice.shop.client_id}-admin"
    return admin


def test_without_a_confirmation_view_the_shop_hears_at_once(alice: EndUser, opens_shop: OpensShop) -> None:
    wish = {"label": "quick", "functionality": {"skipConfirmationView": True}}
    profile = admin_of(alice).posts("/api/profiles", **wish).json()
    shop = opens_shop()
    shop.embeds(alice.starts_import(bank={"id": TEST_BANK}, profileId=profile["id"]))
    shop.logs_in()
    shop.hears("complete")


def test_a_form_opens_once_only(alice: EndUser, opens_shop: OpensShop) -> None:
    form = alice.starts_import()
    opens_shop().embeds(form)
    second = opens_shop("409")
    second.embeds(form)
    second.shows("problem-409")
    second.press("close")
    error = {"type": "FRONTEND_ERROR", "code": "ALREADY_OPENED", "message": "Already opened"}
    assert second.hears("fail") == error


def test_a_form_that_is_loaded_and_loaded_again_at_once_opens_once(alice: EndUser, opens_shop: OpensShop) -> None:
    """As React's strict mode does with every effect."""
    form = alice.starts_import(bank={"id": TEST_BANK})
    shop = opens_shop()
    shop.embeds(alice.starts_import())  # so that the script is there already
    where = {"targetEnvironment": "local"} if shop.version == OLDEST else {"targetUrl": shop.server}
    twice = "properties => { embed(properties); FinApiWebForm.unload(); embed(properties); }"
    shop.page.evaluate(twice, {"token": form["id"], **where})
    shop.shows("field-0")


def test_a_form_that_is_moved_stays_as_it_is(alice: EndUser, opens_shop: OpensShop) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    shop = opens_shop()
    shop.embeds(form)
    shop.types("field-0", "demo_no_msa")
    shop.page.evaluate("document.body.append(document.getElementById('here').firstElementChild)")
    shop.types("field-1", "demo_no_msa")
    shop.press("login-submit")
    shop.shows("result-COMPLETED")


def test_what_a_script_does_to_the_form_shows_by_itself(alice: EndUser, opens_shop: OpensShop) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    shop = opens_shop()
    shop.embeds(form)
    shop.logs_in("demo", "demo")
    shop.page.get_by_test_id("procedure-demo-decoupled").check()
    shop.press("procedure-submit")
    shop.shows("decoupled-confirm")
    alice.http.post(f"/_mock/webForms/{form['id']}/steps", json={"action": "confirm"})
    shop.shows("result-COMPLETED")


def test_banks_are_found_while_one_types(alice: EndUser, opens_shop: OpensShop) -> None:
    shop = opens_shop()
    shop.embeds(alice.starts_import())
    shop.page.get_by_test_id("bank-search").press_sequentially("DEMO0002")
    shop.page.get_by_test_id(f"bank-{TEST_BANK}").wait_for(state="detached")
    assert shop.page.get_by_test_id("bank-search").evaluate("field => field.matches(':focus')")
    shop.press(f"bank-{REDIRECT_BANK}")
    shop.shows("redirect-go")


def test_the_focus_follows_the_views_but_is_not_taken_from_the_shop(alice: EndUser, opens_shop: OpensShop) -> None:
    shop = opens_shop()
    shop.embeds(alice.starts_import())
    assert shop.page.evaluate("document.activeElement.tagName") == "BODY"
    shop.press(f"bank-{TEST_BANK}")
    shop.shows("field-0")
    assert shop.page.get_by_test_id("field-0").evaluate("field => field.matches(':focus')")


def test_a_button_that_is_pressed_twice_counts_once(alice: EndUser, opens_shop: OpensShop) -> None:
    shop = opens_shop()
    shop.embeds(alice.starts_import(bank={"id": TEST_BANK}))
    posts: list[str] = []
    shop.page.on("request", lambda request: request.method == "POST" and posts.append(request.url))
    twice = "button => { button.click(); const busy = button.ariaBusy; button.click(); return busy; }"
    assert shop.page.get_by_test_id("cancel").evaluate(twice) == "true"
    shop.shows("result-ABORTED")
    assert len(posts) == 1


def test_a_server_out_of_reach_can_be_tried_again(alice: EndUser, opens_shop: OpensShop) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    shop = opens_shop("ERR_FAILED")
    shop.embeds(form)
    shop.page.route("**/wf/**", lambda route: route.abort())
    shop.logs_in()
    shop.shows("retry")
    shop.page.unroute("**/wf/**")
    shop.press("retry")
    shop.shows("result-COMPLETED")
    assert alice.sees_form(form)["status"] == "COMPLETED"


def test_a_server_out_of_reach_can_be_given_up(alice: EndUser, opens_shop: OpensShop) -> None:
    shop = opens_shop("ERR_FAILED", locale="de-DE")
    shop.page.route("**/wf/**", lambda route: route.abort())
    shop.loads(token=alice.starts_import()["id"])
    shop.press("close")
    error = {"type": "FRONTEND_ERROR", "code": "UNEXPECTED", "message": "Der Server ist nicht erreichbar."}
    assert shop.hears("fail") == error
    assert shop.page.locator(".web-form-spinner").count() == 0


# What only newer loaders pass on


newer = pytest.mark.parametrize("version", [NEWEST])


@newer
@pytest.mark.parametrize(("link", "testid"), [("redirectUrl", "continue"), ("abortRedirectUrl", "back-to-shop")])
def test_the_links_lead_back_to_the_shop(alice: EndUser, opens_shop: OpensShop, link: str, testid: str) -> None:
    shop = opens_shop()
    shop.embeds(alice.starts_import(bank={"id": TEST_BANK}), **{link: f"{shop.page.url}?order=7"})
    if link == "redirectUrl":
        shop.logs_in()
    else:
        shop.press("cancel")
    with shop.page.expect_navigation():
        shop.press(testid)
    assert shop.page.url.endswith("/?order=7")


@newer
def test_without_a_confirmation_view_the_link_is_followed_at_once(alice: EndUser, opens_shop: OpensShop) -> None:
    wish = {"label": "quick", "functionality": {"skipConfirmationView": True}}
    profile = admin_of(alice).posts("/api/profiles", **wish).json()
    shop = opens_shop()
    form = alice.starts_import(bank={"id": TEST_BANK}, profileId=profile["id"])
    shop.embeds(form, redirectUrl=f"{shop.page.url}?order=7")
    with shop.page.expect_navigation(url="**/?order=7"):
        shop.logs_in()


@newer
def test_help_opens_in_a_new_tab(alice: EndUser, opens_shop: OpensShop) -> None:
    shop = opens_shop()
    shop.embeds(alice.starts_import(bank={"id": TEST_BANK}), customerSupportUrl=f"{shop.server}/_mock/health")
    shop.press("cancel")
    with shop.page.context.expect_page() as opened:
        shop.press("support")
    opened.value.wait_for_url("**/_mock/health")


@newer
@pytest.mark.parametrize(("language", "title"), [("de", "Welche Bank"), ("en", "Which bank")])
def test_the_language_is_the_shops_choice(alice: EndUser, opens_shop: OpensShop, language: str, title: str) -> None:
    shop = opens_shop(locale="fr-FR")
    shop.embeds(alice.starts_import(), language=language)
    assert title in shop.page.locator("h1").inner_text()


@newer
@pytest.mark.parametrize(
    ("properties", "width"),
    [
        ({}, 560),
        ({"layoutConfig": "xs"}, 360),
        ({"layoutConfig": "lg"}, 1248),
        ({"layoutConfig": "lg", "noMargins": "true"}, 1280),
        ({"layoutConfig": {"xs": 0, "sm": 600, "md": 900, "lg": 2000, "xl": 3000}}, 720),
    ],
)
def test_the_layout_is_the_shops_choice(
    alice: EndUser, opens_shop: OpensShop, properties: dict[str, Any], width: int
) -> None:
    shop = opens_shop()
    shop.embeds(alice.starts_import(), **properties)
    assert shop.page.locator(".card").bounding_box()["width"] == width


@newer
def test_the_form_fills_the_height_that_the_shop_gives_it(alice: EndUser, opens_shop: OpensShop) -> None:
    shop = opens_shop()
    shop.page.evaluate("document.getElementById('here').style.height = '1500px'")
    shop.embeds(alice.starts_import(), fillHeight="true")
    assert shop.page.locator(".frame").bounding_box()["height"] == 1500


@newer
@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_colour_mode_is_the_shops_choice(alice: EndUser, opens_shop: OpensShop, system: str, mode: str) -> None:
    asked, unasked = opens_shop(color_scheme=system), opens_shop(color_scheme=mode)
    asked.embeds(alice.starts_import(), colorMode=mode)
    unasked.embeds(alice.starts_import())
    assert asked.style(".card", "color-scheme") == mode
    for name in ("background-color", "color", "border-color"):
        assert asked.style(".card", name) == unasked.style(".card", name)


@newer
@pytest.mark.parametrize(
    ("properties", "event", "code"),
    [
        ({"token": ""}, "fail", "UNDEFINED_TOKEN"),
        ({"token": "x", "isInvalidUrl": True}, "fail", "INVALID_URL"),
        ({"token": "00000000-0000-4000-8000-000000000000"}, "fail", "NOT_FOUND"),
    ],
)
def test_wrong_properties_fail(opens_shop: OpensShop, properties: dict[str, Any], event: str, code: str) -> None:
    shop = opens_shop("404")
    shop.loads(**properties)
    shop.press("close")
    assert shop.hears(event)["code"] == code


@newer
def test_the_tab_that_was_at_the_bank_says_so(opens_shop: OpensShop) -> None:
    shop = opens_shop()
    shop.loads(token="x", infoParam="redirect.completed")
    shop.shows("returned")
    shop.hears("blindRedirectCallback")


@newer
@pytest.mark.parametrize("base", ["{server}/", "http://localhost:{port}/webform", "http://localhost:{port}/webform/"])
def test_the_base_may_have_a_slash_at_its_end_or_a_path(alice: EndUser, opens_shop: OpensShop, base: str) -> None:
    """The path is that of a reverse proxy, which the shop's own server plays here."""
    form = alice.starts_import(bank={"id": TEST_BANK})
    shop = opens_shop()
    shop.embeds(form, targetUrl=base.format(server=shop.server, port=shop.page.url.rstrip("/").rpartition(":")[2]))
    assert shop.style(".card", "box-sizing") == "border-box"
    shop.logs_in()
    shop.shows("result-COMPLETED")


@newer
def test_a_host_that_the_loader_does_not_know_is_refused_by_the_loader(alice: EndUser, opens_shop: OpensShop) -> None:
    shop = opens_shop()
    refusing = "url => { try { embed({token: 'x', targetUrl: url}); } catch (error) { return error.message; } }"
    url = shop.server.replace("localhost", "127.0.0.1")
    assert shop.page.evaluate(refusing, url) == f"Invalid 'url': {url}"
