"""A visit to a form: what an action of the end user does.

The form's page and the control API come through `act`; `completions` takes the same way for
`--auto-complete` and for tests without a browser. What follows from a decision of the bank depends
on what the form is for: `account_information` and `payment_initiation` know.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from mock_server.domain import forms, ibans, steps
from mock_server.domain.banks import Bank
from mock_server.domain.form_details import FormType, OrderDetails
from mock_server.domain.forms import ErrorCode, Event, WebForm
from mock_server.domain.preferences import LANGUAGES, FormLanguage
from mock_server.domain.profiles import StoreSecrets
from mock_server.domain.steps import DECISIONS, Links, Step, Visit
from mock_server.domain.tokens import Token
from mock_server.domain.users import Client
from mock_server.exchange import World
from mock_server.handlers.webform import account_information, arrivals, endings, payment_initiation
from mock_server.handlers.webform.surroundings import bank_at, interface_at, look_of, store_secrets_of

Fields = Mapping[str, str]


def open_form(world: World, form: WebForm, links: Links, now: datetime) -> WebForm:
    """The form's URL is opened in a browser. Where the bank is known, its login comes first."""
    visit = replace(form.visit, key=world.ids.hex("visit", 32), links=links)
    opened = replace(forms.move(form, Event.OPEN), visit=visit)
    if visit.bank_id is not None:
        opened = arrivals.arrive(world, opened, bank_at(world, visit.bank_id), now)
    if opened.visit.step in DECISIONS and not _token_lives(world, opened, now):
        return endings.fail(world, opened, ErrorCode.INVALID_TOKEN, now)
    return go_on(world, opened, now)


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


def is_offered(world: World, bank: Bank, form: WebForm) -> bool:
    """Whether the form's bank search may show this bank: with a sender's IBAN only the banks that it fits."""
    if bank.is_test_bank and not form.terms.allows_test_banks:
        return False
    if bank.is_beta and not _takes_beta_banks(world, form):
        return False
    iban = form.details.draft.iban if isinstance(form.details, OrderDetails) else None
    if iban is not None and not ibans.is_of_bank(iban, bank.location or "DE", bank.blz):
        return False
    return bank.best_interface(form.terms.allowed_interfaces, form.type.service) is not None


def _takes_beta_banks(world: World, form: WebForm) -> bool:
    client = world.store.find(Client, form.client_id)
    return client is None or world.configuration_of(client).beta_banks_enabled


def can_change_bank(world: World, form: WebForm) -> bool:
    """A bank that the client has chosen is locked, unless the profile says `bankDetails: EDITABLE`."""
    if form.visit.connection_id is not None or form.visit.sender is not None:
        return False
    return form.terms.bank_id is None or (
        form.type is FormType.BANK_CONNECTION_IMPORT and not look_of(world, form).bank_details_locked
    )


Move = Callable[[World, WebForm, Fields, datetime], WebForm]


def finds(world: World, form: WebForm, id: str) -> Bank | None:
    """The bank of this id, if the form offers it."""
    bank = world.setup.banks.get(int(id)) if id.isascii() and id.isdigit() and len(id) < 19 else None
    return None if bank is None or not is_offered(world, bank, form) else bank


def _choose_bank(world: World, form: WebForm, fields: Fields, now: datetime) -> WebForm:
    bank = finds(world, form, fields.get("bank", ""))
    return form if bank is None else arrivals.arrive(world, form, bank, now)


def _change_bank(world: World, form: WebForm, fields: Fields, now: datetime) -> WebForm:
    if not can_change_bank(world, form):
        return form
    return replace(form, visit=replace(form.visit, step=Step.BANK_SEARCH, bank_id=None))


def _log_in(world: World, form: WebForm, fields: Fields, now: datetime) -> WebForm:
    saving = store_secrets_of(world, form)
    agrees = fields.get("storeSecrets", "") not in ("", "false")
    if saving is StoreSecrets.MANDATORY and not agrees:
        return form  # the page says so before it sends; nothing happens without the consent
    visit = steps.log_in(form.visit, interface_at(world, form.visit), fields)
    keeps = saving is StoreSecrets.IMPLICIT_APPROVAL or (saving is not StoreSecrets.HIDDEN and agrees)
    return replace(form, visit=replace(visit, stores_secrets=keeps))


def _log_in_at_bank(world: World, form: WebForm, fields: Fields, now: datetime) -> WebForm:
    """On a redirect bank's own page, where finAPI does not see the secrets."""
    return replace(form, visit=steps.log_in(form.visit, interface_at(world, form.visit), fields))


def _return(world: World, form: WebForm, fields: Fields, now: datetime) -> WebForm:
    """The end user comes back from the bank's page; what was decided there shows now."""
    return form


def _bank_move(move: Callable[[Visit, Fields], Visit]) -> Move:
    return lambda world, form, fields, now: replace(form, visit=move(form.visit, fields))


# What a page can ask for. The names of the login fields are their labels, because that is what banks call them.
ACTIONS: Mapping[tuple[Step, str], Move] = {
    (Step.BANK_SEARCH, "choose-bank"): _choose_bank,
    (Step.LOGIN, "log-in"): _log_in,
    (Step.LOGIN, "change-bank"): _change_bank,
    (Step.REDIRECT, "change-bank"): _change_bank,
    (Step.REDIRECT, "bank-log-in"): _log_in_at_bank,
    (Step.REDIRECT, "bank-refuse"): _bank_move(lambda visit, _: steps.refuse(visit)),
    (Step.SCA_METHOD, "choose-procedure"): _bank_move(
        lambda visit, fields: steps.choose_procedure(visit, fields.get("procedure", ""))
    ),
    (Step.CHALLENGE, "answer"): _bank_move(lambda visit, fields: steps.answer(visit, fields.get("tan", ""))),
    (Step.DECOUPLED, "confirm"): _bank_move(lambda visit, _: steps.confirm(visit)),
    (Step.DECOUPLED, "refuse"): _bank_move(lambda visit, _: steps.refuse(visit)),
    **{(step, "return"): _return for step in DECISIONS},
    **account_information.ACTIONS,
    **payment_initiation.ACTIONS,
}
