"""Bank connections, as far as they are read."""

from mock_server.domain.accounts import BankConnection
from mock_server.domain.categorization import CategorizationStatus
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import views
from mock_server.handlers.categorizing import look_at_status, status_of
from mock_server.handlers.imports import finish_download
from mock_server.handlers.looking import look
from mock_server.handlers.sources import bank_of_connection


def get_all_bank_connections(call: Call, world: World) -> Reply:
    ids = call.query.get("ids")
    mine = sorted(world.store.owned(BankConnection, call.user.id), key=lambda connection: connection.id)
    wanted = [connection for connection in mine if ids is None or connection.id in ids]
    return Reply({"connections": [_looked_at(it, world, call) for it in wanted]})


def get_bank_connection(call: Call, world: World) -> Reply:
    connection = world.mine(BankConnection, call.user, call.path["id"])
    return Reply(_looked_at(connection, world, call))


def shown(connection: BankConnection, world: World, call: Call) -> views.Json:
    """The connection for the client that has just changed it."""
    return _view(connection, status_of(world, connection), world, call)


def _looked_at(connection: BankConnection, world: World, call: Call) -> views.Json:
    """The connection for a client that has asked how far it is, which may be what its work has waited for."""
    connection = look(world, connection, call.now, finish_download)
    return _view(connection, look_at_status(world, connection, call.now), world, call)


def _view(connection: BankConnection, status: CategorizationStatus, world: World, call: Call) -> views.Json:
    """Clients without a licence see no values of login fields."""
    bank, masks_all = bank_of_connection(connection, world), call.client.license == "UNLICENSED"
    return views.bank_connection(connection, bank, call.now, status, masks_all=masks_all)
