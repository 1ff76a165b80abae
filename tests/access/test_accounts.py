"""Accounts, as far as they are read: filters, and that nobody sees anybody else's."""

from collections.abc import Callable
from typing import Any

import pytest

from mock_server.domain.money import is_iban
from tests.actors import REDIRECT_BANK, EndUser, Shop
from tests.conftest import serve
from tests.refusals import GERMAN_NOON, NO_TOKEN, Json, access_error, told

ACCOUNTS = "/api/v2/accounts"
THURSDAY, FRIDAY = "2026-08-13", "2026-08-14"


@pytest.fixture(scope="module")
def alice() -> EndUser:
    """She connects a second bank in the night, so that the first one's accounts are a day older."""
    alice = Shop(serve()).welcomes("alice")
    alice.connects()
    alice.shop.moves_clock(set="2026-08-14T01:00:00Z")
    alice.token = alice.shop.token("password", username="alice", password=alice.password)
    alice.connects(REDIRECT_BANK, accountTypes=["SAVINGS"])
    return alice


@pytest.fixture(scope="module")
def accounts(alice: EndUser) -> list[Json]:
    accounts = alice.accounts()
    assert [account["accountType"] for account in accounts] == ["Checking", "Checking", "Savings", "Savings"]
    return accounts


class TestAnAccount:
    def test_the_main_account_is_the_documented_one(self, accounts: list[Json]) -> None:
        account = accounts[0]
        assert account == {
            "id": account["id"],
            "importDate": GERMAN_NOON,
            "bankConnectionId": account["bankConnectionId"],
            "accountName": "Main-TestAccount",
            "iban": "DE77533700080111111100",
            "accountNumber": "111111100",
            "accountHolderName": account["accountHolderName"],
            "accountHolderId": "XXXXX",
            "accountCurrency": "EUR",
            "accountType": "Checking",
            "balance": account["balance"],
            "overdraftLimit": account["overdraftLimit"],
            "availableFunds": account["availableFunds"],
            "isNew": True,
            "interfaces": account["interfaces"],
            "isSeized": False,
        }

    def test_so_is_the_second(self, accounts: list[Json]) -> None:
        assert (accounts[1]["accountName"], accounts[1]["iban"], accounts[1]["accountNumber"]) == (
            "Secondary-TestAccount",
            "DE23533700080111111102",
            "111111102",
        )

    def test_its_interface_says_what_can_be_done_and_when_it_was_updated(self, accounts: list[Json]) -> None:
        (interface,) = accounts[0]["interfaces"]
        assert (interface["bankingInterface"], interface["status"]) == ("XS2A", "UPDATED")
        assert "DATA_DOWNLOAD" in interface["capabilities"]
        assert (interface["lastSuccessfulUpdate"], interface["lastUpdateAttempt"]) == (GERMAN_NOON, GERMAN_NOON)

    def test_available_funds_are_balance_and_overdraft_limit(self, accounts: list[Json]) -> None:
        for account in accounts:
            expected = account["balance"] + account.get("overdraftLimit", 0)
            assert account["availableFunds"] == pytest.approx(expected, abs=0.001)

    def test_ibans_are_valid_and_belong_to_one_account_each(self, accounts: list[Json]) -> None:
        assert all(is_iban(account["iban"]) for account in accounts)
        assert len({account["iban"] for account in accounts}) == len(accounts)

    def test_savings_have_no_overdraft(self, accounts: list[Json]) -> None:
        assert "overdraftLimit" not in accounts[2]

    def test_one_looks_like_in_the_list(self, alice: EndUser, accounts: list[Json]) -> None:
        assert [alice.sees(f"{ACCOUNTS}/{account['id']}") for account in accounts] == accounts

    def test_balances_are_json_numbers_with_at_most_two_decimals(self, alice: EndUser, accounts: list[Json]) -> None:
        text = alice.gets(f"{ACCOUNTS}/{accounts[0]['id']}").text
        assert f'"balance":{accounts[0]["balance"]},' in text
        assert len(str(accounts[0]["balance"]).partition(".")[2]) <= 2


def by_id(*positions: int) -> Callable[[list[Json]], dict[str, Any]]:
    return lambda accounts: {"ids": ",".join(str(accounts[n]["id"]) for n in positions)}


def by_connection(*positions: int) -> Callable[[list[Json]], dict[str, Any]]:
    return lambda accounts: {"bankConnectionIds": [accounts[n]["bankConnectionId"] for n in positions]}


def by_balance(name: str, position: int, more: float = 0.0) -> Callable[[list[Json]], dict[str, Any]]:
    return lambda accounts: {name: round(accounts[position]["balance"] + more, 2)}


def with_balance(at_least: float, at_most: float) -> Callable[[list[Json]], dict[str, Any]]:
    return lambda _: {"minBalance": at_least, "maxBalance": at_most}


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({}, [0, 1, 2, 3]),
            ({"search": "main"}, [0]),
            ({"search": "TESTACCOUNT"}, [0, 1, 2, 3]),
            ({"search": "account second"}, [1]),
            ({"search": "DE7753370008"}, [0]),  # IBAN
            ({"search": "111111102"}, [1]),  # number
            ({"search": "de23 secondary 1102"}, [1]),
            ({"search": "main secondary"}, []),
            ({"accountTypes": "Savings"}, [2, 3]),
            ({"accountTypes": "Checking,Savings"}, [0, 1, 2, 3]),
            ({"accountTypes": ["Savings", "Security"]}, [2, 3]),
            ({"accountTypes": "CreditCard"}, []),
            ({"minLastSuccessfulUpdate": THURSDAY}, [0, 1, 2, 3]),
            ({"minLastSuccessfulUpdate": FRIDAY}, [3]),
            ({"minLastSuccessfulUpdate": "2026-08-15"}, []),
            ({"maxLastSuccessfulUpdate": FRIDAY}, [0, 1, 2, 3]),
            ({"maxLastSuccessfulUpdate": THURSDAY}, [0, 1, 2]),
            ({"maxLastSuccessfulUpdate": "2026-08-12"}, []),
            ({"search": "account", "accountTypes": "Savings", "minLastSuccessfulUpdate": FRIDAY}, [3]),
        ],
        ids=str,
    )
    def test_a_filter_keeps_the_accounts_that_fit(
        self, alice: EndUser, accounts: list[Json], query: dict[str, Any], expected: list[int]
    ) -> None:
        assert alice.accounts(**query) == [accounts[n] for n in expected]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (by_id(0), [0]),
            (by_id(2, 0), [0, 2]),
            (lambda _: {"ids": 1}, []),
            (by_connection(0), [0, 1, 2]),
            (by_connection(3), [3]),
            (by_connection(0, 3), [0, 1, 2, 3]),
        ],
    )
    def test_ids_name_accounts_and_connections(
        self, alice: EndUser, accounts: list[Json], query: Callable[[list[Json]], Any], expected: list[int]
    ) -> None:
        assert alice.accounts(**query(accounts)) == [accounts[n] for n in expected]

    def test_balances_are_compared_to_the_cent(self, alice: EndUser, accounts: list[Json]) -> None:
        balance = accounts[1]["balance"]

        def keeps(**limit: float) -> bool:
            return accounts[1] in alice.accounts(**limit)

        assert keeps(minBalance=balance)
        assert keeps(maxBalance=balance)
        assert keeps(minBalance=balance, maxBalance=balance)
        assert keeps(minBalance=round(balance - 0.01, 2))
        assert keeps(maxBalance=round(balance + 0.01, 2))
        assert not keeps(minBalance=round(balance + 0.01, 2))
        assert not keeps(maxBalance=round(balance - 0.01, 2))

    def test_an_account_without_a_balance_is_in_no_range_of_balances(self) -> None:
        bob = Shop(serve()).welcomes("bob")
        bob.connects(skipPositionsDownload=True, skipBalancesDownload=True)
        assert bob.accounts(minBalance=-1e9) == []
        assert bob.accounts(maxBalance=1e9) == []

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ({"minBalance": "much"}, "Field 'minBalance' not valid: Must be a number."),
            ({"maxBalance": "1,5"}, "Field 'maxBalance' not valid: Must be a number."),
            (
                {"minLastSuccessfulUpdate": "13.08.2026"},
                "Field 'minLastSuccessfulUpdate' not valid: Must be a date such as 2026-08-13.",
            ),
            (
                {"maxLastSuccessfulUpdate": "2026-02-30"},
                "Field 'maxLastSuccessfulUpdate' not valid: There is no such day.",
            ),
            ({"bankConnectionIds": "all"}, "Field 'bankConnectionIds' not valid: Must be a whole number."),
            ({"ids": ",".join("1" * 1001)}, "Field 'ids' not valid: Must have at most 1000 elements, has 1001."),
            (
                {"accountTypes": "SAVINGS"},  # that is how Web Form writes it
                "Field 'accountTypes' not valid: "
                "Must be one of Checking, Savings, CreditCard, Security, Loan, Membership, Bausparen.",
            ),
        ],
    )
    def test_what_a_filter_cannot_read_is_refused(self, alice: EndUser, query: dict[str, str], message: str) -> None:
        answer = alice.gets(ACCOUNTS, **query)
        noon = "2026-08-14T03:00:00.000+02:00"
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message, date=noon))

    def test_the_list_is_not_paged(self, alice: EndUser, accounts: list[Json]) -> None:
        assert alice.sees(ACCOUNTS, page=2, perPage=1) == {"accounts": accounts}


class TestWhoseTheyAre:
    # `fresh` rather than `alice`, whom the other tests share
    @pytest.fixture
    def fresh(self) -> EndUser:
        return Shop(serve()).welcomes("fresh")

    def test_nothing_is_there_at_first(self, fresh: EndUser) -> None:
        assert told(fresh.gets(ACCOUNTS)) == (200, {"accounts": []})

    def test_an_unknown_account(self, fresh: EndUser) -> None:
        answer = fresh.gets(f"{ACCOUNTS}/1")
        assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", "Resource not found"))

    def test_another_users_account_is_as_good_as_unknown(self, fresh: EndUser) -> None:
        bob = fresh.shop.welcomes("bob")
        bob.connects(accountTypes=["SAVINGS"])
        theirs = bob.accounts()[0]["id"]
        answer = fresh.gets(f"{ACCOUNTS}/{theirs}")
        assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", "Resource not found"))
        assert fresh.accounts(ids=theirs) == []

    def test_another_mandators_account_too(self, fresh: EndUser) -> None:
        other = Shop(fresh.http, "elsewhere").welcomes("fresh")
        other.connects(accountTypes=["SAVINGS"])
        assert fresh.gets(f"{ACCOUNTS}/{other.accounts()[0]['id']}").status_code == 404

    def test_an_id_that_is_no_number(self, fresh: EndUser) -> None:
        answer = fresh.gets(f"{ACCOUNTS}/main")
        message = "Field 'id' not valid: Must be a whole number."
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message))

    @pytest.mark.parametrize("path", [ACCOUNTS, f"{ACCOUNTS}/1"])
    def test_without_a_token(self, fresh: EndUser, path: str) -> None:
        assert told(fresh.http.get(path)) == (401, NO_TOKEN)
