"""Which accounts a user looks for: the filters of `GET /accounts`."""

from collections.abc import Mapping, Sequence
from typing import Any

from mock_server.clock import today
from mock_server.domain.accounts import Account

Query = Mapping[str, Any]


def matching(accounts: Sequence[Account], query: Query) -> list[Account]:
    """The accounts that pass every filter of `GET /accounts` that is given."""
    conditions = [condition(query[name]) for name, condition in FILTERS.items() if query.get(name) is not None]
    return [account for account in accounts if all(condition(account) for condition in conditions)]


def _found_by(search: str) -> Any:
    words = search.casefold().split()

    def found(account: Account) -> bool:
        bank = account.bank_account
        text = f"{account.name} {bank.iban} {bank.number}".casefold()
        return all(word in text for word in words)

    return found


# fmt: off
FILTERS: Mapping[str, Any] = {
    "ids":                     lambda ids: lambda account: account.id in ids,
    "search":                  _found_by,
    "accountTypes":            lambda types: lambda account: account.type in types,
    "bankConnectionIds":       lambda ids: lambda account: account.connection_id in ids,
    "minLastSuccessfulUpdate": lambda day: lambda account: today(account.last_update) >= day,
    "maxLastSuccessfulUpdate": lambda day: lambda account: today(account.last_update) <= day,
    "minBalance":              lambda least: lambda a: a.balance is not None and a.balance >= least * 100 - 1e-6,
    "maxBalance":              lambda most: lambda a: a.balance is not None and a.balance <= most * 100 + 1e-6,
}
# fmt: on
