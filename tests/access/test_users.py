"""Users: creation with its limits, what the authorized user sees and edits, and what goes with it."""

import re
from typing import Any

import pytest

from mock_server.app import App
from mock_server.domain.categorization import ScheduledCategorization
from mock_server.domain.preferences import FormLanguage
from mock_server.domain.progress import Work
from mock_server.domain.tokens import Token
from mock_server.domain.users import User
from mock_server.handlers.access.deletion import OWNED_BY_USER
from mock_server.settings import Settings
from tests.access.direct import BACK, IMPORT, asked, import_body
from tests.actors import EndUser, Shop
from tests.refusals import NO_TOKEN, SHOP, access_error, bad_token, told

USERS = "/api/v2/users"
OTHER_SIDE = {"counterpartName": "Max Mustermann", "counterpartIban": "DE13700800000061110500", "amount": 9.99}
STANDING_ORDER = {**OTHER_SIDE, "currency": "EUR", "startDate": "2026-09-01", "frequency": "MONTHLY"}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

EVERY_LETTER_OF_AN_ID = "Abc-xyz_0.9+@"
EVERY_GENERAL_CHARACTER = "Azé09¡ʯ &(){}[].:,;?!+-_$@#~`^€"


class TestCreating:
    def test_nothing_has_to_be_said(self, shop: Shop) -> None:
        answer = shop.creates_user()
        user = answer.json()
        assert told(answer) == (
            201,
            {"id": user["id"], "password": user["password"], "isAutoUpdateEnabled": False},
        )
        assert UUID.fullmatch(user["id"])
        assert 6 <= len(user["password"]) <= 128
        assert shop.token("password", username=user["id"], password=user["password"])

    def test_generated_ids_and_passwords_differ(self, shop: Shop) -> None:
        one, two = shop.creates_user().json(), shop.creates_user().json()
        assert one["id"] != two["id"]
        assert one["password"] != two["password"]

    def test_everything_may_be_said_and_is_shown_once_in_clear_text(self, shop: Shop) -> None:
        wish = {
            "id": "Alice",
            "password": "open sesame",
            "email": "alice@example.org",
            "phone": "+49 99 999999-999",
            "isAutoUpdateEnabled": False,
        }
        assert told(shop.creates_user(**wish)) == (201, wish)

    def test_a_field_that_was_not_given_is_left_out(self, shop: Shop) -> None:
        assert set(shop.creates_user(phone="1").json()) == {"id", "password", "phone", "isAutoUpdateEnabled"}

    @pytest.mark.parametrize(
        "wish",
        [
            {"id": "x"},
            {"id": "x" * 36},
            {"id": EVERY_LETTER_OF_AN_ID},
            {"password": "123456"},
            {"password": "x" * 128},
            {"password": "päßwörd <🔑>"},
            {"email": "x"},
            {"email": "x" * 320},
            {"email": EVERY_GENERAL_CHARACTER},
            {"phone": "x" * 50},
            {"phone": EVERY_GENERAL_CHARACTER},
        ],
    )
    def test_values_up_to_the_limits_are_taken(self, shop: Shop, wish: dict[str, str]) -> None:
        answer = shop.creates_user(**wish)
        assert answer.status_code == 201, answer.text
        assert answer.json() == {**answer.json(), **wish}

    @pytest.mark.parametrize(
        ("wish", "message"),
        [
            ({"id": ""}, "Field 'id' not valid: Field is blank."),
            ({"id": "x" * 37}, "Field 'id' not valid: Must have at most 36 characters, has 37."),
            ({"password": "12345"}, "Field 'password' not valid: Must have at least 6 characters."),
            ({"password": "x" * 129}, "Field 'password' not valid: Must have at most 128 characters, has 129."),
            ({"email": ""}, "Field 'email' not valid: Field is blank."),
            ({"email": "x" * 321}, "Field 'email' not valid: Must have at most 320 characters, has 321."),
            ({"phone": ""}, "Field 'phone' not valid: Field is blank."),
            ({"phone": "1" * 51}, "Field 'phone' not valid: Must have at most 50 characters, has 51."),
            ({"id": 17}, "Field 'id' not valid: Must be a string, not an integer."),
            ({"isAutoUpdateEnabled": "no"}, "Field 'isAutoUpdateEnabled' not valid: Must be a boolean, not a string."),
            ({"mail": "a@b"}, "Field 'mail' not valid: There is no such field. Did you mean 'email'?"),
            (
                {"metaInfo": "x"},
                "Field 'metaInfo' not valid: There is no such field. "
                "Known are: id, password, email, phone, isAutoUpdateEnabled.",
            ),
        ],
    )
    def test_values_beyond_the_limits_are_refused_by_name(self, shop: Shop, wish: dict[str, Any], message: str) -> None:
        answer = shop.creates_user(**wish)
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message, who=SHOP))

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            *(("id", value) for value in ("two words", "ümlaut", "a/b", "a#b", "line\n")),
            *(("email", value) for value in ("<a@b>", 'a"b', "a*b", "a/b", "a=b", "日本", "tab\t", "line\n")),
            *(("phone", value) for value in ("*31#", "1/2", "1\n")),
        ],
    )
    def test_other_characters_are_refused(self, shop: Shop, field: str, value: str) -> None:
        answer = shop.creates_user(**{field: value})
        assert answer.status_code == 400
        assert [error["message"].startswith(f"Field '{field}' not valid: ") for error in answer.json()["errors"]] == [
            True
        ]

    def test_several_violations_are_told_at_once(self, shop: Shop) -> None:
        answer = shop.creates_user(id="two words", password="12345", pin="1")
        named = {error["message"].partition(" not valid")[0] for error in answer.json()["errors"]}
        assert named == {"Field 'id'", "Field 'password'", "Field 'pin'"}

    def test_a_refused_password_is_not_repeated(self, shop: Shop) -> None:
        assert "12345" not in shop.creates_user(password="12345").text

    @pytest.mark.parametrize("name", ["alice", "ALICE", "aLiCe"])
    def test_an_id_is_taken_in_whatever_case(self, alice: EndUser, name: str) -> None:
        answer = alice.shop.creates_user(id=name)
        message = f"A user with the id '{name}' exists already."
        assert told(answer) == (422, access_error(answer, "ENTITY_EXISTS", message, who=SHOP))

    def test_another_mandators_user_may_have_the_same_id(self, alice: EndUser) -> None:
        assert Shop(alice.http, "elsewhere").creates_user(id="alice").status_code == 201

    def test_automatic_updates_are_not_to_be_had(self, shop: Shop) -> None:
        answer = shop.creates_user(id="alice", isAutoUpdateEnabled=True)
        message = "The automatic batch update is not enabled for this client, so isAutoUpdateEnabled must be false."
        assert told(answer) == (422, access_error(answer, "ILLEGAL_ENTITY_STATE", message, who=SHOP))
        assert shop.creates_user(id="alice").status_code == 201

    @pytest.mark.parametrize(
        ("headers", "body"),
        [({}, NO_TOKEN), ({"authorization": "Bearer nobody's"}, bad_token("nobody's"))],
    )
    def test_only_a_client_creates_users(self, shop: Shop, headers: dict[str, str], body: Any) -> None:
        assert told(shop.http.post(USERS, json={}, headers=headers)) == (401, body)

    def test_a_body_is_needed(self, shop: Shop) -> None:
        answer = shop.http.post(USERS, headers={**shop.bearer(), "content-type": "application/json"})
        message = "The request needs a body of type application/json."
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message, who=SHOP))


class TestReading:
    def test_the_password_is_masked(self, shop: Shop) -> None:
        shop.creates_user(id="alice", password="open sesame", email="alice@example.org", phone="1")
        token = shop.token("password", username="alice", password="open sesame")
        alice = EndUser(shop, "alice", "open sesame", token)
        assert alice.sees(USERS) == {
            "id": "alice",
            "password": "XXXXX",
            "email": "alice@example.org",
            "phone": "1",
            "isAutoUpdateEnabled": False,
        }

    def test_the_id_is_spelt_as_its_creator_did(self, shop: Shop) -> None:
        alice = shop.welcomes("Alice.B")
        alice.token = shop.token("password", username="ALICE.B", password=alice.password)
        assert alice.sees(USERS)["id"] == "Alice.B"

    def test_everybody_sees_only_itself(self, alice: EndUser) -> None:
        assert alice.shop.welcomes("bob").sees(USERS)["id"] == "bob"
        assert alice.sees(USERS)["id"] == "alice"


class TestEditing:
    def test_what_is_given_is_changed_and_the_rest_stays(self, alice: EndUser) -> None:
        alice.patches(USERS, email="old@example.org", phone="1")
        answer = alice.patches(USERS, email="new@example.org")
        changed = {
            "id": "alice",
            "password": "XXXXX",
            "email": "new@example.org",
            "phone": "1",
            "isAutoUpdateEnabled": False,
        }
        assert told(answer) == (200, changed)
        assert alice.sees(USERS) == changed

    @pytest.mark.parametrize("field", ["email", "phone"])
    def test_an_empty_text_clears_a_field(self, alice: EndUser, field: str) -> None:
        alice.patches(USERS, email="a@example.org", phone="1")
        answer = alice.patches(USERS, **{field: ""})
        assert set(answer.json()) == {"id", "password", "email", "phone", "isAutoUpdateEnabled"} - {field}
        assert alice.sees(USERS) == answer.json()

    def test_null_leaves_a_field(self, alice: EndUser) -> None:
        alice.patches(USERS, email="a@example.org")
        answer = alice.patches(USERS, email=None, phone="1", isAutoUpdateEnabled=None)
        assert (answer.json()["email"], answer.json()["phone"]) == ("a@example.org", "1")

    @pytest.mark.parametrize("wish", [{}, {"email": None}, {"email": None, "phone": None, "isAutoUpdateEnabled": None}])
    def test_nothing_but_null_is_too_little(self, alice: EndUser, wish: dict[str, None]) -> None:
        answer = alice.patches(USERS, **wish)
        message = "At least one of email, phone and isAutoUpdateEnabled must be given."
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message))

    @pytest.mark.parametrize("field", ["id", "password"])
    def test_id_and_password_cannot_be_edited(self, alice: EndUser, field: str) -> None:
        answer = alice.patches(USERS, **{field: "somebody else"})
        message = f"Field '{field}' not valid: There is no such field. Known are: email, phone, isAutoUpdateEnabled."
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message))

    def test_false_is_a_value_like_any_other(self, alice: EndUser) -> None:
        assert alice.patches(USERS, isAutoUpdateEnabled=False).status_code == 200

    def test_automatic_updates_are_not_to_be_had(self, alice: EndUser) -> None:
        answer = alice.patches(USERS, isAutoUpdateEnabled=True, phone="1")
        message = "The automatic batch update is not enabled for this client, so isAutoUpdateEnabled must be false."
        assert told(answer) == (422, access_error(answer, "ILLEGAL_ENTITY_STATE", message))
        assert "phone" not in alice.sees(USERS)

    @pytest.mark.parametrize("wish", [{"email": "x" * 321}, {"phone": "1" * 51}, {"email": "a*b"}, {"phone": "1/2"}])
    def test_the_limits_are_those_of_creation(self, alice: EndUser, wish: dict[str, str]) -> None:
        assert alice.patches(USERS, **wish).status_code == 400

    def test_the_token_goes_on_after_an_edit(self, alice: EndUser) -> None:
        alice.patches(USERS, phone="1")
        assert alice.sees(USERS)["phone"] == "1"


class TestDeleting:
    def test_it_answers_with_an_empty_body(self, alice: EndUser) -> None:
        answer = alice.deletes(USERS)
        assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "0")

    def test_the_user_cannot_come_back(self, alice: EndUser) -> None:
        alice.deletes(USERS)
        assert told(alice.gets(USERS)) == (401, bad_token(alice.token["access_token"]))
        assert alice.shop.asks_for_token("password", username="alice", password=alice.password).status_code == 400
        refreshed = alice.shop.asks_for_token("refresh_token", refresh_token=alice.token["refresh_token"])
        assert refreshed.status_code == 400

    @pytest.mark.parametrize("settings", [Settings(license="FULLY_LICENSED")])
    def test_everything_of_the_user_goes(self, alice: EndUser, app: App) -> None:
        alice.shop.moves_clock(set="2026-08-14T12:00:00Z")  # a Friday: weekend payments are pending
        alice.token = alice.shop.token("password", username="alice", password=alice.password)
        connection = alice.connects(login="demo_securities", redirectUrl=BACK)
        form = alice.starts_import(redirectUrl=BACK)
        alice.posts("/api/tasks/backgroundUpdate", bankConnectionId=connection["id"], redirectUrl=BACK)
        asked(alice.posts(IMPORT, **import_body()))
        category = alice.posts("/api/v2/categories", name="Hund").json()["id"]
        alice.posts("/api/v2/labels", name="Steuer")
        alice.patches(f"/api/v2/transactions/{alice.transactions()[0]['id']}", categoryId=category)
        alice.deletes("/api/v2/transactions", maxDeletionDate="2024-12-31")
        alice.posts(
            "/api/v2/payments/moneyTransfers", accountId=connection["accountIds"][0], moneyTransfers=[OTHER_SIDE]
        )
        alice.posts("/api/v2/standingOrders", accountId=connection["accountIds"][0], **STANDING_ORDER)
        alice.posts("/api/v2/notificationRules", triggerEvent="NEW_TRANSACTIONS")
        world = app.worlds.of_mandator("shop")
        assert world is not None
        world.store.put(FormLanguage("alice", "fr"))
        world.store.put(ScheduledCategorization(99, "alice", Work()))  # of a connection that is there it would be busy
        kinds = (User, *OWNED_BY_USER)
        assert [kind for kind in kinds if not world.store.count(kind)] == []
        alice.deletes(USERS)
        assert [kind for kind in kinds if world.store.count(kind)] == []
        assert [token for token in world.store.all(Token) if token.user_id is not None] == []
        assert alice.shop.completes(form).status_code == 404

    def test_a_new_user_of_the_same_name_finds_nothing(self, alice: EndUser) -> None:
        alice.connects()
        alice.starts_import()
        alice.deletes(USERS)
        successor = alice.shop.welcomes("alice")
        assert successor.sees("/api/v2/bankConnections") == {"connections": []}
        assert successor.sees("/api/v2/accounts") == {"accounts": []}
        assert successor.transactions() == []
        assert successor.sees("/api/webForms")["items"] == []

    def test_other_users_keep_what_they_have(self, alice: EndUser) -> None:
        bob = alice.shop.welcomes("bob")
        bob.connects(accountTypes=["SAVINGS"])
        before = bob.transactions()
        alice.connects(accountTypes=["SAVINGS"])
        alice.deletes(USERS)
        assert bob.transactions() == before

    def test_headers_about_the_end_user_are_accepted(self, alice: EndUser) -> None:
        psu = {"psu-ip-address": "203.0.113.7", "psu-device-os": "iOS 18", "psu-user-agent": "shop/1.0"}
        assert alice.http.delete(USERS, headers={**alice.bearer, **psu}).status_code == 200
