"""Every setting, once. The field `token_lifetime` is the flag `--token-lifetime` and the environment
variable `FINAPI_MOCK_TOKEN_LIFETIME`.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from mock_server.clock import parse_duration
from mock_server.domain.progress import Pace, parse_pace
from mock_server.domain.users import LICENSES, License
from mock_server.source import Source

PREFIX = "FINAPI_MOCK_"
DEFAULT_PORT = 8420
CA_FILE = "ca.pem"
LinksBy = Literal["base-url", "host", "proxy"]
LINKS_BY: tuple[LinksBy, ...] = ("base-url", "host", "proxy")
LOG_LEVELS = ("critical", "error", "warning", "info", "debug")


def _setting(default: Any, help: str, **more: Any) -> Any:
    return field(default=default, metadata={"help": help, **more})


@dataclass(frozen=True, slots=True)
class Settings:
    """How one server runs. Durations are given like `2h`, `90s` or `PT2H`; `0s` means for ever."""

    host: str = _setting("127.0.0.1", "Address to listen on; 0.0.0.0 lets other machines in.")
    port: int = _setting(
        DEFAULT_PORT, "Port of both APIs; 0 takes a free one, which the first line of the output tells."
    )
    webform_port: int | None = _setting(
        None,
        "A second port, for clients that want Web Form on its own base URL. Both ports serve everything; the addresses "
        "of web forms have this one, unless there is a --base-url.",
    )
    base_url: str | None = _setting(
        None,
        "Base URL in the links that are handed out, for containers and proxies. Default: http://localhost:PORT, or "
        "https with --tls.",
    )
    links_by: LinksBy = _setting(
        "base-url",
        "What links lead to: the base URL, the host that a request names, or the one that a proxy says it named.",
        choices=LINKS_BY,
    )
    seed: int = _setting(1, "Decides all ids and all bank data: the same seed, the same data, on every machine.")
    clients: Path | None = _setting(None, "YAML file of the clients there are. Without it any id and secret will do.")
    clients_yaml: str | None = _setting(None, "The text of a clients file itself, where the server cannot have files.")
    seed_data: Path | None = _setting(None, "YAML file of what there is at first: users, connections, transactions.")
    seed_data_yaml: str | None = _setting(None, "The text of such a file itself, where the server cannot have files.")
    license: License = _setting(
        "UNLICENSED",
        "Licence of the clients, as in finAPI. It decides whether a web form takes a redirectUrl.",
        choices=LICENSES,
    )
    scenario: tuple[str, ...] = _setting(
        (),
        "A scenario to have on, by its name or its file. Several: give the flag several times, or separate them by "
        "spaces in the variable; the first one that has something to say decides.",
    )
    scenario_yaml: str | None = _setting(None, "The text of a scenario itself, where the server cannot have files.")
    watch: bool = _setting(False, "Read the files of scenarios again as soon as they change, and keep the state.")
    strict: bool = _setting(False, "Refuse what finAPI refuses, also where localhost needs more (http callbacks).")
    auto_complete: bool = _setting(False, "Complete every new web form by itself, as if an end user had done it.")
    reopen_forms: bool = _setting(False, "Let web forms be opened again, and reloaded at any step (finAPI: once).")
    auto_error_redirect: bool = _setting(False, "After an error lead on to errorRedirectUrl at once, without a click.")
    pace: Pace = _setting(Pace(), "How fast background work is done: at-once, by-hand, 3-reads, or a duration like 5s.")
    token_lifetime: timedelta = _setting(timedelta(hours=1), "How long access tokens live.")
    refresh_token_lifetime: timedelta = _setting(timedelta(days=30), "How long refresh tokens live.")
    control_token: str | None = _setting(
        None, "What /_mock asks for. Default: nothing on this machine, and a new one where others can reach it."
    )
    token_key: str | None = _setting(None, "Key that signs tokens, 32 characters or more. Default: new at every start.")
    journal_size: int = _setting(1000, "How many exchanges the journal keeps for each mandator.")
    journal_bytes: int = _setting(64 * 1024 * 1024, "How much memory these may take, in bytes for each mandator.")
    max_body: int = _setting(10 * 1024 * 1024, "Largest request body, in bytes.")
    tls: bool = _setting(False, "Serve https, with a certificate of a CA that is made on first use and kept.")
    tls_dir: Path | None = _setting(None, "Folder of that CA. Default: a folder of the user's.")
    cert: Path | None = _setting(None, "Serve https with this certificate (PEM, with its chain) instead.")
    key: Path | None = _setting(None, "Private key of --cert (PEM, not encrypted).")
    access_spec: Path | None = _setting(
        None, "OpenAPI document (YAML or JSON) to check Access requests against, instead of ours."
    )
    webform_spec: Path | None = _setting(None, "The same for Web Form requests.")
    access_log: bool = _setting(False, "Log a line for each request; the journal at /_mock/requests is faster.")
    log_level: str = _setting("warning", "How much to log.", choices=LOG_LEVELS)

    def __post_init__(self) -> None:
        """ValueError for a value that cannot work, naming the setting and the remedy."""
        self._check_sources()
        for name in ("port", "webform_port"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 65535:
                raise ValueError(f"{flag(name)}: a port is a number from 0 to 65535, not {value}")
        if self.webform_port is not None and self.webform_port == self.port != 0:
            raise ValueError(f"--webform-port: {self.port} is the port of both APIs already; leave the setting out")
        for name in ("journal_size", "journal_bytes", "max_body"):
            if getattr(self, name) < 1:
                raise ValueError(f"{flag(name)}: must be at least 1")
        for name in ("token_lifetime", "refresh_token_lifetime"):
            if getattr(self, name) < timedelta(0):
                raise ValueError(f"{flag(name)}: must not be negative; 0s means for ever")
        if self.token_key is not None and len(self.token_key.encode()) < 32:
            raise ValueError("--token-key: must have 32 characters or more (RFC 7518, section 3.2)")
        self._check_urls()

    def _check_urls(self) -> None:
        if self.base_url is not None and not self.base_url.startswith(("http://", "https://")):
            raise ValueError("--base-url: must start with http:// or https://")
        if (self.cert is None) != (self.key is None):
            raise ValueError("--cert and --key: one is nothing without the other; give both")
        if self.is_secure and self.base_url is not None and not self.base_url.startswith("https://"):
            raise ValueError("--base-url: must start with https://, because the server speaks nothing else")

    @property
    def is_secure(self) -> bool:
        """Whether the server speaks https."""
        return self.tls or self.cert is not None

    @property
    def certificates(self) -> Path:
        """The folder in which the CA of `--tls` is kept."""
        if self.tls_dir is not None:
            return self.tls_dir
        import click  # late: only the CA's usual folder needs it, and not every embedding has the command line

        return Path(click.get_app_dir("finapi-mock")) / "tls"

    @property
    def ca_file(self) -> Path | None:
        """The certificate that clients are to trust, where there is one of ours."""
        return self.certificates / CA_FILE if self.tls and self.cert is None else None

    def _check_sources(self) -> None:
        for name in INLINE:
            file, text = getattr(self, name), getattr(self, name + INLINE_SUFFIX)
            if file is not None and text is not None:
                there = f"{flag(name)} has given {file} already"
                raise ValueError(f"{flag(name + INLINE_SUFFIX)}: {there}; leave one of the two out")

    def source(self, name: str) -> Source | None:
        """What the setting of this name, or its inline twin, gives to read. None if neither is set."""
        text = getattr(self, name + INLINE_SUFFIX)
        if text is not None:
            return Source(variable(name + INLINE_SUFFIX), text)
        file = getattr(self, name)
        return None if file is None else Source(str(file))

    @property
    def access_url(self) -> str:
        return (self.base_url or self._at(self.port)).rstrip("/")

    @property
    def webform_url(self) -> str:
        if self.base_url is None and self.webform_port is not None:
            return self._at(self.webform_port)
        return self.access_url

    def _at(self, port: int) -> str:
        return f"{'https' if self.is_secure else 'http'}://localhost:{port}"

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in ("localhost", "127.0.0.1", "::1")

    def guarded(self) -> "Settings":
        """The same with a token for the control API, where others can reach it."""
        if self.is_local or self.control_token is not None:
            return self
        return replace(self, control_token=secrets.token_urlsafe(16))

    def signing_key(self) -> str:
        return self.token_key or secrets.token_hex(32)


def flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def variable(name: str) -> str:
    return PREFIX + name.upper()


INLINE_SUFFIX = "_yaml"
INLINE = ("clients", "seed_data")
"""The settings that name one file and have a twin that takes its text in its place."""

# How the text of a flag or variable becomes the value of a field, by the field's declared type.
READERS: Mapping[Any, Callable[[str], Any]] = {
    str: str,
    str | None: str,
    tuple[str, ...]: str,
    int: int,
    int | None: int,
    Path | None: Path,
    License: str,
    LinksBy: str,
    Pace: parse_pace,
    timedelta: parse_duration,
}


def describe(name: str) -> Mapping[str, Any]:
    """The metadata of a setting: `help`, and `choices` where there are only some."""
    return next(declared.metadata for declared in fields(Settings) if declared.name == name)
