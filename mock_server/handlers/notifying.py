"""Telling the customer's servers what a batch update has found, as the rules of the user want it."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from mock_server.domain.accounts import NewTerms
from mock_server.domain.callbacks import Callback
from mock_server.domain.encryption import encrypt
from mock_server.domain.notification_rules import NotificationRule
from mock_server.domain.notifications import BatchUpdate, ConnectionChange, owed
from mock_server.domain.users import Client
from mock_server.exchange import World
from mock_server.handlers.categorizing import categories_of


def notify(world: World, user_id: str, changes: Sequence[ConnectionChange], now: datetime) -> None:
    """Owe the callbacks for one batch update of a user's connections, in the transaction that is open.

    Rules belong to the user, whom all clients of the mandator share. So each client with a
    `userNotificationCallbackUrl` is told, and each in its own encryption.
    """
    rules = sorted(world.store.owned(NotificationRule, user_id), key=lambda rule: rule.id)
    if not changes or not rules:
        return
    update = BatchUpdate(tuple(changes), has_new_terms=any(_has_new_terms(change) for change in changes))
    known = categories_of(world, user_id)
    for client in world.store.all(Client):
        url = client.configuration.user_notification_callback_url
        if url is not None:
            for notification in owed(rules, update, known, partial(encrypt, client.data_decryption_key)):
                world.store.put(Callback(world.ids.number("callback"), client.id, url, notification.body, now))


def _has_new_terms(change: ConnectionChange) -> bool:
    """Whether the end user has still to agree to the bank's new terms and conditions."""
    return any(it.new_terms in (NewTerms.AHEAD, NewTerms.ASKED) for it in change.connection.interfaces)
