"""Why a request was answered as it was: the rule behind a refusal, and how each rule of a scenario fared."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from mock_server.errors import ApiError, Refusal
from mock_server.exchange import Worlds
from mock_server.scenario.conditions import ABSENT, fits
from mock_server.scenario.engine import asked
from mock_server.scenario.events import Event, Trial, Verdict
from mock_server.scenario.rules import Scenario
from mock_server.web.clauses import CLAUSES
from mock_server.web.journal import Entry, Journal
from mock_server.web.journal_views import masked, shown_target
from mock_server.web.json_endpoints import Json, chosen, endpoint, known, number

NEAREST = 3
LONGEST_PATH = 300
"""A path that is longer is nobody's slip."""
SAID: dict[str, str] = {
    "times": "It has happened as often as 'times' allows.",
    "ttl": "It has retired: its 'ttl' is over.",
    "time": "'from', 'until' or 'for' does not include this instant.",
    "state": "The scenario is in another state.",
    "nth": "It fits, but 'nth' does not count this one.",
    "first": "It fits, but 'first' does not count this one.",
    "after": "It fits, but 'after' does not count this one.",
    "every": "It fits, but 'every' does not count this one.",
    "chance": "It fits, but chance has decided against it.",
    "quota": "It fits, and the quota has room.",
}


@dataclass(frozen=True, slots=True)
class WhyControl:
    """The endpoint, and what it looks into. `operations` are methods and paths of all that there are."""

    worlds: Worlds
    journal: Journal
    operations: Collection[tuple[str, str]]

    def routes(self) -> list[Route]:
        return [Route("/_mock/requests/{number}/why", endpoint(self.why), methods=["GET"])]

    def why(self, request: Request, body: Json) -> Json:
        known(request.query_params, ())
        wanted = number("number", request.path_params["number"])
        mandators = {world.mandator for world in chosen(self.worlds, request)} | {None}
        for entry in self.journal.newest(None, after=wanted - 1):
            if entry.number == wanted and entry.mandator in mandators:
                return self._explained(entry)
        raise ApiError(Refusal.UNKNOWN_ENTITY, f"The journal has no entry {wanted}, or no longer has it.")

    def _explained(self, entry: Entry) -> Json:
        is_unmatched = entry.refusal in (Refusal.NO_SUCH_PATH.name, Refusal.NO_SUCH_METHOD.name)
        return {
            "number": entry.number,
            "method": entry.method,
            "target": shown_target(entry.target),
            "status": entry.status,
            "reason": entry.reason,
            "hint": entry.hint,
            "refusal": entry.refusal and {"name": entry.refusal, "rule": CLAUSES.get(entry.refusal)},
            "nearest": self._nearest(entry) if is_unmatched else [],
            "scenarios": [] if entry.ruling is None else list(_fared(entry)),
        }

    def _nearest(self, entry: Entry) -> list[str]:
        """The operations that the request may have meant."""
        path = entry.target.partition("?")[0][:LONGEST_PATH]
        known_paths = sorted({path for _, path in self.operations})
        near = get_close_matches(path, known_paths, n=NEAREST, cutoff=0.5)
        return [f"{method} {path}" for path in near for method, its in sorted(self.operations) if its == path]


def _fared(entry: Entry) -> Iterator[Json]:
    """How each scenario fared that was asked about the request."""
    ruling = entry.ruling
    assert ruling is not None  # noqa: S101 # asked by the caller
    for scenario, verdict in ruling.verdicts:
        yield {
            "scenario": scenario.name,
            "decides": scenario.name == ruling.scenario,
            "state": verdict.state,
            "rules": [_rule(scenario, trial, ruling.event) for trial in verdict.trials],
            "rulesAboutOtherOperations": _others(scenario, verdict),
        }


def _others(scenario: Scenario, verdict: Verdict) -> list[str]:
    met = {trial.rule for trial in verdict.trials}
    return [scenario.called(rule) for rule in range(len(scenario.rules)) if rule not in met]


def _rule(scenario: Scenario, trial: Trial, event: Event) -> Json:
    return {
        "rule": scenario.called(trial.rule),
        "fired": trial.failed is None,
        "failed": trial.failed and SAID.get(trial.failed, trial.failed),
        "count": trial.nth or None,
        "conditions": [
            {
                "field": name,
                "wanted": str(condition),
                "found": _found(name, value),
                "holds": fits(condition, value),
            }
            for name, condition, value in asked(scenario.rules[trial.rule].when, event)
        ],
    }


def _found(name: str, value: Any) -> Any:
    """A value that a condition was held against, without secrets."""
    if value is ABSENT:
        return None
    plain = list(value) if isinstance(value, tuple) else value
    field = name.rpartition(".")[2]
    return masked({field: plain})[field]
