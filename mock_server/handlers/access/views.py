"""Records as Access shows them, one function per response schema. Fields without a value are left out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mock_server.clock import access_timestamp
from mock_server.domain import accounts as domain
from mock_server.domain import banks, business_transactions, capabilities, categories, transactions, users
from mock_server.domain.encryption import encrypt
from mock_server.domain.labels import Label
from mock_server.domain.logins import PROCEDURES, customer_of, undisguised
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


def verification_status_resource(user: users.User) -> Json:
    return {"userId": user.name, "isUserVerified": user.is_verified}


def password_changing_resource(user: users.User, token: str, key: str) -> Json:
    """Address and token, encrypted with the data decryption key of the client that is answered."""
    email = None if user.email is None else encrypt(key, user.email)
    return present({"userId": user.name, "userEmail": email, "passwordChangeToken": encrypt(key, token)})


def bank(bank: banks.Bank) -> Mapping[str, Any]:
    return bank.facts


def bank_group(group: banks.BankGroup) -> Mapping[str, Any]:
    return group.facts


def category(category: categories.Category, known: categories.Categories) -> Json:
    parent = known.get(category.parent_id)
    return present(
        {
            "id": category.id,
            "name": known.name(category),
            "parentId": category.parent_id,
            "parentName": None if parent is None else known.name(parent),
            "isCustom": category.is_custom,
            "children": list(known.children(category)) or None,
        }
    )


def bank_connection(
    connection: domain.BankConnection,
    bank: banks.Bank,
    now: datetime,
    categorization_status: str = "READY",
    *,
    masks_all: bool = True,
) -> Json:
    """`masks_all`: also what is no secret, for clients without a licence."""
    login = MASK if masks_all else undisguised(connection.login)
    return present(
        {
            "id": connection.id,
            "importDate": access_timestamp(connection.import_date),
            "name": connection.name,
            "updateStatus": "IN_PROGRESS" if connection.is_busy else "READY",
            "categorizationStatus": categorization_status,
            "interfaces": [
                bank_connection_interface(interface, bank.interface(interface.name), login, now)
                for interface in connection.interfaces
            ],
            "accountIds": list(connection.account_ids),
            "owners": owners(connection) if connection.has_owner_data else None,
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
CO_OWNER = {**OWNER, "firstName": "Erika", "salutation": "Frau", "dateOfBirth": "1982-02-02"}


def owners(connection: domain.BankConnection) -> list[Json]:
    customer = customer_of(connection.login)
    is_joint = customer is not None and customer.is_joint
    return [dict(OWNER), dict(CO_OWNER)] if is_joint else [dict(OWNER)]


def bank_connection_interface(
    interface: domain.ConnectedInterface, at_bank: banks.BankInterface | None, login: str, now: datetime
) -> Json:
    fields = () if at_bank is None else at_bank.fields
    return present(
        {
            "bankingInterface": interface.name,
            "loginCredentials": [
                present({"label": field.label, "value": _stored_value(field, interface, login, is_login=index == 0)})
                for index, field in enumerate(fields)
            ],
            "defaultTwoStepProcedureId": interface.default_procedure,
            "twoStepProcedures": [two_step_procedure(id) for id in PROCEDURES] if fields else [],
            "aisConsent": bank_consent(interface, now) if interface.works_by_consent else None,
            "lastManualUpdate": update_result(interface.last_manual_update),
            "lastAutoUpdate": interface.last_auto_update and update_result(interface.last_auto_update),
            "userActionRequired": interface.needs_user(now),
            "maxDaysForDownload": interface.max_days_for_download,
        }
    )


def _stored_value(
    field: banks.LoginField, interface: domain.ConnectedInterface, login: str, *, is_login: bool
) -> str | None:
    """What finAPI shows of a login field: nothing if it has not stored the value. The first field is the login."""
    if field.label not in interface.labels or (field.is_secret and not interface.stores_secrets):
        return None
    return login if is_login and not field.is_secret else MASK


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


def bank_consent(interface: domain.ConnectedInterface, now: datetime) -> Json:
    """`expiresAt` is there also when it is past."""
    return present(
        {
            "status": "PRESENT" if interface.has_consent(now) else "NOT_PRESENT",
            "expiresAt": interface.consent and access_timestamp(interface.consent.expires_at),
            "supportsImportNewAccounts": not interface.is_detailed,
        }
    )


def update_result(update: domain.UpdateResult) -> Json:
    return present(
        {
            "result": update.result,
            "errorMessage": update.error_message,
            "errorType": update.error_type,
            "timestamp": access_timestamp(update.timestamp),
        }
    )


def account(account: domain.Account, bank: banks.Bank, *, is_busy: bool = False) -> Json:
    """`is_busy`: its bank connection is being imported or updated."""
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
            "interfaces": [
                account_interface(account, interface, is_busy=is_busy)
                for interface in bank.interfaces
                if interface.name in account.interfaces
            ],
            "isSeized": False,
        }
    )


def account_interface(account: domain.Account, interface: banks.BankInterface, *, is_busy: bool) -> Json:
    state = account.state(interface.name)
    type = account.bank_account.type  # what the user calls it does not change what it can do
    return {
        "bankingInterface": interface.name,
        "status": "DOWNLOAD_IN_PROGRESS" if is_busy else state.status,
        "capabilities": capabilities.account_capabilities(type, interface),
        "paymentCapabilities": capabilities.account_flags(type, interface),
        "lastSuccessfulUpdate": access_timestamp(state.succeeded_at),
        "lastUpdateAttempt": access_timestamp(state.attempted_at),
    }


def label(label: Label) -> Json:
    return {"id": label.id, "name": label.name}


def transaction(
    transaction: transactions.Transaction, known: categories.Categories, labels: Mapping[int, Label]
) -> Json:
    """`known` and `labels` are those of the transaction's user; `known` speaks the caller's language."""
    booking = transaction.booking
    found = known.get(transaction.category_id)
    return present(
        {
            "id": transaction.id,
            "parentId": transaction.parent_id,
            "accountId": transaction.account_id,
            "valueDate": booking.value_on.isoformat(),
            "bankBookingDate": booking.booked_on.isoformat(),
            "finapiBookingDate": transaction.finapi_booking_date.isoformat(),
            "amount": euros(booking.cents),
            "currency": transaction.currency,
            "purpose": booking.purpose or None,
            "cleanedPurpose": booking.purpose or None,
            "counterpartName": booking.counterpart or None,
            "counterpartAccountNumber": booking.counterpart_account_number,
            "counterpartIban": booking.counterpart_iban or None,
            "counterpartBlz": booking.counterpart_blz,
            "counterpartBic": booking.counterpart_bic or None,
            "counterpartBankName": booking.counterpart_bank or None,
            "counterpartMandateReference": booking.mandate_reference,
            "counterpartCustomerReference": booking.customer_reference,
            "counterpartCreditorId": booking.creditor_id,
            "counterpartDebitorId": booking.debitor_id,
            "endToEndReference": booking.end_to_end_reference,
            "originalAmount": None if booking.original_cents is None else euros(booking.original_cents),
            "originalCurrency": booking.original_currency,
            "type": booking.type or None,
            "typeCodeZka": booking.type_code_zka or None,
            "typeCodeSwift": booking.type_code_swift,
            "bankTransactionCode": business_transactions.bank_transaction_code(booking.type_code_zka),
            "bankTransactionCodeDescription": business_transactions.description(booking.type_code_zka, known.language),
            "sepaPurposeCode": booking.sepa_purpose_code,
            "primanota": booking.primanota,
            "category": None if found is None else category(found, known),
            "labels": [label(labels[id]) for id in transaction.label_ids],
            "isPotentialDuplicate": transaction.is_potential_duplicate,
            "isAdjustingEntry": transaction.is_adjusting_entry,
            "isNew": transaction.is_new,
            "importDate": access_timestamp(transaction.import_date),
            "children": list(transaction.child_ids) or None,
        }
    )
