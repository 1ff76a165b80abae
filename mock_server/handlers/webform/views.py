"""Records as Web Form 2.0 shows them."""

from typing import Any

from mock_server.clock import webform_timestamp
from mock_server.domain.forms import WebForm

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


def web_form(form: WebForm, base_url: str) -> Json:
    return {
        "id": form.id,
        "url": f"{base_url}/wf/{form.id}",
        "createdAt": webform_timestamp(form.created_at),
        "expiresAt": webform_timestamp(form.expires_at),
        "type": form.type,
        "status": str(form.status),
        "payload": payload(form),
    }


def payload(form: WebForm) -> Json:
    """The id that fits the form's type and the error, null until there is something to say."""
    outcome = form.outcome
    return {
        "bankConnectionId": outcome and outcome.connection_id,
        "errorCode": outcome and outcome.error_code,
        "errorMessage": outcome and outcome.error_message,
    }
