"""Kinds of bookings: the German banks' business transaction codes (GVC), and what ISO 20022 calls the same.

finAPI shows the ISO code of a booking in words as well (`bankTransactionCodeDescription`), in each of its languages.
"""

from collections.abc import Mapping
from functools import cache

from mock_server.domain.languages import GERMAN

# fmt: off
KINDS: Mapping[str, tuple[str, str]] = {
    # code  the German name           domain, family and sub-family of ISO 20022
    "083": ("Bargeldauszahlung",       "PMNT-CCRD-CWDL"),
    "104": ("Firmenlastschrift",       "PMNT-RDDT-BBDD"),
    "105": ("Lastschrift",             "PMNT-RDDT-ESDD"),
    "106": ("Kartenzahlung",           "PMNT-CCRD-POSD"),
    "116": ("Überweisungsauftrag",     "PMNT-ICDT-ESCT"),
    "117": ("Dauerauftrag",            "PMNT-ICDT-STDO"),
    "118": ("Echtzeit-Überweisung",    "PMNT-IRCT-ESCT"),
    "152": ("Gutschrift",              "PMNT-RCDT-STDO"),
    "153": ("Gehalt/Rente",            "PMNT-RCDT-SALA"),
    "166": ("Gutschrift",              "PMNT-RCDT-ESCT"),
    "168": ("Echtzeit-Gutschrift",     "PMNT-RRCT-ESCT"),
    "171": ("Lastschrifteinzug",       "PMNT-IDDT-ESDD"),
    "174": ("Firmenlastschrifteinzug", "PMNT-IDDT-BBDD"),
    "191": ("Sammelüberweisung",       "PMNT-ICDT-ESCT"),
    "192": ("Sammellastschrift",       "PMNT-IDDT-ESDD"),
    "201": ("Auslandsüberweisung",     "PMNT-ICDT-XBCT"),
    "202": ("Auslandsgutschrift",      "PMNT-RCDT-XBCT"),
    "805": ("Entgeltabschluss",        "ACMT-MDOP-CHRG"),
    "814": ("Zinsen",                  "ACMT-MCOP-INTR"),
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "PMNT": {
        "de": "Zahlungsverkehr", "en": "Payments",
        "cs": "Platební styk", "sk": "Platobný styk",
    },
    "ACMT": {
        "de": "Kontoführung", "en": "Account Management",
        "cs": "Správa účtu", "sk": "Správa účtu",
    },
    "CCRD": {
        "de": "Kartenzahlungen", "en": "Customer Card Transactions",
        "cs": "Platby kartou", "sk": "Platby kartou",
    },
    "ICDT": {
        "de": "Ausgehende Überweisungen", "en": "Issued Credit Transfers",
        "cs": "Odchozí převody", "sk": "Odchádzajúce prevody",
    },
    "IDDT": {
        "de": "Eingereichte Lastschriften", "en": "Issued Direct Debits",
        "cs": "Předložená inkasa", "sk": "Predložené inkasá",
    },
    "IRCT": {
        "de": "Ausgehende Echtzeitüberweisungen", "en": "Issued Real-Time Credit Transfers",
        "cs": "Odchozí okamžité převody", "sk": "Odchádzajúce okamžité prevody",
    },
    "MCOP": {
        "de": "Sonstige Gutschriften", "en": "Miscellaneous Credit Operations",
        "cs": "Ostatní připsané částky", "sk": "Ostatné pripísané sumy",
    },
    "MDOP": {
        "de": "Sonstige Belastungen", "en": "Miscellaneous Debit Operations",
        "cs": "Ostatní odepsané částky", "sk": "Ostatné odpísané sumy",
    },
    "RCDT": {
        "de": "Eingehende Überweisungen", "en": "Received Credit Transfers",
        "cs": "Příchozí převody", "sk": "Prichádzajúce prevody",
    },
    "RDDT": {
        "de": "Eingelöste Lastschriften", "en": "Received Direct Debits",
        "cs": "Provedená inkasa", "sk": "Vykonané inkasá",
    },
    "RRCT": {
        "de": "Eingehende Echtzeitüberweisungen", "en": "Received Real-Time Credit Transfers",
        "cs": "Příchozí okamžité převody", "sk": "Prichádzajúce okamžité prevody",
    },
    "BBDD": {
        "de": "SEPA-Firmenlastschrift", "en": "SEPA B2B Direct Debit",
        "cs": "Firemní inkaso SEPA", "sk": "Firemné inkaso SEPA",
    },
    "CHRG": {
        "de": "Entgelte", "en": "Charges",
        "cs": "Poplatky", "sk": "Poplatky",
    },
    "CWDL": {
        "de": "Bargeldauszahlung", "en": "Cash Withdrawal",
        "cs": "Výběr hotovosti", "sk": "Výber hotovosti",
    },
    "ESCT": {
        "de": "SEPA-Überweisung", "en": "SEPA Credit Transfer",
        "cs": "Převod SEPA", "sk": "Prevod SEPA",
    },
    "ESDD": {
        "de": "SEPA-Basislastschrift", "en": "SEPA Core Direct Debit",
        "cs": "Základní inkaso SEPA", "sk": "Základné inkaso SEPA",
    },
    "INTR": {
        "de": "Zinsen", "en": "Interest",
        "cs": "Úroky", "sk": "Úroky",
    },
    "POSD": {
        "de": "Kartenzahlung an der Kasse", "en": "Point-of-Sale Payment (Debit Card)",
        "cs": "Platba kartou na pokladně", "sk": "Platba kartou pri pokladni",
    },
    "SALA": {
        "de": "Lohn oder Gehalt", "en": "Payroll/Salary Payment",
        "cs": "Mzda nebo plat", "sk": "Mzda alebo plat",
    },
    "STDO": {
        "de": "Dauerauftrag", "en": "Standing Order",
        "cs": "Trvalý příkaz", "sk": "Trvalý príkaz",
    },
    "XBCT": {
        "de": "Auslandsüberweisung", "en": "Cross-Border Credit Transfer",
        "cs": "Zahraniční převod", "sk": "Zahraničný prevod",
    },
}
# fmt: on


def name_of(code: str) -> str | None:
    """The German name of a kind of booking."""
    return KINDS[code][0] if code in KINDS else None


def bank_transaction_code(code: str) -> str | None:
    """`PMNT-RCDT-SALA`, and the like."""
    return KINDS[code][1] if code in KINDS else None


@cache  # some fifty codes in a few languages, asked for with each transaction of a list
def description(code: str, language: str = GERMAN) -> str | None:
    """The bank transaction code in words."""
    iso = bank_transaction_code(code)
    if iso is None:
        return None
    return " - ".join(WORDS[part][language] for part in iso.split("-"))
