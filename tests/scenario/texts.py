"""Scenarios from a few lines of YAML, and events to ask them about."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from mock_server.app import load_contracts
from mock_server.scenario.checks import read_scenario
from mock_server.scenario.engine import Script, decide
from mock_server.scenario.events import Event, Progress, Verdict, begin
from mock_server.scenario.rules import Scenario
from mock_server.scenario.vocabulary import Vocabulary
from mock_server.settings import Settings

NOON = datetime(2026, 8, 13, 10, tzinfo=UTC)


@cache
def vocabulary() -> Vocabulary:
    contracts = load_contracts(Settings())
    return Vocabulary(tuple(operation for contract in contracts for operation in contract.operations))


def scenario(rules: str) -> Scenario:
    """A scenario with these rules (and what else belongs to it), in YAML."""
    return read_scenario(f"name: one\ndescription: One.\n{rules}", "one.yaml", vocabulary())


def event(operation: str = "access.updateBankConnection", after: float = 0, **about: Any) -> Event:
    """A request `after` so many seconds; `about` are its subjects, and `path`, `query`, `header` and `body`."""
    api, _, _ = operation.partition(".")
    tag = next((it.tag for it in vocabulary().operations if it.key == operation), "")
    parts = {name: about.pop(name, {}) for name in ("path", "query", "header", "body")}
    subjects = {name: value if isinstance(value, tuple) else (value,) for name, value in about.items()}
    return Event(operation, NOON + timedelta(seconds=after), api, tag, subjects, parts)


class Played:
    """A scenario that is asked about one event after the other, and remembers."""

    def __init__(self, rules: str) -> None:
        self.script = Script(scenario(rules))
        self.progress: Progress = begin(self.script.scenario, NOON)

    def says(self, event: Event) -> Verdict:
        verdict = decide(self.script, self.progress, event)
        self.progress.take(verdict)
        return verdict

    def fires(self, *events: Event) -> list[int | None]:
        """Which rule decides each of the events, counted from 1 as people do."""
        verdicts = [self.says(event) for event in events]
        return [None if verdict.rule is None else verdict.rule + 1 for verdict in verdicts]
