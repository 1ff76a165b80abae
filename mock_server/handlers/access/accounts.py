"""Accounts: reading, editing, deleting."""

from mock_server.domain import account_search, accounts
from mock_server.domain.accounts import Account, BankConnection
from mock_server.errors import ApiError, Refusal
from mock_server.exchange import Call, Reply, World
from mock_server.handlers import removals
from mock_server.handlers.access import views
from mock_server.handlers.sources import bank_of_connection, connection_of


def get_and_search_all_accounts(call: Call, world: World) -> Reply:
    mine = sorted(world.store.owned(Account, call.user.id), key=lambda account: account.id)
    return Reply({"accounts": [_shown(account, world) for account in account_search.matching(mine, call.query)]})


def get_account(call: Call, world: World) -> Reply:
    return Reply(_shown(world.mine(Account, call.user, call.path["id"]), world))


def edit_account(call: Call, world: World) -> Reply:
    account = world.mine(Account, call.user, call.path["id"])
    changes = {name: value for name, value in call.body.items() if value is not None}
    if not changes:
        raise ApiError(Refusal.MISSING_FIELD, "Give at least one of accountName, accountType and isNew.")
    accounts.check_idle(connection_of(account, world))
    edited = accounts.edit(account, changes)
    world.store.put(edited)
    return Reply(_shown(edited, world))


def delete_account(call: Call, world: World) -> Reply:
    account = world.mine(Account, call.user, call.path["id"])
    removals.check_idle(world, [connection_of(account, world)])
    removals.forget_account(world, account, call.now)
    return Reply()


def delete_all_accounts(call: Call, world: World) -> Reply:
    """All or nothing. The bank connections go too."""
    connections = world.store.owned(BankConnection, call.user.id)
    removals.check_idle(world, connections)
    ids = sorted(account.id for account in world.store.owned(Account, call.user.id))
    removals.forget_connections(world, connections, call.now)
    return Reply({"identifiers": ids})


def _shown(account: Account, world: World) -> views.Json:
    connection = connection_of(account, world)
    return views.account(account, bank_of_connection(connection, world), is_busy=connection.is_busy)
