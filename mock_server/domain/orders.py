"""The single orders of payments, read from the bodies of both APIs.

Both ask for the same things under different names. A `Names` says what an API calls them, so that
the rules exist once and a refusal still names the field that the caller has sent.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mock_server.domain.money import Cents, cents_of
from mock_server.domain.sepa import iban_problem
from mock_server.errors import ApiError, Problem, Refusal, invalid

EUR = "EUR"
MOST_CENTS: Cents = 999_999_999_99
"""The largest amount of SEPA. Up to here a JSON number does not lose a cent either."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the counterpart lives; `line` is all of it in one, as direct debits have it."""

    street: str | None = None
    house_number: str | None = None
    post_code: str | None = None
    city: str | None = None
    country: str | None = None
    line: str | None = None


@dataclass(frozen=True, slots=True)
class Mandate:
    """What allows a creditor to collect."""

    id: str
    signed_on: date
    creditor_id: str


@dataclass(frozen=True, slots=True)
class Order:
    """One transfer or one debit. The amount is positive in both; name and IBAN are those of the other side."""

    cents: Cents
    currency: str
    name: str | None
    iban: str
    bic: str | None = None
    bank_name: str | None = None
    purpose: str | None = None
    end_to_end_id: str | None = None
    sepa_purpose_code: str | None = None
    structured_remittance: tuple[str, ...] = ()
    address: Address | None = None
    mandate: Mandate | None = None

    @property
    def is_domestic(self) -> bool:
        """finAPI calls everything but euro a domestic payment."""
        return self.currency != EUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What an API calls the fields of an order, and how it refuses what is wrong with them.

    The fields of an order are paths in its JSON object. `orders` is the list of them in the body;
    without it the body is the only order.
    """

    orders: str = ""
    amount: str = "amount"
    currency: str = "currency"
    name: str = "counterpartName"
    iban: str = "counterpartIban"
    bic: str = "counterpartBic"
    bank_name: str = "counterpartBankName"
    address: str = "counterpartAddress"
    country: str = "counterpartCountry"
    """Beside an address in one line."""
    source: str = "iban"
    bad_amount: Refusal = Refusal.BAD_REQUEST
    bad_date: Refusal = Refusal.ILLEGAL_FIELD_VALUE
    bad_currency: Refusal = Refusal.ILLEGAL_FIELD_VALUE
    broken_constraint: Refusal = Refusal.ILLEGAL_FIELD_VALUE
    unknown_bank: Refusal = Refusal.UNSUPPORTED_ORDER
    several_banks: Refusal = Refusal.MISSING_BANK_ID

    def of(self, index: int, field: str) -> str:
        """The full name of a field of the n-th order: `orders[0].recipient.iban`."""
        return f"{self.orders}[{index}].{field}" if self.orders else field


ACCESS_TRANSFER = Names(orders="moneyTransfers")
ACCESS_DEBIT = Names(orders="directDebits")
ACCESS_STANDING_ORDER = Names(bad_amount=Refusal.ILLEGAL_FIELD_VALUE)


def _webform(other: str, **more: Any) -> Names:
    return Names(
        amount="amount.value",
        currency="amount.currency",
        name=f"{other}.name",
        iban=f"{other}.iban",
        bic=f"{other}.bic",
        bank_name=f"{other}.bankName",
        address=f"{other}.address",
        country=f"{other}.country",
        source="sender.iban",
        bad_date=Refusal.BAD_REQUEST,
        bad_currency=Refusal.UNSUPPORTED_ORDER,
        broken_constraint=Refusal.UNSUPPORTED_ORDER,
        # "if applying the given sender.iban does not result in a uniquely valid bank"
        unknown_bank=Refusal.BANK_NOT_SUPPORTED,
        several_banks=Refusal.BANK_NOT_SUPPORTED,
        **more,
    )


WEBFORM_TRANSFER = _webform("recipient", orders="orders")
WEBFORM_DEBIT = _webform("payer", orders="orders")
WEBFORM_STANDING_ORDER = _webform("recipient")

Violation = tuple[Refusal, Problem]
"""What a request breaks: BAD_REQUEST, so that it is listed in a 400 with all others, or a row that says it alone."""


def enforce(violations: Iterable[Violation]) -> None:
    """ApiError if there is a violation: a 400 that lists all malformed fields, else the first one."""
    found = list(violations)
    malformed = [problem for refusal, problem in found if refusal is Refusal.BAD_REQUEST]
    if malformed:
        raise invalid(*malformed)
    for refusal, problem in found:
        raise ApiError(refusal, f"Field '{problem.field}' not valid: {problem.message}")


def read_orders(body: Mapping[str, Any], names: Names) -> tuple[Order, ...]:
    """The orders in a body that the document accepts. ApiError for amounts, IBANs and dates that are none."""
    entries = body[names.orders] if names.orders else [body]
    violations: list[Violation] = []
    orders = tuple(_order(entry, index, names, violations) for index, entry in enumerate(entries))
    enforce(violations)
    return orders


def day_of(text: str | None, field: str) -> date | None:
    """A date of a body. ApiError 400 for one that the document's format lets pass but no calendar has."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(Problem(field, "Is not a valid date.")) from None


def _order(entry: Mapping[str, Any], index: int, names: Names, violations: list[Violation]) -> Order:
    iban = _at(entry, names.iban)
    violations += _iban_violations(iban, names.of(index, names.iban))
    return Order(
        cents=_cents(entry, index, names, violations),
        currency=_at(entry, names.currency) or EUR,
        name=_at(entry, names.name),
        iban=iban,
        bic=_at(entry, names.bic),
        bank_name=_at(entry, names.bank_name),
        purpose=entry.get("purpose"),
        end_to_end_id=entry.get("endToEndId"),
        sepa_purpose_code=entry.get("sepaPurposeCode"),
        structured_remittance=tuple(entry.get("structuredRemittanceInformation") or ()),
        address=_address(entry, names),
        mandate=_mandate(entry, index, names),
    )


def _cents(entry: Mapping[str, Any], index: int, names: Names, violations: list[Violation]) -> Cents:
    try:
        cents = cents_of(_at(entry, names.amount))
        problem = _amount_problem(cents)
    except ValueError as error:
        cents, problem = 0, str(error)
    if problem is not None:
        violations.append((names.bad_amount, Problem(names.of(index, names.amount), problem)))
    return cents


def _amount_problem(cents: Cents) -> str | None:
    if cents <= 0:
        return "Must be greater than 0."
    return f"Must be at most {MOST_CENTS / 100:.2f}." if cents > MOST_CENTS else None


def _iban_violations(iban: str, field: str) -> Iterator[Violation]:
    problem = iban_problem(iban)
    if problem is not None:
        yield Refusal.BAD_REQUEST, Problem(field, problem)


def _address(entry: Mapping[str, Any], names: Names) -> Address | None:
    found = _at(entry, names.address)
    if isinstance(found, str):
        return Address(line=found, country=_at(entry, names.country))
    if found is None:
        country = _at(entry, names.country)
        return None if country is None else Address(country=country)
    parts = (found.get(name) for name in ("street", "houseNumber", "postCode", "city", "country"))
    return Address(*parts)


def _mandate(entry: Mapping[str, Any], index: int, names: Names) -> Mandate | None:
    if "mandateId" not in entry:
        return None
    signed_on = day_of(entry["mandateDate"], names.of(index, "mandateDate"))
    assert signed_on is not None  # noqa: S101 # the document requires it
    return Mandate(entry["mandateId"], signed_on, entry["creditorId"])


def _at(entry: Any, path: str) -> Any:
    """What stands at `recipient.iban`; None if there is nothing."""
    for part in path.split("."):
        if entry is None:
            return None
        entry = entry.get(part)
    return entry
