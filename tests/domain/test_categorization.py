"""The categorization: whose word counts, and what is similar to what."""

from datetime import UTC, datetime
from typing import Any

import pytest

from mock_server.contract.documents import load, resource
from mock_server.domain import categories
from mock_server.domain.categorization import (
    IbanRule,
    KeywordRule,
    MandatorRules,
    Sample,
    TrainedRule,
    categorize,
    folded,
    likenesses,
    matched,
    train,
)

KNOWN = categories.from_data(load(resource("data", "categories.yaml")))
NOON = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)
IBAN, OTHER = "DE89370400440532013000", "DE26700800000077777000"
COFFEE = Sample(-3_50, "Kaffee und Kuchen", "Café am Eck", IBAN, "restaurants")

OWN, BY_IBAN, BY_WORD = 1, 2, 3
RESTAURANTS = KNOWN.named("restaurants").id


def iban_rule(direction: Any = "Spending", iban: str = IBAN, category_id: int = BY_IBAN) -> IbanRule:
    return IbanRule(1, iban, direction, category_id, NOON)


def keyword_rule(
    *words: str, id: int = 1, direction: Any = "Spending", all_must_match: bool = False, category_id: int = BY_WORD
) -> KeywordRule:
    return KeywordRule(id, words, words, "DE", all_must_match, direction, category_id, NOON)


def taught(*payments: Sample, category_id: int = OWN) -> dict[str, TrainedRule]:
    return {rule.likeness: rule for rule in train(payments, category_id, "alice")}


NO_RULES = MandatorRules((), ())
IBAN_RULE, KEYWORD_RULE = iban_rule(), keyword_rule("kaffee")


@pytest.mark.parametrize(
    ("training", "rules", "expected"),
    [
        (taught(COFFEE), MandatorRules([IBAN_RULE], [KEYWORD_RULE]), OWN),
        ({}, MandatorRules([IBAN_RULE], [KEYWORD_RULE]), BY_IBAN),
        ({}, MandatorRules([], [KEYWORD_RULE]), BY_WORD),
        ({}, NO_RULES, RESTAURANTS),
    ],
)
def test_the_user_is_heard_before_iban_rules_before_keyword_rules_before_finapi(
    training: dict[str, TrainedRule], rules: MandatorRules, expected: int
) -> None:
    assert categorize(COFFEE, training, rules, KNOWN) == expected


@pytest.mark.parametrize("category", [None, ""])
def test_a_payment_of_which_nobody_knows_anything_has_no_category(category: str | None) -> None:
    assert categorize(Sample(1, category=category), {}, NO_RULES, KNOWN) is None


@pytest.mark.parametrize(
    ("lesson", "payment", "similar"),
    [
        (COFFEE, COFFEE, True),
        # the same IBAN, whatever else is different
        (COFFEE, Sample(-99_00, "Miete", "Hausverwaltung", IBAN), True),
        # the same name, if nothing speaks against it
        (COFFEE, Sample(-1_00, "", "CAFÉ  am Eck!", ""), True),
        (COFFEE, Sample(-1_00, "", "Café am Eck", OTHER), False),
        (Sample(-1_00, "", "Café am Eck"), Sample(-1_00, "", "Café am Eck", OTHER), True),
        # the purpose counts only where there is no counterpart
        (COFFEE, Sample(-3_50, "Kaffee und Kuchen", "Bäckerei"), False),
        (COFFEE, Sample(-3_50, "Kaffee und Kuchen"), False),
        (Sample(-1_00, "Kontoführung 3/2026"), Sample(-1_00, "KONTOFÜHRUNG 3 2026"), True),
        (Sample(-1_00, "Kontoführung"), Sample(-1_00, "Kontoführung", "Musterbank"), False),
        # income is not like spending
        (COFFEE, Sample(3_50, "Kaffee und Kuchen", "Café am Eck", IBAN), False),
        # from nothing follows nothing
        (Sample(-1_00), Sample(-1_00), False),
    ],
)
def test_what_is_similar_to_what_was_taught(lesson: Sample, payment: Sample, similar: bool) -> None:
    assert (categorize(payment, taught(lesson), NO_RULES, KNOWN) == OWN) is similar


def test_the_last_lesson_counts() -> None:
    elsewhere = Sample(-1_00, "", "Café am Eck", OTHER)
    training = {**taught(COFFEE), **taught(elsewhere, category_id=9)}
    assert categorize(COFFEE, training, NO_RULES, KNOWN) == OWN  # its IBAN is closer than its name
    assert categorize(Sample(-1_00, "", "Café am Eck"), training, NO_RULES, KNOWN) == 9


def test_a_rule_replaces_the_users_former_one_and_nobody_elses() -> None:
    [mine, _] = train([COFFEE], 1, "alice")
    assert mine.id == train([COFFEE], 2, "alice")[0].id
    assert mine.id != train([COFFEE], 1, "bob")[0].id


def test_the_closest_likeness_comes_first() -> None:
    assert likenesses(COFFEE) == [f"Spending iban {IBAN}", "Spending name café am eck"]


@pytest.mark.parametrize(
    ("rule", "applies"),
    [
        (iban_rule(), True),
        (iban_rule("Income"), False),
        (iban_rule(iban=OTHER), False),
    ],
)
def test_an_iban_rule_is_for_one_iban_and_direction(rule: IbanRule, applies: bool) -> None:
    assert (MandatorRules([rule], []).of_iban(COFFEE) == BY_IBAN) is applies


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        (keyword_rule("kaffee"), 1),
        (keyword_rule("kaffee", "kuchen", "tee"), 2),
        (keyword_rule("eck"), 1),  # the counterpart counts as well
        (keyword_rule("café am eck"), 1),
        (keyword_rule("kaff"), 0),  # words, not parts of them
        (keyword_rule("kuchen eck"), 0),
        (keyword_rule("kaffee", "kuchen", all_must_match=True), 2),
        (keyword_rule("kaffee", "tee", all_must_match=True), 0),
    ],
)
def test_keywords_are_words_of_purpose_or_counterpart(rule: KeywordRule, count: int) -> None:
    assert matched(rule, folded(f"{COFFEE.purpose} {COFFEE.counterpart}")) == count
    assert MandatorRules([], [rule]).of_keywords(COFFEE) == (BY_WORD if count else None)


def test_the_rule_with_most_keywords_found_wins_and_then_the_oldest() -> None:
    rules = [
        keyword_rule("kaffee", id=4, category_id=40),
        keyword_rule("kaffee", "kuchen", id=6, category_id=60),
        keyword_rule("kuchen", "eck", id=5, category_id=50),
        keyword_rule("kaffee", "kuchen", "eck", "tee", id=3, all_must_match=True, category_id=30),
        keyword_rule("kaffee", "kuchen", "eck", id=2, direction="Income", category_id=20),
    ]
    assert MandatorRules([], rules).of_keywords(COFFEE) == 50


@pytest.mark.parametrize(
    ("text", "words"), [("Bar-Centrale (Nr. 7)", " bar centrale nr 7 "), ("a_b", " a b "), ("", "  "), ("?!", "  ")]
)
def test_case_and_punctuation_do_not_count(text: str, words: str) -> None:
    assert folded(text) == words
