"""The documents, to read and to try out: `/docs` and `/openapi/…`."""

from collections.abc import Sequence
from functools import partial
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from mock_server.contract import Contract
from mock_server.contract.documents import resource

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>finapi-mock: API documents</title>
<link rel="stylesheet" href="/static/swagger-ui/swagger-ui.css">
<style>body {{ margin: 0; }}</style>
</head>
<body>
<div id="swagger-ui"></div>
<script src="/static/swagger-ui/swagger-ui-bundle.js"></script>
<script src="/static/swagger-ui/swagger-ui-standalone-preset.js"></script>
<script src="/static/docs.js" data-documents="{documents}"></script>
</body>
</html>
"""
# Swagger UI sets styles on elements; everything else comes from this server.
POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"


def routes(contracts: Sequence[Contract]) -> list[Route]:
    sources = {f"/openapi/{contract.api}{contract.source.suffix}": contract.source for contract in contracts}
    sources["/openapi/control.yaml"] = resource("openapi", "control.yaml")
    page = PAGE.format(documents=escape(" ".join(sources)))
    return [
        Route("/docs", partial(_page, page), methods=["GET"]),
        *(Route(at, partial(_file, source)) for at, source in sources.items()),
    ]


async def _page(page: str, request: Request) -> Response:
    return HTMLResponse(page, headers={"content-security-policy": POLICY})


async def _file(source: Path, request: Request) -> Response:
    media = "application/json" if source.suffix == ".json" else "application/yaml"
    return FileResponse(source, media_type=media)
