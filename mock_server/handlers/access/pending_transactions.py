"""Pending transactions of the user."""

from mock_server.domain import pending_transactions
from mock_server.domain.pending_transactions import PendingTransaction
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import position_views as views
from mock_server.paging import arrange


def get_and_search_all_pending_transactions(call: Call, world: World) -> Reply:
    wanted = pending_transactions.matching(world.store.owned(PendingTransaction, call.user.id), call.query)
    page = call.page_of(arrange(wanted, call.query["order"], pending_transactions.ORDERS))
    return Reply(
        {
            "pendingTransactions": [views.pending_transaction(one, call.language) for one in page.items],
            "paging": page.paging(),
        }
    )


def get_pending_transaction(call: Call, world: World) -> Reply:
    return Reply(views.pending_transaction(world.mine(PendingTransaction, call.user, call.path["id"]), call.language))
