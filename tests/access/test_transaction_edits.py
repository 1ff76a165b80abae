"""Editing transactions: one, several, all."""

from dataclasses import replace
from typing import Any

import pytest

from mock_server.app import App
from mock_server.domain.transactions import Transaction
from tests.actors import EndUser
from tests.refusals import access_error, told

TRANSACTIONS = "/api/v2/transactions"
SPORT, RENT = 378, 441

Json = Any


@pytest.fixture
def alice(alice: EndUser) -> EndUser:
    """A user with a few transactions."""
    alice.connects(accountTypes=["SAVINGS"])
    return alice


def flagged(app: App, id: int, **flags: Any) -> None:
    """The bank's next update would do this; here it is done by hand."""
    world = app.worlds.of_mandator("shop")
    assert world is not None
    transaction = world.store.find(Transaction, id)
    assert transaction is not None
    world.store.put(replace(transaction, **flags))


def labels(user: EndUser, *names: str) -> list[int]:
    return [user.posts("/api/v2/labels", name=name).json()["id"] for name in names]


class TestOne:
    def test_everything_that_can_change_changes_and_nothing_else(self, alice: EndUser, app: App) -> None:
        tax, holiday = labels(alice, "Steuer", "Urlaub")
        before = alice.transactions()[0]
        flagged(app, before["id"], is_potential_duplicate=True)
        path = f"{TRANSACTIONS}/{before['id']}"
        assert alice.sees(path) == {**before, "isPotentialDuplicate": True}
        answer = alice.patches(
            path, isNew=False, isPotentialDuplicate=False, categoryId=SPORT, labelIds=[holiday, tax, tax]
        )
        assert told(answer) == (
            200,
            {
                **before,
                "isNew": False,
                "category": alice.sees(f"/api/v2/categories/{SPORT}"),
                "labels": [{"id": tax, "name": "Steuer"}, {"id": holiday, "name": "Urlaub"}],
            },
        )
        assert alice.sees(path) == answer.json()

    def test_zero_takes_the_category_away_and_an_empty_list_the_labels(self, alice: EndUser) -> None:
        path = f"{TRANSACTIONS}/{alice.transactions()[0]['id']}"
        alice.patches(path, labelIds=labels(alice, "Steuer"))
        after = alice.patches(path, categoryId=0, labelIds=[]).json()
        assert "category" not in after
        assert after["labels"] == []

    def test_what_is_not_named_stays(self, alice: EndUser) -> None:
        path = f"{TRANSACTIONS}/{alice.transactions()[0]['id']}"
        alice.patches(path, isNew=False, categoryId=SPORT, labelIds=labels(alice, "Steuer"))
        before = alice.sees(path)
        assert alice.patches(path, isNew=True).json() == {**before, "isNew": True}

    @pytest.mark.parametrize(
        ("wish", "status", "code", "message"),
        [
            (
                {"isPotentialDuplicate": True},
                422,
                "ILLEGAL_FIELD_VALUE",
                "isPotentialDuplicate can only be set to false; finAPI alone decides what may be a duplicate.",
            ),
            ({"categoryId": 99}, 404, "UNKNOWN_ENTITY", "Category with ID '99' not found."),
            ({"labelIds": [99]}, 404, "UNKNOWN_ENTITY", "Label with ID '99' not found."),
            (
                {"trainCategorization": False},
                400,
                "MISSING_FIELD",
                "At least one of isNew, isPotentialDuplicate, categoryId, labelIds must be given.",
            ),
        ],
    )
    def test_a_refused_edit_changes_nothing(
        self, alice: EndUser, wish: Json, status: int, code: str, message: str
    ) -> None:
        before = alice.transactions()[0]
        answer = alice.patches(f"{TRANSACTIONS}/{before['id']}", **wish)
        assert told(answer) == (status, access_error(answer, code, message))
        answer = alice.patches(f"{TRANSACTIONS}/{before['id']}", isNew=False, **wish)
        if "trainCategorization" not in wish:
            assert answer.status_code == status
            assert alice.transactions()[0] == before

    def test_somebody_elses_transaction_category_and_label_are_as_good_as_none(self, alice: EndUser) -> None:
        bob = alice.shop.welcomes("bob")
        path = f"{TRANSACTIONS}/{alice.transactions()[0]['id']}"
        his_category = bob.posts("/api/v2/categories", name="Hund").json()["id"]
        [his_label] = labels(bob, "Steuer")
        assert bob.patches(path, isNew=False).status_code == 404
        assert alice.patches(path, categoryId=his_category).status_code == 404
        assert alice.patches(path, labelIds=[his_label]).status_code == 404

    @pytest.mark.parametrize(("trains", "expected"), [({}, SPORT), ({"trainCategorization": False}, None)])
    @pytest.mark.parametrize("several", [False, True])
    def test_a_new_category_is_learnt_unless_the_client_says_no(
        self, alice: EndUser, trains: Json, expected: int | None, several: bool
    ) -> None:
        row = next(row for row in alice.transactions() if row["amount"] < 0)
        if several:
            alice.patches(TRANSACTIONS, ids=[row["id"]], categoryId=SPORT, **trains)
        else:
            alice.patches(f"{TRANSACTIONS}/{row['id']}", categoryId=SPORT, **trains)
        sample = {
            "transactionId": "t",
            "accountTypeId": 2,
            "amount": -1,
            "counterpart": row["counterpartName"],
            "counterpartIban": row["counterpartIban"],
        }
        answer = alice.posts("/api/v2/tests/checkCategorization", transactionData=[sample]).json()
        [result] = answer["categorizationCheckResult"]
        assert result.get("category", {}).get("id") == expected


class TestSeveral:
    def test_it_names_those_that_are_different_afterwards(self, alice: EndUser) -> None:
        one, two, three = [row["id"] for row in alice.transactions()[:3]]
        alice.patches(f"{TRANSACTIONS}/{two}", isNew=False)
        answer = alice.patches(TRANSACTIONS, ids=[three, two, one, 99], isNew=False)
        assert told(answer) == (200, {"identifiers": [one, three]})
        assert [row["id"] for row in alice.transactions(isNew=False)] == [one, two, three]
        assert told(alice.patches(TRANSACTIONS, ids=[one, two], isNew=False)) == (200, {"identifiers": []})

    def test_category_and_labels_of_the_named_ones(self, alice: EndUser) -> None:
        ids = [row["id"] for row in alice.transactions()[:3]]
        [tax] = labels(alice, "Steuer")
        answer = alice.patches(TRANSACTIONS, ids=ids, categoryId=SPORT, labelIds=[tax])
        assert told(answer) == (200, {"identifiers": ids})
        assert [row["id"] for row in alice.transactions(categoryIds=SPORT, labelIds=tax)] == ids

    def test_accounts_limit_it(self, alice: EndUser) -> None:
        alice.connects(bank=280002, accountTypes=["SAVINGS"])
        first, second = (account["id"] for account in alice.accounts())
        one = alice.transactions(accountIds=first)[0]["id"]
        two = alice.transactions(accountIds=second)[0]["id"]
        answer = alice.patches(TRANSACTIONS, ids=[one, two], accountIds=[second, 99], isNew=False)
        assert told(answer) == (200, {"identifiers": [two]})

    def test_without_ids_all_are_meant(self, alice: EndUser) -> None:
        bob = alice.shop.welcomes("bob")
        bob.connects(accountTypes=["SAVINGS"])
        all_of_hers = [row["id"] for row in alice.transactions()]
        assert told(alice.patches(TRANSACTIONS, isNew=False)) == (200, {"identifiers": all_of_hers})
        assert bob.transactions(isNew=False) == []

    def test_without_ids_there_is_neither_category_nor_label(self, alice: EndUser) -> None:
        answer = alice.patches(TRANSACTIONS, categoryId=0, labelIds=[], isNew=False)
        messages = (
            "Field 'categoryId' not valid: Can only be set together with ids.",
            "Field 'labelIds' not valid: Can only be set together with ids.",
        )
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", *messages))
        assert alice.transactions(isNew=False) == []

    def test_a_list_without_ids_means_none(self, alice: EndUser) -> None:
        assert told(alice.patches(TRANSACTIONS, ids=[], categoryId=SPORT)) == (200, {"identifiers": []})

    def test_a_hundred_ids_at_once(self, alice: EndUser) -> None:
        assert alice.patches(TRANSACTIONS, ids=list(range(100)), isNew=False).status_code == 200
        assert alice.patches(TRANSACTIONS, ids=list(range(101)), isNew=False).status_code == 400

    def test_somebody_elses_are_passed_over(self, alice: EndUser) -> None:
        bob = alice.shop.welcomes("bob")
        ids = [row["id"] for row in alice.transactions()[:2]]
        assert told(bob.patches(TRANSACTIONS, ids=ids, isNew=False)) == (200, {"identifiers": []})
        assert alice.transactions(isNew=False) == []

    @pytest.mark.parametrize(
        ("wish", "status"),
        [
            ({"isPotentialDuplicate": True}, 422),
            ({"ids": [1], "categoryId": 99}, 404),
            ({"ids": [1], "labelIds": [99]}, 404),
            ({"ids": [1]}, 400),
            ({}, 400),
        ],
    )
    def test_refusals(self, alice: EndUser, wish: Json, status: int) -> None:
        assert alice.patches(TRANSACTIONS, **wish).status_code == status
