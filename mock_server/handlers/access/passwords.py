"""Changing a user's password, in two steps: a client asks for a token, and brings it back with the new password."""

from mock_server.domain import passwords
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import views
from mock_server.handlers.access.authorization import end_tokens


def request_password_change(call: Call, world: World) -> Reply:
    token = world.ids.uuid("password_change")
    user = passwords.request_change(world.user_named(call.body["userId"]), token, call.now)
    world.store.put(user)
    return Reply(views.password_changing_resource(user, token, call.client.data_decryption_key))


def execute_password_change(call: Call, world: World) -> Reply:
    user = world.user_named(call.body["userId"])
    changed = passwords.execute_change(user, call.body["password"], call.body["passwordChangeToken"], call.now)
    world.store.put(changed)
    end_tokens(world, changed)
    return Reply()
