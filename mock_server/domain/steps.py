"""The end user's way through a form, step by step: what each step may do and where it leads.

The page draws the current step and turns a button into one of these functions; a script may do
the same. Nothing here ends a form: `GRANTED` and `REJECTED` tell that the bank has decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import urlsplit

from mock_server.domain import logins
from mock_server.domain.banks import Bank, BankInterface
from mock_server.domain.logins import PROCEDURES


class Step(StrEnum):
    BANK_SEARCH = "BANK_SEARCH"
    LOGIN = "LOGIN"
    REDIRECT = "REDIRECT"
    SCA_METHOD = "SCA_METHOD"
    CHALLENGE = "CHALLENGE"
    DECOUPLED = "DECOUPLED"
    GRANTED = "GRANTED"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class Links:
    """Where the page leads at the end: query parameters that the client appends to the form's URL."""

    redirect: str | None = None
    error_redirect: str | None = None
    abort_redirect: str | None = None
    support: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """How far the end user has come. `key` is the secret of the browser that opened the form."""

    key: str | None = None
    links: Links = field(default_factory=Links)
    step: Step = Step.BANK_SEARCH
    bank_id: int | None = None
    interface: str | None = None
    login: str | None = None
    labels: tuple[str, ...] = ()
    procedure: str | None = None


def links_from(query: Mapping[str, str]) -> Links:
    """The addresses in a form URL's query. Only http and https: a `javascript:` address is dropped."""
    return Links(*(_web_address(query.get(name)) for name in LINK_PARAMETERS))


LINK_PARAMETERS = ("redirectUrl", "errorRedirectUrl", "abortRedirectUrl", "customerSupportUrl")


def _web_address(text: str | None) -> str | None:
    if not text:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.netloc else None


def choose_bank(visit: Visit, bank: Bank, interface: BankInterface) -> Visit:
    step = Step.REDIRECT if interface.is_redirect else Step.LOGIN
    return replace(visit, step=step, bank_id=bank.id, interface=interface.name)


def log_in(visit: Visit, interface: BankInterface, credentials: Mapping[str, str]) -> Visit:
    """Hand the credentials (by field label) to the bank. On a redirect bank its own page calls this."""
    customer = logins.recognise(interface, credentials)
    if customer is None:
        return replace(visit, step=Step.REJECTED)
    labels = tuple(field.label for field in logins.fields_of(interface) if credentials.get(field.label))
    step = Step.SCA_METHOD if customer.needs_sca and not interface.is_redirect else Step.GRANTED
    return replace(visit, step=step, login=customer.login, labels=labels)


def choose_procedure(visit: Visit, procedure_id: str) -> Visit:
    """Choose a two-step procedure; one that the bank does not know is a rejection."""
    procedure = PROCEDURES.get(procedure_id)
    if procedure is None:
        return replace(visit, step=Step.REJECTED)
    step = Step.DECOUPLED if procedure.is_decoupled else Step.CHALLENGE
    return replace(visit, step=step, procedure=procedure.id)


def answer(visit: Visit, tan: str) -> Visit:
    # What a wrong TAN does at the real test bank is not documented; here the bank ends the login.
    return replace(visit, step=Step.GRANTED if logins.accepts(tan) else Step.REJECTED)


def confirm(visit: Visit) -> Visit:
    """The end user has confirmed the login on the other device."""
    return replace(visit, step=Step.GRANTED)


def refuse(visit: Visit) -> Visit:
    """The end user has cancelled at the bank, on its page or in its app.

    A redirect bank leads back exactly as after a success; that it failed shows at the next step.
    """
    return replace(visit, step=Step.REJECTED)
