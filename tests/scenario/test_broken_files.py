"""Broken scenario files: everything that is wrong is told, with line, column and remedy.

Each file in `broken` ends with what is expected to be said about it.
"""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from mock_server.cli import main
from mock_server.scenario.library import Library
from mock_server.strict_yaml import MistakesError
from tests.scenario.library import FILES
from tests.scenario.texts import vocabulary

FOLDER = Path(__file__).parent / "broken"
BROKEN = sorted(FOLDER.glob("*.yaml"))
EXPECTED = re.compile(r"^# expected: (.+)$", re.MULTILINE)


def expected(file: Path) -> list[str]:
    return [f"{file}:{mistake}" for mistake in EXPECTED.findall(file.read_text(encoding="utf-8"))]


def test_there_are_enough_of_them_and_none_is_without_an_expectation() -> None:
    assert len(BROKEN) >= 25
    assert [file.stem for file in BROKEN if not expected(file)] == []


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_everything_wrong_is_told_with_its_place_and_the_remedy(file: Path) -> None:
    with pytest.raises(MistakesError) as caught:
        Library(FOLDER, vocabulary()).read_file(file)
    assert [str(mistake) for mistake in caught.value.mistakes] == expected(file)


def check(*files: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["scenario", "check", *map(str, files)])
    return done.exit_code, done.stdout, done.stderr


def test_the_command_tells_all_mistakes_of_all_files() -> None:
    status, printed, complained = check(*BROKEN)
    assert (status, printed) == (1, "")
    assert complained.splitlines() == [mistake for file in BROKEN for mistake in expected(file)]


def test_the_command_counts_what_is_in_order() -> None:
    assert check(FILES[0]) == (0, "1 scenario is in order.\n", "")
    assert check(*FILES) == (0, f"{len(FILES)} scenarios are in order.\n", "")


def test_a_file_that_is_not_there_and_one_with_another_name_are_mistakes_too(tmp_path: Path) -> None:
    renamed = tmp_path / "other.yaml"
    renamed.write_text("name: one\ndescription: One.\nrules: [{then: {delay: 1s}}]\n", encoding="utf-8")
    missing = tmp_path / "missing.yaml"
    status, _, complained = check(missing, renamed)
    first, second = complained.splitlines()
    assert status == 1
    assert first.startswith(f"{missing}:1:1: It cannot be read: ")
    assert second == f"{renamed}:1:1: The file is called 'other', its scenario 'one'."


def test_the_command_needs_a_file() -> None:
    assert check()[0] == 2
