"""Bank connections, as far as they are read."""

from mock_server.domain.accounts import BankConnection
from mock_server.domain.categorization import ScheduledCategorization
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import views


def get_all_bank_connections(call: Call, world: World) -> Reply:
    ids = call.query.get("ids")
    mine = sorted(world.store.owned(BankConnection, call.user.id), key=lambda connection: connection.id)
    wanted = [connection for connection in mine if ids is None or connection.id in ids]
    return Reply({"connections": [_shown(connection, world, call) for connection in wanted]})


def get_bank_connection(call: Call, world: World) -> Reply:
    return Reply(_shown(world.mine(BankConnection, call.user, call.path["id"]), world, call))


def _shown(connection: BankConnection, world: World, call: Call) -> views.Json:
    bank = world.setup.banks.get(connection.bank_id)
    assert bank is not None  # noqa: S101 # the catalogue does not change
    scheduled = world.store.find(ScheduledCategorization, connection.id)
    return views.bank_connection(connection, bank, call.now, "READY" if scheduled is None else "PENDING")
