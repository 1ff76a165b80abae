"""The end user's pages: the form (`/wf/…`), the redirect bank's own page (`/bank/…`), the way back (`/callback`).

A page draws the step that the form has reached. A button is a POST that becomes `visits.act`, answered by a
redirect to the page. Nothing is decided here, and what the end user types goes to `visits.act` only: never into
the journal, an address or a page.

The embedded form asks for the same pages as JSON (see `embedding`) and gets their markup without the frame.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from mock_server.domain import steps, themes
from mock_server.domain.forms import Status
from mock_server.domain.steps import Step
from mock_server.errors import ApiError
from mock_server.exchange import Worlds
from mock_server.handlers.webform import visits
from mock_server.web import embedding
from mock_server.web.drawing import Drawing, drawing_of, problem_drawing, render, returned_drawing
from mock_server.web.guests import MISSED, Fields, Guest, PageError, guest_at
from mock_server.web.messages import GoneError, read_body
from mock_server.web.sights import BANK_PAGE

log = logging.getLogger("finapi_mock")

LONGEST_BODY = 64 * 1024
# A form lives for 20 minutes; the rest is for reading how it ended.
COOKIE_SECONDS = 60 * 60
HEADERS = {
    "cache-control": "no-store",
    # Browsers apply form-action to the redirect after a POST too: ours lead to ourselves.
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages, and what they act on. `wake` tells the postman that there may be a callback to send."""

    worlds: Worlds
    wake: Callable[[], None]

    def form(self, guest: Guest, fields: Fields) -> Response:
        """`/wf/{id}`. The first GET opens the form, for this browser only."""
        if guest.request.method == "POST":
            guest.check_identity()
            guest.check_token(fields)
            acted = self._act(guest, fields)
            if embedding.wants(guest.request):
                # Like the GET to which a page is sent: by then, what was due at once has happened.
                return self._drawn(replace(guest_at(self.worlds, guest.request), has_missed=acted.has_missed))
            return _go(f"{guest.home}?{MISSED}" if acted.has_missed else guest.home)
        if guest.form.status is Status.NOT_YET_OPENED:
            return self._open(guest)
        if guest.world.setup.reopens_forms:
            return self._reopen(guest)
        guest.check_identity()
        return self._drawn(guest)

    def bank(self, guest: Guest, fields: Fields) -> Response:
        """`/bank/{id}`, a page of the bank. It sends back in the same manner whatever has happened there."""
        guest.check_identity("ticket")
        if guest.form.is_final or guest.form.visit.step is not Step.REDIRECT:
            return _go(guest.way_back)
        if guest.request.method == "POST":
            guest.check_token(fields)
            self._act(guest, fields)
            return _go(guest.way_back)
        return _page(guest.request, drawing_of(guest, BANK_PAGE))

    def callback(self, guest: Guest, fields: Fields) -> Response:
        """`/callback`, the return from the bank: only now the form learns what the bank has decided."""
        guest.check_identity("code")
        if not guest.form.is_final:
            with guest.world.store.transaction():
                visits.go_on(guest.world, guest.form, guest.now)
        if guest.is_known:
            return _go(guest.home)
        # The tab that the embedded form has opened for the bank: the form itself waits in another one.
        return _page(guest.request, returned_drawing(guest))

    def state(self, guest: Guest, fields: Fields) -> Response:
        """`/wf/{id}/state`: whether something has happened since the page was drawn. Asking is no reload."""
        guest.check_identity()
        return embedding.state(guest)

    def theme(self, guest: Guest, fields: Fields) -> Response:
        """`/wf/{id}/theme.css`, the colours and fonts of the form's profile."""
        return Response(themes.theme_css(guest.look), media_type="text/css")

    def _open(self, guest: Guest) -> Response:
        if "prefetch" in guest.request.headers.get("sec-purpose", ""):
            return Response(status_code=503)  # a browser that looks ahead must not use up the only opening
        links = steps.links_from(guest.request.query_params)
        with guest.world.store.transaction():
            opened = visits.open_form(guest.world, guest.form, links, guest.now)
        return self._welcomed(replace(guest, form=opened))

    def _reopen(self, guest: Guest) -> Response:
        """For people who reload while they develop: whoever comes is the end user."""
        if guest.form.status is Status.EXPIRED:
            raise PageError(410)
        return self._welcomed(guest)

    def _welcomed(self, guest: Guest) -> Response:
        response = self._drawn(guest)
        secure = guest.request.url.scheme == "https"
        key = guest.form.visit.key or ""
        response.set_cookie(guest.cookie, key, max_age=COOKIE_SECONDS, secure=secure, httponly=True, samesite="lax")
        return response

    def _drawn(self, guest: Guest) -> Response:
        """The page of the form's current step or, when it has ended, of its outcome."""
        if not guest.form.is_final and guest.form.visit.step in steps.DECISIONS:
            # The bank has decided, but the browser did not come back that way.
            with guest.world.store.transaction():
                guest = replace(guest, form=visits.go_on(guest.world, guest.form, guest.now))
        with guest.world.store.transaction():
            guest = replace(guest, form=visits.draw(guest.world, guest.form, guest.now))
        drawing = drawing_of(guest)
        return embedding.fragment(guest, drawing) if embedding.wants(guest.request) else _page(guest.request, drawing)

    def _act(self, guest: Guest, fields: Fields) -> Guest:
        typed = {name: value for name, value in fields.items() if not name.startswith("_")}
        with guest.world.store.transaction():
            form = visits.act(guest.world, guest.form, fields.get("_action", ""), typed, guest.now)
        before, after = guest.form.visit, form.visit
        has_missed = not form.is_final and after.step is before.step and after.turn != before.turn
        return replace(guest, form=form, has_missed=has_missed)

    def endpoint(self, answer: Callable[[Guest, Fields], Response]) -> Callable[[Request], Any]:
        """`answer` with everything around it that all pages have."""

        async def endpoint(request: Request) -> Response:
            if request.method == "OPTIONS":
                return embedding.preflight(request)
            try:
                fields = await _fields(request)
                # Nothing below waits, so no other request comes in between.
                guest = guest_at(self.worlds, request)
                response = Response() if request.method == "HEAD" else answer(guest, fields)
            except PageError as problem:
                response = _problem(request, problem.status, problem.way_back)
            except GoneError:
                raise
            except Exception:
                log.exception("%s %s failed", request.method, request.url.path)
                response = _problem(request, 500)
            self.wake()
            response.headers.update(HEADERS)
            embedding.allow_origin(request, response)
            return response

        return endpoint


def routes(worlds: Worlds, wake: Callable[[], None]) -> list[Route]:
    pages = Pages(worlds, wake)
    return [
        Route("/wf/{id}/state", pages.endpoint(pages.state), methods=["GET", "OPTIONS"]),
        Route("/wf/{id}/theme.css", pages.endpoint(pages.theme), methods=["GET"]),
        Route("/wf/{id:path}", pages.endpoint(pages.form), methods=["GET", "POST", "OPTIONS"]),
        Route("/bank/{id:path}", pages.endpoint(pages.bank), methods=["GET", "POST"]),
        Route("/callback", pages.endpoint(pages.callback), methods=["GET"]),
    ]


async def _fields(request: Request) -> Fields:
    """The fields of a form. A name that comes several times, such as a ticked account, is joined by commas."""
    if request.method != "POST":
        return {}
    try:
        raw = await read_body(request.scope, request.receive, LONGEST_BODY)
    except ApiError as error:
        raise PageError(error.refusal.status) from None
    fields: dict[str, str] = {}
    for name, value in parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True):
        fields[name] = f"{fields[name]},{value}" if name in fields else value
    return fields


def _go(to: str) -> Response:
    return RedirectResponse(to, 303)


def _problem(request: Request, status: int, way_back: str | None = None) -> Response:
    drawing = problem_drawing(status, way_back, request.headers.get("accept-language", ""))
    if embedding.wants(request):
        return embedding.problem(drawing, status)
    return _page(request, drawing, status)


def _page(request: Request, drawing: Drawing, status: int = 200) -> Response:
    return HTMLResponse(render(drawing, "page.html"), status)
