"""What the end user sees at each step of a form: the template, its heading, and what it is filled with."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from mock_server.clock import today
from mock_server.domain import logins
from mock_server.domain.banks import Bank, BankInterface, Service
from mock_server.domain.forms import Status, WebForm
from mock_server.domain.money import is_iban
from mock_server.domain.profiles import AccountSelection, StoreSecrets
from mock_server.domain.steps import Step
from mock_server.exchange import World
from mock_server.handlers import downloads
from mock_server.handlers.webform import account_information, payment_initiation, visits
from mock_server.handlers.webform.surroundings import bank_at, interface_at, store_secrets_of
from mock_server.web.challenges import question_of
from mock_server.web.guests import Guest
from mock_server.web.instructions import Instruction, instruction_of
from mock_server.web.texts import Stage, Texts

Values = dict[str, Any]

LONGEST_SEARCH = 100
SUGGESTED = 8
MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Sight:
    """What the view of a step is drawn from."""

    guest: Guest
    t: Texts

    @property
    def world(self) -> World:
        return self.guest.world

    @property
    def form(self) -> WebForm:
        return self.guest.form

    @property
    def service(self) -> Service:
        return self.form.type.service

    @property
    def bank(self) -> Bank:
        return bank_at(self.world, self.form.visit.bank_id)

    @property
    def interface(self) -> BankInterface:
        return interface_at(self.world, self.form.visit)

    @property
    def instruction(self) -> Instruction | None:
        return instruction_of(self.world, self.form)

    @property
    def can_change_bank(self) -> bool:
        return (self.form.visit.step, "change-bank") in visits.ACTIONS and visits.can_change_bank(self.world, self.form)

    @property
    def search(self) -> str:
        return self.guest.request.query_params.get("q", "").strip()[:LONGEST_SEARCH]


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands at the top of a view. `view` is its name in the mandators' translations; None: it has none."""

    view: str | None
    title: str
    subtitle: str = ""
    own_title: str | None = None
    """The mandator's title instead; an empty text hides it from the eye."""
    has_own_subtitle: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """A template, its heading, what it is filled with, and how far the end user has come when it is shown."""

    template: str
    heading: Callable[[Sight], Heading]
    values: Callable[[Sight], Values]
    stage: Stage


# The search for a bank


def _search_heading(sight: Sight) -> Heading:
    if sight.search:
        return Heading("bankSelectionView", sight.t.selection_title, sight.t.search_text)
    return Heading("bankSearchView", sight.t.search_title[sight.service], sight.t.search_text)


def _bank_search(sight: Sight) -> Values:
    search = sight.search
    compact = "".join(search.split()).upper()  # people write IBANs in groups of four
    by_iban = is_iban(compact)
    country = _country(sight)
    offered = [it for it in sight.world.setup.banks if visits.is_offered(sight.world, it, sight.form)]
    matches = sight.world.setup.banks.search(compact if by_iban else search)
    found = [
        bank
        for bank in matches
        if (by_iban or not country or bank.location in (None, country))
        and visits.is_offered(sight.world, bank, sight.form)
    ]
    found.sort(key=lambda bank: (not bank.is_test_bank, -bank.popularity, bank.name))
    shown = found[: MOST_FOUND if search else SUGGESTED]
    return {
        "search": search,
        "country": country,
        "countries": _countries(sight.t, offered, country),
        "banks": shown,
        "count": len(found),
        "more": len(found) - len(shown),
    }


def _country(sight: Sight) -> str:
    """The country that the search is limited to; an empty text: none."""
    asked = sight.guest.request.query_params.get("country")
    if asked is None:
        return sight.guest.look.default_country or ""
    return asked if asked in {bank.location for bank in sight.world.setup.banks} else ""


def _countries(t: Texts, banks: Iterable[Bank], chosen: str) -> list[tuple[str, str]]:
    """Codes and names of the countries to choose from, by name."""
    codes = {bank.location for bank in banks} | {chosen}
    return sorted(((code, t.countries.get(code, code)) for code in codes if code), key=lambda it: it[1])


# At the bank


def _login(sight: Sight) -> Values:
    saving = store_secrets_of(sight.world, sight.form)
    return {
        "bank": sight.bank,
        "fields": logins.fields_of(sight.interface),
        "hint": unescape(re.sub(r"<[^>]*>", "", sight.interface.login_hint or "")),
        "saving": saving,
        "missed": sight.t.store_secrets_missed if saving is StoreSecrets.MANDATORY and sight.guest.has_missed else "",
        "instruction": sight.instruction,
    }


def _redirect(sight: Sight) -> Values:
    return {"bank": sight.bank, "bank_page": sight.guest.bank_page, "instruction": sight.instruction}


def _sca_method(sight: Sight) -> Values:
    return {"bank": sight.bank, "procedures": list(logins.PROCEDURES.values())}


def _challenge_heading(sight: Sight) -> Heading:
    procedure = logins.PROCEDURES[sight.form.visit.procedure or ""]
    return _sca_heading(sight, sight.t.challenge_title, sight.t.challenges[procedure.challenge])


def _sca_heading(sight: Sight, title: str, subtitle: str) -> Heading:
    return Heading("scaChallengeViewAis" if sight.service == "AIS" else "scaChallengeViewPis", title, subtitle)


def _challenge(sight: Sight) -> Values:
    procedure = logins.PROCEDURES[sight.form.visit.procedure or ""]
    question = question_of(sight.t, sight.bank.name, procedure, sight.instruction)
    setback = sight.form.visit.setback
    return {
        "bank": sight.bank,
        "procedure": procedure,
        "question": question,
        "instruction": sight.instruction,
        "bank_message": None if setback is None else setback.message,
    }


def _decoupled(sight: Sight) -> Values:
    return {"bank": sight.bank, "instruction": sight.instruction}


# Accounts and orders


def _selection_heading(sight: Sight) -> Heading:
    t = sight.t
    if sight.service == "PIS":
        return Heading("accountSelectionViewPis", t.sender_title, t.sender_text)
    text = t.account_text if sight.guest.look.account_selection is AccountSelection.SINGLE else t.accounts_text
    return Heading("accountSelectionViewAis", t.accounts_title, text)


def _account_selection(sight: Sight) -> Values:
    missed = sight.t.accounts_missed if sight.guest.has_missed else ""
    if sight.service == "AIS":
        accounts = account_information.accounts_of(sight.world, sight.form)
        is_single = sight.guest.look.account_selection is AccountSelection.SINGLE
        return {"bank": sight.bank, "accounts": accounts, "is_single": is_single, "senders": None, "missed": missed}
    ledger = downloads.ledger_of(sight.world, sight.bank, sight.form.visit.login or "")
    day = today(sight.guest.now)
    senders = [
        (account, is_able, ledger.balance(account.key, day))
        for account, is_able in payment_initiation.accounts_at_bank(sight.world, sight.form)
    ]
    return {"bank": sight.bank, "senders": senders, "missed": missed}


def _overview_heading(sight: Sight) -> Heading:
    assert sight.instruction is not None  # noqa: S101 # only payment forms come here
    return Heading(None, sight.t.overview_titles[sight.instruction.kind], sight.t.overview_text)


def _payment_overview(sight: Sight) -> Values:
    return {"bank": sight.bank, "instruction": sight.instruction}


def _accounts(sight: Sight) -> Values:
    return {"bank": sight.bank, "accounts": account_information.accounts_of(sight.world, sight.form)}


def _partial_heading(sight: Sight) -> Heading:
    t = sight.t
    if sight.form.visit.failed is not None:
        return Heading("partialConfirmationWithErrorView", t.partial_failed_title, t.partial_failed_text)
    return Heading("partialConfirmationView", t.partial_title, t.partial_text)


def _partial_confirmation(sight: Sight) -> Values:
    return {**_accounts(sight), "failed": sight.form.visit.failed}


# fmt: off
VIEWS: Mapping[Step, View] = {
    Step.BANK_SEARCH: View("bank_search.html", _search_heading, _bank_search, Stage.BANK),
    Step.LOGIN: View(
        "login.html",
        lambda sight: Heading("bankLoginView", sight.t.login_title, sight.t.login_text[sight.service]),
        _login, Stage.LOGIN,
    ),
    Step.REDIRECT: View(
        "redirect.html",
        lambda sight: Heading("redirectBankLoginView", sight.t.redirect_title, sight.t.redirect_text),
        _redirect, Stage.LOGIN,
    ),
    Step.SCA_METHOD: View(
        "sca_method.html",
        lambda sight: Heading("scaMethodSelectionView", sight.t.sca_method_title, sight.t.sca_method_text),
        _sca_method, Stage.CONFIRM,
    ),
    Step.CHALLENGE: View("challenge.html", _challenge_heading, _challenge, Stage.CONFIRM),
    Step.DECOUPLED: View(
        "decoupled.html",
        lambda sight: _sca_heading(sight, sight.t.decoupled_title, sight.t.decoupled_text[sight.service]),
        _decoupled, Stage.CONFIRM,
    ),
    Step.ACCOUNT_SELECTION: View("account_selection.html", _selection_heading, _account_selection, Stage.ACCOUNTS),
    Step.PAYMENT_OVERVIEW: View("payment_overview.html", _overview_heading, _payment_overview, Stage.PAYMENT),
    Step.DOWNLOAD: View(
        "download.html",
        lambda sight: Heading("dataDownloadViewAis", sight.t.download_title, sight.t.download_text),
        _accounts, Stage.ACCOUNTS,
    ),
    Step.PARTIAL_CONFIRMATION: View(
        "partial_confirmation.html", _partial_heading, _partial_confirmation, Stage.ACCOUNTS
    ),
    Step.UPDATE_SUMMARY: View(
        "update_summary.html",
        lambda sight: Heading("updateSummaryView", sight.t.summary_title, sight.t.summary_text),
        _accounts, Stage.ACCOUNTS,
    ),
}
# fmt: on
"""The steps that have a page of their own."""

BANK_PAGE = View(
    "bank_login.html",
    lambda sight: Heading(None, sight.t.bank_login_title, sight.t.bank_login_text[sight.service]),
    _login,
    Stage.LOGIN,
)

STAGES: Mapping[Service, tuple[Stage, ...]] = {
    "AIS": (Stage.BANK, Stage.LOGIN, Stage.CONFIRM, Stage.ACCOUNTS, Stage.DONE),
    "PIS": (Stage.BANK, Stage.LOGIN, Stage.PAYMENT, Stage.CONFIRM, Stage.DONE),
}
"""In the order in which the end user comes to them."""


def reached(stage: Stage, service: Service) -> int:
    """The place of a stage in the progress bar. Payers choose an account before they check the payment."""
    if stage not in STAGES[service]:
        stage = Stage.PAYMENT
    return STAGES[service].index(stage)


def outcome_heading(sight: Sight) -> Heading:
    """The heading of the view of a form that has ended."""
    t, form, service = sight.t, sight.form, sight.service
    if form.status is Status.COMPLETED:
        return Heading("confirmationView", *t.completed[form.type])
    if form.status is Status.COMPLETED_WITH_ERROR:
        code = None if form.outcome is None else form.outcome.error_code
        return Heading("errorView", t.error_titles[service], "" if code is None else t.reasons[code])
    others = {
        Status.ABORTED: Heading(None, t.aborted_title, t.aborted_text[service]),
        Status.CANCELLED: Heading(None, t.cancelled_title, t.cancelled_text),
        Status.EXPIRED: Heading(None, t.expired_title, t.expired_text),
    }
    return others[form.status]
