"""Users of two clients work with what they have imported, in any order: accounts, transactions, labels, categories.

The model is what finAPI's documents promise: what was created reads back, what was deleted is 404, a balance is the
opening balance and all transactions, nobody sees what is somebody else's, and a refused request changes nothing.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from starlette.testclient import TestClient

from mock_server.app import create_app
from mock_server.settings import Settings
from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser, Shop
from tests.conftest import frozen_clock

Json = Any
LABELS, CATEGORIES, PAYMENTS = "/api/v2/labels", "/api/v2/categories", "/api/v2/payments"
TRANSACTIONS, ACCOUNTS, CONNECTIONS = "/api/v2/transactions", "/api/v2/accounts", "/api/v2/bankConnections"
PLACES = {
    "label": LABELS,
    "category": CATEGORIES,
    "transaction": TRANSACTIONS,
    "account": ACCOUNTS,
    "connection": CONNECTIONS,
}
LISTS = (
    CONNECTIONS,
    ACCOUNTS,
    f"{TRANSACTIONS}?view=bankView&perPage=500",
    f"{TRANSACTIONS}?view=userView&perPage=500",
    f"{LABELS}?perPage=500",
    f"{CATEGORIES}?isCustom=true&perPage=500",
    f"{PAYMENTS}?perPage=500",
)
NAMES = st.sampled_from(["Rent", "Food", "Fun", "rent"])


@dataclass
class Owner:
    """One user, and what the model knows of theirs. Amounts are in cents."""

    user: EndUser
    labels: dict[int, str] = field(default_factory=dict)
    categories: dict[int, str] = field(default_factory=dict)
    accounts: dict[int, int] = field(default_factory=dict)
    """The balance that each account had before its first transaction."""
    amounts: dict[int, int] = field(default_factory=dict)
    """Of the transactions that the bank knows."""
    account_of: dict[int, int] = field(default_factory=dict)
    parts: dict[int, dict[int, int]] = field(default_factory=dict)
    """The parts of each split transaction, with their amounts."""
    dropped: dict[int, int] = field(default_factory=dict)
    """What deleted transactions have taken away from each account's history."""
    payments: dict[int, int] = field(default_factory=dict)
    connections: set[int] = field(default_factory=set)

    def ids(self, kind: str) -> list[int]:
        found: dict[str, Any] = {
            "label": self.labels,
            "category": self.categories,
            "transaction": self.amounts,
            "account": self.accounts,
            "connection": self.connections,
        }
        return sorted(found[kind])


def cents(amount: float) -> int:
    return round(amount * 100)


class Access(RuleBasedStateMachine):
    """Three users: two of one client, and one of another with the same name as the first."""

    def __init__(self) -> None:
        super().__init__()
        # Every answer is held against the document elsewhere; here it would take most of the time.
        http = TestClient(create_app(Settings(), frozen_clock()), base_url="http://localhost:8420")
        north, south = Shop(http, "north"), Shop(http, "south")
        self.owners = [Owner(shop.welcomes(name)) for shop, name in ((north, "a"), (north, "b"), (south, "a"))]
        self.gone: list[tuple[Owner, str, int]] = []

    # What the rules are made of

    def some(self, data: st.DataObject, kind: str | None = None) -> Owner:
        """A user, who has something of the kind."""
        return data.draw(st.sampled_from([owner for owner in self.owners if kind is None or owner.ids(kind)]))

    def have(self, kind: str) -> bool:
        return any(owner.ids(kind) for owner in self.owners)

    def digest(self) -> list[str]:
        """All that the users see."""
        answers = [owner.user.http.get(path, headers=owner.user.bearer) for owner in self.owners for path in LISTS]
        assert {answer.status_code for answer in answers} == {200}
        return [answer.text for answer in answers]

    @contextmanager
    def nothing_changes(self) -> Iterator[None]:
        before = self.digest()
        yield
        assert self.digest() == before

    # Connections

    @initialize()
    def everybody_connects_a_bank(self) -> None:
        for owner in self.owners:
            self.connect(owner, TEST_BANK)

    @precondition(lambda self: any(len(owner.connections) < 2 for owner in self.owners))
    @rule(data=st.data())
    def another_bank_is_connected(self, data: st.DataObject) -> None:
        self.connect(
            data.draw(st.sampled_from([one for one in self.owners if len(one.connections) < 2])), REDIRECT_BANK
        )

    def connect(self, owner: Owner, bank: int) -> None:
        connection = owner.user.connects(bank=bank, maxDaysForDownload=14)
        owner.connections.add(connection["id"])
        new = owner.user.transactions(accountIds=",".join(map(str, connection["accountIds"])))
        for transaction in new:
            owner.amounts[transaction["id"]] = cents(transaction["amount"])
            owner.account_of[transaction["id"]] = transaction["accountId"]
        for account in owner.user.accounts(ids=",".join(map(str, connection["accountIds"]))):
            booked = sum(cents(one["amount"]) for one in new if one["accountId"] == account["id"])
            owner.accounts[account["id"]] = cents(account["balance"]) - booked
            owner.dropped[account["id"]] = 0

    # Labels and categories

    @rule(data=st.data(), name=NAMES, kind=st.sampled_from(["label", "category"]))
    def a_name_is_created(self, data: st.DataObject, name: str, kind: str) -> None:
        owner = self.some(data)
        names = owner.labels if kind == "label" else owner.categories
        if name in names.values():
            with self.nothing_changes():
                assert owner.user.posts(PLACES[kind], name=name).status_code == 422
            return
        made = owner.user.posts(PLACES[kind], name=name)
        assert (made.status_code, made.json()["name"]) == (201, name)
        names[made.json()["id"]] = name

    @precondition(lambda self: self.have("label") or self.have("category"))
    @rule(data=st.data())
    def a_name_is_deleted(self, data: st.DataObject) -> None:
        owner, kind, id = data.draw(
            st.sampled_from(
                [(o, kind, id) for o in self.owners for kind in ("label", "category") for id in o.ids(kind)]
            )
        )
        assert owner.user.deletes(f"{PLACES[kind]}/{id}").status_code == 200
        del (owner.labels if kind == "label" else owner.categories)[id]
        self.gone.append((owner, kind, id))

    # Transactions

    @precondition(lambda self: self.have("transaction"))
    @rule(data=st.data(), new=st.booleans())
    def a_transaction_is_edited(self, data: st.DataObject, new: bool) -> None:
        owner = self.some(data, "transaction")
        id = data.draw(st.sampled_from(owner.ids("transaction")))
        wish: dict[str, Any] = {"isNew": new, "labelIds": owner.ids("label")}
        if owner.categories:
            wish["categoryId"] = owner.ids("category")[-1]
        assert owner.user.patches(f"{TRANSACTIONS}/{id}", **wish).status_code == 200
        shown = owner.user.sees(f"{TRANSACTIONS}/{id}")
        assert shown["isNew"] is new
        assert sorted(label["id"] for label in shown["labels"]) == owner.ids("label")
        assert "categoryId" not in wish or shown["category"]["id"] == wish["categoryId"]

    @precondition(lambda self: self.have("transaction"))
    @rule(data=st.data(), share=st.integers(1, 1000))
    def a_transaction_is_split(self, data: st.DataObject, share: int) -> None:
        owner = self.some(data, "transaction")
        id = data.draw(st.sampled_from(owner.ids("transaction")))
        amounts = [share, owner.amounts[id] - share]
        wish = [{"amount": amount / 100} for amount in amounts]
        if 0 in amounts:
            return
        answer = owner.user.posts(f"{TRANSACTIONS}/{id}/split", subTransactions=wish)
        assert answer.status_code == 200, answer.text
        self.gone += [(owner, "transaction", part) for part in owner.parts.get(id, {})]
        owner.parts[id] = dict(zip(answer.json()["children"], amounts, strict=True))
        for part, amount in owner.parts[id].items():
            shown = owner.user.sees(f"{TRANSACTIONS}/{part}")
            assert (shown["parentId"], cents(shown["amount"])) == (id, amount)

    @precondition(lambda self: any(owner.parts for owner in self.owners))
    @rule(data=st.data())
    def a_transaction_is_restored(self, data: st.DataObject) -> None:
        owner = data.draw(st.sampled_from([owner for owner in self.owners if owner.parts]))
        id = data.draw(st.sampled_from(sorted(owner.parts)))
        assert owner.user.posts(f"{TRANSACTIONS}/{id}/restore").status_code == 200
        self.gone += [(owner, "transaction", part) for part in owner.parts.pop(id)]

    @precondition(lambda self: self.have("transaction"))
    @rule(data=st.data())
    def a_transaction_is_deleted(self, data: st.DataObject) -> None:
        owner = self.some(data, "transaction")
        id = data.draw(st.sampled_from(owner.ids("transaction")))
        assert owner.user.deletes(f"{TRANSACTIONS}/{id}").status_code == 200
        self.gone += [(owner, "transaction", one) for one in (id, *owner.parts.pop(id, {}))]
        owner.dropped[owner.account_of[id]] += owner.amounts.pop(id)

    # Payments

    @precondition(lambda self: self.have("account"))
    @rule(data=st.data(), amount=st.integers(-1, 5000))
    def a_payment_is_created(self, data: st.DataObject, amount: int) -> None:
        owner = self.some(data, "account")
        account = min(owner.accounts)
        transfer = {"counterpartName": "Max", "counterpartIban": "DE13700800000061110500", "amount": amount / 100}
        wish = {"accountId": account, "moneyTransfers": [transfer]}
        if amount <= 0:
            with self.nothing_changes():
                assert owner.user.posts(f"{PAYMENTS}/moneyTransfers", **wish).status_code in (400, 422)
            return
        made = owner.user.posts(f"{PAYMENTS}/moneyTransfers", **wish)
        assert made.status_code == 201, made.text
        owner.payments[made.json()["id"]] = amount

    # What is refused

    @rule(data=st.data(), kind=st.sampled_from(sorted(PLACES)), method=st.sampled_from(["GET", "PATCH", "DELETE"]))
    def somebody_elses_is_as_good_as_none(self, data: st.DataObject, kind: str, method: str) -> None:
        """`north` numbers its labels like `south`: an id of the other mandator may be one of one's own."""
        owner, other = data.draw(st.permutations(self.owners))[:2]
        foreign = sorted(set(other.ids(kind)) - set(owner.ids(kind)))
        if not foreign or (kind in ("account", "connection") and method != "GET"):
            return
        path, body = f"{PLACES[kind]}/{foreign[0]}", {"name": "Mine"} if kind != "transaction" else {"isNew": True}
        with self.nothing_changes():
            json = body if method == "PATCH" else None
            answer = owner.user.http.request(method, path, json=json, headers=owner.user.bearer)
            assert answer.status_code == 404, answer.text

    @precondition(lambda self: self.gone)
    @rule(data=st.data())
    def what_was_deleted_is_not_there(self, data: st.DataObject) -> None:
        owner, kind, id = data.draw(st.sampled_from(self.gone[-20:]))
        assert owner.user.gets(f"{PLACES[kind]}/{id}").status_code == 404

    # What always holds

    @invariant()
    def everybody_sees_their_own_and_nothing_else(self) -> None:
        for owner in self.owners:
            user = owner.user
            assert {one["id"]: one["name"] for one in user.sees(LABELS, perPage=500)["labels"]} == owner.labels
            custom = user.sees(CATEGORIES, isCustom="true", perPage=500)["categories"]
            assert {one["id"]: one["name"] for one in custom} == owner.categories
            paid = user.sees(PAYMENTS, perPage=500)["payments"]
            assert {one["id"]: cents(one["amount"]) for one in paid} == owner.payments
            assert {one["id"] for one in user.sees(CONNECTIONS)["connections"]} == owner.connections

    @invariant()
    def a_balance_is_the_opening_balance_and_all_transactions(self) -> None:
        for owner in self.owners:
            bank = owner.user.sees(TRANSACTIONS, view="bankView", perPage=500)
            parts = {id: amount for of_one in owner.parts.values() for id, amount in of_one.items()}
            assert {one["id"]: cents(one["amount"]) for one in bank["transactions"]} == owner.amounts
            whole = {id: amount for id, amount in owner.amounts.items() if id not in owner.parts}
            seen = owner.user.sees(TRANSACTIONS, view="userView", perPage=500)
            assert {one["id"]: cents(one["amount"]) for one in seen["transactions"]} == whole | parts
            assert cents(seen["balance"]) == cents(bank["balance"]) == sum(owner.amounts.values())
            for account in owner.user.accounts():
                id = account["id"]
                booked = sum(amount for one, amount in owner.amounts.items() if owner.account_of[one] == id)
                assert cents(account["balance"]) == owner.accounts[id] + booked + owner.dropped[id]


TestAccess = Access.TestCase
# A step costs an eighth of a second, most of it for looking at everything.
THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
EXAMPLES, STEPS = (50, 200) if THOROUGH else (5, 40)
TestAccess.settings = hypothesis_settings(TestAccess.settings, max_examples=EXAMPLES, stateful_step_count=STEPS)
