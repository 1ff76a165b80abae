"""Deleting transactions: what may go, and what comes back."""

from typing import Any

import pytest

from mock_server.app import App
from tests.access.test_transaction_edits import flagged
from tests.actors import EndUser
from tests.refusals import access_error, told

TRANSACTIONS = "/api/v2/transactions"

Json = Any


def ids(user: EndUser, **query: Any) -> list[int]:
    return [row["id"] for row in user.sees_all_pages_of(TRANSACTIONS, "transactions", view="bankView", **query)]


def wakes_up_later(user: EndUser, span: str = "1d") -> None:
    """Time passes, and the user gets a new token."""
    user.shop.moves_clock(advance=span)
    user.token = user.shop.token("password", username=user.name, password=user.password)


def deleted(user: EndUser, **query: Any) -> list[int]:
    answer = user.deletes(TRANSACTIONS, **query)
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["identifiers"]
    return answer.json()["identifiers"]


@pytest.fixture
def real_bank(alice: EndUser) -> int:
    """A bank that is no test bank."""
    return int(alice.sees("/api/v2/banks", isTestBank="false", location="DE")["banks"][0]["id"])


class TestOne:
    def test_a_test_banks_transaction_goes_for_good(self, alice: EndUser) -> None:
        alice.connects(accountTypes=["SAVINGS"])
        first, *others = ids(alice)
        answer = alice.deletes(f"{TRANSACTIONS}/{first}")
        assert (answer.status_code, answer.content) == (200, b"")
        assert alice.gets(f"{TRANSACTIONS}/{first}").status_code == 404
        before = len(alice.transactions(maxBankBookingDate="2026-08-13"))
        wakes_up_later(alice)
        assert len(alice.transactions(maxBankBookingDate="2026-08-13")) == before == len(others)

    def test_its_parts_go_with_it(self, alice: EndUser) -> None:
        alice.connects(accountTypes=["SAVINGS"])
        first = alice.transactions()[0]
        wishes = [{"amount": first["amount"]}, {"amount": 0}]
        alice.posts(f"{TRANSACTIONS}/{first['id']}/split", subTransactions=wishes)
        alice.deletes(f"{TRANSACTIONS}/{first['id']}")
        assert [row for row in alice.transactions() if "parentId" in row] == []

    def test_a_real_banks_transaction_stays(self, alice: EndUser, real_bank: int) -> None:
        alice.connects(bank=real_bank)
        first = ids(alice)[0]
        answer = alice.deletes(f"{TRANSACTIONS}/{first}")
        message = (
            "Only transactions of test banks, potential duplicates and adjusting entries can be deleted one by one; "
            "use DELETE /api/v2/transactions with safeMode=false."
        )
        assert told(answer) == (422, access_error(answer, "ILLEGAL_ENTITY_STATE", message))
        assert first in ids(alice)

    @pytest.mark.parametrize("flag", ["is_potential_duplicate", "is_adjusting_entry"])
    def test_what_does_not_really_belong_to_the_account_can_go(
        self, alice: EndUser, app: App, real_bank: int, flag: str
    ) -> None:
        alice.connects(bank=real_bank)
        first = ids(alice)[0]
        flagged(app, first, **{flag: True})
        shown = {"is_potential_duplicate": "isPotentialDuplicate", "is_adjusting_entry": "isAdjustingEntry"}[flag]
        assert ids(alice, **{shown: True}) == [first]
        assert alice.deletes(f"{TRANSACTIONS}/{first}").status_code == 200
        assert first not in ids(alice)

    def test_somebody_elses_is_as_good_as_none(self, alice: EndUser) -> None:
        alice.connects(accountTypes=["SAVINGS"])
        first = ids(alice)[0]
        assert alice.shop.welcomes("bob").deletes(f"{TRANSACTIONS}/{first}").status_code == 404
        assert first in ids(alice)


class TestMany:
    def test_safe_mode_takes_what_is_safe_to_lose(self, alice: EndUser, app: App, real_bank: int) -> None:
        alice.connects(accountTypes=["SAVINGS"])
        tests = ids(alice)
        alice.connects(bank=real_bank)
        real = [id for id in ids(alice) if id not in tests]
        flagged(app, real[1], is_potential_duplicate=True)
        flagged(app, real[2], is_adjusting_entry=True)
        assert deleted(alice) == sorted([*tests, real[1], real[2]])
        assert ids(alice) == [real[0], *real[3:]]
        assert deleted(alice, safeMode="false") == [real[0], *real[3:]]
        assert ids(alice) == []

    def test_accounts_and_dates_limit_it(self, alice: EndUser) -> None:
        alice.connects()
        account = alice.accounts()[0]["id"]
        expected = ids(alice, accountIds=account, maxFinapiBookingDate="2025-01-31")
        assert deleted(alice, accountIds=account, maxDeletionDate="2025-01-31") == expected
        assert expected
        assert not set(expected) & set(ids(alice))

    def test_parts_go_with_the_whole_and_are_named_too(self, alice: EndUser) -> None:
        alice.connects(accountTypes=["SAVINGS"])
        first = alice.transactions()[0]
        wishes = [{"amount": first["amount"]}, {"amount": 0}]
        whole = alice.posts(f"{TRANSACTIONS}/{first['id']}/split", subTransactions=wishes).json()
        everything = sorted([*ids(alice), *whole["children"]])
        assert deleted(alice) == everything
        assert alice.transactions() == []

    def test_what_the_bank_still_has_comes_back_with_the_next_update(self, alice: EndUser) -> None:
        alice.connects()
        before = alice.transactions()
        assert len(deleted(alice)) == len(before)
        wakes_up_later(alice)
        after = alice.transactions(maxBankBookingDate="2026-08-13")
        assert [anew(row) for row in after] == [anew(row) for row in before]
        assert {row["importDate"] for row in after} == {"2026-08-14T05:00:00.000+02:00"}
        assert not {row["id"] for row in before} & {row["id"] for row in after}
        wakes_up_later(alice)
        assert alice.transactions(maxBankBookingDate="2026-08-13") == after

    def test_so_does_what_went_in_two_steps(self, alice: EndUser) -> None:
        alice.connects(accountTypes=["SAVINGS"])
        before = alice.transactions()
        deleted(alice, maxDeletionDate="2025-06-30")
        deleted(alice)
        wakes_up_later(alice)
        after = alice.transactions(maxBankBookingDate="2026-08-13")
        assert [anew(row) for row in after] == [anew(row) for row in before]

    def test_unless_the_deletion_is_remembered(self, alice: EndUser) -> None:
        alice.connects(accountTypes=["SAVINGS"])
        assert deleted(alice, rememberDeletion="true")
        wakes_up_later(alice)
        assert alice.transactions(maxBankBookingDate="2026-08-13") == []

    def test_whatever_was_imported_since_a_day_is_fetched_anew(self, alice: EndUser) -> None:
        alice.connects()
        wakes_up_later(alice, "10d")
        recent = alice.transactions(minImportDate="2026-08-14")
        assert recent
        gone = deleted(alice, minImportDate="2026-08-14", safeMode="false")
        assert gone == [row["id"] for row in recent]
        wakes_up_later(alice)
        again = alice.transactions(minImportDate="2026-08-14", maxBankBookingDate="2026-08-23")
        assert sorted(map(str, map(anew, again))) == sorted(map(str, map(anew, recent)))

    @pytest.mark.parametrize(
        ("query", "code", "message"),
        [
            (
                {"maxDeletionDate": "2026-08-14"},
                "BAD_REQUEST",
                "Field 'maxDeletionDate' not valid: Must not be in the future.",
            ),
            (
                {"minImportDate": "2026-08-14", "safeMode": "false"},
                "BAD_REQUEST",
                "Field 'minImportDate' not valid: Must not be in the future.",
            ),
            (
                {"minImportDate": "2026-08-13", "maxDeletionDate": "2026-08-13", "safeMode": "false"},
                "INVALID_FILTER_OPTIONS",
                "minImportDate and maxDeletionDate exclude each other.",
            ),
            (
                {"minImportDate": "2026-08-13"},
                "INVALID_FILTER_OPTIONS",
                "minImportDate works only with safeMode=false, and without rememberDeletion.",
            ),
            (
                {"minImportDate": "2026-08-13", "safeMode": "false", "rememberDeletion": "true"},
                "INVALID_FILTER_OPTIONS",
                "minImportDate works only with safeMode=false, and without rememberDeletion.",
            ),
        ],
    )
    def test_filters_that_do_not_go_together(self, alice: EndUser, query: Json, code: str, message: str) -> None:
        alice.connects(accountTypes=["SAVINGS"])
        before = ids(alice)
        answer = alice.deletes(TRANSACTIONS, **query)
        assert told(answer) == (400, access_error(answer, code, message))
        assert ids(alice) == before

    def test_others_keep_theirs(self, alice: EndUser) -> None:
        bob = alice.shop.welcomes("bob")
        bob.connects(accountTypes=["SAVINGS"])
        before = bob.transactions()
        assert deleted(alice, safeMode="false") == []
        assert bob.transactions() == before


def anew(row: Json) -> Json:
    """A transaction without what another import gives it."""
    return {name: value for name, value in row.items() if name not in ("id", "importDate")}
