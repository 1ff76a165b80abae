"""The language of seeds: the dataclasses here are the keys of the file. `seed_checks` says what is wrong with one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from mock_server.clock import EARLIEST, LATEST
from mock_server.domain.banks import BankingInterface
from mock_server.domain.payees import HOLDER
from mock_server.strict_yaml import KEY

RELATIVE = re.compile(r"([+-])(\d{1,4})d")

AccountType = Literal["Checking", "Savings", "CreditCard", "Loan", "Membership", "Bausparen"]
NAMES: Mapping[AccountType, str] = {
    "Checking": "Girokonto",
    "Savings": "Sparkonto",
    "CreditCard": "Kreditkarte",
    "Loan": "Darlehen",
    "Membership": "Mitgliedskonto",
    "Bausparen": "Bausparkonto",
}
"""How an account is called that nobody has named. A security account has positions, which a seed cannot tell."""


def _called(key: str, default: Any) -> Any:
    return field(default=default, metadata={KEY: key})


@dataclass(frozen=True, slots=True)
class Day:
    """A date, or so many days after the day of the seeding (negative: before it)."""

    fixed: date | None = None
    days: int = 0

    @classmethod
    def from_short(cls, plain: Any) -> "Day":
        if plain == "today":
            return cls()
        try:
            if found := RELATIVE.fullmatch(str(plain)):
                return cls(days=int(found[1] + found[2]))
            fixed = date.fromisoformat(str(plain))
        except ValueError:
            raise ValueError(f"'{plain}' is no date: write 2026-08-13, today, -3d or +3d.") from None
        if not EARLIEST.year <= fixed.year < LATEST.year:
            raise ValueError(f"'{plain}' is out of reach: the clock goes from {EARLIEST.year} to {LATEST.year - 1}.")
        return cls(fixed)

    def seen_from(self, today: date) -> date:
        return self.fixed or today + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Counterpart:
    name: str = ""
    iban: str = ""

    @classmethod
    def from_short(cls, plain: Any) -> "Counterpart":
        if not isinstance(plain, str):
            raise ValueError("Must be a name, or a mapping with name and iban.")
        return cls(plain)


@dataclass(frozen=True, slots=True)
class SeedTransaction:
    amount: float
    """In the account's currency; spending is negative."""
    date_: Day = Day()
    """The day of the booking. One that is still to come is booked then."""
    purpose: str = ""
    counterpart: Counterpart = Counterpart()
    category: int | str | None = None
    """The id or the name of a global category."""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeedAccount:
    type: AccountType = "Checking"
    iban: str | None = None
    """None: one of the bank."""
    name: str | None = None
    holder: str = HOLDER
    currency: str = "EUR"
    balance: float | None = None
    """At the end of the day of the seeding. None: what the bookings come to."""
    overdraft_limit: float | None = _called("overdraftLimit", None)
    transactions: tuple[SeedTransaction, ...] = ()


@dataclass(frozen=True, slots=True)
class SeedConnection:
    bank: int | str
    """Its id or its BLZ."""
    login: str | None = None
    name: str | None = None
    interface: BankingInterface | None = None
    """None: the best one that delivers these accounts."""
    stores_secrets: bool = _called("storeSecrets", False)
    max_days: int = _called("maxDaysForDownload", 0)
    """0: all there is."""
    accounts: tuple[SeedAccount, ...] | None = None
    """None: those that the bank's books have of this login."""


@dataclass(frozen=True, slots=True)
class SeedUser:
    id: str
    password: str
    email: str | None = None
    phone: str | None = None
    is_auto_update_enabled: bool = _called("isAutoUpdateEnabled", False)
    is_verified: bool = _called("isVerified", True)
    connections: tuple[SeedConnection, ...] = ()


@dataclass(frozen=True, slots=True)
class ClientSeed:
    """What the mandator of one client has besides."""

    users: tuple[SeedUser, ...] = ()


@dataclass(frozen=True, slots=True)
class Seed:
    """What there is at the beginning."""

    users: tuple[SeedUser, ...] = ()
    """Those of every mandator."""
    clients: Mapping[str, ClientSeed] = field(default_factory=dict)
    """By client_id."""


USUAL_LOGIN = "demo_no_msa"


def login_of(user: SeedUser, connection: SeedConnection) -> str:
    """As whom the user has come to the bank. Accounts that a user brings along are its own, so nobody else is that."""
    if connection.login is not None:
        return connection.login
    own = re.sub("[^A-Za-z0-9._-]", "-", user.id)
    return USUAL_LOGIN if connection.accounts is None else f"{USUAL_LOGIN}+{own}"
