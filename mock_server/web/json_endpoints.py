"""Endpoints of the control API: JSON in, JSON out, and a refusal that names the field and the remedy."""

from collections.abc import Awaitable, Callable, Mapping
from inspect import isawaitable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from mock_server.contract import nesting
from mock_server.contract.problems import suggestion
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import World, Worlds
from mock_server.web.messages import read_body

Json = dict[str, Any]
LONGEST_BODY = 64 * 1024

CLIENT_HEADER = "x-mock-client"

Answer = Json | Response
Endpoint = Callable[[Request, Json], Answer | Awaitable[Answer]]
TextEndpoint = Callable[[Request, str], Json]


def endpoint(work: Endpoint) -> Callable[[Request], Any]:
    """JSON in, JSON out; a refusal says what is wrong in `errors`. `work` may have to wait, and may set the status."""

    async def endpoint(request: Request) -> Response:
        try:
            answer = work(request, await _body_of(request))
            if isawaitable(answer):
                answer = await answer
            return answer if isinstance(answer, Response) else json_response(answer)
        except ApiError as error:
            return refused(error)

    return endpoint


def text_endpoint(work: TextEndpoint) -> Callable[[Request], Any]:
    """Text in, whatever the request calls it, JSON out."""

    async def endpoint(request: Request) -> Response:
        try:
            raw = await read_body(request.scope, request.receive, LONGEST_BODY)
            return json_response(work(request, _decoded(raw)))
        except ApiError as error:
            return refused(error)

    return endpoint


def chosen(worlds: Worlds, request: Request) -> list[World]:
    """The world of the client that `X-Mock-Client` names; without the header all of them. ApiError 404."""
    client_id = request.headers.get(CLIENT_HEADER)
    if client_id is None:
        return list(worlds)
    world = worlds.of_client(client_id)
    if world is None:
        raise ApiError(Refusal.UNKNOWN_ENTITY, f"There is no client '{client_id}'.")
    return [world]


def refused(error: ApiError) -> Response:
    """What is wrong, in `errors`."""
    problems = error.problems or (Problem("", str(error)),)
    listed = [{"field": problem.field or None, "message": problem.message} for problem in problems]
    return json_response({"errors": listed}, error.refusal.status)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise invalid(Problem("body", "The body must be UTF-8.")) from None


def json_response(content: Json, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


async def _body_of(request: Request) -> Json:
    raw = await read_body(request.scope, request.receive, LONGEST_BODY)
    if not raw.strip():
        return {}
    try:
        body = nesting.parsed(raw)
    except orjson.JSONDecodeError as error:
        raise invalid(Problem("body", f"The body is no valid JSON: {error.msg} (line {error.lineno}).")) from None
    if not isinstance(body, dict):
        raise invalid(Problem("body", "The body must be a JSON object."))
    return body


def known(given: Mapping[str, Any], names: tuple[str, ...]) -> Mapping[str, Any]:
    """`given`, if it has only known names. ApiError 400 that suggests the nearest one."""
    problems = [
        Problem(name, f"There is no such field.{suggestion(name, names)}") for name in given if name not in names
    ]
    if problems:
        raise invalid(*problems)
    return given


def text(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is None or isinstance(value, str):
        return value
    raise invalid(Problem(name, "Must be a string."))


def whole(body: Mapping[str, Any], name: str) -> int | None:
    value = body.get(name)
    if value is None or type(value) is int:
        return value
    raise invalid(Problem(name, "Must be an integer."))


def number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise invalid(Problem(name, "Must be a whole number."))
    return int(text)
