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
    categories,
    categorization,
    labels,
    transactions,
    users,
)
from mock_server.handlers.webform import web_forms

OPERATIONS: Mapping[str, Handler] = {
    "access.checkCategorization": categorization.check_categorization,
    "access.createCategory": categories.create_category,
    "access.createIbanRules": categorization.create_iban_rules,
    "access.createKeywordRules": categorization.create_keyword_rules,
    "access.createLabel": labels.create_label,
    "access.createUser": users.create_user,
    "access.deleteAllCategories": categories.delete_all_categories,
    "access.deleteAllLabels": labels.delete_all_labels,
    "access.deleteAllTransactions": transactions.delete_all_transactions,
    "access.deleteAuthorizedUser": users.delete_authorized_user,
    "access.deleteCategory": categories.delete_category,
    "access.deleteIbanRules": categorization.delete_iban_rules,
    "access.deleteKeywordRules": categorization.delete_keyword_rules,
    "access.deleteLabel": labels.delete_label,
    "access.deleteTransaction": transactions.delete_transaction,
    "access.editAuthorizedUser": users.edit_authorized_user,
    "access.editCategory": categories.edit_category,
    "access.editLabel": labels.edit_label,
    "access.editMultipleTransactions": transactions.edit_multiple_transactions,
    "access.editTransaction": transactions.edit_transaction,
    "access.getAccount": accounts.get_account,
    "access.getAllBankConnections": bank_connections.get_all_bank_connections,
    "access.getAndSearchAllAccounts": accounts.get_and_search_all_accounts,
    "access.getAndSearchAllBanks": banks.get_and_search_all_banks,
    "access.getAndSearchAllCategories": categories.get_and_search_all_categories,
    "access.getAndSearchAllLabels": labels.get_and_search_all_labels,
    "access.getAndSearchAllTransactions": transactions.get_and_search_all_transactions,
    "access.getAuthorizedUser": users.get_authorized_user,
    "access.getBank": banks.get_bank,
    "access.getBankConnection": bank_connections.get_bank_connection,
    "access.getCashFlows": categories.get_cash_flows,
    "access.getCategory": categories.get_category,
    "access.getIbanRuleList": categorization.get_iban_rule_list,
    "access.getKeywordRuleList": categorization.get_keyword_rule_list,
    "access.getLabel": labels.get_label,
    "access.getToken": authorization.get_token,
    "access.getTransaction": transactions.get_transaction,
    "access.restoreTransaction": transactions.restore_transaction,
    "access.revokeToken": authorization.revoke_token,
    "access.splitTransaction": transactions.split_transaction,
    "access.trainCategorization": categorization.train_categorization,
    "access.triggerCategorization": categorization.trigger_categorization,
    "webform.createForBankConnectionImport": web_forms.create_for_bank_connection_import,
    "webform.deleteWebForm": web_forms.delete_web_form,
    "webform.getWebForm": web_forms.get_web_form,
    "webform.getWebForms": web_forms.get_web_forms,
}

NOT_EMULATED = frozenset(
    {
        "access.changeClientCredentials",
        "access.connectInterface",
        "access.createDirectDebit",
        "access.createMoneyTransfer",
        "access.createNewCertificate",
        "access.createNotificationRule",
        "access.createStandingOrder",
        "access.createTppCredential",
        "access.deleteAccount",
        "access.deleteAllAccounts",
        "access.deleteAllBankConnections",
        "access.deleteAllNotificationRules",
        "access.deleteBankConnection",
        "access.deleteCertificate",
        "access.deleteConsent",
        "access.deleteNotificationRule",
        "access.deleteTppCredential",
        "access.deleteUnverifiedUser",
        "access.deleteUsers",
        "access.editAccount",
        "access.editBankConnection",
        "access.editClientConfiguration",
        "access.editTppCredential",
        "access.executePasswordChange",
        "access.getAllCertificates",
        "access.getAllTppCredentials",
        "access.getAndSearchAllBankGroups",
        "access.getAndSearchAllNotificationRules",
        "access.getAndSearchAllPendingTransactions",
        "access.getAndSearchAllSecurities",
        "access.getAndSearchTppAuthenticationGroups",
        "access.getBankSideStandingOrders",
        "access.getCertificate",
        "access.getClientConfiguration",
        "access.getDailyBalances",
        "access.getNotificationRule",
        "access.getPayments",
        "access.getPendingTransaction",
        "access.getSecurity",
        "access.getStandingOrders",
        "access.getTppCredential",
        "access.getUserList",
        "access.getVerificationStatus",
        "access.importBankConnection",
        "access.mockBatchUpdate",
        "access.removeInterface",
        "access.requestPasswordChange",
        "access.submitPayment",
        "access.submitStandingOrder",
        "access.switchApiVersion",
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
