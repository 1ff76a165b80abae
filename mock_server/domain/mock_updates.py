"""Mock batch updates: what a client makes up instead of a bank, and what finAPI makes of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from mock_server.domain.accounts import (
    Account,
    BankConnection,
    ConnectedInterface,
    InterfaceState,
    UpdateResult,
)
from mock_server.domain.bookings import Booking
from mock_server.domain.business_transactions import name_of
from mock_server.domain.categorization import Sample, direction_of
from mock_server.domain.common_knowledge import category_of
from mock_server.domain.configuration import Configuration
from mock_server.domain.duplicates import is_repeated
from mock_server.domain.logins import Setback
from mock_server.domain.money import Cents, cents_of
from mock_server.domain.notifications import LoginError
from mock_server.domain.users import User
from mock_server.errors import ApiError, Refusal

Wish = Mapping[str, Any]

MOST = 1000
"""How many transactions a call may bring."""
MOST_CENTS = 10**14
"""Beyond this no bank account goes, and JSON numbers lose cents."""
UPDATE_WINDOW = timedelta(days=10)
"""How far before the newest transaction of an account an update still looks for new ones."""
HISTORY = timedelta(days=89)

ADJUSTING_ENTRY = "Zwischensaldo"

WRONG_CREDENTIALS = LoginError(Setback.WRONG_CREDENTIALS.message or "", "BUSINESS")
"""What the bank says to a simulated login error. Messages of banks are not translated."""


@dataclass(frozen=True, slots=True)
class MockTransaction:
    """A made-up booking. `currency`: as its maker says, or that of the account; amounts are not converted."""

    booking: Booking
    currency: str


@dataclass(frozen=True, slots=True)
class MockDownload:
    """What a bank would have sent for one account."""

    account: Account
    balance: Cents
    transactions: tuple[MockTransaction, ...]


def check_allowed(user: User, configuration: Configuration, wishes: Sequence[Wish]) -> None:
    """ApiError 403 or 422 if the call as a whole must not be."""
    if not configuration.is_development_mode_enabled:
        detail = "Mock batch updates need a client in development mode (isDevelopmentModeEnabled), as in the sandbox."
        raise ApiError(Refusal.FORBIDDEN, detail)
    if user.is_auto_update_enabled:
        detail = "Mock batch updates are for users whose isAutoUpdateEnabled is false; set it with PATCH /api/v2/users."
        raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, detail)
    count = sum(len(entry.get("newTransactions") or ()) for wish in wishes for entry in _entries(wish))
    if count > MOST:
        detail = f"A mock batch update takes at most {MOST} new transactions in all, not {count}."
        raise ApiError(Refusal.ILLEGAL_FIELD_VALUE, detail)


def interface_of(connection: BankConnection, name: str) -> ConnectedInterface:
    """The interface to pretend the update for. ApiError 404 if it is not connected, 422 if it cannot be updated."""
    interface = connection.interface(name)
    if interface is None:
        raise ApiError(Refusal.UNKNOWN_ENTITY, f"Bank connection {connection.id} has no interface {name}.")
    if connection.is_busy:
        detail = f"Bank connection {connection.id} is being imported or updated; try again when it is READY."
        raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, detail)
    if not interface.stores_secrets:
        detail = f"Bank connection {connection.id} has no PIN stored for {name}: import it with stored secrets."
        raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, detail)
    return interface


def downloads(wish: Wish, path: str, accounts: Iterable[Account], day: date) -> Mapping[int, MockDownload]:
    """What is made up for one connection, by account. `path` is where the wish stands in the body.

    ApiError 404 for an account that is none of the `accounts` (those of the connection and interface), 422 for one
    that cannot be mocked and for amounts and types that finAPI does not know.
    """
    held = {account.id: account for account in accounts}
    found: dict[int, MockDownload] = {}
    for number, entry in enumerate(_entries(wish)):
        here, id = f"{path}.mockAccountsData[{number}]", entry["accountId"]
        account = held.get(id)
        if account is None:
            detail = (
                f"Account {id} is not in bank connection {wish['bankConnectionId']} over {wish['bankingInterface']}."
            )
            raise ApiError(Refusal.UNKNOWN_ENTITY, detail)
        if id in found:
            raise _illegal(f"{here}.accountId", "The account is in the list already.")
        found[id] = _download(entry, here, account, day)
    return found


def _entries(wish: Wish) -> Sequence[Wish]:
    return wish.get("mockAccountsData") or ()


def _download(entry: Wish, path: str, account: Account, day: date) -> MockDownload:
    if account.type == "Security":
        raise _illegal(f"{path}.accountId", f"{account.id} is a security account, which cannot be mocked.")
    made_up = (
        _transaction(one, f"{path}.newTransactions[{number}]", account, day)
        for number, one in enumerate(entry.get("newTransactions") or ())
    )
    return MockDownload(account, _cents(entry["accountBalance"], f"{path}.accountBalance"), tuple(made_up))


def _transaction(wish: Wish, path: str, account: Account, day: date) -> MockTransaction:
    booked_on = _day(wish.get("bookingDate")) or day
    code = _business_transaction(wish.get("typeId"), f"{path}.typeId")
    cents = _cents(wish["amount"], f"{path}.amount")
    original = wish.get("originalAmount")
    booking = Booking(
        key=path,
        booked_on=booked_on,
        value_on=_day(wish.get("valueDate")) or booked_on,
        cents=cents,
        purpose=wish.get("purpose") or "",
        counterpart=wish.get("counterpart") or "",
        counterpart_iban=wish.get("counterpartIban") or "",
        counterpart_bic=wish.get("counterpartBic") or "",
        counterpart_bank="",
        type=wish.get("type") or name_of(code) or "",
        type_code_zka=code,
        category=_category(wish, cents, code),
        sepa_purpose_code=wish.get("sepaPurposeCode"),
        mandate_reference=wish.get("counterpartMandateReference"),
        creditor_id=wish.get("counterpartCreditorId"),
        account_number=wish.get("counterpartAccountNumber"),
        bank_code=wish.get("counterpartBlz"),
        customer_reference=wish.get("counterpartCustomerReference"),
        debitor_id=wish.get("counterpartDebitorId"),
        type_code_swift=wish.get("typeCodeSwift"),
        original_cents=None if original is None else _cents(original, f"{path}.originalAmount"),
        original_currency=wish.get("originalCurrency"),
    )
    return MockTransaction(booking, wish.get("currency") or account.bank_account.currency)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _cents(amount: float, field: str) -> Cents:
    try:
        cents = cents_of(amount)
    except ValueError as error:
        raise _illegal(field, str(error)) from None
    if abs(cents) >= MOST_CENTS:
        raise _illegal(field, "The amount is too large.")
    return cents


def _business_transaction(number: int | None, field: str) -> str:
    """The code as banks write it, with three digits; empty if there is none."""
    if number is None:
        return ""
    if not 1 <= number <= 999:
        raise _illegal(field, "It must be a German business transaction code (GVC), 1 to 999.")
    return f"{number:03d}"


def _category(wish: Wish, cents: Cents, code: str) -> str | None:
    """What finAPI's own categorization makes of it."""
    counterpart, purpose = wish.get("counterpart") or "", wish.get("purpose") or ""
    direction = direction_of(Sample(cents, purpose, counterpart, wish.get("counterpartIban") or ""))
    return category_of(direction, counterpart, purpose, booking_code=code)


def accepted(made_up: Sequence[MockTransaction], known: Sequence[Booking], day: date) -> list[MockTransaction]:
    """Of the made-up transactions, those that finAPI imports into an account with these `known` bookings."""
    first = day - HISTORY
    if known:
        first = max(first, max(booking.booked_on for booking in known) - UPDATE_WINDOW)
    return [one for one in made_up if one.booking.booked_on >= first and not is_repeated(one.booking, known)]


def adjusting_entry(cents: Cents, day: date) -> Booking:
    """The booking by which finAPI leads from the known bookings to the balance that the bank tells."""
    return Booking(
        key=f"{ADJUSTING_ENTRY} {day}",
        booked_on=day,
        value_on=day,
        cents=cents,
        purpose=ADJUSTING_ENTRY,
        counterpart="",
        counterpart_iban="",
        counterpart_bic="",
        counterpart_bank="",
        type="",
        type_code_zka="",
        category=None,
    )


def updated_over(connection: BankConnection, interface: ConnectedInterface, result: UpdateResult) -> BankConnection:
    """The connection after a batch update that went over one interface only and has fetched nothing from the books."""
    updated = replace(interface, last_auto_update=result)
    interfaces = (updated if it.name == interface.name else it for it in connection.interfaces)
    return replace(connection, interfaces=tuple(interfaces))


def mocked(
    account: Account, interface: str, balance: Cents, balance_before: Cents, now: datetime, *, is_fixed: bool
) -> Account:
    """The account after a download whose balance somebody has made up.

    The bank's books do not know of it, so what they say from now on is shifted by the difference: later updates of
    the books lead to the made-up balance plus what is booked after it. `is_fixed`: there is an adjusting entry.
    """
    state = InterfaceState("UPDATED_FIXED" if is_fixed else "UPDATED", now, now)
    offset = account.balance_offset + balance - balance_before
    return replace(_with_state(account, interface, state), balance=balance, balance_offset=offset, last_update=now)


def not_downloaded(account: Account, interface: str, status: str, now: datetime) -> Account:
    """The account after a download over this interface that has brought nothing for it."""
    return _with_state(account, interface, InterfaceState(status, now, account.state(interface).succeeded_at))


def _with_state(account: Account, interface: str, state: InterfaceState) -> Account:
    """Over the other interfaces everything stays as it was."""
    states = {name: account.state(name) for name in account.interfaces}
    return replace(account, states={**states, interface: state})


def _illegal(field: str, reason: str) -> ApiError:
    return ApiError(Refusal.ILLEGAL_FIELD_VALUE, f"Field '{field}' not valid: {reason}")
