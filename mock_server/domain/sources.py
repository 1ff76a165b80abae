"""The account that an order is about: an imported one, or an IBAN of which finAPI knows nothing but the bank."""

from collections.abc import Sequence
from dataclasses import dataclass

from mock_server.domain.accounts import Account
from mock_server.domain.banks import Bank, BankInterface, Catalogue
from mock_server.domain.capabilities import Capability, account_can, bank_can
from mock_server.domain.orders import Names, enforce
from mock_server.domain.sepa import iban_problem
from mock_server.errors import ApiError, Problem, Refusal


@dataclass(frozen=True, slots=True)
class Source:
    """An account that pays (or, with direct debits, collects), its bank and how finAPI gets there."""

    bank: Bank
    iban: str
    interfaces: tuple[BankInterface, ...]
    account: Account | None = None

    @property
    def account_id(self) -> int | None:
        """What `accountId` shows: nothing for an account that is not imported."""
        return None if self.account is None else self.account.id

    def able(self, capability: Capability) -> tuple[BankInterface, ...]:
        """The interfaces over which the account can do this."""
        account = self.account
        if account is None:
            return tuple(interface for interface in self.interfaces if bank_can(interface, capability))
        type = account.bank_account.type  # what the user calls it does not change what it can do
        return tuple(interface for interface in self.interfaces if account_can(type, interface, capability))


def of_account(account: Account, bank: Bank) -> Source:
    connected = tuple(interface for interface in bank.interfaces if interface.name in account.interfaces)
    return Source(bank, account.bank_account.iban, connected, account)


def of_iban(iban: str, bank_id: int | None, banks: Catalogue, names: Names) -> Source:
    """The source of a standalone order. ApiError: 400 for what is no IBAN, 422 unless it leads to one bank.

    An IBAN of no bank in the catalogue is good enough with a `bank_id`: it may be an example from a document.
    """
    problem = iban_problem(iban)
    enforce([] if problem is None else [(Refusal.BAD_REQUEST, Problem(names.source, problem))])
    found = banks.search(iban)
    bank = _only(found, names) if bank_id is None else _chosen(found, bank_id, banks, names)
    return Source(bank, iban, bank.interfaces)


def _only(found: Sequence[Bank], names: Names) -> Bank:
    if not found:
        detail = "No bank is known for this IBAN; GET /banks?search= tells for which there is one."
        raise ApiError(names.unknown_bank, detail)
    if len(found) > 1:
        fitting = ", ".join(str(bank.id) for bank in found[:5])
        raise ApiError(names.several_banks, f"Field 'bankId' is missing: the IBAN fits {fitting}.")
    return found[0]


def _chosen(found: Sequence[Bank], bank_id: int, banks: Catalogue, names: Names) -> Bank:
    bank = banks.get(bank_id)
    if bank is None:
        raise ApiError(names.unknown_bank, f"Bank with ID '{bank_id}' not found.")
    if found and bank not in found:
        raise ApiError(names.unknown_bank, f"The IBAN is not one of bank '{bank_id}'; leave 'bankId' out.")
    return bank
