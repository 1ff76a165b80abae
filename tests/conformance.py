"""Holds every answer of the server against the OpenAPI documents."""

from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.conformance.examination import Examination
from mock_server.contract import Contract, Operation, Router
from mock_server.operations import ALIASES

SUCCEEDED: set[str] = set()
"""The operations that have answered with success since somebody cleared this (`tests/proofs.py` does)."""


class Conformant:
    """An application whose answers to described operations must be described too; AssertionError otherwise."""

    def __init__(self, app: ASGIApp, contracts: Sequence[Contract]) -> None:
        self.app = app
        self._examination = Examination(contracts)
        self._router = Router((operation for contract in contracts for operation in contract.operations), ALIASES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start: list[Message] = []
        body: list[bytes] = []

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.append(message)
            else:
                body.append(message.get("body", b""))
            await send(message)

        await self.app(scope, receive, note)
        route = self._router.find(scope["method"], scope["path"])
        if route is not None and route.operation is not None and start:
            self._check(route.operation, start[0]["status"], dict(start[0]["headers"]), b"".join(body))
            if start[0]["status"] < 300:
                SUCCEEDED.add(route.operation.key)

    def _check(self, operation: Operation, status: int, headers: dict[bytes, bytes], body: bytes) -> None:
        if status == 501 and b'"UNSUPPORTED_FEATURE"' in body:  # our own
            return
        texts = {name.decode(): value.decode("latin-1") for name, value in headers.items()}
        problems = self._examination.problems(operation, status, texts, body)
        assert not problems, f"{operation.key} {status}: {problems}"
