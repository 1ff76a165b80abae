"""Daily balances: periods, and the reckoning back from today."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from mock_server.domain import daily_balances
from mock_server.domain.accounts import Account
from mock_server.domain.bookings import BankAccount, Booking
from mock_server.domain.transactions import Transaction
from mock_server.errors import ApiError, Refusal

TODAY = date(2026, 8, 13)


def on(day: int) -> date:
    return date(2026, 8, day)


def account(id: int = 1, balance: int | None = 100_00, updated: int = 13, type_: str = "Checking") -> Account:
    now = datetime(2026, 8, updated, 10, tzinfo=UTC)
    bank_account = BankAccount("main", "Girokonto", type_, "DE77533700080111111100", "111111100", "Max Mustermann")
    return Account(id, "alice", 1, bank_account, ("XS2A",), now, now, balance, "Girokonto")


def transaction(id: int, day: int, cents: int, account_id: int = 1) -> Transaction:
    booking = Booking(str(id), on(day), on(day), cents, "", "", "", "", "", "", "", "")
    return Transaction(id, "alice", account_id, booking, "EUR", None, datetime(2026, 8, 13, tzinfo=UTC))


def balances(first: int, last: int, accounts: list[Account], *booked: Transaction, projected: bool = True) -> Any:
    days = daily_balances.between(on(first), on(last), accounts, booked, projected=projected)
    return [(day.date.day, day.balance) for day in days]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, ("2026-07-13", "2026-08-13")),
        ("2026-08-13", None, ("2026-08-13", "2026-08-13")),
        (None, "2026-03-31", ("2026-02-28", "2026-03-31")),
        (None, "2024-03-30", ("2024-02-29", "2024-03-30")),
        (None, "2026-01-15", ("2025-12-15", "2026-01-15")),
        ("2025-08-13", None, ("2025-08-13", "2026-08-13")),  # 366 days
        ("2024-01-01", "2024-12-31", ("2024-01-01", "2024-12-31")),
        ("2030-01-01", "2030-01-02", ("2030-01-01", "2030-01-02")),
    ],
)
def test_the_period_is_the_last_month_unless_told_otherwise(
    start: str | None, end: str | None, expected: tuple[str, str]
) -> None:
    first, last = daily_balances.period(_date(start), _date(end), TODAY)
    assert (first.isoformat(), last.isoformat()) == expected


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("2026-08-14", None, "endDate"),
        ("2026-08-13", "2026-08-12", "endDate"),
        ("2025-08-12", None, "startDate"),
        ("2024-01-01", "2025-01-01", "startDate"),
    ],
)
def test_no_period_ends_before_it_starts_or_is_longer_than_a_leap_year(start: str, end: str | None, field: str) -> None:
    with pytest.raises(ApiError, match=f"'{field}'") as error:
        daily_balances.period(_date(start), _date(end), TODAY)
    assert error.value.refusal is Refusal.ILLEGAL_FIELD_VALUE


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def test_a_balance_is_todays_less_what_came_later() -> None:
    booked = transaction(1, 11, -30_00), transaction(2, 12, 50_00), transaction(3, 12, -5_00)
    assert balances(10, 13, [account()], *booked) == [(10, 85_00), (11, 55_00), (12, 100_00), (13, 100_00)]
    assert balances(10, 11, [account()], *booked) == [(10, 85_00), (11, 55_00)]


def test_income_and_spending_are_positive_and_name_their_transactions() -> None:
    booked = transaction(3, 12, 50_00), transaction(1, 12, -5_00), transaction(2, 12, -7_00), transaction(4, 11, -1_00)
    (day,) = daily_balances.between(on(12), on(12), [account()], booked, projected=True)
    assert (day.income, day.spending, day.transactions) == (50_00, 12_00, (1, 2, 3))


@pytest.mark.parametrize(
    ("projected", "expected"),
    [
        (True, [(8, 110_00), (9, 110_00), (10, 110_00), (11, 100_00), (12, 100_00), (13, 100_00), (14, 100_00)]),
        # The first known balance is that of the day before the earliest transaction.
        (False, [(10, 110_00), (11, 100_00), (12, 100_00), (13, 100_00)]),
    ],
)
def test_projection_repeats_the_first_and_the_last_known_balance(
    projected: bool, expected: list[tuple[int, int]]
) -> None:
    assert balances(8, 14, [account()], transaction(1, 11, -10_00), projected=projected) == expected


def test_accounts_are_added_up_and_each_is_projected_by_itself() -> None:
    two = [account(1, 100_00, updated=11), account(2, 7_00, updated=13)]
    booked = transaction(1, 11, -10_00, account_id=1), transaction(2, 13, 2_00, account_id=2)
    expected = [(9, 115_00), (10, 115_00), (11, 105_00), (12, 105_00), (13, 107_00), (14, 107_00)]
    assert balances(9, 14, two, *booked) == expected
    assert balances(9, 14, two, *booked, projected=False) == expected[1:-1]


def test_transactions_of_other_accounts_do_not_count() -> None:
    (day,) = daily_balances.between(on(12), on(12), [account()], [transaction(1, 12, -5_00, 2)], projected=True)
    assert (day.balance, day.spending, day.transactions) == (100_00, 0, ())


def test_an_account_without_transactions_is_known_on_the_day_of_its_update_only() -> None:
    assert balances(11, 14, [account()], projected=False) == [(13, 100_00)]
    assert balances(1, 5, [account()], projected=False) == []
    assert balances(12, 14, [account()]) == [(12, 100_00), (13, 100_00), (14, 100_00)]


@pytest.mark.parametrize("projected", [True, False])
def test_nobody_without_accounts_has_balances(projected: bool) -> None:
    assert balances(1, 5, [], projected=projected) == []


def test_balances_can_be_trusted_up_to_the_oldest_update() -> None:
    two = [account(1, updated=11), account(2, updated=13)]
    assert daily_balances.up_to_date_until(two) == two[0].last_update
    assert daily_balances.up_to_date_until([*two, account(3, balance=None)]) is None
    assert daily_balances.up_to_date_until([]) is None


def test_a_skipped_balance_counts_as_nothing() -> None:
    assert balances(13, 13, [account(1, None), account(2, 7_00)]) == [(13, 7_00)]


def test_all_but_security_accounts_are_chosen() -> None:
    some = [account(1), account(2, type_="Security"), account(3, type_="Savings")]
    assert daily_balances.chosen(some, None) == [some[0], some[2]]
    assert daily_balances.chosen(some, [3, 1, 3]) == [some[2], some[0]]


@pytest.mark.parametrize(
    ("ids", "refusal"),
    [([1, 99], Refusal.UNKNOWN_ENTITY), ([2], Refusal.ILLEGAL_FIELD_VALUE), ([2, 99], Refusal.UNKNOWN_ENTITY)],
)
def test_unknown_accounts_and_security_accounts_cannot_be_chosen(ids: list[int], refusal: Refusal) -> None:
    with pytest.raises(ApiError) as error:
        daily_balances.chosen([account(1), account(2, type_="Security")], ids)
    assert error.value.refusal is refusal
