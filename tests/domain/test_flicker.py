"""Flicker codes, by the one that finAPI's documents show."""

import pytest

from mock_server.domain.flicker import flicker_code


def test_the_documented_code_comes_out() -> None:
    assert flicker_code("88138332", "0028127751", "0,01") == "11048813833205002812775114302C30315D"


@pytest.mark.parametrize(
    ("start", "elements", "length"), [("29088810", (), 0x06), ("123", (), 0x04), ("29088810", ("12345",), 0x0A)]
)
def test_the_length_counts_all_bytes_after_it(start: str, elements: tuple[str, ...], length: int) -> None:
    code = flicker_code(start, *elements)
    assert int(code[:2], 16) == length == len(code) // 2 - 1


def test_a_digit_too_few_is_filled_up() -> None:
    assert flicker_code("123")[2:8] == "02123F"
