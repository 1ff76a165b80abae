"""Cash flows: what came in and went out under each category."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from mock_server.domain.categories import NONE, Categories, Category
from mock_server.domain.money import Cents
from mock_server.domain.transactions import Transaction


@dataclass(slots=True)
class CashFlow:
    """Sums and counts for a category; None stands for the transactions without one. Spending is negative."""

    category: Category | None
    income: Cents = 0
    spending: Cents = 0
    count_income: int = 0
    count_spending: int = 0

    @property
    def balance(self) -> Cents:
        return self.income + self.spending

    def add(self, cents: Cents) -> None:
        if cents >= 0:
            self.income += cents
            self.count_income += 1
        else:
            self.spending += cents
            self.count_spending += 1


def cash_flows(
    transactions: Iterable[Transaction], known: Categories, wanted: Sequence[int] | None, *, with_children: bool
) -> list[CashFlow]:
    """One for each wanted category, be it all zero; without a wish, for each category that has transactions.

    With children, a transaction counts for its category and for the main category above. ApiError 404.
    """
    flows = {id: CashFlow(None if id == NONE else known.find(id)) for id in wanted or ()}
    for transaction in transactions:
        for id in _counted_for(transaction, known, with_children):
            if wanted is None and id not in flows:
                flows[id] = CashFlow(known.get(id))
            if id in flows:
                flows[id].add(transaction.booking.cents)
    return list(flows.values())


def _counted_for(transaction: Transaction, known: Categories, with_children: bool) -> Iterator[int]:
    category = known.get(transaction.category_id)
    if category is None:
        yield NONE
        return
    yield category.id
    if with_children and category.parent_id is not None:
        yield category.parent_id


def orders(known: Categories) -> Mapping[str, Callable[[CashFlow], Any]]:
    return {
        "income": attrgetter("income"),
        "spending": attrgetter("spending"),
        "balance": attrgetter("balance"),
        "category.id": lambda flow: None if flow.category is None else flow.category.id,
        "category.name": lambda flow: None if flow.category is None else known.name(flow.category),
    }
