"""Profiles and translation sets as Web Form 2.0 shows them: what was given, and nothing for what was not."""

from collections.abc import Callable
from typing import Any, TypeVar

from mock_server.clock import webform_timestamp
from mock_server.domain.profiles import Profile
from mock_server.domain.translations import TranslationSet
from mock_server.paging import Page

Json = dict[str, Any]
T = TypeVar("T")


def profile(profile: Profile) -> Json:
    return {
        "id": profile.id,
        "label": profile.label,
        "createdAt": webform_timestamp(profile.created_at),
        "default": profile.is_default,
        **profile.settings,
    }


def translation_set(translations: TranslationSet) -> Json:
    return {"id": translations.id, "createdAt": webform_timestamp(translations.created_at), **translations.words}


def page(page: Page[T], view: Callable[[T], Json]) -> Json:
    return {"items": [view(item) for item in page.items], "paging": page.paging()}
