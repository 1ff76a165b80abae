"""Scenarios on the way of a request: asking them, waiting for them, and putting their answers in place of ours."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from mock_server.contract import Operation
from mock_server.contract.problems import suggestion
from mock_server.errors import ApiError, MadeUp, Problem, Refusal, invalid, refusal_named
from mock_server.exchange import Caller, Handler, World
from mock_server.handlers import staging
from mock_server.scenario.engine import Script, seconds_of
from mock_server.scenario.events import NOTHING, Event
from mock_server.scenario.library import Library, UnknownScenarioError
from mock_server.scenario.patches import patched
from mock_server.scenario.rules import Answer as OwnAnswer
from mock_server.scenario.rules import Then
from mock_server.scenario.stage import Ruling, Stage
from mock_server.strict_yaml import MistakesError
from mock_server.web.events import event_of
from mock_server.web.faults import malformed, send_broken
from mock_server.web.messages import JSON, Answer, GoneError, header, send_answer, until_gone

SCENARIO = b"x-mock-scenario"
REFUSE = b"x-mock-refuse"
RESET = MadeUp(503, "UNEXPECTED_ERROR", "TECHNICAL", "The client was reset while this request was held back.")


class Playhouse:
    """Where scenarios and requests meet."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def ruling(
        self,
        world: World,
        operation: Operation,
        caller: Caller | None,
        given: Mapping[str, Any],
        body: Any,
        scope: Scope,
    ) -> Ruling | None:
        """What the scenarios say to this request; None if none is on and it asks for none.

        ApiError 400 if the request asks for what there is not.
        """
        guests, code = self._guests(header(scope, SCENARIO)), header(scope, REFUSE)
        if world.stage is None and not guests and not code:
            return None
        stage = world.stage = world.stage or Stage((), world.clock.now())
        needs = stage.needs(operation.key, operation.api, operation.tag, guests)
        if needs is None and not code:
            return None
        parts = {
            "path": given["path"],
            "query": given["query"],
            "header": _texts(scope) if needs and needs.headers else NOTHING,
            "body": body if isinstance(body, dict) else NOTHING,
        }
        subjects = needs.subjects if needs else ()
        event = event_of(operation, caller, parts, world, world.clock.now(), subjects)
        ruling = stage.consult(event, guests)
        return _refusing(event, ruling, code) if code else ruling

    def _guests(self, named: str) -> Sequence[Script]:
        if not named:
            return ()
        names = [name.strip() for name in named.split(",") if name.strip()]
        try:
            return tuple(self.library.find(name).script for name in names)
        except (UnknownScenarioError, MistakesError) as error:
            raise invalid(Problem("X-Mock-Scenario", str(error))) from None

    async def instead(self, ruling: Ruling, world: World, receive: Receive) -> Answer | None:
        """Wait as long as the rule says, and then what is answered in place of carrying the request out, if anything.

        ApiError to refuse it, GoneError if nobody waits for it any more.
        """
        then = ruling.then
        if then is None:
            return None
        if then.delay is not None:
            await _hold_back(seconds_of(then.delay, ruling.luck), world, receive)
        if then.quota is not None:
            raise ApiError(Refusal.TOO_MANY_REQUESTS, retry_after=ruling.retry_after)
        if then.refuse is not None:
            refusal = refusal_named(then.refuse)
            assert refusal is not None  # noqa: S101 # the scenario was checked when it was read
            wait = None if then.retry_after is None else int(then.retry_after.total_seconds())
            raise ApiError(refusal, then.message, retry_after=wait)
        if then.answer is not None:
            return _own(then.answer)
        return Answer(200) if then.fault is not None and then.fault.does_nothing else None

    def staged(self, handler: Handler, ruling: Ruling) -> Handler:
        """The handler, with what else the rule makes happen while it works."""
        return handler if ruling.then is None else staging.staged(handler, ruling, ruling.then)

    def changed(self, answer: Answer, ruling: Ruling | None) -> Answer:
        """Our answer with the fields that the rule changes."""
        then = None if ruling is None else ruling.then
        if then is None:
            return answer
        if (then.patch or then.remove) and answer.body:
            answer.body = orjson.dumps(patched(orjson.loads(answer.body), then.patch, then.remove))
        if then.token is not None and then.token.malformed is not None:
            answer.body, answer.media = malformed(answer.body, then.token.malformed)
        return answer

    async def send(self, answer: Answer, ruling: Ruling | None, receive: Receive, send: Send) -> None:
        """Send the answer, as far as the rule lets it arrive."""
        if ruling is None or ruling.then is None or ruling.then.fault is None:
            await send_answer(answer, send)
        else:
            await send_broken(ruling.then.fault, answer, receive, send)


def _texts(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _refusing(event: Event, ruling: Ruling, code: str) -> Ruling:
    if refusal_named(code) is None:
        names = tuple(dict.fromkeys((*Refusal.__members__, *(row.code for row in Refusal))))
        raise invalid(Problem("X-Mock-Refuse", f"There is no refusal '{code}'.{suggestion(code, names)}"))
    return ruling._replace(then=Then(refuse=code), reason="X-Mock-Refuse", scenario=None)


async def _hold_back(seconds: float, world: World, receive: Receive) -> None:
    """ApiError if the world is reset meanwhile, GoneError if the client hangs up."""
    reset = asyncio.Event()
    world.alarms.add(reset.set)
    gone = asyncio.create_task(until_gone(receive))
    ends = (gone, asyncio.create_task(reset.wait()))
    try:
        await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        is_gone = gone.done()
    finally:
        world.alarms.discard(reset.set)
        for end in ends:
            end.cancel()
    if reset.is_set():
        raise ApiError(RESET)
    if is_gone:
        raise GoneError("while a scenario held its request back")


def _own(own: OwnAnswer) -> Answer:
    headers = [(name.lower().encode("latin-1"), text.encode("latin-1")) for name, text in own.headers.items()]
    if own.body is None and own.status >= 400:
        message = own.message or f"The scenario answers {own.status}."
        raise ApiError(MadeUp(own.status, own.code, own.type, message), headers=headers)
    if own.body is None:
        return Answer(own.status, headers=headers)
    is_text = isinstance(own.body, str)
    body = own.body.encode() if is_text else orjson.dumps(own.body)
    media = own.media.encode("latin-1") if own.media else b"text/plain; charset=utf-8" if is_text else JSON
    return Answer(own.status, body, media, headers)
