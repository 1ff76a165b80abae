"""The end user's way through a form, step by step: what each step may do and where it leads.

The page draws the current step and turns a button into one of these functions; a script may do
the same. Nothing here ends a form: `LOGGED_IN`, `GRANTED` and `REJECTED` tell that the bank has
decided something, and what follows from it depends on what the form is for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from mock_server.domain import logins
from mock_server.domain.banks import Bank, BankInterface
from mock_server.domain.logins import PROCEDURES, Setback


class Step(StrEnum):
    BANK_SEARCH = "BANK_SEARCH"
    LOGIN = "LOGIN"
    REDIRECT = "REDIRECT"
    SCA_METHOD = "SCA_METHOD"
    CHALLENGE = "CHALLENGE"
    DECOUPLED = "DECOUPLED"
    ACCOUNT_SELECTION = "ACCOUNT_SELECTION"
    PAYMENT_OVERVIEW = "PAYMENT_OVERVIEW"
    DOWNLOAD = "DOWNLOAD"
    PARTIAL_CONFIRMATION = "PARTIAL_CONFIRMATION"
    UPDATE_SUMMARY = "UPDATE_SUMMARY"
    # The bank has decided; the form goes on from these by itself.
    LOGGED_IN = "LOGGED_IN"
    GRANTED = "GRANTED"
    REJECTED = "REJECTED"


DECISIONS = frozenset({Step.LOGGED_IN, Step.GRANTED, Step.REJECTED})
"""No page of their own: `visits` goes on from them."""

# "Reloaded or re-opened at a step that does not support it" ends a form as INTERRUPTED; which steps these are is
# not documented. Here: those in which the bank waits for an answer of this very session.
UNRELOADABLE = frozenset({Step.SCA_METHOD, Step.CHALLENGE, Step.DECOUPLED})


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
    turn: int = 0
    """Counts what the end user has done."""
    drawn: int | None = None
    """The turn whose page was drawn last: drawing it again is a reload."""
    bank_id: int | None = None
    interface: str | None = None
    login: str | None = None
    labels: tuple[str, ...] = ()
    stores_secrets: bool = False
    procedure: str | None = None
    sender: str | None = None
    """The key of the bank's account that the end user has chosen to pay from."""
    connection_id: int | None = None
    """The bank connection that this visit has created or updated."""
    done: tuple[str, ...] = ()
    """The interfaces that this visit has connected or updated."""
    order_id: int | None = None
    """The payment or standing order that this visit has created."""
    failed: str | None = None
    """Why a further interface could not be connected (an `ErrorCode`)."""
    setback: Setback | None = None
    """What the bank did not like about what the end user did last."""
    refused_tans: int = 0
    disguise: str | None = None
    """The customer as whom the bank treats whoever logs in, because a scenario says so."""
    downloads_until: datetime | None = None
    """When a slow bank has sent everything; until then the end user cannot go on."""

    @property
    def is_interruptible(self) -> bool:
        return self.step in UNRELOADABLE


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
    return replace(visit, step=step, bank_id=bank.id, interface=interface.name, login=None, labels=(), setback=None)


def log_in(visit: Visit, interface: BankInterface, credentials: Mapping[str, str]) -> Visit:
    """Hand the credentials (by field label) to the bank. On a redirect bank its own page calls this."""
    customer = logins.recognise(interface, credentials, visit.disguise)
    setback = Setback.WRONG_CREDENTIALS if customer is None else customer.setback
    if customer is None or setback is not None:
        return replace(visit, step=Step.REJECTED, setback=setback)
    labels = tuple(field.label for field in logins.fields_of(interface) if credentials.get(field.label))
    return replace(visit, step=Step.LOGGED_IN, login=customer.login, labels=labels, setback=None, refused_tans=0)


def log_in_again(visit: Visit, login: str) -> Visit:
    """Hand the bank what finAPI has stored of this customer."""
    setback = logins.setback_of(login)
    step = Step.LOGGED_IN if setback is None else Step.REJECTED
    return replace(visit, step=step, login=login, setback=setback)


def authorise(visit: Visit, interface: BankInterface, procedure: str | None = None) -> Visit:
    """Ask for strong customer authentication, by the default `procedure` if there is one.

    A redirect bank has done it on its own page, and some customers are not asked.
    """
    if interface.is_redirect or not logins.needs_sca(visit.login):
        return replace(visit, step=Step.GRANTED)
    customer = logins.customer_of(visit.login)
    chosen = procedure if customer is None or customer.only_procedure is None else customer.only_procedure
    return replace(visit, step=Step.SCA_METHOD) if chosen is None else choose_procedure(visit, chosen)


def choose_procedure(visit: Visit, procedure_id: str) -> Visit:
    """Choose a two-step procedure; one that the bank does not know is a rejection."""
    procedure = PROCEDURES.get(procedure_id)
    if procedure is None:
        return refuse(visit)
    step = Step.DECOUPLED if procedure.is_decoupled else Step.CHALLENGE
    return replace(visit, step=step, procedure=procedure.id, setback=None)


def answer(visit: Visit, tan: str) -> Visit:
    """A right TAN is a yes. A wrong one ends the login, unless the bank gives this customer another try."""
    # What a wrong TAN does at the real test bank is not documented.
    customer = logins.customer_of(visit.login)
    if customer is not None and visit.refused_tans < customer.refused_tans:
        return replace(visit, refused_tans=visit.refused_tans + 1, setback=Setback.WRONG_TAN)
    if logins.accepts(tan):
        return replace(visit, step=Step.GRANTED, setback=None)
    return replace(visit, step=Step.REJECTED, setback=Setback.WRONG_TAN)


def confirm(visit: Visit) -> Visit:
    """The end user has confirmed the login on the other device; one who never does leaves the bank waiting."""
    return replace(visit, step=Step.GRANTED) if logins.confirms(visit.login) else visit


def is_downloading(visit: Visit, now: datetime) -> bool:
    return visit.downloads_until is not None and now < visit.downloads_until


def refuse(visit: Visit) -> Visit:
    """The end user has cancelled at the bank, on its page or in its app.

    A redirect bank leads back exactly as after a success; that it failed shows at the next step.
    """
    return replace(visit, step=Step.REJECTED, setback=None)
