"""An order that its user has authorised: the bank takes it, and books it. Both APIs come through here."""

from datetime import datetime

from mock_server.domain import postings
from mock_server.domain.accounts import Account
from mock_server.domain.initiation import Event, move
from mock_server.domain.logins import customer_of
from mock_server.domain.payees import HOLDER, Payee
from mock_server.domain.payments import Payment
from mock_server.domain.postings import Posting
from mock_server.domain.standing_orders import StandingOrder
from mock_server.exchange import World

Initiation = Payment | StandingOrder


def confirm(world: World, order: Initiation, login: str | None, now: datetime) -> Initiation:
    """The bank has taken the order. It shows on the accounts that it moves with their next download after its day.

    `login` is who has authorised it: of some, the bank never says what has become of their orders.
    """
    customer = customer_of(login)
    if customer is not None and customer.loses_orders:
        lost = move(order, Event.LOSE, now)
        world.store.put(lost)
        return lost
    confirmed = move(order, Event.CONFIRM, now)
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
