from collections.abc import Callable
from typing import Any

import pytest

from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser, Json, Shop
from tests.conftest import serve

PATH = "/api/v2/securities"
DEPOT_BANK, CZECH_BANK = 300019, 280165


@pytest.fixture(scope="module")
def reader() -> EndUser:
    """A user with security accounts at two banks, for tests that only read."""
    user = Shop(serve()).welcomes("alice")
    user.connects(login="demo_securities", maxDaysForDownload=14)
    user.connects(DEPOT_BANK, login="demo_securities", maxDaysForDownload=14)
    return user


def securities(user: EndUser, **query: Any) -> list[Json]:
    return user.sees_all_pages_of(PATH, "securities", **query)


def depot(user: EndUser) -> Json:
    (account,) = user.accounts(accountTypes="Security")
    return account


def later(user: EndUser, days: int) -> None:
    user.shop.moves_clock(advance=f"{days}d")
    user.token = user.shop.token("password", username=user.name, password=user.password)


@pytest.mark.parametrize(
    ("bank", "login", "types"),
    [
        (TEST_BANK, "demo", ["Checking", "Checking", "Savings"]),
        (TEST_BANK, "demo_no_msa", ["Checking", "Checking", "Savings"]),
        (TEST_BANK, "demo_securities", ["Checking", "Checking", "Savings", "Security"]),
        (REDIRECT_BANK, "demo_securities", ["Checking", "Checking", "Savings", "Security"]),
        (CZECH_BANK, "demo_securities", ["Checking", "Checking", "Savings"]),
        (DEPOT_BANK, "demo", ["Checking", "Checking"]),
        (DEPOT_BANK, "demo_securities", ["Checking", "Checking", "Security"]),
    ],
)
def test_one_login_has_a_security_account_where_the_bank_keeps_some(
    alice: EndUser, bank: int, login: str, types: list[str]
) -> None:
    connection = alice.connects(bank, login=login, maxDaysForDownload=14)
    assert [account["accountType"] for account in alice.accounts()] == types
    assert connection["accountIds"] == [account["id"] for account in alice.accounts()]
    assert bool(securities(alice)) is ("Security" in types)


def test_a_security_account_is_worth_its_papers_and_has_no_transactions(alice: EndUser) -> None:
    alice.connects(login="demo_securities")
    account = depot(alice)
    assert account["balance"] == pytest.approx(sum(one["marketValue"] for one in securities(alice)))
    assert account["balance"] > 1000
    assert account["accountName"] == "Security-TestAccount"
    assert not {"iban", "availableFunds", "overdraftLimit"} & set(account)
    assert alice.transactions(accountIds=account["id"]) == []


def test_a_security_has_every_field_of_the_document(reader: EndUser) -> None:
    for one in securities(reader):
        assert len(one) == 16
        assert (one["quoteType"], one["quantityNominalType"]) in {("ACTU", "UNIT"), ("PERC", "FAMT")}
        assert one["quoteDate"] == "2026-08-12T17:36:00.000+02:00"
        whole = one["quantityNominal"] * one["quote"] / (100 if one["quoteType"] == "PERC" else 1)
        assert one["marketValue"] == pytest.approx(whole, abs=0.006)
        entry = one["quantityNominal"] * one["entryQuote"] / (100 if one["quoteType"] == "PERC" else 1)
        assert one["profitOrLoss"] == pytest.approx(whole - entry, abs=0.012)
        assert reader.sees(f"{PATH}/{one['id']}") == one


def test_filters(reader: EndUser) -> None:
    everything = securities(reader)
    first, second = (account["id"] for account in reader.accounts(accountTypes="Security"))
    of_first = [one for one in everything if one["accountId"] == first]
    assert 4 <= len(of_first) < len(everything)
    assert securities(reader, accountIds=first) == of_first
    assert securities(reader, accountIds=f"{first},{second}") == everything
    assert securities(reader, ids=f"{everything[2]['id']},{everything[0]['id']},1") == [everything[0], everything[2]]
    for field in ("name", "isin", "wkn"):
        wanted = everything[0][field].upper()
        assert securities(reader, search=wanted) == [one for one in everything if one[field].upper() == wanted]
    assert securities(reader, search="no such paper") == []


ORDERS: dict[str, Callable[[Json], Any]] = {
    "id": lambda one: one["id"],
    "name": lambda one: one["name"].casefold(),
    "isin": lambda one: one["isin"],
    "wkn": lambda one: one["wkn"],
    "quote": lambda one: one["quote"],
    "quantityNominal": lambda one: one["quantityNominal"],
    "marketValue": lambda one: one["marketValue"],
    "entryQuote": lambda one: one["entryQuote"],
}


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_every_documented_order(reader: EndUser, name: str, direction: str) -> None:
    values = [ORDERS[name](one) for one in securities(reader, order=f"{name},{direction}")]
    assert values == sorted(values, reverse=direction == "desc")


def test_securities_are_paged(reader: EndUser) -> None:
    page = reader.sees(PATH, page=2, perPage=3)
    assert page["securities"] == securities(reader)[3:6]
    assert (page["paging"]["page"], page["paging"]["perPage"]) == (2, 3)


def test_every_update_makes_them_anew_with_the_quotes_of_the_day(alice: EndUser) -> None:
    alice.connects(login="demo_securities", maxDaysForDownload=14)
    before = securities(alice)
    later(alice, 1)
    after = securities(alice)
    assert [one["isin"] for one in after] == [one["isin"] for one in before]
    assert not {one["id"] for one in after} & {one["id"] for one in before}
    assert alice.gets(f"{PATH}/{before[0]['id']}").status_code == 404
    assert [one["quote"] for one in after] != [one["quote"] for one in before]
    assert {one["quoteDate"] for one in after} == {"2026-08-13T17:36:00.000+02:00"}
    for old, new in zip(before, after, strict=True):
        assert (new["quantityNominal"], new["entryQuote"]) == (old["quantityNominal"], old["entryQuote"])
    assert depot(alice)["balance"] == pytest.approx(sum(one["marketValue"] for one in after))


def test_other_users_have_the_same_papers_under_ids_of_their_own(alice: EndUser) -> None:
    alice.connects(login="demo_securities", maxDaysForDownload=14)
    bob = alice.shop.welcomes("bob")
    assert securities(bob) == []
    bob.connects(login="demo_securities", maxDaysForDownload=14)
    hers, his = securities(alice), securities(bob)
    assert [one["marketValue"] for one in hers] == [one["marketValue"] for one in his]
    assert bob.gets(f"{PATH}/{hers[0]['id']}").status_code == 404


def test_securities_are_positions_and_can_be_skipped(alice: EndUser) -> None:
    alice.connects(login="demo_securities", skipPositionsDownload=True)
    assert securities(alice) == []
    assert depot(alice)["balance"] > 1000
    later(alice, 1)
    assert securities(alice) == []


def test_a_form_can_ask_for_security_accounts_only(alice: EndUser) -> None:
    alice.connects(login="demo_securities", accountTypes=["SECURITY"])
    assert [account["accountType"] for account in alice.accounts()] == ["Security"]
    form = alice.starts_import(bank={"id": TEST_BANK}, accountTypes=["SECURITY"])
    ended = alice.shop.completes(form, login="demo").json()
    assert (ended["status"], ended["payload"]["errorCode"]) == ("COMPLETED_WITH_ERROR", "NO_ACCOUNTS_FOR_TYPE_LIST")


def test_securities_need_a_users_token(alice: EndUser) -> None:
    assert alice.shop.gets(PATH).status_code == 403
