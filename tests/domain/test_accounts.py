"""Bank connections and accounts: consents, nightly updates, filters."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mock_server.contract.documents import load, resource
from mock_server.contract.schemas import resolve
from mock_server.domain import account_search, accounts, banks
from mock_server.domain.accounts import Account, BankConnection, Download, NewTerms
from mock_server.domain.bookings import BankAccount
from mock_server.domain.progress import Work

NOON = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)
TEST_BANK = banks.from_data(load(resource("data", "banks.yaml"))).get(280001)
DEMO_LABELS = ("Onlinebanking-ID", "PIN")


def connection(interface: str = "XS2A", now: datetime = NOON, **more: Any) -> BankConnection:
    assert TEST_BANK is not None
    used = TEST_BANK.interface(interface)
    assert used is not None
    stores = {name: more.pop(name) for name in ("max_days", "stores_secrets", "default_procedure") if name in more}
    connected = accounts.connected_interface(used, DEMO_LABELS, now, **stores)
    return accounts.connect(1, "alice", 280001, "My bank", "demo", connected, now, **more)


def test_a_fresh_connection_is_downloaded_up_to_today() -> None:
    fresh = connection(max_days=30, has_owner_data=True, skips_positions=True)
    assert (fresh.id, fresh.owner, fresh.bank_id, fresh.name, fresh.login) == (1, "alice", 280001, "My bank", "demo")
    assert (fresh.import_date, fresh.fetched_until, fresh.account_ids) == (NOON, date(2026, 8, 13), ())
    assert (fresh.has_owner_data, fresh.skips_positions) == (True, True)
    (interface,) = fresh.interfaces
    assert (interface.name, interface.labels, interface.max_days_for_download) == ("XS2A", DEMO_LABELS, 30)
    assert (interface.last_manual_update.result, interface.last_manual_update.timestamp) == ("OK", NOON)
    assert interface.last_auto_update is None


def test_today_is_germanys_today() -> None:
    assert connection(now=datetime(2026, 8, 13, 22, 30, tzinfo=UTC)).fetched_until == date(2026, 8, 14)


@pytest.mark.parametrize(("interface", "consent"), [("XS2A", NOON + timedelta(days=90)), ("FINTS_SERVER", None)])
def test_a_consent_lasts_ninety_days_and_exists_on_xs2a_only(interface: str, consent: datetime | None) -> None:
    given = connection(interface).interfaces[0].consent
    assert (None if given is None else given.expires_at) == consent


@pytest.mark.parametrize(
    ("now", "due"),
    [
        # five in the morning in Germany, the day after the last one that is here
        ("2026-08-13T10:00:00+00:00", "2026-08-14T03:00:00+00:00"),
        ("2026-08-13T00:00:00+00:00", "2026-08-14T03:00:00+00:00"),
        ("2026-08-13T21:59:00+00:00", "2026-08-14T03:00:00+00:00"),
        ("2026-08-13T22:00:00+00:00", "2026-08-15T03:00:00+00:00"),
        ("2026-10-24T10:00:00+00:00", "2026-10-25T04:00:00+00:00"),
        ("2026-12-31T10:00:00+00:00", "2027-01-01T04:00:00+00:00"),
    ],
)
def test_the_batch_update_comes_by_night(now: str, due: str) -> None:
    assert connection(now=datetime.fromisoformat(now)).due_at == datetime.fromisoformat(due)


def test_after_the_batch_update_the_next_one_is_due_a_day_later() -> None:
    before = connection()
    after = accounts.updated_by_night(before, before.due_at)
    assert after.fetched_until == date(2026, 8, 14)
    assert after.due_at == before.due_at + timedelta(days=1)
    (interface,) = after.interfaces
    assert interface.last_auto_update == accounts.UpdateResult("OK", before.due_at)
    assert interface.last_manual_update == before.interfaces[0].last_manual_update


@pytest.mark.parametrize(("interface", "stores_secrets", "nights"), [("XS2A", False, 89), ("FINTS_SERVER", True, 89)])
def test_the_batch_update_catches_every_day_until_the_bank_wants_to_see_its_customer(
    interface: str, stores_secrets: bool, nights: int
) -> None:
    """Across the change of the clocks, no day is left out and none comes twice."""
    current, days = connection(interface, stores_secrets=stores_secrets), []
    for _ in range(100):
        due_at, before = current.due_at, current
        current = accounts.updated_by_night(current, due_at)
        assert current.due_at > due_at
        if current.fetched_until != before.fetched_until:
            days.append(current.fetched_until)
    assert days == [date(2026, 8, 14) + timedelta(days=number) for number in range(nights + 1)]


def test_without_stored_secrets_a_bank_without_consents_is_not_visited_by_night() -> None:
    before = connection("FINTS_SERVER")
    after = accounts.updated_by_night(before, before.due_at)
    assert (after.interfaces, after.fetched_until) == (before.interfaces, before.fetched_until)
    assert after.due_at == before.due_at + timedelta(days=1)


@pytest.mark.parametrize("result", ["OK", "BANK_SERVER_REJECTION"])
def test_an_update_by_hand_is_noted_at_the_interfaces_that_it_went_over(result: str) -> None:
    both = accounts.with_interface(replace(connection(), has_task=True), connection("FINTS_SERVER").interfaces[0])
    later = NOON + timedelta(days=3)
    updated = accounts.updated_by_hand(both, ["FINTS_SERVER"], later, result)
    xs2a, fints = updated.interfaces
    assert fints.last_manual_update == accounts.UpdateResult(result, later)
    assert xs2a == both.interfaces[0]
    assert replace(updated, interfaces=both.interfaces) == both, "who waits for it, and until when, is not its business"


def test_a_download_that_begins_during_another_takes_it_along() -> None:
    """And what one of the two wants is not skipped because of the other."""
    first = accounts.started(connection(), Download(("XS2A",), False, True, spares=(1, 2)), Work(reads_left=1))
    both = accounts.started(first, Download(("FINTS_SERVER", "XS2A"), skips_positions=True), Work(ends_at=NOON))
    assert (both.is_busy, both.work) == (True, Work(ends_at=NOON))
    assert both.download == Download(("XS2A", "FINTS_SERVER"), spares=(1, 2))


@pytest.mark.parametrize(("skips", "days"), [(False, 3), (True, 0)])
def test_a_download_that_has_ended_has_fetched_what_it_did_not_skip(skips: bool, days: int) -> None:
    download = Download(("XS2A",), skips_positions=skips)
    started = accounts.started(connection(), download, Work())
    ended = accounts.ended(started, download, NOON + timedelta(days=3))
    assert (ended.is_busy, ended.work) == (False, None)
    assert ended.fetched_until == started.fetched_until + timedelta(days=days)
    assert ended.interfaces[0].last_manual_update == accounts.UpdateResult("OK", NOON + timedelta(days=3))


def with_terms(state: NewTerms | None) -> BankConnection:
    fresh = connection()
    return replace(fresh, interfaces=tuple(replace(it, new_terms=state) for it in fresh.interfaces))


@pytest.mark.parametrize(
    ("state", "by_night", "result"),
    [
        (None, None, "OK"),
        (NewTerms.AHEAD, NewTerms.ASKED, "BANK_SERVER_REJECTION"),
        (NewTerms.ASKED, NewTerms.ASKED, None),
        (NewTerms.AGREED, NewTerms.AGREED, "OK"),
    ],
)
def test_new_terms_stop_the_batch_update_until_the_user_agrees(
    state: NewTerms | None, by_night: NewTerms | None, result: str | None
) -> None:
    before = with_terms(state)
    after = accounts.updated_by_night(before, before.due_at)
    [interface] = after.interfaces
    assert interface.new_terms is by_night
    assert (interface.last_auto_update and interface.last_auto_update.result) == result
    assert (after.fetched_until > before.fetched_until) is (result == "OK")
    assert after.has_new_terms is (by_night is NewTerms.ASKED)
    assert after.due_at > before.due_at


@pytest.mark.parametrize("state", [None, *NewTerms])
def test_an_update_by_hand_meets_new_terms_once(state: NewTerms | None) -> None:
    refused = accounts.refused_for_terms(with_terms(state))
    assert refused == (with_terms(NewTerms.ASKED) if state is NewTerms.AHEAD else None)


def test_whoever_logs_in_anew_has_agreed() -> None:
    fresh = replace(connection().interfaces[0], new_terms=NewTerms.AHEAD)
    agreed = accounts.with_interface(with_terms(NewTerms.ASKED), fresh)
    assert agreed.interfaces[0].new_terms is NewTerms.AGREED
    assert not agreed.has_new_terms


@pytest.mark.parametrize("interface", ["XS2A", "FINTS_SERVER"])
def test_what_a_bank_grants_can_be_shorter_than_usual(interface: str) -> None:
    assert TEST_BANK is not None
    used = TEST_BANK.interface(interface)
    assert used is not None
    granted = accounts.connected_interface(used, (), NOON, stores_secrets=True, lasts=timedelta(days=1))
    assert granted.can_update_alone(NOON + timedelta(hours=23, minutes=59))
    assert not granted.can_update_alone(NOON + timedelta(days=1))


def test_an_interface_is_added_or_takes_the_place_of_the_one_before() -> None:
    first = connection()
    fints = connection("FINTS_SERVER", stores_secrets=True).interfaces[0]
    both = accounts.with_interface(first, fints)
    assert [it.name for it in both.interfaces] == ["XS2A", "FINTS_SERVER"]
    renewed = connection(now=NOON + timedelta(days=1)).interfaces[0]
    assert accounts.with_interface(both, renewed).interfaces == (renewed, fints)


def test_what_is_renewed_keeps_what_the_nights_have_done_and_how_far_back_the_first_download_went() -> None:
    first = connection(max_days=30)
    visited = accounts.updated_by_night(first, first.due_at)
    (renewed,) = accounts.with_interface(visited, connection().interfaces[0]).interfaces
    assert renewed.max_days_for_download == 30
    assert renewed.last_auto_update == accounts.UpdateResult("OK", first.due_at)


def account(id: int, type: str, name: str, number: str, cents: int | None, connection_id: int, day: int) -> Account:
    bank_account = BankAccount(f"key-{id}", name, type, f"DE77533700080{number}", number, "Tommy Sternen-Himmel")
    updated = datetime(2026, 8, day, 22, 0, tzinfo=UTC)  # midnight in Germany: the day after
    return Account(id, "alice", connection_id, bank_account, ("XS2A",), NOON, updated, cents, name)


MAIN = account(1, "Checking", "Main-TestAccount", "111111100", 714_89, 10, 12)
SECOND = account(2, "Checking", "Secondary-TestAccount", "111111102", -20_00, 10, 13)
SAVINGS = account(3, "Savings", "Savings-TestAccount", "111111101", None, 11, 14)
ALL = [MAIN, SECOND, SAVINGS]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {1, 2, 3}),
        ({"ids": [1, 3, 99]}, {1, 3}),
        ({"ids": []}, set()),
        ({"ids": None, "search": None}, {1, 2, 3}),
        ({"accountTypes": ["Savings"]}, {3}),
        ({"accountTypes": ["Savings", "Checking"]}, {1, 2, 3}),
        ({"accountTypes": ["Loan"]}, set()),
        ({"bankConnectionIds": [10]}, {1, 2}),
        ({"search": "testaccount"}, {1, 2, 3}),
        ({"search": "TESTACCOUNT main"}, {1}),
        ({"search": "11110"}, {1, 2, 3}),
        ({"search": "111111102"}, {2}),
        ({"search": "de77"}, {1, 2, 3}),
        ({"search": "nirgends"}, set()),
        ({"search": "main savings"}, set()),
        ({"minBalance": 714.89}, {1}),
        ({"minBalance": 714.9}, set()),
        ({"maxBalance": 714.89}, {1, 2}),
        ({"maxBalance": 714.88}, {2}),
        ({"minBalance": -20.0, "maxBalance": 0.0}, {2}),
        ({"minBalance": -1e9}, {1, 2}),  # no balance is neither high nor low
        ({"minLastSuccessfulUpdate": date(2026, 8, 14)}, {2, 3}),
        ({"maxLastSuccessfulUpdate": date(2026, 8, 14)}, {1, 2}),
        ({"minLastSuccessfulUpdate": date(2026, 8, 14), "maxLastSuccessfulUpdate": date(2026, 8, 14)}, {2}),
        ({"bankConnectionIds": [10], "accountTypes": ["Savings"]}, set()),
        ({"page": 2, "perPage": 1}, {1, 2, 3}),  # the list is not paged
    ],
)
def test_an_account_must_pass_every_filter(query: dict[str, Any], found: set[int]) -> None:
    assert {account.id for account in account_search.matching(ALL, query)} == found


def test_filtering_keeps_the_order() -> None:
    assert account_search.matching([SAVINGS, MAIN, SECOND], {"search": "test"}) == [SAVINGS, MAIN, SECOND]


@pytest.mark.parametrize("cents", [29, 57, 113, 115, 1_16, 8_19, 1_000_000_07, -4_35])
def test_an_amount_equals_itself_although_fractions_are_inexact(cents: int) -> None:
    """0.29 * 100 is 28.999999999999996 in binary."""
    one = account(1, "Checking", "x", "1", cents, 10, 12)
    assert account_search.matching([one], {"minBalance": cents / 100, "maxBalance": cents / 100}) == [one]
    assert account_search.matching([one], {"minBalance": (cents + 1) / 100}) == []
    assert account_search.matching([one], {"maxBalance": (cents - 1) / 100}) == []


def test_an_account_is_new_and_of_its_banks_type() -> None:
    assert MAIN.is_new
    assert (MAIN.type, SAVINGS.type) == ("Checking", "Savings")
    assert MAIN.due_at is None


def test_every_filter_of_the_document_does_something() -> None:
    document = load(resource("openapi", "access.yaml"))
    listed = [resolve(document, parameter) for parameter in document["paths"]["/api/v2/accounts"]["get"]["parameters"]]
    names = {parameter["name"] for parameter in listed if parameter["in"] == "query"}
    assert names == set(account_search.FILTERS)
