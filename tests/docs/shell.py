"""Runs the shell blocks of a document as a reader would: in order, in one shell, against real servers."""

import json
import os
import re
import shlex
import ssl
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import pairwise, takewhile
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from tests.docs.markdown import Block
from tests.docs.markdown import blocks as blocks_of

NOW = "2026-08-13T10:00:00Z"
"""Where the clocks stand when the first block runs, so that every amount and date is known."""
PATIENCE = 120
"""Seconds that the blocks of a document may take together, also where the machine has much else to do."""
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


def stop_time(base: str, token: str = "") -> None:
    """Make the server forget everything, and hold its clocks. `token` is what its control API asks for."""
    _post(base, "/_mock/reset", {}, token)
    _post(base, "/_mock/clock", {"set": NOW, "freeze": True}, token)
    _post(base, "/_mock/clock", {"set": NOW}, token)  # the time between the two


def follow(document: Path, port: int, folder: Path, mark: str = "run", patience: float = PATIENCE) -> None:
    """Do what a document says, in an empty folder: write its files, and run the blocks with this mark.

    AssertionError unless each prints what the document shows below it.
    """
    blocks = list(blocks_of(document))
    write_files(blocks, folder)
    printed = run(blocks, port, folder, ("bash", "-euo", "pipefail"), mark, patience)
    for before, block in pairwise(blocks):
        if block.mark == "output" and before.mark == mark:
            _fits(block, printed[before])


def write_files(blocks: Iterable[Block], folder: Path) -> None:
    for block in blocks:
        if block.mark.startswith("file "):
            (folder / block.mark.removeprefix("file ")).write_text(block.text, encoding="utf-8")


def run(
    blocks: Sequence[Block],
    port: int,
    folder: Path,
    shell: Sequence[str],
    mark: str = "run",
    patience: float = PATIENCE,
) -> Mapping[Block, str]:
    """Run the blocks with this mark. The answer is what each has printed. AssertionError if one fails."""
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
                flags = dict(pairwise(arguments))
                stop_time(base, flags.get("--control-token", ""))
                script.append(f"MOCK={base}\n{_default_port(ports[-1])}")
            elif block.mark == mark:
                script.append(f"printf '{BREAK}'\n" + block.text.replace(ADVERTISED, f"localhost:{ports[-1]}"))
        done = subprocess.run(
            [*shell, "-c", "".join(script)],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=patience,
        )
    printed = done.stdout.split(BREAK)[1:]
    ran = [block for block in blocks if block.mark == mark]
    last = f"line {ran[len(printed) - 1].line}, exit status {done.returncode}:\n{printed[-1]}\n{done.stderr}"
    assert (done.returncode, len(printed)) == (0, len(ran)), last
    ours = re.compile(rf"localhost:({'|'.join(map(str, ports))})\b")
    return {block: ours.sub(ADVERTISED, text) for block, text in zip(ran, printed, strict=True)}


def _default_port(port: int) -> str:
    """A command of the shell, so that `finapi-mock clock` and its like ask this server without a word about it."""
    return f"export FINAPI_MOCK_PORT={port}\n"


def _fits(shown: Block, printed: str) -> None:
    """AssertionError unless the text was printed, where `…` stands for any text within a line."""
    expected, seen = shown.text.strip().splitlines(), [line.rstrip() for line in printed.strip().splitlines()]
    pattern = [".*".join(re.escape(part) for part in line.split("…")) for line in expected]
    different = len(expected) != len(seen) or not all(map(re.fullmatch, pattern, seen))
    assert not different, f"line {shown.line} shows\n{shown.text}\nbut it printed\n{printed}"


def _post(base: str, path: str, body: Any, token: str) -> None:
    told = {"X-Mock-Token": token}
    request = Request(f"{base}{path}", json.dumps(body).encode(), told, method="POST")  # noqa: S310 # never a file
    unasked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # whether a client can trust the server is the document's matter
    unasked.check_hostname, unasked.verify_mode = False, ssl.CERT_NONE
    opener = build_opener(ProxyHandler({}), HTTPSHandler(context=unasked))
    with opener.open(request, timeout=PATIENCE) as answer:
        assert answer.status == 200
