"""The form inside somebody else's page: what the custom element of `finapi-webform2.js` asks for.

It gets the same markup as the form's own page, without the frame around it, as JSON. Because a browser keeps
our cookie from another site's page, the element sends the key of the visit in a header; the key comes with the
first fragment, and with no other.
"""

from pathlib import Path
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from mock_server.domain.forms import Status
from mock_server.web.drawing import Drawing, render
from mock_server.web.guests import KEY_HEADER, Guest

SCRIPT = Path(__file__).parent / "static" / "finapi-webform2.js"
MEDIA = "application/vnd.finapi-mock.form+json"
"""Who accepts this wants a fragment."""

# What the element tells its host when the end user leaves the last view.
EVENTS = {
    Status.COMPLETED: "complete",
    Status.COMPLETED_WITH_ERROR: "fail",
    Status.ABORTED: "abort",
    Status.EXPIRED: "fail",
    Status.CANCELLED: "fail",
}


def wants(request: Request) -> bool:
    return MEDIA in request.headers.get("accept", "")


def routes() -> list[Route]:
    """Older and newer loaders look for the script at different places."""
    return [Route(path, _script, methods=["GET"]) for path in ("/finapi-webform2.js", "/assets/finapi-webform2.js")]


async def _script(request: Request) -> Response:
    response = FileResponse(SCRIPT, media_type="text/javascript", headers={"cache-control": "no-cache"})
    allow_origin(request, response)
    return response


def fragment(guest: Guest, drawing: Drawing) -> Response:
    """A view as JSON. `event` is what the element reports when the end user closes a final view."""
    form = guest.form
    outcome = form.outcome
    shown: dict[str, Any] = {
        "html": render(drawing, "fragment.html"),
        "step": str(form.visit.step),
        "status": str(form.status),
        "turn": form.visit.turn,
        "event": EVENTS.get(form.status),
        "closesItself": form.status is Status.COMPLETED and guest.look.skips_confirmation,
        "error": outcome and outcome.error_code and {"code": outcome.error_code, "message": outcome.error_message},
        "theme": f"{guest.home}/theme.css",
    }
    if not guest.is_known:  # the form has just been opened
        shown["key"] = form.visit.key
    return Response(orjson.dumps(shown), media_type=MEDIA)


def problem(drawing: Drawing, status: int) -> Response:
    """A view of what is wrong, as JSON."""
    codes = {404: "UNDEFINED_TOKEN", 409: "ALREADY_OPENED"}
    message = drawing.values["t"].problems[status][0] if status != 410 else drawing.values["t"].expired_title
    shown = {
        "html": render(drawing, "fragment.html"),
        "status": "PROBLEM",
        "event": "fail",
        "error": {"code": codes.get(status, "UNEXPECTED"), "message": message},
    }
    return Response(orjson.dumps(shown), status, media_type=MEDIA)


def state(guest: Guest) -> Response:
    visit = guest.form.visit
    shown = {"step": str(visit.step), "turn": visit.turn, "status": str(guest.form.status)}
    return Response(orjson.dumps(shown), media_type="application/json")


def preflight(request: Request) -> Response:
    response = Response(status_code=204)
    allow_origin(request, response)
    response.headers["access-control-allow-methods"] = "GET, POST"
    response.headers["access-control-allow-headers"] = f"accept, accept-language, content-type, {KEY_HEADER}"
    response.headers["access-control-max-age"] = "600"
    return response


def allow_origin(request: Request, response: Response) -> None:
    """finAPI has a list of origins for each mandator; here whoever asks may embed. Cookies are not for them."""
    origin = request.headers.get("origin")
    response.headers.add_vary_header("Origin")
    if origin is not None:
        response.headers["access-control-allow-origin"] = origin
