"""Every code with which forms and tasks end: what brings each about, and which only the control API brings about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from tests.actors import TEST_BANK, EndUser, Json
from tests.test_error_codes import codes, never
from tests.walks import DECOUPLED, answer, choose_bank, choose_procedure, log_in

BACKGROUND_UPDATE = "/api/tasks/backgroundUpdate"
ORDER = {
    "recipient": {"name": "Max Mustermann", "iban": "DE13700800000061110500"},
    "amount": {"value": 1, "currency": "EUR"},
}


@dataclass(frozen=True)
class Ending:
    """A scenario that returns the form or task, and what its payload then says."""

    message: str
    scenario: Callable[[EndUser], Json]
    id: str = "bankConnectionId"


# What it takes


def import_by(login: str) -> Callable[[EndUser], Json]:
    """An import by this customer of the test bank, who goes as far as the bank lets it."""

    def scenario(alice: EndUser) -> Json:
        form = alice.starts_import(bank={"id": TEST_BANK})
        alice.shop.walked(form, log_in(login))
        return form

    return scenario


def a_second_import(alice: EndUser) -> Json:
    alice.connects(login="demo_no_msa")
    return import_by("demo_no_msa")(alice)


def a_reload_while_the_bank_waits(alice: EndUser) -> Json:
    form = alice.starts_import(bank={"id": TEST_BANK})
    assert alice.http.get(form["url"]).status_code == 200
    alice.shop.walked(form, log_in(), choose_procedure(DECOUPLED))
    for _ in range(2):
        assert alice.http.get(form["url"]).status_code == 200
    return form


def a_form_whose_token_is_revoked(alice: EndUser) -> Json:
    form = import_by("demo")(alice)
    alice.shop.walked(form, choose_procedure())
    _gets_another_token(alice)
    alice.shop.walked(form, answer())
    return form


def a_payment_without_accounts(alice: EndUser) -> Json:
    form = alice.posts("/api/webForms/standalonePayment", orders=[ORDER]).json()
    alice.shop.walked(form, choose_bank(TEST_BANK), log_in("demo_no_accounts"))
    return form


def an_update_before_the_new_terms(alice: EndUser) -> Json:
    return _updates(alice, alice.connects(login="demo_new_terms"))


def an_update_whose_token_is_revoked(alice: EndUser) -> Json:
    connection = alice.connects()
    alice.http.post("/_mock/pace", json={"pace": "1-reads"})
    task = _updates(alice, connection)
    _gets_another_token(alice)
    alice.sees(f"/api/tasks/{task['id']}")
    return task


def _updates(alice: EndUser, connection: Json) -> Json:
    started = alice.posts(BACKGROUND_UPDATE, bankConnectionId=connection["id"])
    assert started.status_code == 201, started.text
    return started.json()


def _gets_another_token(alice: EndUser) -> None:
    alice.shop.revokes(alice.token["access_token"])
    alice.token = alice.shop.token("password", username=alice.name, password=alice.password)


FORMS: Mapping[str, Ending] = {
    "BANK_SERVER_REJECTION": Ending(
        "Die Anmeldung ist fehlgeschlagen: Die Zugangsdaten sind nicht korrekt.", import_by("demo_wrong_pin")
    ),
    "ENTITY_EXISTS": Ending("The user has this bank connection already.", a_second_import),
    "INTERNAL_ERROR": Ending("An unexpected error has happened.", import_by("demo_internal_error")),
    "INTERRUPTED": Ending(
        "The form was reloaded or opened again at a step that does not allow it.", a_reload_while_the_bank_waits
    ),
    "INVALID_TOKEN": Ending(
        "The user's access token has ended while the form was in use.", a_form_whose_token_is_revoked
    ),
    "NO_ACCOUNTS_FOR_TYPE_LIST": Ending(
        "The bank has no account of the requested types.", import_by("demo_no_accounts")
    ),
    "UNEXPECTED_ACCESS_RESPONSE": Ending("finAPI Access has given an unexpected answer.", import_by("demo_unexpected")),
    "UNSUPPORTED_FEATURE": Ending("The bank does not support what was asked for.", import_by("demo_unsupported")),
    "UNSUPPORTED_ORDER": Ending(
        "The account does not support this kind of order.", a_payment_without_accounts, id="paymentId"
    ),
}
TASKS: Mapping[str, Ending] = {
    "BANK_SERVER_REJECTION": Ending(
        "Bitte stimmen Sie zuerst den neuen Nutzungsbedingungen Ihrer Bank zu.", an_update_before_the_new_terms
    ),
    "INVALID_TOKEN": Ending(
        "The user's access token has ended before the task was done.", an_update_whose_token_is_revoked
    ),
}
FORM_CODES = codes("webform", "Payload", "properties", "errorCode")
TASK_CODES = codes("webform", "TaskPayload", "properties", "errorCode")


@pytest.mark.parametrize("code", FORMS)
def test_a_form_ends_with_a_code_by_what_happens(alice: EndUser, code: str) -> None:
    ending = FORMS[code]
    form = alice.sees_form(ending.scenario(alice))
    payload = {ending.id: None, "errorCode": code, "errorMessage": ending.message}
    assert (form["status"], form["payload"]) == ("COMPLETED_WITH_ERROR", payload)


@pytest.mark.parametrize("code", TASKS)
def test_a_task_ends_with_a_code_by_what_happens(alice: EndUser, code: str) -> None:
    ending = TASKS[code]
    task = alice.sees(f"/api/tasks/{ending.scenario(alice)['id']}")
    [connection] = alice.sees("/api/v2/bankConnections")["connections"]
    payload = {ending.id: connection["id"], "webForm": None, "errorCode": code, "errorMessage": ending.message}
    assert (task["status"], task["payload"]) == ("COMPLETED_WITH_ERROR", payload)


def test_every_code_has_an_ending_or_a_reason() -> None:
    for endings, known, unused in (
        (FORMS, FORM_CODES, never("Web Form, form")),
        (TASKS, TASK_CODES, never("Web Form, task")),
    ):
        assert set(endings) | unused == known
        assert not set(endings) & unused


@pytest.mark.parametrize("code", sorted(FORM_CODES))
def test_a_form_can_be_ended_with_any_of_its_codes(alice: EndUser, code: str) -> None:
    form = alice.starts_import()
    ended = alice.shop.completes(form, outcome="COMPLETED_WITH_ERROR", errorCode=code, errorMessage="As a tester wants")
    assert ended.status_code == 200, ended.text
    shown = alice.sees_form(form)
    assert (shown["status"], shown["payload"]) == (
        "COMPLETED_WITH_ERROR",
        {**form["payload"], "errorCode": code, "errorMessage": "As a tester wants"},
    )


@pytest.mark.parametrize("code", sorted(TASK_CODES))
def test_a_task_can_be_ended_with_any_of_its_codes(alice: EndUser, code: str) -> None:
    connection = alice.connects()
    alice.http.post("/_mock/pace", json={"pace": "by-hand"})
    task = _updates(alice, connection)
    wish = {"outcome": "COMPLETED_WITH_ERROR", "errorCode": code, "errorMessage": "As a tester wants"}
    ended = alice.http.post(f"/_mock/tasks/{task['id']}/complete", json=wish)
    assert ended.status_code == 200, ended.text
    assert alice.sees(f"/api/tasks/{task['id']}") == {
        **task,
        "status": "COMPLETED_WITH_ERROR",
        "payload": {**task["payload"], "errorCode": code, "errorMessage": "As a tester wants"},
    }
