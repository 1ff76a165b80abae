"""How a client is set up: what finAPI decides about it, what it may change itself, and what that switches off.

The names in the tables are those of finAPI's `ClientConfiguration`; a clients file uses them too.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from mock_server.domain.callbacks import is_sendable, would_be_refused
from mock_server.domain.categories import Categories
from mock_server.errors import ApiError, Problem, Refusal, invalid

SHORTEST_VALIDITY = timedelta(seconds=60)
LONGEST_URL = 512
ORIGIN = re.compile(r"https?://[^/?#\s]+")
ACCOUNT_TYPES = ("Bausparen", "Checking", "CreditCard", "Loan", "Membership", "Savings", "Security")


@dataclass(frozen=True, slots=True)
class Configuration:
    """One client's settings. A validity of zero means for ever, no login attempts that users are never locked."""

    pfm_services_enabled: bool = True
    is_automatic_batch_update_enabled: bool = False
    is_development_mode_enabled: bool = True
    is_user_auto_verification_enabled: bool = True
    beta_banks_enabled: bool = True
    business_banks_enabled: bool = True
    max_user_login_attempts: int = 0
    client_access_tokens_validity: timedelta = timedelta(hours=1)
    user_access_tokens_validity: timedelta = timedelta(hours=1)
    refresh_tokens_validity: timedelta = timedelta(days=30)
    preferred_consent_type: str = "RECURRING"
    user_notification_callback_url: str | None = None
    user_synchronization_callback_url: str | None = None
    fin_ts_product_registration_number: str | None = None
    cors_allowed_origins: tuple[str, ...] = ()
    account_type_restrictions: tuple[str, ...] = ()
    """The only types of accounts that may be imported; empty: all."""
    category_restrictions: tuple[int, ...] | None = None
    """The only categories whose transactions may be read; None: all, empty: none at all."""


USUAL = Configuration()


def _as_it_is(value: Any) -> Any:
    return value


def _count(value: int) -> int:
    if value < 0:
        raise ValueError("must not be negative; 0 means never")
    return value


def _validity(seconds: int) -> timedelta:
    if seconds != 0 and seconds < SHORTEST_VALIDITY.total_seconds():
        raise ValueError("must be at least 60 seconds, or 0 for ever")
    return timedelta(seconds=seconds)


def _url(text: str) -> str | None:
    if text and not is_sendable(text):
        raise ValueError("must be an http or https URL")
    if len(text) > LONGEST_URL:
        raise ValueError(f"must have at most {LONGEST_URL} characters, has {len(text)}")
    return text or None


def _origins(values: list[Any]) -> tuple[str, ...]:
    for value in values:
        if not isinstance(value, str) or not ORIGIN.fullmatch(value):
            raise ValueError("must be a list of origins such as https://shop.example, without a path")
    return tuple(values)


def _account_types(values: list[Any]) -> tuple[str, ...]:
    for value in values:
        if value not in ACCOUNT_TYPES:
            raise ValueError(f"must be a list of {', '.join(ACCOUNT_TYPES)}")
    return tuple(values)


def _category_ids(values: list[Any]) -> tuple[int, ...]:
    if not all(type(value) is int for value in values):
        raise ValueError("must be a list of the ids of categories; an empty one leaves no transaction to be read")
    return tuple(values)


@dataclass(frozen=True, slots=True)
class Setting:
    """A field of `Configuration`, the type of its JSON value, and how one becomes the other (or ValueError)."""

    field: str
    type: type
    read: Callable[[Any], Any] = _as_it_is


# fmt: off
SETTINGS: Mapping[str, Setting] = {
    # what a clients file may say about a client
    "maxUserLoginAttempts":           Setting("max_user_login_attempts", int, _count),
    "pfmServicesEnabled":             Setting("pfm_services_enabled", bool),
    "isUserAutoVerificationEnabled":  Setting("is_user_auto_verification_enabled", bool),
    "isAutomaticBatchUpdateEnabled":  Setting("is_automatic_batch_update_enabled", bool),
    "isDevelopmentModeEnabled":       Setting("is_development_mode_enabled", bool),
    "corsAllowedOrigins":             Setting("cors_allowed_origins", list, _origins),
    "accountTypeRestrictions":        Setting("account_type_restrictions", list, _account_types),
    "categoryRestrictions":           Setting("category_restrictions", list, _category_ids),
    "userNotificationCallbackUrl":    Setting("user_notification_callback_url", str, _url),
    "userSynchronizationCallbackUrl": Setting("user_synchronization_callback_url", str, _url),
    "refreshTokensValidityPeriod":    Setting("refresh_tokens_validity", int, _validity),
    "userAccessTokensValidityPeriod": Setting("user_access_tokens_validity", int, _validity),
    "clientAccessTokensValidityPeriod": Setting("client_access_tokens_validity", int, _validity),
}
CALLBACKS = ("userNotificationCallbackUrl", "userSynchronizationCallbackUrl")
EDITABLE: Mapping[str, Setting] = {
    # what a client may change about itself
    **{name: SETTINGS[name] for name in CALLBACKS},
    **{name: SETTINGS[name] for name in SETTINGS if name.endswith("ValidityPeriod")},
    "finTSProductRegistrationNumber": Setting("fin_ts_product_registration_number", str, lambda text: text or None),
    "preferredConsentType":           Setting("preferred_consent_type", str),
}
EDITABLE_FOR_ALL: Mapping[str, str] = {
    # what a client changes for all clients of its mandator
    "betaBanksEnabled":               "beta_banks_enabled",
    "businessBanksEnabled":           "business_banks_enabled",
    "userAutoVerificationEnabled":    "is_user_auto_verification_enabled",
}
# fmt: on


def edit(configuration: Configuration, wish: Mapping[str, Any], *, strict: bool) -> Configuration:
    """The client's own settings as wished for; null leaves a setting. ApiError 400."""
    changes: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, setting in EDITABLE.items():
        if wish.get(name) is not None:
            try:
                changes[setting.field] = setting.read(wish[name])
            except ValueError as error:
                problems.append(Problem(name, f"M{str(error).removeprefix('m')}."))
    if strict:
        problems += [Problem(name, "Must be an https URL whose host has a dot.") for name in refused_callbacks(wish)]
    if problems:
        raise invalid(*problems)
    return replace(configuration, **changes)


def refused_callbacks(wish: Mapping[str, Any]) -> list[str]:
    """Which callback URLs could be called, but finAPI itself would refuse them."""
    given = {name: wish[name] for name in CALLBACKS if wish.get(name)}
    return [name for name, url in given.items() if is_sendable(url) and would_be_refused(url)]


# Personal finance management: with `pfmServicesEnabled` off these answer 403, also those that are not emulated yet.
# Reading and deleting a single transaction, and reading a single category or label, stay allowed.
PFM_OPERATIONS = frozenset(
    {
        "access.checkCategorization",
        "access.createCategory",
        "access.createIbanRules",
        "access.createKeywordRules",
        "access.createLabel",
        "access.createNotificationRule",
        "access.deleteAllCategories",
        "access.deleteAllLabels",
        "access.deleteAllNotificationRules",
        "access.deleteAllTransactions",
        "access.deleteCategory",
        "access.deleteIbanRules",
        "access.deleteKeywordRules",
        "access.deleteLabel",
        "access.deleteNotificationRule",
        "access.editCategory",
        "access.editLabel",
        "access.editMultipleTransactions",
        "access.editTransaction",
        "access.getAndSearchAllCategories",
        "access.getAndSearchAllLabels",
        "access.getAndSearchAllNotificationRules",
        "access.getAndSearchAllTransactions",
        "access.getCashFlows",
        "access.getDailyBalances",
        "access.getIbanRuleList",
        "access.getKeywordRuleList",
        "access.getNotificationRule",
        "access.mockBatchUpdate",
        "access.restoreTransaction",
        "access.splitTransaction",
        "access.trainCategorization",
        "access.triggerCategorization",
    }
)


def check_services(configuration: Configuration, operation: str) -> None:
    """ApiError 403 if the operation belongs to a service that the client does not have."""
    if not configuration.pfm_services_enabled and operation in PFM_OPERATIONS:
        raise ApiError(Refusal.FORBIDDEN, "The PFM services are not enabled for this client (pfmServicesEnabled).")


def allowed_account_types(configuration: Configuration, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The types of accounts to import: those that are wanted, or all that the client may have. ApiError 422."""
    allowed = configuration.account_type_restrictions
    refused = [it for it in wanted if allowed and it not in allowed]
    if refused:
        detail = f"The client may import {', '.join(allowed)} only (accountTypeRestrictions), not {refused[0]}."
        raise ApiError(Refusal.INVALID_ACCOUNT_TYPES, detail)
    return wanted or allowed


def allowed_categories(configuration: Configuration, wanted: Sequence[int] | None) -> Sequence[int] | None:
    """The categories whose transactions to list: those that are wanted, or all that the client may see; None: all there
    are. ApiError 403."""
    allowed = configuration.category_restrictions
    if allowed is None or not wanted:
        return wanted or allowed
    refused = [it for it in wanted if it not in allowed]
    if refused:
        detail = f"The client may read some categories only (categoryRestrictions), and {refused[0]} is none of them."
        raise ApiError(Refusal.FORBIDDEN, detail)
    return wanted


def unknown_category(configuration: Configuration, known: Categories) -> str | None:
    """What to say if the client is restricted to a category that there is not."""
    ids = (it for it in configuration.category_restrictions or () if known.get(it) is None)
    return next(
        (f"categoryRestrictions: there is no category {id} (GET /api/v2/categories has all)" for id in ids), None
    )
