"""What a form's visit stands on: bank, interface, bank connection, and the profile that shapes its pages."""

from mock_server.domain import profiles
from mock_server.domain.accounts import Account, BankConnection
from mock_server.domain.banks import Bank, BankInterface
from mock_server.domain.form_details import FormType, OrderDetails, UpdateDetails
from mock_server.domain.forms import WebForm
from mock_server.domain.profiles import Look, Profile, StoreSecrets
from mock_server.domain.steps import Visit
from mock_server.errors import ApiError, Refusal
from mock_server.exchange import World


def bank_at(world: World, id: int | None) -> Bank:
    """ApiError 422 for a bank that the catalogue does not have."""
    bank = None if id is None else world.setup.banks.get(id)
    if bank is None:
        raise ApiError(Refusal.BANK_NOT_SUPPORTED, f"There is no bank {id}.")
    return bank


def interface_at(world: World, visit: Visit) -> BankInterface:
    interface = bank_at(world, visit.bank_id).interface(visit.interface or "")
    assert interface is not None  # noqa: S101 # chosen together with the bank
    return interface


def look_of(world: World, form: WebForm) -> Look:
    """How the form looks and behaves: its profile, or finAPI's defaults if it has none or it was deleted since."""
    id = form.terms.profile_id
    return profiles.look_of(None if id is None else world.store.find(Profile, id))


def store_secrets_of(world: World, form: WebForm) -> StoreSecrets:
    """What becomes of the credentials. Profiles have a rule of its own for standalone payments."""
    look = look_of(world, form)
    return look.store_secrets_sap if form.type is FormType.STANDALONE_PAYMENT else look.store_secrets


def account_of(world: World, details: OrderDetails) -> Account | None:
    """The account in Access that the client has named, to pay from or to collect to."""
    id = details.draft.account_id
    return None if id is None else world.store.find(Account, id)


def connection_of(world: World, form: WebForm) -> BankConnection | None:
    """The connection that the form is about: the one to update or to pay from, or the one that it has created."""
    id = form.visit.connection_id
    if isinstance(form.details, UpdateDetails):
        id = form.details.connection_id
    elif isinstance(form.details, OrderDetails):
        account = account_of(world, form.details)
        id = None if account is None else account.connection_id
    return None if id is None else world.store.find(BankConnection, id)
