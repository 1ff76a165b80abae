"""Splitting a transaction into parts, and putting it together again.

The whole stays as the bank booked it and knows its parts; the parts know the whole. A part is no
booking of the bank: it cannot be split or deleted by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mock_server.domain import labels
from mock_server.domain.bookings import Booking
from mock_server.domain.categories import Categories
from mock_server.domain.edits import category_id
from mock_server.domain.labels import Label
from mock_server.domain.money import Cents, cents_of
from mock_server.domain.transactions import Transaction
from mock_server.errors import ApiError, Refusal

FEWEST = 2

Wish = Mapping[str, Any]


def split(
    whole: Transaction, wishes: Sequence[Wish], ids: Sequence[int], known: Categories, own_labels: Mapping[int, Label]
) -> tuple[Transaction, list[Transaction]]:
    """The whole and its new parts, one for each wish and id. ApiError 404 or 422."""
    amounts = _amounts(wishes)
    if sum(amounts) != whole.booking.cents:
        detail = "The amounts of subTransactions must add up to the amount of the transaction."
        raise ApiError(Refusal.ILLEGAL_FIELD_VALUE, detail)
    parts = [
        replace(
            whole,
            id=id,
            parent_id=whole.id,
            child_ids=(),
            booking=_booking(whole.booking, cents, wish),
            category_id=whole.category_id if wish.get("categoryId") is None else category_id(wish["categoryId"], known),
            label_ids=labels.chosen(wish.get("labelIds") or (), own_labels),
        )
        for id, cents, wish in zip(ids, amounts, wishes, strict=True)
    ]
    return replace(whole, child_ids=tuple(part.id for part in parts)), parts


def restored(whole: Transaction) -> Transaction:
    """The transaction without parts; one that was never split stays as it is."""
    return replace(whole, child_ids=())


def check_whole(transaction: Transaction, verb: str) -> None:
    """ApiError 422 for a part, which cannot be split, restored or deleted."""
    if transaction.parent_id is not None:
        detail = (
            f"The transaction is a part of a split one and cannot be {verb}; use its parentId {transaction.parent_id}."
        )
        raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, detail)


def _amounts(wishes: Sequence[Wish]) -> list[Cents]:
    if len(wishes) < FEWEST:
        detail = f"subTransactions must have at least {FEWEST} elements, has {len(wishes)}."
        raise ApiError(Refusal.ILLEGAL_FIELD_VALUE, detail)
    amounts: list[Cents] = []
    for number, wish in enumerate(wishes):
        try:
            amounts.append(cents_of(wish["amount"]))
        except ValueError:
            detail = f"subTransactions[{number}].amount must have at most two decimals."
            raise ApiError(Refusal.ILLEGAL_FIELD_VALUE, detail) from None
    return amounts


# fmt: off
TEXTS: Mapping[str, tuple[str, Callable[[Booking], str | None]]] = {
    "purpose":                  ("purpose",          lambda booking: booking.purpose),
    "counterpart":              ("counterpart",      lambda booking: booking.counterpart),
    "counterpartAccountNumber": ("account_number",   lambda booking: booking.counterpart_account_number),
    "counterpartIban":          ("counterpart_iban", lambda booking: booking.counterpart_iban),
    "counterpartBic":           ("counterpart_bic",  lambda booking: booking.counterpart_bic),
    "counterpartBlz":           ("bank_code",        lambda booking: booking.counterpart_blz),
}
# fmt: on
"""By name in the API: the field of a booking, and what it has if the part says nothing."""


def _booking(whole: Booking, cents: Cents, wish: Wish) -> Booking:
    texts: dict[str, Any] = {
        field: wish[name] if wish.get(name) is not None else taken_over(whole)
        for name, (field, taken_over) in TEXTS.items()
    }
    return replace(whole, cents=cents, **texts)
