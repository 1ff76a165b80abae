"""Categories: global and custom ones, in two languages, and what becomes of transactions when one goes."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.actors import EndUser
from tests.refusals import access_error, told

CATEGORIES = "/api/v2/categories"
LEISURE, SPORT, RENT = 373, 378, 441

Category = dict[str, Any]


def created(user: EndUser, name: str, **more: Any) -> Category:
    answer = user.posts(CATEGORIES, name=name, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def all_of(user: EndUser, **query: Any) -> list[Category]:
    return user.sees_all_pages_of(CATEGORIES, "categories", **query)


class TestReading:
    def test_there_are_twelve_roots_and_what_hangs_under_them(self, alice: EndUser) -> None:
        found = all_of(alice)
        roots = [category for category in found if "parentId" not in category]
        assert len(roots) == 12
        assert not any(category["isCustom"] for category in found)
        children = sorted(id for root in roots for id in root["children"])
        assert children == [category["id"] for category in found if "parentId" in category]

    def test_a_category_has_no_nulls(self, alice: EndUser) -> None:
        assert alice.sees(f"{CATEGORIES}/{SPORT}") == {
            "id": SPORT,
            "name": "Sport & Fitness",
            "parentId": LEISURE,
            "parentName": "Freizeit",
            "isCustom": False,
        }
        assert set(alice.sees(f"{CATEGORIES}/{LEISURE}")) == {"id", "name", "isCustom", "children"}

    @pytest.mark.parametrize(
        ("accepted", "name", "parent"),
        [
            ("en", "Sports & fitness", "Leisure"),
            ("de", "Sport & Fitness", "Freizeit"),
            ("fr", "Sport & Fitness", "Freizeit"),
            ("cs", "Sport & Fitness", "Freizeit"),
        ],
    )
    def test_names_are_german_or_english(
        self, alice: EndUser, http: TestClient, accepted: str, name: str, parent: str
    ) -> None:
        answer = http.get(f"{CATEGORIES}/{SPORT}", headers={**alice.bearer, "accept-language": accepted})
        assert (answer.json()["name"], answer.json()["parentName"]) == (name, parent)

    def test_the_language_is_also_that_of_search_and_order(self, alice: EndUser, http: TestClient) -> None:
        answer = http.get(
            CATEGORIES,
            params={"search": "transport", "order": "name,desc"},
            headers={**alice.bearer, "accept-language": "en"},
        )
        assert [category["name"] for category in answer.json()["categories"]] == ["Public transport"]
        assert all_of(alice, search="transport") == []

    def test_the_list_is_filtered_ordered_and_paged(self, alice: EndUser) -> None:
        dog, cat = created(alice, "Hund"), created(alice, "Affe")
        assert [category["id"] for category in all_of(alice, isCustom="true")] == [dog["id"], cat["id"]]
        assert len(all_of(alice)) == len(all_of(alice, isCustom="false")) + 2
        page = alice.sees(CATEGORIES, order="isCustom,desc,name,asc", perPage=3)
        assert [category["name"] for category in page["categories"][:2]] == ["Affe", "Hund"]
        assert page["paging"]["perPage"] == 3
        assert page["paging"]["totalCount"] == len(all_of(alice))
        assert [category["id"] for category in all_of(alice, ids=f"{SPORT},{dog['id']},1")] == [SPORT, dog["id"]]

    def test_an_unknown_category_is_not_found(self, alice: EndUser) -> None:
        answer = alice.gets(f"{CATEGORIES}/99")
        assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", "Category with ID '99' not found."))


class TestCreating:
    def test_a_user_adds_a_category_at_the_top_and_one_below(self, alice: EndUser) -> None:
        animals = created(alice, "Tiere")
        assert animals == {"id": animals["id"], "name": "Tiere", "isCustom": True}
        dog = created(alice, "Hund", parentId=animals["id"])
        assert dog == {
            "id": dog["id"],
            "name": "Hund",
            "parentId": animals["id"],
            "parentName": "Tiere",
            "isCustom": True,
        }
        assert alice.sees(f"{CATEGORIES}/{animals['id']}")["children"] == [dog["id"]]

    def test_a_global_category_gets_children_for_this_user_only(self, alice: EndUser) -> None:
        bob = alice.shop.welcomes("bob")
        climbing = created(alice, "Klettern", parentId=LEISURE)
        assert climbing["parentName"] == "Freizeit"
        assert climbing["id"] in alice.sees(f"{CATEGORIES}/{LEISURE}")["children"]
        assert climbing["id"] not in bob.sees(f"{CATEGORIES}/{LEISURE}")["children"]
        assert bob.gets(f"{CATEGORIES}/{climbing['id']}").status_code == 404
        assert all_of(bob, isCustom=True) == []
        assert bob.posts(CATEGORIES, name="Bouldern", parentId=climbing["id"]).status_code == 404

    def test_a_name_is_taken_only_among_its_siblings(self, alice: EndUser) -> None:
        created(alice, "Hund")
        created(alice, "Hund", parentId=LEISURE)
        for taken in ({"name": "Hund"}, {"name": "Hund", "parentId": LEISURE}, {"name": "Freizeit"}):
            answer = alice.posts(CATEGORIES, **taken)
            message = "A category with that name exists already on this level."
            assert told(answer) == (422, access_error(answer, "ENTITY_EXISTS", message))
        assert len(all_of(alice, isCustom=True)) == 2

    def test_there_is_no_third_level(self, alice: EndUser) -> None:
        answer = alice.posts(CATEGORIES, name="Hund", parentId=SPORT)
        message = "parentId names a sub-category; choose a main category, there are two levels only."
        assert told(answer) == (422, access_error(answer, "ILLEGAL_ENTITY_STATE", message))

    @pytest.mark.parametrize(
        ("wish", "status"),
        [
            ({"name": "x" * 128}, 201),
            ({"name": "Azé09 &(){}[].:,;?!+-_$@#~`^€"}, 201),
            ({"name": "x" * 129}, 400),
            ({"name": ""}, 400),
            ({"name": "a<b"}, 400),
            ({}, 400),
            ({"name": "Hund", "parentId": 99}, 404),
        ],
    )
    def test_limits(self, alice: EndUser, wish: dict[str, Any], status: int) -> None:
        assert alice.posts(CATEGORIES, **wish).status_code == status


class TestRenaming:
    def test_a_new_name_is_seen_everywhere(self, alice: EndUser) -> None:
        animals = created(alice, "Tiere")
        dog = created(alice, "Hund", parentId=animals["id"])
        answer = alice.patches(f"{CATEGORIES}/{animals['id']}", name="Haustiere")
        assert told(answer) == (200, {**animals, "name": "Haustiere", "children": [dog["id"]]})
        assert alice.sees(f"{CATEGORIES}/{dog['id']}")["parentName"] == "Haustiere"

    def test_a_sibling_may_have_the_name_already(self, alice: EndUser) -> None:
        created(alice, "Hund")
        cat = created(alice, "Katze")
        assert alice.patches(f"{CATEGORIES}/{cat['id']}", name="Katze").status_code == 200
        assert alice.patches(f"{CATEGORIES}/{cat['id']}", name="Hund").status_code == 422
        assert alice.sees(f"{CATEGORIES}/{cat['id']}")["name"] == "Katze"

    def test_only_ones_own_can_be_renamed(self, alice: EndUser) -> None:
        own = created(alice, "Hund")
        answer = alice.patches(f"{CATEGORIES}/{SPORT}", name="Sport")
        message = "Global categories can neither be edited nor deleted; only those whose isCustom is true."
        assert told(answer) == (422, access_error(answer, "ILLEGAL_ENTITY_STATE", message))
        assert alice.shop.welcomes("bob").patches(f"{CATEGORIES}/{own['id']}", name="x").status_code == 404
        assert alice.patches(f"{CATEGORIES}/{own['id']}", name="x", parentId=LEISURE).status_code == 400


class TestDeleting:
    def test_sub_categories_go_too_and_transactions_have_none_afterwards(self, alice: EndUser) -> None:
        alice.connects(accountTypes=["SAVINGS"])
        animals = created(alice, "Tiere")
        dog = created(alice, "Hund", parentId=animals["id"])
        one, two, three = [row["id"] for row in alice.transactions()[:3]]
        for id, category in ((one, animals), (two, dog)):
            answer = alice.patches(f"/api/v2/transactions/{id}", categoryId=category["id"], trainCategorization=False)
            assert answer.json()["category"]["id"] == category["id"]
        before = alice.sees(f"/api/v2/transactions/{three}")

        answer = alice.deletes(f"{CATEGORIES}/{animals['id']}")
        assert (answer.status_code, answer.content) == (200, b"")
        assert all_of(alice, isCustom=True) == []
        assert [row["id"] for row in alice.transactions(categoryIds=0)] == [one, two]
        assert alice.sees(f"/api/v2/transactions/{three}") == before

    def test_what_was_taught_about_it_is_forgotten(self, alice: EndUser) -> None:
        dog = created(alice, "Hund")
        alice.posts(
            f"{CATEGORIES}/trainCategorization",
            categoryId=dog["id"],
            transactionData=[{"accountTypeId": 1, "amount": -1, "counterpart": "Gasthaus Zur Leine"}],
        )
        sample = {"transactionId": "t", "accountTypeId": 1, "amount": -2, "counterpart": "Gasthaus Zur Leine"}
        assert checked(alice, sample)["category"]["id"] == dog["id"]
        alice.deletes(f"{CATEGORIES}/{dog['id']}")
        assert checked(alice, sample)["category"]["name"] == "Restaurants & Cafés"

    def test_global_ones_stay(self, alice: EndUser) -> None:
        answer = alice.deletes(f"{CATEGORIES}/{SPORT}")
        message = "Global categories can neither be edited nor deleted; only those whose isCustom is true."
        assert told(answer) == (422, access_error(answer, "ILLEGAL_ENTITY_STATE", message))
        assert alice.deletes(f"{CATEGORIES}/99").status_code == 404

    def test_all_of_ones_own_at_once(self, alice: EndUser) -> None:
        bob = alice.shop.welcomes("bob")
        his = created(bob, "Hund")
        animals = created(alice, "Tiere")
        dog = created(alice, "Hund", parentId=animals["id"])
        assert told(alice.deletes(CATEGORIES)) == (200, {"identifiers": [animals["id"], dog["id"]]})
        assert told(alice.deletes(CATEGORIES)) == (200, {"identifiers": []})
        assert all_of(alice) == all_of(alice, isCustom=False)
        assert all_of(bob, isCustom=True) == [his]


def checked(user: EndUser, sample: dict[str, Any]) -> dict[str, Any]:
    answer = user.posts("/api/v2/tests/checkCategorization", transactionData=[sample])
    assert answer.status_code == 200, answer.text
    return answer.json()["categorizationCheckResult"][0]
