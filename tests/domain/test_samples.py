"""Payments that clients make up."""

from decimal import Decimal
from typing import Any

import pytest

from mock_server.domain import samples
from mock_server.domain.categorization import Sample
from mock_server.errors import ApiError, Refusal


@pytest.mark.parametrize(
    ("data", "sample"),
    [
        ({}, Sample(-3_50)),
        ({"purpose": None, "counterpart": None, "counterpartIban": None}, Sample(-3_50)),
        (
            {"purpose": "Kaffee", "counterpart": "Café am Eck"},
            Sample(-3_50, "Kaffee", "Café am Eck", "", "restaurants"),
        ),
        ({"counterpartIban": "de89370400440532013000"}, Sample(-3_50, counterpart_iban="DE89370400440532013000")),
        # a German IBAN follows from account number and BLZ
        (
            {"counterpartAccountNumber": "532013000", "counterpartBlz": "37040044"},
            Sample(-3_50, counterpart_iban="DE89370400440532013000"),
        ),
        ({"counterpartAccountNumber": "532013000"}, Sample(-3_50)),
        ({"counterpartAccountNumber": "12345678901", "counterpartBlz": "37040044"}, Sample(-3_50)),
        ({"counterpartAccountNumber": "532013000", "counterpartBlz": "3704"}, Sample(-3_50)),
        (
            {"counterpartIban": "CZ65", "counterpartAccountNumber": "532013000", "counterpartBlz": "37040044"},
            Sample(-3_50, counterpart_iban="CZ65"),
        ),
        ({"mcCode": "5411"}, Sample(-3_50, category="groceries")),
        ({"typeCodeZka": "083"}, Sample(-3_50, category="cash_withdrawal")),
    ],
)
def test_a_sample_has_what_the_client_says(data: dict[str, Any], sample: Sample) -> None:
    assert samples.sample_of({"accountTypeId": 1, "amount": -3.5, **data}) == sample


@pytest.mark.parametrize(
    ("amount", "cents"), [(0.07, "7"), (-0.075, "-8"), (3, "300"), (1.7e308, "1.7e310"), (-1e300, "-1e302")]
)
def test_an_amount_may_be_as_large_as_json_can_say(amount: float, cents: str) -> None:
    assert samples.sample_of({"accountTypeId": 1, "amount": amount}).cents == Decimal(cents)


def test_a_hundred_samples_are_enough() -> None:
    samples.check_number([{}] * 100)
    with pytest.raises(ApiError, match="at most 100 elements, has 101") as refused:
        samples.check_number([{}] * 101)
    assert refused.value.refusal is Refusal.ILLEGAL_FIELD_VALUE


@pytest.mark.parametrize("code", [None, "", "0", "083", "999"])
def test_business_transaction_codes(code: str | None) -> None:
    samples.check_codes([{"transactionId": "a", "typeCodeZka": code}])


def test_every_wrong_code_and_id_is_named() -> None:
    data = [
        {"transactionId": "a", "typeCodeZka": "1000"},
        {"transactionId": "a", "typeCodeZka": "-1"},
        {"transactionId": "b", "typeCodeZka": "x"},
    ]
    with pytest.raises(ApiError) as refused:
        samples.check_codes(data)
    assert [problem.field for problem in refused.value.problems] == [
        "transactionData[0].typeCodeZka",
        "transactionData[1].transactionId",
        "transactionData[1].typeCodeZka",
        "transactionData[2].typeCodeZka",
    ]
