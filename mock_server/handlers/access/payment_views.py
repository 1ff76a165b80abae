"""Payments and standing orders as Access shows them. Fields without a value are left out."""

from datetime import date, datetime

from mock_server.clock import access_timestamp
from mock_server.domain import payments, standing_orders
from mock_server.domain.money import euros
from mock_server.handlers.access.views import Json, present


def payment(payment: payments.Payment) -> Json:
    return present(
        {
            "id": payment.id,
            "accountId": payment.account_id,
            "iban": payment.iban,
            "bankId": payment.bank_id,
            "type": payment.type,
            "amount": euros(payment.cents),
            "orderCount": len(payment.orders),
            "status": payment.status,
            "statusV2": payment.status_v2,
            "bankMessage": payment.bank_message,
            "requestDate": _instant(payment.requested_at),
            "executionDate": _instant(payment.completed_at),
            "instructedExecutionDate": _day(payment.execution_date),
            "instantPayment": payment.is_instant,
            "msgId": payment.msg_id,
        }
    )


def standing_order(order: standing_orders.StandingOrder) -> Json:
    return present(
        {
            "id": order.id,
            "accountId": order.account_id,
            "iban": order.iban,
            "bankId": order.bank_id,
            "amount": euros(order.cents),
            "currency": order.order.currency,
            "startDate": _day(order.start_date),
            "endDate": _day(order.end_date),
            "frequency": order.frequency,
            "requestDate": _instant(order.requested_at),
            "requestCompletionDate": _instant(order.completed_at),
            "status": order.status,
            "bankMessage": order.bank_message,
        }
    )


def bank_side_standing_order(order: standing_orders.BankSideStandingOrder) -> Json:
    found = order.found
    return present(
        {
            "id": order.id,
            "accountId": order.account_id,
            "importDate": access_timestamp(order.import_date),
            "amount": euros(found.cents),
            "currency": order.currency,
            "counterpartyName": found.counterpart,
            "counterpartyIban": found.counterpart_iban,
            "purpose": found.purpose,
            "startDate": _day(found.start_date),
            "dayOfExecution": found.day,
            "frequency": standing_orders.Frequency.MONTHLY,
            "sepaPurposeCode": found.sepa_purpose_code,
        }
    )


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else access_timestamp(instant)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
