"""The scenarios that ship, read once for all tests."""

from functools import cache

from mock_server.contract.documents import resource
from mock_server.scenario.library import Library
from mock_server.scenario.rules import Scenario
from tests.scenario.texts import vocabulary

FOLDER = resource("scenarios")
FILES = sorted(FOLDER.rglob("*.yaml"))


@cache
def shipped() -> tuple[Scenario, ...]:
    return tuple(shelved.script.scenario for shelved in Library(FOLDER, vocabulary()).all())


def scenario_called(name: str) -> Scenario:
    return next(it for it in shipped() if it.name == name)
