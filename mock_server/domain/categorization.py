"""The categorization: which category a payment gets, and the rules that decide it.

Four voices, and the first that has something to say is heard: what the user has taught, the IBAN
rules of the mandator, its keyword rules, finAPI's own knowledge.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from mock_server.domain.categories import Categories
from mock_server.domain.money import Cents
from mock_server.domain.progress import Work

_WORD = re.compile(r"[^\W_]+")

CategorizationStatus = Literal["PENDING", "IN_PROGRESS", "READY"]
Direction = Literal["Income", "Spending"]
DIRECTIONS: Mapping[str, tuple[Direction, ...]] = {
    "Income": ("Income",),
    "Spending": ("Spending",),
    "Both": ("Income", "Spending"),
}


class TransactionData(Protocol):
    """What the categorization looks at: a booking of a bank, or a sample that a client sends."""

    @property
    def cents(self) -> Cents: ...

    @property
    def purpose(self) -> str: ...

    @property
    def counterpart(self) -> str: ...

    @property
    def counterpart_iban(self) -> str: ...

    @property
    def category(self) -> str | None:
        """The key of the category that finAPI itself finds."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A payment that exists only in a request."""

    cents: Cents
    purpose: str = ""
    counterpart: str = ""
    counterpart_iban: str = ""
    category: str | None = None


@dataclass(frozen=True, slots=True)
class TrainedRule:
    """What a user has taught: similar payments get this category. The id is user and likeness."""

    id: str
    owner: str
    likeness: str
    iban: str
    category_id: int

    due_at: None = None


@dataclass(frozen=True, slots=True)
class IbanRule:
    """A rule of the mandator, for all its users. `category_id` is one of a global category."""

    id: int
    iban: str
    direction: Direction
    category_id: int
    created_at: datetime

    owner: None = None
    due_at: None = None


@dataclass(frozen=True, slots=True)
class KeywordRule:
    """A rule of the mandator, for all its users. `words` are the keywords as they are looked for."""

    id: int
    keywords: tuple[str, ...]
    words: tuple[str, ...]
    language: str
    all_must_match: bool
    direction: Direction
    category_id: int
    created_at: datetime

    owner: None = None
    due_at: None = None


@dataclass(frozen=True, slots=True)
class ScheduledCategorization:
    """A connection whose transactions without a category are about to be looked at. The id is the connection's."""

    id: int
    owner: str
    work: Work
    status: CategorizationStatus = "PENDING"
    """`IN_PROGRESS` once somebody has seen that it is `PENDING`."""

    @property
    def due_at(self) -> datetime | None:
        return self.work.ends_at


def direction_of(payment: TransactionData) -> Direction:
    return "Income" if payment.cents >= 0 else "Spending"


def folded(text: str) -> str:
    """The words of a text without case and punctuation, with a space around each: " bar centrale "."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


# What the user has taught


def likenesses(payment: TransactionData) -> list[str]:
    """In what a payment can be like another one, the closest likeness first.

    Direction and counterpart's IBAN, or its name; the purpose counts only if there is no counterpart.
    """
    direction, name = direction_of(payment), folded(payment.counterpart).strip()
    found = [f"{direction} iban {payment.counterpart_iban}"] if payment.counterpart_iban else []
    if name:
        found.append(f"{direction} name {name}")
    purpose = folded(payment.purpose).strip()
    return found or ([f"{direction} purpose {purpose}"] if purpose else [])


def train(payments: Iterable[TransactionData], category_id: int, owner: str) -> list[TrainedRule]:
    """The rules to put in the place of the user's former ones for payments like these."""
    return [
        TrainedRule(f"{owner} {likeness}", owner, likeness, payment.counterpart_iban, category_id)
        for payment in payments
        for likeness in likenesses(payment)
    ]


def _trained(payment: TransactionData, training: Mapping[str, TrainedRule]) -> int | None:
    for likeness in likenesses(payment):
        rule = training.get(likeness)
        # The same name at another IBAN is somebody else, or another account of the user's own.
        if rule is not None and (not rule.iban or payment.counterpart_iban in ("", rule.iban)):
            return rule.category_id
    return None


# What the mandator has laid down


def matched(rule: KeywordRule, text: str) -> int:
    """How many keywords of the rule are in a folded text; none if all must be and one is not."""
    count = sum(f" {word} " in text for word in rule.words)
    return 0 if rule.all_must_match and count < len(rule.words) else count


class MandatorRules:
    """The rules of a mandator, ready to be asked."""

    def __init__(self, iban_rules: Iterable[IbanRule], keyword_rules: Iterable[KeywordRule]) -> None:
        self._by_iban = {(rule.iban, rule.direction): rule.category_id for rule in iban_rules}
        self._by_keyword: dict[Direction, list[KeywordRule]] = {"Income": [], "Spending": []}
        for rule in keyword_rules:
            self._by_keyword[rule.direction].append(rule)

    def of_iban(self, payment: TransactionData) -> int | None:
        return self._by_iban.get((payment.counterpart_iban, direction_of(payment)))

    def of_keywords(self, payment: TransactionData) -> int | None:
        """The rule with most keywords found wins; of several such the oldest."""
        rules = self._by_keyword[direction_of(payment)]
        if not rules:
            return None
        text = folded(f"{payment.purpose} {payment.counterpart}")
        best = max(rules, key=lambda rule: (matched(rule, text), -rule.id))
        return best.category_id if matched(best, text) else None


# All together


def categorize(
    payment: TransactionData, training: Mapping[str, TrainedRule], rules: MandatorRules, known: Categories
) -> int | None:
    """The id of the category that the payment gets; None if nobody knows one.

    `training` is the user's, by likeness.
    """
    if training and (taught := _trained(payment, training)) is not None:
        return taught
    if (ruled := rules.of_iban(payment)) is not None:
        return ruled
    if (ruled := rules.of_keywords(payment)) is not None:
        return ruled
    return known.named(payment.category).id if payment.category else None
