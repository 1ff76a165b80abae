"""Splitting transactions."""

from dataclasses import replace
from typing import Any

import pytest

from mock_server.domain import splits
from mock_server.domain.transactions import Transaction
from mock_server.errors import ApiError, Refusal
from tests.domain.test_categories import SEEN
from tests.domain.test_labels import BY_ID
from tests.domain.test_transactions import transaction

WHOLE = transaction(1, cents=-100_00, category_id=378, label_ids=(1, 2), is_new=False)


def split(*wishes: dict[str, Any], whole: Transaction = WHOLE) -> tuple[Transaction, list[Transaction]]:
    return splits.split(whole, wishes, range(10, 10 + len(wishes)), SEEN, BY_ID)


def test_the_whole_and_its_parts_know_each_other() -> None:
    whole, parts = split({"amount": -60.1}, {"amount": -39.9})
    assert whole == replace(WHOLE, child_ids=(10, 11))
    assert [(part.id, part.parent_id, part.child_ids, part.booking.cents) for part in parts] == [
        (10, 1, (), -60_10),
        (11, 1, (), -39_90),
    ]


def test_a_part_takes_everything_over_but_the_labels() -> None:
    _, [part, _] = split({"amount": -60.1}, {"amount": -39.9})
    assert part == replace(
        WHOLE, id=10, parent_id=1, label_ids=(), booking=replace(
            WHOLE.booking, cents=-60_10, account_number="0077777000", bank_code="70080000"
        )
    )  # fmt: skip


def test_a_part_may_have_texts_category_and_labels_of_its_own() -> None:
    wish = {
        "amount": -1,
        "categoryId": 2,
        "purpose": "Trinkgeld",
        "counterpart": "Kellner",
        "counterpartAccountNumber": "4711",
        "counterpartIban": "DE89370400440532013000",
        "counterpartBic": "COBADEFFXXX",
        "counterpartBlz": "37040044",
        "labelIds": [3, 1],
    }
    _, [part, _] = split(wish, {"amount": -99})
    booking = part.booking
    assert (part.category_id, part.label_ids) == (2, (1, 3))
    assert (booking.purpose, booking.counterpart, booking.counterpart_iban, booking.counterpart_bic) == (
        "Trinkgeld", "Kellner", "DE89370400440532013000", "COBADEFFXXX",
    )  # fmt: skip
    assert (booking.counterpart_account_number, booking.counterpart_blz) == ("4711", "37040044")


def test_what_is_not_said_stays_even_if_the_iban_does_not() -> None:
    _, [part, _] = split({"amount": -1, "counterpartIban": "DE89370400440532013000"}, {"amount": -99})
    assert (part.booking.counterpart_account_number, part.booking.counterpart_blz) == ("0077777000", "70080000")


def test_a_part_may_be_without_category() -> None:
    _, [part, other] = split({"amount": -1, "categoryId": 0}, {"amount": -99})
    assert (part.category_id, other.category_id) == (None, 378)


@pytest.mark.parametrize("amounts", [(-0.1, -99.9), (-150, 50), (-33.33, -33.33, -33.34), (0, -100)])
def test_amounts_add_up_to_the_cent_whatever_their_signs(amounts: tuple[float, ...]) -> None:
    _, parts = split(*({"amount": amount} for amount in amounts))
    assert sum(part.booking.cents for part in parts) == -100_00


@pytest.mark.parametrize(
    ("amounts", "message"),
    [
        ((), "at least 2 elements, has 0"),
        ((-100,), "at least 2 elements, has 1"),
        ((-50, -49.99), "add up"),
        ((50, 50), "add up"),
        ((-33.333, -66.667), r"subTransactions\[0\]\.amount must have at most two decimals"),
    ],
)
def test_amounts_that_are_refused(amounts: tuple[float, ...], message: str) -> None:
    with pytest.raises(ApiError, match=message) as refused:
        split(*({"amount": amount} for amount in amounts))
    assert refused.value.refusal is Refusal.ILLEGAL_FIELD_VALUE


@pytest.mark.parametrize("wish", [{"categoryId": 99}, {"labelIds": [99]}])
def test_unknown_categories_and_labels_are_refused(wish: dict[str, Any]) -> None:
    with pytest.raises(ApiError) as refused:
        split({"amount": -1}, {"amount": -99, **wish})
    assert refused.value.refusal is Refusal.UNKNOWN_ENTITY


def test_put_together_again_it_is_as_before() -> None:
    whole, parts = split({"amount": -60}, {"amount": -40})
    assert splits.restored(whole) == WHOLE == splits.restored(WHOLE)
    splits.check_whole(whole, "restored")
    with pytest.raises(ApiError, match="cannot be restored; use its parentId 1") as refused:
        splits.check_whole(parts[0], "restored")
    assert refused.value.refusal is Refusal.ILLEGAL_ENTITY_STATE
