"""finAPI's encryption, against a vector of finAPI's own and undone by the recipe that its customers follow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.encryption import encrypt
from tests.actors import decrypted

KEY = "8deec885781c421794ceda8af70a5e63"
CLEAR = "45b057dd-a036-491f-ab1c-fbb9a4c3dcb9"
CIPHER = "VzQvibakzi5ednt5RMMQYRJXVgL31NWk3E/sSi7PFbpIupcuW3Cgd2KWTxvqLNPt"


def test_it_is_the_encryption_of_finapi() -> None:
    assert encrypt(KEY, CLEAR) == CIPHER


@pytest.mark.parametrize("text", ["", "x" * 15, "x" * 16, "x" * 17, "ä€"])
def test_the_last_block_is_filled_up_whatever_the_length(text: str) -> None:
    assert decrypted(KEY, encrypt(KEY, text)) == text


@given(st.text(max_size=100))
def test_whoever_has_the_key_reads_the_text(text: str) -> None:
    assert decrypted(KEY, encrypt(KEY, text)) == text


def test_another_key_gives_another_cipher() -> None:
    assert encrypt("0" * 32, CLEAR) != CIPHER
