"""Payment forms: what the end user sees before agreeing, and how it ends."""

from typing import Any

import pytest

from mock_server.app import App
from mock_server.web import texts
from mock_server.web.instructions import MOST_ORDERS
from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser
from tests.web.browsers import (
    ORDER,
    PAYEE_IBAN,
    Browser,
    outcome,
    profile,
    starts_direct_debit,
    starts_payment,
    starts_payment_from_account,
    starts_standing_order,
    stops_at,
)

Json = dict[str, Any]
IN_FOURS = "DE89 3704 0044 0532 0130 00"


@pytest.fixture
def browser(app: App) -> Browser:
    return Browser(app)


def at_overview(browser: Browser, form: Json) -> Browser:
    browser.opens(form["url"]).presses(f"bank-{TEST_BANK}").logs_in("demo_no_msa", "demo_no_msa")
    return browser.chooses("account-0").presses("account-submit")


def written_at(browser: Browser, testid: str) -> str:
    """The text of an element without elements of its own in it."""
    html: str = browser.answer.text
    return html.split(f'data-testid="{testid}"', 1)[1].split(">", 1)[1].split("<", 1)[0].strip()


# The account to pay from


def test_the_accounts_stand_there_with_iban_and_balance(alice: EndUser, browser: Browser) -> None:
    alice.connects()
    stops_at("payment, account selection", alice, browser)
    for account in alice.accounts():
        iban, balance = account["iban"], account["balance"]
        assert " ".join(iban[i : i + 4] for i in range(0, len(iban), 4)) in browser.page.text
        assert texts.ENGLISH.money(round(balance * 100), "EUR") in browser.page.text


def test_an_account_that_cannot_pay_is_marked_and_refused(alice: EndUser, browser: Browser) -> None:
    form = stops_at("payment, account selection", alice, browser)
    assert [name for name in browser.page.controls if name.startswith("unable-")] == ["unable-2"], "savings"
    assert browser.chooses("account-2").presses("account-submit").sees("result-COMPLETED_WITH_ERROR")
    assert outcome(alice, form)[1]["errorCode"] == "UNSUPPORTED_ORDER"


def test_without_an_account_the_page_asks_again(alice: EndUser, browser: Browser) -> None:
    stops_at("payment, account selection", alice, browser)
    assert browser.presses("account-submit").sees("errors")


# The overview


def test_the_overview_shows_who_pays_what_to_whom_and_when(alice: EndUser, browser: Browser) -> None:
    at_overview(browser, starts_payment(alice, executionDate="2026-09-01"))
    assert written_at(browser, "total") == "€1,234.56"
    assert written_at(browser, "execution") == "1 Sep 2026"
    assert written_at(browser, "own").startswith("DE")
    for text in (ORDER["recipient"]["name"], IN_FOURS, ORDER["purpose"]):
        assert text in browser.page.text
    assert not browser.sees("instant")


def test_the_overview_says_that_a_payment_is_instant(alice: EndUser, browser: Browser) -> None:
    at_overview(browser, starts_payment(alice, instantPayment=True))
    assert browser.sees("instant")
    assert written_at(browser, "execution") == texts.ENGLISH.execution_at_once


@pytest.mark.parametrize(
    ("count", "more"), [(2, None), (10, None), (11, "and one more order"), (250, "and 240 more orders")]
)
def test_a_collective_payment_is_listed_up_to_a_limit(
    alice: EndUser, browser: Browser, count: int, more: str | None
) -> None:
    orders = [{**ORDER, "amount": {"value": 1 + n, "currency": "EUR"}} for n in range(count)]
    at_overview(browser, starts_payment(alice, orders=orders))
    shown = [name for name in browser.page.controls if name.startswith("order-")]
    assert len(shown) == min(count, MOST_ORDERS)
    assert written_at(browser, "total") == texts.ENGLISH.money(50 * count * (count + 1), "EUR")
    assert f"{count} orders" in browser.page.text
    assert browser.sees("more-orders") is (more is not None)
    assert more is None or written_at(browser, "more-orders") == more


@pytest.mark.parametrize(("preferred", "booking"), [(True, "booking_collective"), (False, "booking_single")])
def test_the_overview_says_how_a_collective_payment_is_booked(
    alice: EndUser, browser: Browser, preferred: bool, booking: str
) -> None:
    at_overview(browser, starts_payment(alice, orders=[ORDER, ORDER], batchBookingPreferred=preferred))
    assert written_at(browser, "booking") == getattr(texts.ENGLISH, booking)


def test_the_overview_of_a_direct_debit_shows_the_mandate(alice: EndUser, browser: Browser) -> None:
    browser.opens(starts_direct_debit(alice)["url"])
    assert browser.heading == texts.ENGLISH.overview_titles[texts.Kind.DEBIT]
    for text in ("M-2026-0042, signed on 15 Jan 2026", "DE98ZZZ09999999999", "Erika Musterfrau", IN_FOURS):
        assert text in browser.page.text
    assert written_at(browser, "debit-type") == "SEPA Core"
    assert written_at(browser, "sequence-type") == "Recurring"
    assert written_at(browser, "execution") == "1 Sep 2026"


@pytest.mark.parametrize(
    ("wish", "end", "day"),
    [
        ({}, "Until further notice", None),
        ({"endDate": "2027-09-01", "dayOfExecution": 31}, "1 Sep 2027", "Last day"),
        ({"dayOfExecution": 15}, "Until further notice", "15"),
    ],
)
def test_the_overview_of_a_standing_order_shows_its_days(
    alice: EndUser, browser: Browser, wish: Json, end: str, day: str | None
) -> None:
    at_overview(browser, starts_standing_order(alice, **wish))
    assert written_at(browser, "frequency") == "Monthly"
    assert written_at(browser, "start-date") == "1 Sep 2026"
    assert written_at(browser, "end-date") == end
    assert browser.sees("day-of-execution") is (day is not None)
    assert day is None or written_at(browser, "day-of-execution") == day


def test_a_profile_can_hide_the_overview(alice: EndUser, browser: Browser) -> None:
    hides = profile(alice, functionality={"hidePaymentOverview": True})
    form = starts_payment(alice, profileId=hides)
    assert at_overview(browser, form).sees("result-COMPLETED")


def test_markup_in_names_is_shown_as_text(alice: EndUser, browser: Browser) -> None:
    name, purpose = "<script>alert(1)</script>", "\"><img src=x onerror='alert(1)'>"
    order = {**ORDER, "recipient": {"name": name, "iban": PAYEE_IBAN}, "purpose": purpose}
    at_overview(browser, starts_payment(alice, orders=[order]))
    assert name in browser.page.text
    assert purpose in browser.page.text


# To the end


def test_the_redirect_bank_shows_what_is_to_be_paid(alice: EndUser, browser: Browser) -> None:
    browser.opens(starts_payment(alice)["url"]).presses(f"bank-{REDIRECT_BANK}")
    assert browser.sees("instruction")
    browser.presses("redirect-go")
    assert browser.sees("instruction")
    assert "€1,234.56" in browser.page.text
    assert ORDER["recipient"]["name"] in browser.page.text
    browser.types("bank-field-0", "demo").types("bank-field-1", "demo").presses("bank-login-submit")
    assert browser.sees("account-0")


def test_an_import_has_nothing_to_be_paid(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"])
    assert not browser.sees("instruction")


@pytest.mark.parametrize("starts", [starts_payment, starts_standing_order])
def test_what_the_end_user_agrees_to_is_carried_out(alice: EndUser, browser: Browser, starts: Any) -> None:
    form = starts(alice)
    assert at_overview(browser, form).presses("overview-submit").sees("result-COMPLETED")
    status, payload = outcome(alice, form)
    assert status == "COMPLETED"
    assert payload.get("paymentId") or payload.get("standingOrderId")


@pytest.mark.parametrize("starts", [starts_payment_from_account, starts_direct_debit])
def test_an_order_of_an_account_needs_a_tan(alice: EndUser, browser: Browser, starts: Any) -> None:
    form = starts(alice)
    browser.opens(form["url"]).presses("overview-submit").chooses_procedure()
    assert browser.sees("instruction")
    assert browser.enters_tan().sees("result-COMPLETED")
    assert browser.heading == texts.ENGLISH.completed[stored_type(form)][0]
    assert outcome(alice, form)[1]["paymentId"]


def stored_type(form: Json) -> Any:
    return next(kind for kind in texts.ENGLISH.completed if kind.value == form["type"])


def test_an_order_that_the_bank_refuses_has_failed(alice: EndUser, browser: Browser) -> None:
    stops_at("payment, challenge", alice, browser)
    assert browser.enters_tan("000000").heading == texts.ENGLISH.error_titles["PIS"]
