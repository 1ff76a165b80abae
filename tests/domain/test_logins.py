"""The test logins, documented and magic, at every bank of the catalogue."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from mock_server.contract.documents import load, resource
from mock_server.domain import banks, logins
from mock_server.domain.banks import BankInterface, LoginField
from mock_server.domain.forms import ErrorCode
from mock_server.domain.logins import CUSTOMERS, MAGIC, PROCEDURES, TAN, USUAL, Challenge, Setback
from mock_server.domain.progress import Pace
from mock_server.errors import Refusal

CATALOGUE = banks.from_data(load(resource("data", "banks.yaml")))
INTERFACES = [
    pytest.param(interface, id=f"{bank.name} {interface.name}") for bank in CATALOGUE for interface in bank.interfaces
]


def interface(*fields: LoginField, redirect: bool = False) -> BankInterface:
    properties = frozenset({"REDIRECT_APPROACH"} if redirect else ())
    return BankInterface("XS2A", fields, properties, ("Checking",), None, {})


LOGIN = LoginField("Anmeldename", is_secret=False, is_volatile=False, is_mandatory=True)
PIN = LoginField("PIN", is_secret=True, is_volatile=False, is_mandatory=True)
CODE = LoginField("Einmalcode", is_secret=True, is_volatile=True, is_mandatory=True)
BIRTHDAY = LoginField("Geburtsdatum", is_secret=False, is_volatile=False, is_mandatory=False)
SPARE_PIN = LoginField("Zweit-PIN", is_secret=True, is_volatile=False, is_mandatory=False)


@pytest.mark.parametrize(
    ("credentials", "customer"),
    [
        ({"Anmeldename": "demo", "PIN": "demo"}, "demo"),
        ({"Anmeldename": " demo ", "PIN": "demo"}, "demo"),  # a blank too many around a login is forgiven
        ({"Anmeldename": "demo_no_msa", "PIN": "demo_no_msa"}, "demo_no_msa"),
        ({"Anmeldename": "demo", "PIN": "demo_no_msa"}, None),
        ({"Anmeldename": "demo_no_msa", "PIN": "demo"}, None),
        ({"Anmeldename": "demo", "PIN": " demo"}, None),  # not around a PIN
        ({"Anmeldename": "Demo", "PIN": "demo"}, None),
        ({"Anmeldename": "demo", "PIN": "DEMO"}, None),
        ({"Anmeldename": "demo", "PIN": ""}, None),
        ({"Anmeldename": "demo"}, None),
        ({"PIN": "demo"}, None),
        ({"Anmeldename": "", "PIN": ""}, None),
        ({"anmeldename": "demo", "pin": "demo"}, None),
        ({"Onlinebanking-ID": "demo", "PIN": "demo"}, None),
        ({}, None),
    ],
)
def test_any_other_credentials_are_refused(credentials: Mapping[str, str], customer: str | None) -> None:
    recognised = logins.recognise(interface(LOGIN, PIN), credentials)
    assert (None if recognised is None else recognised.login) == customer


@pytest.mark.parametrize(
    ("fields", "credentials", "recognised"),
    [
        # a bank whose app does the rest
        ((LOGIN,), {"Anmeldename": "demo"}, True),
        # every mandatory secret must be right
        ((LOGIN, PIN, CODE), {"Anmeldename": "demo", "PIN": "demo", "Einmalcode": "demo"}, True),
        ((LOGIN, PIN, CODE), {"Anmeldename": "demo", "PIN": "demo", "Einmalcode": "x"}, False),
        ((LOGIN, PIN, CODE), {"Anmeldename": "demo", "PIN": "demo"}, False),
        # what is optional or no secret does not matter
        ((LOGIN, BIRTHDAY, PIN), {"Anmeldename": "demo", "PIN": "demo"}, True),
        ((LOGIN, BIRTHDAY, PIN), {"Anmeldename": "demo", "PIN": "demo", "Geburtsdatum": "x"}, True),
        ((LOGIN, PIN, SPARE_PIN), {"Anmeldename": "demo", "PIN": "demo"}, True),
    ],
)
def test_the_first_field_is_the_login_and_the_mandatory_secrets_count(
    fields: tuple[LoginField, ...], credentials: Mapping[str, str], recognised: bool
) -> None:
    assert (logins.recognise(interface(*fields), credentials) is not None) is recognised


def test_a_redirect_bank_asks_on_its_own_page() -> None:
    elsewhere = interface(redirect=True)
    assert [(field.label, field.is_secret) for field in logins.fields_of(elsewhere)] == [
        ("Onlinebanking-ID", False),
        ("PIN", True),
    ]
    assert logins.recognise(elsewhere, {"Onlinebanking-ID": "demo", "PIN": "demo"}) is CUSTOMERS["demo"]
    assert logins.recognise(elsewhere, {"Onlinebanking-ID": "demo", "PIN": "wrong"}) is None


def test_a_form_asks_for_what_the_bank_wants_to_know() -> None:
    fields = logins.fields_of(interface(LOGIN, BIRTHDAY, PIN))
    assert [(field.label, field.is_secret, field.is_mandatory) for field in fields] == [
        ("Anmeldename", False, True),
        ("Geburtsdatum", False, False),
        ("PIN", True, True),
    ]


@pytest.mark.parametrize("bank_interface", INTERFACES)
@pytest.mark.parametrize("login", ["demo", "demo_no_msa", "demo_securities", "demo_usd", "demo+worker-7"])
def test_all_customers_can_log_in_at_every_bank(bank_interface: BankInterface, login: str) -> None:
    first, *others = logins.fields_of(bank_interface)
    secret = login.partition("+")[0]
    known = {first.label: login, **{field.label: secret for field in others if field.is_secret}}
    customer = logins.recognise(bank_interface, known)
    assert customer is not None
    assert customer.login == login
    assert logins.recognise(bank_interface, {**known, first.label: "somebody"}) is None


def test_the_usual_customers_are_the_documented_ones_and_one_with_securities() -> None:
    assert {it.login: (it.secret, it.needs_sca) for it in USUAL} == {
        "demo": ("demo", True),
        "demo_no_msa": ("demo_no_msa", False),
        "demo_securities": ("demo_securities", False),
    }
    assert [login for login, customer in CUSTOMERS.items() if customer.has_securities] == ["demo_securities"]


def test_each_login_is_there_once_and_is_its_own_secret() -> None:
    assert len(CUSTOMERS) == len(USUAL) + len(MAGIC) == 25
    assert all(customer.secret == login for login, customer in CUSTOMERS.items())
    assert not [login for login in CUSTOMERS if "+" in login]
    assert len({customer.simulates for customer in CUSTOMERS.values()}) == len(CUSTOMERS)


def test_each_magic_login_does_something_and_says_where() -> None:
    assert all(customer.takes_effect for customer in MAGIC)
    assert {
        login: customer.takes_effect for login, customer in CUSTOMERS.items() if len(customer.takes_effect) != 1
    } == {
        "demo_no_msa": (),
        "demo_new_terms": ("second factor", "updates"),
    }


@pytest.mark.parametrize(
    ("login", "tan"),
    [("demo", TAN), ("demo_wrong_tan", TAN), ("demo_no_msa", None), ("demo_never_confirmed", None)],
)
def test_a_tan_belongs_to_those_who_are_asked_for_one(login: str, tan: str | None) -> None:
    assert CUSTOMERS[login].tan == tan


@pytest.mark.parametrize(
    ("login", "found"),
    [
        ("demo", "demo"),
        ("demo+1", "demo"),
        ("demo+worker-7.b_C", "demo"),
        ("demo_empty+x", "demo_empty"),
        ("demo+" + 64 * "x", "demo"),
        ("demo+" + 65 * "x", None),
        ("demo+", None),
        ("demo+a+b", None),
        ("demo+a b", None),
        ("demo +a", None),
        ("+a", None),
        ("nobody+a", None),
        ("", None),
        (None, None),
    ],
)
def test_a_suffix_makes_another_customer_of_the_same_kind(login: str | None, found: str | None) -> None:
    customer = logins.customer_of(login)
    expected = None if found is None else replace(CUSTOMERS[found], login=login or "")
    assert customer == expected


def test_a_setback_ends_a_form_with_a_code_and_a_direct_call_with_a_refusal() -> None:
    """The 501 is not among the refusals of the emulated operations yet."""
    for setback in Setback:
        assert setback.form_code in set(ErrorCode)
        assert setback.refusal in {*Refusal.__members__, "UNSUPPORTED_BANK"}
        assert (setback.message is not None) is (setback.form_code == "BANK_SERVER_REJECTION")


def test_a_slow_bank_takes_its_time_whatever_the_pace_is() -> None:
    assert str(logins.pace_of("demo_slow+1", Pace("by-hand"))) == "30s"
    assert logins.pace_of("demo", Pace("by-hand")) == Pace("by-hand")
    assert logins.pace_of("somebody", Pace("by-hand")) == Pace("by-hand")


def test_the_procedures_are_the_documented_ones() -> None:
    assert [procedure.name for procedure in PROCEDURES.values()] == [
        "smsTan",
        "pushTan",
        "chipTan optical",
        "chipTan QR",
        "Demo Decoupled Auth",
    ]
    assert [procedure.name for procedure in PROCEDURES.values() if procedure.is_decoupled] == ["Demo Decoupled Auth"]
    assert all(id == procedure.id for id, procedure in PROCEDURES.items())
    # an id travels as `twoStepProcedureId`, up to 512 characters
    assert all(0 < len(id) <= 512 for id in PROCEDURES)


@pytest.mark.parametrize(
    ("name", "challenge"),
    [
        ("smsTan", Challenge.TEXT),
        ("chipTan optical", Challenge.FLICKER_CODE),
        ("chipTan QR", Challenge.PHOTO),
        ("Demo Decoupled Auth", Challenge.DECOUPLED),
    ],
)
def test_a_procedure_asks_in_its_own_way(name: str, challenge: Challenge) -> None:
    assert next(procedure for procedure in PROCEDURES.values() if procedure.name == name).challenge is challenge


@pytest.mark.parametrize(
    ("tan", "accepted"),
    [("123456", True), (" 123456\n", True), ("123457", False), ("", False), ("0123456", False), ("123 456", False)],
)
def test_there_is_one_right_tan(tan: str, accepted: bool) -> None:
    assert TAN == "123456"
    assert logins.accepts(tan) is accepted
