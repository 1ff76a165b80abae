"""What the pages say: every text in every language, and nothing that nobody shows."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from mock_server.contract.documents import load, resource
from mock_server.domain import banks
from mock_server.domain.form_details import FormType
from mock_server.domain.forms import ErrorCode, Status
from mock_server.domain.logins import Challenge
from mock_server.domain.preferences import LANGUAGES
from mock_server.domain.standing_orders import Frequency
from mock_server.web import challenges, drawing, sights, texts

WRITTEN = pytest.mark.parametrize("language", texts.LANGUAGES.values(), ids=texts.LANGUAGES)


@WRITTEN
def test_no_language_lacks_a_text(language: texts.Texts) -> None:
    for name in (field.name for field in fields(texts.Texts)):
        ours, english = getattr(language, name), getattr(texts.ENGLISH, name)
        assert ours
        if isinstance(ours, Mapping):
            assert set(ours) == set(english), name
            assert all(ours.values())
        if name not in ("money_form", "day_form"):
            assert _places(ours) == _places(english), name


def _places(text: Any) -> list[str]:
    values = text.values() if isinstance(text, Mapping) else [text]
    return sorted(place for value in values for place in re.findall(r"\{\w+\}", str(value)))


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("reasons", ErrorCode),
        ("completed", FormType),
        ("challenges", Challenge),
        ("sca_methods", Challenge),
        ("frequencies", Frequency),
        ("stages", texts.Stage),
        ("overview_titles", texts.Kind),
        ("overview_submit", texts.Kind),
    ],
)
def test_every_kind_has_its_text(name: str, kinds: Any) -> None:
    assert set(getattr(texts.ENGLISH, name)) == set(kinds)


def test_every_country_of_the_catalogue_has_a_name() -> None:
    catalogue = banks.from_data(load(resource("data", "banks.yaml")))
    assert {bank.location for bank in catalogue} - {None} == set(texts.ENGLISH.countries)


def test_the_languages_are_those_of_web_form_2() -> None:
    assert set(texts.NAMES) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("cents", "currency", "english", "german"),
    [
        (123456789, "EUR", "€1,234,567.89", "1.234.567,89\u00a0€"),
        (7, "EUR", "€0.07", "0,07\u00a0€"),
        (0, "EUR", "€0.00", "0,00\u00a0€"),
        (-150000, "EUR", "\u2212€1,500.00", "\u22121.500,00\u00a0€"),
        (123450, "CZK", "CZK\u00a01,234.50", "1.234,50\u00a0CZK"),
    ],
)
def test_amounts_are_written_as_people_write_them(cents: int, currency: str, english: str, german: str) -> None:
    assert texts.ENGLISH.money(cents, currency) == english
    assert texts.GERMAN.money(cents, currency) == german


def test_days_are_written_as_people_write_them() -> None:
    assert texts.ENGLISH.day(date(2026, 3, 1)) == "1 Mar 2026"
    assert texts.GERMAN.day(date(2026, 3, 1)) == "01.03.2026"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("*", "en"),
        ("ja-JP,ja", "en"),
        ("fr-FR,fr", "fr"),
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("ja,en;q=0.5,de;q=0.4", "en"),
        ("de;q=0.3, EN;q=0.7", "en"),
        ("de;q=0", "en"),
        ("de;q=nan", "en"),
        ("de;q=no number;x=1,,;q", "en"),
    ],
)
def test_a_browser_gets_the_language_that_it_likes_best(accepted: str, language: str) -> None:
    assert texts.preferred(accepted) == language


def test_templates_and_texts_know_each_other() -> None:
    source = "\n".join(file.read_text(encoding="utf-8") for file in drawing.TEMPLATES.glob("*.html"))
    source += "\n".join(inspect.getsource(module) for module in (drawing, sights, challenges))
    used_by_itself = {"decimal_point", "thousands", "money_form", "day_form"}
    known = {field.name for field in fields(texts.Texts)} - used_by_itself
    assert set(re.findall(r"\bt\.(\w+)", source)) == known | {"money", "day"}


def test_every_way_that_a_form_ends_has_a_page() -> None:
    endings = {str(status) for status in Status} - {"NOT_YET_OPENED", "IN_PROGRESS"}
    for name in (*endings, *sights.VIEWS):
        assert drawing.templates().get_template(f"{name.lower()}.html")
