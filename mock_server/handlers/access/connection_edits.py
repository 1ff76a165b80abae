"""What clients of every licence may do with bank connections: rename them, take parts away, delete them."""

from dataclasses import replace

from mock_server.domain import accounts, direct_calls
from mock_server.domain.accounts import BankConnection, ConnectedInterface
from mock_server.domain.direct_calls import illegal
from mock_server.domain.logins import PROCEDURES, customer_of, recognise, undisguised
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import Call, Reply, World
from mock_server.handlers import downloads, imports, removals
from mock_server.handlers.access.bank_connections import shown
from mock_server.handlers.access.direct_logins import about, check_license
from mock_server.handlers.sources import bank_of_connection

BY_INTERFACE = ("loginCredentials", "defaultTwoStepProcedureId")
"""What of a connection is edited for one interface, and by mandators with a licence only."""


def edit_bank_connection(call: Call, world: World) -> Reply:
    body = {name: value for name, value in call.body.items() if value is not None}
    edits = [name for name in BY_INTERFACE if name in body]
    if edits:
        check_license(call, "AIS")
    connection = world.mine(BankConnection, call.user, call.path["id"])
    if edits and "bankingInterface" not in body:
        raise invalid(Problem("bankingInterface", f"Field is missing; {' and '.join(edits)} need it."))
    if not edits and "name" not in body:
        raise ApiError(Refusal.BAD_REQUEST, f"Give at least one of name, {' and '.join(BY_INTERFACE)}.")
    with about(bank_of_connection(connection, world)):
        accounts.check_idle(connection)
        edited = replace(connection, name=body.get("name", connection.name) or None)
        if edits:
            edited = _edited_interface(call, world, edited)
    world.store.put(edited)
    return Reply(shown(edited, world, call))


def remove_interface(call: Call, world: World) -> Reply:
    """The interface goes from the connection and its accounts. These stay, even if nothing delivers them any more."""
    connection = world.mine(BankConnection, call.user, call.body["bankConnectionId"])
    name = call.body["bankingInterface"]
    if connection.interface(name) is None:
        raise ApiError(Refusal.UNKNOWN_ENTITY, f"The bank connection has no interface {name}.")
    accounts.check_idle(connection)
    interfaces = tuple(it for it in connection.interfaces if it.name != name)
    world.store.put(replace(connection, interfaces=interfaces))
    for account in downloads.accounts_of(world, connection):
        used = tuple(it for it in account.interfaces if it != name)
        world.store.put(replace(account, interfaces=used))
    return Reply()


def delete_bank_connection(call: Call, world: World) -> Reply:
    connection = world.mine(BankConnection, call.user, call.path["id"])
    removals.check_idle(world, [connection])
    removals.forget_connections(world, [connection], call.now)
    return Reply()


def delete_all_bank_connections(call: Call, world: World) -> Reply:
    """All or nothing."""
    connections = world.store.owned(BankConnection, call.user.id)
    removals.check_idle(world, connections)
    removals.forget_connections(world, connections, call.now)
    return Reply({"identifiers": sorted(connection.id for connection in connections)})


def delete_consent(call: Call, world: World) -> Reply:
    """Here and at the bank, which never objects, so that `forceDeletion` has nothing to force."""
    connection = world.store.find(BankConnection, call.path["id"])
    name = call.query["bankingInterface"]
    if connection is None or connection.owner != call.user.id:
        raise ApiError(Refusal.UNKNOWN_REFERENCE, f"Bank connection with ID '{call.path['id']}' not found.")
    connected = connection.interface(name)
    if connected is None:
        raise ApiError(Refusal.UNKNOWN_REFERENCE, f"The bank connection has no interface {name}.")
    accounts.check_idle(connection)
    world.store.put(accounts.with_interface(connection, replace(connected, consent=None)))
    if not connected.works_by_consent:
        return Reply({"local": "NOT_EXIST", "remote": "NOT_SUPPORTED"})
    if connected.consent is None:
        return Reply({"local": "NOT_EXIST", "remote": "NOT_EXIST"})
    return Reply({"local": "DELETED", "remote": "DELETED" if connected.has_consent(call.now) else "NOT_EXIST"})


def _edited_interface(call: Call, world: World, connection: BankConnection) -> BankConnection:
    """ApiError 422 for an interface that is not connected, and for what it does not know."""
    connected = connection.interface(call.body["bankingInterface"])
    if connected is None:
        raise illegal("bankingInterface", "Is not connected.")
    procedure = call.body.get("defaultTwoStepProcedureId")
    if procedure:
        known = ", ".join(PROCEDURES) if connected.labels else "none"
        if not connected.labels or procedure not in PROCEDURES:
            raise ApiError(Refusal.INVALID_TWO_STEP_PROCEDURE, f"The procedures of this interface are {known}.")
    if procedure is not None:
        connected = replace(connected, default_procedure=procedure or None)
    if call.body.get("loginCredentials"):
        connected = _with_credentials(call, world, connection, connected)
    return accounts.with_interface(connection, connected)


def _with_credentials(
    call: Call, world: World, connection: BankConnection, connected: ConnectedInterface
) -> ConnectedInterface:
    """The credentials as they are stored from now on. They are not tried; the consent for the old ones is gone."""
    bank = bank_of_connection(connection, world)
    interface = bank.interface(connected.name)
    assert interface is not None  # noqa: S101 # the catalogue does not change
    given = direct_calls.credentials_of(call.body, interface)
    login_field = interface.fields[0].label
    login = given.get(login_field) or connection.login
    if imports.is_connected(world, call.user.id, bank, login, but=connection):
        raise illegal("loginCredentials", "Are those of another bank connection.")
    cleared = {label for label, value in given.items() if not value}
    named = {*connected.labels, *given} - cleared
    secrets = {it.label for it in interface.fields if it.is_secret}
    stores = (connected.stores_secrets or not secrets.isdisjoint(named)) and not cleared & secrets
    known = customer_of(connection.login)
    stored = dict.fromkeys(secrets, known.secret) if known is not None and connected.stores_secrets else {}
    customer = recognise(interface, {**stored, **given, login_field: login})
    return replace(
        connected,
        labels=tuple(it.label for it in interface.fields if it.label in named),
        stores_secrets=stores,
        has_wrong_secrets=stores and (customer is None or undisguised(customer.login) != undisguised(connection.login)),
        consent=None,
    )
