"""TypeScript with clients that are generated from our documents: what the documents show, and the whole journey."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, tables
from tests.docs.shell import follow, serving
from tests.processes import running

pytestmark = pytest.mark.npm

PATIENCE = 300
"""Seconds for npm to install compilers, too."""


@pytest.fixture(autouse=True)
def needs_npm() -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed, and the compilers come from there")


def test_the_commands_of_the_document_make_a_client_that_works(tmp_path: Path) -> None:
    with serving([], tmp_path) as port:
        follow(ROOT / "docs" / "sdks.md", port, tmp_path, mark="npm", patience=PATIENCE)


def test_the_journey_is_generated_checked_and_run(tmp_path: Path) -> None:
    """In a copy of what it needs of the repository, with the command that the readers of `examples` are told."""
    example = tmp_path / "examples" / "typescript"
    shutil.copytree(
        ROOT / "examples" / "typescript", example, ignore=shutil.ignore_patterns("node_modules", "generated")
    )
    shutil.copytree(ROOT / "openapi", tmp_path / "openapi")
    with running() as mock:
        done = subprocess.run(
            ["bash", "-c", command_for("TypeScript")],
            cwd=tmp_path,
            env=os.environ | {"FINAPI_URL": mock.url, "NO_PROXY": "*"},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.endswith("\n20 steps, all as expected.\n")


def command_for(language: str) -> str:
    [row] = [row for row in tables(ROOT / "examples" / "README.md")["Examples"] if f"[{language}]" in row[0]]
    return row[2].strip("`")
