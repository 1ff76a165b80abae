"""What a client of `mock_server.testing` can do in a test: users, forms, the clock, scenarios, the journal."""

import inspect
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mock_server.testing import Client, FinApiMock, MockError

NOON = datetime(2026, 8, 13, 12, tzinfo=UTC)
NOBODY = "http://localhost:1/done?state=42"
"""Where a callback is sent to, and nobody listens."""


def new_form(client: Client, path: str = "bankConnectionImport", **wish: Any) -> dict[str, Any]:
    form: dict[str, Any] = client.call("POST", f"/api/webForms/{path}", client.user(), json=wish)
    return form


# Users, and what they connect


@pytest.mark.parametrize("license", ["UNLICENSED", "AISP", "FULLY_LICENSED"])
def test_a_bank_is_connected_with_every_licence(finapi_mock: FinApiMock, license: str) -> None:
    client = finapi_mock.client(license=license)
    assert len(client.connect_bank(client.user()).accounts) == 3
    client.remove()


def test_a_bank_that_does_not_let_the_user_in_is_said(finapi: Client) -> None:
    with pytest.raises(MockError, match=r"The form has ended as COMPLETED_WITH_ERROR: .*BANK_SERVER_REJECTION"):
        finapi.connect_bank(finapi.user(), login="demo_wrong_pin")


def test_a_user_with_a_password_logs_in_again_when_the_token_is_over(finapi: Client) -> None:
    alice = finapi.user(id="alice", password="open-sesame")
    finapi.advance(timedelta(hours=1))
    with pytest.raises(MockError, match="401") as refused:
        finapi.call("GET", "/api/v2/users", alice)
    assert refused.value.status == 401
    again = finapi.log_in("alice", "open-sesame")
    assert finapi.call("GET", "/api/v2/users", again)["id"] == "alice"
    assert again.token != alice.token


# Ending a form


@pytest.mark.parametrize(
    ("wish", "payload"),
    [
        ({}, {"errorCode": None, "errorMessage": None}),
        ({"outcome": "COMPLETED", "bank": 280002, "login": "demo_no_msa"}, {"errorCode": None, "errorMessage": None}),
        (
            {"outcome": "COMPLETED_WITH_ERROR", "error_code": "BANK_SERVER_REJECTION", "error_message": "No."},
            {"bankConnectionId": None, "errorCode": "BANK_SERVER_REJECTION", "errorMessage": "No."},
        ),
        ({"outcome": "ABORTED"}, {"bankConnectionId": None, "errorCode": None, "errorMessage": None}),
        ({"outcome": "EXPIRED"}, {"bankConnectionId": None, "errorCode": None, "errorMessage": None}),
        ({"outcome": "CANCELLED"}, {"bankConnectionId": None, "errorCode": None, "errorMessage": None}),
    ],
    ids=lambda value: value.get("outcome", "nothing said") if "errorCode" not in value else "",
)
def test_a_form_ends_as_it_is_wished(finapi: Client, wish: Mapping[str, Any], payload: Mapping[str, Any]) -> None:
    form = finapi.complete(new_form(finapi), **wish)
    outcome = wish.get("outcome", "COMPLETED")
    assert form["status"] == outcome
    assert (form["payload"]["bankConnectionId"] is not None) == (outcome == "COMPLETED")
    assert form["payload"] == form["payload"] | payload


def test_a_form_is_named_by_its_id_too_and_ends_once(finapi: Client) -> None:
    id = new_form(finapi)["id"]
    assert finapi.complete(id, "ABORTED")["id"] == id
    with pytest.raises(MockError, match="422"):
        finapi.complete(id)


def test_an_outcome_that_there_is_not_is_refused_with_the_nearest(finapi: Client) -> None:
    with pytest.raises(MockError, match=r"400 .*ABORTED"):
        finapi.complete(new_form(finapi), "ABORTD")


# The clock


def test_the_clock_stands_still_is_moved_and_runs_again(finapi: Client) -> None:
    assert finapi.freeze(NOON) == "2026-08-13T14:00:00.000+02:00"
    assert finapi.freeze() == "2026-08-13T14:00:00.000+02:00"
    assert finapi.advance("2h") == "2026-08-13T16:00:00.000+02:00"
    assert finapi.advance(timedelta(milliseconds=-1500)) == "2026-08-13T15:59:58.500+02:00"
    resumed = finapi.resume()
    assert resumed == "2026-08-13T15:59:58.500+02:00"
    assert any(finapi.advance("0s") > resumed for _ in range(1000))  # some milliseconds later


def test_the_clock_of_one_client_is_not_that_of_another(finapi: Client, finapi_mock: FinApiMock) -> None:
    other = finapi_mock.client()
    finapi.freeze("2030-01-01T00:00:00Z")
    assert not other.advance("0s").startswith("2030")
    other.remove()


# Scenarios


def test_a_scenario_may_be_a_file(finapi: Client, tmp_path: Path) -> None:
    file = tmp_path / "no-banks.yaml"
    file.write_text(
        "name: no-banks\ndescription: None.\nrules:\n"
        "  - when: {operation: getAndSearchAllBanks}\n    then: {refuse: UNEXPECTED}\n"
    )
    finapi.scenario(file)
    with pytest.raises(MockError, match="500"):
        finapi.call("GET", "/api/v2/banks")
    finapi.scenario()
    assert finapi.call("GET", "/api/v2/banks", perPage=1)["banks"]


# The journal


def test_the_journal_is_whole_and_in_order(finapi: Client) -> None:
    alice = finapi.user(id="alice")
    for page in range(1, 121):
        finapi.call("GET", "/api/v2/banks", alice, page=page)
    found = finapi.requests(operation="getAndSearchAllBanks")
    assert [it["target"] for it in found] == [f"/api/v2/banks?page={page}" for page in range(1, 121)]
    assert finapi.requests(operation="getAndSearchAllBanks", limit=2) == found[-2:]


def test_callbacks_are_found_in_the_order_in_which_they_were_sent(finapi: Client) -> None:
    assert finapi.callbacks() == []
    forms = [new_form(finapi, callbacks={"finalised": NOBODY}) for _ in range(2)]
    for form in forms:
        finapi.complete(form, "ABORTED")
        finapi.wait_for(kind="callback", body={"webFormId": form["id"]}, within="10s")
    sent = finapi.callbacks()
    assert [(it["kind"], it["target"], it["request"]["webFormId"]) for it in sent] == [
        ("callback", NOBODY, form["id"]) for form in forms
    ]
    assert finapi.callbacks(path="*/done") == sent
    assert finapi.callbacks(path="*/other") == []


def test_calls_that_are_verified_or_awaited_come_oldest_first(finapi: Client) -> None:
    for id in ("alice", "bob"):
        finapi.user(id=id)
    for found in (
        finapi.verify(operation="createUser", exactly=2),
        finapi.wait_for(operation="createUser", at_least=2),
        finapi.verify_order({"operation": "createUser"}, {"operation": "createUser"}),
    ):
        assert [it["request"]["id"] for it in found] == ["alice", "bob"]


def test_the_order_of_calls_is_verified(finapi: Client) -> None:
    finapi.call("GET", "/api/v2/banks", finapi.user(id="alice"))
    user, banks = finapi.verify_order(
        {"operation": "createUser", "body": {"id": "alice"}}, {"operation": "getAndSearchAllBanks", "status": 200}
    )
    assert user["number"] < banks["number"]
    with pytest.raises(AssertionError, match=r"inOrder\[1\] did not come after number \d+; it came before, as number"):
        finapi.verify_order({"operation": "getAndSearchAllBanks"}, {"operation": "createUser"})


def test_what_was_not_called_is_said(finapi: Client) -> None:
    with pytest.raises(AssertionError, match="Expected at least 1 call, found none"):
        finapi.wait_for(operation="createUser", within="10ms")
    with pytest.raises(AssertionError, match="Expected exactly 2 calls, found none"):
        finapi.verify(operation="createUser", exactly=2)
    finapi.verify(operation="createUser", never=True)
    finapi.user()
    with pytest.raises(AssertionError, match="Expected no call, found 1"):
        finapi.verify(operation="createUser", never=True)
    finapi.user()
    with pytest.raises(AssertionError, match="Expected at most 1 call, found 2"):
        finapi.verify(operation="createUser", at_most=1)


def test_a_filter_that_there_is_not_is_no_failed_assertion(finapi: Client) -> None:
    """A test that expects an AssertionError does not take a typing error for one."""
    with pytest.raises(MockError, match=r"400 .*operation"):
        finapi.verify(opration="createUser")


# The end


def test_a_client_is_there_after_a_reset_and_its_users_are_not(finapi_mock: FinApiMock) -> None:
    client = finapi_mock.client()
    client.user(id="alice")
    client.reset()
    client.user(id="alice")
    client.remove()
    with pytest.raises(MockError, match="404"):
        client.remove()


def test_help_shows_no_self(finapi: Client) -> None:
    assert list(inspect.signature(finapi.log_in).parameters) == ["id", "password"]
    assert (finapi.log_in.__name__, finapi.log_in.__doc__) == ("log_in", Client.log_in.__doc__)
