"""Creating the categorization rules of a mandator."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from mock_server.domain.categories import Categories
from mock_server.domain.categorization import DIRECTIONS, IbanRule, KeywordRule, folded
from mock_server.domain.money import is_iban
from mock_server.errors import ApiError, Problem, Refusal, invalid

DEFAULT_LANGUAGE = "DE"

Wish = Mapping[str, Any]


def count(wishes: Iterable[Wish]) -> int:
    """How many rules the wishes make: direction `Both` makes two."""
    return sum(len(DIRECTIONS[wish["direction"]]) for wish in wishes)


def iban_rules(
    wishes: Sequence[Wish], ids: Iterable[int], there: Iterable[IbanRule], known: Categories, now: datetime
) -> list[IbanRule]:
    """ApiError 400 for what is no IBAN, 404 for an unknown category, 422 if there is a rule for IBAN and direction."""
    wrong = [number for number, wish in enumerate(wishes) if not is_iban(wish["iban"].upper())]
    if wrong:
        raise invalid(
            *(Problem(f"ibanRules[{number}].iban", "Must be a valid IBAN, without spaces.") for number in wrong)
        )
    next_id = iter(ids)
    rules = [
        IbanRule(next(next_id), wish["iban"].upper(), direction, known.find(wish["categoryId"]).id, now)
        for wish in wishes
        for direction in DIRECTIONS[wish["direction"]]
    ]
    _check_new((rule.iban, rule.direction) for rule in (*there, *rules))
    return rules


def keyword_rules(
    wishes: Sequence[Wish], ids: Iterable[int], there: Iterable[KeywordRule], known: Categories, now: datetime
) -> list[KeywordRule]:
    """ApiError 404 for an unknown category, 422 for keywords without a letter or digit, or that have a rule already."""
    next_id = iter(ids)
    rules = [
        KeywordRule(
            id=next(next_id),
            keywords=tuple(dict.fromkeys(wish["keywords"])),
            words=_words(wish["keywords"], number),
            language=wish.get("keywordsLanguage") or DEFAULT_LANGUAGE,
            all_must_match=bool(wish.get("allKeywordsMustMatch")),
            direction=direction,
            category_id=known.find(wish["categoryId"]).id,
            created_at=now,
        )
        for number, wish in enumerate(wishes)
        for direction in DIRECTIONS[wish["direction"]]
    ]
    _check_new((frozenset(rule.words), rule.language, rule.direction) for rule in (*there, *rules))
    return rules


def _words(keywords: Iterable[str], number: int) -> tuple[str, ...]:
    words = [folded(keyword).strip() for keyword in keywords]
    if not all(words):
        detail = f"Every element of keywordRules[{number}].keywords must have a letter or a digit."
        raise ApiError(Refusal.ILLEGAL_FIELD_VALUE, detail)
    return tuple(dict.fromkeys(words))


def _check_new(identities: Iterable[object]) -> None:
    """ApiError 422 if two rules would do the same, be it that both are new."""
    seen: set[object] = set()
    for identity in identities:
        if identity in seen:
            raise ApiError(Refusal.ENTITY_EXISTS, "At least one of the rules exists already; none was created.")
        seen.add(identity)
