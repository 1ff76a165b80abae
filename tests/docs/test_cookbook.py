"""The cookbook is what its generator writes, and each of its runs meets the scenario that it is about."""

import re

import pytest

from mock_server.scenario.rules import Scenario
from tests.docs.cookbook import DOCUMENT, FOLDERS, cookbook, whole_file
from tests.docs.recipes import breaks_or_waits, is_about_callbacks
from tests.scenario.library import FILES, shipped

TEXT = DOCUMENT.read_text(encoding="utf-8")
RUN = [it for it in shipped() if not is_about_callbacks(it) and not breaks_or_waits(it)]


def test_the_page_is_current() -> None:
    assert cookbook() == TEXT, "write it anew: python -m tests.docs.cookbook"


def test_it_has_every_scenario_and_every_folder() -> None:
    assert set(re.findall(r"^### (.+)$", TEXT, flags=re.MULTILINE)) == {it.name for it in shipped()}
    assert {file.parent.name for file in FILES} == set(FOLDERS)


@pytest.mark.parametrize("scenario", RUN, ids=lambda it: it.name)
def test_the_last_answer_of_a_run_is_the_scenarios(scenario: Scenario) -> None:
    recipe = TEXT.split(f"\n### {scenario.name}\n")[1].split("\n### ")[0]
    [printed] = re.findall(r"```text\n(.+?)\n```", recipe, flags=re.DOTALL)
    assert f" scenario {scenario.name}, " in printed.splitlines()[-1]


@pytest.mark.parametrize(("name", "most"), [("third-update-locked", 8), ("token-expires-mid-session", 7)])
def test_the_two_to_begin_with_are_short(name: str, most: int) -> None:
    assert f"```yaml\n{whole_file(name)}\n```" in TEXT
    assert len(whole_file(name).splitlines()) <= most


def test_the_rules_of_the_token_that_expires_are_at_most_five_lines() -> None:
    assert len(whole_file("token-expires-mid-session").split("rules:")[1].splitlines()) <= 5
