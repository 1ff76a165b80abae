"""Runs the shell blocks of a document as a reader would: in order, in one shell, against real servers."""

import json
import os
import re
import shlex
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from tests.docs.markdown import Block

NOW = "2026-08-13T10:00:00Z"
"""Where the clocks stand when the first block runs, so that every amount and date is known."""
PATIENCE = 30
"""Seconds that the blocks of a document may take together."""
ADVERTISED = "localhost:8420"
"""Where the documents' server is; the tests have another port."""
BREAK = "\x1e"
"""What the shell prints between two blocks."""


def environment() -> dict[str, str]:
    """The reader's, with the installed command in the path and no proxy between shell and server."""
    folders = [str(Path(sys.executable).parent), os.environ["PATH"]]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("FINAPI_MOCK_", "PYTEST_"))}
    return inherited | {"PATH": os.pathsep.join(folders), "NO_PROXY": "*", "no_proxy": "*"}


@contextmanager
def serving(
    arguments: Sequence[str], folder: Path, variables: Mapping[str, str] = MappingProxyType({})
) -> Iterator[int]:
    """The port of a server that is started with these arguments and variables, and stopped afterwards."""
    command = [sys.executable, "-m", "mock_server", *arguments, "--port", "0"]
    with subprocess.Popen(
        command, cwd=folder, env=environment() | variables, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            port = re.search(r"localhost:(\d+)/", process.stdout.readline())
            assert port is not None, f"{shlex.join(command)} has not started"
            yield int(port[1])
        finally:
            process.terminate()


def stop_time(base: str) -> None:
    """Make the server forget everything, and hold its clocks."""
    _post(base, "/_mock/reset", {})
    _post(base, "/_mock/clock", {"set": NOW, "freeze": True})
    _post(base, "/_mock/clock", {"set": NOW})  # the time between the two


def run(blocks: Sequence[Block], port: int, folder: Path, shell: Sequence[str]) -> Mapping[Block, str]:
    """Run the `run` blocks. The answer is what each has printed. AssertionError if one fails."""
    script = [_default_port(port)]
    ports = [port]
    with ExitStack() as servers:
        stop_time(f"http://localhost:{port}")
        for block in blocks:
            if block.mark == "server":
                words = shlex.split(block.text)
                variables = dict(word.split("=", 1) for word in takewhile(lambda word: "=" in word, words))
                _, *arguments = words[len(variables) :]
                ports.append(servers.enter_context(serving(arguments, folder, variables)))
                base = f"{'https' if '--tls' in arguments else 'http'}://localhost:{ports[-1]}"
                stop_time(base)
                script.append(f"MOCK={base}\n{_default_port(ports[-1])}")
            elif block.mark == "run":
                script.append(f"printf '{BREAK}'\n" + block.text.replace(ADVERTISED, f"localhost:{ports[-1]}"))
        done = subprocess.run(
            [*shell, "-c", "".join(script)],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    printed = done.stdout.split(BREAK)[1:]
    ran = [block for block in blocks if block.mark == "run"]
    last = f"line {ran[len(printed) - 1].line}, exit status {done.returncode}:\n{printed[-1]}\n{done.stderr}"
    assert (done.returncode, len(printed)) == (0, len(ran)), last
    ours = re.compile(rf"localhost:({'|'.join(map(str, ports))})\b")
    return {block: ours.sub(ADVERTISED, text) for block, text in zip(ran, printed, strict=True)}


def _default_port(port: int) -> str:
    """A command of the shell, so that `finapi-mock clock` and its like ask this server without a word about it."""
    return f"export FINAPI_MOCK_PORT={port}\n"


def _post(base: str, path: str, body: Any) -> None:
    request = Request(f"{base}{path}", json.dumps(body).encode(), method="POST")  # noqa: S310 # never a file
    unasked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # whether a client can trust the server is the document's matter
    unasked.check_hostname, unasked.verify_mode = False, ssl.CERT_NONE
    opener = build_opener(ProxyHandler({}), HTTPSHandler(context=unasked))
    with opener.open(request, timeout=PATIENCE) as answer:
        assert answer.status == 200
