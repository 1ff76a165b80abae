"""Payments, direct debits and standing orders as an end user gives them: a real server, a real Chromium.

pytest -m browser tests/browser
"""

from collections.abc import Callable

import pytest

from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser
from tests.browser.conftest import OpensPerson, Person
from tests.walks import DECOUPLED
from tests.web.browsers import (
    Json,
    starts_direct_debit,
    starts_payment,
    starts_payment_from_account,
    starts_standing_order,
)

pytestmark = pytest.mark.browser

SENDER = "DE77533700080111111100"
"""The first account that the test bank shows to `demo`."""


def is_given(alice: EndUser, form: Json, status: str = "SUCCESSFUL") -> Json:
    """The order that the form has brought, as Access shows it."""
    ended = alice.sees_form(form)
    assert ended["status"] == ("COMPLETED" if status == "SUCCESSFUL" else "COMPLETED_WITH_ERROR")
    kind = "standingOrder" if "standingOrderId" in ended["payload"] else "payment"
    [order] = alice.sees(f"/api/v2/{kind}s")[f"{kind}s"]
    assert (order["id"], order["status"]) == (ended["payload"][f"{kind}Id"], status)
    return order


def chooses_bank_and_account(person: Person) -> Person:
    return person.presses(f"bank-{TEST_BANK}").logs_in().chooses("account-0").presses("account-submit")


def chooses_bank(person: Person) -> Person:
    return person.presses(f"bank-{TEST_BANK}").logs_in()


def is_known(person: Person) -> Person:
    return person


# fmt: off
KINDS: dict[str, tuple[Callable[..., Json], Json, Callable[[Person], Person]]] = {
    "standalone":              (starts_payment,              {},                          chooses_bank_and_account),
    "standalone, with sender": (starts_payment,              {"sender": {"iban": SENDER}}, chooses_bank),
    "from an account":         (starts_payment_from_account, {},                          is_known),
    "direct debit":            (starts_direct_debit,         {},                          is_known),
    "standing order":          (starts_standing_order,       {},                          chooses_bank_and_account),
}
# fmt: on


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_payment(alice: EndUser, sits_down: OpensPerson, kind: str) -> None:
    starts, wish, identifies = KINDS[kind]
    form = starts(alice, **wish)
    person = identifies(sits_down().opens(form["url"])).sees("overview-submit")
    assert person.page.get_by_test_id("total").inner_text() in ("€1,234.56", "€50.00")
    person.presses("overview-submit").chooses_procedure().enters_tan().sees("result-COMPLETED")
    order = is_given(alice, form)
    assert order["amount"] in (1234.56, 50)


def test_a_payment_with_a_wrong_tan(alice: EndUser, sits_down: OpensPerson) -> None:
    form = starts_payment_from_account(alice)
    person = sits_down().opens(form["url"]).presses("overview-submit").chooses_procedure().enters_tan("000000")
    person.sees("result-COMPLETED_WITH_ERROR")
    is_given(alice, form, "NOT_SUCCESSFUL")


def test_a_payment_refused_in_the_app(alice: EndUser, sits_down: OpensPerson) -> None:
    form = starts_payment_from_account(alice)
    person = sits_down().opens(form["url"]).presses("overview-submit").chooses_procedure(DECOUPLED)
    person.presses("decoupled-refuse").sees("result-COMPLETED_WITH_ERROR")
    is_given(alice, form, "NOT_SUCCESSFUL")


def test_a_payment_cancelled_at_its_overview(alice: EndUser, sits_down: OpensPerson) -> None:
    form = starts_payment_from_account(alice)
    sits_down().opens(form["url"]).presses("cancel").sees("result-ABORTED")
    assert alice.sees_form(form)["status"] == "ABORTED"
    assert alice.sees("/api/v2/payments")["payments"] == []


def test_a_payment_at_a_redirect_bank(alice: EndUser, sits_down: OpensPerson) -> None:
    form = starts_payment(alice)
    person = sits_down().opens(form["url"]).presses(f"bank-{REDIRECT_BANK}").logs_in_at_bank()
    person.chooses("account-0").presses("account-submit").presses("overview-submit").sees("result-COMPLETED")
    is_given(alice, form)


def test_a_payment_without_javascript(alice: EndUser, sits_down: OpensPerson) -> None:
    form = starts_payment(alice)
    person = chooses_bank_and_account(sits_down(java_script_enabled=False).opens(form["url"]))
    person.presses("overview-submit").chooses_procedure().enters_tan().sees("result-COMPLETED")
    is_given(alice, form)
