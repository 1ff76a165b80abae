"""Bank connections: what an import leaves behind, and what the nights add to it."""

from datetime import date, timedelta
from typing import Any

import pytest

from mock_server.settings import Settings
from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser, Shop
from tests.conftest import NOW, serve
from tests.refusals import GERMAN_NOON, NO_TOKEN, Json, access_error, told

CONNECTIONS = "/api/v2/bankConnections"
TODAY = NOW.date()
# Accounts of this type alone have few transactions, which keeps an import small.
SMALL: dict[str, Any] = {"accountTypes": ["SAVINGS"]}


def cents(amount: float) -> int:
    return round(amount * 100)


def what_the_bank_says(transactions: list[Json]) -> list[Json]:
    """Transactions without the ids that finAPI gives them."""
    return [{key: value for key, value in one.items() if key not in ("id", "accountId")} for one in transactions]


class TestAnImportedConnection:
    @pytest.fixture(scope="class")
    def alice(self) -> EndUser:
        return Shop(serve()).welcomes("alice")

    @pytest.fixture(scope="class")
    def connection(self, alice: EndUser) -> Json:
        return alice.connects(bankConnectionName="Household")

    def test_it_is_ready_and_names_its_bank(self, alice: EndUser, connection: Json) -> None:
        accounts = [account["id"] for account in alice.accounts()]
        assert {key: value for key, value in connection.items() if key != "interfaces"} == {
            "id": connection["id"],
            "importDate": GERMAN_NOON,
            "name": "Household",
            "updateStatus": "READY",
            "categorizationStatus": "READY",
            "accountIds": accounts,
            "bank": alice.sees(f"/api/v2/banks/{TEST_BANK}"),
        }

    def test_it_uses_the_banks_best_interface_with_a_consent_for_ninety_days(self, connection: Json) -> None:
        (interface,) = connection["interfaces"]
        assert {key: value for key, value in interface.items() if key != "twoStepProcedures"} == {
            "bankingInterface": "XS2A",
            # unlicensed clients see all values masked, stored secrets too
            "loginCredentials": [
                {"label": "Onlinebanking-ID", "value": "XXXXX"},
                {"label": "PIN", "value": "XXXXX"},
            ],
            # 90 days later it is winter time
            "aisConsent": {
                "status": "PRESENT",
                "expiresAt": "2026-11-11T11:00:00.000+01:00",
                "supportsImportNewAccounts": True,
            },
            "lastManualUpdate": {"result": "OK", "timestamp": GERMAN_NOON},
            "userActionRequired": False,
            "maxDaysForDownload": 0,
        }

    def test_it_knows_the_test_banks_procedures(self, connection: Json) -> None:
        procedures = connection["interfaces"][0]["twoStepProcedures"]
        assert [procedure["procedureName"] for procedure in procedures] == [
            "smsTan",
            "pushTan",
            "chipTan optical",
            "chipTan QR",
            "Demo Decoupled Auth",
        ]
        assert [procedure.get("procedureChallengeType") for procedure in procedures] == [
            "TEXT",
            "TEXT",
            "FLICKER_CODE",
            "PHOTO",
            None,
        ]

    def test_it_looks_the_same_in_the_list(self, alice: EndUser, connection: Json) -> None:
        assert alice.sees(CONNECTIONS) == {"connections": [connection]}


class TestWhatTheFormAskedFor:
    def test_without_a_name_there_is_none(self, alice: EndUser) -> None:
        assert "name" not in alice.connects(**SMALL)

    def test_an_interface_that_needs_no_consent_has_none(self, alice: EndUser) -> None:
        connection = alice.connects(allowedInterfaces=["FINTS_SERVER"], **SMALL)
        assert [interface["bankingInterface"] for interface in connection["interfaces"]] == ["FINTS_SERVER"]
        assert "aisConsent" not in connection["interfaces"][0]

    def test_owner_data_is_loaded_on_request_only(self, alice: EndUser) -> None:
        without = alice.connects(**SMALL)
        loaded = alice.connects(REDIRECT_BANK, loadOwnerData=True, **SMALL)
        assert "owners" not in without
        assert loaded["owners"][0]["lastName"] == "Mustermann"

    @pytest.mark.parametrize(
        ("wanted", "types"),
        [
            (["SAVINGS"], ["Savings"]),
            (["CHECKING"], ["Checking", "Checking"]),
            (["SAVINGS", "CREDIT_CARD"], ["Savings"]),
            ([], ["Checking", "Checking", "Savings"]),
            (None, ["Checking", "Checking", "Savings"]),
        ],
    )
    def test_only_accounts_of_the_wanted_types_are_there(
        self, alice: EndUser, wanted: list[str] | None, types: list[str]
    ) -> None:
        connection = alice.connects(accountTypes=wanted)
        assert sorted(account["accountType"] for account in alice.accounts()) == types
        assert connection["accountIds"] == [account["id"] for account in alice.accounts()]

    def test_skipping_positions_leaves_the_balances(self, alice: EndUser) -> None:
        alice.connects(skipPositionsDownload=True)
        assert alice.transactions() == []
        assert all("balance" in account for account in alice.accounts())

    def test_skipping_balances_too_leaves_bare_accounts(self, alice: EndUser) -> None:
        alice.connects(skipPositionsDownload=True, skipBalancesDownload=True)
        assert alice.transactions() == []
        assert len(alice.accounts()) == 3
        assert not [account for account in alice.accounts() if {"balance", "availableFunds"} & set(account)]

    @pytest.mark.parametrize("days", [14, 90])
    def test_a_download_reaches_back_as_many_days_as_asked_for(self, alice: EndUser, days: int) -> None:
        whole = alice.shop.welcomes("bob")
        whole.connects()
        connection = alice.connects(maxDaysForDownload=days)
        first = str(TODAY - timedelta(days=days - 1))
        expected = whole.transactions(minBankBookingDate=first)
        assert what_the_bank_says(alice.transactions()) == what_the_bank_says(expected)
        assert len(expected) > 3
        assert connection["interfaces"][0]["maxDaysForDownload"] == days

    @pytest.mark.parametrize("days", [0, 730, 3650])
    def test_it_reaches_back_two_years_at_most(self, alice: EndUser, days: int) -> None:
        alice.connects(maxDaysForDownload=days, **SMALL)
        booked = sorted(date.fromisoformat(one["bankBookingDate"]) for one in alice.transactions())
        two_years_ago = TODAY - timedelta(days=730)
        assert two_years_ago < booked[0] < two_years_ago + timedelta(days=31)
        assert booked[-1] <= TODAY


class TestReading:
    def test_nothing_is_there_at_first(self, alice: EndUser) -> None:
        assert told(alice.gets(CONNECTIONS)) == (200, {"connections": []})

    def test_ids_choose_among_them(self, alice: EndUser) -> None:
        one, two, three = (
            alice.connects(bank, login, **SMALL)
            for bank, login in ((TEST_BANK, "demo"), (TEST_BANK, "demo_no_msa"), (REDIRECT_BANK, "demo"))
        )
        assert alice.sees(CONNECTIONS)["connections"] == [one, two, three]
        assert alice.sees(CONNECTIONS, ids=f"{three['id']},{one['id']},7")["connections"] == [one, three]
        assert alice.sees(CONNECTIONS, ids=7)["connections"] == []

    def test_an_unknown_connection(self, alice: EndUser) -> None:
        answer = alice.gets(f"{CONNECTIONS}/1")
        assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", "Resource not found"))

    def test_another_users_connection_is_as_good_as_unknown(self, alice: EndUser) -> None:
        bob = alice.shop.welcomes("bob")
        theirs = bob.connects(**SMALL)["id"]
        answer = alice.gets(f"{CONNECTIONS}/{theirs}")
        assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", "Resource not found"))
        assert alice.sees(CONNECTIONS, ids=theirs) == {"connections": []}

    def test_another_mandators_connection_too(self, alice: EndUser) -> None:
        theirs = Shop(alice.http, "elsewhere").welcomes("alice").connects(**SMALL)["id"]
        assert alice.gets(f"{CONNECTIONS}/{theirs}").status_code == 404

    @pytest.mark.parametrize(
        ("path", "message"),
        [
            (f"{CONNECTIONS}/first", "Field 'id' not valid: Must be a whole number."),
            (f"{CONNECTIONS}?ids=first", "Field 'ids' not valid: Must be a whole number."),
        ],
    )
    def test_an_id_that_is_no_number(self, alice: EndUser, path: str, message: str) -> None:
        answer = alice.gets(path)
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message))

    @pytest.mark.parametrize("path", [CONNECTIONS, f"{CONNECTIONS}/1"])
    def test_without_a_token(self, alice: EndUser, path: str) -> None:
        assert told(alice.http.get(path)) == (401, NO_TOKEN)


class TestTheNightlyUpdate:
    @pytest.mark.parametrize("span", ["1d", "30d"])
    def test_balances_move_by_exactly_what_was_booked(self, alice: EndUser, span: str) -> None:
        alice.connects()
        before = {account["id"]: cents(account["balance"]) for account in alice.accounts()}
        known = {one["id"] for one in alice.transactions()}
        alice.shop.moves_clock(advance=span)
        added = [one for one in alice.transactions() if one["id"] not in known]
        assert added
        assert known < {one["id"] for one in alice.transactions()}
        for account in alice.accounts():
            booked = sum(cents(one["amount"]) for one in added if one["accountId"] == account["id"])
            assert cents(account["balance"]) == before[account["id"]] + booked
            assert cents(account["availableFunds"]) == cents(account["balance"]) + cents(
                account.get("overdraftLimit", 0)
            )

    def test_it_happens_at_five_in_the_morning(self, alice: EndUser) -> None:
        connection = alice.connects()
        known = alice.transactions()
        alice.shop.moves_clock(set="2026-08-14T02:59:59Z")
        assert alice.transactions() == known
        assert alice.sees(CONNECTIONS)["connections"] == [connection]
        alice.shop.moves_clock(advance="1s")
        added = alice.transactions(minImportDate="2026-08-14")
        assert {one["importDate"] for one in added} == {"2026-08-14T05:00:00.000+02:00"}
        assert {one["bankBookingDate"] for one in added} == {"2026-08-14"}
        assert len(alice.transactions()) == len(known) + len(added)

    def test_it_is_reported_as_an_automatic_update(self, alice: EndUser) -> None:
        connection = alice.connects(**SMALL)
        alice.shop.moves_clock(advance="1d")
        (interface,) = alice.sees(f"{CONNECTIONS}/{connection['id']}")["interfaces"]
        five = "2026-08-14T05:00:00.000+02:00"
        assert interface["lastAutoUpdate"] == {"result": "OK", "timestamp": five}
        assert interface["lastManualUpdate"] == {"result": "OK", "timestamp": GERMAN_NOON}
        assert alice.accounts()[0]["interfaces"][0]["lastSuccessfulUpdate"] == five

    def test_one_leap_of_the_clock_is_as_good_as_many_steps(self) -> None:
        leaping, walking = (Shop(serve()).welcomes("alice") for _ in range(2))
        leaping.connects()
        walking.connects()
        leaping.shop.moves_clock(advance="20d")
        for _ in range(20):
            walking.shop.moves_clock(advance="1d")
        assert walking.transactions() == leaping.transactions()
        assert walking.accounts() == leaping.accounts()

    def test_a_quiet_night_changes_no_balance(self, alice: EndUser) -> None:
        alice.connects(**SMALL)
        before = alice.accounts()[0]["balance"]
        alice.shop.moves_clock(advance="1d")
        assert alice.accounts()[0]["balance"] == before

    def test_the_clock_of_one_mandator_moves_nobody_else(self, alice: EndUser) -> None:
        other = Shop(alice.http, "elsewhere").welcomes("bob")
        other.connects()
        before = other.transactions()
        alice.connects()
        alice.shop.moves_clock(advance="30d")
        assert other.transactions() == before


class TestTheSeed:
    def everything(self, user: EndUser) -> list[Json]:
        return [user.sees(CONNECTIONS), user.accounts(), user.transactions()]

    def test_the_same_seed_gives_the_same_data_in_two_servers(self) -> None:
        one, two = (Shop(serve()).welcomes("alice") for _ in range(2))
        assert one.connects() == two.connects()
        assert self.everything(one) == self.everything(two)

    def test_another_seed_gives_other_data(self) -> None:
        one, two = (Shop(serve(Settings(seed=seed))).welcomes("alice") for seed in (1, 2))
        one.connects()
        two.connects()
        assert what_the_bank_says(one.transactions()) != what_the_bank_says(two.transactions())
        assert [account["balance"] for account in one.accounts()] != [account["balance"] for account in two.accounts()]
        # accounts are documented, so a seed does not change them
        assert [account["iban"] for account in one.accounts()] == [account["iban"] for account in two.accounts()]

    def test_two_mandators_get_the_same_bank_data(self, alice: EndUser) -> None:
        bob = Shop(alice.http, "elsewhere").welcomes("bob")
        alice.connects(REDIRECT_BANK, **SMALL)
        alice.connects()
        bob.connects()
        connected = alice.sees(CONNECTIONS)["connections"][1]
        mine = alice.transactions(accountIds=",".join(map(str, connected["accountIds"])))
        assert what_the_bank_says(mine) == what_the_bank_says(bob.transactions())
        assert {one["id"] for one in mine}.isdisjoint(one["id"] for one in bob.transactions())

    def test_two_users_of_a_login_get_the_same_bank_data_under_ids_of_their_own(self, alice: EndUser) -> None:
        bob = alice.shop.welcomes("bob")
        alice.connects(**SMALL)
        bob.connects(**SMALL)
        assert what_the_bank_says(alice.transactions()) == what_the_bank_says(bob.transactions())
        assert {one["id"] for one in alice.transactions()}.isdisjoint(one["id"] for one in bob.transactions())

    def test_two_logins_and_two_banks_have_different_accounts(self, alice: EndUser) -> None:
        for bank, login in ((TEST_BANK, "demo"), (TEST_BANK, "demo_no_msa"), (REDIRECT_BANK, "demo")):
            alice.connects(bank, login, **SMALL)
        assert len({account["iban"] for account in alice.accounts()}) == 3
