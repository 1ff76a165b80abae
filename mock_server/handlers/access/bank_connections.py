"""Bank connections, as far as they are read."""

from mock_server.domain.accounts import BankConnection
from mock_server.domain.categorization import ScheduledCategorization
from mock_server.exchange import Call, Reply, World
from mock_server.handlers import imports
from mock_server.handlers.access import views
from mock_server.handlers.sources import bank_of_connection


def get_all_bank_connections(call: Call, world: World) -> Reply:
    ids = call.query.get("ids")
    mine = sorted(world.store.owned(BankConnection, call.user.id), key=lambda connection: connection.id)
    wanted = [connection for connection in mine if ids is None or connection.id in ids]
    return Reply({"connections": [shown(imports.read(world, it, call.now), world, call) for it in wanted]})


def get_bank_connection(call: Call, world: World) -> Reply:
    connection = world.mine(BankConnection, call.user, call.path["id"])
    return Reply(shown(imports.read(world, connection, call.now), world, call))


def shown(connection: BankConnection, world: World, call: Call) -> views.Json:
    """The connection for this client: those without a licence see no values of login fields."""
    bank = bank_of_connection(connection, world)
    is_waiting = connection.download is not None or world.store.find(ScheduledCategorization, connection.id) is not None
    return views.bank_connection(
        connection,
        bank,
        call.now,
        "PENDING" if is_waiting else "READY",
        masks_all=call.client.license == "UNLICENSED",
    )
