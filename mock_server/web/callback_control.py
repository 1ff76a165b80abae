"""The part of the control API that is about callbacks: what has become of them, sending again, sending by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
from starlette.requests import Request
from starlette.routing import Route

from mock_server.clock import access_timestamp
from mock_server.contract import nesting
from mock_server.contract.problems import suggestion
from mock_server.domain.callbacks import Callback, Delivery, again, is_sendable
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import World, Worlds
from mock_server.web.callback_log import Attempt, CallbackLog, Track
from mock_server.web.journal_views import masked
from mock_server.web.json_endpoints import CLIENT_HEADER, Json, chosen, endpoint, known, number

SHOWN_CALLBACKS = 100
STATES = ("pending", "waiting", "underWay", "sent", "failed", "lost")
"""About to be sent; waiting for the clock or for the next one; being sent; answered, with whichever status; not
answered; lost by a scenario."""


@dataclass(frozen=True, slots=True)
class CallbackControl:
    """The endpoints, and what they act on."""

    worlds: Worlds
    log: CallbackLog
    wake: Callable[[], None]

    def routes(self) -> list[Route]:
        return [
            Route("/_mock/callbacks", endpoint(self.list), methods=["GET"]),
            Route("/_mock/callbacks", endpoint(self.send), methods=["POST"]),
            Route("/_mock/callbacks/{id}", endpoint(self.show), methods=["GET"]),
            Route("/_mock/callbacks/{id}/resend", endpoint(self.resend), methods=["POST"]),
        ]

    def list(self, request: Request, body: Json) -> Json:
        """Callbacks, newest first; 100 unless `limit` says how many. `state` chooses some."""
        query = known(request.query_params, ("client", "state", "limit"))
        state = query.get("state")
        if state is not None and state not in STATES:
            raise invalid(Problem("state", f"There is no state '{state}'.{suggestion(state, STATES)}"))
        found = (
            shown(world, track)
            for world, track in self._tracks(request)
            if query.get("client") in (None, track.callback.client_id) and state in (None, state_of(world, track))
        )
        limit = number("limit", query["limit"]) if "limit" in query else SHOWN_CALLBACKS
        return {"callbacks": list(islice(found, limit))}

    def show(self, request: Request, body: Json) -> Json:
        known(request.query_params, ())
        return shown(*self._found(request))

    def resend(self, request: Request, body: Json) -> Json:
        """Send a callback once more, with the body that finAPI would send, whatever a scenario has made of it."""
        known(body, ())
        world, track = self._found(request)
        self._send(world, track)
        return shown(world, track)

    def send(self, request: Request, body: Json) -> Json:
        """`{"url": …, "body": {…}}`: send this in the name of the client that `X-Mock-Client` names."""
        wish = known(body, ("url", "body"))
        client_id = request.headers.get(CLIENT_HEADER)
        if client_id is None:
            raise invalid(Problem(CLIENT_HEADER, "Header is missing: say in whose name it is sent."))
        url, content = wish.get("url"), wish.get("body", {})
        if not isinstance(url, str) or not is_sendable(url):
            raise invalid(Problem("url", "Must be an http or https URL."))
        if not isinstance(content, dict):
            raise invalid(Problem("body", "Must be an object."))
        [world] = chosen(self.worlds, request)
        now = world.clock.now()
        track = Track(Callback(world.ids.number("callback"), client_id, url, content, now))
        self._send(world, track)
        return shown(world, track)

    def _send(self, world: World, track: Track) -> None:
        world.store.put(again(track.callback, world.ids.number("callback again"), world.clock.now()))
        self.wake()

    def _tracks(self, request: Request) -> Iterator[tuple[World, Track]]:
        for world in chosen(self.worlds, request):
            for track in reversed(list(self.log.of(world))):
                yield world, track

    def _found(self, request: Request) -> tuple[World, Track]:
        """ApiError 404, and 400 where several mandators have a callback with this id."""
        id = number("id", request.path_params["id"])
        found = [pair for pair in self._tracks(request) if pair[1].callback.id == id]
        if not found:
            raise ApiError(Refusal.UNKNOWN_ENTITY, f"There is no callback {id}, or it is forgotten.")
        if len(found) > 1:
            raise invalid(Problem(CLIENT_HEADER, "Header is missing: several mandators have a callback with this id."))
        return found[0]


def shown(world: World, track: Track) -> Json:
    """A callback and what has become of it until now."""
    callback, ruling = track.callback, track.ruling
    due_at = min((it.due_at for it in _waiting(world, track) if it.due_at is not None), default=None)
    return {
        "id": callback.id,
        "mandator": world.mandator,
        "clientId": callback.client_id,
        "url": callback.url,
        "body": masked(callback.body),
        "createdAt": access_timestamp(callback.created_at),
        "state": state_of(world, track),
        "dueAt": due_at and access_timestamp(due_at),
        "scenario": ruling and ruling.scenario,
        "reason": ruling and ruling.reason,
        "attempts": [_attempt(attempt) for attempt in track.attempts],
    }


def state_of(world: World, track: Track) -> str:
    """One of `STATES`."""
    if track.attempts:
        last = track.attempts[-1]
        return "underWay" if last.milliseconds is None else "sent" if last.error is None else "failed"
    waiting = _waiting(world, track)
    if any(delivery.due_at is None for delivery in waiting) or world.store.find(Callback, track.callback.id):
        return "pending"
    return "waiting" if waiting else "lost" if track.is_lost else "underWay"


def _waiting(world: World, track: Track) -> list[Delivery]:
    return [delivery for delivery in world.store.all(Delivery) if delivery.callback.id == track.callback.id]


def _attempt(attempt: Attempt) -> Json:
    took = attempt.milliseconds
    return {
        "at": access_timestamp(attempt.at),
        "body": _sent(attempt.body),
        "status": attempt.status,
        "milliseconds": took and round(took, 3),
        "error": attempt.error,
    }


def _sent(body: bytes) -> Any:
    """What was sent: JSON, or the text that a scenario has put in its place."""
    try:
        return masked(nesting.parsed(body))
    except orjson.JSONDecodeError:
        return body.decode()
