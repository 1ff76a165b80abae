"""Orders as both APIs write them, read into the same values."""

from datetime import date
from typing import Any

import pytest

from mock_server.domain.orders import (
    ACCESS_DEBIT,
    ACCESS_STANDING_ORDER,
    ACCESS_TRANSFER,
    WEBFORM_DEBIT,
    WEBFORM_STANDING_ORDER,
    WEBFORM_TRANSFER,
    Address,
    Mandate,
    Names,
    Order,
    day_of,
    enforce,
    read_orders,
)
from mock_server.errors import ApiError, Problem, Refusal

IBAN = "DE13700800000061110500"

TRANSFER = Order(
    cents=9999,
    currency="EUR",
    name="Max Mustermann",
    iban=IBAN,
    bic="DRESDEFF700",
    bank_name="Musterbank",
    purpose="Test Payment",
    end_to_end_id="001100550526",
    sepa_purpose_code="OTHR",
    structured_remittance=("VS:12345",),
    address=Address("Musterstraße", "99", "12345", "Musterstadt", "DE"),
)
REFERENCES = {
    "purpose": "Test Payment",
    "sepaPurposeCode": "OTHR",
    "endToEndId": "001100550526",
    "structuredRemittanceInformation": ["VS:12345"],
}
ADDRESS = {
    "street": "Musterstraße",
    "houseNumber": "99",
    "postCode": "12345",
    "city": "Musterstadt",
    "country": "DE",
}
ACCESS_BODY = {
    "counterpartName": "Max Mustermann",
    "counterpartIban": IBAN,
    "counterpartBic": "DRESDEFF700",
    "counterpartBankName": "Musterbank",
    "counterpartAddress": ADDRESS,
    "amount": 99.99,
    "currency": "EUR",
    **REFERENCES,
}
WEBFORM_BODY = {
    "recipient": {
        "name": "Max Mustermann",
        "iban": IBAN,
        "bic": "DRESDEFF700",
        "bankName": "Musterbank",
        "address": ADDRESS,
    },
    "amount": {"value": "99.99", "currency": "EUR"},
    **REFERENCES,
}


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"moneyTransfers": [ACCESS_BODY]}, ACCESS_TRANSFER),
        ({"orders": [WEBFORM_BODY]}, WEBFORM_TRANSFER),
        (ACCESS_BODY, ACCESS_STANDING_ORDER),
        (WEBFORM_BODY, WEBFORM_STANDING_ORDER),
    ],
)
def test_both_apis_ask_for_the_same_transfer(body: dict[str, Any], names: Names) -> None:
    assert read_orders(body, names) == (TRANSFER,)


MANDATE = {"mandateId": "M-1", "mandateDate": "2018-01-01", "creditorId": "DE98ZZZ09999999999"}


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (
            {
                "directDebits": [
                    {
                        "counterpartName": "Max",
                        "counterpartIban": IBAN,
                        "amount": 5,
                        "counterpartAddress": "Musterstraße 99",
                        "counterpartCountry": "GB",
                        **MANDATE,
                    }
                ]
            },
            ACCESS_DEBIT,
        ),
        (
            {
                "orders": [
                    {
                        "payer": {"name": "Max", "iban": IBAN, "address": "Musterstraße 99", "country": "GB"},
                        "amount": {"value": 5, "currency": "EUR"},
                        **MANDATE,
                    }
                ]
            },
            WEBFORM_DEBIT,
        ),
    ],
)
def test_both_apis_ask_for_the_same_debit(body: dict[str, Any], names: Names) -> None:
    mandate = Mandate("M-1", date(2018, 1, 1), "DE98ZZZ09999999999")
    address = Address(line="Musterstraße 99", country="GB")
    assert read_orders(body, names) == (Order(500, "EUR", "Max", IBAN, address=address, mandate=mandate),)


def test_what_is_left_out_is_not_there_and_the_currency_is_euro() -> None:
    (order,) = read_orders({"moneyTransfers": [{"counterpartIban": IBAN, "amount": 1}]}, ACCESS_TRANSFER)
    assert order == Order(100, "EUR", None, IBAN)
    nulls = {"recipient": {"iban": IBAN, "name": None, "address": None}, "amount": {"value": 1, "currency": "CZK"}}
    (order,) = read_orders({"orders": [nulls]}, WEBFORM_TRANSFER)
    assert order == Order(100, "CZK", None, IBAN)
    assert order.is_domestic


def transfer(**more: Any) -> dict[str, Any]:
    return {"counterpartName": "Max", "counterpartIban": IBAN, "amount": 1, **more}


@pytest.mark.parametrize("amount", [0, -1, 0.0, -0.01, 1.001, 1e9, 1e300])
def test_amounts_are_positive_and_have_two_decimals(amount: float) -> None:
    with pytest.raises(ApiError) as refused:
        read_orders({"moneyTransfers": [transfer(), transfer(amount=amount)]}, ACCESS_TRANSFER)
    assert refused.value.refusal is Refusal.BAD_REQUEST
    assert [problem.field for problem in refused.value.problems] == ["moneyTransfers[1].amount"]


def test_the_largest_amount_of_sepa_is_taken() -> None:
    (order,) = read_orders({"moneyTransfers": [transfer(amount=999999999.99)]}, ACCESS_TRANSFER)
    assert order.cents == 99_999_999_999


def test_all_malformed_fields_are_named_at_once_in_the_words_of_the_api() -> None:
    bad = {"recipient": {"iban": "DE00"}, "amount": {"value": "0.00", "currency": "EUR"}}
    with pytest.raises(ApiError) as refused:
        read_orders({"orders": [bad, bad]}, WEBFORM_TRANSFER)
    assert [problem.field for problem in refused.value.problems] == [
        "orders[0].recipient.iban",
        "orders[0].amount.value",
        "orders[1].recipient.iban",
        "orders[1].amount.value",
    ]


def test_a_standing_orders_bad_amount_is_no_malformed_request() -> None:
    with pytest.raises(ApiError, match="'amount' not valid: Must be greater than 0") as refused:
        read_orders(transfer(amount=-1), ACCESS_STANDING_ORDER)
    assert refused.value.refusal is Refusal.ILLEGAL_FIELD_VALUE


def test_malformed_fields_come_before_everything_else() -> None:
    enforce([])
    semantic, malformed = Problem("a", "Is no good."), Problem("b", "Is no number.")
    with pytest.raises(ApiError) as refused:
        enforce([(Refusal.UNSUPPORTED_ORDER, semantic), (Refusal.BAD_REQUEST, malformed)])
    assert (refused.value.refusal, refused.value.problems) == (Refusal.BAD_REQUEST, (malformed,))
    with pytest.raises(ApiError, match=r"Field .a. not valid: Is no good\.") as refused:
        enforce([(Refusal.UNSUPPORTED_ORDER, semantic), (Refusal.ILLEGAL_FIELD_VALUE, malformed)])
    assert refused.value.refusal is Refusal.UNSUPPORTED_ORDER


@pytest.mark.parametrize(("text", "day"), [(None, None), ("2026-08-13", date(2026, 8, 13))])
def test_days(text: str | None, day: date | None) -> None:
    assert day_of(text, "executionDate") == day


def test_a_day_that_no_calendar_has_is_malformed() -> None:
    with pytest.raises(ApiError) as refused:
        day_of("0000-01-01", "executionDate")
    assert refused.value.problems == (Problem("executionDate", "Is not a valid date."),)
