"""Securities of the user."""

from mock_server.domain import securities
from mock_server.domain.securities import Security
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import position_views as views
from mock_server.paging import arrange


def get_and_search_all_securities(call: Call, world: World) -> Reply:
    wanted = securities.matching(world.store.owned(Security, call.user.id), call.query)
    page = call.page_of(arrange(wanted, call.query["order"], securities.ORDERS))
    return Reply({"securities": [views.security(one) for one in page.items], "paging": page.paging()})


def get_security(call: Call, world: World) -> Reply:
    return Reply(views.security(world.mine(Security, call.user, call.path["id"])))
