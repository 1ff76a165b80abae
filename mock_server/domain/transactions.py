"""Transactions as a user of finAPI has them: filters, orders and totals."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from mock_server.clock import today
from mock_server.domain.bookings import Booking
from mock_server.domain.categories import Categories
from mock_server.domain.money import Cents


@dataclass(frozen=True, slots=True)
class Transaction:
    """A booking of the bank and what finAPI adds to it for its user. The booking is shared by all users."""

    id: int
    owner: str
    account_id: int
    booking: Booking
    currency: str
    category_id: int | None
    import_date: datetime
    is_new: bool = True
    is_potential_duplicate: bool = False
    is_adjusting_entry: bool = False
    label_ids: tuple[int, ...] = ()
    parent_id: int | None = None
    """The transaction that this one is a part of, if its user has split it."""
    child_ids: tuple[int, ...] = ()
    """The parts, if this one is split."""

    due_at: None = None

    @property
    def finapi_booking_date(self) -> date:
        """The bank's booking date; for one that lay in the future, the day of the import."""
        return min(self.booking.booked_on, today(self.import_date))


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over a whole list, not just a page of it. Spending is negative."""

    income: Cents
    spending: Cents

    @property
    def balance(self) -> Cents:
        return self.income + self.spending


Condition = Callable[[Transaction], bool]
Query = Mapping[str, Any]


def totals(transactions: Iterable[Transaction]) -> Totals:
    amounts = [transaction.booking.cents for transaction in transactions]
    income = sum(cents for cents in amounts if cents > 0)
    return Totals(income, sum(amounts) - income)


def matching(transactions: Iterable[Transaction], query: Query, categories: Categories) -> Iterator[Transaction]:
    """The transactions that pass every filter of `GET /transactions` that is given, one after the other.

    Nothing is copied: a user may have a hundred thousand, and each filter sees only what the ones before let pass.
    """
    conditions = [make(query[name]) for name, make in FILTERS.items() if query.get(name) is not None]
    if query.get("categoryIds") is not None:
        wanted = set(query["categoryIds"])
        if query.get("includeChildCategories", True):
            wanted = categories.with_children(wanted)
        conditions.insert(0, _in_categories(wanted))
    passing: Iterable[Transaction] = transactions
    for condition in conditions:
        passing = filter(condition, passing)
    return iter(passing)


# Whoever splits a transaction sees its parts in the place of it; the bank knows only the whole.
# fmt: off
VIEWS: Mapping[str, Condition] = {
    "bankView": lambda transaction: transaction.parent_id is None,
    "userView": lambda transaction: not transaction.child_ids,
}
# fmt: on


def _in_categories(wanted: set[int]) -> Condition:
    """0 stands for the transactions without a category."""
    return lambda transaction: (transaction.category_id or 0) in wanted


def _words_in(fields: Callable[[Booking], Iterable[str | None]]) -> Callable[[str], Condition]:
    """Every word of the search text must be found, no matter in which of the fields and in which case."""

    def make(search: str) -> Condition:
        words = search.casefold().split()

        def found(transaction: Transaction) -> bool:
            text = " ".join(field for field in fields(transaction.booking) if field).casefold()
            return all(word in text for word in words)

        return found

    return make


def _counterpart(booking: Booking) -> tuple[str | None, ...]:
    return (
        booking.counterpart,
        booking.counterpart_account_number,
        booking.counterpart_iban,
        booking.counterpart_blz,
        booking.counterpart_bic,
        booking.mandate_reference,
        booking.creditor_id,
    )


def _purpose(booking: Booking) -> tuple[str | None, ...]:
    return (booking.purpose,)


def _anything(booking: Booking) -> tuple[str | None, ...]:
    return booking.purpose, booking.end_to_end_reference, *_counterpart(booking)


def _one_of(column: Callable[[Transaction], int]) -> Callable[[list[int]], Condition]:
    def make(ids: list[int]) -> Condition:
        wanted = frozenset(ids)
        return lambda transaction: column(transaction) in wanted

    return make


def _with_label(ids: list[int]) -> Condition:
    """One of the labels is enough."""
    wanted = frozenset(ids)
    return lambda transaction: not wanted.isdisjoint(transaction.label_ids)


def _direction(direction: str) -> Condition:
    if direction == "income":
        return lambda transaction: transaction.booking.cents >= 0
    if direction == "spending":
        return lambda transaction: transaction.booking.cents < 0
    return lambda transaction: True


# In the order in which they are tried: texts last, because looking into them costs most.
# Amounts are compared in cents, rounded from what came in as a decimal fraction.
# fmt: off
FILTERS: Mapping[str, Callable[[Any], Condition]] = {
    "view":                 VIEWS.__getitem__,
    "ids":                  _one_of(attrgetter("id")),
    "accountIds":           _one_of(attrgetter("account_id")),
    "currency":             lambda currency: lambda t: t.currency == currency,
    "minBankBookingDate":   lambda day: lambda t: t.booking.booked_on >= day,
    "maxBankBookingDate":   lambda day: lambda t: t.booking.booked_on <= day,
    "minFinapiBookingDate": lambda day: lambda t: t.finapi_booking_date >= day,
    "maxFinapiBookingDate": lambda day: lambda t: t.finapi_booking_date <= day,
    "minAmount":            lambda least: lambda t: t.booking.cents >= least * 100 - 1e-6,
    "maxAmount":            lambda most: lambda t: t.booking.cents <= most * 100 + 1e-6,
    "direction":            _direction,
    "isNew":                lambda flag: lambda t: t.is_new is flag,
    "isPotentialDuplicate": lambda flag: lambda t: t.is_potential_duplicate is flag,
    "isAdjustingEntry":     lambda flag: lambda t: t.is_adjusting_entry is flag,
    "labelIds":             _with_label,
    "minImportDate":        lambda day: lambda t: today(t.import_date) >= day,
    "maxImportDate":        lambda day: lambda t: today(t.import_date) <= day,
    "search":               _words_in(_anything),
    "counterpart":          _words_in(_counterpart),
    "purpose":              _words_in(_purpose),
}
# fmt: on

# fmt: off
ORDERS: Mapping[str, Callable[[Transaction], Any]] = {
    "id":                       attrgetter("id"),
    "parentId":                 attrgetter("parent_id"),
    "accountId":                attrgetter("account_id"),
    "valueDate":                attrgetter("booking.value_on"),
    "bankBookingDate":          attrgetter("booking.booked_on"),
    "finapiBookingDate":        attrgetter("finapi_booking_date"),
    "amount":                   attrgetter("booking.cents"),
    "purpose":                  attrgetter("booking.purpose"),
    "counterpartName":          attrgetter("booking.counterpart"),
    "counterpartAccountNumber": attrgetter("booking.counterpart_account_number"),
    "counterpartIban":          attrgetter("booking.counterpart_iban"),
    "counterpartBlz":           attrgetter("booking.counterpart_blz"),
    "counterpartBic":           attrgetter("booking.counterpart_bic"),
    "type":                     attrgetter("booking.type"),
    "primanota":                attrgetter("booking.primanota"),
    "category.id":              attrgetter("category_id"),
    "isPotentialDuplicate":     attrgetter("is_potential_duplicate"),
    "isNew":                    attrgetter("is_new"),
    "importDate":               attrgetter("import_date"),
}
# fmt: on
