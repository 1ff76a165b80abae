"""What payment forms do after the login: choose the account to pay from, agree to the payment, authorise it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from mock_server.domain import capabilities, steps
from mock_server.domain.bookings import BankAccount
from mock_server.domain.forms import ErrorCode, Event, Outcome, WebForm
from mock_server.domain.logins import undisguised
from mock_server.domain.steps import Step
from mock_server.errors import ApiError
from mock_server.exchange import World
from mock_server.handlers import downloads
from mock_server.handlers.webform import endings, initiations
from mock_server.handlers.webform.initiations import draft_of
from mock_server.handlers.webform.surroundings import bank_at, connection_of, interface_at, look_of

Fields = Mapping[str, str]


def accounts_at_bank(world: World, form: WebForm) -> list[tuple[BankAccount, bool]]:
    """The accounts of the login, and whether each can do what the form is for."""
    needed = initiations.capability_needed(form, form.created_at)
    interface = interface_at(world, form.visit)
    held = downloads.ledger_of(world, bank_at(world, form.visit.bank_id), form.visit.login or "").accounts
    return [(it, needed is not None and capabilities.account_can(it.type, interface, needed)) for it in held]


# What the bank has decided


def _logged_in(world: World, form: WebForm, now: datetime) -> WebForm:
    """The bank has recognised its customer: who pays, and is what is wanted possible here?"""
    connection = connection_of(world, form)
    if connection is not None and undisguised(form.visit.login or "") != undisguised(connection.login):
        return _rejected(world, form, now)  # the account belongs to another customer of the bank
    needed = initiations.capability_needed(form, now)
    if needed is None or not capabilities.bank_can(interface_at(world, form.visit), needed):
        return endings.fail(world, form, ErrorCode.UNSUPPORTED_FEATURE, now)
    draft = draft_of(form)
    if draft.account_id is None and draft.iban is None:
        if not accounts_at_bank(world, form):
            return endings.fail(world, form, ErrorCode.UNSUPPORTED_ORDER, now)
        return replace(form, visit=replace(form.visit, step=Step.ACCOUNT_SELECTION))
    return _sender_known(world, form, now)


def _granted(world: World, form: WebForm, now: datetime) -> WebForm:
    """The end user has authorised the payment."""
    initiations.authorise(world, form, now)
    return endings.finish(world, form, Outcome(Event.SUCCEED), now)


def _rejected(world: World, form: WebForm, now: datetime) -> WebForm:
    return endings.refuse(world, form, now)


DECIDED: Mapping[Step, Callable[[World, WebForm, datetime], WebForm]] = {
    Step.LOGGED_IN: _logged_in,
    Step.GRANTED: _granted,
    Step.REJECTED: _rejected,
}


def _sender_known(world: World, form: WebForm, now: datetime) -> WebForm:
    """Who pays is clear, so that the last checks can be made, before anybody agrees to anything."""
    try:
        initiations.check(world, form, now)
    except ApiError as refused:
        return endings.fail(world, form, ErrorCode.UNSUPPORTED_ORDER, now, str(refused))
    if look_of(world, form).hides_payment_overview:
        return _agreed(world, form, {}, now)
    return replace(form, visit=replace(form.visit, step=Step.PAYMENT_OVERVIEW))


# What the end user does


def _select_account(world: World, form: WebForm, fields: Fields, now: datetime) -> WebForm:
    """`account` is the IBAN of one of the login's accounts; another one changes nothing."""
    chosen = next((it for it in accounts_at_bank(world, form) if it[0].iban == fields.get("account")), None)
    if chosen is None:
        return form
    account, is_able = chosen
    if not is_able:
        return endings.fail(world, form, ErrorCode.UNSUPPORTED_ORDER, now)
    return _sender_known(world, replace(form, visit=replace(form.visit, sender=account.iban)), now)


def _agreed(world: World, form: WebForm, fields: Fields, now: datetime) -> WebForm:
    """The end user agrees to what the overview shows; the bank may ask for a second factor."""
    created = initiations.create(world, form, now)
    connection = connection_of(world, form)
    known = None if connection is None else connection.interface(form.visit.interface or "")
    procedure = None if known is None else known.default_procedure
    return replace(created, visit=steps.authorise(created.visit, interface_at(world, form.visit), procedure))


ACTIONS: Mapping[tuple[Step, str], Callable[[World, WebForm, Fields, datetime], WebForm]] = {
    (Step.ACCOUNT_SELECTION, "select-account"): _select_account,
    (Step.PAYMENT_OVERVIEW, "agree"): _agreed,
}
