"""What the clock does to the records whose time has come."""

from collections.abc import Mapping
from typing import Any

from mock_server.domain.accounts import BankConnection
from mock_server.domain.authorisations import Authorisation
from mock_server.domain.callbacks import Delivery, release
from mock_server.domain.categorization import ScheduledCategorization
from mock_server.domain.forms import WebForm
from mock_server.domain.payments import Payment
from mock_server.domain.standing_orders import StandingOrder
from mock_server.domain.tasks import Task
from mock_server.domain.tokens import Token
from mock_server.exchange import Settle, World
from mock_server.handlers import authorised_orders, imports
from mock_server.handlers.categorizing import categorize_scheduled
from mock_server.handlers.webform import tasks
from mock_server.handlers.webform.endings import expire


def settle(world: World, record: Any) -> None:
    """Let the clock have its say about one record whose time has come."""
    SETTLE[type(record)](world, record)


def _forget(world: World, record: Any) -> None:
    world.store.delete(record)


def _categorize(world: World, scheduled: ScheduledCategorization) -> None:
    assert scheduled.due_at is not None  # noqa: S101 # why it is here
    categorize_scheduled(world, scheduled, scheduled.due_at)


def _release(world: World, delivery: Delivery) -> None:
    assert delivery.due_at is not None  # noqa: S101 # why it is here
    world.store.delete(delivery)  # it moves behind those that were due before it
    world.store.put(release(delivery, at=delivery.due_at))


# fmt: off
SETTLE: Mapping[type, Settle] = {
    Authorisation:           _forget,
    BankConnection:          imports.settle,
    Delivery:                _release,
    Payment:                 authorised_orders.settle,
    ScheduledCategorization: _categorize,
    StandingOrder:           authorised_orders.settle,
    Task:                    tasks.settle,
    Token:                   _forget,
    WebForm:                 expire,
}
# fmt: on
