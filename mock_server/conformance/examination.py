"""Holding an answer against the OpenAPI documents: is it described, and does it fit?"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from mock_server.contract import Contract, Operation
from mock_server.contract.bodies import BodyChecks
from mock_server.contract.schemas import resolve

MOST_PROBLEMS = 5
"""So many of one answer are told: the others have the same cause, as a rule."""
IN_FRONT = (413, 415)
"""Statuses that come from the server in front of every operation, and stand in no document."""

_VALIDATORS: dict[tuple[BodyChecks, str, int], Any] = {}


class Examination:
    """What both documents say about answers."""

    def __init__(self, contracts: Sequence[Contract]) -> None:
        self._contracts = {contract.api: contract for contract in contracts}

    def problems(self, operation: Operation, status: int, headers: Mapping[str, str], body: bytes) -> list[str]:
        """What is wrong with an answer to an operation; `headers` in lower case."""
        found = [] if "x-request-id" in headers else ["There is no X-Request-Id."]
        if status in IN_FRONT:
            return found
        document = self._contracts[operation.api].document
        described = document["paths"][operation.path][operation.method.lower()]["responses"]
        if str(status) not in described:
            return [*found, f"Status {status} is not described."]
        content = resolve(document, described[str(status)]).get("content")
        if content is None:
            return found if body == b"" else [*found, "The answer is described as empty, and is not."]
        media = headers.get("content-type", "").partition(";")[0]
        if media != "application/json":
            return [*found, f"The content type is '{media}', not application/json."]
        return found + self._misfits(operation, status, content["application/json"]["schema"], body)

    def _misfits(self, operation: Operation, status: int, schema: Mapping[str, Any], body: bytes) -> list[str]:
        checks = self._contracts[operation.api].checks
        kept = checks, operation.key, status
        if kept not in _VALIDATORS:  # to compile one takes longer than most answers
            _VALIDATORS[kept] = checks.answers(schema)
        try:
            parsed = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            return [f"The body is no JSON: {error}."]
        errors = [f"{_place(error)}: {error.message}." for error in _VALIDATORS[kept].iter_errors(parsed)]
        return errors[:MOST_PROBLEMS]


def _place(error: Any) -> str:
    return ".".join(map(str, error.instance_path)) or "The body"
