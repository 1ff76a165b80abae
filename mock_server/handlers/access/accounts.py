"""Accounts, as far as they are read."""

from mock_server.domain import accounts
from mock_server.domain.accounts import Account
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import views


def get_and_search_all_accounts(call: Call, world: World) -> Reply:
    mine = sorted(world.store.owned(Account, call.user.id), key=lambda account: account.id)
    return Reply({"accounts": [views.account(account) for account in accounts.matching(mine, call.query)]})


def get_account(call: Call, world: World) -> Reply:
    return Reply(views.account(world.mine(Account, call.user, call.path["id"])))
