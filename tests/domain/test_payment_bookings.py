"""What banks book for payments, on both sides."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain import payees, payment_bookings
from mock_server.domain.bookings import Booking
from mock_server.domain.orders import Mandate, Order
from mock_server.domain.payees import Payee
from mock_server.domain.payment_bookings import booking_of, bookings_of, mirrored
from mock_server.domain.payments import Payment, PaymentType
from mock_server.domain.sepa import DOMESTIC
from mock_server.domain.standing_orders import Frequency, StandingOrder
from tests.domain.catalogue import NOON

DAY = date(2026, 8, 13)
ORDER = Order(
    99_99, "EUR", "Beispiel GmbH", "DE13700800000061110500",
    bic="DRESDEFF700", bank_name="Musterbank", purpose="Rechnung 17", end_to_end_id="E-17", sepa_purpose_code="OTHR",
)  # fmt: skip
DEBIT = replace(ORDER, mandate=Mandate("M-1", date(2018, 1, 1), "DE98ZZZ09999999999"))
CZECH = replace(ORDER, cents=500_00, currency="CZK", structured_remittance=("VS:12345", "KS:0308"))
OWN = Payee("Max Mustermann", "DE77533700080111111100", "QOWNDET0XXX", "finAPI Test Bank")


def payment(*orders: Order, **more: Any) -> Payment:
    shape: dict[str, Any] = {
        "id": 7, "owner": "alice", "client_id": "shop", "bank_id": 280001,
        "type": PaymentType.MONEY_TRANSFER, "created_at": NOON,
    }  # fmt: skip
    return Payment(orders=orders or (ORDER,), **{**shape, **more})


def debit(*orders: Order, **more: Any) -> Payment:
    return payment(*(orders or (DEBIT,)), type=PaymentType.DIRECT_DEBIT, **{"debit_type": "BASIC", **more})


def test_a_transfer_on_the_account_that_pays() -> None:
    assert booking_of(payment(), 0, DAY) == Booking(
        key="payment-7-0",
        booked_on=DAY,
        value_on=DAY,
        cents=-99_99,
        purpose="Rechnung 17",
        counterpart="Beispiel GmbH",
        counterpart_iban="DE13700800000061110500",
        counterpart_bic="DRESDEFF700",
        counterpart_bank="Musterbank",
        type="Überweisungsauftrag",
        type_code_zka="116",
        category=None,
        sepa_purpose_code="OTHR",
        end_to_end_reference="E-17",
        primanota="9320",
    )


def test_the_same_transfer_on_the_account_that_receives() -> None:
    assert mirrored(payment(), 0, OWN, DAY) == Booking(
        key="payment-7-0-received",
        booked_on=DAY,
        value_on=DAY,
        cents=99_99,
        purpose="Rechnung 17",
        counterpart="Max Mustermann",
        counterpart_iban="DE77533700080111111100",
        counterpart_bic="QOWNDET0XXX",
        counterpart_bank="finAPI Test Bank",
        type="Gutschrift",
        type_code_zka="166",
        category=None,
        sepa_purpose_code="OTHR",
        end_to_end_reference="E-17",
        primanota="9160",
    )


@pytest.mark.parametrize(
    ("made", "booked", "received"),
    [
        (payment(), ("Überweisungsauftrag", "116"), ("Gutschrift", "166")),
        (payment(is_instant=True), ("Echtzeit-Überweisung", "118"), ("Echtzeit-Gutschrift", "168")),
        (payment(CZECH), ("Auslandsüberweisung", "201"), ("Auslandsgutschrift", "202")),
        (debit(), ("Lastschrifteinzug", "171"), ("Lastschrift", "105")),
        (debit(debit_type="B2B"), ("Firmenlastschrifteinzug", "174"), ("Firmenlastschrift", "104")),
    ],
)
def test_how_banks_call_it(made: Payment, booked: tuple[str, str], received: tuple[str, str]) -> None:
    ours, theirs = booking_of(made, 0, DAY), mirrored(made, 0, OWN, DAY)
    assert (ours.type, ours.type_code_zka) == booked
    assert (theirs.type, theirs.type_code_zka) == received
    assert ours.cents == -theirs.cents
    assert (ours.cents > 0) == made.is_debit


def test_a_debit_carries_its_mandate() -> None:
    for line in (booking_of(debit(), 0, DAY), mirrored(debit(), 0, OWN, DAY)):
        assert (line.mandate_reference, line.creditor_id) == ("M-1", "DE98ZZZ09999999999")


def test_several_orders_are_one_sum_unless_they_are_to_be_single() -> None:
    (batch,) = bookings_of(payment(ORDER, ORDER, ORDER, msg_id="MSG-1"), DAY)
    assert (batch.key, batch.cents, batch.type, batch.type_code_zka) == (
        "payment-7",
        -299_97,
        "Sammelüberweisung",
        "191",
    )
    assert (batch.purpose, batch.counterpart) == ("Sammler mit 3 Posten Referenz MSG-1", "Diverse Empfänger")
    (collected,) = bookings_of(debit(DEBIT, DEBIT), DAY)
    assert (collected.cents, collected.type) == (199_98, "Sammellastschrift")
    assert (collected.purpose, collected.counterpart) == ("Sammler mit 2 Posten", "Diverse Zahlungspflichtige")
    single = bookings_of(payment(ORDER, ORDER, single_booking=True), DAY)
    assert [line.cents for line in single] == [-99_99, -99_99]
    assert bookings_of(payment(), DAY) == (booking_of(payment(), 0, DAY),)


def test_a_domestic_payment_is_booked_in_euro_without_what_only_sepa_has() -> None:
    line = booking_of(payment(CZECH), 0, DAY)
    assert (line.cents, line.purpose) == (-20_00, "CZK 500,00 Rechnung 17 VS:12345 KS:0308")
    assert (line.sepa_purpose_code, line.end_to_end_reference) == (None, None)


@pytest.mark.parametrize(
    ("cents", "currency", "euro"), [(1, "EUR", 1), (1, "HUF", 1), (62, "CZK", 2), (63, "CZK", 3), (500, "RON", 100)]
)
def test_exchange(cents: int, currency: str, euro: int) -> None:
    assert payment_bookings.in_euro(cents, currency) == euro


def test_there_is_a_rate_for_every_domestic_currency() -> None:
    assert set(payment_bookings.EURO_BUYS) == {"EUR", *DOMESTIC}


@pytest.mark.parametrize(
    ("code", "spent", "received"),
    [("RENT", "rent", None), ("SALA", None, "salary"), ("SUBS", "streaming", None), ("OTHR", None, None),
     (None, None, None)],
)  # fmt: skip
def test_the_purpose_code_tells_the_category(code: str | None, spent: str | None, received: str | None) -> None:
    made = payment(replace(ORDER, sepa_purpose_code=code))
    assert (booking_of(made, 0, DAY).category, mirrored(made, 0, OWN, DAY).category) == (spent, received)


def test_a_line_without_details_and_a_very_long_one() -> None:
    bare = booking_of(payment(Order(1, "EUR", None, ORDER.iban)), 0, DAY)
    assert (bare.counterpart, bare.counterpart_bic, bare.counterpart_bank, bare.purpose) == ("", "", "", "")
    long = booking_of(payment(replace(CZECH, purpose="x" * 2000)), 0, DAY)
    assert len(long.purpose) == 2000


def test_a_run_of_a_standing_order() -> None:
    order = StandingOrder(
        id=9, owner="alice", client_id="shop", bank_id=280001, order=ORDER,
        start_date=DAY, frequency=Frequency.MONTHLY, created_at=NOON,
    )  # fmt: skip
    paid = payment_bookings.booking_of_standing_order(order, DAY)
    received = payment_bookings.mirrored_standing_order(order, OWN, DAY)
    assert (paid.key, paid.cents, paid.type) == ("standing-order-9-2026-08-13", -99_99, "Dauerauftrag")
    assert (received.key, received.cents, received.type) == (
        "standing-order-9-2026-08-13-received",
        99_99,
        "Gutschrift",
    )
    assert (paid.type_code_zka, received.type_code_zka) == (payees.STANDING_ORDER.code, payees.STANDING_IN.code)
    assert received.counterpart == "Max Mustermann"


@given(st.integers(1, 5), st.integers(1, 5), st.booleans())
def test_no_two_lines_on_an_account_have_the_same_key(first: int, second: int, single: bool) -> None:
    """Not even if somebody pays the same sum to themselves twice."""
    made = [payment(*[ORDER] * count, id=id, single_booking=single) for id, count in ((1, first), (11, second))]
    keys = [line.key for each in made for line in bookings_of(each, DAY)]
    keys += [mirrored(each, index, OWN, DAY).key for each in made for index in range(len(each.orders))]
    assert len(set(keys)) == len(keys)


@given(st.lists(st.integers(1, 10**11), min_size=1, max_size=8), st.booleans(), st.booleans())
def test_what_is_paid_is_what_is_received(amounts: list[int], single: bool, collects: bool) -> None:
    orders = [replace(DEBIT, cents=cents) for cents in amounts]
    made = (debit if collects else payment)(*orders, single_booking=single)
    paid = sum(line.cents for line in bookings_of(made, DAY))
    assert paid == -sum(mirrored(made, index, OWN, DAY).cents for index in range(len(orders)))
    assert abs(paid) == made.cents
