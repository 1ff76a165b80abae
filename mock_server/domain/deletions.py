"""Deleting transactions: which may go, and which come back.

The bank does not know that finAPI's user has deleted something. What was its booking is
downloaded again with the account's next update, unless the deletion was to be remembered.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mock_server.clock import today
from mock_server.domain.bookings import Booking
from mock_server.domain.transactions import Transaction
from mock_server.errors import ApiError, Problem, Refusal, invalid


@dataclass(frozen=True, slots=True)
class Gap:
    """What was deleted from an account and is still in the books of its bank. The id is the account's."""

    id: int
    owner: str
    bookings: tuple[Booking, ...]

    due_at: None = None


Query = Mapping[str, Any]


def check(query: Query, day: date) -> None:
    """ApiError 400 for parameters of `DELETE /transactions` that exclude each other, or a date in the future."""
    until, since = query.get("maxDeletionDate"), query.get("minImportDate")
    ahead = [name for name, value in (("maxDeletionDate", until), ("minImportDate", since)) if value and value > day]
    if ahead:
        raise invalid(*(Problem(name, "Must not be in the future.") for name in ahead))
    if since is None:
        return
    if until is not None:
        raise ApiError(Refusal.INVALID_FILTER_OPTIONS, "minImportDate and maxDeletionDate exclude each other.")
    if query.get("safeMode", True) or query.get("rememberDeletion"):
        detail = "minImportDate works only with safeMode=false, and without rememberDeletion."
        raise ApiError(Refusal.INVALID_FILTER_OPTIONS, detail)


def is_safe(transaction: Transaction, is_test_bank: bool) -> bool:
    """Whether the transaction can go without a balance that no longer fits."""
    return is_test_bank or transaction.is_potential_duplicate or transaction.is_adjusting_entry


def meant(query: Query) -> Callable[[Transaction], bool]:
    """Which transactions `DELETE /transactions` is about. Parts go with the whole, and never alone."""
    accounts = None if query.get("accountIds") is None else frozenset(query["accountIds"])
    until, since = query.get("maxDeletionDate"), query.get("minImportDate")

    def is_meant(transaction: Transaction) -> bool:
        return (
            transaction.parent_id is None
            and (accounts is None or transaction.account_id in accounts)
            and (until is None or transaction.finapi_booking_date <= until)
            and (since is None or today(transaction.import_date) >= since)
        )

    return is_meant


def gaps(deleted: Iterable[Transaction], known: Mapping[int, Gap]) -> list[Gap]:
    """The gaps that these deletions leave, in addition to those that there are already."""
    lost: dict[int, list[Transaction]] = {}
    for transaction in deleted:
        # The bank never had adjusting entries, and of a duplicate it has only the one that stays.
        if not (transaction.parent_id or transaction.is_adjusting_entry or transaction.is_potential_duplicate):
            lost.setdefault(transaction.account_id, []).append(transaction)
    return [
        Gap(
            account_id,
            transactions[0].owner,
            (known[account_id].bookings if account_id in known else ()) + tuple(t.booking for t in transactions),
        )
        for account_id, transactions in lost.items()
    ]
