"""What has become of the callbacks of each mandator: the newest ones, with every attempt to send them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from mock_server.domain.callbacks import Callback, Delivery
from mock_server.exchange import World

if TYPE_CHECKING:
    from mock_server.scenario.stage import Ruling

KEPT = 1000
"""How many callbacks are remembered for each mandator."""


@dataclass(slots=True)
class Attempt:
    """One POST to the customer's server."""

    at: datetime
    """By the client's clock."""
    body: bytes
    status: int | None = None
    """None: no answer, or none yet."""
    milliseconds: float | None = None
    """None: it is under way."""
    error: str | None = None


@dataclass(slots=True)
class Track:
    """A callback that has left the hands of whoever caused it."""

    callback: Callback
    ruling: "Ruling | None" = None
    """What the scenarios said about it."""
    is_lost: bool = False
    attempts: list[Attempt] = field(default_factory=list)


class CallbackLog:
    """The tracks of all worlds. A world that starts anew has none."""

    def __init__(self) -> None:
        self._tracks: WeakKeyDictionary[World, dict[int, Track]] = WeakKeyDictionary()

    def note(self, world: World, callback: Callback) -> Track:
        """The track of a callback, begun now if there is none."""
        tracks = self._tracks.get(world)
        if tracks is None:
            tracks = self._tracks[world] = {}
            world.alarms.add(tracks.clear)
        track = tracks.setdefault(callback.id, Track(callback))
        while len(tracks) > KEPT:
            del tracks[next(iter(tracks))]
        return track

    def of(self, world: World) -> Iterator[Track]:
        """The tracks of a world, the oldest first, also of what is still owed and nobody has looked at."""
        tracks = dict(self._tracks.get(world, {}))
        for delivery in world.store.all(Delivery):
            tracks.setdefault(delivery.callback.id, Track(delivery.callback))
        for callback in world.store.all(Callback):
            tracks.setdefault(callback.id, Track(callback))
        return iter(tracks.values())
