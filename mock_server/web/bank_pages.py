"""The redirect bank's page for logins by the direct API (`/bank/login/{hash}`). The caller sends its user there.

Whatever happens here, the bank sends the user back to the caller's own address in the same manner; the caller
passes the query on with its next call, and only then learns how it went.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from mock_server.domain import authorisations, logins, steps
from mock_server.domain.authorisations import Authorisation
from mock_server.errors import ApiError
from mock_server.exchange import World, Worlds
from mock_server.handlers.webform.surroundings import bank_at, interface_at
from mock_server.ids import address_of
from mock_server.web import texts
from mock_server.web.drawing import Drawing, plain_drawing, problem_drawing, render
from mock_server.web.guests import Fields, same
from mock_server.web.messages import read_body
from mock_server.web.pages import HEADERS, LONGEST_BODY
from mock_server.web.sights import Heading

HOST = re.compile(r"https?://[\w.:\[\]-]+")


@dataclass(frozen=True, slots=True)
class BankPages:
    """The page, and the worlds whose logins it serves."""

    worlds: Worlds

    def routes(self) -> list[Route]:
        return [Route("/bank/login/{hash}", self.login, methods=["GET", "POST"])]

    async def login(self, request: Request) -> Response:
        try:
            fields = await _fields(request)
        except ApiError as error:
            return _problem(request, error.refusal.status)
        # Nothing below waits, so no other request comes in between.
        world, pending = self._found(request)
        if world is None or pending is None or pending.redirect_url is None:
            return _problem(request, 404)
        if request.method == "POST" and not same(fields.get("_token", ""), _token(pending)):
            return _problem(request, 403)
        if request.method == "POST" and pending.is_at_bank:
            act = ACTIONS.get(fields.get("_action", ""))
            if act is None:
                return _problem(request, 403)
            pending = act(world, pending, fields)
            with world.store.transaction():
                world.store.put(pending)
        if not pending.is_at_bank:
            return _with_headers(RedirectResponse(pending.way_back, 303), pending.redirect_url)
        return _with_headers(HTMLResponse(render(_drawing(request, world, pending), "page.html")), pending.redirect_url)

    def _found(self, request: Request) -> tuple[World | None, Authorisation | None]:
        """The login that the address names, at the present instant of its world."""
        hash = request.path_params["hash"]
        world = self.worlds.of_address(address_of(hash))
        if world is None:
            return None, None
        request.scope["state"]["entry"].mandator = world.mandator
        world.catch_up()
        return world, world.store.find(Authorisation, hash)


def log_in(world: World, pending: Authorisation, fields: Fields) -> Authorisation:
    """The user's credentials, by field label, at the bank."""
    return replace(pending, visit=steps.log_in(pending.visit, interface_at(world, pending.visit), fields))


ACTIONS: dict[str, Callable[[World, Authorisation, Fields], Authorisation]] = {
    "bank-log-in": log_in,
    "bank-refuse": lambda world, pending, fields: authorisations.refuse(pending),
}


def _drawing(request: Request, world: World, pending: Authorisation) -> Drawing:
    language = request.headers.get("accept-language", "")
    t = texts.of(texts.preferred(language))
    return plain_drawing(
        "bank_login.html",
        language,
        Heading(None, t.bank_login_title, t.bank_login_text[pending.service]),
        service=pending.service,
        here=request.url.path,
        token=_token(pending),
        bank=bank_at(world, pending.visit.bank_id),
        fields=logins.fields_of(interface_at(world, pending.visit)),
        hint="",
        instruction=None,
    )


def _token(pending: Authorisation) -> str:
    """What a POST must bring along, so that no other site can make this browser send one."""
    return hashlib.sha256(f"token/{pending.code}".encode()).hexdigest()


def _with_headers(response: Response, leads_to: str | None = None) -> Response:
    """Browsers apply form-action to the redirect after a POST too, and this one leads to the caller."""
    parts = urlsplit(leads_to or "")
    host = f"{parts.scheme}://{parts.netloc}"
    response.headers.update(HEADERS)
    if HOST.fullmatch(host):
        policy = HEADERS["content-security-policy"].replace("form-action 'self'", f"form-action 'self' {host}")
        response.headers["content-security-policy"] = policy
    return response


def _problem(request: Request, status: int) -> Response:
    drawing = problem_drawing(status, None, request.headers.get("accept-language", ""))
    return _with_headers(HTMLResponse(render(drawing, "page.html"), status))


async def _fields(request: Request) -> Fields:
    if request.method != "POST":
        return {}
    raw = await read_body(request.scope, request.receive, LONGEST_BODY)
    return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
