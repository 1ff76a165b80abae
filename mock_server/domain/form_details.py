"""What web forms are created with: the terms that all kinds share, and the details of each kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mock_server.domain.banks import Service
from mock_server.domain.payments import Payment
from mock_server.domain.standing_orders import StandingOrder


class FormType(StrEnum):
    BANK_CONNECTION_IMPORT = "BANK_CONNECTION_IMPORT"
    BANK_CONNECTION_UPDATE = "BANK_CONNECTION_UPDATE"
    STANDALONE_PAYMENT = "STANDALONE_PAYMENT"
    PAYMENT_WITH_ACCOUNT_ID = "PAYMENT_WITH_ACCOUNT_ID"
    DIRECT_DEBIT_WITH_ACCOUNT_ID = "DIRECT_DEBIT_WITH_ACCOUNT_ID"
    STANDING_ORDER = "STANDING_ORDER"

    @property
    def service(self) -> Service:
        return "AIS" if self in (FormType.BANK_CONNECTION_IMPORT, FormType.BANK_CONNECTION_UPDATE) else "PIS"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a form of any kind may be created with."""

    bank_id: int | None = None
    """The bank that the client has chosen; None: the end user chooses."""
    allowed_interfaces: tuple[str, ...] = ()
    """Empty: all."""
    allows_test_banks: bool = True
    callback_url: str | None = None
    redirect_url: str | None = None
    """Where a redirect bank sends the end user back to, for mandators with a licence of their own."""
    profile_id: str | None = None


@dataclass(frozen=True, slots=True)
class ImportDetails:
    """What is to be downloaded, at the import of a bank connection or at its update."""

    connection_name: str | None = None
    skips_positions: bool = False
    skips_balances: bool = False
    loads_owner_data: bool = False
    max_days: int = 0
    account_types: tuple[str, ...] = ()
    """In the words of Access (`CreditCard`); empty: all."""
    allows_duplicates: bool = False
    ibans: tuple[str, ...] = ()
    """The accounts that a detailed consent is for; empty: all."""


class NewAccounts(StrEnum):
    """What an update does about accounts that the connection does not have yet (`importNewAccountsMode`)."""

    SKIP = "SKIP"
    CONDITIONAL = "CONDITIONAL"
    FORCED = "FORCED"


class SavedSetting(StrEnum):
    """What the end user is to decide anew (`manageSavedSettings`)."""

    CREDENTIALS = "CREDENTIALS"
    DEFAULT_TWO_STEP_PROCEDURE = "DEFAULT_TWO_STEP_PROCEDURE"


@dataclass(frozen=True, slots=True)
class UpdateDetails:
    """What `POST /api/tasks/backgroundUpdate` asks for, and so the form that such a task may need."""

    connection_id: int
    download: ImportDetails
    new_accounts: NewAccounts = NewAccounts.SKIP
    manages: Sequence[SavedSetting] = ()


@dataclass(frozen=True, slots=True)
class OrderDetails:
    """What a payment form is to initiate.

    `draft` is the payment or standing order as far as it is known: without an id, and without a sender where
    the end user is to choose one. It becomes a record of Access when the end user agrees to it.
    """

    draft: Payment | StandingOrder


Details = ImportDetails | UpdateDetails | OrderDetails
