"""What each step's page shows, and the templates that show it. Knows the forms, not how requests are answered."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mock_server.domain import logins
from mock_server.domain.banks import Bank, BankInterface
from mock_server.domain.form_details import FormType, OrderDetails
from mock_server.domain.forms import Status, WebForm
from mock_server.domain.money import is_iban
from mock_server.domain.payments import Payment
from mock_server.domain.steps import Step
from mock_server.exchange import World
from mock_server.handlers.webform import account_information, payment_initiation, visits
from mock_server.handlers.webform.initiations import draft_of
from mock_server.handlers.webform.surroundings import account_of, bank_at, connection_of, interface_at
from mock_server.web import texts
from mock_server.web.guests import Guest

if TYPE_CHECKING:
    from jinja2 import Environment

Values = dict[str, Any]

TEMPLATES = Path(__file__).parent / "templates"
LONGEST_SEARCH = 100
SUGGESTED = 8
MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Drawing:
    """A template and what it is filled with. The same for the form's own page and for the embedded form."""

    template: str
    values: Values


def drawing_of(guest: Guest, view: "View | None" = None, template: str | None = None) -> Drawing:
    """What the end user sees now: the view given, or that of the form's step or of its outcome."""
    form = guest.form
    common = {
        "t": texts.for_reader(guest.request.headers.get("accept-language", "")),
        "look": guest.look,
        "form": form,
        "here": guest.home,
        "token": guest.token,
        "theme": f"{guest.home}/theme.css",
        "links": form.visit.links,
    }
    if template is not None:
        return Drawing(template, common)
    if form.is_final:
        return Drawing(_template_of_outcome(guest), {**common, "outcome": form.outcome})
    view = view or VIEWS[form.visit.step]
    sight = Sight(guest)
    here = guest.bank_page if view is BANK_PAGE else guest.home
    steps = {"here": here, "reached": view.reached, "can_change_bank": sight.can_change_bank}
    return Drawing(view.template, common | steps | view.values(sight))


def problem_drawing(status: int, way_back: str | None, accept_language: str) -> Drawing:
    template = "expired.html" if status == 410 else "problem.html"
    values = {"t": texts.for_reader(accept_language), "look": None, "status": status, "way_back": way_back}
    return Drawing(template, values)


def _template_of_outcome(guest: Guest) -> str:
    form = guest.form
    if form.status is Status.COMPLETED and guest.look.skips_confirmation and form.visit.links.redirect:
        return "leaving.html"
    return f"{form.status.lower()}.html"


@dataclass(frozen=True, slots=True)
class Sight:
    """What the view of a step is drawn from."""

    guest: Guest

    @property
    def world(self) -> World:
        return self.guest.world

    @property
    def form(self) -> WebForm:
        return self.guest.form

    @property
    def bank(self) -> Bank:
        return bank_at(self.world, self.form.visit.bank_id)

    @property
    def interface(self) -> BankInterface:
        return interface_at(self.world, self.form.visit)

    @property
    def can_change_bank(self) -> bool:
        return (self.form.visit.step, "change-bank") in visits.ACTIONS and visits.can_change_bank(self.world, self.form)


def _bank_search(sight: Sight) -> Values:
    search = sight.guest.request.query_params.get("q", "").strip()[:LONGEST_SEARCH]
    compact = "".join(search.split()).upper()  # people write IBANs in groups of four
    matches = sight.world.setup.banks.search(compact if is_iban(compact) else search)
    found = [bank for bank in matches if visits.is_offered(bank, sight.form)]
    found.sort(key=lambda bank: (not bank.is_test_bank, -bank.popularity, bank.name))
    shown = found[: MOST_FOUND if search else SUGGESTED]
    return {"search": search, "banks": shown, "count": len(found), "more": len(found) - len(shown)}


def _login(sight: Sight) -> Values:
    hint = unescape(re.sub(r"<[^>]*>", "", sight.interface.login_hint or ""))
    return {"bank": sight.bank, "fields": logins.fields_of(sight.interface), "hint": hint}


def _redirect(sight: Sight) -> Values:
    return {"bank": sight.bank, "bank_page": sight.guest.bank_page}


def _sca_method(sight: Sight) -> Values:
    return {"bank": sight.bank, "procedures": list(logins.PROCEDURES.values())}


def _challenge(sight: Sight) -> Values:
    procedure = logins.PROCEDURES[sight.form.visit.procedure or ""]
    setback = sight.form.visit.setback
    message = None if setback is None else setback.message
    return {"bank": sight.bank, "procedure": procedure, "order": _order(sight), "bank_message": message}


def _decoupled(sight: Sight) -> Values:
    return {"bank": sight.bank, "order": _order(sight)}


def _order(sight: Sight) -> Any:
    """The payment or standing order that is to be authorised; None where it is about a login."""
    return draft_of(sight.form) if sight.form.type.service == "PIS" else None


def _account_selection(sight: Sight) -> Values:
    if sight.form.type.service == "PIS":
        return {"bank": sight.bank, "senders": payment_initiation.accounts_at_bank(sight.world, sight.form)}
    return {"bank": sight.bank, "accounts": account_information.accounts_of(sight.world, sight.form)}


def _payment_overview(sight: Sight) -> Values:
    draft = draft_of(sight.form)
    account = account_of(sight.world, sight.form.details) if isinstance(sight.form.details, OrderDetails) else None
    sender = draft.iban or sight.form.visit.sender or (account and account.bank_account.iban)
    orders = draft.orders if isinstance(draft, Payment) else (draft.order,)
    kind = "debit" if sight.form.type is FormType.DIRECT_DEBIT_WITH_ACCOUNT_ID else "transfer"
    kind = kind if isinstance(draft, Payment) else "standing-order"
    return {"bank": sight.bank, "draft": draft, "orders": orders, "sender": sender, "kind": kind}


def _download(sight: Sight) -> Values:
    return {"bank": sight.bank, "accounts": account_information.accounts_of(sight.world, sight.form)}


def _partial_confirmation(sight: Sight) -> Values:
    further = account_information.further_interface(sight.world, sight.form)
    accounts = account_information.accounts_of(sight.world, sight.form)
    return {"bank": sight.bank, "accounts": accounts, "further": further, "failed": sight.form.visit.failed}


def _update_summary(sight: Sight) -> Values:
    connection = connection_of(sight.world, sight.form)
    accounts = account_information.accounts_of(sight.world, sight.form)
    return {"bank": sight.bank, "connection": connection, "accounts": accounts}


@dataclass(frozen=True, slots=True)
class View:
    """A template, what it is filled with, and which of `Texts.steps` the end user has reached."""

    template: str
    values: Callable[[Sight], Values]
    reached: int


BANK_PAGE = View("bank_login.html", _login, 1)
VIEWS: Mapping[Step, View] = {
    Step.BANK_SEARCH: View("bank_search.html", _bank_search, 0),
    Step.LOGIN: View("login.html", _login, 1),
    Step.REDIRECT: View("redirect.html", _redirect, 1),
    Step.SCA_METHOD: View("sca_method.html", _sca_method, 2),
    Step.CHALLENGE: View("challenge.html", _challenge, 2),
    Step.DECOUPLED: View("decoupled.html", _decoupled, 2),
    Step.ACCOUNT_SELECTION: View("account_selection.html", _account_selection, 2),
    Step.PAYMENT_OVERVIEW: View("payment_overview.html", _payment_overview, 2),
    Step.DOWNLOAD: View("download.html", _download, 2),
    Step.PARTIAL_CONFIRMATION: View("partial_confirmation.html", _partial_confirmation, 2),
    Step.UPDATE_SUMMARY: View("update_summary.html", _update_summary, 2),
}
"""The steps that have a page of their own."""


def render(drawing: Drawing, layout: str) -> str:
    """The markup of a view: as a page of its own (`page.html`), or to be embedded (`fragment.html`)."""
    return templates().get_template(drawing.template).render(drawing.values, layout=layout)


@cache
def templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # late: it costs start-up time

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"customers": list(logins.CUSTOMERS.values()), "tan": logins.TAN}
    return environment
