"""Users: creation by a client, and what the authorized user may do with itself."""

from collections.abc import Iterator

from mock_server.domain import tokens, users
from mock_server.domain.accounts import Account, BankConnection
from mock_server.domain.authorisations import Authorisation
from mock_server.domain.forms import WebForm
from mock_server.domain.payments import Payment
from mock_server.domain.preferences import FormLanguage
from mock_server.domain.standing_orders import BankSideStandingOrder, StandingOrder
from mock_server.domain.tasks import Task
from mock_server.domain.tokens import Token
from mock_server.domain.transactions import Transaction
from mock_server.domain.users import User
from mock_server.errors import ApiError, Refusal
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import views
from mock_server.store import Record


def create_user(call: Call, world: World) -> Reply:
    user = users.create(
        call.body or {},
        number=world.ids.number("user"),
        spare_id=world.ids.uuid("user"),
        spare_password=world.ids.uuid("password"),
        now=call.now,
    )
    if world.store.find(User, user.id) is not None:
        raise ApiError(Refusal.ENTITY_EXISTS, f"A user with the id '{user.name}' exists already.")
    world.store.put(user)
    return Reply(views.user(user, password=user.password))


def get_authorized_user(call: Call, world: World) -> Reply:
    return Reply(views.user(call.user))


def edit_authorized_user(call: Call, world: World) -> Reply:
    edited = users.edit(call.user, call.body)
    world.store.put(edited)
    return Reply(views.user(edited))


def delete_authorized_user(call: Call, world: World) -> Reply:
    """The user goes, and with it all that it has: tokens, forms, connections, accounts, transactions."""
    world.store.delete(call.user, *_belongings(call.user, world))
    return Reply()


OWNED_BY_USER: tuple[type[Record], ...] = (
    WebForm, Task, FormLanguage, BankConnection, Account, Transaction, Payment,
    StandingOrder, BankSideStandingOrder, Authorisation,
)  # fmt: skip


def _belongings(user: User, world: World) -> Iterator[Record]:
    yield from world.store.owned(Token, tokens.holder("", user.id))
    for kind in OWNED_BY_USER:
        yield from world.store.owned(kind, user.id)
