"""What is checked before an order is taken, and in whose words it is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from mock_server.domain import payment_rules, sources
from mock_server.domain.orders import (
    ACCESS_DEBIT,
    ACCESS_STANDING_ORDER,
    ACCESS_TRANSFER,
    WEBFORM_STANDING_ORDER,
    WEBFORM_TRANSFER,
    Address,
    Names,
    Order,
)
from mock_server.domain.payments import Payment, PaymentType
from mock_server.domain.sources import Source
from mock_server.domain.standing_orders import Frequency, StandingOrder
from mock_server.errors import ApiError, Refusal
from tests.domain.catalogue import (
    AUSTRIAN_BANK,
    CATALOGUE,
    CZECH_BANK,
    ITALIAN_BANK,
    NOON,
    SAVINGS_BANK,
    TEST_BANK,
    interface,
    source,
)

GERMAN, CZECH, SWISS, TURKISH = (
    "DE13700800000061110500",
    "CZ6508000000192000145399",
    "CH9300762011623852957",
    "TR330006100519786457841326",
)
SIMPLE = Order(1_00, "EUR", "Max Mustermann", GERMAN)
TODAY, YESTERDAY, TOMORROW = date(2026, 8, 13), date(2026, 8, 12), date(2026, 8, 14)


def payment(*orders: Order, **more: Any) -> Payment:
    shape: dict[str, Any] = {
        "id": 1, "owner": "alice", "client_id": "shop", "bank_id": TEST_BANK,
        "type": PaymentType.MONEY_TRANSFER, "created_at": NOON,
    }  # fmt: skip
    return Payment(orders=orders or (SIMPLE,), **{**shape, **more})


def refusal_of(error: Any) -> tuple[Refusal, str]:
    refused: ApiError = error.value
    field = refused.problems[0].field if refused.problems else str(refused).partition("'")[2].partition("'")[0]
    return refused.refusal, field


@pytest.mark.parametrize("iban", [GERMAN, CZECH, SWISS, "GB82WEST12345698765432"])
def test_euro_goes_anywhere_in_sepa(iban: str) -> None:
    payment_rules.check_orders([SIMPLE, replace(SIMPLE, iban=iban)], ACCESS_TRANSFER)


@pytest.mark.parametrize(
    ("change", "names", "refusal", "field"),
    [
        ({"iban": TURKISH}, ACCESS_TRANSFER, Refusal.UNSUPPORTED_ORDER, "moneyTransfers[1].counterpartIban"),
        ({"iban": TURKISH}, WEBFORM_TRANSFER, Refusal.UNSUPPORTED_ORDER, "orders[1].recipient.iban"),
        ({"iban": TURKISH}, ACCESS_DEBIT, Refusal.UNSUPPORTED_ORDER, "directDebits[1].counterpartIban"),
        ({"name": None}, ACCESS_TRANSFER, Refusal.BAD_REQUEST, "moneyTransfers[1].counterpartName"),
        ({"name": None}, WEBFORM_TRANSFER, Refusal.BAD_REQUEST, "orders[1].recipient.name"),
        ({"currency": "USD"}, ACCESS_TRANSFER, Refusal.ILLEGAL_FIELD_VALUE, "moneyTransfers[1].currency"),
        ({"currency": "USD"}, WEBFORM_TRANSFER, Refusal.UNSUPPORTED_ORDER, "orders[1].amount.currency"),
        ({"currency": "CZK"}, ACCESS_TRANSFER, Refusal.ILLEGAL_FIELD_VALUE, "moneyTransfers[1].counterpartIban"),
        ({"currency": "CZK", "iban": CZECH}, ACCESS_TRANSFER, Refusal.ILLEGAL_FIELD_VALUE, "moneyTransfers"),
    ],
)
def test_orders_that_do_not_fit(change: dict[str, Any], names: Names, refusal: Refusal, field: str) -> None:
    with pytest.raises(ApiError) as refused:
        payment_rules.check_orders([SIMPLE, replace(SIMPLE, **change)], names)
    assert refusal_of(refused) == (refusal, field)


def test_a_domestic_order_needs_no_name() -> None:
    payment_rules.check_orders([replace(SIMPLE, currency="CZK", iban=CZECH, name=None)], ACCESS_TRANSFER)


def test_where_only_one_currency_will_do() -> None:
    payment_rules.check_currency([SIMPLE], "EUR", WEBFORM_TRANSFER)
    with pytest.raises(ApiError, match="Must be EUR here") as refused:
        payment_rules.check_currency([SIMPLE, replace(SIMPLE, currency="CZK")], "EUR", WEBFORM_TRANSFER)
    assert refusal_of(refused) == (Refusal.UNSUPPORTED_ORDER, "orders[1].amount.currency")


@pytest.mark.parametrize(
    ("day", "wish"),
    [
        (None, {}),
        (TODAY, {}),
        (TOMORROW, {"order_count": 3}),
        (None, {"instant": True}),
        (TODAY, {"instant": True}),
        (TODAY, {"order_count": 15000}),
    ],
)
def test_days_on_which_payments_can_be_made(day: date | None, wish: dict[str, Any]) -> None:
    payment_rules.check_execution(day, NOON, ACCESS_TRANSFER, **wish)


@pytest.mark.parametrize(
    ("day", "wish", "names", "refusal"),
    [
        (YESTERDAY, {}, ACCESS_TRANSFER, Refusal.ILLEGAL_FIELD_VALUE),
        (YESTERDAY, {}, WEBFORM_TRANSFER, Refusal.BAD_REQUEST),
        (TOMORROW, {"instant": True}, ACCESS_TRANSFER, Refusal.ILLEGAL_FIELD_VALUE),
        (TOMORROW, {"instant": True}, WEBFORM_TRANSFER, Refusal.BAD_REQUEST),
        (TODAY, {"instant": True, "order_count": 2}, ACCESS_TRANSFER, Refusal.UNSUPPORTED_ORDER),
        (None, {"instant": True, "order_count": 2}, WEBFORM_TRANSFER, Refusal.UNSUPPORTED_ORDER),
    ],
)
def test_days_on_which_they_cannot(day: date | None, wish: dict[str, Any], names: Names, refusal: Refusal) -> None:
    with pytest.raises(ApiError) as refused:
        payment_rules.check_execution(day, NOON, names, **wish)
    assert refused.value.refusal is refusal


def test_today_is_germanys_today() -> None:
    after_midnight = datetime(2026, 8, 12, 22, 30, tzinfo=UTC)
    with pytest.raises(ApiError):
        payment_rules.check_execution(YESTERDAY, after_midnight, ACCESS_TRANSFER)


@pytest.mark.parametrize(
    ("start", "end", "names", "refusal"),
    [
        (TOMORROW, None, ACCESS_STANDING_ORDER, None),
        (TOMORROW, date(2026, 8, 15), ACCESS_STANDING_ORDER, None),
        (TODAY, None, ACCESS_STANDING_ORDER, Refusal.ILLEGAL_FIELD_VALUE),
        (TODAY, None, WEBFORM_STANDING_ORDER, Refusal.BAD_REQUEST),
        (TOMORROW, TOMORROW, ACCESS_STANDING_ORDER, Refusal.ILLEGAL_FIELD_VALUE),
        (TOMORROW, TODAY, WEBFORM_STANDING_ORDER, Refusal.BAD_REQUEST),
    ],
)
def test_when_standing_orders_run(start: date, end: date | None, names: Names, refusal: Refusal | None) -> None:
    if refusal is None:
        payment_rules.check_dates(start, end, TOMORROW, names)
        return
    with pytest.raises(ApiError) as refused:
        payment_rules.check_dates(start, end, TOMORROW, names)
    assert refused.value.refusal is refusal


@pytest.mark.parametrize(
    ("wish", "payer"),
    [
        ({}, source()),
        ({"execution_date": TOMORROW}, source()),
        ({"is_instant": True}, source()),
        ({"is_instant": True, "execution_date": TODAY}, source()),
        ({"type": PaymentType.DIRECT_DEBIT, "debit_type": "B2B"}, source("FINTS_SERVER")),
        ({"type": PaymentType.DIRECT_DEBIT, "debit_type": "BASIC"}, source("XS2A", "FINTS_SERVER")),
    ],
)
def test_payments_that_accounts_can_make(wish: dict[str, Any], payer: Source) -> None:
    payment_rules.check_payment(payment(**wish), payer, NOON, ACCESS_TRANSFER)


@pytest.mark.parametrize(
    ("wish", "payer"),
    [
        ({}, source(type="Savings")),
        ({"type": PaymentType.DIRECT_DEBIT, "debit_type": "BASIC"}, source("XS2A")),
        ({"execution_date": TOMORROW}, source(bank_id=ITALIAN_BANK)),
        ({"orders": (SIMPLE, SIMPLE)}, source(bank_id=AUSTRIAN_BANK)),
        ({"is_instant": True, "execution_date": TOMORROW}, source()),
    ],
)
def test_payments_that_accounts_cannot_make(wish: dict[str, Any], payer: Source) -> None:
    orders = wish.pop("orders", ())
    with pytest.raises(ApiError) as refused:
        payment_rules.check_payment(payment(*orders, **wish), payer, NOON, ACCESS_TRANSFER)
    assert refused.value.refusal is Refusal.UNSUPPORTED_ORDER


def test_a_later_day_has_come_when_it_is_submitted() -> None:
    """The capability for later days is not needed any more on the day itself."""
    payer, tomorrow = source(bank_id=ITALIAN_BANK), datetime(2026, 8, 14, 10, tzinfo=UTC)
    order = replace(SIMPLE, purpose="Rent", bic="DRESDEFF700")
    payment_rules.check_payment(payment(order, execution_date=TOMORROW), payer, tomorrow, ACCESS_TRANSFER)


@pytest.mark.parametrize("iban", [SWISS, "GB82WEST12345698765432", TURKISH])
@pytest.mark.parametrize(("names", "field"), [(ACCESS_TRANSFER, "iban"), (WEBFORM_TRANSFER, "sender.iban")])
def test_nobody_pays_from_outside(iban: str, names: Names, field: str) -> None:
    payer = sources.of_iban(iban, TEST_BANK, CATALOGUE, names)
    with pytest.raises(ApiError) as refused:
        payment_rules.check_payment(payment(), payer, NOON, names)
    assert refusal_of(refused) == (Refusal.UNSUPPORTED_ORDER, field)


def test_domestic_payments_stay_in_the_country() -> None:
    order = replace(SIMPLE, currency="CZK", iban=CZECH)
    payment_rules.check_payment(payment(order), source(bank_id=CZECH_BANK), NOON, ACCESS_TRANSFER)
    with pytest.raises(ApiError) as refused:
        payment_rules.check_payment(payment(order), source(), NOON, ACCESS_TRANSFER)
    assert refusal_of(refused) == (Refusal.ILLEGAL_FIELD_VALUE, "iban")


ADDRESS = Address("Musterstraße", "99", "12345", "Musterstadt", "DE")


@pytest.mark.parametrize(
    ("constraints", "change", "field"),
    [
        ({"mandatoryFields": {"purpose": True}}, {}, "orders[0].purpose"),
        ({"mandatoryFields": {"purpose": True}}, {"purpose": "Rent"}, None),
        ({"mandatoryFields": {"purpose": False}}, {}, None),
        ({"mandatoryFields": {"endToEndId": True}}, {}, "orders[0].endToEndId"),
        ({"mandatoryFields": {"counterpartName": True}}, {"name": None}, "orders[0].recipient.name"),
        ({"mandatoryFields": {"counterpartBic": True}}, {}, "orders[0].recipient.bic"),
        ({"mandatoryFields": {"counterpartBankName": True}}, {}, "orders[0].recipient.bankName"),
        ({"mandatoryFields": {"counterpartAddress": {"city": True}}}, {}, "orders[0].recipient.address.city"),
        ({"mandatoryFields": {"counterpartAddress": {"city": True, "street": True}}}, {"address": ADDRESS}, None),
        ({"mandatoryFields": {"counterpartAddress": {"postCode": True}}}, {"address": Address("S", "9")},
         "orders[0].recipient.address.postCode"),
        ({"purposeOrEndToEndId": True}, {"purpose": "Rent", "end_to_end_id": "1"}, "orders[0].endToEndId"),
        ({"purposeOrEndToEndId": True}, {"purpose": "Rent"}, None),
        ({"maxPurposeLength": 4}, {"purpose": "Rents"}, "orders[0].purpose"),
        ({"maxPurposeLength": 4}, {"purpose": "Rent"}, None),
    ],
)  # fmt: skip
def test_rules_of_the_bank(constraints: dict[str, Any], change: dict[str, Any], field: str | None) -> None:
    used = replace(interface(), facts={**interface().facts, "paymentConstraints": {"sepaMoneyTransfer": constraints}})
    orders = [replace(SIMPLE, **change)]
    if field is None:
        payment_rules.check_constraints(orders, [used], WEBFORM_TRANSFER)
        return
    with pytest.raises(ApiError) as refused:
        payment_rules.check_constraints(orders, [used], WEBFORM_TRANSFER)
    assert refusal_of(refused) == (Refusal.UNSUPPORTED_ORDER, field)
    # a bank that has another interface without the rule takes it
    payment_rules.check_constraints(orders, [used, interface()], WEBFORM_TRANSFER)


def test_how_many_orders_a_bank_takes_at_once() -> None:
    payer = source(bank_id=SAVINGS_BANK)
    payment_rules.check_payment(payment(*[SIMPLE] * 100), payer, NOON, ACCESS_TRANSFER)
    with pytest.raises(ApiError, match="at most 100 orders") as refused:
        payment_rules.check_payment(payment(*[SIMPLE] * 101), payer, NOON, ACCESS_TRANSFER)
    assert refusal_of(refused) == (Refusal.ILLEGAL_FIELD_VALUE, "moneyTransfers")


def test_the_banks_rules_for_transfers_are_none_for_debits() -> None:
    fints = interface("FINTS_SERVER")
    rules = {"sepaMoneyTransfer": {"mandatoryFields": {"purpose": True}}}
    strict = replace(fints, facts={**fints.facts, "paymentConstraints": rules})
    payer = replace(source("FINTS_SERVER"), interfaces=(strict,))
    collected = payment(type=PaymentType.DIRECT_DEBIT, debit_type="BASIC")
    payment_rules.check_payment(collected, payer, NOON, ACCESS_DEBIT)
    with pytest.raises(ApiError, match="The bank needs it"):
        payment_rules.check_payment(payment(), payer, NOON, ACCESS_TRANSFER)


def standing_order(order: Order = SIMPLE) -> StandingOrder:
    return StandingOrder(
        id=1, owner="alice", client_id="shop", bank_id=TEST_BANK, order=order,
        start_date=TOMORROW, frequency=Frequency.MONTHLY, created_at=NOON,
    )  # fmt: skip


def test_accounts_that_have_standing_orders() -> None:
    payment_rules.check_standing_order(standing_order(), source(), ACCESS_STANDING_ORDER)
    for payer in (source(type="Savings"), source(bank_id=ITALIAN_BANK)):
        with pytest.raises(ApiError) as refused:
            payment_rules.check_standing_order(standing_order(), payer, ACCESS_STANDING_ORDER)
        assert refused.value.refusal is Refusal.UNSUPPORTED_ORDER


TEST_IBAN, SAVINGS_BANKS_IBAN = "DE77533700080111111100", source(bank_id=SAVINGS_BANK).iban


@pytest.mark.parametrize(
    ("iban", "bank_id", "found"),
    [
        (SAVINGS_BANKS_IBAN, None, SAVINGS_BANK),
        (SAVINGS_BANKS_IBAN, SAVINGS_BANK, SAVINGS_BANK),
        (TEST_IBAN, TEST_BANK, TEST_BANK),
        (TEST_IBAN, 280002, 280002),
        # an example's IBAN, of no bank of the catalogue
        ("DE89370400440532013000", TEST_BANK, TEST_BANK),
    ],
)
def test_the_bank_of_a_standalone_order(iban: str, bank_id: int | None, found: int) -> None:
    payer = sources.of_iban(iban, bank_id, CATALOGUE, ACCESS_TRANSFER)
    assert (payer.bank.id, payer.iban, payer.account) == (found, iban, None)
    assert payer.interfaces == payer.bank.interfaces


@pytest.mark.parametrize("iban", ["DE89370400440532013000", TEST_IBAN])
def test_a_web_form_wants_one_bank_and_no_other_answer(iban: str) -> None:
    with pytest.raises(ApiError) as refused:
        sources.of_iban(iban, None, CATALOGUE, WEBFORM_TRANSFER)
    assert refused.value.refusal is Refusal.BANK_NOT_SUPPORTED


@pytest.mark.parametrize(
    ("iban", "bank_id", "refusal"),
    [
        ("DE89370400440532013000", None, Refusal.UNSUPPORTED_ORDER),
        (TEST_IBAN, None, Refusal.MISSING_BANK_ID),
        (TEST_IBAN, 1, Refusal.UNSUPPORTED_ORDER),
        (SAVINGS_BANKS_IBAN, TEST_BANK, Refusal.UNSUPPORTED_ORDER),
        ("DE88370400440532013000", TEST_BANK, Refusal.BAD_REQUEST),
    ],
)
def test_ibans_that_lead_to_no_bank(iban: str, bank_id: int | None, refusal: Refusal) -> None:
    with pytest.raises(ApiError) as refused:
        sources.of_iban(iban, bank_id, CATALOGUE, ACCESS_TRANSFER)
    assert refused.value.refusal is refusal
