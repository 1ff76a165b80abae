"""Translations: the mandator's own titles and subtitles for the views of a form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from mock_server.domain import patches
from mock_server.errors import ApiError, Refusal

Json = Mapping[str, Any]

GENERAL: Mapping[str, str] = {
    "scaChallengeViewAis": "scaChallengeView",
    "scaChallengeViewPis": "scaChallengeView",
}
"""Views that finAPI has split in two, and the older name for both. It counts where the newer one says nothing."""


@dataclass(frozen=True, slots=True)
class TranslationSet:
    """`words` are by language (`de`), view (`bankLoginView`) and `title` or `subtitle`, without nulls."""

    id: str
    owner: str
    created_at: datetime
    words: Json

    due_at: None = None


def create(wish: Json, *, id: str, owner: str, now: datetime) -> TranslationSet:
    return TranslationSet(id, owner, now, patches.apply({}, wish))


def check_only(sets: Iterable[TranslationSet]) -> None:
    """ApiError 422 if the mandator has a set already: there can be one, and it cannot be edited."""
    for existing in sets:
        detail = f"There is a translation set already; delete '{existing.id}' first."
        raise ApiError(Refusal.ENTITY_EXISTS, detail)


def unknown(set_id: str) -> ApiError:
    return ApiError(Refusal.UNKNOWN_ENTITY, f"There is no translation set '{set_id}'.")


def title_of(translations: TranslationSet | None, language: str, view: str) -> str | None:
    """The title of a view. None: finAPI's own; an empty text: the view has no title. The case of `language`
    does not matter."""
    return _text(translations, language, view, "title")


def subtitle_of(translations: TranslationSet | None, language: str, view: str) -> str | None:
    """The subtitle of a view, with the same meaning of None and the empty text."""
    return _text(translations, language, view, "subtitle")


def _text(
    translations: TranslationSet | None, language: str, view: str, part: Literal["title", "subtitle"]
) -> str | None:
    views = {} if translations is None else translations.words.get(language.lower(), {})
    for name in (view, GENERAL.get(view, view)):
        text: str | None = views.get(name, {}).get(part)
        if text is not None:
            return text
    return None
