"""What finAPI makes of a mock batch update."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mock_server.domain import accounts, mock_updates
from mock_server.domain.accounts import Account, ConnectedInterface, InterfaceState, UpdateResult
from mock_server.domain.bookings import BankAccount, Booking
from mock_server.domain.configuration import Configuration
from mock_server.domain.mock_updates import MockTransaction, accepted, adjusting_entry, check_allowed, interface_of
from mock_server.domain.users import User
from mock_server.errors import ApiError, Refusal

TODAY = date(2026, 8, 13)
NOW = datetime(2026, 8, 13, 10, tzinfo=UTC)
EARLIER = NOW - timedelta(days=2)
USER = User("alice", "Alice", 35, "secret", NOW)
ACCOUNT = Account(
    id=1,
    owner="alice",
    connection_id=7,
    bank_account=BankAccount("main", "Girokonto", "Checking", "DE77533700080111111100", "111111100", "Max Mustermann"),
    interfaces=("XS2A", "FINTS_SERVER"),
    import_date=EARLIER,
    last_update=EARLIER,
    balance=100_00,
    name="My account",
)


def booking(day: date = TODAY, cents: int = 1) -> Booking:
    return replace(adjusting_entry(cents, day), purpose="A payment")


def made_up(*bookings: Booking) -> list[MockTransaction]:
    return [MockTransaction(one, "EUR") for one in bookings]


def days_ago(count: int) -> date:
    return TODAY - timedelta(days=count)


@pytest.mark.parametrize(
    ("known", "booked", "comes"),
    [
        ([], 0, True),
        ([], 89, True),
        ([], 90, False),
        ([], -30, True),  # in the future
        ([0], 10, True),
        ([0], 11, False),
        ([5, 40], 15, True),
        ([5, 40], 16, False),
        ([85], 89, True),
        ([85], 90, False),  # although within ten days
        ([-5], 6, False),  # the newest lies in the future
    ],
)
def test_how_far_back_an_update_looks(known: list[int], booked: int, comes: bool) -> None:
    found = accepted(made_up(booking(days_ago(booked))), [booking(days_ago(day), 2) for day in known], TODAY)
    assert [one.booking.booked_on for one in found] == [days_ago(booked)] * comes


def test_repetitions_of_what_is_known_are_dropped_and_twins_in_the_update_are_not() -> None:
    twins = made_up(booking(cents=5), booking(cents=5), booking(cents=6))
    assert accepted(twins, [], TODAY) == twins
    assert accepted(twins, [booking(cents=5)], TODAY) == twins[2:]


@pytest.mark.parametrize(
    ("user", "configuration", "counts", "refusal"),
    [
        (USER, Configuration(), [], None),
        (USER, Configuration(), [400, 600], None),
        (USER, Configuration(), [400, 601], Refusal.ILLEGAL_FIELD_VALUE),
        (replace(USER, is_auto_update_enabled=True), Configuration(), [], Refusal.ILLEGAL_ENTITY_STATE),
        (USER, Configuration(is_development_mode_enabled=False), [], Refusal.FORBIDDEN),
    ],
)
def test_which_calls_are_allowed(
    user: User, configuration: Configuration, counts: list[int], refusal: Refusal | None
) -> None:
    wishes = [{"mockAccountsData": [{"newTransactions": [{}] * count}]} for count in counts] + [{}]
    if refusal is None:
        check_allowed(user, configuration, wishes)
        return
    with pytest.raises(ApiError) as caught:
        check_allowed(user, configuration, wishes)
    assert caught.value.refusal is refusal


INTERFACE = ConnectedInterface("XS2A", (), None, NOW, UpdateResult("OK", NOW), stores_secrets=True)
CONNECTION = accounts.connect(7, "alice", 280001, None, "demo", INTERFACE, NOW)


@pytest.mark.parametrize(
    ("changes", "name", "refusal"),
    [
        ({}, "XS2A", None),
        ({}, "FINTS_SERVER", Refusal.UNKNOWN_ENTITY),
        ({"has_task": True}, "XS2A", Refusal.ILLEGAL_ENTITY_STATE),
        ({"interfaces": (replace(INTERFACE, stores_secrets=False),)}, "XS2A", Refusal.ILLEGAL_ENTITY_STATE),
    ],
)
def test_which_interfaces_can_be_updated(changes: dict[str, Any], name: str, refusal: Refusal | None) -> None:
    connection = replace(CONNECTION, **changes)
    if refusal is None:
        assert interface_of(connection, name) == INTERFACE
        return
    with pytest.raises(ApiError) as caught:
        interface_of(connection, name)
    assert caught.value.refusal is refusal


def test_a_download_has_the_balance_and_the_transactions_of_the_wish() -> None:
    entry = {"accountId": 1, "accountBalance": 99.99, "newTransactions": [{"amount": -3.5, "currency": "CHF"}]}
    wish = {"bankConnectionId": 7, "bankingInterface": "XS2A", "mockAccountsData": [entry]}
    found = mock_updates.downloads(wish, "mock", [ACCOUNT], TODAY)
    assert set(found) == {1}
    assert (found[1].account, found[1].balance) == (ACCOUNT, 99_99)
    (one,) = found[1].transactions
    assert (one.currency, one.booking.cents, one.booking.booked_on) == ("CHF", -3_50, TODAY)


class TestAccountsAfterwards:
    def test_the_made_up_balance_shifts_what_the_books_say(self) -> None:
        after = mock_updates.mocked(ACCOUNT, "XS2A", 150_00, 100_00, NOW, is_fixed=False)
        assert (after.balance, after.balance_offset, after.last_update) == (150_00, 50_00, NOW)
        again = mock_updates.mocked(after, "XS2A", 90_00, 150_00, NOW, is_fixed=False)
        assert (again.balance, again.balance_offset) == (90_00, -10_00)

    @pytest.mark.parametrize(("is_fixed", "status"), [(False, "UPDATED"), (True, "UPDATED_FIXED")])
    def test_the_other_interfaces_stay_as_they_were(self, is_fixed: bool, status: str) -> None:
        after = mock_updates.mocked(ACCOUNT, "XS2A", 1, 1, NOW, is_fixed=is_fixed)
        assert after.state("XS2A") == InterfaceState(status, NOW, NOW)
        assert after.state("FINTS_SERVER") == InterfaceState("UPDATED", EARLIER, EARLIER)

    def test_a_failed_attempt_keeps_the_last_success(self) -> None:
        after = mock_updates.not_downloaded(ACCOUNT, "XS2A", "DEPRECATED", NOW)
        assert after.state("XS2A") == InterfaceState("DEPRECATED", NOW, EARLIER)
        assert after.state("FINTS_SERVER") == ACCOUNT.state("FINTS_SERVER")
        again = mock_updates.not_downloaded(after, "XS2A", "DOWNLOAD_FAILED", NOW + timedelta(hours=1))
        assert again.state("XS2A").succeeded_at == EARLIER

    def test_a_good_download_ends_all_that(self) -> None:
        after = accounts.downloaded(mock_updates.not_downloaded(ACCOUNT, "XS2A", "DEPRECATED", NOW), 5, NOW)
        assert {after.state(name) for name in ACCOUNT.interfaces} == {InterfaceState("UPDATED", NOW, NOW)}
        assert after.balance == 5
