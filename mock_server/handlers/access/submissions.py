"""Handing payments and standing orders to the bank: for mandators that may initiate payments themselves."""

from datetime import datetime

from mock_server.domain import capabilities, direct_calls, payment_rules, payments, standing_orders
from mock_server.domain.accounts import Account
from mock_server.domain.banks import Bank, BankInterface
from mock_server.domain.capabilities import Capability
from mock_server.domain.initiation import Event, Status, move
from mock_server.domain.orders import ACCESS_TRANSFER
from mock_server.domain.payments import Payment
from mock_server.domain.standing_orders import StandingOrder
from mock_server.errors import ApiError, Refusal
from mock_server.exchange import Call, Reply, World
from mock_server.handlers import authorised_orders
from mock_server.handlers.access import payment_views
from mock_server.handlers.access.direct_logins import Attempt, about, as_customer, check_license, log_in
from mock_server.handlers.authorised_orders import Initiation
from mock_server.handlers.sources import connection_of

SUPERSEDED = "Ein anderer Auftrag für dieses Konto ist an seine Stelle getreten."


def submit_payment(call: Call, world: World) -> Reply:
    check_license(call, "PIS")
    payment = world.mine(Payment, call.user, call.body["paymentId"])
    outcome = _submitted(call, world, payment, "submitPayment")
    if isinstance(outcome, Payment):
        return Reply(payment_views.payment(outcome))
    assert isinstance(outcome, ApiError)  # noqa: S101 # a payment stays one
    return Reply(refusal=outcome)


def submit_standing_order(call: Call, world: World) -> Reply:
    check_license(call, "PIS")
    order = world.mine(StandingOrder, call.user, call.body["standingOrderId"])
    outcome = _submitted(call, world, order, "submitStandingOrder")
    if isinstance(outcome, StandingOrder):
        return Reply(payment_views.standing_order(outcome))
    assert isinstance(outcome, ApiError)  # noqa: S101 # a standing order stays one
    return Reply(refusal=outcome)


def _submitted(call: Call, world: World, order: Initiation, operation: str) -> Initiation | ApiError:
    """The order that the bank has taken, or how the call is to be refused."""
    bank = world.setup.banks.get(order.bank_id)
    if bank is None:
        raise ApiError(Refusal.UNSUPPORTED_ORDER, "The bank of the order is not known any more.")
    with about(bank):
        _check_status(call, order)
        account = None if order.account_id is None else world.store.find(Account, order.account_id)
        if order.account_id is not None and account is None:
            raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, "The account of the order was deleted.")
        interface = _interface_for(call, order, bank, account)
        attempt = _attempt(call, world, operation, bank, interface, account)
        visit = log_in(call, world, attempt)
        if isinstance(visit, ApiError) and visit.refusal is Refusal.BANK_SERVER_REJECTION:
            if order.status is Status.PENDING:
                world.store.put(move(order, Event.REFUSE, call.now, str(visit)))
            return visit
        if order.status is Status.OPEN:
            order = _handed_over(world, order, call.now)
        if isinstance(visit, ApiError):
            return visit
        return authorised_orders.authorise(world, order, visit.login, call.now)


def _check_status(call: Call, order: Initiation) -> None:
    """ApiError 422 unless the order is open, or waits for the answer that this call brings."""
    waits = order.awaits_user and call.body.get("multiStepAuthentication") is not None
    if order.status is not Status.OPEN and not waits:
        raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, f"The order is {order.status}, so it cannot be submitted.")


def _interface_for(call: Call, order: Initiation, bank: Bank, account: Account | None) -> BankInterface:
    """The interface that the caller wants, if the order can go over it. ApiError 422."""
    name = call.body["bankingInterface"]
    interface = bank.interface(name)
    if interface is None or (account is not None and name not in account.interfaces):
        whose = "bank" if account is None else "account"
        raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, f"The {whose} of the order has no interface {name}.")
    needed = _needed(order, call.now)
    type = None if account is None else account.bank_account.type
    if needed is None or not (
        capabilities.bank_can(interface, needed) if type is None else capabilities.account_can(type, interface, needed)
    ):
        wanted = "this" if needed is None else needed.name
        raise ApiError(Refusal.UNSUPPORTED_ORDER, f"{name} cannot do {wanted} here.")
    if isinstance(order, Payment) and not order.is_debit:
        payment_rules.check_constraints(order.orders, [interface], ACCESS_TRANSFER)
    direct_calls.check_redirect(call.body, interface)
    return interface


def _attempt(
    call: Call, world: World, operation: str, bank: Bank, interface: BankInterface, account: Account | None
) -> Attempt:
    """The login with the credentials that are given or, for an imported account, stored. ApiError 422."""
    attempt = Attempt(
        operation=operation,
        bank=bank,
        interface=interface,
        service="PIS",
        credentials=direct_calls.credentials_of(call.body, interface),
        incomplete=Refusal.ILLEGAL_ENTITY_STATE,
    )
    return attempt if account is None else as_customer(attempt, connection_of(account, world))


def _handed_over(world: World, order: Initiation, now: datetime) -> Initiation:
    """The order is at the bank now. Another one of the account that waits there for its user is discarded."""
    if order.account_id is not None:
        others: list[Initiation] = [
            *world.store.owned(Payment, order.owner),
            *world.store.owned(StandingOrder, order.owner),
        ]
        for other in others:
            if other.account_id == order.account_id and other.awaits_user:
                world.store.put(move(other, Event.DISCARD, now, SUPERSEDED))
    pending = move(order, Event.SUBMIT, now)
    world.store.put(pending)
    return pending


def _needed(order: Initiation, now: datetime) -> Capability | None:
    if isinstance(order, Payment):
        return payments.capability_needed(order, now)
    return standing_orders.capability_needed(order)
