"""TPP credentials, which belong to the mandator, and the groups of banks that they open."""

from mock_server.clock import today
from mock_server.domain import tpp_credentials
from mock_server.domain.tpp_credentials import TppCredentials
from mock_server.errors import ApiError, Refusal
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import tpp_views as views
from mock_server.paging import arrange


def get_all_tpp_credentials(call: Call, world: World) -> Reply:
    wanted = world.store.all(TppCredentials)
    if call.query.get("search"):
        wanted = tpp_credentials.usable_at(world.setup.banks.search(call.query["search"]), wanted)
    page = call.page_of(arrange(wanted, call.query["order"], {"label": lambda one: one.label}))
    return Reply({"tppCredentials": [views.tpp_credentials(one) for one in page.items], "paging": page.paging()})


def create_tpp_credential(call: Call, world: World) -> Reply:
    id = world.ids.number("tpp_credentials")
    created = tpp_credentials.create(call.body, id, today(call.now), world.setup.banks)
    world.store.put(created)
    return Reply(views.tpp_credentials(created))


def get_and_search_tpp_authentication_groups(call: Call, world: World) -> Reply:
    wanted = tpp_credentials.matching(world.setup.banks, call.query)
    orders = {"id": lambda group: group.id, "name": lambda group: group.name}
    page = call.page_of(arrange(wanted, call.query["order"], orders))
    shown = [views.tpp_authentication_group(group) for group in page.items]
    return Reply({"tppAuthenticationGroups": shown, "paging": page.paging()})


def get_tpp_credential(call: Call, world: World) -> Reply:
    return Reply(views.tpp_credentials(_credentials(call, world)))


def edit_tpp_credential(call: Call, world: World) -> Reply:
    edited = tpp_credentials.edit(_credentials(call, world), call.body, world.setup.banks)
    world.store.put(edited)
    return Reply(views.tpp_credentials(edited))


def delete_tpp_credential(call: Call, world: World) -> Reply:
    world.store.delete(_credentials(call, world))
    return Reply()


def _credentials(call: Call, world: World) -> TppCredentials:
    credentials = world.store.find(TppCredentials, call.path["id"])
    if credentials is None:
        raise ApiError(Refusal.UNKNOWN_ENTITY)
    return credentials
