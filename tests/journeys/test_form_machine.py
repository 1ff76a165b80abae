"""Forms and tasks, while end users, clients, scripts and the clock do whatever they like, in any order.

The model is a handful of dictionaries, written from the documentation and not from the code. One user is enough:
that users and mandators do not see each other is what `test_state_machine` is about.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from starlette.testclient import TestClient

from mock_server.app import create_app
from mock_server.domain.callbacks import Callback
from mock_server.settings import Settings
from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser, Shop
from tests.conftest import NOW, client_of, frozen_clock

Json = Any

# What finAPI documents, once more.
WAYS_OUT = {
    "NOT_YET_OPENED": {"IN_PROGRESS", "COMPLETED", "COMPLETED_WITH_ERROR", "ABORTED", "EXPIRED", "CANCELLED"},
    "IN_PROGRESS": {"COMPLETED", "COMPLETED_WITH_ERROR", "ABORTED", "EXPIRED", "CANCELLED"},
    "COMPLETED": set(),
    "COMPLETED_WITH_ERROR": set(),
    "ABORTED": set(),
    "EXPIRED": set(),
    "CANCELLED": set(),
}
FINAL = {status for status, ways_out in WAYS_OUT.items() if not ways_out}
FORM_LIFETIME, TOKEN_LIFETIME = timedelta(minutes=20), timedelta(hours=1)
REJECTION = "BANK_SERVER_REJECTION"
WHERE_A_RELOAD_INTERRUPTS = {"SCA_METHOD", "CHALLENGE", "DECOUPLED"}

RECIPIENT = {"name": "Max Mustermann", "iban": "DE13700800000061110500"}
ORDER = {"recipient": RECIPIENT, "amount": {"value": 1, "currency": "EUR"}}
KINDS: dict[str, tuple[str, Json, str]] = {
    "BANK_CONNECTION_IMPORT": (
        "bankConnectionImport",
        {"skipPositionsDownload": True, "skipDuplicateDetection": True},
        "bankConnectionId",
    ),
    "STANDALONE_PAYMENT": ("standalonePayment", {"orders": [ORDER]}, "paymentId"),
    "STANDING_ORDER": (
        "standingOrder",
        {**ORDER, "startDate": "2030-01-01", "frequency": "MONTHLY"},
        "standingOrderId",
    ),
}
DONE, ASKED = "https://shop.example/done", "https://shop.example/asked"

GOOD: dict[str, dict[str, str]] = {
    "log-in": {"Onlinebanking-ID": "demo", "PIN": "demo"},
    "bank-log-in": {"Onlinebanking-ID": "demo", "PIN": "demo"},
    "answer": {"tan": "123456"},
}
BAD: dict[str, dict[str, str]] = {
    "log-in": {"Onlinebanking-ID": "demo", "PIN": "guessed"},
    "bank-log-in": {"Onlinebanking-ID": "demo", "PIN": "guessed"},
    "answer": {"tan": "654321"},
}
REFUSALS = {"refuse", "bank-refuse"}


@dataclass
class Form:
    kind: str
    created: datetime
    token_ends: datetime
    wants_callback: bool
    status: str = "NOT_YET_OPENED"
    error: str | None = None
    connection: int | None = None
    """The bank connection that an update is about."""
    connected: bool = False
    """Something has been imported or updated: from now on, cancelling comes too late."""
    ordered: bool = False
    """The end user has agreed to the payment."""
    told: Counter[str] = field(default_factory=Counter)
    """The statuses that the client is to be told, under the form's or its task's name."""
    task: str | None = None
    browser: TestClient | None = None
    token: str = ""
    drawn: bool = False
    """The page of the present step has been drawn."""

    @property
    def is_payment(self) -> bool:
        return self.kind in ("STANDALONE_PAYMENT", "STANDING_ORDER")


@dataclass
class Task:
    connection: int
    status: str
    form: str | None = None
    told: Counter[str] = field(default_factory=Counter)


class Forms(RuleBasedStateMachine):
    """A form is in a documented status and leaves no final one. A form that asked for a callback gets exactly one at
    its end, unless its client has cancelled or deleted it. Ids stand in the payload of ended forms, of what exists.
    A running task locks its bank connection, and an ended one does not."""

    def __init__(self) -> None:
        super().__init__()
        self.app = create_app(Settings(), frozen_clock())
        # Without its lifespan, so that owed callbacks stay where they can be counted.
        self.shop = Shop(client_of(self.app))
        self.alice: EndUser = self.shop.welcomes("alice")
        self.now = NOW
        self.token_ends = NOW + TOKEN_LIFETIME
        self.forms: dict[str, Form] = {}
        self.deleted: dict[str, Form] = {}
        self.tasks: dict[str, Task] = {}
        self.seen: dict[str, str] = {}

    # What the rules are made of

    def unfinished(self) -> list[str]:
        return [id for id, form in self.forms.items() if form.status not in FINAL]

    def open(self) -> list[str]:
        return [id for id, form in self.forms.items() if form.status == "IN_PROGRESS"]

    def at_a_browser(self) -> list[str]:
        return [id for id in self.open() if self.forms[id].browser is not None]

    def running(self) -> list[str]:
        return [id for id, task in self.tasks.items() if task.status == "IN_PROGRESS"]

    def signed_in(self) -> EndUser:
        if self.now >= self.token_ends:
            self.alice.token = self.shop.token("password", username="alice", password=self.alice.password)
            self.token_ends = self.now + TOKEN_LIFETIME
        return self.alice

    def asked(self, id: str) -> Json:
        return self.alice.http.get(f"/_mock/webForms/{id}").json()

    def end(self, form: Form, status: str, error: str | None = None, *, silently: bool = False) -> None:
        form.status, form.error = status, error
        if silently:
            return
        if form.wants_callback:
            form.told[status] += 1
        if form.task is not None:
            self.tasks[form.task].told[f"WEB_FORM_REQUIRED {status}"] += 1

    def expect(self, form: Form, step: str, action: str, *, good: bool) -> None:
        """What the documentation says of an end user's action."""
        form.drawn = False
        if action == "cancel":
            self.end(form, "COMPLETED" if form.connected else "ABORTED")
        elif self.now >= form.token_ends:
            self.end(form, "COMPLETED_WITH_ERROR", "INVALID_TOKEN")
        elif action in REFUSALS or not good:
            self.end(form, "COMPLETED_WITH_ERROR", REJECTION)
        elif action in ("answer", "confirm") or (action == "bank-log-in" and not form.is_payment):
            if form.is_payment:
                self.end(form, "COMPLETED")
            form.connected = not form.is_payment
        elif action == "agree":
            form.ordered = True
        elif action == "finish" or (step == "DOWNLOAD" and form.kind == "BANK_CONNECTION_IMPORT"):
            self.end(form, "COMPLETED")

    def draw_action(self, data: st.DataObject, id: str) -> tuple[str, str, dict[str, str], bool]:
        """One of the things that the form waits for: step, action, fields, and whether the bank accepts it."""
        shown = self.asked(id)
        assert shown["waitsFor"], shown
        actions = {it["action"]: it for it in shown["waitsFor"]}
        action = data.draw(st.sampled_from(sorted(set(actions) - {"cancel"}) * 3 + ["cancel"]))
        good = action not in BAD or data.draw(st.sampled_from([True, True, False]))
        if action == "choose-bank":
            return shown["step"], action, {"bank": str(data.draw(st.sampled_from([TEST_BANK, REDIRECT_BANK])))}, True
        if action in GOOD:
            return shown["step"], action, (GOOD if good else BAD)[action], good
        choices = {it["name"]: it["options"] for it in actions[action]["fields"] if it.get("options")}
        first = {"account": 0}
        fields = {
            name: options[first[name]] if name in first else data.draw(st.sampled_from(options))
            for name, options in choices.items()
        }
        return shown["step"], action, fields, True

    # Clients

    @initialize()
    def a_connection_is_there(self) -> None:
        self.a_form_is_created("BANK_CONNECTION_IMPORT", wants_callback=True)
        (id,) = self.forms
        self.shop.completes({"id": id})
        form = self.forms[id]
        form.connected = True
        self.end(form, "COMPLETED")

    @rule(kind=st.sampled_from(sorted(KINDS)), wants_callback=st.booleans())
    def a_form_is_created(self, kind: str, wants_callback: bool) -> None:
        path, wish, _ = KINDS[kind]
        callbacks = {"callbacks": {"finalised": DONE}} if wants_callback else {}
        answer = self.signed_in().posts(f"/api/webForms/{path}", **wish, **callbacks)
        assert answer.status_code == 201, answer.text
        self.forms[answer.json()["id"]] = Form(kind, self.now, self.token_ends, wants_callback)

    @precondition(lambda self: self.forms)
    @rule(data=st.data())
    def a_form_is_cancelled_by_its_client(self, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(sorted(self.forms)))
        answer = self.signed_in().posts(f"/api/webForms/{id}/cancel")
        form = self.forms[id]
        if form.status not in FINAL:
            self.end(form, "COMPLETED" if form.connected else "CANCELLED", silently=True)
        assert (answer.status_code, answer.json()["status"]) == (200, form.status)

    @precondition(lambda self: self.forms)
    @rule(data=st.data())
    def a_form_is_deleted(self, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(sorted(self.forms)))
        assert self.signed_in().deletes(f"/api/webForms/{id}").status_code == 200
        self.deleted[id] = self.forms.pop(id)

    @rule(data=st.data(), by_hand=st.booleans(), asks=st.booleans())
    def an_update_is_started(self, data: st.DataObject, by_hand: bool, asks: bool) -> None:
        user = self.signed_in()
        connections = user.sees("/api/v2/bankConnections")["connections"]
        connection = data.draw(st.sampled_from([it["id"] for it in connections]))
        pace = {"pace": "by-hand" if by_hand else "at-once"}
        user.http.post("/_mock/pace", json=pace)
        manages = ["CREDENTIALS"] if asks else []
        callbacks = {"finalised": DONE, "webFormRequired": ASKED}
        wish = {"bankConnectionId": connection, "manageSavedSettings": manages, "callbacks": callbacks}
        answer = user.posts("/api/tasks/backgroundUpdate", **wish)
        user.http.post("/_mock/pace", json={"pace": "at-once"})  # what has begun goes on as it was
        if any(self.tasks[id].connection == connection for id in self.running()):
            assert (answer.status_code, answer.json()["code"]) == (423, "LOCKED")
            return
        assert (answer.status_code, answer.json()["status"]) == (201, "NOT_YET_STARTED")
        id: str = answer.json()["id"]
        self.tasks[id] = Task(connection, "IN_PROGRESS")
        if not by_hand:
            self.note_end_of_task(id, "WEB_FORM_REQUIRED" if asks else "COMPLETED")

    @precondition(lambda self: self.running())
    @rule(data=st.data(), outcome=st.sampled_from(["COMPLETED", "COMPLETED_WITH_ERROR", "WEB_FORM_REQUIRED"]))
    def a_task_is_ended_by_hand(self, data: st.DataObject, outcome: str) -> None:
        id = data.draw(st.sampled_from(self.running()))
        answer = self.alice.http.post(f"/_mock/tasks/{id}/complete", json={"outcome": outcome})
        assert answer.status_code == 200, answer.text
        self.note_end_of_task(id, outcome)

    def note_end_of_task(self, id: str, status: str) -> None:
        task = self.tasks[id]
        task.status = status
        shown = self.signed_in().sees(f"/api/tasks/{id}")
        assert shown["status"] == status
        if status != "WEB_FORM_REQUIRED":
            task.told[status] += 1
            return
        task.form = shown["payload"]["webForm"]["id"]
        task.told["WEB_FORM_REQUIRED NOT_YET_OPENED"] += 1
        form = Form("BANK_CONNECTION_UPDATE", self.now, self.token_ends, wants_callback=False, task=id)
        form.connection = task.connection
        assert task.form is not None
        self.forms[task.form] = form

    # End users

    @precondition(lambda self: self.unfinished())
    @rule(data=st.data())
    def a_form_is_opened(self, data: st.DataObject) -> None:
        """In a browser of its own. The first one has it, every other one is told that it comes too late."""
        id = data.draw(st.sampled_from(self.unfinished()))
        form = self.forms[id]
        browser = TestClient(self.app, base_url="http://localhost:8420", follow_redirects=False)
        page = browser.get(f"/wf/{id}")
        if form.status != "NOT_YET_OPENED":
            assert page.status_code == 409
            return
        found = re.search(r'name="_token" value="([0-9a-f]+)"', page.text)
        assert page.status_code == 200
        assert found is not None
        form.status, form.browser, form.token, form.drawn = "IN_PROGRESS", browser, found[1], True

    @precondition(lambda self: self.at_a_browser())
    @rule(data=st.data())
    def a_button_is_pressed(self, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(self.at_a_browser()))
        form = self.forms[id]
        step, action, fields, good = self.draw_action(data, id)
        if step == "REDIRECT" and action.startswith("bank-"):
            return  # on another page: below
        assert form.browser is not None
        answer = form.browser.post(f"/wf/{id}", data={"_token": form.token, "_action": action, **fields})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/wf/{id}")
        self.expect(form, step, action, good=good)
        assert form.browser.get(f"/wf/{id}").status_code == 200
        form.drawn = True

    @precondition(lambda self: self.open())
    @rule(data=st.data())
    def a_script_takes_a_step(self, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(self.open()))
        step, action, fields, good = self.draw_action(data, id)
        answer = self.shop.walks({"id": id}, {"action": action, "fields": fields})
        assert answer.status_code == 200, answer.text
        self.expect(self.forms[id], step, action, good=good)

    @precondition(lambda self: self.at_a_browser())
    @rule(data=st.data())
    def a_page_is_reloaded(self, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(self.at_a_browser()))
        form, step = self.forms[id], self.asked(id)["step"]
        assert form.browser is not None
        assert form.browser.get(f"/wf/{id}").status_code == 200
        if form.drawn and step in WHERE_A_RELOAD_INTERRUPTS:
            self.end(form, "COMPLETED_WITH_ERROR", "INTERRUPTED")
        form.drawn = True

    @precondition(lambda self: self.forms)
    @rule(data=st.data(), outcome=st.sampled_from(sorted(FINAL)))
    def a_script_ends_a_form(self, data: st.DataObject, outcome: str) -> None:
        id = data.draw(st.sampled_from(sorted(self.forms)))
        form = self.forms[id]
        answer = self.shop.completes({"id": id}, outcome=outcome)
        if form.status in FINAL:
            assert answer.status_code == 422, answer.text
            return
        assert answer.status_code == 200, answer.text
        if outcome == "CANCELLED":
            self.end(form, "COMPLETED" if form.connected else "CANCELLED", silently=True)
            return
        if outcome == "COMPLETED":
            form.connected, form.ordered = not form.is_payment, form.is_payment
        self.end(form, outcome, "INTERNAL_ERROR" if outcome == "COMPLETED_WITH_ERROR" else None)

    # Time

    @rule(step=st.sampled_from(["1m", "10m", "19m", "20m", "50m"]))
    def time_passes(self, step: str) -> None:
        self.shop.moves_clock(advance=step)
        self.now += timedelta(minutes=int(step[:-1]))
        for form in self.forms.values():
            if form.status not in FINAL and form.created + FORM_LIFETIME <= self.now:
                self.end(form, "EXPIRED")

    # What always holds

    @invariant()
    def every_form_is_as_the_model_says_and_nothing_leaves_a_final_status(self) -> None:
        shown = {form["id"]: form for form in self.signed_in().sees_all_pages_of("/api/webForms", "items")}
        assert {id: form["status"] for id, form in shown.items()} == {id: it.status for id, it in self.forms.items()}
        for id, form in shown.items():
            before = self.seen.get(id, form["status"])
            assert form["status"] == before or form["status"] in WAYS_OUT[before]
            self.seen[id] = form["status"]
            self.check_payload(form, self.forms[id])

    def check_payload(self, shown: Json, form: Form) -> None:
        payload = dict(shown["payload"])
        assert payload.pop("errorCode") == form.error
        assert (payload.pop("errorMessage") is not None) == (form.error is not None)
        ((key, id),) = payload.items()
        exists = form.ordered if form.is_payment else form.connected or form.connection is not None
        assert (id is not None) == (form.status in FINAL and exists)
        if form.kind == "BANK_CONNECTION_UPDATE":
            assert (key, id) == ("bankConnectionId", form.connection if form.status in FINAL else None)
        else:
            assert key == KINDS[form.kind][2]

    @invariant()
    def clients_are_told_exactly_what_they_asked_for(self) -> None:
        told: dict[str, Counter[str]] = {}
        for body in self.callbacks():
            about = body.get("webFormId") or body["taskId"]
            news = f"{body['status']} {body['webForm']['status']}" if "webForm" in body else body["status"]
            told.setdefault(about, Counter())[news] += 1
        expected = {**self.forms, **self.deleted, **self.tasks}
        assert told == {id: it.told for id, it in expected.items() if it.told}

    def callbacks(self) -> Iterator[Json]:
        for world in self.app.worlds:
            yield from (callback.body for callback in world.store.all(Callback))

    @invariant()
    def a_running_task_locks_its_connection_and_an_ended_one_does_not(self) -> None:
        locked = {self.tasks[id].connection for id in self.running()}
        connections = self.signed_in().sees("/api/v2/bankConnections")["connections"]
        assert {it["id"] for it in connections if it["updateStatus"] == "IN_PROGRESS"} == locked

    @invariant()
    def what_was_ordered_is_in_access_and_ends_with_its_form(self) -> None:
        user = self.signed_in()
        payments, orders = user.sees("/api/v2/payments"), user.sees("/api/v2/standingOrders")
        statuses = {("paymentId", it["id"]): it["status"] for it in payments["payments"]}
        statuses |= {("standingOrderId", it["id"]): it["status"] for it in orders["standingOrders"]}
        ordered = [form for form in (*self.forms.values(), *self.deleted.values()) if form.ordered]
        assert len(statuses) == len(ordered)
        for form in user.sees_all_pages_of("/api/webForms", "items"):
            for key, id in form["payload"].items():
                if id is not None and (key, id) in statuses:
                    assert statuses[key, id] == self.fate(self.forms[form["id"]])

    def fate(self, form: Form) -> str:
        if form.status == "COMPLETED":
            return "SUCCESSFUL"
        return "NOT_SUCCESSFUL" if form.error == REJECTION else "DISCARDED"


TestForms = Forms.TestCase
# Each step is a dozen requests, so that fewer examples than usual take as long as those of other machines.
TestForms.settings = settings(max_examples=settings.default.max_examples // 3, stateful_step_count=30)
