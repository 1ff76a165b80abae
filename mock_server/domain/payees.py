"""Whom the holder of every account pays and is paid by, how often and how much.

Three tables: contracts fall due on a day of the month, purchases happen now and then, transfers
run between the holder's own accounts. `ledger` turns them into bookings.

All names are invented. The amounts obey one rule, which a test keeps: in the dearest month the
tables allow, the income still covers the spending, so that something is left to be saved.
"""

from dataclasses import dataclass
from functools import lru_cache

from mock_server.domain.money import Cents, iban
from mock_server.ids import Dice

HOLDER = "Max Mustermann"

MAIN, HOUSEHOLD, SAVINGS = "main", "household", "savings"
"""The keys of the holder's accounts."""
OUTSIDE = "fixed deposit"
"""The holder's account at another bank, of which only the transfers to it are known."""
OWN_BANK = "own bank"
"""Stands for the bank that keeps the account."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of booking: how a German bank names and numbers it and what it adds to the purpose."""

    type: str
    code: str
    """The business transaction code (GVC)."""
    primanota: str
    is_income: bool = False
    details: str = ""
    """A template for the end of the purpose."""
    value_delay: int = 0
    """How many banking days after the booking the value date is."""
    has_mandate: bool = False


CARD_DETAILS = "{payee}//{place}/DE {bought_at} Folgenr. 01 Verfalld. {expiry}-12"
DEBIT_DETAILS = " Kundennr. {customer} Rechnung {reference} Mandat {mandate} Gläubiger-ID {creditor_id}"

# fmt: off
SALARY         = Kind("Gehalt/Rente",        "153", "9150", is_income=True, details=" Personalnr. {customer}")
CREDIT         = Kind("Gutschrift",          "166", "9160", is_income=True)
STANDING_IN    = Kind("Gutschrift",          "152", "9160", is_income=True)
CARD_REFUND    = Kind("Gutschrift",          "166", "4299", is_income=True, details=CARD_DETAILS, value_delay=2)
INTEREST       = Kind("Zinsen",              "814", "0100", is_income=True)
DEBIT          = Kind("Lastschrift",         "105", "9248", details=DEBIT_DETAILS, has_mandate=True)
CARD           = Kind("Kartenzahlung",       "106", "4299", details=CARD_DETAILS, value_delay=1)
STANDING_ORDER = Kind("Dauerauftrag",        "117", "9310")
TRANSFER       = Kind("Überweisungsauftrag", "116", "9320")
CASH           = Kind("Bargeldauszahlung",   "083", "0418", details=CARD_DETAILS)
FEE            = Kind("Entgeltabschluss",    "805", "0100")
# fmt: on

RECEIVED = {STANDING_ORDER: STANDING_IN, TRANSFER: CREDIT}
"""How a transfer looks on the account of its receiver."""


@dataclass(frozen=True, slots=True)
class Payee:
    """Somebody the holder has dealings with, and where their account is."""

    name: str
    iban: str
    bic: str
    bank: str
    creditor_id: str | None = None


# There is no clearing area 9 in Germany, and a BIC with 0 as its eighth character is for tests only.
# fmt: off
BANKS = (
    # BLZ         BIC            name
    ("91990010", "QMUSDEB0XXX", "Musterbank Musterstadt"),
    ("92990020", "QHAFDEH0XXX", "Hafenbank Musterhaven"),
    ("93990030", "QAEHDED0XXX", "Ährental Genossenschaftsbank eG"),
    ("96990040", "QREBDES0XXX", "Regionalbank Rebhügel"),
    ("97990050", "QGIPDEM0XXX", "Gipfelbank Musterberg AG"),
)
# fmt: on


@lru_cache(maxsize=256)
def payee(name: str) -> Payee:
    """The invented company or authority of that name. Bank, account and creditor id follow from the name."""
    dice = Dice("payee", name)
    blz, bic, bank = dice.pick(BANKS)
    # Creditor ids are checked like IBANs, but without the business code ZZZ. Real numbers begin with 00 to 02.
    creditor = iban("DE", "09" + dice.digits(9))
    return Payee(name, iban("DE", blz + dice.digits(10)), bic, bank, f"{creditor[:4]}ZZZ{creditor[4:]}")


EVERY_MONTH = tuple(range(1, 13))
QUARTERLY = (3, 6, 9, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A payment that falls due on a day of the month.

    It is booked on the first banking day from `day` on (up to the 25th there always is one),
    or, if `early`, on the last one up to `day`.
    """

    name: str
    account: str
    kind: Kind
    payee: str
    category: str
    day: int
    cents: tuple[Cents, Cents]
    purpose: str
    months: tuple[int, ...] = EVERY_MONTH
    early: bool = False
    varies: bool = False
    """Whether the amount is a new one each time, instead of being agreed once and for all."""
    code: str | None = None
    """The SEPA purpose code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """Something the holder buys now and then: how many times a month, for how much."""

    name: str
    account: str
    kind: Kind = CARD
    payees: tuple[str, ...]
    category: str
    times: tuple[int, int]
    cents: tuple[Cents, Cents]
    step: Cents = 1
    """The distance between two prices: 1000 makes them 19.95, 29.95, 39.95 …"""
    place: str = "Musterstadt"
    hours: tuple[int, int] = (9, 20)
    """When it happens: from the first hour to the end of the last."""
    months: tuple[int, ...] = EVERY_MONTH
    purpose: str = ""
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Money that the holder moves from one account to another of their own."""

    name: str
    source: str
    target: str
    kind: Kind
    category: str
    purpose: str
    day: int = 31
    months: tuple[int, ...] = EVERY_MONTH
    early: bool = True
    cents: Cents = 0
    """The amount of a fixed transfer."""


# fmt: off
CONTRACTS = (
    Contract(name="salary", account=MAIN, kind=SALARY, payee="Beispielwerke AG", category="salary",
             day=27, early=True, cents=(4470_00, 4640_00), purpose="Lohn/Gehalt {month} {year}", code="SALA"),
    Contract(name="bonus", account=MAIN, kind=SALARY, payee="Beispielwerke AG", category="salary", months=(11,),
             day=27, early=True, cents=(3820_00, 4290_00), purpose="13. Gehalt {year}", code="BONU"),
    Contract(name="child-benefit", account=MAIN, kind=CREDIT, payee="Familienkasse Musterstadt",
             category="child_benefit", day=11, cents=(255_00, 255_00), purpose="Kindergeld {month} {year}",
             code="BECH"),
    Contract(name="tax-refund", account=MAIN, kind=CREDIT, payee="Finanzamt Musterstadt", category="refund",
             months=(6,), day=18, cents=(312_00, 874_00), varies=True,
             purpose="Erstattung Einkommensteuer {last_year}", code="TAXR"),
    Contract(name="rent", account=MAIN, kind=STANDING_ORDER, payee="Wohnbau Musterstadt eG", category="rent",
             day=1, cents=(985_00, 1045_00), purpose="Miete {month} {year} Wohnung 12", code="RENT"),
    Contract(name="mobile", account=MAIN, kind=DEBIT, payee="Funkspatz Mobil GmbH", category="mobile_phone",
             day=8, cents=(19_99, 24_99), varies=True, purpose="Mobilfunk {month} {year}", code="PHON"),
    Contract(name="car-insurance", account=MAIN, kind=DEBIT, payee="Nordlicht Versicherung AG",
             category="insurance_car", day=1, cents=(44_12, 57_80), purpose="Kfz-Versicherung {month} {year}",
             code="INPC"),
    Contract(name="liability-insurance", account=MAIN, kind=DEBIT, payee="Nordlicht Versicherung AG",
             category="insurance_liability", months=(1,), day=4, cents=(58_31, 77_90),
             purpose="Privathaftpflicht Beitrag {year}", code="INSU"),
    Contract(name="vehicle-tax", account=MAIN, kind=DEBIT, payee="Zollkasse Musterland", category="vehicle_tax",
             months=(3,), day=14, cents=(88_00, 112_00), purpose="Kfz-Steuer {year} MU-ST 123", code="TAXS"),
    Contract(name="streaming", account=MAIN, kind=DEBIT, payee="Flimmerstube Streaming GmbH", category="streaming",
             day=12, cents=(13_99, 13_99), purpose="Abo Standard {month} {year}", code="SUBS"),
    Contract(name="music", account=MAIN, kind=DEBIT, payee="Ohrwurm Musikdienst GmbH", category="streaming",
             day=19, cents=(10_99, 10_99), purpose="Familien-Abo {month} {year}", code="SUBS"),
    Contract(name="gym", account=MAIN, kind=DEBIT, payee="Sportstudio Muskelkater", category="sport_fitness",
             day=3, cents=(27_90, 34_90), purpose="Mitgliedsbeitrag {month} {year}", code="SUBS"),
    Contract(name="transport-ticket", account=MAIN, kind=DEBIT, payee="Verkehrsbetriebe Musterstadt",
             category="public_transport", day=2, cents=(63_00, 63_00), purpose="Abo-Ticket {month} {year}",
             code="BUSB"),
    Contract(name="loan", account=MAIN, kind=DEBIT, payee="Ratenkontor Musterland GmbH",
             category="loan_repayment", day=15, cents=(179_42, 188_67), purpose="Rate {month} {year} Ratenkredit",
             code="RINP"),
    Contract(name="pension-plan", account=MAIN, kind=DEBIT, payee="Abendrot Lebensversicherung AG",
             category="retirement_savings", day=5, cents=(92_50, 99_50), purpose="Rentenversicherung {month} {year}",
             code="LIFI"),
    Contract(name="donation", account=MAIN, kind=STANDING_ORDER, payee="Tierheim Musterstadt e.V.",
             category="donations", day=20, cents=(15_00, 15_00), purpose="Spende {month} {year}", code="CHAR"),
    Contract(name="summer-holiday", account=MAIN, kind=TRANSFER, payee="Reisebüro Fernweh Musterstadt",
             category="package_holidays", months=(7,), day=8, cents=(1040_00, 1390_00), varies=True,
             purpose="Rechnung {reference} Familienreise Musterstrand"),
    Contract(name="account-fee", account=MAIN, kind=FEE, payee=OWN_BANK, category="bank_fees",
             months=QUARTERLY, day=31, early=True, cents=(14_70, 14_70),
             purpose="Abschluss {quarter}. Quartal {year} Kontoführung 3 x 4,90 EUR"),

    Contract(name="electricity", account=HOUSEHOLD, kind=DEBIT, payee="Stadtwerke Musterstadt",
             category="electricity", day=3, cents=(72_00, 98_00), purpose="Abschlag Strom {month} {year}", code="ELEC"),
    Contract(name="gas", account=HOUSEHOLD, kind=DEBIT, payee="Gasversorgung Musterland GmbH", category="heating",
             day=5, cents=(84_00, 118_00), purpose="Abschlag Erdgas {month} {year}", code="GASB"),
    Contract(name="internet", account=HOUSEHOLD, kind=DEBIT, payee="Glasfaser Musterstadt GmbH",
             category="internet_phone", day=10, cents=(39_95, 44_95), purpose="Internet und Festnetz {month} {year}",
             code="OTLC"),
    Contract(name="childcare", account=HOUSEHOLD, kind=DEBIT, payee="Kindertagesstätte Musterknirpse",
             category="childcare", day=1, cents=(212_40, 258_90), purpose="Elternbeitrag und Essen {month} {year}"),
    Contract(name="broadcasting-fee", account=HOUSEHOLD, kind=DEBIT, payee="Rundfunkkasse Musterland",
             category="broadcasting_fee", months=(2, 5, 8, 11), day=15, cents=(55_08, 55_08),
             purpose="Rundfunkbeitrag {quarter}. Quartal {year}"),
    Contract(name="household-insurance", account=HOUSEHOLD, kind=DEBIT, payee="Nordlicht Versicherung AG",
             category="insurance_household", months=(4,), day=1, cents=(84_16, 111_60),
             purpose="Hausrat Jahresbeitrag {year}", code="PPTI"),

    Contract(name="interest", account=SAVINGS, kind=INTEREST, payee=OWN_BANK, category="interest",
             months=QUARTERLY, day=31, early=True, cents=(38_17, 61_94), varies=True,
             purpose="Habenzinsen {quarter}. Quartal {year}", code="INTE"),
)

PURCHASES = (
    Purchase(name="groceries", account=HOUSEHOLD, category="groceries", times=(9, 11), cents=(8_20, 58_00),
             payees=("Frischmarkt Sonnenkorb", "Supermarkt Grünblatt", "Discount Pfennigfuchs", "Hofladen Löwenzahn")),
    Purchase(name="bakery", account=HOUSEHOLD, category="bakery", times=(5, 7), cents=(2_60, 11_40), hours=(7, 11),
             payees=("Backhaus Ährengold", "Bäckerei Krümelmeier")),
    Purchase(name="drugstore", account=HOUSEHOLD, category="drugstore", times=(2, 3), cents=(6_45, 33_90),
             payees=("Drogerie Seifenblase", "Drogerie Schaumkrone")),
    Purchase(name="pharmacy", account=HOUSEHOLD, category="pharmacy", times=(0, 2), cents=(4_95, 31_80),
             payees=("Apotheke am Musterplatz",)),

    Purchase(name="fuel", account=MAIN, category="fuel", times=(2, 3), cents=(36_00, 68_00), hours=(6, 21),
             payees=("Tankstelle Zapfhahn", "Autohof Musterkreuz")),
    Purchase(name="restaurant", account=MAIN, category="restaurants", times=(3, 4), cents=(15_60, 48_00), step=10,
             hours=(18, 22), payees=("Gasthaus Zum Musterkrug", "Trattoria Bella Prova", "Curryhütte Musterstadt")),
    Purchase(name="lunch", account=MAIN, category="restaurants", times=(6, 8), cents=(5_20, 9_80), step=10,
             hours=(12, 13), payees=("Imbiss am Musterplatz", "Suppenküche Löffelchen")),
    Purchase(name="coffee", account=MAIN, category="restaurants", times=(2, 3), cents=(3_40, 13_90), step=10,
             hours=(14, 17), payees=("Café Milchschaum",)),
    Purchase(name="clothing", account=MAIN, category="clothing", times=(1, 2), cents=(19_95, 89_95), step=10_00,
             payees=("Modehaus Knopf und Kragen", "Schuhhaus Senkel"), hours=(10, 19)),
    Purchase(name="refund", account=MAIN, kind=CARD_REFUND, category="refund", times=(0, 1), cents=(19_95, 49_95),
             step=10_00, payees=("Modehaus Knopf und Kragen", "Schuhhaus Senkel"), hours=(10, 19),
             months=(1, 3, 5, 8, 10), purpose="Rückerstattung "),
    Purchase(name="online-order", account=MAIN, kind=DEBIT, category="online_shopping", times=(2, 3),
             cents=(9_99, 69_99), step=1_00, purpose="Bestellung vom {bought_at:.10}",
             payees=("Kramkiste Onlinehandel GmbH", "Buchversand Eselsohr", "Elektroversand Steckdose")),
    Purchase(name="cash", account=MAIN, kind=CASH, category="cash_withdrawal", times=(2, 3), cents=(30_00, 80_00),
             step=10_00, code="CDCD", hours=(8, 21), payees=("Geldautomat Marktplatz", "Geldautomat Bahnhof")),
    Purchase(name="holiday-spending", account=MAIN, category="travel", times=(3, 5), cents=(9_80, 64_00), months=(8,),
             place="Musterstrand", payees=("Strandbar Muschel", "Pension Dünenblick", "Bootsverleih Wellenreiter")),
    Purchase(name="present", account=MAIN, category="gifts", times=(3, 5), cents=(12_95, 49_95), step=1_00,
             months=(12,), hours=(10, 19),
             payees=("Spielwaren Purzelbaum", "Juwelier Musterglanz", "Buchhandlung Lesezeichen")),
)

HOUSEKEEPING = Transfer(
    name="housekeeping", source=MAIN, target=HOUSEHOLD, kind=STANDING_ORDER, category="own_transfer",
    purpose="Haushaltsgeld {month} {year}", day=2, early=False, cents=430_00,
)
HOLIDAY_FUND = Transfer(
    name="holiday-fund", source=SAVINGS, target=MAIN, kind=TRANSFER, category="own_transfer",
    purpose="Umbuchung Urlaubskasse {year}", months=(7,), day=1, early=False, cents=1400_00,
)
TOP_UP = Transfer(
    name="top-up", source=MAIN, target=HOUSEHOLD, kind=TRANSFER, category="own_transfer",
    purpose="Umbuchung Ausgleich Haushaltskonto {month} {year}",
)
SWEEP = Transfer(
    name="sweep", source=MAIN, target=SAVINGS, kind=TRANSFER, category="savings_transfer",
    purpose="Umbuchung Sparen {month} {year}",
)
FIXED_DEPOSIT = Transfer(
    name="fixed-deposit", source=SAVINGS, target=OUTSIDE, kind=TRANSFER, category="savings_transfer",
    purpose="Anlage Festgeld {year}", months=(12,),
)
# fmt: on

TRANSFERS = (HOUSEKEEPING, HOLIDAY_FUND)

FIRST_YEARS = (2012, 2019)
"""When standing orders were given, from and to."""

CLOSINGS: dict[str, tuple[Cents, Cents]] = {
    MAIN: (2390_00, 2540_00),
    HOUSEHOLD: (890_00, 950_00),
    SAVINGS: (8000_00, 9500_00),
}
"""What is left on an account when it is reset, from and to."""
