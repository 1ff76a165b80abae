"""What an account can do over an interface of its bank.

The one source of what Access shows as an account's capabilities and of what an order is checked against.
"""

from collections.abc import Iterable, Mapping
from enum import Enum

from mock_server.domain.banks import BankInterface

PAYING_TYPES = frozenset({"Checking"})
"""The types of accounts from which, or to which, one can pay."""


# fmt: off
class Capability(Enum):
    """The flag of the bank's interface; then how an account shows it: as a capability, as a flag, or not at all."""

    TRANSFER                   = "sepaMoneyTransfer",                      "SEPA_MONEY_TRANSFER",                None
    COLLECTIVE_TRANSFER        = "sepaCollectiveMoneyTransfer",            "SEPA_COLLECTIVE_MONEY_TRANSFER",     None
    BASIC_DEBIT                = "sepaDirectDebit",                        "SEPA_BASIC_DIRECT_DEBIT",            None
    BASIC_COLLECTIVE_DEBIT     = "sepaDirectDebit",                        "SEPA_BASIC_COLLECTIVE_DIRECT_DEBIT", None
    B2B_DEBIT                  = "sepaDirectDebit",                        "SEPA_B2B_DIRECT_DEBIT",              None
    B2B_COLLECTIVE_DEBIT       = "sepaDirectDebit",                        "SEPA_B2B_COLLECTIVE_DIRECT_DEBIT",   None
    INSTANT_TRANSFER           = "sepaInstantMoneyTransfer",               None, "sepaInstantMoneyTransfer"
    FUTURE_TRANSFER            = "sepaFutureDatedMoneyTransfer",           None, "sepaFutureMoneyTransfer"
    FUTURE_COLLECTIVE_TRANSFER = "sepaFutureDatedCollectiveMoneyTransfer", None, "sepaFutureCollectiveMoneyTransfer"
    DOMESTIC_TRANSFER          = "domesticMoneyTransfer",                  None, "domesticMoneyTransfer"
    DOMESTIC_COLLECTIVE        = "domesticCollectiveMoneyTransfer",        None, "domesticCollectiveMoneyTransfer"
    DOMESTIC_FUTURE            = "domesticFutureDatedMoneyTransfer",       None, "domesticFutureMoneyTransfer"
    DOMESTIC_FUTURE_COLLECTIVE = "domesticFutureDatedCollectiveMoneyTransfer", None, "domesticFutureCollectiveMoneyTransfer"  # noqa: E501 # a column too wide for the table
    DOMESTIC_INSTANT           = "domesticInstantMoneyTransfer",           None, None
    STANDING_ORDER             = "sepaStandingOrder",                      None, None
    DOMESTIC_STANDING_ORDER    = "domesticStandingOrder",                  None, None

    def __init__(self, bank_flag: str, account_capability: str | None, account_flag: str | None) -> None:
        self.bank_flag = bank_flag
        self.account_capability = account_capability
        self.account_flag = account_flag

    @property
    def is_debit(self) -> bool:
        return self.bank_flag == "sepaDirectDebit"


_TRANSFERS: Mapping[tuple[bool, bool, bool, bool], Capability] = {
    # domestic, instant, future, collective
    (False, False, False, False): Capability.TRANSFER,
    (False, False, False, True):  Capability.COLLECTIVE_TRANSFER,
    (False, False, True, False):  Capability.FUTURE_TRANSFER,
    (False, False, True, True):   Capability.FUTURE_COLLECTIVE_TRANSFER,
    (False, True, False, False):  Capability.INSTANT_TRANSFER,
    (True, False, False, False):  Capability.DOMESTIC_TRANSFER,
    (True, False, False, True):   Capability.DOMESTIC_COLLECTIVE,
    (True, False, True, False):   Capability.DOMESTIC_FUTURE,
    (True, False, True, True):    Capability.DOMESTIC_FUTURE_COLLECTIVE,
    (True, True, False, False):   Capability.DOMESTIC_INSTANT,
}
# fmt: on


def for_transfer(*, domestic: bool, instant: bool, future: bool, collective: bool) -> Capability | None:
    """What a money transfer needs. None: nobody can do that (instant ones are single, and for today)."""
    return _TRANSFERS.get((domestic, instant, future, collective))


def for_debit(*, b2b: bool, collective: bool) -> Capability:
    if b2b:
        return Capability.B2B_COLLECTIVE_DEBIT if collective else Capability.B2B_DEBIT
    return Capability.BASIC_COLLECTIVE_DEBIT if collective else Capability.BASIC_DEBIT


def for_standing_order(*, domestic: bool) -> Capability:
    return Capability.DOMESTIC_STANDING_ORDER if domestic else Capability.STANDING_ORDER


def bank_can(interface: BankInterface, capability: Capability) -> bool:
    """Whether the interface offers it for suitable accounts. Direct debits never go over XS2A."""
    if not interface.facts["isPisSupported"] or (capability.is_debit and interface.name == "XS2A"):
        return False
    return bool(interface.facts["paymentCapabilities"].get(capability.bank_flag, False))


def account_can(account_type: str, interface: BankInterface, capability: Capability) -> bool:
    return account_type in PAYING_TYPES and bank_can(interface, capability)


def needs_bic(interface: BankInterface) -> bool:
    """Whether the bank cannot find the counterpart's account by its IBAN alone."""
    constraints = interface.facts.get("paymentConstraints", {}).get("sepaMoneyTransfer", {})
    return bool(constraints.get("mandatoryFields", {}).get("counterpartBic", False))


def account_capabilities(account_type: str, interface: BankInterface) -> list[str]:
    """The account's `capabilities` (`AccountCapability`) over the interface."""
    able = [capability for capability in Capability if account_can(account_type, interface, capability)]
    iban_only = []
    if Capability.TRANSFER in able and not needs_bic(interface):
        iban_only.append("IBAN_ONLY_SEPA_MONEY_TRANSFER")
    if Capability.BASIC_DEBIT in able:
        iban_only.append("IBAN_ONLY_SEPA_DIRECT_DEBIT")
    return ["DATA_DOWNLOAD", *iban_only, *_present(capability.account_capability for capability in able)]


def account_flags(account_type: str, interface: BankInterface) -> dict[str, bool]:
    """The account's `paymentCapabilities` (`AccountInterfacePaymentCapabilities`) over the interface."""
    return {
        capability.account_flag: account_can(account_type, interface, capability)
        for capability in Capability
        if capability.account_flag is not None
    }


def _present(names: Iterable[str | None]) -> list[str]:
    return [name for name in names if name is not None]
