import logging

import pytest
from starlette.testclient import TestClient

from mock_server.app import App, create_app
from mock_server.domain import users
from mock_server.domain.users import User
from mock_server.operations import OPERATIONS
from mock_server.settings import Settings
from tests.actors import EndUser, Shop
from tests.conftest import frozen_clock, serve


def test_an_unknown_path_gets_springs_answer_and_the_nearest_paths_as_a_hint(http: TestClient) -> None:
    answer = http.get("/api/v2/acounts")
    assert answer.status_code == 404
    assert answer.json() == {
        "timestamp": "2026-08-13T12:00:00.000+02:00",
        "status": 404,
        "error": "Not Found",
        "path": "/api/v2/acounts",
    }
    assert "/api/v2/accounts" in answer.headers["x-mock-hint"]
    assert http.get("/nothing/here").json()["error"] == "Not Found"
    assert http.get("/api/v2/users/").status_code == 404


def test_web_form_has_no_version_in_its_paths(http: TestClient) -> None:
    hint = http.post("/api/v2/webForms/bankConnectionImport").headers["x-mock-hint"]
    assert hint == "Web Form 2.0 has no version in its paths: /api/webForms/bankConnectionImport"


def test_a_wrong_method_is_405_with_the_methods_there_are(http: TestClient) -> None:
    answer = http.post("/api/v2/accounts")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET")
    assert answer.json()["errors"][0]["code"] == "METHOD_NOT_ALLOWED"


def test_a_wrong_content_type_is_415(shop: Shop) -> None:
    answer = shop.http.post("/api/v2/users", content=b"id=x", headers=shop.bearer() | {"content-type": "text/plain"})
    assert answer.status_code == 415
    assert answer.json()["errors"][0]["code"] == "UNSUPPORTED_MEDIA_TYPE"


def test_a_broken_body_is_named_with_its_place(shop: Shop) -> None:
    headers = shop.bearer() | {"content-type": "application/json"}
    answer = shop.http.post("/api/v2/users", content=b'{"id": }', headers=headers)
    assert answer.status_code == 400
    assert "line 1" in answer.json()["errors"][0]["message"]


def test_what_is_described_but_not_emulated_answers_501(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that our documents describe is emulated; a document of the user's own may describe more."""
    without = {key: handler for key, handler in OPERATIONS.items() if key != "access.getAndSearchAllSecurities"}
    monkeypatch.setattr("mock_server.app.OPERATIONS", without)
    answer = Shop(serve()).welcomes("alice").gets("/api/v2/securities")
    assert answer.status_code == 501
    assert "does not emulate it yet" in answer.json()["errors"][0]["message"]


def test_a_post_may_stand_for_patch_and_delete(alice: EndUser) -> None:
    headers = alice.bearer | {"x-http-method-override": "PATCH"}
    assert alice.http.post("/api/v2/users", json={"phone": "5"}, headers=headers).json()["phone"] == "5"
    headers["x-http-method-override"] = "DELETE"
    assert alice.http.post("/api/v2/users", headers=headers).status_code == 200
    assert alice.gets("/api/v2/users").status_code == 401


def test_an_override_of_what_is_no_post_counts_for_nothing(alice: EndUser) -> None:
    """Also where the document describes the header, with the methods that it may name."""
    headers = alice.bearer | {"x-http-method-override": "PUT"}
    answer = alice.http.patch("/api/v2/users", json={"phone": "+49 89 1234"}, headers=headers)
    assert (answer.status_code, answer.json()["phone"]) == (200, "+49 89 1234")


def test_of_a_header_that_comes_twice_the_first_counts(alice: EndUser) -> None:
    good, bad = alice.bearer["authorization"], "Bearer x"
    for first, second, status in ((good, bad, 200), (bad, good, 401)):
        headers = [("authorization", first), ("authorization", second)]
        assert alice.http.get("/api/v2/users", headers=headers).status_code == status


def test_a_request_id_is_echoed_made_up_or_refused(alice: EndUser) -> None:
    own = alice.http.get("/api/v2/users", headers=alice.bearer | {"x-request-id": "mine"})
    assert own.headers["x-request-id"] == "mine"
    assert alice.gets("/api/v2/users").headers["x-request-id"].startswith("selfgen-")
    long = alice.http.get("/api/v2/users", headers=alice.bearer | {"x-request-id": "x" * 256})
    assert long.status_code == 400
    assert long.headers["x-request-id"].startswith("selfgen-")


def test_a_token_of_the_wrong_kind_is_403_with_a_hint(shop: Shop) -> None:
    answer = shop.http.get("/api/v2/users", headers=shop.bearer())
    assert answer.status_code == 403
    assert answer.headers["x-mock-hint"] == (
        "getAuthorizedUser needs a user token; this is a client token. "
        "Ask for one with grant_type=password, username and password"
    )


class TestLimits:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(max_body=100)

    def test_a_body_that_is_too_large_is_413(self, shop: Shop) -> None:
        headers = shop.bearer() | {"content-type": "application/json"}
        declared = shop.http.post("/api/v2/users", content=b" " * 101, headers=headers)
        streamed = shop.http.post("/api/v2/users", content=iter([b" " * 60, b" " * 60]), headers=headers)
        assert [declared.status_code, streamed.status_code] == [413, 413]
        assert "larger than 100 bytes" in declared.json()["errors"][0]["message"]


def test_a_failure_of_ours_is_answered_logged_and_leaves_no_trace(
    app: App, alice: EndUser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(user: User, wish: object) -> User:
        raise RuntimeError("a bug")

    monkeypatch.setattr(users, "edit", fails)
    with caplog.at_level(logging.ERROR):
        answer = alice.http.patch("/api/v2/users", json={"phone": "1"}, headers=alice.bearer)
    assert answer.status_code == 500
    assert answer.json()["errors"][0] == {
        "message": "An unexpected error occurred",
        "code": "UNEXPECTED_ERROR",
        "type": "TECHNICAL",
    }
    assert "PATCH /api/v2/users failed" in caplog.text
    monkeypatch.undo()
    assert "phone" not in alice.sees("/api/v2/users")


def test_documents_and_their_browser_are_served_from_here() -> None:
    http = TestClient(create_app(Settings(), frozen_clock()), base_url="http://localhost:8420")
    page = http.get("/docs").text
    assert "://" not in page
    assert http.get("/openapi/access.yaml").text.startswith("#")
    assert "openapi: 3.1.0" in http.get("/openapi/webform.yaml").text
    for name in ("docs.js", "swagger-ui/swagger-ui.css", "swagger-ui/swagger-ui-bundle.js", "pages.css"):
        assert http.get(f"/static/{name}").status_code == 200
