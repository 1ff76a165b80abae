"""The tree of global categories."""

import re

import pytest

from mock_server.contract.documents import load, resource
from mock_server.domain import categories
from mock_server.domain.categories import Categories, Category

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
    assert list(TREE) == [
        Category(373, "leisure", "Freizeit", None, None, (378, 377)),
        Category(378, "sport", "Sport & Fitness", 373, "Freizeit"),
        Category(377, "streaming", "Streaming", 373, "Freizeit"),
        Category(418, "insurance", "Versicherung", None, None),
    ]


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


def test_the_known_categories_of_finapi_are_there(shipped: Categories) -> None:
    sport, insurance = shipped.get(378), shipped.get(418)
    assert sport is not None
    assert insurance is not None
    assert (sport.name, sport.parent_id, sport.parent_name) == ("Sport & Fitness", 373, "Freizeit")
    assert (insurance.name, insurance.parent_id) == ("Versicherung", None)


def test_there_are_the_twelve_known_roots(shipped: Categories) -> None:
    assert {category.name for category in shipped if category.parent_id is None} == {
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
        for child in category.children:
            assert by_id[child].parent_id == category.id
        if category.parent_id is not None:
            assert category.children == ()
            assert category.id in by_id[category.parent_id].children
            assert by_id[category.parent_id].name == category.parent_name


def test_no_two_categories_share_an_id_or_a_key_and_siblings_no_name(shipped: Categories) -> None:
    every = list(load(resource("data", "categories.yaml"))["categories"])
    flat = [category for root in every for category in (root, *root.get("children", ()))]
    assert len(flat) == len(list(shipped)) == len({category["key"] for category in flat})
    assert 60 <= len(flat) <= 100  # "about 79"
    assert len({(category.parent_id, category.name) for category in shipped}) == len(flat)


def test_names_are_such_as_finapi_accepts(shipped: Categories) -> None:
    for category in shipped:
        assert 1 <= len(category.name) <= 128
        assert category.id > 0
        assert re.fullmatch(r"[a-z][a-z0-9_]*", category.key)
