"""Kinds of bookings: every one that the generated books know has a code and words."""

import pytest

from mock_server.domain import payees, payment_bookings
from mock_server.domain.business_transactions import KINDS, WORDS, bank_transaction_code, description, name_of
from mock_server.domain.languages import LANGUAGES
from mock_server.domain.payees import Kind

BOOKED = [it for module in (payees, payment_bookings) for it in vars(module).values() if isinstance(it, Kind)]
BOOKED += [*payees.RECEIVED.values(), *payment_bookings.RECEIVED.values()]


@pytest.mark.parametrize("kind", BOOKED, ids=lambda kind: f"{kind.code} {kind.type}")
def test_a_kind_that_is_booked_has_its_name_and_a_code(kind: Kind) -> None:
    assert name_of(kind.code) == kind.type
    assert bank_transaction_code(kind.code)


@pytest.mark.parametrize("code", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_description_fits_the_contract(code: str, language: str) -> None:
    words = description(code, language)
    assert words is not None
    assert 0 < len(words) <= 256


def test_every_language_has_all_words_and_no_word_is_idle() -> None:
    assert {part for _, iso in KINDS.values() for part in iso.split("-")} == set(WORDS)
    assert all(set(words) == set(LANGUAGES) for words in WORDS.values())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Kontoführung - Sonstige Gutschriften - Zinsen"),
        ("en", "Account Management - Miscellaneous Credit Operations - Interest"),
        ("cs", "Správa účtu - Ostatní připsané částky - Úroky"),
        ("sk", "Správa účtu - Ostatné pripísané sumy - Úroky"),
    ],
)
def test_a_description_is_in_the_readers_language(language: str, words: str) -> None:
    assert description("814", language) == words


@pytest.mark.parametrize("code", ["", "007", "999"])
def test_what_is_not_known_has_neither_name_nor_code(code: str) -> None:
    assert (name_of(code), bank_transaction_code(code), description(code, "en")) == (None, None, None)
