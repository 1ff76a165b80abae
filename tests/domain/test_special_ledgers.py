"""Books out of the ordinary: what is different about them, and that it still adds up where it should."""

from datetime import date, timedelta

import pytest

from mock_server.domain import special_ledgers
from mock_server.domain.ledger import Ledger
from mock_server.domain.logins import MAGIC
from mock_server.domain.payees import HOUSEHOLD, MAIN, SAVINGS
from mock_server.domain.pending_transactions import announced
from mock_server.domain.special_ledgers import AGAIN, DOLLARS, TAKINGS, Shop

DAY = timedelta(days=1)
LAST = date(2026, 8, 13)
KINDS = [customer.ledger for customer in MAGIC if customer.ledger is not Ledger]


def of(kind: type[Ledger]) -> Ledger:
    return kind(1, "DEMO0001", "DE", "somebody")


def test_every_kind_of_special_books_belongs_to_a_login() -> None:
    assert {kind for kind in vars(special_ledgers).values() if isinstance(kind, type) and issubclass(kind, Ledger)} == {
        *KINDS,
        Ledger,
    }


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        (special_ledgers.WithoutAccounts, []),
        (special_ledgers.OneAccount, [MAIN]),
        (special_ledgers.NeverUsed, [MAIN]),
        (special_ledgers.Shop, [MAIN]),
        (special_ledgers.WithDollars, [MAIN, HOUSEHOLD, SAVINGS, DOLLARS]),
        (special_ledgers.Joint, [MAIN, HOUSEHOLD, SAVINGS]),
    ],
)
def test_the_accounts(kind: type[Ledger], keys: list[str]) -> None:
    assert [account.key for account in of(kind).accounts] == keys


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not special_ledgers.OddBalance])
def test_a_balance_changes_by_what_is_booked(kind: type[Ledger]) -> None:
    ledger = of(kind)
    for account in ledger.accounts:
        for first in (date(2025, 11, 20), date(2026, 2, 3)):
            booked = [it for it in ledger.bookings(account.key, first, LAST) if not ledger.repeats(it)]
            change = ledger.balance(account.key, LAST) - ledger.balance(account.key, first - DAY)
            assert change == sum(booking.cents for booking in booked)


@pytest.mark.parametrize("kind", KINDS)
def test_spans_fit_together_and_no_key_comes_twice(kind: type[Ledger]) -> None:
    ledger, middle = of(kind), date(2026, 3, 17)
    for account in ledger.accounts:
        whole = ledger.bookings(account.key, date(2026, 1, 1), LAST)
        head = ledger.bookings(account.key, date(2026, 1, 1), middle)
        assert whole == head + ledger.bookings(account.key, middle + DAY, LAST)
        assert len({booking.key for booking in whole}) == len(whole)


@pytest.mark.parametrize("offset", [0, 1, 17, 365])
def test_any_two_years_of_the_shop_have_five_thousand_bookings(offset: int) -> None:
    last = LAST + offset * DAY
    assert len(of(Shop).bookings(MAIN, last - 729 * DAY, last)) == TAKINGS


def test_an_account_that_was_never_used_is_empty() -> None:
    ledger = of(special_ledgers.NeverUsed)
    assert ledger.bookings(MAIN, date(2020, 1, 1), LAST) == ledger.standing_orders(MAIN) == ()
    assert ledger.balance(MAIN, LAST) == 0


def test_only_one_of_the_accounts_is_in_dollars() -> None:
    ledger = of(special_ledgers.WithDollars)
    assert [account.currency for account in ledger.accounts] == ["EUR", "EUR", "EUR", "USD"]
    assert len({account.iban for account in ledger.accounts}) == 4
    assert len(ledger.bookings(DOLLARS, date(2026, 1, 1), date(2026, 6, 30))) == 18
    assert of(Ledger).bookings(MAIN, date(2026, 1, 1), LAST) == ledger.bookings(MAIN, date(2026, 1, 1), LAST)


def test_an_odd_balance_never_adds_up_from_one_day_to_the_next() -> None:
    ledger = of(special_ledgers.OddBalance)
    for n in range(14):
        day = LAST - n * DAY
        booked = sum(booking.cents for booking in ledger.bookings(MAIN, day, day))
        assert ledger.balance(MAIN, day) - ledger.balance(MAIN, day - DAY) != booked


def test_the_rent_comes_twice_and_is_paid_once() -> None:
    ledger = of(special_ledgers.Stammering)
    august = ledger.bookings(MAIN, date(2026, 8, 1), date(2026, 8, 31))
    [again] = [booking for booking in august if ledger.repeats(booking)]
    [rent] = [booking for booking in august if booking.key + AGAIN == again.key]
    assert (again.cents, again.booked_on, again.purpose) == (rent.cents, rent.booked_on, rent.purpose)
    assert ledger.balance(MAIN, LAST) == of(Ledger).balance(MAIN, LAST)


def test_what_is_promised_is_announced_every_day_and_booked_on_none() -> None:
    ledger = of(special_ledgers.Promising)
    for n in range(70):
        day = LAST + n * DAY
        [promised] = announced(ledger.never_booked(MAIN, day), day)
        assert promised.key == "deposit"
    assert ledger.never_booked(SAVINGS, LAST) == of(Ledger).never_booked(MAIN, LAST) == ()
    assert ledger.bookings(MAIN, LAST, LAST + 70 * DAY) == of(Ledger).bookings(MAIN, LAST, LAST + 70 * DAY)
