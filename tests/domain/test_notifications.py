"""Which notifications a batch update owes, and what they say."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from mock_server.contract.documents import load, resource
from mock_server.domain import accounts, banks, categories, notification_rules, notifications
from mock_server.domain.accounts import Account
from mock_server.domain.bookings import BankAccount, Booking
from mock_server.domain.notifications import AccountChange, BatchUpdate, ConnectionChange, LoginError
from mock_server.domain.transactions import Transaction

CATEGORIES = categories.from_data(load(resource("data", "categories.yaml")))
CATALOGUE = banks.from_data(load(resource("data", "banks.yaml")))
NOW = datetime(2026, 8, 14, 3, tzinfo=UTC)
PARENT = CATEGORIES.get(373)
assert PARENT is not None
CHILD = CATEGORIES.children(PARENT)[0]


def sealed(text: str) -> str:
    """Stands for the encryption, and can be undone."""
    return f"<{text}>"


def account(id: int = 1, balance: int | None = 90_00, iban: str = "DE77533700080111111100") -> Account:
    bank_account = BankAccount(str(id), "Girokonto", "Checking", iban, "111111100", "Max Mustermann")
    return Account(id, "alice", 7, bank_account, ("XS2A",), NOW, NOW, balance, "My account")


def transaction(id: int, cents: int = -5_00, iban: str = "DE26700800000077777000", category: int = 1) -> Transaction:
    booking = Booking(
        str(id), date(2026, 8, 13), date(2026, 8, 14), cents, f"Purpose {id}", "A payee", iban, "", "", "", "", ""
    )
    return Transaction(id, "alice", 1, booking, "EUR", category, NOW)


def connection(*changes: AccountChange, id: int = 7, error: LoginError | None = None) -> ConnectionChange:
    bank = CATALOGUE.get(280001)
    assert bank is not None
    interface = bank.interface("XS2A")
    assert interface is not None
    used = accounts.connected_interface(interface, (), NOW)
    connected = accounts.connect(id, "alice", bank.id, "My bank", "demo", used, NOW)
    return ConnectionChange(connected, bank, changes, error)


def found(*changes: AccountChange) -> BatchUpdate:
    return BatchUpdate((connection(*changes),))


def rule(event: str, params: Mapping[str, str] | None = None, **more: Any) -> notification_rules.NotificationRule:
    return notification_rules.create({"triggerEvent": event, "params": params or {}, **more}, 30_001, "alice")


def body(
    event: str, update: BatchUpdate, params: Mapping[str, str] | None = None, **more: Any
) -> dict[str, Any] | None:
    """What the one rule sends; None if it has nothing to say."""
    owed = notifications.owed([rule(event, params, **more)], update, CATEGORIES, sealed)
    assert len(owed) <= 1
    assert all(one.rule_id == 30_001 for one in owed)
    return owed[0].body if owed else None


def details(entry: Mapping[str, Any]) -> Any:
    return json.loads(entry["details"].removeprefix("<").removesuffix(">"))


WHO = {
    "accountId": 1,
    "accountName": "<My account>",
    "accountNumber": "<111111100>",
    "accountIban": "<DE77533700080111111100>",
    "bankName": "finAPI Test Bank",
    "bankConnectionName": "<My bank>",
}


def test_new_transactions_have_the_documented_body() -> None:
    update = found(AccountChange(account(), 100_00, (transaction(11), transaction(12, 7_50))))
    assert body("NEW_TRANSACTIONS", update, callbackHandle="handle") == {
        "notificationRuleId": 30_001,
        "triggerEvent": "NEW_TRANSACTIONS",
        "callbackHandle": "handle",
        "newTransactions": [{**WHO, "newTransactionsCount": 2}],
    }
    told = body("NEW_TRANSACTIONS", update, includeDetails=True)
    assert told is not None
    assert told["callbackHandle"] is None
    (entry,) = told["newTransactions"]
    assert details(entry) == {
        "transactionDetails": [
            {
                "id": 11,
                "finapiBookingDate": "2026-08-13",
                "bankBookingDate": "2026-08-13",
                "amount": -5.0,
                "counterpartName": "A payee",
                "purpose": "Purpose 11",
                "isAdjustingEntry": False,
            },
            {
                "id": 12,
                "finapiBookingDate": "2026-08-13",
                "bankBookingDate": "2026-08-13",
                "amount": 7.5,
                "counterpartName": "A payee",
                "purpose": "Purpose 12",
                "isAdjustingEntry": False,
            },
        ]
    }


QUIET = AccountChange(account(1, 90_00), 90_00)
LOUD = AccountChange(account(1, 90_00), 100_00, (transaction(11, -250_00, "AT611904300234573201", category=CHILD),))
TELLING: Mapping[str, tuple[str, Mapping[str, str]]] = {
    # what an event is about: the list in its body, and params that let it fire on LOUD
    "NEW_ACCOUNT_BALANCE": ("newAccountBalances", {}),
    "NEW_TRANSACTIONS": ("newTransactions", {}),
    "FOREIGN_MONEY_TRANSFER": ("foreignMoneyTransfers", {}),
    "LOW_ACCOUNT_BALANCE": ("lowAccountBalances", {"balanceThreshold": "100"}),
    "HIGH_TRANSACTION_AMOUNT": ("highTransactionAmounts", {"absoluteAmountThreshold": "250"}),
    "CATEGORY_CASH_FLOW": ("categoryCashFlows", {"categoryId": "373"}),
}
EVERY_TELLING_EVENT = pytest.mark.parametrize("event", TELLING)


@EVERY_TELLING_EVENT
def test_one_notification_tells_of_all_accounts_and_of_no_others(event: str) -> None:
    key, params = TELLING[event]
    update = BatchUpdate(
        (
            connection(LOUD, replace(QUIET, account=account(2))),
            connection(replace(LOUD, account=account(3)), id=8),
        )
    )
    told = body(event, update, params)
    assert told is not None
    assert [entry["accountId"] for entry in told[key]] == [1, 3]
    assert body(event, found(QUIET), params) is None
    assert body(event, BatchUpdate(()), params) is None


@EVERY_TELLING_EVENT
def test_a_rule_for_some_accounts_keeps_to_them(event: str) -> None:
    key, params = TELLING[event]
    update = found(LOUD, replace(LOUD, account=account(2)))
    told = body(event, update, {**params, "accountIds": "2,5"})
    assert told is not None
    assert [entry["accountId"] for entry in told[key]] == [2]
    assert body(event, update, {**params, "accountIds": "5"}) is None


@EVERY_TELLING_EVENT
def test_amounts_and_texts_are_in_the_details_only_and_these_are_encrypted(event: str) -> None:
    key, params = TELLING[event]
    brief, full = body(event, found(LOUD), params), body(event, found(LOUD), params, includeDetails=True)
    assert brief is not None
    assert full is not None
    (entry,) = full[key]
    assert entry["details"].startswith("<{")
    assert brief == {**full, key: [{name: value for name, value in entry.items() if name != "details"}]}
    open_text = json.dumps({name: value for name, value in entry.items() if not str(value).startswith("<")})
    assert not [secret for secret in ("250", "90", "Purpose", "Girokonto", "My ", "DE77") if secret in open_text]
    assert {**WHO}.items() <= entry.items()


def test_what_is_not_known_is_null_and_not_encrypted() -> None:
    unnamed = replace(connection(replace(LOUD, account=account(iban=""))).connection, name=None)
    change = replace(connection(replace(LOUD, account=account(iban=""))), connection=unnamed)
    told = body("NEW_TRANSACTIONS", BatchUpdate((change,)))
    assert told is not None
    (entry,) = told["newTransactions"]
    assert (entry["accountIban"], entry["bankConnectionName"]) == (None, None)


@pytest.mark.parametrize(
    ("before", "after", "is_new"),
    [(100_00, 90_00, True), (90_00, 100_00, True), (None, 0, True), (90_00, 90_00, False), (90_00, None, False)],
)
def test_a_balance_is_new_if_it_is_another_one(before: int | None, after: int | None, is_new: bool) -> None:
    told = body("NEW_ACCOUNT_BALANCE", found(AccountChange(account(1, after), before)), includeDetails=True)
    assert (told is not None) is is_new
    if told is not None:
        expected = {"balance": (after or 0) / 100, "previousBalance": None if before is None else before / 100}
        assert details(told["newAccountBalances"][0]) == expected


@pytest.mark.parametrize(
    ("before", "after", "threshold", "is_low"),
    [
        (100_00, 49_99, "50", True),
        (100_00, 50_00, "50", False),
        (20_00, 30_00, "50", True),
        (30_00, 30_00, "50", False),  # nothing has changed
        (0, -10_00, "-5", True),
        (0, -4_00, "-5", False),
    ],
)
def test_a_balance_is_low_below_the_threshold(before: int, after: int, threshold: str, is_low: bool) -> None:
    update = found(AccountChange(account(1, after), before))
    assert (body("LOW_ACCOUNT_BALANCE", update, {"balanceThreshold": threshold}) is not None) is is_low


@pytest.mark.parametrize(("cents", "count"), [(-98_99, 1), (98_99, 1), (-98_98, 0), (98_98, 0), (-5000_00, 1)])
def test_an_amount_is_high_from_the_threshold_on_in_both_directions(cents: int, count: int) -> None:
    update = found(AccountChange(account(), 0, (transaction(11, cents), transaction(12, -1))))
    told = body("HIGH_TRANSACTION_AMOUNT", update, {"absoluteAmountThreshold": "98.99"})
    assert (told["highTransactionAmounts"][0]["highTransactionAmountsCount"] if told else 0) == count


@pytest.mark.parametrize(
    ("here", "there", "is_foreign"),
    [
        ("DE77533700080111111100", "AT611904300234573201", True),
        ("DE77533700080111111100", "DE26700800000077777000", False),
        ("AT611904300234573201", "DE26700800000077777000", True),
        ("DE77533700080111111100", "", False),
        ("", "AT611904300234573201", False),
    ],
)
def test_a_transfer_is_foreign_if_the_other_account_is_abroad(here: str, there: str, is_foreign: bool) -> None:
    update = found(AccountChange(account(iban=here), 0, (transaction(11, iban=there),)))
    assert (body("FOREIGN_MONEY_TRANSFER", update) is not None) is is_foreign


@pytest.mark.parametrize(
    ("category", "params", "ids"),
    [
        (373, {}, [11, 12]),
        (373, {"includeChildCategories": "true"}, [11, 12]),
        (373, {"includeChildCategories": "false"}, [11]),
        (CHILD, {}, [12]),
        (418, {}, []),
    ],
)
def test_a_categorys_cash_flow_counts_its_children_unless_told_otherwise(
    category: int, params: Mapping[str, str], ids: list[int]
) -> None:
    booked = transaction(11, category=373), transaction(12, category=CHILD), transaction(13, category=1)
    update = found(AccountChange(account(), 0, booked))
    told = body("CATEGORY_CASH_FLOW", update, {"categoryId": str(category), **params}, includeDetails=True)
    if not ids:
        assert told is None
        return
    assert told is not None
    known = CATEGORIES.get(category)
    assert known is not None
    assert (told["categoryId"], told["categoryName"]) == (category, CATEGORIES.name(known))
    (entry,) = told["categoryCashFlows"]
    assert entry["categoryCashFlowsCount"] == len(ids)
    assert [one["id"] for one in details(entry)["transactionDetails"]] == ids


@pytest.mark.parametrize(("most", "shown"), [("1", 1), ("2", 2), ("50", 3), (None, 3)])
def test_details_can_be_limited_and_the_count_is_still_that_of_all(most: str | None, shown: int) -> None:
    update = found(AccountChange(account(), 0, tuple(transaction(id) for id in (11, 12, 13))))
    params = {} if most is None else {"maxTransactionsCount": most}
    told = body("NEW_TRANSACTIONS", update, params, includeDetails=True)
    assert told is not None
    (entry,) = told["newTransactions"]
    assert entry["newTransactionsCount"] == 3
    assert len(details(entry)["transactionDetails"]) == shown


WRONG_PIN = LoginError("Die PIN ist falsch.", "BUSINESS")


def test_a_login_error_names_the_connection_and_hides_what_the_bank_said() -> None:
    update = BatchUpdate((connection(id=7), connection(id=8, error=WRONG_PIN), connection(id=9, error=WRONG_PIN)))
    told = body("BANK_LOGIN_ERROR", update, includeDetails=True)
    assert told is not None
    assert [entry["bankConnectionId"] for entry in told["bankLoginErrors"]] == [8, 9]
    first = told["bankLoginErrors"][0]
    assert (first["bankName"], first["bankConnectionName"]) == ("finAPI Test Bank", "<My bank>")
    assert details(first) == {"errorMessage": "Die PIN ist falsch.", "errorType": "BUSINESS"}
    brief = body("BANK_LOGIN_ERROR", update)
    assert brief is not None
    assert "details" not in brief["bankLoginErrors"][0]


@pytest.mark.parametrize(("ids", "told"), [("8", [8]), ("7,9", [9]), ("7", [])])
def test_a_login_rule_for_some_connections_keeps_to_them(ids: str, told: list[int]) -> None:
    update = BatchUpdate((connection(id=7), connection(id=8, error=WRONG_PIN), connection(id=9, error=WRONG_PIN)))
    sent = body("BANK_LOGIN_ERROR", update, {"bankConnectionIds": ids})
    assert [entry["bankConnectionId"] for entry in (sent or {}).get("bankLoginErrors", [])] == told


def test_new_terms_and_conditions_say_no_more_than_that() -> None:
    update = replace(found(LOUD), has_new_terms=True)
    assert body("NEW_TERMS_AND_CONDITIONS", update, callbackHandle="h") == {
        "notificationRuleId": 30_001,
        "triggerEvent": "NEW_TERMS_AND_CONDITIONS",
        "callbackHandle": "h",
    }
    assert body("NEW_TERMS_AND_CONDITIONS", found(LOUD)) is None


def test_every_rule_sends_its_own_in_the_order_of_the_rules() -> None:
    rules = [replace(rule(event, TELLING[event][1]), id=id) for id, event in enumerate(TELLING)]
    owed = notifications.owed(rules, found(LOUD), CATEGORIES, sealed)
    assert [(one.rule_id, one.body["triggerEvent"]) for one in owed] == list(enumerate(TELLING))
    assert all(one.body["notificationRuleId"] == one.rule_id for one in owed)
    assert notifications.owed(rules, found(QUIET), CATEGORIES, sealed) == []


def test_details_are_json_with_umlauts_as_they_are() -> None:
    booked = transaction(11)
    named = replace(booked, booking=replace(booked.booking, counterpart="Müller & Söhne"))
    told = body("NEW_TRANSACTIONS", found(AccountChange(account(), 0, (named,))), includeDetails=True)
    assert told is not None
    assert '"counterpartName": "Müller & Söhne"' in told["newTransactions"][0]["details"]
