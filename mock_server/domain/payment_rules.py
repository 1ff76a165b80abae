"""What finAPI checks before it takes an order: the same for both APIs, which only name things differently.

Every rule yields violations; `enforce` turns them into a refusal. The checks before the account is known
(`check_orders`, `check_execution`, `check_dates`) stand apart from those that need it, because a web form
learns the account last.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from mock_server.clock import today
from mock_server.domain import payments, standing_orders
from mock_server.domain.banks import BankInterface
from mock_server.domain.capabilities import Capability
from mock_server.domain.orders import Names, Order, Violation, enforce
from mock_server.domain.payments import Payment
from mock_server.domain.sepa import DOMESTIC, can_be_source, is_in_sepa
from mock_server.domain.sources import Source
from mock_server.domain.standing_orders import StandingOrder
from mock_server.errors import ApiError, Problem, Refusal


def check_orders(orders: Sequence[Order], names: Names) -> None:
    """Names, currencies and the countries of the counterparts."""
    enforce(violation for index, order in enumerate(orders) for violation in _order_violations(order, index, names))
    if len({order.currency for order in orders}) > 1:
        problem = Problem(names.orders, "All orders of a payment must have the same currency.")
        enforce([(names.bad_currency, problem)])


def check_currency(orders: Sequence[Order], currency: str, names: Names) -> None:
    """Where only one currency will do: that of the account, or euro."""
    problem = f"Must be {currency} here."
    enforce(
        (names.bad_currency, Problem(names.of(index, names.currency), problem))
        for index, order in enumerate(orders)
        if order.currency != currency
    )


def check_execution(
    day: date | None, now: datetime, names: Names, *, instant: bool = False, order_count: int = 1
) -> None:
    """When a payment is to be carried out. Only instant payments bother about the number of orders."""
    if instant and order_count > 1:
        detail = f"An instant payment has one order, not {order_count}."
        raise ApiError(Refusal.UNSUPPORTED_ORDER, detail)
    if day is not None and day < today(now):
        enforce([(names.bad_date, Problem("executionDate", "Must not be in the past."))])
    if instant and day is not None and day > today(now):
        message = "Must be today or left out, because the payment is an instant one."
        enforce([(names.bad_date, Problem("executionDate", message))])


def check_dates(start: date, end: date | None, earliest: date, names: Names) -> None:
    """When a standing order runs."""
    if start < earliest:
        enforce([(names.bad_date, Problem("startDate", f"Must be {earliest} or later."))])
    if end is not None and end <= start:
        enforce([(names.bad_date, Problem("endDate", "Must be after 'startDate'."))])


def check_payment(payment: Payment, source: Source, now: datetime, names: Names) -> None:
    """What the account and its bank say to a payment whose orders are fine by themselves."""
    _check_country(payment.orders, source, names)
    able = _able(source, payments.capability_needed(payment, now))
    if not payment.is_debit:
        check_constraints(payment.orders, able, names)


def check_standing_order(order: StandingOrder, source: Source, names: Names) -> None:
    """What the account and its bank say to a standing order that is fine by itself."""
    _check_country([order.order], source, names)
    _able(source, standing_orders.capability_needed(order))


def check_constraints(orders: Sequence[Order], interfaces: Sequence[BankInterface], names: Names) -> None:
    """The bank's own rules for money transfers. One interface whose rules are kept is enough."""
    broken = [list(_constraint_violations(orders, interface, names)) for interface in interfaces]
    if all(broken):
        enforce(violation for violations in broken[:1] for violation in violations)


def _order_violations(order: Order, index: int, names: Names) -> Iterator[Violation]:
    country = order.iban[:2]
    if order.is_domestic:
        yield from _domestic_violations(order, index, names)
        return
    if order.name is None:
        yield Refusal.BAD_REQUEST, Problem(names.of(index, names.name), "Field is missing; SEPA orders need it.")
    if not is_in_sepa(order.iban):
        yield Refusal.UNSUPPORTED_ORDER, Problem(names.of(index, names.iban), f"{country} is not in the SEPA area.")


def _domestic_violations(order: Order, index: int, names: Names) -> Iterator[Violation]:
    if order.currency not in DOMESTIC:
        known = ", ".join(("EUR", *DOMESTIC))
        yield names.bad_currency, Problem(names.of(index, names.currency), f"Must be one of {known}.")
    elif order.iban[:2] != DOMESTIC[order.currency]:
        message = f"Must be an IBAN of {DOMESTIC[order.currency]}, because the currency is {order.currency}."
        yield names.bad_currency, Problem(names.of(index, names.iban), message)


def _check_country(orders: Sequence[Order], source: Source, names: Names) -> None:
    country, currency = source.iban[:2], orders[0].currency
    if not can_be_source(source.iban):
        message = f"{country} is no country from which finAPI pays: SEPA without CH and GB."
        enforce([(Refusal.UNSUPPORTED_ORDER, Problem(names.source, message))])
    if orders[0].is_domestic and country != DOMESTIC[currency]:
        message = f"Must be an account in {DOMESTIC[currency]}, because the currency is {currency}."
        enforce([(names.bad_currency, Problem(names.source, message))])


def _able(source: Source, capability: Capability | None) -> tuple[BankInterface, ...]:
    """The interfaces over which it can be done. ApiError 422 if there is none."""
    able = () if capability is None else source.able(capability)
    if not able:
        wanted = "this" if capability is None else capability.name
        whose = "the bank" if source.account is None else "the account"
        asked = ", ".join(interface.name for interface in source.interfaces) or "none"
        raise ApiError(Refusal.UNSUPPORTED_ORDER, f"No interface of {whose} ({asked}) can do {wanted}.")
    return able


def _constraint_violations(orders: Sequence[Order], interface: BankInterface, names: Names) -> Iterator[Violation]:
    kind = "domesticMoneyTransfer" if orders[0].is_domestic else "sepaMoneyTransfer"
    constraints = interface.facts.get("paymentConstraints", {}).get(kind, {})
    if not constraints:
        return
    most = constraints.get("maxCollectiveOrders")
    if most is not None and len(orders) > most:
        yield names.broken_constraint, Problem(names.orders, f"The bank takes at most {most} orders at once.")
    for index, order in enumerate(orders):
        for field, message in _broken(order, constraints, names):
            yield names.broken_constraint, Problem(names.of(index, field), message)


def _broken(order: Order, constraints: Mapping[str, Any], names: Names) -> Iterator[tuple[str, str]]:
    mandatory = constraints.get("mandatoryFields", {})
    for wish, (field_of, value_of) in MANDATORY.items():
        if mandatory.get(wish) is True and not value_of(order):
            yield field_of(names), "The bank needs it."
    for part, wanted in mandatory.get("counterpartAddress", {}).items():
        if wanted and not _address_part(order, part):
            yield f"{names.address}.{part}", "The bank needs it."
    if constraints.get("purposeOrEndToEndId") and order.purpose and order.end_to_end_id:
        yield "endToEndId", "The bank takes 'purpose' or 'endToEndId', not both."
    longest = constraints.get("maxPurposeLength")
    if longest is not None and len(order.purpose or "") > longest:
        yield "purpose", f"The bank takes at most {longest} characters."


# fmt: off
MANDATORY: Mapping[str, tuple[Callable[[Names], str], Callable[[Order], str | None]]] = {
    "purpose":             (lambda names: "purpose",       lambda order: order.purpose),
    "endToEndId":          (lambda names: "endToEndId",    lambda order: order.end_to_end_id),
    "counterpartName":     (lambda names: names.name,      lambda order: order.name),
    "counterpartBic":      (lambda names: names.bic,       lambda order: order.bic),
    "counterpartBankName": (lambda names: names.bank_name, lambda order: order.bank_name),
}
"""`mandatoryFields` of the constraints: the field that it is about, and its value."""

ADDRESS_PARTS: Mapping[str, str] = {
    "street": "street", "houseNumber": "house_number", "postCode": "post_code", "city": "city", "country": "country",
}
# fmt: on


def _address_part(order: Order, part: str) -> Any:
    return order.address and getattr(order.address, ADDRESS_PARTS[part])
