"""How refusals look on the wire, whole: a test compares `told(answer)` with a status and one of these bodies."""

import re
from typing import Any

Json = Any

ALICE, SHOP, NOBODY = "11/35", "11/0", "0/0"
"""`authContext`: the numbers of the client and of its user. The first client is 11, its first user 35."""
GERMAN_NOON = "2026-08-13T12:00:00.000+02:00"
"""The frozen clock's time as Access writes it."""
UTC_TEN = "2026-08-13T10:00:00.000+0000"
"""The same instant as Web Form writes it."""

GIVEN_ID = re.compile(r"selfgen-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def told(answer: Any) -> tuple[int, Json]:
    return answer.status_code, answer.json()


def access_error(
    answer: Any, code: str, *messages: str, who: str = ALICE, type: str = "TECHNICAL", date: str = GERMAN_NOON
) -> Json:
    """Access's `ErrorMessage`, with one entry for each message."""
    return {
        "errors": [{"message": message, "code": code, "type": type} for message in messages],
        "date": date,
        "requestId": answer.headers["x-request-id"],
        "endpoint": _endpoint(answer),
        "authContext": who,
    }


def oauth_error(error: str, description: str) -> Json:
    """What Access says with every 401 (`BadCredentialsError`)."""
    return {"error": error, "error_description": description}


NO_TOKEN = oauth_error("unauthorized", "An Authentication object was not found in the SecurityContext")


def bad_token(text: str) -> Json:
    return oauth_error("invalid_token", f"Invalid access token: {text}")


def webform_error(answer: Any, code: str, description: str, timestamp: str = UTC_TEN) -> Json:
    """Web Form's `Error`: everything but a 400."""
    return {"code": code, "description": description, "timestamp": timestamp, "endpoint": _endpoint(answer)}


def webform_problems(answer: Any, *problems: tuple[str, str]) -> Json:
    """Web Form's `ValidationError`: a 400, with field and message of each problem."""
    return {
        "errors": [{"field": field, "message": message} for field, message in problems],
        "timestamp": UTC_TEN,
        "endpoint": _endpoint(answer),
    }


def control_problems(*problems: tuple[str | None, str]) -> Json:
    """What the control API says with every refusal."""
    return {"errors": [{"field": field, "message": message} for field, message in problems]}


def no_such_path(path: str) -> Json:
    """Spring's answer, which both servers give to a path that they do not have."""
    return {"timestamp": GERMAN_NOON, "status": 404, "error": "Not Found", "path": path}


def _endpoint(answer: Any) -> str:
    return f"{answer.request.method} {answer.request.url.path}"
