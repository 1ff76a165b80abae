"""The programs in `examples`, as their readers start them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import running

EXAMPLES = Path(__file__).parents[1] / "examples"


def journey(url: str, **more: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-W", "error", EXAMPLES / "journey.py"]
    environment = os.environ | {"FINAPI_URL": url} | more
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_journey_takes_its_twenty_steps(tmp_path: Path) -> None:
    """By https, so that links, callbacks and the CA are all in it."""
    with running("--tls", "--tls-dir", str(tmp_path)) as mock:
        done = journey(mock.url, SSL_CERT_FILE=str(tmp_path / "ca.pem"))
        assert (done.returncode, done.stderr) == (0, "")
        steps = [line for line in done.stdout.splitlines() if line[:2].strip().isdigit() and line[2] == "."]
        assert [int(line[:2]) for line in steps] == list(range(1, 21))
        assert done.stdout.endswith("\n20 steps, all as expected.\n")


def test_the_journey_ends_with_what_is_not_as_expected() -> None:
    with running("--license", "AISP", "--strict") as mock:  # which takes no callback to localhost
        done = journey(mock.url)
    assert done.returncode == 1
    assert done.stderr.startswith("POST /api/webForms/bankConnectionImport: 400 instead of 201: ")


@pytest.mark.parametrize(
    ("tools", "command"),
    [
        (("bash", "curl", "jq"), ("bash", "curl/journey.sh")),
        (("java",), ("java", "java/Journey.java")),
        (("go",), ("go", "run", "go/journey.go")),
        (("php",), ("php", "php/journey.php")),
    ],
    ids=["curl", "java", "go", "php"],
)
def test_the_journey_is_the_same_in_another_language(tools: tuple[str, ...], command: tuple[str, ...]) -> None:
    if missing := [tool for tool in tools if shutil.which(tool) is None]:
        pytest.skip(f"{', '.join(missing)} is not installed")
    with running() as mock:
        done = subprocess.run(
            command,
            cwd=EXAMPLES,
            env=os.environ | {"FINAPI_URL": mock.url},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("\n20 steps, all as expected.\n")
