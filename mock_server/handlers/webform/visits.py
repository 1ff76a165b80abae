"""A visit to a form: what an action of the end user does.

The form's page and the control API come through `act`; `completions` takes the same way for
`--auto-complete` and for tests without a browser. What follows from a decision of the bank depends
on what the form is for: `account_information` and `payment_initiation` know.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from mock_server.domain import forms, steps
from mock_server.domain.accounts import BankConnection
from mock_server.domain.banks import Bank, BankInterface
from mock_server.domain.form_details import FormType, SavedSetting, UpdateDetails
from mock_server.domain.forms import ErrorCode, Event, WebForm
from mock_server.domain.preferences import LANGUAGES, FormLanguage
from mock_server.domain.steps import DECISIONS, Links, Step, Visit
from mock_server.domain.tokens import Token
from mock_server.exchange import World
from mock_server.handlers.webform import account_information, endings, payment_initiation
from mock_server.handlers.webform.surroundings import bank_at, connection_of, interface_at, look_of, store_secrets_of

Fields = Mapping[str, str]


def open_form(world: World, form: WebForm, links: Links, now: datetime) -> WebForm:
    """The form's URL is opened in a browser. Where the bank is known, its login comes first."""
    visit = replace(form.visit, key=world.ids.hex("visit", 32), links=links)
    opened = replace(forms.move(form, Event.OPEN), visit=visit)
    if visit.bank_id is not None:
        opened = go_on(world, _at_bank(world, opened, bank_at(world, visit.bank_id)), now)
    world.store.put(opened)
    return opened


def draw(world: World, form: WebForm, now: datetime) -> WebForm:
    """The page of the current step is drawn. A second time is a reload, which ends the form at some steps."""
    visit = form.visit
    if form.is_final or visit.drawn != visit.turn:
        drawn = replace(form, visit=replace(visit, drawn=visit.turn))
    elif visit.is_interruptible and not world.setup.reopens_forms:
        return endings.fail(world, form, ErrorCode.INTERRUPTED, now)
    else:
        return form
    world.store.put(drawn)
    return drawn


def act(world: World, form: WebForm, action: str, fields: Fields, now: datetime) -> WebForm:
    """One action of the end user. An action that the current step does not have changes nothing."""
    if action == "choose-language":
        return _choose_language(world, form, fields)
    if form.is_final:
        return form
    if action == "cancel":
        return endings.leave(world, form, now)
    move = ACTIONS.get((form.visit.step, action))
    if move is None:
        # The button of an old page, or pressed twice: what it leads back to is no reload.
        return _stored(world, replace(form, visit=replace(form.visit, drawn=None)))
    if not _token_lives(world, form, now):
        return endings.fail(world, form, ErrorCode.INVALID_TOKEN, now)
    moved = move(world, replace(form, visit=replace(form.visit, turn=form.visit.turn + 1)), fields, now)
    if moved.is_final:
        return moved
    _stored(world, moved)
    # What was decided on a redirect bank's own page shows only after the return to the form.
    return moved if form.visit.step is Step.REDIRECT else go_on(world, moved, now)


def go_on(world: World, form: WebForm, now: datetime) -> WebForm:
    """Draw the conclusions from what the bank has decided, if it has."""
    service = account_information if form.type.service == "AIS" else payment_initiation
    while not form.is_final and form.visit.step in DECISIONS:
        form = service.DECIDED[form.visit.step](world, form, now)
    return form if form.is_final else _stored(world, form)


def _stored(world: World, form: WebForm) -> WebForm:
    world.store.put(form)
    return form


def _token_lives(world: World, form: WebForm, now: datetime) -> bool:
    """Whether the access token that the form works with may still be used. Forms of tests may have none."""
    token = None if form.token_id is None else world.store.find(Token, form.token_id)
    return form.token_id is None or (token is not None and token.lives(now))


def _choose_language(world: World, form: WebForm, fields: Fields) -> WebForm:
    """The end user's choice counts for all forms to come."""
    language = fields.get("language", "")
    if language in LANGUAGES and look_of(world, form).locked_language is None:
        world.store.put(FormLanguage(form.owner, language))
    return _stored(world, replace(form, visit=replace(form.visit, drawn=None)))


def is_offered(bank: Bank, form: WebForm) -> bool:
    """Whether the form's bank search may show this bank."""
    if bank.is_test_bank and not form.terms.allows_test_banks:
        return False
    return bank.best_interface(form.terms.allowed_interfaces, form.type.service) is not None


def can_change_bank(world: World, form: WebForm) -> bool:
    """A bank that the client has chosen is locked, unless the profile says `bankDetails: EDITABLE`."""
    if form.visit.connection_id is not None or form.visit.sender is not None:
        return False
    return form.terms.bank_id is None or (
        form.type is FormType.BANK_CONNECTION_IMPORT and not look_of(world, form).bank_details_locked
    )


def _at_bank(world: World, form: WebForm, bank: Bank) -> WebForm:
    """The form at the login of a bank, or behind it where finAPI has kept the credentials."""
    interface = _interface_for(world, form, bank)
    visit = steps.choose_bank(form.visit, bank, interface)
    known = _known_login(world, form, interface)
    if known is not None and visit.step is Step.LOGIN:
        visit = replace(visit, step=Step.LOGGED_IN, login=known.login, labels=known.interfaces[0].labels)
    return replace(form, visit=visit)


def _interface_for(world: World, form: WebForm, bank: Bank) -> BankInterface:
    """The interface in use already, if it may be used for this; otherwise the best one."""
    candidates = bank.interfaces_for(form.type.service, form.terms.allowed_interfaces)
    connection = connection_of(world, form)
    if connection is not None:
        in_use = (it for it in candidates if connection.interface(it.name) is not None)
        return next(in_use, None) or forms.interface_of(bank, form.terms.allowed_interfaces, form.type.service)
    return forms.interface_of(bank, form.terms.allowed_interfaces, form.type.service)


def _known_login(world: World, form: WebForm, interface: BankInterface) -> BankConnection | None:
    """The connection whose stored credentials serve, so that the end user need not type them in."""
    connection = connection_of(world, form)
    connected = None if connection is None else connection.interface(interface.name)
    if connected is None or not connected.stores_secrets:
        return None
    asks_anew = isinstance(form.details, UpdateDetails) and SavedSetting.CREDENTIALS in form.details.manages
    return None if asks_anew else connection


Move = Callable[[World, WebForm, Fields, datetime], WebForm]


def _choose_bank(world: World, form: WebForm, fields: Fields, now: datetime) -> WebForm:
    id = fields.get("bank", "")
    bank = world.setup.banks.get(int(id)) if id.isascii() and id.isdigit() and len(id) < 19 else None
    return form if bank is None or not is_offered(bank, form) else _at_bank(world, form, bank)


def _change_bank(world: World, form: WebForm, fields: Fields, now: datetime) -> WebForm:
    if not can_change_bank(world, form):
        return form
    return replace(form, visit=replace(form.visit, step=Step.BANK_SEARCH, bank_id=None))


def _log_in(world: World, form: WebForm, fields: Fields, now: datetime) -> WebForm:
    saving = store_secrets_of(world, form)
    agrees = fields.get("storeSecrets", "") not in ("", "false")
    if saving == "MANDATORY" and not agrees and form.visit.step is Step.LOGIN:
        return form  # the page says so before it sends; nothing happens without the consent
    visit = steps.log_in(form.visit, interface_at(world, form.visit), fields)
    keeps = saving == "IMPLICIT_APPROVAL" or (saving != "HIDDEN" and agrees)
    return replace(form, visit=replace(visit, stores_secrets=keeps))


def _bank_move(move: Callable[[Visit, Fields], Visit]) -> Move:
    return lambda world, form, fields, now: replace(form, visit=move(form.visit, fields))


# What a page can ask for. The names of the login fields are their labels, because that is what banks call them.
ACTIONS: Mapping[tuple[Step, str], Move] = {
    (Step.BANK_SEARCH, "choose-bank"): _choose_bank,
    (Step.LOGIN, "log-in"): _log_in,
    (Step.LOGIN, "change-bank"): _change_bank,
    (Step.REDIRECT, "change-bank"): _change_bank,
    (Step.REDIRECT, "bank-log-in"): _log_in,
    (Step.REDIRECT, "bank-refuse"): _bank_move(lambda visit, _: steps.refuse(visit)),
    (Step.SCA_METHOD, "choose-procedure"): _bank_move(
        lambda visit, fields: steps.choose_procedure(visit, fields.get("procedure", ""))
    ),
    (Step.CHALLENGE, "answer"): _bank_move(lambda visit, fields: steps.answer(visit, fields.get("tan", ""))),
    (Step.DECOUPLED, "confirm"): _bank_move(lambda visit, _: steps.confirm(visit)),
    (Step.DECOUPLED, "refuse"): _bank_move(lambda visit, _: steps.refuse(visit)),
    **account_information.ACTIONS,
    **payment_initiation.ACTIONS,
}
