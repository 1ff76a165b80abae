"""Two customers of finAPI and their users do whatever they like, in any order, and the clock runs on.

The model is a handful of dictionaries, written from the documentation and not from the code.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mock_server.app import create_app
from mock_server.clock import parse_instant
from mock_server.settings import Settings
from tests.actors import REDIRECT_BANK, TEST_BANK, bearer
from tests.conformance import Conformant
from tests.conftest import NOW, frozen_clock
from tests.straight import StraightClient

Json = Any
Attempt = tuple[str, str, dict[str, Any], set[str]]

# What finAPI documents, once more.
ACCESS_LIFETIME = timedelta(hours=1)
REFRESH_LIFETIME = timedelta(days=30)
FORM_LIFETIME = timedelta(minutes=20)
# A form that a script completes is opened and ended at one stroke, so NOT_YET_OPENED may be followed by anything.
WAYS_OUT = {
    "NOT_YET_OPENED": {"IN_PROGRESS", "COMPLETED", "COMPLETED_WITH_ERROR", "ABORTED", "EXPIRED", "CANCELLED"},
    "IN_PROGRESS": {"COMPLETED", "COMPLETED_WITH_ERROR", "ABORTED", "EXPIRED", "CANCELLED"},
    "COMPLETED": set(),
    "COMPLETED_WITH_ERROR": set(),
    "ABORTED": set(),
    "EXPIRED": set(),
    "CANCELLED": set(),
}
FINAL = {status for status, ways_out in WAYS_OUT.items() if not ways_out}

SHOPS = ("north", "south")
NAMES = ("alice", "Bob")
SPELLINGS = ("alice", "ALICE", "Alice", "Bob", "bob", "BOB")
SECRETS = ("of the shop", "made up")


@dataclass
class Token:
    """`grant` is the text of the refresh token that it came of; client tokens are a grant of their own."""

    kind: str
    user: str | None
    grant: str
    ends: datetime


@dataclass
class Form:
    owner: str
    status: str
    created: datetime
    bank: int | None
    unknown_types: bool
    connection: int | None = None
    error: str | None = None


@dataclass
class User:
    name: str
    email: str | None = None
    phone: str | None = None
    connections: dict[int, tuple[int, str]] = field(default_factory=dict)
    """By id, with the bank and the login that each was made with."""


@dataclass
class Shop:
    """What one mandator has. Nothing of it has ended by `now`, except forms."""

    client_id: str
    now: datetime = NOW
    secret: str | None = None
    users: dict[str, User] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)

    def reach(self, now: datetime) -> None:
        self.now = now
        self.tokens = {text: token for text, token in self.tokens.items() if token.ends > now}
        for form in self.forms.values():
            if form.status not in FINAL and form.created + FORM_LIFETIME <= now:
                form.status = "EXPIRED"

    def access_tokens(self, user: str | None) -> list[str]:
        return [text for text, token in self.tokens.items() if token.kind == "access" and token.user == user]

    def forget_user(self, user: str) -> None:
        del self.users[user]
        self.tokens = {text: token for text, token in self.tokens.items() if token.user != user}
        self.forms = {id: form for id, form in self.forms.items() if form.owner != user}

    def forms_of(self, user: str) -> dict[str, Form]:
        return {id: form for id, form in self.forms.items() if form.owner == user}


@dataclass(frozen=True)
class Person:
    """A user of a shop."""

    shop: Shop
    id: str

    def __repr__(self) -> str:
        return f"<{self.id} of {self.shop.client_id}>"

    @property
    def user(self) -> User:
        return self.shop.users[self.id]

    @property
    def forms(self) -> dict[str, Form]:
        return self.shop.forms_of(self.id)


def password_of(name: str) -> str:
    return f"the password of {name.casefold()}"


shops = st.sampled_from(SHOPS)

# fmt: off
# Requests with the roles that may send them. None of them changes anything, whoever sends it.
ATTEMPTS: list[Attempt] = [
    ("GET",    "/api/v2/users",                      {},                         {"user"}),
    ("GET",    "/api/webForms",                      {},                         {"user"}),
    ("GET",    f"/api/v2/banks/{TEST_BANK}",         {},                         {"user", "client"}),
    ("POST",   "/api/v2/users",                      {"json": {"id": ""}},       {"client"}),
    ("PATCH",  "/api/v2/users",                      {"json": {}},               {"user"}),
    ("POST",   "/api/webForms/bankConnectionImport", {"json": {"bankId": 1}},    {"user"}),
    ("POST",   "/api/v2/oauth/revoke",               {"data": {}},               {"client"}),
    ("DELETE", "/api/webForms/no-such-form",         {},                         {"user"}),
]
WISHES: list[tuple[dict[str, Any], int]] = [
    ({},                                            201),
    ({"bank": {"id": TEST_BANK}},                   201),
    ({"bank": {"id": REDIRECT_BANK}},               201),
    ({"accountTypes": ["BAUSPAREN"]},               201),
    ({"bank": {"id": 1}},                           422),
    ({"redirectUrl": "https://shop.example/"},      422),
    ({"bankId": TEST_BANK},                         400),
]
# fmt: on
IMPOSSIBLE: list[dict[str, Any]] = [
    {"outcome": "FINISHED"},
    {"bankId": 1},
    {"login": "nobody"},
    {"outcome": "COMPLETED_WITH_ERROR", "errorCode": "NO_REASON"},
]


class Customers(RuleBasedStateMachine):
    """However two customers and their users mix their calls while time passes, the server says what the model says.

    A form is in a documented status and leaves no final one; it names a bank connection only when it is COMPLETED.
    A token works exactly until it expires, is revoked, or loses its user. A user sees what is theirs and nothing
    else. Resetting one mandator leaves the other as it is, and a refused request leaves everything as it is.
    """

    def __init__(self) -> None:
        super().__init__()
        app = create_app(Settings(), frozen_clock())
        self.http = StraightClient(Conformant(app, app.contracts))
        self.new_worlds_now = NOW
        self.shops = {client_id: Shop(client_id) for client_id in SHOPS}
        self.seen: dict[str, str] = {}
        """The status that each form was last seen in."""
        self.past_tokens: list[str] = ["x", "eyJhbGciOiJub25lIn0.e30."]
        self.past_forms: list[str] = ["9e3779b9-7f4a-4c15-8000-000000000000"]
        """All there ever were, and made-up ones."""

    def teardown(self) -> None:
        self.http.close()

    # What the rules are made of

    def ask_for_token(self, shop: Shop, secret: str | None = None, **form: str) -> Any:
        secret = secret or shop.secret or SECRETS[0]
        credentials = {"client_id": shop.client_id, "client_secret": secret}
        answer = self.http.post("/api/v2/oauth/token", data={**credentials, **form})
        if answer.status_code == 200:
            shop.secret = secret
        return answer

    def note(self, shop: Shop, answer: Json, user: str | None) -> Json:
        """Put the tokens of an answer into the model, unless it has them."""
        text = answer["access_token"]
        refresh = answer.get("refresh_token")
        grant = refresh or text
        if refresh is not None and refresh not in shop.tokens:
            shop.tokens[refresh] = Token("refresh", user, grant, shop.now + REFRESH_LIFETIME)
            self.past_tokens.append(refresh)
        if text not in shop.tokens:
            self.past_tokens.append(text)
        token = shop.tokens.setdefault(text, Token("access", user, grant, shop.now + ACCESS_LIFETIME))
        assert (token.kind, token.user, token.grant) == ("access", user, grant)
        assert answer["expires_in"] == ceil((token.ends - shop.now).total_seconds())
        return answer

    def client_token(self, shop: Shop) -> str:
        answer = self.ask_for_token(shop, grant_type="client_credentials")
        assert answer.status_code == 200, answer.text
        held = shop.access_tokens(None)
        text: str = self.note(shop, answer.json(), None)["access_token"]
        assert held in ([], [text]), "asking again gives the same token"
        return text

    def sign_in(self, person: Person) -> Json:
        shop, name = person.shop, person.user.name
        answer = self.ask_for_token(shop, grant_type="password", username=name, password=password_of(name))
        assert answer.status_code == 200, answer.text
        pairs = {
            (text, shop.tokens[text].grant)
            for text in shop.access_tokens(person.id)
            if shop.tokens[text].grant in shop.tokens
        }
        given = (answer.json()["access_token"], answer.json()["refresh_token"])
        assert given in pairs or (not pairs and not shop.tokens.keys() & set(given)), "asking again gives the same"
        return self.note(shop, answer.json(), person.id)

    def as_user(self, person: Person) -> dict[str, str]:
        held = person.shop.access_tokens(person.id)
        return bearer(held[0] if held else self.sign_in(person)["access_token"])

    def everybody(self) -> list[Person]:
        return [Person(shop, id) for shop in self.shops.values() for id in shop.users]

    def visible(self) -> list[tuple[Person, dict[str, str]]]:
        """The users that hold a token, so that one can look without changing anything."""
        found = ((person, person.shop.access_tokens(person.id)) for person in self.everybody())
        return [(person, bearer(held[0])) for person, held in found if held]

    def exist_forms(self) -> bool:
        return any(shop.forms for shop in self.shops.values())

    def unfinished(self) -> list[str]:
        return [id for shop in self.shops.values() for id, form in shop.forms.items() if form.status not in FINAL]

    def some_token(self, data: st.DataObject) -> str:
        """A token that works, or one of the last that there were."""
        working = [text for shop in self.shops.values() for text in shop.tokens]
        token: str = data.draw(st.sampled_from([*working, *working, *self.past_tokens[-4:], *self.past_tokens[:2]]))
        return token

    def some_form(self, data: st.DataObject) -> str:
        """The id of a form that exists, or one of the last that there were."""
        existing = [id for shop in self.shops.values() for id in shop.forms]
        id: str = data.draw(st.sampled_from([*existing, *existing, *self.past_forms[-2:], self.past_forms[0]]))
        return id

    def owner_of(self, form_id: str) -> Person | None:
        return next(
            (Person(shop, shop.forms[form_id].owner) for shop in self.shops.values() if form_id in shop.forms), None
        )

    def digest(self, *client_ids: str) -> list[str]:
        """All that the API shows of these shops to those who hold a token, and which tokens work."""
        shown: list[str] = []
        for shop in (self.shops[client_id] for client_id in client_ids):
            mandator = {"x-mock-client": shop.client_id}
            shown.append(self.http.get("/_mock/clock", headers=mandator).json()["clocks"][0]["now"])
            for text, token in shop.tokens.items():
                if token.kind == "access":
                    answer = self.http.get("/api/v2/users", headers=bearer(text))
                    shown.append(answer.text if answer.status_code == 200 else f"{answer.status_code}")
        for person, headers in self.visible():
            if person.shop.client_id in client_ids:
                shown.append(self.http.get("/api/webForms?perPage=500", headers=headers).text)
                shown.append(self.http.get("/api/v2/bankConnections", headers=headers).text)
        return shown

    @contextmanager
    def nothing_changes(self, *client_ids: str) -> Iterator[None]:
        before = self.digest(*(client_ids or SHOPS))
        yield
        assert self.digest(*(client_ids or SHOPS)) == before

    # Tokens

    @initialize()
    def two_shops_open(self) -> None:
        for shop in self.shops.values():
            assert self.create_user(shop, "alice").status_code == 201
            self.create_form(Person(shop, "alice"), {})

    @rule(client_id=shops, secret=st.sampled_from(SECRETS))
    def a_client_asks_for_a_token(self, client_id: str, secret: str) -> None:
        shop = self.shops[client_id]
        if shop.secret in (None, secret):
            shop.secret = secret  # the first secret that comes along counts
            self.client_token(shop)
            return
        with self.nothing_changes():
            answer = self.ask_for_token(shop, secret, grant_type="client_credentials")
            assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")

    @precondition(lambda self: self.everybody())
    @rule(data=st.data())
    def a_user_signs_in(self, data: st.DataObject) -> None:
        self.sign_in(data.draw(st.sampled_from(self.everybody())))

    @rule(client_id=shops, name=st.sampled_from([*SPELLINGS, "carol"]), password=st.sampled_from(["alice", "wrong"]))
    def somebody_guesses_a_password(self, client_id: str, name: str, password: str) -> None:
        shop = self.shops[client_id]
        if name.casefold() in shop.users and name.casefold() == password:
            self.sign_in(Person(shop, name.casefold()))
            return
        wish = {"username": name, "password": password_of(password)}
        with self.nothing_changes():
            answer = self.ask_for_token(shop, grant_type="password", **wish)
            assert (answer.status_code, answer.json()["errors"][0]["message"]) == (400, "Bad credentials")

    @rule(data=st.data(), client_id=shops)
    def a_token_is_refreshed(self, data: st.DataObject, client_id: str) -> None:
        shop, token = self.shops[client_id], self.some_token(data)
        known = shop.tokens.get(token)
        if known is None or known.kind != "refresh":
            with self.nothing_changes():
                answer = self.ask_for_token(shop, grant_type="refresh_token", refresh_token=token)
                assert answer.status_code == 400, answer.text
            return
        answer = self.ask_for_token(shop, grant_type="refresh_token", refresh_token=token)
        assert answer.status_code == 200, answer.text
        assert answer.json()["refresh_token"] == token
        self.note(shop, answer.json(), known.user)

    @rule(data=st.data(), client_id=shops, hint=st.sampled_from(["access_token", "refresh_token", None, "id_token"]))
    def a_token_is_revoked(self, data: st.DataObject, client_id: str, hint: str | None) -> None:
        shop, token = self.shops[client_id], self.some_token(data)
        headers = bearer(self.client_token(shop))
        form = {"token": token} if hint is None else {"token": token, "token_type_hint": hint}
        if hint == "id_token":
            with self.nothing_changes():
                assert self.http.post("/api/v2/oauth/revoke", data=form, headers=headers).status_code == 400
            return
        answer = self.http.post("/api/v2/oauth/revoke", data=form, headers=headers)
        assert (answer.status_code, answer.text) == (200, "")
        known = shop.tokens.get(token)
        if known is not None and hint == "access_token":
            del shop.tokens[token]
        elif known is not None:
            shop.tokens = {text: other for text, other in shop.tokens.items() if other.grant != known.grant}

    @rule(data=st.data(), attempt=st.sampled_from(ATTEMPTS))
    def somebody_uses_a_token(self, data: st.DataObject, attempt: Attempt) -> None:
        method, path, content, roles = attempt
        token = self.some_token(data)
        known = next((shop.tokens[token] for shop in self.shops.values() if token in shop.tokens), None)
        with self.nothing_changes():
            answer = self.http.request(method, path, headers=bearer(token), **content)
        if known is None or known.kind == "refresh":
            assert answer.status_code == 401, answer.text
        elif ("client" if known.user is None else "user") not in roles:
            assert answer.status_code == 403, answer.text
        elif method == "GET":
            assert answer.status_code == 200, answer.text
        else:
            assert answer.status_code in (400, 404), answer.text

    # Users

    def create_user(self, shop: Shop, name: str) -> Any:
        headers = bearer(self.client_token(shop))
        wish = {"id": name, "password": password_of(name)}
        if name.casefold() in shop.users:
            with self.nothing_changes():
                return self.http.post("/api/v2/users", json=wish, headers=headers)
        shop.users[name.casefold()] = User(name)
        return self.http.post("/api/v2/users", json=wish, headers=headers)

    @rule(client_id=shops, name=st.sampled_from(SPELLINGS))
    def a_user_is_created(self, client_id: str, name: str) -> None:
        shop = self.shops[client_id]
        exists = name.casefold() in shop.users
        answer = self.create_user(shop, name)
        if exists:
            assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "ENTITY_EXISTS")
        else:
            assert (answer.status_code, answer.json()["id"]) == (201, name)

    @precondition(lambda self: self.everybody())
    @rule(
        data=st.data(),
        wish=st.fixed_dictionaries(
            {},
            optional={
                "email": st.sampled_from(["a@example.com", "b@example.com", "", None]),
                "phone": st.sampled_from(["+49 89 1234", "", None]),
                "isAutoUpdateEnabled": st.sampled_from([False, None, True]),
            },
        ),
    )
    def a_user_is_edited(self, data: st.DataObject, wish: dict[str, Any]) -> None:
        person = data.draw(st.sampled_from(self.everybody()))
        headers = self.as_user(person)
        changes = {name: value for name, value in wish.items() if value is not None}
        if not changes or changes.get("isAutoUpdateEnabled"):
            with self.nothing_changes():
                answer = self.http.patch("/api/v2/users", json=wish, headers=headers)
                assert answer.status_code == (422 if changes else 400), answer.text
            return
        answer = self.http.patch("/api/v2/users", json=wish, headers=headers)
        assert answer.status_code == 200, answer.text
        person.user.email = changes.get("email", person.user.email) or None
        person.user.phone = changes.get("phone", person.user.phone) or None

    @precondition(lambda self: any(person.forms for person in self.everybody()))
    @rule(data=st.data())
    def a_user_is_deleted(self, data: st.DataObject) -> None:
        person = data.draw(st.sampled_from([person for person in self.everybody() if person.forms]))
        answer = self.http.delete("/api/v2/users", headers=self.as_user(person))
        assert (answer.status_code, answer.text) == (200, "")
        person.shop.forget_user(person.id)

    # Web forms

    @precondition(lambda self: self.everybody())
    @rule(data=st.data(), wish=st.sampled_from(WISHES))
    def a_form_is_created(self, data: st.DataObject, wish: tuple[dict[str, Any], int]) -> None:
        person = data.draw(st.sampled_from(self.everybody()))
        body, expected = wish
        if expected == 201:
            self.create_form(person, body)
            return
        headers = self.as_user(person)
        with self.nothing_changes():
            answer = self.http.post("/api/webForms/bankConnectionImport", json=body, headers=headers)
            assert answer.status_code == expected, answer.text

    def create_form(self, person: Person, wish: dict[str, Any]) -> None:
        wish = {**wish, "skipPositionsDownload": True}  # two years of transactions would only take time
        answer = self.http.post("/api/webForms/bankConnectionImport", json=wish, headers=self.as_user(person))
        assert answer.status_code == 201, answer.text
        bank, unknown_types = wish.get("bank", {}).get("id"), "accountTypes" in wish
        id: str = answer.json()["id"]
        person.shop.forms[id] = Form(person.id, "NOT_YET_OPENED", person.shop.now, bank, unknown_types)
        self.past_forms.append(id)
        self.seen.pop(id, None)  # after a reset the same ids come again

    @precondition(lambda self: self.everybody() and self.exist_forms())
    @rule(data=st.data())
    def a_form_is_read(self, data: st.DataObject) -> None:
        person, id = data.draw(st.sampled_from(self.everybody())), self.some_form(data)
        answer = self.http.get(f"/api/webForms/{id}", headers=self.as_user(person))
        if id in person.forms:
            assert (answer.status_code, answer.json()["status"]) == (200, person.forms[id].status)
        else:
            assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")

    @precondition(lambda self: self.everybody())
    @rule(data=st.data(), page=st.integers(1, 3), per_page=st.integers(1, 3), newest_first=st.booleans())
    def forms_are_listed(self, data: st.DataObject, page: int, per_page: int, newest_first: bool) -> None:
        person = data.draw(st.sampled_from(self.everybody()))
        query = {"page": page, "perPage": per_page, "order": f"createdAt,{'desc' if newest_first else 'asc'}"}
        answer = self.http.get("/api/webForms", params=query, headers=self.as_user(person)).json()
        count = len(person.forms)
        assert answer["paging"] == {
            "page": page,
            "perPage": per_page,
            "pageCount": ceil(count / per_page),
            "totalCount": count,
        }
        created = sorted((form.created for form in person.forms.values()), reverse=newest_first)
        assert [parse_instant(form["createdAt"]) for form in answer["items"]] == created[
            (page - 1) * per_page : page * per_page
        ]

    @precondition(exist_forms)
    @rule(data=st.data())
    def a_form_is_opened_in_a_browser(self, data: st.DataObject) -> None:
        id = self.some_form(data)
        owner = self.owner_of(id)
        answer = self.http.get(f"/wf/{id}")
        assert answer.status_code in (200, 303, 404, 409, 410), answer.text
        if owner is not None and owner.forms[id].status == "NOT_YET_OPENED":
            assert answer.status_code == 200, answer.text
            owner.forms[id].status = "IN_PROGRESS"

    @precondition(lambda self: self.unfinished())
    @rule(
        data=st.data(),
        login=st.sampled_from(["demo", "demo_no_msa"]),
        bank=st.sampled_from([None, TEST_BANK, REDIRECT_BANK]),
    )
    def a_form_succeeds(self, data: st.DataObject, login: str, bank: int | None) -> None:
        id = data.draw(st.sampled_from(self.unfinished()))
        owner = self.owner_of(id)
        assert owner is not None
        form = owner.forms[id]
        wish = {"login": login} if bank is None or form.bank is not None else {"login": login, "bankId": bank}
        answer = self.http.post(f"/_mock/webForms/{id}/complete", json=wish)
        assert answer.status_code == 200, answer.text
        connection = (form.bank or bank or TEST_BANK, login)
        if connection in owner.user.connections.values():
            form.status, form.error = "COMPLETED_WITH_ERROR", "ENTITY_EXISTS"
        elif form.unknown_types:
            form.status, form.error = "COMPLETED_WITH_ERROR", "NO_ACCOUNTS_FOR_TYPE_LIST"
        else:
            form.status, form.connection = "COMPLETED", answer.json()["payload"]["bankConnectionId"]
            assert form.connection is not None
            owner.user.connections[form.connection] = connection

    @precondition(exist_forms)
    @rule(data=st.data(), outcome=st.sampled_from(sorted(FINAL)))
    def a_form_ends_otherwise(self, data: st.DataObject, outcome: str) -> None:
        """It fails, or it is not there, or it has ended already, and then not even COMPLETED is possible."""
        id = self.some_form(data)
        owner = self.owner_of(id)
        if owner is None or owner.forms[id].status in FINAL:
            with self.nothing_changes():
                answer = self.http.post(f"/_mock/webForms/{id}/complete", json={"outcome": outcome})
                assert answer.status_code == (404 if owner is None else 422), answer.text
        elif outcome != "COMPLETED":
            answer = self.http.post(f"/_mock/webForms/{id}/complete", json={"outcome": outcome})
            assert answer.status_code == 200, answer.text
            form = owner.forms[id]
            form.status, form.error = outcome, "INTERNAL_ERROR" if outcome == "COMPLETED_WITH_ERROR" else None

    @precondition(exist_forms)
    @rule(data=st.data(), wish=st.sampled_from(IMPOSSIBLE))
    def a_script_asks_for_the_impossible(self, data: st.DataObject, wish: dict[str, Any]) -> None:
        id = self.some_form(data)
        with self.nothing_changes():
            answer = self.http.post(f"/_mock/webForms/{id}/complete", json=wish)
            assert answer.status_code in (400, 404, 422), answer.text

    @precondition(lambda self: self.everybody() and self.exist_forms())
    @rule(data=st.data())
    def a_form_is_cancelled_by_its_client(self, data: st.DataObject) -> None:
        person, id = data.draw(st.sampled_from(self.everybody())), self.some_form(data)
        headers = self.as_user(person)
        if id not in person.forms or person.forms[id].status in FINAL:
            with self.nothing_changes():
                answer = self.http.post(f"/api/webForms/{id}/cancel", headers=headers)
            assert answer.status_code == (200 if id in person.forms else 404), answer.text
            return
        answer = self.http.post(f"/api/webForms/{id}/cancel", headers=headers)
        assert (answer.status_code, answer.json()["status"]) == (200, "CANCELLED")
        person.forms[id].status = "CANCELLED"

    @precondition(lambda self: self.everybody() and self.exist_forms())
    @rule(data=st.data())
    def a_form_is_deleted(self, data: st.DataObject) -> None:
        person, id = data.draw(st.sampled_from(self.everybody())), self.some_form(data)
        headers = self.as_user(person)
        if id not in person.forms:
            with self.nothing_changes():
                assert self.http.delete(f"/api/webForms/{id}", headers=headers).status_code == 404
            return
        answer = self.http.delete(f"/api/webForms/{id}", headers=headers)
        assert (answer.status_code, answer.text) == (200, "")
        del person.shop.forms[id]

    # Time, and starting again

    @rule(
        client_id=st.sampled_from([*SHOPS, None]),
        step=st.sampled_from(["1m", "5m", "10m", "15m", "20m", "50m", "1h", "2d", "30d"]),
    )
    def time_passes(self, client_id: str | None, step: str) -> None:
        """For one shop, or for everybody, also for mandators that are yet to come."""
        headers = {} if client_id is None else {"x-mock-client": client_id}
        answer = self.http.post("/_mock/clock", json={"advance": step}, headers=headers)
        assert answer.status_code == 200, answer.text
        unit = {"m": "minutes", "h": "hours", "d": "days"}[step[-1]]
        passed = timedelta(**{unit: int(step[:-1])})
        if client_id is None:
            self.new_worlds_now += passed
        for shop in self.shops.values():
            if client_id in (None, shop.client_id):
                shop.reach(shop.now + passed)

    @precondition(lambda self: any(len(shop.forms) > 1 for shop in self.shops.values()))
    @rule(client_id=shops)
    def a_mandator_is_reset(self, client_id: str) -> None:
        [other] = (other for other in SHOPS if other != client_id)
        with self.nothing_changes(other):
            answer = self.http.post("/_mock/reset", headers={"x-mock-client": client_id})
            assert answer.json() == {"reset": [client_id]}
        for id in self.shops[client_id].forms:
            self.seen.pop(id, None)
        self.shops[client_id] = Shop(client_id, self.new_worlds_now)

    # What always holds

    @invariant()
    def every_user_sees_their_own_forms_and_no_others(self) -> None:
        for person, headers in self.visible():
            shown = self.http.get("/api/webForms?perPage=500", headers=headers).json()["items"]
            assert {form["id"]: form["status"] for form in shown} == {
                id: form.status for id, form in person.forms.items()
            }
            for form in shown:
                self.check_life_of(form)
                self.check_payload_of(form, person.forms[form["id"]])

    def check_life_of(self, form: Json) -> None:
        """A form is in a legal status, and nothing leaves a final one."""
        before = self.seen.get(form["id"], form["status"])
        assert form["status"] == before or form["status"] in WAYS_OUT[before]
        self.seen[form["id"]] = form["status"]

    def check_payload_of(self, form: Json, expected: Form) -> None:
        """An id stands in the payload of a COMPLETED form and of no other."""
        assert form["payload"]["bankConnectionId"] == expected.connection
        assert form["payload"]["errorCode"] == expected.error
        assert (form["payload"]["bankConnectionId"] is not None) == (form["status"] == "COMPLETED")

    @invariant()
    def no_token_works_that_has_ended(self) -> None:
        living = {text for shop in self.shops.values() for text in shop.tokens}
        for text in self.past_tokens[-8:]:
            if text not in living:
                assert self.http.get("/api/v2/banks/280001", headers=bearer(text)).status_code == 401

    @invariant()
    def every_user_is_as_they_were_made(self) -> None:
        for person, headers in self.visible():
            user = person.user
            shown = self.http.get("/api/v2/users", headers=headers).json()
            assert (shown["id"], shown.get("email"), shown.get("phone")) == (user.name, user.email, user.phone)
            connections = self.http.get("/api/v2/bankConnections", headers=headers).json()["connections"]
            assert {connection["id"] for connection in connections} == user.connections.keys()


TestCustomers = Customers.TestCase
