"""Seeds: what there is at first, what is wrong with one, and the way back to it."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from mock_server.app import create_app
from mock_server.settings import Settings
from tests.access.direct import UPDATE, login
from tests.actors import EndUser, Shop
from tests.conftest import client_of, frozen_clock, serve

Json = Any

SEED = """
users:
  - id: alice
    password: open sesame
    email: alice@example.org
    phone: 0800 1234
    isAutoUpdateEnabled: true
    connections:
      - bank: DEMO0001
        name: Household
        accounts:
          - name: Haushalt
            balance: 1234.56
            overdraftLimit: 500
            transactions:
              - {amount: 100, date: 2020-01-02, counterpart: {name: Grandma, iban: DE89370400440532013000}}
              - {amount: -12.5, date: -3d, purpose: a novel, counterpart: Bookshop, category: Books & magazines,
                 labels: [gift, paper]}
              - {amount: -50, date: +2d, purpose: rent, category: 373}
          - {type: Savings, iban: DE02120300000000202051, currency: CHF, balance: 5}
  - id: bob
    password: open sesame
    connections:
      - {bank: 280002, maxDaysForDownload: 10}
"""
# 2026-08-13 is the day of the frozen clock.


def sow(http: TestClient, text: str, client: str | None = None) -> Any:
    return http.post("/_mock/seed", content=text, headers={} if client is None else {"x-mock-client": client})


def user(http: TestClient, name: str, client: str = "shop") -> EndUser:
    shop = Shop(http, client)
    token = shop.token("password", username=name, password="open sesame")
    return EndUser(shop, name, "open sesame", token)


def state_hash(http: TestClient, client: str = "shop") -> str:
    [state] = http.get("/_mock/state", headers={"x-mock-client": client}).json()["states"]
    return str(state["hash"])


@pytest.fixture
def seeded(http: TestClient) -> TestClient:
    answer = sow(http, SEED)
    assert answer.status_code == 200, answer.text
    return http


class TestWhatThereIs:
    def test_users_are_as_written(self, seeded: TestClient) -> None:
        alice = user(seeded, "alice").sees("/api/v2/users")
        assert (alice["id"], alice["email"], alice["phone"]) == ("alice", "alice@example.org", "0800 1234")
        assert alice["isAutoUpdateEnabled"] is True

    def test_accounts_are_as_written(self, seeded: TestClient) -> None:
        alice = user(seeded, "alice")
        [connection] = alice.sees("/api/v2/bankConnections")["connections"]
        assert (connection["name"], connection["updateStatus"]) == ("Household", "READY")
        columns = ("accountName", "accountType", "balance", "overdraftLimit", "accountCurrency")
        assert [tuple(account.get(name) for name in columns) for account in alice.accounts()] == [
            ("Haushalt", "Checking", 1234.56, 500.0, "EUR"),
            ("Sparkonto", "Savings", 5.0, None, "CHF"),
        ]
        assert alice.accounts()[1]["iban"] == "DE02120300000000202051"
        assert alice.accounts()[0]["iban"].startswith("DE")

    def test_transactions_are_as_written(self, seeded: TestClient) -> None:
        alice = user(seeded, "alice")
        old, recent = sorted(alice.transactions(), key=lambda it: it["bankBookingDate"])
        assert (old["amount"], old["bankBookingDate"]) == (100.0, "2020-01-02")
        assert (old["counterpartName"], old["counterpartIban"]) == ("Grandma", "DE89370400440532013000")
        assert (old.get("category"), old["labels"]) == (None, [])
        assert (recent["amount"], recent["bankBookingDate"]) == (-12.5, "2026-08-10")
        assert (recent["purpose"], recent["counterpartName"], recent.get("counterpartIban")) == (
            "a novel",
            "Bookshop",
            None,
        )
        assert recent["category"]["id"] == 376
        assert [label["name"] for label in recent["labels"]] == ["gift", "paper"]

    def test_what_is_dated_ahead_is_booked_by_the_nightly_update_of_its_day(self, seeded: TestClient) -> None:
        alice = user(seeded, "alice")
        alice.shop.moves_clock(advance="1d")
        alice = user(seeded, "alice")
        assert len(alice.transactions()) == 2
        alice.shop.moves_clock(advance="1d")
        alice = user(seeded, "alice")
        assert [it["purpose"] for it in alice.transactions() if it["bankBookingDate"] == "2026-08-15"] == ["rent"]
        assert alice.accounts()[0]["balance"] == 1184.56

    def test_without_accounts_those_of_the_banks_books_are_there(self, seeded: TestClient) -> None:
        bob = user(seeded, "bob")
        assert len(bob.accounts()) == 3
        assert {it["bankBookingDate"] >= "2026-08-04" for it in bob.transactions()} == {True}

    def test_without_a_balance_it_is_what_the_bookings_come_to(self, http: TestClient) -> None:
        sow(http, seed_of("{amount: 10}, {amount: -2.5, date: -1d}, {amount: 7, date: +1d}"))
        assert [it["balance"] for it in user(http, "alice").accounts()] == [7.5]

    def test_users_of_one_login_have_the_same_accounts_whoever_comes_first_in_the_file(self, http: TestClient) -> None:
        first = "- {id: bob, password: open sesame, connections: [{bank: DEMO0001, login: demo_no_msa+alice}]}"
        text = SEED.replace("users:\n", f"users:\n  {first}\n").replace("- id: bob", "- id: carol")
        assert sow(http, text).status_code == 200
        assert [it["accountName"] for it in user(http, "bob").accounts()] == ["Haushalt", "Sparkonto"]

    def test_whoever_imports_the_same_login_by_a_form_finds_the_same_accounts(self, seeded: TestClient) -> None:
        carol = Shop(seeded).welcomes("carol")
        carol.connects(login="demo_no_msa+alice")
        assert [it["accountName"] for it in carol.accounts()] == ["Haushalt", "Sparkonto"]

    @pytest.mark.parametrize("settings", [Settings(license="FULLY_LICENSED")])
    @pytest.mark.parametrize(("login_as", "status"), [("demo_slow", "UPDATED"), ("demo_usd", "DEPRECATED")])
    def test_a_disguise_leaves_them_alone_unless_it_is_about_accounts(
        self, seeded: TestClient, login_as: str, status: str
    ) -> None:
        rules = f"rules: [{{when: {{operation: updateBankConnection}}, then: {{login_as: {login_as}}}}}]"
        seeded.post("/_mock/library", content=f"name: somebody-else\ndescription: At the next update.\n{rules}")
        alice = user(seeded, "alice")
        seeded.post("/_mock/scenarios", json={"on": ["somebody-else"]})
        credentials = login("demo_no_msa+alice", "demo_no_msa")
        body = {"bankConnectionId": 1000001, "bankingInterface": "XS2A", "loginCredentials": credentials}
        answer = alice.posts(UPDATE, **body)
        assert answer.status_code == 200, answer.text
        alice.shop.moves_clock(advance="1min")
        assert [it["interfaces"][0]["status"] for it in alice.accounts()] == [status, status]

    def test_the_interface_is_one_that_delivers_the_accounts(self, http: TestClient) -> None:
        bank, types = bank_with_several_interfaces(http)
        [wanted] = [name for name, delivered in types.items() if "Loan" in delivered][:1]
        text = "users: [{id: a, password: abcdef, connections: [{bank: %d, accounts: [{type: Loan}]}]}]"
        assert sow(http, text % bank).status_code == 200
        Shop(http).token()
        [account] = http.get("/_mock/state/accounts").json()["records"]
        assert account["interfaces"] == [wanted]


def seed_of(transactions: str) -> str:
    account = f"{{transactions: [{transactions}]}}"
    return f"users: [{{id: alice, password: open sesame, connections: [{{bank: DEMO0001, accounts: [{account}]}}]}}]"


def bank_with_several_interfaces(http: TestClient) -> tuple[int, dict[str, list[str]]]:
    """A bank of which only a lesser interface delivers loans."""
    for bank in Shop(http).sees("/api/v2/banks", perPage=500)["banks"]:
        types = {it["bankingInterface"]: it["aisAccountTypes"] for it in bank["interfaces"] if it["isAisSupported"]}
        if "Loan" not in types.get("XS2A", ["Loan"]) and any("Loan" in delivered for delivered in types.values()):
            return bank["id"], types
    raise AssertionError("there is no such bank in the catalogue")


class TestForWhom:
    def test_those_who_come_later_find_it_too(self, seeded: TestClient) -> None:
        assert user(seeded, "alice", "shop").sees("/api/v2/users")["id"] == "alice"
        assert user(seeded, "alice", "other").sees("/api/v2/users")["id"] == "alice"

    def test_one_client_is_seeded_and_the_others_stay(self, http: TestClient) -> None:
        Shop(http, "other").welcomes("carol")
        before = state_hash(http, "other")
        answer = sow(http, SEED, "shop")
        [shown] = answer.json()["seeded"]
        assert shown.pop("transactions") > 2
        assert shown == {"mandator": "shop", "users": 2, "bankConnections": 2, "accounts": 5}
        assert state_hash(http, "other") == before
        assert Shop(http, "later").asks_for_token("password", username="bob", password="open sesame").status_code == 400

    def test_a_file_may_say_what_each_client_has_besides(self, http: TestClient) -> None:
        ask = "{id: %s, password: open sesame}"
        sow(http, f"users: [{ask % 'all'}]\nclients: {{shop: {{users: [{ask % 'mine'}]}}, other: {{}}}}")
        for client, names in {"shop": ["all", "mine"], "shop-admin": ["all", "mine"], "other": ["all"]}.items():
            Shop(http, client).token()
            there = http.get("/_mock/state/users", headers={"x-mock-client": client}).json()["records"]
            assert [it["id"] for it in there] == names

    @pytest.mark.parametrize("settings", [Settings(seed_data_yaml=SEED)])
    def test_a_server_may_start_with_it(self, http: TestClient) -> None:
        assert len(user(http, "alice").accounts()) == 2

    def test_it_may_be_a_file(self, tmp_path: Any) -> None:
        file = tmp_path / "seed.yaml"
        file.write_text(SEED, "utf-8")
        assert len(user(serve(Settings(seed_data=file)), "alice").accounts()) == 2

    def test_json_will_do(self, http: TestClient) -> None:
        body = {"users": [{"id": "alice", "password": "open sesame"}]}
        assert http.post("/_mock/seed", json=body).status_code == 200
        assert user(http, "alice").sees("/api/v2/users")["id"] == "alice"

    def test_it_takes_the_place_of_all_that_was_there(self, alice: EndUser) -> None:
        alice.connects()
        sow(alice.http, "users: [{id: bob, password: open sesame}]")
        counts = alice.http.get("/_mock/state").json()["states"][0]["records"]
        assert counts == {"users": 1, "statistics": 1}

    def test_an_empty_one_is_none(self, seeded: TestClient) -> None:
        assert sow(seeded, "{}").json() == {"seeded": []}
        assert Shop(seeded).asks_for_token("password", username="alice", password="open sesame").status_code == 400


class TestReset:
    def test_everything_is_as_it_was_after_the_seeding(self, http: TestClient) -> None:
        Shop(http).token()
        sow(http, SEED)
        before, first = state_hash(http), ids_of_a_life(http)
        assert state_hash(http) != before
        for _ in range(2):
            http.post("/_mock/reset")
            assert state_hash(http) == before
            assert ids_of_a_life(http) == first

    def test_what_was_due_after_the_seeding_becomes_due_again(self, http: TestClient) -> None:
        Shop(http).token()
        sow(http, SEED)
        for _ in range(2):
            http.post("/_mock/reset", headers={"x-mock-client": "shop"})
            Shop(http).moves_clock(advance="2d")
            assert len(user(http, "alice").transactions()) == 3

    def test_the_clock_stands_where_it_stood_at_the_seeding(self, http: TestClient) -> None:
        shop = Shop(http)
        shop.token()
        http.post("/_mock/clock", json={"set": "2027-01-01T12:00:00Z"}, headers={"x-mock-client": "shop"})
        sow(http, seed_of("{amount: 1, date: -1d}"), "shop")
        http.post("/_mock/clock", json={"advance": "9d"}, headers={"x-mock-client": "shop"})
        http.post("/_mock/reset", headers={"x-mock-client": "shop"})
        [clock] = http.get("/_mock/clock", headers={"x-mock-client": "shop"}).json()["clocks"]
        assert (clock["now"], clock["frozen"]) == ("2027-01-01T13:00:00.000+01:00", True)
        assert [it["bankBookingDate"] for it in user(http, "alice").transactions()] == ["2026-12-31"]

    def test_relative_dates_count_from_the_day_of_the_reset(self) -> None:
        clock = frozen_clock()
        app = create_app(Settings(seed_data_yaml=seed_of("{amount: 1, date: today}")), clock)
        http = client_of(app)
        assert [it["bankBookingDate"] for it in user(http, "alice").transactions()] == ["2026-08-13"]
        http.post("/_mock/clock", json={"advance": "1d"})
        http.post("/_mock/reset", headers={"x-mock-client": "shop"})
        assert [it["bankBookingDate"] for it in user(http, "alice").transactions()] == ["2026-08-14"]

    def test_one_client_is_reset_and_the_others_stay(self, seeded: TestClient) -> None:
        for client in ("shop", "other"):
            Shop(seeded, client).welcomes("carol")
        before = state_hash(seeded, "other")
        seeded.post("/_mock/reset", headers={"x-mock-client": "shop"})
        assert state_hash(seeded, "other") == before
        assert Shop(seeded).asks_for_token("password", username="carol", password="open sesame").status_code == 400

    def test_scenarios_that_are_on_start_again(self, http: TestClient) -> None:
        text = (
            "name: tokens-once\ndescription: The first is refused.\nrules: [{when: {first: 1}, then: {refuse: LOCKED}}]"
        )
        http.post("/_mock/library", content=text)
        http.post("/_mock/scenarios", json={"on": ["tokens-once"]}, headers={"x-mock-client": "shop"})
        for _ in range(2):
            assert [Shop(http).asks_for_token("client_credentials").status_code for _ in range(2)] == [423, 200]
            sow(http, SEED, "shop")


def ids_of_a_life(http: TestClient) -> Json:
    carol = Shop(http).welcomes("carol")
    carol.connects()
    return [it["id"] for it in carol.accounts()], carol.starts_import()["id"]


USER = "users:\n- id: alice\n  password: open sesame\n"
CONNECTION = USER + "  connections:\n  - bank: DEMO0001\n"
ACCOUNT = CONNECTION + "    accounts:\n    - name: Konto\n"
TRANSACTION = ACCOUNT + "      transactions:\n      - amount: 1\n"


class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "field", "message"),
        [
            ("usrs: []", "seed:1:1", "There is no key 'usrs' here. Did you mean 'users'?"),
            ("", "seed:1:1", "There is nothing in it."),
            ("users: 1", "seed:1:8", "Must be a mapping, not '1'."),
            ("users: [{id: alice}]", "seed:1:9", "The key 'password' is missing."),
            ("users: [{id: 7, password: abcdef}]", "seed:1:14", "Must be a text, not '7'. Put it in quotes."),
            ("users: [{id: a, password: abc}]", "seed:1:27", "Must have 6 to 128 characters."),
            (
                "users: [{id: a b, password: abcdef}]",
                "seed:1:14",
                "Must have 1 to 36 characters: letters, digits and -_.+@",
            ),
            (
                USER + "- {id: ALICE, password: abcdef}",
                "seed:4:8",
                "There is a user 'ALICE' already; upper and lower case are the same.",
            ),
            (
                USER + "clients: {shop: {users: [{id: Alice, password: abcdef}]}}",
                "seed:4:31",
                "There is a user 'Alice' already; upper and lower case are the same.",
            ),
            (
                USER + "  connections: [{bank: DEMO0004}]",
                "seed:4:24",
                "There is no bank with the id or BLZ 'DEMO0004'. Did you mean 'DEMO0003'?",
            ),
            (
                USER + "  connections: [{bank: nowhere}]",
                "seed:4:24",
                "There is no bank with the id or BLZ 'nowhere'. GET /api/v2/banks lists them.",
            ),
            (
                CONNECTION + "    login: demo_no_mas",
                "seed:6:12",
                "The banks have no customer 'demo_no_mas'. Did you mean 'demo_no_msa'?",
            ),
            (
                CONNECTION + "    login: demo+a b",
                "seed:6:12",
                "What follows the + has 1 to 64 letters, digits, dots, underscores and hyphens.",
            ),
            (CONNECTION + "    maxDaysForDownload: -1", "seed:6:25", "Must not be negative; 0 means all there is."),
            (
                CONNECTION + "  - bank: 280001",
                "seed:6:5",
                "The user is connected to this bank as 'demo_no_msa' already; write 'demo_no_msa+2', say.",
            ),
            (
                ACCOUNT + "- {id: bob, password: abcdef, connections: [{bank: DEMO0001, login: demo_no_msa+alice, "
                "accounts: []}]}",
                "seed:8:69",
                "The bank has accounts for 'demo_no_msa+alice' from another connection; write 'demo_no_msa+alice-2', "
                "say.",
            ),
            (ACCOUNT + "      type: Chequing", "seed:8:13", "There is no 'Chequing' here. Did you mean 'Checking'?"),
            (
                ACCOUNT + "      type: Bausparen",
                "seed:7:5",
                "No interface of finAPI Test Bank delivers such accounts; it offers XS2A: Checking, "
                "Savings, Security; FINTS_SERVER: Checking, Savings, Security.",
            ),
            (ACCOUNT + "      iban: DE00", "seed:8:13", "'DE00' is no IBAN; leave it out for one of the bank."),
            (ACCOUNT + "      currency: euro", "seed:8:17", "Must be a code of three letters, such as EUR."),
            (ACCOUNT + "      balance: 1.234", "seed:8:16", "Must be a decimal number with at most two decimals."),
            (
                ACCOUNT + "      iban: DE02120300000000202051\n    - iban: DE02120300000000202051",
                "seed:9:13",
                "Another account of the connection has this IBAN.",
            ),
            (TRANSACTION + "        date: yesterday", "seed:10:15", None),
            (
                TRANSACTION + "        date: 2026-02-30",
                "seed:10:15",
                "This cannot be read: day is out of range for month.",
            ),
            (TRANSACTION + "        date: 1812-01-01", "seed:10:15", None),
            (TRANSACTION + "        category: Boks", "seed:10:19", None),
            (TRANSACTION + "        category: 1", "seed:10:19", None),
            (TRANSACTION + "        counterpart: 7", "seed:10:22", "Must be a name, or a mapping with name and iban."),
            (TRANSACTION + "        counterpart: {name: x, iban: y}", "seed:10:38", "'y' is no IBAN."),
            (TRANSACTION + "        labels: ['']", "seed:10:18", "A label has a name."),
            (TRANSACTION + "      - amount: .nan", "seed:10:17", "Must be a decimal number with at most two decimals."),
        ],
    )
    def test_each_is_told_with_its_place_and_changes_nothing(
        self, alice: EndUser, text: str, field: str, message: str | None
    ) -> None:
        before = state_hash(alice.http)
        answer = sow(alice.http, text)
        [error] = answer.json()["errors"]
        assert (answer.status_code, error["field"]) == (400, field), error
        assert message is None or error["message"] == message
        assert state_hash(alice.http) == before
        alice.http.post("/_mock/reset")
        assert alice.http.get("/_mock/state").json()["states"][0]["records"] == {}

    def test_all_are_told_at_once(self, http: TestClient) -> None:
        text = "users: [{id: a, password: abc, connections: [{bank: x}, {bank: DEMO0001, login: y}]}]"
        assert [it["field"] for it in sow(http, text).json()["errors"]] == ["seed:1:27", "seed:1:53", "seed:1:81"]

    def test_a_client_that_no_clients_file_knows_is_one(self) -> None:
        clients = "clients: [{client_id: shop, client_secret: secret}]"
        answer = sow(serve(Settings(clients_yaml=clients)), "clients: {shp: {}}")
        [error] = answer.json()["errors"]
        assert error == {"field": "seed:1:11", "message": "There is no client 'shp'. Did you mean 'shop'?"}

    def test_a_client_that_is_not_there_cannot_be_seeded(self) -> None:
        clients = "clients: [{client_id: shop, client_secret: secret}]"
        answer = sow(serve(Settings(clients_yaml=clients)), "{}", "shp")
        assert (answer.status_code, answer.json()) == (
            404,
            {"errors": [{"field": None, "message": "There is no client 'shp'."}]},
        )

    def test_a_server_does_not_start_with_one(self) -> None:
        with pytest.raises(ValueError, match="FINAPI_MOCK_SEED_DATA_YAML:1:1: There is no key 'usrs' here"):
            serve(Settings(seed_data_yaml="usrs: []"))

    def test_bytes_that_are_no_text_are_refused(self, http: TestClient) -> None:
        answer = http.post("/_mock/seed", content=b"\xff")
        assert answer.json() == {"errors": [{"field": "body", "message": "The body must be UTF-8."}]}
