"""Callbacks, by a server that has its postman: the TestClient runs the lifespan here."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from mock_server.app import App
from mock_server.clock import stopwatch
from tests.access.mocked import data, mocks, update
from tests.access.test_notification_rules import makes_rule
from tests.actors import EndUser, Json, Shop
from tests.journeys.test_integrator import PATIENCE, receiver


@pytest.fixture
def http(app: App) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://localhost:8420") as client:
        yield client


def wait_for_callback(shop: Shop) -> Json:
    """The callback in the journal; the request itself takes the time that the wait needs."""
    until = stopwatch() + PATIENCE
    while stopwatch() < until:
        entries = shop.journal(kind="callback")
        if entries:
            return entries[0]
    raise AssertionError("no callback")


def test_a_callback_is_sent_once_and_is_in_the_journal(alice: EndUser) -> None:
    with receiver() as (address, arrived):
        form = alice.starts_import(callbacks={"finalised": address})
        alice.shop.completes(form, outcome="ABORTED")
        expected = {"webFormId": form["id"], "status": "ABORTED"}
        assert arrived.get(timeout=PATIENCE) == expected | {"path": "/callback?state=42"}
        entry = wait_for_callback(alice.shop)
        assert (entry["request"], entry["status"], entry["clientId"]) == (expected, 204, "shop")
        assert arrived.empty()


def test_a_receiver_that_is_not_there_is_a_line_in_the_journal(alice: EndUser) -> None:
    form = alice.starts_import(callbacks={"finalised": "http://localhost:9/nobody"})
    alice.shop.completes(form, outcome="EXPIRED")
    assert "ConnectError" in wait_for_callback(alice.shop)["error"]


def test_a_form_that_expires_reports_it_although_nobody_asks(alice: EndUser) -> None:
    with receiver() as (address, arrived):
        form = alice.starts_import(callbacks={"finalised": address})
        alice.shop.moves_clock(advance="21m")
        assert arrived.get(timeout=PATIENCE) == {
            "webFormId": form["id"],
            "status": "EXPIRED",
            "path": "/callback?state=42",
        }


def test_a_notification_arrives_as_it_was_encrypted(alice: EndUser) -> None:
    with receiver() as (address, arrived):
        alice.shop.patches("/api/v2/clientConfiguration", userNotificationCallbackUrl=address)
        connection = alice.connects(maxDaysForDownload=14)
        rule = makes_rule(alice, "NEW_ACCOUNT_BALANCE", callbackHandle="h")
        main = connection["accountIds"][0]
        mocks(alice, update(connection, data(main, 5)), triggerNotifications=True)
        told = arrived.get(timeout=PATIENCE)
        assert (told["notificationRuleId"], told["callbackHandle"]) == (rule["id"], "h")
        (entry,) = told["newAccountBalances"]
        assert entry["accountId"] == main
        assert alice.shop.decrypts(entry["accountName"]) == "Main-TestAccount"
