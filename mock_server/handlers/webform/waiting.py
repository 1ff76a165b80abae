"""What a form waits for: the actions of its current step, and the fields that each takes.

The control API shows it to scripts; a test holds the buttons and fields of the pages against it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mock_server.domain import logins
from mock_server.domain.forms import WebForm
from mock_server.domain.logins import PROCEDURES, TAN
from mock_server.domain.profiles import AccountSelection, StoreSecrets
from mock_server.domain.steps import DECISIONS, Step
from mock_server.exchange import World
from mock_server.handlers.webform import payment_initiation, visits
from mock_server.handlers.webform.surroundings import connection_of, interface_at, look_of, store_secrets_of


@dataclass(frozen=True, slots=True)
class AskedField:
    """A field of an action. `options` lists the values that it takes, where there are only some."""

    name: str
    is_secret: bool = False
    is_mandatory: bool = True
    options: Sequence[str] = ()
    takes_several: bool = False
    """Whether it takes several of the options, joined by commas."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that the end user can do now."""

    action: str
    fields: tuple[AskedField, ...] = ()


CANCEL = Asked("cancel")


def actions_of(world: World, form: WebForm) -> list[Asked]:
    """Everything that can be done at the form's current step; nothing if it has ended, or nobody has opened it."""
    if form.is_final or form.visit.key is None:
        return []
    may_change = visits.can_change_bank(world, form)
    return [*(it for it in ASKS[form.visit.step](world, form) if may_change or it.action != "change-bank"), CANCEL]


def expected_tan(form: WebForm) -> str | None:
    """The TAN that the bank waits for."""
    return TAN if form.visit.step is Step.CHALLENGE and not form.is_final else None


def _login_fields(world: World, form: WebForm) -> tuple[AskedField, ...]:
    fields = logins.fields_of(interface_at(world, form.visit))
    return tuple(AskedField(it.label, it.is_secret, it.is_mandatory) for it in fields)


def _store_secrets(world: World, form: WebForm) -> tuple[AskedField, ...]:
    saving = store_secrets_of(world, form)
    if saving is StoreSecrets.MANDATORY:
        return (AskedField("storeSecrets", options=("true",)),)
    return (AskedField("storeSecrets", is_mandatory=False, options=("true", "false")),) * (saving == "RENDER")


def _log_in(world: World, form: WebForm) -> list[Asked]:
    return [Asked("log-in", (*_login_fields(world, form), *_store_secrets(world, form))), Asked("change-bank")]


def _redirect(world: World, form: WebForm) -> list[Asked]:
    return [Asked("bank-log-in", _login_fields(world, form)), Asked("bank-refuse"), Asked("change-bank")]


def _select(world: World, form: WebForm) -> list[Asked]:
    if form.type.service == "PIS":
        ibans = tuple(account.iban for account, _ in payment_initiation.accounts_at_bank(world, form))
        return [Asked("select-account", (AskedField("account", options=ibans),))]
    connection = connection_of(world, form)
    ids = () if connection is None else tuple(map(str, connection.account_ids))
    takes_several = look_of(world, form).account_selection is AccountSelection.MULTIPLE
    return [Asked("select-accounts", (AskedField("accounts", options=ids, takes_several=takes_several),))]


def _partial(world: World, form: WebForm) -> list[Asked]:
    return [Asked("connect-more"), Asked("finish")]


ASKS: Mapping[Step, Callable[[World, WebForm], list[Asked]]] = {
    Step.BANK_SEARCH: lambda *_: [Asked("choose-bank", (AskedField("bank"),))],
    Step.LOGIN: _log_in,
    Step.REDIRECT: _redirect,
    Step.SCA_METHOD: lambda *_: [
        Asked("choose-procedure", (AskedField("procedure", options=tuple(PROCEDURES)),)),
    ],
    Step.CHALLENGE: lambda *_: [Asked("answer", (AskedField("tan", is_secret=True),))],
    Step.DECOUPLED: lambda *_: [Asked("confirm"), Asked("refuse")],
    Step.ACCOUNT_SELECTION: _select,
    Step.PAYMENT_OVERVIEW: lambda *_: [Asked("agree")],
    Step.DOWNLOAD: lambda *_: [Asked("continue")],
    Step.PARTIAL_CONFIRMATION: _partial,
    Step.UPDATE_SUMMARY: lambda *_: [Asked("finish")],
    # The end user has been at the redirect bank's page, and has not come back from there.
    **dict.fromkeys(DECISIONS, lambda *_: [Asked("return")]),
}
