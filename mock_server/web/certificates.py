"""`GET /_mock/ca.pem`: the authority that clients are to trust, for those who cannot read the server's files."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mock_server.errors import ApiError, Refusal
from mock_server.web.json_endpoints import Json, endpoint

PATH = "/_mock/ca.pem"


def route(file: Path | None) -> Route:
    """`file` is None where the server has no authority of its own."""
    if file is None:
        return Route(PATH, endpoint(_nothing_to_trust))

    async def ca(request: Request) -> Response:
        return Response(file.read_bytes(), media_type="application/x-pem-file")

    return Route(PATH, ca)


def _nothing_to_trust(request: Request, body: Json) -> Json:
    raise ApiError(
        Refusal.UNKNOWN_ENTITY, "This server has no CA of its own; it has one when it is started with --tls alone."
    )
