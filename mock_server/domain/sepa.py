"""The Single Euro Payments Area: who takes part, and what an IBAN looks like there."""

from collections.abc import Mapping

from mock_server.domain.money import is_iban

# fmt: off
IBAN_LENGTHS: Mapping[str, int] = {
    "AD": 24, "AL": 28, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27,
    "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15,
    "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}
"""The countries of SEPA with the length of their IBANs. Dependent territories use the code of their country."""
# fmt: on

NOT_AS_SOURCE = frozenset({"CH", "GB"})
"""In SEPA, but finAPI does not pay from there."""

DOMESTIC: Mapping[str, str] = {"CZK": "CZ", "HUF": "HU", "RON": "RO"}
"""Currencies of domestic payments, each with the only country in which they are made."""


def iban_problem(iban: str) -> str | None:
    """What is wrong with an IBAN as such, and what to do about it."""
    if iban != iban.replace(" ", "").upper():
        return "Must be an IBAN without spaces, in capital letters."
    length = IBAN_LENGTHS.get(iban[:2], len(iban))
    if len(iban) != length:
        return f"Must be an IBAN; those of {iban[:2]} have {length} characters, this has {len(iban)}."
    return None if is_iban(iban) else "Must be an IBAN; its check digits do not fit the rest of it."


def is_in_sepa(iban: str) -> bool:
    return iban[:2] in IBAN_LENGTHS


def can_be_source(iban: str) -> bool:
    """Whether finAPI pays from accounts of that country, or collects to them."""
    return is_in_sepa(iban) and iban[:2] not in NOT_AS_SOURCE
