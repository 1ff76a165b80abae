"""Which notifications a batch update owes to a user's rules, and what they say.

Only the body of NEW_TRANSACTIONS is known. The others follow its pattern: what the event is about stands in a
list named after the event, one entry for each account (or connection), and amounts and texts of the bank stand
in `details` only. Names and numbers of accounts are encrypted in all of them, `details` as a whole.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_server.domain.accounts import Account, BankConnection
from mock_server.domain.banks import Bank
from mock_server.domain.categories import Categories
from mock_server.domain.money import Cents, euros
from mock_server.domain.notification_rules import NotificationRule
from mock_server.domain.transactions import Transaction
from mock_server.errors import Blame

Json = dict[str, Any]
Encrypt = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What an update found on one account: `account` is as it is afterwards."""

    account: Account
    balance_before: Cents | None
    new_transactions: tuple[Transaction, ...] = ()

    @property
    def has_new_balance(self) -> bool:
        return self.account.balance is not None and self.account.balance != self.balance_before


@dataclass(frozen=True, slots=True)
class LoginError:
    """Why a bank did not let us in. `type` is `BUSINESS` or `TECHNICAL`, as in the update's result."""

    message: str
    type: Blame


@dataclass(frozen=True, slots=True)
class ConnectionChange:
    """What a batch update found at one bank, or that it did not get in."""

    connection: BankConnection
    bank: Bank
    accounts: tuple[AccountChange, ...] = ()
    login_error: LoginError | None = None


@dataclass(frozen=True, slots=True)
class BatchUpdate:
    """What a batch update found for one user. `has_new_terms`: the user has terms and conditions to agree to."""

    connections: tuple[ConnectionChange, ...]
    has_new_terms: bool = False


@dataclass(frozen=True, slots=True)
class Notification:
    """The body of a callback that is owed because of a rule."""

    rule_id: int
    body: Json


def owed(
    rules: Iterable[NotificationRule], update: BatchUpdate, categories: Categories, encrypt: Encrypt
) -> list[Notification]:
    """One notification for each rule that has something to tell, in the order of the rules."""
    notifications = []
    for rule in rules:
        news = EVENTS[rule.trigger_event](rule, update, categories)
        if news is not None:
            head = {"notificationRuleId": rule.id, "triggerEvent": rule.trigger_event}
            body = {**head, "callbackHandle": rule.callback_handle, **news}
            notifications.append(Notification(rule.id, _sealed(body, rule.includes_details, encrypt)))
    return notifications


ENCRYPTED = frozenset({"accountName", "accountNumber", "accountIban", "bankConnectionName", "details"})


def _sealed(value: Any, includes_details: bool, encrypt: Encrypt) -> Any:
    """The body with its sensitive fields encrypted, and without details if the rule does not want them."""
    if isinstance(value, list):
        return [_sealed(item, includes_details, encrypt) for item in value]
    if not isinstance(value, dict):
        return value
    sealed: Json = {}
    for name, inner in value.items():
        if name == "details" and not includes_details:
            continue
        if name in ENCRYPTED and inner is not None:
            sealed[name] = encrypt(inner if isinstance(inner, str) else json.dumps(inner, ensure_ascii=False))
        else:
            sealed[name] = _sealed(inner, includes_details, encrypt)
    return sealed


# What each event has to say; None: nothing, so no notification is sent.


def _new_balances(rule: NotificationRule, update: BatchUpdate, categories: Categories) -> Json | None:
    entries = [
        {**who, "details": _balances(change)} for who, change in _accounts(rule, update) if change.has_new_balance
    ]
    return {"newAccountBalances": entries} if entries else None


def _low_balances(rule: NotificationRule, update: BatchUpdate, categories: Categories) -> Json | None:
    threshold = rule.settings["balanceThreshold"]
    entries = [
        {**who, "details": _balances(change)}
        for who, change in _accounts(rule, update)
        if change.has_new_balance and (change.account.balance or 0) < threshold
    ]
    return {"lowAccountBalances": entries} if entries else None


def _new_transactions(rule: NotificationRule, update: BatchUpdate, categories: Categories) -> Json | None:
    return _told("newTransactions", rule, update, lambda transaction, account: True)


def _foreign_transfers(rule: NotificationRule, update: BatchUpdate, categories: Categories) -> Json | None:
    return _told("foreignMoneyTransfers", rule, update, _is_foreign)


def _high_amounts(rule: NotificationRule, update: BatchUpdate, categories: Categories) -> Json | None:
    threshold = rule.settings["absoluteAmountThreshold"]
    return _told("highTransactionAmounts", rule, update, lambda one, account: abs(one.booking.cents) >= threshold)


def _category_cash_flow(rule: NotificationRule, update: BatchUpdate, categories: Categories) -> Json | None:
    id = rule.settings["categoryId"]
    wanted = categories.with_children({id}) if rule.settings.get("includeChildCategories", True) else {id}
    news = _told("categoryCashFlows", rule, update, lambda one, account: one.category_id in wanted)
    category = categories.get(id)
    return news and {"categoryId": id, "categoryName": None if category is None else categories.name(category), **news}


def _login_errors(rule: NotificationRule, update: BatchUpdate, categories: Categories) -> Json | None:
    ids = rule.settings.get("bankConnectionIds")
    entries = [
        {
            "bankConnectionId": change.connection.id,
            **_bank(change),
            "details": {"errorMessage": change.login_error.message, "errorType": change.login_error.type},
        }
        for change in update.connections
        if change.login_error is not None and (ids is None or change.connection.id in ids)
    ]
    return {"bankLoginErrors": entries} if entries else None


def _new_terms(rule: NotificationRule, update: BatchUpdate, categories: Categories) -> Json | None:
    return {} if update.has_new_terms else None


EVENTS: Mapping[str, Callable[[NotificationRule, BatchUpdate, Categories], Json | None]] = {
    "NEW_ACCOUNT_BALANCE": _new_balances,
    "NEW_TRANSACTIONS": _new_transactions,
    "BANK_LOGIN_ERROR": _login_errors,
    "FOREIGN_MONEY_TRANSFER": _foreign_transfers,
    "LOW_ACCOUNT_BALANCE": _low_balances,
    "HIGH_TRANSACTION_AMOUNT": _high_amounts,
    "CATEGORY_CASH_FLOW": _category_cash_flow,
    "NEW_TERMS_AND_CONDITIONS": _new_terms,
}


def _told(
    event: str, rule: NotificationRule, update: BatchUpdate, fits: Callable[[Transaction, Account], bool]
) -> Json | None:
    """The new transactions that fit, counted for each account. Of many, `details` has the first few."""
    entries = []
    for who, change in _accounts(rule, update):
        fitting = [transaction for transaction in change.new_transactions if fits(transaction, change.account)]
        if fitting:
            shown = fitting[: rule.settings.get("maxTransactionsCount")]
            details = {"transactionDetails": [_transaction(transaction) for transaction in shown]}
            entries.append({**who, f"{event}Count": len(fitting), "details": details})
    return {event: entries} if entries else None


def _is_foreign(transaction: Transaction, account: Account) -> bool:
    """Whether the other account is in another country. Without an IBAN nobody can tell."""
    there, here = transaction.booking.counterpart_iban[:2], account.bank_account.iban[:2]
    return bool(there and here) and there != here


def _accounts(rule: NotificationRule, update: BatchUpdate) -> Iterator[tuple[Json, AccountChange]]:
    """The accounts that the rule is about, each with what every body says of it."""
    ids: Sequence[int] | None = rule.settings.get("accountIds")
    for connection in update.connections:
        for change in connection.accounts:
            account = change.account
            if ids is None or account.id in ids:
                who = {
                    "accountId": account.id,
                    "accountName": account.name,
                    "accountNumber": account.bank_account.number,
                    "accountIban": account.bank_account.iban or None,
                    **_bank(connection),
                }
                yield who, change


def _bank(change: ConnectionChange) -> Json:
    return {"bankName": change.bank.name, "bankConnectionName": change.connection.name}


def _balances(change: AccountChange) -> Json:
    before, after = change.balance_before, change.account.balance
    return {
        "balance": None if after is None else euros(after),
        "previousBalance": None if before is None else euros(before),
    }


def _transaction(transaction: Transaction) -> Json:
    booking = transaction.booking
    return {
        "id": transaction.id,
        "finapiBookingDate": transaction.finapi_booking_date.isoformat(),
        "bankBookingDate": booking.booked_on.isoformat(),
        "amount": euros(booking.cents),
        "counterpartName": booking.counterpart or None,
        "purpose": booking.purpose or None,
        "isAdjustingEntry": transaction.is_adjusting_entry,
    }
