"""What the banks' end of a login does: the documented test credentials and what each simulates.

Every bank of the catalogue knows the same customers, so that any of them can be tried.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from mock_server.domain.banks import FIELDS_OF_REDIRECT_PAGE, BankInterface

TAN = "123456"


@dataclass(frozen=True, slots=True)
class Customer:
    """A login that works. `needs_sca`: whether the bank asks for a second factor."""

    login: str
    secret: str
    needs_sca: bool
    simulates: str
    has_securities: bool = False
    """Whether there is a security account too, at banks that keep some."""
    has_new_terms: bool = False
    """Whether there are new terms and conditions to agree to, of which batch updates notify (if a rule wants it)."""


CUSTOMERS: Mapping[str, Customer] = {
    customer.login: customer
    for customer in (
        Customer("demo", "demo", True, "a login with strong customer authentication (TAN 123456)"),
        Customer("demo_no_msa", "demo_no_msa", False, "a login without strong customer authentication"),
        # Ours: finAPI documents no login with a security account.
        Customer("demo_securities", "demo_securities", False, "the same, with a security account", has_securities=True),
    )
}


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


def recognise(interface: BankInterface, credentials: Mapping[str, str]) -> Customer | None:
    """The customer of these credentials (by field label); None if the bank refuses them.

    The first field holds the login. Of the mandatory secret fields each must hold the secret;
    a bank that has none (its app does the rest) asks for the login alone.
    """
    fields = fields_of(interface)
    customer = CUSTOMERS.get(credentials.get(fields[0].label, "").strip())
    if customer is None:
        return None
    secrets = [credentials.get(field.label, "") for field in fields[1:] if field.is_secret and field.is_mandatory]
    return customer if all(secret == customer.secret for secret in secrets) else None


def needs_sca(login: str | None) -> bool:
    """Whether the bank asks this customer for a second factor."""
    customer = CUSTOMERS.get(login or "")
    return customer is not None and customer.needs_sca


def accepts(tan: str) -> bool:
    return tan.strip() == TAN
