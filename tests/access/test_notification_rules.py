from typing import Any

import pytest

from tests.actors import EndUser, Json
from tests.refusals import access_error, told

PATH = "/api/v2/notificationRules"
NEW = "NEW_TRANSACTIONS"


def asks_for_rule(user: EndUser, event: str = NEW, **wish: Any) -> Any:
    return user.http.post(PATH, json={"triggerEvent": event, **wish}, headers=user.bearer)


def makes_rule(user: EndUser, event: str = NEW, **wish: Any) -> Json:
    answer = asks_for_rule(user, event, **wish)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_rule_is_shown_as_it_was_made(alice: EndUser) -> None:
    first, _, third = alice.connects()["accountIds"]
    params = {"accountIds": f"{third},{first}", "maxTransactionsCount": "7"}
    rule = makes_rule(alice, params=params, callbackHandle='{"user": "YWxpY2U=/%"}', includeDetails=True)
    assert rule == {
        "id": rule["id"],
        "triggerEvent": NEW,
        "params": params,
        "callbackHandle": '{"user": "YWxpY2U=/%"}',
        "includeDetails": True,
    }
    assert alice.sees(f"{PATH}/{rule['id']}") == rule
    assert alice.sees(PATH) == {"notificationRules": [rule]}


def test_what_is_left_out_has_its_default(alice: EndUser) -> None:
    rule = makes_rule(alice, "NEW_TERMS_AND_CONDITIONS")
    assert rule == {
        "id": rule["id"],
        "triggerEvent": "NEW_TERMS_AND_CONDITIONS",
        "params": {},
        "includeDetails": False,
    }


@pytest.mark.parametrize(
    ("event", "params"),
    [
        ("NEW_ACCOUNT_BALANCE", {}),
        ("NEW_TRANSACTIONS", {}),
        ("BANK_LOGIN_ERROR", {}),
        ("FOREIGN_MONEY_TRANSFER", {}),
        ("LOW_ACCOUNT_BALANCE", {"balanceThreshold": "-99.99"}),
        ("HIGH_TRANSACTION_AMOUNT", {"absoluteAmountThreshold": "1000"}),
        ("CATEGORY_CASH_FLOW", {"categoryId": "378", "includeChildCategories": "true"}),
        ("NEW_TERMS_AND_CONDITIONS", {}),
    ],
)
def test_there_are_rules_for_all_eight_events(alice: EndUser, event: str, params: dict[str, str]) -> None:
    alice.connects(maxDaysForDownload=14)
    assert makes_rule(alice, event, params=params)["params"] == params
    if event != "NEW_TERMS_AND_CONDITIONS" and event != "BANK_LOGIN_ERROR":
        ids = {"accountIds": str(alice.accounts()[0]["id"])}
        assert makes_rule(alice, event, params={**params, **ids})["params"] == {**params, **ids}


@pytest.mark.parametrize(
    ("event", "params", "message"),
    [
        ("NEW_MOON", {}, "Field 'triggerEvent' not valid: it must be one of NEW_ACCOUNT_BALANCE, "),
        ("LOW_ACCOUNT_BALANCE", {}, "Field 'params.balanceThreshold' not valid: LOW_ACCOUNT_BALANCE needs it."),
        (NEW, {"categoryId": "1"}, f"Field 'params.categoryId' not valid: {NEW} takes accountIds, maxTransactionsCo"),
        (NEW, {"accountIds": "all"}, "Field 'params.accountIds' not valid: it must be a list of ids such as 1,2,3."),
        (NEW, {"accountIds": "2000001"}, "Field 'params.accountIds' not valid: there is no account 2000001."),
        ("BANK_LOGIN_ERROR", {"bankConnectionIds": "1"}, "Field 'params.bankConnectionIds' not valid: there is no ba"),
        ("CATEGORY_CASH_FLOW", {"categoryId": "1000000"}, "Field 'params.categoryId' not valid: there is no category"),
    ],
)
def test_what_does_not_fit_the_event_is_422(alice: EndUser, event: str, params: dict[str, str], message: str) -> None:
    alice.shop.welcomes("bob").connects(maxDaysForDownload=14)  # whose account is no account of hers
    answer = asks_for_rule(alice, event, params=params)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["code"], error["type"]) == ("ILLEGAL_FIELD_VALUE", "TECHNICAL")
    assert error["message"].startswith(message)
    assert alice.sees(PATH) == {"notificationRules": []}


@pytest.mark.parametrize(
    "wish",
    [
        {"triggerEvent": "X" * 33},
        {"triggerEvent": None},
        {"params": {"accountIds": 1}},
        {"params": "accountIds=1"},
        {"callbackHandle": ""},
        {"callbackHandle": "x" * 513},
        {"callbackHandle": "one\ntwo"},
        {"callbackHandle": "<b>"},
        {"callbackHandle": "'quoted'"},
        {"includeDetails": "maybe"},
        {"event": NEW},
    ],
)
def test_the_limits_of_the_document_are_400(alice: EndUser, wish: dict[str, Any]) -> None:
    answer = alice.http.post(PATH, json={"triggerEvent": NEW, **wish}, headers=alice.bearer)
    assert answer.status_code == 400, answer.text
    assert alice.http.post(PATH, json={}, headers=alice.bearer).status_code == 400
    assert alice.sees(PATH) == {"notificationRules": []}


def test_the_longest_handle_has_512_characters(alice: EndUser) -> None:
    handle = 'Äé /=%"' + "x" * 505
    assert makes_rule(alice, callbackHandle=handle)["callbackHandle"] == handle


def test_a_twin_is_refused_and_a_sibling_is_not(alice: EndUser) -> None:
    first, second, _ = alice.connects(maxDaysForDownload=14)["accountIds"]
    makes_rule(alice, params={"accountIds": f"{first},{second}"}, callbackHandle="h")
    answer = asks_for_rule(alice, params={"accountIds": f"{second},{first}"}, callbackHandle="h")
    message = "There is such a notification rule already."
    assert told(answer) == (422, access_error(answer, "ENTITY_EXISTS", message))
    makes_rule(alice, params={"accountIds": str(first)}, callbackHandle="h")
    makes_rule(alice, params={"accountIds": f"{second},{first}"}, callbackHandle="i")
    bob = alice.shop.welcomes("bob")
    makes_rule(bob)
    makes_rule(alice)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [0, 1, 2]),
        ({"triggerEvent": NEW}, [0, 2]),
        ({"includeDetails": "true"}, [1, 2]),
        ({"includeDetails": "false"}, [0]),
        ({"triggerEvent": NEW, "includeDetails": "true"}, [2]),
        ({"page": "2", "perPage": "1"}, [0, 1, 2]),
    ],
)
def test_filters(alice: EndUser, query: dict[str, str], expected: list[int]) -> None:
    rules = [
        makes_rule(alice),
        makes_rule(alice, "BANK_LOGIN_ERROR", includeDetails=True),
        makes_rule(alice, includeDetails=True),
    ]
    found = alice.sees(PATH, **query)
    assert set(found) == {"notificationRules"}
    assert found["notificationRules"] == [rules[n] for n in expected]
    ids = f"{rules[2]['id']},{rules[0]['id']},1"
    assert alice.sees(PATH, ids=ids)["notificationRules"] == [rules[0], rules[2]]
    assert alice.gets(PATH, triggerEvent="NEW_MOON").status_code == 400


def test_one_rule_or_all_can_be_deleted(alice: EndUser) -> None:
    bob = alice.shop.welcomes("bob")
    his = makes_rule(bob)
    first, second, third = (makes_rule(alice, callbackHandle=handle) for handle in "abc")
    answer = alice.deletes(f"{PATH}/{second['id']}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert alice.gets(f"{PATH}/{second['id']}").status_code == 404
    assert alice.deletes(f"{PATH}/{second['id']}").status_code == 404
    assert told(alice.deletes(PATH)) == (200, {"identifiers": [first["id"], third["id"]]})
    assert told(alice.deletes(PATH)) == (200, {"identifiers": []})
    assert alice.sees(PATH) == {"notificationRules": []}
    assert bob.sees(PATH) == {"notificationRules": [his]}


def test_somebody_elses_rule_is_as_good_as_none(alice: EndUser) -> None:
    path = f"{PATH}/{makes_rule(alice)['id']}"
    bob = alice.shop.welcomes("bob")
    for answer in (bob.gets(path), bob.deletes(path)):
        assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", "Resource not found", who="11/36"))
    assert alice.gets(path).status_code == 200
    assert alice.shop.gets(PATH).status_code == 403
