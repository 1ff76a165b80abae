"""What was on a user's accounts at the end of each day, reckoned back from what is on them now."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from operator import attrgetter
from typing import Any

from mock_server.clock import today
from mock_server.domain.accounts import Account
from mock_server.domain.money import Cents
from mock_server.domain.transactions import Transaction
from mock_server.errors import ApiError, Refusal

LONGEST = 366
"""The most days that one call may ask for."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DailyBalance:
    """A day of all chosen accounts together. Spending is positive here, unlike everywhere else."""

    date: date
    balance: Cents
    income: Cents
    spending: Cents
    transactions: tuple[int, ...]


ORDERS: Mapping[str, Callable[[DailyBalance], Any]] = {
    name: attrgetter(name) for name in ("date", "balance", "income", "spending")
}


def period(start: date | None, end: date | None, day: date) -> tuple[date, date]:
    """First and last day, for what is not given the month up to `day`. ApiError 422 if there is no such period."""
    last = end or day
    first = start or _month_before(last)
    if last < first:
        raise _illegal("endDate", f"it lies before startDate, {first}.")
    if (last - first).days >= LONGEST:
        raise _illegal("startDate", f"it must not lie more than {LONGEST} days back, both days included.")
    return first, last


def _month_before(day: date) -> date:
    """The same day of the month before, or the last one that it has."""
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def with_balances(accounts: Iterable[Account]) -> list[Account]:
    """All but security accounts, whose value is no money."""
    return [account for account in accounts if account.type != "Security"]


def chosen(accounts: Sequence[Account], ids: Iterable[int] | None) -> list[Account]:
    """The accounts to add up. ApiError 404 for an unknown one, 422 for a security account."""
    if ids is None:
        return with_balances(accounts)
    mine = {account.id: account for account in accounts}
    unknown = [id for id in ids if id not in mine]
    if unknown:
        raise ApiError(Refusal.UNKNOWN_ENTITY, f"Account with ID '{unknown[0]}' not found.")
    wanted = [mine[id] for id in dict.fromkeys(ids)]
    securities = [account.id for account in wanted if account.type == "Security"]
    if securities:
        raise _illegal("accountIds", f"{securities[0]} is a security account, which has no daily balances.")
    return wanted


def up_to_date_until(accounts: Sequence[Account]) -> datetime | None:
    """The last instant at which all accounts were up to date; None if not even one balance can be trusted."""
    if not accounts or any(account.balance is None for account in accounts):
        return None
    return min(account.last_update for account in accounts)


def between(
    first: date,
    last: date,
    accounts: Sequence[Account],
    transactions: Iterable[Transaction],
    *,
    projected: bool,
) -> list[DailyBalance]:
    """The balances from `first` to `last`, oldest first.

    Every account has its own first and last known day; before and after, its balance stays as it was on these.
    Unless `projected`, only days are told that are known of one of the accounts at least.
    """
    booked: dict[int, list[Transaction]] = {account.id: [] for account in accounts}
    for transaction in transactions:
        if transaction.account_id in booked:
            booked[transaction.account_id].append(transaction)
    histories = [_History.of(account, booked[account.id]) for account in accounts]
    if not histories:
        return []
    if not projected:
        first = max(first, min(history.first for history in histories))
        last = min(last, max(history.last for history in histories))
    days = [first + n * DAY for n in range((last - first).days + 1)]
    balances = [history.balances(days) for history in histories]
    by_day = defaultdict[date, list[Transaction]](list)
    for transaction in sorted((one for some in booked.values() for one in some), key=attrgetter("id")):
        by_day[transaction.finapi_booking_date].append(transaction)
    return [_summed(day, sum(at[n] for at in balances), by_day.get(day, ())) for n, day in enumerate(days)]


@dataclass(frozen=True, slots=True)
class _History:
    """One account: the balance at the end of its last known day, and what was booked on the days up to then."""

    first: date
    last: date
    balance: Cents
    changes: Mapping[date, Cents]

    @classmethod
    def of(cls, account: Account, transactions: Sequence[Transaction]) -> "_History":
        """The first known balance is the one before the earliest transaction."""
        changes = defaultdict[date, Cents](int)
        for transaction in transactions:
            changes[transaction.finapi_booking_date] += transaction.booking.cents
        last = max([today(account.last_update), *changes])
        return cls(min(changes, default=last + DAY) - DAY, last, account.balance or 0, changes)

    def balances(self, days: Sequence[date]) -> list[Cents]:
        """At the end of each of these consecutive days."""
        if not days:
            return []
        afterwards = sum(cents for day, cents in self.changes.items() if day > days[-1])
        back = accumulate((-self.changes.get(day, 0) for day in reversed(days[1:])), initial=self.balance - afterwards)
        return list(back)[::-1]


def _summed(day: date, balance: Cents, transactions: Sequence[Transaction]) -> DailyBalance:
    amounts = [transaction.booking.cents for transaction in transactions]
    return DailyBalance(
        date=day,
        balance=balance,
        income=sum(cents for cents in amounts if cents > 0),
        spending=-sum(cents for cents in amounts if cents < 0),
        transactions=tuple(transaction.id for transaction in transactions),
    )


def _illegal(field: str, reason: str) -> ApiError:
    return ApiError(Refusal.ILLEGAL_FIELD_VALUE, f"Field '{field}' not valid: {reason}")
