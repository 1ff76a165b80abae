"""The control API: `/_mock`. What tests and people use that finAPI does not have."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from mock_server import __version__
from mock_server.clock import Clock, access_timestamp, parse_duration, parse_instant, stopwatch
from mock_server.domain.progress import Pace, parse_pace
from mock_server.errors import Problem, invalid
from mock_server.exchange import Worlds
from mock_server.web.callback_log import CallbackLog
from mock_server.web.happenings import Witness
from mock_server.web.journal import Journal
from mock_server.web.json_endpoints import CLIENT_HEADER, Json, chosen, endpoint, known


@dataclass(frozen=True, slots=True)
class Control:
    """The endpoints, and what they act on."""

    worlds: Worlds
    journal: Journal
    callbacks: CallbackLog
    wake: Callable[[], None]
    started: float

    def routes(self) -> list[Route]:
        return [
            Route("/_mock/health", endpoint(self.health)),
            Route("/_mock/reset", endpoint(self.reset), methods=["POST"]),
            Route("/_mock/clock", endpoint(self.show_clock), methods=["GET"]),
            Route("/_mock/clock", endpoint(self.move_clock), methods=["POST"]),
            Route("/_mock/pace", endpoint(self.show_pace), methods=["GET"]),
            Route("/_mock/pace", endpoint(self.set_pace), methods=["POST"]),
        ]

    def health(self, request: Request, body: Json) -> Json:
        return {
            "status": "UP",
            "version": __version__,
            "seed": self.worlds.setup.seed,
            "uptimeSeconds": round(stopwatch() - self.started, 3),
        }

    def reset(self, request: Request, body: Json) -> Json:
        known(body, ())
        worlds = chosen(self.worlds, request)
        if CLIENT_HEADER not in request.headers:
            self.worlds.clock.reset()
            self.worlds.pace = self.worlds.setup.pace
            self.journal.clear()
        for world in worlds:
            world.reset(self.worlds.clock, self.worlds.pace, self.worlds.scripts)
            self.journal.forget(world.mandator)
        return {"reset": [world.mandator for world in worlds]}

    def show_clock(self, request: Request, body: Json) -> Json:
        return {"clocks": [_clock(whose, clock) for whose, clock in self._clocks(request)]}

    def move_clock(self, request: Request, body: Json) -> Json:
        """`{"set": …}`, `{"advance": …}`, `{"freeze": true}`, `{"resume": true}`, or several, done in this order.

        Without `X-Mock-Client` every clock is moved, also that of clients which are yet to come. The answer tells what
        has happened meanwhile.
        """
        wish = known(body, tuple(MOVES))
        if not wish:
            raise invalid(Problem("body", 'Say what to do, for example {"advance": "2h"}.'))
        moves = [_move(name, wish[name]) for name in MOVES if name in wish]
        clocks = self._clocks(request)
        witnesses = [Witness(world, self.callbacks) for world in chosen(self.worlds, request)]
        _move_all([clock for _, clock in clocks], moves)
        happened = [line for witness in witnesses for line in witness.watch()]
        self.wake()
        return {"clocks": [_clock(whose, clock) for whose, clock in clocks], "happened": happened}

    def show_pace(self, request: Request, body: Json) -> Json:
        """How fast background work is done."""
        paces: list[tuple[str | None, Pace]] = [(world.mandator, world.pace) for world in chosen(self.worlds, request)]
        if CLIENT_HEADER not in request.headers:
            paces.insert(0, (None, self.worlds.pace))
        return {"paces": [{"mandator": whose, "pace": str(pace)} for whose, pace in paces]}

    def set_pace(self, request: Request, body: Json) -> Json:
        """`{"pace": "3-reads"}`, for the client that `X-Mock-Client` names, or for all, also for clients which are
        yet to come. Work that has begun goes on as it was."""
        text = known(body, ("pace",)).get("pace")
        try:
            pace = parse_pace(text if isinstance(text, str) else "")
        except ValueError as error:
            raise invalid(Problem("pace", str(error))) from None
        if CLIENT_HEADER not in request.headers:
            self.worlds.pace = pace
        for world in chosen(self.worlds, request):
            world.pace = pace
        return self.show_pace(request, body)

    def _clocks(self, request: Request) -> list[tuple[str | None, Clock]]:
        """Clocks with their mandators; None: the clock that new mandators get."""
        clocks: list[tuple[str | None, Clock]] = [
            (world.mandator, world.clock) for world in chosen(self.worlds, request)
        ]
        return clocks if CLIENT_HEADER in request.headers else [(None, self.worlds.clock), *clocks]


Move = Callable[[Clock], None]


def _set(wish: Any) -> Move:
    instant = parse_instant(wish)
    return lambda clock: clock.set(instant)


def _advance(wish: Any) -> Move:
    step = parse_duration(wish)
    return lambda clock: clock.advance(step)


def _freeze(wish: Any) -> Move:
    return Clock.freeze if wish else Clock.stay


def _resume(wish: Any) -> Move:
    return Clock.resume if wish else Clock.stay


# In the order in which they are carried out, with the type that each takes.
MOVES: Mapping[str, tuple[type, Callable[[Any], Move]]] = {
    "set": (str, _set),
    "advance": (str, _advance),
    "freeze": (bool, _freeze),
    "resume": (bool, _resume),
}


def _move(name: str, wish: Any) -> Move:
    wanted, make = MOVES[name]
    if not isinstance(wish, wanted):
        raise invalid(Problem(name, "Must be a string." if wanted is str else "Must be true or false."))
    try:
        return make(wish)
    except ValueError as error:
        raise invalid(Problem(name, str(error))) from None


def _move_all(clocks: list[Clock], moves: Iterable[Move]) -> None:
    """Move all of the clocks or, if one of them cannot go there, none."""
    before = [clock.copy() for clock in clocks]
    try:
        for move in moves:
            for clock in clocks:
                move(clock)
    except ValueError as error:
        for clock, old in zip(clocks, before, strict=True):
            clock.take(old)
        raise invalid(Problem("body", str(error))) from None


def _clock(whose: str | None, clock: Clock) -> Json:
    return {
        "mandator": whose,
        "now": access_timestamp(clock.now()),
        "frozen": clock.is_frozen,
        "aheadSeconds": round(clock.offset.total_seconds(), 3),
    }
