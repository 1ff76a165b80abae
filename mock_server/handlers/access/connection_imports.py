"""Importing, extending and updating bank connections directly: for mandators with a licence of their own."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mock_server.domain import accounts, direct_calls
from mock_server.domain.accounts import BankConnection, ConnectedInterface
from mock_server.domain.banks import Bank, BankInterface
from mock_server.domain.direct_calls import illegal
from mock_server.domain.form_details import ImportDetails
from mock_server.domain.logins import Setback, setback_of
from mock_server.domain.steps import Visit
from mock_server.errors import ApiError, Refusal
from mock_server.exchange import Call, Reply, World
from mock_server.handlers import downloads, imports
from mock_server.handlers.access.bank_connections import shown
from mock_server.handlers.access.direct_logins import (
    Attempt,
    about,
    as_customer,
    check_license,
    is_attended,
    log_in,
    name_of,
    set_back,
)
from mock_server.handlers.imports import Access, limited
from mock_server.handlers.sources import bank_of_connection


def import_bank_connection(call: Call, world: World) -> Reply:
    check_license(call, "AIS")
    bank = direct_calls.bank_of(call.body, world.setup.banks)

    def check(login: str) -> None:
        if imports.is_connected(world, call.user.id, bank, login):
            raise ApiError(Refusal.ENTITY_EXISTS, "The user has a bank connection with these credentials already.")

    with about(bank):
        interface = direct_calls.interface_of(bank, call.body["bankingInterface"], "AIS")
        wish = _checked_wish(call, world, interface)
        credentials = direct_calls.credentials_of(call.body, interface)
        visit = log_in(
            call,
            world,
            Attempt(
                operation="importBankConnection", bank=bank, interface=interface, credentials=credentials, check=check
            ),
        )
        if isinstance(visit, ApiError):
            return Reply(refusal=visit)
        access = _access(call, bank, interface, visit)
        _check_delivery(world, access, wish)
        connection = imports.import_connection(world, call.user.id, access, wish, call.now)
    return Reply(shown(connection, world, call))


def connect_interface(call: Call, world: World) -> Reply:
    check_license(call, "AIS")
    body = call.body
    connection = _mine(call, world)
    bank = bank_of_connection(connection, world)
    with about(bank):
        accounts.check_idle(connection)
        interface = direct_calls.interface_of(bank, body["bankingInterface"], "AIS")
        if connection.interface(interface.name) is not None:
            raise ApiError(Refusal.ENTITY_EXISTS, f"{interface.name} is connected already; update it instead.")
        wish = _checked_wish(call, world, interface)
        credentials = direct_calls.credentials_of(body, interface)
        reuses = not credentials and body.get("sourceBankingInterface") is not None
        if reuses:
            _check_source(connection, bank, interface, body["sourceBankingInterface"])
        visit = log_in(
            call,
            world,
            Attempt(
                operation="connectInterface",
                bank=bank,
                interface=interface,
                credentials=credentials,
                stored_login=connection.login if reuses else None,
                customer=connection.login,
            ),
        )
        if isinstance(visit, ApiError):
            return Reply(refusal=visit)
        access = _access(call, bank, interface, visit)
        _check_delivery(world, access, wish)
        extended = imports.connect_interface(world, connection, access, wish, call.now)
    return Reply(shown(extended, world, call))


def update_bank_connection(call: Call, world: World) -> Reply:
    """What the consent or stored credentials allow is done at once; otherwise the bank wants to see its customer."""
    check_license(call, "AIS")
    connection = world.mine(BankConnection, call.user, call.body["bankConnectionId"])
    bank = bank_of_connection(connection, world)
    with about(bank):
        accounts.check_idle(connection)
        interface = direct_calls.interface_of(bank, call.body["bankingInterface"], "AIS")
        connected = connection.interface(interface.name)
        if connected is None:
            raise direct_calls.unsupported(
                interface.name, [it for it in bank.interfaces if connection.interface(it.name)]
            )
        direct_calls.check_redirect(call.body, interface, needs=not connected.can_update_alone(call.now))
        direct_calls.check_download(call.body, interface)
        ibans = _update_references(call, world, connection, connected, interface)
        wish = limited(direct_calls.wish_of(call.body, ibans), call, world)
        credentials = direct_calls.credentials_of(call.body, interface)
        if connected.consent is not None and not connected.has_consent(call.now):
            # The next call finds none, and asks for a new one.
            world.store.put(accounts.with_interface(connection, replace(connected, consent=None)))
            return Reply(refusal=ApiError(Refusal.INVALID_CONSENT, bank=name_of(bank)))
        refused = accounts.refused_for_terms(connection)
        if refused is not None and _asks_nobody(call, connected, credentials):
            code, words = Refusal.BANK_SERVER_REJECTION.code, Setback.NEW_TERMS.message
            world.store.put(accounts.updated_by_hand(refused, [interface.name], call.now, code))
            return Reply(refusal=ApiError(Refusal.BANK_SERVER_REJECTION, words, bank=name_of(bank)))
        renewed = _admitted(call, world, connection, connected, bank, interface, credentials)
        if isinstance(renewed, ApiError):
            if renewed.refusal is Refusal.BANK_SERVER_REJECTION:
                code = renewed.refusal.code
                world.store.put(accounts.updated_by_hand(connection, [interface.name], call.now, code))
            return Reply(refusal=renewed)
        updated = _started(call, world, accounts.with_interface(connection, renewed), bank, interface, wish)
    return Reply(shown(updated, world, call))


def _asks_nobody(call: Call, connected: ConnectedInterface, credentials: Mapping[str, str]) -> bool:
    """Whether the bank lets finAPI in without its customer."""
    given = credentials or "multiStepAuthentication" in call.body
    return connected.can_update_alone(call.now) and not given


def _admitted(
    call: Call,
    world: World,
    connection: BankConnection,
    connected: ConnectedInterface,
    bank: Bank,
    interface: BankInterface,
    credentials: Mapping[str, str],
) -> ConnectedInterface | ApiError:
    """The interface as it is after the bank has let finAPI in, or how the call is to be refused."""
    keeps = connected.stores_secrets or bool(call.body.get("storeSecrets") and credentials)
    if _asks_nobody(call, connected, credentials):
        setback = setback_of(connection.login)
        if setback is not None:
            return set_back(setback, bank)
        if connected.works_by_consent and not is_attended(call):
            return accounts.visited_unattended(connected, call.now)
        return connected

    def check(login: str) -> None:
        if imports.is_connected(world, call.user.id, bank, login, but=connection):
            raise illegal("loginCredentials", "Are those of another bank connection.")

    lasts = connected.has_consent if connected.works_by_consent else connected.is_authorised
    is_trusted = lasts(call.now)
    attempt = Attempt(
        operation="updateBankConnection",
        bank=bank,
        interface=interface,
        credentials=credentials,
        incomplete=Refusal.MISSING_LOGIN,
        check=check,
        is_trusted=is_trusted,
    )
    visit = log_in(call, world, as_customer(attempt, connection))
    if isinstance(visit, ApiError):
        return visit
    labels = visit.labels or connected.labels
    if is_trusted:  # nobody was asked, so nothing lasts any longer
        return replace(connected, labels=labels, stores_secrets=keeps, has_wrong_secrets=False)
    access = Access(bank, interface, connection.login, labels, keeps, connected.default_procedure)
    fresh = access.connected(call.now, connected.max_days_for_download)
    return replace(fresh, last_auto_update=connected.last_auto_update, last_manual_update=connected.last_manual_update)


def _started(
    call: Call, world: World, connection: BankConnection, bank: Bank, interface: BankInterface, wish: ImportDetails
) -> BankConnection:
    """The update under way, with the new accounts that it finds, if it is to find any."""
    if wish.loads_owner_data:
        connection = replace(connection, has_owner_data=True)
    if call.body.get("importNewAccounts"):
        access = Access(bank, interface, connection.login, ())
        connection = imports.add_accounts(world, connection, access, wish, call.now, later=True)
    connection = replace(connection, skips_positions=wish.skips_positions)
    return imports.start_download(world, connection, [interface.name], wish, call.now)


def _update_references(
    call: Call, world: World, connection: BankConnection, connected: ConnectedInterface, interface: BankInterface
) -> tuple[str, ...]:
    """The IBANs of the update's detailed consent. ApiError 422 for new accounts that the consent cannot bring."""
    imports_new = bool(call.body.get("importNewAccounts"))
    if imports_new and connected.has_consent(call.now) and connected.is_detailed:
        detail = "The consent is for certain accounts only (supportsImportNewAccounts is false). Delete it first."
        raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, detail)
    ibans = direct_calls.check_references(call.body, interface, needs=imports_new)
    bank = bank_of_connection(connection, world)
    _check_ibans(downloads.ledger_of(world, bank, connection.login).accounts, ibans)
    return ibans


def _mine(call: Call, world: World) -> BankConnection:
    """The connection that the body names. ApiError 422, not 404, if there is none."""
    connection = world.store.find(BankConnection, call.body["bankConnectionId"])
    if connection is None or connection.owner != call.user.id:
        id = call.body["bankConnectionId"]
        raise ApiError(Refusal.UNKNOWN_REFERENCE, f"Bank connection with ID '{id}' not found.")
    return connection


def _checked_wish(call: Call, world: World, interface: BankInterface) -> ImportDetails:
    direct_calls.check_redirect(call.body, interface)
    direct_calls.check_download(call.body, interface)
    ibans = direct_calls.check_references(call.body, interface, needs=True)
    return limited(direct_calls.wish_of(call.body, ibans), call, world)


def _check_source(connection: BankConnection, bank: Bank, interface: BankInterface, name: str) -> None:
    """ApiError 422 unless the credentials of the connected interface `name` serve for `interface` too."""
    source, fields = connection.interface(name), bank.interface(name)
    if source is None or fields is None:
        raise ApiError(Refusal.UNKNOWN_REFERENCE, f"The bank connection has no interface {name}.")
    if [field.label for field in fields.fields] != [field.label for field in interface.fields]:
        detail = f"{name} and {interface.name} have different login fields; give 'loginCredentials'."
        raise ApiError(Refusal.LOGIN_FIELDS_MISMATCH, detail)
    if fields.fields and not source.stores_secrets:
        raise ApiError(Refusal.MISSING_CREDENTIALS)


def _access(call: Call, bank: Bank, interface: BankInterface, visit: Visit) -> Access:
    assert visit.login is not None  # noqa: S101 # the bank has recognised somebody
    stores = bool(call.body.get("storeSecrets")) and bool(interface.fields)
    return Access(bank, interface, visit.login, visit.labels, stores_secrets=stores)


def _check_delivery(world: World, access: Access, wish: ImportDetails) -> None:
    """ApiError 422 if the bank has none of the wanted accounts."""
    held = imports.offered_accounts(downloads.ledger_of(world, access.bank, access.login), access.interface)
    _check_ibans(held, wish.ibans)
    if not imports.delivered(world, access, wish):
        raise ApiError(Refusal.NO_ACCOUNTS_FOR_TYPE_LIST)


def _check_ibans(held: Any, ibans: tuple[str, ...]) -> None:
    known = {account.iban for account in held}
    for index, iban in enumerate(ibans):
        if iban not in known:
            raise illegal(f"accountReferences[{index}].iban", "The bank has no such account for this login.")
