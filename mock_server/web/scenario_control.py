"""The part of the control API that is about scenarios: which there are, which are on, and why one did not fire."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import Enum
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from mock_server.clock import access_timestamp
from mock_server.contract.problems import suggestion
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import World, Worlds
from mock_server.scenario.engine import Script
from mock_server.scenario.library import Library, Shelved, UnknownScenarioError
from mock_server.scenario.rules import Rule, Scenario
from mock_server.scenario.stage import Play
from mock_server.scenario.wording import says_nothing
from mock_server.strict_yaml import MistakesError, yaml_name
from mock_server.web.json_endpoints import CLIENT_HEADER, Json, chosen, endpoint, known, text_endpoint


@dataclass(frozen=True, slots=True)
class ScenarioControl:
    """The endpoints, and what they act on."""

    worlds: Worlds
    library: Library

    def routes(self) -> list[Route]:
        return [
            Route("/_mock/scenarios", endpoint(self.show), methods=["GET"]),
            Route("/_mock/scenarios", endpoint(self.put_on), methods=["POST"]),
            Route("/_mock/scenarios/{name}/state", endpoint(self.enter_state), methods=["POST"]),
            Route("/_mock/library", endpoint(self.list), methods=["GET"]),
            Route("/_mock/library", text_endpoint(self.upload), methods=["POST"]),
            Route("/_mock/library/{name}", endpoint(self.look_up), methods=["GET"]),
        ]

    def show(self, request: Request, body: Json) -> Json:
        """What is on for each mandator, in its order, and how often each rule was met."""
        stages = [
            {"mandator": world.mandator, "scenarios": [_play(play, world) for play in _plays(world)]}
            for world in chosen(self.worlds, request)
        ]
        if CLIENT_HEADER in request.headers:
            return {"on": stages}
        return {
            "on": stages,
            "forNewClients": [script.scenario.name for script in self.worlds.scripts],
            "broken": [str(mistake) for mistakes in self.library.broken.values() for mistake in mistakes],
        }

    def put_on(self, request: Request, body: Json) -> Json:
        """`{"on": ["bank-is-down", …]}`: have these on, from their beginning, and no others; `[]` for none.

        For the client that `X-Mock-Client` names, or for all, also for clients which are yet to come.
        """
        names = known(body, ("on",)).get("on")
        names = [names] if isinstance(names, str) else names
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise invalid(Problem("on", 'Must be a list of names, such as {"on": ["bank-is-down"]}, or [] for none.'))
        scripts = [self._found(name, "on").script for name in names]
        if CLIENT_HEADER not in request.headers:
            self.worlds.scripts = tuple(scripts)
        for world in chosen(self.worlds, request):
            world.put_on(scripts)
        return self.show(request, body)

    def enter_state(self, request: Request, body: Json) -> Json:
        """`{"state": "down"}`: be in this state from now on."""
        name, state = request.path_params["name"], known(body, ("state",)).get("state")
        plays = [(world, play) for world in chosen(self.worlds, request) for play in _plays(world)]
        plays = [(world, play) for world, play in plays if play.scenario.name == name]
        if not plays:
            self._found(name, "name")
            raise ApiError(Refusal.UNKNOWN_ENTITY, f"The scenario '{name}' is not on.")
        states = plays[0][1].scenario.states
        if state not in states:
            hint = suggestion(str(state), states) if states else " The scenario has no states."
            raise invalid(Problem("state", f"There is no state '{state}'.{hint}"))
        for world, play in plays:
            play.progress.enter(state, world.clock.now())
        return self.show(request, body)

    def list(self, request: Request, body: Json) -> Json:
        """Every scenario that can be asked for."""
        return {"scenarios": [_entry(shelved) for shelved in self._all()]}

    def look_up(self, request: Request, body: Json) -> Json:
        shelved = self._found(request.path_params["name"], "name")
        return {**_entry(shelved), "rules": [_rule(shelved.script.scenario, n) for n in _numbers(shelved.script)]}

    def upload(self, request: Request, text: str) -> Json:
        """Add a scenario (YAML or JSON), or replace the one of its name. Where it is on, it goes on by the new text."""
        try:
            shelved = self.library.upload(text)
        except MistakesError as error:
            raise _wrong(error) from None
        self.worlds.go_on_with(shelved.script)
        return _entry(shelved)

    def _found(self, name: str, field: str) -> Shelved:
        try:
            return self.library.find(name)
        except UnknownScenarioError as error:
            raise ApiError(Refusal.UNKNOWN_ENTITY, problems=[Problem(field, str(error))]) from None
        except MistakesError as error:
            raise _wrong(error) from None

    def _all(self) -> Iterable[Shelved]:
        try:
            yield from self.library.all()
        except MistakesError as error:
            raise _wrong(error) from None


def _wrong(error: MistakesError) -> ApiError:
    return invalid(*(Problem(f"{it.source}:{it.line}:{it.column}", it.message) for it in error.mistakes))


def _plays(world: World) -> Sequence[Play]:
    return [] if world.stage is None else [*world.stage.plays, *world.stage.guests.values()]


def _numbers(script: Script) -> range:
    return range(len(script.scenario.rules))


def _entry(shelved: Shelved) -> Json:
    scenario = shelved.script.scenario
    return {"name": scenario.name, "description": scenario.description, "source": shelved.source}


def _play(play: Play, world: World) -> Json:
    progress = play.progress
    rules = [
        {**_rule(play.scenario, n), "fitted": progress.fitted(n), "fired": progress.fired.get(n, 0)}
        for n in _numbers(play.script)
    ]
    return {
        "name": play.scenario.name,
        "since": access_timestamp(progress.since),
        "state": play.state(world.clock.now()),
        "rules": [{**rule, "unused": rule["fitted"] == 0} for rule in rules],
    }


def _rule(scenario: Scenario, number: int) -> Json:
    rule: Rule = scenario.rules[number]
    return {"rule": number + 1, "name": rule.name, "when": as_file(rule.when), "then": as_file(rule.then)}


def as_file(value: Any) -> Any:
    """A part of a scenario as it would stand in a JSON file."""
    if hasattr(value, "__dataclass_fields__"):
        return {
            yaml_name(it.name): as_file(getattr(value, it.name))
            for it in fields(value)
            if not _is_default(value, it.name)
        }
    if isinstance(value, dict):
        return {key: as_file(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [as_file(each) for each in value]
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g}s"
    if isinstance(value, Enum):
        return value.value
    return access_timestamp(value) if hasattr(value, "isoformat") else value


def _is_default(record: Any, name: str) -> bool:
    value = getattr(record, name)
    return (
        value is None
        or value is False
        or value == ()
        or value == {}
        or (hasattr(value, "__dataclass_fields__") and says_nothing(value))
    )
