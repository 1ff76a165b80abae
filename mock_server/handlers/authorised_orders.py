"""An order that its user has authorised: the bank takes it, and books it. Both APIs come through here."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from mock_server.domain import initiation, postings, progress
from mock_server.domain.accounts import Account
from mock_server.domain.initiation import FINAL, Event, move
from mock_server.domain.logins import customer_of
from mock_server.domain.payees import HOLDER, Payee
from mock_server.domain.payments import Payment
from mock_server.domain.postings import Posting
from mock_server.domain.standing_orders import StandingOrder
from mock_server.exchange import World
from mock_server.handlers.looking import look

Initiation = Payment | StandingOrder
Order = TypeVar("Order", bound=Initiation)


def authorise(world: World, order: Order, login: str | None, now: datetime) -> Order:
    """The bank has the user's word, and takes the order as fast as the mandator's pace says.

    `login` is who has authorised it: of some, the bank never says what has become of their orders.
    """
    customer = customer_of(login)
    if customer is not None and customer.loses_orders:
        order = move(order, Event.LOSE, now)
    else:
        order = replace(order, work=progress.begin(world.pace, now))
    if order.work is not None and order.work.is_over(now):
        return confirm(world, order, now)
    world.store.put(order)
    return order


def confirm(world: World, order: Order, now: datetime, message: str | None = None) -> Order:
    """The bank has taken the order. It shows on the accounts that it moves with their next download after its day."""
    confirmed = move(order, Event.CONFIRM, now, message)
    world.store.put(confirmed)
    own = _account_of(world, confirmed)
    for iban, index in postings.accounts_moved(confirmed, own):
        world.store.put(Posting(world.ids.number("posting"), iban, confirmed, own, index))
    return confirmed


def refuse(world: World, order: Order, now: datetime, message: str | None) -> Order:
    """The bank does not take the order after all, and says why, if there is a `message`."""
    refused = move(order, Event.REFUSE, now, message)
    world.store.put(refused)
    return refused


def settle(world: World, order: Initiation) -> None:
    """The clock has come to where the bank takes the order, or to where it says that nobody has authorised it."""
    now = order.due_at
    assert now is not None  # noqa: S101 # why it is here
    if order.work is None:
        world.store.put(initiation.settle(order, now))
    else:
        confirm(world, order, now)


def look_at(world: World, orders: Sequence[Order], now: datetime) -> bool:
    """Somebody looks at these orders. Returns whether that was what one of them has waited for."""
    seen = [look(world, order, now, confirm) for order in orders]
    return any(after.status in FINAL and before.status not in FINAL for before, after in zip(orders, seen, strict=True))


def _account_of(world: World, order: Initiation) -> Payee:
    """The account that pays or collects, as its counterparts see it."""
    bank = world.setup.banks.get(order.bank_id)
    account = None if order.account_id is None else world.store.find(Account, order.account_id)
    name = HOLDER if account is None else account.bank_account.holder
    iban = (order.iban or "") if account is None else account.bank_account.iban
    return Payee(name, iban, (bank and bank.bic) or "", "" if bank is None else bank.name)
