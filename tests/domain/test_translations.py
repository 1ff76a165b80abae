"""Translations: which words a view gets."""

from datetime import UTC, datetime
from typing import Any

import pytest

from mock_server.domain import translations
from mock_server.domain.translations import TranslationSet, subtitle_of, title_of
from mock_server.errors import ApiError, Refusal

NOON = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)


def words(**wish: Any) -> TranslationSet:
    return translations.create(wish, id="id-1", owner="shop", now=NOON)


OURS = words(
    de={
        "bankSearchView": {"title": "Bank wählen"},
        "bankLoginView": {"title": "", "subtitle": "Bitte anmelden"},
        "redirectBankLoginView": {"title": None},
        "scaChallengeView": {"title": "Freigeben"},
        "scaChallengeViewPis": {"title": "Zahlung freigeben", "subtitle": ""},
        "scaChallengeViewAis": {"subtitle": "Nur lesend"},
        "errorView": None,
    },
    en=None,
)


@pytest.mark.parametrize(
    ("language", "view", "title", "subtitle"),
    [
        ("de", "bankSearchView", "Bank wählen", None),
        ("DE", "bankSearchView", "Bank wählen", None),
        ("de", "bankLoginView", "", "Bitte anmelden"),
        ("de", "redirectBankLoginView", None, None),
        ("de", "errorView", None, None),
        ("de", "confirmationView", None, None),
        ("en", "bankSearchView", None, None),
        ("fr", "bankSearchView", None, None),
        # the specific one wins, text by text
        ("de", "scaChallengeView", "Freigeben", None),
        ("de", "scaChallengeViewPis", "Zahlung freigeben", ""),
        ("de", "scaChallengeViewAis", "Freigeben", "Nur lesend"),
    ],
)
def test_a_view_gets_its_own_words(language: str, view: str, title: str | None, subtitle: str | None) -> None:
    assert (title_of(OURS, language, view), subtitle_of(OURS, language, view)) == (title, subtitle)


def test_an_empty_specific_title_hides_what_the_general_one_would_say() -> None:
    ours = words(de={"scaChallengeView": {"title": "Freigeben"}, "scaChallengeViewAis": {"title": ""}})
    assert title_of(ours, "de", "scaChallengeViewAis") == ""
    assert title_of(ours, "de", "scaChallengeViewPis") == "Freigeben"


def test_without_a_set_every_view_keeps_finapis_words() -> None:
    assert title_of(None, "de", "bankSearchView") is None
    assert subtitle_of(None, "de", "bankLoginView") is None


def test_a_set_keeps_what_was_given_without_nulls() -> None:
    assert words(de={"errorView": {"title": ""}, "bankLoginView": {"subtitle": None}}, en=None).words == {
        "de": {"errorView": {"title": ""}, "bankLoginView": {}}
    }


def test_a_mandator_has_one_set() -> None:
    translations.check_only([])
    with pytest.raises(ApiError) as refused:
        translations.check_only([OURS])
    assert refused.value.refusal is Refusal.ENTITY_EXISTS
    assert str(refused.value) == "There is a translation set already; delete 'id-1' first."
