from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from mock_server.app import create_app
from mock_server.settings import Settings
from tests.actors import EndUser, Shop
from tests.conformance import Conformant
from tests.conftest import frozen_clock

Transaction = dict[str, Any]


def somebody(seed: int = 1) -> EndUser:
    app = create_app(Settings(seed=seed), frozen_clock())
    user = Shop(TestClient(Conformant(app, app.contracts), base_url="http://localhost:8420")).welcomes("alice")
    user.connects()
    return user


@pytest.fixture(scope="module")
def reader() -> EndUser:
    """A user with two years of transactions, for tests that only read."""
    return somebody()


def all_of(user: EndUser, **query: Any) -> list[Transaction]:
    """Page after page, as applications do."""
    found: list[Transaction] = []
    page = count = 1
    while page <= count:
        answer = user.sees("/api/v2/transactions", view="bankView", perPage=500, page=page, **query)
        found += answer["transactions"]
        page, count = page + 1, answer["paging"]["pageCount"]
    assert len(found) == answer["paging"]["totalCount"]
    assert answer["balance"] == pytest.approx(sum(row["amount"] for row in found))
    assert answer["income"] == pytest.approx(sum(row["amount"] for row in found if row["amount"] >= 0))
    assert answer["spending"] == pytest.approx(sum(row["amount"] for row in found if row["amount"] < 0))
    return found


def test_a_transaction_has_what_a_real_one_has_and_no_nulls(reader: EndUser) -> None:
    seen = {
        "id", "accountId", "amount", "bankBookingDate", "valueDate", "finapiBookingDate", "importDate", "category",
        "purpose", "cleanedPurpose", "counterpartName", "counterpartIban", "counterpartBic", "counterpartBlz",
        "counterpartAccountNumber", "counterpartBankName", "currency", "type", "typeCodeZka", "isAdjustingEntry",
        "isNew", "isPotentialDuplicate", "labels",
    }  # fmt: skip
    row = reader.sees("/api/v2/transactions", view="userView", perPage=1)["transactions"][0]
    assert seen <= set(row)
    assert None not in row.values()


def test_view_is_mandatory(reader: EndUser) -> None:
    answer = reader.gets("/api/v2/transactions")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == "Field 'view' not valid: Parameter is missing."


FILTERS: list[tuple[dict[str, Any], Callable[[Transaction], bool]]] = [
    ({"direction": "income"}, lambda row: row["amount"] >= 0),
    ({"direction": "spending"}, lambda row: row["amount"] < 0),
    ({"direction": "all"}, lambda row: True),
    ({"minAmount": "-10.5"}, lambda row: row["amount"] >= -10.5),
    ({"maxAmount": "-1000"}, lambda row: row["amount"] <= -1000),
    ({"minBankBookingDate": "2026-08-01"}, lambda row: row["bankBookingDate"] >= "2026-08-01"),
    ({"maxBankBookingDate": "2024-09-01"}, lambda row: row["bankBookingDate"] <= "2024-09-01"),
    ({"minFinapiBookingDate": "2026-08-01"}, lambda row: row["finapiBookingDate"] >= "2026-08-01"),
    ({"maxFinapiBookingDate": "2024-09-01"}, lambda row: row["finapiBookingDate"] <= "2024-09-01"),
    ({"purpose": "MIETE 2026"}, lambda row: "miete" in row["purpose"].lower() and "2026" in row["purpose"]),
    ({"counterpart": "mustermann"}, lambda row: "mustermann" in row["counterpartName"].lower()),
    (
        {"search": "WOHNBAU miete"},
        lambda row: row["counterpartName"].startswith("Wohnbau") and "Miete" in row["purpose"],
    ),
    ({"search": "dauerauftrag"}, lambda row: "dauerauftrag" in row["purpose"].lower()),
    ({"currency": "EUR"}, lambda row: row["currency"] == "EUR"),
    ({"currency": "USD"}, lambda row: False),
    ({"categoryIds": "441"}, lambda row: row["category"]["id"] == 441),
    ({"categoryIds": "440"}, lambda row: 440 in (row["category"]["id"], row["category"].get("parentId"))),
    ({"categoryIds": "440", "includeChildCategories": "false"}, lambda row: row["category"]["id"] == 440),
    ({"categoryIds": "0"}, lambda row: "category" not in row),
    ({"isNew": "1"}, lambda row: row["isNew"]),
    ({"isNew": "false"}, lambda row: not row["isNew"]),
    ({"isPotentialDuplicate": "true"}, lambda row: False),
    ({"isAdjustingEntry": "false"}, lambda row: True),
    ({"labelIds": "1"}, lambda row: False),
    ({"minImportDate": "2026-08-13"}, lambda row: True),
    ({"minImportDate": "2026-08-14"}, lambda row: False),
    ({"maxImportDate": "2026-08-12"}, lambda row: False),
]


@pytest.mark.parametrize(("query", "fits"), FILTERS, ids=lambda value: str(value) if isinstance(value, dict) else "")
def test_a_filter_lets_pass_exactly_what_fits(
    reader: EndUser, query: dict[str, Any], fits: Callable[[Transaction], bool]
) -> None:
    assert [row["id"] for row in all_of(reader, **query)] == [row["id"] for row in all_of(reader) if fits(row)]


def test_ids_and_accounts_choose(reader: EndUser) -> None:
    rows = all_of(reader)
    chosen = f"{rows[0]['id']},{rows[7]['id']}"
    assert [row["id"] for row in all_of(reader, ids=chosen)] == [rows[0]["id"], rows[7]["id"]]
    account = rows[0]["accountId"]
    assert all_of(reader, accountIds=account) == [row for row in rows if row["accountId"] == account]


ORDERS: dict[str, Callable[[Transaction], Any]] = {
    "id": lambda row: row["id"],
    "accountId": lambda row: row["accountId"],
    "valueDate": lambda row: row["valueDate"],
    "bankBookingDate": lambda row: row["bankBookingDate"],
    "finapiBookingDate": lambda row: row["finapiBookingDate"],
    "amount": lambda row: row["amount"],
    "purpose": lambda row: row["purpose"].casefold(),
    "counterpartName": lambda row: row["counterpartName"].casefold(),
    "counterpartAccountNumber": lambda row: row["counterpartAccountNumber"],
    "counterpartIban": lambda row: row["counterpartIban"],
    "counterpartBlz": lambda row: row["counterpartBlz"],
    "counterpartBic": lambda row: row["counterpartBic"],
    "type": lambda row: row["type"].casefold(),
    "primanota": lambda row: row["primanota"],
    "category.id": lambda row: row["category"]["id"],
    "category.name": lambda row: row["category"]["name"].casefold(),
    "isPotentialDuplicate": lambda row: row["isPotentialDuplicate"],
    "isNew": lambda row: row["isNew"],
    "importDate": lambda row: row["importDate"],
    "parentId": lambda row: 0,
}


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_every_documented_order(reader: EndUser, name: str, direction: str) -> None:
    rows = all_of(reader, order=f"{name},{direction}", maxBankBookingDate="2024-10-01")
    values = [ORDERS[name](row) for row in rows]
    assert values == sorted(values, reverse=direction == "desc")


def test_the_same_seed_gives_the_same_data_and_another_seed_does_not(reader: EndUser) -> None:
    assert all_of(somebody()) == all_of(reader)
    assert all_of(somebody(seed=2)) != all_of(reader)


def test_every_night_brings_what_the_bank_has_booked(alice: EndUser) -> None:
    alice.connects()
    before = {account["id"]: account["balance"] for account in alice.sees("/api/v2/accounts")["accounts"]}
    known = {row["id"] for row in all_of(alice)}
    alice.shop.moves_clock(advance="31d")
    alice.token = alice.shop.token("password", username="alice", password=alice.password)
    added = [row for row in all_of(alice) if row["id"] not in known]
    assert len(added) > 40
    for account in alice.sees("/api/v2/accounts")["accounts"]:
        booked = sum(row["amount"] for row in added if row["accountId"] == account["id"])
        assert account["balance"] == pytest.approx(before[account["id"]] + booked)
    (connection,) = alice.sees("/api/v2/bankConnections")["connections"]
    assert connection["interfaces"][0]["lastAutoUpdate"]["result"] == "OK"
    assert connection["interfaces"][0]["lastAutoUpdate"]["timestamp"].startswith("2026-09-13T05:00")


def test_max_days_for_download_limits_how_far_back_it_goes(alice: EndUser) -> None:
    alice.connects(maxDaysForDownload=14)
    oldest = min(row["bankBookingDate"] for row in all_of(alice))
    assert "2026-07-31" <= oldest <= "2026-08-13"
    assert datetime(2026, 8, 13, tzinfo=UTC).date().isoformat() >= max(row["bankBookingDate"] for row in all_of(alice))


def _edits(user: EndUser, row: Transaction) -> None:
    user.patches(f"/api/v2/transactions/{row['id']}", isNew=False)


def _splits(user: EndUser, row: Transaction) -> None:
    parts = [{"amount": row["amount"] - 1}, {"amount": 1}]
    assert user.posts(f"/api/v2/transactions/{row['id']}/split", subTransactions=parts).status_code == 200


def _deletes(user: EndUser, row: Transaction) -> None:
    assert user.deletes(f"/api/v2/transactions/{row['id']}").status_code == 200


def _moves_to_a_category_of_its_own(user: EndUser, row: Transaction) -> None:
    category = user.posts("/api/v2/categories", name="Zelten", parentId=440).json()["id"]
    user.patches(f"/api/v2/transactions/{row['id']}", categoryId=category)


CHANGES: list[tuple[Callable[[EndUser, Transaction], None], dict[str, Any], int]] = [
    (_edits, {"view": "userView", "isNew": "true"}, -1),
    (_splits, {"view": "userView"}, 1),
    (_splits, {"view": "bankView"}, 0),
    (_deletes, {"view": "userView"}, -1),
    (_moves_to_a_category_of_its_own, {"view": "userView", "categoryIds": "440"}, 1),
]


@pytest.mark.parametrize(("change", "query", "more"), CHANGES)
def test_a_list_that_was_read_before_shows_what_has_changed_since(
    alice: EndUser, change: Callable[[EndUser, Transaction], None], query: dict[str, Any], more: int
) -> None:
    """The emulator keeps the last few lists: whoever turns pages asks for the same one again and again."""
    alice.connects()
    row = next(row for row in all_of(alice) if (row.get("category") or {}).get("parentId") != 440)
    before = alice.sees("/api/v2/transactions", **query)["paging"]["totalCount"]
    change(alice, row)
    assert alice.sees("/api/v2/transactions", **query)["paging"]["totalCount"] == before + more


def test_a_list_by_the_names_of_categories_follows_a_name_that_changes(alice: EndUser) -> None:
    """Nothing of the transactions has changed then."""
    alice.connects()
    tents = alice.posts("/api/v2/categories", name="AAA Zelten").json()["id"]
    row = all_of(alice)[7]
    alice.patches(f"/api/v2/transactions/{row['id']}", categoryId=tents)
    query = {"view": "userView", "order": "category.name", "perPage": 1}
    assert alice.sees("/api/v2/transactions", **query)["transactions"][0]["id"] == row["id"]
    assert alice.patches(f"/api/v2/categories/{tents}", name="ZZZ Zelten").status_code == 200
    assert alice.sees("/api/v2/transactions", **query)["transactions"][0]["id"] != row["id"]


def test_a_list_by_the_names_of_categories_is_another_one_in_another_language(alice: EndUser) -> None:
    alice.connects()

    def names(language: str) -> list[str]:
        query = {"view": "userView", "order": "category.name", "perPage": 500}
        headers = {**alice.bearer, "Accept-Language": language}
        rows = alice.shop.http.get("/api/v2/transactions", params=query, headers=headers).json()["transactions"]
        return [row["category"]["name"].casefold() for row in rows if "category" in row]

    for language in ("de", "en"):
        assert names(language) == sorted(names(language))
    assert names("de") != names("en")


def test_a_list_is_its_users_own(alice: EndUser) -> None:
    alice.connects()
    query = {"view": "userView"}
    assert alice.sees("/api/v2/transactions", **query)["paging"]["totalCount"]
    assert alice.shop.welcomes("bob").sees("/api/v2/transactions", **query)["paging"]["totalCount"] == 0
