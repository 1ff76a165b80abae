"""The part of the control API that is about clients: which there are, one more, and one less."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mock_server.contract.problems import article, suggestion, type_of
from mock_server.domain.configuration import SETTINGS, Configuration, unknown_category
from mock_server.domain.users import LICENSES, Client, License
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import RegisteredClient, Setup, World, Worlds
from mock_server.web.journal import Journal
from mock_server.web.json_endpoints import Json, chosen, endpoint, json_response, known, text

WISH = ("clientId", "clientSecret", "mandator", "isMandatorAdmin", "license", "configuration")


@dataclass(frozen=True, slots=True)
class ClientControl:
    """The endpoints, and what they act on."""

    worlds: Worlds
    journal: Journal

    def routes(self) -> list[Route]:
        return [
            Route("/_mock/clients", endpoint(self.list), methods=["GET"]),
            Route("/_mock/clients", endpoint(self.register), methods=["POST"]),
            Route("/_mock/clients/{id}", endpoint(self.remove), methods=["DELETE"]),
        ]

    def list(self, request: Request, body: Json) -> Json:
        """The clients there are, and what their owner needs to know of each: the key to what is encrypted for it."""
        worlds = chosen(self.worlds, request)
        return {"clients": [_shown(world, client) for world in worlds for client in world.store.all(Client)]}

    def register(self, request: Request, body: Json) -> Response:
        """`{"license": "AISP", "configuration": {…}}`: a client that nobody else has, or the one that is named."""
        wish = known(body, WISH)
        newcomer = self._newcomer(wish, text(wish, "clientId") or next(self._free_names()))
        if self._is_known(newcomer.client_id):
            detail = f"There is a client '{newcomer.client_id}' already. Without a clientId you get one that is free."
            raise ApiError(Refusal.ENTITY_EXISTS, problems=[Problem("clientId", detail)])
        client = self.worlds.register(newcomer)
        shown = _shown(self.worlds.opened(newcomer.mandator), client)
        return json_response({**shown, "clientSecret": client.secret, "license": client.license}, 201)

    def remove(self, request: Request, body: Json) -> Json:
        """Forget the client's mandator with all that it has, as if none of its clients had ever come along."""
        known(body, ())
        id = request.path_params["id"]
        if not self._is_known(id):
            raise ApiError(Refusal.UNKNOWN_ENTITY, f"There is no client '{id}'.")
        world = self.worlds.of_client(id)
        assert world is not None  # noqa: S101 # it has this client
        for alarm in tuple(world.alarms):
            alarm()
        self.worlds.close(world)
        self.journal.forget(world.mandator)
        return {"removed": world.mandator}

    def _newcomer(self, wish: Mapping[str, Any], client_id: str) -> RegisteredClient:
        setup = self.worlds.setup
        return RegisteredClient(
            client_id=client_id,
            client_secret=text(wish, "clientSecret") or f"{client_id}-secret",
            mandator=text(wish, "mandator") or client_id,
            is_admin=_switch(wish, "isMandatorAdmin"),
            license=_license(text(wish, "license") or setup.license),
            configuration=_configured(setup, wish.get("configuration")),
        )

    def _is_known(self, client_id: str) -> bool:
        return any(world.store.find(Client, client_id) is not None for world in self.worlds)

    def _free_names(self) -> Iterator[str]:
        """Names of which neither a client nor a mandator is called, the first ones again as soon as they are free."""
        return (
            name
            for name in (f"client-{number}" for number in count(1))
            if self.worlds.of_mandator(name) is None and not self._is_known(name)
        )


def _shown(world: World, client: Client) -> Json:
    return {
        "mandator": world.mandator,
        "clientId": client.id,
        "isMandatorAdmin": client.is_admin,
        "dataDecryptionKey": client.data_decryption_key,
    }


def _switch(wish: Mapping[str, Any], name: str) -> bool:
    value = wish.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise invalid(Problem(name, "Must be true or false."))


def _license(word: str) -> License:
    for license in LICENSES:
        if license == word:
            return license
    raise invalid(Problem("license", f"There is no such licence.{suggestion(word, LICENSES)}"))


def _configured(setup: Setup, given: Any) -> Configuration:
    """As usual, but for what is given for this client, by the names of finAPI's ClientConfiguration. ApiError 400."""
    if not isinstance(given, dict | None):
        raise invalid(Problem("configuration", 'Must be an object such as {"maxUserLoginAttempts": 3}.'))
    changes: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in (given or {}).items():
        try:
            changes[SETTINGS[name].field] = _read(name, value)
        except KeyError:
            problems.append(Problem(f"configuration.{name}", f"There is no such field.{suggestion(name, [*SETTINGS])}"))
        except ValueError as error:
            problems.append(Problem(f"configuration.{name}", f"Value {error}."))
    if problems:
        raise invalid(*problems)
    configuration = replace(setup.configuration, **changes)
    problem = unknown_category(configuration, setup.categories)
    if problem is not None:
        raise invalid(Problem("configuration.categoryRestrictions", problem))
    return configuration


def _read(name: str, value: Any) -> Any:
    setting = SETTINGS[name]
    if type(value) is not setting.type:
        raise ValueError(f"must be {article(type_of(setting.type()))}, not {article(type_of(value))}")
    return setting.read(value)
