"""How IBANs lead back to banks."""

import pytest

from mock_server.domain import ledger
from mock_server.domain.banks import Bank
from mock_server.domain.ibans import account_iban, is_of_bank
from mock_server.domain.sepa import IBAN_LENGTHS, iban_problem
from tests.domain.catalogue import CATALOGUE

BANKS = [pytest.param(bank, id=bank.name) for bank in CATALOGUE]


@pytest.mark.parametrize("bank", BANKS)
def test_every_account_leads_back_to_its_bank(bank: Bank) -> None:
    for account in ledger.accounts(bank.blz, bank.location or "DE", "demo"):
        assert iban_problem(account.iban) is None
        assert bank in CATALOGUE.search(account.iban)


@pytest.mark.parametrize(
    ("text", "country", "blz", "fits"),
    [
        ("DE77533700080111111100", "DE", "DEMO0001", True),
        ("DE77533700080111111100", "DE", "DEMO0002", True),
        ("DE77533700080111111100", "CZ", "DEMO0003", False),
        ("DE77533700080111111100", "DE", "53370009", False),
        ("AT77533700080111111100", "DE", "DEMO0001", False),
        # a bank abroad that is nowhere numbers its accounts as in Germany
        ("DE77533700080111111100", "XX", "53370008", True),
    ],
)
def test_an_iban_begins_with_the_code_of_its_bank(text: str, country: str, blz: str, fits: bool) -> None:
    assert is_of_bank(text, country, blz) is fits


@pytest.mark.parametrize("country", sorted(IBAN_LENGTHS))
def test_ibans_are_as_long_as_their_country_has_them(country: str) -> None:
    made = account_iban(country, "12345678", "42")
    assert len(made) == IBAN_LENGTHS[made[:2]]
