"""CORS: which pages in a browser may read an answer. Those of the origins that a client has registered.

finAPI: "The CORS configuration applies to all the API services except for the /oauth services. If this list is empty,
then CORS is not enabled for this client." A browser asks beforehand without a token, so any client's list will do
then, as it does for an answer to somebody unknown; the answer to a client goes by its own list.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.contract import Router
from mock_server.domain.users import Client
from mock_server.exchange import Worlds
from mock_server.web.journal import Entry
from mock_server.web.messages import Answer, advice, header, send_answer

KEEPS = b"600"
"""For how many seconds a browser need not ask again."""
READABLE = advice(
    b"access-control-expose-headers", ["X-Request-Id, Retry-After, X-Mock-Hint, X-Mock-Warning, X-Mock-Reason"]
)
OAUTH = ("/api/v2/oauth/", "/oauth/")

Headers = list[tuple[bytes, bytes]]


class Sharing:
    """Around the emulated APIs. It costs a request without `Origin` a look at its headers."""

    def __init__(self, app: ASGIApp, router: Router, worlds: Worlds) -> None:
        self.app = app
        self._router = router
        self._worlds = worlds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = header(scope, b"origin")
        if not origin or scope["path"].startswith(OAUTH):
            await self.app(scope, receive, send)
        elif scope["method"] == "OPTIONS" and header(scope, b"access-control-request-method"):
            await self._permit(origin, scope, receive, send)
        else:
            await self.app(scope, receive, self._sharing(origin, scope["state"]["entry"], send))

    async def _permit(self, origin: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a browser that asks beforehand; one that is not permitted gets what OPTIONS always gets here."""
        route = self._router.find("OPTIONS", scope["path"])
        if route is None or not self._is_permitted(origin, None):
            await self.app(scope, receive, send)
            return
        asked = header(scope, b"access-control-request-headers")
        headers: Headers = [
            *_permission(origin),
            (b"access-control-allow-methods", ", ".join(sorted(route.methods)).encode()),
            *([(b"access-control-allow-headers", asked.encode("latin-1"))] if asked else []),
            (b"access-control-max-age", KEEPS),
        ]
        await send_answer(Answer(204, headers=headers), send)

    def _sharing(self, origin: str, entry: Entry, send: Send) -> Send:
        async def send_shared(message: Message) -> None:
            # Only now is it known whose request it was.
            if message["type"] == "http.response.start" and self._is_permitted(origin, entry):
                message["headers"] = [*message["headers"], *_permission(origin), *READABLE]
            await send(message)

        return send_shared

    def _is_permitted(self, origin: str, entry: Entry | None) -> bool:
        """By the client of the request; by any, if nobody knows whose it is."""
        if entry is None or entry.client_id is None or entry.mandator is None:
            clients = [client for world in self._worlds for client in world.store.all(Client)]
        else:
            world = self._worlds.of_mandator(entry.mandator)
            client = None if world is None else world.store.find(Client, entry.client_id)
            clients = [] if client is None else [client]
        return any(origin in client.configuration.cors_allowed_origins for client in clients)


def _permission(origin: str) -> Headers:
    return [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")]
