"""How each scenario that ships is tried: requests whose last one meets it, in the words of the cookbook's session.

`$CONNECTION` and its like are the session's: ids that its first block has found out.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import count
from typing import Any

from mock_server.scenario.engine import luck_of
from mock_server.scenario.events import CALLBACK
from mock_server.scenario.rules import Fault, Scenario, When


@dataclass(frozen=True)
class Try:
    """A request, and how often it is sent. Without a body it is a GET unless the method says otherwise."""

    path: str
    body: Any = None
    method: str | None = None
    form: Mapping[str, str] | None = None
    role: str = "user"
    times: int = 1

    @property
    def verb(self) -> str:
        return self.method or ("GET" if self.body is None and self.form is None else "POST")


BACK = "https://shop.example/back"
TOKEN = "/api/v2/oauth/token"
PASSWORD = Try(TOKEN, form={"grant_type": "password", "username": "tess", "password": "open-sesame"})
CLIENT = Try(TOKEN, form={"grant_type": "client_credentials"})
REFRESH = Try(TOKEN, form={"grant_type": "refresh_token", "refresh_token": "$REFRESH_TOKEN"})
ACCOUNTS = Try("/api/v2/accounts")
TRANSACTIONS = Try("/api/v2/transactions?view=userView")
LOGIN = [{"label": "Onlinebanking-ID", "value": "demo_no_msa+$RANDOM"}, {"label": "PIN", "value": "demo_no_msa"}]
IMPORT = Try(
    "/api/v2/bankConnections/import", {"bankId": 280001, "bankingInterface": "XS2A", "loginCredentials": LOGIN}
)
UPDATE = Try("/api/v2/bankConnections/update", {"bankConnectionId": "$CONNECTION", "bankingInterface": "XS2A"})
PIN = {"loginCredentials": [{"label": "PIN", "value": "demo_no_msa"}]}
MULTI_STEP = {"multiStepAuthentication": {"hash": "00000000000000000000000000000000"}}
TRANSFER = {"counterpartName": "Max Mustermann", "counterpartIban": "DE13700800000061110500", "amount": 1}
PAYER = {"name": "Max Mustermann", "iban": "DE13700800000061110500"}
ORDER = {"recipient": PAYER, "amount": {"value": 1, "currency": "EUR"}}
DEBIT = {
    "accountId": "$ACCOUNT",
    "directDebitType": "BASIC",
    "sequenceType": "OOFF",
    "executionDate": "2030-01-07",
    "directDebits": [{**TRANSFER, "mandateId": "M-1", "mandateDate": "2026-01-05", "creditorId": "DE98ZZZ09999999999"}],
}

REQUESTS: Mapping[str, Try] = {
    "getToken": PASSWORD,
    "createUser": Try("/api/v2/users", {"id": "bob"}, role="client"),
    "verifyUser": Try("/api/v2/users/verify/alice", method="POST", role="client"),
    "deleteAuthorizedUser": Try("/api/v2/users", method="DELETE"),
    "executePasswordChange": Try(
        "/api/v2/users/executePasswordChange",
        {"userId": "alice", "password": "open-sesame", "passwordChangeToken": "0" * 36},
        role="client",
    ),
    "editAuthorizedUser": Try("/api/v2/users", {"email": "alice@shop.example"}, method="PATCH"),
    "deleteUsers": Try("/api/v2/mandatorAdmin/deleteUsers", {"userIds": ["carol"]}, role="admin"),
    "importBankConnection": IMPORT,
    "updateBankConnection": UPDATE,
    "connectInterface": Try(
        "/api/v2/bankConnections/connectInterface",
        {"bankConnectionId": "$CONNECTION", "bankingInterface": "FINTS_SERVER", "sourceBankingInterface": "XS2A"},
    ),
    "getBank": Try("/api/v2/banks/280001"),
    "getAndSearchAllBanks": Try("/api/v2/banks"),
    "getAndSearchAllAccounts": ACCOUNTS,
    "getAccount": Try("/api/v2/accounts/$ACCOUNT"),
    "getAndSearchAllTransactions": TRANSACTIONS,
    "deleteAllTransactions": Try("/api/v2/transactions?safeMode=false", method="DELETE"),
    "splitTransaction": Try("/api/v2/transactions/1/split", {"subTransactions": [{"amount": 1}]}),
    "createLabel": Try("/api/v2/labels", {"name": "rent"}),
    "createMoneyTransfer": Try(
        "/api/v2/payments/moneyTransfers", {"accountId": "$ACCOUNT", "moneyTransfers": [TRANSFER]}
    ),
    "createDirectDebit": Try("/api/v2/payments/directDebits", DEBIT),
    "submitPayment": Try("/api/v2/payments/submit", {"paymentId": "$PAYMENT", "bankingInterface": "XS2A", **PIN}),
    "getPayments": Try("/api/v2/payments"),
    "createForBankConnectionImport": Try(
        "/api/webForms/bankConnectionImport",
        {"bank": {"id": 280001}, "redirectUrl": BACK},
    ),
    "createForStandalonePayment": Try("/api/webForms/standalonePayment", {"orders": [ORDER], "redirectUrl": BACK}),
    "getWebForm": Try("/api/webForms/$FORM"),
    "createProfile": Try("/api/profiles", {"label": "Blue"}, role="admin"),
    "createBankConnectionUpdateTask": Try(
        "/api/tasks/backgroundUpdate", {"bankConnectionId": "$CONNECTION", "redirectUrl": BACK}
    ),
    "getTask": Try("/api/tasks/$TASK"),
}
"""One request for each operation that a first rule names."""

BY_NAME: Mapping[str, Sequence[Try]] = {
    "client-credentials-refused": [CLIENT],
    "refresh-refused": [REFRESH],
    "user-deleted-elsewhere": [ACCOUNTS, PASSWORD, ACCOUNTS],
    "bank-goes-down-and-recovers": [replace(IMPORT, times=3)],
    "sca-at-every-update": [replace(UPDATE, body=UPDATE.body | PIN | {"bankConnectionId": "$OTHER"})],
    "payment-status-unknown": [REQUESTS["createForStandalonePayment"]],  # the session's payment may be submitted
    "account-types-refused": [replace(IMPORT, body={**IMPORT.body, "accountTypes": ["Loan"]})],
    "challenge-expired": [replace(IMPORT, body=IMPORT.body | MULTI_STEP)],
    "procedure-missing": [replace(IMPORT, body=IMPORT.body | MULTI_STEP)],
    "procedure-gone": [
        replace(IMPORT, body=IMPORT.body | {"multiStepAuthentication": {"hash": "0", "twoStepProcedureId": "955"}})
    ],
    "page-too-large": [replace(TRANSACTIONS, path=f"{TRANSACTIONS.path}&perPage=500")],
    "too-many-ids": [replace(TRANSACTIONS, path=f"{TRANSACTIONS.path}&ids=1,2,3")],
    "no-collective-transfers": [
        Try("/api/v2/payments/moneyTransfers", {"accountId": "$ACCOUNT", "moneyTransfers": [TRANSFER, TRANSFER]})
    ],
    "error-510": [IMPORT],
    "error-501": [IMPORT],
    "error-423": [UPDATE],
    "error-422": [REQUESTS["createLabel"]],
    "error-404": [REQUESTS["getAccount"]],
}
"""Scenarios that their first rule's operation alone does not meet."""


def tries(scenario: Scenario) -> Sequence[Try]:
    """What to send, one after the other, each with the scenario's name in its header."""
    if scenario.name in BY_NAME:
        return BY_NAME[scenario.name]
    rule = scenario.rules[0]
    often = _first_hit(rule.when) if rule.then.quota is None else rule.then.quota.requests + 1
    if rule.when.chance is not None:
        lucky = (n for n in count(1) if luck_of(scenario.seed, 0, "", n) < rule.when.chance)
        often = next(lucky)
    request = replace(_request(rule.when), times=often)
    if rule.then.login_as is not None and "bankConnectionId" in request.body:
        request = replace(request, body=request.body | {"bankConnectionId": "$OTHER"})  # it is never the same again
    return [request]


def is_about_callbacks(scenario: Scenario) -> bool:
    return all(CALLBACK in rule.when.operation for rule in scenario.rules)


def breaks_or_waits(scenario: Scenario) -> bool:
    """Whether a client has to do with a broken connection, or with patience."""
    return any(rule.then.fault is not None or rule.then.delay is not None for rule in scenario.rules)


def is_slow(scenario: Scenario) -> bool:
    return any(rule.then.delay is not None or rule.then.fault is Fault.SLOW_BODY for rule in scenario.rules)


def _first_hit(when: When) -> int:
    """Which of the requests that fit is the first to meet the rule."""
    return max(min(when.nth, default=1), (when.after or 0) + 1, when.every or 1)


def _request(when: When) -> Try:
    if not when.operation:
        return REQUESTS["createForBankConnectionImport"] if when.api == "webform" else ACCOUNTS
    return next(it for pattern in when.operation for name, it in REQUESTS.items() if fnmatchcase(name, pattern))


def as_json(body: Any) -> str:
    """A body as it is sent: `$CONNECTION` stands without quotes, because it is a number."""
    text = json.dumps(body)
    for name in ("CONNECTION", "OTHER", "ACCOUNT", "PAYMENT"):
        text = text.replace(f'"${name}"', f"${name}")
    return text
