"""What Access shows of clients and to the mandator admin, one function per response schema."""

from collections.abc import Sequence
from datetime import timedelta

from mock_server.clock import access_timestamp
from mock_server.domain.categories import Categories
from mock_server.domain.configuration import Configuration
from mock_server.domain.mandators import Mandator
from mock_server.domain.statistics import Month, Statistics
from mock_server.domain.users import MASK, Client
from mock_server.handlers.access.views import Json, category, present

PRODUCTS = ("ACCESS", "WEB_FORM")
# fmt: off
ENABLED_PRODUCTS = {
    "access": True, "webForm": True,
    "customerDashboard": False, "dataIntelligence": False, "giroIdent": False, "schufaApi": False,
    "diLabelling": False, "contractManager": False, "giroCheck": False, "kreditCheck": False,
    "kreditCheckB2B": False, "debitFlex": False, "transparencyRegister": False,
}
# fmt: on


def client_configuration(
    client: Client, configuration: Configuration, countries: Sequence[str], known: Categories
) -> Json:
    """The client's settings. Whoever has no licence of its own has to take the way through the web form."""
    may_read = client.license in ("AISP", "FULLY_LICENSED")
    may_pay = client.license in ("PISP", "FULLY_LICENSED")
    number = configuration.fin_ts_product_registration_number
    return present(
        {
            "pfmServicesEnabled": configuration.pfm_services_enabled,
            "isAutomaticBatchUpdateEnabled": configuration.is_automatic_batch_update_enabled,
            "isDevelopmentModeEnabled": configuration.is_development_mode_enabled,
            "isNonEuroAccountsSupported": True,
            "isAutoCategorizationEnabled": True,
            "mandatorLicense": client.license,
            "preferredConsentType": configuration.preferred_consent_type,
            "userNotificationCallbackUrl": configuration.user_notification_callback_url,
            "userSynchronizationCallbackUrl": configuration.user_synchronization_callback_url,
            "refreshTokensValidityPeriod": _seconds(configuration.refresh_tokens_validity),
            "userAccessTokensValidityPeriod": _seconds(configuration.user_access_tokens_validity),
            "clientAccessTokensValidityPeriod": _seconds(configuration.client_access_tokens_validity),
            "maxUserLoginAttempts": configuration.max_user_login_attempts,
            "transactionImportLimitation": 0,
            "isUserAutoVerificationEnabled": configuration.is_user_auto_verification_enabled,
            "isMandatorAdmin": client.is_admin,
            "isWebScrapingEnabled": True,
            "aisEnabled": True,
            "paymentsEnabled": True,
            "isStandalonePaymentsEnabled": True,
            "availableBankGroups": list(countries),
            "products": list(PRODUCTS),
            "enabledProducts": ENABLED_PRODUCTS,
            "finTSProductRegistrationNumber": None if number is None else MASK,
            "aisViaWebForm": not may_read,
            "pisViaWebForm": not may_pay,
            "pisStandaloneViaWebForm": not may_pay,
            "betaBanksEnabled": configuration.beta_banks_enabled,
            "categoryRestrictionsEnabled": configuration.category_restrictions is not None,
            "businessBanksEnabled": configuration.business_banks_enabled,
            "categoryRestrictions": [
                category(known.find(it), known) for it in configuration.category_restrictions or ()
            ],
            "accountTypeRestrictions": list(configuration.account_type_restrictions),
            "corsAllowedOrigins": list(configuration.cors_allowed_origins),
        }
    )


def _seconds(validity: timedelta) -> int:
    return int(validity.total_seconds())


def user_info(stats: Statistics, *, is_locked: bool, months: Sequence[Month] | None) -> Json:
    return present(
        {
            "userId": stats.name,
            "registrationDate": stats.registered_on.isoformat(),
            "deletionDate": stats.deleted_on and stats.deleted_on.isoformat(),
            "lastActiveDate": stats.last_active_on and stats.last_active_on.isoformat(),
            "bankConnectionCount": stats.connections,
            "latestBankConnectionImportDate": stats.last_import_on and stats.last_import_on.isoformat(),
            "latestBankConnectionDeletionDate": stats.last_deletion_on and stats.last_deletion_on.isoformat(),
            "monthlyStats": None if months is None else [monthly_user_stats(month) for month in months],
            "isLocked": is_locked,
        }
    )


def monthly_user_stats(month: Month) -> Json:
    return {"month": month.month, "minBankConnectionCount": month.least, "maxBankConnectionCount": month.most}


def response_message(mandator: Mandator, time_to_go_back: timedelta) -> Json:
    message = f"The mandator is on API version {mandator.api_version} now."
    if mandator.switched_at is not None:
        message += f" It can go back until {access_timestamp(mandator.switched_at + time_to_go_back)}."
    return {"message": message}
