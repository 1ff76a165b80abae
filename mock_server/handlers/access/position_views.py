"""Securities, pending transactions and daily balances as Access shows them. Fields without a value are left out."""

from mock_server.clock import access_timestamp
from mock_server.domain import business_transactions
from mock_server.domain.daily_balances import DailyBalance
from mock_server.domain.money import euros
from mock_server.domain.pending_transactions import PendingTransaction
from mock_server.domain.securities import Security
from mock_server.handlers.access.views import Json, present


def security(security: Security) -> Json:
    return {
        "id": security.id,
        "accountId": security.account_id,
        "name": security.paper.name,
        "isin": security.paper.isin,
        "wkn": security.paper.wkn,
        "quote": euros(security.quote),
        "quoteCurrency": security.currency,
        "quoteType": "PERC" if security.paper.is_bond else "ACTU",
        "quoteDate": access_timestamp(security.quoted_at),
        "quantityNominal": security.quantity,
        "quantityNominalType": "FAMT" if security.paper.is_bond else "UNIT",
        "marketValue": euros(security.market_value),
        "marketValueCurrency": security.currency,
        "entryQuote": euros(security.entry_quote),
        "entryQuoteCurrency": security.currency,
        "profitOrLoss": euros(security.profit),
    }


def pending_transaction(pending: PendingTransaction, language: str) -> Json:
    booking = pending.booking
    german = booking.counterpart_iban.startswith("DE")
    return present(
        {
            "id": pending.id,
            "accountId": pending.account_id,
            "importDate": access_timestamp(pending.import_date),
            "valueDate": booking.value_on.isoformat(),
            "bankBookingDate": booking.booked_on.isoformat(),
            "amount": euros(booking.cents),
            "currency": pending.currency,
            "purpose": booking.purpose,
            "counterpartyName": booking.counterpart,
            "counterpartyIban": booking.counterpart_iban or None,
            "counterpartyAccountNumber": booking.counterpart_iban[12:] if german else None,
            "counterpartyBlz": booking.counterpart_iban[4:12] if german else None,
            "counterpartyBic": booking.counterpart_bic or None,
            "counterpartyBankName": booking.counterpart_bank or None,
            "counterpartyMandateReference": booking.mandate_reference,
            "counterpartyCreditorId": booking.creditor_id,
            "endToEndId": booking.end_to_end_reference,
            "type": booking.type,
            "typeCodeZka": booking.type_code_zka,
            "bankTransactionCode": business_transactions.bank_transaction_code(booking.type_code_zka),
            "bankTransactionCodeDescription": business_transactions.description(booking.type_code_zka, language),
            "sepaPurposeCode": booking.sepa_purpose_code,
        }
    )


def daily_balance(day: DailyBalance) -> Json:
    return {
        "date": day.date.isoformat(),
        "balance": euros(day.balance),
        "income": euros(day.income),
        "spending": euros(day.spending),
        "internalAdjustingEntries": 0.0,  # whatever finAPI adds here is a transaction that everybody sees
        "transactions": list(day.transactions),
    }
