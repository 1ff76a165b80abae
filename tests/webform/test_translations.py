from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.actors import Admin, EndUser, Shop
from tests.refusals import told, webform_error

TRANSLATIONS = "/api/translations"
Json = dict[str, Any]

WORDS: Json = {
    "de": {
        "bankSearchView": {"title": "Bank wählen"},
        "bankLoginView": {"title": "Anmelden", "subtitle": ""},
        "scaChallengeView": {"title": "Freigeben"},
        "scaChallengeViewPis": {"title": "Zahlung freigeben", "subtitle": "Mit der TAN"},
    },
    "tr": {"errorView": {"title": ""}},
}


def creates(admin: Admin, **words: Any) -> Json:
    answer = admin.posts(TRANSLATIONS, **words)
    assert answer.status_code == 201, answer.text
    created: Json = answer.json()
    return created


def path_of(translations: Json) -> str:
    return f"{TRANSLATIONS}/{translations['id']}"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (WORDS, WORDS),
        ({}, {}),
        ({"de": {}, "en": None, "fr": {"errorView": None}}, {"de": {}, "fr": {}}),
    ],
)
def test_a_set_shows_what_was_given(admin: Admin, words: Json, shown: Json) -> None:
    created = creates(admin, **words)
    assert created == {"id": created["id"], "createdAt": "2026-08-13T10:00:00.000+0000", **shown}
    assert len(created["id"]) == 36
    assert admin.sees(path_of(created)) == created
    assert admin.sees(TRANSLATIONS) == {
        "items": [created],
        "paging": {"page": 1, "perPage": 20, "pageCount": 1, "totalCount": 1},
    }


def test_there_is_one_set_and_to_change_it_it_is_made_anew(admin: Admin) -> None:
    first = creates(admin, **WORDS)
    answer = admin.posts(TRANSLATIONS, en={})
    words = f"There is a translation set already; delete '{first['id']}' first."
    assert told(answer) == (422, webform_error(answer, "ENTITY_EXISTS", words))
    assert admin.patches(path_of(first), en={}).status_code == 405
    assert admin.sees(TRANSLATIONS)["items"] == [first]
    deleted = admin.deletes(path_of(first))
    assert (deleted.status_code, deleted.content) == (200, b"")
    assert admin.sees(TRANSLATIONS)["paging"]["totalCount"] == 0
    assert creates(admin, en={})["id"] != first["id"]


@pytest.mark.parametrize(
    ("words", "field", "message"),
    [
        ({"DE": {}}, "DE", "There is no such field."),
        ({"pt": {}}, "pt", "There is no such field."),
        ({"de": {"bankSerchView": {}}}, "de.bankSerchView", "There is no such field. Did you mean 'bankSearchView'?"),
        ({"de": {"bankSearchView": {}}}, "de.bankSearchView.title", "Field is missing."),
        ({"de": {"bankSearchView": {"title": None}}}, "de.bankSearchView.title", "Must be a string, not null."),
        ({"de": {"errorView": {"title": "x", "subtitle": "y"}}}, "de.errorView.subtitle", "There is no such field."),
        ({"de": {"bankLoginView": {"subtitle": "x" * 513}}}, "de.bankLoginView.subtitle", "Must have at most 512"),
    ],
)
def test_a_malformed_set_is_refused_by_field(admin: Admin, words: Json, field: str, message: str) -> None:
    answer = admin.posts(TRANSLATIONS, **words)
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["field"] == field
    assert error["message"].startswith(message)
    assert admin.sees(TRANSLATIONS)["items"] == []


def test_a_set_that_does_not_exist_is_named_in_the_refusal(admin: Admin) -> None:
    creates(admin, **WORDS)
    path = f"{TRANSLATIONS}/{'0' * 36}"
    for answer in (admin.gets(path), admin.deletes(path)):
        words = f"There is no translation set '{'0' * 36}'."
        assert told(answer) == (404, webform_error(answer, "NOT_FOUND", words))


def test_translations_are_the_admins_business(admin: Admin, alice: EndUser) -> None:
    path = path_of(creates(admin, **WORDS))
    for caller in (alice.bearer, alice.shop.bearer()):
        for answer in (
            admin.http.get(TRANSLATIONS, headers=caller),
            admin.http.post(TRANSLATIONS, json={}, headers=caller),
            admin.http.get(path, headers=caller),
            admin.http.delete(path, headers=caller),
        ):
            assert told(answer) == (403, webform_error(answer, "FORBIDDEN", "Access is denied"))
    assert admin.sees(path)["de"] == WORDS["de"]


def test_each_mandator_has_its_own(admin: Admin, http: TestClient) -> None:
    path = path_of(creates(admin, **WORDS))
    others = Shop(http, "bakery-admin")
    assert others.sees(TRANSLATIONS)["items"] == []
    assert others.gets(path).status_code == 404
    assert http.post(TRANSLATIONS, json={}, headers=others.bearer()).status_code == 201
