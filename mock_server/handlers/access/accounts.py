"""Accounts, as far as they are read."""

from mock_server.domain import accounts
from mock_server.domain.accounts import Account
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import views
from mock_server.handlers.sources import bank_of


def get_and_search_all_accounts(call: Call, world: World) -> Reply:
    mine = sorted(world.store.owned(Account, call.user.id), key=lambda account: account.id)
    wanted = accounts.matching(mine, call.query)
    return Reply({"accounts": [views.account(account, bank_of(account, world)) for account in wanted]})


def get_account(call: Call, world: World) -> Reply:
    account = world.mine(Account, call.user, call.path["id"])
    return Reply(views.account(account, bank_of(account, world)))
