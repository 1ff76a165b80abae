"""Security accounts: what is in them, and what it is worth on which day.

Nothing is stored. A portfolio follows from (seed, bank, login), a quote from paper and day alone: a trend, three
waves of different length and a little noise, so that yesterday's quote is near today's and any day can be asked
for. All papers are invented. As far as we know, nobody's WKN begins with MCK.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from mock_server.clock import start_of
from mock_server.domain.banking_days import banking_day_before
from mock_server.domain.money import Cents, isin
from mock_server.ids import Dice

CLOSE = timedelta(hours=17, minutes=36)
"""When the exchange's closing auction is over."""
EPOCH = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Paper:
    """Something that is traded. A bond is quoted in percent of its nominal, everything else in euros."""

    name: str
    wkn: str
    quote: Cents
    """The quote at the epoch; hundredths of a percent for a bond."""
    yearly: float
    """The trend: 0.05 is five percent of the first quote a year."""
    swing: float
    """How far the waves carry it from the trend, at most."""
    is_bond: bool = False

    @property
    def isin(self) -> str:
        return isin("DE", f"000{self.wkn}")


# fmt: off
PAPERS = (
    #     name                                 WKN       quote   yearly  swing
    Paper("Beispielwerke AG Namensaktien",     "MCK001",  84_20,  0.04,  0.18),
    Paper("Nordlicht Versicherung AG",         "MCK002", 212_50,  0.05,  0.12),
    Paper("Funkspatz Mobil SE",                "MCK003",  17_46,  0.01,  0.22),
    Paper("Hafenlogistik Musterhaven AG",      "MCK004",  41_08,  0.03,  0.15),
    Paper("Musterland Aktien Welt UCITS ETF",  "MCK101",  62_75,  0.07,  0.10),
    Paper("Musterland Nachhaltig Europa ETF",  "MCK102",  38_90,  0.05,  0.11),
    Paper("Rebhügel Mischfonds Ausgewogen",    "MCK103", 104_33,  0.02,  0.05),
    Paper("Musterland Anleihe 2,50 % 2034",    "MCK201",  98_40,  0.001, 0.03, is_bond=True),
    Paper("Wohnbau Musterstadt 3,75 % 2031",   "MCK202", 101_15, -0.002, 0.04, is_bond=True),
)
# fmt: on
SIZE = (4, 6)
"""How many papers are in a portfolio."""


@dataclass(frozen=True, slots=True)
class Position:
    """So much of a paper: thousandths of a unit, for a bond cents of its nominal."""

    paper: Paper
    quantity: int
    bought_on: date

    def value(self, day: date) -> Cents:
        return round(self.quantity * quote(self.paper, day) / (10_000 if self.paper.is_bond else 1_000))


@lru_cache(maxsize=2048)
def quote(paper: Paper, day: date) -> Cents:
    """The closing quote of a banking day."""
    dice = Dice("quote", paper.wkn)
    at = (day - EPOCH).days
    waves = sum(share * _wave(at / length + dice.below(1000) / 1000) for length, share in WAVES)
    noise = Dice("quote", paper.wkn, day).between(-100, 100) / 100
    moved = 1 + paper.yearly * at / 365.25 + paper.swing * (waves + NOISE * noise)
    return max(1, round(paper.quote * moved))


def _wave(turns: float) -> float:
    """From 1 to -1 and back in a turn. Straight lines, because a sine is not the same on every machine."""
    return 4 * abs(turns % 1 - 0.5) - 1


WAVES = ((1461, 0.5), (229, 0.3), (37, 0.1))
"""Length in days and share of the swing: the economy, the news of a season, the mood of a month."""
NOISE = 0.1


@lru_cache(maxsize=256)
def portfolio(seed: int, bank_blz: str, login: str) -> tuple[Position, ...]:
    """What is in the security account of a login. Nothing is ever bought or sold."""
    dice = Dice(seed, bank_blz, login, "portfolio")
    left, chosen = list(PAPERS), list[Position]()
    for _ in range(dice.between(*SIZE)):
        paper = left.pop(dice.below(len(left)))
        bought_on = banking_day_before(EPOCH + timedelta(days=dice.between(30, 1200)))
        chosen.append(Position(paper, _quantity(paper, dice), bought_on))
    return tuple(sorted(chosen, key=lambda position: position.paper.wkn))


def _quantity(paper: Paper, dice: Dice) -> int:
    """Nominals in thousands of euros, shares as a whole, fund units from a savings plan in fractions."""
    if paper.is_bond:
        return dice.between(1, 5) * 1000_00
    if paper.wkn >= "MCK1":
        return dice.between(8_000, 160_000)
    return dice.between(4, 60) * 1000


def market_value(positions: Iterable[Position], day: date) -> Cents:
    """What the positions are worth in an update of `day`, which sees the close of the banking day before."""
    return sum(position.value(banking_day_before(day)) for position in positions)


@dataclass(frozen=True, slots=True)
class Security:
    """A position as a user of finAPI has it since the last update; the next one makes it anew, with a new id."""

    id: int
    owner: str
    account_id: int
    position: Position
    currency: str
    quoted_on: date

    due_at: None = None

    @property
    def paper(self) -> Paper:
        return self.position.paper

    @property
    def quote(self) -> Cents:
        return quote(self.paper, self.quoted_on)

    @property
    def quoted_at(self) -> datetime:
        return start_of(self.quoted_on) + CLOSE

    @property
    def entry_quote(self) -> Cents:
        return quote(self.paper, self.position.bought_on)

    @property
    def quantity(self) -> float:
        return self.position.quantity / (100 if self.paper.is_bond else 1000)

    @property
    def market_value(self) -> Cents:
        return self.position.value(self.quoted_on)

    @property
    def profit(self) -> Cents:
        return self.market_value - self.position.value(self.position.bought_on)


def matching(securities: Iterable[Security], query: Mapping[str, Any]) -> Sequence[Security]:
    """The securities that pass every filter of `GET /securities` that is given."""
    ids, accounts = query.get("ids"), query.get("accountIds")
    words = (query.get("search") or "").casefold().split()

    def found(security: Security) -> bool:
        text = f"{security.paper.name} {security.paper.isin} {security.paper.wkn}".casefold()
        return all(word in text for word in words)

    return [
        security
        for security in securities
        if (ids is None or security.id in ids) and (accounts is None or security.account_id in accounts)
        if found(security)
    ]


ORDERS: Mapping[str, Callable[[Security], Any]] = {
    "id": lambda security: security.id,
    "name": lambda security: security.paper.name,
    "isin": lambda security: security.paper.isin,
    "wkn": lambda security: security.paper.wkn,
    "quote": lambda security: security.quote,
    "quantityNominal": lambda security: security.quantity,
    "marketValue": lambda security: security.market_value,
    "entryQuote": lambda security: security.entry_quote,
}
