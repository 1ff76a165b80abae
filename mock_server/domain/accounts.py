"""Bank connections and the accounts on them, as a user of finAPI has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from mock_server.clock import start_of, today
from mock_server.domain.banks import BankInterface
from mock_server.domain.bookings import BankAccount
from mock_server.domain.money import Cents

# "RECURRING up to 90 days": how long a PSD2 consent lasts.
CONSENT = timedelta(days=90)

# The hour in Germany at which the nightly batch update fetches what banks have booked.
BATCH_UPDATE_HOUR = 5


@dataclass(frozen=True, slots=True)
class Consent:
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class UpdateResult:
    result: str
    timestamp: datetime


@dataclass(frozen=True, slots=True)
class ConnectedInterface:
    """An interface that a connection uses."""

    name: str
    labels: tuple[str, ...]
    """The login fields whose values finAPI has; it shows them masked."""
    consent: Consent | None
    last_manual_update: UpdateResult
    last_auto_update: UpdateResult | None = None
    max_days_for_download: int = 0


@dataclass(frozen=True, slots=True)
class BankConnection:
    """A user's access to one bank. `fetched_until` is the last day whose bookings are here."""

    id: int
    owner: str
    bank_id: int
    name: str | None
    login: str
    import_date: datetime
    interfaces: tuple[ConnectedInterface, ...]
    account_ids: tuple[int, ...]
    fetched_until: date
    has_owner_data: bool
    skips_positions: bool

    @property
    def due_at(self) -> datetime:
        """The next nightly batch update: the first one after the last day that is here."""
        return start_of(self.fetched_until + timedelta(days=1), BATCH_UPDATE_HOUR)


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a user: what its bank says of it, and what finAPI knows besides."""

    id: int
    owner: str
    connection_id: int
    bank_account: BankAccount
    interfaces: tuple[str, ...]
    import_date: datetime
    last_update: datetime
    balance: Cents | None
    name: str
    is_new: bool = True

    due_at: None = None

    @property
    def type(self) -> str:
        return self.bank_account.type


def connect(
    id: int,
    owner: str,
    bank_id: int,
    name: str | None,
    login: str,
    interface: BankInterface,
    labels: Sequence[str],
    now: datetime,
    *,
    max_days: int = 0,
    has_owner_data: bool = False,
    skips_positions: bool = False,
) -> BankConnection:
    """A fresh connection, downloaded up to today; its accounts come afterwards."""
    connected = ConnectedInterface(
        name=interface.name,
        labels=tuple(labels),
        consent=Consent(now + CONSENT) if interface.needs_consent else None,
        last_manual_update=UpdateResult("OK", now),
        max_days_for_download=max_days,
    )
    return BankConnection(
        id=id,
        owner=owner,
        bank_id=bank_id,
        name=name,
        login=login,
        import_date=now,
        interfaces=(connected,),
        account_ids=(),
        fetched_until=today(now),
        has_owner_data=has_owner_data,
        skips_positions=skips_positions,
    )


def updated_by_night(connection: BankConnection, now: datetime) -> BankConnection:
    """The connection after a nightly batch update at `now`."""
    done = UpdateResult("OK", now)
    interfaces = tuple(replace(interface, last_auto_update=done) for interface in connection.interfaces)
    return replace(connection, interfaces=interfaces, fetched_until=today(now))


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
