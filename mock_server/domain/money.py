"""Amounts, IBANs and BICs.

Amounts are whole cents while they are computed, so that sums are exact; they become
JSON numbers with at most two decimals when they are shown.
"""

import re
from decimal import Decimal

Cents = int

_AMOUNT = re.compile(r"(-?[0-9]+)(?:\.([0-9]{1,2})0*)?")

_BIC = re.compile(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9](?:[A-Z0-9]{3})?")


def euros(cents: Cents) -> float:
    """The amount as the API shows it: a JSON number such as -135.89, 0.0 or 4111.3."""
    return cents / 100


def cents_of(amount: float | str) -> Cents:
    """The amount of a request: a JSON number, or the same as text. ValueError for more than two decimals.

    A number counts as it is written, so 0.07 is 7 cents although no binary fraction is.
    """
    text = amount if isinstance(amount, str) else f"{Decimal(repr(amount)):f}"
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise ValueError("Must be a decimal number with at most two decimals.")
    whole, decimals = found.groups()
    return int(whole + (decimals or "").ljust(2, "0"))


def iban(country: str, bban: str) -> str:
    """An IBAN with the right check digits (ISO 13616, modulo 97)."""
    return f"{country}{98 - _remainder(country + '00' + bban):02d}{bban}"


def isin(country: str, number: str) -> str:
    """An ISIN with the right check digit (ISO 6166: Luhn over the digits, letters as 10 to 35)."""
    digits = "".join(str(int(character, 36)) for character in country + number)
    doubled = (int(digit) * (2 - n % 2) for n, digit in enumerate(reversed(digits)))
    return f"{country}{number}{-sum(sum(divmod(value, 10)) for value in doubled) % 10}"


def is_iban(text: str) -> bool:
    """Whether length, characters and checksum of an IBAN (without spaces) are right."""
    return bool(re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", text)) and _remainder(text) == 1


def is_bic(text: str) -> bool:
    return bool(_BIC.fullmatch(text))


def _remainder(text: str) -> int:
    moved = text[4:] + text[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97
