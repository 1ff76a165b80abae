"""Spectral's rules for OpenAPI, from npm, on every document that ships."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from mock_server.contract.documents import resource
from tests.packages import Installed

pytestmark = pytest.mark.npm

SPECTRAL = "@stoplight/spectral-cli@6.16.3"
FOLDER = resource("openapi")
DOCUMENTS = sorted(FOLDER.glob("*.yaml"))

Lint = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def lint(installed: Installed) -> Lint:
    program = installed(SPECTRAL) / "node_modules" / ".bin" / "spectral"
    rules = FOLDER.parent / ".spectral.yaml"
    command = [program, "lint", "--ruleset", rules, "--fail-severity", "warn"]
    environment = os.environ | {"NO_UPDATE_NOTIFIER": "1"}

    def lint(*documents: Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([*command, *documents], env=environment, capture_output=True, text=True, check=False)

    return lint


def test_the_documents_pass_without_a_warning(lint: Lint) -> None:
    assert {document.stem for document in DOCUMENTS} >= {"access", "webform"}
    done = lint(*DOCUMENTS)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_mistake_would_be_found(lint: Lint, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    text = (FOLDER / "webform.yaml").read_text(encoding="utf-8")
    broken.write_text(text.replace("type: string", "type: strin", 1), encoding="utf-8")
    done = lint(broken)
    assert done.returncode == 1
    assert "oas3-schema" in done.stdout
