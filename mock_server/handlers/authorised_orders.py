"""An order that its user has authorised: the bank takes it, and books it. Both APIs come through here."""

from datetime import datetime

from mock_server.domain import payments, postings, standing_orders
from mock_server.domain.accounts import Account
from mock_server.domain.initiation import Event
from mock_server.domain.payees import HOLDER, Payee
from mock_server.domain.payments import Payment
from mock_server.domain.postings import Posting
from mock_server.domain.standing_orders import StandingOrder
from mock_server.exchange import World

Initiation = Payment | StandingOrder


def moved(order: Initiation, event: Event, now: datetime, message: str | None = None) -> Initiation:
    """The order after an event of its life. ApiError 422 if it cannot happen now."""
    if isinstance(order, Payment):
        return payments.move(order, event, now, message)
    return standing_orders.move(order, event, now, message)


def confirm(world: World, order: Initiation, now: datetime) -> Initiation:
    """The bank has taken the order. It shows on the accounts that it moves with their next download after its day."""
    confirmed = moved(order, Event.CONFIRM, now)
    world.store.put(confirmed)
    own = _account_of(world, confirmed)
    for iban, index in postings.accounts_moved(confirmed, own):
        world.store.put(Posting(world.ids.number("posting"), iban, confirmed, own, index))
    return confirmed


def _account_of(world: World, order: Initiation) -> Payee:
    """The account that pays or collects, as its counterparts see it."""
    bank = world.setup.banks.get(order.bank_id)
    account = None if order.account_id is None else world.store.find(Account, order.account_id)
    name = HOLDER if account is None else account.bank_account.holder
    iban = (order.iban or "") if account is None else account.bank_account.iban
    return Payee(name, iban, (bank and bank.bic) or "", "" if bank is None else bank.name)
