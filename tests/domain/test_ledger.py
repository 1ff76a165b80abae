import hashlib
import re
from collections.abc import Callable
from dataclasses import astuple, replace
from datetime import date, timedelta
from importlib.resources import files

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.domain import ledger as module
from mock_server.domain import payees, securities
from mock_server.domain.banking_days import banking_day_after, banking_days, easter, is_banking_day
from mock_server.domain.bookings import Booking
from mock_server.domain.ledger import Ledger, accounts
from mock_server.domain.money import Cents, iban, is_bic, is_iban
from mock_server.domain.payees import CONTRACTS, HOUSEHOLD, MAIN, PURCHASES, SAVINGS, TRANSFERS

DEMO = Ledger(0, "DEMO0001", "DE", "demo")
DAY = timedelta(days=1)
TWO_YEARS = date(2024, 9, 1), date(2026, 8, 31)
KEYS = (MAIN, HOUSEHOLD, SAVINGS)

ledgers = st.builds(
    lambda seed, bank, login: Ledger(seed, bank[0], bank[1], login),
    st.integers(0, 2**63),
    st.sampled_from(
        [("DEMO0001", "DE"), ("DEMO0003", "CZ"), ("39990240", "DE"), ("29960110", "AT"), ("89940110", "RO")]
    ),
    st.sampled_from(["demo", "demo_no_msa"]) | st.text(max_size=8),
)
days = st.dates(date(2015, 1, 1), date(2040, 12, 31))
lengths = st.integers(0, 100)
slowly = settings(deadline=None, max_examples=40)


def all_bookings(ledger: Ledger, first: date, last: date) -> list[Booking]:
    return [booking for key in KEYS for booking in ledger.bookings(key, first, last)]


def total(ledger: Ledger, key: str, first: date, last: date) -> Cents:
    return sum(booking.cents for booking in ledger.bookings(key, first, last))


def bought_on(card_payment: Booking) -> date:
    return date.fromisoformat(re.findall(r"(\d{4}-\d\d-\d\d)T\d\d:\d\d", card_payment.purpose)[0])


# Accounts


@pytest.mark.parametrize(
    ("name", "type_", "iban", "number"),
    [
        ("Main-TestAccount", "Checking", "DE77533700080111111100", "111111100"),
        ("Secondary-TestAccount", "Checking", "DE23533700080111111102", "111111102"),
        ("Savings-TestAccount", "Savings", "DE50533700080111111101", "111111101"),
    ],
)
def test_the_test_bank_has_the_documented_accounts(name: str, type_: str, iban: str, number: str) -> None:
    assert (name, type_, iban, number) in {(a.name, a.type, a.iban, a.number) for a in DEMO.accounts}


def test_every_login_and_every_bank_has_accounts_of_its_own() -> None:
    banks = [("DEMO0001", "DE"), ("DEMO0002", "DE"), ("39990240", "DE"), ("29960110", "AT")]
    ibans = {a.iban for bank in banks for login in ("demo", "demo_no_msa", "ann") for a in accounts(*bank, login)}
    assert len(ibans) == len(banks) * 3 * 3


@pytest.mark.parametrize("seed", [1, 2])
def test_the_seed_changes_the_bookings_but_not_the_accounts(seed: int) -> None:
    other = Ledger(seed, "DEMO0001", "DE", "demo")
    assert other.accounts == DEMO.accounts
    assert other.bookings(MAIN, *TWO_YEARS) != DEMO.bookings(MAIN, *TWO_YEARS)


@pytest.mark.parametrize(
    ("country", "length"),
    [("DE", 22), ("AT", 20), ("IT", 27), ("CZ", 24), ("ES", 24), ("FR", 27), ("SK", 24), ("HU", 28), ("RO", 24)],
)
@pytest.mark.parametrize("blz", ["39990240", "DEMO0003"])
def test_an_iban_has_the_form_of_its_country(country: str, length: int, blz: str) -> None:
    for account in accounts(blz, country, "demo"):
        assert account.iban[:2] == country
        assert len(account.iban) == length
        assert is_iban(account.iban)


@pytest.mark.parametrize("country", ["", "XX"])
def test_without_a_known_country_an_account_is_german(country: str) -> None:
    assert all(account.iban.startswith("DE") for account in accounts("89980110", country, "demo"))


def test_a_german_iban_contains_the_blz_of_its_bank() -> None:
    assert {account.iban[4:12] for account in accounts("39990240", "DE", "demo")} == {"39990240"}


@given(ledgers)
def test_account_keys_are_unique_and_everybody_is_called_max(ledger: Ledger) -> None:
    assert {account.key for account in ledger.accounts} == set(KEYS)
    assert {account.holder for account in ledger.accounts} == {"Max Mustermann"}


def test_a_depot_stands_beside_the_main_account_and_has_no_bookings() -> None:
    with_depot = replace(DEMO, has_depot=True)
    *others, depot = with_depot.accounts
    assert tuple(others) == DEMO.accounts
    assert (depot.type, depot.iban, depot.number) == ("Security", "", "111111109")
    assert with_depot.bookings(depot.key, *TWO_YEARS) == ()
    day = date(2026, 8, 13)
    assert with_depot.balance(depot.key, day) == securities.market_value(with_depot.portfolio, day) > 0
    assert all_bookings(with_depot, *TWO_YEARS) == all_bookings(DEMO, *TWO_YEARS)


# Laws


def test_bookings_are_the_same_on_every_machine() -> None:
    lines = "\n".join("|".join(map(str, astuple(booking))) for booking in all_bookings(DEMO, *TWO_YEARS))
    digest = hashlib.sha256(lines.encode()).hexdigest()
    assert digest == "9e5d643265e24ae4abba92198e1a4aaeddfafaa908d60a46e52d2c47aaba1826"


@slowly
@given(ledgers, st.sampled_from(KEYS), days, lengths, lengths)
def test_spans_fit_together(ledger: Ledger, key: str, first: date, head: int, tail: int) -> None:
    middle = first + head * DAY
    last = middle + tail * DAY
    assert ledger.bookings(key, first, last) == (
        ledger.bookings(key, first, middle) + ledger.bookings(key, middle + DAY, last)
    )


@slowly
@given(ledgers, st.sampled_from(KEYS), days, lengths)
def test_a_balance_changes_by_what_is_booked(ledger: Ledger, key: str, first: date, length: int) -> None:
    last = first + length * DAY
    change = ledger.balance(key, last) - ledger.balance(key, first - DAY)
    assert change == total(ledger, key, first, last)


@pytest.mark.parametrize("key", KEYS)
def test_balances_agree_with_bookings_over_decades(key: str) -> None:
    first, last = date(2015, 3, 14), date(2040, 6, 15)
    assert DEMO.balance(key, last) - DEMO.balance(key, first - DAY) == total(DEMO, key, first, last)


@slowly
@given(ledgers, days)
def test_a_month_is_generated_without_its_past(ledger: Ledger, day: date) -> None:
    module._generated.cache_clear()
    ledger.bookings(MAIN, day, day)
    assert module._generated.cache_info().misses == 1


def test_an_empty_span_has_no_bookings() -> None:
    assert DEMO.bookings(MAIN, date(2026, 8, 31), date(2026, 8, 1)) == ()


@slowly
@given(ledgers, st.sampled_from(KEYS), days, lengths)
def test_bookings_come_in_order_within_the_span(ledger: Ledger, key: str, first: date, length: int) -> None:
    last = first + length * DAY
    booked = [booking.booked_on for booking in ledger.bookings(key, first, last)]
    assert booked == sorted(booked)
    assert all(first <= day <= last for day in booked)


@pytest.mark.parametrize("key", KEYS)
def test_the_key_of_a_booking_is_unique_within_its_account(key: str) -> None:
    bookings = DEMO.bookings(key, date(2015, 1, 1), date(2030, 12, 31))
    assert len({booking.key for booking in bookings}) == len(bookings)


@slowly
@given(ledgers, days)
def test_own_transfers_show_on_both_accounts(ledger: Ledger, first: date) -> None:
    own = {account.iban: account.key for account in ledger.accounts}
    sides = {
        (key, own[booking.counterpart_iban], booking.key, booking.booked_on, booking.value_on, booking.cents)
        for key in KEYS
        for booking in ledger.bookings(key, first, first + 40 * DAY)
        if booking.counterpart_iban in own
    }
    assert sides == {(there, here, key, booked, value, -cents) for here, there, key, booked, value, cents in sides}
    assert sides


# Money


@slowly
@given(ledgers, days)
def test_overdrafts_are_kept_and_savings_are_never_negative(ledger: Ledger, first: date) -> None:
    for account in ledger.accounts:
        low = -(account.overdraft_limit_cents or 0)
        assert all(ledger.balance(account.key, first + n * DAY) >= low for n in range(31))


def extremes(key: str, month: int) -> tuple[Cents, Cents]:
    """The least and the most that the tables let an account gain in a month before it is reset."""
    least = most = 0
    for row in (*CONTRACTS, *PURCHASES):
        if row.account == key and month in row.months:
            fewest, often = row.times if isinstance(row, payees.Purchase) else (1, 1)
            low, high = fewest * row.cents[0], often * row.cents[1]
            least, most = (least + low, most + high) if row.kind.is_income else (least - high, most - low)
    for transfer in TRANSFERS:
        if key in {transfer.source, transfer.target} and month in transfer.months:
            moved = transfer.cents if transfer.target == key else -transfer.cents
            least, most = least + moved, most + moved
    return least, most


def spread(key: str) -> Cents:
    low, high = payees.CLOSINGS[key]
    return high - low


@pytest.mark.parametrize("month", range(1, 13))
def test_the_tables_always_leave_something_to_top_up_and_to_save(month: int) -> None:
    dearest, cheapest = extremes(HOUSEHOLD, month)
    least_top_up, most_top_up = -cheapest - spread(HOUSEHOLD), -dearest + spread(HOUSEHOLD)
    assert least_top_up > 0
    assert extremes(MAIN, month)[0] - most_top_up - spread(MAIN) > 0


@slowly
@given(ledgers, days)
def test_the_month_ends_with_a_top_up_and_a_sweep(ledger: Ledger, day: date) -> None:
    last = banking_days(day.replace(day=1))[-1]
    names = {booking.key[8:]: booking.cents for booking in ledger.bookings(MAIN, last, last)}
    assert names["top-up"] < 0
    assert names["sweep"] < 0


@pytest.mark.parametrize("year", range(2020, 2030))
def test_savings_start_each_year_near_the_same_amount(year: int) -> None:
    low, high = payees.CLOSINGS[SAVINGS]
    assert low <= DEMO.balance(SAVINGS, date(year, 12, 31)) <= high
    fixed_deposit = DEMO.bookings(SAVINGS, date(year, 12, 1), date(year, 12, 31))[-1]
    assert (fixed_deposit.cents < 0, fixed_deposit.purpose) == (True, f"Anlage Festgeld {year}")


# Days


@pytest.mark.parametrize(
    "sunday",
    [date(2008, 3, 23), date(2015, 4, 5), date(2019, 4, 21), date(2024, 3, 31), date(2026, 4, 5), date(2038, 4, 25)],
)
def test_easter_is_where_the_calendar_has_it(sunday: date) -> None:
    assert easter(sunday.year) == sunday


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 8, 14), True),
        (date(2026, 8, 15), False),  # Saturday
        (date(2026, 8, 16), False),  # Sunday
        (date(2026, 1, 1), False),
        (date(2026, 4, 2), True),
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 5, 1), False),
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), False),
        (date(2025, 12, 26), False),
        (date(2025, 12, 31), True),
        (date(2025, 10, 3), True),  # a German holiday, but SEPA works
    ],
)
def test_banks_work_on_all_weekdays_but_six_holidays(day: date, expected: bool) -> None:
    assert is_banking_day(day) is expected


@slowly
@given(ledgers, days)
def test_booking_and_value_dates_are_banking_days_at_most_two_apart(ledger: Ledger, first: date) -> None:
    for booking in all_bookings(ledger, first, first + 40 * DAY):
        assert is_banking_day(booking.booked_on)
        assert booking.value_on in {banking_day_after(booking.booked_on, count) for count in (0, 1, 2)}


@slowly
@given(ledgers, days)
def test_cards_are_booked_on_the_day_or_the_next_banking_day(ledger: Ledger, first: date) -> None:
    for booking in all_bookings(ledger, first, first + 40 * DAY):
        if booking.type in {"Kartenzahlung", "Bargeldauszahlung"}:
            day = bought_on(booking)
            assert booking.booked_on == (day if is_banking_day(day) else banking_day_after(day, 1))


def test_saturdays_shopping_is_booked_on_monday() -> None:
    cards = [booking for booking in DEMO.bookings(HOUSEHOLD, *TWO_YEARS) if booking.type == "Kartenzahlung"]
    weekend = [booking for booking in cards if bought_on(booking).weekday() == 5]
    assert len(weekend) > 50
    ordinary = [booking for booking in weekend if is_banking_day(bought_on(booking) + 2 * DAY)]
    assert {booking.booked_on - bought_on(booking) for booking in ordinary} == {2 * DAY}


@pytest.mark.parametrize(
    ("month", "payday"),
    [
        (date(2026, 8, 1), date(2026, 8, 27)),  # a Thursday
        (date(2026, 9, 1), date(2026, 9, 25)),  # the 27th is a Sunday
        (date(2027, 3, 1), date(2027, 3, 25)),  # Good Friday is the 26th
        (date(2025, 12, 1), date(2025, 12, 24)),  # the 27th is a Saturday after Christmas
    ],
)
def test_the_salary_is_paid_by_the_27th(month: date, payday: date) -> None:
    salaries = [b for b in DEMO.bookings(MAIN, month, month + 27 * DAY) if b.sepa_purpose_code == "SALA"]
    assert [(b.booked_on, b.cents > 0, b.type, b.category) for b in salaries] == [
        (payday, True, "Gehalt/Rente", "salary")
    ]


def test_november_has_a_thirteenth_salary() -> None:
    paid = [b.booked_on.month for b in DEMO.bookings(MAIN, *TWO_YEARS) if b.sepa_purpose_code == "BONU"]
    assert paid == [11, 11]


def test_rent_is_a_standing_order_of_the_first() -> None:
    rents = [b for b in DEMO.bookings(MAIN, *TWO_YEARS) if b.category == "rent"]
    assert len(rents) == 24
    assert rents[-1].purpose == "Miete August 2026 Wohnung 12"
    assert {(rent.type, rent.cents) for rent in rents} == {("Dauerauftrag", rents[0].cents)}
    assert all(rent.booked_on == banking_days(rent.booked_on.replace(day=1))[0] for rent in rents)


# Looks

KINDS = {
    "Gutschrift": {"152", "166"},
    "Gehalt/Rente": {"153"},
    "Lastschrift": {"105"},
    "Kartenzahlung": {"106"},
    "Dauerauftrag": {"117"},
    "Überweisungsauftrag": {"116"},
    "Bargeldauszahlung": {"083"},
    "Entgeltabschluss": {"805"},
    "Zinsen": {"814"},
}


@slowly
@given(st.integers(0, 2**63))
def test_two_years_have_about_1600_bookings(seed: int) -> None:
    assert 1500 <= len(all_bookings(Ledger(seed, "DEMO0001", "DE", "demo"), *TWO_YEARS)) <= 1700


@slowly
@given(ledgers, days)
def test_all_banks_and_accounts_have_the_right_form(ledger: Ledger, first: date) -> None:
    for booking in all_bookings(ledger, first, first + 31 * DAY):
        assert is_iban(booking.counterpart_iban)
        assert is_bic(booking.counterpart_bic)
        assert booking.counterpart_bic[7] == "0", "BICs that are not for tests may exist"


def test_no_counterpart_has_an_account_at_a_real_bank() -> None:
    own = {account.iban for account in DEMO.accounts} | {iban("DE", "53370008" + "1".zfill(10))}
    strangers = {booking.counterpart_iban for booking in all_bookings(DEMO, *TWO_YEARS)} - own
    assert len(strangers) > 40
    assert {iban_[4] for iban_ in strangers} == {"9"}


def test_the_only_persons_are_max_and_erika() -> None:
    names = {booking.counterpart for booking in all_bookings(DEMO, *TWO_YEARS)}
    assert {name for name in names if name.endswith("mann")} <= {"Max Mustermann", "Erika Mustermann"}


@slowly
@given(ledgers, days)
def test_every_booking_is_of_a_known_kind(ledger: Ledger, first: date) -> None:
    for booking in all_bookings(ledger, first, first + 92 * DAY):
        assert booking.type_code_zka in KINDS[booking.type]
        assert booking.cents != 0


def test_every_kind_of_booking_occurs() -> None:
    assert {booking.type for booking in all_bookings(DEMO, *TWO_YEARS)} == set(KINDS)


def test_categories_are_those_of_the_catalogue() -> None:
    roots = yaml.safe_load((files("mock_server") / "data" / "categories.yaml").read_text("utf-8"))["categories"]
    known = {category["key"] for root in roots for category in (root, *root.get("children", ()))}
    deals = (*CONTRACTS, *PURCHASES, *TRANSFERS, payees.TOP_UP, payees.SWEEP, payees.FIXED_DEPOSIT)
    assert {deal.category for deal in deals} <= known


@slowly
@given(ledgers, days)
def test_purposes_are_filled_in_and_fit_a_sepa_message(ledger: Ledger, first: date) -> None:
    for booking in all_bookings(ledger, first, first + 31 * DAY):
        assert not re.search(r"[{}]|None|  ", booking.purpose)
        assert booking.purpose == booking.purpose.strip()
        assert 0 < len(booking.purpose) <= 140


@slowly
@given(ledgers, days)
def test_direct_debits_and_no_others_name_mandate_and_creditor(ledger: Ledger, first: date) -> None:
    for booking in all_bookings(ledger, first, first + 31 * DAY):
        references = (booking.mandate_reference, booking.creditor_id, booking.end_to_end_reference)
        if booking.type != "Lastschrift":
            assert references == (None, None, None)
            continue
        assert all(reference and reference in booking.purpose for reference in references)
        creditor = booking.creditor_id or ""
        assert re.fullmatch(r"DE\d\dZZZ0\d{10}", creditor)
        assert iban("DE", creditor[7:])[:4] == creditor[:4]


def test_a_mandate_lasts_and_belongs_to_one_contract() -> None:
    debits = [b for b in all_bookings(DEMO, *TWO_YEARS) if b.type == "Lastschrift"]
    by_contract = {(re.sub(r"-\d+$", "", b.key[8:]), b.counterpart): b.mandate_reference for b in debits}
    assert len(set(by_contract.values())) == len(by_contract)
    assert {b.mandate_reference for b in debits} == set(by_contract.values())


def test_a_card_payment_says_where_and_when() -> None:
    cards = [b for b in all_bookings(DEMO, *TWO_YEARS) if b.type == "Kartenzahlung"]
    form = r".+//Muster\w+/DE \d{4}-\d\d-\d\dT\d\d:\d\d Folgenr\. 01 Verfalld\. \d{4}-12"
    assert all(re.fullmatch(form, card.purpose) for card in cards)
    assert all(card.purpose.startswith(card.counterpart) for card in cards)


@pytest.mark.parametrize("category", ["groceries", "bakery", "fuel", "restaurants", "own_transfer", "savings_transfer"])
def test_amounts_vary(category: str) -> None:
    amounts = [abs(b.cents) for b in all_bookings(DEMO, *TWO_YEARS) if b.category == category]
    assert len(set(amounts)) > 12


@pytest.mark.parametrize(
    ("name", "is_right"),
    [
        ("cash-1", lambda cents: cents % 10_00 == 0),
        ("clothing-1", lambda cents: cents % 10_00 == 9_95),
        ("groceries-1", lambda cents: 8_20 <= cents <= 58_00),
    ],
)
def test_prices_are_what_such_things_cost(name: str, is_right: Callable[[Cents], bool]) -> None:
    amounts = [-b.cents for b in all_bookings(DEMO, *TWO_YEARS) if b.key[8:] == name]
    assert len(amounts) == 24
    assert all(map(is_right, amounts))


# Tables


def test_every_row_has_a_name_of_its_own() -> None:
    names = [row.name for row in (*CONTRACTS, *PURCHASES, *TRANSFERS)]
    assert len(set(names)) == len(names)


def test_a_due_day_always_has_a_banking_day_after_it() -> None:
    assert all(row.early or row.day <= 25 for row in (*CONTRACTS, *TRANSFERS))
    latest = [banking_days(date(year, month, 1))[-1] for year in range(1971, 2200) for month in range(1, 13)]
    assert min(day.day for day in latest) >= 25


@pytest.mark.parametrize("row", PURCHASES, ids=lambda row: row.name)
def test_a_price_range_ends_on_a_step(row: payees.Purchase) -> None:
    low, high = row.cents
    assert (high - low) % row.step == 0


# Standing orders


def test_the_standing_orders_behind_the_bookings() -> None:
    shown = [(order.counterpart, order.purpose, order.day) for order in DEMO.standing_orders(MAIN)]
    assert shown == [
        ("Wohnbau Musterstadt eG", "Miete Wohnung 12", 1),
        ("Tierheim Musterstadt e.V.", "Spende", 20),
        ("Max Mustermann", "Haushaltsgeld", 2),
    ]
    assert DEMO.standing_orders(HOUSEHOLD) == DEMO.standing_orders(SAVINGS) == ()


@slowly
@given(ledgers, days)
def test_each_standing_order_is_booked_every_month(ledger: Ledger, day: date) -> None:
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - DAY
    for key in KEYS:
        booked = {
            (line.counterpart, line.counterpart_iban, -line.cents, line.sepa_purpose_code)
            for line in ledger.bookings(key, first, last)
            if line.type == payees.STANDING_ORDER.type
        }
        ordered = {
            (order.counterpart, order.counterpart_iban, order.cents, order.sepa_purpose_code)
            for order in ledger.standing_orders(key)
        }
        assert booked == ordered
