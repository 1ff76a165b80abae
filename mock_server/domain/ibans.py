"""How the banks of the catalogue number their accounts, and how an IBAN leads back to its bank."""

from mock_server.domain.money import iban

# fmt: off
BBANS = {
    # country: letters, digits of the bank code, digits in all
    "AT": ("", 5, 16),
    "CZ": ("", 4, 20),
    "DE": ("", 8, 18),
    "ES": ("", 8, 20),
    "FR": ("", 10, 23),
    "HU": ("", 8, 24),
    "IT": ("X", 10, 22),
    "RO": ("MOCK", 0, 16),
    "SK": ("", 4, 20),
}
"""What follows the check digits of an IBAN. National check digits inside it are not computed."""
# fmt: on

TEST_BANK = "53370008"
"""The BLZ in the IBANs of finAPI's test banks, whose own BLZs, such as DEMO0001, have letters."""


def account_iban(country: str, bank_blz: str, number: str) -> str:
    """An IBAN of that country, or a German one if the country is not among those of the banks."""
    home, prefix = _home(country), _bank_code(country, bank_blz)
    letters, _, digits = BBANS[home]
    return iban(home, prefix + number.zfill(len(letters) + digits - len(prefix)))


def is_of_bank(text: str, country: str, bank_blz: str) -> bool:
    """Whether the bank has given out this IBAN, as far as it tells: some banks share a code."""
    return text[:2] == _home(country) and text[4:].startswith(_bank_code(country, bank_blz))


def _home(country: str) -> str:
    return country if country in BBANS else "DE"


def _bank_code(country: str, bank_blz: str) -> str:
    """What an IBAN of that country says about its bank."""
    letters, bank_digits, _ = BBANS[_home(country)]
    return letters + (bank_blz if bank_blz.isdecimal() else TEST_BANK).ljust(bank_digits, "0")[:bank_digits]
