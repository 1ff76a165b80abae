"""The import of a bank connection, and its update, as an end user does it: a real server, a real Chromium.

pytest -m browser tests/browser
"""

from collections.abc import Callable

import pytest

from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser
from tests.browser.conftest import OpensPerson, Person
from tests.browser.looks import fits
from tests.chromium import PHONE
from tests.walks import CHIP_OPTICAL, CHIP_QR, DECOUPLED, PUSH, SMS
from tests.web.browsers import SELECTS, Json, profile, starts_update

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = pytest.mark.browser


def is_connected(alice: EndUser, form: Json) -> None:
    """The form has brought the one bank connection of Alice, with its three accounts."""
    ended = alice.sees_form(form)
    assert ended["status"] == "COMPLETED"
    connection = alice.sees(f"/api/v2/bankConnections/{ended['payload']['bankConnectionId']}")
    assert connection["accountIds"] == [account["id"] for account in alice.accounts()]
    assert len(connection["accountIds"]) == 3
    assert alice.transactions(accountIds=connection["accountIds"][0])


def has_no_bank(alice: EndUser, form: Json, status: str, code: str | None = None) -> None:
    ended = alice.sees_form(form)
    assert (ended["status"], ended["payload"].get("errorCode")) == (status, code)
    assert alice.sees("/api/v2/bankConnections")["connections"] == []


@pytest.mark.parametrize(
    ("procedure", "shown"),
    [(SMS, "challenge-text"), (PUSH, "challenge-text"), (CHIP_OPTICAL, "start-code"), (CHIP_QR, "challenge-picture")],
)
def test_an_import_with_each_procedure(alice: EndUser, sits_down: OpensPerson, procedure: str, shown: str) -> None:
    form = alice.starts_import()
    person = sits_down().opens(form["url"], redirectUrl=f"{alice.http.base_url}/_mock/health")
    person.presses(f"bank-{TEST_BANK}").logs_in().chooses_procedure(procedure)
    person.sees(shown).enters_tan().sees("result-COMPLETED")
    is_connected(alice, form)
    person.presses("continue")
    assert person.page.url.endswith("/_mock/health")


def test_an_import_confirmed_in_the_app(alice: EndUser, sits_down: OpensPerson) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    person = sits_down().opens(form["url"]).logs_in().chooses_procedure(DECOUPLED)
    person.presses("decoupled-confirm").sees("result-COMPLETED")
    is_connected(alice, form)


def test_an_import_refused_in_the_app(alice: EndUser, sits_down: OpensPerson) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    person = sits_down().opens(form["url"]).logs_in().chooses_procedure(DECOUPLED)
    person.presses("decoupled-refuse").sees("result-COMPLETED_WITH_ERROR")
    has_no_bank(alice, form, "COMPLETED_WITH_ERROR", "BANK_SERVER_REJECTION")


def test_a_redirect_bank_leads_there_and_back(alice: EndUser, sits_down: OpensPerson) -> None:
    form = alice.starts_import()
    person = sits_down().opens(form["url"]).presses(f"bank-{REDIRECT_BANK}").presses("redirect-go")
    assert f"/bank/{form['id']}?" in person.page.url
    person.types("bank-field-0", "demo").types("bank-field-1", "demo").presses("bank-login-submit")
    person.sees("result-COMPLETED")
    assert person.page.url == form["url"]
    is_connected(alice, form)


def test_a_redirect_bank_leads_back_who_cancels_there(alice: EndUser, sits_down: OpensPerson) -> None:
    form = alice.starts_import(bank={"id": REDIRECT_BANK})
    person = sits_down().opens(form["url"]).presses("redirect-go").presses("bank-cancel")
    person.sees("result-COMPLETED_WITH_ERROR")
    assert person.page.url == form["url"]
    has_no_bank(alice, form, "COMPLETED_WITH_ERROR", "BANK_SERVER_REJECTION")


def enters_a_wrong_pin(person: Person) -> None:
    person.logs_in(pin="wrong")


def enters_a_wrong_tan(person: Person) -> None:
    person.logs_in().chooses_procedure().enters_tan("000000")


@pytest.mark.parametrize("errs", [enters_a_wrong_pin, enters_a_wrong_tan])
def test_a_wrong_secret_is_explained(alice: EndUser, sits_down: OpensPerson, errs: Callable[[Person], None]) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    support = f"{alice.http.base_url}/_mock/health"
    person = sits_down().opens(form["url"], customerSupportUrl=support, errorRedirectUrl="https://shop.example")
    errs(person)
    person.sees("result-COMPLETED_WITH_ERROR").sees("back-to-shop")
    assert "BANK_SERVER_REJECTION" in person.page.get_by_role("alert").inner_text()
    with person.page.context.expect_page() as helped:
        person.page.get_by_test_id("support").click()
    helped.value.wait_for_url(support)
    assert person.page.url == form["url"]
    has_no_bank(alice, form, "COMPLETED_WITH_ERROR", "BANK_SERVER_REJECTION")


def test_it_can_be_cancelled_at_each_step(alice: EndUser, takes_time: OpensPerson) -> None:
    def walks(*done: Callable[[Person], Person]) -> Json:
        form = alice.starts_import()
        person.opens(form["url"])
        for act in done:
            act(person)
        person.presses("cancel")
        return form

    person = takes_time()
    way: list[Callable[[Person], Person]] = [
        lambda it: it.presses(f"bank-{TEST_BANK}"),
        lambda it: it.logs_in(),
        lambda it: it.chooses_procedure(),
    ]
    redirect = [lambda it: it.presses(f"bank-{REDIRECT_BANK}")]
    decoupled = [*way[:2], lambda it: it.chooses_procedure(DECOUPLED)]
    for done in (*(way[:steps] for steps in range(len(way) + 1)), redirect, decoupled):
        form = walks(*done)
        person.sees("result-ABORTED")
        has_no_bank(alice, form, "ABORTED")
    form = walks(*way, lambda it: it.enters_tan())
    person.sees("result-COMPLETED")
    is_connected(alice, form)  # the bank has let finAPI in before


def test_who_takes_20_minutes_is_too_late(alice: EndUser, takes_time: OpensPerson) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    person = takes_time("410").opens(form["url"]).logs_in().chooses_procedure()
    alice.shop.moves_clock(advance="20m")
    person.enters_tan().sees("result-EXPIRED")
    has_no_bank(alice, form, "EXPIRED")


def test_a_form_belongs_to_the_browser_that_opened_it(alice: EndUser, sits_down: OpensPerson) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    first, second = sits_down().opens(form["url"]), sits_down("409").opens(form["url"])
    second.sees("problem-409")
    assert alice.sees_form(form)["status"] == "IN_PROGRESS"
    first.logs_in("demo_no_msa", "demo_no_msa").sees("result-COMPLETED")
    second.reloads().sees("problem-409")
    is_connected(alice, form)


def test_reloading_keeps_the_place_until_the_bank_asks(alice: EndUser, sits_down: OpensPerson) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK})
    person = sits_down().opens(form["url"]).reloads().logs_in().chooses_procedure().sees("tan-submit")
    person.reloads().sees("result-COMPLETED_WITH_ERROR")
    has_no_bank(alice, form, "COMPLETED_WITH_ERROR", "INTERRUPTED")


def test_a_consent_that_has_ended_is_given_anew(alice: EndUser, sits_down: OpensPerson) -> None:
    connection = alice.connects(skipPositionsDownload=True)["id"]
    alice.shop.moves_clock(advance="90d")
    alice.token = alice.shop.token("password", username=alice.name, password=alice.password)
    task = alice.posts("/api/tasks/backgroundUpdate", bankConnectionId=connection).json()
    asking = alice.sees(f"/api/tasks/{task['id']}")
    assert asking["status"] == "WEB_FORM_REQUIRED"
    form = asking["payload"]["webForm"]
    assert consent_of(alice, connection)["status"] == "NOT_PRESENT"
    person = sits_down().opens(alice.sees_form(form)["url"]).chooses_procedure().enters_tan()
    person.presses("summary-finish").sees("result-COMPLETED")
    assert alice.sees_form(form)["status"] == "COMPLETED"
    assert alice.sees(f"/api/tasks/{task['id']}")["payload"]["webForm"]["status"] == "COMPLETED"
    assert consent_of(alice, connection)["status"] == "PRESENT"


def consent_of(alice: EndUser, connection: int) -> Json:
    [interface] = alice.sees(f"/api/v2/bankConnections/{connection}")["interfaces"]
    return interface["aisConsent"]


def test_saved_settings_are_managed_in_a_form(alice: EndUser, sits_down: OpensPerson) -> None:
    form = starts_update(alice)
    person = sits_down().opens(form["url"]).chooses("store-secrets").logs_in().chooses_procedure().enters_tan()
    person.presses("summary-finish").sees("result-COMPLETED")
    ended = alice.sees_form(form)
    assert ended["status"] == "COMPLETED"
    [interface] = alice.sees(f"/api/v2/bankConnections/{ended['payload']['bankConnectionId']}")["interfaces"]
    assert [it["value"] for it in interface["loginCredentials"]] == ["XXXXX", "XXXXX"], "saved, and masked"
    assert interface["lastManualUpdate"]["result"] == "OK"


def test_it_all_works_without_javascript_on_a_phone_in_german(alice: EndUser, sits_down: OpensPerson) -> None:
    form = alice.starts_import()
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    person = sits_down(java_script_enabled=False, locale="de-DE", **phone).opens(form["url"])
    playwright.expect(person.page.locator("html")).to_have_attribute("lang", "de")
    fits(person.page)
    person.types("bank-search", "demo0001").presses("bank-search-submit").presses(f"bank-{TEST_BANK}")
    person.logs_in().chooses_procedure(CHIP_QR).sees("challenge-PHOTO").types("tan", "123456")
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")
    person.sees_download().sees("result-COMPLETED")
    is_connected(alice, form)


def test_the_way_can_be_gone_with_the_keyboard_alone(alice: EndUser, sits_down: OpensPerson) -> None:
    """With Tab, Space and Enter, and every stop on the way can be seen."""
    selects = {"accountSelectionConfiguration": {**SELECTS["accountSelectionConfiguration"], "preselected": False}}
    form = alice.starts_import(profileId=profile(alice, functionality=selects))
    page = sits_down().opens(form["url"]).page

    def tabs_to(testid: str) -> None:
        wanted = page.get_by_test_id(testid)
        wanted.wait_for()
        for _ in range(20):
            if wanted.evaluate("it => it === document.activeElement"):
                break
            page.keyboard.press("Tab")
        playwright.expect(wanted).to_be_focused()
        ring = "it => getComputedStyle(it.closest('.choice') ?? it).outlineStyle"
        assert wanted.evaluate(ring) == "solid", f"nobody sees that {testid} has the focus"

    def enters(testid: str) -> None:
        tabs_to(testid)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    enters(f"bank-{TEST_BANK}")
    for testid in ("field-0", "field-1"):
        tabs_to(testid)
        page.keyboard.type("demo")
    enters("login-submit")
    tabs_to(f"procedure-{SMS}")
    page.keyboard.press("Space")
    enters("procedure-submit")
    tabs_to("tan")
    page.keyboard.type("123456")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for testid in ("account-0", "account-1", "account-2"):
        tabs_to(testid)
        page.keyboard.press("Space")
    enters("account-submit")
    page.get_by_test_id("result-COMPLETED").wait_for()
    is_connected(alice, form)
