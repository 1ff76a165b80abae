"""The way of an API request: who is it, what does it say, do it, say it.

The last `await` before the answer is where a scenario holds it back, so a handler is a critical section without a lock.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl

import orjson
from starlette.types import Receive, Scope, Send

from mock_server.clock import Clock
from mock_server.contract import Operation, Parameter, Router
from mock_server.contract.bodies import FORM
from mock_server.contract.parameters import read_parameter
from mock_server.domain import tokens
from mock_server.domain.callbacks import Callback
from mock_server.domain.configuration import check_services
from mock_server.domain.languages import preferred
from mock_server.domain.mandators import ONLY, Mandator, check_version
from mock_server.domain.tokens import Token
from mock_server.domain.users import Client, User
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import Call, Caller, Handler, Reply, World, Worlds
from mock_server.web import mistakes
from mock_server.web.clues import Asked
from mock_server.web.envelopes import Context, envelope
from mock_server.web.journal import Entry, kept
from mock_server.web.links import BaseUrl
from mock_server.web.messages import Answer, GoneError, advice, by_name, header, read_body, send_answer

if TYPE_CHECKING:
    from mock_server.scenario.stage import Ruling
    from mock_server.web.playing import Playhouse

log = logging.getLogger("finapi_mock")

CACHED_TOKENS = 10_000
VERSIONS = {"/api/v1/": "V1", "/api/v2/": "V2"}
ACCESS = (*VERSIONS, "/oauth/")
ASKS = frozenset({b"x-mock-scenario", b"x-mock-refuse"})
"""Headers by which a request itself names a scenario or a refusal."""


class Pipeline:
    """Both APIs as one ASGI application."""

    def __init__(
        self,
        router: Router,
        handlers: Mapping[str, Handler],
        worlds: Worlds,
        wake: Callable[[], None],
        max_body: int,
        base_url: BaseUrl,
        playhouse: "Callable[[], Playhouse]",
    ) -> None:
        self._router = router
        self._handlers = handlers
        self._worlds = worlds
        self._wake = wake
        self._max_body = max_body
        self._base_url = base_url
        self._playhouse = playhouse
        self._identities: dict[str, tuple[str, int]] = {}

    def knows(self, path: str) -> bool:
        return self._router.find("GET", path) is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, self._worlds.clock, self.knows)
        try:
            route = self._router.find(scope["method"], scope["path"])
            if route is None:
                raise self._no_such_path(scope)
            exchange.api = "access" if scope["path"].startswith(ACCESS) else "webform"
            if route.operation is None:
                raise _no_such_method(scope, route.methods)
            exchange.calls(route.operation)
            raw = await read_body(scope, receive, self._max_body)
            exchange.entry.request_body, exchange.entry.request_type = kept(raw), header(scope, b"content-type")
            answer = await self._perform(route.operation, route.values, exchange, raw, receive)
        except ApiError as error:
            answer = exchange.refused(error)
        except GoneError:
            raise
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            answer = exchange.refused(ApiError(Refusal.UNEXPECTED))
        if exchange.entry.reason is None:
            await send_answer(answer, send)
        else:
            await self._playhouse().send(answer, exchange.entry.ruling, receive, send)

    async def _perform(
        self, operation: Operation, values: Mapping[str, str], exchange: "Exchange", raw: bytes, receive: Receive
    ) -> Answer:
        caller = self._who(operation, exchange) if operation.roles else None
        handler = self._handlers.get(operation.key)
        if handler is None:
            detail = f"finapi-mock describes {operation.id} but does not emulate it yet."
            raise ApiError(Refusal.NOT_EMULATED, detail)
        given, body = _what(operation, values, exchange, raw)
        world = exchange.world or self._world_of_newcomer(body, exchange)
        playhouse, ruling = None, None
        if world.stage is not None or not ASKS.isdisjoint(by_name(exchange.scope)):
            playhouse = self._playhouse()
            ruling = playhouse.ruling(world, operation, caller, given, body, exchange.scope)
            exchange.ruled(ruling)
        if playhouse is not None and ruling is not None and ruling.then is not None:
            answer = await playhouse.instead(ruling, world, receive)
            if answer is not None:
                return exchange.explained(answer)
            caller = self._who(operation, exchange) if operation.roles else None  # the token may have ended meanwhile
            handler = playhouse.staged(handler, ruling)
        now, language = exchange.arrives_in(world), exchange.language
        base_url = self._base_url(exchange.scope)
        call = Call(now, caller, given["path"], given["query"], given["header"], body, language, base_url)
        with world.store.transaction():
            reply = handler(call, world)
        if world.store.count(Callback):  # waking the postman for nothing costs as much as a request
            self._wake()
        if reply.refusal is not None:
            raise reply.refusal
        answer = exchange.answered(reply, operation.success)
        return answer if playhouse is None else playhouse.changed(exchange.explained(answer), ruling)

    def _who(self, operation: Operation, exchange: "Exchange") -> Caller:
        """Who holds the bearer token. ApiError 401, or 403 if the operation is not for this kind of token."""
        text = _bearer(exchange.scope)
        identity = self._identities.get(text) or self._read(text)
        world = self._worlds.of_mandator(identity[0])
        caller = None if world is None else _caller(world, identity[1], text)
        if world is None or caller is None:
            raise _bad_token(text)
        exchange.belongs_to(world, caller)
        if caller.role not in operation.roles:
            raise ApiError(Refusal.WRONG_ROLE)
        _check_version(world, exchange)
        check_services(caller.client.configuration, operation.key)
        return caller

    def _read(self, text: str) -> tuple[str, int]:
        """Verify a token's signature, once."""
        identity = tokens.read(self._worlds.setup.token_key, text)
        if identity is None:
            raise _bad_token(text)
        if len(self._identities) >= CACHED_TOKENS:
            self._identities.clear()
        self._identities[text] = identity
        return identity

    def _world_of_newcomer(self, form: Mapping[str, Any], exchange: "Exchange") -> World:
        client_id = form.get("client_id", "")
        world = self._worlds.of_client(client_id) if client_id else None
        if world is None:
            raise ApiError(Refusal.BAD_CLIENT_CREDENTIALS)
        exchange.world = world
        exchange.entry.mandator, exchange.entry.client_id = world.mandator, client_id
        _check_version(world, exchange)
        return world

    def _no_such_path(self, scope: Scope) -> ApiError:
        known = {operation.path for operation in self._router.operations}
        return ApiError(Refusal.NO_SUCH_PATH, hint=mistakes.nearest(scope["path"], known))


class Exchange:
    """One request on its way through the pipeline, and what is known about it so far."""

    def __init__(self, scope: Scope, clock: Clock, knows: Callable[[str], bool]) -> None:
        """`clock` counts as long as nobody knows whose world it is; `knows` tells which paths there are."""
        self.scope = scope
        self.clock = clock
        self.knows = knows
        self.entry: Entry = scope["state"]["entry"]
        self.api: Any = "access"
        self.operation: Operation | None = None
        self.world: World | None = None
        self.role: str | None = None
        self.auth_context = "0/0"

    @property
    def language(self) -> str:
        """The one of finAPI's languages that the caller likes best."""
        return preferred(header(self.scope, b"accept-language"))

    def calls(self, operation: Operation) -> None:
        self.operation = operation
        self.entry.operation = operation.key

    def belongs_to(self, world: World, caller: Caller) -> None:
        self.world, self.role = world, caller.role
        self.auth_context = f"{caller.client.number}/{caller.user.number if caller.user else 0}"
        self.entry.mandator, self.entry.client_id = world.mandator, caller.client.id
        self.entry.user = None if caller.user is None else caller.user.name

    def arrives_in(self, world: World) -> datetime:
        """Let happen in the world what was due before this request. Returns now."""
        now = self.entry.at = world.catch_up()
        return now

    def answered(self, reply: Reply, success: int) -> Answer:
        body = b"" if reply.body is None else orjson.dumps(reply.body)
        answer = Answer(reply.status or success, body)
        if reply.warnings:
            self.entry.warnings.extend(reply.warnings)
            answer.headers += advice(b"x-mock-warning", reply.warnings)
        if self.entry.operation in mistakes.ACCEPTED:
            self._explain(answer, mistakes.hint(self._asked(None)))
        return answer

    def refused(self, error: ApiError) -> Answer:
        now = self.entry.at = self.entry.at or (self.world.clock if self.world else self.clock).now()
        self.entry.refusal = error.refusal.name
        method, path = self.scope["method"], self.scope["path"]
        context = Context(method, path, self.entry.request_id or "", self.auth_context, now, self.language)
        answer = Answer(error.refusal.status, orjson.dumps(envelope(self.api, error, context)))
        if self.entry.reason is None:
            self._explain(answer, mistakes.hint(self._asked(error)) or error.hint)
        else:
            self.explained(answer)
        answer.headers += error.headers
        if error.retry_after is not None:
            answer.headers.append((b"retry-after", b"%d" % error.retry_after))
        if error.refusal is Refusal.NO_SUCH_METHOD:
            answer.headers += advice(b"allow", [", ".join(sorted(error.allowed))])
        if error.refusal.status == 401:
            answer.headers.append((b"www-authenticate", b"Bearer"))
        return answer

    def ruled(self, ruling: "Ruling | None") -> None:
        """Scenarios were asked about the request; None: none has anything to do with it."""
        if ruling is not None:
            self.entry.ruling, self.entry.scenario, self.entry.reason = ruling, ruling.scenario, ruling.reason

    def explained(self, answer: Answer) -> Answer:
        """An answer that a scenario had a hand in says which one."""
        if self.entry.reason is not None:
            answer.headers += advice(b"x-mock-reason", [self.entry.reason])
        return answer

    def _explain(self, answer: Answer, hint: str | None) -> None:
        """A hint changes nothing that finAPI would say."""
        if hint is not None:
            self.entry.hint = hint
            answer.headers += advice(b"x-mock-hint", [hint])

    def _asked(self, error: ApiError | None) -> Asked:
        scope, body = self.scope, self.entry.request_body
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        return Asked(
            method=scope["method"],
            path=scope["path"],
            error=error,
            knows=self.knows,
            operation=self.operation,
            role=self.role,
            headers=headers,
            body=b"" if isinstance(body, int) else body,
        )


def _caller(world: World, id: int, text: str) -> Caller | None:
    """Who holds the token with this record and text; None if it is no living access token."""
    token = world.store.find(Token, id)
    # After a reset the same number may belong to another token.
    if token is None or token.text != text or token.kind != "access" or not token.lives(world.clock.now()):
        return None
    client = world.store.find(Client, token.client_id)
    user = None if token.user_id is None else world.store.find(User, token.user_id)
    if client is None or (user is None and token.user_id is not None):
        return None
    return Caller(client, token, user)


def _what(
    operation: Operation, values: Mapping[str, str], exchange: Exchange, raw: bytes
) -> tuple[Mapping[str, Mapping[str, Any]], Any]:
    """Parameters by place, and body, coerced and checked. ApiError 400 names all wrong parameters at once."""
    given = parse_qs(exchange.scope["query_string"].decode("latin-1")) if exchange.scope["query_string"] else {}
    read: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
    problems: list[Problem] = []
    for parameter in operation.parameters:
        texts = _texts(parameter, values, given, exchange.scope)
        value, problem = read_parameter(parameter, texts)
        if problem is not None:
            problems.append(problem)
        elif value is not None:
            read[parameter.place][parameter.name] = value
    if problems:
        raise invalid(*problems)
    return read, _body(operation, exchange, raw)


def _texts(parameter: Parameter, values: Mapping[str, str], query: Mapping[str, list[str]], scope: Scope) -> list[str]:
    if parameter.place == "query":
        return query.get(parameter.name, [])
    if parameter.place == "path":
        return [values[parameter.name]]
    text = header(scope, parameter.name.lower().encode())
    # A TypeScript client sends the word "undefined" for headers that it was not given.
    return [] if text in ("", "undefined") else [text]


def _body(operation: Operation, exchange: Exchange, raw: bytes) -> Any:
    check = operation.body
    if check is None:
        return None
    if check.media == FORM and not raw.strip():
        # Older generated clients put every token parameter into the query string.
        return check.check(dict(parse_qsl(exchange.scope["query_string"].decode("latin-1"), keep_blank_values=True)))
    return check.read(raw, exchange.entry.request_type)


def _check_version(world: World, exchange: Exchange) -> None:
    """ApiError 403 if the path belongs to an API version that the mandator is not on."""
    asked = VERSIONS.get(exchange.scope["path"][:8])
    if asked is not None:
        check_version(world.store.find(Mandator, ONLY), asked)


def _bearer(scope: Scope) -> str:
    scheme, _, text = header(scope, b"authorization").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise ApiError(Refusal.NO_TOKEN)
    return text.strip()


def _bad_token(text: str) -> ApiError:
    return ApiError(Refusal.BAD_TOKEN, f"Invalid access token: {text}")


def _no_such_method(scope: Scope, methods: frozenset[str]) -> ApiError:
    detail = f"{scope['path']} does not answer {scope['method']}, but {', '.join(sorted(methods))}."
    return ApiError(Refusal.NO_SUCH_METHOD, detail, allowed=methods)
