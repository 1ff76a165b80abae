import re
from typing import Any

import pytest

from mock_server.app import App
from mock_server.domain.callbacks import Callback
from mock_server.settings import Settings
from tests.actors import REDIRECT_BANK, EndUser, Shop


def test_an_empty_wish_makes_a_form_that_lives_for_20_minutes(alice: EndUser) -> None:
    form = alice.starts_import()
    assert form == {
        "id": form["id"],
        "url": f"http://localhost:8420/wf/{form['id']}",
        "createdAt": "2026-08-13T10:00:00.000+0000",
        "expiresAt": "2026-08-13T10:20:00.000+0000",
        "type": "BANK_CONNECTION_IMPORT",
        "status": "NOT_YET_OPENED",
        "payload": {"bankConnectionId": None, "errorCode": None, "errorMessage": None},
    }
    assert len(form["id"]) == 36
    assert alice.sees(f"/api/webForms/{form['id']}") == form


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"bank": {"search": "DEMO0001"}}, 201, None),
        ({"bank": {"search": "no such bank"}}, 422, "BANK_NOT_SUPPORTED"),
        ({"bank": {"id": 1}}, 422, "BANK_NOT_SUPPORTED"),
        ({"bank": {"search": "finAPI Test"}}, 422, "BANK_NOT_UNIQUE"),
        ({"bank": {"id": REDIRECT_BANK}, "allowedInterfaces": ["WEB_SCRAPER"]}, 422, "BANK_NOT_SUPPORTED"),
        ({"redirectUrl": "https://shop.example/back"}, 422, "INVALID_REDIRECT_URL"),
        ({"profileId": "0" * 36}, 404, "NOT_FOUND"),
    ],
)
def test_what_is_asked_for_must_be_possible(
    alice: EndUser, wish: dict[str, Any], status: int, code: str | None
) -> None:
    answer = alice.asks_for_import(**wish)
    assert answer.status_code == status
    assert answer.json().get("code") == code


@pytest.mark.parametrize(
    ("wish", "field", "words"),
    [
        ({"bankId": 280001}, "bankId", "There is no such field. Did you mean 'bank'?"),
        ({"language": "de"}, "language", "There is no such field."),
        ({"bank": {"id": 280001, "search": "x"}}, "bank", "Only one of id and search may be set."),
        ({"skipBalancesDownload": True}, "skipBalancesDownload", "May be true only if skipPositionsDownload is true."),
        ({"callbacks": {"finalised": "nonsense"}}, "callbacks.finalised", "Must be an http or https URL."),
        ({"maxDaysForDownload": 3651}, "maxDaysForDownload", "Must be at most 3650."),
    ],
)
def test_a_malformed_wish_is_refused_by_field(alice: EndUser, wish: dict[str, Any], field: str, words: str) -> None:
    answer = alice.asks_for_import(**wish)
    body = answer.json()
    assert answer.status_code == 400
    assert set(body) == {"errors", "timestamp", "endpoint"}
    assert body["endpoint"] == "POST /api/webForms/bankConnectionImport"
    assert re.fullmatch(r"2026-08-13T10:00:00\.000\+0000", body["timestamp"])
    assert [error["field"] for error in body["errors"]] == [field]
    assert body["errors"][0]["message"].startswith(words)


def test_a_plain_http_callback_is_accepted_with_a_warning(alice: EndUser) -> None:
    answer = alice.asks_for_import(callbacks={"finalised": "http://localhost:9000/done"})
    assert answer.status_code == 201
    assert "finAPI would refuse callbacks.finalised" in answer.headers["x-mock-warning"]
    assert alice.shop.journal(operation="createForBankConnectionImport")[0]["warnings"]


class TestStrict:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(strict=True)

    def test_a_plain_http_callback_is_refused_as_finapi_does(self, alice: EndUser) -> None:
        answer = alice.asks_for_import(callbacks={"finalised": "http://localhost:9000/done"})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "callbacks.finalised"
        assert alice.asks_for_import(callbacks={"finalised": "https://shop.example/done"}).status_code == 201


class TestLicensed:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(license="FULLY_LICENSED")

    def test_a_licensed_mandator_must_bring_a_redirect_url(self, alice: EndUser) -> None:
        assert alice.asks_for_import().json()["code"] == "INVALID_REDIRECT_URL"
        assert alice.asks_for_import(redirectUrl="https://shop.example/back").status_code == 201


class TestAutoComplete:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(auto_complete=True)

    def test_a_form_completes_by_itself(self, alice: EndUser) -> None:
        form = alice.starts_import()
        assert form["status"] == "NOT_YET_OPENED"
        assert alice.sees(f"/api/webForms/{form['id']}")["status"] == "COMPLETED"
        assert len(alice.sees("/api/v2/accounts")["accounts"]) == 3

    def test_the_form_of_a_task_does_so_too(self, alice: EndUser) -> None:
        alice.starts_import()
        (connection,) = alice.sees("/api/v2/bankConnections")["connections"]
        wish = {"bankConnectionId": connection["id"], "manageSavedSettings": ["CREDENTIALS"]}
        task = alice.http.post("/api/tasks/backgroundUpdate", json=wish, headers=alice.bearer).json()
        ended = alice.sees(f"/api/tasks/{task['id']}")
        assert (ended["status"], ended["payload"]["webForm"]["status"]) == ("WEB_FORM_REQUIRED", "COMPLETED")

    @pytest.mark.parametrize("wish", [{"allowTestBank": False}, {"allowedInterfaces": ["WEB_SCRAPER"]}])
    def test_it_ends_at_a_bank_that_the_form_offers(self, alice: EndUser, wish: dict[str, Any]) -> None:
        alice.starts_import(**wish)
        (connection,) = alice.sees("/api/v2/bankConnections")["connections"]
        assert not connection["bank"]["isTestBank"]
        assert connection["interfaces"][0]["bankingInterface"] in wish.get("allowedInterfaces", ["XS2A"])


def test_forms_are_listed_in_the_order_of_their_creation(alice: EndUser) -> None:
    ids = []
    for _ in range(3):
        ids.append(alice.starts_import()["id"])
        alice.shop.moves_clock(advance="1m")
    page = alice.sees("/api/webForms", perPage=2)
    assert [form["id"] for form in page["items"]] == ids[:2]
    assert page["paging"] == {"page": 1, "perPage": 2, "pageCount": 2, "totalCount": 3}
    newest = alice.sees("/api/webForms", order="createdAt,desc")["items"]
    assert [form["id"] for form in newest] == ids[::-1]


def test_a_deleted_form_is_gone_and_another_users_form_never_was(alice: EndUser) -> None:
    form = alice.starts_import()
    other = alice.shop.welcomes("other")
    path = f"/api/webForms/{form['id']}"
    assert other.gets(path).status_code == 404
    assert alice.http.delete(path, headers=other.bearer).status_code == 404
    deleted = alice.http.delete(path, headers=alice.bearer)
    assert (deleted.status_code, deleted.content) == (200, b"")
    assert alice.gets(path).json()["code"] == "NOT_FOUND"


def test_a_form_expires_after_exactly_20_minutes_and_reports_it(alice: EndUser, app: App) -> None:
    form = alice.starts_import(callbacks={"finalised": "http://localhost:9/done"})
    path = f"/api/webForms/{form['id']}"
    alice.shop.moves_clock(advance="19m59s")
    assert alice.sees(path)["status"] == "NOT_YET_OPENED"
    alice.shop.moves_clock(advance="1s")
    assert alice.sees(path)["status"] == "EXPIRED"
    (callback,) = next(iter(app.worlds)).store.all(Callback)
    assert callback.body == {"webFormId": form["id"], "status": "EXPIRED"}


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"outcome": "COMPLETED_WITH_ERROR", "errorCode": "BANK_SERVER_REJECTION"}, "COMPLETED_WITH_ERROR", True),
        ({"outcome": "COMPLETED_WITH_ERROR", "errorMessage": "Nein."}, "COMPLETED_WITH_ERROR", True),
        ({"outcome": "ABORTED"}, "ABORTED", False),
        ({"outcome": "EXPIRED"}, "EXPIRED", False),
    ],
)
def test_a_form_ends_as_the_script_says(alice: EndUser, wish: dict[str, Any], status: str, code: bool) -> None:
    form = alice.starts_import()
    completed = alice.shop.completes(form, **wish).json()
    assert completed["status"] == status
    assert (completed["payload"]["errorCode"] is not None) is code
    assert completed["payload"]["errorCode"] in (wish.get("errorCode"), "INTERNAL_ERROR", None)
    assert completed["payload"]["errorMessage"] == wish.get("errorMessage", completed["payload"]["errorMessage"])
    assert completed["payload"]["bankConnectionId"] is None
    again = alice.shop.completes(form)
    assert again.status_code == 422


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"outcome": "DONE"}, "outcome"),
        ({"outcome": "COMPLETED_WITH_ERROR", "errorCode": "OOPS"}, "errorCode"),
        ({"login": "nobody"}, "login"),
        ({"bankId": 1}, "bankId"),
        ({"bankId": "280001"}, "bankId"),
        ({"outcome": 1}, "outcome"),
        ({"bank": 280001}, "bank"),
    ],
)
def test_an_impossible_completion_is_refused_and_changes_nothing(
    alice: EndUser, wish: dict[str, Any], field: str
) -> None:
    form = alice.starts_import()
    answer = alice.shop.completes(form, **wish)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field
    assert alice.sees(f"/api/webForms/{form['id']}") == form


def test_a_form_for_one_bank_cannot_end_at_another(alice: EndUser) -> None:
    form = alice.starts_import(bank={"id": REDIRECT_BANK})
    assert alice.shop.completes(form, bankId=280001).status_code == 400
    assert alice.shop.completes(form, bankId=REDIRECT_BANK).json()["status"] == "COMPLETED"


def test_the_same_login_twice_is_a_duplicate_unless_that_is_wanted(alice: EndUser) -> None:
    alice.connects()
    again = alice.shop.completes(alice.starts_import()).json()
    assert (again["status"], again["payload"]["errorCode"]) == ("COMPLETED_WITH_ERROR", "ENTITY_EXISTS")
    assert alice.shop.completes(alice.starts_import(), login="demo_no_msa").json()["status"] == "COMPLETED"
    assert alice.shop.completes(alice.starts_import(skipDuplicateDetection=True)).json()["status"] == "COMPLETED"


def test_a_bank_without_such_accounts_ends_with_an_error(alice: EndUser) -> None:
    form = alice.starts_import(accountTypes=["LOAN"])
    assert alice.shop.completes(form).json()["payload"]["errorCode"] == "NO_ACCOUNTS_FOR_TYPE_LIST"


def test_a_form_that_does_not_exist_cannot_be_completed(shop: Shop) -> None:
    assert shop.completes({"id": "0" * 36}).status_code == 404


def test_the_removed_update_operation_answers_405(alice: EndUser) -> None:
    answer = alice.http.post("/api/webForms/bankConnectionUpdate", json={}, headers=alice.bearer)
    assert (answer.status_code, answer.json()["code"]) == (405, "NOT_ALLOWED")
    assert answer.headers["allow"] == "DELETE, GET"


def test_a_client_token_is_not_enough(shop: Shop) -> None:
    answer = shop.http.get("/api/webForms", headers=shop.bearer())
    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")
    assert shop.http.get("/api/webForms").json()["code"] == "UNAUTHORIZED"
