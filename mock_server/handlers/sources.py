"""The account that an order is about, found in the store."""

from mock_server.domain import sources
from mock_server.domain.accounts import Account, BankConnection
from mock_server.domain.banks import Bank
from mock_server.domain.sources import Source
from mock_server.domain.users import User
from mock_server.exchange import World


def bank_of(account: Account, world: World) -> Bank:
    connection = world.store.find(BankConnection, account.connection_id)
    assert connection is not None  # noqa: S101 # an account goes with its connection
    bank = world.setup.banks.get(connection.bank_id)
    assert bank is not None  # noqa: S101 # the catalogue does not change
    return bank


def imported(account_id: int, user: User, world: World) -> Source:
    """The user's account as a source. ApiError 404 for one that is not there."""
    account = world.mine(Account, user, account_id)
    return sources.of_account(account, bank_of(account, world))
