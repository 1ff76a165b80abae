"""The payment or standing order of a form, as the same object that Access shows."""

from dataclasses import replace
from datetime import datetime

from mock_server.domain import payment_rules, payments, standing_orders
from mock_server.domain.capabilities import Capability
from mock_server.domain.form_details import OrderDetails
from mock_server.domain.forms import ErrorCode, Outcome, WebForm
from mock_server.domain.initiation import Event, move
from mock_server.domain.orders import WEBFORM_STANDING_ORDER, WEBFORM_TRANSFER
from mock_server.domain.payments import Payment
from mock_server.domain.sources import Source
from mock_server.exchange import World
from mock_server.handlers import authorised_orders
from mock_server.handlers.authorised_orders import Initiation
from mock_server.handlers.webform.surroundings import bank_at


def draft_of(form: WebForm) -> Initiation:
    """What the form is to initiate, as its client has asked for it."""
    assert isinstance(form.details, OrderDetails)  # noqa: S101 # a payment form
    return form.details.draft


def capability_needed(form: WebForm, now: datetime) -> Capability | None:
    """What the sender's account must be able to do. None: no account can do what is wanted."""
    draft = draft_of(form)
    if isinstance(draft, Payment):
        return payments.capability_needed(draft, now)
    return standing_orders.capability_needed(draft)


def check(world: World, form: WebForm, now: datetime) -> None:
    """What the bank says to the order, now that its sender is known. ApiError 422."""
    draft, visit = draft_of(form), form.visit
    iban = draft.iban or visit.sender
    if iban is None:
        return  # from an imported account: checked when the form was created
    bank = bank_at(world, visit.bank_id)
    source = Source(bank, iban, bank.interfaces)
    if isinstance(draft, Payment):
        payment_rules.check_payment(draft, source, now, WEBFORM_TRANSFER)
    else:
        payment_rules.check_standing_order(draft, source, WEBFORM_STANDING_ORDER)


def create(world: World, form: WebForm, now: datetime) -> WebForm:
    """The end user agrees: from now on the order is in Access, on its way to the bank."""
    draft, visit = draft_of(form), form.visit
    purpose = "payment" if isinstance(draft, Payment) else "standing_order"
    assert visit.bank_id is not None  # noqa: S101 # the end user has logged in there
    created = replace(draft, id=world.ids.number(purpose), bank_id=visit.bank_id, created_at=now)
    if created.account_id is None:
        created = replace(created, iban=created.iban or visit.sender)
    world.store.put(move(created, Event.SUBMIT, now))
    return replace(form, visit=replace(visit, order_id=created.id))


def authorise(world: World, form: WebForm, now: datetime) -> None:
    """The end user has authorised the order. The form does not wait until the bank has taken it."""
    order = _unfinished(world, form)
    if order is not None:
        authorised_orders.authorise(world, order, form.visit.login, now)


def give_up(world: World, form: WebForm, outcome: Outcome, now: datetime) -> None:
    """The form has ended otherwise: the bank does not take the order, or the end user does not want it any more."""
    refused = outcome.error_code is ErrorCode.BANK_SERVER_REJECTION
    event = Event.REFUSE if refused else Event.DISCARD
    order = _unfinished(world, form)
    if order is not None:
        world.store.put(move(order, event, now, outcome.error_message))


def _unfinished(world: World, form: WebForm) -> Initiation | None:
    """The form's order, if there is one that still waits for the end user."""
    if form.visit.order_id is None:
        return None
    order = world.store.find(type(draft_of(form)), form.visit.order_id)
    return order if order is not None and order.awaits_user else None
