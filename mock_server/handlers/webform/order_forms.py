"""Web forms that initiate payments, direct debits and standing orders."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mock_server.clock import today
from mock_server.domain import payment_rules, sources
from mock_server.domain.accounts import Account, BankConnection
from mock_server.domain.banks import Bank
from mock_server.domain.form_details import FormType, OrderDetails
from mock_server.domain.orders import (
    EUR,
    WEBFORM_DEBIT,
    WEBFORM_STANDING_ORDER,
    WEBFORM_TRANSFER,
    Names,
    day_of,
    read_orders,
)
from mock_server.domain.payments import Payment, PaymentType
from mock_server.domain.sepa import iban_problem
from mock_server.domain.standing_orders import Frequency, StandingOrder
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.webform.surroundings import bank_at
from mock_server.handlers.webform.terms import check_body, terms_of
from mock_server.handlers.webform.web_forms import created

Body = Mapping[str, Any]
FROM_ACCOUNT = replace(WEBFORM_TRANSFER, source="sender.accountId")
TO_ACCOUNT = replace(WEBFORM_DEBIT, source="receiver.accountId")
YET_UNKNOWN = 0
"""The id of what is not in Access yet, and of its bank where the end user is to choose one."""


def create_for_standalone_payment(call: Call, world: World) -> Reply:
    check_body(call.body)
    iban = _sender_iban(call.body)
    draft = _transfer(call, iban=iban)
    return _created_for_sender(call, world, FormType.STANDALONE_PAYMENT, draft, iban)


def create_for_payment_with_account_id(call: Call, world: World) -> Reply:
    check_body(call.body)
    draft = _transfer(call, account_id=call.body["sender"]["accountId"])
    return _created_for_account(call, world, FormType.PAYMENT_WITH_ACCOUNT_ID, draft, FROM_ACCOUNT)


def create_for_direct_debit_with_account_id(call: Call, world: World) -> Reply:
    check_body(call.body)
    draft = _debit(call)
    return _created_for_account(call, world, FormType.DIRECT_DEBIT_WITH_ACCOUNT_ID, draft, TO_ACCOUNT)


def create_for_standing_order(call: Call, world: World) -> Reply:
    check_body(call.body)
    iban = _sender_iban(call.body)
    return _created_for_sender(call, world, FormType.STANDING_ORDER, _standing_order(call, iban), iban)


def _created_for_sender(
    call: Call, world: World, type: FormType, draft: Payment | StandingOrder, iban: str | None
) -> Reply:
    """A form whose bank follows from the sender's IBAN, or is chosen by the end user."""
    bank = None if iban is None else _bank_of(call, world, iban)
    terms = terms_of(call, world, "PIS", bank)
    if bank is not None and iban is not None:
        names = WEBFORM_TRANSFER if isinstance(draft, Payment) else WEBFORM_STANDING_ORDER
        _check(draft, sources.Source(bank, iban, bank.interfaces), call, names)
    return created(call, world, type, OrderDetails(draft), terms)


def _created_for_account(call: Call, world: World, type: FormType, draft: Payment, names: Names) -> Reply:
    """A form for an account of the user. ApiError 404 for any other."""
    account = world.mine(Account, call.user, draft.account_id or YET_UNKNOWN)
    connection = world.store.find(BankConnection, account.connection_id)
    assert connection is not None  # noqa: S101 # accounts go together with their connection
    bank = bank_at(world, connection.bank_id)
    payment_rules.check_currency(draft.orders, account.bank_account.currency, names)
    _check(draft, sources.of_account(account, bank), call, names)
    return created(call, world, type, OrderDetails(draft), terms_of(call, world, "PIS", bank))


def _check(draft: Payment | StandingOrder, source: sources.Source, call: Call, names: Names) -> None:
    if isinstance(draft, Payment):
        payment_rules.check_payment(draft, source, call.now, names)
    else:
        payment_rules.check_standing_order(draft, source, names)


def _transfer(call: Call, *, account_id: int | None = None, iban: str | None = None) -> Payment:
    """The money transfer that the body asks for. ApiError 400 or 422."""
    body = call.body
    orders = read_orders(body, WEBFORM_TRANSFER)
    payment_rules.check_orders(orders, WEBFORM_TRANSFER)
    day, instant = day_of(body.get("executionDate"), "executionDate"), bool(body.get("instantPayment"))
    payment_rules.check_execution(day, call.now, WEBFORM_TRANSFER, instant=instant, order_count=len(orders))
    return Payment(
        id=YET_UNKNOWN,
        owner=call.user.id,
        client_id=call.client.id,
        bank_id=YET_UNKNOWN,
        type=PaymentType.MONEY_TRANSFER,
        orders=orders,
        account_id=account_id,
        iban=iban,
        execution_date=day,
        is_instant=instant,
        single_booking=body.get("batchBookingPreferred") is False,
        batch_booking_id=body.get("batchBookingId"),
        created_at=call.now,
    )


def _debit(call: Call) -> Payment:
    body = call.body
    orders = read_orders(body, WEBFORM_DEBIT)
    payment_rules.check_orders(orders, WEBFORM_DEBIT)
    payment_rules.check_currency(orders, EUR, WEBFORM_DEBIT)
    day = day_of(body["executionDate"], "executionDate")
    payment_rules.check_execution(day, call.now, WEBFORM_DEBIT)
    return Payment(
        id=YET_UNKNOWN,
        owner=call.user.id,
        client_id=call.client.id,
        bank_id=YET_UNKNOWN,
        type=PaymentType.DIRECT_DEBIT,
        orders=orders,
        account_id=body["receiver"]["accountId"],
        execution_date=day,
        single_booking=body.get("batchBookingPreferred") is False,
        batch_booking_id=body.get("batchBookingId"),
        debit_type=body["directDebitType"],
        sequence_type=body["sequenceType"],
        created_at=call.now,
    )


def _standing_order(call: Call, iban: str | None) -> StandingOrder:
    body = call.body
    (order,) = read_orders(body, WEBFORM_STANDING_ORDER)
    payment_rules.check_orders([order], WEBFORM_STANDING_ORDER)
    payment_rules.check_currency([order], EUR, WEBFORM_STANDING_ORDER)
    start, end = day_of(body["startDate"], "startDate"), day_of(body.get("endDate"), "endDate")
    assert start is not None  # noqa: S101 # the document requires it
    payment_rules.check_dates(start, end, today(call.now), WEBFORM_STANDING_ORDER)
    return StandingOrder(
        id=YET_UNKNOWN,
        owner=call.user.id,
        client_id=call.client.id,
        bank_id=YET_UNKNOWN,
        order=order,
        start_date=start,
        end_date=end,
        frequency=Frequency(body["frequency"]),
        day_of_execution=_day_of_month(body.get("dayOfExecution")),
        iban=iban,
        created_at=call.now,
    )


def _day_of_month(day: int | None) -> int | None:
    # The newest document names no limits; a day that no month has would never come.
    if day is not None and not 1 <= day <= 31:
        raise invalid(Problem("dayOfExecution", "Must be from 1 to 31; 31 is the last day of the month."))
    return day


def _sender_iban(body: Body) -> str | None:
    """The IBAN that the client names as the sender's. ApiError 400 for what is none."""
    iban: str | None = (body.get("sender") or {}).get("iban")
    problem = None if iban is None else iban_problem(iban)
    if problem is not None:
        raise invalid(Problem("sender.iban", problem))
    return iban


def _bank_of(call: Call, world: World, iban: str) -> Bank | None:
    """The bank of a sender. ApiError 422 if there is none; None if it fits several, so that the end user chooses."""
    hides_test_banks = call.body.get("allowTestBank") is False
    banks = [bank for bank in world.setup.banks.search(iban) if not (bank.is_test_bank and hides_test_banks)]
    if not banks:
        raise ApiError(Refusal.BANK_NOT_SUPPORTED, "No supported bank fits the IBAN in 'sender.iban'.")
    return banks[0] if len(banks) == 1 else None
