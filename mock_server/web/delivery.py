"""Sending callbacks. The only module that opens outgoing connections.

A callback is a record that was stored together with the change that causes it. The postman takes
it out and sends it once: finAPI documents that the answer is ignored, and no second attempt.
He also looks after the clock when no request comes in, so that a form expires and reports it
although nobody asks.
"""

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

import orjson

from mock_server.clock import stopwatch
from mock_server.domain.callbacks import Callback, Delivery, overtaken, owed
from mock_server.exchange import World, Worlds
from mock_server.web.journal import Entry, Journal

if TYPE_CHECKING:
    import httpx2

log = logging.getLogger("finapi_mock")

ROUND = 1.0
"""Seconds between two looks at the clocks while nothing happens."""
PATIENCE = 10.0
"""Seconds that a customer's server has to answer."""


class Postman:
    """Delivers what the worlds owe."""

    def __init__(self, worlds: Worlds, journal: Journal) -> None:
        self._worlds = worlds
        self._journal = journal
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
        """Take what is owed in any world and send it off."""
        for world in self._worlds:
            try:
                world.catch_up()
                for callback in world.store.all(Callback):
                    _take_in(world, callback)
                for delivery in world.store.all(Delivery):
                    if delivery.due_at is None:
                        world.store.delete(delivery)
                        self._start(world, delivery)
            except Exception:  # one world's trouble must not silence the others
                log.exception("callbacks of %s", world.mandator)

    def _start(self, world: World, delivery: Delivery) -> None:
        task = asyncio.get_running_loop().create_task(self._send(world, delivery))
        self._on_their_way.add(task)
        task.add_done_callback(self._on_their_way.discard)

        def drop() -> None:
            task.cancel()

        world.alarms.add(drop)
        task.add_done_callback(lambda _: world.alarms.discard(drop))

    async def _send(self, world: World, delivery: Delivery) -> None:
        callback = delivery.callback
        entry = Entry("callback", "POST", callback.url, mandator=world.mandator, client_id=callback.client_id)
        entry.at = callback.created_at
        body = entry.request_body = delivery.body if isinstance(delivery.body, bytes) else orjson.dumps(delivery.body)
        entry.request_type = "application/json"
        started = stopwatch()
        try:
            headers = {"content-type": "application/json"}
            answer = await self._client().post(callback.url, content=body, headers=headers)
            entry.status = answer.status_code
        except Exception as error:  # any trouble of the customer's server, from DNS to TLS, is a line in the journal
            entry.error = f"{type(error).__name__}: {error}"
        # One that is cancelled leaves no entry: its world starts anew, or the server stops.
        entry.milliseconds = (stopwatch() - started) * 1000
        self._journal.add(entry)

    def _client(self) -> "httpx2.AsyncClient":
        if self._http is None:
            import httpx2  # late: most runs never send a callback, and none does at its start

            # The machine's proxy settings are for the world outside, not for localhost.
            self._http = httpx2.AsyncClient(timeout=PATIENCE, trust_env=False)
        return self._http


def _take_in(world: World, callback: Callback) -> None:
    """Decide, once, what becomes of a callback. Those it overtakes follow it."""
    with world.store.transaction():
        world.store.delete(callback)
        held = overtaken(world.store.all(Delivery), by=callback)
        world.store.delete(*held)  # they move behind the new one
        world.store.put(*owed(callback, world.handling(callback), world.clock.now()), *held)
