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
    category: str
    """The key of the category in `data/categories.yaml` that finAPI's categorization finds."""
    sepa_purpose_code: str | None = None
    mandate_reference: str | None = None
    creditor_id: str | None = None
    end_to_end_reference: str | None = None
    primanota: str | None = None
    announced_on: date | None = None
    """The day since which the bank knows of it, one banking day ahead at most; None: not before it is booked."""


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
