"""The magic logins through the web form, and what they bring into Access."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from mock_server.domain.logins import CUSTOMERS, Setback
from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser

Json = Any
CHALLENGE = {"action": "choose-procedure", "fields": {"procedure": "demo-sms-tan"}}
CONTINUE = {"action": "continue"}
CONFIRM = {"action": "confirm"}
PAYMENT = {
    "orders": [
        {
            "recipient": {"name": "Musterladen", "iban": "DE77533700080111111100"},
            "amount": {"value": 9.99, "currency": "EUR"},
            "purpose": "Bestellung 1",
        }
    ]
}


def log_in(login: str, pin: str | None = None, action: str = "log-in") -> Json:
    return {"action": action, "fields": {"Onlinebanking-ID": login, "PIN": pin or login.partition("+")[0]}}


def answer(tan: str) -> Json:
    return {"action": "answer", "fields": {"tan": tan}}


def walks(user: EndUser, form: Json, *steps: Json) -> Json:
    taken = user.http.post(f"/_mock/webForms/{form['id']}/steps", json={"steps": list(steps)})
    assert taken.status_code == 200, taken.text
    return taken.json()


def imports(user: EndUser, *steps: Json, bank: int = TEST_BANK, **wish: Any) -> Json:
    return walks(user, user.starts_import(bank={"id": bank}, **wish), *steps)


def ending(form: Json) -> tuple[str, str | None, str | None]:
    return form["status"], form["payload"]["errorCode"], form["payload"]["errorMessage"]


def refusal(setback: Setback) -> tuple[str, str, str | None]:
    return "COMPLETED_WITH_ERROR", setback.form_code, setback.message


def connection_of(user: EndUser, login: str, **wish: Any) -> Json:
    """A connection that was imported step by step."""
    form = imports(user, log_in(login), CONTINUE, **wish)
    assert form["status"] == "COMPLETED", form
    return user.sees(f"/api/v2/bankConnections/{form['payload']['bankConnectionId']}")


def update(user: EndUser, connection: Json) -> Json:
    """A background update as it is when somebody looks."""
    started = user.posts("/api/tasks/backgroundUpdate", bankConnectionId=connection["id"])
    assert started.status_code == 201, started.text
    return sees_task(user, started.json())


def sees_task(user: EndUser, task: Json) -> Json:
    return user.sees(f"/api/tasks/{task['id']}")


def after(user: EndUser, time: str) -> EndUser:
    """Later, with a token that lives."""
    user.shop.moves_clock(advance=time)
    user.token = user.shop.token("password", username=user.name, password=user.password)
    return user


def amounts(transactions: list[Json]) -> int:
    return round(sum(100 * transaction["amount"] for transaction in transactions))


class TestTheList:
    def test_it_tells_each_login_what_it_simulates_and_where(self, http: TestClient) -> None:
        shown = {it["login"]: it for it in http.get("/_mock/magic").json()["logins"]}
        assert list(shown) == list(CUSTOMERS)
        assert shown["demo_wrong_tan"] == {
            "login": "demo_wrong_tan",
            "secret": "demo_wrong_tan",
            "simulates": CUSTOMERS["demo_wrong_tan"].simulates,
            "takesEffect": ["second factor"],
            "tan": "123456",
        }
        assert shown["demo_empty"]["tan"] is None


SETBACKS = [(login, customer.setback) for login, customer in CUSTOMERS.items() if customer.setback is not None]


class TestRefused:
    @pytest.mark.parametrize(("login", "setback"), SETBACKS)
    @pytest.mark.parametrize(("bank", "action"), [(TEST_BANK, "log-in"), (REDIRECT_BANK, "bank-log-in")])
    def test_the_form_ends_with_the_banks_words(
        self, alice: EndUser, login: str, setback: Setback, bank: int, action: str
    ) -> None:
        status, code, message = ending(imports(alice, log_in(login, action=action), bank=bank))
        assert (status, code) == ("COMPLETED_WITH_ERROR", setback.form_code)
        assert message
        assert setback.message in (message, None)
        assert alice.accounts() == []

    @pytest.mark.parametrize("pin", ["demo_wrong_pin", "demo", "1234"])
    def test_no_pin_is_right(self, alice: EndUser, pin: str) -> None:
        assert ending(imports(alice, log_in("demo_wrong_pin", pin))) == refusal(Setback.WRONG_CREDENTIALS)

    def test_a_payment_is_refused_in_the_same_words(self, alice: EndUser) -> None:
        form = alice.posts("/api/webForms/standalonePayment", **PAYMENT).json()
        bank = {"action": "choose-bank", "fields": {"bank": TEST_BANK}}
        assert ending(walks(alice, form, bank, log_in("demo_maintenance"))) == refusal(Setback.MAINTENANCE)

    def test_it_can_be_completed_without_steps_too(self, alice: EndUser) -> None:
        form = alice.starts_import()
        assert ending(alice.shop.completes(form, login="demo_locked+9").json()) == refusal(Setback.LOCKED)


class TestSecondFactor:
    def test_two_tans_are_refused_and_the_third_counts(self, alice: EndUser) -> None:
        form = alice.starts_import(bank={"id": TEST_BANK})
        walks(alice, form, log_in("demo_wrong_tan"), CHALLENGE)
        for tan in ("123456", "654321"):
            shown = walks(alice, form, answer(tan))
            assert (shown["status"], shown["step"]) == ("IN_PROGRESS", "CHALLENGE")
            assert shown["bankMessage"] == Setback.WRONG_TAN.message
        assert walks(alice, form, answer("123456"), CONTINUE)["status"] == "COMPLETED"

    def test_the_third_can_be_wrong(self, alice: EndUser) -> None:
        tans = [answer("1"), answer("2"), answer("3")]
        form = imports(alice, log_in("demo_wrong_tan"), CHALLENGE, *tans)
        assert ending(form) == refusal(Setback.WRONG_TAN)

    def test_anybody_elses_first_wrong_tan_is_the_last(self, alice: EndUser) -> None:
        assert ending(imports(alice, log_in("demo"), CHALLENGE, answer("1"))) == refusal(Setback.WRONG_TAN)

    def test_the_page_says_what_the_bank_said(self, alice: EndUser) -> None:
        form = alice.starts_import(bank={"id": TEST_BANK})
        address = form["url"]
        page = alice.http.get(address)
        secret = page.text.partition('name="_token" value="')[2].partition('"')[0]
        for action, fields in (
            ("log-in", {"Onlinebanking-ID": "demo_wrong_tan", "PIN": "demo_wrong_tan"}),
            ("choose-procedure", {"procedure": "demo-sms-tan"}),
            ("answer", {"tan": "123456"}),
        ):
            page = alice.http.post(address, data={"_token": secret, "_action": action, **fields})
        assert Setback.WRONG_TAN.message in page.text

    def test_what_is_never_confirmed_waits_until_the_form_expires(self, alice: EndUser) -> None:
        form = alice.starts_import(bank={"id": TEST_BANK})
        shown = walks(alice, form, log_in("demo_never_confirmed"), CONFIRM, CONFIRM)
        assert (shown["status"], shown["step"]) == ("IN_PROGRESS", "DECOUPLED")
        alice.shop.moves_clock(advance="20m")
        assert alice.sees_form(form)["status"] == "EXPIRED"

    def test_completing_it_ends_as_the_wait_would(self, alice: EndUser) -> None:
        form = alice.starts_import()
        assert alice.shop.completes(form, login="demo_never_confirmed").json()["status"] == "EXPIRED"
        other = alice.starts_import()
        assert alice.shop.completes(other, login="demo_wrong_tan").json()["status"] == "COMPLETED"


class TestTime:
    def test_a_slow_bank_holds_up_the_form_for_thirty_seconds(self, alice: EndUser) -> None:
        form = alice.starts_import(bank={"id": TEST_BANK})
        shown = walks(alice, form, log_in("demo_slow"))
        assert (shown["step"], [it["action"] for it in shown["waitsFor"]]) == ("DOWNLOAD", ["cancel"])
        alice.shop.moves_clock(advance="29s")
        early = alice.http.post(f"/_mock/webForms/{form['id']}/steps", json=CONTINUE)
        assert early.status_code == 400
        alice.shop.moves_clock(advance="1s")
        assert walks(alice, form, CONTINUE)["status"] == "COMPLETED"

    def test_the_pages_own_button_does_nothing_before(self, alice: EndUser) -> None:
        form = alice.starts_import(bank={"id": TEST_BANK})
        address = form["url"]
        page = alice.http.get(address)
        secret = page.text.partition('name="_token" value="')[2].partition('"')[0]
        credentials = {"Onlinebanking-ID": "demo_slow", "PIN": "demo_slow"}
        alice.http.post(address, data={"_token": secret, "_action": "log-in", **credentials})
        alice.http.post(address, data={"_token": secret, "_action": "continue"})
        assert alice.sees_form(form)["status"] == "IN_PROGRESS"
        alice.shop.moves_clock(advance="30s")
        alice.http.post(address, data={"_token": secret, "_action": "continue"})
        assert alice.sees_form(form)["status"] == "COMPLETED"

    def test_its_updates_take_thirty_seconds_too(self, alice: EndUser) -> None:
        slow, fast = alice.connects(login="demo_slow"), alice.connects(login="demo_no_msa")
        assert (slow["updateStatus"], fast["updateStatus"]) == ("IN_PROGRESS", "READY")
        alice.shop.moves_clock(advance="30s")
        task = update(alice, slow)
        assert task["status"] == "IN_PROGRESS"
        assert update(alice, fast)["status"] == "COMPLETED"
        alice.shop.moves_clock(advance="30s")
        assert sees_task(alice, task)["status"] == "COMPLETED"

    def test_a_consent_that_ends_tomorrow(self, alice: EndUser) -> None:
        connection = connection_of(alice, "demo_consent_ends")
        [interface] = connection["interfaces"]
        assert interface["aisConsent"]["expiresAt"].startswith("2026-08-14T12:00")
        assert update(alice, connection)["status"] == "COMPLETED"
        assert update(after(alice, "1d"), connection)["status"] == "WEB_FORM_REQUIRED"
        assert alice.sees(f"/api/v2/bankConnections/{connection['id']}")["interfaces"][0]["userActionRequired"] is True


class TestNewTerms:
    def result(self, user: EndUser, connection: Json, kind: str) -> tuple[str | None, bool]:
        [interface] = user.sees(f"/api/v2/bankConnections/{connection['id']}")["interfaces"]
        return interface.get(kind, {}).get("result"), interface["userActionRequired"]

    def test_an_update_is_refused_the_next_one_asks_the_user_and_then_all_is_well(self, alice: EndUser) -> None:
        connection = alice.connects(login="demo_new_terms")
        assert self.result(alice, connection, "lastManualUpdate") == ("OK", False)
        refused = update(alice, connection)
        assert ending(refused) == refusal(Setback.NEW_TERMS)
        assert self.result(alice, connection, "lastManualUpdate") == ("BANK_SERVER_REJECTION", True)
        asked = update(alice, connection)
        assert asked["status"] == "WEB_FORM_REQUIRED"
        finish = {"action": "finish"}
        waiting = walks(alice, asked["payload"]["webForm"])
        login = [log_in("demo_new_terms")] if waiting["step"] == "LOGIN" else []
        form = walks(alice, asked["payload"]["webForm"], *login, CHALLENGE, answer("123456"), CONTINUE, finish)
        assert form["status"] == "COMPLETED"
        assert self.result(alice, connection, "lastManualUpdate") == ("OK", False)
        assert update(alice, connection)["status"] == "COMPLETED"

    def test_the_batch_update_is_refused_too_and_fetches_nothing(self, alice: EndUser) -> None:
        connection = alice.connects(login="demo_new_terms")
        before = len(alice.transactions())
        after(alice, "7d")
        assert self.result(alice, connection, "lastAutoUpdate") == ("BANK_SERVER_REJECTION", True)
        assert len(alice.transactions()) == before
        [interface] = alice.sees(f"/api/v2/bankConnections/{connection['id']}")["interfaces"]
        assert interface["lastAutoUpdate"]["timestamp"].startswith("2026-08-14T05:00")  # and not tried again
        assert update(alice, connection)["status"] == "WEB_FORM_REQUIRED"


class TestData:
    def test_without_accounts_there_is_nothing_to_connect(self, alice: EndUser) -> None:
        for wish in ({}, {"accountTypes": ["CHECKING"]}):
            status, code, _ = ending(imports(alice, log_in("demo_no_accounts"), **wish))
            assert (status, code) == ("COMPLETED_WITH_ERROR", "NO_ACCOUNTS_FOR_TYPE_LIST")
        assert alice.sees("/api/v2/bankConnections")["connections"] == []

    @pytest.mark.parametrize("login", ["demo_no_accounts", "demo_no_accounts+1"])
    def test_without_accounts_nothing_can_be_paid(self, alice: EndUser, login: str) -> None:
        form = alice.posts("/api/webForms/standalonePayment", **PAYMENT).json()
        completed = alice.shop.completes(form, login=login).json()
        assert ending(completed)[:2] == ("COMPLETED_WITH_ERROR", "UNSUPPORTED_ORDER")

    def test_one_account(self, alice: EndUser) -> None:
        assert len(connection_of(alice, "demo_one_account")["accountIds"]) == len(alice.accounts()) == 1
        assert len(alice.transactions()) > 100

    def test_an_empty_account(self, alice: EndUser) -> None:
        connection_of(alice, "demo_empty")
        [account] = alice.accounts()
        assert (account["balance"], alice.transactions()) == (0.0, [])
        after(alice, "10d")
        assert (alice.accounts()[0]["balance"], alice.transactions()) == (0.0, [])

    def test_five_thousand_transactions(self, alice: EndUser) -> None:
        connection_of(alice, "demo_5000")
        [account] = alice.accounts()
        page = alice.sees("/api/v2/transactions", view="userView", perPage=20)
        assert (page["paging"]["totalCount"], account["balance"]) == (5000, 1000.0)

    def test_dollars_beside_euros(self, alice: EndUser) -> None:
        connection_of(alice, "demo_usd")
        [dollars] = [it for it in alice.accounts() if it["accountCurrency"] == "USD"]
        transactions = alice.transactions()
        assert {it["accountId"] for it in transactions if it["currency"] == "USD"} == {dollars["id"]}
        assert {it["currency"] for it in transactions if it["accountId"] != dollars["id"]} == {"EUR"}
        after(alice, "10d")
        news = alice.transactions(accountIds=dollars["id"], minBankBookingDate="2026-08-14")
        [now] = [it for it in alice.accounts() if it["accountCurrency"] == "USD"]
        assert news
        assert round(100 * (now["balance"] - dollars["balance"])) == amounts(news)

    def test_two_holders(self, alice: EndUser) -> None:
        connection = connection_of(alice, "demo_joint", loadOwnerData=True)
        assert {it["accountHolderName"] for it in alice.accounts()} == {"Max Mustermann, Erika Mustermann"}
        assert [owner["firstName"] for owner in connection["owners"]] == ["Max", "Erika"]
        assert len(connection_of(alice, "demo_no_msa", loadOwnerData=True)["owners"]) == 1

    def test_a_balance_that_does_not_add_up(self, alice: EndUser) -> None:
        connection_of(alice, "demo_odd_balance")
        before = alice.accounts()[0]
        after(alice, "1d")
        now = alice.accounts()[0]
        mine = alice.transactions(accountIds=now["id"], minBankBookingDate="2026-08-14")
        assert round(100 * (now["balance"] - before["balance"])) != amounts(mine)

    def test_potential_duplicates(self, alice: EndUser) -> None:
        connection_of(alice, "demo_duplicate", maxDaysForDownload=60)
        twins = alice.transactions(isPotentialDuplicate=True)
        assert len(twins) == 2  # two months' rents
        for twin in twins:
            same = [it for it in alice.transactions() if it["purpose"] == twin["purpose"]]
            assert sorted(it["isPotentialDuplicate"] for it in same) == [False, True]

    def test_what_is_pending_for_ever(self, alice: EndUser) -> None:
        def deposits() -> list[Json]:
            shown = alice.sees("/api/v2/pendingTransactions")["pendingTransactions"]
            return [it for it in shown if it["purpose"] == "Kaution Hotelreservierung"]

        connection_of(alice, "demo_never_booked")
        [first] = deposits()
        after(alice, "30d")
        assert deposits() == [first]
        assert not [it for it in alice.transactions() if it["purpose"] == "Kaution Hotelreservierung"]


def test_nobody_knows_what_has_become_of_the_payment_of_a_form(alice: EndUser) -> None:
    form = alice.posts("/api/webForms/standalonePayment", **PAYMENT).json()
    sender = alice.shop.completes(form, login="demo_lost_order").json()
    assert sender["status"] == "COMPLETED", sender
    [payment] = alice.sees("/api/v2/payments")["payments"]
    assert payment["id"] == sender["payload"]["paymentId"]
    assert (payment["status"], payment["statusV2"]) == ("PENDING", "UNKNOWN")


class TestSuffixes:
    def test_each_is_another_customer_of_the_same_kind(self, alice: EndUser) -> None:
        for login in ("demo_one_account", "demo_one_account+1", "demo_one_account+2"):
            connection_of(alice, login)
        first, second, third = alice.accounts()
        assert len({it["iban"] for it in (first, second, third)}) == 3
        again = imports(alice, log_in("demo_one_account+1"))
        assert again["payload"]["errorCode"] == "ENTITY_EXISTS"

    def test_the_documented_ibans_stay_with_the_plain_login(self, alice: EndUser) -> None:
        alice.connects(login="demo+1")
        documented = "DE77533700080111111100"
        assert documented not in {it["iban"] for it in alice.accounts()}
        alice.connects(login="demo")
        assert documented in {it["iban"] for it in alice.accounts()}

    def test_updates_know_whom_they_are_about(self, alice: EndUser) -> None:
        connection = connection_of(alice, "demo_no_msa+nightly")
        assert update(alice, connection)["status"] == "COMPLETED"
        form = alice.posts(
            "/api/tasks/backgroundUpdate", bankConnectionId=connection["id"], manageSavedSettings=["CREDENTIALS"]
        ).json()
        asked = sees_task(alice, form)["payload"]["webForm"]
        assert alice.shop.completes(asked).json()["status"] == "COMPLETED"

    def test_the_secret_has_no_suffix(self, alice: EndUser) -> None:
        refused = imports(alice, log_in("demo+1", "demo+1"))
        assert ending(refused) == refusal(Setback.WRONG_CREDENTIALS)
