"""Notifications: what batch updates owe to the callback address of a client, decrypted with the client's key."""

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mock_server.app import App
from mock_server.domain.callbacks import Callback
from mock_server.settings import Settings
from tests.access.mocked import data, later, mocks, update
from tests.access.test_notification_rules import makes_rule
from tests.actors import EndUser, Json, Shop

URL = "https://shop.example.com/notifications"
IBAN = "DE77533700080111111100"
FOREIGN_IBAN = "AT611904300234573201"


@pytest.fixture
def alice(shop: Shop) -> EndUser:
    """A user of a shop that wants to be notified."""
    shop.patches("/api/v2/clientConfiguration", userNotificationCallbackUrl=URL)
    return shop.welcomes("alice")


@pytest.fixture
def connection(alice: EndUser) -> Json:
    return alice.connects(maxDaysForDownload=30, bankConnectionName="My bank")


@pytest.fixture
def main(connection: Json) -> int:
    return int(connection["accountIds"][0])


def owed(app: App) -> list[Callback]:
    return [callback for world in app.worlds for callback in world.store.all(Callback)]


def bodies(app: App, shop: Shop) -> list[Json]:
    """What the shop will get, with everything decrypted that its key opens."""
    found = owed(app)
    assert {(one.url, one.client_id) for one in found} <= {(URL, shop.client_id)}
    return [opened(one.body, shop) for one in found]


def opened(value: Any, shop: Shop) -> Any:
    if isinstance(value, list):
        return [opened(item, shop) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _decrypted(name, inner, shop) if name in ENCRYPTED and inner is not None else opened(inner, shop)
        for name, inner in value.items()
    }


ENCRYPTED = {"accountName", "accountNumber", "accountIban", "bankConnectionName", "details"}


def _decrypted(name: str, cipher: str, shop: Shop) -> Any:
    text = shop.decrypts(cipher)
    return json.loads(text) if name == "details" else text


def who(main: int) -> Json:
    return {
        "accountId": main,
        "accountName": "Main-TestAccount",
        "accountNumber": "111111100",
        "accountIban": IBAN,
        "bankName": "finAPI Test Bank",
        "bankConnectionName": "My bank",
    }


def balance(user: EndUser, id: int) -> float:
    return float(user.sees(f"/api/v2/accounts/{id}")["balance"])


def seen(transaction: Json) -> Json:
    """A transaction as `details` tell it."""
    return {
        "id": transaction["id"],
        "finapiBookingDate": transaction["finapiBookingDate"],
        "bankBookingDate": transaction["bankBookingDate"],
        "amount": transaction["amount"],
        "counterpartName": transaction.get("counterpartName"),
        "purpose": transaction.get("purpose"),
        "isAdjustingEntry": transaction["isAdjustingEntry"],
    }


def head(rule: Json, handle: str | None = None) -> Json:
    return {"notificationRuleId": rule["id"], "triggerEvent": rule["triggerEvent"], "callbackHandle": handle}


COFFEE = {"amount": -3.5, "purpose": "Espresso", "counterpart": "Bar Centrale"}
ABROAD = {"amount": -700, "purpose": "Ferienwohnung", "counterpart": "Alpenblick", "counterpartIban": FOREIGN_IBAN}


class TestEveryEvent:
    """Each with details; the whole body is compared."""

    def test_new_transactions_and_the_adjusting_entry_among_them(
        self, app: App, alice: EndUser, connection: Json, main: int
    ) -> None:
        rule = makes_rule(alice, "NEW_TRANSACTIONS", callbackHandle="handle-1", includeDetails=True)
        mocks(alice, update(connection, data(main, 5, COFFEE)), triggerNotifications=True)
        coffee, entry = sorted(alice.transactions(accountIds=main), key=lambda one: one["id"])[-2:]
        details = {"transactionDetails": [seen(coffee), seen(entry)]}
        entries = [{**who(main), "newTransactionsCount": 2, "details": details}]
        assert bodies(app, alice.shop) == [{**head(rule, "handle-1"), "newTransactions": entries}]
        assert details["transactionDetails"][1]["isAdjustingEntry"] is True

    def test_a_new_balance_and_a_low_one(self, app: App, alice: EndUser, connection: Json, main: int) -> None:
        new = makes_rule(alice, "NEW_ACCOUNT_BALANCE", includeDetails=True)
        low = makes_rule(alice, "LOW_ACCOUNT_BALANCE", params={"balanceThreshold": "100"}, includeDetails=True)
        makes_rule(alice, "LOW_ACCOUNT_BALANCE", params={"balanceThreshold": "99.99"})
        before = balance(alice, main)
        mocks(alice, update(connection, data(main, 99.99)), triggerNotifications=True)
        entries = [{**who(main), "details": {"balance": 99.99, "previousBalance": before}}]
        assert bodies(app, alice.shop) == [
            {**head(new), "newAccountBalances": entries},
            {**head(low), "lowAccountBalances": entries},
        ]

    def test_a_high_amount_and_a_transfer_abroad(self, app: App, alice: EndUser, connection: Json, main: int) -> None:
        abroad = makes_rule(alice, "FOREIGN_MONEY_TRANSFER", includeDetails=True)
        params = {"absoluteAmountThreshold": "700"}
        high = makes_rule(alice, "HIGH_TRANSACTION_AMOUNT", params=params, includeDetails=True)
        end = round(balance(alice, main) - 703.5, 2)
        mocks(alice, update(connection, data(main, end, COFFEE, ABROAD)), triggerNotifications=True)
        (house,) = alice.transactions(purpose="Ferienwohnung")
        details = {"transactionDetails": [seen(house)]}
        assert bodies(app, alice.shop) == [
            {
                **head(abroad),
                "foreignMoneyTransfers": [{**who(main), "foreignMoneyTransfersCount": 1, "details": details}],
            },
            {
                **head(high),
                "highTransactionAmounts": [{**who(main), "highTransactionAmountsCount": 1, "details": details}],
            },
        ]

    def test_what_was_spent_in_a_category(self, app: App, alice: EndUser, connection: Json, main: int) -> None:
        taught = {"accountTypeId": 1, "amount": -3.5, "counterpart": "Bar Centrale"}
        alice.posts("/api/v2/categories/trainCategorization", categoryId=378, transactionData=[taught])
        rule = makes_rule(alice, "CATEGORY_CASH_FLOW", params={"categoryId": "373"}, includeDetails=True)
        exact = {"categoryId": "373", "includeChildCategories": "false"}
        makes_rule(alice, "CATEGORY_CASH_FLOW", params=exact)
        mocks(alice, update(connection, data(main, 5, COFFEE)), triggerNotifications=True)
        (coffee,) = alice.transactions(purpose="Espresso")
        assert bodies(app, alice.shop) == [
            {
                **head(rule),
                "categoryId": 373,
                "categoryName": "Freizeit",
                "categoryCashFlows": [
                    {
                        **who(main),
                        "categoryCashFlowsCount": 1,
                        "details": {"transactionDetails": [seen(coffee)]},
                    }
                ],
            }
        ]

    def test_a_login_error(self, app: App, alice: EndUser, connection: Json) -> None:
        rule = makes_rule(alice, "BANK_LOGIN_ERROR", includeDetails=True)
        makes_rule(alice, "NEW_TRANSACTIONS")
        mocks(alice, update(connection, simulateBankLoginError=True), triggerNotifications=True)
        message = "Die Anmeldung ist fehlgeschlagen: Die Zugangsdaten sind nicht korrekt."
        assert bodies(app, alice.shop) == [
            {
                **head(rule),
                "bankLoginErrors": [
                    {
                        "bankConnectionId": connection["id"],
                        "bankName": "finAPI Test Bank",
                        "bankConnectionName": "My bank",
                        "details": {"errorMessage": message, "errorType": "BUSINESS"},
                    }
                ],
            }
        ]

    @pytest.mark.parametrize(("login", "is_told"), [("demo_new_terms", True), ("demo_no_msa", False)])
    def test_new_terms_and_conditions(self, app: App, alice: EndUser, login: str, is_told: bool) -> None:
        connection = alice.connects(login=login, maxDaysForDownload=14)
        rule = makes_rule(alice, "NEW_TERMS_AND_CONDITIONS", callbackHandle="terms")
        mocks(alice, update(connection), triggerNotifications=True)
        assert bodies(app, alice.shop) == [head(rule, "terms")] * is_told

    def test_the_night_tells_of_new_terms_too(self, app: App, alice: EndUser) -> None:
        alice.connects(login="demo_new_terms", maxDaysForDownload=14)
        rule = makes_rule(alice, "NEW_TERMS_AND_CONDITIONS")
        later(alice, "1d")
        assert bodies(app, alice.shop) == [head(rule)]


class TestWhenAndToWhom:
    def test_a_mock_update_is_silent_unless_it_is_to_notify(
        self, app: App, alice: EndUser, connection: Json, main: int
    ) -> None:
        makes_rule(alice)
        mocks(alice, update(connection, data(main, 5, COFFEE)))
        mocks(alice, update(connection, data(main, 6)), triggerNotifications=False)
        assert owed(app) == []

    def test_a_refused_one_is_silent_too(self, app: App, alice: EndUser, connection: Json, main: int) -> None:
        makes_rule(alice)
        wishes = [update(connection, data(main, 5)), {**update(connection), "bankConnectionId": 1}]
        answer = alice.posts(
            "/api/v2/tests/mockBatchUpdate", mockBankConnectionUpdates=wishes, triggerNotifications=True
        )
        assert answer.status_code == 404
        assert owed(app) == []

    def test_the_nightly_update_tells_of_all_connections_at_once(
        self, app: App, alice: EndUser, connection: Json
    ) -> None:
        other = alice.connects(300001, login="demo_no_msa", maxDaysForDownload=14)
        rule = makes_rule(alice, "NEW_TRANSACTIONS")
        later(alice, "1d")
        (callback,) = owed(app)
        assert callback.created_at.isoformat() == "2026-08-14T03:00:00+00:00"
        told = opened(callback.body, alice.shop)
        assert {name: told[name] for name in head(rule)} == head(rule)
        counts = {entry["accountId"]: entry["newTransactionsCount"] for entry in told["newTransactions"]}
        booked = alice.transactions(minImportDate="2026-08-14")
        assert counts == {id: sum(one["accountId"] == id for one in booked) for id in counts}
        assert sum(counts.values()) == len(booked) > 0
        assert {entry["bankName"] for entry in told["newTransactions"]} == {
            alice.sees(f"/api/v2/bankConnections/{one['id']}")["bank"]["name"] for one in (connection, other)
        }

    def test_an_update_that_somebody_asks_for_is_silent(self, app: App, alice: EndUser) -> None:
        makes_rule(alice)
        makes_rule(alice, "NEW_ACCOUNT_BALANCE")
        alice.connects(maxDaysForDownload=14)
        assert owed(app) == []

    def test_without_an_address_nobody_is_told(self, app: App, alice: EndUser, connection: Json, main: int) -> None:
        alice.shop.patches("/api/v2/clientConfiguration", userNotificationCallbackUrl="")
        makes_rule(alice)
        mocks(alice, update(connection, data(main, 5)), triggerNotifications=True)
        assert owed(app) == []

    def test_other_users_rules_stay_silent(self, app: App, alice: EndUser, connection: Json, main: int) -> None:
        makes_rule(alice.shop.welcomes("bob"))
        mocks(alice, update(connection, data(main, 5)), triggerNotifications=True)
        assert owed(app) == []

    def test_accounts_that_the_rule_does_not_name_are_left_out(
        self, app: App, alice: EndUser, connection: Json
    ) -> None:
        first, second, _ = connection["accountIds"]
        makes_rule(alice, params={"accountIds": str(second)})
        mocks(alice, update(connection, data(first, 5)), triggerNotifications=True)
        assert owed(app) == []
        mocks(alice, update(connection, data(first, 6), data(second, 7)), triggerNotifications=True)
        (told,) = bodies(app, alice.shop)
        assert [entry["accountId"] for entry in told["newTransactions"]] == [second]

    def test_without_details_amounts_and_texts_stay_here(
        self, app: App, alice: EndUser, connection: Json, main: int
    ) -> None:
        rule = makes_rule(alice)
        mocks(alice, update(connection, data(main, 5, COFFEE)), triggerNotifications=True)
        (told,) = bodies(app, alice.shop)
        assert told == {**head(rule), "newTransactions": [{**who(main), "newTransactionsCount": 2}]}

    def test_names_and_numbers_are_not_readable_on_the_way(
        self, app: App, alice: EndUser, connection: Json, main: int
    ) -> None:
        makes_rule(alice, includeDetails=True)
        mocks(alice, update(connection, data(main, 5, COFFEE)), triggerNotifications=True)
        (callback,) = owed(app)
        text = json.dumps(callback.body)
        assert not [word for word in ("Main-TestAccount", "111111100", IBAN, "My bank", "Espresso") if word in text]


class TestAMandatorWithSeveralClients:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        path = tmp_path / "clients.yaml"
        path.write_text(
            "clients:\n"
            "- {client_id: shop, client_secret: shop-secret, mandator: acme}\n"
            "- {client_id: app, client_secret: app-secret, mandator: acme}\n"
            "- {client_id: mute, client_secret: mute-secret, mandator: acme}\n"
        )
        return Settings(clients=path)

    def test_each_client_with_an_address_is_told_in_its_own_encryption(
        self, app: App, http: TestClient, alice: EndUser, connection: Json, main: int
    ) -> None:
        second = Shop(http, "app", "app-secret")
        second.patches("/api/v2/clientConfiguration", userNotificationCallbackUrl="https://app.example.com/")
        makes_rule(alice)
        mocks(alice, update(connection, data(main, 5)), triggerNotifications=True)
        told = {callback.client_id: callback for callback in owed(app)}
        assert {id: callback.url for id, callback in told.items()} == {"shop": URL, "app": "https://app.example.com/"}
        assert opened(told["app"].body, second) == opened(told["shop"].body, alice.shop)
        assert told["app"].body != told["shop"].body
