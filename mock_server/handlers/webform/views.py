"""Records as Web Form 2.0 shows them, one function per response schema."""

from typing import Any

from mock_server.clock import webform_timestamp
from mock_server.domain.form_details import FormType
from mock_server.domain.forms import WebForm
from mock_server.domain.tasks import Task

Json = dict[str, Any]

# Web Form writes account types in capitals, Access in camel case.
ACCESS_ACCOUNT_TYPES = {
    "BAUSPAREN": "Bausparen",
    "CHECKING": "Checking",
    "CREDIT_CARD": "CreditCard",
    "LOAN": "Loan",
    "MEMBERSHIP": "Membership",
    "SAVINGS": "Savings",
    "SECURITY": "Security",
}

# The one id that a form of each type can have.
PAYLOAD_IDS = {
    FormType.BANK_CONNECTION_IMPORT: ("bankConnectionId", "connection_id"),
    FormType.BANK_CONNECTION_UPDATE: ("bankConnectionId", "connection_id"),
    FormType.STANDALONE_PAYMENT: ("paymentId", "payment_id"),
    FormType.PAYMENT_WITH_ACCOUNT_ID: ("paymentId", "payment_id"),
    FormType.DIRECT_DEBIT_WITH_ACCOUNT_ID: ("paymentId", "payment_id"),
    FormType.STANDING_ORDER: ("standingOrderId", "standing_order_id"),
}


def web_form(form: WebForm, base_url: str) -> Json:
    return {
        "id": form.id,
        "url": f"{base_url}/wf/{form.id}",
        "createdAt": webform_timestamp(form.created_at),
        "expiresAt": webform_timestamp(form.expires_at),
        "type": str(form.type),
        "status": str(form.status),
        "payload": payload(form),
    }


def payload(form: WebForm) -> Json:
    """The id that fits the form's type and the error, null until there is something to say."""
    outcome = form.outcome
    key, name = PAYLOAD_IDS[form.type]
    return {
        key: outcome and getattr(outcome, name),
        "errorCode": outcome and outcome.error_code,
        "errorMessage": outcome and outcome.error_message,
    }


def web_form_info(form: WebForm, base_url: str) -> Json:
    return {"id": form.id, "url": f"{base_url}/wf/{form.id}", "status": str(form.status)}


def task(task: Task, form: WebForm | None, base_url: str) -> Json:
    """A task, with its web form as long as that has not been deleted."""
    return {
        "id": task.id,
        "createdAt": webform_timestamp(task.created_at),
        "type": task.type,
        "status": str(task.status),
        "payload": {
            "bankConnectionId": task.details.connection_id,
            "webForm": None if form is None else web_form_info(form, base_url),
            "errorCode": task.error_code,
            "errorMessage": task.error_message,
        },
    }
