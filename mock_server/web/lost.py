"""Requests to the control API that miss: the nearest paths, or the methods that there are, in its own shape."""

from difflib import get_close_matches
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.contract.documents import load, resource
from mock_server.web.guard import PREFIX
from mock_server.web.json_endpoints import json_response

LONGEST_PATH = 200
"""Nobody mistypes a path that is longer."""


class Lost:
    """Answers for what is below `/_mock` and does not exist; everything else goes on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        near = get_close_matches(path, _paths(), n=3, cutoff=0.6) if len(path) <= LONGEST_PATH else []
        hint = f" The nearest are {', '.join(near)}." if near else " /openapi/control.yaml describes those there are."
        await _refusal(404, "path", f"The control API has no such path.{hint}")(scope, receive, send)


async def wrong_method(request: Request, error: Exception) -> Response:
    """A path that exists, asked by a method that it does not answer."""
    headers: Any = error.headers if isinstance(error, HTTPException) else None
    if not request.url.path.startswith(PREFIX):
        return PlainTextResponse("Method Not Allowed", 405, headers)
    path = next((it for it in _paths() if _fits(it, request.url.path)), "")
    methods = ", ".join(sorted(method.upper() for method in _document().get(path, {})))
    refused = _refusal(405, "method", f"{request.url.path} does not answer {request.method}, but {methods}.")
    refused.headers["allow"] = methods
    return refused


def _refusal(status: int, field: str, message: str) -> Response:
    return json_response({"errors": [{"field": field, "message": message}]}, status)


def _document() -> dict[str, Any]:
    paths: dict[str, Any] = load(resource("openapi", "control.yaml"))["paths"]
    return paths


def _paths() -> list[str]:
    return sorted(_document())


def _fits(pattern: str, path: str) -> bool:
    parts, given = pattern.split("/"), path.split("/")
    return len(parts) == len(given) and all(a == b or a.startswith("{") for a, b in zip(parts, given, strict=True))
