"""What each step's page shows, and the templates that show it. Knows the forms, not the requests."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mock_server.domain import logins
from mock_server.domain.banks import Bank, BankInterface
from mock_server.domain.forms import WebForm
from mock_server.domain.money import is_iban
from mock_server.domain.steps import Step
from mock_server.exchange import World
from mock_server.handlers.webform import visits
from mock_server.web import texts

if TYPE_CHECKING:
    from jinja2 import Environment

Values = dict[str, Any]

TEMPLATES = Path(__file__).parent / "templates"
LONGEST_SEARCH = 100
SUGGESTED = 8
MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Sight:
    """What a page is drawn from. `search` is what the end user looks for, on the first step."""

    world: World
    form: WebForm
    search: str = ""

    @property
    def bank(self) -> Bank:
        bank = self.world.setup.banks.get(self.form.visit.bank_id or 0)
        assert bank is not None  # noqa: S101 # the steps that ask come after the choice of the bank
        return bank

    @property
    def interface(self) -> BankInterface:
        interface = self.bank.interface(self.form.visit.interface or "")
        assert interface is not None  # noqa: S101 # chosen together with the bank
        return interface

    @property
    def can_change_bank(self) -> bool:
        """A bank that the client has chosen is locked."""
        return (self.form.visit.step, "change-bank") in visits.ACTIONS and self.form.details.bank_id is None


def _bank_search(sight: Sight) -> Values:
    search = sight.search.strip()[:LONGEST_SEARCH]
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
    return {"bank": sight.bank, "bank_page": f"/bank/{sight.form.id}"}


def _sca_method(sight: Sight) -> Values:
    return {"bank": sight.bank, "procedures": list(logins.PROCEDURES.values())}


def _challenge(sight: Sight) -> Values:
    procedure = logins.PROCEDURES[sight.form.visit.procedure or ""]
    return {"bank": sight.bank, "procedure": procedure, "picture": _picture(sight.form.id)}


def _decoupled(sight: Sight) -> Values:
    return {"bank": sight.bank}


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
}
"""The steps that have a page of their own."""


def _picture(id: str) -> str:
    """An SVG path of 16 by 16 squares, which looks like something to scan and says nothing."""
    bits = int.from_bytes(hashlib.sha256(id.encode()).digest(), "big")
    return "".join(f"M{cell % 16} {cell // 16}h1v1h-1z" for cell in range(256) if bits >> cell & 1)


def render(template: str, values: Values, accept_language: str) -> str:
    """A page in the reader's language, which templates know as `t`."""
    return templates().get_template(template).render(values, t=texts.for_reader(accept_language))


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
