"""The form inside somebody else's page: what the custom element of `finapi-webform2.js` asks for.

It gets the same markup as the form's own page, without the frame around it, as JSON. Because a browser keeps
our cookie from another site's page, the element sends the key of the visit in a header; the key comes with the
first fragment, and with no other.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from mock_server.domain.forms import Status, WebForm
from mock_server.web import texts
from mock_server.web.drawing import Drawing, plain_drawing, problem_drawing, render
from mock_server.web.guests import KEY_HEADER, Guest
from mock_server.web.sights import Heading

STATIC = Path(__file__).parent / "static"
MEDIA = "application/vnd.finapi-mock.form+json"
"""Who accepts this wants a fragment."""

# The event that the element dispatches when the end user closes the last view.
EVENTS = {
    Status.COMPLETED: "complete",
    Status.COMPLETED_WITH_ERROR: "fail",
    Status.ABORTED: "abort",
    Status.EXPIRED: "fail",
    Status.CANCELLED: "fail",
}

Blame = Literal["BACKEND_ERROR", "FRONTEND_ERROR"]
# What the event `fail` says about a request that was refused. finAPI's codes for this are known, but not their use.
BLAMES: Mapping[int, tuple[Blame, str]] = {
    404: ("BACKEND_ERROR", "NOT_FOUND"),
    409: ("FRONTEND_ERROR", "ALREADY_OPENED"),
    410: ("BACKEND_ERROR", "EXPIRED"),
}
UNEXPECTED: tuple[Blame, str] = ("FRONTEND_ERROR", "UNEXPECTED")
# Views for which no form is needed, because its host has given the element no form that could be asked for.
WRONG_PROPERTIES = {"invalid-url": "INVALID_URL", "undefined-token": "UNDEFINED_TOKEN"}


def wants(request: Request) -> bool:
    return MEDIA in request.headers.get("accept", "")


def routes() -> list[Route]:
    """Older and newer loaders look for the script at different places."""
    return [
        Route("/finapi-webform2.js", _script, methods=["GET"]),
        Route("/assets/finapi-webform2.js", _script, methods=["GET"]),
        Route("/finapi-webform2/{view}", _view_without_form, methods=["GET", "OPTIONS"]),
    ]


class Assets(StaticFiles):
    """Files of ours. The element asks for the stylesheet in a way that needs permission, as it reads its rules."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-cache"
        allow_origin(Request(scope), response)
        return response


async def _script(request: Request) -> Response:
    return await Assets(directory=STATIC).get_response("finapi-webform2.js", request.scope)


async def _view_without_form(request: Request) -> Response:
    response = preflight(request) if request.method == "OPTIONS" else _formless(request)
    allow_origin(request, response)
    return response


def _formless(request: Request) -> Response:
    """What the element shows instead of a form: the end of a visit to the bank, or that its properties are wrong."""
    view, language = request.path_params["view"], request.headers.get("accept-language", "")
    if view == "returned":
        t = texts.of(texts.preferred(language))
        returned = plain_drawing("returned.html", language, Heading(None, t.returned_title, t.returned_text))
        return _json(_shown(returned, "blindRedirectCallback", None, closes_itself=True))
    drawing = problem_drawing(404, None, language)
    if view in WRONG_PROPERTIES:
        return _json(_shown(drawing, "fail", _error("FRONTEND_ERROR", WRONG_PROPERTIES[view], _title(drawing))))
    return problem(drawing, 404)


def fragment(guest: Guest, drawing: Drawing) -> Response:
    """A view as JSON. `event` is what the element reports when the end user closes a final view."""
    form = guest.form
    is_skipped = form.status is Status.COMPLETED and guest.look.skips_confirmation
    leaves = is_skipped or drawing.template == "leaving.html"
    shown = _shown(drawing, EVENTS.get(form.status), _error_of(form), closes_itself=leaves)
    shown |= {
        "step": str(form.visit.step),
        "status": str(form.status),
        "turn": form.visit.turn,
        "theme": f"{guest.home}/theme.css",
    }
    if not guest.is_known:  # the form has just been opened
        shown["key"] = form.visit.key
    return _json(shown)


def problem(drawing: Drawing, status: int) -> Response:
    """A view of what is wrong, as JSON."""
    blame, code = BLAMES.get(status, UNEXPECTED)
    shown = _shown(drawing, "fail", _error(blame, code, _title(drawing)))
    return _json(shown | {"status": "PROBLEM"}, status)


def state(guest: Guest) -> Response:
    visit = guest.form.visit
    return _json({"step": str(visit.step), "turn": visit.turn, "status": str(guest.form.status)})


def preflight(request: Request) -> Response:
    response = Response(status_code=204)
    allow_origin(request, response)
    response.headers["access-control-allow-methods"] = "GET, POST"
    response.headers["access-control-allow-headers"] = f"accept, accept-language, content-type, {KEY_HEADER}"
    response.headers["access-control-max-age"] = "600"
    if request.headers.get("access-control-request-private-network") == "true":
        # Chromium asks so when a public site's page calls a server on this machine.
        response.headers["access-control-allow-private-network"] = "true"
    return response


def allow_origin(request: Request, response: Response) -> None:
    """finAPI has a list of origins for each mandator; here whoever asks may embed. Cookies are not for them."""
    origin = request.headers.get("origin")
    response.headers.add_vary_header("Origin")
    if origin is not None:
        response.headers["access-control-allow-origin"] = origin


Shown = dict[str, Any]


def _shown(drawing: Drawing, event: str | None, error: Shown | None, *, closes_itself: bool = False) -> Shown:
    html = render(drawing, "fragment.html")
    return {"html": html, "event": event, "error": error, "closesItself": closes_itself}


def _error_of(form: WebForm) -> Shown | None:
    """Why a form has ended that is not to be called a success. finAPI's server says it, not the element."""
    if form.outcome is not None and form.outcome.error_code is not None:
        return _error("BACKEND_ERROR", str(form.outcome.error_code), form.outcome.error_message)
    return _error("BACKEND_ERROR", str(form.status), None) if EVENTS.get(form.status) == "fail" else None


def _error(type: Blame, code: str, message: str | None) -> Shown:
    return {"type": type, "code": code, **({} if message is None else {"message": message})}


def _title(drawing: Drawing) -> str:
    return str(drawing.values["heading"].title)


def _json(shown: Shown, status: int = 200) -> Response:
    return Response(orjson.dumps(shown), status, media_type=MEDIA)
