"""Banks of the shipped catalogue and accounts at them, for the rules about payments."""

from datetime import UTC, datetime

from mock_server.contract.documents import load, resource
from mock_server.domain import banks, ledger
from mock_server.domain.accounts import Account
from mock_server.domain.banks import Bank, BankInterface, Catalogue
from mock_server.domain.sources import Source, of_account

NOON = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)
"""A Thursday."""
CATALOGUE: Catalogue = banks.from_data(load(resource("data", "banks.yaml")))
TEST_BANK, REDIRECT_BANK, CZECH_BANK = 280001, 280002, 280165
SAVINGS_BANK, ITALIAN_BANK, AUSTRIAN_BANK = 300001, 300032, 300025


def bank(id: int = TEST_BANK) -> Bank:
    found = CATALOGUE.get(id)
    assert found is not None
    return found


def interface(name: str = "XS2A", bank_id: int = TEST_BANK) -> BankInterface:
    found = bank(bank_id).interface(name)
    assert found is not None
    return found


def source(*interfaces: str, type: str = "Checking", bank_id: int = TEST_BANK) -> Source:
    """An imported account of that type, connected over these interfaces (none named: XS2A)."""
    home = bank(bank_id)
    offered = ledger.accounts(home.blz, home.location or "DE", "demo")
    account = Account(
        id=2_000_001,
        owner="alice",
        connection_id=1_000_001,
        bank_account=next(account for account in offered if account.type == type),
        interfaces=interfaces or ("XS2A",),
        import_date=NOON,
        last_update=NOON,
        balance=0,
        name="My account",
    )
    return of_account(account, home)
