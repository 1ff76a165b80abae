"""What a bank holds about an account: its master data and its bookings.

These are the bank's records, the same for every user who connects the account. What finAPI
adds for a user (ids, categories, labels, flags) is in `accounts` and `transactions`.
"""

from dataclasses import dataclass
from datetime import date

from mock_server.domain.money import Cents


@dataclass(frozen=True, slots=True)
class Booking:
    """One booked line of a bank statement. `key` is unique within the account and never changes."""

    key: str
    booked_on: date
    value_on: date
    cents: Cents
    purpose: str
    counterpart: str
    counterpart_iban: str
    counterpart_bic: str
    counterpart_bank: str
    type: str
    """The bank's German name of the kind of booking, such as "Lastschrift"."""
    type_code_zka: str
    """The business transaction code (GVC) of the German banks, three digits."""
    category: str | None
    """The key of the category in `data/categories.yaml` that finAPI's categorization finds, if it finds one."""
    sepa_purpose_code: str | None = None
    mandate_reference: str | None = None
    creditor_id: str | None = None
    end_to_end_reference: str | None = None
    primanota: str | None = None
    announced_on: date | None = None
    """The day since which the bank knows of it, one banking day ahead at most; None: not before it is booked."""
    account_number: str | None = None
    """The counterpart's account number, where it is another one than in the IBAN."""
    bank_code: str | None = None
    """The counterpart's BLZ, where it is another one than in the IBAN."""
    customer_reference: str | None = None
    debitor_id: str | None = None
    type_code_swift: str | None = None
    original_cents: Cents | None = None
    original_currency: str | None = None

    @property
    def counterpart_account_number(self) -> str | None:
        return self.account_number or (self.counterpart_iban[12:] if self.counterpart_iban.startswith("DE") else None)

    @property
    def counterpart_blz(self) -> str | None:
        return self.bank_code or (self.counterpart_iban[4:12] if self.counterpart_iban.startswith("DE") else None)


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account as its bank describes it."""

    key: str
    name: str
    type: str
    """`Checking`, `Savings`, … as in Access."""
    iban: str
    """Empty for a security account, which takes no payments."""
    number: str
    holder: str
    currency: str = "EUR"
    overdraft_limit_cents: Cents | None = None


@dataclass(frozen=True, slots=True)
class BankStandingOrder:
    """A standing order that the holder has given to the bank; its bookings are among the account's."""

    start_date: date
    day: int
    """The day of the month; it is booked on the first banking day from there on."""
    cents: Cents
    """What is paid each month, positive."""
    counterpart: str
    counterpart_iban: str
    purpose: str
    sepa_purpose_code: str | None = None
