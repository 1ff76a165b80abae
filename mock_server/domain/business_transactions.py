"""Kinds of bookings: the German banks' business transaction codes (GVC), and what ISO 20022 calls the same.

finAPI shows the ISO code of a booking in words as well (`bankTransactionCodeDescription`), in German or English.
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
    "PMNT": {"de": "Zahlungsverkehr",          "en": "Payments"},
    "ACMT": {"de": "Kontoführung",             "en": "Account Management"},
    "CCRD": {"de": "Kartenzahlungen",          "en": "Customer Card Transactions"},
    "ICDT": {"de": "Ausgehende Überweisungen", "en": "Issued Credit Transfers"},
    "IDDT": {"de": "Eingereichte Lastschriften", "en": "Issued Direct Debits"},
    "IRCT": {"de": "Ausgehende Echtzeitüberweisungen", "en": "Issued Real-Time Credit Transfers"},
    "MCOP": {"de": "Sonstige Gutschriften",    "en": "Miscellaneous Credit Operations"},
    "MDOP": {"de": "Sonstige Belastungen",     "en": "Miscellaneous Debit Operations"},
    "RCDT": {"de": "Eingehende Überweisungen", "en": "Received Credit Transfers"},
    "RDDT": {"de": "Eingelöste Lastschriften", "en": "Received Direct Debits"},
    "RRCT": {"de": "Eingehende Echtzeitüberweisungen", "en": "Received Real-Time Credit Transfers"},
    "BBDD": {"de": "SEPA-Firmenlastschrift",   "en": "SEPA B2B Direct Debit"},
    "CHRG": {"de": "Entgelte",                 "en": "Charges"},
    "CWDL": {"de": "Bargeldauszahlung",        "en": "Cash Withdrawal"},
    "ESCT": {"de": "SEPA-Überweisung",         "en": "SEPA Credit Transfer"},
    "ESDD": {"de": "SEPA-Basislastschrift",    "en": "SEPA Core Direct Debit"},
    "INTR": {"de": "Zinsen",                   "en": "Interest"},
    "POSD": {"de": "Kartenzahlung an der Kasse", "en": "Point-of-Sale Payment (Debit Card)"},
    "SALA": {"de": "Lohn oder Gehalt",         "en": "Payroll/Salary Payment"},
    "STDO": {"de": "Dauerauftrag",             "en": "Standing Order"},
    "XBCT": {"de": "Auslandsüberweisung",      "en": "Cross-Border Credit Transfer"},
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
    """The bank transaction code in words: German where the language has none of its own."""
    iso = bank_transaction_code(code)
    if iso is None:
        return None
    return " - ".join(WORDS[part].get(language, WORDS[part][GERMAN]) for part in iso.split("-"))
