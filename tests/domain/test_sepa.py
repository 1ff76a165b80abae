"""IBANs of the SEPA area."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.money import iban
from mock_server.domain.sepa import DOMESTIC, IBAN_LENGTHS, can_be_source, iban_problem, is_in_sepa


@st.composite
def ibans(draw: st.DrawFn) -> str:
    country = draw(st.sampled_from(sorted(IBAN_LENGTHS)))
    length = IBAN_LENGTHS[country] - 4
    return iban(country, draw(st.text("0123456789", min_size=length, max_size=length)))


@given(ibans())
def test_every_iban_with_right_check_digits_passes(valid: str) -> None:
    assert iban_problem(valid) is None


@given(ibans(), st.data())
def test_one_wrong_digit_is_always_found(valid: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(2, len(valid) - 1))
    digit = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != valid[at]]))
    assert iban_problem(valid[:at] + digit + valid[at + 1 :]) is not None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("DE89370400440532013000", None),
        ("DE13700800000061110500", None),
        ("TR330006100519786457841326", None),  # no SEPA, but an IBAN
        ("DE89 3704 0044 0532 0130 00", "without spaces"),
        ("de89370400440532013000", "capital letters"),
        ("DE8937040044053201300", "have 22 characters, this has 21"),
        ("DE88370400440532013000", "check digits"),
        ("", "Must be an IBAN"),
        ("IBAN", "check digits"),
    ],
)
def test_what_is_wrong_with_an_iban(text: str, problem: str | None) -> None:
    found = iban_problem(text)
    assert (found is None) if problem is None else (found is not None and problem in found)


@pytest.mark.parametrize(
    ("country", "in_sepa", "source"),
    [("DE", True, True), ("CZ", True, True), ("CH", True, False), ("GB", True, False), ("TR", False, False),
     ("US", False, False)],
)  # fmt: skip
def test_who_is_in_and_who_can_pay(country: str, in_sepa: bool, source: bool) -> None:
    assert (is_in_sepa(country + "00"), can_be_source(country + "00")) == (in_sepa, source)


def test_domestic_payments_are_made_in_sepa_countries() -> None:
    assert set(DOMESTIC.values()) <= set(IBAN_LENGTHS)
    assert "EUR" not in DOMESTIC
