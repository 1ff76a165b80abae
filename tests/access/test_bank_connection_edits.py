"""Renaming bank connections, changing what is stored, taking interfaces away, deleting."""

from typing import Any

import pytest

from mock_server.app import App
from mock_server.domain.standing_orders import BankSideStandingOrder
from mock_server.domain.transactions import Transaction
from mock_server.settings import Settings
from tests.access.direct import BASE, CONNECT, REMOVE, SAVINGS_BANK, SMS, UPDATE, code, imports, login
from tests.actors import EndUser, Shop
from tests.conftest import serve

FINTS = "FINTS_SERVER"


@pytest.fixture
def settings() -> Settings:
    return Settings(license="FULLY_LICENSED")


def test_a_name_is_set_kept_and_cleared(alice: EndUser) -> None:
    where = f"{BASE}/{imports(alice, name='Old')['id']}"
    assert alice.patches(where, name="New").json()["name"] == "New"
    assert alice.patches(where, bankingInterface="XS2A", defaultTwoStepProcedureId=SMS).json()["name"] == "New"
    assert "name" not in alice.patches(where, name="").json()
    assert code(alice.patches(where)) == (400, "BAD_REQUEST")


def test_without_a_licence_only_the_name_can_be_changed() -> None:
    carol = Shop(serve()).welcomes("carol")
    where = f"{BASE}/{carol.connects(maxDaysForDownload=14)['id']}"
    assert carol.patches(where, name="Mine").json()["name"] == "Mine"
    refused = carol.patches(where, bankingInterface="XS2A", defaultTwoStepProcedureId=SMS)
    assert code(refused) == (422, "ILLEGAL_ENTITY_STATE")
    shown = carol.sees(where)["interfaces"][0]["loginCredentials"]
    assert {it["value"] for it in shown if "value" in it} == {"XXXXX"}


def test_a_default_procedure_is_one_that_there_is(alice: EndUser) -> None:
    where = f"{BASE}/{imports(alice)['id']}"
    assert code(alice.patches(where, bankingInterface="XS2A", defaultTwoStepProcedureId="955")) == (
        422,
        "INVALID_TWO_STEP_PROCEDURE",
    )
    assert code(alice.patches(where, bankingInterface=FINTS, defaultTwoStepProcedureId=SMS)) == (
        422,
        "ILLEGAL_FIELD_VALUE",
    )
    assert code(alice.patches(where, defaultTwoStepProcedureId=SMS)) == (400, "BAD_REQUEST")
    alice.patches(where, bankingInterface="XS2A", defaultTwoStepProcedureId=SMS)
    cleared = alice.patches(where, bankingInterface="XS2A", defaultTwoStepProcedureId="")
    assert "defaultTwoStepProcedureId" not in cleared.json()["interfaces"][0]


def test_new_credentials_take_the_consent_along(alice: EndUser) -> None:
    connection = imports(alice)
    edited = alice.patches(f"{BASE}/{connection['id']}", bankingInterface="XS2A", loginCredentials=login("demo_no_msa"))
    [interface] = edited.json()["interfaces"]
    assert interface["aisConsent"]["status"] == "NOT_PRESENT"
    assert interface["loginCredentials"][1] == {"label": "PIN", "value": "XXXXX"}
    assert alice.posts(UPDATE, bankConnectionId=connection["id"], bankingInterface="XS2A").status_code == 200


def test_credentials_that_the_bank_does_not_know_show_at_the_next_update(alice: EndUser) -> None:
    id = imports(alice, bankingInterface=FINTS, storeSecrets=True)["id"]
    wish = {"bankingInterface": FINTS, "loginCredentials": [{"label": "PIN", "value": "wrong"}]}
    assert alice.patches(f"{BASE}/{id}", **wish).status_code == 200
    update = {"bankConnectionId": id, "bankingInterface": FINTS}
    assert code(alice.posts(UPDATE, **update)) == (422, "BANK_SERVER_REJECTION")
    right = {**wish, "loginCredentials": login("demo_no_msa")}
    assert alice.patches(f"{BASE}/{id}", **right).status_code == 200
    assert alice.posts(UPDATE, **update).status_code == 200


def test_a_cleared_secret_is_not_stored_any_more(alice: EndUser) -> None:
    id = imports(alice, bankingInterface=FINTS, storeSecrets=True)["id"]
    wish = {"bankingInterface": FINTS, "loginCredentials": [{"label": "PIN", "value": ""}]}
    [interface] = alice.patches(f"{BASE}/{id}", **wish).json()["interfaces"]
    assert interface["loginCredentials"][1] == {"label": "PIN"}
    assert code(alice.posts(UPDATE, bankConnectionId=id, bankingInterface=FINTS)) == (422, "MISSING_FIELD")


def test_credentials_of_another_connection_are_refused(alice: EndUser) -> None:
    alice.connects(login="demo", maxDaysForDownload=14, redirectUrl="https://shop.example")
    id = imports(alice)["id"]
    refused = alice.patches(f"{BASE}/{id}", bankingInterface="XS2A", loginCredentials=login("demo"))
    assert code(refused) == (422, "ILLEGAL_FIELD_VALUE")


# Interfaces and consents


def test_an_interface_leaves_the_connection_and_its_accounts(alice: EndUser) -> None:
    id = imports(alice)["id"]
    alice.posts(CONNECT, bankConnectionId=id, bankingInterface=FINTS, loginCredentials=login("demo_no_msa"))
    assert alice.posts(REMOVE, bankConnectionId=id, bankingInterface="XS2A").status_code == 200
    assert [it["bankingInterface"] for it in alice.sees(f"{BASE}/{id}")["interfaces"]] == [FINTS]
    assert {it["bankingInterface"] for account in alice.accounts() for it in account["interfaces"]} == {FINTS}
    assert code(alice.posts(REMOVE, bankConnectionId=id, bankingInterface="XS2A")) == (404, "UNKNOWN_ENTITY")


def test_without_the_last_interface_the_accounts_stay(alice: EndUser) -> None:
    id = imports(alice)["id"]
    alice.posts(REMOVE, bankConnectionId=id, bankingInterface="XS2A")
    assert [it["interfaces"] for it in alice.accounts()] == [[], [], []]
    alice.shop.moves_clock(advance="2d")
    alice.token = alice.shop.token("password", username="alice", password="open sesame")
    back = {"bankConnectionId": id, "bankingInterface": "XS2A", "loginCredentials": login("demo_no_msa")}
    assert alice.posts(CONNECT, **back).status_code == 200
    assert [len(it["interfaces"]) for it in alice.accounts()] == [1, 1, 1]


def test_a_consent_is_deleted_once(alice: EndUser) -> None:
    id = imports(alice)["id"]
    where = f"{BASE}/{id}/aisConsent"
    assert alice.deletes(where, bankingInterface="XS2A").json() == {"local": "DELETED", "remote": "DELETED"}
    assert alice.deletes(where, bankingInterface="XS2A").json() == {"local": "NOT_EXIST", "remote": "NOT_EXIST"}
    assert code(alice.deletes(where, bankingInterface=FINTS)) == (422, "UNKNOWN_ENTITY")
    assert code(alice.deletes(f"{BASE}/1/aisConsent", bankingInterface="XS2A")) == (422, "UNKNOWN_ENTITY")
    alice.posts(CONNECT, bankConnectionId=id, bankingInterface=FINTS, loginCredentials=login("demo_no_msa"))
    fints = alice.deletes(where, bankingInterface=FINTS)
    assert fints.json() == {"local": "NOT_EXIST", "remote": "NOT_SUPPORTED"}


def test_an_ended_consent_is_no_longer_at_the_bank(alice: EndUser) -> None:
    id = imports(alice)["id"]
    alice.shop.moves_clock(advance="90d")
    alice.token = alice.shop.token("password", username="alice", password="open sesame")
    answer = alice.deletes(f"{BASE}/{id}/aisConsent", bankingInterface="XS2A")
    assert answer.json() == {"local": "DELETED", "remote": "NOT_EXIST"}


# Deleting


def belongings(app: App) -> list[Any]:
    world = app.worlds.of_client("shop")
    assert world is not None
    return [*world.store.all(Transaction), *world.store.all(BankSideStandingOrder)]


def test_a_connection_takes_everything_along(alice: EndUser, app: App) -> None:
    where = f"{BASE}/{imports(alice)['id']}"
    assert belongings(app) != []
    assert alice.deletes(where).status_code == 200
    assert (alice.accounts(), alice.transactions(), belongings(app)) == ([], [], [])
    assert code(alice.deletes(where)) == (404, "UNKNOWN_ENTITY")


def test_all_connections_go_and_are_named(alice: EndUser) -> None:
    ids = [imports(alice)["id"], imports(alice, **at_another_bank())["id"]]
    bob = alice.shop.welcomes("bob")
    imports(bob)
    assert alice.deletes(BASE).json() == {"identifiers": sorted(ids)}
    assert (alice.sees(BASE)["connections"], alice.accounts()) == ([], [])
    assert len(bob.accounts()) == 3
    assert alice.deletes(BASE).json() == {"identifiers": []}


def at_another_bank() -> dict[str, Any]:
    credentials = login("demo_no_msa", labels=("Anmeldename", "PIN"))
    return {"bankId": SAVINGS_BANK, "bankingInterface": FINTS, "loginCredentials": credentials}
