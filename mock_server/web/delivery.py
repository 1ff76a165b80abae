"""Sending callbacks. The only module that opens outgoing connections.

A callback is a record that was stored together with the change that causes it. The postman takes
it out and sends it once, unless a scenario wants something else: finAPI documents that the answer
is ignored, and no second attempt. He also looks after the clock when no request comes in, so that
a form expires and reports it although nobody asks.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from itertools import groupby
from typing import TYPE_CHECKING, Any

import orjson

from mock_server.clock import stopwatch
from mock_server.domain.callbacks import USUAL, Callback, Delivery, overtaken, owed
from mock_server.exchange import World, Worlds
from mock_server.web.callback_log import Attempt, CallbackLog, Track
from mock_server.web.journal import Entry, Journal

if TYPE_CHECKING:
    import httpx2

    from mock_server.scenario.stage import Ruling

log = logging.getLogger("finapi_mock")

ROUND = 1.0
"""Seconds between two looks at the clocks while nothing happens."""
PATIENCE = 10.0
"""Seconds that a customer's server has to answer."""
HEAD_START = 1.0
"""Seconds after which a callback no longer waits for the answer to the one before it. Usually it arrives after it."""


class Postman:
    """Delivers what the worlds owe."""

    def __init__(self, worlds: Worlds, journal: Journal, callbacks: CallbackLog) -> None:
        self._worlds = worlds
        self._journal = journal
        self._callbacks = callbacks
        self._bell = asyncio.Event()
        self._on_their_way: set[asyncio.Task[None]] = set()
        self._http: httpx2.AsyncClient | None = None

    def wake(self) -> None:
        """There may be something to deliver."""
        self._bell.set()

    async def work(self) -> None:
        """Until cancelled. What is under way then is dropped: a stopped server sends nothing."""
        try:
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._bell.wait(), ROUND)
                self._bell.clear()
                self.collect()
        finally:
            for task in self._on_their_way:
                task.cancel()
            if self._http is not None:
                await self._http.aclose()

    def collect(self) -> None:
        """Take what is owed in any world and send it off, for each client in its order."""
        for world in self._worlds:
            try:
                world.catch_up()
                take_in(world, self._callbacks)
                ready = [it for it in world.store.all(Delivery) if it.due_at is None]
                world.store.delete(*ready)
                for _, deliveries in groupby(sorted(ready, key=_client), _client):
                    self._start(world, self._send_all(world, list(deliveries)))
            except Exception:  # one world's trouble must not silence the others
                log.exception("callbacks of %s", world.mandator)

    def _start(self, world: World, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begin with work that ends when the world is reset."""
        task = asyncio.get_running_loop().create_task(work)
        self._on_their_way.add(task)
        task.add_done_callback(self._on_their_way.discard)
        world.alarms.add(task.cancel)
        task.add_done_callback(lambda task: world.alarms.discard(task.cancel))
        return task

    async def _send_all(self, world: World, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            await asyncio.wait({self._start(world, self._send(world, delivery))}, timeout=HEAD_START)

    async def _send(self, world: World, delivery: Delivery) -> None:
        """A reset ends it: then there is nobody who would want to know."""
        callback, track = delivery.callback, self._callbacks.note(world, delivery.callback)
        body = orjson.dumps(callback.body) if delivery.body is None else delivery.body.encode()
        attempt = Attempt(delivery.at, body)
        track.attempts.append(attempt)
        started = stopwatch()
        try:
            headers = {"content-type": "application/json"}
            answer = await self._client().post(callback.url, content=body, headers=headers)
            attempt.status = answer.status_code
        except Exception as error:  # any trouble of the customer's server, from DNS to TLS, is a line in the journal
            attempt.error = f"{type(error).__name__}: {error}"
        attempt.milliseconds = (stopwatch() - started) * 1000
        ruling = None if delivery.is_resent else track.ruling
        self._journal.add(_entry(world.mandator, callback, attempt, ruling))

    def _client(self) -> "httpx2.AsyncClient":
        if self._http is None:
            import httpx2  # late: most runs never send a callback, and none does at its start

            # The machine's proxy settings are for the world outside, not for localhost.
            self._http = httpx2.AsyncClient(timeout=PATIENCE, trust_env=False)
        return self._http


def take_in(world: World, log: CallbackLog) -> None:
    """Decide, once, what becomes of each new callback. Those that it overtakes follow it."""
    for callback in list(world.store.all(Callback)):
        with world.store.transaction():
            world.store.delete(callback)
            held = overtaken(world.store.all(Delivery), by=callback)
            world.store.delete(*held)  # they move behind the new one
            world.store.put(*_owed(world, callback, log.note(world, callback)), *held)
    world.catch_up()  # what is late may be due all the same, where the clock has made a leap


def _owed(world: World, callback: Callback, track: Track) -> Iterable[Delivery]:
    if world.stage is None:
        return owed(callback, USUAL)
    from mock_server.web.callback_rulings import handling_of, ruling_on  # late: most runs have no scenario on

    track.ruling = ruling_on(callback, world, world.stage)
    handling = handling_of(callback, track.ruling)
    track.is_lost = handling.lost
    return owed(callback, handling)


def _client(delivery: Delivery) -> str:
    return delivery.callback.client_id


def _entry(mandator: str, callback: Callback, attempt: Attempt, ruling: "Ruling | None") -> Entry:
    entry = Entry("callback", "POST", callback.url, mandator=mandator, client_id=callback.client_id)
    entry.at, entry.request_body, entry.request_type = attempt.at, attempt.body, "application/json"
    entry.status, entry.error, entry.milliseconds = attempt.status, attempt.error, attempt.milliseconds or 0.0
    if ruling is not None:
        entry.ruling, entry.scenario, entry.reason = ruling, ruling.scenario, ruling.reason
    return entry
