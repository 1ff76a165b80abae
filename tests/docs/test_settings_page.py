"""The page of the settings is what its generator writes, and says of each what is so."""

import re
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from mock_server.settings import READERS, Settings, describe, flag, variable
from tests.docs.markdown import prose, tables
from tests.docs.settings_page import DOCUMENT, GROUPS, MORE, page

NAMES = [setting.name for setting in fields(Settings)]
ROWS = [row for rows in tables(DOCUMENT).values() for row in rows]


def test_the_page_is_current() -> None:
    assert page() == DOCUMENT.read_text(encoding="utf-8"), "write it anew: python -m tests.docs.settings_page"


def test_every_setting_is_there_in_the_order_of_the_dataclass() -> None:
    assert [row[:2] for row in ROWS] == [[f"`{flag(name)}`", f"`{variable(name)}`"] for name in NAMES]


def test_groups_and_links_are_about_settings_that_there_are() -> None:
    assert not {*GROUPS, *MORE} - {*NAMES}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("`-"))
def test_a_setting_has_the_default_and_the_choices_that_the_page_says(row: list[str]) -> None:
    name = row[0].strip("`").removeprefix("--").replace("-", "_")
    setting = next(setting for setting in fields(Settings) if setting.name == name)
    assert value_of(row[2].strip("`"), setting.type) == setting.default
    assert len(row[3]) > 20
    assert not [choice for choice in describe(name).get("choices", ()) if f"`{choice}`" not in row[3]]


def value_of(cell: str, kind: Any) -> Any:
    if kind == tuple[str, ...]:
        return tuple(cell.split())
    if kind is bool:
        return {"off": False, "on": True}[cell]
    return READERS[kind](cell) if cell else None


def test_a_duration_may_be_written_as_the_page_says() -> None:
    [sentence] = re.findall(r"Durations are\s+written like (.+?);", prose(DOCUMENT), flags=re.S)
    durations = [READERS[timedelta](text) for text in re.findall(r"`(.+?)`", sentence)]
    assert len(durations) == 5
    assert timedelta(hours=2) in durations
