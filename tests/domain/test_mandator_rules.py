"""Creating rules: directions, limits, what is there already."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from mock_server.contract.documents import load, resource
from mock_server.domain import categories, mandator_rules
from mock_server.domain.categorization import IbanRule, KeywordRule
from mock_server.errors import ApiError, Refusal

KNOWN = categories.from_data(load(resource("data", "categories.yaml")))
NOON = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)
IBAN, OTHER = "DE89370400440532013000", "DE26700800000077777000"


def iban_rules(*wishes: tuple[str, str], there: tuple[IbanRule, ...] = (), category_id: int = 378) -> list[IbanRule]:
    bodies = [{"iban": iban, "direction": direction, "categoryId": category_id} for iban, direction in wishes]
    return mandator_rules.iban_rules(bodies, count(1), there, KNOWN, NOON)


def keyword_rules(*wishes: dict[str, Any], there: tuple[KeywordRule, ...] = ()) -> list[KeywordRule]:
    bodies = [{"direction": "Spending", "categoryId": 378, "keywords": ["Kaffee"], **wish} for wish in wishes]
    return mandator_rules.keyword_rules(bodies, count(1), there, KNOWN, NOON)


def test_both_directions_make_two_rules() -> None:
    wishes = [{"direction": "Both"}, {"direction": "Income"}, {"direction": "Spending"}]
    assert mandator_rules.count(wishes) == 4
    rules = iban_rules((IBAN, "Both"), (OTHER, "Income"))
    assert [(rule.id, rule.iban, rule.direction) for rule in rules] == [
        (1, IBAN, "Income"),
        (2, IBAN, "Spending"),
        (3, OTHER, "Income"),
    ]


def test_the_case_of_an_iban_does_not_matter() -> None:
    assert iban_rules((IBAN.lower(), "Income"))[0].iban == IBAN


@pytest.mark.parametrize("iban", ["", "DE89370400440532013001", "DE89 3704 0044 0532 0130 00", "12345678"])
def test_what_is_no_iban_is_named(iban: str) -> None:
    with pytest.raises(ApiError) as refused:
        iban_rules((IBAN, "Income"), (iban, "Income"))
    assert [problem.field for problem in refused.value.problems] == ["ibanRules[1].iban"]


@pytest.mark.parametrize("second", ["Income", "Both"])
def test_an_iban_has_one_rule_for_each_direction(second: str) -> None:
    there = tuple(iban_rules((IBAN, "Income")))
    assert iban_rules((IBAN, "Spending"), (OTHER, "Both"), there=there)
    for wishes, known in ([(IBAN.lower(), second)], there), ([(IBAN, "Income"), (IBAN, second)], ()):
        with pytest.raises(ApiError) as refused:
            iban_rules(*wishes, there=known, category_id=418)
        assert refused.value.refusal is Refusal.ENTITY_EXISTS


def test_the_category_must_be_a_global_one() -> None:
    with pytest.raises(ApiError) as refused:
        iban_rules((IBAN, "Income"), category_id=1)
    assert refused.value.refusal is Refusal.UNKNOWN_ENTITY


def test_keywords_are_kept_as_written_and_looked_for_without_case() -> None:
    [rule] = keyword_rules({"keywords": ["Kaffee", "Coffee-Shop", "Kaffee", "KAFFEE"]})
    assert rule.keywords == ("Kaffee", "Coffee-Shop", "KAFFEE")
    assert rule.words == ("kaffee", "coffee shop")
    assert (rule.language, rule.all_must_match) == ("DE", False)


@pytest.mark.parametrize("keyword", ["", "   ", "?!", "_"])
def test_a_keyword_needs_a_letter_or_a_digit(keyword: str) -> None:
    with pytest.raises(ApiError, match=r"keywordRules\[1\]\.keywords") as refused:
        keyword_rules({}, {"keywords": ["Tee", keyword]})
    assert refused.value.refusal is Refusal.ILLEGAL_FIELD_VALUE


@pytest.mark.parametrize(
    ("wish", "is_new"),
    [
        ({"keywords": ["Kaffee", "Tee"]}, False),
        ({"keywords": ["TEE", "kaffee"]}, False),
        ({"keywords": ["Kaffee", "Tee"], "categoryId": 418, "allKeywordsMustMatch": True}, False),
        ({"keywords": ["Kaffee", "Tee"], "direction": "Both"}, False),
        ({"keywords": ["Kaffee", "Tee"], "direction": "Income"}, True),
        ({"keywords": ["Kaffee", "Tee"], "keywordsLanguage": "EN"}, True),
        ({"keywords": ["Kaffee"]}, True),
    ],
)
def test_the_same_keywords_have_one_rule_for_language_and_direction(wish: dict[str, Any], is_new: bool) -> None:
    there = tuple(keyword_rules({"keywords": ["Kaffee", "Tee"]}))
    if is_new:
        assert keyword_rules(wish, there=there)
        return
    with pytest.raises(ApiError) as refused:
        keyword_rules(wish, there=there)
    assert refused.value.refusal is Refusal.ENTITY_EXISTS
