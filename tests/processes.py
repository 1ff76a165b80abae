"""A real server in a process of its own."""

import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx2


@dataclass(frozen=True)
class Running:
    """A server that has said that it is ready."""

    process: subprocess.Popen[str]
    greeting: list[str]

    @property
    def url(self) -> str:
        return self.greeting[-1].split()[-1].removesuffix("/docs")

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def webform_url(self) -> str:
        return self.greeting[1].split()[-1].removesuffix("/api/webForms")

    def client(self, **settings: Any) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, trust_env=False, timeout=10, **settings)


@contextmanager
def running(*flags: str, log: IO[str] | None = None) -> Iterator[Running]:
    """Start a server on a free port, wait for its greeting, and end it whatever happens.

    Without a `log` it writes what it logs into a pipe. Who makes it log more than some 64 KB needs one: a server whose
    pipe is full waits until somebody reads it, and answers nobody.
    """
    command = [sys.executable, "-m", "mock_server", "serve", "--port", "0", *flags]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FINAPI_MOCK_")}
    pipes = {"stdout": subprocess.PIPE, "stderr": log or subprocess.PIPE}
    with subprocess.Popen(command, text=True, env=environment, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield greeted(process)
        finally:
            process.kill()


def greeted(process: "subprocess.Popen[str]") -> Running:
    """The server as soon as it is ready. AssertionError with its last words if it never is."""
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith("Documents"):
            return Running(process, lines)
    raise AssertionError(process.stderr.read() if process.stderr else "its log says why")


def trusting(ca: Path) -> ssl.SSLContext:
    """A client's context that trusts this authority and nobody else, as strictly as newer Pythons ask by default."""
    context = ssl.create_default_context(cafile=str(ca))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context
