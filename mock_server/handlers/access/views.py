"""Records as Access shows them, one function per response schema. Fields without a value are left out."""

from collections.abc import Mapping
from typing import Any

from mock_server.clock import access_timestamp
from mock_server.domain import accounts as domain
from mock_server.domain import banks, categories, transactions, users
from mock_server.domain.logins import PROCEDURES
from mock_server.domain.money import euros
from mock_server.domain.users import MASK

Json = dict[str, Any]


def present(fields: Mapping[str, Any]) -> Json:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}


def user(user: users.User, password: str = MASK) -> Json:
    shown = {"id": user.name, "password": password, "isAutoUpdateEnabled": user.is_auto_update_enabled}
    if user.email is not None:
        shown["email"] = user.email
    if user.phone is not None:
        shown["phone"] = user.phone
    return shown


def bank(bank: banks.Bank) -> Mapping[str, Any]:
    return bank.facts


def bank_group(group: banks.BankGroup) -> Mapping[str, Any]:
    return group.facts


def category(category: categories.Category) -> Json:
    return present(
        {
            "id": category.id,
            "name": category.name,
            "parentId": category.parent_id,
            "parentName": category.parent_name,
            "isCustom": False,
            "children": list(category.children) or None,
        }
    )


def bank_connection(connection: domain.BankConnection, bank: banks.Bank) -> Json:
    return present(
        {
            "id": connection.id,
            "importDate": access_timestamp(connection.import_date),
            "name": connection.name,
            "updateStatus": "READY",
            "categorizationStatus": "READY",
            "interfaces": [bank_connection_interface(interface, bank) for interface in connection.interfaces],
            "accountIds": list(connection.account_ids),
            "owners": [dict(OWNER)] if connection.has_owner_data else None,
            "bank": bank.facts,
        }
    )


# The holder of the generated accounts. Germany's placeholder person.
OWNER = {
    "firstName": "Max",
    "lastName": "Mustermann",
    "salutation": "Herr",
    "dateOfBirth": "1980-01-01",
    "postCode": "12345",
    "country": "Deutschland",
    "city": "Musterstadt",
    "street": "Musterstraße",
    "houseNumber": "99",
}


def bank_connection_interface(interface: domain.ConnectedInterface, bank: banks.Bank) -> Json:
    return present(
        {
            "bankingInterface": interface.name,
            "loginCredentials": [{"label": label, "value": MASK} for label in interface.labels],
            "twoStepProcedures": [two_step_procedure(id) for id in PROCEDURES] if interface.labels else [],
            "aisConsent": interface.consent and bank_consent(interface.consent),
            "lastManualUpdate": update_result(interface.last_manual_update),
            "lastAutoUpdate": interface.last_auto_update and update_result(interface.last_auto_update),
            "userActionRequired": False,
            "maxDaysForDownload": interface.max_days_for_download,
        }
    )


def two_step_procedure(id: str) -> Json:
    procedure = PROCEDURES[id]
    return present(
        {
            "procedureId": procedure.id,
            "procedureName": procedure.name,
            "procedureChallengeType": None if procedure.is_decoupled else procedure.challenge.value,
            "implicitExecute": procedure.is_decoupled,
        }
    )


def bank_consent(consent: domain.Consent) -> Json:
    return {"status": "PRESENT", "expiresAt": access_timestamp(consent.expires_at), "supportsImportNewAccounts": True}


def update_result(update: domain.UpdateResult) -> Json:
    return {"result": update.result, "timestamp": access_timestamp(update.timestamp)}


# fmt: off
NO_PAYMENTS = {
    "sepaInstantMoneyTransfer": False, "sepaFutureMoneyTransfer": False, "sepaFutureCollectiveMoneyTransfer": False,
    "domesticMoneyTransfer": False, "domesticCollectiveMoneyTransfer": False,
    "domesticFutureMoneyTransfer": False, "domesticFutureCollectiveMoneyTransfer": False,
}
CHECKING_PAYMENTS = {**NO_PAYMENTS, "sepaInstantMoneyTransfer": True, "sepaFutureMoneyTransfer": True}
# fmt: on
CAPABILITIES = {"Checking": ["DATA_DOWNLOAD", "SEPA_MONEY_TRANSFER", "SEPA_COLLECTIVE_MONEY_TRANSFER"]}


def account(account: domain.Account) -> Json:
    bank_account = account.bank_account
    limit = bank_account.overdraft_limit_cents
    # The value of securities is no money that one could spend.
    funds = None if account.balance is None or account.type == "Security" else account.balance + (limit or 0)
    return present(
        {
            "id": account.id,
            "importDate": access_timestamp(account.import_date),
            "bankConnectionId": account.connection_id,
            "accountName": account.name,
            "iban": bank_account.iban or None,
            "accountNumber": bank_account.number,
            "accountHolderName": bank_account.holder,
            "accountHolderId": MASK,
            "accountCurrency": bank_account.currency,
            "accountType": account.type,
            "balance": None if account.balance is None else euros(account.balance),
            "overdraftLimit": None if limit is None else euros(limit),
            "availableFunds": None if funds is None else euros(funds),
            "isNew": account.is_new,
            "interfaces": [account_interface(account, name) for name in account.interfaces],
            "isSeized": False,
        }
    )


def account_interface(account: domain.Account, name: str) -> Json:
    return {
        "bankingInterface": name,
        "status": "UPDATED",
        "capabilities": CAPABILITIES.get(account.type, ["DATA_DOWNLOAD"]),
        "paymentCapabilities": CHECKING_PAYMENTS if account.type == "Checking" else NO_PAYMENTS,
        "lastSuccessfulUpdate": access_timestamp(account.last_update),
        "lastUpdateAttempt": access_timestamp(account.last_update),
    }


def transaction(transaction: transactions.Transaction, known: categories.Categories) -> Json:
    booking = transaction.booking
    found = None if transaction.category_id is None else known.get(transaction.category_id)
    german = booking.counterpart_iban.startswith("DE")
    return present(
        {
            "id": transaction.id,
            "accountId": transaction.account_id,
            "valueDate": booking.value_on.isoformat(),
            "bankBookingDate": booking.booked_on.isoformat(),
            "finapiBookingDate": transaction.finapi_booking_date.isoformat(),
            "amount": euros(booking.cents),
            "currency": transaction.currency,
            "purpose": booking.purpose,
            "cleanedPurpose": booking.purpose,
            "counterpartName": booking.counterpart,
            "counterpartAccountNumber": booking.counterpart_iban[12:] if german else None,
            "counterpartIban": booking.counterpart_iban or None,
            "counterpartBlz": booking.counterpart_iban[4:12] if german else None,
            "counterpartBic": booking.counterpart_bic or None,
            "counterpartBankName": booking.counterpart_bank or None,
            "counterpartMandateReference": booking.mandate_reference,
            "counterpartCreditorId": booking.creditor_id,
            "endToEndReference": booking.end_to_end_reference,
            "type": booking.type,
            "typeCodeZka": booking.type_code_zka,
            "sepaPurposeCode": booking.sepa_purpose_code,
            "primanota": booking.primanota,
            "category": None if found is None else category(found),
            "labels": [],
            "isPotentialDuplicate": False,
            "isAdjustingEntry": False,
            "isNew": transaction.is_new,
            "importDate": access_timestamp(transaction.import_date),
        }
    )
