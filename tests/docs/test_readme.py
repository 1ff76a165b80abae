"""What the README says, held against the code: commands, outputs, settings, numbers."""

import re
from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mock_server import __version__
from mock_server.app import load_contracts
from mock_server.contract.documents import load, resource
from mock_server.domain import banks
from mock_server.operations import NOT_EMULATED, OPERATIONS
from mock_server.server import greeting
from mock_server.settings import READERS, Settings, describe, flag, variable
from tests.docs.markdown import ROOT, blocks, marked, prose, tables
from tests.docs.shell import run

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
    [printed] = run(others, port, tmp_path, ("bash", "-euo", "pipefail")).values()
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


def test_every_setting_is_in_the_table_in_the_order_of_the_dataclass() -> None:
    rows = tables(README)["Settings"]
    names = [setting.name for setting in fields(Settings)]
    assert [row[:2] for row in rows] == [[f"`{flag(name)}`", f"`{variable(name)}`"] for name in names]


@pytest.mark.parametrize("row", tables(README)["Settings"], ids=lambda row: row[0].strip("`-"))
def test_a_setting_has_the_default_and_the_choices_that_the_table_says(row: list[str]) -> None:
    name = row[0].strip("`").removeprefix("--").replace("-", "_")
    setting = next(setting for setting in fields(Settings) if setting.name == name)
    assert value_of(row[2].strip("`"), setting.type) == setting.default
    assert len(row[3]) > 20
    missing = [choice for choice in describe(name).get("choices", ()) if f"`{choice}`" not in row[3]]
    assert not missing


def value_of(cell: str, kind: Any) -> Any:
    if kind == tuple[str, ...]:
        return tuple(cell.split())
    if kind is bool:
        return {"off": False, "on": True}[cell]
    return READERS[kind](cell) if cell else None


def test_a_duration_may_be_written_as_the_readme_says() -> None:
    [sentence] = re.findall(r"Durations are written like (.+?);", prose(README), flags=re.S)
    durations = [READERS[timedelta](text) for text in re.findall(r"`(.+?)`", sentence)]
    assert len(durations) == 5
    assert timedelta(hours=2) in durations


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
