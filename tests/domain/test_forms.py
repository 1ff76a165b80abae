"""Web forms: the life cycle, the callback at its end, and which bank a form is for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.contract.documents import load, resource
from mock_server.domain import banks, forms
from mock_server.domain.banks import Bank, Service
from mock_server.domain.form_details import FormType, ImportDetails, Terms, UpdateDetails
from mock_server.domain.forms import (
    ERROR_MESSAGES,
    FINAL,
    TRANSITIONS,
    Creator,
    ErrorCode,
    Event,
    Outcome,
    Status,
    WebForm,
)
from mock_server.domain.users import License
from mock_server.errors import ApiError, Refusal

NOON = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)
CALLBACK = "https://app.example.com/finapi/form?state=42"
CATALOGUE = banks.from_data(load(resource("data", "banks.yaml")))

STATUSES = {"NOT_YET_OPENED", "IN_PROGRESS", "COMPLETED", "COMPLETED_WITH_ERROR", "ABORTED", "EXPIRED", "CANCELLED"}

WAYS = {
    ("NOT_YET_OPENED", "open"): "IN_PROGRESS",
    ("NOT_YET_OPENED", "expire"): "EXPIRED",
    ("NOT_YET_OPENED", "cancel"): "CANCELLED",
    ("IN_PROGRESS", "succeed"): "COMPLETED",
    ("IN_PROGRESS", "fail"): "COMPLETED_WITH_ERROR",
    ("IN_PROGRESS", "abort"): "ABORTED",
    ("IN_PROGRESS", "expire"): "EXPIRED",
    ("IN_PROGRESS", "cancel"): "CANCELLED",
}
"""The documented life cycle. In particular a form's URL can be opened once."""


def form(status: Status = Status.NOT_YET_OPENED, callback_url: str | None = None) -> WebForm:
    terms = Terms(callback_url=callback_url)
    return replace(created(terms=terms), status=status)


def created(type: FormType = FormType.BANK_CONNECTION_IMPORT, terms: Terms = Terms()) -> WebForm:  # noqa: B008
    return forms.create("form-id", Creator("alice", "shop", 7), 1, NOON, type, ImportDetails(), terms)


def test_the_statuses_are_the_documented_ones() -> None:
    assert {str(status) for status in Status} == STATUSES
    assert {str(status) for status in TRANSITIONS} == STATUSES


@pytest.mark.parametrize(("before", "event"), list(product(Status, Event)))
def test_a_form_goes_the_documented_ways_and_no_others(before: Status, event: Event) -> None:
    expected = WAYS.get((before, event))
    if expected is not None:
        assert forms.move(form(before), event).status == expected
        return
    with pytest.raises(ApiError, match=f"The web form is {before}, so it cannot {event}") as refused:
        forms.move(form(before), event)
    assert refused.value.refusal is Refusal.ILLEGAL_ENTITY_STATE


def test_five_statuses_are_final() -> None:
    assert {str(status) for status in FINAL} == STATUSES - {"NOT_YET_OPENED", "IN_PROGRESS"}
    assert [form(status).is_final for status in (Status.NOT_YET_OPENED, Status.IN_PROGRESS)] == [False, False]
    assert all(form(status).is_final for status in FINAL)


def test_a_new_form_lives_for_twenty_minutes() -> None:
    form = created()
    assert form.status is Status.NOT_YET_OPENED
    assert (form.created_at, form.expires_at, form.due_at) == (NOON, NOON + LIFETIME, NOON + LIFETIME)
    assert (form.id, form.owner, form.client_id, form.token_id) == ("form-id", "alice", "shop", 7)
    assert form.outcome is None


LIFETIME = timedelta(minutes=20)


@pytest.mark.parametrize("bank_id", [None, 280001])
def test_a_bank_that_the_client_names_is_chosen_already(bank_id: int | None) -> None:
    assert created(terms=Terms(bank_id=bank_id)).visit.bank_id == bank_id


@pytest.mark.parametrize(
    ("type", "service"),
    [
        (FormType.BANK_CONNECTION_IMPORT, "AIS"),
        (FormType.BANK_CONNECTION_UPDATE, "AIS"),
        (FormType.STANDALONE_PAYMENT, "PIS"),
        (FormType.PAYMENT_WITH_ACCOUNT_ID, "PIS"),
        (FormType.DIRECT_DEBIT_WITH_ACCOUNT_ID, "PIS"),
        (FormType.STANDING_ORDER, "PIS"),
    ],
)
def test_each_type_is_one_of_the_two_services_of_psd2(type: FormType, service: str) -> None:
    assert type.service == service


def test_what_an_update_downloads_is_in_its_wish() -> None:
    download = ImportDetails(account_types=("Savings",))
    assert replace(created(), details=UpdateDetails(1, download)).download == download
    assert replace(created(), details=download).download == download


@pytest.mark.parametrize("status", list(Status))
def test_the_clock_has_nothing_to_do_with_a_form_that_has_ended(status: Status) -> None:
    assert (form(status).due_at is None) is (status in FINAL)


ENDINGS = [
    (Status.IN_PROGRESS, Outcome(Event.SUCCEED, connection_id=1), "COMPLETED"),
    (Status.IN_PROGRESS, forms.failure(ErrorCode.BANK_SERVER_REJECTION), "COMPLETED_WITH_ERROR"),
    (Status.IN_PROGRESS, Outcome(Event.ABORT), "ABORTED"),
    (Status.IN_PROGRESS, Outcome(Event.EXPIRE), "EXPIRED"),
    (Status.NOT_YET_OPENED, Outcome(Event.EXPIRE), "EXPIRED"),
]
CANCELLED = [(Status.NOT_YET_OPENED, Outcome(Event.CANCEL)), (Status.IN_PROGRESS, Outcome(Event.CANCEL))]


@pytest.mark.parametrize(("before", "outcome", "status"), ENDINGS)
def test_a_form_that_ends_owes_one_callback_with_two_keys(before: Status, outcome: Outcome, status: str) -> None:
    finished, callback = forms.finish(form(before, CALLBACK), outcome, 5, NOON + timedelta(minutes=3))
    assert finished.status == status
    assert finished.outcome == outcome
    assert callback is not None
    assert callback.url == CALLBACK  # as given, its own query string included
    assert callback.body == {"webFormId": "form-id", "status": status}
    assert (callback.id, callback.created_at) == (5, NOON + timedelta(minutes=3))


@pytest.mark.parametrize(("before", "outcome", "status"), ENDINGS)
def test_a_form_without_a_callback_address_owes_none(before: Status, outcome: Outcome, status: str) -> None:
    finished, callback = forms.finish(form(before), outcome, 5, NOON)
    assert (finished.status, callback) == (status, None)


@pytest.mark.parametrize(("before", "outcome"), CANCELLED)
def test_a_form_that_its_client_cancels_owes_no_callback(before: Status, outcome: Outcome) -> None:
    finished, callback = forms.finish(form(before, CALLBACK), outcome, 5, NOON)
    assert (finished.status, callback) == (Status.CANCELLED, None)


def test_a_form_ends_once() -> None:
    finished, _ = forms.finish(form(Status.IN_PROGRESS, CALLBACK), Outcome(Event.ABORT), 5, NOON)
    with pytest.raises(ApiError, match="The web form is ABORTED"):
        forms.finish(finished, Outcome(Event.EXPIRE), 6, NOON)


@given(st.lists(st.sampled_from(Event), max_size=8))
def test_whatever_happens_a_form_owes_as_many_callbacks_as_it_has_ends(events: list[Event]) -> None:
    current, callbacks = form(callback_url=CALLBACK), 0
    for event in events:
        before = current
        try:
            if event is Event.OPEN:
                current = forms.move(current, event)
            else:
                current, callback = forms.finish(current, Outcome(event), 1, NOON)
                callbacks += callback is not None
        except ApiError:
            assert (before.status, event) not in WAYS
            continue
        assert WAYS[before.status, event] == current.status
        assert not before.is_final
    assert callbacks == (current.is_final and current.status is not Status.CANCELLED)


def test_the_error_codes_are_the_documented_eleven() -> None:
    assert {str(code) for code in ErrorCode} == {
        "ENTITY_EXISTS",
        "BANK_SERVER_REJECTION",
        "INTERRUPTED",
        "INVALID_TOKEN",
        "MANDATOR_MISCONFIGURATION",
        "NO_ACCOUNTS_FOR_TYPE_LIST",
        "UNDETERMINED_BANK",
        "UNEXPECTED_ACCESS_RESPONSE",
        "UNSUPPORTED_FEATURE",
        "UNSUPPORTED_ORDER",
        "INTERNAL_ERROR",
    }


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_failure_explains_itself_unless_told_how(code: ErrorCode) -> None:
    assert forms.failure(code) == Outcome(Event.FAIL, error_code=code, error_message=ERROR_MESSAGES[code])
    assert ERROR_MESSAGES[code].endswith(".")
    assert forms.failure(code, "Invalid credentials.").error_message == "Invalid credentials."


@pytest.mark.parametrize(
    ("wish", "allows_test_banks", "found"),
    [
        (None, True, None),
        ({}, True, None),
        ({"id": None, "search": None}, True, None),
        ({"id": 280001}, True, 280001),
        ({"id": 280001}, False, 280001),  # the switch is about the search
        ({"search": "DEMO0001"}, True, 280001),
        ({"search": "finapi redirect"}, True, 280002),
    ],
)
def test_a_form_is_for_the_bank_that_is_named(
    wish: dict[str, int | str | None] | None, allows_test_banks: bool, found: int | None
) -> None:
    bank = forms.bank_of(wish, CATALOGUE, allows_test_banks=allows_test_banks)
    assert (None if bank is None else bank.id) == found


@pytest.mark.parametrize(
    ("wish", "allows_test_banks", "refusal"),
    [
        ({"id": 1}, True, Refusal.BANK_NOT_SUPPORTED),
        ({"search": "nirgends"}, True, Refusal.BANK_NOT_SUPPORTED),
        ({"search": "DEMO0001"}, False, Refusal.BANK_NOT_SUPPORTED),
        ({"search": "sparkasse"}, True, Refusal.BANK_NOT_UNIQUE),
        ({"search": ""}, True, Refusal.BANK_NOT_UNIQUE),
    ],
)
def test_a_form_is_for_one_bank(wish: dict[str, int | str], allows_test_banks: bool, refusal: Refusal) -> None:
    with pytest.raises(ApiError) as refused:
        forms.bank_of(wish, CATALOGUE, allows_test_banks=allows_test_banks)
    assert refused.value.refusal is refusal


def bank(id: int) -> Bank:
    found = CATALOGUE.get(id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("bank_id", "allowed", "interface"),
    [
        (280001, (), "XS2A"),
        (280001, ("FINTS_SERVER",), "FINTS_SERVER"),
        (280001, ("FINTS_SERVER", "XS2A"), "XS2A"),
        (280001, ("WEB_SCRAPER",), None),
        (280002, ("FINTS_SERVER",), None),
        (300024, (), None),  # makes payments only
    ],
)
def test_an_import_uses_the_best_interface_that_is_allowed(
    bank_id: int, allowed: tuple[str, ...], interface: str | None
) -> None:
    if interface is not None:
        assert forms.interface_of(bank(bank_id), allowed).name == interface
        return
    with pytest.raises(ApiError) as refused:
        forms.interface_of(bank(bank_id), allowed)
    assert refused.value.refusal is Refusal.BANK_NOT_SUPPORTED


@pytest.mark.parametrize(("bank_id", "interface"), [(280001, "XS2A"), (300024, "XS2A"), (300021, None)])
def test_a_payment_uses_an_interface_for_payments(bank_id: int, interface: str | None) -> None:
    if interface is not None:
        assert forms.interface_of(bank(bank_id), (), "PIS").name == interface
        return
    with pytest.raises(ApiError, match="no interface for payments"):
        forms.interface_of(bank(bank_id), (), "PIS")


@pytest.mark.parametrize(
    ("license", "service", "must_have"),
    [
        ("UNLICENSED", "AIS", False),
        ("UNLICENSED", "PIS", False),
        ("AISP", "AIS", True),
        ("AISP", "PIS", False),
        ("PISP", "AIS", False),
        ("PISP", "PIS", True),
        ("FULLY_LICENSED", "AIS", True),
        ("FULLY_LICENSED", "PIS", True),
    ],
)
@pytest.mark.parametrize("redirect_url", [None, "https://app.example.com"])
def test_a_redirect_address_is_for_those_with_a_licence_for_the_service(
    license: License, service: Service, must_have: bool, redirect_url: str | None
) -> None:
    if (redirect_url is not None) is must_have:
        forms.check_redirect_url(redirect_url, license, service)
        return
    with pytest.raises(ApiError, match=f"the mandator's license is {license}") as refused:
        forms.check_redirect_url(redirect_url, license, service)
    assert refused.value.refusal is Refusal.INVALID_REDIRECT_URL
