"""Notification rules as Access shows them."""

from mock_server.domain.notification_rules import NotificationRule
from mock_server.handlers.access.views import Json, present


def notification_rule(rule: NotificationRule) -> Json:
    return present(
        {
            "id": rule.id,
            "triggerEvent": rule.trigger_event,
            "params": dict(rule.params),
            "callbackHandle": rule.callback_handle,
            "includeDetails": rule.includes_details,
        }
    )
