from collections.abc import Callable
from typing import Any

import pytest

from tests.actors import EndUser, Json, Shop
from tests.conftest import serve

PATH = "/api/v2/pendingTransactions"
QUIET_BANK = 300014  # a bank whose interface tells nothing of pending transactions


def pending(user: EndUser, **query: Any) -> list[Json]:
    return user.sees_all_pages_of(PATH, "pendingTransactions", **query)


def later(user: EndUser, days: int) -> None:
    user.shop.moves_clock(advance=f"{days}d")
    user.token = user.shop.token("password", username=user.name, password=user.password)


@pytest.fixture(scope="module")
def reader() -> EndUser:
    """A user on a Saturday, when much is announced, for tests that only read."""
    user = Shop(serve()).welcomes("alice")
    user.connects(maxDaysForDownload=14)
    later(user, 2)
    assert len({one["accountId"] for one in pending(user)}) == 2
    return user


def test_what_is_pending_is_booked_on_the_announced_day_and_no_longer_pending(alice: EndUser) -> None:
    alice.connects(maxDaysForDownload=14)
    later(alice, 1)  # a Friday
    announced = pending(alice)
    assert announced
    assert {(one["bankBookingDate"], one["type"]) for one in announced} == {("2026-08-17", "Lastschrift")}
    assert {one["importDate"] for one in announced} == {"2026-08-14T05:00:00.000+02:00"}
    assert not [one for one in alice.transactions() if one["bankBookingDate"] > "2026-08-14"]
    later(alice, 3)
    booked = [one for one in alice.transactions() if one["bankBookingDate"] == "2026-08-17"]
    for one in announced:
        assert alice.gets(f"{PATH}/{one['id']}").status_code == 404
        (same,) = [it for it in booked if it["purpose"] == one["purpose"]]
        assert (same["amount"], same["accountId"]) == (one["amount"], one["accountId"])
        assert same["id"] != one["id"]


def test_ids_stay_the_same_while_more_is_announced(alice: EndUser) -> None:
    alice.connects(maxDaysForDownload=14)
    later(alice, 1)
    friday = pending(alice)
    later(alice, 1)
    saturday = pending(alice)
    assert saturday[: len(friday)] == friday
    added = saturday[len(friday) :]
    assert {one["type"] for one in added} == {"Kartenzahlung"}
    assert all("2026-08-15T" in one["purpose"] for one in added)
    later(alice, 1)
    assert pending(alice) == saturday
    later(alice, 1)
    assert not {one["id"] for one in pending(alice)} & {one["id"] for one in saturday}


def test_an_import_brings_them_as_an_update_does(alice: EndUser) -> None:
    alice.connects(maxDaysForDownload=14)
    later(alice, 2)
    bob = alice.shop.welcomes("bob")
    assert pending(bob) == []
    bob.connects(maxDaysForDownload=14)
    hers, his = pending(alice), pending(bob)
    assert sorted(one["purpose"] for one in his) == sorted(one["purpose"] for one in hers)
    assert not {one["id"] for one in his} & {one["id"] for one in hers}
    assert {one["importDate"] for one in his} == {"2026-08-15T12:00:00.000+02:00"}
    assert bob.gets(f"{PATH}/{hers[0]['id']}").status_code == 404


def test_a_pending_transaction_has_the_names_of_its_own_schema(reader: EndUser) -> None:
    debit = next(one for one in pending(reader) if one["type"] == "Lastschrift")
    assert debit["amount"] < 0
    assert set(debit) == {
        "id", "accountId", "importDate", "valueDate", "bankBookingDate", "amount", "currency", "purpose", "type",
        "typeCodeZka", "counterpartyName", "counterpartyIban", "counterpartyAccountNumber", "counterpartyBlz",
        "counterpartyBic", "counterpartyBankName", "counterpartyMandateReference", "counterpartyCreditorId",
        "endToEndId", "sepaPurposeCode", "bankTransactionCode", "bankTransactionCodeDescription",
    }  # fmt: skip
    assert reader.sees(f"{PATH}/{debit['id']}") == debit


def test_balances_do_not_count_what_is_pending(alice: EndUser) -> None:
    alice.connects(maxDaysForDownload=14)
    before = [account["balance"] for account in alice.accounts()]
    later(alice, 3)
    announced = sum(one["amount"] for one in pending(alice))
    assert announced < 0
    booked = sum(one["amount"] for one in alice.transactions(minBankBookingDate="2026-08-14"))
    assert sum(account["balance"] for account in alice.accounts()) == pytest.approx(sum(before) + booked)


def test_filters(reader: EndUser) -> None:
    everything = pending(reader)
    account = everything[0]["accountId"]
    assert pending(reader, accountIds=account) == [one for one in everything if one["accountId"] == account]
    assert pending(reader, ids=f"{everything[1]['id']},1") == [everything[1]]
    assert pending(reader, accountIds="1") == []


ORDERS: dict[str, Callable[[Json], Any]] = {
    name: lambda one, name=name: one[name]  # type: ignore[misc]
    for name in ("id", "accountId", "valueDate", "bankBookingDate", "importDate", "amount")
}


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_every_documented_order(reader: EndUser, name: str, direction: str) -> None:
    values = [ORDERS[name](one) for one in pending(reader, order=f"{name},{direction}")]
    assert values == sorted(values, reverse=direction == "desc")
    assert len(values) > 2


def test_pending_transactions_are_paged(reader: EndUser) -> None:
    page = reader.sees(PATH, page=2, perPage=2)
    assert page["pendingTransactions"] == pending(reader)[2:4]


def test_an_interface_that_does_not_tell_them_has_none(alice: EndUser) -> None:
    alice.connects(QUIET_BANK, maxDaysForDownload=14)
    for _ in range(14):
        later(alice, 1)
        assert pending(alice) == []


def test_they_are_positions_and_can_be_skipped(alice: EndUser) -> None:
    alice.connects(skipPositionsDownload=True)
    later(alice, 2)
    assert pending(alice) == []


def test_they_need_a_users_token(alice: EndUser) -> None:
    assert alice.shop.gets(PATH).status_code == 403
