"""The settings of each event: which there are, how they are written, and what makes two rules the same."""

from collections.abc import Mapping
from typing import Any

import pytest

from mock_server.contract.documents import load, resource
from mock_server.domain import notification_rules, notifications
from mock_server.domain.notification_rules import EVENTS, NotificationRule
from mock_server.errors import ApiError, Refusal

# fmt: off
LEAST: Mapping[str, Mapping[str, str]] = {
    "NEW_ACCOUNT_BALANCE":      {},
    "NEW_TRANSACTIONS":         {},
    "BANK_LOGIN_ERROR":         {},
    "FOREIGN_MONEY_TRANSFER":   {},
    "LOW_ACCOUNT_BALANCE":      {"balanceThreshold": "99.99"},
    "HIGH_TRANSACTION_AMOUNT":  {"absoluteAmountThreshold": "98.99"},
    "CATEGORY_CASH_FLOW":       {"categoryId": "378"},
    "NEW_TERMS_AND_CONDITIONS": {},
}
"""Each event with nothing but what it must have."""

MOST: Mapping[str, Mapping[str, str]] = {
    "NEW_ACCOUNT_BALANCE":      {"accountIds": "1,2"},
    "NEW_TRANSACTIONS":         {"accountIds": "1,2", "maxTransactionsCount": "100"},
    "BANK_LOGIN_ERROR":         {"bankConnectionIds": "7"},
    "FOREIGN_MONEY_TRANSFER":   {"accountIds": "1,2"},
    "LOW_ACCOUNT_BALANCE":      {"accountIds": "1,2", "balanceThreshold": "99.99"},
    "HIGH_TRANSACTION_AMOUNT":  {"accountIds": "1,2", "absoluteAmountThreshold": "98.99", "maxTransactionsCount": "45"},
    "CATEGORY_CASH_FLOW":       {"accountIds": "1,2", "categoryId": "378", "includeChildCategories": "false"},
    "NEW_TERMS_AND_CONDITIONS": {},
}
"""… and with everything that it can have."""
# fmt: on
EVERY_EVENT = pytest.mark.parametrize("event", LEAST)


def rule(event: str, params: Mapping[str, str] | None = None, id: int = 1, **more: Any) -> NotificationRule:
    return notification_rules.create({"triggerEvent": event, "params": params or {}, **more}, id, "alice")


def refusal(event: str, params: Mapping[str, str]) -> str:
    with pytest.raises(ApiError) as error:
        rule(event, params)
    assert error.value.refusal is Refusal.ILLEGAL_FIELD_VALUE
    return str(error.value)


def test_the_events_are_those_of_the_document_and_each_can_fire() -> None:
    schema = load(resource("openapi", "access.yaml"))["components"]["schemas"]["NotificationRule"]
    assert list(EVENTS) == schema["properties"]["triggerEvent"]["enum"] == list(LEAST) == list(MOST)
    assert set(notifications.EVENTS) == set(EVENTS)


@EVERY_EVENT
def test_an_event_takes_what_it_needs_and_what_it_can_have(event: str) -> None:
    assert rule(event, LEAST[event]).params == LEAST[event]
    assert rule(event, MOST[event]).params == MOST[event]
    assert set(MOST[event]) == set(EVENTS[event])


@EVERY_EVENT
def test_an_event_misses_what_it_needs(event: str) -> None:
    for name in LEAST[event]:
        left = {other: text for other, text in MOST[event].items() if other != name}
        assert refusal(event, left) == f"Field 'params.{name}' not valid: {event} needs it."


@EVERY_EVENT
def test_an_event_takes_no_setting_of_another(event: str) -> None:
    others = {name: text for params in MOST.values() for name, text in params.items() if name not in MOST[event]}
    for name, text in {**others, "colour": "blue", "accountids": "1"}.items():
        message = refusal(event, {**MOST[event], name: text})
        assert message.startswith(f"Field 'params.{name}' not valid: {event} takes ")
        assert all(known in message for known in MOST[event])


def test_an_unknown_event_names_the_known_ones() -> None:
    message = refusal("NEW_MOON", {})
    assert message.startswith("Field 'triggerEvent' not valid: it must be one of NEW_ACCOUNT_BALANCE, ")


# fmt: off
WRITTEN = [
    # event                     setting                    text          value; None: refused
    ("NEW_TRANSACTIONS",        "accountIds",              "1",          (1,)),
    ("NEW_TRANSACTIONS",        "accountIds",              "1,2,3",      (1, 2, 3)),
    ("NEW_TRANSACTIONS",        "accountIds",              " 3, 2 ,3 ",  (3, 2)),
    ("NEW_TRANSACTIONS",        "accountIds",              "",           None),
    ("NEW_TRANSACTIONS",        "accountIds",              "1,",         None),
    ("NEW_TRANSACTIONS",        "accountIds",              "1 2",        None),
    ("NEW_TRANSACTIONS",        "accountIds",              "[1,2]",      None),
    ("NEW_TRANSACTIONS",        "accountIds",              "-1",         None),
    ("NEW_TRANSACTIONS",        "accountIds",              "١",          None),
    ("NEW_TRANSACTIONS",        "maxTransactionsCount",    "1",          1),
    ("NEW_TRANSACTIONS",        "maxTransactionsCount",    "0",          None),
    ("NEW_TRANSACTIONS",        "maxTransactionsCount",    "1.0",        None),
    ("NEW_TRANSACTIONS",        "maxTransactionsCount",    "many",       None),
    ("BANK_LOGIN_ERROR",        "bankConnectionIds",       "7,8",        (7, 8)),
    ("BANK_LOGIN_ERROR",        "bankConnectionIds",       "x",          None),
    ("LOW_ACCOUNT_BALANCE",     "balanceThreshold",        "99.99",      99_99),
    ("LOW_ACCOUNT_BALANCE",     "balanceThreshold",        "100",        100_00),
    ("LOW_ACCOUNT_BALANCE",     "balanceThreshold",        "0",          0),
    ("LOW_ACCOUNT_BALANCE",     "balanceThreshold",        "-0.5",       -50),
    ("LOW_ACCOUNT_BALANCE",     "balanceThreshold",        "1.005",      None),
    ("LOW_ACCOUNT_BALANCE",     "balanceThreshold",        "1,50",       None),
    ("LOW_ACCOUNT_BALANCE",     "balanceThreshold",        "1e3",        None),
    ("LOW_ACCOUNT_BALANCE",     "balanceThreshold",        "NaN",        None),
    ("LOW_ACCOUNT_BALANCE",     "balanceThreshold",        "",           None),
    ("HIGH_TRANSACTION_AMOUNT", "absoluteAmountThreshold", "0.29",       29),
    ("HIGH_TRANSACTION_AMOUNT", "absoluteAmountThreshold", "0",          None),
    ("HIGH_TRANSACTION_AMOUNT", "absoluteAmountThreshold", "-5",         None),
    ("CATEGORY_CASH_FLOW",      "categoryId",              "378",        378),
    ("CATEGORY_CASH_FLOW",      "categoryId",              "1,2",        None),
    ("CATEGORY_CASH_FLOW",      "includeChildCategories",  "true",       True),
    ("CATEGORY_CASH_FLOW",      "includeChildCategories",  "false",      False),
    ("CATEGORY_CASH_FLOW",      "includeChildCategories",  "yes",        None),
]
# fmt: on


@pytest.mark.parametrize(("event", "name", "text", "value"), WRITTEN)
def test_how_settings_are_written(event: str, name: str, text: str, value: Any) -> None:
    params = {**LEAST[event], name: text}
    if value is None:
        assert refusal(event, params).startswith(f"Field 'params.{name}' not valid: it must be ")
    else:
        assert rule(event, params).settings[name] == value
        assert rule(event, params).params == params


KNOWN = {"accountIds": [1, 2], "bankConnectionIds": [7], "categoryId": [378]}


@EVERY_EVENT
def test_a_rule_may_name_what_its_owner_has(event: str) -> None:
    notification_rules.check_references(rule(event, MOST[event]), KNOWN)
    notification_rules.check_references(rule(event, LEAST[event]), KNOWN)


@pytest.mark.parametrize(
    ("event", "params", "message"),
    [
        ("NEW_TRANSACTIONS", {"accountIds": "1,3"}, "'params.accountIds' not valid: there is no account 3."),
        ("BANK_LOGIN_ERROR", {"bankConnectionIds": "1"}, "there is no bank connection 1."),
        ("CATEGORY_CASH_FLOW", {"categoryId": "379"}, "'params.categoryId' not valid: there is no category 379."),
    ],
)
def test_a_rule_may_name_nothing_else(event: str, params: Mapping[str, str], message: str) -> None:
    with pytest.raises(ApiError) as error:
        notification_rules.check_references(rule(event, params), KNOWN)
    assert error.value.refusal is Refusal.ILLEGAL_FIELD_VALUE
    assert str(error.value).endswith(message)


BASE = {"triggerEvent": "NEW_TRANSACTIONS", "params": {"accountIds": "1,2"}, "callbackHandle": "h"}


@pytest.mark.parametrize(
    ("change", "is_twin"),
    [
        ({}, True),
        ({"params": {"accountIds": "2, 1,1"}}, True),
        ({"includeDetails": False}, True),
        ({"includeDetails": True}, False),
        ({"callbackHandle": "i"}, False),
        ({"callbackHandle": None}, False),
        ({"params": {"accountIds": "1"}}, False),
        ({"params": {}}, False),
        ({"params": {"accountIds": "1,2", "maxTransactionsCount": "1"}}, False),
        ({"triggerEvent": "NEW_ACCOUNT_BALANCE"}, False),
    ],
)
def test_twins_would_always_send_the_same(change: Mapping[str, Any], is_twin: bool) -> None:
    one = notification_rules.create(BASE, 1, "alice")
    other = notification_rules.create({**BASE, **change}, 2, "alice")
    assert notification_rules.is_twin(one, other) is is_twin


@pytest.mark.parametrize(
    ("params", "gone", "left"),
    [
        ({"accountIds": "1,2,3"}, [2], {"accountIds": "1,3"}),
        ({"accountIds": "1,2,3"}, [4], {"accountIds": "1,2,3"}),
        ({"accountIds": "1,2", "maxTransactionsCount": "5"}, [1], {"accountIds": "2", "maxTransactionsCount": "5"}),
        ({"accountIds": "1,2"}, [1, 2], None),
        ({}, [1, 2], {}),
    ],
)
def test_a_rule_loses_deleted_accounts_and_vanishes_with_the_last_one(
    params: Mapping[str, str], gone: list[int], left: Mapping[str, str] | None
) -> None:
    after = notification_rules.without(rule("NEW_TRANSACTIONS", params), "accountIds", gone)
    assert (None if after is None else after.params) == left


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, [1, 2, 3]),
        ({"ids": [3, 1, 9]}, [1, 3]),
        ({"triggerEvent": "NEW_TRANSACTIONS"}, [1, 3]),
        ({"includeDetails": True}, [3]),
        ({"includeDetails": False, "triggerEvent": "BANK_LOGIN_ERROR"}, [2]),
    ],
)
def test_filters(query: Mapping[str, Any], ids: list[int]) -> None:
    rules = [
        rule("NEW_TRANSACTIONS", id=3, includeDetails=True),
        rule("BANK_LOGIN_ERROR", id=2),
        rule("NEW_TRANSACTIONS", id=1),
    ]
    assert [one.id for one in notification_rules.matching(rules, query)] == ids
