"""The shapes an error has on the wire: Access, Web Form, OAuth, and Spring's for unknown paths."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_server.clock import access_timestamp, webform_timestamp
from mock_server.contract.operations import Api
from mock_server.domain.languages import GERMAN
from mock_server.errors import WEBFORM_CODES, ApiError, Problem, Refusal

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """What an error body tells about its request. `auth_context` is the numbers of client and user, as `11/35`."""

    method: str
    path: str
    request_id: str
    auth_context: str
    now: datetime
    language: str = GERMAN

    @property
    def endpoint(self) -> str:
        return f"{self.method} {self.path}"


def envelope(api: Api, error: ApiError, context: Context) -> Json:
    """The body of a refusal."""
    if error.refusal is Refusal.NO_SUCH_PATH:
        return _spring(error, context)
    return ENVELOPES[api](error, context)


def _access(error: ApiError, context: Context) -> Json:
    refusal = error.refusal
    if refusal.status == 401:
        return {"error": refusal.code, "error_description": str(error)}
    messages = [_sentence(problem) for problem in error.problems] or [error.message_in(context.language)]
    more = {} if error.challenge is None else {"multiStepAuthentication": error.challenge}
    body = {
        "errors": [{"message": message, "code": refusal.code, "type": refusal.blame, **more} for message in messages],
        "date": access_timestamp(context.now),
        "requestId": context.request_id,
        "endpoint": context.endpoint,
        "authContext": context.auth_context,
    }
    if error.bank is not None:
        body["bank"] = error.bank
    return body


def _webform(error: ApiError, context: Context) -> Json:
    common = {"timestamp": webform_timestamp(context.now), "endpoint": context.endpoint}
    if error.refusal.status == 400:
        problems = error.problems or (Problem("body", str(error)),)
        return {"errors": [{"field": problem.field, "message": problem.message} for problem in problems], **common}
    code = WEBFORM_CODES.get(error.refusal.code, error.refusal.code)
    return {"code": code, "description": error.message_in(context.language), **common}


def _spring(error: ApiError, context: Context) -> Json:
    return {
        "timestamp": access_timestamp(context.now),
        "status": error.refusal.status,
        "error": "Not Found",
        "path": context.path,
    }


def _sentence(problem: Problem) -> str:
    if problem.field == "body":
        return problem.message
    return f"Field '{problem.field}' not valid: {problem.message}"


ENVELOPES: Mapping[Api, Callable[[ApiError, Context], Json]] = {"access": _access, "webform": _webform}
