"""What there is to say on the pages. A language that lacks one of these texts cannot be constructed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from mock_server.domain.banks import Service
from mock_server.domain.form_details import FormType
from mock_server.domain.forms import ErrorCode
from mock_server.domain.logins import Challenge
from mock_server.domain.money import Cents
from mock_server.domain.standing_orders import Frequency


class Stage(Enum):
    """How far the end user has come, as the progress bar shows it."""

    BANK = "BANK"
    LOGIN = "LOGIN"
    PAYMENT = "PAYMENT"
    CONFIRM = "CONFIRM"
    ACCOUNTS = "ACCOUNTS"
    DONE = "DONE"


class Kind(Enum):
    """What a payment form is about, where the texts differ."""

    TRANSFER = "TRANSFER"
    DEBIT = "DEBIT"
    STANDING_ORDER = "STANDING_ORDER"


@dataclass(frozen=True, slots=True)
class Texts:
    """One language. `{…}` is filled in by the template; problems are (title, text) by HTTP status."""

    language: str
    decimal_point: str
    thousands: str
    money_form: str
    day_form: str
    """For `str.format` with the day as its only argument."""
    countries: Mapping[str, str]

    products: Mapping[Service, str]
    notice: str
    progress: str
    progress_at: str
    stages: Mapping[Stage, str]
    cancel: str
    change_bank: str
    bank_code: str
    optional: str
    language_label: str
    language_submit: str
    errors_title: str
    mock_logins: str
    mock_tan: str

    search_title: Mapping[Service, str]
    selection_title: str
    search_text: str
    search_label: str
    search_country: str
    search_all_countries: str
    search_submit: str
    search_suggested: str
    search_found_one: str
    search_found: str
    search_found_none: str
    search_more_one: str
    search_more: str

    login_title: str
    login_text: Mapping[Service, str]
    login_hint: str
    login_submit: str
    login_terms: str
    store_secrets: str
    store_secrets_why: str
    store_secrets_implicit: str
    store_secrets_missed: str
    redirect_title: str
    redirect_text: str
    redirect_go: str
    bank_login_title: str
    bank_login_text: Mapping[Service, str]
    bank_login_submit: Mapping[Service, str]
    bank_login_cancel: str

    sca_method_title: str
    sca_method_text: str
    sca_method_legend: str
    sca_method_submit: str
    sca_methods: Mapping[Challenge, str]
    challenge_title: str
    challenges: Mapping[Challenge, str]
    challenge_picture: str
    challenge_login: str
    challenge_order: str
    challenge_orders: str
    challenge_with_tan: str
    start_code: str
    tan: str
    tan_submit: str
    decoupled_title: str
    decoupled_text: Mapping[Service, str]
    decoupled_waiting: str
    decoupled_stand_in: str
    decoupled_confirm: str
    decoupled_refuse: str

    accounts_title: str
    accounts_text: str
    account_text: str
    accounts_legend: str
    accounts_submit: str
    accounts_missed: str
    sender_title: str
    sender_text: str
    sender_legend: str
    sender_submit: str
    sender_unable: str
    account_types: Mapping[str, str]
    balance: str

    overview_titles: Mapping[Kind, str]
    overview_text: str
    overview_submit: Mapping[Kind, str]
    overview_terms: str
    sender: str
    receiver: str
    recipient: str
    payer: str
    total: str
    execution: str
    execution_at_once: str
    instant: str
    instant_yes: str
    booking: str
    booking_single: str
    booking_collective: str
    order_count: str
    more_orders: str
    more_orders_one: str
    purpose: str
    reference: str
    mandate: str
    mandate_of: str
    creditor_id: str
    debit_type: str
    debit_types: Mapping[str, str]
    sequence_type: str
    sequence_types: Mapping[str, str]
    frequency: str
    frequencies: Mapping[Frequency, str]
    start_date: str
    end_date: str
    end_date_none: str
    day_of_execution: str
    day_of_month: str
    last_of_month: str

    download_title: str
    download_text: str
    download_waiting: str
    connected_accounts: str
    summary_title: str
    summary_text: str
    summary_submit: str
    partial_title: str
    partial_text: str
    partial_failed_title: str
    partial_failed_text: str
    partial_connect: str
    partial_retry: str
    partial_finish: str

    completed: Mapping[FormType, tuple[str, str]]
    """(title, text) of the confirmation."""
    go_on: str
    may_close: str
    close: str
    error_titles: Mapping[Service, str]
    error_code: str
    reasons: Mapping[ErrorCode, str]
    aborted_title: str
    aborted_text: Mapping[Service, str]
    cancelled_title: str
    cancelled_text: str
    expired_title: str
    expired_text: str
    returned_title: str
    returned_text: str
    leaving_title: str
    leaving_text: str
    go_back: str
    support: str
    back_to_form: str
    problems: Mapping[int, tuple[str, str]]

    def money(self, cents: Cents, currency: str) -> str:
        """An amount as this language writes it; it does not break between number and currency."""
        number = f"{abs(cents) // 100:,}".replace(",", self.thousands)
        shown = self.money_form.format(
            number=f"{number}{self.decimal_point}{abs(cents) % 100:02}",
            currency="€" if currency == "EUR" else currency,
            gap="" if currency == "EUR" else "\u00a0",
        )
        return f"\u2212{shown}" if cents < 0 else shown

    def day(self, day: date) -> str:
        return self.day_form.format(day)
