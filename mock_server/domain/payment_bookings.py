"""What a successful order does to accounts: the lines that banks book for it.

The bank books an order on the account that pays (or collects), and the counterpart's bank the same on the
other side. A collective payment is one sum on the account unless its orders are to be booked singly; the
counterparts see their own line in any case. Keys come from the ids of the orders, so they are unique
within each account.
"""

from collections.abc import Mapping
from datetime import date

from mock_server.domain import payees
from mock_server.domain.bookings import Booking
from mock_server.domain.money import Cents
from mock_server.domain.orders import Order
from mock_server.domain.payees import Kind, Payee
from mock_server.domain.payments import Payment
from mock_server.domain.standing_orders import StandingOrder

# fmt: off
INSTANT         = Kind("Echtzeit-Überweisung",    "118", "9320")
BATCH           = Kind("Sammelüberweisung",       "191", "9320")
FOREIGN         = Kind("Auslandsüberweisung",     "201", "9330")
COLLECTED       = Kind("Lastschrifteinzug",       "171", "9248", is_income=True)
COLLECTED_B2B   = Kind("Firmenlastschrifteinzug", "174", "9248", is_income=True)
COLLECTED_BATCH = Kind("Sammellastschrift",       "192", "9248", is_income=True)
DEBIT_B2B       = Kind("Firmenlastschrift",       "104", "9248")

RECEIVED: Mapping[Kind, Kind] = {
    **payees.RECEIVED,
    INSTANT:       Kind("Echtzeit-Gutschrift", "168", "9160", is_income=True),
    FOREIGN:       Kind("Auslandsgutschrift",  "202", "9160", is_income=True),
    COLLECTED:     payees.DEBIT,
    COLLECTED_B2B: DEBIT_B2B,
}
"""How a single booking looks on the account of the counterpart."""

EURO_BUYS: Mapping[str, int] = {"EUR": 1, "CZK": 25, "HUF": 400, "RON": 5}
"""Exchange rates that never change. Accounts are kept in euro."""
# fmt: on

CATEGORIES: Mapping[tuple[str | None, bool], str] = {
    (contract.code, contract.kind.is_income): contract.category
    for contract in reversed(payees.CONTRACTS)
    if contract.code is not None
}
"""What finAPI's categorization makes of a SEPA purpose code, in spending (False) and income."""
LONGEST_PURPOSE = 2000


def bookings_of(payment: Payment, day: date) -> tuple[Booking, ...]:
    """What is booked on the account of the payment: one line for each order, or their sum."""
    if payment.is_collective and not payment.single_booking:
        return (_batch(payment, day),)
    return tuple(booking_of(payment, index, day) for index in range(len(payment.orders)))


def booking_of(payment: Payment, index: int, day: date) -> Booking:
    """The n-th order as a line of its own on the account of the payment."""
    order = payment.orders[index]
    return _line(f"payment-{payment.id}-{index}", _kind(payment), order, _counterpart(order), day)


def mirrored(payment: Payment, index: int, own: Payee, day: date) -> Booking:
    """The n-th order on the counterpart's account, where `own`, the account of the payment, is the other side."""
    return _line(f"payment-{payment.id}-{index}-received", RECEIVED[_kind(payment)], payment.orders[index], own, day)


def booking_of_standing_order(order: StandingOrder, day: date) -> Booking:
    """One run of a registered standing order on the account that pays."""
    kind = FOREIGN if order.is_domestic else payees.STANDING_ORDER
    return _line(f"standing-order-{order.id}-{day}", kind, order.order, _counterpart(order.order), day)


def mirrored_standing_order(order: StandingOrder, own: Payee, day: date) -> Booking:
    """The same run on the counterpart's account."""
    kind = RECEIVED[FOREIGN if order.is_domestic else payees.STANDING_ORDER]
    return _line(f"standing-order-{order.id}-{day}-received", kind, order.order, own, day)


def _kind(payment: Payment) -> Kind:
    if payment.is_debit:
        return COLLECTED_B2B if payment.debit_type == "B2B" else COLLECTED
    if payment.is_domestic:
        return FOREIGN
    return INSTANT if payment.is_instant else payees.TRANSFER


def _counterpart(order: Order) -> Payee:
    return Payee(order.name or "", order.iban, order.bic or "", order.bank_name or "")


def _line(key: str, kind: Kind, order: Order, other: Payee, day: date) -> Booking:
    cents = in_euro(order.cents, order.currency)
    mandate = order.mandate
    return Booking(
        key=key,
        booked_on=day,
        value_on=day,
        cents=cents if kind.is_income else -cents,
        purpose=_purpose(order),
        counterpart=other.name,
        counterpart_iban=other.iban,
        counterpart_bic=other.bic,
        counterpart_bank=other.bank,
        type=kind.type,
        type_code_zka=kind.code,
        category=CATEGORIES.get((order.sepa_purpose_code, kind.is_income)),
        # "discarded for other transfers" than SEPA ones, both
        sepa_purpose_code=None if order.is_domestic else order.sepa_purpose_code,
        end_to_end_reference=None if order.is_domestic else order.end_to_end_id,
        mandate_reference=None if mandate is None else mandate.id,
        creditor_id=None if mandate is None else mandate.creditor_id,
        primanota=kind.primanota,
    )


def _batch(payment: Payment, day: date) -> Booking:
    """All orders as one sum. Who the counterparts are is not in it."""
    kind = COLLECTED_BATCH if payment.is_debit else BATCH
    reference = payment.msg_id or payment.batch_booking_id
    purpose = f"Sammler mit {len(payment.orders)} Posten" + (f" Referenz {reference}" if reference else "")
    others = "Diverse Zahlungspflichtige" if payment.is_debit else "Diverse Empfänger"
    everything = Order(payment.cents, payment.orders[0].currency, others, "", purpose=purpose)
    return _line(f"payment-{payment.id}", kind, everything, _counterpart(everything), day)


def _purpose(order: Order) -> str:
    amount = f"{order.currency} {order.cents // 100},{order.cents % 100:02d}" if order.is_domestic else ""
    return " ".join(part for part in (amount, order.purpose, *order.structured_remittance) if part)[:LONGEST_PURPOSE]


def in_euro(cents: Cents, currency: str) -> Cents:
    """Rounded to the cent, but at least one: nothing is paid for nothing."""
    rate = EURO_BUYS[currency]
    return max(1, (2 * cents + rate) // (2 * rate))
