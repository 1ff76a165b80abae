"""What the banks' end of a login does: the test credentials, and what each makes happen.

Every bank of the catalogue knows the same customers, so that any of them can be tried. Whoever wants another outcome
logs in as somebody else; what follows is in the columns of the table, and nothing else knows a login by its name.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from typing import Any

from mock_server.domain import special_ledgers
from mock_server.domain.banks import FIELDS_OF_REDIRECT_PAGE, BankInterface
from mock_server.domain.ledger import Ledger
from mock_server.domain.progress import Pace

TAN = "123456"


# fmt: off
class Setback(Enum):
    """What ends a login, or holds it up. In columns: the code that a web form ends with; the refusal (a name in
    `errors.Refusal`) of a direct call; what the bank says, always in German. Where the bank says nothing, finAPI does.
    """

    WRONG_CREDENTIALS = (
        "BANK_SERVER_REJECTION", "BANK_SERVER_REJECTION",
        "Die Anmeldung ist fehlgeschlagen: Die Zugangsdaten sind nicht korrekt.",
    )
    LOCKED = (
        "BANK_SERVER_REJECTION", "BANK_SERVER_REJECTION",
        "Ihr Zugang zum Online-Banking ist gesperrt. Bitte wenden Sie sich an Ihre Bank.",
    )
    MAINTENANCE = (
        "BANK_SERVER_REJECTION", "BANK_SERVER_REJECTION",
        "Das Online-Banking steht wegen Wartungsarbeiten vorübergehend nicht zur Verfügung. "
        "Bitte versuchen Sie es später noch einmal.",
    )
    WRONG_TAN = (
        "BANK_SERVER_REJECTION", "BANK_SERVER_REJECTION",
        "Die eingegebene TAN ist nicht korrekt.",
    )
    NEW_TERMS = (
        "BANK_SERVER_REJECTION", "BANK_SERVER_REJECTION",
        "Bitte stimmen Sie zuerst den neuen Nutzungsbedingungen Ihrer Bank zu.",
    )
    UNSUPPORTED_BANK    = "UNSUPPORTED_FEATURE",        "UNSUPPORTED_BANK", None
    UNEXPECTED_RESPONSE = "UNEXPECTED_ACCESS_RESPONSE", "UNEXPECTED",       None
    INTERNAL_ERROR      = "INTERNAL_ERROR",             "UNEXPECTED",       None

    def __init__(self, form_code: str, refusal: str, message: str | None) -> None:
        self.form_code = form_code
        self.refusal = refusal
        self.message = message
# fmt: on


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A login that a bank knows, and what it simulates. What is not set is as at any bank."""

    login: str
    secret: str
    simulates: str
    needs_sca: bool = False
    """Whether the bank asks for a second factor."""
    setback: Setback | None = None
    """Why the bank lets nobody in, although the secret is right."""
    refused_tans: int = 0
    """How many TANs the bank refuses, right ones too, before it ends the login for a wrong one."""
    only_procedure: str | None = None
    """The two-step procedure that the bank uses without asking which."""
    confirms: bool = True
    """Whether the end user confirms a decoupled procedure."""
    slowness: Pace | None = None
    """How long a download takes, whatever the mandator's pace is."""
    ledger: type[Ledger] = Ledger
    """What is in the bank's books."""
    has_securities: bool = False
    """Whether there is a security account too, at banks that keep some."""
    is_joint: bool = False
    """Whether the accounts have two holders."""
    consent_lasts: timedelta | None = None
    """How long the bank lets finAPI in without its customer, if that is shorter than usual."""
    has_new_terms: bool = False
    """Whether the bank comes up with new terms and conditions after the import."""
    loses_orders: bool = False
    """Whether the bank never says what has become of a payment or a standing order that was authorised."""

    @property
    def takes_effect(self) -> tuple[str, ...]:
        """Where this customer differs from `demo_no_msa`."""
        return tuple(place for place, differs in PLACES.items() if differs(self))

    @property
    def tan(self) -> str | None:
        """What to answer where the bank asks for a TAN; None where it does not."""
        is_decoupled = self.only_procedure is not None and PROCEDURES[self.only_procedure].is_decoupled
        return TAN if self.needs_sca and not is_decoupled else None


PLACES: Mapping[str, Callable[[Customer], bool]] = {
    "login": lambda customer: customer.setback is not None,
    "second factor": lambda customer: customer.needs_sca,
    "download": lambda customer: customer.slowness is not None,
    "data": lambda customer: customer.ledger is not Ledger or customer.has_securities or customer.is_joint,
    "updates": lambda customer: customer.has_new_terms or customer.consent_lasts is not None,
    "payments": lambda customer: customer.loses_orders,
}


def _magic(login: str, simulates: str, **behaviour: Any) -> Customer:
    return Customer(login=f"demo_{login}", secret=f"demo_{login}", simulates=simulates, **behaviour)


# fmt: off
USUAL = (
    Customer(login="demo", secret="demo", needs_sca=True,  # noqa: S106 # documented by finAPI
             simulates="a login with strong customer authentication (TAN 123456)"),
    _magic("no_msa", "a login without strong customer authentication"),
    # Ours, like all that follow: finAPI documents the first two only.
    _magic("securities", "the same, with a security account", has_securities=True),
)
"""Those with which everything goes well."""

MAGIC = (
    # The bank does not let them in.
    _magic("wrong_pin", "a wrong PIN, whichever it is", setback=Setback.WRONG_CREDENTIALS),
    _magic("locked", "an access to online banking that is locked", setback=Setback.LOCKED),
    _magic("maintenance", "a bank that is down for maintenance", setback=Setback.MAINTENANCE),
    _magic("unsupported", "a bank that finAPI does not support (any more)", setback=Setback.UNSUPPORTED_BANK),
    _magic("unexpected", "an answer of finAPI Access that the web form does not understand",
           setback=Setback.UNEXPECTED_RESPONSE),
    _magic("internal_error", "an error inside finAPI", setback=Setback.INTERNAL_ERROR),
    # The second factor has its difficulties.
    _magic("wrong_tan", "a TAN that is wrong twice: two are refused, whichever they are, and the third can be right",
           needs_sca=True, refused_tans=2),
    _magic("never_confirmed", "a decoupled procedure that nobody ever confirms",
           needs_sca=True, only_procedure="demo-decoupled", confirms=False),
    # It takes a while, or does not last.
    _magic("slow", "a bank that takes 30 seconds for a download, by the mandator's clock",
           slowness=Pace("duration", lasts=timedelta(seconds=30))),
    _magic("consent_ends", "a consent, or an authorisation, that ends tomorrow", consent_lasts=timedelta(days=1)),
    _magic("new_terms", "new terms and conditions of the bank, before the first update; the user agrees with the TAN",
           needs_sca=True, has_new_terms=True),
    _magic("lost_order", "a bank that takes payments and standing orders and never says what has become of them",
           loses_orders=True),
    # There is something special about the data.
    _magic("no_accounts", "a customer without any account", ledger=special_ledgers.WithoutAccounts),
    _magic("one_account", "a single account", ledger=special_ledgers.OneAccount),
    _magic("empty", "a single account without transactions, whose balance is 0", ledger=special_ledgers.NeverUsed),
    _magic("5000", "a single account with 5,000 transactions", ledger=special_ledgers.Shop),
    _magic("usd", "an account in US dollars beside those in euros", ledger=special_ledgers.WithDollars),
    _magic("joint", "joint accounts of two holders", ledger=special_ledgers.Joint, is_joint=True),
    _magic("odd_balance", "balances that do not add up", ledger=special_ledgers.OddBalance),
    _magic("duplicate", "potential duplicates: the rent comes twice each month", ledger=special_ledgers.Stammering),
    _magic("closed_account", "a customer whose last account was closed: with `login_as` it disappears at an update",
           ledger=special_ledgers.ClosedAccount),
    _magic("never_booked", "a pending transaction that is never booked", ledger=special_ledgers.Promising),
)
"""Those that make something happen."""
# fmt: on

CUSTOMERS: Mapping[str, Customer] = {customer.login: customer for customer in (*USUAL, *MAGIC)}

SUFFIX = re.compile(r"\+[A-Za-z0-9._-]{1,64}")
"""What may follow a login, as in `demo+worker-7`: another customer, of the same kind and with the same secret."""


DISGUISE = "→"
"""Stands between a login and that of the customer as whom the bank treats it, because a scenario says so."""


def disguised(login: str, other: str) -> str:
    """The login of somebody whom the bank treats like another customer from now on."""
    return f"{undisguised(login)}{DISGUISE}{other}"


def undisguised(login: str) -> str:
    """The login as its customer knows it."""
    return login.partition(DISGUISE)[0]


def customer_of(login: str | None) -> Customer | None:
    """The customer of this login, with or without a suffix, and in the disguise that it may have."""
    own, _, other = (login or "").partition(DISGUISE)
    customer = _customer_of(own)
    if customer is None or not other:
        return customer
    return replace(CUSTOMERS[other], login=f"{customer.login}{DISGUISE}{other}", secret=customer.secret)


def _customer_of(login: str) -> Customer | None:
    name, plus, suffix = login.partition("+")
    customer = CUSTOMERS.get(name)
    if customer is None or not plus:
        return customer
    return replace(customer, login=name + plus + suffix) if SUFFIX.fullmatch(plus + suffix) else None


class Challenge(Enum):
    """How a two-step procedure asks: with something to answer, or by another device."""

    TEXT = "TEXT"
    PHOTO = "PHOTO"
    FLICKER_CODE = "FLICKER_CODE"
    DECOUPLED = "DECOUPLED"


@dataclass(frozen=True, slots=True)
class Procedure:
    """A two-step procedure (finAPI's word for an SCA method)."""

    id: str
    name: str
    challenge: Challenge

    @property
    def is_decoupled(self) -> bool:
        return self.challenge is Challenge.DECOUPLED


PROCEDURES: Mapping[str, Procedure] = {
    procedure.id: procedure
    for procedure in (
        Procedure("demo-sms-tan", "smsTan", Challenge.TEXT),
        Procedure("demo-push-tan", "pushTan", Challenge.TEXT),
        Procedure("demo-chip-tan-optical", "chipTan optical", Challenge.FLICKER_CODE),
        Procedure("demo-chip-tan-qr", "chipTan QR", Challenge.PHOTO),
        Procedure("demo-decoupled", "Demo Decoupled Auth", Challenge.DECOUPLED),
    )
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a login page."""

    label: str
    is_secret: bool
    is_mandatory: bool = True


def fields_of(interface: BankInterface) -> tuple[Field, ...]:
    """What the end user types in to log in. Redirect banks ask for it on their own page."""
    if interface.is_redirect:
        login, pin = FIELDS_OF_REDIRECT_PAGE
        return Field(login, is_secret=False), Field(pin, is_secret=True)
    return tuple(Field(field.label, field.is_secret, field.is_mandatory) for field in interface.fields)


def recognise(interface: BankInterface, credentials: Mapping[str, str], disguise: str | None = None) -> Customer | None:
    """The customer of these credentials (by field label); None if the bank refuses them.

    `disguise` is the customer as whom the bank treats whoever it is.

    The first field holds the login. Of the mandatory secret fields each must hold the secret;
    a bank that has none (its app does the rest) asks for the login alone.
    """
    fields = fields_of(interface)
    login = credentials.get(fields[0].label, "").strip()
    customer = customer_of(login if disguise is None else disguised(login, disguise))
    if customer is None:
        return None
    secrets = [credentials.get(field.label, "") for field in fields[1:] if field.is_secret and field.is_mandatory]
    return customer if all(secret == customer.secret for secret in secrets) else None


def setback_of(login: str | None) -> Setback | None:
    """Why the bank lets this customer in no more, whatever is stored or agreed. Only a disguise brings it about."""
    customer = customer_of(login)
    return None if customer is None else customer.setback


def needs_sca(login: str | None) -> bool:
    """Whether the bank asks this customer for a second factor."""
    customer = customer_of(login)
    return customer is not None and customer.needs_sca


def confirms(login: str | None) -> bool:
    """Whether this customer confirms a decoupled procedure when asked to."""
    customer = customer_of(login)
    return customer is None or customer.confirms


def pace_of(login: str | None, usual: Pace) -> Pace:
    """How fast a download of this customer's accounts is, where it would be as fast as `usual`."""
    customer = customer_of(login)
    return usual if customer is None or customer.slowness is None else customer.slowness


def accepts(tan: str) -> bool:
    return tan.strip() == TAN
