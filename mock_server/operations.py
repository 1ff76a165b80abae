"""The map: which function does an operation.

The documents say everything else about it. A start fails if the two disagree in either direction.
"""

from collections.abc import Iterable, Mapping

from mock_server.contract import Operation
from mock_server.exchange import Handler
from mock_server.handlers.access import (
    accounts,
    authorization,
    bank_connections,
    banks,
    daily_balances,
    notification_rules,
    pending_transactions,
    securities,
    tpp_certificates,
    tpp_credentials,
    transactions,
    users,
)
from mock_server.handlers.webform import web_forms

OPERATIONS: Mapping[str, Handler] = {
    "access.createNewCertificate": tpp_certificates.create_new_certificate,
    "access.createNotificationRule": notification_rules.create_notification_rule,
    "access.createTppCredential": tpp_credentials.create_tpp_credential,
    "access.createUser": users.create_user,
    "access.deleteAllNotificationRules": notification_rules.delete_all_notification_rules,
    "access.deleteAuthorizedUser": users.delete_authorized_user,
    "access.deleteCertificate": tpp_certificates.delete_certificate,
    "access.deleteNotificationRule": notification_rules.delete_notification_rule,
    "access.deleteTppCredential": tpp_credentials.delete_tpp_credential,
    "access.editAuthorizedUser": users.edit_authorized_user,
    "access.editTppCredential": tpp_credentials.edit_tpp_credential,
    "access.getAccount": accounts.get_account,
    "access.getAllBankConnections": bank_connections.get_all_bank_connections,
    "access.getAllCertificates": tpp_certificates.get_all_certificates,
    "access.getAllTppCredentials": tpp_credentials.get_all_tpp_credentials,
    "access.getAndSearchAllAccounts": accounts.get_and_search_all_accounts,
    "access.getAndSearchAllBankGroups": banks.get_and_search_all_bank_groups,
    "access.getAndSearchAllBanks": banks.get_and_search_all_banks,
    "access.getAndSearchAllNotificationRules": notification_rules.get_and_search_all_notification_rules,
    "access.getAndSearchAllPendingTransactions": pending_transactions.get_and_search_all_pending_transactions,
    "access.getAndSearchAllSecurities": securities.get_and_search_all_securities,
    "access.getAndSearchAllTransactions": transactions.get_and_search_all_transactions,
    "access.getAndSearchTppAuthenticationGroups": tpp_credentials.get_and_search_tpp_authentication_groups,
    "access.getAuthorizedUser": users.get_authorized_user,
    "access.getBank": banks.get_bank,
    "access.getBankConnection": bank_connections.get_bank_connection,
    "access.getCertificate": tpp_certificates.get_certificate,
    "access.getDailyBalances": daily_balances.get_daily_balances,
    "access.getNotificationRule": notification_rules.get_notification_rule,
    "access.getPendingTransaction": pending_transactions.get_pending_transaction,
    "access.getSecurity": securities.get_security,
    "access.getToken": authorization.get_token,
    "access.getTppCredential": tpp_credentials.get_tpp_credential,
    "access.getTransaction": transactions.get_transaction,
    "access.revokeToken": authorization.revoke_token,
    "webform.createForBankConnectionImport": web_forms.create_for_bank_connection_import,
    "webform.deleteWebForm": web_forms.delete_web_form,
    "webform.getWebForm": web_forms.get_web_form,
    "webform.getWebForms": web_forms.get_web_forms,
}

NOT_EMULATED = frozenset(
    {
        "access.changeClientCredentials",
        "access.checkCategorization",
        "access.connectInterface",
        "access.createCategory",
        "access.createDirectDebit",
        "access.createIbanRules",
        "access.createKeywordRules",
        "access.createLabel",
        "access.createMoneyTransfer",
        "access.createStandingOrder",
        "access.deleteAccount",
        "access.deleteAllAccounts",
        "access.deleteAllBankConnections",
        "access.deleteAllCategories",
        "access.deleteAllLabels",
        "access.deleteAllTransactions",
        "access.deleteBankConnection",
        "access.deleteCategory",
        "access.deleteConsent",
        "access.deleteIbanRules",
        "access.deleteKeywordRules",
        "access.deleteLabel",
        "access.deleteTransaction",
        "access.deleteUnverifiedUser",
        "access.deleteUsers",
        "access.editAccount",
        "access.editBankConnection",
        "access.editCategory",
        "access.editClientConfiguration",
        "access.editLabel",
        "access.editMultipleTransactions",
        "access.editTransaction",
        "access.executePasswordChange",
        "access.getAndSearchAllCategories",
        "access.getAndSearchAllLabels",
        "access.getBankSideStandingOrders",
        "access.getCashFlows",
        "access.getCategory",
        "access.getClientConfiguration",
        "access.getIbanRuleList",
        "access.getKeywordRuleList",
        "access.getLabel",
        "access.getPayments",
        "access.getStandingOrders",
        "access.getUserList",
        "access.getVerificationStatus",
        "access.importBankConnection",
        "access.mockBatchUpdate",
        "access.removeInterface",
        "access.requestPasswordChange",
        "access.restoreTransaction",
        "access.splitTransaction",
        "access.submitPayment",
        "access.submitStandingOrder",
        "access.switchApiVersion",
        "access.trainCategorization",
        "access.triggerCategorization",
        "access.updateBankConnection",
        "access.verifyUser",
        "webform.cancelWebForm",
        "webform.createBankConnectionUpdateTask",
        "webform.createForDirectDebitWithAccountId",
        "webform.createForPaymentWithAccountId",
        "webform.createForStandalonePayment",
        "webform.createForStandingOrder",
        "webform.createProfile",
        "webform.createTranslation",
        "webform.deleteProfile",
        "webform.deleteTranslation",
        "webform.editProfile",
        "webform.getProfile",
        "webform.getProfiles",
        "webform.getTask",
        "webform.getTasks",
        "webform.getTranslation",
        "webform.getTranslations",
    }
)
"""Described, but answered with 501. Every name here is a promise to remove it."""

# The Web Form guide and older clients ask for tokens at the root.
ALIASES: Mapping[str, str] = {
    "/oauth/token": "/api/v2/oauth/token",
    "/oauth/revoke": "/api/v2/oauth/revoke",
}


def check_complete(operations: Iterable[Operation]) -> None:
    """LookupError unless every described operation is in exactly one of the two tables, and nothing else is."""
    described = {operation.key for operation in operations}
    known = set(OPERATIONS) | NOT_EMULATED
    if described != known or not NOT_EMULATED.isdisjoint(OPERATIONS):
        raise LookupError(
            "operations.py and the OpenAPI documents disagree: "
            f"described but unknown here: {sorted(described - known)}; "
            f"known here but not described: {sorted(known - described)}; "
            f"in both tables: {sorted(NOT_EMULATED.intersection(OPERATIONS))}"
        )
