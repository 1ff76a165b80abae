"""One run of Schemathesis against a server of its own."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from mock_server.contract.operations import Api
from tests.fuzz.documents import write_plain
from tests.fuzz.world import WORLDS, World
from tests.processes import running

HOOKS = Path(__file__).with_name("allowed.py")
QUIET = ("--strict", "--log-level", "critical")
"""Nobody reads what the server writes: many tracebacks would fill the pipe, and stop it."""
FLAGS: Mapping[Api, Sequence[str]] = {"access": (*QUIET, "--license", "fully_licensed"), "webform": QUIET}
LONGEST = 600
"""Seconds after which a run counts as hung."""


@dataclass(frozen=True)
class Report:
    """What came of a run: the exit status, everything that Schemathesis has said, and its report."""

    status: int
    text: str
    facts: Mapping[str, Any]

    @property
    def tested(self) -> int:
        return int(self.facts["operations"]["tested"])

    @property
    def rates(self) -> dict[str, tuple[int, int]]:
        """By operation, as `GET /api/v2/users`: how many valid requests were accepted, of how many."""
        return {
            name: (sum(it["accepted"] for it in phases.values()), sum(sum(it.values()) for it in phases.values()))
            for name, phases in self.facts["valid_rates"].items()
        }


def fuzz(api: Api, folder: Path, *filters: str) -> Report:
    """Let Schemathesis loose on a new server. `filters` are flags of its own that choose operations."""
    with running(*FLAGS[api]) as server, server.client() as http:
        world = WORLDS[api](http)
        document, configuration, report = (folder / name for name in ("api.json", "schemathesis.toml", "report.json"))
        write_plain(api, world, document)
        configuration.write_text(_configuration(world))
        command = [
            *(str(Path(sys.executable).with_name("st")), "--no-color", "--config-file", str(configuration)),
            *("run", str(document), "--url", server.url, "--report-json-path", str(report), *filters),
        ]
        done = subprocess.run(command, cwd=folder, text=True, capture_output=True, timeout=LONGEST)
    text = done.stdout + done.stderr
    assert report.exists(), text
    return Report(done.returncode, text, orjson.loads(report.read_bytes()))


def _configuration(world: World) -> str:
    """One seed, and numbers instead of times: a run makes the same requests every time."""
    tokens = "".join(f'[auth.openapi.{scheme}]\nbearer = "{token}"\n' for scheme, token in world.tokens.items())
    return f"""
hooks = "{HOOKS}"
seed = 1
continue-on-failure = true
suppress-health-check = ["all"]  # bodies of many limited fields are slow to make, which is no fault of theirs
generation.max-examples = 10
phases.stateful.generation.max-examples = 100
output.truncation.enabled = false
output.sanitization.enabled = false  # else the request that repeats a failure would have no token
{tokens}"""
