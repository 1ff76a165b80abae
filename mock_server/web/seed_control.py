"""`/_mock/seed`: what a mandator begins with, and begins with again after each reset."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mock_server.domain.accounts import Account, BankConnection
from mock_server.domain.transactions import Transaction
from mock_server.domain.users import User
from mock_server.errors import ApiError, Problem, invalid
from mock_server.exchange import World, Worlds
from mock_server.handlers.seed_checks import Surroundings, read_seed
from mock_server.handlers.seeding import sower
from mock_server.strict_yaml import MistakesError
from mock_server.web.json_endpoints import CLIENT_HEADER, Json, chosen, json_response, refused
from mock_server.web.messages import read_body

LONGEST_SEED = 64 * 1024 * 1024
COUNTED = {"users": User, "bankConnections": BankConnection, "accounts": Account, "transactions": Transaction}


@dataclass(frozen=True, slots=True)
class SeedControl:
    """The endpoint, and what it acts on."""

    worlds: Worlds
    wake: Callable[[], None]

    def routes(self) -> list[Route]:
        return [Route("/_mock/seed", self.sow, methods=["POST"])]

    async def sow(self, request: Request) -> Response:
        """Begin anew with the seed in the body, YAML or JSON; `{}`: with nothing.

        For the client that `X-Mock-Client` names, or for all, also for clients which are yet to come.
        """
        try:
            raw = await read_body(request.scope, request.receive, LONGEST_SEED)
            setup = self.worlds.setup
            around = Surroundings(setup.banks, setup.categories, self.worlds.mandator_of, list(setup.clients or {}))
            sow = sower(read_seed(_text(raw), "seed", around), around)
            worlds = chosen(self.worlds, request)
        except MistakesError as error:
            places = ((f"{it.source}:{it.line}:{it.column}", it.message) for it in error.mistakes)
            return refused(invalid(*(Problem(place, message) for place, message in places)))
        except ApiError as error:
            return refused(error)
        if CLIENT_HEADER not in request.headers:
            self.worlds.sow = sow
        for world in worlds:
            world.seed(sow)
        self.wake()
        return json_response({"seeded": [_counted(world) for world in worlds]})


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise invalid(Problem("body", "The body must be UTF-8.")) from None


def _counted(world: World) -> Json:
    return {"mandator": world.mandator, **{name: world.store.count(kind) for name, kind in COUNTED.items()}}
