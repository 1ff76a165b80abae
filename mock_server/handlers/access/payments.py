"""Payments: creating money transfers and direct debits, and seeing how far they have come."""

from mock_server.domain import initiation, payment_rules, payments
from mock_server.domain.orders import ACCESS_DEBIT, ACCESS_TRANSFER, Names, day_of, read_orders
from mock_server.domain.payments import Payment, PaymentType
from mock_server.exchange import Call, Reply, World
from mock_server.handlers import authorised_orders, sources
from mock_server.handlers.access import payment_views
from mock_server.paging import Page, arrange


def get_payments(call: Call, world: World) -> Reply:
    page = _page(call, world)
    if authorised_orders.look_at(world, page.items, call.now):
        page = _page(call, world)
    return Reply({"payments": [payment_views.payment(payment) for payment in page.items], "paging": page.paging()})


def _page(call: Call, world: World) -> Page[Payment]:
    wanted = initiation.matching(world.store.owned(Payment, call.user.id), call.query)
    return call.page_of(arrange(wanted, call.query["order"], payments.ORDERS))


def create_money_transfer(call: Call, world: World) -> Reply:
    return _create(call, world, PaymentType.MONEY_TRANSFER, ACCESS_TRANSFER)


def create_direct_debit(call: Call, world: World) -> Reply:
    return _create(call, world, PaymentType.DIRECT_DEBIT, ACCESS_DEBIT)


def _create(call: Call, world: World, type: PaymentType, names: Names) -> Reply:
    """What is wrong with the request itself is said first, then what its account and bank say to it."""
    body = call.body
    orders = read_orders(body, names)
    day = day_of(body.get("executionDate"), "executionDate")
    source = sources.named(body, call.user, world, names)
    instant = body.get("instantPayment", False)
    payment_rules.check_orders(orders, names)
    payment_rules.check_execution(day, call.now, names, instant=instant, order_count=len(orders))
    payment = Payment(
        id=world.ids.number("payment"),
        owner=call.user.id,
        client_id=call.client.id,
        bank_id=source.bank.id,
        type=type,
        orders=orders,
        account_id=source.account_id,
        iban=body.get("iban"),
        execution_date=day,
        is_instant=instant,
        single_booking=body.get("singleBooking", False),
        msg_id=body.get("msgId"),
        debit_type=body.get("directDebitType"),
        sequence_type=body.get("sequenceType"),
        created_at=call.now,
    )
    payment_rules.check_payment(payment, source, call.now, names)
    world.store.put(payment)
    return Reply(payment_views.payment(payment))
