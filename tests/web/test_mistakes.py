"""The mistakes that people make with finAPI: each gets finAPI's own answer, and beside it the sentence that helps."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

import pytest

from mock_server import app as roof
from mock_server.app import load_contracts
from mock_server.contract.operations import Operation, Role
from mock_server.domain.users import License
from mock_server.errors import ApiError, Refusal
from mock_server.exchange import Call, Reply, World
from mock_server.operations import NOT_EMULATED, OPERATIONS
from mock_server.settings import Settings
from mock_server.web import mistakes
from mock_server.web.clues import LONGEST_PATH, Asked
from mock_server.web.mistakes import MISTAKES, hint
from tests.actors import TEST_BANK, Admin, EndUser, Shop, bearer
from tests.conftest import serve

Answer = Any
IMPORT, UPDATE = "/api/webForms/bankConnectionImport", "/api/tasks/backgroundUpdate"
WITH_ACCOUNT, STANDALONE = "/api/webForms/paymentWithAccountId", "/api/webForms/standalonePayment"
DEBIT, STANDING = "/api/webForms/directDebitWithAccountId", "/api/webForms/standingOrder"
EURO, IBAN = {"value": 1.5, "currency": "EUR"}, "DE89370400440532013000"
ORDER = {"recipient": {"name": "A shop", "iban": IBAN}, "amount": EURO}
PSU = {"psu-ip-address": "192.0.2.1", "psu-user-agent": "curl"}


class Cast:
    """Everybody who can make a mistake. They come along when they are asked for."""

    def __init__(self, settings: Settings) -> None:
        self.http = serve(settings)
        self.shop = Shop(self.http)
        self._alice: EndUser | None = None

    @property
    def alice(self) -> EndUser:
        self._alice = self._alice or self.shop.welcomes("alice")
        return self._alice

    def bearer(self, who: str) -> dict[str, str]:
        if who == "alice":
            return self.alice.bearer
        return {"shop": self.shop.bearer, "admin": Admin(self.http).bearer, "nobody": dict}[who]()


@dataclass(frozen=True)
class Case:
    """One request that makes the mistake: `who` holds the token, `words` fill the sentence's placeholders."""

    who: str
    method: str
    path: str
    status: int
    sends: dict[str, Any]
    words: dict[str, str]
    settings: Settings

    def asks(self, cast: Cast) -> Answer:
        headers = cast.bearer(self.who) | {"x-request-id": "a-request"} | self.sends.get("headers", {})
        return cast.http.request(self.method, self.path, **self.sends | {"headers": headers})


def case(who: str, request: str, status: int, settings: Settings | None = None, **more: Any) -> Case:
    method, _, path = request.partition(" ")
    sends = {name: more.pop(name) for name in ("json", "data", "content", "headers") if name in more}
    return Case(who, method, path, status, sends, more, settings or Settings())


def lost(path: str, right: str) -> Case:
    return case("alice", f"GET {path}", 404, path=right)


def field(path: str, **body: Any) -> Case:
    return case("alice", f"POST {path}", 400, json=body)


def ordered(path: str, **more: Any) -> Case:
    return field(path, orders=[ORDER | more])


def token(who: str, request: str, operation: str, **words: str) -> Case:
    return case(who, request, 403, operation=operation, **words)


def grant(status: int, **sends: Any) -> Case:
    return case("nobody", "POST /api/v2/oauth/token", status, **sends)


SECRETS = {"client_id": "shop", "client_secret": "shop-secret"}
ADMIN = {"client_id": "shop-admin", "client_secret": "admin-secret", "username": "alice", "password": "open sesame"}
STRICT, LICENSED = Settings(strict=True), Settings(license="AISP")

CASES: dict[str, list[Case]] = {
    "`POST`, `PUT` or `PATCH` to `bankConnectionUpdate`": [
        case("alice", "POST /api/webForms/bankConnectionUpdate", 405, json={"bankConnectionId": 1}),
        case("alice", "PUT /api/webForms/bankConnectionUpdate", 405, json={"bankConnectionId": 1}),
        case("alice", "PATCH /api/webForms/bankConnectionUpdate", 405, json={"bankConnectionId": 1}),
        case("nobody", "POST /api/webForms/bankConnectionUpdate", 405),
        case("alice", "POST /api/v2/webForms/bankConnectionUpdate", 404),
    ],
    "`POST /api/webForms`": [case("alice", "POST /api/webForms", 405, json={})],
    "`POST /api/tasks`": [case("alice", "POST /api/tasks", 405, json={"bankConnectionId": 1})],
    "`POST /api/v2/bankConnections`": [case("alice", "POST /api/v2/bankConnections", 405, json={"bankId": 1})],
    "a page in a browser calls the API": [
        case("nobody", "OPTIONS /api/v2/accounts", 405, headers={"origin": "https://shop.example"}),
        case("nobody", "OPTIONS /api/v2/oauth/token", 405, headers={"origin": "https://shop.example"}),
        case("nobody", "OPTIONS /api/webForms", 405, headers={"origin": "https://shop.example"}),
    ],
    "a slash too many": [
        lost("/api/webForms/", "/api/webForms"),
        lost("/api/v2/accounts/", "/api/v2/accounts"),
        lost("/api//v2/users", "/api/v2/users"),
        case("nobody", "POST /oauth/token/", 404, path="/oauth/token"),
    ],
    "`/api/oauth/token`, `/api/v1/oauth/token`, `/token`": [
        case("nobody", f"POST {path}", 404, data=SECRETS, path="/api/v2/oauth/token")
        for path in ("/api/oauth/token", "/api/v1/oauth/token", "/v2/oauth/token", "/token", "/oauth2/token")
    ],
    "`/api/v2/webForms`, `/api/v1/webForms`, `/api/v2/tasks`": [
        lost("/api/v2/webForms", "/api/webForms"),
        lost("/api/v1/webForms/x/cancel", "/api/webForms/x/cancel"),
        lost("/api/v2/tasks", "/api/tasks"),
        lost("/api/v2/profiles/", "/api/profiles"),
        case("alice", f"POST {IMPORT.replace('/api', '/api/v2')}", 404, json={}, path=IMPORT),
    ],
    "`/webForms`, `/tasks`, `/v2/accounts`": [
        lost("/webForms", "/api/webForms"),
        lost("/tasks/x", "/api/tasks/x"),
        lost("/v2/accounts", "/api/v2/accounts"),
        case("alice", "POST /webForms/bankConnectionImport", 404, json={}, path=IMPORT),
    ],
    "`/api/webForm`, `/api/webforms`, `/api/web-forms`": [
        lost("/api/webForm", "/api/webForms"),
        lost("/api/webforms/x", "/api/webForms/x"),
        case("alice", "POST /api/v2/web-forms/bankConnectionImport", 404, json={}, path=IMPORT),
    ],
    "`/api/v1/accounts`": [lost("/api/v1/accounts", "/api/v2/accounts"), lost("/v1/banks/1", "/api/v2/banks/1")],
    "`/api/accounts`, `/users`": [lost("/api/accounts", "/api/v2/accounts"), lost("/users", "/api/v2/users")],
    "no `Bearer` before the token": [
        case("nobody", "GET /api/webForms", 401, headers={"authorization": "abc.def"}),
        case("nobody", "GET /api/v2/users", 401, headers={"authorization": "Token abc.def"}),
        case("nobody", "GET /api/v2/users", 401, headers={"authorization": "Bearer"}),
    ],
    "`Bearer undefined`, `Bearer null`, `Bearer Bearer …`": [
        case("nobody", "GET /api/webForms", 401, headers=bearer(text)) for text in ("undefined", "null", "Bearer abc")
    ],
    "a client token for a user's forms, tasks or data": [
        token("shop", f"POST {IMPORT}", "createForBankConnectionImport"),
        token("shop", f"POST {UPDATE}", "createBankConnectionUpdateTask"),
        token("shop", "GET /api/v2/accounts", "getAndSearchAllAccounts"),
    ],
    "an admin token for a user's forms, tasks or data": [token("admin", "GET /api/tasks", "getTasks")],
    "a user token to create users": [token("alice", "POST /api/v2/users", "createUser")],
    "an admin token to create users": [token("admin", "POST /api/v2/users", "createUser")],
    "a user or client token for profiles and translations": [
        token("alice", "POST /api/profiles", "createProfile", role="user"),
        token("shop", "GET /api/translations", "getTranslations", role="client"),
    ],
    "an admin token for banks": [token("admin", "GET /api/v2/banks", "getAndSearchAllBanks")],
    "the mandator admin client asks for a user token": [grant(403, data={"grant_type": "password", **ADMIN})],
    "JSON at the token endpoint": [
        grant(415, json={"grant_type": "client_credentials", **SECRETS}),
        grant(400, content=b'{"grant_type": "x"}', headers={"content-type": "application/x-www-form-urlencoded"}),
    ],
    "HTTP Basic at the token endpoint": [
        grant(400, data={"grant_type": "client_credentials"}, headers={"authorization": "Basic c2hvcDpzZWNyZXQ="}),
    ],
    "a form where JSON belongs": [
        case("shop", "POST /api/v2/users", 415, data={"id": "bob"}),
        case("alice", f"POST {IMPORT}", 415, content=b"{}"),
    ],
    "`bankConnectionIds` in a background update": [
        field(UPDATE, bankConnectionIds=[1]),
        field(UPDATE, bankConnectionIds=[1], redirectUri="https://app.test"),
        field(UPDATE, bankConnectionId=[1, 2]),
    ],
    "`bankId`, `bankSearch`, `search` at the top of an import": [
        field(IMPORT, **{name: TEST_BANK}) for name in ("bankId", "bankSearch", "search")
    ],
    "`bank` as a number or text": [field(IMPORT, bank=TEST_BANK), field(IMPORT, bank="DEMO0001")],
    "`accountId` or `iban` at the top of a payment with account": [
        field(WITH_ACCOUNT, orders=[ORDER], accountId=1),
        field(WITH_ACCOUNT, orders=[ORDER], sender={"iban": IBAN}),
    ],
    "`iban` or `accountId` at the top of a standalone payment or standing order": [
        field(STANDALONE, orders=[ORDER], iban=IBAN),
        field(STANDALONE, orders=[ORDER], sender={"accountId": 1}),
        field(STANDING, accountId=1),
    ],
    "`accountId`, `iban` or `sender` at the top of a direct debit": [
        field(DEBIT, accountId=1),
        field(DEBIT, sender={"accountId": 1}),
    ],
    "`counterpartIban`, `counterpartName` in a form's order": [
        ordered(STANDALONE, counterpartIban=IBAN),
        ordered(DEBIT, counterpartName="A payer"),
        field(STANDING, counterpartName="A landlady"),
    ],
    "`moneyTransfers`, `directDebits` in a form's body": [
        field(STANDALONE, moneyTransfers=[]),
        field(DEBIT, directDebits=[]),
    ],
    "`amount` as a number in a form's order": [
        ordered(STANDALONE, amount=12.34),
        field(WITH_ACCOUNT, sender={"accountId": 1}, orders=[ORDER, ORDER | {"amount": "12.34"}]),
        field(STANDING, amount=12.34),
    ],
    "`interface` or `bankingInterface` in a form's body": [
        field(IMPORT, bankingInterface="XS2A"),
        field(UPDATE, bankConnectionId=1, interface="XS2A"),
    ],
    "`Checking` in a form's `accountTypes`": [
        field(IMPORT, accountTypes=["CHECKING", "CreditCard"]),
        field(UPDATE, bankConnectionId=1, accountTypes=["Checking"]),
    ],
    "`callbacks.successCallback`, `callbacks.failCallback`": [
        field(IMPORT, callbacks={"successCallback": "https://app.test/"}),
        field(UPDATE, bankConnectionId=1, callbacks={"failCallback": "https://app.test/"}),
        field(STANDALONE, orders=[ORDER], callbacks={"webFormRequired": "https://app.test/"}),
    ],
    "`callback`, `callbackUrl`, `finalised` at the top": [
        *(field(IMPORT, **{name: "https://app.test/"}) for name in ("callback", "callbackUrl", "finalised")),
        field(UPDATE, bankConnectionId=1, webFormRequired="https://app.test/"),
        field(STANDALONE, orders=[ORDER], callbacks="https://app.test/"),
    ],
    "`redirectUri`, `redirect_url`, `successUrl`": [
        field(path, **{name: "https://app.test/"})
        for path, name in ((IMPORT, "redirectUri"), (UPDATE, "redirect_url"), (STANDALONE, "successUrl"))
    ],
    "`language` in the body": [field(IMPORT, language="de"), field(STANDALONE, orders=[ORDER], locale="de_DE")],
    "`ipAddress`, `userAgent` at the top of a background update": [
        field(UPDATE, bankConnectionId=1, ipAddress="192.0.2.1"),
        field(UPDATE, bankConnectionId=1, psuMetadata={}),
    ],
    "`http://…` or `https://localhost/…` as callback, with `--strict`": [
        case("alice", f"POST {path}", 400, STRICT, json={"bankConnectionId": 1, "callbacks": {name: url}})
        for path, name, url in (
            (UPDATE, "finalised", "http://app.test/done"),
            (UPDATE, "webFormRequired", "https://localhost/form"),
            (UPDATE, "finalised", "https://app.test/a,b"),
        )
    ],
    "`redirectUrl` in the body, to get the user back": [
        case("alice", f"POST {IMPORT}", 422, json={"redirectUrl": "https://app.test/back"}),
    ],
    "no `redirectUrl` from a licensed mandator": [case("alice", f"POST {IMPORT}", 422, LICENSED, json={})],
    "`orders` in a payment of Access": [field("/api/v2/payments/moneyTransfers", orders=[])],
    "`recipient`, `payer` in a payment of Access": [
        field("/api/v2/payments/moneyTransfers", moneyTransfers=[{"recipient": {}}]),
        field("/api/v2/payments/directDebits", directDebits=[{"payer": {}}]),
        field("/api/v2/standingOrders", recipient={}),
    ],
    "`sender`, `receiver` in a payment of Access": [
        field("/api/v2/payments/moneyTransfers", sender={}),
        field("/api/v2/payments/directDebits", receiver={}),
    ],
    "`amount` as an object in a payment of Access": [
        field("/api/v2/payments/moneyTransfers", moneyTransfers=[{"amount": EURO}]),
        field("/api/v2/standingOrders", amount=EURO),
    ],
    "`bank` in an import of Access": [field("/api/v2/bankConnections/import", bank={"id": TEST_BANK})],
    "`interface` in Access": [
        field("/api/v2/bankConnections/import", bankId=TEST_BANK, interface="XS2A"),
        field("/api/v2/bankConnections/update", bankConnectionId=1, interface="XS2A"),
        field("/api/v2/payments/submit", paymentId=1, interface="XS2A"),
    ],
    "`CHECKING` in `accountTypes` of Access": [
        case("alice", "GET /api/v2/accounts?accountTypes=CHECKING", 400),
        field("/api/v2/bankConnections/import", accountTypes=["CREDIT_CARD"]),
    ],
}
"""By the title of the mistake."""

ACCEPTED = {"`PSU-*` headers at a background update": 201}
"""Mistakes that finAPI does not refuse, with the status of the answer."""


@pytest.fixture(scope="module")
def casts() -> Iterator[Callable[[Settings], Cast]]:
    """One cast for each kind of server: whoever is refused leaves no trace, so they can share it.

    Operations that are not emulated yet check their bodies too; none of these requests comes further than that.
    """

    def never_reached(call: Call, world: World) -> Reply:
        raise AssertionError("a request with a mistake has been carried out")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(roof, "OPERATIONS", {**dict.fromkeys(NOT_EMULATED, never_reached), **OPERATIONS})
        there: dict[Settings, Cast] = {}
        yield lambda settings: there.get(settings) or there.setdefault(settings, Cast(settings))


EVERY_CASE = [
    pytest.param(mistake, case, id=f"{mistake.title}-{number}")
    for mistake in MISTAKES
    for number, case in enumerate(CASES.get(mistake.title, ()))
]


@pytest.mark.parametrize(("mistake", "case"), EVERY_CASE)
def test_a_mistake_gets_finapis_answer_with_a_hint(
    mistake: mistakes.Mistake, case: Case, casts: Callable[[Settings], Cast], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = casts(case.settings)
    answer = case.asks(cast)
    assert answer.status_code == case.status, answer.text
    assert set(answer.json()) == shape(case)
    assert answer.headers["x-mock-hint"] == mistake.hint.format_map(case.words)
    [entry] = cast.http.get("/_mock/requests", params={"limit": 1}).json()["requests"]
    assert (entry["status"], entry["hint"]) == (case.status, answer.headers["x-mock-hint"])
    monkeypatch.setattr(mistakes, "MISTAKES", ())
    plain = case.asks(cast)
    assert (answer.status_code, answer.content) == (plain.status_code, plain.content)
    assert without_hint(answer) == without_hint(plain)


def shape(case: Case) -> set[str]:
    """The keys of the body, as finAPI has them: Spring's, OAuth's, Access's or Web Form's."""
    if case.status == 404:
        return {"timestamp", "status", "error", "path"}
    if case.path.startswith("/api/v2"):
        access = {"errors", "date", "requestId", "endpoint", "authContext"}
        return {"error", "error_description"} if case.status == 401 else access
    return {"timestamp", "endpoint"} | ({"errors"} if case.status == 400 else {"code", "description"})


def without_hint(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "x-mock-hint"}


def test_every_mistake_of_the_table_is_made_here() -> None:
    titles = [mistake.title for mistake in MISTAKES]
    assert sorted(titles) == sorted({*CASES, *ACCEPTED})
    assert all(CASES.values())


def test_hints_are_short_and_fit_into_a_header() -> None:
    assert len({mistake.hint for mistake in MISTAKES}) == len(MISTAKES)
    for mistake in MISTAKES:
        assert mistake.hint.isascii()
        assert mistake.hint.isprintable()
        assert len(mistake.hint) <= 200, mistake.title
        assert mistake.hint.count(". ") <= 1, mistake.title


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_the_update_by_form_is_gone_with_405_in_web_forms_shape(alice: EndUser, method: str) -> None:
    answer = alice.http.request(method, "/api/webForms/bankConnectionUpdate", json={}, headers=alice.bearer)
    assert (answer.status_code, answer.json()["code"]) == (405, "NOT_ALLOWED")
    assert answer.json()["endpoint"] == f"{method} /api/webForms/bankConnectionUpdate"


def test_device_headers_at_a_background_update_are_accepted_with_a_hint(alice: EndUser) -> None:
    connection = alice.connects()["id"]
    [mistake] = [mistake for mistake in MISTAKES if mistake.title in ACCEPTED]
    answer = updates(alice, PSU, bankConnectionId=connection)
    assert answer.status_code == ACCEPTED[mistake.title]
    assert answer.headers["x-mock-hint"] == mistake.hint
    [entry] = alice.shop.journal(operation="createBankConnectionUpdateTask")
    assert (entry["status"], entry["hint"]) == (201, mistake.hint)


def test_device_headers_beside_the_metadata_are_no_mistake(alice: EndUser) -> None:
    metadata = {"ipAddress": "192.0.2.1", "deviceOs": "iOS", "userAgent": "curl"}
    answer = updates(alice, PSU, bankConnectionId=alice.connects()["id"], userMetadata=metadata)
    assert (answer.status_code, answer.headers.get("x-mock-hint")) == (201, None)


def updates(alice: EndUser, headers: dict[str, str], **wish: Any) -> Answer:
    return alice.http.post(UPDATE, json=wish, headers=alice.bearer | headers)


# Nobody is bothered without need


def good_requests(alice: EndUser) -> Iterator[Answer]:
    """What a well-behaved client does."""
    account = alice.accounts(accountTypes="Checking")[0]["id"]
    connection = alice.sees("/api/v2/bankConnections")["connections"][0]["id"]
    calls = {"finalised": "https://app.test/finalised?state=42"}
    yield alice.asks_for_import(bank={"id": TEST_BANK}, accountTypes=["CHECKING"], callbacks=calls)
    yield alice.http.post(
        WITH_ACCOUNT, json={"sender": {"accountId": account}, "orders": [ORDER]}, headers=alice.bearer
    )
    yield alice.http.post(STANDALONE, json={"orders": [ORDER]}, headers=alice.bearer | PSU)
    yield updates(alice, {}, bankConnectionId=connection, callbacks=calls)
    for path in ("/api/webForms", "/api/tasks", "/api/v2/users", "/api/v2/banks"):
        yield alice.gets(path)
    for path in ("/oauth/token", "/api/v2/oauth/token"):
        more = {"scope": "all", "redirect_uri": "https://app.test/"}
        yield alice.http.post(path, data={"grant_type": "client_credentials", **alice.shop.credentials, **more})
    yield Admin(alice.http).posts("/api/profiles", label="blue")


def test_a_correct_request_never_has_a_hint(alice: EndUser) -> None:
    alice.connects()
    for answer in good_requests(alice):
        assert answer.status_code in (200, 201), answer.text
        assert "x-mock-hint" not in answer.headers
    assert not [entry for entry in alice.shop.journal() if entry["hint"] is not None]


def test_the_table_is_not_read_for_a_request_that_is_accepted(alice: EndUser, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(asked: Asked) -> dict[str, str]:
        asked_for.append(asked.key)
        return {}

    asked_for: list[str | None] = []
    alice.connects()
    monkeypatch.setattr(mistakes, "MISTAKES", [mistakes.Mistake("any", read, "a hint")])
    for answer in good_requests(alice):
        assert answer.status_code in (200, 201)
    assert asked_for == [*mistakes.ACCEPTED]


@pytest.mark.parametrize(
    ("who", "request_line", "sends"),
    [
        ("nobody", "GET /api/webForms", {}),
        ("nobody", "GET /api/webForms", {"headers": bearer("abc")}),
        ("alice", f"GET /api/webForms/{'0' * 36}", {}),
        ("alice", "GET /nothing/here", {}),
        ("alice", f"POST {IMPORT}", {"json": {"maxDaysForDownload": 3651}}),
        ("alice", f"POST {IMPORT}", {"json": {"bank": {"id": 1}}}),
        ("alice", f"POST {UPDATE}", {"json": {"bankConnectionId": 1}, "headers": PSU}),
        ("nobody", "POST /oauth/token", {"data": {"grant_type": "password", **SECRETS}}),
        ("nobody", "POST /oauth/token", {"data": {"grant_type": "x"}, "headers": bearer("abc")}),
    ],
)
def test_what_is_refused_for_another_reason_has_no_hint(
    casts: Callable[[Settings], Cast], who: str, request_line: str, sends: dict[str, Any]
) -> None:
    answer = case(who, request_line, 0, **sends).asks(casts(Settings()))
    assert answer.status_code >= 400
    assert "x-mock-hint" not in answer.headers


# The table leaves nothing out


def operations() -> list[Operation]:
    return [operation for contract in load_contracts(Settings()) for operation in contract.operations]


def test_every_wrong_token_is_named_with_its_remedy() -> None:
    seen = 0
    for operation in operations():
        for role in set(get_args(Role)) - operation.roles if operation.roles else ():
            asked = Asked("GET", operation.path, ApiError(Refusal.WRONG_ROLE), bool, operation, role)
            sentence = hint(asked) or ""
            assert sentence.startswith(f"{operation.id} needs a"), (operation.key, role)
            assert f"{role} token. Ask for one with grant_type=" in sentence
            seen += 1
    assert seen > 100


def test_the_operations_that_the_table_names_exist() -> None:
    described = {operation.key for operation in operations()}
    named = (value for value in vars(mistakes).values() if isinstance(value, frozenset))
    assert set().union(*named) <= described


@pytest.mark.parametrize(
    "path",
    [
        "/api/v2/webForms/%0d%0aset-cookie:%20a=b",
        "/api/v2/webForms/%00",
        "/api/v2/webForms/%C3%BC",
        "/api/v2/webForms/" + "x" * LONGEST_PATH,
    ],
)
def test_a_hint_never_carries_more_than_a_path(alice: EndUser, path: str) -> None:
    answer = alice.gets(path)
    assert answer.status_code == 404
    sentence = answer.headers.get("x-mock-hint", "")
    assert sentence == "" or sentence.startswith("The nearest paths are ")


def test_a_secret_is_in_no_hint(casts: Callable[[Settings], Cast]) -> None:
    for title in ("no `Bearer` before the token", "JSON at the token endpoint", "HTTP Basic at the token endpoint"):
        for each in CASES[title]:
            sentence = each.asks(casts(each.settings)).headers["x-mock-hint"]
            assert not [secret for secret in ("abc", "def", "shop-secret", "c2hvc") if secret in sentence]


# Callbacks that finAPI would refuse


PAYABLE = {"orders": [ORDER]}
CREDITED = {
    "payer": {"name": "A payer", "iban": IBAN},
    "amount": EURO,
    "mandateId": "M1",
    "mandateDate": "2026-01-01",
    "creditorId": "DE98ZZZ09999999999",
}
Body = Callable[[int, int], dict[str, Any]]
BODIES: dict[str, Body] = {
    "webform.createForBankConnectionImport": lambda connection, account: {},
    "webform.createBankConnectionUpdateTask": lambda connection, account: {"bankConnectionId": connection},
    "webform.createForStandalonePayment": lambda connection, account: PAYABLE,
    "webform.createForPaymentWithAccountId": lambda connection, account: PAYABLE | {"sender": {"accountId": account}},
    "webform.createForDirectDebitWithAccountId": lambda connection, account: {
        "orders": [CREDITED],
        "receiver": {"accountId": account},
        "executionDate": "2026-08-20",
        "directDebitType": "BASIC",
        "sequenceType": "OOFF",
    },
    "webform.createForStandingOrder": lambda connection, account: {
        "amount": EURO,
        "recipient": {"name": "A landlady", "iban": IBAN},
        "startDate": "2026-09-01",
        "frequency": "MONTHLY",
    },
}
"""By operation: what it needs, besides callbacks, from a user with this connection and account."""


def payer(alice: EndUser) -> tuple[int, int]:
    """A connection and an account that can do everything, direct debits too."""
    connection = alice.connects(allowedInterfaces=["FINTS_SERVER"])["id"]
    return connection, alice.accounts(accountTypes="Checking")[0]["id"]


def callbacks_of(operation: Operation) -> list[str]:
    """Which callbacks the document says that the operation's body takes."""
    if operation.body is None or operation.method != "POST":
        return []
    check: Any = operation.body
    return check.known(("callbacks",)) if "callbacks" in check.known(()) else []


TAKES_CALLBACKS = {operation.key: (operation.path, callbacks_of(operation)) for operation in operations()}
TAKES_CALLBACKS = {key: (path, names) for key, (path, names) in TAKES_CALLBACKS.items() if names}


def test_every_operation_that_takes_callbacks_is_tried() -> None:
    assert set(BODIES) == set(TAKES_CALLBACKS)
    assert TAKES_CALLBACKS["webform.createBankConnectionUpdateTask"][1] == ["finalised", "webFormRequired"]


@pytest.mark.parametrize("key", BODIES)
@pytest.mark.parametrize("url", ["http://localhost:9000/done", "https://localhost/done", "http://app.test/done"])
def test_a_callback_that_finapi_would_refuse_is_accepted_with_a_warning(alice: EndUser, key: str, url: str) -> None:
    path, names = TAKES_CALLBACKS[key]
    body = BODIES[key](*payer(alice))
    answer = alice.http.post(path, json=body | {"callbacks": dict.fromkeys(names, url)}, headers=alice.bearer)
    assert answer.status_code == 201, answer.text
    warnings = [value for name, value in answer.headers.multi_items() if name == "x-mock-warning"]
    assert [text.split(": ")[0] for text in warnings] == [f"finAPI would refuse callbacks.{name}" for name in names]
    entry = alice.shop.journal(operation=key)[0]
    assert (entry["warnings"], entry["hint"]) == (warnings, None)


@pytest.mark.parametrize("key", BODIES)
def test_a_callback_that_finapi_would_accept_has_no_warning(alice: EndUser, key: str) -> None:
    path, names = TAKES_CALLBACKS[key]
    body = BODIES[key](*payer(alice))
    good = dict.fromkeys(names, "https://app.test/done?state=42")
    answer = alice.http.post(path, json=body | {"callbacks": good}, headers=alice.bearer)
    assert answer.status_code == 201, answer.text
    assert "x-mock-warning" not in answer.headers


class TestStrict:
    @pytest.fixture
    def settings(self) -> Settings:
        return STRICT

    @pytest.mark.parametrize("key", BODIES)
    @pytest.mark.parametrize("url", ["http://localhost:9000/done", "https://localhost/done", "https://app.test/a;b"])
    def test_a_callback_is_refused_as_finapi_does(self, alice: EndUser, key: str, url: str) -> None:
        path, names = TAKES_CALLBACKS[key]
        for name in names:
            body = BODIES[key](1, 1) | {"callbacks": {name: url}}
            answer = alice.http.post(path, json=body, headers=alice.bearer)
            assert answer.status_code == 400
            assert [error["field"] for error in answer.json()["errors"]] == [f"callbacks.{name}"]
            assert "https://app.test/done passes" in answer.headers["x-mock-hint"]

    @pytest.mark.parametrize("key", BODIES)
    def test_what_the_hint_says_passes_does_pass(self, alice: EndUser, key: str) -> None:
        path, names = TAKES_CALLBACKS[key]
        body = BODIES[key](*payer(alice))
        good = dict.fromkeys(names, "https://app.test/done")
        answer = alice.http.post(path, json=body | {"callbacks": good}, headers=alice.bearer)
        assert answer.status_code == 201, answer.text
        assert not {"x-mock-hint", "x-mock-warning"} & set(answer.headers)


@pytest.mark.parametrize("license", get_args(License))
def test_the_hint_about_the_redirect_address_is_for_whoever_must_not_send_one(license: License) -> None:
    cast = Cast(Settings(license=license))
    answer = cast.alice.asks_for_import(redirectUrl="https://app.test/back")
    refused = license in ("UNLICENSED", "PISP")
    assert answer.status_code == (422 if refused else 201)
    assert ("append ?redirectUrl= and" in answer.headers.get("x-mock-hint", "")) is refused
