"""Categories: the global ones and the user's own, and the cash flows under them."""

from collections.abc import Collection
from dataclasses import replace

from mock_server.domain import categories, transactions
from mock_server.domain.cash_flows import cash_flows, orders
from mock_server.domain.categories import Categories, Category
from mock_server.domain.categorization import TrainedRule
from mock_server.domain.money import euros
from mock_server.domain.transactions import Transaction
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import pfm_views, views
from mock_server.handlers.categorizing import categories_of
from mock_server.paging import arrange


def get_and_search_all_categories(call: Call, world: World) -> Reply:
    known = _known(call, world)
    found = arrange(categories.matching(known, call.query), call.query["order"], categories.orders(known))
    page = call.page_of(found)
    return Reply({"categories": [views.category(category, known) for category in page.items], "paging": page.paging()})


def get_category(call: Call, world: World) -> Reply:
    known = _known(call, world)
    return Reply(views.category(known.find(call.path["id"]), known))


def create_category(call: Call, world: World) -> Reply:
    category = categories.create(
        id=world.ids.number("category"),
        owner=call.user.id,
        name=call.body["name"],
        parent_id=call.body.get("parentId"),
        known=_known(call, world),
    )
    world.store.put(category)
    return Reply(views.category(category, _known(call, world)))


def edit_category(call: Call, world: World) -> Reply:
    known = _known(call, world)
    renamed = categories.rename(known.find(call.path["id"]), call.body["name"], known)
    world.store.put(renamed)
    return Reply(views.category(renamed, _known(call, world)))


def delete_category(call: Call, world: World) -> Reply:
    """Its sub-categories go with it, and what was taught about them."""
    known = _known(call, world)
    category = known.find(call.path["id"])
    categories.check_custom(category)
    _delete([category, *map(known.find, known.children(category))], call, world)
    return Reply()


def delete_all_categories(call: Call, world: World) -> Reply:
    own = world.store.owned(Category, call.user.id)
    _delete(own, call, world)
    return Reply(pfm_views.identifier_list(category.id for category in own))


def get_cash_flows(call: Call, world: World) -> Reply:
    known, with_children = _known(call, world), call.query["includeSubCashFlows"]
    query = {**call.query, "view": "userView", "includeChildCategories": with_children}
    counted = list(transactions.matching(world.store.owned(Transaction, call.user.id), query, known))
    flows = cash_flows(counted, known, call.query.get("categoryIds"), with_children=with_children)
    totals = transactions.totals(counted)
    return Reply(
        {
            "cashFlows": [
                pfm_views.cash_flow(flow, known) for flow in arrange(flows, call.query["order"], orders(known))
            ],
            "totalIncome": euros(totals.income),
            "totalSpending": euros(totals.spending),
            "totalBalance": euros(totals.balance),
        }
    )


def _known(call: Call, world: World) -> Categories:
    return categories_of(world, call.user.id, call.language)


def _delete(gone: Collection[Category], call: Call, world: World) -> None:
    """The user's transactions of these categories have none afterwards."""
    ids = {category.id for category in gone}
    world.store.delete(*gone)
    world.store.put(
        *(
            replace(transaction, category_id=None)
            for transaction in world.store.owned(Transaction, call.user.id)
            if transaction.category_id in ids
        )
    )
    world.store.delete(*(rule for rule in world.store.owned(TrainedRule, call.user.id) if rule.category_id in ids))
