"""Labels, and the transactions that carry them."""

from typing import Any

import pytest

from tests.actors import EndUser
from tests.refusals import access_error, told

LABELS = "/api/v2/labels"


def created(user: EndUser, name: str) -> int:
    answer = user.posts(LABELS, name=name)
    assert answer.status_code == 201, answer.text
    assert answer.json() == {"id": answer.json()["id"], "name": name}
    return int(answer.json()["id"])


def names(user: EndUser, **query: Any) -> list[str]:
    return [label["name"] for label in user.sees_all_pages_of(LABELS, "labels", **query)]


def test_a_label_is_created_read_renamed_and_deleted(alice: EndUser) -> None:
    id = created(alice, "Steuer")
    assert alice.sees(f"{LABELS}/{id}") == {"id": id, "name": "Steuer"}
    assert told(alice.patches(f"{LABELS}/{id}", name="Steuer 2026")) == (200, {"id": id, "name": "Steuer 2026"})
    assert names(alice) == ["Steuer 2026"]
    answer = alice.deletes(f"{LABELS}/{id}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert alice.gets(f"{LABELS}/{id}").status_code == 404
    assert names(alice) == []


def test_a_name_exists_once_for_each_user(alice: EndUser) -> None:
    id = created(alice, "Steuer")
    other = created(alice, "Urlaub")
    for answer in (alice.posts(LABELS, name="Steuer"), alice.patches(f"{LABELS}/{other}", name="Steuer")):
        assert told(answer) == (
            422,
            access_error(answer, "ENTITY_EXISTS", "A label with that name exists already."),
        )
    assert alice.patches(f"{LABELS}/{id}", name="Steuer").status_code == 200
    assert names(alice) == ["Steuer", "Urlaub"]
    created(alice.shop.welcomes("bob"), "Steuer")


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"name": "x" * 288}, 201),
        ({"name": "x" * 289}, 400),
        ({"name": ""}, 400),
        ({"name": "<b>"}, 400),
        ({}, 400),
        ({"name": "x", "colour": "red"}, 400),
    ],
)
def test_limits(alice: EndUser, wish: dict[str, Any], status: int) -> None:
    assert alice.posts(LABELS, **wish).status_code == status


def test_the_list_is_filtered_ordered_and_paged(alice: EndUser) -> None:
    ids = {name: created(alice, name) for name in ("Urlaub Ostsee", "Auto", "ostsee urlaub 2", "Zahnarzt")}
    assert names(alice, search="OSTSEE url") == ["Urlaub Ostsee", "ostsee urlaub 2"]
    assert names(alice, ids=f"{ids['Auto']},{ids['Zahnarzt']},1") == ["Auto", "Zahnarzt"]
    assert names(alice, order="name,desc") == ["Zahnarzt", "Urlaub Ostsee", "ostsee urlaub 2", "Auto"]
    assert names(alice, order="id,desc")[0] == "Zahnarzt"
    page = alice.sees(LABELS, page=2, perPage=3)
    assert [label["name"] for label in page["labels"]] == ["Zahnarzt"]
    assert page["paging"] == {"page": 2, "perPage": 3, "pageCount": 2, "totalCount": 4}


def test_somebody_elses_label_is_as_good_as_none(alice: EndUser) -> None:
    id, bob = created(alice, "Steuer"), alice.shop.welcomes("bob")
    for answer in (
        bob.gets(f"{LABELS}/{id}"),
        bob.patches(f"{LABELS}/{id}", name="x"),
        bob.deletes(f"{LABELS}/{id}"),
    ):
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "UNKNOWN_ENTITY")
    assert told(bob.deletes(LABELS)) == (200, {"identifiers": []})
    assert names(alice) == ["Steuer"]


def test_a_label_that_goes_leaves_the_transactions_that_carried_it(alice: EndUser) -> None:
    alice.connects(accountTypes=["SAVINGS"])
    tax, holiday, car = (created(alice, name) for name in ("Steuer", "Urlaub", "Auto"))
    one, two, three = [row["id"] for row in alice.transactions()[:3]]
    for id, labels in ((one, [holiday, tax]), (two, [tax]), (three, [car, holiday])):
        assert alice.patches(f"/api/v2/transactions/{id}", labelIds=labels).status_code == 200
    assert [row["id"] for row in alice.transactions(labelIds=tax)] == [one, two]
    assert [row["id"] for row in alice.transactions(labelIds=f"{tax},{car}")] == [one, two, three]

    alice.deletes(f"{LABELS}/{tax}")
    assert alice.transactions(labelIds=tax) == []
    assert alice.sees(f"/api/v2/transactions/{one}")["labels"] == [{"id": holiday, "name": "Urlaub"}]
    assert alice.sees(f"/api/v2/transactions/{two}")["labels"] == []

    assert told(alice.deletes(LABELS)) == (200, {"identifiers": [holiday, car]})
    assert all(row["labels"] == [] for row in alice.transactions())


def test_a_new_name_is_seen_on_transactions(alice: EndUser) -> None:
    alice.connects(accountTypes=["SAVINGS"])
    id, transaction = created(alice, "Steuer"), alice.transactions()[0]["id"]
    alice.patches(f"/api/v2/transactions/{transaction}", labelIds=[id])
    alice.patches(f"{LABELS}/{id}", name="Finanzamt")
    assert alice.sees(f"/api/v2/transactions/{transaction}")["labels"] == [{"id": id, "name": "Finanzamt"}]
