"""What finAPI's own categorization knows."""

from datetime import date

import pytest

from mock_server.contract.documents import load, resource
from mock_server.domain import categories, common_knowledge
from mock_server.domain.categorization import Direction, direction_of
from mock_server.domain.common_knowledge import BOOKING_CODES, MERCHANT_CODES, WORDS, category_of
from mock_server.domain.ledger import Ledger

KNOWN = {category.key for category in categories.from_data(load(resource("data", "categories.yaml")))}


def test_every_category_that_it_finds_exists() -> None:
    found = {*MERCHANT_CODES.values(), *BOOKING_CODES.values(), *(key for words in WORDS.values() for key in words)}
    assert found <= KNOWN


@pytest.mark.parametrize("direction", ["Income", "Spending"])
def test_no_word_stands_for_two_categories_and_all_are_written_as_they_are_looked_for(direction: Direction) -> None:
    words = [word for some in WORDS[direction].values() for word in some]
    assert len(words) == len(set(words))
    assert [word for word in words if common_knowledge.folded(word).strip() != word] == []


@pytest.mark.parametrize(
    ("direction", "counterpart", "purpose", "more", "key"),
    [
        # the example of the API
        ("Spending", "Bar Centrale", "Restaurantbesuch", {"merchant_code": "5542"}, "fuel"),
        ("Spending", "Bar Centrale", "Restaurantbesuch", {"merchant_code": "9999"}, "restaurants"),
        ("Spending", "Bar Centrale", "Restaurantbesuch", {"booking_code": "805"}, "restaurants"),
        # payees that the banks of the emulator know
        ("Spending", "Frischmarkt Sonnenkorb", "", {}, "groceries"),
        ("Income", "MODEHAUS Knopf und Kragen", "", {}, "refund"),
        ("Spending", "Modehaus Knopf und Kragen", "", {}, "clothing"),
        # the longest word says most, and the purpose more than the name
        ("Spending", "Irgendeine AG", "Kfz-Versicherung 2026", {}, "insurance_car"),
        ("Spending", "Irgendeine Versicherung AG", "Privathaftpflicht", {}, "insurance_liability"),
        ("Spending", "Irgendeine Versicherung AG", "Beitrag", {}, "insurance"),
        # a rent paid and a rent received
        ("Spending", "", "Miete August", {}, "rent"),
        ("Income", "", "Miete August", {}, "rental_income"),
        # the bank's code, if nothing else is known
        ("Spending", "", "", {"booking_code": "083"}, "cash_withdrawal"),
        ("Income", "", "", {"booking_code": "153"}, "salary"),
        ("Income", "", "", {"merchant_code": "5542", "booking_code": "83"}, None),
        ("Spending", "Wer weiß", "wofür", {}, None),
    ],
)
def test_it_knows(direction: Direction, counterpart: str, purpose: str, more: dict[str, str], key: str | None) -> None:
    assert category_of(direction, counterpart, purpose, **more) == key


def test_it_finds_for_every_generated_booking_what_the_booking_says() -> None:
    """So that trying the categorization tells what an import will do."""
    ledger = Ledger(1, "00000000", "DE", "demo", "finAPI Test Bank")
    for account in ledger.accounts:
        for booking in ledger.bookings(account.key, date(2024, 8, 1), date(2026, 8, 1)):
            found = category_of(direction_of(booking), booking.counterpart, booking.purpose)
            assert found == booking.category, booking
