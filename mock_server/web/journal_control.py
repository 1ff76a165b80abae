"""The part of the control API that looks into the journal: list, filter, export, verify, and wait."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mock_server.clock import parse_duration
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import Worlds
from mock_server.web.har import archive
from mock_server.web.journal import Entry, Journal
from mock_server.web.journal_views import shown
from mock_server.web.json_endpoints import CLIENT_HEADER, Json, chosen, endpoint, json_response, known, number
from mock_server.web.matching import READERS, Condition, conditions, matches
from mock_server.web.messages import until_gone
from mock_server.web.verification import COUNTS, Verdict, expectation, judge, judge_order, shown_verdict

SHOWN_ENTRIES = 100
QUERY = (*(name for name in READERS if name != "body"), "limit")
USUAL_PATIENCE = "5s"
LONGEST_PATIENCE = timedelta(seconds=60)
CONTRADICTED = 409
"""The journal and what the caller expects are in conflict. A test's HTTP client fails with it, and none takes it for a
reason to ask again by itself, as some do with 408."""


@dataclass(frozen=True, slots=True)
class JournalControl:
    """The endpoints, and what they look into. `operations` are the keys of all that there are."""

    worlds: Worlds
    journal: Journal
    operations: Collection[str]

    def routes(self) -> list[Route]:
        return [
            Route("/_mock/requests", endpoint(self.requests), methods=["GET"]),
            Route("/_mock/requests.har", endpoint(self.export), methods=["GET"]),
            Route("/_mock/requests/{number}", endpoint(self.show), methods=["GET"]),
            Route("/_mock/verify", endpoint(self.verify), methods=["POST"]),
            Route("/_mock/wait", endpoint(self.wait), methods=["POST"]),
        ]

    def requests(self, request: Request, body: Json) -> Json:
        """The newest entries that meet all conditions of the query; 100 unless `limit` says how many."""
        entries = list(islice(self._found(request), _limit(request, SHOWN_ENTRIES)))
        return {"requests": list(map(shown, entries)), "dropped": self.journal.dropped(self._mandator(request))}

    def export(self, request: Request, body: Json) -> Json:
        """The same as an HTTP archive, the oldest first; all of them unless `limit` says how many."""
        return archive(list(islice(self._found(request), _limit(request, None)))[::-1])

    def show(self, request: Request, body: Json) -> Json:
        known(request.query_params, ())
        wanted = number("number", request.path_params["number"])
        for entry in self.journal.newest(self._mandator(request), after=wanted - 1):
            if entry.number == wanted:
                return shown(entry)
        raise ApiError(Refusal.UNKNOWN_ENTITY, f"The journal has no entry {wanted}, or no longer has it.")

    def verify(self, request: Request, body: Json) -> Response:
        """`{"calls": {…}, "exactly": 2}`, or `atLeast`, `atMost`, `never`; or `{"inOrder": [{…}, {…}]}`."""
        known(body, ("inOrder",) if "inOrder" in body else ("calls", *COUNTS, "inOrder"))
        mandator = self._mandator(request)
        entries = self.journal.newest(mandator)
        if "inOrder" in body:
            return self._answer(judge_order(entries, self._steps(body)), mandator)
        return self._answer(judge(entries, self._calls(body), expectation(body)), mandator)

    async def wait(self, request: Request, body: Json) -> Response:
        """`{"calls": {…}, "atLeast": 1, "within": "5s"}`: answers as soon as they are there, or the time is up."""
        known(body, ("calls", "atLeast", "within"))
        mandator, wanted, expected = self._mandator(request), self._calls(body), expectation(body)
        patience, seen = _patience(body), 0

        def enough() -> bool:
            nonlocal seen
            fresh, seen = self.journal.newest(mandator, after=seen), self.journal.written
            if not any(matches(entry, wanted) for entry in fresh):
                return expected.least == 0
            return judge(self.journal.newest(mandator), wanted, expected).ok

        with self.journal.bell() as bell:
            await _until(enough, bell, request, patience)
        return self._answer(judge(self.journal.newest(mandator), wanted, expected), mandator)

    def _mandator(self, request: Request) -> str | None:
        """That of the client which `X-Mock-Client` names; None without the header. ApiError 404."""
        return chosen(self.worlds, request)[0].mandator if CLIENT_HEADER in request.headers else None

    def _found(self, request: Request) -> Iterator[Entry]:
        given = {name: text for name, text in known(request.query_params, QUERY).items() if name != "limit"}
        wanted = conditions(given, self.operations)
        return (entry for entry in self.journal.newest(self._mandator(request)) if matches(entry, wanted))

    def _calls(self, body: Json) -> Sequence[Condition]:
        if "calls" not in body:
            raise invalid(Problem("calls", 'Say which, for example {"operation": "createUser"}; {} means all.'))
        return self._conditions(body["calls"], "calls")

    def _steps(self, body: Json) -> list[Sequence[Condition]]:
        steps = body["inOrder"]
        if not isinstance(steps, list) or not steps:
            raise invalid(Problem("inOrder", 'Must be a list such as [{"operation": "createUser"}, {"status": 401}].'))
        return [self._conditions(step, f"inOrder[{index}]") for index, step in enumerate(steps)]

    def _conditions(self, given: object, place: str) -> Sequence[Condition]:
        if not isinstance(given, Mapping):
            raise invalid(Problem(place, 'Must be an object such as {"operation": "createUser"}.'))
        return conditions(given, self.operations, f"{place}.")

    def _answer(self, verdict: Verdict, mandator: str | None) -> Response:
        body = shown_verdict(verdict, self.journal.dropped(mandator))
        return json_response(body, 200 if verdict.ok else CONTRADICTED)


async def _until(enough: Callable[[], bool], bell: asyncio.Event, request: Request, patience: timedelta) -> None:
    """Ask now and whenever the bell rings whether it is enough, until it is, or time is up, or the client has gone."""
    gone = asyncio.create_task(until_gone(request.receive))
    gone.add_done_callback(lambda _: bell.set())
    try:
        async with asyncio.timeout(patience.total_seconds()):
            while not enough() and not gone.done():
                bell.clear()
                await bell.wait()
    except TimeoutError:
        return
    finally:
        gone.cancel()


def _limit(request: Request, usual: int | None) -> int | None:
    text = request.query_params.get("limit")
    return usual if text is None else number("limit", text)


def _patience(body: Json) -> timedelta:
    """How long to wait, on the machine's clock: the caller waits in real time. ApiError 400."""
    text = body.get("within", USUAL_PATIENCE)
    try:
        patience = parse_duration(text if isinstance(text, str) else "")
    except ValueError as error:
        raise invalid(Problem("within", str(error))) from None
    if not timedelta(0) <= patience <= LONGEST_PATIENCE:
        raise invalid(Problem("within", "Must be from 0s to 60s. To wait longer, wait again."))
    return patience
