"""Looking at what takes its time. One look too many ends it, where the pace counts looks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from mock_server.domain import progress
from mock_server.domain.accounts import BankConnection
from mock_server.domain.categorization import ScheduledCategorization
from mock_server.domain.payments import Payment
from mock_server.domain.standing_orders import StandingOrder
from mock_server.domain.tasks import Task
from mock_server.exchange import World

Working = TypeVar("Working", bound=BankConnection | ScheduledCategorization | Payment | StandingOrder | Task)


def look(
    world: World, record: Working, now: datetime, finish: Callable[[World, Working, datetime], Working]
) -> Working:
    """The record as its reader finds it: still at work, or as `finish` leaves it."""
    if record.work is None:
        return record
    left = progress.seen(record.work)
    if left is None:
        return finish(world, record, now)
    if left is record.work:
        return record
    after = replace(record, work=left)
    world.store.put(after)
    return after
