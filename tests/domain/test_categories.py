"""The tree of global categories."""

import re
from typing import Any

import pytest

from mock_server.contract.documents import load, resource
from mock_server.domain import categories
from mock_server.domain.categories import Categories, Category
from mock_server.errors import ApiError, Refusal

TREE = categories.from_data(
    {
        "categories": [
            {
                "id": 373,
                "key": "leisure",
                "name": {"de": "Freizeit", "en": "Leisure"},
                "children": [
                    {"id": 378, "key": "sport", "name": {"de": "Sport & Fitness", "en": "Sports & fitness"}},
                    {"id": 377, "key": "streaming", "name": {"de": "Streaming", "en": "Streaming"}},
                ],
            },
            {"id": 418, "key": "insurance", "name": {"de": "Versicherung", "en": "Insurance"}},
        ]
    }
)


@pytest.fixture(scope="module")
def shipped() -> Categories:
    return categories.from_data(load(resource("data", "categories.yaml")))


def test_a_root_knows_its_children_and_a_child_its_root() -> None:
    leisure, sport, _, insurance = TREE
    assert [category.id for category in TREE] == [373, 378, 377, 418]
    assert [category.parent_id for category in TREE] == [None, 373, 373, None]
    assert list(TREE.children(leisure)) == [378, 377]
    assert not TREE.children(sport)
    assert not TREE.children(insurance)
    assert not any(category.is_custom for category in TREE)


def test_a_category_is_found_by_id_and_by_key() -> None:
    assert TREE.get(378) is TREE.named("sport")
    assert TREE.get(1) is None
    with pytest.raises(KeyError):
        TREE.named("gambling")


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (set(), set()),
        ({373}, {373, 377, 378}),
        ({378}, {378}),
        ({418, 373}, {373, 377, 378, 418}),
        ({0, 99}, {0, 99}),  # 0 stands for "no category", and who knows what else is asked for
    ],
)
def test_a_category_takes_its_children_along(ids: set[int], expected: set[int]) -> None:
    assert TREE.with_children(ids) == expected


def custom(id: int, name: str, parent_id: int | None = None) -> Category:
    return Category(id, "", {"de": name}, parent_id, "alice")


OWN = [custom(1, "Hund"), custom(2, "Tierarzt", 1), custom(3, "Klettern", 373)]
SEEN = TREE.seen_by(OWN, "en")


def test_a_user_sees_its_own_categories_among_the_global_ones() -> None:
    assert [category.id for category in SEEN] == [373, 378, 377, 418, 1, 2, 3]
    assert list(SEEN.children(SEEN.find(373))) == [378, 377, 3]
    assert list(SEEN.children(SEEN.find(1))) == [2]
    assert SEEN.with_children({1, 373}) == {1, 2, 3, 373, 377, 378}
    assert TREE.get(1) is None


def test_names_are_in_the_readers_language_where_there_is_one() -> None:
    assert TREE.name(TREE.find(378)) == "Sport & Fitness"
    assert SEEN.name(SEEN.find(378)) == "Sports & fitness"
    assert SEEN.name(SEEN.find(1)) == "Hund"
    czech = TREE.seen_by([], "cs")
    assert czech.name(czech.find(378)) == "Sport & Fitness"


def test_whoever_has_nothing_of_its_own_shares_the_global_ones() -> None:
    assert TREE.seen_by([], "de") is TREE


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {373, 378, 377, 418, 1, 2, 3}),
        ({"ids": [1, 418, 99]}, {1, 418}),
        ({"ids": []}, set()),
        ({"isCustom": True}, {1, 2, 3}),
        ({"isCustom": False}, {373, 378, 377, 418}),
        ({"search": "FITNESS sports"}, {378}),
        ({"search": "versicherung"}, set()),  # it is called Insurance in the reader's language
        ({"search": "t", "isCustom": True}, {2, 3}),
    ],
)
def test_a_category_must_pass_every_filter(query: dict[str, Any], found: set[int]) -> None:
    assert {category.id for category in categories.matching(SEEN, query)} == found


@pytest.mark.parametrize("query", [{"name": "Hund", "parent": 373}, {"name": "Tierarzt", "parent": None}])
def test_a_name_may_be_taken_on_another_level(query: dict[str, Any]) -> None:
    assert categories.create(9, "alice", query["name"], query["parent"], SEEN).owner == "alice"


@pytest.mark.parametrize(
    ("name", "parent", "refusal"),
    [
        ("Hund", None, Refusal.ENTITY_EXISTS),
        ("Freizeit", None, Refusal.ENTITY_EXISTS),
        ("Leisure", None, Refusal.ENTITY_EXISTS),  # in whichever language
        ("Tierarzt", 1, Refusal.ENTITY_EXISTS),
        ("Sport & Fitness", 373, Refusal.ENTITY_EXISTS),
        ("Katze", 2, Refusal.ILLEGAL_ENTITY_STATE),
        ("Katze", 378, Refusal.ILLEGAL_ENTITY_STATE),
        ("Katze", 99, Refusal.UNKNOWN_ENTITY),
    ],
)
def test_a_category_that_cannot_be_created(name: str, parent: int | None, refusal: Refusal) -> None:
    with pytest.raises(ApiError) as refused:
        categories.create(9, "alice", name, parent, SEEN)
    assert refused.value.refusal is refusal


def test_a_category_may_keep_its_name_but_not_take_its_siblings() -> None:
    assert categories.rename(OWN[0], "Hund", SEEN) == OWN[0]
    assert SEEN.name(categories.rename(OWN[0], "Katze", SEEN)) == "Katze"
    with pytest.raises(ApiError) as refused:
        categories.rename(OWN[2], "Streaming", SEEN)
    assert refused.value.refusal is Refusal.ENTITY_EXISTS


def test_a_global_category_stays_as_it_is() -> None:
    with pytest.raises(ApiError) as refused:
        categories.rename(SEEN.find(378), "Sport", SEEN)
    assert refused.value.refusal is Refusal.ILLEGAL_ENTITY_STATE


def test_the_known_categories_of_finapi_are_there(shipped: Categories) -> None:
    sport, insurance = shipped.get(378), shipped.get(418)
    assert sport is not None
    assert insurance is not None
    assert (shipped.name(sport), sport.parent_id) == ("Sport & Fitness", 373)
    assert shipped.name(shipped.find(373)) == "Freizeit"
    assert (shipped.name(insurance), insurance.parent_id) == ("Versicherung", None)


def test_there_are_the_twelve_known_roots(shipped: Categories) -> None:
    assert {shipped.name(category) for category in shipped if category.parent_id is None} == {
        "Mobilität",
        "Einnahmen",
        "Bank & Kredit",
        "Gesundheit & Wellness",
        "Freizeit",
        "Kinder",
        "Shopping",
        "Lebenshaltung",
        "Reisen",
        "Versicherung",
        "Wohnen",
        "Sparen & Anlegen",
    }


def test_the_tree_has_two_levels(shipped: Categories) -> None:
    by_id = {category.id: category for category in shipped}
    for category in by_id.values():
        assert all(by_id[child].parent_id == category.id for child in shipped.children(category))
        if category.parent_id is not None:
            assert not shipped.children(category)
            assert category.id in shipped.children(by_id[category.parent_id])


def test_no_two_categories_share_an_id_or_a_key_and_siblings_no_name(shipped: Categories) -> None:
    every = list(load(resource("data", "categories.yaml"))["categories"])
    flat = [category for root in every for category in (root, *root.get("children", ()))]
    assert len(flat) == len(list(shipped)) == len({category["key"] for category in flat})
    assert 60 <= len(flat) <= 100  # "about 79"
    for language in ("de", "en"):
        assert len({(category.parent_id, category.names[language]) for category in shipped}) == len(flat)


def test_names_are_such_as_finapi_accepts(shipped: Categories) -> None:
    for category in shipped:
        assert set(category.names) == {"de", "en"}
        assert all(1 <= len(name) <= 128 for name in category.names.values())
        assert category.id > 0
        assert re.fullmatch(r"[a-z][a-z0-9_]*", category.key)
