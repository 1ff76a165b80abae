"""What is wrong with a seed although each of its values has the right type: banks, logins, categories and amounts that
do not exist, and what is there twice.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from mock_server.contract.problems import suggestion
from mock_server.domain.banks import Bank, BankInterface, Catalogue
from mock_server.domain.categories import Categories, Category
from mock_server.domain.logins import CUSTOMERS, DISGUISE, SUFFIX, customer_of
from mock_server.domain.money import cents_of, is_iban
from mock_server.domain.users import fold
from mock_server.handlers.seed_file import Seed, SeedAccount, SeedConnection, SeedTransaction, SeedUser, login_of
from mock_server.strict_yaml import Path, read_checked

Found = Iterator[tuple[Path, str]]
Placed = tuple[Path, SeedUser]

USER_ID = re.compile(r"[a-zA-Z0-9\-_.+@]{1,36}")
CURRENCY = re.compile("[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a seed may speak of."""

    banks: Catalogue
    categories: Categories
    mandator_of: Callable[[str], str | None]
    """The mandator of a client; None if there is no such client."""
    clients: Sequence[str]
    """The clients that are known by name."""

    def bank(self, wish: int | str) -> Bank | None:
        """The bank with this id or BLZ; YAML takes most BLZs for numbers."""
        bank = self.banks.get(wish) if isinstance(wish, int) else None
        return bank or next((it for it in self.banks if it.blz == str(wish)), None)

    def category(self, wish: int | str) -> Category | None:
        if isinstance(wish, int):
            return self.categories.get(wish)
        return next((it for it in self.categories if wish in it.names.values()), None)


def read_seed(text: str, source: str, around: Surroundings) -> Seed:
    """The seed of a text. MistakesError tells everything that is wrong with it, each with its place."""
    return read_checked(text, source, Seed, lambda read: check(read, around))


def check(seed: Seed, around: Surroundings) -> Found:
    """Paths into the seed, and what is wrong there."""
    everybody: list[Placed] = [(("users", n), user) for n, user in enumerate(seed.users)]
    theirs: dict[str, list[Placed]] = {}
    for client_id, own in seed.clients.items():
        mandator = around.mandator_of(client_id)
        if mandator is None:
            yield ("clients", client_id), f"There is no client '{client_id}'.{suggestion(client_id, around.clients)}"
            continue
        theirs.setdefault(mandator, []).extend(
            (("clients", client_id, "users", n), user) for n, user in enumerate(own.users)
        )
    for path, user in chain(everybody, *theirs.values()):
        yield from (((*path, *place), message) for place, message in _check_user(user, around))
    # What is there twice for everybody is told once, and not again for each mandator.
    twice = list(_check_twice(everybody, around))
    yield from twice
    for own_users in theirs.values():
        yield from (it for it in _check_twice([*everybody, *own_users], around) if it not in twice)


def _check_user(user: SeedUser, around: Surroundings) -> Found:
    if not USER_ID.fullmatch(user.id):
        yield ("id",), "Must have 1 to 36 characters: letters, digits and -_.+@"
    if not 6 <= len(user.password) <= 128:
        yield ("password",), "Must have 6 to 128 characters."
    for number, connection in enumerate(user.connections):
        found = chain(_check_connection(user, connection, around), _check_accounts(connection, around))
        yield from ((("connections", number, *place), message) for place, message in found)


def _check_connection(user: SeedUser, connection: SeedConnection, around: Surroundings) -> Found:
    login = login_of(user, connection)
    if customer_of(login) is None or DISGUISE in login:
        name, plus, suffix = login.partition("+")
        if plus and not SUFFIX.fullmatch(plus + suffix):
            yield ("login",), "What follows the + has 1 to 64 letters, digits, dots, underscores and hyphens."
        else:
            yield ("login",), f"The banks have no customer '{login}'.{suggestion(name, list(CUSTOMERS))}"
    if connection.max_days < 0:
        yield ("maxDaysForDownload",), "Must not be negative; 0 means all there is."
    bank = around.bank(connection.bank)
    if bank is None:
        known = list(dict.fromkeys(word for it in around.banks for word in (it.blz, str(it.id))))
        hint = suggestion(str(connection.bank), known) or " GET /api/v2/banks lists them."
        yield ("bank",), f"There is no bank with the id or BLZ '{connection.bank}'.{hint}"
    elif interface_of(bank, connection) is None:
        yield _no_interface(bank, connection)


def _no_interface(bank: Bank, connection: SeedConnection) -> tuple[Path, str]:
    offered = bank.interfaces_for("AIS")
    there = "; ".join(f"{it.name}: {', '.join(it.account_types)}" for it in offered) or "none"
    place = "accounts" if connection.interface is None else "interface"
    return (place,), f"No interface of {bank.name} delivers such accounts; it offers {there}."


def interface_of(bank: Bank, connection: SeedConnection) -> BankInterface | None:
    """The interface that a connection uses: the best one that delivers all of its accounts."""
    wanted = {account.type for account in connection.accounts or ()}
    allowed = () if connection.interface is None else (connection.interface,)
    usable = bank.interfaces_for("AIS", allowed)
    return next((it for it in usable if wanted <= set(it.account_types)), None)


def _check_accounts(connection: SeedConnection, around: Surroundings) -> Found:
    ibans = [account.iban for account in connection.accounts or ()]
    for number, account in enumerate(connection.accounts or ()):
        path: Path = ("accounts", number)
        yield from (((*path, *place), message) for place, message in _check_account(account, around))
        if account.iban is not None and account.iban in ibans[:number]:
            yield (*path, "iban"), "Another account of the connection has this IBAN."


def _check_account(account: SeedAccount, around: Surroundings) -> Found:
    if account.iban is not None and not is_iban(account.iban):
        yield ("iban",), f"'{account.iban}' is no IBAN; leave it out for one of the bank."
    if not CURRENCY.fullmatch(account.currency):
        yield ("currency",), "Must be a code of three letters, such as EUR."
    yield from _check_amount("balance", account.balance)
    yield from _check_amount("overdraftLimit", account.overdraft_limit)
    for number, transaction in enumerate(account.transactions):
        found = _check_transaction(transaction, around)
        yield from ((("transactions", number, *place), message) for place, message in found)


def _check_transaction(transaction: SeedTransaction, around: Surroundings) -> Found:
    yield from _check_amount("amount", transaction.amount)
    counterpart, wish = transaction.counterpart, transaction.category
    if counterpart.iban and not is_iban(counterpart.iban):
        yield ("counterpart", "iban"), f"'{counterpart.iban}' is no IBAN."
    if wish is not None and around.category(wish) is None:
        names = [name for it in around.categories for name in it.names.values()]
        hint = suggestion(str(wish), names) or " GET /api/v2/categories lists them."
        yield ("category",), f"There is no category '{wish}'.{hint}"
    for number, label in enumerate(transaction.labels):
        if not label.strip():
            yield ("labels", number), "A label has a name."


def _check_amount(key: str, amount: float | None) -> Found:
    try:
        cents_of(0 if amount is None else amount)
    except ValueError as error:
        yield (key,), str(error)


def _check_twice(users: Sequence[Placed], around: Surroundings) -> Found:
    ids, connected, planted = set[str](), set[tuple[str, int, str]](), set[tuple[int, str]]()
    for path, user in users:
        name = fold(user.id)
        if name in ids:
            yield (*path, "id"), f"There is a user '{user.id}' already; upper and lower case are the same."
        ids.add(name)
        for number, connection in enumerate(user.connections):
            bank, login = around.bank(connection.bank), login_of(user, connection)
            if bank is None:
                continue
            place: Path = (*path, "connections", number, "login")
            books = (bank.id, login)
            if (name, *books) in connected:
                yield place, f"The user is connected to this bank as '{login}' already; write '{_other(login)}', say."
            elif connection.accounts is not None and books in planted:
                yield (
                    place,
                    f"The bank has accounts for '{login}' from another connection; write '{_other(login)}', say.",
                )
            connected.add((name, *books))
            planted.update([books] if connection.accounts is not None else [])


def _other(login: str) -> str:
    """A customer of the same kind."""
    return f"{login}-2" if "+" in login else f"{login}+2"
