"""Background updates through HTTP: how they run, when they need their user, and what Access shows afterwards."""

from typing import Any

import pytest

from mock_server.app import App
from mock_server.domain.callbacks import Callback
from mock_server.settings import Settings
from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser
from tests.refusals import told, webform_error, webform_problems
from tests.walks import AUTHORISED, CANCEL, CONTINUE, FINISH, answer, choose_procedure, log_in, log_in_at_bank

BACKGROUND_UPDATE = "/api/tasks/backgroundUpdate"
DONE, ASKED = "https://shop.example/done?state=42", "https://shop.example/asked"
CALLBACKS = {"finalised": DONE, "webFormRequired": ASKED}
DIRECT_DEBIT = "/api/webForms/directDebitWithAccountId"
Json = Any


def connection_of(user: EndUser, **wish: Any) -> int:
    id: int = user.connects(**{"skipPositionsDownload": True, **wish})["id"]
    return id


def starts(user: EndUser, connection: int, **wish: Any) -> Json:
    answer = user.posts(BACKGROUND_UPDATE, bankConnectionId=connection, **wish)
    assert answer.status_code == 201, answer.text
    return answer.json()


def sees(user: EndUser, task: Json) -> Json:
    return user.sees(f"/api/tasks/{task['id']}")


def updates(user: EndUser, connection: int, **wish: Any) -> Json:
    """The task as it is when it has ended at once."""
    return sees(user, starts(user, connection, **wish))


def form_of(user: EndUser, connection: int, **wish: Any) -> Json:
    """The web form that the update needs."""
    task = updates(user, connection, **wish)
    assert task["status"] == "WEB_FORM_REQUIRED"
    return task["payload"]["webForm"]


def shown(user: EndUser, connection: int) -> Json:
    return user.sees(f"/api/v2/bankConnections/{connection}")


def signs_in_again(user: EndUser) -> EndUser:
    """After more than an hour the access token has ended."""
    user.token = user.shop.token("password", username=user.name, password=user.password)
    return user


def after(user: EndUser, time: str) -> EndUser:
    user.shop.moves_clock(advance=time)
    return signs_in_again(user)


def sets_pace(user: EndUser, pace: str) -> None:
    wish = {"json": {"pace": pace}, "headers": {"x-mock-client": user.shop.client_id}}
    assert user.http.post("/_mock/pace", **wish).json() == {"paces": [{"mandator": "shop", "pace": pace}]}


def ends_by_hand(user: EndUser, task: Json, **wish: Any) -> Any:
    return user.http.post(f"/_mock/tasks/{task['id']}/complete", json=wish)


def owed(app: App) -> list[tuple[str, Json]]:
    """The callbacks, in the order in which they came to be owed."""
    (world,) = app.worlds
    return [(it.url, it.body) for it in sorted(world.store.all(Callback), key=lambda it: it.id)]


class TestCreation:
    def test_a_task_is_created_with_every_field(self, alice: EndUser) -> None:
        connection = connection_of(alice)
        task = starts(
            alice,
            connection,
            importNewAccounts=True,
            importNewAccountsMode="SKIP",
            accountTypes=["CHECKING"],
            allowedInterfaces=["XS2A"],
            manageSavedSettings=[],
            skipPositionsDownload=True,
            skipBalancesDownload=True,
            loadOwnerData=True,
            skipDuplicateDetection=True,
            userMetadata={"ipAddress": "192.0.2.1", "deviceOs": "Linux", "userAgent": "tests"},
            callbacks=CALLBACKS,
            profileId=None,
            redirectUrl=None,
        )
        assert task == {
            "id": task["id"],
            "createdAt": "2026-08-13T10:00:00.000+0000",
            "type": "BANK_CONNECTION_UPDATE",
            "status": "NOT_YET_STARTED",
            "payload": {"bankConnectionId": connection, "webForm": None, "errorCode": None, "errorMessage": None},
        }
        assert len(task["id"]) == 36
        assert sees(alice, task) == {**task, "status": "COMPLETED"}

    @pytest.mark.parametrize(
        ("wish", "field", "words"),
        [
            ({}, "bankConnectionId", "Field is missing."),
            ({"bankConnectionIds": [1]}, "bankConnectionIds", "There is no such field. Did you mean"),
            ({"bankConnectionId": [1]}, "bankConnectionId", ""),
            ({"bankConnectionId": 1, "importNewAccountsMode": "ALWAYS"}, "importNewAccountsMode", "Must be one of"),
            ({"bankConnectionId": 1, "accountTypes": ["Checking"]}, "accountTypes[0]", "Must be one of BAUSPAREN"),
            ({"bankConnectionId": 1, "allowedInterfaces": ["FINTS"]}, "allowedInterfaces[0]", "Must be one of XS2A"),
            ({"bankConnectionId": 1, "manageSavedSettings": ["PIN"]}, "manageSavedSettings[0]", "Must be one of CRED"),
            ({"bankConnectionId": 1, "skipBalancesDownload": True}, "skipBalancesDownload", "May be true only if"),
            ({"bankConnectionId": 1, "userMetadata": {"ipAddress": "1"}}, "userMetadata.deviceOs", "Field is missing."),
            ({"bankConnectionId": 1, "callbacks": {"webFormRequired": "x"}}, "callbacks.webFormRequired", "Must be an"),
        ],
    )  # fmt: skip
    def test_what_is_malformed_is_refused_by_field(self, alice: EndUser, wish: Json, field: str, words: str) -> None:
        refused = alice.posts(BACKGROUND_UPDATE, **wish)
        first = refused.json()["errors"][0]
        assert (refused.status_code, first["field"]) == (400, field)
        assert first["message"].startswith(words)
        listed = [(it["field"], it["message"]) for it in refused.json()["errors"]]
        assert refused.json() == webform_problems(refused, *listed)

    def test_connection_and_profile_must_exist_and_the_connection_be_the_users_own(self, alice: EndUser) -> None:
        connection, bob = connection_of(alice), alice.shop.welcomes("bob")
        for user, wish in (
            (alice, {"bankConnectionId": connection + 1}),
            (bob, {"bankConnectionId": connection}),
            (alice, {"bankConnectionId": connection, "profileId": "0" * 36}),
        ):
            refused = user.posts(BACKGROUND_UPDATE, **wish)
            assert (refused.status_code, refused.json()["code"]) == (404, "NOT_FOUND")
        assert shown(alice, connection)["updateStatus"] == "READY"

    def test_the_bank_must_have_an_allowed_interface(self, alice: EndUser) -> None:
        refused = alice.posts(
            BACKGROUND_UPDATE, bankConnectionId=connection_of(alice), allowedInterfaces=["WEB_SCRAPER"]
        )
        assert (refused.status_code, refused.json()["code"]) == (422, "BANK_NOT_SUPPORTED")

    def test_an_unlicensed_mandator_must_not_bring_a_redirect_url(self, alice: EndUser) -> None:
        wish = {"bankConnectionId": connection_of(alice), "redirectUrl": "https://shop.example/back"}
        assert alice.posts(BACKGROUND_UPDATE, **wish).json()["code"] == "INVALID_REDIRECT_URL"

    def test_a_second_update_has_to_wait_for_the_first(self, alice: EndUser) -> None:
        connection, other = connection_of(alice), connection_of(alice, bank=REDIRECT_BANK)
        sets_pace(alice, "by-hand")
        task = starts(alice, connection)
        assert shown(alice, connection)["updateStatus"] == "IN_PROGRESS"
        refused = alice.posts(BACKGROUND_UPDATE, bankConnectionId=connection)
        assert told(refused) == (423, webform_error(refused, "LOCKED", refused.json()["description"]))
        assert starts(alice, other)["status"] == "NOT_YET_STARTED", "another connection is free"
        ends_by_hand(alice, task)
        assert shown(alice, connection)["updateStatus"] == "READY"
        assert starts(alice, connection)["status"] == "NOT_YET_STARTED"


class TestReading:
    def test_tasks_are_listed_by_page_and_in_order(self, alice: EndUser) -> None:
        connection, ids = connection_of(alice), []
        for _ in range(3):
            ids.append(starts(alice, connection)["id"])
            alice.shop.moves_clock(advance="1m")
        page = alice.sees("/api/tasks", perPage=2)
        assert [task["id"] for task in page["items"]] == ids[:2]
        assert page["paging"] == {"page": 1, "perPage": 2, "pageCount": 2, "totalCount": 3}
        assert [task["id"] for task in alice.sees("/api/tasks", page=2, perPage=2)["items"]] == ids[2:]
        newest = alice.sees("/api/tasks", order="createdAt,desc")["items"]
        assert [task["id"] for task in newest] == ids[::-1]
        assert newest[0] == alice.sees(f"/api/tasks/{ids[2]}")
        assert alice.gets("/api/tasks", order="status").status_code == 400

    def test_a_task_is_its_users_own(self, alice: EndUser) -> None:
        task, bob = starts(alice, connection_of(alice)), alice.shop.welcomes("bob")
        for user, id in ((bob, task["id"]), (alice, "0" * 36)):
            refused = user.gets(f"/api/tasks/{id}")
            assert (refused.status_code, refused.json()["code"]) == (404, "NOT_FOUND")
        assert bob.sees("/api/tasks")["items"] == []

    def test_a_client_token_is_not_enough(self, alice: EndUser) -> None:
        connection = connection_of(alice)
        for refused in (
            alice.shop.gets("/api/tasks"),
            alice.http.post(BACKGROUND_UPDATE, json={"bankConnectionId": connection}, headers=alice.shop.bearer()),
        ):
            assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")


class TestPace:
    def test_at_once_is_when_somebody_looks(self, alice: EndUser) -> None:
        task = starts(alice, connection_of(alice))
        assert task["status"] == "NOT_YET_STARTED"
        assert sees(alice, task)["status"] == "COMPLETED"

    def test_reads_count_down(self, alice: EndUser) -> None:
        connection = connection_of(alice)
        sets_pace(alice, "2-reads")
        task = starts(alice, connection)
        assert [sees(alice, task)["status"] for _ in range(4)] == ["IN_PROGRESS"] * 2 + ["COMPLETED"] * 2

    def test_a_list_is_a_read_of_all_that_it_shows(self, alice: EndUser) -> None:
        connections = connection_of(alice), connection_of(alice, bank=REDIRECT_BANK)
        sets_pace(alice, "1-reads")
        first, second = (starts(alice, connection) for connection in connections)
        assert [task["id"] for task in alice.sees("/api/tasks", perPage=1)["items"]] == [first["id"]]
        assert sees(alice, first)["status"] == "COMPLETED"
        assert sees(alice, second)["status"] == "IN_PROGRESS"

    def test_a_duration_is_time_on_the_clock(self, alice: EndUser) -> None:
        connection = connection_of(alice)
        sets_pace(alice, "5s")
        task = starts(alice, connection)
        assert sees(alice, task)["status"] == "IN_PROGRESS"
        alice.shop.moves_clock(advance="4s")
        assert sees(alice, task)["status"] == "IN_PROGRESS"
        alice.shop.moves_clock(advance="1s")
        assert sees(alice, task)["status"] == "COMPLETED"

    def test_by_hand_is_when_the_control_api_says_so(self, alice: EndUser) -> None:
        connection = connection_of(alice)
        sets_pace(alice, "by-hand")
        task = starts(alice, connection)
        alice = after(alice, "2h")
        assert sees(alice, task)["status"] == "IN_PROGRESS"
        ended = ends_by_hand(alice, task, outcome="COMPLETED")
        assert (ended.status_code, ended.json()) == (200, {**task, "status": "COMPLETED"})
        assert sees(alice, task) == ended.json()
        again = ends_by_hand(alice, task)
        assert (again.status_code, again.json()["errors"][0]["message"]) == (422, "The task is COMPLETED already.")


def test_an_update_brings_what_the_bank_has_booked_since(alice: EndUser) -> None:
    connection = connection_of(alice, bank=TEST_BANK, skipPositionsDownload=False, maxDaysForDownload=30)
    alice = after(alice, "13h")  # 23 o'clock in Germany; the nightly update comes at 5
    before = len(alice.transactions())
    alice = after(alice, "2h")
    assert len(alice.transactions()) == before
    assert updates(alice, connection)["status"] == "COMPLETED"
    fresh = [it for it in alice.transactions() if it["finapiBookingDate"] == "2026-08-14"]
    assert fresh
    assert len(alice.transactions()) == before + len(fresh)
    (interface,) = shown(alice, connection)["interfaces"]
    assert interface["lastManualUpdate"] == {"result": "OK", "timestamp": "2026-08-14T03:00:00.000+02:00"}
    assert {account["interfaces"][0]["lastSuccessfulUpdate"] for account in alice.accounts()} == {
        "2026-08-14T03:00:00.000+02:00"
    }


def test_what_an_update_skips_comes_with_the_next_one(alice: EndUser) -> None:
    connection = connection_of(alice, skipPositionsDownload=False, maxDaysForDownload=30)
    alice = after(alice, "15h")
    before, balances = alice.transactions(), [account["balance"] for account in alice.accounts()]
    skipping = {"skipPositionsDownload": True, "skipBalancesDownload": True}
    assert updates(alice, connection, **skipping)["status"] == "COMPLETED"
    assert alice.transactions() == before
    assert [account["balance"] for account in alice.accounts()] == balances
    assert "owners" not in shown(alice, connection)
    assert updates(alice, connection, loadOwnerData=True)["status"] == "COMPLETED"
    days = {it["finapiBookingDate"] for it in alice.transactions()} - {it["finapiBookingDate"] for it in before}
    assert days == {"2026-08-14"}
    assert shown(alice, connection)["owners"]


@pytest.mark.parametrize(("mode", "fresh"), [("SKIP", []), ("CONDITIONAL", ["Savings"])])
def test_what_an_account_went_without_an_update_by_form_does_not_bring(
    alice: EndUser, mode: str, fresh: list[str]
) -> None:
    connection = connection_of(alice, skipBalancesDownload=True, accountTypes=["CHECKING"])
    form = form_of(alice, connection, manageSavedSettings=["CREDENTIALS"], importNewAccountsMode=mode)
    assert alice.shop.completes(form).json()["status"] == "COMPLETED"
    types = {account["id"]: account["accountType"] for account in alice.accounts()}
    assert [account["accountType"] for account in alice.accounts() if "balance" in account] == fresh
    assert {types[booked["accountId"]] for booked in alice.transactions()} == set(fresh)


@pytest.mark.parametrize(
    ("mode", "types"),
    [
        ({}, ["Checking", "Checking"]),
        ({"importNewAccountsMode": "SKIP"}, ["Checking", "Checking"]),
        ({"importNewAccounts": False}, ["Checking", "Checking"]),
        ({"importNewAccountsMode": "CONDITIONAL"}, ["Checking", "Checking", "Savings"]),
        ({"importNewAccounts": True}, ["Checking", "Checking", "Savings"]),
        ({"importNewAccountsMode": "CONDITIONAL", "accountTypes": ["SECURITY"]}, ["Checking", "Checking"]),
        ({"importNewAccountsMode": "CONDITIONAL", "accountTypes": ["SAVINGS"]}, ["Checking", "Checking", "Savings"]),
    ],
)
def test_new_accounts_come_by_the_mode(alice: EndUser, mode: Json, types: list[str]) -> None:
    connection = connection_of(alice, accountTypes=["CHECKING"])
    assert updates(alice, connection, **mode)["status"] == "COMPLETED"
    assert [account["accountType"] for account in alice.accounts()] == types
    assert len(shown(alice, connection)["accountIds"]) == len(types)


class TestCauses:
    def test_a_consent_lasts_90_days(self, alice: EndUser) -> None:
        connection = connection_of(alice)
        alice = after(alice, "89d")
        assert updates(alice, connection)["status"] == "COMPLETED"
        alice = after(alice, "1d")
        assert updates(alice, connection)["status"] == "WEB_FORM_REQUIRED"
        (interface,) = shown(alice, connection)["interfaces"]
        assert (interface["userActionRequired"], interface["aisConsent"]["status"]) == (True, "NOT_PRESENT")

    def test_a_fints_bank_wants_its_credentials_each_time_unless_they_are_stored(self, alice: EndUser) -> None:
        form = alice.starts_import(bank={"id": TEST_BANK}, allowedInterfaces=["FINTS_SERVER"])
        ended = alice.shop.walked(form, *AUTHORISED, CONTINUE)
        assert updates(alice, ended["payload"]["bankConnectionId"])["status"] == "WEB_FORM_REQUIRED"

    def test_a_fints_bank_with_stored_credentials_wants_its_customer_after_90_days(self, alice: EndUser) -> None:
        connection = connection_of(alice, allowedInterfaces=["FINTS_SERVER"])
        alice = after(alice, "89d")
        assert updates(alice, connection)["status"] == "COMPLETED"
        alice = after(alice, "1d")
        assert updates(alice, connection)["status"] == "WEB_FORM_REQUIRED"

    @pytest.mark.parametrize(
        "wish",
        [
            {"manageSavedSettings": ["CREDENTIALS"]},
            {"manageSavedSettings": ["DEFAULT_TWO_STEP_PROCEDURE"]},
            {"manageSavedSettings": ["DEFAULT_TWO_STEP_PROCEDURE", "CREDENTIALS"]},
            {"importNewAccountsMode": "FORCED"},
            {"allowedInterfaces": ["FINTS_SERVER"]},
        ],
    )
    def test_what_a_client_asks_for_may_need_its_user(self, alice: EndUser, wish: Json) -> None:
        assert updates(alice, connection_of(alice), **wish)["status"] == "WEB_FORM_REQUIRED"

    def test_where_there_are_no_consents_none_is_given_up(self, alice: EndUser) -> None:
        connection = connection_of(alice, allowedInterfaces=["FINTS_SERVER"], accountTypes=["CHECKING"])
        assert updates(alice, connection, importNewAccountsMode="FORCED")["status"] == "COMPLETED"
        assert len(alice.accounts()) == 3


class TestForm:
    @pytest.fixture
    def late(self, alice: EndUser) -> EndUser:
        """Alice, whose consent at the test bank has ended. Her bank connection is the only one she has."""
        form = alice.starts_import(bank={"id": TEST_BANK}, skipPositionsDownload=True, maxDaysForDownload=30)
        assert alice.shop.walked(form, *AUTHORISED, CONTINUE)["status"] == "COMPLETED"
        return after(alice, "90d")

    @pytest.fixture
    def connection(self, late: EndUser) -> int:
        (connection,) = late.sees("/api/v2/bankConnections")["connections"]
        id: int = connection["id"]
        return id

    def test_it_is_a_form_like_all_others(self, late: EndUser, connection: int) -> None:
        task = updates(late, connection)
        form = task["payload"]["webForm"]
        assert form == {"id": form["id"], "url": f"http://localhost:8420/wf/{form['id']}", "status": "NOT_YET_OPENED"}
        assert late.sees_form(form) == {
            **form,
            "type": "BANK_CONNECTION_UPDATE",
            "createdAt": task["createdAt"],
            "expiresAt": "2026-11-11T10:20:00.000+0000",
            "payload": {"bankConnectionId": None, "errorCode": None, "errorMessage": None},
        }
        assert late.sees("/api/webForms", order="createdAt,desc")["items"][0]["id"] == form["id"]
        assert shown(late, connection)["updateStatus"] == "READY", "nothing runs while the user is asked"

    def test_it_renews_the_consent_and_updates(self, late: EndUser, connection: int) -> None:
        task = updates(late, connection)
        form = task["payload"]["webForm"]
        assert late.shop.walked(form, *AUTHORISED)["step"] == "DOWNLOAD"
        assert late.shop.walked(form, CONTINUE)["step"] == "UPDATE_SUMMARY"
        ended = late.shop.walked(form, FINISH)
        assert (ended["status"], ended["payload"]["bankConnectionId"]) == ("COMPLETED", connection)
        (interface,) = shown(late, connection)["interfaces"]
        assert interface["aisConsent"] == {
            "status": "PRESENT",
            "expiresAt": "2027-02-09T11:00:00.000+01:00",
            "supportsImportNewAccounts": True,
        }
        assert interface["lastManualUpdate"]["timestamp"] == "2026-11-11T11:00:00.000+01:00"
        assert interface["lastAutoUpdate"]["timestamp"] == "2026-11-11T05:00:00.000+01:00"
        assert (interface["maxDaysForDownload"], interface["userActionRequired"]) == (30, False)
        assert sees(late, task)["status"] == "WEB_FORM_REQUIRED", "a task stays as it ended"
        assert sees(late, task)["payload"]["webForm"]["status"] == "COMPLETED"
        assert updates(late, connection)["status"] == "COMPLETED"

    def test_its_user_may_leave_before_and_after_the_update(self, late: EndUser, connection: int) -> None:
        for steps, status in (((), "ABORTED"), (AUTHORISED[:2], "ABORTED"), (AUTHORISED, "COMPLETED")):
            ended = late.shop.walked(form_of(late, connection), *steps, CANCEL)
            assert (ended["status"], ended["payload"]["errorCode"]) == (status, None)
            assert ended["payload"]["bankConnectionId"] == connection, "it exists, however the form ends"

    @pytest.mark.parametrize("steps", [(log_in(pin="wrong"),), (*AUTHORISED[:2], answer("000000"))])
    def test_a_refusal_of_the_bank_shows_at_the_connection(self, late: EndUser, connection: int, steps: Json) -> None:
        ended = late.shop.walked(form_of(late, connection), *steps)
        assert (ended["status"], ended["payload"]["errorCode"]) == ("COMPLETED_WITH_ERROR", "BANK_SERVER_REJECTION")
        (interface,) = shown(late, connection)["interfaces"]
        assert interface["lastManualUpdate"]["result"] == "BANK_SERVER_REJECTION"
        assert interface["aisConsent"]["status"] == "NOT_PRESENT"

    def test_another_customer_of_the_bank_is_refused(self, late: EndUser, connection: int) -> None:
        ended = late.shop.walked(form_of(late, connection), log_in("demo_no_msa"))
        assert ended["payload"]["errorCode"] == "BANK_SERVER_REJECTION"

    def test_a_form_that_is_left_alone_expires(self, late: EndUser, connection: int, app: App) -> None:
        form = form_of(late, connection, callbacks=CALLBACKS)
        late.shop.moves_clock(advance="20m")
        assert late.sees_form(form)["status"] == "EXPIRED"
        assert [url for url, _ in owed(app)] == [ASKED, DONE]

    def test_forced_new_accounts_come_with_the_new_consent(self, alice: EndUser) -> None:
        connection = connection_of(alice, accountTypes=["CHECKING"])
        form = form_of(alice, connection, importNewAccountsMode="FORCED", accountTypes=["SAVINGS"])
        alice.shop.completes(form)
        assert [account["accountType"] for account in alice.accounts()] == ["Checking", "Checking", "Savings"]

    def test_an_interface_that_is_not_connected_yet_is_connected(self, alice: EndUser) -> None:
        """And then a direct debit is possible, because the form takes the interface that can do it."""
        connection = connection_of(alice)
        form = form_of(alice, connection, allowedInterfaces=["FINTS_SERVER"])
        assert alice.shop.walked(form, *AUTHORISED, CONTINUE, FINISH)["status"] == "COMPLETED"
        interfaces = [it["bankingInterface"] for it in shown(alice, connection)["interfaces"]]
        assert interfaces == ["XS2A", "FINTS_SERVER"]
        account = alice.accounts()[0]
        assert [it["bankingInterface"] for it in account["interfaces"]] == ["XS2A", "FINTS_SERVER"]
        debit = {
            "payer": {"name": "Max Mustermann", "iban": "DE13700800000061110500"},
            "amount": {"value": 25, "currency": "EUR"},
            "mandateId": "M-1",
            "mandateDate": "2018-01-01",
            "creditorId": "DE98ZZZ09999999999",
        }
        kind = {"directDebitType": "BASIC", "sequenceType": "OOFF", "executionDate": "2026-08-14"}
        collection = alice.posts(DIRECT_DEBIT, receiver={"accountId": account["id"]}, orders=[debit], **kind)
        assert alice.shop.completes(collection.json()).json()["status"] == "COMPLETED"

    def test_it_goes_on_with_every_interface_that_needs_its_user(self, alice: EndUser) -> None:
        connection = connection_of(alice)
        fints = form_of(alice, connection, allowedInterfaces=["FINTS_SERVER"])
        alice.shop.walked(fints, *AUTHORISED, CONTINUE, FINISH)
        alice = after(alice, "90d")
        form = form_of(alice, connection)
        # XS2A has stored credentials, FinTS has none
        assert alice.shop.walked(form)["step"] == "SCA_METHOD"
        assert alice.shop.walked(form, *AUTHORISED[1:], CONTINUE)["step"] == "LOGIN"
        failed = alice.shop.walked(form, log_in(pin="wrong"))
        assert failed["step"] == "PARTIAL_CONFIRMATION"
        results = [it["lastManualUpdate"]["result"] for it in shown(alice, connection)["interfaces"]]
        assert results == ["OK", "BANK_SERVER_REJECTION"]
        again = alice.shop.walked(form, {"action": "connect-more"}, *AUTHORISED, CONTINUE)
        assert again["step"] == "UPDATE_SUMMARY"
        assert alice.shop.walked(form, FINISH)["status"] == "COMPLETED"

    def test_only_the_allowed_interfaces_are_updated(self, alice: EndUser) -> None:
        connection = connection_of(alice)
        alice.shop.completes(form_of(alice, connection, allowedInterfaces=["FINTS_SERVER"]))
        alice.shop.moves_clock(advance="1h")
        assert updates(signs_in_again(alice), connection, allowedInterfaces=["XS2A"])["status"] == "COMPLETED"
        hours = [it["lastManualUpdate"]["timestamp"][11:13] for it in shown(alice, connection)["interfaces"]]
        assert hours == ["13", "12"]

    def test_a_redirect_bank_renews_its_consent_on_its_own_page(self, alice: EndUser) -> None:
        connection = connection_of(alice, bank=REDIRECT_BANK)
        form = form_of(after(alice, "90d"), connection)
        assert alice.shop.walked(form)["step"] == "REDIRECT"
        ended = alice.shop.walked(form, log_in_at_bank(), CONTINUE, FINISH)
        assert ended["status"] == "COMPLETED"
        assert shown(alice, connection)["interfaces"][0]["aisConsent"]["status"] == "PRESENT"

    def test_managed_credentials_are_stored_or_forgotten_as_the_user_says(self, alice: EndUser) -> None:
        connection = connection_of(alice, allowedInterfaces=["FINTS_SERVER"])
        assert updates(alice, connection)["status"] == "COMPLETED"
        for stores, status in ((False, "WEB_FORM_REQUIRED"), (True, "COMPLETED")):
            form = form_of(alice, connection, manageSavedSettings=["CREDENTIALS"])
            alice.shop.walked(form, log_in(storeSecrets=stores), *AUTHORISED[1:], CONTINUE, FINISH)
            assert updates(alice, connection)["status"] == status

    def test_a_managed_procedure_is_the_one_that_the_bank_asks_by_from_then_on(self, alice: EndUser) -> None:
        connection = connection_of(alice)
        form = form_of(alice, connection, manageSavedSettings=["DEFAULT_TWO_STEP_PROCEDURE"])
        assert alice.shop.walked(form)["step"] == "SCA_METHOD"
        alice.shop.walked(form, choose_procedure("demo-push-tan"), answer(), CONTINUE, FINISH)
        form = form_of(after(alice, "90d"), connection)
        asked = alice.shop.walked(form)
        assert (asked["step"], asked["expectedTan"]) == ("CHALLENGE", "123456")
        assert alice.shop.walked(form, answer(), CONTINUE, FINISH)["status"] == "COMPLETED"

    def test_the_form_of_one_task_does_not_free_what_another_has_locked(self, late: EndUser, connection: int) -> None:
        form = form_of(late, connection)
        sets_pace(late, "by-hand")
        starts(late, connection)
        late.shop.walked(form, *AUTHORISED, CONTINUE, FINISH)
        assert shown(late, connection)["updateStatus"] == "IN_PROGRESS"
        assert late.posts(BACKGROUND_UPDATE, bankConnectionId=connection).status_code == 423

    def test_a_deleted_form_is_not_shown_any_more(self, late: EndUser, connection: int) -> None:
        task = updates(late, connection)
        late.deletes(f"/api/webForms/{task['payload']['webForm']['id']}")
        assert sees(late, task)["payload"]["webForm"] is None


class TestErrors:
    def test_a_token_that_has_ended_ends_the_task(self, alice: EndUser) -> None:
        connection = connection_of(alice)
        sets_pace(alice, "7200s")
        task = starts(alice, connection)
        ended = sees(after(alice, "2h"), task)
        assert (ended["status"], ended["payload"]["errorCode"]) == ("COMPLETED_WITH_ERROR", "INVALID_TOKEN")
        assert ended["payload"]["errorMessage"]

    def test_a_revoked_token_does_so_as_well(self, alice: EndUser) -> None:
        connection = connection_of(alice)
        sets_pace(alice, "by-hand")
        task = starts(alice, connection)
        alice.shop.revokes(alice.token["access_token"])
        ends_by_hand(alice, task)
        assert sees(signs_in_again(alice), task)["payload"]["errorCode"] == "INVALID_TOKEN"
        assert shown(alice, connection)["updateStatus"] == "READY"

    @pytest.mark.parametrize(
        "code",
        [
            "BANK_SERVER_REJECTION",
            "INTERNAL_ERROR",
            "INVALID_TOKEN",
            "UNEXPECTED_ACCESS_RESPONSE",
            "MANDATOR_MISCONFIGURATION",
        ],
    )
    @pytest.mark.parametrize("message", [None, "Nein."])
    def test_every_error_can_be_had_by_control(self, alice: EndUser, code: str, message: str | None, app: App) -> None:
        connection = connection_of(alice)
        sets_pace(alice, "by-hand")
        task = starts(alice, connection, callbacks=CALLBACKS)
        wish = {"outcome": "COMPLETED_WITH_ERROR", "errorCode": code, "errorMessage": message}
        ended = ends_by_hand(alice, task, **wish).json()
        assert (ended["status"], ended["payload"]["errorCode"]) == ("COMPLETED_WITH_ERROR", code)
        assert ended["payload"]["errorMessage"] if message is None else ended["payload"]["errorMessage"] == message
        assert sees(alice, task) == ended
        result = shown(alice, connection)["interfaces"][0]["lastManualUpdate"]["result"]
        assert result == ("BANK_SERVER_REJECTION" if code == "BANK_SERVER_REJECTION" else "OK")
        assert owed(app) == [(DONE, {"taskId": task["id"], "status": "COMPLETED_WITH_ERROR"})]


class TestCallbacks:
    def test_a_task_that_succeeds_says_so_once(self, alice: EndUser, app: App) -> None:
        task = updates(alice, connection_of(alice), callbacks=CALLBACKS)
        sees(alice, task)
        assert owed(app) == [(DONE, {"taskId": task["id"], "status": "COMPLETED"})]

    def test_a_task_that_needs_its_user_says_so_and_then_how_its_form_has_ended(self, alice: EndUser, app: App) -> None:
        wish = {"manageSavedSettings": ["CREDENTIALS"], "callbacks": CALLBACKS}
        task = updates(alice, connection_of(alice), **wish)
        form = task["payload"]["webForm"]
        asked = (ASKED, {"taskId": task["id"], "status": "WEB_FORM_REQUIRED", "webForm": form})
        assert owed(app) == [asked]
        alice.shop.walked(form)
        assert owed(app) == [asked], "that it was opened is no news"
        alice.shop.walked(form, CANCEL)
        assert owed(app) == [
            asked,
            (DONE, {"taskId": task["id"], "status": "WEB_FORM_REQUIRED", "webForm": {**form, "status": "ABORTED"}}),
        ]

    def test_a_form_that_its_client_has_cancelled_is_no_news(self, alice: EndUser, app: App) -> None:
        wish = {"manageSavedSettings": ["CREDENTIALS"], "callbacks": CALLBACKS}
        for steps, status in (((), "CANCELLED"), (AUTHORISED, "COMPLETED")):
            before = len(owed(app))
            connection = connection_of(alice, skipDuplicateDetection=True)
            form = form_of(alice, connection, **wish)
            alice.shop.walked(form, *steps)
            cancelled = alice.posts(f"/api/webForms/{form['id']}/cancel")
            assert (cancelled.status_code, cancelled.json()["status"]) == (200, status)
            alice.shop.moves_clock(advance="20m")
            assert [url for url, _ in owed(app)[before:]] == [ASKED]

    def test_without_addresses_nobody_is_told(self, alice: EndUser, app: App) -> None:
        alice.shop.completes(form_of(alice, connection_of(alice), manageSavedSettings=["CREDENTIALS"]))
        assert owed(app) == []


class TestLicensed:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(license="AISP")

    def test_a_licensed_mandator_must_bring_a_redirect_url(self, alice: EndUser) -> None:
        back = {"redirectUrl": "https://shop.example/back"}
        connection = connection_of(alice, **back)
        assert alice.posts(BACKGROUND_UPDATE, bankConnectionId=connection).json()["code"] == "INVALID_REDIRECT_URL"
        assert updates(alice, connection, **back)["status"] == "COMPLETED"
