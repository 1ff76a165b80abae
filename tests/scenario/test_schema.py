"""The JSON Schema for editors is what the reader obeys.

After a change of the language: `FINAPI_WRITE_SCHEMA=1 pytest tests/scenario/test_schema.py`.
"""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from mock_server.contract.documents import resource
from mock_server.scenario.schema import FILE, text
from tests.scenario.texts import vocabulary

SHIPPED = sorted(resource("scenarios").rglob("*.yaml"))


def validator() -> Any:
    return jsonschema_rs.Draft202012Validator(json.loads(FILE.read_text(encoding="utf-8")))


def test_the_file_is_current() -> None:
    if os.environ.get("FINAPI_WRITE_SCHEMA"):
        FILE.write_text(text(vocabulary()), encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == text(vocabulary())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_scenario_that_ships_fits(path: Path) -> None:
    assert not [error.message for error in validator().iter_errors(_typed(path))]


def _typed(path: Path) -> Any:
    """As an editor reads it: instants stay text."""
    return json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str))


@pytest.mark.parametrize(
    ("rules", "fits"),
    [
        ("[{when: {operation: getBank, nth: 2}, then: {refuse: LOCKED}}]", True),
        ("[{when: {operation: [getBank, 'create*']}, then: {delay: 250ms}}]", True),
        ("[{when: {user: {present: false}}, then: {callback: lost}}]", True),
        ("[{when: {operation: getBnk}, then: {refuse: LOCKED}}]", False),
        ("[{when: {nht: 2}, then: {refuse: LOCKED}}]", False),
        ("[{then: {refuse: LOKED}}]", False),
        ("[{then: {fault: lost}}]", False),
        ("[{then: {delay: soon}}]", False),
        ("[{when: {nth: 2}}]", False),
    ],
)
def test_an_editor_marks_what_the_reader_refuses(rules: str, fits: bool) -> None:
    document = yaml.safe_load(f"name: one\ndescription: One.\nrules: {rules}")
    assert validator().is_valid(document) is fits
