"""What accounts can do: the one source of what they show and of what an order is checked against."""

import itertools
from dataclasses import replace

import pytest

from mock_server.contract.documents import load, resource
from mock_server.domain import capabilities
from mock_server.domain.capabilities import Capability, account_can, bank_can
from tests.domain.catalogue import CATALOGUE, CZECH_BANK, ITALIAN_BANK, SAVINGS_BANK, TEST_BANK, interface

INTERFACES = [interface for bank in CATALOGUE for interface in bank.interfaces]
ACCESS = load(resource("openapi", "access.yaml"))["components"]["schemas"]
ACCOUNT_TYPES = ACCESS["AccountType"]["enum"]


def test_every_capability_is_named_as_the_document_names_it() -> None:
    of_bank = set(ACCESS["BankInterfacePaymentCapabilities"]["properties"])
    of_account = set(ACCESS["AccountInterfacePaymentCapabilities"]["properties"])
    listed = set(ACCESS["AccountCapability"]["enum"])
    assert {capability.bank_flag for capability in Capability} <= of_bank
    assert {capability.account_flag for capability in Capability} - {None} == of_account
    shown = {capability.account_capability for capability in Capability} - {None}
    assert shown | {"DATA_DOWNLOAD", "IBAN_ONLY_SEPA_MONEY_TRANSFER", "IBAN_ONLY_SEPA_DIRECT_DEBIT"} == listed


@pytest.mark.parametrize("account_type", ACCOUNT_TYPES)
def test_an_account_can_never_do_what_its_bank_cannot(account_type: str) -> None:
    for used, capability in itertools.product(INTERFACES, Capability):
        if account_can(account_type, used, capability):
            assert account_type == "Checking"
            assert used.facts["isPisSupported"]
            assert used.facts["paymentCapabilities"][capability.bank_flag]


def test_no_direct_debit_goes_over_xs2a() -> None:
    able = {used.name for used in INTERFACES if bank_can(used, Capability.BASIC_DEBIT)}
    assert able == {"FINTS_SERVER"}
    # not even if a bank says so
    flags = {**interface("XS2A").facts["paymentCapabilities"], "sepaDirectDebit": True}
    willing = replace(interface("XS2A"), facts={**interface("XS2A").facts, "paymentCapabilities": flags})
    assert not bank_can(willing, Capability.BASIC_DEBIT)
    assert bank_can(replace(willing, name="FINTS_SERVER"), Capability.BASIC_DEBIT)


def test_an_interface_without_payments_has_no_capability() -> None:
    closed = replace(interface(), facts={**interface().facts, "isPisSupported": False})
    assert not any(bank_can(closed, capability) for capability in Capability)


@pytest.mark.parametrize(
    ("bank", "used", "account_type", "shown"),
    [
        (
            TEST_BANK, "XS2A", "Checking",
            ["DATA_DOWNLOAD", "IBAN_ONLY_SEPA_MONEY_TRANSFER", "SEPA_MONEY_TRANSFER", "SEPA_COLLECTIVE_MONEY_TRANSFER"],
        ),
        (TEST_BANK, "FINTS_SERVER", "Checking", ACCESS["AccountCapability"]["enum"]),
        (TEST_BANK, "XS2A", "Savings", ["DATA_DOWNLOAD"]),
        (TEST_BANK, "FINTS_SERVER", "Security", ["DATA_DOWNLOAD"]),
        # this bank needs a BIC, so the IBAN alone is not enough
        (ITALIAN_BANK, "XS2A", "Checking", ["DATA_DOWNLOAD", "SEPA_MONEY_TRANSFER"]),
    ],
)  # fmt: skip
def test_capabilities_of_an_account(bank: int, used: str, account_type: str, shown: list[str]) -> None:
    assert capabilities.account_capabilities(account_type, interface(used, bank)) == shown


@pytest.mark.parametrize(
    ("bank", "account_type", "able"),
    [
        (TEST_BANK, "Checking", {"sepaInstantMoneyTransfer", "sepaFutureMoneyTransfer",
                                 "sepaFutureCollectiveMoneyTransfer"}),
        (TEST_BANK, "Savings", set()),
        (ITALIAN_BANK, "Checking", {"sepaInstantMoneyTransfer"}),
        (CZECH_BANK, "Checking", {"sepaInstantMoneyTransfer", "sepaFutureMoneyTransfer",
                                  "sepaFutureCollectiveMoneyTransfer", "domesticMoneyTransfer",
                                  "domesticCollectiveMoneyTransfer", "domesticFutureMoneyTransfer"}),
    ],
)  # fmt: skip
def test_payment_capabilities_of_an_account(bank: int, account_type: str, able: set[str]) -> None:
    flags = capabilities.account_flags(account_type, interface("XS2A", bank))
    assert list(flags) == list(ACCESS["AccountInterfacePaymentCapabilities"]["properties"])
    assert {name for name, flag in flags.items() if flag} == able


@pytest.mark.parametrize(
    ("wish", "needed"),
    [
        ({}, Capability.TRANSFER),
        ({"collective": True}, Capability.COLLECTIVE_TRANSFER),
        ({"future": True}, Capability.FUTURE_TRANSFER),
        ({"future": True, "collective": True}, Capability.FUTURE_COLLECTIVE_TRANSFER),
        ({"instant": True}, Capability.INSTANT_TRANSFER),
        ({"instant": True, "future": True}, None),
        ({"instant": True, "collective": True}, None),
        ({"domestic": True}, Capability.DOMESTIC_TRANSFER),
        ({"domestic": True, "collective": True}, Capability.DOMESTIC_COLLECTIVE),
        ({"domestic": True, "future": True}, Capability.DOMESTIC_FUTURE),
        ({"domestic": True, "future": True, "collective": True}, Capability.DOMESTIC_FUTURE_COLLECTIVE),
        ({"domestic": True, "instant": True}, Capability.DOMESTIC_INSTANT),
        ({"domestic": True, "instant": True, "future": True}, None),
    ],
)
def test_what_a_money_transfer_needs(wish: dict[str, bool], needed: Capability | None) -> None:
    plain = {"domestic": False, "instant": False, "future": False, "collective": False}
    assert capabilities.for_transfer(**{**plain, **wish}) is needed


@pytest.mark.parametrize(
    ("b2b", "collective", "needed"),
    [
        (False, False, Capability.BASIC_DEBIT),
        (False, True, Capability.BASIC_COLLECTIVE_DEBIT),
        (True, False, Capability.B2B_DEBIT),
        (True, True, Capability.B2B_COLLECTIVE_DEBIT),
    ],
)
def test_what_a_direct_debit_needs(b2b: bool, collective: bool, needed: Capability) -> None:
    assert capabilities.for_debit(b2b=b2b, collective=collective) is needed
    assert bank_can(interface("FINTS_SERVER", SAVINGS_BANK), needed)


@pytest.mark.parametrize(
    ("domestic", "needed"), [(False, Capability.STANDING_ORDER), (True, Capability.DOMESTIC_STANDING_ORDER)]
)
def test_what_a_standing_order_needs(domestic: bool, needed: Capability) -> None:
    assert capabilities.for_standing_order(domestic=domestic) is needed
