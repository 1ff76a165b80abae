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
    connection_edits,
    connection_imports,
    payments,
    standing_orders,
    submissions,
    transactions,
    users,
)
from mock_server.handlers.webform import order_forms, profiles, tasks, translations, web_forms

OPERATIONS: Mapping[str, Handler] = {
    "access.connectInterface": connection_imports.connect_interface,
    "access.createDirectDebit": payments.create_direct_debit,
    "access.createMoneyTransfer": payments.create_money_transfer,
    "access.createStandingOrder": standing_orders.create_standing_order,
    "access.createUser": users.create_user,
    "access.deleteAccount": accounts.delete_account,
    "access.deleteAllAccounts": accounts.delete_all_accounts,
    "access.deleteAllBankConnections": connection_edits.delete_all_bank_connections,
    "access.deleteAuthorizedUser": users.delete_authorized_user,
    "access.deleteBankConnection": connection_edits.delete_bank_connection,
    "access.deleteConsent": connection_edits.delete_consent,
    "access.editAccount": accounts.edit_account,
    "access.editAuthorizedUser": users.edit_authorized_user,
    "access.editBankConnection": connection_edits.edit_bank_connection,
    "access.getAccount": accounts.get_account,
    "access.getAllBankConnections": bank_connections.get_all_bank_connections,
    "access.getAndSearchAllAccounts": accounts.get_and_search_all_accounts,
    "access.getAndSearchAllBanks": banks.get_and_search_all_banks,
    "access.getAndSearchAllTransactions": transactions.get_and_search_all_transactions,
    "access.getAuthorizedUser": users.get_authorized_user,
    "access.getBank": banks.get_bank,
    "access.getBankConnection": bank_connections.get_bank_connection,
    "access.getBankSideStandingOrders": standing_orders.get_bank_side_standing_orders,
    "access.getPayments": payments.get_payments,
    "access.getStandingOrders": standing_orders.get_standing_orders,
    "access.getToken": authorization.get_token,
    "access.getTransaction": transactions.get_transaction,
    "access.importBankConnection": connection_imports.import_bank_connection,
    "access.removeInterface": connection_edits.remove_interface,
    "access.revokeToken": authorization.revoke_token,
    "access.submitPayment": submissions.submit_payment,
    "access.submitStandingOrder": submissions.submit_standing_order,
    "access.updateBankConnection": connection_imports.update_bank_connection,
    "webform.cancelWebForm": web_forms.cancel_web_form,
    "webform.createBankConnectionUpdateTask": tasks.create_bank_connection_update_task,
    "webform.createForBankConnectionImport": web_forms.create_for_bank_connection_import,
    "webform.createForDirectDebitWithAccountId": order_forms.create_for_direct_debit_with_account_id,
    "webform.createForPaymentWithAccountId": order_forms.create_for_payment_with_account_id,
    "webform.createForStandalonePayment": order_forms.create_for_standalone_payment,
    "webform.createForStandingOrder": order_forms.create_for_standing_order,
    "webform.createProfile": profiles.create_profile,
    "webform.createTranslation": translations.create_translation,
    "webform.deleteProfile": profiles.delete_profile,
    "webform.deleteTranslation": translations.delete_translation,
    "webform.deleteWebForm": web_forms.delete_web_form,
    "webform.editProfile": profiles.edit_profile,
    "webform.getProfile": profiles.get_profile,
    "webform.getProfiles": profiles.get_profiles,
    "webform.getTask": tasks.get_task,
    "webform.getTasks": tasks.get_tasks,
    "webform.getTranslation": translations.get_translation,
    "webform.getTranslations": translations.get_translations,
    "webform.getWebForm": web_forms.get_web_form,
    "webform.getWebForms": web_forms.get_web_forms,
}

NOT_EMULATED = frozenset(
    {
        "access.changeClientCredentials",
        "access.checkCategorization",
        "access.createCategory",
        "access.createIbanRules",
        "access.createKeywordRules",
        "access.createLabel",
        "access.createNewCertificate",
        "access.createNotificationRule",
        "access.createTppCredential",
        "access.deleteAllCategories",
        "access.deleteAllLabels",
        "access.deleteAllNotificationRules",
        "access.deleteAllTransactions",
        "access.deleteCategory",
        "access.deleteCertificate",
        "access.deleteIbanRules",
        "access.deleteKeywordRules",
        "access.deleteLabel",
        "access.deleteNotificationRule",
        "access.deleteTppCredential",
        "access.deleteTransaction",
        "access.deleteUnverifiedUser",
        "access.deleteUsers",
        "access.editCategory",
        "access.editClientConfiguration",
        "access.editLabel",
        "access.editMultipleTransactions",
        "access.editTppCredential",
        "access.editTransaction",
        "access.executePasswordChange",
        "access.getAllCertificates",
        "access.getAllTppCredentials",
        "access.getAndSearchAllBankGroups",
        "access.getAndSearchAllCategories",
        "access.getAndSearchAllLabels",
        "access.getAndSearchAllNotificationRules",
        "access.getAndSearchAllPendingTransactions",
        "access.getAndSearchAllSecurities",
        "access.getAndSearchTppAuthenticationGroups",
        "access.getCashFlows",
        "access.getCategory",
        "access.getCertificate",
        "access.getClientConfiguration",
        "access.getDailyBalances",
        "access.getIbanRuleList",
        "access.getKeywordRuleList",
        "access.getLabel",
        "access.getNotificationRule",
        "access.getPendingTransaction",
        "access.getSecurity",
        "access.getTppCredential",
        "access.getUserList",
        "access.getVerificationStatus",
        "access.mockBatchUpdate",
        "access.requestPasswordChange",
        "access.restoreTransaction",
        "access.splitTransaction",
        "access.switchApiVersion",
        "access.trainCategorization",
        "access.triggerCategorization",
        "access.verifyUser",
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
