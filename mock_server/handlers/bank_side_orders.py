"""Downloading the standing orders that a bank keeps for an account."""

from datetime import datetime

from mock_server.domain.accounts import Account
from mock_server.domain.banks import Bank
from mock_server.domain.ledger import Ledger
from mock_server.domain.standing_orders import BankSideStandingOrder
from mock_server.exchange import World


def download_standing_orders(world: World, account: Account, bank: Bank, ledger: Ledger, now: datetime) -> None:
    """Replace the account's standing orders by what its bank delivers. Their ids change with each download."""
    known = world.store.owned(BankSideStandingOrder, account.owner)
    world.store.delete(*(order for order in known if order.account_id == account.id))
    if not _delivers(account, bank):
        return
    for found in ledger.standing_orders(account.bank_account.key):
        id = world.ids.number("bank_side_standing_order")
        currency = account.bank_account.currency
        world.store.put(BankSideStandingOrder(id, account.owner, account.id, found, currency, now))


def _delivers(account: Account, bank: Bank) -> bool:
    used = (interface for interface in bank.interfaces if interface.name in account.interfaces)
    return any(interface.facts["aisCapabilities"]["standingOrdersDownload"] for interface in used)
