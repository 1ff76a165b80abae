"""The account that an order is about, found in the store."""

from collections.abc import Mapping
from typing import Any

from mock_server.domain import sources
from mock_server.domain.accounts import Account, BankConnection
from mock_server.domain.banks import Bank
from mock_server.domain.orders import Names
from mock_server.domain.sources import Source
from mock_server.domain.users import User
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import World


def bank_of(account: Account, world: World) -> Bank:
    return bank_of_connection(connection_of(account, world), world)


def connection_of(account: Account, world: World) -> BankConnection:
    connection = world.store.find(BankConnection, account.connection_id)
    assert connection is not None  # noqa: S101 # an account goes with its connection
    return connection


def bank_of_connection(connection: BankConnection, world: World) -> Bank:
    bank = world.setup.banks.get(connection.bank_id)
    assert bank is not None  # noqa: S101 # the catalogue does not change
    return bank


def imported(account_id: int, user: User, world: World) -> Source:
    """The user's account as a source. ApiError 404 for one that is not there."""
    account = world.mine(Account, user, account_id)
    return sources.of_account(account, bank_of(account, world))


def named(body: Mapping[str, Any], user: User, world: World, names: Names) -> Source:
    """The source that a body of Access names, by `accountId` or by `iban` and `bankId`."""
    account_id: int | None = body.get("accountId")
    iban: str | None = body.get("iban")
    if account_id is not None:
        superfluous = [name for name in ("iban", "bankId") if body.get(name) is not None]
        if superfluous:
            message = "Must be left out beside 'accountId', which says it all."
            raise invalid(*(Problem(name, message) for name in superfluous))
        return imported(account_id, user, world)
    if iban is not None:
        return sources.of_iban(iban, body.get("bankId"), world.setup.banks, names)
    raise ApiError(Refusal.MISSING_FIELD, "Field 'accountId' is missing; without an imported account give 'iban'.")
