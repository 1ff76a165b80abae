"""A payment or standing order as the pages show it to the one who is to agree to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mock_server.domain.form_details import FormType, OrderDetails
from mock_server.domain.forms import WebForm
from mock_server.domain.money import Cents
from mock_server.domain.orders import Order
from mock_server.domain.payments import Payment
from mock_server.domain.standing_orders import StandingOrder
from mock_server.exchange import World
from mock_server.handlers.webform.initiations import draft_of
from mock_server.handlers.webform.surroundings import account_of
from mock_server.web.texts import Kind

MOST_ORDERS = 10
"""How many orders of a collective one are listed: there can be 15,000."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """What the end user instructs the bank to do. `own` is the IBAN of the end user's side, once it is known."""

    kind: Kind
    draft: Payment | StandingOrder
    own: str | None
    orders: Sequence[Order]
    """The first of them."""
    count: int
    cents: Cents
    currency: str

    @property
    def more(self) -> int:
        return self.count - len(self.orders)

    @property
    def execution(self) -> date | None:
        return self.draft.execution_date if isinstance(self.draft, Payment) else None


def instruction_of(world: World, form: WebForm) -> Instruction | None:
    """None for forms that are about account information."""
    if not isinstance(form.details, OrderDetails):
        return None
    draft = draft_of(form)
    account = account_of(world, form.details)
    orders = draft.orders if isinstance(draft, Payment) else (draft.order,)
    return Instruction(
        kind=_kind_of(form),
        draft=draft,
        own=draft.iban or form.visit.sender or (None if account is None else account.bank_account.iban),
        orders=orders[:MOST_ORDERS],
        count=len(orders),
        cents=draft.cents,
        currency=orders[0].currency,
    )


def _kind_of(form: WebForm) -> Kind:
    if form.type is FormType.STANDING_ORDER:
        return Kind.STANDING_ORDER
    return Kind.DEBIT if form.type is FormType.DIRECT_DEBIT_WITH_ACCOUNT_ID else Kind.TRANSFER
