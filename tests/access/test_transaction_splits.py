"""Splitting transactions, and what the two views show of it."""

from typing import Any

import pytest

from tests.actors import EndUser
from tests.refusals import access_error, told

TRANSACTIONS = "/api/v2/transactions"
SPORT = 378

Json = Any


@pytest.fixture
def alice(alice: EndUser) -> EndUser:
    """A user with a few transactions."""
    alice.connects(accountTypes=["SAVINGS"])
    return alice


def split(user: EndUser, id: int, *parts: Json) -> Json:
    answer = user.posts(f"{TRANSACTIONS}/{id}/split", subTransactions=list(parts))
    assert answer.status_code == 200, answer.text
    return answer.json()


def restored(user: EndUser, id: int) -> Any:
    return user.http.post(f"{TRANSACTIONS}/{id}/restore", headers=user.bearer)


def view(user: EndUser, name: str, **query: Any) -> Json:
    return user.sees(TRANSACTIONS, view=name, perPage=500, **query)


def ids(answer: Json) -> list[int]:
    return [row["id"] for row in answer["transactions"]]


def test_the_user_sees_the_parts_and_the_bank_the_whole(alice: EndUser) -> None:
    before = view(alice, "bankView")
    first = before["transactions"][0]
    whole = split(alice, first["id"], {"amount": first["amount"] - 1, "purpose": "Teil"}, {"amount": 1})
    one, two = whole["children"]
    assert whole == {**first, "children": [one, two]}
    part = alice.sees(f"{TRANSACTIONS}/{one}")
    assert part == {
        **first,
        "id": one,
        "parentId": first["id"],
        "amount": first["amount"] - 1,
        "purpose": "Teil",
        "cleanedPurpose": "Teil",
    }

    bank, user = view(alice, "bankView"), view(alice, "userView")
    assert ids(bank) == ids(before)
    assert bank["transactions"][0] == whole
    assert ids(user) == [*ids(before)[1:], one, two]
    for total in ("income", "spending", "balance"):
        assert bank[total] == before[total]
    assert user["balance"] == before["balance"]
    assert user["paging"]["totalCount"] == before["paging"]["totalCount"] + 1


def test_totals_follow_the_view(alice: EndUser) -> None:
    first = view(alice, "bankView")["transactions"][0]
    before = view(alice, "userView")
    split(alice, first["id"], {"amount": first["amount"] + 500}, {"amount": -500})
    after = view(alice, "userView")
    assert after["balance"] == before["balance"]
    assert after["income"] == pytest.approx(before["income"] + 500)
    assert after["spending"] == pytest.approx(before["spending"] - 500)


def test_parts_have_categories_labels_and_flags_of_their_own(alice: EndUser) -> None:
    first = view(alice, "bankView")["transactions"][0]
    label = alice.posts("/api/v2/labels", name="Steuer").json()["id"]
    alice.patches(f"{TRANSACTIONS}/{first['id']}", labelIds=[label])
    one, two = split(
        alice,
        first["id"],
        {"amount": first["amount"] - 1, "categoryId": SPORT, "labelIds": [label]},
        {"amount": 1, "categoryId": 0},
    )["children"]
    assert ids(view(alice, "userView", categoryIds=SPORT)) == [one]
    assert ids(view(alice, "userView", categoryIds=0)) == [two]
    assert ids(view(alice, "userView", labelIds=label)) == [one]
    assert ids(view(alice, "bankView", labelIds=label)) == [first["id"]]
    alice.patches(f"{TRANSACTIONS}/{two}", isNew=False, labelIds=[label])
    assert ids(view(alice, "userView", isNew=False)) == [two]
    assert ids(view(alice, "userView", labelIds=label, order="parentId,desc,id,desc")) == [two, one]


def test_counterparts_of_parts_are_found(alice: EndUser) -> None:
    first = view(alice, "bankView")["transactions"][0]
    party = {
        "counterpart": "TueV Bayern",
        "counterpartAccountNumber": "61110500",
        "counterpartIban": "DE13700800000061110500",
        "counterpartBic": "DRESDEFF700",
        "counterpartBlz": "70080000",
    }
    one, _ = split(alice, first["id"], {"amount": 1, **party}, {"amount": first["amount"] - 1})["children"]
    part = alice.sees(f"{TRANSACTIONS}/{one}")
    shown = {name if name != "counterpart" else "counterpartName": text for name, text in party.items()}
    assert {name: part[name] for name in shown} == shown
    assert ids(view(alice, "userView", counterpart="bayern 61110500")) == [one]
    assert ids(view(alice, "bankView", counterpart="bayern")) == []


def test_splitting_again_replaces_the_parts(alice: EndUser) -> None:
    first = view(alice, "bankView")["transactions"][0]
    amount = first["amount"]
    former = split(alice, first["id"], {"amount": amount - 1}, {"amount": 1})["children"]
    now = split(alice, first["id"], {"amount": amount - 3}, {"amount": 1}, {"amount": 2})["children"]
    assert len(now) == 3
    assert not set(former) & set(now)
    assert [alice.gets(f"{TRANSACTIONS}/{id}").status_code for id in former] == [404, 404]


def test_put_together_again_it_is_as_before(alice: EndUser) -> None:
    before = view(alice, "userView")
    first = before["transactions"][0]
    parts = split(alice, first["id"], {"amount": first["amount"] - 1}, {"amount": 1})["children"]
    assert told(restored(alice, first["id"])) == (200, first)
    assert view(alice, "userView") == before == view(alice, "bankView")
    assert alice.gets(f"{TRANSACTIONS}/{parts[0]}").status_code == 404
    assert told(restored(alice, first["id"])) == (200, first)  # once more does no harm


def test_a_part_is_neither_split_nor_restored_nor_deleted(alice: EndUser) -> None:
    first = view(alice, "bankView")["transactions"][0]
    part, other = split(alice, first["id"], {"amount": first["amount"] - 1}, {"amount": 1})["children"]
    refusals = {
        "split": alice.posts(f"{TRANSACTIONS}/{part}/split", subTransactions=[{"amount": 1}, {"amount": 1}]),
        "restored": restored(alice, part),
        "deleted": alice.deletes(f"{TRANSACTIONS}/{part}"),
    }
    for verb, answer in refusals.items():
        message = f"The transaction is a part of a split one and cannot be {verb}; use its parentId {first['id']}."
        assert told(answer) == (422, access_error(answer, "ILLEGAL_ENTITY_STATE", message))
    assert alice.sees(f"{TRANSACTIONS}/{first['id']}")["children"] == [part, other]


@pytest.mark.parametrize(
    ("parts", "status", "code"),
    [
        ([], 422, "ILLEGAL_FIELD_VALUE"),
        ([{}], 422, "ILLEGAL_FIELD_VALUE"),
        ([{}, {"amount": 1}], 422, "ILLEGAL_FIELD_VALUE"),
        ([{}, {"amount": 0.001}], 422, "ILLEGAL_FIELD_VALUE"),
        ([{}, {"categoryId": 99}], 404, "UNKNOWN_ENTITY"),
        ([{}, {"labelIds": [99]}], 404, "UNKNOWN_ENTITY"),
        ([{}, {"purpose": ""}], 400, "BAD_REQUEST"),
        ([{}, {"purpose": "x" * 2001}], 400, "BAD_REQUEST"),
        ([{}, {"counterpart": "x" * 81}], 400, "BAD_REQUEST"),
        ([{}, {"colour": "red"}], 400, "BAD_REQUEST"),
    ],
)
def test_a_refused_split_leaves_the_transaction_as_it_was(
    alice: EndUser, parts: list[Json], status: int, code: str
) -> None:
    """The first part has the whole amount and the second none, unless it says something else."""
    before = view(alice, "userView")
    first = before["transactions"][0]
    wishes = [{"amount": 0 if position else first["amount"], **part} for position, part in enumerate(parts)]
    answer = alice.posts(f"{TRANSACTIONS}/{first['id']}/split", subTransactions=wishes)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
    assert view(alice, "userView") == before


def test_somebody_elses_transaction_cannot_be_split(alice: EndUser) -> None:
    bob, first = alice.shop.welcomes("bob"), view(alice, "bankView")["transactions"][0]
    wishes = [{"amount": first["amount"]}, {"amount": 0}]
    assert bob.posts(f"{TRANSACTIONS}/{first['id']}/split", subTransactions=wishes).status_code == 404
    assert restored(bob, first["id"]).status_code == 404
