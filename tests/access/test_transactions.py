"""Transactions, as far as they are read: what they tell, filters, orders, pages and totals."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from mock_server.domain.money import is_bic, is_iban
from tests.actors import REDIRECT_BANK, EndUser, Shop
from tests.conftest import serve
from tests.refusals import NO_TOKEN, Json, access_error, told

TRANSACTIONS = "/api/v2/transactions"
MANY = 1500
MUSIC = 250_000  # no category has this id


@pytest.fixture(scope="module")
def alice() -> EndUser:
    """Two years of the test bank's data, and what one more night has brought."""
    alice = Shop(serve()).welcomes("alice")
    alice.connects()
    alice.shop.moves_clock(advance="1d")
    alice.token = alice.shop.token("password", username="alice", password=alice.password)
    return alice


@pytest.fixture(scope="module")
def everything(alice: EndUser) -> list[Json]:
    everything = alice.transactions()
    assert len(everything) > MANY
    return everything


def cents(amount: float) -> int:
    return round(amount * 100)


class TestATransaction:
    def test_it_has_the_keys_of_a_real_one(self, everything: list[Json]) -> None:
        seen_on_the_sandbox = set(
            "id accountId amount bankBookingDate valueDate finapiBookingDate importDate category purpose cleanedPurpose "
            "counterpartName counterpartIban counterpartBic counterpartBlz counterpartAccountNumber "
            "counterpartBankName currency type typeCodeZka isAdjustingEntry isNew isPotentialDuplicate labels".split()
        )
        assert len(seen_on_the_sandbox) == 23
        assert all(seen_on_the_sandbox <= set(transaction) for transaction in everything)

    def test_fields_without_a_value_are_left_out(self, everything: list[Json]) -> None:
        assert not [one for one in everything if None in one.values() or None in one["category"].values()]
        assert not [one for one in everything if {"parentId", "children"} & set(one)]

    def test_amounts_are_json_numbers_with_at_most_two_decimals(self, alice: EndUser, everything: list[Json]) -> None:
        text = alice.gets(f"{TRANSACTIONS}/{everything[0]['id']}").text
        assert f'"amount":{everything[0]["amount"]},' in text
        assert all(type(one["amount"]) is float for one in everything)
        assert all(one["amount"] == round(one["amount"], 2) for one in everything)

    def test_counterparts_have_valid_ibans_and_what_follows_from_them(self, everything: list[Json]) -> None:
        for one in everything:
            assert is_iban(one["counterpartIban"])
            assert is_bic(one["counterpartBic"])
            iban = one["counterpartIban"]
            assert iban.startswith("DE")
            assert iban[4:] == one["counterpartBlz"] + one["counterpartAccountNumber"]

    def test_direct_debits_name_mandate_and_creditor(self, everything: list[Json]) -> None:
        debits = [one for one in everything if one["type"] == "Lastschrift"]
        assert debits
        sepa = {"counterpartMandateReference", "counterpartCreditorId"}
        assert all(sepa <= set(one) and one["amount"] < 0 for one in debits)
        assert not [one for one in everything if one["type"] == "Kartenzahlung" and sepa & set(one)]

    def test_it_is_new_and_categorised_and_neither_duplicate_nor_adjustment(self, everything: list[Json]) -> None:
        flags = {(one["isNew"], one["isPotentialDuplicate"], one["isAdjustingEntry"]) for one in everything}
        assert flags == {(True, False, False)}
        assert all(set(one["category"]) >= {"id", "name", "isCustom"} and one["labels"] == [] for one in everything)

    def test_lengths_stay_within_the_documented_limits(self, everything: list[Json]) -> None:
        assert all(len(one["purpose"]) <= 2000 and len(one["counterpartName"]) <= 80 for one in everything)
        assert all(1 <= int(one["typeCodeZka"]) <= 999 for one in everything)

    def test_one_looks_like_in_the_list(self, alice: EndUser, everything: list[Json]) -> None:
        for transaction in everything[::400]:
            assert alice.sees(f"{TRANSACTIONS}/{transaction['id']}") == transaction

    def test_both_views_show_the_same_as_long_as_nothing_is_split(self, alice: EndUser) -> None:
        bank_view = alice.sees(TRANSACTIONS, view="bankView", perPage=500)
        assert bank_view == alice.sees(TRANSACTIONS, view="userView", perPage=500)


def texts(one: Json) -> str:
    """What `search` looks at, for the words used here."""
    return f"{one['purpose']} {one['type']} {one['counterpartName']} {one['counterpartIban']}".casefold()


def is_income(one: Json) -> bool:
    return bool(one["amount"] >= 0)


NIGHT = "2026-08-14"
MID = "2025-08-14"

# fmt: off
FILTERS: list[tuple[dict[str, Any], Callable[[Json], bool]]] = [
    ({"search": "miete"},                         lambda one: "miete" in texts(one)),
    ({"search": "MIETE"},                         lambda one: "miete" in texts(one)),
    ({"search": "januar miete"},                  lambda one: "miete" in texts(one) and "januar" in texts(one)),
    ({"search": "tierheim august"},               lambda one: "tierheim" in texts(one) and "august" in texts(one)),
    ({"purpose": "miete"},                        lambda one: "miete" in one["purpose"].casefold()),
    ({"purpose": "2025 spende"},
     lambda one: "spende" in one["purpose"].casefold() and "2025" in one["purpose"]),
    ({"counterpart": "tierheim"},                 lambda one: "tierheim" in one["counterpartName"].casefold()),
    ({"counterpart": "musterstadt tierheim"},     lambda one: "tierheim" in one["counterpartName"].casefold()),
    ({"minBankBookingDate": MID},                 lambda one: one["bankBookingDate"] >= MID),
    ({"maxBankBookingDate": MID},                 lambda one: one["bankBookingDate"] <= MID),
    ({"minBankBookingDate": MID, "maxBankBookingDate": MID}, lambda one: one["bankBookingDate"] == MID),
    ({"minFinapiBookingDate": MID},               lambda one: one["finapiBookingDate"] >= MID),
    ({"maxFinapiBookingDate": MID},               lambda one: one["finapiBookingDate"] <= MID),
    ({"minImportDate": NIGHT},                    lambda one: one["importDate"][:10] >= NIGHT),
    ({"maxImportDate": "2026-08-13"},             lambda one: one["importDate"][:10] <= "2026-08-13"),
    ({"minAmount": 0},                            lambda one: one["amount"] >= 0),
    ({"maxAmount": -0.01},                        lambda one: one["amount"] < 0),
    ({"minAmount": -15, "maxAmount": -15},        lambda one: one["amount"] == -15),
    ({"minAmount": "-15.00", "maxAmount": "-1e1"}, lambda one: -15 <= one["amount"] <= -10),
    ({"direction": "income"},                     is_income),
    ({"direction": "spending"},                   lambda one: not is_income(one)),
    ({"categoryIds": 380},                        lambda one: one["category"]["id"] == 380),
    ({"categoryIds": 373},                        lambda one: 373 in (one["category"]["id"], one["category"].get("parentId"))),
    ({"categoryIds": "373", "includeChildCategories": "true"},
     lambda one: 373 in (one["category"]["id"], one["category"].get("parentId"))),
    ({"categoryIds": "380,0"},                    lambda one: one["category"]["id"] == 380),
    ({"direction": "spending", "search": "miete", "minBankBookingDate": MID},
     lambda one: not is_income(one) and "miete" in texts(one) and one["bankBookingDate"] >= MID),
]
ALL: list[dict[str, Any]] = [
    {"direction": "all"}, {"currency": "EUR"}, {"isNew": "true"}, {"isNew": "1"}, {"isPotentialDuplicate": "false"},
    {"isAdjustingEntry": "0"}, {"includeChildCategories": "false"}, {"search": ""}, {"minAmount": -1e9},
    {"direction": "all", "includeChildCategories": "true", "isNew": "", "order": "id,asc"},
]
NONE: list[dict[str, Any]] = [
    {"ids": 1}, {"accountIds": 1}, {"currency": "USD"}, {"isNew": "false"}, {"isPotentialDuplicate": "true"},
    {"isAdjustingEntry": "true"}, {"labelIds": 1}, {"categoryIds": MUSIC}, {"categoryIds": 0},
    {"categoryIds": 373, "includeChildCategories": "false"}, {"search": "no such thing"}, {"purpose": "tierheim"},
    {"counterpart": "spende"}, {"minImportDate": "2026-08-15"}, {"maxBankBookingDate": "2020-01-01"},
    {"direction": "income", "maxAmount": -1},
]
# fmt: on


class TestFilters:
    @pytest.mark.parametrize(("query", "wanted"), FILTERS, ids=lambda given: str(given) if type(given) is dict else "")
    def test_a_filter_keeps_the_transactions_that_fit(
        self, alice: EndUser, everything: list[Json], query: dict[str, Any], wanted: Callable[[Json], bool]
    ) -> None:
        expected = [one for one in everything if wanted(one)]
        assert alice.transactions(**query) == expected
        assert 0 < len(expected) < len(everything)

    @pytest.mark.parametrize("query", ALL, ids=str)
    def test_some_keep_everything_here(self, alice: EndUser, everything: list[Json], query: dict[str, Any]) -> None:
        assert alice.sees(TRANSACTIONS, view="userView", **query)["paging"]["totalCount"] == len(everything)

    @pytest.mark.parametrize("query", NONE, ids=str)
    def test_some_keep_nothing_here(self, alice: EndUser, query: dict[str, Any]) -> None:
        assert alice.sees(TRANSACTIONS, view="userView", **query) == {
            "transactions": [],
            "paging": {"page": 1, "perPage": 20, "pageCount": 0, "totalCount": 0},
            "income": 0.0,
            "spending": 0.0,
            "balance": 0.0,
        }

    def test_ids_choose_transactions(self, alice: EndUser, everything: list[Json]) -> None:
        chosen = [everything[700], everything[3], everything[-1]]
        ids = ",".join(str(one["id"]) for one in chosen)
        assert alice.transactions(ids=ids) == [everything[3], everything[700], everything[-1]]

    def test_account_ids_choose_accounts(self, alice: EndUser, everything: list[Json]) -> None:
        ids = [account["id"] for account in alice.accounts()]
        assert {one["accountId"] for one in everything} == set(ids)
        assert alice.transactions(accountIds=ids[2]) == [one for one in everything if one["accountId"] == ids[2]]
        chosen = alice.transactions(accountIds=ids[1:])
        assert chosen == [one for one in everything if one["accountId"] in ids[1:]]

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ({"view": ""}, "Field 'view' not valid: Parameter is missing."),
            ({"view": "adminView"}, "Field 'view' not valid: Must be one of bankView, userView."),
            ({"direction": "in"}, "Field 'direction' not valid: Must be one of all, income, spending."),
            ({"minAmount": "ten"}, "Field 'minAmount' not valid: Must be a number."),
            ({"maxAmount": "nan"}, "Field 'maxAmount' not valid: Must be a number."),
            ({"isNew": "maybe"}, "Field 'isNew' not valid: Must be true or false."),
            ({"minImportDate": "yesterday"}, "Field 'minImportDate' not valid: Must be a date such as 2026-08-13."),
            ({"maxBankBookingDate": "2026-02-30"}, "Field 'maxBankBookingDate' not valid: There is no such day."),
            ({"categoryIds": "Miete"}, "Field 'categoryIds' not valid: Must be a whole number."),
            ({"perPage": 501}, "Field 'perPage' not valid: Must be at most 500."),
            ({"page": 0}, "Field 'page' not valid: Must be at least 1."),
            ({"order": "valuDate"}, "Field 'order' not valid: Cannot order by 'valuDate'. Did you mean 'valueDate'?"),
            ({"ids": ",".join(["1"] * 1001)}, "Field 'ids' not valid: Must have at most 1000 elements, has 1001."),
        ],
        ids=lambda given: str(given)[:40],
    )
    def test_what_a_filter_cannot_read_is_refused(self, alice: EndUser, query: dict[str, Any], message: str) -> None:
        answer = alice.gets(TRANSACTIONS, **{"view": "userView", **query})
        date = "2026-08-14T12:00:00.000+02:00"
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message, date=date))

    def test_an_unknown_currency_is_refused(self, alice: EndUser) -> None:
        answer = alice.gets(TRANSACTIONS, view="userView", currency="Euro")
        assert answer.status_code == 400
        assert "currency" in answer.json()["errors"][0]["message"]

    def test_the_view_is_mandatory(self, alice: EndUser) -> None:
        answer = alice.gets(TRANSACTIONS)
        message, date = "Field 'view' not valid: Parameter is missing.", "2026-08-14T12:00:00.000+02:00"
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message, date=date))


ORDERS: dict[str, Callable[[Json], Any]] = {
    "id": lambda one: one["id"],
    "parentId": lambda one: 0,
    "accountId": lambda one: one["accountId"],
    "valueDate": lambda one: one["valueDate"],
    "bankBookingDate": lambda one: one["bankBookingDate"],
    "finapiBookingDate": lambda one: one["finapiBookingDate"],
    "amount": lambda one: one["amount"],
    "purpose": lambda one: one["purpose"].casefold(),
    "counterpartName": lambda one: one["counterpartName"].casefold(),
    "counterpartAccountNumber": lambda one: one["counterpartAccountNumber"],
    "counterpartIban": lambda one: one["counterpartIban"],
    "counterpartBlz": lambda one: one["counterpartBlz"],
    "counterpartBic": lambda one: one["counterpartBic"].casefold(),
    "type": lambda one: one["type"].casefold(),
    "primanota": lambda one: one["primanota"],
    "category.id": lambda one: one["category"]["id"],
    "category.name": lambda one: one["category"]["name"].casefold(),
    "isPotentialDuplicate": lambda one: one["isPotentialDuplicate"],
    "isNew": lambda one: one["isNew"],
    "importDate": lambda one: one["importDate"],
}


class TestOrder:
    def first_page(self, alice: EndUser, order: Any) -> list[Json]:
        page: list[Json] = alice.sees(TRANSACTIONS, view="userView", perPage=500, order=order)["transactions"]
        return page

    @pytest.mark.parametrize("column", ORDERS)
    def test_by_every_documented_property_both_ways(self, alice: EndUser, everything: list[Json], column: str) -> None:
        """What is equal stays in the order of the ids."""
        ascending = sorted(everything, key=ORDERS[column])
        descending = sorted(everything, key=ORDERS[column], reverse=True)
        assert self.first_page(alice, column) == self.first_page(alice, f"{column},asc") == ascending[:500]
        assert self.first_page(alice, f"{column},desc") == descending[:500]

    @pytest.mark.parametrize(
        "order", [["type,desc", "amount", "id,desc"], "type,desc,amount,id,desc", "type,DESC,amount,asc,id,desc"]
    )
    def test_the_first_criterion_counts_most(self, alice: EndUser, everything: list[Json], order: Any) -> None:
        expected = sorted(everything, key=lambda one: (one["amount"], -one["id"]))
        expected.sort(key=ORDERS["type"], reverse=True)
        assert self.first_page(alice, order) == expected[:500]

    def test_it_is_by_id_unless_asked_otherwise(self, everything: list[Json]) -> None:
        ids = [one["id"] for one in everything]
        assert ids == sorted(ids)


class TestPagesAndTotals:
    def totals_of(self, transactions: Sequence[Json]) -> dict[str, int]:
        amounts = [cents(one["amount"]) for one in transactions]
        return {
            "income": sum(amount for amount in amounts if amount >= 0),
            "spending": sum(amount for amount in amounts if amount < 0),
            "balance": sum(amounts),
        }

    @pytest.mark.parametrize(
        ("query", "wanted"),
        [
            ({}, lambda one: True),
            ({"direction": "income"}, is_income),
            ({"search": "miete"}, lambda one: "miete" in texts(one)),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("page", [1, 2, 99])
    def test_totals_are_those_of_all_pages(
        self, alice: EndUser, everything: list[Json], page: int, query: dict[str, str], wanted: Callable[[Json], bool]
    ) -> None:
        answer = alice.sees(TRANSACTIONS, view="userView", page=page, perPage=10, **query)
        told_totals = {name: cents(answer[name]) for name in ("income", "spending", "balance")}
        assert told_totals == self.totals_of([one for one in everything if wanted(one)])

    def test_spending_is_negative_and_all_three_are_numbers(self, alice: EndUser) -> None:
        page = alice.sees(TRANSACTIONS, view="userView")
        assert page["spending"] < 0 < page["income"]
        assert cents(page["balance"]) == cents(page["income"]) + cents(page["spending"])
        assert {type(page[name]) for name in ("income", "spending", "balance")} == {float}

    def test_the_first_twenty_come_first(self, alice: EndUser, everything: list[Json]) -> None:
        page = alice.sees(TRANSACTIONS, view="userView")
        count = len(everything)
        assert page["transactions"] == everything[:20]
        assert page["paging"] == {"page": 1, "perPage": 20, "pageCount": -(-count // 20), "totalCount": count}

    def test_the_last_page_may_be_part_full(self, alice: EndUser, everything: list[Json]) -> None:
        page = alice.sees(TRANSACTIONS, view="userView", perPage=500, page=4)
        assert page["transactions"] == everything[MANY:]
        assert page["paging"] == {"page": 4, "perPage": 500, "pageCount": 4, "totalCount": len(everything)}

    def test_a_page_past_the_end_is_empty(self, alice: EndUser, everything: list[Json]) -> None:
        page = alice.sees(TRANSACTIONS, view="userView", perPage=500, page=5)
        assert page["transactions"] == []
        assert page["paging"] == {"page": 5, "perPage": 500, "pageCount": 4, "totalCount": len(everything)}


class TestWhoseTheyAre:
    @pytest.fixture
    def fresh(self) -> EndUser:
        """Somebody other than `alice`, whom the tests above share."""
        return Shop(serve()).welcomes("fresh")

    def test_nothing_is_there_at_first(self, fresh: EndUser) -> None:
        assert fresh.transactions() == []

    def test_an_unknown_transaction(self, fresh: EndUser) -> None:
        answer = fresh.gets(f"{TRANSACTIONS}/1")
        assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", "Resource not found"))

    def test_another_users_transactions_are_as_good_as_unknown(self, fresh: EndUser) -> None:
        bob = fresh.shop.welcomes("bob")
        bob.connects(accountTypes=["SAVINGS"])
        theirs = bob.transactions()[0]
        answer = fresh.gets(f"{TRANSACTIONS}/{theirs['id']}")
        assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", "Resource not found"))
        assert fresh.transactions(ids=theirs["id"]) == []
        assert fresh.transactions(accountIds=theirs["accountId"]) == []

    def test_another_mandators_transactions_too(self, fresh: EndUser) -> None:
        other = Shop(fresh.http, "elsewhere").welcomes("fresh")
        other.connects(REDIRECT_BANK, accountTypes=["SAVINGS"])
        assert fresh.gets(f"{TRANSACTIONS}/{other.transactions()[0]['id']}").status_code == 404

    def test_an_accounts_id_is_no_transactions_id(self, alice: EndUser) -> None:
        assert alice.gets(f"{TRANSACTIONS}/{alice.accounts()[0]['id']}").status_code == 404

    def test_an_id_that_is_no_number(self, fresh: EndUser) -> None:
        answer = fresh.gets(f"{TRANSACTIONS}/first")
        message = "Field 'id' not valid: Must be a whole number."
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message))

    @pytest.mark.parametrize("path", [TRANSACTIONS, f"{TRANSACTIONS}/1"])
    def test_without_a_token(self, fresh: EndUser, path: str) -> None:
        assert told(fresh.http.get(path)) == (401, NO_TOKEN)
