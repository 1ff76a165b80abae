"""What forms for bank connections do after the login: authorise, download, select accounts, go on, or end."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from mock_server.domain import accounts, logins, steps, tasks
from mock_server.domain.accounts import Account, BankConnection
from mock_server.domain.banks import BankInterface
from mock_server.domain.form_details import NewAccounts, SavedSetting, UpdateDetails
from mock_server.domain.forms import ErrorCode, Event, Outcome, WebForm
from mock_server.domain.profiles import AccountSelection
from mock_server.domain.progress import Pace
from mock_server.domain.steps import Step
from mock_server.exchange import World
from mock_server.handlers import downloads, imports
from mock_server.handlers.imports import Access
from mock_server.handlers.webform import arrivals, endings
from mock_server.handlers.webform.surroundings import bank_at, connection_of, interface_at, look_of

Fields = Mapping[str, str]


def further_interface(world: World, form: WebForm) -> BankInterface | None:
    """The interface that would bring accounts which the fresh connection still lacks, if there is one."""
    connection = connection_of(world, form)
    if connection is None or isinstance(form.details, UpdateDetails):
        return None
    bank = bank_at(world, connection.bank_id)
    return imports.further_interface(world, connection, bank, form.terms.allowed_interfaces, form.download)


def accounts_of(world: World, form: WebForm) -> list[Account]:
    """The accounts on the form's connection; none before there is one."""
    connection = connection_of(world, form)
    return [] if connection is None else downloads.accounts_of(world, connection)


# What the bank has decided


def _logged_in(world: World, form: WebForm, now: datetime) -> WebForm:
    """The bank has recognised its customer, and may ask for a second factor."""
    connection = connection_of(world, form)
    if connection is not None and logins.undisguised(form.visit.login or "") != logins.undisguised(connection.login):
        return _rejected(world, form, now)  # the bank connection belongs to another customer of the bank
    known = None if connection is None else connection.interface(form.visit.interface or "")
    asks_by = None if known is None or _manages(form, SavedSetting.DEFAULT_TWO_STEP_PROCEDURE) else known
    procedure = None if asks_by is None else asks_by.default_procedure
    return replace(form, visit=steps.authorise(form.visit, interface_at(world, form.visit), procedure))


def _granted(world: World, form: WebForm, now: datetime) -> WebForm:
    """The bank lets finAPI in: connect or update, and show on the next page how the download goes on."""
    connection = connection_of(world, form)
    if connection is None:
        obstacle = _obstacle(world, form)
        if obstacle is not None:
            return endings.fail(world, form, obstacle, now)
        connection = imports.import_connection(world, form.owner, _access(world, form), form.download, now)
    elif isinstance(form.details, UpdateDetails):
        connection = _updated(world, form, form.details, connection, now)
    else:
        connection = imports.connect_interface(world, connection, _access(world, form), form.download, now)
    visit = form.visit
    done = (*visit.done, visit.interface or "")
    visit = replace(visit, step=Step.DOWNLOAD, connection_id=connection.id, done=done, failed=None)
    return replace(form, visit=replace(visit, downloads_until=logins.pace_of(visit.login, Pace()).ends_at(now)))


def _rejected(world: World, form: WebForm, now: datetime) -> WebForm:
    """The bank has refused. What was connected before stays, and the end user may try again."""
    code = ErrorCode.BANK_SERVER_REJECTION
    connection = connection_of(world, form)
    if connection is not None:
        world.store.put(accounts.updated_by_hand(connection, [form.visit.interface or ""], now, code))
    if form.has_achieved:
        return replace(form, visit=replace(form.visit, step=Step.PARTIAL_CONFIRMATION, failed=code))
    return endings.refuse(world, form, now)


DECIDED: Mapping[Step, Callable[[World, WebForm, datetime], WebForm]] = {
    Step.LOGGED_IN: _logged_in,
    Step.GRANTED: _granted,
    Step.REJECTED: _rejected,
}


def _manages(form: WebForm, setting: SavedSetting) -> bool:
    return isinstance(form.details, UpdateDetails) and setting in form.details.manages


def _obstacle(world: World, form: WebForm) -> ErrorCode | None:
    """Why there can be no new connection, although the bank would give one."""
    visit, download = form.visit, form.download
    bank, login = bank_at(world, visit.bank_id), visit.login or ""
    if not download.allows_duplicates and imports.is_connected(world, form.owner, bank, login):
        return ErrorCode.ENTITY_EXISTS
    ledger = downloads.ledger_of(world, bank, login)
    ways = bank.interfaces_for("AIS", form.terms.allowed_interfaces)
    if not any(imports.offered_accounts(ledger, way, download.account_types) for way in ways):
        return ErrorCode.NO_ACCOUNTS_FOR_TYPE_LIST
    return None


def _access(world: World, form: WebForm) -> Access:
    visit = form.visit
    assert visit.login is not None  # noqa: S101 # the bank has recognised somebody
    return Access(
        bank=bank_at(world, visit.bank_id),
        interface=interface_at(world, visit),
        login=visit.login,
        labels=visit.labels,
        stores_secrets=visit.stores_secrets,
        default_procedure=visit.procedure if _manages(form, SavedSetting.DEFAULT_TWO_STEP_PROCEDURE) else None,
    )


def _updated(
    world: World, form: WebForm, wish: UpdateDetails, connection: BankConnection, now: datetime
) -> BankConnection:
    """The connection with its authorisation renewed, its saved settings as the end user wants, and everything here.

    An interface that was not connected before brings its accounts whatever `importNewAccountsMode` says.
    """
    access = _access(world, form)
    before = connection.interface(access.interface.name)
    if before is not None:
        keeps = access.stores_secrets or (before.stores_secrets and not _manages(form, SavedSetting.CREDENTIALS))
        procedure = access.default_procedure or before.default_procedure
        access = replace(access, stores_secrets=keeps, default_procedure=procedure)
    connected = accounts.with_interface(connection, access.connected(now, wish.download.max_days))
    usable = tasks.interfaces_to_update(connected, form.terms.allowed_interfaces)
    alone = [it.name for it in usable if tasks.cause_of_interface(it, now) is None]
    updating = imports.start_update(world, connected, [access.interface.name, *alone], wish.download, now)
    if before is not None and wish.new_accounts is NewAccounts.SKIP:
        return updating
    return imports.add_accounts(world, updating, access, wish.download, now, later=True)


# What the end user does


def _see_download(world: World, form: WebForm, fields: Fields, now: datetime) -> WebForm:
    """Everything is here: select accounts, go on with another interface if that would bring more, or end.

    Before that, nothing happens.
    """
    if steps.is_downloading(form.visit, now):
        return form
    selection = look_of(world, form).account_selection
    if selection is not AccountSelection.NONE and not isinstance(form.details, UpdateDetails):
        return _at(form, Step.ACCOUNT_SELECTION)
    return _see_rest(world, form, now)


def _select_accounts(world: World, form: WebForm, fields: Fields, now: datetime) -> WebForm:
    """Keep what the end user has ticked: ids joined by commas. Nothing ticked, or too much, changes nothing."""
    connection = connection_of(world, form)
    if connection is None:
        return endings.fail(world, form, ErrorCode.UNEXPECTED_ACCESS_RESPONSE, now)
    ticked = {int(id) for id in fields.get("accounts", "").split(",") if id.isascii() and id.isdigit()}
    kept = ticked.intersection(connection.account_ids)
    most = 1 if look_of(world, form).account_selection is AccountSelection.SINGLE else len(kept)
    if not 1 <= len(kept) <= most:
        return form
    imports.keep_accounts(world, connection, kept)
    return _see_rest(world, form, now)


def _see_rest(world: World, form: WebForm, now: datetime) -> WebForm:
    if isinstance(form.details, UpdateDetails):
        pending = _pending_interface(world, form, now)
        return _at(form, Step.UPDATE_SUMMARY) if pending is None else _arrived(world, form, pending)
    if further_interface(world, form) is not None:
        return _at(form, Step.PARTIAL_CONFIRMATION)
    return endings.finish(world, form, Outcome(Event.SUCCEED), now)


def _connect_more(world: World, form: WebForm, fields: Fields, now: datetime) -> WebForm:
    interface = further_interface(world, form) or _pending_interface(world, form, now)
    if interface is None:
        return endings.finish(world, form, Outcome(Event.SUCCEED), now)
    return _arrived(world, form, interface)


def _pending_interface(world: World, form: WebForm, now: datetime) -> BankInterface | None:
    """The next interface of an update that cannot do without the end user."""
    connection = connection_of(world, form)
    if connection is None or not isinstance(form.details, UpdateDetails):
        return None
    pending = arrivals.pending_interfaces(world, form, connection, now)
    return bank_at(world, connection.bank_id).interface(pending[0]) if pending else None


def _arrived(world: World, form: WebForm, interface: BankInterface) -> WebForm:
    return arrivals.arrive_by(world, form, bank_at(world, form.visit.bank_id), interface)


def _finish(world: World, form: WebForm, fields: Fields, now: datetime) -> WebForm:
    return endings.finish(world, form, Outcome(Event.SUCCEED), now)


def _at(form: WebForm, step: Step) -> WebForm:
    return replace(form, visit=replace(form.visit, step=step))


ACTIONS: Mapping[tuple[Step, str], Callable[[World, WebForm, Fields, datetime], WebForm]] = {
    (Step.DOWNLOAD, "continue"): _see_download,
    (Step.ACCOUNT_SELECTION, "select-accounts"): _select_accounts,
    (Step.PARTIAL_CONFIRMATION, "connect-more"): _connect_more,
    (Step.PARTIAL_CONFIRMATION, "finish"): _finish,
    (Step.UPDATE_SUMMARY, "finish"): _finish,
}
