"""What an update replaces instead of adding to it: securities, and what is announced but not booked."""

from datetime import date, datetime

from mock_server.domain import pending_transactions
from mock_server.domain.accounts import Account
from mock_server.domain.banking_days import banking_day_after, banking_day_before
from mock_server.domain.banks import Bank
from mock_server.domain.ledger import Ledger
from mock_server.domain.pending_transactions import PendingTransaction
from mock_server.domain.securities import Security
from mock_server.exchange import World


def refresh(world: World, account: Account, ledger: Ledger, bank: Bank, day: date, now: datetime) -> None:
    """Bring an account's securities and pending transactions to where they stand on `day`."""
    if account.type == "Security":
        _refresh_securities(world, account, ledger, day)
    elif _tells_pending_ones(bank, account):
        _refresh_pending(world, account, ledger, day, now)


def _refresh_securities(world: World, account: Account, ledger: Ledger, day: date) -> None:
    """All positions are made anew, so their ids change."""
    before = [one for one in world.store.owned(Security, account.owner) if one.account_id == account.id]
    world.store.delete(*before)
    quoted_on, currency = banking_day_before(day), account.bank_account.currency
    numbers = world.ids.numbers("security", len(ledger.portfolio))
    world.store.put(
        *(
            Security(id, account.owner, account.id, position, currency, quoted_on)
            for id, position in zip(numbers, ledger.portfolio, strict=True)
        )
    )


def _tells_pending_ones(bank: Bank, account: Account) -> bool:
    interfaces = filter(None, map(bank.interface, account.interfaces))
    return any(interface.facts["aisCapabilities"]["pendingTransactionsDownload"] for interface in interfaces)


def _refresh_pending(world: World, account: Account, ledger: Ledger, day: date, now: datetime) -> None:
    """What has been booked or taken back vanishes, what is still pending keeps its id."""
    owner, bank_account = account.owner, account.bank_account
    next_day = banking_day_after(day, 1)  # nothing is announced any earlier
    coming = ledger.bookings(bank_account.key, next_day, next_day)
    expected = (*pending_transactions.announced(coming, day), *ledger.never_booked(bank_account.key, day))
    announced = {booking.key: booking for booking in expected}
    for known in world.store.owned(PendingTransaction, owner):
        if known.account_id == account.id and announced.pop(known.booking.key, None) is None:
            world.store.delete(known)
    world.store.put(
        *(
            PendingTransaction(
                world.ids.number("pending_transaction"), owner, account.id, booking, bank_account.currency, now
            )
            for booking in announced.values()
        )
    )
