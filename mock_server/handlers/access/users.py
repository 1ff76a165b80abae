"""Users: creation and verification by a client, and what the authorized user may do with itself."""

from mock_server.domain import statistics, users
from mock_server.domain.accounts import BankConnection
from mock_server.errors import ApiError, Refusal
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import views
from mock_server.handlers.access.deletion import delete_user
from mock_server.handlers.removals import check_idle


def create_user(call: Call, world: World) -> Reply:
    user = users.create(
        call.body or {},
        number=world.ids.number("user"),
        spare_id=world.ids.uuid("user"),
        spare_password=world.ids.uuid("password"),
        now=call.now,
        configuration=world.configuration_of(call.client),
    )
    if world.store.find(users.User, user.id) is not None:
        raise ApiError(Refusal.ENTITY_EXISTS, f"A user with the id '{user.name}' exists already.")
    world.store.put(user, statistics.registered(user, call.now))
    return Reply(views.user(user, password=user.password))


def get_authorized_user(call: Call, world: World) -> Reply:
    return Reply(views.user(call.user))


def edit_authorized_user(call: Call, world: World) -> Reply:
    edited = users.edit(call.user, call.body, world.configuration_of(call.client))
    world.store.put(edited)
    return Reply(views.user(edited))


def delete_authorized_user(call: Call, world: World) -> Reply:
    check_idle(world, world.store.owned(BankConnection, call.user.id))
    delete_user(world, call.user, call.now)
    return Reply()


def get_verification_status(call: Call, world: World) -> Reply:
    return Reply(views.verification_status_resource(world.user_named(call.query["userId"])))


def verify_user(call: Call, world: World) -> Reply:
    world.store.put(users.verify(world.user_named(call.path["userId"])))
    return Reply()


def delete_unverified_user(call: Call, world: World) -> Reply:
    user = world.user_named(call.path["userId"])
    if user.is_verified:
        detail = f"The user '{user.name}' is verified, so only itself or the mandator admin client can delete it."
        raise ApiError(Refusal.USER_ALREADY_VERIFIED, detail)
    delete_user(world, user, call.now)
    return Reply()
