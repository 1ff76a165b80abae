"""How a form comes to a bank: over which interface, and whether the end user has to type in credentials there."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from mock_server.domain import capabilities, forms, steps, tasks
from mock_server.domain.accounts import BankConnection
from mock_server.domain.banks import Bank, BankInterface
from mock_server.domain.form_details import OrderDetails, SavedSetting, UpdateDetails
from mock_server.domain.forms import WebForm
from mock_server.domain.steps import Step
from mock_server.exchange import World
from mock_server.handlers.webform import initiations
from mock_server.handlers.webform.surroundings import account_of, connection_of


def arrive(world: World, form: WebForm, bank: Bank, now: datetime) -> WebForm:
    """The form at the login of a bank, or behind it where finAPI has kept the credentials. ApiError 422."""
    chosen = next(iter(_preferred(world, form, bank, now)), None)
    interface = chosen or forms.interface_of(bank, form.terms.allowed_interfaces, form.type.service)
    return arrive_by(world, form, bank, interface)


def arrive_by(world: World, form: WebForm, bank: Bank, interface: BankInterface) -> WebForm:
    visit = replace(steps.choose_bank(form.visit, bank, interface), failed=None)
    connection = connection_of(world, form)
    known = None if connection is None else connection.interface(interface.name)
    if connection is not None and known is not None and known.stores_secrets and visit.step is Step.LOGIN:
        asks_anew = isinstance(form.details, UpdateDetails) and SavedSetting.CREDENTIALS in form.details.manages
        if not asks_anew:
            visit = replace(visit, step=Step.LOGGED_IN, login=connection.login, labels=known.labels)
    return replace(form, visit=visit)


def pending_interfaces(world: World, form: WebForm, connection: BankConnection, now: datetime) -> list[str]:
    """The interfaces of an update that cannot do without the end user, and have not had their turn yet."""
    usable = tasks.interfaces_to_update(connection, form.terms.allowed_interfaces)
    needy = (it.name for it in usable if tasks.cause_of_interface(it, now) is not None)
    return [name for name in needy if name not in form.visit.done]


def _preferred(world: World, form: WebForm, bank: Bank, now: datetime) -> Iterable[BankInterface]:
    """The interfaces that fit better than just the bank's best one, the best of them first."""
    candidates = bank.interfaces_for(form.type.service, form.terms.allowed_interfaces)
    if isinstance(form.details, OrderDetails):
        account, needed = account_of(world, form.details), initiations.capability_needed(form, now)
        used = [it for it in candidates if account is None or it.name in account.interfaces]
        able = (it for it in used if needed is not None and capabilities.bank_can(it, needed))
        return [*able, *(used if account is not None else ())]
    connection = connection_of(world, form)
    if connection is None:
        return []
    pending = pending_interfaces(world, form, connection, now)
    used = [it for it in candidates if connection.interface(it.name) is not None]
    return [*(it for it in used if it.name in pending), *used]
