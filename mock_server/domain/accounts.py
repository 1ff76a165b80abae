"""Bank connections and the accounts on them, as a user of finAPI has them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from mock_server.clock import start_of, today
from mock_server.domain.banks import BankInterface
from mock_server.domain.bookings import BankAccount
from mock_server.domain.money import Cents
from mock_server.domain.progress import Work
from mock_server.errors import ApiError, Blame, Refusal

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
    """How an update ended: `result` is `OK` or says which side has failed. A failure may say why, and to whom."""

    result: str
    timestamp: datetime
    error_message: str | None = None
    error_type: Blame | None = None


@dataclass(frozen=True, slots=True)
class Unattended:
    """How often finAPI was at the bank on a (German) day without its end user."""

    day: date
    count: int


@dataclass(frozen=True, slots=True)
class Download:
    """A download in the background, over these interfaces."""

    interfaces: tuple[str, ...]
    skips_positions: bool = False
    skips_balances: bool = False
    spares: tuple[int, ...] = ()
    """The accounts that still go without what they have gone without so far."""


class NewTerms(StrEnum):
    """How far a bank's new terms and conditions have come."""

    AHEAD = "AHEAD"
    """The next access without the end user will be refused because of them."""
    ASKED = "ASKED"
    """One has been refused, and so is every other one until the end user comes."""
    AGREED = "AGREED"


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
    has_wrong_secrets: bool = False
    """The bank does not accept the stored credentials (any more)."""
    default_procedure: str | None = None
    """The two-step procedure that the end user wants to be asked by."""
    unattended: Unattended | None = None
    """The accesses of the last day on which there was one without the end user."""
    is_detailed: bool = False
    """The consent is for certain accounts only (DETAILED_CONSENT)."""
    new_terms: NewTerms | None = None

    @property
    def works_by_consent(self) -> bool:
        """PSD2 consents exist on XS2A only."""
        return self.name == "XS2A"

    def has_consent(self, now: datetime) -> bool:
        return self.consent is not None and now < self.consent.expires_at

    def is_authorised(self, now: datetime) -> bool:
        return now < self.authorised_at + CONSENT

    def needs_user(self, now: datetime) -> bool:
        """`userActionRequired`: updates without the end user have to stop, because something has ended."""
        if self.new_terms is NewTerms.ASKED:
            return True
        return not (self.has_consent(now) if self.works_by_consent else self.is_authorised(now))

    def can_update_alone(self, now: datetime) -> bool:
        """Whether an update needs nothing from the end user."""
        if self.new_terms is NewTerms.ASKED:
            return False
        if self.works_by_consent:
            return self.has_consent(now)
        return self.stores_secrets and not self.has_wrong_secrets and self.is_authorised(now)


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
    has_task: bool = False
    """A background update of Web Form 2.0 is running."""
    download: Download | None = None
    work: Work | None = None
    """How long the download still takes; None: there is none."""

    @property
    def is_busy(self) -> bool:
        """An import or update is running (`updateStatus` IN_PROGRESS): whoever wants another one has to wait."""
        return self.has_task or self.download is not None

    @property
    def next_batch_update(self) -> datetime:
        return start_of(self.visited_until + timedelta(days=1), BATCH_UPDATE_HOUR)

    @property
    def has_new_terms(self) -> bool:
        """Whether the end user has to agree to something before there are updates again."""
        return any(interface.new_terms is NewTerms.ASKED for interface in self.interfaces)

    @property
    def due_at(self) -> datetime:
        """The end of the download, or the next nightly batch update."""
        ends_at = None if self.work is None else self.work.ends_at
        return self.next_batch_update if ends_at is None else min(ends_at, self.next_batch_update)

    def interface(self, name: str) -> ConnectedInterface | None:
        return next((interface for interface in self.interfaces if interface.name == name), None)


@dataclass(frozen=True, slots=True)
class InterfaceState:
    """How the latest download of an account over one of its interfaces ended; `status` is finAPI's `AccountStatus`."""

    status: str
    attempted_at: datetime
    succeeded_at: datetime


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
    own_type: str | None = None
    """The type that the user has given it; None: that of the bank."""
    fetched_until: date | None = None
    """The last day whose bookings are here; None: there are none yet."""
    seen_posting: int = 0
    """The number of the newest posting that there was at the last download; see `postings`."""
    balance_offset: Cents = 0
    """How much more the balance is than the bank's books say, since a mock batch update has set it."""
    states: Mapping[str, InterfaceState] = field(default_factory=dict)
    """By interface, whatever is not a good download at `last_update`."""

    due_at: None = None

    @property
    def type(self) -> str:
        return self.own_type or self.bank_account.type

    def state(self, interface: str) -> InterfaceState:
        return self.states.get(interface) or InterfaceState("UPDATED", self.last_update, self.last_update)


def connected_interface(
    interface: BankInterface,
    labels: Sequence[str],
    now: datetime,
    *,
    max_days: int = 0,
    stores_secrets: bool = False,
    default_procedure: str | None = None,
    lasts: timedelta = CONSENT,
    new_terms: NewTerms | None = None,
) -> ConnectedInterface:
    """An interface to which the end user has just logged in, and which needs nobody for as long as it `lasts`."""
    return ConnectedInterface(
        name=interface.name,
        labels=tuple(labels),
        consent=Consent(now + lasts) if interface.needs_consent else None,
        authorised_at=now + lasts - CONSENT,
        last_manual_update=UpdateResult("OK", now),
        max_days_for_download=max_days,
        stores_secrets=stores_secrets,
        default_procedure=default_procedure,
        is_detailed=interface.is_detailed,
        new_terms=new_terms,
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

    What the nightly updates have done, and how far back the first download went, stays as it was. Whoever logs in
    anew has agreed to whatever the bank had new terms for.
    """
    before = connection.interface(interface.name)
    if before is None:
        return replace(connection, interfaces=(*connection.interfaces, interface))
    renewed = replace(
        interface,
        last_auto_update=before.last_auto_update,
        max_days_for_download=interface.max_days_for_download or before.max_days_for_download,
        new_terms=None if interface.new_terms is None else NewTerms.AGREED,
    )
    same_order = (renewed if it.name == interface.name else it for it in connection.interfaces)
    return replace(connection, interfaces=tuple(same_order))


def updated_by_night(connection: BankConnection, now: datetime) -> BankConnection:
    """The connection after the batch update at `now` has come by, and fetched what it can without the end user."""
    visited = replace(connection, visited_until=today(now))
    if connection.is_busy:
        return visited
    interfaces = tuple(
        visited_by_night(interface, now) if interface.can_update_alone(now) else interface
        for interface in connection.interfaces
    )
    visited = replace(visited, interfaces=interfaces)
    if not any(interface.last_auto_update == UpdateResult("OK", now) for interface in interfaces):
        return visited
    return replace(visited, fetched_until=today(now))


def visited_by_night(interface: ConnectedInterface, now: datetime) -> ConnectedInterface:
    """The interface after the batch update has knocked."""
    if interface.new_terms is NewTerms.AHEAD:
        refused = UpdateResult("BANK_SERVER_REJECTION", now)
        return replace(interface, last_auto_update=refused, new_terms=NewTerms.ASKED)
    return replace(interface, last_auto_update=UpdateResult("OK", now))


def refused_for_terms(connection: BankConnection) -> BankConnection | None:
    """The connection after an update without the end user has met new terms and conditions; None if there are none."""
    if not any(interface.new_terms is NewTerms.AHEAD for interface in connection.interfaces):
        return None
    interfaces = tuple(
        replace(interface, new_terms=NewTerms.ASKED) if interface.new_terms is NewTerms.AHEAD else interface
        for interface in connection.interfaces
    )
    return replace(connection, interfaces=interfaces)


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


def downloaded(account: Account, balance: Cents | None, now: datetime) -> Account:
    """The account after a good download over all its interfaces."""
    return replace(account, balance=balance, last_update=now, states={})


def started(connection: BankConnection, download: Download, work: Work) -> BankConnection:
    """The connection with a download under way; one that was under way already becomes part of it."""
    running = connection.download
    if running is not None:
        download = Download(
            interfaces=tuple(dict.fromkeys((*running.interfaces, *download.interfaces))),
            skips_positions=running.skips_positions and download.skips_positions,
            skips_balances=running.skips_balances and download.skips_balances,
            spares=(*running.spares, *download.spares),
        )
    return replace(connection, download=download, work=work)


def ended(connection: BankConnection, download: Download, now: datetime) -> BankConnection:
    """The connection after its download has ended well."""
    done = updated_by_hand(connection, download.interfaces, now)
    fetched_until = connection.fetched_until if download.skips_positions else today(now)
    return replace(done, download=None, work=None, fetched_until=fetched_until)


def check_idle(connection: BankConnection) -> None:
    """ApiError 423 while an import or update is running."""
    if connection.is_busy:
        raise ApiError(
            Refusal.LOCKED, f"Bank connection {connection.id} is being imported or updated; try again later."
        )


UNATTENDED_PER_DAY = 4
"""PSD2: how often a day a bank lets somebody in by a consent without its customer."""


def visited_unattended(interface: ConnectedInterface, now: datetime) -> ConnectedInterface:
    """The interface after one more access by its consent without the end user. ApiError 422 after the fourth a day."""
    before = interface.unattended
    count = before.count if before is not None and before.day == today(now) else 0
    if count >= UNATTENDED_PER_DAY:
        detail = (
            f"The bank lets finAPI in {UNATTENDED_PER_DAY} times a day without the end user. If the end user takes "
            "part, send PSU-IP-Address, PSU-Device-OS and PSU-User-Agent."
        )
        raise ApiError(Refusal.NO_PSU_METADATA, detail)
    return replace(interface, unattended=Unattended(today(now), count + 1))


def edit(account: Account, changes: Mapping[str, Any]) -> Account:
    """Change name, type and `isNew`. ApiError 400 for a type that would turn securities into money or back."""
    type = changes.get("accountType", account.type)
    if (type == SECURITIES) is not (account.bank_account.type == SECURITIES):
        detail = f"Field 'accountType' not valid: A {account.bank_account.type} account cannot become {type}."
        raise ApiError(Refusal.ILLEGAL_ACCOUNT_TYPE, detail)
    return replace(
        account,
        name=changes.get("accountName", account.name),
        own_type=None if type == account.bank_account.type else type,
        is_new=changes.get("isNew", account.is_new),
    )


SECURITIES = "Security"
