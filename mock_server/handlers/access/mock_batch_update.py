"""The batch update that a client makes up: what banks would have sent stands in the request."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mock_server.clock import today
from mock_server.domain import mock_updates
from mock_server.domain.accounts import Account, BankConnection, UpdateResult
from mock_server.domain.bookings import Booking
from mock_server.domain.duplicates import flagged
from mock_server.domain.mock_updates import WRONG_CREDENTIALS, MockDownload, MockTransaction
from mock_server.domain.money import Cents
from mock_server.domain.notifications import AccountChange, ConnectionChange
from mock_server.domain.postings import Posting
from mock_server.domain.transactions import Transaction
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.categorizing import categorizer
from mock_server.handlers.downloads import accounts_of, booked_balance, ledger_of, transactions_on
from mock_server.handlers.notifying import notify
from mock_server.handlers.sources import bank_of_connection

Wish = Mapping[str, Any]


def mock_batch_update(call: Call, world: World) -> Reply:
    """Done at once, although finAPI answers before it is: whoever waits for `lastAutoUpdate` finds it there."""
    wishes = call.body["mockBankConnectionUpdates"]
    mock_updates.check_allowed(call.user, world.configuration_of(call.client), wishes)
    changes = [_update(wish, f"mockBankConnectionUpdates[{n}]", call, world) for n, wish in enumerate(wishes)]
    if call.body.get("triggerNotifications"):
        notify(world, call.user.id, changes, call.now)
    return Reply()


def _update(wish: Wish, path: str, call: Call, world: World) -> ConnectionChange:
    connection = world.mine(BankConnection, call.user, wish["bankConnectionId"])
    interface = mock_updates.interface_of(connection, wish["bankingInterface"])
    held = [account for account in accounts_of(world, connection) if interface.name in account.interfaces]
    downloads = mock_updates.downloads(wish, path, held, today(call.now))
    failure = WRONG_CREDENTIALS if wish.get("simulateBankLoginError") else None
    if failure is None:
        result = UpdateResult("OK", call.now)
        changes = [_deliver(download, connection, interface.name, call, world) for download in downloads.values()]
        for account in held:
            # Nobody can mock a security account, so it is not missing.
            if account.id not in downloads and account.type != "Security":
                world.store.put(mock_updates.not_downloaded(account, interface.name, "DEPRECATED", call.now))
    else:
        result, changes = UpdateResult("BANK_SERVER_REJECTION", call.now, failure.message, failure.type), []
        world.store.put(
            *(mock_updates.not_downloaded(account, interface.name, "DOWNLOAD_FAILED", call.now) for account in held)
        )
    updated = mock_updates.updated_over(connection, interface, result)
    world.store.put(updated)
    return ConnectionChange(updated, bank_of_connection(connection, world), tuple(changes), failure)


def _deliver(
    download: MockDownload, connection: BankConnection, interface: str, call: Call, world: World
) -> AccountChange:
    """Import what is made up for one account, and an adjusting entry if it does not lead to the balance."""
    account, day = download.account, today(call.now)
    known = transactions_on(world, account)
    accepted = mock_updates.accepted(download.transactions, [one.booking for one in known], day)
    imported = flagged(_transactions(accepted, account, call, world), known)
    before = _balance_before(account, connection, world, call.now)
    gap = download.balance - before - sum(one.booking.cents for one in imported)
    # Where balances were not downloaded, finAPI has nothing to compare with.
    is_fixed = gap != 0 and account.balance is not None
    if is_fixed:
        imported.append(_adjusting_entry(gap, account, call, world))
    after = mock_updates.mocked(account, interface, download.balance, before, call.now, is_fixed=is_fixed)
    world.store.put(after, *imported)
    return AccountChange(after, account.balance, tuple(imported))


def _balance_before(account: Account, connection: BankConnection, world: World, now: datetime) -> Cents:
    if account.balance is not None:
        return account.balance
    ledger = ledger_of(world, bank_of_connection(connection, world), connection.login)
    posted = world.store.owned(Posting, account.bank_account.iban)
    return booked_balance(ledger, account, posted, account.fetched_until or today(now))


def _transactions(accepted: list[MockTransaction], account: Account, call: Call, world: World) -> list[Transaction]:
    categorize = categorizer(world, account.owner)
    numbers = world.ids.numbers("transaction", len(accepted))
    return [
        Transaction(id, account.owner, account.id, it.booking, it.currency, categorize(it.booking), call.now)
        for id, it in zip(numbers, accepted, strict=True)
    ]


def _adjusting_entry(cents: int, account: Account, call: Call, world: World) -> Transaction:
    id = world.ids.number("transaction")
    booking: Booking = mock_updates.adjusting_entry(cents, today(call.now))
    return Transaction(
        id, account.owner, account.id, booking, account.bank_account.currency, None, call.now, is_adjusting_entry=True
    )
