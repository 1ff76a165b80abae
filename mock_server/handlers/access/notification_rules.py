"""Notification rules of the user."""

from mock_server.domain import notification_rules
from mock_server.domain.accounts import Account, BankConnection
from mock_server.domain.notification_rules import NotificationRule
from mock_server.errors import ApiError, Refusal
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import notification_rule_views as views
from mock_server.handlers.categorizing import categories_of


def get_and_search_all_notification_rules(call: Call, world: World) -> Reply:
    wanted = notification_rules.matching(world.store.owned(NotificationRule, call.user.id), call.query)
    return Reply({"notificationRules": [views.notification_rule(rule) for rule in wanted]})


def create_notification_rule(call: Call, world: World) -> Reply:
    user = call.user.id
    rule = notification_rules.create(call.body, world.ids.number("notification_rule"), user)
    known = {
        "accountIds": [account.id for account in world.store.owned(Account, user)],
        "bankConnectionIds": [connection.id for connection in world.store.owned(BankConnection, user)],
        "categoryId": [category.id for category in categories_of(world, user)],
    }
    notification_rules.check_references(rule, known)
    if any(notification_rules.is_twin(rule, other) for other in world.store.owned(NotificationRule, user)):
        raise ApiError(Refusal.ENTITY_EXISTS, "There is such a notification rule already.")
    world.store.put(rule)
    return Reply(views.notification_rule(rule))


def delete_all_notification_rules(call: Call, world: World) -> Reply:
    mine = world.store.owned(NotificationRule, call.user.id)
    world.store.delete(*mine)
    return Reply({"identifiers": sorted(rule.id for rule in mine)})


def get_notification_rule(call: Call, world: World) -> Reply:
    return Reply(views.notification_rule(world.mine(NotificationRule, call.user, call.path["id"])))


def delete_notification_rule(call: Call, world: World) -> Reply:
    world.store.delete(world.mine(NotificationRule, call.user, call.path["id"]))
    return Reply()
