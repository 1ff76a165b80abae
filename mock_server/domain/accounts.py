"""Bank connections and the accounts on them, as a user of finAPI has them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from mock_server.clock import start_of, today
from mock_server.domain.banks import BankInterface
from mock_server.domain.bookings import BankAccount
from mock_server.domain.money import Cents

# "RECURRING up to 90 days": how long a PSD2 consent lasts, and also for how long a bank that works without
# consents does not ask for a second factor again.
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
    authorised_at: datetime
    """When the bank last asked for, or waived, strong customer authentication."""
    last_manual_update: UpdateResult
    last_auto_update: UpdateResult | None = None
    max_days_for_download: int = 0
    stores_secrets: bool = False
    default_procedure: str | None = None
    """The two-step procedure that the end user wants to be asked by."""

    @property
    def works_by_consent(self) -> bool:
        """PSD2 consents exist on XS2A only."""
        return self.name == "XS2A"

    def has_consent(self, now: datetime) -> bool:
        return self.consent is not None and now < self.consent.expires_at

    def is_authorised(self, now: datetime) -> bool:
        return now < self.authorised_at + CONSENT

    def can_update_alone(self, now: datetime) -> bool:
        """Whether an update needs nothing from the end user."""
        if self.works_by_consent:
            return self.has_consent(now)
        return self.stores_secrets and self.is_authorised(now)


@dataclass(frozen=True, slots=True)
class BankConnection:
    """A user's access to one bank.

    `fetched_until` is the last day whose bookings are here, `visited_until` the last day on which the nightly
    batch update has come by; it fetches nothing where it would need the end user.
    """

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
    visited_until: date
    is_busy: bool = False
    """An update is running (`updateStatus` IN_PROGRESS): whoever wants another one has to wait."""

    @property
    def due_at(self) -> datetime:
        """The next nightly batch update."""
        return start_of(self.visited_until + timedelta(days=1), BATCH_UPDATE_HOUR)

    def interface(self, name: str) -> ConnectedInterface | None:
        return next((interface for interface in self.interfaces if interface.name == name), None)


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


def connected_interface(
    interface: BankInterface,
    labels: Sequence[str],
    now: datetime,
    *,
    max_days: int = 0,
    stores_secrets: bool = False,
    default_procedure: str | None = None,
) -> ConnectedInterface:
    """An interface to which the end user has just logged in."""
    return ConnectedInterface(
        name=interface.name,
        labels=tuple(labels),
        consent=Consent(now + CONSENT) if interface.needs_consent else None,
        authorised_at=now,
        last_manual_update=UpdateResult("OK", now),
        max_days_for_download=max_days,
        stores_secrets=stores_secrets,
        default_procedure=default_procedure,
    )


def connect(
    id: int,
    owner: str,
    bank_id: int,
    name: str | None,
    login: str,
    interface: ConnectedInterface,
    now: datetime,
    *,
    has_owner_data: bool = False,
    skips_positions: bool = False,
) -> BankConnection:
    """A fresh connection, downloaded up to today; its accounts come afterwards."""
    return BankConnection(
        id=id,
        owner=owner,
        bank_id=bank_id,
        name=name,
        login=login,
        import_date=now,
        interfaces=(interface,),
        account_ids=(),
        fetched_until=today(now),
        has_owner_data=has_owner_data,
        skips_positions=skips_positions,
        visited_until=today(now),
    )


def with_interface(connection: BankConnection, interface: ConnectedInterface) -> BankConnection:
    """The connection with this interface, in the place of the one with its name if there is one.

    What the nightly updates have done, and how far back the first download went, stays as it was.
    """
    before = connection.interface(interface.name)
    if before is None:
        return replace(connection, interfaces=(*connection.interfaces, interface))
    renewed = replace(
        interface,
        last_auto_update=before.last_auto_update,
        max_days_for_download=interface.max_days_for_download or before.max_days_for_download,
    )
    same_order = (renewed if it.name == interface.name else it for it in connection.interfaces)
    return replace(connection, interfaces=tuple(same_order))


def updated_by_night(connection: BankConnection, now: datetime) -> BankConnection:
    """The connection after the batch update at `now` has come by, and fetched what it can without the end user."""
    visited = replace(connection, visited_until=today(now))
    done = UpdateResult("OK", now)
    interfaces = tuple(
        replace(interface, last_auto_update=done) if interface.can_update_alone(now) else interface
        for interface in connection.interfaces
    )
    if interfaces == connection.interfaces:
        return visited
    return replace(visited, interfaces=interfaces, fetched_until=today(now))


def updated_by_hand(
    connection: BankConnection, names: Collection[str], now: datetime, result: str = "OK"
) -> BankConnection:
    """The connection after an update over these interfaces that somebody has asked for."""
    done = UpdateResult(result, now)
    interfaces = tuple(
        replace(interface, last_manual_update=done) if interface.name in names else interface
        for interface in connection.interfaces
    )
    return replace(connection, interfaces=interfaces)


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
