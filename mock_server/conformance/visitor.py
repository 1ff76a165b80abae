"""A client that asks a server by the documents, and notes whatever differs from them."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import httpx2
import orjson

from mock_server.conformance.examination import Examination
from mock_server.contract import Contract, Operation
from mock_server.contract.bodies import FORM

PATIENCE = 30.0
"""Seconds for one answer: the real servers take their time."""


class StopError(Exception):
    """A step cannot go on, because what it needs is missing. What is wrong has been noted."""


@dataclass
class Difference:
    """Something that is not as finAPI's documents and rules say."""

    step: str
    operation: str
    message: str


@dataclass
class Answer:
    """What came back."""

    status: int
    body: Any


@dataclass
class Visitor:
    """Speaks for one client. `said` is what one step leaves to the next ones."""

    http: httpx2.Client
    contracts: Sequence[Contract]
    access_url: str
    webform_url: str
    client_id: str
    client_secret: str
    step: str = ""
    said: dict[str, Any] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._operations = {it.key: it for contract in self.contracts for it in contract.operations}
        self._examination = Examination(self.contracts)

    @property
    def credentials(self) -> dict[str, str]:
        return {"client_id": self.client_id, "client_secret": self.client_secret}

    def needs(self, name: str) -> Any:
        """What an earlier step has left. StopError if it has not come so far."""
        if name not in self.said:
            raise StopError
        return self.said[name]

    def asks(
        self,
        key: str,
        *,
        expect: int = 200,
        token: str | None = None,
        path: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
    ) -> Any:
        """One request by the document, and the JSON of its answer. StopError if its status is not the expected one."""
        operation = self._operations[key]
        request_id = f"conformance-{secrets.token_hex(8)}"
        answer = self._sent(operation, request_id, token, path or {}, query or {}, body)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        for problem in self._examination.problems(operation, answer.status_code, headers, answer.content):
            self.differs(key, problem)
        if headers.get("x-request-id") not in (None, request_id):
            self.differs(key, "The X-Request-Id of the answer is not that of the request.")
        if answer.status_code != expect:
            self.differs(key, f"The status is {answer.status_code}, not {expect}.")
            raise StopError
        return _parsed(answer.content)

    def checks(self, key: str, holds: bool, otherwise: str) -> None:
        """Note a difference unless it holds."""
        if not holds:
            self.differs(key, otherwise)

    def differs(self, key: str, message: str) -> None:
        self.differences.append(Difference(self.step, key, message))

    def _sent(
        self,
        operation: Operation,
        request_id: str,
        token: str | None,
        path: Mapping[str, Any],
        query: Mapping[str, Any],
        body: Any,
    ) -> httpx2.Response:
        base = self.access_url if operation.api == "access" else self.webform_url
        url = base + operation.path.format(**{name: quote(str(value), safe="") for name, value in path.items()})
        headers = {"x-request-id": request_id} | ({"authorization": f"Bearer {token}"} if token else {})
        content = None
        if body is not None and operation.body is not None and operation.body.media == FORM:
            content, headers["content-type"] = urlencode(body).encode(), FORM
        elif body is not None:
            content, headers["content-type"] = orjson.dumps(body), "application/json"
        try:
            return self.http.request(operation.method, url, params=query, content=content, headers=headers)
        except httpx2.HTTPError as error:
            self.differs(operation.key, f"There was no answer: {type(error).__name__}: {error}.")
            raise StopError from None


def _parsed(content: bytes) -> Any:
    try:
        return orjson.loads(content) if content else None
    except orjson.JSONDecodeError:
        raise StopError from None  # the examination has noted it
