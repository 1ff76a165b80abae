"""Downloading from a bank: the first import of a connection, its updates, and the nightly batch update."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mock_server.clock import today
from mock_server.domain import accounts, logins, progress, statistics
from mock_server.domain.accounts import CONSENT, Account, BankConnection, ConnectedInterface, Download, NewTerms
from mock_server.domain.banks import PRIORITY, Bank, BankInterface
from mock_server.domain.bookings import BankAccount
from mock_server.domain.configuration import allowed_account_types
from mock_server.domain.form_details import ImportDetails
from mock_server.domain.ledger import Ledger
from mock_server.domain.logins import customer_of
from mock_server.domain.notifications import AccountChange, ConnectionChange
from mock_server.exchange import Call, World
from mock_server.handlers import removals
from mock_server.handlers.counting import count
from mock_server.handlers.downloads import accounts_of, download, ledger_of, new_account
from mock_server.handlers.notifying import notify
from mock_server.handlers.sources import bank_of_connection


def offered_accounts(ledger: Ledger, interface: BankInterface, types: Sequence[str] = ()) -> list[BankAccount]:
    """The accounts that an interface delivers, of the wanted types (none named: all)."""
    delivered = [account for account in ledger.accounts if account.type in interface.account_types]
    # The generated books know no loans and credit cards: a bank for these only shows what there is instead.
    return [account for account in delivered or ledger.accounts if not types or account.type in types]


@dataclass(frozen=True, slots=True)
class Access:
    """How an end user has come to a bank: through which interface, as whom, and what finAPI may keep of it."""

    bank: Bank
    interface: BankInterface
    login: str
    labels: Sequence[str]
    stores_secrets: bool = False
    default_procedure: str | None = None

    def connected(self, now: datetime, max_days: int) -> ConnectedInterface:
        customer = customer_of(self.login)
        return accounts.connected_interface(
            self.interface,
            self.labels,
            now,
            max_days=max_days,
            stores_secrets=self.stores_secrets,
            default_procedure=self.default_procedure,
            lasts=(customer and customer.consent_lasts) or CONSENT,
            new_terms=NewTerms.AHEAD if customer is not None and customer.has_new_terms else None,
        )


def import_connection(world: World, owner: str, access: Access, wish: ImportDetails, now: datetime) -> BankConnection:
    """Store a new connection with its accounts; the balances and bookings come with a download in the background.

    A web form does not wait for it either.
    """
    connection = accounts.connect(
        id=world.ids.number("bank_connection"),
        owner=owner,
        bank_id=access.bank.id,
        name=wish.connection_name,
        login=access.login,
        interface=access.connected(now, wish.max_days),
        now=now,
        has_owner_data=wish.loads_owner_data,
        skips_positions=wish.skips_positions,
    )
    count(world, owner, statistics.connected, now)
    return add_accounts(world, connection, access, wish, now, later=True)


def connect_interface(
    world: World, connection: BankConnection, access: Access, wish: ImportDetails, now: datetime
) -> BankConnection:
    """Connect an interface, for the first time or anew, and store the accounts that only it delivers."""
    connected = accounts.with_interface(connection, access.connected(now, wish.max_days))
    return add_accounts(world, connected, access, wish, now, later=True)


def add_accounts(
    world: World, connection: BankConnection, access: Access, wish: ImportDetails, now: datetime, *, later: bool = False
) -> BankConnection:
    """Store the accounts of the wanted types that the connection does not have yet, and the connection.

    `later`: balances and bookings come with a download in the background, as fast as the mandator's pace says.
    """
    known = {account.bank_account.key: account for account in accounts_of(world, connection)}
    name = access.interface.name
    added: list[Account] = []
    for bank_account in delivered(world, access, wish):
        before = known.get(bank_account.key)
        if before is None:
            added.append(new_account(world, connection, bank_account, name, now))
        elif name not in before.interfaces:
            world.store.put(replace(before, interfaces=(*before.interfaces, name)))
    ids = (*connection.account_ids, *(account.id for account in added))
    connection = replace(connection, account_ids=ids)
    if later:
        world.store.put(*added)
        return start_download(world, connection, [name], wish, now)
    world.store.put(connection)
    skips = {"skips_positions": wish.skips_positions, "skips_balances": wish.skips_balances}
    for account in added:
        download(world, connection, account, now, **skips)
    return connection


def limited(wish: ImportDetails, call: Call, world: World) -> ImportDetails:
    """The wish, of which the client's restrictions may leave less. ApiError 422 for what it must not have."""
    types = allowed_account_types(world.configuration_of(call.client), wish.account_types)
    return replace(wish, account_types=types)


def delivered(world: World, access: Access, wish: ImportDetails) -> list[BankAccount]:
    """What the bank shows of what is wanted."""
    offered = offered_accounts(ledger_of(world, access.bank, access.login), access.interface, wish.account_types)
    return [account for account in offered if not wish.ibans or account.iban in wish.ibans]


def update_connection(
    world: World, connection: BankConnection, names: Collection[str], wish: ImportDetails, now: datetime
) -> BankConnection:
    """Fetch what the bank has booked since the last update, over the named interfaces, and store it.

    Bookings that are skipped now come with the next update.
    """
    updated = accounts.updated_by_hand(connection, names, now)
    updated = replace(updated, has_owner_data=updated.has_owner_data or wish.loads_owner_data)
    _fetch_news(world, connection, now, wish)
    if not wish.skips_positions:
        updated = replace(updated, fetched_until=today(now))
    world.store.put(updated)
    return updated


def start_update(
    world: World, connection: BankConnection, names: Sequence[str], wish: ImportDetails, now: datetime
) -> BankConnection:
    """Begin to fetch the same in the background."""
    updating = replace(connection, has_owner_data=connection.has_owner_data or wish.loads_owner_data)
    spares = connection.account_ids if connection.download is None else ()  # nothing of those is here yet
    return start_download(world, updating, names, wish, now, spares)


def start_download(
    world: World,
    connection: BankConnection,
    names: Sequence[str],
    wish: ImportDetails,
    now: datetime,
    spares: tuple[int, ...] = (),
) -> BankConnection:
    """Store the connection with a download over the named interfaces, as fast as the mandator's pace says."""
    download = Download(tuple(names), wish.skips_positions, wish.skips_balances, spares)
    work = progress.begin(logins.pace_of(connection.login, world.pace), now)
    started = accounts.started(connection, download, work)
    world.store.put(started)
    return started


def finish_download(world: World, connection: BankConnection, now: datetime) -> BankConnection:
    """The end of a download in the background: balances and bookings are here. Without one, nothing happens."""
    running = connection.download
    if running is None:
        return connection
    for account in accounts_of(world, connection):
        # An account belongs to the best of its interfaces: the others leave it alone.
        if min(account.interfaces, key=PRIORITY.index, default="") in running.interfaces:
            skips = _skips(connection, account, running, spares=account.id in running.spares)
            download(world, connection, account, now, **skips)
    done = accounts.ended(connection, running, now)
    world.store.put(done)
    return done


def settle(world: World, connection: BankConnection) -> None:
    """The clock has come to the end of a download, or to a batch update."""
    now = connection.due_at
    if connection.work is not None and connection.work.ends_at == now:
        connection = finish_download(world, connection, now)
    if connection.next_batch_update == now:
        update_by_night(world, connection)


def update_by_night(world: World, connection: BankConnection) -> None:
    """The batch update, at the instant at which it was due, of all connections of the user for which it was."""
    now = connection.next_batch_update
    others = [one for one in world.store.owned(BankConnection, connection.owner) if one.id != connection.id]
    # A busy one has its own turn, because its download may be ending at this very instant.
    due = [connection, *(one for one in others if one.next_batch_update == now and not one.is_busy)]
    changes = [_update_by_night(world, one, now) for one in due]
    notify(world, connection.owner, [change for change in changes if change is not None], now)


def _update_by_night(world: World, connection: BankConnection, now: datetime) -> ConnectionChange | None:
    """None where nothing could be fetched without the end user."""
    updated, change = accounts.updated_by_night(connection, now), None
    if updated.has_new_terms and not connection.has_new_terms:
        change = ConnectionChange(updated, bank_of_connection(connection, world), ())
    if updated.fetched_until > connection.fetched_until:
        news = _fetch_news(world, connection, now, ImportDetails())
        change = ConnectionChange(connection, bank_of_connection(connection, world), tuple(news))
    world.store.put(updated)
    return change


def _fetch_news(world: World, connection: BankConnection, now: datetime, wish: ImportDetails) -> list[AccountChange]:
    changes: list[AccountChange] = []
    for account in accounts_of(world, connection):
        skips = _skips(connection, account, wish, spares=True)
        changes.append(download(world, connection, account, now, **skips))
    return changes


def _skips(
    connection: BankConnection, account: Account, wish: ImportDetails | Download, *, spares: bool
) -> dict[str, bool]:
    """What is left out of the account's download; `spares`: also what it has gone without so far."""
    return {
        "skips_positions": wish.skips_positions or (spares and connection.skips_positions),
        "skips_balances": wish.skips_balances or (spares and account.balance is None),
    }


def keep_accounts(world: World, connection: BankConnection, ids: Collection[int]) -> BankConnection:
    """Drop all accounts of the connection but these, with everything on them."""
    dropped = [account for account in accounts_of(world, connection) if account.id not in ids]
    removals.forget_accounts(world, dropped)
    gone = {account.id for account in dropped}
    kept = replace(connection, account_ids=tuple(id for id in connection.account_ids if id not in gone))
    world.store.put(kept)
    return kept


def is_connected(world: World, owner: str, bank: Bank, login: str, *, but: BankConnection | None = None) -> bool:
    """Whether the user has a (further) connection to this bank with these credentials."""
    mine = world.store.owned(BankConnection, owner)
    others = (it for it in mine if it.bank_id == bank.id and (but is None or it.id != but.id))
    return any(logins.undisguised(it.login) == logins.undisguised(login) for it in others)


def missing_accounts(world: World, connection: BankConnection, bank: Bank, wish: ImportDetails) -> list[BankAccount]:
    """The accounts of the wanted types that the bank has and the connection has not."""
    known = {account.bank_account.key for account in accounts_of(world, connection)}
    held = ledger_of(world, bank, connection.login).accounts
    return [it for it in held if it.key not in known and (not wish.account_types or it.type in wish.account_types)]


def further_interface(
    world: World, connection: BankConnection, bank: Bank, allowed: Sequence[str], wish: ImportDetails
) -> BankInterface | None:
    """The next interface of the bank that would bring accounts of types which no connected one delivers."""
    missing = {account.type for account in missing_accounts(world, connection, bank, wish)}
    candidates = bank.interfaces_for("AIS", allowed)
    for interface in candidates:
        if connection.interface(interface.name) is not None:
            missing.difference_update(interface.account_types)  # what is missing of these, the end user did not want
    fresh = (it for it in candidates if connection.interface(it.name) is None)
    return next((it for it in fresh if not missing.isdisjoint(it.account_types)), None)
