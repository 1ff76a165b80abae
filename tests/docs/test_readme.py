"""What the README says, held against the code: commands, outputs, settings, numbers."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from mock_server import __version__
from mock_server.app import load_contracts
from mock_server.contract.documents import load, resource
from mock_server.domain import banks
from mock_server.operations import NOT_EMULATED, OPERATIONS
from mock_server.server import greeting
from mock_server.settings import Settings
from tests.docs import settings_page
from tests.docs.markdown import ROOT, blocks, marked, prose, tables
from tests.docs.shell import run, write_files

README = ROOT / "README.md"
INSTALL = "python3 -m venv .venv && .venv/bin/pip install -q "


def stripped(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


@pytest.mark.parametrize("shell", [("bash", "-euo", "pipefail"), ("sh", "-eu")], ids=["bash", "sh"])
def test_the_journey_prints_what_the_transcript_shows(port: int, tmp_path: Path, shell: Sequence[str]) -> None:
    journey = [block for block in blocks(README) if "curl" in block.text]
    printed = run(journey, port, tmp_path, shell)
    assert stripped("".join(printed.values())) == stripped(marked(README, "transcript"))


def test_the_other_commands_succeed(port: int, tmp_path: Path) -> None:
    others = [block for block in blocks(README) if "curl" not in block.text]
    write_files(others, tmp_path)
    tested, printed = run(others, port, tmp_path, ("bash", "-euo", "pipefail")).values()
    assert "1 passed" in tested
    assert printed.startswith(f"finapi-mock {__version__}\n")
    assert '"status":"UP"' in printed


def test_the_greeting_is_the_one_that_is_shown() -> None:
    command, *shown = stripped(marked(README, "greeting"))
    assert command == "$ .venv/bin/finapi-mock"
    assert shown == list(greeting(Settings()))


def test_the_commands_for_running_and_testing_stand_where_ci_looks_for_them() -> None:
    assert marked(README, "run-command") == f"{INSTALL}. && .venv/bin/finapi-mock\n"
    assert marked(README, "test-command") == f"{INSTALL}-e '.[test]' && .venv/bin/pytest -n auto\n"
    text = README.read_text(encoding="utf-8")
    assert len(re.findall(r"^<!-- (?:run|test)-command -->\n```sh\n[^\n]+\n```$", text, flags=re.M)) == 2


def test_the_settings_to_begin_with_are_those_of_their_page() -> None:
    rows = [f"| {' | '.join(cells)} |".replace("|  |", "| |") for cells in tables(README)["Settings"]]
    everything = settings_page.DOCUMENT.read_text(encoding="utf-8").splitlines()
    assert len(rows) >= 5
    assert not [row for row in rows if row.replace("](docs/", "](") not in everything]


def test_the_numbers_are_right() -> None:
    text = prose(README)
    described = sum(len(contract.operations) for contract in load_contracts(Settings()))
    assert f"{len(OPERATIONS)} of {described} operations" in text
    assert not NOT_EMULATED


def test_the_catalogue_is_as_large_as_the_documents_say() -> None:
    catalogue = list(banks.from_data(load(resource("data", "banks.yaml"))))
    invented = [bank for bank in catalogue if not bank.is_test_bank]
    countries = {bank.location for bank in invented} - {None}
    assert len(catalogue) - len(invented) == 3
    assert len(countries) == 9
    assert f"three test banks and {len(invented)} invented ones from nine countries" in prose(README)
    assert f"three test banks, {len(invented)} invented ones in nine countries" in prose(ROOT / "docs" / "fidelity.md")
    assert f"| {len(invented)} invented banks | {min(bank.id for bank in invented)} and up |" in prose(
        ROOT / "docs" / "web-forms.md"
    )
