"""Keeping a user's statistics. Whoever creates or deletes bank connections says so here."""

from collections.abc import Callable
from datetime import datetime

from mock_server.domain.statistics import Statistics
from mock_server.domain.users import User
from mock_server.exchange import World


def count(world: World, owner: str, event: Callable[[Statistics, datetime], Statistics], now: datetime) -> None:
    """Something has happened to the user `owner`, for instance `statistics.connected`, once for each connection."""
    user = world.store.find(User, owner)
    stats = None if user is None else world.store.find(Statistics, user.number)
    if stats is not None:
        world.store.put(event(stats, now))
