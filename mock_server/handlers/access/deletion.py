"""Deleting a user, whoever does it: itself, a client before verification, or the mandator admin."""

from datetime import datetime

from mock_server.domain import statistics
from mock_server.domain.accounts import Account, BankConnection
from mock_server.domain.authorisations import Authorisation
from mock_server.domain.callbacks import Callback
from mock_server.domain.categories import Category
from mock_server.domain.categorization import ScheduledCategorization, TrainedRule
from mock_server.domain.deletions import Gap
from mock_server.domain.forms import WebForm
from mock_server.domain.labels import Label
from mock_server.domain.notification_rules import NotificationRule
from mock_server.domain.payments import Payment
from mock_server.domain.pending_transactions import PendingTransaction
from mock_server.domain.preferences import FormLanguage
from mock_server.domain.securities import Security
from mock_server.domain.standing_orders import BankSideStandingOrder, StandingOrder
from mock_server.domain.tasks import Task
from mock_server.domain.transactions import Transaction
from mock_server.domain.users import Client, User
from mock_server.exchange import World
from mock_server.handlers.access.authorization import end_tokens
from mock_server.handlers.counting import count
from mock_server.store import Record

OWNED_BY_USER: tuple[type[Record], ...] = (
    WebForm, Task, FormLanguage,
    BankConnection, Account, Transaction,
    Payment, StandingOrder, BankSideStandingOrder,
    Category, Label, TrainedRule, ScheduledCategorization, Gap,
    PendingTransaction, Security, NotificationRule,
    Authorisation,
)  # fmt: skip
"""What goes with a user. A new kind of record whose `owner` is the user's id belongs here."""


def delete_user(world: World, user: User, now: datetime) -> None:
    """The user goes, and with it all that it has. Its statistics stay, and every client that wants to know is told."""
    count(world, user.id, statistics.deleted, now)
    end_tokens(world, user)
    for kind in OWNED_BY_USER:
        world.store.delete(*world.store.owned(kind, user.id))
    world.store.delete(user)
    for client in world.store.all(Client):
        url = client.configuration.user_synchronization_callback_url
        if url is not None:
            body = {"userId": user.name, "event": "DELETED"}
            world.store.put(Callback(world.ids.number("callback"), client.id, url, body, now))
