"""Transactions, as far as they are read."""

from collections.abc import Callable, Mapping
from typing import Any

from mock_server.domain import transactions
from mock_server.domain.categories import Categories
from mock_server.domain.money import euros
from mock_server.domain.transactions import Transaction
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import views
from mock_server.paging import arrange


def get_and_search_all_transactions(call: Call, world: World) -> Reply:
    mine = world.store.owned(Transaction, call.user.id)
    wanted = transactions.matching(mine, call.query, world.setup.categories)
    page = call.page_of(arrange(wanted, call.query["order"], _orders(world.setup.categories)))
    totals = transactions.totals(wanted)
    return Reply(
        {
            "transactions": [views.transaction(transaction, world.setup.categories) for transaction in page.items],
            "paging": page.paging(),
            "income": euros(totals.income),
            "spending": euros(totals.spending),
            "balance": euros(totals.balance),
        }
    )


def get_transaction(call: Call, world: World) -> Reply:
    return Reply(views.transaction(world.mine(Transaction, call.user, call.path["id"]), world.setup.categories))


def _orders(categories: Categories) -> Mapping[str, Callable[[Transaction], Any]]:
    def category_name(transaction: Transaction) -> str | None:
        category = categories.get(transaction.category_id or 0)
        return None if category is None else category.name

    return {**transactions.ORDERS, "category.name": category_name}
