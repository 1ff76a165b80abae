"""The end user's ways through web forms of every type, walked by the control API: every step and every way out."""

from collections.abc import Callable
from typing import Any

import pytest

from mock_server.app import App
from mock_server.domain.callbacks import Callback
from mock_server.domain.forms import ErrorCode
from tests.actors import REDIRECT_BANK, TEST_BANK, Admin, EndUser
from tests.walks import (
    AGREE,
    AUTHORISED,
    CANCEL,
    CHIP_OPTICAL,
    CHIP_QR,
    CONFIRM,
    CONNECT_MORE,
    CONTINUE,
    DECOUPLED,
    FINISH,
    PUSH,
    REFUSE,
    REFUSE_AT_BANK,
    SMS,
    Step,
    answer,
    choose_bank,
    choose_procedure,
    log_in,
    log_in_at_bank,
    step,
)

Json = Any
TWO_INTERFACES, SAVINGS_BANK, SCRAPER_ONLY, APP_ONLY = 300045, 300001, 300021, 300019
RECIPIENT = {"name": "Max Mustermann", "iban": "DE13700800000061110500"}
ORDER = {"recipient": RECIPIENT, "amount": {"value": 1, "currency": "EUR"}}
DEBIT = {
    "payer": RECIPIENT,
    "amount": {"value": 1, "currency": "EUR"},
    "mandateId": "M-1",
    "mandateDate": "2018-01-01",
    "creditorId": "DE98ZZZ09999999999",
}
OF_TEST_BANK = "DE77533700080111111100"
DONE = "https://shop.example/done"
TOMORROW = "2026-08-14"


def imports(user: EndUser, **wish: Any) -> Json:
    return user.starts_import(**{"skipPositionsDownload": True, **wish})


def created(answer: Any) -> Json:
    assert answer.status_code == 201, answer.text
    return answer.json()


def pays(user: EndUser, **wish: Any) -> Json:
    return created(user.posts("/api/webForms/standalonePayment", **{"orders": [ORDER], **wish}))


def connects(user: EndUser, *, stores: bool = False, login: str = "demo", **wish: Any) -> Json:
    """A bank connection at the test bank, whose credentials finAPI keeps or not."""
    form = imports(user, bank={"id": TEST_BANK}, **wish)
    procedure = () if login == "demo_no_msa" else AUTHORISED[1:]
    ended = user.shop.walked(form, log_in(login, storeSecrets=stores), *procedure, CONTINUE)
    return user.sees(f"/api/v2/bankConnections/{ended['payload']['bankConnectionId']}")


def import_form(user: EndUser) -> Json:
    return imports(user, callbacks={"finalised": DONE})


def update_form(user: EndUser) -> Json:
    wish = {"manageSavedSettings": ["CREDENTIALS"], "bankConnectionId": connects(user)["id"]}
    task = created(user.posts("/api/tasks/backgroundUpdate", **wish, callbacks={"finalised": DONE}))
    form = user.sees(f"/api/tasks/{task['id']}")["payload"]["webForm"]
    return user.sees_form(form)


def standalone_form(user: EndUser) -> Json:
    return pays(user, callbacks={"finalised": DONE})


def account_form(user: EndUser) -> Json:
    wish = {"sender": {"accountId": connects(user)["accountIds"][0]}, "orders": [ORDER]}
    return created(user.posts("/api/webForms/paymentWithAccountId", **wish, callbacks={"finalised": DONE}))


def debit_form(user: EndUser) -> Json:
    account = connects(user, allowedInterfaces=["FINTS_SERVER"])["accountIds"][0]
    wish = {"directDebitType": "BASIC", "sequenceType": "OOFF", "executionDate": TOMORROW, "orders": [DEBIT]}
    path, receiver = "/api/webForms/directDebitWithAccountId", {"accountId": account}
    return created(user.posts(path, **wish, receiver=receiver, callbacks={"finalised": DONE}))


def standing_order_form(user: EndUser) -> Json:
    wish = {**ORDER, "startDate": TOMORROW, "frequency": "MONTHLY"}
    return created(user.posts("/api/webForms/standingOrder", **wish, callbacks={"finalised": DONE}))


SELECT = step("select-account", account=OF_TEST_BANK)
PATHS: dict[Callable[[EndUser], Json], tuple[list[Step], list[str]]] = {
    import_form: (
        [choose_bank(TEST_BANK), *AUTHORISED, CONTINUE],
        ["BANK_SEARCH", "LOGIN", "SCA_METHOD", "CHALLENGE", "DOWNLOAD"],
    ),
    update_form: (
        [*AUTHORISED, CONTINUE, FINISH],
        ["LOGIN", "SCA_METHOD", "CHALLENGE", "DOWNLOAD", "UPDATE_SUMMARY"],
    ),
    standalone_form: (
        [choose_bank(TEST_BANK), log_in(), SELECT, AGREE, choose_procedure(), answer()],
        ["BANK_SEARCH", "LOGIN", "ACCOUNT_SELECTION", "PAYMENT_OVERVIEW", "SCA_METHOD", "CHALLENGE"],
    ),
    account_form: (
        [log_in(), AGREE, choose_procedure(), answer()],
        ["LOGIN", "PAYMENT_OVERVIEW", "SCA_METHOD", "CHALLENGE"],
    ),
    debit_form: (
        [log_in(), AGREE, choose_procedure(), answer()],
        ["LOGIN", "PAYMENT_OVERVIEW", "SCA_METHOD", "CHALLENGE"],
    ),
    standing_order_form: (
        [choose_bank(TEST_BANK), log_in(), SELECT, AGREE, choose_procedure(DECOUPLED), CONFIRM],
        ["BANK_SEARCH", "LOGIN", "ACCOUNT_SELECTION", "PAYMENT_OVERVIEW", "SCA_METHOD", "DECOUPLED"],
    ),
}
"""What an end user does in a form of each type to come to its end, and the step at which each of it is done."""

types = pytest.mark.parametrize("made", PATHS, ids=lambda made: made.__name__)


def owed(app: App, form: Json) -> list[str]:
    """The statuses that the client has been told, or will be."""
    (world,) = app.worlds
    bodies = [it.body for it in world.store.all(Callback)]
    told = [body.get("webForm", {"id": body.get("webFormId"), "status": body["status"]}) for body in bodies]
    return [it["status"] for it in told if it["id"] == form["id"]]


@types
def test_every_type_has_its_steps(alice: EndUser, app: App, made: Callable[[EndUser], Json]) -> None:
    form, (path, steps) = made(alice), PATHS[made]
    assert alice.http.get(f"/_mock/webForms/{form['id']}").json()["step"] is None
    shown = alice.shop.walked(form)
    for do, at in zip(path, steps, strict=True):
        assert (shown["step"], shown["status"]) == (at, "IN_PROGRESS")
        assert not any(shown["payload"].values()), "nothing is said before the end"
        assert {do["action"], "cancel"} <= {it["action"] for it in shown["waitsFor"]}
        assert shown["expectedTan"] == ("123456" if at == "CHALLENGE" else None)
        shown = alice.shop.walked(form, do)
    assert (shown["status"], shown["step"], shown["waitsFor"]) == ("COMPLETED", None, [])
    (id,) = (value for key, value in shown["payload"].items() if key.endswith("Id"))
    assert id is not None
    assert owed(app, form) == ["COMPLETED"]


@types
def test_every_step_can_be_left(alice: EndUser, app: App, made: Callable[[EndUser], Json]) -> None:
    path, _ = PATHS[made]
    for done in range(len(path)):
        form = made(alice.shop.welcomes(f"user-{done}"))
        left = alice.shop.walked(form, *path[:done], CANCEL)
        status = "COMPLETED" if has_connection(made, done) else "ABORTED"
        assert (left["status"], left["payload"]["errorCode"]) == (status, None)
        assert owed(app, form) == [status]


def has_connection(made: Callable[[EndUser], Json], done: int) -> bool:
    """Whether so many steps connect or update something: from the download on, cancelling comes too late."""
    path, _ = PATHS[made]
    return CONTINUE in path and done >= path.index(CONTINUE)


@pytest.mark.parametrize("procedure", [SMS, PUSH, CHIP_OPTICAL, CHIP_QR])
def test_a_tan_of_any_kind(alice: EndUser, procedure: str) -> None:
    form, at_bank = imports(alice, bank={"id": TEST_BANK}), (log_in(), choose_procedure(procedure))
    assert alice.shop.walked(form, *at_bank)["expectedTan"] == "123456"
    assert alice.shop.walked(form, answer(" 123456 "), CONTINUE)["status"] == "COMPLETED"


@pytest.mark.parametrize(
    ("bank", "steps"),
    [
        (TEST_BANK, [log_in(pin="wrong")]),
        (TEST_BANK, [log_in("nobody")]),
        (TEST_BANK, [log_in(), choose_procedure(), answer("654321")]),
        (TEST_BANK, [log_in(), choose_procedure(DECOUPLED), REFUSE]),
        (REDIRECT_BANK, [log_in_at_bank(pin="wrong")]),
        (REDIRECT_BANK, [REFUSE_AT_BANK]),
    ],
)
def test_what_the_bank_refuses_ends_an_import(alice: EndUser, bank: int, steps: list[Step]) -> None:
    ended = alice.shop.walked(imports(alice, bank={"id": bank}), *steps)
    assert (ended["status"], ended["payload"]["errorCode"], ended["payload"]["bankConnectionId"]) == (
        "COMPLETED_WITH_ERROR",
        "BANK_SERVER_REJECTION",
        None,
    )
    assert alice.sees("/api/v2/bankConnections")["connections"] == []


def test_a_customer_without_a_second_factor_is_not_asked_for_one(alice: EndUser) -> None:
    form = imports(alice, bank={"id": TEST_BANK})
    assert alice.shop.walked(form, log_in("demo_no_msa"))["step"] == "DOWNLOAD"


def test_a_redirect_bank_has_a_page_of_its_own(alice: EndUser) -> None:
    form = imports(alice)
    at_bank = alice.shop.walked(form, choose_bank(REDIRECT_BANK))
    assert at_bank["step"] == "REDIRECT"
    assert [it["action"] for it in at_bank["waitsFor"]] == ["bank-log-in", "bank-refuse", "change-bank", "cancel"]
    assert alice.shop.walked(form, log_in_at_bank(), CONTINUE)["status"] == "COMPLETED"


class TestChoiceOfTheBank:
    def test_a_bank_that_nobody_has_fixed_can_be_changed_up_to_the_login(self, alice: EndUser) -> None:
        form = imports(alice)
        back = alice.shop.walked(form, choose_bank(TEST_BANK), step("change-bank"))
        assert (back["step"], back["bankId"]) == ("BANK_SEARCH", None)
        back = alice.shop.walked(form, choose_bank(REDIRECT_BANK), step("change-bank"), choose_bank(TEST_BANK))
        assert (back["step"], back["bankId"]) == ("LOGIN", TEST_BANK)

    def test_a_bank_that_the_client_has_chosen_is_locked_unless_the_profile_says_otherwise(
        self, alice: EndUser, admin: Admin
    ) -> None:
        locked = alice.shop.walked(imports(alice, bank={"id": TEST_BANK}))
        assert [it["action"] for it in locked["waitsFor"]] == ["log-in", "cancel"]
        editable = profile(admin, bankDetails="EDITABLE")
        form = imports(alice, bank={"id": TEST_BANK}, profileId=editable)
        assert alice.shop.walked(form, step("change-bank"), choose_bank(REDIRECT_BANK))["bankId"] == REDIRECT_BANK

    def test_a_bank_of_the_sender_is_locked_in_any_case(self, alice: EndUser, admin: Admin) -> None:
        form = account_form(alice)
        assert [it["action"] for it in alice.shop.walked(form)["waitsFor"]] == ["log-in", "cancel"]
        assert alice.shop.walks(form, step("change-bank")).status_code == 400

    @pytest.mark.parametrize(
        ("wish", "bank"),
        [({"allowTestBank": False}, TEST_BANK), ({"allowedInterfaces": ["FINTS_SERVER"]}, REDIRECT_BANK), ({}, 1)],
    )
    def test_a_bank_that_is_not_offered_cannot_be_chosen(self, alice: EndUser, wish: Json, bank: int) -> None:
        form = imports(alice, **wish)
        refused = alice.shop.walks(form, choose_bank(bank))
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "steps[0].fields.bank")


def profile(admin: Admin, **functionality: Any) -> str:
    label = f"profile {len(admin.sees('/api/profiles')['items'])}"
    answer = admin.posts("/api/profiles", label=label, functionality=functionality)
    id: str = created(answer)["id"]
    return id


class TestSelectionOfAccounts:
    @pytest.mark.parametrize(
        ("functionality", "takes_several"),
        [
            ({"renderAccountSelectionView": True}, True),
            ({"accountSelectionConfiguration": {"mode": "MULTIPLE"}}, True),
            ({"accountSelectionConfiguration": {"mode": "SINGLE"}}, False),
        ],
    )
    def test_what_is_not_ticked_does_not_stay(
        self, alice: EndUser, admin: Admin, functionality: Json, takes_several: bool
    ) -> None:
        form = imports(alice, bank={"id": TEST_BANK}, profileId=profile(admin, **functionality))
        shown = alice.shop.walked(form, *AUTHORISED, CONTINUE)
        (selection,) = shown["waitsFor"][0]["fields"]
        first, second, third = selection["options"]
        assert (shown["step"], selection["several"]) == ("ACCOUNT_SELECTION", takes_several)
        for wrong in ("", "1", [first, "1"], *([[first, second]] if not takes_several else [])):
            refused = alice.shop.walks(form, step("select-accounts", accounts=wrong))
            assert refused.json()["errors"][0]["field"] == "steps[0].fields.accounts", wrong
        assert len(alice.accounts()) == 3
        kept = [first, third] if takes_several else [third]
        ended = alice.shop.walked(form, step("select-accounts", accounts=kept if takes_several else third))
        assert ended["status"] == "COMPLETED"
        assert [str(account["id"]) for account in alice.accounts()] == kept
        (connection,) = alice.sees("/api/v2/bankConnections")["connections"]
        assert list(map(str, connection["accountIds"])) == kept
        orders = alice.sees("/api/v2/bankSideStandingOrders")["standingOrders"]
        assert {str(it["accountId"]) for it in orders} <= set(kept)

    def test_transactions_go_with_their_account(self, alice: EndUser, admin: Admin) -> None:
        selecting = profile(admin, renderAccountSelectionView=True)
        wish = {"bank": {"id": TEST_BANK}, "profileId": selecting, "maxDaysForDownload": 30}
        form = alice.starts_import(**wish)
        options = alice.shop.walked(form, *AUTHORISED, CONTINUE)["waitsFor"][0]["fields"][0]["options"]
        assert {str(it["accountId"]) for it in alice.transactions()} == set(options)
        alice.shop.walked(form, step("select-accounts", accounts=options[:1]))
        assert {str(it["accountId"]) for it in alice.transactions()} == set(options[:1])

    def test_without_such_a_profile_all_accounts_stay(self, alice: EndUser) -> None:
        assert len(connects(alice)["accountIds"]) == 3


class TestFurtherInterfaces:
    """XS2A of this bank delivers checking accounts only, its web scraper savings accounts as well."""

    SCRAPER = (step("log-in", Benutzername="demo", Passwort="demo"), choose_procedure(), answer())
    FIRST = (log_in_at_bank(), CONTINUE)

    def test_what_the_first_interface_lacks_the_second_brings(self, alice: EndUser) -> None:
        form = imports(alice, bank={"id": TWO_INTERFACES})
        shown = alice.shop.walked(form, *self.FIRST)
        assert [it["action"] for it in shown["waitsFor"]] == ["connect-more", "finish", "cancel"]
        assert (shown["step"], shown["status"]) == ("PARTIAL_CONFIRMATION", "IN_PROGRESS")
        assert {account["accountType"] for account in alice.accounts()} == {"Checking"}
        assert alice.shop.walked(form, CONNECT_MORE)["step"] == "LOGIN"
        ended = alice.shop.walked(form, *self.SCRAPER, CONTINUE)
        assert ended["status"] == "COMPLETED"
        (connection,) = alice.sees("/api/v2/bankConnections")["connections"]
        assert [it["bankingInterface"] for it in connection["interfaces"]] == ["XS2A", "WEB_SCRAPER"]
        assert {account["accountType"] for account in alice.accounts()} == {"Checking", "Savings"}
        checking = alice.accounts(accountTypes="Checking")[0]
        assert [it["bankingInterface"] for it in checking["interfaces"]] == ["XS2A", "WEB_SCRAPER"]

    @pytest.mark.parametrize("way_out", [FINISH, CANCEL])
    def test_whoever_does_not_want_it_has_a_connection_all_the_same(self, alice: EndUser, way_out: Step) -> None:
        ended = alice.shop.walked(imports(alice, bank={"id": TWO_INTERFACES}), *self.FIRST, way_out)
        (connection,) = alice.sees("/api/v2/bankConnections")["connections"]
        assert (ended["status"], ended["payload"]["bankConnectionId"]) == ("COMPLETED", connection["id"])

    def test_a_second_interface_that_fails_can_be_tried_again_or_left_out(self, alice: EndUser) -> None:
        form = imports(alice, bank={"id": TWO_INTERFACES})
        wrong = step("log-in", Benutzername="demo", Passwort="wrong")
        for _ in range(2):
            shown = alice.shop.walked(form, *([] if _ else self.FIRST), CONNECT_MORE, wrong)
            assert (shown["step"], shown["status"]) == ("PARTIAL_CONFIRMATION", "IN_PROGRESS")
        another = step("log-in", Benutzername="demo_no_msa", Passwort="demo_no_msa")
        assert alice.shop.walked(form, CONNECT_MORE, another)["step"] == "PARTIAL_CONFIRMATION", "another customer"
        ended = alice.shop.walked(form, FINISH)
        assert (ended["status"], ended["payload"]["errorCode"]) == ("COMPLETED", None)
        assert {account["accountType"] for account in alice.accounts()} == {"Checking"}

    @pytest.mark.parametrize("wish", [{"accountTypes": ["CHECKING"]}, {"allowedInterfaces": ["XS2A"]}])
    def test_it_is_not_asked_for_what_nobody_wants(self, alice: EndUser, wish: Json) -> None:
        ended = alice.shop.walked(imports(alice, bank={"id": TWO_INTERFACES}, **wish), *self.FIRST)
        assert ended["status"] == "COMPLETED"

    def test_what_the_user_has_not_ticked_is_not_missing(self, alice: EndUser, admin: Admin) -> None:
        selecting = profile(admin, renderAccountSelectionView=True)
        form = imports(alice, bank={"id": TEST_BANK}, profileId=selecting)
        options = alice.shop.walked(form, *AUTHORISED, CONTINUE)["waitsFor"][0]["fields"][0]["options"]
        assert alice.shop.walked(form, step("select-accounts", accounts=options[0]))["status"] == "COMPLETED"
        form = imports(alice, bank={"id": TWO_INTERFACES}, profileId=selecting)
        options = alice.shop.walked(form, *self.FIRST)["waitsFor"][0]["fields"][0]["options"]
        asked = alice.shop.walked(form, step("select-accounts", accounts=options[0]))
        assert asked["step"] == "PARTIAL_CONFIRMATION", "the savings account could not be ticked yet"


class TestStoredSecrets:
    @pytest.mark.parametrize(
        ("saving", "ticked", "field", "stored"),
        [
            ("RENDER", None, {"mandatory": False, "options": ["true", "false"]}, False),
            ("RENDER", False, {"mandatory": False, "options": ["true", "false"]}, False),
            ("RENDER", True, {"mandatory": False, "options": ["true", "false"]}, True),
            ("MANDATORY", True, {"mandatory": True, "options": ["true"]}, True),
            ("HIDDEN", None, None, False),
            ("IMPLICIT_APPROVAL", None, None, True),
        ],
    )
    def test_the_profile_says_who_decides(
        self, alice: EndUser, admin: Admin, saving: str, ticked: bool | None, field: Json, stored: bool
    ) -> None:
        """Whether they are stored shows at a FinTS bank, which asks for them at each update."""
        wish = {"bank": {"id": TEST_BANK}, "allowedInterfaces": ["FINTS_SERVER"]}
        form = imports(alice, **wish, profileId=profile(admin, storeSecrets=saving))
        fields = alice.shop.walked(form)["waitsFor"][0]["fields"]
        asked = next((it for it in fields if it["name"] == "storeSecrets"), None)
        assert asked == (
            None if field is None else {"name": "storeSecrets", "secret": False, "several": False, **field}
        )
        ended = alice.shop.walked(form, log_in(storeSecrets=ticked), *AUTHORISED[1:], CONTINUE)
        update = {"bankConnectionId": ended["payload"]["bankConnectionId"]}
        task = created(alice.posts("/api/tasks/backgroundUpdate", **update))
        status = alice.sees(f"/api/tasks/{task['id']}")["status"]
        assert status == ("COMPLETED" if stored else "WEB_FORM_REQUIRED")

    @pytest.mark.parametrize("ticked", [None, False])
    def test_what_is_mandatory_must_be_agreed_to(self, alice: EndUser, admin: Admin, ticked: bool | None) -> None:
        form = imports(alice, bank={"id": TEST_BANK}, profileId=profile(admin, storeSecrets="MANDATORY"))
        refused = alice.shop.walks(form, log_in(storeSecrets=ticked))
        assert refused.json()["errors"][0]["field"] == "steps[0].fields.storeSecrets"
        assert alice.sees_form(form)["status"] == "NOT_YET_OPENED", "a refused walk leaves no trace"

    def test_standalone_payments_have_a_rule_of_their_own(self, alice: EndUser, admin: Admin) -> None:
        both = profile(admin, storeSecrets="MANDATORY", storeSecretsSap="HIDDEN")
        names = []
        for form in (pays(alice, profileId=both), imports(alice, profileId=both)):
            fields = alice.shop.walked(form, choose_bank(TEST_BANK))["waitsFor"][0]["fields"]
            names.append([it["name"] for it in fields])
        assert names == [["Onlinebanking-ID", "PIN"], ["Onlinebanking-ID", "PIN", "storeSecrets"]]

    def test_a_payment_from_such_an_account_starts_behind_the_login(self, alice: EndUser) -> None:
        account = connects(alice, stores=True)["accountIds"][0]
        wish = {"sender": {"accountId": account}, "orders": [ORDER]}
        form = created(alice.posts("/api/webForms/paymentWithAccountId", **wish))
        assert alice.shop.walked(form)["step"] == "PAYMENT_OVERVIEW"

    def test_an_update_of_such_a_connection_starts_behind_the_login(self, alice: EndUser) -> None:
        connection = connects(alice, stores=True)["id"]
        for manages, step_ in (("DEFAULT_TWO_STEP_PROCEDURE", "SCA_METHOD"), ("CREDENTIALS", "LOGIN")):
            wish = {"bankConnectionId": connection, "manageSavedSettings": [manages]}
            task = created(alice.posts("/api/tasks/backgroundUpdate", **wish))
            form = alice.sees(f"/api/tasks/{task['id']}")["payload"]["webForm"]
            assert alice.shop.walked(form)["step"] == step_

    def test_where_nothing_is_left_to_ask_opening_the_form_is_all(self, alice: EndUser, admin: Admin) -> None:
        account = connects(alice, stores=True, login="demo_no_msa")["accountIds"][0]
        wish = {
            "sender": {"accountId": account},
            "orders": [ORDER],
            "profileId": profile(admin, hidePaymentOverview=True),
        }
        form = created(alice.posts("/api/webForms/paymentWithAccountId", **wish))
        assert alice.shop.walked(form)["status"] == "COMPLETED"
        other = created(alice.posts("/api/webForms/paymentWithAccountId", **wish))
        assert alice.shop.completes(other, outcome="ABORTED").json()["status"] == "ABORTED"
        assert len(alice.sees("/api/v2/payments")["payments"]) == 1


@pytest.mark.parametrize("functionality", [{"hidePaymentOverview": True}, {"hidePaymentSummary": True}])
def test_a_hidden_overview_is_agreed_to_beforehand(alice: EndUser, admin: Admin, functionality: Json) -> None:
    form = pays(alice, profileId=profile(admin, **functionality))
    shown = alice.shop.walked(form, choose_bank(TEST_BANK), log_in(), SELECT)
    assert shown["step"] == "SCA_METHOD"
    assert [it["status"] for it in alice.sees("/api/v2/payments")["payments"]] == ["PENDING"]


class TestErrors:
    def test_the_same_login_again_is_a_duplicate(self, alice: EndUser) -> None:
        connects(alice)
        way = (*AUTHORISED, CONTINUE)
        again = alice.shop.walked(imports(alice, bank={"id": TEST_BANK}), *AUTHORISED)
        assert (again["status"], again["payload"]["errorCode"]) == ("COMPLETED_WITH_ERROR", "ENTITY_EXISTS")
        wanted = imports(alice, bank={"id": TEST_BANK}, skipDuplicateDetection=True)
        assert alice.shop.walked(wanted, *way)["status"] == "COMPLETED"
        assert (
            alice.shop.walked(imports(alice.shop.welcomes("bob"), bank={"id": TEST_BANK}), *way)["status"]
            == "COMPLETED"
        )

    @pytest.mark.parametrize(
        "wish",
        [
            {"bank": {"id": TEST_BANK}, "accountTypes": ["LOAN"]},
            # what only an interface delivers that must not be used
            {"bank": {"id": TEST_BANK}, "accountTypes": ["BAUSPAREN", "MEMBERSHIP"]},
        ],
    )
    def test_no_account_of_the_wanted_types(self, alice: EndUser, wish: Json) -> None:
        ended = alice.shop.walked(imports(alice, **wish), *AUTHORISED)
        assert ended["payload"]["errorCode"] == "NO_ACCOUNTS_FOR_TYPE_LIST"
        assert alice.accounts() == []

    def test_types_that_only_a_forbidden_interface_delivers_are_none(self, alice: EndUser) -> None:
        wish = {"bank": {"id": TWO_INTERFACES}, "accountTypes": ["SAVINGS"]}
        only = alice.shop.walked(imports(alice, **wish, allowedInterfaces=["XS2A"]), log_in_at_bank())
        assert only["payload"]["errorCode"] == "NO_ACCOUNTS_FOR_TYPE_LIST"
        both = alice.shop.walked(imports(alice, **wish), log_in_at_bank(), CONTINUE)
        assert both["step"] == "PARTIAL_CONFIRMATION"

    def test_an_order_that_the_account_cannot_do(self, alice: EndUser) -> None:
        form = pays(alice)
        options = alice.shop.walked(form, choose_bank(TEST_BANK), log_in())["waitsFor"][0]["fields"][0]["options"]
        ended = alice.shop.walked(form, step("select-account", account=options[2]))
        assert ended["payload"]["errorCode"] == "UNSUPPORTED_ORDER"

    def test_a_feature_that_the_bank_does_not_have(self, alice: EndUser) -> None:
        """This bank takes no payment for a later day."""
        form = pays(alice, executionDate=TOMORROW)
        ended = alice.shop.walked(form, choose_bank(300017), log_in_at_bank())
        assert ended["payload"]["errorCode"] == "UNSUPPORTED_FEATURE"

    def test_another_customer_than_the_accounts_own(self, alice: EndUser) -> None:
        ended = alice.shop.walked(account_form(alice), log_in("demo_no_msa"))
        assert ended["payload"]["errorCode"] == "BANK_SERVER_REJECTION"

    def test_a_token_that_is_revoked_meanwhile(self, alice: EndUser) -> None:
        form = imports(alice, bank={"id": TEST_BANK})
        alice.shop.walked(form, *AUTHORISED[:2])
        alice.shop.revokes(alice.token["access_token"])
        ended = alice.shop.walked(form, answer())
        assert (ended["status"], ended["payload"]["errorCode"]) == ("COMPLETED_WITH_ERROR", "INVALID_TOKEN")

    def test_a_token_that_expires_meanwhile(self, alice: EndUser) -> None:
        alice.shop.moves_clock(advance="50m")
        form = imports(alice, bank={"id": TEST_BANK})
        alice.shop.walked(form, *AUTHORISED)
        alice.shop.moves_clock(advance="10m")
        ended = alice.shop.walked(form, CONTINUE)
        assert ended["payload"]["errorCode"] == "INVALID_TOKEN"
        assert ended["payload"]["bankConnectionId"] is not None, "what has been imported is there"

    def test_without_a_token_nobody_pays_by_opening_a_form(self, alice: EndUser, admin: Admin) -> None:
        account = connects(alice, stores=True, login="demo_no_msa")["accountIds"][0]
        wish = {
            "sender": {"accountId": account},
            "orders": [ORDER],
            "profileId": profile(admin, hidePaymentOverview=True),
        }
        form = created(alice.posts("/api/webForms/paymentWithAccountId", **wish))
        alice.shop.revokes(alice.token["access_token"])
        assert alice.shop.walked(form)["payload"]["errorCode"] == "INVALID_TOKEN"

    @pytest.mark.parametrize("code", list(ErrorCode))
    @types
    def test_every_code_can_be_had_by_control(
        self, alice: EndUser, code: ErrorCode, made: Callable[[EndUser], Json], app: App
    ) -> None:
        form = made(alice)
        ended = alice.shop.completes(form, outcome="COMPLETED_WITH_ERROR", errorCode=code).json()
        assert (ended["status"], ended["payload"]["errorCode"]) == ("COMPLETED_WITH_ERROR", code)
        assert ended["payload"]["errorMessage"]
        assert alice.sees_form(form) == ended
        assert owed(app, form) == ["COMPLETED_WITH_ERROR"]


class TestCancelling:
    """`POST …/cancel`, by the client."""

    @types
    def test_a_form_is_cancelled_at_any_step_and_nobody_is_told(
        self, alice: EndUser, app: App, made: Callable[[EndUser], Json]
    ) -> None:
        path, _ = PATHS[made]
        for done in range(-1, len(path)):
            user = alice.shop.welcomes(f"user-{done}")
            form = made(user)
            if done >= 0:
                alice.shop.walked(form, *path[:done])
            cancelled = cancels(user, form)
            assert cancelled["status"] == ("COMPLETED" if has_connection(made, done) else "CANCELLED")
            assert cancels(user, form) == cancelled, "the second time changes nothing"
            alice.shop.moves_clock(advance="20m")
            assert owed(app, form) == []

    def test_a_form_that_has_ended_stays_as_it_is(self, alice: EndUser, app: App) -> None:
        for outcome in ("COMPLETED", "COMPLETED_WITH_ERROR", "ABORTED", "EXPIRED", "CANCELLED"):
            form = imports(alice, callbacks={"finalised": DONE}, skipDuplicateDetection=True)
            ended = alice.shop.completes(form, outcome=outcome).json()
            assert ended["status"] == outcome
            told = owed(app, form)
            assert cancels(alice, form) == ended
            assert owed(app, form) == told == ([] if outcome == "CANCELLED" else [outcome])

    def test_a_cancelled_form_takes_no_step(self, alice: EndUser) -> None:
        form = imports(alice)
        cancels(alice, form)
        refused = alice.shop.walks(form, choose_bank(TEST_BANK))
        assert refused.json()["errors"] == [
            {"field": "steps[0].action", "message": "The form is CANCELLED. There is nothing to do."}
        ]

    def test_it_is_for_the_forms_own_user(self, alice: EndUser) -> None:
        form, bob = imports(alice), alice.shop.welcomes("bob")
        assert bob.posts(f"/api/webForms/{form['id']}/cancel").status_code == 404
        assert alice.sees_form(form)["status"] == "NOT_YET_OPENED"


def cancels(user: EndUser, form: Json) -> Json:
    answer = user.posts(f"/api/webForms/{form['id']}/cancel")
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestDeleting:
    @pytest.mark.parametrize("steps", [None, [], [choose_bank(TEST_BANK), *AUTHORISED]])
    def test_a_form_is_gone_and_what_it_has_done_stays(
        self, alice: EndUser, app: App, steps: list[Step] | None
    ) -> None:
        form = import_form(alice)
        if steps is not None:
            alice.shop.walked(form, *steps)
        deleted = alice.deletes(f"/api/webForms/{form['id']}")
        assert (deleted.status_code, deleted.content) == (200, b"")
        assert alice.gets(f"/api/webForms/{form['id']}").status_code == 404
        assert alice.shop.walks(form).status_code == 404
        alice.shop.moves_clock(advance="20m")
        assert owed(app, form) == []
        assert len(alice.accounts()) == (3 if steps else 0)

    @pytest.mark.parametrize("outcome", ["COMPLETED", "COMPLETED_WITH_ERROR", "ABORTED", "EXPIRED", "CANCELLED"])
    def test_also_one_that_has_ended(self, alice: EndUser, outcome: str) -> None:
        form = imports(alice)
        alice.shop.completes(form, outcome=outcome)
        assert alice.deletes(f"/api/webForms/{form['id']}").status_code == 200
        assert alice.sees("/api/webForms")["items"] == []


class TestExpiry:
    @types
    def test_a_form_that_expires_names_what_exists_by_then(
        self, alice: EndUser, app: App, made: Callable[[EndUser], Json]
    ) -> None:
        path, _ = PATHS[made]
        form = made(alice)
        alice.shop.walked(form, *path[:-1])
        alice.shop.moves_clock(advance="19m59s")
        assert alice.sees_form(form)["status"] == "IN_PROGRESS"
        alice.shop.moves_clock(advance="1s")
        expired = alice.sees_form(form)
        assert (expired["status"], expired["payload"]["errorCode"]) == ("EXPIRED", None)
        (id,) = (value for key, value in expired["payload"].items() if key.endswith("Id"))
        assert id is not None
        assert owed(app, form) == ["EXPIRED"]
        assert alice.shop.walks(form, path[-1]).status_code == 400


def test_the_download_of_an_import_goes_on_after_the_form_at_the_mandators_pace(alice: EndUser) -> None:
    """ "Status concerns the form only": clients poll the connection until it is READY."""
    alice.http.post("/_mock/pace", json={"pace": "2-reads"}, headers={"x-mock-client": "shop"})
    form = alice.starts_import(bank={"id": TEST_BANK}, maxDaysForDownload=14)
    completed = alice.shop.completes(form).json()
    assert completed["status"] == "COMPLETED"
    path = f"/api/v2/bankConnections/{completed['payload']['bankConnectionId']}"
    assert alice.transactions() == []
    assert [alice.sees(path)["updateStatus"] for _ in range(3)] == ["IN_PROGRESS", "IN_PROGRESS", "READY"]
    assert alice.transactions()
    assert all("balance" in account for account in alice.accounts())


def test_at_the_usual_pace_everything_is_there_whatever_is_read_first(alice: EndUser) -> None:
    form = alice.starts_import(bank={"id": TEST_BANK}, maxDaysForDownload=14)
    assert alice.shop.completes(form).json()["status"] == "COMPLETED"
    assert alice.transactions()
