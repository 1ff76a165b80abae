"""The map: which function does an operation.

The documents say everything else about it. A start fails if the two disagree in either direction.
"""

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module

from mock_server.contract import Operation
from mock_server.exchange import Handler


class _Late(Mapping[str, Handler]):
    """Functions by operation key, given as `<api>.<module>.<function>` below `mock_server.handlers`.

    A module is imported when one of its operations is first called: all of them together take longer
    than the rest of the start. A wrong name fails in `tests/test_operations.py`, not in a running server.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._found: dict[str, Handler] = {}

    def __getitem__(self, key: str) -> Handler:
        found = self._found.get(key)
        if found is None:
            module, _, function = self._names[key].rpartition(".")
            found = self._found[key] = getattr(import_module(f"mock_server.handlers.{module}"), function)
        return found

    def __contains__(self, key: object) -> bool:
        return key in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


NAMES: Mapping[str, str] = {
    "access.changeClientCredentials": "access.mandator_admin.change_client_credentials",
    "access.checkCategorization": "access.categorization.check_categorization",
    "access.connectInterface": "access.connection_imports.connect_interface",
    "access.createCategory": "access.categories.create_category",
    "access.createDirectDebit": "access.payments.create_direct_debit",
    "access.createIbanRules": "access.categorization.create_iban_rules",
    "access.createKeywordRules": "access.categorization.create_keyword_rules",
    "access.createLabel": "access.labels.create_label",
    "access.createMoneyTransfer": "access.payments.create_money_transfer",
    "access.createNewCertificate": "access.tpp_certificates.create_new_certificate",
    "access.createNotificationRule": "access.notification_rules.create_notification_rule",
    "access.createStandingOrder": "access.standing_orders.create_standing_order",
    "access.createTppCredential": "access.tpp_credentials.create_tpp_credential",
    "access.createUser": "access.users.create_user",
    "access.deleteAccount": "access.accounts.delete_account",
    "access.deleteAllAccounts": "access.accounts.delete_all_accounts",
    "access.deleteAllBankConnections": "access.connection_edits.delete_all_bank_connections",
    "access.deleteAllCategories": "access.categories.delete_all_categories",
    "access.deleteAllLabels": "access.labels.delete_all_labels",
    "access.deleteAllNotificationRules": "access.notification_rules.delete_all_notification_rules",
    "access.deleteAllTransactions": "access.transactions.delete_all_transactions",
    "access.deleteAuthorizedUser": "access.users.delete_authorized_user",
    "access.deleteBankConnection": "access.connection_edits.delete_bank_connection",
    "access.deleteCategory": "access.categories.delete_category",
    "access.deleteCertificate": "access.tpp_certificates.delete_certificate",
    "access.deleteConsent": "access.connection_edits.delete_consent",
    "access.deleteIbanRules": "access.categorization.delete_iban_rules",
    "access.deleteKeywordRules": "access.categorization.delete_keyword_rules",
    "access.deleteLabel": "access.labels.delete_label",
    "access.deleteNotificationRule": "access.notification_rules.delete_notification_rule",
    "access.deleteTppCredential": "access.tpp_credentials.delete_tpp_credential",
    "access.deleteTransaction": "access.transactions.delete_transaction",
    "access.deleteUnverifiedUser": "access.users.delete_unverified_user",
    "access.deleteUsers": "access.mandator_admin.delete_users",
    "access.editAccount": "access.accounts.edit_account",
    "access.editAuthorizedUser": "access.users.edit_authorized_user",
    "access.editBankConnection": "access.connection_edits.edit_bank_connection",
    "access.editCategory": "access.categories.edit_category",
    "access.editClientConfiguration": "access.client_configuration.edit_client_configuration",
    "access.editLabel": "access.labels.edit_label",
    "access.editMultipleTransactions": "access.transactions.edit_multiple_transactions",
    "access.editTppCredential": "access.tpp_credentials.edit_tpp_credential",
    "access.editTransaction": "access.transactions.edit_transaction",
    "access.executePasswordChange": "access.passwords.execute_password_change",
    "access.getAccount": "access.accounts.get_account",
    "access.getAllBankConnections": "access.bank_connections.get_all_bank_connections",
    "access.getAllCertificates": "access.tpp_certificates.get_all_certificates",
    "access.getAllTppCredentials": "access.tpp_credentials.get_all_tpp_credentials",
    "access.getAndSearchAllAccounts": "access.accounts.get_and_search_all_accounts",
    "access.getAndSearchAllBankGroups": "access.banks.get_and_search_all_bank_groups",
    "access.getAndSearchAllBanks": "access.banks.get_and_search_all_banks",
    "access.getAndSearchAllCategories": "access.categories.get_and_search_all_categories",
    "access.getAndSearchAllLabels": "access.labels.get_and_search_all_labels",
    "access.getAndSearchAllNotificationRules": "access.notification_rules.get_and_search_all_notification_rules",
    "access.getAndSearchAllPendingTransactions": "access.pending_transactions.get_and_search_all_pending_transactions",
    "access.getAndSearchAllSecurities": "access.securities.get_and_search_all_securities",
    "access.getAndSearchAllTransactions": "access.transactions.get_and_search_all_transactions",
    "access.getAndSearchTppAuthenticationGroups": "access.tpp_credentials.get_and_search_tpp_authentication_groups",
    "access.getAuthorizedUser": "access.users.get_authorized_user",
    "access.getBank": "access.banks.get_bank",
    "access.getBankConnection": "access.bank_connections.get_bank_connection",
    "access.getBankSideStandingOrders": "access.standing_orders.get_bank_side_standing_orders",
    "access.getCashFlows": "access.categories.get_cash_flows",
    "access.getCategory": "access.categories.get_category",
    "access.getCertificate": "access.tpp_certificates.get_certificate",
    "access.getClientConfiguration": "access.client_configuration.get_client_configuration",
    "access.getDailyBalances": "access.daily_balances.get_daily_balances",
    "access.getIbanRuleList": "access.categorization.get_iban_rule_list",
    "access.getKeywordRuleList": "access.categorization.get_keyword_rule_list",
    "access.getLabel": "access.labels.get_label",
    "access.getNotificationRule": "access.notification_rules.get_notification_rule",
    "access.getPayments": "access.payments.get_payments",
    "access.getPendingTransaction": "access.pending_transactions.get_pending_transaction",
    "access.getSecurity": "access.securities.get_security",
    "access.getStandingOrders": "access.standing_orders.get_standing_orders",
    "access.getToken": "access.authorization.get_token",
    "access.getTppCredential": "access.tpp_credentials.get_tpp_credential",
    "access.getTransaction": "access.transactions.get_transaction",
    "access.getUserList": "access.mandator_admin.get_user_list",
    "access.getVerificationStatus": "access.users.get_verification_status",
    "access.importBankConnection": "access.connection_imports.import_bank_connection",
    "access.mockBatchUpdate": "access.mock_batch_update.mock_batch_update",
    "access.removeInterface": "access.connection_edits.remove_interface",
    "access.requestPasswordChange": "access.passwords.request_password_change",
    "access.restoreTransaction": "access.transactions.restore_transaction",
    "access.revokeToken": "access.authorization.revoke_token",
    "access.splitTransaction": "access.transactions.split_transaction",
    "access.submitPayment": "access.submissions.submit_payment",
    "access.submitStandingOrder": "access.submissions.submit_standing_order",
    "access.switchApiVersion": "access.mandator_admin.switch_api_version",
    "access.trainCategorization": "access.categorization.train_categorization",
    "access.triggerCategorization": "access.categorization.trigger_categorization",
    "access.updateBankConnection": "access.connection_imports.update_bank_connection",
    "access.verifyUser": "access.users.verify_user",
    "webform.cancelWebForm": "webform.web_forms.cancel_web_form",
    "webform.createBankConnectionUpdateTask": "webform.tasks.create_bank_connection_update_task",
    "webform.createForBankConnectionImport": "webform.web_forms.create_for_bank_connection_import",
    "webform.createForDirectDebitWithAccountId": "webform.order_forms.create_for_direct_debit_with_account_id",
    "webform.createForPaymentWithAccountId": "webform.order_forms.create_for_payment_with_account_id",
    "webform.createForStandalonePayment": "webform.order_forms.create_for_standalone_payment",
    "webform.createForStandingOrder": "webform.order_forms.create_for_standing_order",
    "webform.createProfile": "webform.profiles.create_profile",
    "webform.createTranslation": "webform.translations.create_translation",
    "webform.deleteProfile": "webform.profiles.delete_profile",
    "webform.deleteTranslation": "webform.translations.delete_translation",
    "webform.deleteWebForm": "webform.web_forms.delete_web_form",
    "webform.editProfile": "webform.profiles.edit_profile",
    "webform.getProfile": "webform.profiles.get_profile",
    "webform.getProfiles": "webform.profiles.get_profiles",
    "webform.getTask": "webform.tasks.get_task",
    "webform.getTasks": "webform.tasks.get_tasks",
    "webform.getTranslation": "webform.translations.get_translation",
    "webform.getTranslations": "webform.translations.get_translations",
    "webform.getWebForm": "webform.web_forms.get_web_form",
    "webform.getWebForms": "webform.web_forms.get_web_forms",
}

OPERATIONS: Mapping[str, Handler] = _Late(NAMES)

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
