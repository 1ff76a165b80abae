"""Connections whose bank treats its customer like another test user."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mock_server.domain.accounts import NewTerms
from mock_server.domain.disguises import treated_as
from tests.domain.test_accounts import NOON, connection


@pytest.mark.parametrize("interface", ["XS2A", "FINTS_SERVER"])
def test_what_was_agreed_does_not_count_where_the_other_would_be_asked(interface: str) -> None:
    before = connection(interface, stores_secrets=True)
    after = treated_as(before, "demo_wrong_tan")
    assert after.login == "demo→demo_wrong_tan"
    assert (before.interfaces[0].can_update_alone(NOON), after.interfaces[0].can_update_alone(NOON)) == (True, False)
    assert not after.interfaces[0].is_authorised(NOON + timedelta(seconds=1))


def test_it_counts_where_the_other_would_not_be_asked() -> None:
    before = connection()
    assert treated_as(before, "demo_usd") == replace(before, login="demo→demo_usd")


def test_new_terms_come_once() -> None:
    ahead = treated_as(connection(), "demo_new_terms")
    assert [it.new_terms for it in ahead.interfaces] == [NewTerms.AHEAD]
    agreed = replace(ahead, interfaces=tuple(replace(it, new_terms=NewTerms.AGREED) for it in ahead.interfaces))
    assert [it.new_terms for it in treated_as(agreed, "demo_new_terms").interfaces] == [NewTerms.AGREED]


def test_a_second_disguise_takes_the_place_of_the_first() -> None:
    assert treated_as(treated_as(connection(), "demo_locked"), "demo_usd").login == "demo→demo_usd"
