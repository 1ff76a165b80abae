"""Puts everything together. The only module that constructs."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.clients import read_clients
from mock_server.clock import Clock, stopwatch
from mock_server.contract import Contract, Router, load_contract
from mock_server.contract.documents import load, resource
from mock_server.contract.operations import Api, completed
from mock_server.domain import banks, categories
from mock_server.domain.categories import Categories
from mock_server.domain.configuration import Configuration, unknown_category
from mock_server.exchange import RegisteredClient, Setup, Sow, World, Worlds
from mock_server.ids import Dice
from mock_server.operations import ALIASES, OPERATIONS, check_complete
from mock_server.settings import Settings, variable
from mock_server.web import certificates
from mock_server.web.callback_log import CallbackLog
from mock_server.web.control import Control
from mock_server.web.delivery import Postman
from mock_server.web.guard import Guard
from mock_server.web.journal import Journal
from mock_server.web.links import base_url_by
from mock_server.web.middleware import Reception
from mock_server.web.pipeline import Pipeline
from mock_server.web.sharing import Sharing

if TYPE_CHECKING:
    from mock_server.scenario.engine import Script
    from mock_server.scenario.library import Library
    from mock_server.web.playing import Playhouse
    from mock_server.web.watching import Watcher

OURS: dict[Api, Path] = {"access": resource("openapi", "access.yaml"), "webform": resource("openapi", "webform.yaml")}


@dataclass(frozen=True)
class App:
    """The ASGI application and the parts that tests and the command line look into."""

    asgi: ASGIApp
    worlds: Worlds
    journal: Journal
    contracts: tuple[Contract, ...]
    watcher: "Watcher | None" = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.asgi(scope, receive, send)


def create_app(settings: Settings, clock: Clock | None = None) -> App:
    """The emulator. LookupError or ValueError if documents, tables or files do not fit together."""
    started = stopwatch()
    contracts = load_contracts(settings)
    playhouse = cache(lambda: _playhouse(contracts))
    worlds = Worlds(_setup(settings), _settle, clock or Clock())
    if settings.scenario or settings.scenario_yaml is not None:
        worlds.scripts = tuple(_scripts(settings, playhouse().library))
    worlds.sow = _sow(settings, worlds)
    journal, callbacks = Journal(settings.journal_size, settings.journal_bytes), CallbackLog()
    router = Router((operation for contract in contracts for operation in contract.operations), ALIASES)
    bell = _Bell()
    base_url = base_url_by(settings.links_by, settings.webform_url)
    pipeline = Pipeline(router, OPERATIONS, worlds, bell.ring, settings.max_body, base_url, playhouse)

    def rooms() -> ASGIApp:
        from mock_server.web.rooms import rooms

        library = playhouse().library
        return rooms(
            worlds=worlds,
            journal=journal,
            callbacks=callbacks,
            contracts=contracts,
            library=library,
            wake=bell.ring,
            base_url=base_url,
            default=pipeline,
        )

    watcher = _watcher(worlds, playhouse) if settings.watch else None
    site = Starlette(
        routes=[
            *Control(worlds, journal, callbacks, bell.ring, started).routes(),
            certificates.route(settings.ca_file),
        ],
        lifespan=_lifespan(lambda: Postman(worlds, journal, callbacks), bell, watcher),
        exception_handlers={405: _wrong_method},
    )
    site.router.redirect_slashes = False
    site.router.default = _Late(rooms)
    door = _Door(Sharing(pipeline, router, worlds), _guarded(site, settings))
    return App(Reception(door, journal, Dice(settings.seed, "request")), worlds, journal, contracts, watcher)


def load_contracts(settings: Settings) -> tuple[Contract, ...]:
    """Both documents, checked to be complete. A document of the user's own is completed by ours."""
    given: dict[Api, Path | None] = {"access": settings.access_spec, "webform": settings.webform_spec}
    contracts: list[Contract] = []
    for api, path in OURS.items():
        ours = load_contract(api, path, strict=settings.strict)
        own = given[api]
        if own is not None:
            ours = completed(load_contract(api, own, strict=settings.strict), ours)
        contracts.append(ours)
    if not any(given.values()):
        check_complete(operation for contract in contracts for operation in contract.operations)
    return tuple(contracts)


def _playhouse(contracts: tuple[Contract, ...]) -> "Playhouse":
    from mock_server.web.playing import Playhouse

    return Playhouse(scenario_library(contracts))


def scenario_library(contracts: tuple[Contract, ...]) -> "Library":
    """The scenarios that ship, in the words of these documents."""
    from mock_server.scenario.library import Library
    from mock_server.scenario.vocabulary import Vocabulary

    operations = tuple(operation for contract in contracts for operation in contract.operations)
    return Library(resource("scenarios"), Vocabulary(operations))


def _scripts(settings: Settings, library: "Library") -> Iterator["Script"]:
    """The scenarios to begin with, in their order. LookupError or ValueError."""
    for name in settings.scenario:
        yield library.open(name).script
    if settings.scenario_yaml is not None:
        yield library.upload(settings.scenario_yaml, variable("scenario_yaml")).script


def _sow(settings: Settings, worlds: Worlds) -> Sow | None:
    """What new worlds begin with. ValueError tells everything that is wrong with it."""
    source = settings.source("seed_data")
    if source is None:
        return None
    from mock_server.handlers.seed_checks import Surroundings, read_seed
    from mock_server.handlers.seeding import sower

    setup = worlds.setup
    around = Surroundings(setup.banks, setup.categories, worlds.mandator_of, list(setup.clients or {}))
    return sower(read_seed(source.read(), source.name, around), around)


def _setup(settings: Settings) -> Setup:
    usual = Configuration(
        client_access_tokens_validity=settings.token_lifetime,
        user_access_tokens_validity=settings.token_lifetime,
        refresh_tokens_validity=settings.refresh_token_lifetime,
    )
    known = categories.from_data(load(resource("data", "categories.yaml")))
    return Setup(
        banks=banks.from_data(load(resource("data", "banks.yaml"))),
        categories=known,
        seed=settings.seed,
        token_key=settings.signing_key(),
        webform_url=settings.webform_url,
        license=settings.license,
        configuration=usual,
        strict=settings.strict,
        auto_complete=settings.auto_complete,
        reopens_forms=settings.reopen_forms,
        auto_error_redirect=settings.auto_error_redirect,
        pace=settings.pace,
        clients=_clients(settings, usual, known),
    )


def _clients(settings: Settings, usual: Configuration, known: Categories) -> Mapping[str, RegisteredClient] | None:
    """Those of the clients file, if there is one. ValueError."""
    source = settings.source("clients")
    if source is None:
        return None
    clients = read_clients(source, settings.license, usual)
    for client in clients.values():
        problem = unknown_category(client.configuration, known)
        if problem is not None:
            raise ValueError(f"{source.name}: {client.client_id}: {problem}")
    return clients


# The import below, and that of the rooms above, cost as much as all others of a start, and a first request rarely needs
# them.


def _settle(world: World, record: Any) -> None:
    from mock_server.handlers.due import settle

    settle(world, record)


class _Late:
    """An ASGI application that is built when it is first asked."""

    def __init__(self, build: Callable[[], ASGIApp]) -> None:
        self._build = build
        self._built: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._built = self._built or self._build()
        await self._built(scope, receive, send)


class _Bell:
    """Rings for the postman, who is there only while the server runs."""

    def __init__(self) -> None:
        self.answer: Callable[[], None] | None = None

    def ring(self) -> None:
        if self.answer is not None:
            self.answer()


async def _wrong_method(request: Request, error: Exception) -> Response:
    from mock_server.web.lost import wrong_method

    return await wrong_method(request, error)


def _guarded(site: ASGIApp, settings: Settings) -> ASGIApp:
    named = {urlsplit(url).hostname or "" for url in (settings.access_url, settings.webform_url)}
    return Guard(site, settings.control_token, {settings.host, *named}, takes_any_host=settings.links_by != "base-url")


class _Door:
    """API paths go straight to the pipeline, everything else to Starlette, which is slower."""

    def __init__(self, pipeline: ASGIApp, site: ASGIApp) -> None:
        self._pipeline = pipeline
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            await self._pipeline(scope, receive, send)
            return
        if scope["type"] == "http" and "//" in scope["path"]:
            # A base URL with a slash at its end makes `//finapi-webform2.js` of the loader's script.
            scope["path"] = re.sub("/+", "/", scope["path"])
        await self._site(scope, receive, send)


def _watcher(worlds: Worlds, playhouse: "Callable[[], Playhouse]") -> "Watcher":
    from mock_server.web.watching import Watcher

    return Watcher(worlds, playhouse().library)


def _lifespan(
    postman_for: Callable[[], Postman], bell: _Bell, watcher: "Watcher | None"
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        postman = postman_for()
        bell.answer = postman.wake
        work = [asyncio.create_task(it.work()) for it in (postman, watcher) if it is not None]
        yield
        bell.answer = None
        for task in work:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    return lifespan
