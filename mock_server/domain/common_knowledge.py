"""What finAPI's own categorization knows about payments that nobody has made a rule for.

The generated bookings say their category themselves. For samples and other bookings it is found
here: by the merchant's code, by the payee (if the banks of the emulator know one of that name), by
words, by the bank's code for the kind of booking. First come, first served.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from mock_server.domain.categorization import Direction, folded
from mock_server.domain.payees import CONTRACTS, PURCHASES, Contract, Purchase

# fmt: off
SPENDING_WORDS: Mapping[str, Sequence[str]] = {
    "restaurants":         ("restaurant", "gaststätte", "gasthaus", "pizzeria", "imbiss", "café", "cafe", "coffee",
                            "bistro", "trattoria", "bar centrale"),
    "events":              ("kino", "cinema", "theater", "konzert", "museum"),
    "books":               ("buchhandlung", "zeitschrift", "zeitung"),
    "streaming":           ("streaming", "musikdienst"),
    "sport_fitness":       ("fitness", "sportstudio", "schwimmbad"),
    "club_fees":           ("vereinsbeitrag", "mitgliedsbeitrag verein"),
    "donations":           ("spende", "donation"),
    "doctor":              ("arztpraxis", "zahnarzt", "zahnärzt", "praxis dr"),
    "pharmacy":            ("apotheke", "pharmacy"),
    "hairdresser":         ("friseur", "kosmetikstudio"),
    "wellness":            ("massage", "therme", "sauna"),
    "childcare":           ("kita", "kindergarten", "kindertagesstätte"),
    "school":              ("schulgeld", "semesterbeitrag", "volkshochschule"),
    "toys":                ("spielwaren", "spielzeug"),
    "child_support":       ("unterhalt",),
    "groceries":           ("supermarkt", "supermarket", "lebensmittel", "wochenmarkt", "discounter"),
    "bakery":              ("bäckerei", "backhaus", "metzgerei", "fleischerei", "bakery"),
    "drugstore":           ("drogerie",),
    "mobile_phone":        ("mobilfunk", "handyvertrag"),
    "pets":                ("tierarzt", "tierbedarf", "tierfutter"),
    "taxes":               ("finanzamt", "einkommensteuer", "grundsteuer"),
    "fuel":                ("tankstelle", "autohof", "ladesäule", "petrol"),
    "parking":             ("parkhaus", "parkschein", "parkgebühr", "maut"),
    "public_transport":    ("verkehrsbetriebe", "verkehrsverbund", "monatskarte"),
    "train":               ("fahrkarte", "bahnticket", "fernbus"),
    "taxi":                ("taxi", "carsharing"),
    "car_service":         ("autowerkstatt", "werkstatt", "reifenservice", "hauptuntersuchung"),
    "vehicle_tax":         ("kfz steuer",),
    "insurance":           ("versicherung", "insurance"),
    "insurance_health":    ("krankenversicherung", "krankenkasse"),
    "insurance_car":       ("kfz versicherung", "autoversicherung"),
    "insurance_liability": ("haftpflicht",),
    "insurance_household": ("hausrat", "gebäudeversicherung"),
    "insurance_life":      ("lebensversicherung",),
    "insurance_legal":     ("rechtsschutz",),
    "flights":             ("airline", "fluggesellschaft", "flugticket"),
    "hotels":              ("hotel", "pension", "ferienwohnung"),
    "package_holidays":    ("reisebüro", "reiseveranstalter"),
    "clothing":            ("modehaus", "schuhhaus", "bekleidung"),
    "electronics":         ("elektronikmarkt", "computer"),
    "furniture":           ("möbelhaus", "einrichtungshaus"),
    "diy_garden":          ("baumarkt", "gartencenter"),
    "online_shopping":     ("onlinehandel", "onlineshop", "versandhandel"),
    "gifts":               ("blumen", "juwelier"),
    "rent":                ("miete", "kaltmiete", "warmmiete"),
    "service_charges":     ("nebenkosten", "hausgeld"),
    "electricity":         ("abschlag strom", "stromabschlag", "stromrechnung", "stadtwerke"),
    "heating":             ("erdgas", "fernwärme", "heizöl", "gasversorgung"),
    "internet_phone":      ("festnetz", "glasfaser", "telefonanschluss"),
    "broadcasting_fee":    ("rundfunkbeitrag",),
    "mortgage":            ("baufinanzierung", "hypothek"),
    "home_repairs":        ("handwerker", "sanitär", "renovierung"),
    "bank_fees":           ("kontoführung", "entgeltabschluss", "sollzinsen"),
    "cash_withdrawal":     ("geldautomat", "bargeldauszahlung", "bargeld"),
    "own_transfer":        ("umbuchung", "haushaltsgeld"),
    "credit_card_bill":    ("kreditkartenabrechnung",),
    "loan_repayment":      ("ratenkredit", "kreditrate", "darlehensrate"),
    "savings_transfer":    ("umbuchung sparen", "sparrate", "festgeld"),
    "investments":         ("wertpapier", "fondssparplan", "depot"),
    "building_savings":    ("bausparvertrag", "bausparkasse"),
    "retirement_savings":  ("rentenversicherung", "altersvorsorge"),
}
INCOME_WORDS: Mapping[str, Sequence[str]] = {
    "salary":              ("gehalt", "lohn", "salary", "wages"),
    "pension":             ("rente", "pension"),
    "child_benefit":       ("kindergeld", "familienkasse"),
    "social_benefits":     ("arbeitslosengeld", "bürgergeld", "elterngeld", "wohngeld"),
    "interest":            ("habenzinsen", "zinsgutschrift"),
    "dividends":           ("dividende", "ausschüttung"),
    "refund":              ("erstattung", "rückerstattung", "gutschrift retoure", "refund"),
    "rental_income":       ("miete", "mieteinnahme"),
    "own_transfer":        ("umbuchung", "haushaltsgeld"),
    "savings_transfer":    ("umbuchung sparen", "festgeld"),
}
WORDS: Mapping[Direction, Mapping[str, Sequence[str]]] = {"Spending": SPENDING_WORDS, "Income": INCOME_WORDS}

MERCHANT_CODES = {
    # ISO 18245
    "4111": "public_transport", "4112": "train", "4121": "taxi", "4511": "flights", "4722": "package_holidays",
    "4814": "internet_phone", "4900": "electricity", "5200": "diy_garden", "5411": "groceries", "5462": "bakery",
    "5499": "groceries", "5541": "fuel", "5542": "fuel", "5651": "clothing", "5661": "clothing", "5712": "furniture",
    "5732": "electronics", "5812": "restaurants", "5813": "restaurants", "5814": "restaurants", "5912": "pharmacy",
    "5942": "books", "5945": "toys", "5992": "gifts", "6011": "cash_withdrawal", "6300": "insurance",
    "7011": "hotels", "7230": "hairdresser", "7523": "parking", "7538": "car_service", "7832": "events",
    "7922": "events", "7997": "sport_fitness", "8011": "doctor", "8021": "doctor", "8398": "donations",
}

BOOKING_CODES = {
    # the German banks' business transaction codes (GVC)
    ("Income", "153"): "salary", ("Income", "156"): "social_benefits", ("Income", "814"): "interest",
    ("Spending", "83"): "cash_withdrawal", ("Spending", "805"): "bank_fees", ("Spending", "808"): "bank_fees",
    ("Spending", "814"): "bank_fees",
}
# fmt: on


def category_of(
    direction: Direction, counterpart: str, purpose: str, *, merchant_code: str = "", booking_code: str = ""
) -> str | None:
    """The key of the category that such a payment gets; None if nothing is known about it."""
    if direction == "Spending" and merchant_code in MERCHANT_CODES:
        return MERCHANT_CODES[merchant_code]
    return (
        _payees().get((direction, folded(counterpart)))
        or _by_words(direction, folded(purpose))
        or _by_words(direction, folded(counterpart))
        or BOOKING_CODES.get((direction, booking_code.lstrip("0")))
    )


@lru_cache(maxsize=1)
def _payees() -> Mapping[tuple[str, str], str]:
    """What a payee is paid for, or pays for; without those with whom the holder has dealings of several kinds."""
    found: dict[tuple[str, str], set[str]] = {}
    for name, deal in _dealings():
        found.setdefault(("Income" if deal.kind.is_income else "Spending", folded(name)), set()).add(deal.category)
    return {payee: next(iter(keys)) for payee, keys in found.items() if len(keys) == 1}


def _dealings() -> Iterable[tuple[str, Contract | Purchase]]:
    yield from ((contract.payee, contract) for contract in CONTRACTS)
    yield from ((name, purchase) for purchase in PURCHASES for name in purchase.payees)


@lru_cache(maxsize=2)
def _pattern(direction: Direction) -> tuple[re.Pattern[str], Mapping[str, str]]:
    keys = {word: key for key, words in WORDS[direction].items() for word in words}
    # The longest word first: "kfz versicherung" says more than "versicherung".
    longest_first = sorted(keys, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first))), keys


def _by_words(direction: Direction, text: str) -> str | None:
    """Words count inside others, because German puts them together."""
    pattern, keys = _pattern(direction)
    found = max(pattern.findall(text), key=len, default=None)
    return None if found is None else keys[found]
