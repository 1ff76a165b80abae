"""What a client may change about itself, and what a switched off service takes along."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from mock_server.domain import configuration
from mock_server.domain.configuration import EDITABLE, PFM_OPERATIONS, SETTINGS, USUAL, Configuration, check_services
from mock_server.errors import ApiError, Refusal
from mock_server.operations import NOT_EMULATED, OPERATIONS

HTTPS = "https://bank.server.com/synchronization"


def edited(before: Configuration = USUAL, *, strict: bool = False, **wish: Any) -> Configuration:
    return configuration.edit(before, wish, strict=strict)


@pytest.mark.parametrize(
    ("wish", "changes"),
    [
        ({}, {}),
        ({"userSynchronizationCallbackUrl": HTTPS}, {"user_synchronization_callback_url": HTTPS}),
        ({"userNotificationCallbackUrl": HTTPS}, {"user_notification_callback_url": HTTPS}),
        ({"refreshTokensValidityPeriod": 0}, {"refresh_tokens_validity": timedelta(0)}),
        ({"userAccessTokensValidityPeriod": 60}, {"user_access_tokens_validity": timedelta(minutes=1)}),
        ({"clientAccessTokensValidityPeriod": 61}, {"client_access_tokens_validity": timedelta(seconds=61)}),
        ({"finTSProductRegistrationNumber": "ABC"}, {"fin_ts_product_registration_number": "ABC"}),
        ({"preferredConsentType": "ONETIME"}, {"preferred_consent_type": "ONETIME"}),
        ({"preferredConsentType": None, "refreshTokensValidityPeriod": None}, {}),
        # changed for all clients of the mandator, so not here
        ({"betaBanksEnabled": False, "userAutoVerificationEnabled": False}, {}),
    ],
)
def test_a_client_changes_what_it_names(wish: dict[str, Any], changes: dict[str, Any]) -> None:
    assert edited(**wish) == replace(USUAL, **changes)


@pytest.mark.parametrize(
    "name", ["userSynchronizationCallbackUrl", "userNotificationCallbackUrl", "finTSProductRegistrationNumber"]
)
def test_an_empty_text_clears(name: str) -> None:
    value = "ABC" if name.startswith("fin") else HTTPS
    assert edited(edited(**{name: value}), **{name: ""}) == USUAL


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("refreshTokensValidityPeriod", 59, "Must be at least 60 seconds, or 0 for ever."),
        ("userAccessTokensValidityPeriod", 1, "Must be at least 60 seconds, or 0 for ever."),
        ("clientAccessTokensValidityPeriod", -60, "Must be at least 60 seconds, or 0 for ever."),
        ("userSynchronizationCallbackUrl", "bank.server.com", "Must be an http or https URL."),
        ("userNotificationCallbackUrl", "ftp://bank.server.com", "Must be an http or https URL."),
        ("userNotificationCallbackUrl", f"{HTTPS}?{'x' * 512}", "Must have at most 512 characters, has 552."),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: Any, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        edited(**{name: value})
    assert refused.value.refusal is Refusal.BAD_REQUEST
    assert [(problem.field, problem.message) for problem in refused.value.problems] == [(name, message)]


def test_plain_http_is_taken_unless_the_server_is_strict() -> None:
    wish = {"userSynchronizationCallbackUrl": "http://localhost:9000/gone"}
    assert configuration.refused_callbacks(wish) == ["userSynchronizationCallbackUrl"]
    assert edited(**wish).user_synchronization_callback_url == "http://localhost:9000/gone"
    with pytest.raises(ApiError):
        edited(strict=True, **wish)
    assert edited(strict=True, userSynchronizationCallbackUrl=HTTPS)


@pytest.mark.parametrize("url", [None, "", HTTPS, "no url at all"])
def test_nothing_needs_a_warning_that_is_fine_or_refused_anyway(url: str | None) -> None:
    assert configuration.refused_callbacks({"userNotificationCallbackUrl": url}) == []


def test_every_setting_has_a_field() -> None:
    known = {field.name for field in fields(Configuration)}
    assert {setting.field for setting in (*SETTINGS.values(), *EDITABLE.values())} <= known


def test_the_pfm_services_are_operations_that_there_are() -> None:
    assert set(OPERATIONS) | NOT_EMULATED >= PFM_OPERATIONS
    # What stays: a single transaction is read and deleted, a single category or label is read.
    stay = {"getTransaction", "deleteTransaction", "getCategory", "getLabel"}
    assert not {f"access.{name}" for name in stay} & PFM_OPERATIONS


def test_a_switched_off_service_is_refused() -> None:
    without = Configuration(pfm_services_enabled=False)
    check_services(USUAL, "access.getLabel")
    check_services(USUAL, "access.createLabel")
    check_services(without, "access.getLabel")
    with pytest.raises(ApiError) as refused:
        check_services(without, "access.createLabel")
    assert refused.value.refusal is Refusal.FORBIDDEN
