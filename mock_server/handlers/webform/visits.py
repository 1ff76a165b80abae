"""A visit to a form: what an action of the end user does, and how the form ends.

The form's page, the control API, `--auto-complete` and the clock all come through here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from mock_server.domain import forms, logins, steps
from mock_server.domain.accounts import BankConnection
from mock_server.domain.banks import Bank, BankInterface
from mock_server.domain.forms import ErrorCode, Event, Outcome, WebForm
from mock_server.domain.logins import CUSTOMERS, Customer
from mock_server.domain.steps import Links, Step, Visit
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import World
from mock_server.handlers.imports import import_connection, ledger_of, offered_accounts

TEST_BANK = 280001
Fields = Mapping[str, str]


def open_form(world: World, form: WebForm, links: Links) -> WebForm:
    """The form's URL is opened in a browser. Where the client has chosen the bank, its login comes first."""
    visit = replace(form.visit, key=world.ids.hex("visit", 32), links=links)
    if visit.bank_id is not None:
        bank = _bank(world, visit.bank_id)
        visit = steps.choose_bank(visit, bank, forms.interface_of(bank, form.details.allowed_interfaces))
    opened = replace(forms.move(form, Event.OPEN), visit=visit)
    world.store.put(opened)
    return opened


def act(world: World, form: WebForm, action: str, fields: Fields, now: datetime) -> WebForm:
    """One action of the end user. An action that the current step does not have changes nothing."""
    if form.is_final:
        return form
    if action == "cancel":
        return finish(world, form, Outcome(Event.ABORT), now)
    step = ACTIONS.get((form.visit.step, action))
    if step is None:
        return form
    visited = replace(form, visit=step(world, form, fields))
    world.store.put(visited)
    # What was decided on a redirect bank's own page shows only after the return to the form.
    return visited if form.visit.step is Step.REDIRECT else conclude(world, visited, now)


def conclude(world: World, form: WebForm, now: datetime) -> WebForm:
    """End the form if the bank has decided."""
    if form.visit.step is Step.REJECTED:
        return finish(world, form, forms.failure(ErrorCode.BANK_SERVER_REJECTION), now)
    if form.visit.step is Step.GRANTED:
        return finish(world, form, _import(world, form, now), now)
    return form


def finish(world: World, form: WebForm, outcome: Outcome, now: datetime) -> WebForm:
    finished, callback = forms.finish(form, outcome, world.ids.number("callback"), now)
    world.store.put(finished)
    if callback is not None:
        world.store.put(callback)
    return finished


def expire(world: World, form: WebForm) -> None:
    finish(world, form, Outcome(Event.EXPIRE), form.expires_at)


@dataclass(frozen=True, slots=True)
class Completion:
    """How a form shall end without a browser. Only COMPLETED takes a bank and a login."""

    outcome: str = "COMPLETED"
    bank_id: int | None = None
    login: str = "demo"
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
    customer = CUSTOMERS.get(wish.login)
    if customer is None:
        raise invalid(Problem("login", f"Must be one of {', '.join(CUSTOMERS)}."))
    bank_id = form.details.bank_id or wish.bank_id or _usual_bank(world, form)
    if wish.bank_id not in (None, bank_id):
        raise invalid(Problem("bankId", f"The web form was created for bank {bank_id}."))
    if world.setup.banks.get(bank_id) is None:
        raise invalid(Problem("bankId", f"There is no bank {bank_id}."))
    bank = _bank(world, bank_id)
    interface = forms.interface_of(bank, form.details.allowed_interfaces)
    opened = _opened(world, form)
    visit = steps.choose_bank(opened.visit, bank, interface)
    visit = replace(steps.log_in(visit, interface, _credentials(interface, customer)), step=Step.GRANTED)
    return conclude(world, replace(opened, visit=visit), now)


def _usual_bank(world: World, form: WebForm) -> int:
    """The test bank or, where the form does not offer it, the first bank that it does."""
    banks = world.setup.banks
    candidates = (banks.get(TEST_BANK), *banks)
    return next((bank.id for bank in candidates if bank is not None and is_offered(bank, form)), TEST_BANK)


def _fail(world: World, form: WebForm, wish: Completion, now: datetime) -> WebForm:
    try:
        code = ErrorCode(wish.error_code or ErrorCode.INTERNAL_ERROR)
    except ValueError:
        raise invalid(Problem("errorCode", f"Must be one of {', '.join(ErrorCode)}.")) from None
    return finish(world, _opened(world, form), forms.failure(code, wish.error_message), now)


def _abort(world: World, form: WebForm, wish: Completion, now: datetime) -> WebForm:
    return finish(world, _opened(world, form), Outcome(Event.ABORT), now)


def _expire(world: World, form: WebForm, wish: Completion, now: datetime) -> WebForm:
    return finish(world, form, Outcome(Event.EXPIRE), now)


ENDINGS: Mapping[str, Callable[[World, WebForm, Completion, datetime], WebForm]] = {
    "COMPLETED": _succeed,
    "COMPLETED_WITH_ERROR": _fail,
    "ABORTED": _abort,
    "EXPIRED": _expire,
}


def _opened(world: World, form: WebForm) -> WebForm:
    return form if form.status is forms.Status.IN_PROGRESS else open_form(world, form, Links())


def _credentials(interface: BankInterface, customer: Customer) -> dict[str, str]:
    login, *others = logins.fields_of(interface)
    return {login.label: customer.login, **{field.label: customer.secret for field in others if field.is_secret}}


def _import(world: World, form: WebForm, now: datetime) -> Outcome:
    visit, details = form.visit, form.details
    assert visit.login is not None  # noqa: S101 # GRANTED has one
    bank, interface = _bank(world, visit.bank_id), _interface(world, visit)
    if not details.allows_duplicates and _has(world, form.owner, bank, visit.login):
        return forms.failure(ErrorCode.ENTITY_EXISTS)
    if not offered_accounts(ledger_of(world, bank, visit.login), details.account_types):
        return forms.failure(ErrorCode.NO_ACCOUNTS_FOR_TYPE_LIST)
    connection = import_connection(world, form.owner, bank, interface, visit.login, visit.labels, details, now)
    return Outcome(Event.SUCCEED, connection_id=connection.id)


def _has(world: World, owner: str, bank: Bank, login: str) -> bool:
    mine = world.store.owned(BankConnection, owner)
    return any(connection.bank_id == bank.id and connection.login == login for connection in mine)


def _bank(world: World, id: int | None) -> Bank:
    bank = None if id is None else world.setup.banks.get(id)
    if bank is None:
        raise ApiError(Refusal.BANK_NOT_SUPPORTED, f"There is no bank {id}.")
    return bank


def _interface(world: World, visit: Visit) -> BankInterface:
    interface = _bank(world, visit.bank_id).interface(visit.interface or "")
    assert interface is not None  # noqa: S101 # chosen together with the bank
    return interface


def _choose_bank(world: World, form: WebForm, fields: Fields) -> Visit:
    id = fields.get("bank", "")
    bank = world.setup.banks.get(int(id)) if id.isascii() and id.isdigit() else None
    if bank is None or not is_offered(bank, form):
        return form.visit
    return steps.choose_bank(form.visit, bank, forms.interface_of(bank, form.details.allowed_interfaces))


def is_offered(bank: Bank, form: WebForm) -> bool:
    """Whether the form's bank search may show this bank."""
    if bank.is_test_bank and not form.details.allows_test_banks:
        return False
    return bank.best_interface(form.details.allowed_interfaces) is not None


def _change_bank(world: World, form: WebForm, fields: Fields) -> Visit:
    # A bank that the client has chosen is locked.
    return form.visit if form.details.bank_id is not None else replace(form.visit, step=Step.BANK_SEARCH, bank_id=None)


def _log_in(world: World, form: WebForm, fields: Fields) -> Visit:
    return steps.log_in(form.visit, _interface(world, form.visit), fields)


# What a page can ask for. Field names carry their label, because that is what banks call them.
ACTIONS: Mapping[tuple[Step, str], Callable[[World, WebForm, Fields], Visit]] = {
    (Step.BANK_SEARCH, "choose-bank"): _choose_bank,
    (Step.LOGIN, "log-in"): _log_in,
    (Step.LOGIN, "change-bank"): _change_bank,
    (Step.REDIRECT, "change-bank"): _change_bank,
    (Step.REDIRECT, "bank-log-in"): _log_in,
    (Step.REDIRECT, "bank-refuse"): lambda _, form, __: steps.refuse(form.visit),
    (Step.SCA_METHOD, "choose-procedure"): lambda _, form, fields: steps.choose_procedure(
        form.visit, fields.get("procedure", "")
    ),
    (Step.CHALLENGE, "answer"): lambda _, form, fields: steps.answer(form.visit, fields.get("tan", "")),
    (Step.DECOUPLED, "confirm"): lambda _, form, __: steps.confirm(form.visit),
    (Step.DECOUPLED, "refuse"): lambda _, form, __: steps.refuse(form.visit),
}
