"""What a real browser makes of the stylesheet of a look whose fonts were named by a stranger.

pytest -m browser tests/browser
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from mock_server.domain.profiles import look_of
from mock_server.domain.themes import theme_css
from tests.domain.test_themes import HOSTILE

pytestmark = pytest.mark.browser

SEEN = """() => ({
    rules: [...document.styleSheets[0].cssRules].map(rule => rule.selectorText),
    properties: [...document.styleSheets[0].cssRules[0].style],
    inside: document.body.innerHTML,
    font: getComputedStyle(document.body).fontFamily,
    display: getComputedStyle(document.body).display,
})"""
PROPERTIES = ["--brand", "--brand-text", "--secondary", "--secondary-text", "--text", "--text-muted", "--font"]


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    page = chromium.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("font_family", HOSTILE)
def test_a_hostile_font_is_one_declaration_in_one_rule(page: Any, font_family: str) -> None:
    css = theme_css(replace(look_of(None), font_family=font_family))
    page.set_content(f"<!doctype html><style>{css}</style><body style='font-family: var(--font)'>words</body>")
    seen = page.evaluate(SEEN)
    assert seen["rules"] == [":root, :host"]
    assert seen["properties"] == PROPERTIES
    assert seen["inside"] == "words"
    assert seen["display"] == "block"
    assert seen["font"].endswith("sans-serif")


def test_an_escaped_name_is_the_font_that_was_meant(page: Any) -> None:
    css = theme_css(replace(look_of(None), font_family="'Größe, groß', serif"))
    page.set_content(f"<!doctype html><style>{css}</style><body style='font-family: var(--font)'>words</body>")
    assert page.evaluate(SEEN)["font"] == '"Größe, groß", serif'
