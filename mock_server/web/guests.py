"""Who is at a form: the browser that opened it, recognised by a cookie, by a header, or by a ticket in an address."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request

from mock_server.domain.forms import Status, WebForm
from mock_server.domain.profiles import Look
from mock_server.exchange import World, Worlds
from mock_server.handlers.webform.surroundings import look_of
from mock_server.ids import address_of

Fields = Mapping[str, str]

KEY_HEADER = "x-web-form-key"
"""What the embedded form sends instead of a cookie, which browsers keep from other sites' pages."""


MISSED = "missed"
"""The query parameter of a page that is shown again because something was missing."""


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
    has_missed: bool = False
    """Whether what was sent last was incomplete, so that nothing came of it and the page says what is missing."""

    @property
    def home(self) -> str:
        return f"/wf/{self.form.id}"

    @property
    def look(self) -> Look:
        return look_of(self.world, self.form)

    @property
    def cookie(self) -> str:
        return f"finapi-mock-{self.form.id}"

    @property
    def token(self) -> str:
        """What each POST must bring along, so that no other site can make this browser send one."""
        return self._derived("token")

    @property
    def bank_page(self) -> str:
        """The redirect bank's page. Its ticket serves a new tab that the embedded form opens, which has no cookie."""
        return f"/bank/{self.form.id}?" + urlencode({"ticket": self._derived("ticket")})

    @property
    def way_back(self) -> str:
        """Where the bank sends the end user, with a code as real banks have one.

        That is our `/callback`, or the address of a mandator with a licence of its own, who has to pass the
        whole query on to `/callback`.
        """
        query = {"state": self.form.id, "code": self._derived("code")}
        own = self.form.terms.redirect_url
        if own is None:
            return "/callback?" + urlencode(query)
        parts = urlsplit(own)
        kept = parse_qsl(parts.query, keep_blank_values=True)
        return urlunsplit(parts._replace(query=urlencode([*kept, *query.items()])))

    @property
    def is_known(self) -> bool:
        """Whether this is the browser that opened the form."""
        key = self.form.visit.key
        given = self.request.headers.get(KEY_HEADER) or self.request.cookies.get(self.cookie, "")
        return key is not None and same(given, key)

    def check_identity(self, pass_: str = "") -> None:
        """PageError unless this is the browser that opened the form.

        `pass_` is the query parameter that makes up for it: the `ticket` to the bank's page, the bank's `code`.
        """
        if self.form.status is Status.EXPIRED:
            raise PageError(410)
        if self.form.visit.key is None:
            raise PageError(404)
        shown = self.request.query_params.get(pass_, "") if pass_ else ""
        if not self.is_known and not (shown and same(shown, self._derived(pass_))):
            raise PageError(409)

    def check_token(self, fields: Fields) -> None:
        """PageError unless the POST comes from one of our own pages."""
        if not same(fields.get("_token", ""), self.token):
            raise PageError(403, way_back=self.home)

    def _derived(self, purpose: str) -> str:
        return hashlib.sha256(f"{purpose}/{self.form.visit.key}".encode()).hexdigest()[:32]


def guest_at(worlds: Worlds, request: Request) -> Guest:
    """PageError 404 for a form that does not exist."""
    id = request.path_params.get("id", request.query_params.get("state", ""))
    world = worlds.of_address(address_of(id))
    if world is None:
        raise PageError(404)
    request.scope["state"]["entry"].mandator = world.mandator
    now = world.catch_up()
    form = world.store.find(WebForm, id)
    if form is None:
        raise PageError(404)
    return Guest(request, world, form, now, MISSED in request.query_params)


def same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode(), secret.encode())
