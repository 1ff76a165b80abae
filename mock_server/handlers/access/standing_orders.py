"""Standing orders: those created through finAPI, and those that the banks already have."""

from mock_server.clock import today
from mock_server.domain import initiation, payment_rules, standing_orders
from mock_server.domain.banking_days import DAY
from mock_server.domain.orders import ACCESS_STANDING_ORDER, day_of, read_orders
from mock_server.domain.standing_orders import BankSideStandingOrder, Frequency, StandingOrder
from mock_server.exchange import Call, Reply, World
from mock_server.handlers import authorised_orders, sources
from mock_server.handlers.access import payment_views
from mock_server.paging import Page, arrange


def get_standing_orders(call: Call, world: World) -> Reply:
    page = _page(call, world)
    if authorised_orders.look_at(world, page.items, call.now):
        page = _page(call, world)
    shown = [payment_views.standing_order(order) for order in page.items]
    return Reply({"standingOrders": shown, "paging": page.paging()})


def _page(call: Call, world: World) -> Page[StandingOrder]:
    wanted = initiation.matching(world.store.owned(StandingOrder, call.user.id), call.query)
    return call.page_of(arrange(wanted, call.query["order"], standing_orders.ORDERS))


def create_standing_order(call: Call, world: World) -> Reply:
    """What is wrong with the request itself is said first, then what its account and bank say to it."""
    body, names = call.body, ACCESS_STANDING_ORDER
    orders = read_orders(body, names)
    start, end = day_of(body["startDate"], "startDate"), day_of(body.get("endDate"), "endDate")
    assert start is not None  # noqa: S101 # the document requires it
    source = sources.named(body, call.user, world, names)
    payment_rules.check_orders(orders, names)
    payment_rules.check_dates(start, end, today(call.now) + DAY, names)
    order = StandingOrder(
        id=world.ids.number("standing_order"),
        owner=call.user.id,
        client_id=call.client.id,
        bank_id=source.bank.id,
        order=orders[0],
        start_date=start,
        end_date=end,
        frequency=Frequency(body["frequency"]),
        account_id=source.account_id,
        iban=body.get("iban"),
        created_at=call.now,
    )
    payment_rules.check_standing_order(order, source, names)
    world.store.put(order)
    return Reply(payment_views.standing_order(order))


def get_bank_side_standing_orders(call: Call, world: World) -> Reply:
    accounts = call.query.get("accountIds")
    mine = world.store.owned(BankSideStandingOrder, call.user.id)
    wanted = [order for order in mine if accounts is None or order.account_id in accounts]
    page = call.page_of(arrange(wanted, call.query["order"], standing_orders.BANK_SIDE_ORDERS))
    shown = [payment_views.bank_side_standing_order(order) for order in page.items]
    return Reply({"standingOrders": shown, "paging": page.paging()})
