"""What happens while a clock is moved: everything that becomes due, in the order of its time, as one line each."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mock_server.clock import access_timestamp
from mock_server.domain.accounts import BankConnection
from mock_server.domain.callbacks import Callback, Delivery
from mock_server.exchange import World
from mock_server.web.callback_log import CallbackLog
from mock_server.web.delivery import take_in
from mock_server.web.json_endpoints import Json

KINDS = {"Authorisation": "authentication", "ScheduledCategorization": "categorization"}
"""What records are called that have no name of their own in finAPI."""


class Witness:
    """Sees one world catch up."""

    def __init__(self, world: World, log: CallbackLog) -> None:
        """To be made before the clock is moved: what was owed until then is no news."""
        self._world = world
        self._log = log
        self._before = world.clock.now()
        self._owed = {key for key, _, _ in self._ready()}
        self._seen: list[tuple[datetime, Json]] = []

    def watch(self) -> list[Json]:
        """Let happen what is due, and tell it, the earliest first."""
        now = self._world.catch_up(self._note)
        for at, connection in self._ended_consents(now):
            self._tell(at, "expired", "consent", connection.id)
        for key, at, callback in self._ready():
            if key not in self._owed:
                self._tell(at, "sent", "callback", callback.id, url=callback.url)
        return [line for _, line in sorted(self._seen, key=lambda it: it[0])]

    def _ready(self) -> Iterator[tuple[tuple[str, Any], datetime, Callback]]:
        """What the postman sends as soon as he looks: not what is late, and nothing of what is lost.

        With scenarios on he has to look first, because they decide what becomes of each.
        """
        if self._world.stage is not None:
            take_in(self._world, self._log)
        for delivery in self._world.store.all(Delivery):
            if delivery.due_at is None:
                yield ("delivery", delivery.id), delivery.at, delivery.callback
        for callback in self._world.store.all(Callback):
            yield ("callback", callback.id), callback.created_at, callback

    def _note(self, record: Any, after: Any) -> None:
        if isinstance(record, Delivery):
            return  # one that is late is told of with those that are not
        name = type(record).__name__
        kind = KINDS.get(name, name[0].lower() + name[1:])
        status = getattr(after, "status", None)
        if after is None:
            self._tell(record.due_at, "finished" if kind == "categorization" else "expired", kind, record.id)
        elif status is not None and status != record.status:
            what = "expired" if str(status) == "EXPIRED" else "finished"
            self._tell(record.due_at, what, kind, record.id, status=str(status))
        elif status is None:
            self._tell(record.due_at, "finished", kind, record.id)

    def _ended_consents(self, now: datetime) -> Iterator[tuple[datetime, BankConnection]]:
        """Nothing is due for a consent: whoever reads it compares. Here all are looked at, because it is asked once."""
        for connection in self._world.store.all(BankConnection):
            for interface in connection.interfaces:
                consent = interface.consent
                if consent is not None and self._before < consent.expires_at <= now:
                    yield consent.expires_at, connection

    def _tell(self, at: datetime, what: str, kind: str, id: Any, **more: Any) -> None:
        line = {"at": access_timestamp(at), "mandator": self._world.mandator, "what": what, "kind": kind, "id": id}
        self._seen.append((at, {**line, **more}))
