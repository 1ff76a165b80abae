"""Mock batch updates: a client says what the bank would have sent."""

from pathlib import Path
from typing import Any

import pytest

from mock_server.settings import Settings
from tests.access.direct import IMPORT, import_body, imports, login
from tests.access.mocked import account, asks_for_mock, data, later, mocks, status, update
from tests.access.test_submissions import creates, submission, transfer, updates
from tests.actors import REDIRECT_BANK, Admin, EndUser, Json, Shop
from tests.conftest import serve
from tests.refusals import GERMAN_NOON, access_error, told

COFFEE = {"amount": -3.5, "purpose": "Espresso", "counterpart": "Bar Centrale"}


@pytest.fixture
def connection(alice: EndUser) -> Json:
    return alice.connects(maxDaysForDownload=30)


@pytest.fixture
def main(connection: Json) -> int:
    return int(connection["accountIds"][0])


def newest(user: EndUser, id: int) -> list[Json]:
    """What has come by mock updates, oldest first; the import was at noon too, but its ids are lower."""
    return sorted(user.transactions(accountIds=id), key=lambda one: int(one["id"]))


def balance(user: EndUser, id: int) -> float:
    return float(account(user, id)["balance"])


class TestTransactions:
    def test_a_new_one_has_what_its_maker_says(self, alice: EndUser, connection: Json, main: int) -> None:
        made_up = {
            "amount": -99.99,
            "currency": "EUR",
            "originalAmount": -110.5,
            "originalCurrency": "USD",
            "purpose": "Restaurantbesuch",
            "counterpart": "Bar Centrale",
            "counterpartIban": "DE13700800000061110500",
            "counterpartBic": "DRESDEFF700",
            "bookingDate": "2026-08-12",
            "valueDate": "2026-08-14",
            "typeId": 106,
            "counterpartMandateReference": "MR123",
            "counterpartCreditorId": "DE02ABC01234567890",
            "counterpartCustomerReference": "CUR123",
            "counterpartDebitorId": "CRI098",
            "type": "Girocard",
            "typeCodeSwift": "RAPRDE51",
            "sepaPurposeCode": "OTHR",
        }
        before = balance(alice, main)
        mocks(alice, update(connection, data(main, round(before - 99.99, 2), made_up)))
        booked = newest(alice, main)[-1]
        assert booked == {
            "id": booked["id"],
            "accountId": main,
            "valueDate": "2026-08-14",
            "bankBookingDate": "2026-08-12",
            "finapiBookingDate": "2026-08-12",
            "amount": -99.99,
            "currency": "EUR",
            "purpose": "Restaurantbesuch",
            "cleanedPurpose": "Restaurantbesuch",
            "counterpartName": "Bar Centrale",
            "counterpartAccountNumber": "0061110500",
            "counterpartIban": "DE13700800000061110500",
            "counterpartBlz": "70080000",
            "counterpartBic": "DRESDEFF700",
            "counterpartMandateReference": "MR123",
            "counterpartCustomerReference": "CUR123",
            "counterpartCreditorId": "DE02ABC01234567890",
            "counterpartDebitorId": "CRI098",
            "originalAmount": -110.5,
            "originalCurrency": "USD",
            "type": "Girocard",
            "typeCodeZka": "106",
            "typeCodeSwift": "RAPRDE51",
            "bankTransactionCode": "PMNT-CCRD-POSD",
            "bankTransactionCodeDescription": booked["bankTransactionCodeDescription"],
            "sepaPurposeCode": "OTHR",
            "category": booked["category"],
            "labels": [],
            "isPotentialDuplicate": False,
            "isAdjustingEntry": False,
            "isNew": True,
            "importDate": GERMAN_NOON,
        }

    def test_what_is_left_out_has_its_default_or_is_not_there(
        self, alice: EndUser, connection: Json, main: int
    ) -> None:
        mocks(alice, update(connection, data(main, round(balance(alice, main) + 1, 2), {"amount": 1})))
        booked = newest(alice, main)[-1]
        assert booked == {
            "id": booked["id"],
            "accountId": main,
            "valueDate": "2026-08-13",
            "bankBookingDate": "2026-08-13",
            "finapiBookingDate": "2026-08-13",
            "amount": 1.0,
            "currency": "EUR",
            "labels": [],
            "isPotentialDuplicate": False,
            "isAdjustingEntry": False,
            "isNew": True,
            "importDate": GERMAN_NOON,
        }

    def test_the_value_date_is_the_booking_date_unless_said_otherwise(
        self, alice: EndUser, connection: Json, main: int
    ) -> None:
        mocks(alice, update(connection, data(main, 0, {"amount": 1, "bookingDate": "2026-08-11"})))
        assert newest(alice, main)[-2]["valueDate"] == "2026-08-11"

    def test_a_booking_in_the_future_counts_as_of_today(self, alice: EndUser, connection: Json, main: int) -> None:
        mocks(alice, update(connection, data(main, 0, {"amount": 1, "bookingDate": "2026-08-20"})))
        booked = newest(alice, main)[-2]
        assert (booked["bankBookingDate"], booked["finapiBookingDate"]) == ("2026-08-20", "2026-08-13")

    def test_it_is_categorized_as_if_it_came_from_a_bank(self, alice: EndUser, connection: Json, main: int) -> None:
        taught = {"accountTypeId": 1, "amount": -3.5, "counterpart": "Bar Centrale"}
        answer = alice.posts("/api/v2/categories/trainCategorization", categoryId=378, transactionData=[taught])
        assert answer.status_code == 200, answer.text
        salary = {"amount": 2500, "purpose": "Gehalt August", "typeId": 153}
        mocks(alice, update(connection, data(main, 0, COFFEE, salary)))
        coffee, earned, _ = newest(alice, main)[-3:]
        assert coffee["category"]["id"] == 378
        assert earned["category"]["parentName"] == "Einnahmen"

    def test_a_known_code_names_the_kind_of_booking(self, alice: EndUser, connection: Json, main: int) -> None:
        mocks(alice, update(connection, data(main, 0, {"amount": 1, "typeId": 153}, {"amount": 2, "typeId": 7})))
        known, unknown, _ = newest(alice, main)[-3:]
        assert (known["type"], known["typeCodeZka"]) == ("Gehalt/Rente", "153")
        assert ("type" in unknown, unknown["typeCodeZka"]) == (False, "007")


class TestWhatIsIgnored:
    @pytest.mark.parametrize(("days_before_newest", "comes"), [(10, True), (11, False)])
    def test_what_lies_too_far_before_the_newest_transaction(
        self, alice: EndUser, connection: Json, main: int, days_before_newest: int, comes: bool
    ) -> None:
        # After this the newest one is of today.
        mocks(alice, update(connection, data(main, 0, {"amount": 1})))
        day = {10: "2026-08-03", 11: "2026-08-02"}[days_before_newest]
        mocks(alice, update(connection, data(main, 12.34, {"amount": 12.34, "bookingDate": day})))
        booked = newest(alice, main)[-1]
        assert booked["amount"] == 12.34
        assert booked["isAdjustingEntry"] is not comes

    @pytest.mark.parametrize(("day", "comes"), [("2026-05-16", True), ("2026-05-15", False)])
    def test_what_is_older_than_89_days(self, alice: EndUser, day: str, comes: bool) -> None:
        connection = alice.connects(skipPositionsDownload=True)  # so that there is no newest transaction
        main = connection["accountIds"][0]
        mocks(alice, update(connection, data(main, balance(alice, main), {"amount": 5, "bookingDate": day})))
        assert [one["amount"] for one in alice.transactions() if not one["isAdjustingEntry"]] == [5.0] * comes

    def test_what_finapi_has_already(self, alice: EndUser, connection: Json, main: int) -> None:
        mocks(alice, update(connection, data(main, 0, {"amount": 7.77}, {"amount": 7.77})))
        first, second, _ = newest(alice, main)[-3:]
        assert (first["amount"], second["amount"]) == (7.77, 7.77)
        before = len(newest(alice, main))
        mocks(alice, update(connection, data(main, 0, {"amount": 7.77, "purpose": "Another one"})))
        assert len(newest(alice, main)) == before


class TestBalances:
    def test_what_adds_up_needs_no_adjusting_entry(self, alice: EndUser, connection: Json, main: int) -> None:
        before, count = balance(alice, main), len(newest(alice, main))
        mocks(alice, update(connection, data(main, round(before - 3.5, 2), COFFEE)))
        assert balance(alice, main) == round(before - 3.5, 2)
        assert len(newest(alice, main)) == count + 1
        assert status(alice, main) == "UPDATED"

    def test_a_gap_is_filled_by_an_adjusting_entry(self, alice: EndUser, connection: Json, main: int) -> None:
        before = balance(alice, main)
        mocks(alice, update(connection, data(main, round(before + 100, 2), COFFEE)))
        entry = newest(alice, main)[-1]
        assert entry == {
            "id": entry["id"],
            "accountId": main,
            "valueDate": "2026-08-13",
            "bankBookingDate": "2026-08-13",
            "finapiBookingDate": "2026-08-13",
            "amount": 103.5,
            "currency": "EUR",
            "purpose": "Zwischensaldo",
            "cleanedPurpose": "Zwischensaldo",
            "labels": [],
            "isPotentialDuplicate": False,
            "isAdjustingEntry": True,
            "isNew": True,
            "importDate": GERMAN_NOON,
        }
        assert status(alice, main) == "UPDATED_FIXED"
        assert alice.transactions(isAdjustingEntry="true") == [entry]
        assert alice.deletes(f"/api/v2/transactions/{entry['id']}").status_code == 200

    def test_without_a_balance_there_is_nothing_to_compare(self, alice: EndUser) -> None:
        connection = alice.connects(skipPositionsDownload=True, skipBalancesDownload=True)
        main = connection["accountIds"][0]
        assert "balance" not in account(alice, main)
        mocks(alice, update(connection, data(main, 5, {"amount": 1})))
        assert (balance(alice, main), status(alice, main)) == (5.0, "UPDATED")
        assert [one["amount"] for one in alice.transactions()] == [1.0]

    @pytest.mark.parametrize("skips", [False, True])
    def test_later_updates_go_on_from_the_mocked_balance(self, alice: EndUser, skips: bool) -> None:
        skipping = {"skipPositionsDownload": True, "skipBalancesDownload": True} if skips else {}
        connection = alice.connects(**skipping)
        main = connection["accountIds"][0]
        bob = alice.shop.welcomes("bob")  # who has the same account, and mocks nothing
        twin = bob.connects()["accountIds"][0]
        as_booked = balance(bob, twin)
        mocks(alice, update(connection, data(main, 1000)))
        mocks(alice, update(connection, data(main, 1234.56)))
        later(alice, "20d")
        later(bob, "0d")
        booked_since = round(balance(bob, twin) - as_booked, 2)
        assert booked_since
        assert balance(alice, main) == round(1234.56 + booked_since, 2)
        assert status(alice, main) == "UPDATED"


class TestAccounts:
    def test_those_that_are_not_listed_are_deprecated_until_a_bank_delivers_them(
        self, alice: EndUser, connection: Json, main: int
    ) -> None:
        _, second, third = connection["accountIds"]
        alice.shop.moves_clock(advance="10m")
        mocks(alice, update(connection, data(main, balance(alice, main))))
        assert [status(alice, id) for id in (main, second, third)] == ["UPDATED", "DEPRECATED", "DEPRECATED"]
        (interface,) = account(alice, second)["interfaces"]
        assert interface["lastSuccessfulUpdate"] == GERMAN_NOON
        assert interface["lastUpdateAttempt"] == "2026-08-13T12:10:00.000+02:00"
        (interface,) = account(alice, main)["interfaces"]
        assert interface["lastSuccessfulUpdate"] == "2026-08-13T12:10:00.000+02:00"
        later(alice, "1d")
        assert {status(alice, id) for id in (main, second, third)} == {"UPDATED"}

    def test_no_list_at_all_deprecates_all(self, alice: EndUser, connection: Json) -> None:
        mocks(alice, update(connection))
        assert {status(alice, id) for id in connection["accountIds"]} == {"DEPRECATED"}

    def test_a_security_account_cannot_be_mocked_and_is_not_missed(self, alice: EndUser) -> None:
        connection = alice.connects(login="demo_securities", maxDaysForDownload=14)
        (depot,) = (one["id"] for one in alice.accounts(accountTypes="Security"))
        answer = asks_for_mock(alice, update(connection, data(depot, 1)))
        message = f"Field 'mockBankConnectionUpdates[0].mockAccountsData[0].accountId' not valid: {depot} is a "
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["code"] == "ILLEGAL_FIELD_VALUE"
        assert answer.json()["errors"][0]["message"].startswith(message)
        mocks(alice, update(connection))
        assert status(alice, depot) == "UPDATED"

    def test_a_login_error_leaves_everything_as_it_was(self, alice: EndUser, connection: Json, main: int) -> None:
        before, count = balance(alice, main), len(newest(alice, main))
        mocks(alice, update(connection, data(main, 1, COFFEE), simulateBankLoginError=True))
        assert (balance(alice, main), len(newest(alice, main))) == (before, count)
        assert {status(alice, id) for id in connection["accountIds"]} == {"DOWNLOAD_FAILED"}
        (interface,) = alice.sees(f"/api/v2/bankConnections/{connection['id']}")["interfaces"]
        assert interface["lastAutoUpdate"] == {
            "result": "BANK_SERVER_REJECTION",
            "errorMessage": "Die Anmeldung ist fehlgeschlagen: Die Zugangsdaten sind nicht korrekt.",
            "errorType": "BUSINESS",
            "timestamp": GERMAN_NOON,
        }
        later(alice, "1d")
        (interface,) = alice.sees(f"/api/v2/bankConnections/{connection['id']}")["interfaces"]
        assert interface["lastAutoUpdate"] == {"result": "OK", "timestamp": "2026-08-14T05:00:00.000+02:00"}
        assert status(alice, main) == "UPDATED"

    def test_the_result_is_that_of_an_automatic_update(self, alice: EndUser, connection: Json) -> None:
        assert "lastAutoUpdate" not in connection["interfaces"][0]
        alice.shop.moves_clock(advance="10m")
        mocks(alice, update(connection))
        (interface,) = alice.sees(f"/api/v2/bankConnections/{connection['id']}")["interfaces"]
        assert interface["lastAutoUpdate"] == {"result": "OK", "timestamp": "2026-08-13T12:10:00.000+02:00"}
        assert interface["lastManualUpdate"] == {"result": "OK", "timestamp": GERMAN_NOON}


class TestDuplicates:
    @pytest.mark.parametrize(
        ("second", "is_duplicate"),
        [
            ({**COFFEE, "bookingDate": "2026-08-11"}, True),
            ({**COFFEE, "bookingDate": "2026-08-10"}, True),
            ({**COFFEE, "bookingDate": "2026-08-09"}, False),
            ({**COFFEE, "bookingDate": "2026-08-11", "purpose": "Cappuccino"}, True),
            ({**COFFEE, "bookingDate": "2026-08-11", "counterpart": "Bar Laterale"}, False),
            ({**COFFEE, "bookingDate": "2026-08-11", "amount": -3.6}, False),
            ({**COFFEE, "bookingDate": "2026-08-11", "amount": 3.5}, False),
        ],
    )
    def test_what_resembles_a_transaction_of_an_earlier_update_is_flagged(
        self, alice: EndUser, connection: Json, main: int, second: Json, is_duplicate: bool
    ) -> None:
        mocks(alice, update(connection, data(main, 0, COFFEE)))
        mocks(alice, update(connection, data(main, second["amount"], second)))
        flags = [one["isPotentialDuplicate"] for one in newest(alice, main)[-3:]]
        assert flags == [False, False, is_duplicate]

    def test_what_comes_together_is_not_compared(self, alice: EndUser, connection: Json, main: int) -> None:
        mocks(alice, update(connection, data(main, 0, COFFEE, COFFEE)))
        assert not any(one["isPotentialDuplicate"] for one in newest(alice, main))

    def test_a_nightly_update_flags_them_too(self, alice: EndUser, connection: Json) -> None:
        prophet = Shop(serve()).welcomes("alice")
        prophet.connects(maxDaysForDownload=30)
        later(prophet, "1d")
        coming = next(one for one in prophet.transactions(minBankBookingDate="2026-08-14") if "counterpartIban" in one)
        early = {"amount": coming["amount"], "counterpartIban": coming["counterpartIban"]}
        mocks(alice, update(connection, data(coming["accountId"], 0, early)))
        later(alice, "1d")
        tomorrow = alice.transactions(minBankBookingDate="2026-08-14")
        assert [one["purpose"] for one in tomorrow if one["isPotentialDuplicate"]] == [coming["purpose"]]
        assert len(tomorrow) > 1


class TestRefusals:
    @pytest.mark.parametrize(
        ("wish", "message"),
        [
            ({"bankConnectionId": 1}, "Resource not found"),
            ({"bankingInterface": "FINTS_SERVER"}, "Bank connection 1000001 has no interface FINTS_SERVER."),
            (
                {"mockAccountsData": [data(1, 1)]},
                "Account 1 is not in bank connection 1000001 over XS2A.",
            ),
        ],
    )
    def test_what_does_not_exist_is_404(
        self, alice: EndUser, connection: Json, main: int, wish: Json, message: str
    ) -> None:
        good = update(connection, data(main, 1))
        answer = asks_for_mock(alice, good, {**update(connection), **wish})
        assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", message))
        assert balance(alice, main) != 1, "the first update has to be undone"

    def test_somebody_elses_connection_is_404(self, alice: EndUser, connection: Json) -> None:
        bob = alice.shop.welcomes("bob")
        assert asks_for_mock(bob, update(connection)).status_code == 404
        mine = bob.connects(maxDaysForDownload=14)
        theirs = data(connection["accountIds"][0], 1)
        assert asks_for_mock(bob, update(mine, theirs)).status_code == 404

    @pytest.mark.parametrize(
        ("transaction", "where", "message"),
        [
            ({"amount": 1.234}, "newTransactions[0].amount", "Must be a decimal number with at most two decimals."),
            ({"amount": 1e13}, "newTransactions[0].amount", "The amount is too large."),
            ({"amount": 1, "originalAmount": 0.001}, "newTransactions[0].originalAmount", "Must be a decimal number "),
            ({"amount": 1, "typeId": 0}, "newTransactions[0].typeId", "It must be a German business transaction code"),
            ({"amount": 1, "typeId": 1000}, "newTransactions[0].typeId", "It must be a German business transaction"),
        ],
    )
    def test_values_that_make_no_sense_are_422(
        self, alice: EndUser, connection: Json, main: int, transaction: Json, where: str, message: str
    ) -> None:
        answer = asks_for_mock(alice, update(connection, data(main, 1, transaction)))
        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert (error["code"], error["type"]) == ("ILLEGAL_FIELD_VALUE", "TECHNICAL")
        path = f"mockBankConnectionUpdates[0].mockAccountsData[0].{where}"
        assert error["message"].startswith(f"Field '{path}' not valid: {message}")

    def test_an_account_is_mocked_once_in_a_call(self, alice: EndUser, connection: Json, main: int) -> None:
        answer = asks_for_mock(alice, update(connection, data(main, 1), data(main, 2)))
        assert answer.status_code == 422
        assert "mockAccountsData[1].accountId' not valid: The account is" in answer.json()["errors"][0]["message"]

    @pytest.mark.parametrize(("first", "second", "status"), [(500, 500, 200), (500, 501, 422)])
    def test_a_call_brings_a_thousand_transactions_at_most(
        self, alice: EndUser, connection: Json, first: int, second: int, status: int
    ) -> None:
        one, other, _ = connection["accountIds"]
        made_up = [data(one, 0, *[{"amount": 1}] * first), data(other, 0, *[{"amount": 1}] * second)]
        answer = asks_for_mock(alice, update(connection, *made_up))
        assert answer.status_code == status
        if status == 422:
            message = "A mock batch update takes at most 1000 new transactions in all, not 1001."
            assert told(answer) == (422, access_error(answer, "ILLEGAL_FIELD_VALUE", message))

    def test_without_a_stored_pin_there_is_no_update(self, alice: EndUser) -> None:
        look = {"storeSecrets": "HIDDEN"}
        profile = Admin(alice.http).posts("/api/profiles", label="no secrets", functionality=look)
        assert profile.status_code == 201, profile.text
        connection = alice.connects(maxDaysForDownload=14, profileId=profile.json()["id"])
        answer = asks_for_mock(alice, update(connection))
        message = f"Bank connection {connection['id']} has no PIN stored for XS2A: import it with stored secrets."
        assert told(answer) == (422, access_error(answer, "ILLEGAL_ENTITY_STATE", message))

    def test_a_bank_that_has_its_own_login_page_leaves_no_pin(self, alice: EndUser) -> None:
        answer = asks_for_mock(alice, update(alice.connects(REDIRECT_BANK, maxDaysForDownload=14)))
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "ILLEGAL_ENTITY_STATE")

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"mockBankConnectionUpdates": None},
            {"mockBankConnectionUpdates": [{"bankConnectionId": 1}]},
            {"mockBankConnectionUpdates": [{"bankConnectionId": 1, "bankingInterface": "PIGEON"}]},
            {"mockBankConnectionUpdates": [], "triggerNotification": True},
        ],
    )
    def test_the_limits_of_the_document_are_400(self, alice: EndUser, body: Json) -> None:
        answer = alice.posts("/api/v2/tests/mockBatchUpdate", **body)
        assert answer.status_code == 400, answer.text

    def test_it_needs_a_users_token(self, shop: Shop) -> None:
        assert shop.posts("/api/v2/tests/mockBatchUpdate", mockBankConnectionUpdates=[]).status_code == 403


class TestClientsOfAFile:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        path = tmp_path / "clients.yaml"
        path.write_text(
            "clients:\n"
            "- {client_id: shop, client_secret: shop-secret, isAutomaticBatchUpdateEnabled: true}\n"
            "- {client_id: live, client_secret: live-secret, isDevelopmentModeEnabled: false}\n"
        )
        return Settings(clients=path)

    def test_a_user_with_automatic_updates_is_none_for_mocks(self, alice: EndUser) -> None:
        connection = alice.connects(maxDaysForDownload=14)
        assert alice.patches("/api/v2/users", isAutoUpdateEnabled=True).status_code == 200
        answer = asks_for_mock(alice, update(connection))
        message = (
            "Mock batch updates are for users whose isAutoUpdateEnabled is false; set it with PATCH /api/v2/users."
        )
        assert told(answer) == (422, access_error(answer, "ILLEGAL_ENTITY_STATE", message))
        alice.patches("/api/v2/users", isAutoUpdateEnabled=False)
        mocks(alice, update(connection))

    def test_a_client_that_is_not_in_development_mode_is_refused(self, http: Any) -> None:
        carol = Shop(http, "live", "live-secret").welcomes("carol")
        answer = asks_for_mock(carol)
        message = "Mock batch updates need a client in development mode (isDevelopmentModeEnabled), as in the sandbox."
        assert told(answer) == (403, access_error(answer, "FORBIDDEN", message))


def test_several_connections_are_updated_in_one_call(alice: EndUser) -> None:
    first, second = alice.connects(maxDaysForDownload=14), alice.connects(login="demo_no_msa", maxDaysForDownload=14)
    wishes = [update(one, data(one["accountIds"][0], cents)) for one, cents in ((first, 1.01), (second, 2.02))]
    mocks(alice, *wishes)
    assert [balance(alice, one["accountIds"][0]) for one in (first, second)] == [1.01, 2.02]


class TestBesideTheDirectApi:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(license="FULLY_LICENSED")

    @pytest.mark.parametrize(("stores", "status"), [(True, 200), (False, 422)])
    def test_the_pin_has_to_be_stored(self, alice: EndUser, stores: bool, status: int) -> None:
        connection = imports(alice, storeSecrets=stores)
        assert asks_for_mock(alice, update(connection)).status_code == status

    def test_a_connection_that_is_being_imported_is_left_alone(self, alice: EndUser) -> None:
        alice.http.post("/_mock/pace", json={"pace": "10m"})
        connection = alice.posts(IMPORT, **import_body("demo_no_msa", storeSecrets=True)).json()
        answer = asks_for_mock(alice, update(connection))
        id = connection["id"]
        message = f"Bank connection {id} is being imported or updated; try again when it is READY."
        assert told(answer) == (422, access_error(answer, "ILLEGAL_ENTITY_STATE", message))

    def test_payments_are_booked_on_top_of_the_mocked_balance(self, alice: EndUser) -> None:
        connection = imports(alice, storeSecrets=True)
        main = connection["accountIds"][0]
        mocks(alice, update(connection, data(main, 500, COFFEE)))
        alice.posts("/api/v2/payments/submit", **submission(creates(alice, main, transfer(amount=12.34))))
        mocks(alice, update(connection, data(main, 600)))
        updates(alice, connection["id"])
        assert (balance(alice, main), status(alice, main)) == (587.66, "UPDATED")

    def test_a_download_that_ends_with_the_night_gets_its_update_also_beside_others(self, alice: EndUser) -> None:
        first = imports(alice, loginCredentials=login("demo_securities"))
        alice.http.post("/_mock/pace", json={"pace": "17h"})
        id = alice.posts(IMPORT, **import_body("demo_no_msa", storeSecrets=True)).json()["id"]
        later(alice, "1d")
        (interface,) = alice.sees(f"/api/v2/bankConnections/{id}")["interfaces"]
        assert interface["lastAutoUpdate"]["timestamp"] == "2026-08-14T05:00:00.000+02:00"
        assert first["id"] < id
