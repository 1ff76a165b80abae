"""How a verb reaches a running server: where it is, in whose name, and what is said when it refuses."""

import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

import click
import orjson

from mock_server.commands.tables import Table, drawn
from mock_server.settings import CA_FILE, DEFAULT_PORT, Settings, variable

Json = dict[str, Any]
PATIENCE = 90.0
"""Seconds to wait for an answer: longer than `wait` may take."""
CONTRADICTED = 409
"""What was to be verified, or waited for, is not there. The answer says why."""


class RefusedError(click.ClickException):
    """The server has refused, or there is none. Exit status 1."""

    def show(self, file: Any = None) -> None:
        click.echo(f"finapi-mock: {self.message}", err=True)


@dataclass(frozen=True)
class Server:
    """A running server, as the options of a verb name it."""

    url: str
    client: str | None = None
    token: str | None = None
    ca: Path | None = None
    as_json: bool = False

    def ask(self, method: str, path: str, /, body: Any = None, accept: str = "application/json", **query: Any) -> bytes:
        """What it answers. RefusedError if that is a refusal."""
        given = {name: value for name, value in query.items() if value is not None}
        target = f"{self.url.rstrip('/')}/_mock/{path}" + (f"?{urlencode(given)}" if given else "")
        if not target.startswith(("http://", "https://")):
            raise RefusedError(f"--url: must start with http:// or https://, not {self.url}")
        content = body if body is None or isinstance(body, bytes) else orjson.dumps(body)
        request = Request(target, content, self._headers(accept), method=method)  # noqa: S310 # http, as just checked
        opener = build_opener(ProxyHandler({}), HTTPSHandler(context=self._trust()))
        try:
            with opener.open(request, timeout=PATIENCE) as answer:
                return bytes(answer.read())
        except HTTPError as error:
            text = error.read()
            if error.code == CONTRADICTED:
                return text
            raise RefusedError(_refusal(error.code, text)) from None
        except (OSError, ValueError) as error:
            raise RefusedError(f"{self.url} does not answer: {_cause(error)}") from None

    def get(self, path: str, /, **query: Any) -> Json:
        return _object(self.ask("GET", path, **query))

    def post(self, path: str, body: Any = None) -> Json:
        return _object(self.ask("POST", path, {} if body is None else body))

    def put(self, path: str, body: bytes) -> Json:
        return _object(self.ask("PUT", path, body))

    def show(self, answer: Json, table: Table) -> None:
        """For programs as it came, for people as a table."""
        if self.as_json:
            print_json(answer)
        else:
            click.echo(drawn(answer, table))

    def say(self, answer: Json, sentence: str) -> None:
        """The same where a sentence says it all."""
        if self.as_json:
            print_json(answer)
        else:
            click.echo(sentence)

    def _headers(self, accept: str) -> dict[str, str]:
        headers = {"Accept": accept, "Content-Type": "application/json"}
        if self.client is not None:
            headers["X-Mock-Client"] = self.client
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        return headers

    def _trust(self) -> ssl.SSLContext:
        """Whom the machine trusts, the CA that `--tls` has made here, and the one that is named."""
        context = ssl.create_default_context()
        if self.url.startswith("https"):
            for file in (_ca_of_tls(), self.ca, os.environ.get(variable("cert"))):
                if file and Path(file).is_file():
                    context.load_verify_locations(cafile=str(file))
        return context


def default_url(tls: bool) -> str:
    """Where `serve` listens with the same environment."""
    scheme = "https" if tls or variable("cert") in os.environ else "http"
    port = os.environ.get(variable("port"), "")
    # Kubernetes sets FINAPI_MOCK_PORT to tcp://… for a service of this name.
    return f"{scheme}://127.0.0.1:{port if port.isdigit() else DEFAULT_PORT}"


def asking(verb: Callable[..., None]) -> Callable[..., None]:
    """The options that every verb has; it gets a `Server` before its own arguments."""

    @wraps(verb)
    def asked(
        url: str | None, tls: bool, client: str | None, token: str | None, ca: Path | None, as_json: bool, **own: Any
    ) -> None:
        verb(Server(url or default_url(tls), client, token, ca, as_json), **own)

    for option in reversed(OPTIONS):
        asked = option(asked)
    return asked


OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--url", help="Base URL of the server. Default: the port of FINAPI_MOCK_PORT, or 8420."),
    click.option("--tls", is_flag=True, envvar=variable("tls"), help="The default is https."),
    click.option("--ca", type=click.Path(path_type=Path, exists=True), help="Certificate of a CA to trust besides."),
    click.option("--client", metavar="ID", help="Only the mandator of this client_id (X-Mock-Client)."),
    click.option("--token", envvar=variable("control_token"), help="What --control-token asks for."),
    click.option("--json", "as_json", is_flag=True, help="The server's answer, for programs."),
)


class _Json(click.ParamType):  # type: ignore[type-arg] # generic only since click 8.4
    """A value that is written as JSON."""

    name = "json"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError as error:
            self.fail(f"is no JSON: {error}", param, ctx)


JSON = _Json()


def segment(text: object) -> str:
    """A text as one part of a path."""
    return quote(str(text), safe="")


def given(**fields: Any) -> Json:
    """A body of those fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}


def print_json(answer: Any) -> None:
    click.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode())


def _ca_of_tls() -> Path:
    folder = os.environ.get(variable("tls_dir"))
    return Settings(tls_dir=Path(folder) if folder else None).certificates / CA_FILE


def _object(answer: bytes) -> Json:
    try:
        parsed = orjson.loads(answer)
    except orjson.JSONDecodeError:
        parsed = None
    if not isinstance(parsed, dict):
        raise RefusedError("the answer is no JSON object; is this the base URL of a finapi-mock?")
    return parsed


def _refusal(status: int, text: bytes) -> str:
    """`field: message` for each mistake; what is no refusal of ours is told by its status."""
    try:
        problems = orjson.loads(text)["errors"]
        lines = [f"{it['field']}: {it['message']}" if it["field"] else it["message"] for it in problems]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        lines = [f"the server answers {status}; is it a finapi-mock of this version?"]
    return "\n".join(lines)


def _cause(error: Exception) -> object:
    reason = getattr(error, "reason", error)
    hint = "; name its CA with --ca" if isinstance(reason, ssl.SSLCertVerificationError) else ""
    return f"{reason}{hint}"
