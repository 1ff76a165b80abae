"""Daily balances of the user's accounts."""

from mock_server.clock import access_timestamp, today
from mock_server.domain import daily_balances
from mock_server.domain.accounts import Account
from mock_server.domain.transactions import Transaction
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import position_views as views
from mock_server.handlers.access.views import present
from mock_server.paging import arrange


def get_daily_balances(call: Call, world: World) -> Reply:
    query, user = call.query, call.user.id
    first, last = daily_balances.period(query.get("startDate"), query.get("endDate"), today(call.now))
    accounts = daily_balances.chosen(world.store.owned(Account, user), query.get("accountIds"))
    transactions = world.store.owned(Transaction, user)
    days = daily_balances.between(first, last, accounts, transactions, projected=query["withProjection"])
    page = call.page_of(arrange(days, query["order"], daily_balances.ORDERS))
    reached = daily_balances.up_to_date_until(accounts)
    return Reply(
        present(
            {
                "latestCommonBalanceTimestamp": None if reached is None else access_timestamp(reached),
                "dailyBalances": [views.daily_balance(day) for day in page.items],
                "paging": page.paging(),
            }
        )
    )
