"""Users of two clients work with what they have imported, in any order: accounts, transactions, labels, categories.

The model is what finAPI's documents promise: what was created reads back, what was deleted is 404, a balance is the
opening balance and all transactions, nobody sees what is somebody else's, and a refused request changes nothing.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mock_server.app import create_app
from mock_server.settings import Settings
from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser, Shop
from tests.conftest import frozen_clock
from tests.straight import StraightClient

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
BANK_VIEW, USER_VIEW = (f"{TRANSACTIONS}?view={view}&perPage=500" for view in ("bankView", "userView"))
LABEL_LIST, PAYMENT_LIST = f"{LABELS}?perPage=500", f"{PAYMENTS}?perPage=500"
CATEGORY_LIST = f"{CATEGORIES}?isCustom=true&perPage=500"
LISTS = (CONNECTIONS, ACCOUNTS, BANK_VIEW, USER_VIEW, LABEL_LIST, CATEGORY_LIST, PAYMENT_LIST)
BANKS = {TEST_BANK, REDIRECT_BANK}
NAMES = st.sampled_from(["Rent", "Food", "Fun", "rent"])


@dataclass(repr=False)
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
    connections: dict[int, list[int]] = field(default_factory=dict)
    """The accounts of each connection."""
    banks: dict[int, int] = field(default_factory=dict)
    """The connection with each bank."""

    seen: dict[str, str] = field(default_factory=dict)
    """All that the user saw when somebody last looked: the answer of each of the lists."""

    def __repr__(self) -> str:
        return f"{self.user.name} of {self.user.shop.client_id}"

    def looks(self) -> dict[str, str]:
        answers = {path: self.user.gets(path) for path in LISTS}
        assert {answer.status_code for answer in answers.values()} == {200}
        return {path: answer.text for path, answer in answers.items()}

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
        self.http = StraightClient(create_app(Settings(), frozen_clock()))
        north, south = Shop(self.http, "north"), Shop(self.http, "south")
        self.owners = [Owner(shop.welcomes(name)) for shop, name in ((north, "a"), (north, "b"), (south, "a"))]
        self.gone: list[tuple[Owner, str, int]] = []
        self.touched: list[Owner] = []
        """Whose things the step has changed. Looking at everybody's after each step would take most of the time."""

    # What the rules are made of

    def some(self, data: st.DataObject, kind: str | None = None) -> Owner:
        """A user, who has something of the kind."""
        return data.draw(st.sampled_from([owner for owner in self.owners if kind is None or owner.ids(kind)]))

    def have(self, kind: str) -> bool:
        return any(owner.ids(kind) for owner in self.owners)

    def touch(self, owner: Owner) -> Owner:
        self.touched.append(owner)
        return owner

    @contextmanager
    def nothing_changes(self, *owners: Owner) -> Iterator[None]:
        """All that these users see stays as it was when it was last looked at."""
        yield
        for owner in owners:
            assert owner.looks() == owner.seen

    # Connections

    @initialize()
    def everybody_connects_a_bank(self) -> None:
        for owner in self.owners:
            self.connect(self.touch(owner), TEST_BANK)

    @precondition(lambda self: any(len(owner.banks) < len(BANKS) for owner in self.owners))
    @rule(data=st.data())
    def another_bank_is_connected(self, data: st.DataObject) -> None:
        owner = data.draw(st.sampled_from([one for one in self.owners if len(one.banks) < len(BANKS)]))
        self.connect(self.touch(owner), data.draw(st.sampled_from(sorted(BANKS - set(owner.banks)))))

    @precondition(lambda self: self.have("connection"))
    @rule(data=st.data())
    def a_connection_is_deleted(self, data: st.DataObject) -> None:
        """What hangs on it goes with it: accounts, and their transactions with all parts. Payments stay."""
        owner = self.touch(self.some(data, "connection"))
        id = data.draw(st.sampled_from(owner.ids("connection")))
        assert owner.user.deletes(f"{CONNECTIONS}/{id}").status_code == 200
        accounts = owner.connections.pop(id)
        owner.banks = {bank: connection for bank, connection in owner.banks.items() if connection != id}
        lost = [one for one, account in owner.account_of.items() if account in accounts and one in owner.amounts]
        for transaction in lost:
            del owner.amounts[transaction]
            self.gone += [(owner, "transaction", one) for one in (transaction, *owner.parts.pop(transaction, {}))]
        for account in accounts:
            del owner.accounts[account]
        self.gone += [(owner, "connection", id), *((owner, "account", account) for account in accounts)]

    def connect(self, owner: Owner, bank: int) -> None:
        connection = owner.user.connects(bank=bank, maxDaysForDownload=14)
        owner.connections[connection["id"]] = connection["accountIds"]
        owner.banks[bank] = connection["id"]
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
        owner = self.touch(self.some(data))
        names = owner.labels if kind == "label" else owner.categories
        if name in names.values():
            with self.nothing_changes(owner):
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
        assert self.touch(owner).user.deletes(f"{PLACES[kind]}/{id}").status_code == 200
        del (owner.labels if kind == "label" else owner.categories)[id]
        self.gone.append((owner, kind, id))

    # Transactions

    @precondition(lambda self: self.have("transaction"))
    @rule(data=st.data(), new=st.booleans())
    def a_transaction_is_edited(self, data: st.DataObject, new: bool) -> None:
        owner = self.touch(self.some(data, "transaction"))
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
        owner = self.touch(self.some(data, "transaction"))
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
        assert self.touch(owner).user.posts(f"{TRANSACTIONS}/{id}/restore").status_code == 200
        self.gone += [(owner, "transaction", part) for part in owner.parts.pop(id)]

    @precondition(lambda self: self.have("transaction"))
    @rule(data=st.data())
    def a_transaction_is_deleted(self, data: st.DataObject) -> None:
        owner = self.touch(self.some(data, "transaction"))
        id = data.draw(st.sampled_from(owner.ids("transaction")))
        assert owner.user.deletes(f"{TRANSACTIONS}/{id}").status_code == 200
        self.gone += [(owner, "transaction", one) for one in (id, *owner.parts.pop(id, {}))]
        owner.dropped[owner.account_of[id]] += owner.amounts.pop(id)

    # Payments

    @precondition(lambda self: self.have("account"))
    @rule(data=st.data(), amount=st.integers(-1, 5000))
    def a_payment_is_created(self, data: st.DataObject, amount: int) -> None:
        owner = self.touch(self.some(data, "account"))
        account = min(owner.accounts)
        transfer = {"counterpartName": "Max", "counterpartIban": "DE13700800000061110500", "amount": amount / 100}
        wish = {"accountId": account, "moneyTransfers": [transfer]}
        if amount <= 0:
            with self.nothing_changes(owner):
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
        own_parts = [part for parts in owner.parts.values() for part in parts] if kind == "transaction" else []
        foreign = sorted(set(other.ids(kind)) - {*owner.ids(kind), *own_parts})
        if not foreign or (kind in ("account", "connection") and method != "GET"):
            return
        path, body = f"{PLACES[kind]}/{foreign[0]}", {"name": "Mine"} if kind != "transaction" else {"isNew": True}
        with self.nothing_changes(owner, other):
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
    def the_documents_hold_for_whoever_did_something(self) -> None:
        for owner in self.touched:
            owner.seen = owner.looks()
            everything_is_the_owners_own(owner)
            balances_add_up(owner)
        self.touched = []

    def teardown(self) -> None:
        """Whatever anybody did since: others see what they saw after their own last step."""
        for owner in self.owners:
            assert owner.looks() == owner.seen
        self.http.close()


def everything_is_the_owners_own(owner: Owner) -> None:
    label, category, payment, connection = (
        orjson.loads(owner.seen[path]) for path in (LABEL_LIST, CATEGORY_LIST, PAYMENT_LIST, CONNECTIONS)
    )
    assert {one["id"]: one["name"] for one in label["labels"]} == owner.labels
    assert {one["id"]: one["name"] for one in category["categories"]} == owner.categories
    assert {one["id"]: cents(one["amount"]) for one in payment["payments"]} == owner.payments
    assert {one["id"]: one["accountIds"] for one in connection["connections"]} == owner.connections


def balances_add_up(owner: Owner) -> None:
    """A balance is the opening balance and all transactions; a split one counts once."""
    bank, user, accounts = (orjson.loads(owner.seen[path]) for path in (BANK_VIEW, USER_VIEW, ACCOUNTS))
    parts = {id: amount for of_one in owner.parts.values() for id, amount in of_one.items()}
    whole = {id: amount for id, amount in owner.amounts.items() if id not in owner.parts}
    assert {one["id"]: cents(one["amount"]) for one in bank["transactions"]} == owner.amounts
    assert {one["id"]: cents(one["amount"]) for one in user["transactions"]} == whole | parts
    assert cents(user["balance"]) == cents(bank["balance"]) == sum(owner.amounts.values())
    booked = dict.fromkeys(owner.accounts, 0)
    for id, amount in owner.amounts.items():
        booked[owner.account_of[id]] += amount
    assert {one["id"]: cents(one["balance"]) for one in accounts["accounts"]} == {
        id: opening + booked[id] + owner.dropped[id] for id, opening in owner.accounts.items()
    }


TestAccess = Access.TestCase
# A step costs three milliseconds, most of it for looking at what its user sees. The longer run takes new examples.
THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
TestAccess.settings = hypothesis_settings(
    TestAccess.settings, max_examples=500 if THOROUGH else 50, stateful_step_count=200
)
