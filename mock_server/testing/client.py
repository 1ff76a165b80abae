"""A client of a test's own, with a world of its own. What it can do is written once, as conversations."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any

import httpx2

from mock_server.testing.records import Connection, Json, MockError, Urls, User
from mock_server.testing.talk import Ask, Blocking, Talk, Waiting, talk

LOCKED = 401
CONTRADICTED = 409
REMEDY = "FinApiMock(control_token=…), or with pytest --finapi-mock-control-token or FINAPI_MOCK_CONTROL_TOKEN"
UNLICENSED = "UNLICENSED"
REDIRECT_URL = "https://shop.example/back"
"""Where the users of licensed clients come back to. Nobody goes there."""
FILES = (".yaml", ".yml", ".json")
WHOLE_JOURNAL = 999_999_999
"""A limit that no journal reaches; without one the server shows the newest hundred."""

Credentials = tuple[str, str, str]
"""The id, the secret and the licence of a client."""


class Script:
    """What a client says to the server. `Client` and `AsyncClient` have it said."""

    client_id: str
    client_secret: str
    urls: Urls
    license: str

    @talk
    def user(self, /, **wish: Any) -> Talk[User]:
        """Create an end user, with fields of `createUser` such as `id="alice"`, and get a token for it."""
        answer = yield from self._as_client("POST", "/api/v2/users", json=wish)
        return (yield from Script.log_in(self, answer["id"], wish.get("password") or answer["password"]))

    @talk
    def log_in(self, id: str, password: str) -> Talk[User]:
        """A token for a user, for instance after the clock has outlived the first one."""
        token = yield from self._token(grant_type="password", username=id, password=password)
        return User(id, password, token["access_token"], token["refresh_token"])

    @talk
    def call(self, /, method: str, path: str, user: User | None = None, json: Any = None, **query: Any) -> Talk[Any]:
        """Call an API in a user's name, or in the client's own, and get the JSON. MockError if it is refused."""
        if user is None:
            return (yield from self._as_client(method, path, json=json, params=query))
        return (yield from _asked(Ask(method, path, query, user.headers, json)))

    @talk
    def connect_bank(self, user: User, login: str = "demo_no_msa", bank: int = 280001) -> Talk[Connection]:
        """Import a bank connection through a web form. MockError, with what the form says, if it fails."""
        headers = user.headers
        wish: Json = {"bank": {"id": bank}}
        if self.license != UNLICENSED:
            wish["redirectUrl"] = REDIRECT_URL
        form = yield from _asked(Ask("POST", "/api/webForms/bankConnectionImport", headers=headers, json=wish))
        form = yield from Script.complete(self, form, login=login)
        id = form["payload"].get("bankConnectionId")
        if id is None:
            raise MockError(f"The form has ended as {form['status']}: {form['payload']}")
        query = {"bankConnectionIds": id}
        found = yield from _asked(Ask("GET", "/api/v2/accounts", query, headers))
        return Connection(id, found["accounts"], form)

    @talk
    def complete(
        self,
        form: str | Mapping[str, Any],
        outcome: str = "COMPLETED",
        *,
        bank: int | None = None,
        login: str | None = None,
        error_code: str | None = None,
        error_message: str | None = None,
    ) -> Talk[Json]:
        """End a web form (its id, or what created it) as an end user would. Returns the form."""
        id = form if isinstance(form, str) else form["id"]
        wish = {
            "outcome": outcome,
            "bankId": bank,
            "login": login,
            "errorCode": error_code,
            "errorMessage": error_message,
        }
        ended: Json = yield from self._control("POST", f"/_mock/webForms/{id}/complete", json=_given(wish))
        return ended

    @talk
    def scenario(self, *scenarios: str | Path) -> Talk[None]:
        """Have these on and no others: names, files, or texts in YAML. Without any: none."""
        names = []
        for scenario in scenarios:
            text = _text_of(scenario)
            if text is None:
                names.append(str(scenario))
            else:
                names.append((yield from self._control("POST", "/_mock/library", text=text))["name"])
        yield from self._control("POST", "/_mock/scenarios", json={"on": names})

    @talk
    def advance(self, duration: str | timedelta) -> Talk[str]:
        """Move the clock by a duration such as `2h`, and let happen what is due. Returns the time."""
        step = duration if isinstance(duration, str) else f"{round(duration / timedelta(milliseconds=1))}ms"
        return (yield from self._clock({"advance": step}))

    @talk
    def freeze(self, at: str | datetime | None = None) -> Talk[str]:
        """Hold the clock, at an instant or where it is. Returns the time."""
        now = yield from self._clock({"freeze": True})
        if at is None:
            return now
        return (yield from self._clock({"set": at.isoformat() if isinstance(at, datetime) else at}))

    @talk
    def resume(self) -> Talk[str]:
        """Let the clock run again. Returns the time."""
        return (yield from self._clock({"resume": True}))

    @talk
    def requests(self, /, **filters: Any) -> Talk[list[Json]]:
        """The journal of this client's world, oldest first: `operation="createUser"`, `status="4xx"` …

        All of it, unless there is a `limit`: then the newest so many."""
        found = yield from self._control("GET", "/_mock/requests", params={"limit": WHOLE_JOURNAL, **filters})
        return list(reversed(found["requests"]))

    @talk
    def callbacks(self, /, **filters: Any) -> Talk[list[Json]]:
        """The callbacks that were sent, oldest first. To wait for one: `wait_for(kind="callback")`."""
        return (yield from Script.requests(self, kind="callback", **filters))

    @talk
    def wait_for(self, /, *, within: str = "5s", at_least: int = 1, **calls: Any) -> Talk[list[Json]]:
        """Wait (in real time) until there are such calls. Returns the newest ten, oldest first. AssertionError if they
        do not come."""
        wish = {"calls": calls, "atLeast": at_least, "within": within}
        return (yield from self._judged("/_mock/wait", wish))

    @talk
    def verify(
        self,
        /,
        *,
        exactly: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        never: bool | None = None,
        **calls: Any,
    ) -> Talk[list[Json]]:
        """AssertionError, with the nearest miss, unless there are that many such calls; at least one if nothing is
        said. Returns the newest ten, oldest first."""
        counts = {"exactly": exactly, "atLeast": at_least, "atMost": at_most, "never": never}
        return (yield from self._judged("/_mock/verify", {"calls": calls, **_given(counts)}))

    @talk
    def verify_order(self, *calls: Mapping[str, Any]) -> Talk[list[Json]]:
        """AssertionError unless there is such a call for each of the filters, each later than the one before."""
        return (yield from self._judged("/_mock/verify", {"inOrder": list(calls)}))

    @talk
    def reset(self) -> Talk[None]:
        """Forget everything but the client itself."""
        yield from self._control("POST", "/_mock/reset")

    @talk
    def remove(self) -> Talk[None]:
        """Forget everything, and the client too."""
        yield from self._control("DELETE", f"/_mock/clients/{self.client_id}")

    def _token(self, **form: str) -> Talk[Json]:
        credentials = {"client_id": self.client_id, "client_secret": self.client_secret}
        token: Json = yield from _asked(Ask("POST", "/api/v2/oauth/token", form={**credentials, **form}))
        return token

    def _as_client(self, method: str, path: str, **more: Any) -> Talk[Any]:
        token = yield from self._token(grant_type="client_credentials")
        bearer = {"Authorization": f"Bearer {token['access_token']}"}
        return (yield from _asked(Ask(method, path, headers=bearer, **more)))

    def _control(self, method: str, path: str, **more: Any) -> Talk[Any]:
        return (yield from _asked(Ask(method, path, headers={"X-Mock-Client": self.client_id}, **more)))

    def _clock(self, wish: Json) -> Talk[str]:
        moved = yield from self._control("POST", "/_mock/clock", json=wish)
        return str(moved["clocks"][0]["now"])

    def _judged(self, path: str, wish: Json) -> Talk[list[Json]]:
        answer = yield Ask("POST", path, headers={"X-Mock-Client": self.client_id}, json=wish)
        if answer.status_code == CONTRADICTED:
            raise AssertionError(answer.json()["message"])
        return sorted(_content(answer)["requests"], key=itemgetter("number"))


class Client(Blocking, Script):
    """A client whose methods wait for the server's answer."""

    def __init__(self, http: httpx2.Client, urls: Urls, credentials: Credentials) -> None:
        self.http, self.urls = http, urls
        self.client_id, self.client_secret, self.license = credentials


class AsyncClient(Waiting, Script):
    """The same with coroutines."""

    def __init__(self, http: httpx2.AsyncClient, urls: Urls, credentials: Credentials) -> None:
        self.http, self.urls = http, urls
        self.client_id, self.client_secret, self.license = credentials


def registered(license: str | None, configuration: Mapping[str, Any] | None) -> Talk[Credentials]:
    """A client that nobody else has."""
    wish = _given({"license": license, "configuration": configuration})
    answer = yield Ask("POST", "/_mock/clients", json=wish)
    if answer.status_code == LOCKED:
        raise MockError(f"{answer.url} wants its control token: {REMEDY}.", LOCKED)
    shown = _content(answer)
    return shown["clientId"], shown["clientSecret"], shown["license"]


def _given(wish: Mapping[str, Any]) -> Json:
    return {name: value for name, value in wish.items() if value is not None}


def _text_of(scenario: str | Path) -> str | None:
    """The text of a scenario; None if it is a name."""
    if isinstance(scenario, Path) or ("\n" not in scenario and scenario.endswith(FILES)):
        return Path(scenario).read_text(encoding="utf-8")
    return scenario if ":" in scenario else None


def _asked(ask: Ask) -> Talk[Any]:
    return _content((yield ask))


def _content(answer: httpx2.Response) -> Any:
    """The JSON of an answer. MockError with everything that the server says about a refusal."""
    if answer.is_success:
        return answer.json() if answer.content else None
    hint = answer.headers.get("x-mock-hint")
    request = answer.request
    said = f"{request.method} {request.url.path}: {answer.status_code} {answer.text}"
    raise MockError(said + (f" ({hint})" if hint else ""), answer.status_code)
