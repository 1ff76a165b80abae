"""Forms that end without a browser: for `--auto-complete` and for tests that are not about the form.

A form is taken through the same steps as an end user would take it, so it ends as theirs would.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from mock_server.domain import forms, logins
from mock_server.domain.forms import ErrorCode, Event, Outcome, Status, WebForm
from mock_server.domain.logins import CUSTOMERS, TAN, Customer, customer_of
from mock_server.domain.steps import DECISIONS, Links, Step
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import World
from mock_server.handlers.webform import endings, payment_initiation, visits, waiting
from mock_server.handlers.webform.surroundings import bank_at, connection_of, interface_at

TEST_BANK = 280001


@dataclass(frozen=True, slots=True)
class Completion:
    """How a form shall end. Only COMPLETED takes a bank and a login."""

    outcome: str = "COMPLETED"
    bank_id: int | None = None
    login: str | None = None
    error_code: str | None = None
    error_message: str | None = None


def complete(world: World, form: WebForm, wish: Completion, now: datetime) -> WebForm:
    """Take the form to its end as if an end user had done it. ApiError 400, or 422 if the form has ended already."""
    end = ENDINGS.get(wish.outcome)
    if end is None:
        raise invalid(Problem("outcome", f"Must be one of {', '.join(ENDINGS)}."))
    if form.is_final:
        raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, f"The web form is {form.status} already.")
    return end(world, form, wish, now)


def _succeed(world: World, form: WebForm, wish: Completion, now: datetime) -> WebForm:
    """Whoever completes a form means to complete it: its token may have ended, and it starts from the beginning."""
    customer = _customer(world, form, wish)
    bank_id = form.terms.bank_id or wish.bank_id or _usual_bank(world, form)
    if wish.bank_id not in (None, bank_id):
        raise invalid(Problem("bankId", f"The web form was created for bank {bank_id}."))
    if world.setup.banks.get(bank_id) is None:
        raise invalid(Problem("bankId", f"There is no bank {bank_id}."))
    bank = bank_at(world, bank_id)
    if bank.best_interface(form.terms.allowed_interfaces, form.type.service) is None:
        raise ApiError(Refusal.BANK_NOT_SUPPORTED, f"{bank.name} has no interface that this form could use.")
    form = replace(form, token_id=None)
    if form.status is Status.NOT_YET_OPENED:
        form = visits.open_form(world, form, Links(), now)
    if form.visit.bank_id is not None and wish.bank_id not in (None, form.visit.bank_id):
        raise invalid(Problem("bankId", f"The end user is at bank {form.visit.bank_id} already."))
    if not form.is_final and form.visit.step is Step.BANK_SEARCH:
        form = visits.act(world, form, "choose-bank", {"bank": str(bank.id)}, now)
    while not form.is_final:
        form = _pressed(world, form, customer, now)
    return form


def _pressed(world: World, form: WebForm, customer: Customer, now: datetime) -> WebForm:
    """The button that leads on from the current step. Nobody waits for a download; what never comes, the form ends."""
    form = replace(form, visit=replace(form.visit, downloads_until=None))
    if form.visit.step is Step.DECOUPLED and not customer.confirms:
        return endings.finish(world, form, Outcome(Event.EXPIRE), now)
    action, fields = FORWARD[form.visit.step](world, form, customer)
    moved = visits.act(world, form, action, fields, now)
    if form.visit.step is Step.REDIRECT:
        moved = visits.go_on(world, moved, now)
    assert moved.is_final or _place(moved) != _place(form), form.visit.step  # noqa: S101 # or it would go on for ever
    return moved


def _place(form: WebForm) -> tuple[Step, int]:
    return form.visit.step, form.visit.refused_tans


Press = tuple[str, dict[str, str]]


def _credentials(world: World, form: WebForm, customer: Customer) -> Press:
    login, *others = logins.fields_of(interface_at(world, form.visit))
    secrets = {field.label: customer.secret for field in others if field.is_secret}
    action = "log-in" if form.visit.step is Step.LOGIN else "bank-log-in"
    return action, {login.label: customer.login, **secrets, "storeSecrets": "true"}


def _accounts(world: World, form: WebForm, customer: Customer) -> Press:
    if form.type.service == "PIS":
        able = [account.iban for account, is_able in payment_initiation.accounts_at_bank(world, form) if is_able]
        held = [account.iban for account, _ in payment_initiation.accounts_at_bank(world, form)]
        return "select-account", {"account": (able or held)[0]}
    (selection,) = waiting.actions_of(world, form)[0].fields
    kept = selection.options if selection.takes_several else selection.options[:1]
    return "select-accounts", {"accounts": ",".join(kept)}


FORWARD: Mapping[Step, Callable[[World, WebForm, Customer], Press]] = {
    Step.LOGIN: _credentials,
    Step.REDIRECT: _credentials,
    Step.SCA_METHOD: lambda *_: ("choose-procedure", {"procedure": next(iter(logins.PROCEDURES))}),
    Step.CHALLENGE: lambda *_: ("answer", {"tan": TAN}),
    Step.DECOUPLED: lambda *_: ("confirm", {}),
    Step.ACCOUNT_SELECTION: _accounts,
    Step.PAYMENT_OVERVIEW: lambda *_: ("agree", {}),
    Step.DOWNLOAD: lambda *_: ("continue", {}),
    Step.PARTIAL_CONFIRMATION: lambda *_: ("finish", {}),
    Step.UPDATE_SUMMARY: lambda *_: ("finish", {}),
    **dict.fromkeys(DECISIONS, lambda *_: ("return", {})),
}
"""How an end user who wants to come to the end goes on from each step."""


def _customer(world: World, form: WebForm, wish: Completion) -> Customer:
    """The one that the wish names, or the one whose connection the form is about, or `demo`."""
    if wish.login is not None:
        customer = customer_of(wish.login)
        if customer is None:
            known = ", ".join(CUSTOMERS)
            raise invalid(Problem("login", f"Must be one of {known}; +something may follow, as in demo+1."))
        return customer
    connection = connection_of(world, form)
    return (connection and customer_of(connection.login)) or CUSTOMERS["demo"]


def _usual_bank(world: World, form: WebForm) -> int:
    """The test bank or, where the form does not offer it, the first bank that it does."""
    banks = world.setup.banks
    candidates = (banks.get(TEST_BANK), *banks)
    offered = (it.id for it in candidates if it is not None and visits.is_offered(world, it, form))
    return next(offered, TEST_BANK)


def _fail(world: World, form: WebForm, wish: Completion, now: datetime) -> WebForm:
    try:
        code = ErrorCode(wish.error_code or ErrorCode.INTERNAL_ERROR)
    except ValueError:
        raise invalid(Problem("errorCode", f"Must be one of {', '.join(ErrorCode)}.")) from None
    return endings.fail(world, _opened(world, form), code, now, wish.error_message)


def _abort(world: World, form: WebForm, wish: Completion, now: datetime) -> WebForm:
    return endings.finish(world, _opened(world, form), Outcome(Event.ABORT), now)


def _expire(world: World, form: WebForm, wish: Completion, now: datetime) -> WebForm:
    return endings.finish(world, form, Outcome(Event.EXPIRE), now)


def _cancel(world: World, form: WebForm, wish: Completion, now: datetime) -> WebForm:
    return endings.cancel(world, form, now)


ENDINGS: Mapping[str, Callable[[World, WebForm, Completion, datetime], WebForm]] = {
    "COMPLETED": _succeed,
    "COMPLETED_WITH_ERROR": _fail,
    "ABORTED": _abort,
    "EXPIRED": _expire,
    "CANCELLED": _cancel,
}


def _opened(world: World, form: WebForm) -> WebForm:
    """The form as somebody has it who opens it and goes no further."""
    if form.status is Status.IN_PROGRESS:
        return form
    return replace(forms.move(form, Event.OPEN), visit=replace(form.visit, key=world.ids.hex("visit", 32)))
