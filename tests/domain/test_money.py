"""Amounts, IBANs, BICs."""

import re

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.money import cents_of, euros, iban, is_bic, is_iban, isin


@pytest.mark.parametrize(
    ("cents", "shown"),
    [
        # as real servers were seen to write them: the shortest form, never padded
        (-13589, "-135.89"),
        (0, "0.0"),
        (411130, "4111.3"),
        (1, "0.01"),
        (-1, "-0.01"),
        (10, "0.1"),
        (100, "1.0"),
        (1697851, "16978.51"),
        (-1358710, "-13587.1"),
        (99999999999999, "999999999999.99"),
    ],
)
def test_an_amount_is_a_json_number(cents: int, shown: str) -> None:
    assert orjson.dumps(euros(cents)).decode() == shown


@given(st.integers(-(10**11), 10**11), st.integers(0, 3))
def test_no_cent_is_lost_on_the_way_in(cents: int, zeros: int) -> None:
    """As a JSON number, and as text with or without superfluous zeros."""
    shown = orjson.dumps(euros(cents))
    assert cents_of(orjson.loads(shown)) == cents
    sign, whole, rest = "-" if cents < 0 else "", abs(cents) // 100, abs(cents) % 100
    assert cents_of(f"{sign}{whole}.{rest:02d}" + "0" * zeros) == cents


@given(st.integers(10**15, 10**40), st.integers(0, 99))
def test_text_loses_no_cent_however_large(whole: int, rest: int) -> None:
    assert cents_of(f"{whole}.{rest:02d}") == whole * 100 + rest


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        (1, 100),
        (0, 0),
        (-3, -300),
        (0.07, 7),
        (1e3, 100000),
        (1e16, 10**18),
        (99.99, 9999),
        ("5", 500),
        ("5.5", 550),
        ("007.10", 710),
    ],
)
def test_amounts_of_requests(amount: float | str, cents: int) -> None:
    assert cents_of(amount) == cents


@pytest.mark.parametrize(
    "amount",
    [0.001, 1.005, 0.1 + 0.2, 1e-7, float("inf"), float("nan"), "", "1,50", "1.", ".5", "1e2", "1.001", " 1", "1 000",
     "+1", "٣"],
)  # fmt: skip
def test_what_is_no_amount_in_cents(amount: float | str) -> None:
    with pytest.raises(ValueError, match="at most two decimals"):
        cents_of(amount)


@given(st.integers(-(10**13), 10**13))
def test_no_cent_is_lost_and_none_is_split(cents: int) -> None:
    shown = orjson.dumps(euros(cents)).decode()
    assert re.fullmatch(r"-?[0-9]+\.[0-9]{1,2}", shown)
    assert round(float(shown) * 100) == cents


@pytest.mark.parametrize(
    ("country", "bban", "whole"),
    [
        # finAPI's test accounts, and the examples of the IBAN registry
        ("DE", "533700080111111100", "DE77533700080111111100"),
        ("DE", "533700080111111102", "DE23533700080111111102"),
        ("DE", "533700080333333300", "DE85533700080333333300"),
        ("DE", "370400440532013000", "DE89370400440532013000"),
        ("AT", "1904300234573201", "AT611904300234573201"),
        ("CH", "00762011623852957", "CH9300762011623852957"),
        ("GB", "NWBK60161331926819", "GB29NWBK60161331926819"),
        ("FR", "20041010050500013M02606", "FR1420041010050500013M02606"),
    ],
)
def test_the_check_digits_of_known_ibans_come_out(country: str, bban: str, whole: str) -> None:
    assert iban(country, bban) == whole
    assert is_iban(whole)


BBANS = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=11, max_size=30)


@given(st.sampled_from(["DE", "AT", "IT", "FR", "ZZ"]), BBANS)
def test_an_iban_made_here_is_an_iban(country: str, bban: str) -> None:
    made = iban(country, bban)
    assert is_iban(made)
    assert made == country + made[2:4] + bban
    assert 2 <= int(made[2:4]) <= 98  # other digits would have a second spelling


@given(BBANS, st.integers(0, 29), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_noticed(bban: str, place: int, digit: str) -> None:
    made = iban("DE", bban)
    place = 4 + place % len(bban)
    wrong = made[:place] + digit + made[place + 1 :]
    # letters count as two digits, so a letter for a digit is another matter
    if made[place].isdigit() and made[place] != digit:
        assert not is_iban(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "DE",
        "DE77",
        "DE78533700080111111100",  # wrong check digits
        "de77533700080111111100",
        "DE77 5337 0008 0111 1111 00",
        "DE77533700080111111100 ",
        "7753370008011111110077",
        "D777533700080111111100",
        "DEXX533700080111111100",
        "DE7753370008-111111100",
        "DE" + "1" * 33,
        "Sparkasse Erlental",
    ],
)
def test_anything_else_is_no_iban(text: str) -> None:
    assert not is_iban(text)


@pytest.mark.parametrize("bban", ["1" * 10, "1" * 31])
def test_an_iban_has_15_to_34_characters(bban: str) -> None:
    assert not is_iban(iban("DE", bban))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("DRESDEFF700", True),
        ("DRESDEFF", True),
        ("COBADEFFXXX", True),
        ("COBADE2FXXX", True),
        ("COBADEFF70", False),  # 8 or 11 characters
        ("COBADEFF7000", False),
        ("COBADE1FXXX", False),  # neither 0 nor 1 as the seventh
        ("COBADEFOXXX", False),  # no letter O as the eighth
        ("COB4DEFFXXX", False),
        ("cobadeffxxx", False),
        ("", False),
        ("COBADEFF\n", False),
    ],
)
def test_a_bic_has_its_pattern(text: str, is_one: bool) -> None:
    assert is_bic(text) is is_one


@pytest.mark.parametrize(
    ("country", "number", "whole"),
    [
        ("DE", "000840400", "DE0008404005"),  # the example of the document
        ("US", "037833100", "US0378331005"),
        ("AU", "0000XVGZA", "AU0000XVGZA3"),
    ],
)
def test_an_isin_ends_in_its_check_digit(country: str, number: str, whole: str) -> None:
    assert isin(country, number) == whole
