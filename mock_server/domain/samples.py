"""Payments that clients make up, to teach the categorization or to try it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from mock_server.domain.categorization import Sample, direction_of
from mock_server.domain.common_knowledge import category_of
from mock_server.domain.money import iban
from mock_server.errors import ApiError, Problem, Refusal, invalid

MOST = 100
"""How many samples a call may bring."""

CODE, NUMBER, BLZ = re.compile("[0-9]{1,3}"), re.compile("[0-9]{1,10}"), re.compile("[0-9]{8}")

Data = Mapping[str, Any]


def sample_of(data: Data) -> Sample:
    payment = Sample(
        cents=round(Decimal(str(data["amount"])) * 100),  # a hundred times the largest float is infinite
        purpose=data.get("purpose") or "",
        counterpart=data.get("counterpart") or "",
        counterpart_iban=_iban(data),
    )
    found = category_of(
        direction_of(payment),
        payment.counterpart,
        payment.purpose,
        merchant_code=data.get("mcCode") or "",
        booking_code=data.get("typeCodeZka") or "",
    )
    return replace(payment, category=found)


def check_number(data: Sequence[Data]) -> None:
    """ApiError 422 if there are too many samples."""
    if len(data) > MOST:
        detail = f"transactionData must have at most {MOST} elements, has {len(data)}."
        raise ApiError(Refusal.ILLEGAL_FIELD_VALUE, detail)


def check_codes(data: Sequence[Data]) -> None:
    """ApiError 400 for ids that are not unique, and for what is no business transaction code."""
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, sample in enumerate(data):
        if sample["transactionId"] in seen:
            message = "Must be unique within transactionData."
            problems.append(Problem(f"transactionData[{number}].transactionId", message))
        seen.add(sample["transactionId"])
        code = sample.get("typeCodeZka")
        if code and not CODE.fullmatch(code):
            problems.append(Problem(f"transactionData[{number}].typeCodeZka", "Must be a number from 0 through 999."))
    if problems:
        raise invalid(*problems)


def _iban(data: Data) -> str:
    """The counterpart's IBAN; one of a German account follows from account number and BLZ."""
    given = (data.get("counterpartIban") or "").upper()
    number, blz = data.get("counterpartAccountNumber") or "", data.get("counterpartBlz") or ""
    if given or not (NUMBER.fullmatch(number) and BLZ.fullmatch(blz)):
        return given
    return iban("DE", blz + number.zfill(10))
