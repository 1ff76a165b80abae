"""What gives a mistake away: small functions that look at a request and at what became of it.

They know what the words of the refusals are (`contract/problems.py`), and never repeat what a client has sent.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from mock_server.contract import Operation
from mock_server.errors import ApiError, Refusal

Words = Mapping[str, str]
"""What a sentence is about, for its placeholders. Never a value that a client has sent: it may be a secret."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and what became of it, as far as it came. `error` is None if it was accepted."""

    method: str
    path: str
    error: ApiError | None
    knows: Callable[[str], bool]
    """Whether either API has a path."""
    operation: Operation | None = None
    role: str | None = None
    """Whose token came with it."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def key(self) -> str | None:
        return None if self.operation is None else self.operation.key

    def failed_with(self, *refusals: Refusal) -> bool:
        return self.error is not None and self.error.refusal in refusals


Clue = Callable[[Asked], Words | None]
"""The words for the sentence if the request makes the mistake, otherwise None."""


LONGEST_PATH = 300
"""Nobody mistypes a path that is longer, and a hint is not to be as long as its request."""
_PLAIN_PATH = re.compile(r"[\w/.{}~-]+", re.ASCII)


def wrong_path(pattern: str, right: str) -> Clue:
    """A path that does not exist, while `right` (what `pattern` has matched, rewritten) does."""
    compiled = re.compile(pattern)

    def clue(asked: Asked) -> Words | None:
        if not asked.failed_with(Refusal.NO_SUCH_PATH) or len(asked.path) > LONGEST_PATH:
            return None
        match = compiled.fullmatch(_tidied(asked.path))
        path = match.expand(right) if match else ""
        return {"path": path} if _PLAIN_PATH.fullmatch(path) and asked.knows(path) else None

    return clue


def _tidied(path: str) -> str:
    return re.sub("/+", "/", path).rstrip("/")


def no_operation(methods: Collection[str], pattern: str) -> Clue:
    """A request for which there is no operation."""
    compiled = re.compile(pattern)

    def clue(asked: Asked) -> Words | None:
        is_refused = asked.failed_with(Refusal.NO_SUCH_PATH, Refusal.NO_SUCH_METHOD)
        return {} if is_refused and asked.method in methods and compiled.fullmatch(_tidied(asked.path)) else None

    return clue


UNKNOWN = "There is no such field."
NO_OBJECT = "Must be an object"
NO_NUMBER = "Must be a number"
NO_LIST = "Must be an integer, not an array"
NO_OPTION = "Must be one of"
NO_HTTPS = "Must be an https URL"


def wrong_field(keys: Collection[str], pattern: str, because: str | tuple[str, ...] = UNKNOWN) -> Clue:
    """A field (or parameter) of these operations that is refused with words that begin with (one of) `because`."""
    compiled = re.compile(pattern)

    def clue(asked: Asked) -> Words | None:
        problems = asked.error.problems if asked.error is not None and asked.key in keys else ()
        found = any(compiled.fullmatch(each.field) and each.message.startswith(because) for each in problems)
        return {} if found else None

    return clue


def wrong_token(needed: Collection[str], *given: str) -> Clue:
    """A token of another kind than the operation needs."""

    def clue(asked: Asked) -> Words | None:
        operation, role = asked.operation, asked.role
        if not asked.failed_with(Refusal.WRONG_ROLE) or operation is None or role is None:
            return None
        return {"operation": operation.id, "role": role} if operation.roles == needed and role in given else None

    return clue


def wrong_authorization(refusal: Refusal, pattern: str) -> Clue:
    """An Authorization header that is refused and looks like this."""
    compiled = re.compile(pattern, re.IGNORECASE)

    def clue(asked: Asked) -> Words | None:
        fits = asked.failed_with(refusal) and compiled.match(asked.headers.get("authorization", ""))
        return {} if fits else None

    return clue


def says(refusal: Refusal, words: str) -> Clue:
    return lambda asked: {} if asked.failed_with(refusal) and words in str(asked.error) else None


def keys(api: str, *ids: str) -> frozenset[str]:
    return frozenset(f"{api}.{id}" for id in ids)


TOKENS = keys("access", "getToken", "revokeToken")
IMPORT = keys("webform", "createForBankConnectionImport")
TASK = keys("webform", "createBankConnectionUpdateTask")
WITH_ACCOUNT = keys("webform", "createForPaymentWithAccountId")
WITH_IBAN = keys("webform", "createForStandalonePayment", "createForStandingOrder")
DEBIT = keys("webform", "createForDirectDebitWithAccountId")
PAYING = WITH_ACCOUNT | WITH_IBAN | DEBIT
FORMS = IMPORT | TASK | PAYING
ACCESS_PAYING = keys("access", "createMoneyTransfer", "createDirectDebit", "createStandingOrder")
ACCESS_CONNECTING = keys(
    "access", "importBankConnection", "connectInterface", "updateBankConnection", "removeInterface",
    "submitPayment", "submitStandingOrder",
)  # fmt: skip
ACCESS_TYPES = ACCESS_CONNECTING | keys("access", "getAndSearchAllAccounts")


def json_for_token(asked: Asked) -> Words | None:
    is_refused = asked.failed_with(Refusal.WRONG_MEDIA_TYPE, Refusal.BAD_REQUEST)
    return {} if is_refused and asked.key in TOKENS and asked.body.lstrip().startswith(b"{") else None


def no_json(asked: Asked) -> Words | None:
    return {} if asked.failed_with(Refusal.WRONG_MEDIA_TYPE) and asked.key not in TOKENS else None


def basic_for_token(asked: Asked) -> Words | None:
    problems = asked.error.problems if asked.error is not None and asked.key in TOKENS else ()
    is_basic = asked.headers.get("authorization", "").lower().startswith("basic ")
    return {} if is_basic and any(each.field in ("client_id", "client_secret") for each in problems) else None


def from_a_page(asked: Asked) -> Words | None:
    """A browser asks whether a page may call us (CORS). It is answered only where some client says so."""
    is_preflight = asked.method == "OPTIONS" and "origin" in asked.headers
    return {} if is_preflight and asked.failed_with(Refusal.NO_SUCH_METHOD) else None


def user_token_for_admin(asked: Asked) -> Words | None:
    return {} if asked.failed_with(Refusal.WRONG_ROLE) and asked.key in TOKENS else None


def psu_headers(asked: Asked) -> Words | None:
    if asked.error is not None or asked.key not in TASK or b'"userMetadata"' in asked.body:
        return None
    return {} if any(name.startswith("psu-") for name in asked.headers) else None
