"""The end user's pages: the form (`/wf/…`), the redirect bank's own page (`/bank/…`), the way back (`/callback`).

A page draws the step that the form has reached. A button is a POST that becomes `visits.act`, answered by a
redirect to the page. Nothing is decided here, and what the end user types goes to `visits.act` only: never into
the journal, an address or a page.
"""

import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from mock_server.domain import steps
from mock_server.domain.forms import Status, WebForm
from mock_server.domain.steps import Step
from mock_server.errors import ApiError
from mock_server.exchange import World, Worlds
from mock_server.handlers.webform import visits
from mock_server.ids import address_of
from mock_server.web.drawing import BANK_PAGE, VIEWS, Sight, Values, View, render
from mock_server.web.messages import read_body

log = logging.getLogger("finapi_mock")

Fields = Mapping[str, str]

LONGEST_BODY = 64 * 1024
# A form lives for 20 minutes; the rest is for reading how it ended.
COOKIE_SECONDS = 60 * 60
HEADERS = {
    "cache-control": "no-store",
    # Browsers apply form-action to the redirect after a POST too: ours lead to ourselves.
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class PageError(Exception):
    """A request that gets a page with one of `Texts.problems` instead of what it wants."""

    def __init__(self, status: int, way_back: str | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.way_back = way_back


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody at a form, perhaps not the end user whose form it is."""

    request: Request
    world: World
    form: WebForm
    now: datetime

    @property
    def home(self) -> str:
        return f"/wf/{self.form.id}"

    @property
    def cookie(self) -> str:
        return f"finapi-mock-{self.form.id}"

    @property
    def token(self) -> str:
        """What each POST must bring along, so that no other site can make this browser send one."""
        return self._derived("token")

    @property
    def way_back(self) -> str:
        """Where the bank sends the end user, with a code as real banks have one. Nobody asks for it."""
        return "/callback?" + urlencode({"state": self.form.id, "code": self._derived("code")[:8]})

    def _derived(self, purpose: str) -> str:
        return hashlib.sha256(f"{purpose}/{self.form.visit.key}".encode()).hexdigest()[:32]

    def check_identity(self) -> None:
        """PageError unless this is the browser that opened the form."""
        if self.form.status is Status.EXPIRED:
            raise PageError(410)
        if self.form.visit.key is None:
            raise PageError(404)
        if not _same(self.request.cookies.get(self.cookie, ""), self.form.visit.key):
            raise PageError(409)

    def check_token(self, fields: Fields) -> None:
        """PageError unless the POST comes from one of our own pages."""
        if not _same(fields.get("_token", ""), self.token):
            raise PageError(403, way_back=self.home)


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages, and what they act on. `wake` tells the postman that there may be a callback to send."""

    worlds: Worlds
    wake: Callable[[], None]

    def form(self, guest: Guest, fields: Fields) -> Response:
        """`/wf/{id}`. The first GET opens the form, for this browser only."""
        if guest.form.status is Status.NOT_YET_OPENED and guest.request.method == "GET":
            return self._open(guest)
        guest.check_identity()
        if guest.request.method == "POST":
            guest.check_token(fields)
            self._act(guest, fields)
            return _go(guest.home)
        if not guest.form.is_final and guest.form.visit.step not in VIEWS:
            return _go(guest.way_back)  # the bank has decided, but the browser did not come back that way
        return _draw(guest)

    def bank(self, guest: Guest, fields: Fields) -> Response:
        """`/bank/{id}`, a page of the bank. It sends back in the same manner whatever has happened there."""
        guest.check_identity()
        if guest.form.is_final or guest.form.visit.step is not Step.REDIRECT:
            return _go(guest.home)
        if guest.request.method == "POST":
            guest.check_token(fields)
            self._act(guest, fields)
            return _go(guest.way_back)
        return _draw_view(guest, BANK_PAGE, f"/bank/{guest.form.id}")

    def callback(self, guest: Guest, fields: Fields) -> Response:
        """`/callback`, the return from the bank: only now the form learns what the bank has decided."""
        guest.check_identity()
        if not guest.form.is_final:
            with guest.world.store.transaction():
                visits.conclude(guest.world, guest.form, guest.now)
        return _go(guest.home)

    def _open(self, guest: Guest) -> Response:
        if "prefetch" in guest.request.headers.get("sec-purpose", ""):
            return Response(status_code=503)  # a browser that looks ahead must not use up the only opening
        with guest.world.store.transaction():
            opened = visits.open_form(guest.world, guest.form, steps.links_from(guest.request.query_params))
        response = _draw(Guest(guest.request, guest.world, opened, guest.now))
        secure = guest.request.url.scheme == "https"
        key = opened.visit.key or ""
        response.set_cookie(guest.cookie, key, max_age=COOKIE_SECONDS, secure=secure, httponly=True, samesite="lax")
        return response

    def _act(self, guest: Guest, fields: Fields) -> None:
        typed = {name: value for name, value in fields.items() if not name.startswith("_")}
        with guest.world.store.transaction():
            visits.act(guest.world, guest.form, fields.get("_action", ""), typed, guest.now)

    def endpoint(self, answer: Callable[[Guest, Fields], Response]) -> Callable[[Request], Any]:
        """`answer` with everything around it that all pages have."""

        async def endpoint(request: Request) -> Response:
            try:
                fields = await _fields(request)
                # Nothing below waits, so no other request comes in between.
                guest = self._guest(request)
                response = Response() if request.method == "HEAD" else answer(guest, fields)
            except PageError as problem:
                response = _problem(request, problem.status, problem.way_back)
            except ConnectionResetError:
                response = Response(status_code=400)  # nobody is there to read it
            except Exception:
                log.exception("%s %s failed", request.method, request.url.path)
                response = _problem(request, 500)
            self.wake()
            response.headers.update(HEADERS)
            return response

        return endpoint

    def _guest(self, request: Request) -> Guest:
        id = request.path_params.get("id", request.query_params.get("state", ""))
        world = self.worlds.of_address(address_of(id))
        if world is None:
            raise PageError(404)
        request.scope["state"]["entry"].mandator = world.mandator
        now = world.catch_up()
        form = world.store.find(WebForm, id)
        if form is None:
            raise PageError(404)
        return Guest(request, world, form, now)


def routes(worlds: Worlds, wake: Callable[[], None]) -> list[Route]:
    pages = Pages(worlds, wake)
    return [
        Route("/wf/{id:path}", pages.endpoint(pages.form), methods=["GET", "POST"]),
        Route("/bank/{id:path}", pages.endpoint(pages.bank), methods=["GET", "POST"]),
        Route("/callback", pages.endpoint(pages.callback), methods=["GET"]),
    ]


async def _fields(request: Request) -> Fields:
    if request.method != "POST":
        return {}
    try:
        raw = await read_body(request.scope, request.receive, LONGEST_BODY)
    except ApiError as error:
        raise PageError(error.refusal.status) from None
    return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))


def _draw(guest: Guest) -> Response:
    """The page of the form's current step or, when it has ended, of its outcome."""
    form = guest.form
    if form.is_final:
        return _page(guest.request, f"{form.status.lower()}.html", {"outcome": form.outcome, "links": form.visit.links})
    return _draw_view(guest, VIEWS[form.visit.step], guest.home)


def _draw_view(guest: Guest, view: View, here: str) -> Response:
    """A page whose buttons POST to `here`."""
    sight = Sight(guest.world, guest.form, guest.request.query_params.get("q", ""))
    common = {"here": here, "token": guest.token, "reached": view.reached, "can_change_bank": sight.can_change_bank}
    return _page(guest.request, view.template, common | view.values(sight))


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode(), secret.encode())


def _go(to: str) -> Response:
    return RedirectResponse(to, 303)


def _problem(request: Request, status: int, way_back: str | None = None) -> Response:
    template = "expired.html" if status == 410 else "problem.html"
    return _page(request, template, {"status": status, "way_back": way_back}, status)


def _page(request: Request, template: str, values: Values, status: int = 200) -> Response:
    return HTMLResponse(render(template, values, request.headers.get("accept-language", "")), status)
