"""Running the application under uvicorn: sockets, start-up words, graceful stop."""

import errno
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace

import uvicorn
from uvicorn.config import LOGGING_CONFIG

from mock_server.app import App, create_app
from mock_server.clock import machine_now
from mock_server.settings import Settings
from mock_server.web.patience import PatientProtocol

BACKLOG = 2048
KEEP_ALIVE = 75
"""Seconds that an idle connection is kept after an answer. The pools of clients and proxies keep theirs for up to 60:
who gives up first must not be the server, or a request meets a connection that is just being closed."""
FILES = 65_536
"""So many open files, which connections are too, the process asks for."""
GRACE = 1
"""Seconds that requests under way have when the server is stopped."""


def run(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve until a signal comes. OSError if a port is in use; ValueError or LookupError if the start fails."""
    _allow_many_files()
    with prepared(settings, lambda ready: say("\n".join(greeting(ready)))) as (server, sockets, _):
        server.run(sockets=sockets)


@contextmanager
def in_thread(settings: Settings) -> Iterator[Settings]:
    """Serve in a thread until the block is left. Yields the settings with the ports taken. Raises as `run`."""
    answered = threading.Event()
    with prepared(settings, lambda ready: answered.set(), logs=False) as (server, sockets, taken):

        def work() -> None:
            try:
                server.run(sockets=sockets)
            finally:
                answered.set()

        thread = threading.Thread(target=work, name="finapi-mock", daemon=True)
        thread.start()
        try:
            answered.wait()
            if not server.started:
                raise OSError(f"the server on port {taken.port} has not started; its log says why")
            yield taken
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def prepared(
    settings: Settings, ready: Callable[[Settings], None], logs: bool = True
) -> Iterator[tuple[uvicorn.Server, list[socket.socket], Settings]]:
    """A server, the open sockets that it is to run on, and the settings with their ports. Says when it is `ready`.

    Without `logs` the logging of the process is left as it is.
    """
    wanted = [settings.port] if settings.webform_port is None else [settings.port, settings.webform_port]
    with ExitStack() as open_sockets:
        sockets = [open_sockets.enter_context(_listen(settings.host, port)) for port in wanted]
        port, *others = [listening.getsockname()[1] for listening in sockets]
        taken = replace(settings.guarded(), port=port, webform_port=others[0] if others else None)
        config = _config(create_app(taken), taken, _secured(taken) if taken.is_secure else None, logs)
        yield _Server(config, lambda: ready(taken)), sockets, taken


def greeting(settings: Settings) -> Iterator[str]:
    """What a person wants to know first."""
    from mock_server.domain.logins import TAN, USUAL  # late: it brings everything that banks know

    clients = settings.source("clients")
    if clients is None:
        credentials = (
            'any client_id and client_secret (the first secret of an id counts; "<id>-admin" is its admin client)'
        )
    else:
        credentials = f"the clients in {clients.name}"
    logins = ", ".join(f"{customer.login} / {customer.secret}" for customer in USUAL)
    yield f"finAPI Access    {settings.access_url}/api/v2"
    yield f"Web Form 2.0     {settings.webform_url}/api/webForms"
    yield f"Clients          {credentials}"
    yield f"Test bank        280001, login {logins}, TAN {TAN}"
    if settings.ca_file is not None:
        yield f"CA to trust      {settings.ca_file.absolute()}, also at {settings.access_url}/_mock/ca.pem"
    if settings.control_token is not None:
        yield f"Control token    {settings.control_token}"
    yield f"Documents        {settings.access_url}/docs"


def _allow_many_files() -> None:
    """Take what the system allows. Many still start a process with 1024, and who comes after those is hung up on."""
    if sys.platform == "win32":  # it has no such limit
        return
    import resource  # late: only Unix has it

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):  # macOS has a second limit, and does not say which
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class _Server(uvicorn.Server):
    """uvicorn's server, which says that it is ready when it is."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def _secured(settings: Settings) -> ssl.SSLContext:
    from mock_server import tls  # late: it takes `cryptography` along, which no start without TLS needs

    return tls.context(settings, machine_now())


def _config(app: App, settings: Settings, secured: ssl.SSLContext | None, logs: bool) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="auto",  # uvloop, except on Windows, which has none
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        log_config=LOGGING_CONFIG if logs else None,
        log_level=settings.log_level if logs else None,
        access_log=settings.access_log,
        server_header=False,
        proxy_headers=False,  # what a proxy says counts only where it was asked for, with --links-by proxy
        date_header=True,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        backlog=BACKLOG,
        ssl_context_factory=None if secured is None else lambda config, default: secured,
    )


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket. OSError in words, because a busy port is the commonest failure of a start."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise OSError(_trouble(error, host, port)) from None
    return listening


def _trouble(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use; stop the other program or choose another port with --port"
    return f"cannot listen on {host}, port {port}: {error.strerror or error}"
