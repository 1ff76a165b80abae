"""Bugs of the engine and of the checks that were found by using them, each with what should have happened."""

import pytest
from starlette.testclient import TestClient

from mock_server.app import App
from mock_server.scenario.checks import read_scenario
from mock_server.settings import Settings
from mock_server.strict_yaml import MistakesError
from tests.access.direct import BACK, UPDATE, authorises, code, imports, login
from tests.actors import EndUser, Shop
from tests.conftest import client_of
from tests.scenario.plays import plays
from tests.scenario.texts import vocabulary


def places(rules: str) -> list[tuple[int, int]]:
    """Line and column of each mistake; the first line is that of `rules`."""
    with pytest.raises(MistakesError) as caught:
        read_scenario(f"{rules}\nname: one\ndescription: One.\n", "one.yaml", vocabulary())
    return [(it.line, it.column) for it in caught.value.mistakes]


@pytest.mark.parametrize(
    ("when", "line", "column"),
    [
        ("operation:\n        - getBank\n        - getBnk", 5, 11),
        ("operation: [getBank,\n        getAccount, getBnk]", 4, 21),
        ("tag:\n        - Accounts\n        - Acounts", 5, 11),
        ("operation: getAndSearchAllBanks\n      query:\n        perpage:\n          from: 1", 5, 9),
        ("operation: createLabel\n      body:\n        nme:\n          present: true", 5, 9),
    ],
)
def test_a_wrong_word_is_told_where_it_stands_not_where_its_list_or_its_value_begins(
    when: str, line: int, column: int
) -> None:
    assert places(f"rules:\n  - when:\n      {when}\n    then: {{delay: 1s}}") == [(line, column)]


# `login_as` at the update of a connection that needs no login, because there is a consent or there are credentials.


@pytest.fixture
def settings() -> Settings:
    return Settings(license="FULLY_LICENSED")


@pytest.fixture
def http(app: App) -> TestClient:
    return client_of(app)


def treated_as(shop: Shop, customer: str) -> None:
    plays(shop, f"rules: [{{when: {{operation: '*pdate*'}}, then: {{login_as: {customer}}}}}]")


@pytest.mark.parametrize(
    ("customer", "refusal", "task"),
    [
        ("demo_locked", (422, "BANK_SERVER_REJECTION"), "BANK_SERVER_REJECTION"),
        ("demo_unsupported", (501, "UNSUPPORTED_BANK"), "UNEXPECTED_ACCESS_RESPONSE"),
        ("demo_internal_error", (500, "UNEXPECTED_ERROR"), "INTERNAL_ERROR"),
    ],
)
@pytest.mark.parametrize("stores", [True, False])
def test_whom_the_bank_lets_in_no_more_it_refuses_at_updates_too(
    customer: str, refusal: tuple[int, str], task: str, stores: bool, shop: Shop, alice: EndUser
) -> None:
    connection = imports(alice, storeSecrets=stores)
    treated_as(shop, customer)
    update = {"bankConnectionId": connection["id"], "bankingInterface": "XS2A"}
    assert code(alice.posts(UPDATE, **update)) == refusal
    started = alice.posts("/api/tasks/backgroundUpdate", bankConnectionId=connection["id"], redirectUrl=BACK)
    ended = alice.sees(f"/api/tasks/{started.json()['id']}")
    assert (ended["status"], ended["payload"]["errorCode"]) == ("COMPLETED_WITH_ERROR", task)


def test_whom_the_bank_asks_for_a_second_factor_it_asks_at_updates_too(shop: Shop, alice: EndUser) -> None:
    connection = imports(alice)
    treated_as(shop, "demo")
    update = {"bankConnectionId": connection["id"], "bankingInterface": "XS2A"}
    for _ in range(2):
        assert authorises(alice, UPDATE, {**update, "loginCredentials": login("demo_no_msa")}).status_code == 200
