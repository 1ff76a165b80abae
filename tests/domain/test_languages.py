"""Which of finAPI's languages a caller likes best."""

import pytest

from mock_server.domain.languages import preferred


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "de"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("cs", "cs"),
        ("sk-SK, en;q=0.8", "sk"),
        ("fr, en;q=0.5, de;q=0.4", "en"),
        ("de;q=0.2, en;q=0.9", "en"),
        ("en;q=0", "de"),
        ("en;q=much", "de"),
        ("en;q=7", "de"),
        ("*", "de"),
        ("fr", "de"),
        ("en, cs", "en"),  # what is liked equally is taken in the order in which it is named
    ],
)
def test_the_weights_decide_and_german_is_the_default(header: str, language: str) -> None:
    assert preferred(header) == language


def test_a_language_that_a_place_does_not_know_is_passed_over() -> None:
    assert preferred("cs, en;q=0.8", ("de", "en")) == "en"
