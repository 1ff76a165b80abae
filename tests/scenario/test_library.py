"""The scenarios that ship: in order as files, and doing what they say."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from mock_server.app import App
from mock_server.cli import main
from mock_server.domain.forms import ErrorCode
from mock_server.scenario.engine import Script, decide
from mock_server.scenario.events import CALLBACK, Event, begin
from mock_server.scenario.rules import CallbackTrick
from mock_server.settings import Settings
from tests.access.direct import BACK, IMPORT, UPDATE, authorises, code, import_body, imports, login
from tests.actors import EndUser, Shop, bearer
from tests.docs.markdown import ROOT
from tests.scenario.library import FILES, scenario_called, shipped
from tests.scenario.plays import has_on
from tests.scenario.texts import NOON

FOLDERS = {"auth", "users", "banks", "sca", "web-form", "data", "payments", "callbacks", "network", "limits", "errors"}
FIRST_LINE = "# yaml-language-server: $schema=../../mock_server/data/scenario.schema.json"
TASK = "/api/tasks/backgroundUpdate"


@pytest.fixture
def settings() -> Settings:
    return Settings(license="FULLY_LICENSED")


@pytest.fixture
def http(app: App) -> TestClient:
    """What scenarios answer need not be in any document, so nothing holds it against one."""
    return TestClient(app, base_url="http://localhost:8420")


# The files.


def test_there_are_at_least_sixty_and_no_name_twice() -> None:
    names = [file.stem for file in FILES]
    assert len(names) >= 60
    assert len(set(names)) == len(names) == len(shipped())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_stands_in_its_folder_and_helps_editors(file: Path) -> None:
    assert file.parent.name in FOLDERS
    assert file.parent.parent == ROOT / "scenarios"
    assert file.read_text(encoding="utf-8").splitlines()[0] == FIRST_LINE


@pytest.mark.parametrize("scenario", shipped(), ids=lambda it: it.name)
def test_a_description_says_in_few_sentences_what_a_correct_client_does(scenario: Any) -> None:
    sentences = re.split(r"\.\s+(?=[A-Z])", scenario.description.strip())
    assert len(sentences) <= 3
    assert "correct client" in scenario.description or "For tests" in scenario.description


def test_the_table_of_folders_is_that_of_the_readme() -> None:
    text = (ROOT / "scenarios" / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([\w-]+)` \|", text, flags=re.MULTILINE)) == FOLDERS


# Tokens.


def test_a_client_refreshes_when_the_token_expires_mid_session(shop: Shop, alice: EndUser) -> None:
    has_on(shop, "token-expires-mid-session")
    assert shop.creates_user(id="mia", password="open sesame").status_code == 201
    session = shop.token("password", username="mia", password="open sesame")
    assert session["expires_in"] == 5
    shop.moves_clock(advance="5s")
    assert shop.http.get("/api/v2/accounts", headers=bearer(session["access_token"])).status_code == 401
    refreshed = shop.token("refresh_token", refresh_token=session["refresh_token"])
    shop.moves_clock(advance="30min")
    assert shop.http.get("/api/v2/accounts", headers=bearer(refreshed["access_token"])).status_code == 200


def test_a_user_deleted_elsewhere_gets_in_no_more(shop: Shop, alice: EndUser) -> None:
    has_on(shop, "user-deleted-elsewhere")
    assert [alice.gets("/api/v2/accounts").status_code for _ in range(2)] == [200, 401]
    assert code(shop.asks_for_token("password", username="alice", password="open sesame")) == (
        400,
        "UNAUTHORIZED_ACCESS",
    )
    assert shop.gets("/api/v2/banks").status_code == 200


# Banks.


def updates(alice: EndUser, connection: Any) -> int:
    status: int = alice.posts(UPDATE, bankConnectionId=connection["id"], bankingInterface="XS2A").status_code
    return status


def test_the_third_update_of_each_connection_is_locked(shop: Shop, alice: EndUser) -> None:
    has_on(shop, "third-update-locked")
    one, two = imports(alice), imports(alice, loginCredentials=login("demo_no_msa+two", "demo_no_msa"))
    assert [updates(alice, it) for it in (one, two, one, two, one, two, one)] == [200, 200, 200, 200, 423, 423, 200]


def test_an_update_fails_once_and_then_works(shop: Shop, alice: EndUser) -> None:
    has_on(shop, "update-fails-once-then-works")
    connection = imports(alice)
    assert [updates(alice, connection) for _ in range(3)] == [200, 422, 200]


def test_the_bank_goes_down_after_two_imports_and_recovers_after_ten_minutes(shop: Shop, alice: EndUser) -> None:
    has_on(shop, "bank-goes-down-and-recovers")
    customers = (import_body(loginCredentials=login(f"demo_no_msa+{n}", "demo_no_msa")) for n in range(5))
    assert [alice.posts(IMPORT, **next(customers)).status_code for _ in range(3)] == [201, 201, 422]
    shop.moves_clock(advance="9min")
    assert alice.posts(IMPORT, **next(customers)).status_code == 422
    shop.moves_clock(advance="1min")
    assert alice.posts(IMPORT, **next(customers)).status_code == 201


REFUSED = {
    "bank-in-maintenance": (422, "BANK_SERVER_REJECTION"),
    "access-locked-by-bank": (422, "BANK_SERVER_REJECTION"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("stores", [True, False])
def test_a_bank_that_lets_nobody_in_refuses_those_too_whom_it_knows(
    name: str, stores: bool, shop: Shop, alice: EndUser
) -> None:
    connection = imports(alice, storeSecrets=stores)
    has_on(shop, name)
    update = {"bankConnectionId": connection["id"], "bankingInterface": "XS2A"}
    assert code(alice.posts(UPDATE, **update)) == REFUSED[name]
    assert code(alice.posts(UPDATE, **update, loginCredentials=login("demo_no_msa"))) == REFUSED[name]
    assert code(alice.posts(IMPORT, **import_body("demo_usd"))) == REFUSED[name]


def test_every_update_asks_for_a_second_factor(shop: Shop, alice: EndUser) -> None:
    connection = imports(alice)
    has_on(shop, "sca-at-every-update")
    update = {
        "bankConnectionId": connection["id"],
        "bankingInterface": "XS2A",
        "loginCredentials": login("demo_no_msa"),
    }
    for _ in range(2):
        assert authorises(alice, UPDATE, update).status_code == 200


def test_new_terms_refuse_an_update_and_ask_the_user_at_the_next(shop: Shop, alice: EndUser) -> None:
    connection = imports(alice)
    has_on(shop, "new-terms")
    tasks = [alice.posts(TASK, bankConnectionId=connection["id"], redirectUrl=BACK) for _ in range(2)]
    statuses = [alice.sees(f"/api/tasks/{it.json()['id']}")["status"] for it in tasks if it.status_code == 201]
    assert statuses == ["COMPLETED_WITH_ERROR", "WEB_FORM_REQUIRED"]


# Forms and tasks.

ENDINGS = {"form-aborted": "ABORTED", "form-expired": "EXPIRED", "form-cancelled": "CANCELLED"}


@pytest.mark.parametrize("name", ENDINGS)
def test_a_form_ends_without_anybody(name: str, shop: Shop, alice: EndUser) -> None:
    has_on(shop, name)
    assert alice.sees_form(alice.starts_import(redirectUrl=BACK))["status"] == ENDINGS[name]


@pytest.mark.parametrize("error", sorted(ErrorCode))
def test_a_form_fails_with_each_code(error: str, shop: Shop, alice: EndUser) -> None:
    has_on(shop, f"form-fails-with-{error.lower().replace('_', '-')}")
    order = {"recipient": {"name": "Max", "iban": "DE13700800000061110500"}, "amount": {"value": 1, "currency": "EUR"}}
    if error == "UNSUPPORTED_ORDER":
        form = alice.posts("/api/webForms/standalonePayment", orders=[order], redirectUrl=BACK).json()
    else:
        form = alice.starts_import(redirectUrl=BACK)
    ended = alice.sees_form(form)
    assert (ended["status"], ended["payload"]["errorCode"]) == ("COMPLETED_WITH_ERROR", error)


def test_two_forms_fail_and_the_third_can_be_completed(shop: Shop, alice: EndUser) -> None:
    has_on(shop, "form-fails-twice-then-works")
    forms = [alice.starts_import(redirectUrl=BACK) for _ in range(3)]
    assert [alice.sees_form(it)["status"] for it in forms] == [*["COMPLETED_WITH_ERROR"] * 2, "NOT_YET_OPENED"]


@pytest.mark.parametrize(
    "error",
    [
        "BANK_SERVER_REJECTION",
        "INTERNAL_ERROR",
        "INVALID_TOKEN",
        "MANDATOR_MISCONFIGURATION",
        "UNEXPECTED_ACCESS_RESPONSE",
    ],
)
def test_a_task_fails_with_each_code(error: str, shop: Shop, alice: EndUser) -> None:
    connection = imports(alice)
    has_on(shop, f"task-fails-with-{error.lower().replace('_', '-')}")
    started = alice.posts(TASK, bankConnectionId=connection["id"], redirectUrl=BACK)
    assert started.status_code == 201, started.text
    task = alice.sees(f"/api/tasks/{started.json()['id']}")
    assert (task["status"], task["payload"]["errorCode"]) == ("COMPLETED_WITH_ERROR", error)


def test_a_task_needs_a_web_form(shop: Shop, alice: EndUser) -> None:
    connection = imports(alice)
    has_on(shop, "task-needs-web-form")
    started = alice.posts(TASK, bankConnectionId=connection["id"], redirectUrl=BACK)
    task = alice.sees(f"/api/tasks/{started.json()['id']}")
    assert task["status"] == "WEB_FORM_REQUIRED"
    assert task["payload"]["webForm"]["status"] == "NOT_YET_OPENED"


# Data and payments.


def test_an_account_disappears_at_an_update(shop: Shop, alice: EndUser) -> None:
    connection = imports(alice)
    has_on(shop, "account-disappears")
    assert updates(alice, connection) == 200
    alice.sees(f"/api/v2/bankConnections/{connection['id']}")
    statuses = [it["status"] for account in alice.accounts() for it in account["interfaces"]]
    assert statuses.count("DEPRECATED") == 1


@pytest.mark.parametrize(
    ("name", "shows"),
    [
        ("potential-duplicates", lambda user: any(it["isPotentialDuplicate"] for it in user.transactions())),
        ("empty-account", lambda user: user.transactions() == []),
        ("five-thousand-transactions", lambda user: len(user.transactions()) == 5000),
        ("dollar-account", lambda user: "USD" in {it["accountCurrency"] for it in user.accounts()}),
        ("accounts-without-iban", lambda user: not any("iban" in it for it in user.accounts())),
        ("unknown-account-type", lambda user: {it["accountType"] for it in user.accounts()} == {"Crypto"}),
        ("bank-lies", lambda user: user.transactions() == []),
        ("counterparts-missing", lambda user: not any("counterpartName" in it for it in user.transactions())),
        ("no-accounts", lambda user: user.accounts() == []),
    ],
)
def test_data_are_as_the_scenario_says(name: str, shows: Any, shop: Shop, alice: EndUser) -> None:
    has_on(shop, name)
    answer = alice.posts(IMPORT, **import_body("demo_no_msa", maxDaysForDownload=0))
    assert answer.status_code in (201, 422), answer.text
    if answer.status_code == 201:
        alice.sees(f"/api/v2/bankConnections/{answer.json()['id']}")
    assert shows(alice)


def test_nobody_hears_what_has_become_of_a_payment(shop: Shop, alice: EndUser) -> None:
    imports(alice)
    transfer = {"counterpartName": "Max", "counterpartIban": "DE13700800000061110500", "amount": 1}
    payment = alice.posts(
        "/api/v2/payments/moneyTransfers", accountId=alice.accounts()[0]["id"], moneyTransfers=[transfer]
    ).json()
    has_on(shop, "payment-status-unknown")
    submitted = alice.posts(
        "/api/v2/payments/submit",
        paymentId=payment["id"],
        bankingInterface="XS2A",
        loginCredentials=login("demo_no_msa"),
    )
    assert submitted.status_code == 200, submitted.text
    shop.moves_clock(advance="1h")
    alice.token = shop.token("password", username="alice", password="open sesame")
    assert [it["statusV2"] for it in alice.sees("/api/v2/payments")["payments"]] == ["UNKNOWN"]


# Callbacks: what is decided about each of three.

WHOLE = CallbackTrick()
TRICKS = {
    "callback-lost": [CallbackTrick(lost=True)] * 3,
    "callback-lost-now-and-then": None,
    "callback-late": None,
    "callback-twice": [CallbackTrick(copies=2)] * 3,
    "callbacks-out-of-order": [None, CallbackTrick(out_of_order=True), None],
    "callback-with-wrong-status": [CallbackTrick(set={"status": "FINISHED"})] * 3,
    "callback-of-another-form": [CallbackTrick(set={"webFormId": "00000000-0000-4000-8000-000000000000"})] * 3,
    "callback-without-status": [CallbackTrick(remove=("status",))] * 3,
    "callback-garbage": [CallbackTrick(raw="<html>It works!</html>")] * 3,
}


def tricks(name: str, number: int = 3) -> list[CallbackTrick | None]:
    script = Script(scenario_called(name))
    progress = begin(script.scenario, NOON)
    found = []
    for _ in range(number):
        verdict = decide(script, progress, Event(CALLBACK, NOON))
        progress.take(verdict)
        found.append(None if verdict.then is None else verdict.then.callback)
    return found


def test_every_callback_scenario_is_in_the_table() -> None:
    assert set(TRICKS) == {file.stem for file in FILES if file.parent.name == "callbacks"}


@pytest.mark.parametrize(("name", "expected"), [(name, it) for name, it in TRICKS.items() if it is not None])
def test_this_happens_to_three_callbacks(name: str, expected: list[CallbackTrick | None]) -> None:
    assert tricks(name) == expected


def test_a_callback_is_five_minutes_late() -> None:
    assert [it.late.total_seconds() for it in tricks("callback-late", 1) if it is not None and it.late] == [300]


def test_about_a_third_of_the_callbacks_gets_lost() -> None:
    assert 20 <= sum(it is not None for it in tricks("callback-lost-now-and-then", 90)) <= 40


# What the command prints.


def listed(*arguments: str) -> str:
    done = CliRunner().invoke(main, ["scenario", "list", *arguments])
    assert done.exit_code == 0, done.stderr
    return done.stdout


def test_the_command_lists_a_line_for_each_by_folder() -> None:
    lines = [line.split(maxsplit=2) for line in listed().splitlines()]
    assert [(folder, name) for folder, name, _ in lines] == sorted((file.parent.name, file.stem) for file in FILES)
    assert ["callbacks", "callback-twice", "Every callback arrives twice."] in lines


def test_the_command_lists_them_for_other_programs() -> None:
    told = json.loads(listed("--json"))
    assert [it["name"] for it in told] == [
        file.stem for file in sorted(FILES, key=lambda it: (it.parent.name, it.stem))
    ]
    assert told[0].keys() == {"folder", "name", "description"}
