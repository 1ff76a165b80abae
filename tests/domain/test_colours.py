"""Contrast and shades of colours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.colours import BLACK, WHITE, channels, contrast, text_on, tint

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


# The ratios are those that public contrast checkers print.
@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#FFFFFF", 4.54),
        ("#ff0000", "#ffffff", 4.0),
        ("#0000ff", "#ffffff", 8.59),
        ("#123456", "#123456", 1.0),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize(
    ("background", "text"),
    [
        ("#ffffff", BLACK),
        ("#000000", WHITE),
        ("#00ADDF", BLACK),
        ("#003366", WHITE),
        ("#ff0000", BLACK),
        ("#767676", BLACK),
        ("#757575", WHITE),
    ],
)
def test_words_are_black_or_white_whichever_is_read_better(background: str, text: str) -> None:
    assert text_on(background) == text


@given(COLOURS)
def test_words_on_a_colour_are_always_legible(colour: str) -> None:
    assert contrast(text_on(colour), colour) >= 4.5  # WCAG's level AA


@pytest.mark.parametrize(
    ("colour", "percent", "shade"),
    [
        ("#00ADDF", 20, "#cceff9"),
        ("#000000", 20, "#cccccc"),
        ("#ffffff", 20, "#ffffff"),
        ("#123456", 100, "#123456"),
        ("#123456", 0, "#ffffff"),
    ],
)
def test_a_tint_is_the_colour_with_white(colour: str, percent: int, shade: str) -> None:
    assert tint(colour, percent) == shade


@given(COLOURS, st.integers(0, 100))
def test_a_tint_is_never_darker(colour: str, percent: int) -> None:
    pairs = zip(channels(colour), channels(tint(colour, percent)), strict=True)
    assert all(0 <= before <= after <= 255 for before, after in pairs)
