"""Holds every answer of the server against the OpenAPI documents."""

from collections.abc import Sequence
from typing import Any

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.contract import Contract, Operation, Router
from mock_server.contract.bodies import BodyChecks
from mock_server.contract.schemas import resolve
from mock_server.operations import ALIASES

SUCCEEDED: set[str] = set()
"""The operations that have answered with success since somebody cleared this (`tests/proofs.py` does)."""

VALIDATORS: dict[tuple[BodyChecks, str, int], Any] = {}
"""What compares the answers of an operation, by status: to compile it takes longer than most tests."""


class Conformant:
    """An application whose answers to described operations must be described too; AssertionError otherwise."""

    def __init__(self, app: ASGIApp, contracts: Sequence[Contract]) -> None:
        self.app = app
        self._contracts = {contract.api: contract for contract in contracts}
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
        where = f"{operation.key} {status}"
        assert b"x-request-id" in headers, f"{where}: no X-Request-Id"
        # 413 and 415 come from the server in front of the operation, and this 501 is our own.
        if status in (413, 415) or (status == 501 and b'"UNSUPPORTED_FEATURE"' in body):
            return
        schema = self._schema(operation, status)
        if schema is None:
            assert body == b"", f"{where}: described as empty, but answered {body[:200]!r}"
            return
        assert headers[b"content-type"] == b"application/json", where
        kept = (self._contracts[operation.api].checks, operation.key, status)
        if kept not in VALIDATORS:
            VALIDATORS[kept] = kept[0].answers(schema)
        errors = [
            f"{error.instance_path}: {error.message}" for error in VALIDATORS[kept].iter_errors(orjson.loads(body))
        ]
        assert not errors, f"{where}: {errors[:5]}"

    def _schema(self, operation: Operation, status: int) -> Any:
        document = self._contracts[operation.api].document
        responses = document["paths"][operation.path][operation.method.lower()]["responses"]
        assert str(status) in responses, f"{operation.key}: status {status} is not described"
        content = resolve(document, responses[str(status)]).get("content")
        return None if content is None else content["application/json"]["schema"]
