"""The categorization: the mandator's rules, what users teach, and when it is applied."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from mock_server.domain.money import iban
from tests.actors import EndUser, Shop
from tests.refusals import access_error, told

IBAN_RULES, KEYWORD_RULES = "/api/v2/mandatorAdmin/ibanRules", "/api/v2/mandatorAdmin/keywordRules"
CHECK, TRAIN = "/api/v2/tests/checkCategorization", "/api/v2/categories/trainCategorization"
TRIGGER = "/api/v2/transactions/triggerCategorization"
TRANSACTIONS = "/api/v2/transactions"

IBAN, OTHER = "DE89370400440532013000", "DE26700800000077777000"
SPORT, DONATIONS, GIFTS, RENT = 378, 380, 438, 441
SPORT_SHOWN = {"id": SPORT, "name": "Sport & Fitness", "parentId": 373, "parentName": "Freizeit", "isCustom": False}
ADMIN = "12/0"
"""`authContext`: the admin client is the second one that comes along."""

Json = Any


@pytest.fixture
def admin(alice: EndUser) -> Shop:
    return Shop(alice.http, "shop-admin")


def made(admin: Shop, path: str, **rule: Any) -> list[Json]:
    key = path.rpartition("/")[2]
    answer = admin.posts(path, **{key: [{"categoryId": SPORT, "direction": "Spending", **rule}]})
    assert answer.status_code == 201, answer.text
    return answer.json()[key]


def found(user: EndUser, amount: float = -9.99, **more: Any) -> str | None:
    """The name of the category that a payment would get."""
    data = {"transactionId": "t", "accountTypeId": 1, "amount": amount, **more}
    answer = user.posts(CHECK, transactionData=[data])
    assert answer.status_code == 200, answer.text
    [result] = answer.json()["categorizationCheckResult"]
    assert result["transactionId"] == "t"
    return result["category"]["name"] if "category" in result else None


def teaches(user: EndUser, category: int, amount: float = -1, **sample: Any) -> Any:
    data = {"accountTypeId": 1, "amount": amount, **sample}
    return user.posts(TRAIN, categoryId=category, transactionData=[data])


class TestIbanRules:
    def test_a_rule_is_shown_whole(self, admin: Shop) -> None:
        [rule] = made(admin, IBAN_RULES, iban=IBAN.lower())
        assert rule == {
            "id": rule["id"],
            "category": SPORT_SHOWN,
            "direction": "Spending",
            "creationDate": "2026-08-13T12:00:00.000+02:00",
            "iban": IBAN,
        }
        assert admin.sees(IBAN_RULES) == {
            "ibanRules": [rule],
            "paging": {"page": 1, "perPage": 20, "pageCount": 1, "totalCount": 1},
        }

    def test_both_directions_make_two(self, admin: Shop) -> None:
        rules = made(admin, IBAN_RULES, iban=IBAN, direction="Both")
        assert [rule["direction"] for rule in rules] == ["Income", "Spending"]
        assert [rule["id"] for rule in admin.sees(IBAN_RULES, order="id,desc", perPage=1)["ibanRules"]] == [
            rules[1]["id"]
        ]

    def test_what_is_there_already_is_refused_and_nothing_is_created(self, admin: Shop) -> None:
        made(admin, IBAN_RULES, iban=IBAN)
        wishes = [{"iban": iban, "categoryId": GIFTS, "direction": "Both"} for iban in (OTHER, IBAN)]
        answer = admin.posts(IBAN_RULES, ibanRules=wishes)
        message = "At least one of the rules exists already; none was created."
        assert told(answer) == (422, access_error(answer, "ENTITY_EXISTS", message, who=ADMIN))
        assert admin.sees(IBAN_RULES)["paging"]["totalCount"] == 1

    @pytest.mark.parametrize(
        ("rules", "status"),
        [
            ([], 400),
            ([{"iban": "DE00", "categoryId": SPORT, "direction": "Both"}], 400),
            ([{"iban": IBAN, "categoryId": SPORT, "direction": "both"}], 400),
            ([{"iban": IBAN, "categoryId": 99, "direction": "Both"}], 404),
            ([{"iban": IBAN, "categoryId": SPORT, "direction": "Both"}] * 101, 400),
        ],
    )
    def test_limits(self, admin: Shop, rules: Json, status: int) -> None:
        assert admin.posts(IBAN_RULES, ibanRules=rules).status_code == status

    def test_a_hundred_rules_come_in_one_call(self, admin: Shop) -> None:
        wishes = [
            {"iban": iban("DE", f"37040044{number:010}"), "categoryId": SPORT, "direction": "Both"}
            for number in range(100)
        ]
        answer = admin.posts(IBAN_RULES, ibanRules=wishes)
        assert len(answer.json()["ibanRules"]) == 200
        page = admin.sees(IBAN_RULES, perPage=30, page=7)
        assert (len(page["ibanRules"]), page["paging"]["pageCount"]) == (20, 7)

    def test_a_users_own_category_is_none_for_the_mandator(self, alice: EndUser, admin: Shop) -> None:
        own = alice.posts("/api/v2/categories", name="Hund").json()["id"]
        wish = {"iban": IBAN, "categoryId": own, "direction": "Both"}
        assert admin.posts(IBAN_RULES, ibanRules=[wish]).status_code == 404

    def test_rules_are_deleted_together_or_not_at_all(self, admin: Shop) -> None:
        one, two = (rule["id"] for rule in made(admin, IBAN_RULES, iban=IBAN, direction="Both"))
        answer = admin.posts(f"{IBAN_RULES}/delete", ids=[one, 99])
        message = "Rule with ID '99' not found; none was deleted."
        assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", message, who=ADMIN))
        assert admin.sees(IBAN_RULES)["paging"]["totalCount"] == 2
        assert told(admin.posts(f"{IBAN_RULES}/delete", ids=[two, one, two])) == (200, {"identifiers": [one, two]})
        assert admin.sees(IBAN_RULES)["ibanRules"] == []
        assert made(admin, IBAN_RULES, iban=IBAN)

    @pytest.mark.parametrize("path", [IBAN_RULES, KEYWORD_RULES])
    def test_only_the_mandator_admin_has_rules(self, alice: EndUser, path: str) -> None:
        assert alice.gets(path).status_code == 403
        assert alice.shop.gets(path).status_code == 403
        assert alice.posts(f"{path}/delete", ids=[1]).status_code == 403

    def test_another_mandators_rules_do_not_count(self, alice: EndUser) -> None:
        made(Shop(alice.http, "rival-admin"), IBAN_RULES, iban=IBAN)
        assert found(alice, counterpartIban=IBAN) is None


class TestKeywordRules:
    def test_a_rule_is_shown_whole(self, admin: Shop) -> None:
        [rule] = made(admin, KEYWORD_RULES, keywords=["Klettern", "Boulder-Halle"])
        assert rule == {
            "id": rule["id"],
            "category": SPORT_SHOWN,
            "direction": "Spending",
            "creationDate": "2026-08-13T12:00:00.000+02:00",
            "keywords": ["Klettern", "Boulder-Halle"],
            "keywordsLanguage": "DE",
            "allKeywordsMustMatch": False,
        }
        assert admin.sees(KEYWORD_RULES)["keywordRules"] == [rule]
        [other] = made(admin, IBAN_RULES, iban=IBAN)
        assert (rule["id"], other["id"]) == (9_000_001, 8_000_001), "each kind of rule has numbers of its own"

    def test_language_and_strictness_are_kept(self, admin: Shop) -> None:
        [rule] = made(admin, KEYWORD_RULES, keywords=["gym"], keywordsLanguage="EN", allKeywordsMustMatch=True)
        assert (rule["keywordsLanguage"], rule["allKeywordsMustMatch"]) == ("EN", True)

    def test_both_directions_make_two_and_are_deleted_by_id(self, admin: Shop) -> None:
        income, spending = made(admin, KEYWORD_RULES, keywords=["Klettern"], direction="Both")
        assert admin.sees(KEYWORD_RULES, order="id,desc")["keywordRules"] == [spending, income]
        assert told(admin.posts(f"{KEYWORD_RULES}/delete", ids=[income["id"]])) == (
            200,
            {"identifiers": [income["id"]]},
        )
        assert admin.sees(KEYWORD_RULES)["keywordRules"] == [spending]
        assert admin.posts(f"{KEYWORD_RULES}/delete", ids=[income["id"]]).status_code == 404
        assert admin.posts(f"{IBAN_RULES}/delete", ids=[spending["id"]]).status_code == 404

    @pytest.mark.parametrize(
        ("rule", "status", "code"),
        [
            ({"keywords": []}, 400, "BAD_REQUEST"),
            ({"keywords": ["a"] * 101}, 400, "BAD_REQUEST"),
            ({"keywords": [" "]}, 422, "ILLEGAL_FIELD_VALUE"),
            ({"keywords": ["KLETTERN"]}, 422, "ENTITY_EXISTS"),
            ({"keywords": ["Seil"], "keywordsLanguage": "de"}, 400, "BAD_REQUEST"),
            ({"keywords": ["Seil"], "categoryId": 99}, 404, "UNKNOWN_ENTITY"),
        ],
    )
    def test_refusals(self, admin: Shop, rule: Json, status: int, code: str) -> None:
        made(admin, KEYWORD_RULES, keywords=["Klettern"])
        wish = {"categoryId": GIFTS, "direction": "Spending", **rule}
        answer = admin.posts(KEYWORD_RULES, keywordRules=[wish])
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
        assert admin.sees(KEYWORD_RULES)["paging"]["totalCount"] == 1

    def test_names_of_categories_are_in_the_callers_language(self, admin: Shop) -> None:
        made(admin, KEYWORD_RULES, keywords=["Klettern"])
        answer = admin.http.get(KEYWORD_RULES, headers={**admin.bearer(), "accept-language": "en"})
        assert answer.json()["keywordRules"][0]["category"]["name"] == "Sports & fitness"


class TestChecking:
    def test_every_payment_gets_an_answer_in_the_order_of_the_question(self, alice: EndUser) -> None:
        data = [
            {"transactionId": "b", "accountTypeId": 1, "amount": -99.99, "purpose": "Restaurantbesuch"},
            {"transactionId": "a", "accountTypeId": 1, "amount": -99.99, "purpose": "wer weiß"},
        ]
        answer = alice.posts(CHECK, transactionData=data)
        assert told(answer) == (
            200,
            {
                "categorizationCheckResult": [
                    {
                        "transactionId": "b",
                        "category": {
                            "id": 374,
                            "name": "Restaurants & Cafés",
                            "parentId": 373,
                            "parentName": "Freizeit",
                            "isCustom": False,
                        },
                    },
                    {"transactionId": "a"},
                ]
            },
        )

    def test_the_merchant_code_counts_here(self, alice: EndUser) -> None:
        assert found(alice, purpose="Restaurantbesuch", mcCode="5542") == "Tanken & Laden"

    def test_users_beat_iban_rules_beat_keyword_rules_beat_finapi(self, alice: EndUser, admin: Shop) -> None:
        payment = {"counterpart": "Gasthaus Zur Leine", "counterpartIban": IBAN, "purpose": "Vereinsabend"}
        assert found(alice, **payment) == "Restaurants & Cafés"
        made(admin, KEYWORD_RULES, keywords=["Vereinsabend"], categoryId=DONATIONS)
        assert found(alice, **payment) == "Spenden"
        made(admin, IBAN_RULES, iban=IBAN, categoryId=GIFTS)
        assert found(alice, **payment) == "Geschenke & Blumen"
        assert teaches(alice, SPORT, **payment).status_code == 200
        assert found(alice, **payment) == "Sport & Fitness"
        # and only for this direction, and only for this user
        assert found(alice, amount=1, **payment) is None
        assert found(alice.shop.welcomes("bob"), **payment) == "Geschenke & Blumen"

    def test_account_number_and_blz_are_as_good_as_the_iban(self, alice: EndUser, admin: Shop) -> None:
        made(admin, IBAN_RULES, iban=IBAN)
        assert found(alice, counterpartAccountNumber="532013000", counterpartBlz="37040044") == "Sport & Fitness"

    def test_all_keywords_must_be_there_if_the_rule_says_so(self, alice: EndUser, admin: Shop) -> None:
        made(admin, KEYWORD_RULES, keywords=["Halle", "Seil"], allKeywordsMustMatch=True)
        assert found(alice, purpose="Seil") is None
        assert found(alice, purpose="SEIL,", counterpart="die Halle") == "Sport & Fitness"

    def test_a_rule_that_is_deleted_does_not_count(self, alice: EndUser, admin: Shop) -> None:
        [rule] = made(admin, IBAN_RULES, iban=IBAN)
        admin.posts(f"{IBAN_RULES}/delete", ids=[rule["id"]])
        assert found(alice, counterpartIban=IBAN) is None

    def test_limits(self, alice: EndUser) -> None:
        one = {"accountTypeId": 1, "amount": 1}
        hundred = [{"transactionId": str(number), **one} for number in range(100)]
        assert len(alice.posts(CHECK, transactionData=hundred).json()["categorizationCheckResult"]) == 100
        answer = alice.posts(CHECK, transactionData=[*hundred, {"transactionId": "x", **one}])
        message = "transactionData must have at most 100 elements, has 101."
        assert told(answer) == (422, access_error(answer, "ILLEGAL_FIELD_VALUE", message))
        answer = alice.posts(CHECK, transactionData=[hundred[0], {**hundred[0], "typeCodeZka": "x"}])
        messages = (
            "Field 'transactionData[1].transactionId' not valid: Must be unique within transactionData.",
            "Field 'transactionData[1].typeCodeZka' not valid: Must be a number from 0 through 999.",
        )
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", *messages))

    def test_what_an_import_finds_is_what_a_check_says(self, alice: EndUser, admin: Shop) -> None:
        made(admin, KEYWORD_RULES, keywords=["Miete"], categoryId=DONATIONS)
        alice.connects()
        for row in alice.transactions(minBankBookingDate="2026-07-01"):
            said = {name: row[name] for name in ("purpose", "counterpartIban", "typeCodeZka") if name in row}
            assert found(alice, row["amount"], counterpart=row["counterpartName"], **said) == row["category"]["name"]


class TestTeaching:
    def test_what_is_taught_counts_from_then_on(self, alice: EndUser) -> None:
        assert found(alice, counterpart="Café am Eck", purpose="Kaffee") == "Restaurants & Cafés"
        answer = teaches(alice, GIFTS, counterpart="Café am Eck")
        assert (answer.status_code, answer.content) == (200, b"")
        assert found(alice, counterpart="café AM eck") == "Geschenke & Blumen"
        teaches(alice, DONATIONS, counterpart="Café am Eck")
        assert found(alice, counterpart="Café am Eck") == "Spenden"

    def test_a_custom_category_can_be_taught(self, alice: EndUser) -> None:
        own = alice.posts("/api/v2/categories", name="Hund").json()["id"]
        teaches(alice, own, counterpart="Napf und Leine")
        assert found(alice, counterpart="Napf und Leine") == "Hund"

    def test_refusals(self, alice: EndUser) -> None:
        answer = teaches(alice, 99, purpose="x")
        assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", "Category with ID '99' not found."))
        answer = alice.posts(TRAIN, categoryId=SPORT, transactionData=[{"accountTypeId": 1, "amount": 1}] * 101)
        message = "transactionData must have at most 100 elements, has 101."
        assert told(answer) == (422, access_error(answer, "ILLEGAL_FIELD_VALUE", message))
        assert teaches(alice, SPORT, purpose="").status_code == 400
        assert teaches(alice, SPORT, accountTypeId=8).status_code == 400

    def test_it_counts_for_imports_that_come_later(self, alice: EndUser) -> None:
        alice.connects()
        known = {row["id"] for row in alice.transactions()}
        rent = alice.transactions(categoryIds=RENT)[-1]
        alice.patches(f"{TRANSACTIONS}/{rent['id']}", categoryId=DONATIONS)
        wakes_up_later(alice, "40d")
        later = [row for row in alice.transactions(counterpart=rent["counterpartName"]) if row["id"] not in known]
        assert later
        assert {row["category"]["id"] for row in later} == {DONATIONS}
        assert len(alice.transactions(categoryIds=DONATIONS, maxBankBookingDate="2026-08-13", purpose="miete")) == 1


def wakes_up_later(user: EndUser, span: str) -> None:
    """Time passes, and the user gets a new token."""
    user.shop.moves_clock(advance=span)
    user.token = user.shop.token("password", username=user.name, password=user.password)


class TestRulesAndImports:
    def test_rules_decide_about_what_is_imported_afterwards(
        self, alice: EndUser, admin: Shop, http: TestClient
    ) -> None:
        bob = alice.shop.welcomes("bob")
        alice.connects()
        made(admin, KEYWORD_RULES, keywords=["Miete"], categoryId=DONATIONS)
        bob.connects()
        assert {row["category"]["id"] for row in alice.transactions(purpose="miete wohnung")} == {RENT}
        assert {row["category"]["id"] for row in bob.transactions(purpose="miete wohnung")} == {DONATIONS}


def sets_pace(user: EndUser, pace: str) -> None:
    assert user.http.post("/_mock/pace", json={"pace": pace}).status_code == 200


class TestTriggering:
    def status(self, user: EndUser, connection: Json) -> str:
        return user.sees(f"/api/v2/bankConnections/{connection['id']}")["categorizationStatus"]

    def test_what_has_no_category_gets_one_after_a_while(self, alice: EndUser, admin: Shop) -> None:
        connection = alice.connects(accountTypes=["CHECKING"])
        one, two, three = alice.transactions(categoryIds=RENT)[:3]
        for row in (one, two):
            alice.patches(f"{TRANSACTIONS}/{row['id']}", categoryId=0)
        alice.patches(f"{TRANSACTIONS}/{three['id']}", categoryId=GIFTS, trainCategorization=False)
        assert [row["id"] for row in alice.transactions(categoryIds=0)] == [one["id"], two["id"]]
        made(admin, KEYWORD_RULES, keywords=["Miete"], categoryId=DONATIONS)

        sets_pace(alice, "1s")
        answer = alice.posts(TRIGGER)
        assert (answer.status_code, answer.content) == (200, b"")
        assert [self.status(alice, connection) for _ in range(3)] == ["PENDING", "IN_PROGRESS", "IN_PROGRESS"]
        assert len(alice.transactions(categoryIds=0)) == 2
        alice.shop.moves_clock(advance="1s")
        assert self.status(alice, connection) == "READY"
        assert alice.transactions(categoryIds=0) == []
        assert alice.sees(f"{TRANSACTIONS}/{one['id']}")["category"]["id"] == DONATIONS
        # what has one keeps it
        assert alice.sees(f"{TRANSACTIONS}/{three['id']}")["category"]["id"] == GIFTS

    def test_only_the_named_connections_are_looked_at(self, alice: EndUser) -> None:
        first = alice.connects(accountTypes=["SAVINGS"])
        second = alice.connects(bank=280002, accountTypes=["SAVINGS"])
        ids = [row["id"] for row in alice.transactions()]
        for start in range(0, len(ids), 100):
            alice.patches(TRANSACTIONS, ids=ids[start : start + 100], categoryId=0)
        sets_pace(alice, "1s")
        alice.posts(TRIGGER, bankConnectionIds=[second["id"]])
        assert [self.status(alice, one) for one in (first, second)] == ["READY", "PENDING"]
        alice.shop.moves_clock(advance="1s")
        assert {row["accountId"] for row in alice.transactions(categoryIds=0)} == set(first["accountIds"])
        alice.posts(TRIGGER, bankConnectionIds=[])
        alice.shop.moves_clock(advance="1s")
        assert alice.transactions(categoryIds=0) == []

    def test_while_one_is_busy_none_is_scheduled(self, alice: EndUser) -> None:
        first = alice.connects(accountTypes=["SAVINGS"])
        second = alice.connects(bank=280002, accountTypes=["SAVINGS"])
        sets_pace(alice, "1s")
        alice.posts(TRIGGER, bankConnectionIds=[first["id"]])
        answer = alice.posts(TRIGGER)
        message = (
            "A categorization is scheduled already for a bank connection; wait for its categorizationStatus READY."
        )
        assert told(answer) == (422, access_error(answer, "ILLEGAL_ENTITY_STATE", message))
        assert self.status(alice, second) == "READY"
        alice.shop.moves_clock(advance="1s")
        assert alice.posts(TRIGGER).status_code == 200

    def test_while_one_is_updated_none_is_scheduled(self, alice: EndUser) -> None:
        mine = alice.connects(accountTypes=["SAVINGS"])
        sets_pace(alice, "by-hand")
        alice.posts("/api/tasks/backgroundUpdate", bankConnectionId=mine["id"])
        answer = alice.posts(TRIGGER)
        message = "A bank connection is being imported or updated; wait for its updateStatus READY."
        assert told(answer) == (422, access_error(answer, "ILLEGAL_ENTITY_STATE", message))

    def test_refusals(self, alice: EndUser) -> None:
        answer = alice.posts(TRIGGER)
        message = "The user has no bank connection whose transactions could be categorized."
        assert told(answer) == (422, access_error(answer, "ILLEGAL_ENTITY_STATE", message))
        mine = alice.connects(accountTypes=["SAVINGS"])
        assert alice.posts(TRIGGER, bankConnectionIds=[mine["id"], 99]).status_code == 404
        assert self.status(alice, mine) == "READY"
        bob = alice.shop.welcomes("bob")
        assert bob.posts(TRIGGER, bankConnectionIds=[mine["id"]]).status_code == 404
