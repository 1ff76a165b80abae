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
    client_configuration,
    connection_edits,
    connection_imports,
    daily_balances,
    labels,
    mandator_admin,
    mock_batch_update,
    notification_rules,
    passwords,
    payments,
    pending_transactions,
    securities,
    standing_orders,
    submissions,
    tpp_certificates,
    tpp_credentials,
    transactions,
    users,
)
from mock_server.handlers.webform import order_forms, profiles, tasks, translations, web_forms

OPERATIONS: Mapping[str, Handler] = {
    "access.changeClientCredentials": mandator_admin.change_client_credentials,
    "access.checkCategorization": categorization.check_categorization,
    "access.connectInterface": connection_imports.connect_interface,
    "access.createCategory": categories.create_category,
    "access.createDirectDebit": payments.create_direct_debit,
    "access.createIbanRules": categorization.create_iban_rules,
    "access.createKeywordRules": categorization.create_keyword_rules,
    "access.createLabel": labels.create_label,
    "access.createMoneyTransfer": payments.create_money_transfer,
    "access.createNewCertificate": tpp_certificates.create_new_certificate,
    "access.createNotificationRule": notification_rules.create_notification_rule,
    "access.createStandingOrder": standing_orders.create_standing_order,
    "access.createTppCredential": tpp_credentials.create_tpp_credential,
    "access.createUser": users.create_user,
    "access.deleteAccount": accounts.delete_account,
    "access.deleteAllAccounts": accounts.delete_all_accounts,
    "access.deleteAllBankConnections": connection_edits.delete_all_bank_connections,
    "access.deleteAllCategories": categories.delete_all_categories,
    "access.deleteAllLabels": labels.delete_all_labels,
    "access.deleteAllNotificationRules": notification_rules.delete_all_notification_rules,
    "access.deleteAllTransactions": transactions.delete_all_transactions,
    "access.deleteAuthorizedUser": users.delete_authorized_user,
    "access.deleteBankConnection": connection_edits.delete_bank_connection,
    "access.deleteCategory": categories.delete_category,
    "access.deleteCertificate": tpp_certificates.delete_certificate,
    "access.deleteConsent": connection_edits.delete_consent,
    "access.deleteIbanRules": categorization.delete_iban_rules,
    "access.deleteKeywordRules": categorization.delete_keyword_rules,
    "access.deleteLabel": labels.delete_label,
    "access.deleteNotificationRule": notification_rules.delete_notification_rule,
    "access.deleteTppCredential": tpp_credentials.delete_tpp_credential,
    "access.deleteTransaction": transactions.delete_transaction,
    "access.deleteUnverifiedUser": users.delete_unverified_user,
    "access.deleteUsers": mandator_admin.delete_users,
    "access.editAccount": accounts.edit_account,
    "access.editAuthorizedUser": users.edit_authorized_user,
    "access.editBankConnection": connection_edits.edit_bank_connection,
    "access.editCategory": categories.edit_category,
    "access.editClientConfiguration": client_configuration.edit_client_configuration,
    "access.editLabel": labels.edit_label,
    "access.editMultipleTransactions": transactions.edit_multiple_transactions,
    "access.editTppCredential": tpp_credentials.edit_tpp_credential,
    "access.editTransaction": transactions.edit_transaction,
    "access.executePasswordChange": passwords.execute_password_change,
    "access.getAccount": accounts.get_account,
    "access.getAllBankConnections": bank_connections.get_all_bank_connections,
    "access.getAllCertificates": tpp_certificates.get_all_certificates,
    "access.getAllTppCredentials": tpp_credentials.get_all_tpp_credentials,
    "access.getAndSearchAllAccounts": accounts.get_and_search_all_accounts,
    "access.getAndSearchAllBankGroups": banks.get_and_search_all_bank_groups,
    "access.getAndSearchAllBanks": banks.get_and_search_all_banks,
    "access.getAndSearchAllCategories": categories.get_and_search_all_categories,
    "access.getAndSearchAllLabels": labels.get_and_search_all_labels,
    "access.getAndSearchAllNotificationRules": notification_rules.get_and_search_all_notification_rules,
    "access.getAndSearchAllPendingTransactions": pending_transactions.get_and_search_all_pending_transactions,
    "access.getAndSearchAllSecurities": securities.get_and_search_all_securities,
    "access.getAndSearchAllTransactions": transactions.get_and_search_all_transactions,
    "access.getAndSearchTppAuthenticationGroups": tpp_credentials.get_and_search_tpp_authentication_groups,
    "access.getAuthorizedUser": users.get_authorized_user,
    "access.getBank": banks.get_bank,
    "access.getBankConnection": bank_connections.get_bank_connection,
    "access.getBankSideStandingOrders": standing_orders.get_bank_side_standing_orders,
    "access.getCashFlows": categories.get_cash_flows,
    "access.getCategory": categories.get_category,
    "access.getCertificate": tpp_certificates.get_certificate,
    "access.getClientConfiguration": client_configuration.get_client_configuration,
    "access.getDailyBalances": daily_balances.get_daily_balances,
    "access.getIbanRuleList": categorization.get_iban_rule_list,
    "access.getKeywordRuleList": categorization.get_keyword_rule_list,
    "access.getLabel": labels.get_label,
    "access.getNotificationRule": notification_rules.get_notification_rule,
    "access.getPayments": payments.get_payments,
    "access.getPendingTransaction": pending_transactions.get_pending_transaction,
    "access.getSecurity": securities.get_security,
    "access.getStandingOrders": standing_orders.get_standing_orders,
    "access.getToken": authorization.get_token,
    "access.getTppCredential": tpp_credentials.get_tpp_credential,
    "access.getTransaction": transactions.get_transaction,
    "access.getUserList": mandator_admin.get_user_list,
    "access.getVerificationStatus": users.get_verification_status,
    "access.importBankConnection": connection_imports.import_bank_connection,
    "access.mockBatchUpdate": mock_batch_update.mock_batch_update,
    "access.removeInterface": connection_edits.remove_interface,
    "access.requestPasswordChange": passwords.request_password_change,
    "access.restoreTransaction": transactions.restore_transaction,
    "access.revokeToken": authorization.revoke_token,
    "access.splitTransaction": transactions.split_transaction,
    "access.submitPayment": submissions.submit_payment,
    "access.submitStandingOrder": submissions.submit_standing_order,
    "access.switchApiVersion": mandator_admin.switch_api_version,
    "access.trainCategorization": categorization.train_categorization,
    "access.triggerCategorization": categorization.trigger_categorization,
    "access.updateBankConnection": connection_imports.update_bank_connection,
    "access.verifyUser": users.verify_user,
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

NOT_EMULATED: frozenset[str] = frozenset()
"""Described, but answered with 501. Every name here is a promise to remove it."""

# The Web Form guide and older clients ask for tokens at the root.
ALIASES: Mapping[str, str] = {
    "/oauth/token": "/api/v2/oauth/token",
    "/oauth/revoke": "/api/v2/oauth/revoke",
    "/api/v1/mandatorAdmin/switchApiVersion": "/api/v2/mandatorAdmin/switchApiVersion",
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
