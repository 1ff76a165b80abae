"""What counts for all clients of a mandator."""

from datetime import UTC, datetime, timedelta

import pytest

from mock_server.domain import mandators
from mock_server.domain.configuration import USUAL, Configuration
from mock_server.domain.mandators import Mandator, check_version, effective
from mock_server.errors import ApiError, Refusal

NOON = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
SWITCHED = Mandator(api_version="V1", switched_at=NOON)


def test_without_changes_each_client_has_its_own_settings() -> None:
    own = Configuration(beta_banks_enabled=False)
    assert effective(own, None) is own
    assert effective(own, Mandator()) == own


def test_a_change_for_all_counts_whatever_a_client_says() -> None:
    mandator = mandators.edit(Mandator(), {"betaBanksEnabled": True, "userAutoVerificationEnabled": False})
    own = Configuration(beta_banks_enabled=False, business_banks_enabled=False)
    assert effective(own, mandator) == Configuration(
        beta_banks_enabled=True, business_banks_enabled=False, is_user_auto_verification_enabled=False
    )


def test_later_changes_leave_the_earlier_ones() -> None:
    mandator = mandators.edit(mandators.edit(Mandator(), {"betaBanksEnabled": False}), {"businessBanksEnabled": False})
    mandator = mandators.edit(mandator, {"betaBanksEnabled": None, "refreshTokensValidityPeriod": 60})
    assert effective(USUAL, mandator) == Configuration(beta_banks_enabled=False, business_banks_enabled=False)


def test_switching_to_where_one_is_changes_nothing() -> None:
    assert mandators.switch(Mandator(), "V2", NOON) == Mandator()
    assert mandators.switch(SWITCHED, "V1", NOON + 2 * WEEK) == SWITCHED


def test_a_switch_can_be_undone_for_seven_days() -> None:
    assert mandators.switch(Mandator(), "V1", NOON) == SWITCHED
    assert mandators.switch(SWITCHED, "V2", NOON + WEEK - timedelta(seconds=1)) == Mandator()
    with pytest.raises(ApiError) as refused:
        mandators.switch(SWITCHED, "V2", NOON + WEEK)
    assert refused.value.refusal is Refusal.FORBIDDEN


@pytest.mark.parametrize("version", ["V3", "v1", "2"])
def test_there_are_two_versions(version: str) -> None:
    with pytest.raises(ApiError) as refused:
        mandators.switch(Mandator(), version, NOON)
    assert refused.value.problems[0].message == "Must be one of V1, V2."


@pytest.mark.parametrize(
    ("mandator", "asked", "served"),
    [
        (None, "V2", True),
        (None, "V1", False),
        (Mandator(), "V2", True),
        (SWITCHED, "V2", False),
        (SWITCHED, "V1", True),
    ],
)
def test_a_mandator_is_served_in_its_version_only(mandator: Mandator | None, asked: str, served: bool) -> None:
    if served:
        check_version(mandator, asked)
        return
    with pytest.raises(ApiError, match="API Version mismatch") as refused:
        check_version(mandator, asked)
    assert refused.value.refusal.status == 403
