"""Whatever takes its time at finAPI goes on at the client's pace: each kind of it by each of the four paces."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from mock_server.settings import Settings
from tests.access.direct import BACK, BASE, IMPORT, UPDATE, authorises, code, import_body, imports, login
from tests.access.test_payments import DEBITS, IBAN, TOMORROW, TRANSFERS, debit, transfer
from tests.actors import TEST_BANK, Admin, EndUser
from tests.refusals import access_error, control_problems, told

TASKS, TRIGGER = "/api/tasks", "/api/v2/transactions/triggerCategorization"
PAYMENTS, ORDERS = "/api/v2/payments", "/api/v2/standingOrders"
SHOP = {"x-mock-client": "shop"}
LATER = "59min"
"""Before the end of the access token that a task works with."""
RUNNING, DONE = {"IN_PROGRESS", "PENDING"}, {"READY", "COMPLETED", "SUCCESSFUL"}


@pytest.fixture
def settings() -> Settings:
    return Settings(license="FULLY_LICENSED")


@dataclass(frozen=True)
class Started:
    """Something that goes on: how far its reader finds it, and what ends it by hand."""

    looks: Callable[[], str]
    ends: Callable[[], Any]

    @property
    def is_running(self) -> bool:
        status = self.looks()
        assert status in RUNNING | DONE, status
        return status in RUNNING


Starts = Callable[[], Started]


def by_control(user: EndUser, path: str, **wish: Any) -> Any:
    return user.http.post(f"/_mock/{path}/complete", json=wish, headers=SHOP)


def connection_of(user: EndUser, id: int, field: str = "updateStatus") -> Started:
    return Started(lambda: user.sees(f"{BASE}/{id}")[field], lambda: by_control(user, f"bankConnections/{id}"))


def order_of(user: EndUser, path: str, id: int) -> Started:
    name = path.rpartition("/")[2]
    return Started(lambda: user.sees(path, ids=id)[name][0]["status"], lambda: by_control(user, f"{name}/{id}"))


# Each prepares everything at once, and returns what starts the work.


def an_import(user: EndUser) -> Starts:
    return lambda: connection_of(user, user.posts(IMPORT, **import_body("demo_no_msa")).json()["id"])


def an_update(user: EndUser, connection: int | None = None) -> Starts:
    id = connection or imports(user)["id"]

    def start() -> Started:
        assert user.posts(UPDATE, bankConnectionId=id, bankingInterface="XS2A").status_code == 200
        return connection_of(user, id)

    return start


def an_import_by_form(user: EndUser) -> Starts:
    form = user.starts_import(bank={"id": TEST_BANK}, redirectUrl=BACK)

    def start() -> Started:
        completed = user.shop.completes(form).json()
        assert completed["status"] == "COMPLETED", "the form does not wait for the download"
        return connection_of(user, completed["payload"]["bankConnectionId"])

    return start


def an_update_by_form(user: EndUser, connection: int | None = None) -> Starts:
    id = connection or imports(user)["id"]
    wish = {"bankConnectionId": id, "redirectUrl": BACK, "manageSavedSettings": ["CREDENTIALS"]}
    task = user.posts(f"{TASKS}/backgroundUpdate", **wish).json()
    form = user.sees(f"{TASKS}/{task['id']}")["payload"]["webForm"]

    def start() -> Started:
        assert user.shop.completes(form).json()["status"] == "COMPLETED", "the form does not wait for the download"
        return connection_of(user, id)

    return start


def a_task(user: EndUser) -> Starts:
    id = imports(user)["id"]

    def start() -> Started:
        task = user.posts(f"{TASKS}/backgroundUpdate", bankConnectionId=id, redirectUrl=BACK).json()["id"]
        return Started(lambda: user.sees(f"{TASKS}/{task}")["status"], lambda: by_control(user, f"tasks/{task}"))

    return start


def a_categorization(user: EndUser) -> Starts:
    id = imports(user)["id"]

    def start() -> Started:
        assert user.posts(TRIGGER).status_code == 200
        return connection_of(user, id, "categorizationStatus")

    return start


def _submits(user: EndUser, path: str, name: str, id: int, interface: str = "XS2A") -> Starts:
    body = {name: id, "bankingInterface": interface, "loginCredentials": login("demo_no_msa")}

    def start() -> Started:
        assert user.posts(f"{path}/submit", **body).status_code == 200
        return order_of(user, path, id)

    return start


def a_transfer(user: EndUser, **more: Any) -> Starts:
    account = imports(user)["accountIds"][0]
    made = user.posts(TRANSFERS, accountId=account, moneyTransfers=[transfer(purpose="Book")], **more)
    return _submits(user, PAYMENTS, "paymentId", made.json()["id"])


def a_direct_debit(user: EndUser) -> Starts:
    account = imports(user, bankingInterface="FINTS_SERVER")["accountIds"][0]
    wish = {"directDebitType": "BASIC", "sequenceType": "OOFF", "executionDate": TOMORROW}
    made = user.posts(DEBITS, accountId=account, directDebits=[debit()], **wish)
    return _submits(user, PAYMENTS, "paymentId", made.json()["id"], "FINTS_SERVER")


def a_standing_order(user: EndUser) -> Starts:
    account = imports(user)["accountIds"][0]
    wish = {**transfer(purpose="Book"), "currency": "EUR", "startDate": TOMORROW, "frequency": "MONTHLY"}
    made = user.posts(ORDERS, accountId=account, **wish)
    return _submits(user, ORDERS, "standingOrderId", made.json()["id"])


def a_payment_by_form(user: EndUser) -> Starts:
    return _pays_by_form(user, "standalonePayment", PAYMENTS, "paymentId", orders=[FORM_ORDER])


def a_standing_order_by_form(user: EndUser) -> Starts:
    wish = {**FORM_ORDER, "startDate": TOMORROW, "frequency": "MONTHLY"}
    return _pays_by_form(user, "standingOrder", ORDERS, "standingOrderId", **wish)


FORM_ORDER = {"recipient": {"name": "Max", "iban": IBAN}, "amount": {"value": 5, "currency": "EUR"}, "purpose": "Book"}


def _pays_by_form(user: EndUser, form: str, path: str, name: str, **wish: Any) -> Starts:
    made = user.posts(f"/api/webForms/{form}", redirectUrl=BACK, **wish).json()

    def start() -> Started:
        completed = user.shop.completes(made).json()
        assert completed["status"] == "COMPLETED", "the form does not wait for the bank"
        return order_of(user, path, completed["payload"][name])

    return start


DOWNLOADS = [an_import, an_update, an_import_by_form, an_update_by_form]
BUSY = [*DOWNLOADS, a_task, a_categorization]
ORDERED = [a_transfer, a_direct_debit, a_standing_order, a_payment_by_form, a_standing_order_by_form]
each_kind = pytest.mark.parametrize("kind", [*BUSY, *ORDERED], ids=lambda kind: kind.__name__)


def starts(user: EndUser, kind: Callable[[EndUser], Starts], pace: str) -> Started:
    """Begins it at this pace. What is done afterwards is done at once again."""
    start = kind(user)
    sets_pace(user, pace)
    started = start()
    sets_pace(user, "at-once")
    return started


def sets_pace(user: EndUser, pace: str) -> None:
    assert user.http.post("/_mock/pace", json={"pace": pace}, headers=SHOP).status_code == 200


def comes_back(user: EndUser, span: str) -> None:
    user.shop.moves_clock(advance=span)
    user.token = user.shop.token("password", username=user.name, password=user.password)


@each_kind
def test_at_once_it_is_done_when_somebody_looks(alice: EndUser, kind: Callable[[EndUser], Starts]) -> None:
    assert not starts(alice, kind, "at-once").is_running


@each_kind
def test_so_many_looks_still_see_it_going_on(alice: EndUser, kind: Callable[[EndUser], Starts]) -> None:
    started = starts(alice, kind, "2-reads")
    comes_back(alice, LATER)
    assert [started.is_running for _ in range(4)] == [True, True, False, False]


@each_kind
def test_it_is_done_after_a_time_of_the_clients_clock(alice: EndUser, kind: Callable[[EndUser], Starts]) -> None:
    started = starts(alice, kind, "5s")
    for span, is_running in (("0s", True), ("4s", True), ("1s", False)):
        alice.shop.moves_clock(advance=span)
        assert started.is_running is is_running


@each_kind
def test_by_hand_it_is_done_when_the_control_api_says_so(alice: EndUser, kind: Callable[[EndUser], Starts]) -> None:
    started = starts(alice, kind, "by-hand")
    comes_back(alice, LATER)
    assert [started.is_running for _ in range(5)] == [True] * 5
    assert started.ends().status_code == 200
    assert not started.is_running
    assert started.ends().status_code == 422, "what is done cannot be done again"


@each_kind
@pytest.mark.parametrize("pace", ["1-reads", "5s"])
def test_a_snapshot_goes_on_where_it_was(alice: EndUser, kind: Callable[[EndUser], Starts], pace: str) -> None:
    started = starts(alice, kind, pace)
    assert started.is_running
    kept = alice.http.get("/_mock/snapshot").json()
    for _ in range(2):
        alice.shop.moves_clock(advance="5s")
        assert not started.is_running
        assert alice.http.put("/_mock/snapshot", json=kept).status_code == 200
        assert alice.http.get("/_mock/snapshot").json()["worlds"] == kept["worlds"]


@pytest.mark.parametrize("kind", ORDERED, ids=lambda kind: kind.__name__)
def test_finapi_does_not_ask_again_about_what_its_user_has_authorised(
    alice: EndUser, kind: Callable[[EndUser], Starts]
) -> None:
    started = starts(alice, kind, "by-hand")
    comes_back(alice, "2h")
    assert started.looks() == "PENDING"


@pytest.mark.parametrize("kind", ORDERED[:3], ids=lambda kind: kind.__name__)
def test_moving_the_clock_tells_that_the_bank_has_taken_an_order(
    alice: EndUser, kind: Callable[[EndUser], Starts]
) -> None:
    starts(alice, kind, "5s")
    happened = alice.shop.moves_clock(advance="5s")["happened"]
    assert [(line["what"], line["status"], line["at"]) for line in happened] == [
        ("finished", "SUCCESSFUL", "2026-08-13T12:00:05.000+02:00")
    ]


# What comes of it comes at its end, and not before


@pytest.mark.parametrize("kind", [an_update, an_update_by_form], ids=lambda kind: kind.__name__)
def test_what_a_download_brings_is_there_once_it_has_ended(
    alice: EndUser, kind: Callable[[EndUser, int], Starts]
) -> None:
    connection = imports(alice)["id"]
    comes_back(alice, "15h")  # a new day, before the night's batch update
    before, start = len(alice.transactions()), kind(alice, connection)
    sets_pace(alice, "by-hand")
    started = start()
    assert len(alice.transactions()) == before
    assert {it["status"] for account in alice.accounts() for it in account["interfaces"]} == {"DOWNLOAD_IN_PROGRESS"}
    assert started.ends().json()["updateStatus"] == "READY"
    assert len(alice.transactions()) > before
    assert {it["status"] for account in alice.accounts() for it in account["interfaces"]} == {"UPDATED"}


def test_the_status_of_a_categorization_goes_from_pending_over_in_progress_to_ready(alice: EndUser) -> None:
    started = starts(alice, a_categorization, "2-reads")
    assert [started.looks() for _ in range(4)] == ["PENDING", "IN_PROGRESS", "READY", "READY"]


def test_a_category_is_there_once_the_categorization_has_ended(alice: EndUser) -> None:
    start = a_categorization(alice)
    ids = [row["id"] for row in alice.transactions()][:3]
    alice.patches("/api/v2/transactions", ids=ids, categoryId=0)
    sets_pace(alice, "by-hand")
    started = start()
    assert len(alice.transactions(categoryIds=0)) == 3
    ended = started.ends().json()
    assert (ended["updateStatus"], ended["categorizationStatus"]) == ("READY", "READY")
    assert alice.transactions(categoryIds=0) == []


def test_the_callback_of_a_task_is_owed_once_it_has_ended(alice: EndUser) -> None:
    connection = imports(alice)["id"]
    sets_pace(alice, "5s")
    wish = {"bankConnectionId": connection, "redirectUrl": BACK, "callbacks": {"finalised": f"{BACK}&done"}}
    task = alice.posts(f"{TASKS}/backgroundUpdate", **wish).json()["id"]
    assert [line["kind"] for line in alice.shop.moves_clock(advance="4s")["happened"]] == ["task"], "it has begun"
    happened = alice.shop.moves_clock(advance="1s")["happened"]
    assert [(line["kind"], line["id"]) for line in happened] == [("task", task), ("callback", 1)]


@pytest.mark.parametrize("pace", ["1-reads", "5s", "by-hand"])
@pytest.mark.parametrize("kind", [a_transfer, a_standing_order], ids=lambda kind: kind.__name__)
def test_an_order_is_booked_once_the_bank_has_taken_it(
    alice: EndUser, kind: Callable[[EndUser], Starts], pace: str
) -> None:
    started = starts(alice, kind, pace)
    connection = alice.sees(BASE)["connections"][0]["id"]
    comes_back(alice, "4s")
    fetches(alice, connection)
    assert (started.looks(), alice.transactions(search="Book")) == ("PENDING", [])
    comes_back(alice, "1s")
    if pace == "by-hand":
        assert started.ends().json()["status"] == "SUCCESSFUL"
    assert started.looks() == "SUCCESSFUL"
    comes_back(alice, "1d")
    [booked] = alice.transactions(search="Book")
    assert booked["amount"] == -99.99


def test_a_payment_is_booked_on_the_day_on_which_the_bank_has_taken_it(alice: EndUser) -> None:
    started = starts(alice, a_transfer, "by-hand")
    comes_back(alice, "1d")
    taken = started.ends().json()
    assert (taken["requestDate"], taken["executionDate"]) == (
        "2026-08-13T12:00:00.000+02:00",
        "2026-08-14T12:00:00.000+02:00",
    )
    fetches(alice, alice.sees(BASE)["connections"][0]["id"])
    assert [it["bankBookingDate"] for it in alice.transactions(search="Book")] == ["2026-08-14"]


def fetches(user: EndUser, connection: int) -> None:
    assert user.posts(UPDATE, bankConnectionId=connection, bankingInterface="XS2A").status_code == 200


# A bank that has the order, and has not taken it yet


def test_by_hand_the_bank_may_refuse_an_order_after_all(alice: EndUser) -> None:
    starts(alice, a_transfer, "by-hand")
    [payment] = alice.sees(PAYMENTS)["payments"]
    answer = by_control(
        alice, f"payments/{payment['id']}", outcome="NOT_SUCCESSFUL", bankMessage="Limit überschritten."
    )
    decided = {"status": "NOT_SUCCESSFUL", "statusV2": "NOT_SUCCESSFUL", "bankMessage": "Limit überschritten."}
    assert told(answer) == (200, {**payment, **decided, "executionDate": "2026-08-13T12:00:00.000+02:00"})
    assert alice.sees(PAYMENTS)["payments"] == [answer.json()]
    comes_back(alice, "1d")
    assert alice.transactions(search="Book") == []


def test_a_search_for_pending_payments_does_not_show_the_one_that_it_ends(alice: EndUser) -> None:
    starts(alice, a_transfer, "1-reads")

    def found() -> list[str]:
        return [it["status"] for it in alice.sees(PAYMENTS, status="PENDING")["payments"]]

    assert (found(), found()) == (["PENDING"], [])


def test_what_is_authorised_can_neither_be_submitted_again_nor_superseded(alice: EndUser) -> None:
    start = a_transfer(alice)
    sets_pace(alice, "by-hand")
    started = start()
    [payment] = alice.sees(PAYMENTS)["payments"]
    body = {"paymentId": payment["id"], "bankingInterface": "XS2A", "loginCredentials": login("demo_no_msa")}
    again = alice.posts(f"{PAYMENTS}/submit", **body, multiStepAuthentication={"hash": "0" * 32})
    assert code(again) == (422, "ILLEGAL_ENTITY_STATE")
    other = alice.posts(TRANSFERS, accountId=payment["accountId"], moneyTransfers=[transfer()]).json()["id"]
    assert alice.posts(f"{PAYMENTS}/submit", **{**body, "paymentId": other}).json()["status"] == "PENDING"
    assert started.looks() == "PENDING"


def test_what_is_not_authorised_cannot_be_taken_by_hand(alice: EndUser) -> None:
    account = authorises(alice, IMPORT, import_body()).json()["accountIds"][0]
    payment = alice.posts(TRANSFERS, accountId=account, moneyTransfers=[transfer()]).json()["id"]
    message = "The bank is not at work on the payment: it is OPEN."
    assert told(by_control(alice, f"payments/{payment}")) == (422, control_problems((None, message)))
    body = {"paymentId": payment, "bankingInterface": "XS2A", "loginCredentials": login("demo")}
    assert alice.posts(f"{PAYMENTS}/submit", **body).status_code == 510
    message = "The bank is not at work on the payment: it is PENDING and waits for its end user."
    assert told(by_control(alice, f"payments/{payment}")) == (422, control_problems((None, message)))


@pytest.mark.parametrize(
    ("path", "wish", "status", "field", "message"),
    [
        ("payments/7", {}, 404, None, "There is no payment 7 of client 'shop'."),
        ("standingOrders/7", {}, 404, None, "There is no standing order 7 of client 'shop'."),
        ("bankConnections/7", {}, 404, None, "There is no bank connection 7 of client 'shop'."),
        ("payments/x", {}, 400, "id", "Must be a whole number."),
        ("payments/7", {"outcome": "OPEN"}, 400, "outcome", "Must be one of SUCCESSFUL, NOT_SUCCESSFUL."),
        ("payments/7", {"outcme": "x"}, 400, "outcme", "There is no such field. Did you mean 'outcome'?"),
        ("bankConnections/7", {"outcome": "x"}, 400, "outcome", "There is no such field."),
    ],
)
def test_what_the_control_api_refuses(
    alice: EndUser, path: str, wish: dict[str, str], status: int, field: str | None, message: str
) -> None:
    assert told(by_control(alice, path, **wish)) == (status, control_problems((field, message)))


def test_a_connection_that_a_task_keeps_busy_is_ended_by_ending_the_task(alice: EndUser) -> None:
    starts(alice, a_task, "by-hand")
    id = alice.sees(BASE)["connections"][0]["id"]
    message = (
        f"Nothing is being downloaded or categorized for bank connection {id}. A task keeps it busy: end that, by "
        "POST /_mock/tasks/{id}/complete."
    )
    assert told(by_control(alice, f"bankConnections/{id}")) == (422, control_problems((None, message)))


# Deletions are synchronous at finAPI, and have to wait until everything rests


@pytest.mark.parametrize("kind", BUSY, ids=lambda kind: kind.__name__)
def test_nothing_is_deleted_before_it_rests_and_then_at_once(alice: EndUser, kind: Callable[[EndUser], Starts]) -> None:
    started = starts(alice, kind, "by-hand")
    sets_pace(alice, "by-hand")  # deleting knows no pace
    [connection] = alice.sees(BASE)["connections"]
    paths = [
        f"/api/v2/accounts/{connection['accountIds'][0]}", "/api/v2/accounts",
        f"{BASE}/{connection['id']}", BASE, "/api/v2/users",
    ]  # fmt: skip
    assert [code(alice.deletes(path)) for path in paths] == [(423, "LOCKED")] * len(paths)
    deleted = Admin(alice.http).posts("/api/v2/mandatorAdmin/deleteUsers", userIds=["alice", "nobody"])
    assert told(deleted) == (200, {"deletedUsers": [], "nonDeletedUsers": ["alice"]})
    assert started.ends().status_code == 200
    assert [alice.deletes(path).status_code for path in paths[0:1] + paths[2:]] == [200] * 4
    assert alice.gets(BASE).status_code == 401


def test_who_is_being_categorized_is_told_so(alice: EndUser) -> None:
    starts(alice, a_categorization, "by-hand")
    id = alice.sees(BASE)["connections"][0]["id"]
    refused = alice.deletes("/api/v2/users")
    message = f"Transactions of bank connection {id} are being categorized; try again later."
    assert told(refused) == (423, access_error(refused, "LOCKED", message))
    assert alice.posts(UPDATE, bankConnectionId=id, bankingInterface="XS2A").status_code == 200, "that may be updated"
