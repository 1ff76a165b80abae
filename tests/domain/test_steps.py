"""The end user's way through a form."""

from dataclasses import replace

import pytest

from mock_server.contract.documents import load, resource
from mock_server.domain import banks, steps
from mock_server.domain.banks import Bank, BankInterface
from mock_server.domain.logins import PROCEDURES, Setback
from mock_server.domain.steps import Links, Step, Visit

CATALOGUE = banks.from_data(load(resource("data", "banks.yaml")))


def at(bank_id: int) -> tuple[Bank, BankInterface]:
    bank = CATALOGUE.get(bank_id)
    assert bank is not None
    interface = bank.best_interface()
    assert interface is not None
    return bank, interface


TEST_BANK, TEST_INTERFACE = at(280001)
REDIRECT_BANK, REDIRECT_INTERFACE = at(280002)
DEMO = {"Onlinebanking-ID": "demo", "PIN": "demo"}
NO_SCA = {"Onlinebanking-ID": "demo_no_msa", "PIN": "demo_no_msa"}
WRONG = {"Onlinebanking-ID": "demo", "PIN": "wrong"}
START = Visit(key="browser", links=Links(redirect="https://shop.example"))


def test_a_visit_begins_with_the_search_for_a_bank() -> None:
    assert Visit().step is Step.BANK_SEARCH
    assert Visit().bank_id is None


@pytest.mark.parametrize(
    ("bank", "interface", "step"),
    [(TEST_BANK, TEST_INTERFACE, Step.LOGIN), (REDIRECT_BANK, REDIRECT_INTERFACE, Step.REDIRECT)],
)
def test_a_chosen_bank_asks_here_or_on_its_own_page(bank: Bank, interface: BankInterface, step: Step) -> None:
    visit = steps.choose_bank(START, bank, interface)
    assert (visit.step, visit.bank_id, visit.interface) == (step, bank.id, interface.name)


@pytest.mark.parametrize(
    ("bank_id", "credentials", "step"),
    [
        (280001, DEMO, Step.LOGGED_IN),
        (280001, NO_SCA, Step.LOGGED_IN),
        (280001, WRONG, Step.REJECTED),
        (280001, {}, Step.REJECTED),
        (280002, DEMO, Step.LOGGED_IN),
        (280002, WRONG, Step.REJECTED),
    ],
)
def test_the_bank_decides_about_a_login(bank_id: int, credentials: dict[str, str], step: Step) -> None:
    bank, interface = at(bank_id)
    assert steps.log_in(steps.choose_bank(START, bank, interface), interface, credentials).step is step


@pytest.mark.parametrize(
    ("bank_id", "credentials", "procedure", "step"),
    [
        (280001, DEMO, None, Step.SCA_METHOD),
        (280001, DEMO, "demo-sms-tan", Step.CHALLENGE),  # the end user's default
        (280001, DEMO, "demo-decoupled", Step.DECOUPLED),
        (280001, NO_SCA, None, Step.GRANTED),
        (280001, NO_SCA, "demo-sms-tan", Step.GRANTED),
        (280002, DEMO, None, Step.GRANTED),  # its own page has done the second factor
        (280002, NO_SCA, None, Step.GRANTED),
    ],
)
def test_the_bank_asks_for_a_second_factor_where_it_has_not_had_one(
    bank_id: int, credentials: dict[str, str], procedure: str | None, step: Step
) -> None:
    bank, interface = at(bank_id)
    visit = steps.log_in(steps.choose_bank(START, bank, interface), interface, credentials)
    assert steps.authorise(visit, interface, procedure).step is step


def test_only_the_steps_of_a_running_authorisation_cannot_be_reloaded() -> None:
    assert {Step.SCA_METHOD, Step.CHALLENGE, Step.DECOUPLED} == steps.UNRELOADABLE
    assert not steps.UNRELOADABLE & steps.DECISIONS


def test_what_was_typed_in_is_not_kept_but_the_labels_are() -> None:
    """finAPI shows afterwards which fields it has the values of; the emulator has no use for a PIN."""
    visit = steps.log_in(
        steps.choose_bank(START, TEST_BANK, TEST_INTERFACE), TEST_INTERFACE, {**DEMO, "Onlinebanking-ID": " demo "}
    )
    assert (visit.login, visit.labels) == ("demo", ("Onlinebanking-ID", "PIN"))
    unseen = steps.log_in(START, TEST_INTERFACE, {"Onlinebanking-ID": "demo", "PIN": "my real PIN"})
    assert "my real PIN" not in repr(unseen)
    assert unseen.login is None


def test_only_the_banks_own_fields_are_remembered() -> None:
    visit = steps.log_in(START, TEST_INTERFACE, {**DEMO, "csrf": "x"})
    assert visit.labels == ("Onlinebanking-ID", "PIN")


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("smsTan", Step.CHALLENGE),
        ("pushTan", Step.CHALLENGE),
        ("chipTan optical", Step.CHALLENGE),
        ("chipTan QR", Step.CHALLENGE),
        ("Demo Decoupled Auth", Step.DECOUPLED),
    ],
)
def test_a_procedure_asks_for_a_tan_or_waits_for_the_app(name: str, step: Step) -> None:
    procedure = next(procedure for procedure in PROCEDURES.values() if procedure.name == name)
    visit = steps.choose_procedure(START, procedure.id)
    assert (visit.step, visit.procedure) == (step, procedure.id)


@pytest.mark.parametrize("id", ["", "smsTan", "unknown"])
def test_a_procedure_that_the_bank_does_not_know_is_a_rejection(id: str) -> None:
    assert steps.choose_procedure(START, id).step is Step.REJECTED


@pytest.mark.parametrize(("tan", "step"), [("123456", Step.GRANTED), ("654321", Step.REJECTED), ("", Step.REJECTED)])
def test_a_tan_is_right_or_ends_the_login(tan: str, step: Step) -> None:
    assert steps.answer(START, tan).step is step


def test_a_bank_may_refuse_two_tans_before_it_counts() -> None:
    visit = replace(START, step=Step.CHALLENGE, login="demo_wrong_tan+1")
    for tan in ("123456", "nonsense"):
        visit = steps.answer(visit, tan)
        assert (visit.step, visit.setback) == (Step.CHALLENGE, Setback.WRONG_TAN)
    assert steps.answer(visit, "nonsense").step is Step.REJECTED
    assert steps.refuse(visit).setback is None  # the end user's own doing, not the TAN's
    granted = steps.answer(visit, "123456")
    assert (granted.step, granted.setback) == (Step.GRANTED, None)


def test_whoever_never_confirms_leaves_the_bank_waiting() -> None:
    visit = steps.authorise(replace(START, login="demo_never_confirmed"), TEST_INTERFACE, "demo-sms-tan")
    assert (visit.step, visit.procedure) == (Step.DECOUPLED, "demo-decoupled")
    assert steps.confirm(visit) == visit
    assert steps.refuse(visit).step is Step.REJECTED


@pytest.mark.parametrize(
    ("login", "pin", "setback"),
    [
        ("nobody", "demo", Setback.WRONG_CREDENTIALS),
        ("demo", "wrong", Setback.WRONG_CREDENTIALS),
        ("demo_wrong_pin", "demo_wrong_pin", Setback.WRONG_CREDENTIALS),
        ("demo_wrong_pin", "whatever", Setback.WRONG_CREDENTIALS),
        ("demo_locked+7", "demo_locked", Setback.LOCKED),
        ("demo_locked", "wrong", Setback.WRONG_CREDENTIALS),  # a bank tells nobody else
        ("demo_maintenance", "demo_maintenance", Setback.MAINTENANCE),
        ("demo_unsupported", "demo_unsupported", Setback.UNSUPPORTED_BANK),
    ],
)
def test_a_refused_login_says_why(login: str, pin: str, setback: Setback) -> None:
    visit = steps.log_in(START, TEST_INTERFACE, {"Onlinebanking-ID": login, "PIN": pin})
    assert (visit.step, visit.setback, visit.login) == (Step.REJECTED, setback, None)
    again = steps.log_in(visit, TEST_INTERFACE, DEMO)
    assert (again.step, again.setback) == (Step.LOGGED_IN, None)


def test_at_the_bank_the_end_user_confirms_or_cancels() -> None:
    assert steps.confirm(START).step is Step.GRANTED
    assert steps.refuse(START).step is Step.REJECTED


def test_no_step_forgets_who_came_and_where_to_lead_them() -> None:
    visit = steps.choose_bank(START, TEST_BANK, TEST_INTERFACE)
    visit = steps.log_in(visit, TEST_INTERFACE, DEMO)
    visit = steps.choose_procedure(visit, "demo-sms-tan")
    visit = steps.answer(visit, "123456")
    assert (visit.step, visit.key, visit.links, visit.bank_id, visit.login) == (
        Step.GRANTED,
        "browser",
        Links(redirect="https://shop.example"),
        280001,
        "demo",
    )


def test_the_clients_links_come_from_the_forms_url() -> None:
    assert steps.links_from(
        {
            "redirectUrl": "https://shop.example/done?state=42",
            "errorRedirectUrl": "http://localhost:3000/error",
            "abortRedirectUrl": "https://shop.example/abort",
            "customerSupportUrl": "https://shop.example/help#form",
            "termsUrl": "https://shop.example/terms",
        }
    ) == Links(
        redirect="https://shop.example/done?state=42",
        error_redirect="http://localhost:3000/error",
        abort_redirect="https://shop.example/abort",
        support="https://shop.example/help#form",
    )
    assert steps.links_from({}) == Links()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "shop.example",
        "/relative",
        "//shop.example",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "ftp://shop.example",
        "mailto:help@shop.example",
        "myapp://done",
        "https:",
        "https:///path",
        "http://[::1",
    ],
)
def test_a_link_that_is_no_web_address_is_dropped(address: str) -> None:
    """A page must not run what somebody has written into a link to it."""
    assert (
        steps.links_from({"redirectUrl": address, "errorRedirectUrl": address, "customerSupportUrl": address})
        == Links()
    )


@pytest.mark.parametrize(
    "address", ["HTTPS://shop.example", "http://[::1]:3000/", "https://user@shop.example:8443/x?y=z"]
)
def test_any_web_address_will_do(address: str) -> None:
    assert steps.links_from({"abortRedirectUrl": address}) == Links(abort_redirect=address)
