"""The control API's part for forms and tasks: what they wait for, steps, ends, and the pace."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser, Shop
from tests.refusals import control_problems, told
from tests.walks import AUTHORISED, CONTINUE, choose_bank, choose_procedure, log_in, step
from tests.web.browsers import Browser
from tests.webform.test_flows import PATHS, connects, imports, types

Json = Any
NOBODY = "9e3779b9-7f4a-4c15-8000-000000000000"


def shows(user: EndUser, form: Json) -> Json:
    shown = user.http.get(f"/_mock/webForms/{form['id']}")
    assert shown.status_code == 200, shown.text
    return shown.json()


class TestShow:
    def test_a_form_is_shown_with_what_it_waits_for(self, alice: EndUser) -> None:
        form = imports(alice)
        assert shows(alice, form) == {
            **form,
            "userId": "alice",
            "step": None,
            "bankId": None,
            "waitsFor": [],
            "expectedTan": None,
            "bankMessage": None,
        }
        at_login = alice.shop.walked(form, choose_bank(TEST_BANK))
        assert at_login == shows(alice, form)
        assert at_login == {
            **form,
            "status": "IN_PROGRESS",
            "userId": "alice",
            "step": "LOGIN",
            "bankId": TEST_BANK,
            "waitsFor": [
                {
                    "action": "log-in",
                    "fields": [
                        {"name": "Onlinebanking-ID", "secret": False, "mandatory": True},
                        {"name": "PIN", "secret": True, "mandatory": True},
                        {
                            "name": "storeSecrets",
                            "secret": False,
                            "mandatory": False,
                            "options": ["true", "false"],
                            "several": False,
                        },
                    ],
                },
                {"action": "change-bank", "fields": []},
                {"action": "cancel", "fields": []},
            ],
            "expectedTan": None,
            "bankMessage": None,
        }

    def test_looking_changes_nothing(self, alice: EndUser) -> None:
        form = imports(alice)
        shows(alice, form)
        assert alice.sees_form(form) == form

    def test_only_the_challenge_expects_a_tan(self, alice: EndUser) -> None:
        form = imports(alice, bank={"id": TEST_BANK})
        tans = [alice.shop.walked(form)["expectedTan"]]
        tans += [alice.shop.walked(form, it)["expectedTan"] for it in (*AUTHORISED, CONTINUE)]
        assert tans == [None, None, "123456", None, None]

    def test_an_expired_form_has_expired_here_too(self, alice: EndUser) -> None:
        form = imports(alice)
        alice.shop.walked(form)
        alice.shop.moves_clock(advance="20m")
        assert (shows(alice, form)["status"], shows(alice, form)["waitsFor"]) == ("EXPIRED", [])

    @pytest.mark.parametrize("way_back", ["bank-login-submit", "bank-cancel"])
    def test_an_end_user_who_has_not_come_back_from_the_bank(self, alice: EndUser, way_back: str) -> None:
        """The bank has decided, but the browser was closed on its way to the form."""
        form = alice.starts_import(bank={"id": REDIRECT_BANK}, skipPositionsDownload=True)
        browser = Browser(alice.http.app.app)  # type: ignore[attr-defined]
        browser.opens(form["url"]).presses("redirect-go")
        page = browser.answer.text
        token = re.search(r'name="_token" value="([0-9a-f]+)"', page)
        assert token is not None
        action = "bank-log-in" if way_back == "bank-login-submit" else "bank-refuse"
        typed = {"Onlinebanking-ID": "demo", "PIN": "demo"}
        posted = browser.http.post(browser.went[-1], data={"_token": token[1], "_action": action, **typed})
        assert posted.status_code == 303
        waits = shows(alice, form)
        assert [it["action"] for it in waits["waitsFor"]] == ["return", "cancel"]
        back = alice.shop.walked(form, step("return"))
        assert back["step"] == ("DOWNLOAD" if way_back == "bank-login-submit" else None)
        assert alice.sees_form(form)["payload"]["errorCode"] == (None if back["step"] else "BANK_SERVER_REJECTION")

    def test_a_form_of_nobody(self, http: TestClient, shop: Shop) -> None:
        shop.token()
        for id in (NOBODY, "x"):
            problem = control_problems((None, f"There is no web form '{id}'."))
            assert told(http.get(f"/_mock/webForms/{id}")) == (404, problem)
            assert told(http.post(f"/_mock/webForms/{id}/steps", json={"steps": []})) == (404, problem)


class TestSteps:
    def test_a_single_step_needs_no_list(self, alice: EndUser) -> None:
        form = imports(alice)
        path = f"/_mock/webForms/{form['id']}/steps"
        assert alice.http.post(path, json=choose_bank(TEST_BANK)).json()["step"] == "LOGIN"
        refused = alice.http.post(path, json=step("log-in", PIM="demo"))
        message = "There is no such field. Did you mean 'PIN'?"
        missing = [(f"fields.{name}", "Field is missing.") for name in ("Onlinebanking-ID", "PIN")]
        assert told(refused) == (400, control_problems(("fields.PIM", message), *missing))

    def test_all_steps_are_taken_or_none(self, alice: EndUser) -> None:
        form = imports(alice)
        refused = alice.shop.walks(form, choose_bank(TEST_BANK), *AUTHORISED, step("continue", now=True))
        assert refused.status_code == 400
        assert alice.sees_form(form) == form
        assert alice.sees("/api/v2/bankConnections")["connections"] == []
        assert alice.shop.walked(form, choose_bank(TEST_BANK), *AUTHORISED)["step"] == "DOWNLOAD"

    def test_no_step_at_all_opens_the_form(self, alice: EndUser) -> None:
        form = imports(alice)
        assert alice.shop.walked(form)["step"] == "BANK_SEARCH"
        assert alice.sees_form(form)["status"] == "IN_PROGRESS"

    @pytest.mark.parametrize(
        ("steps", "field", "message"),
        [
            ([{"action": "log-on"}], "steps[0].action", "The form is at LOGIN. Did you mean 'log-in'?"),
            ([{"action": "answer"}], "steps[0].action", "The form is at LOGIN. Known are: log-in, cancel."),
            ([{}], "steps[0].action", "The form is at LOGIN."),
            ([{"action": 1}], "steps[0].action", "The form is at LOGIN."),
            (["log-in"], "steps[0]", "Must be an object with 'action' and 'fields'."),
            ([{"action": "log-in", "field": {}}], "steps[0].field", "There is no such field. Did you mean 'fields'?"),
            ([{"action": "log-in", "fields": []}], "steps[0].fields", "Must be an object."),
            ([step("log-in", PIN="demo")], "steps[0].fields.Onlinebanking-ID", "Field is missing."),
            ([log_in(), step("choose-procedure")], "steps[1].fields.procedure", "Field is missing."),
            ([log_in(), step("choose-procedure", procedur="x")], "steps[1].fields.procedur",
             "There is no such field. Did you mean 'procedure'?"),
            ([log_in(), choose_procedure("sms")], "steps[1].fields.procedure", "Must be among demo-sms-tan, "),
            ([log_in(storeSecrets="maybe")], "steps[0].fields.storeSecrets", "Must be among true, false."),
            ([log_in(storeSecrets=[True, False])], "steps[0].fields.storeSecrets", "Must be one of true, false."),
            ([log_in(pin={"is": "secret"})], "steps[0].fields.PIN", "Must be a text, a number, true or false"),
            ([*AUTHORISED, CONTINUE, CONTINUE], "steps[4].action", "The form is COMPLETED. There is nothing to do."),
        ],
    )  # fmt: skip
    def test_a_wrong_step_is_named_and_the_right_one_suggested(
        self, alice: EndUser, steps: list[Any], field: str, message: str
    ) -> None:
        form = imports(alice, bank={"id": TEST_BANK})
        refused = alice.shop.walks(form, *steps)
        problem = refused.json()["errors"][0]
        assert (refused.status_code, problem["field"]) == (400, field)
        assert problem["message"].startswith(message)
        assert "secret" not in refused.text
        assert alice.sees_form(form) == form

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"steps": {}}, "steps"),
            ({"steps": [], "action": "log-in"}, "steps"),
            ({"step": []}, "step"),
            ({}, "action"),
        ],
    )
    def test_a_wrong_body_is_refused(self, alice: EndUser, body: Json, field: str) -> None:
        refused = alice.http.post(f"/_mock/webForms/{imports(alice)['id']}/steps", json=body)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)

    def test_a_field_without_a_value_counts_as_not_given(self, alice: EndUser) -> None:
        """A bank whose second field is optional."""
        form = imports(alice, bank={"id": 300015})
        names = [it["name"] for it in alice.shop.walked(form)["waitsFor"][0]["fields"]]
        assert names == ["Kundennummer", "Teilnehmernummer", "Online-PIN", "storeSecrets"]
        fields = {"Kundennummer": "demo_no_msa", "Teilnehmernummer": None, "Online-PIN": "demo_no_msa"}
        ended = alice.shop.walked(form, step("log-in", **fields), CONTINUE)
        (interface,) = alice.sees(f"/api/v2/bankConnections/{ended['payload']['bankConnectionId']}")["interfaces"]
        assert [it["label"] for it in interface["loginCredentials"] if "value" in it] == ["Kundennummer"]


class TestCompletion:
    @types
    @pytest.mark.parametrize("outcome", ["COMPLETED", "COMPLETED_WITH_ERROR", "ABORTED", "EXPIRED", "CANCELLED"])
    @pytest.mark.parametrize("done", [None, 0, -1])
    def test_every_type_ends_in_every_way_from_any_step(
        self, alice: EndUser, made: Any, outcome: str, done: int | None
    ) -> None:
        form, (path, _) = made(alice), PATHS[made]
        if done is not None:
            alice.shop.walked(form, *path[:done])
        ended = alice.shop.completes(form, outcome=outcome)
        assert ended.status_code == 200, ended.text
        too_late = outcome == "CANCELLED" and done == -1 and CONTINUE in path
        assert ended.json()["status"] == ("COMPLETED" if too_late else outcome)
        assert ended.json() == alice.sees_form(form)
        code = ended.json()["payload"]["errorCode"]
        assert code == ("INTERNAL_ERROR" if outcome == "COMPLETED_WITH_ERROR" else None)
        assert alice.shop.completes(form).status_code == 422

    def test_a_bank_that_the_end_user_has_chosen_already_is_not_left(self, alice: EndUser) -> None:
        form = imports(alice)
        alice.shop.walked(form, choose_bank(REDIRECT_BANK))
        refused = alice.shop.completes(form, bankId=TEST_BANK)
        problem = ("bankId", f"The end user is at bank {REDIRECT_BANK} already.")
        assert told(refused) == (400, control_problems(problem))
        assert alice.shop.completes(form, bankId=REDIRECT_BANK).json()["status"] == "COMPLETED"

    def test_a_form_whose_token_has_ended_can_be_completed(self, alice: EndUser) -> None:
        form = imports(alice)
        alice.shop.revokes(alice.token["access_token"])
        assert alice.shop.completes(form).json()["status"] == "COMPLETED"

    def test_wishes_must_be_known_and_well_formed(self, alice: EndUser) -> None:
        form = imports(alice)
        for wish, field in (
            ({"outcome": "DONE"}, "outcome"),
            ({"outcom": "ABORTED"}, "outcom"),
            ({"outcome": "COMPLETED_WITH_ERROR", "errorCode": "NONE"}, "errorCode"),
            ({"errorMessage": 1}, "errorMessage"),
        ):
            refused = alice.shop.completes(form, **wish)
            assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)
        assert alice.sees_form(form) == form


class TestTasks:
    @pytest.fixture
    def task(self, alice: EndUser) -> Json:
        wish = {"bankConnectionId": connects(alice)["id"]}
        alice.http.post("/_mock/pace", json={"pace": "by-hand"})
        return alice.posts("/api/tasks/backgroundUpdate", **wish).json()

    @pytest.mark.parametrize(
        ("wish", "status"),
        [
            ({}, "COMPLETED"),
            ({"outcome": "COMPLETED"}, "COMPLETED"),
            ({"outcome": "COMPLETED_WITH_ERROR"}, "COMPLETED_WITH_ERROR"),
            ({"outcome": "WEB_FORM_REQUIRED"}, "WEB_FORM_REQUIRED"),
        ],
    )
    def test_a_task_ends_as_the_script_says(self, alice: EndUser, task: Json, wish: Json, status: str) -> None:
        ended = alice.http.post(f"/_mock/tasks/{task['id']}/complete", json=wish).json()
        assert ended["status"] == status
        assert (ended["payload"]["webForm"] is not None) is (status == "WEB_FORM_REQUIRED")
        assert ended["payload"]["errorCode"] == ("INTERNAL_ERROR" if status == "COMPLETED_WITH_ERROR" else None)
        assert ended == alice.sees(f"/api/tasks/{task['id']}")
        if ended["payload"]["webForm"]:
            assert alice.shop.completes(ended["payload"]["webForm"]).json()["status"] == "COMPLETED"

    @pytest.mark.parametrize(
        ("wish", "field"),
        [
            ({"outcome": "ABORTED"}, "outcome"),
            ({"outcome": "COMPLETED_WITH_ERROR", "errorCode": "INTERRUPTED"}, "errorCode"),
            ({"outcome": 1}, "outcome"),
            ({"status": "COMPLETED"}, "status"),
        ],
    )
    def test_an_impossible_end_is_refused(self, alice: EndUser, task: Json, wish: Json, field: str) -> None:
        refused = alice.http.post(f"/_mock/tasks/{task['id']}/complete", json=wish)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)
        assert alice.sees(f"/api/tasks/{task['id']}")["status"] == "IN_PROGRESS"

    def test_a_task_of_nobody(self, http: TestClient, shop: Shop) -> None:
        shop.token()
        answer = http.post(f"/_mock/tasks/{NOBODY}/complete", json={})
        assert told(answer) == (404, control_problems((None, f"There is no task '{NOBODY}'.")))


class TestPace:
    def paces(self, http: TestClient, **headers: str) -> list[tuple[str | None, str]]:
        answer = http.get("/_mock/pace", headers=headers)
        return [(it["mandator"], it["pace"]) for it in answer.json()["paces"]]

    def test_it_is_set_for_everybody_also_for_those_to_come(self, http: TestClient) -> None:
        Shop(http, "north").token()
        assert self.paces(http) == [(None, "at-once"), ("north", "at-once")]
        answer = http.post("/_mock/pace", json={"pace": "3 reads"})
        assert answer.json() == {"paces": [{"mandator": it, "pace": "3-reads"} for it in (None, "north")]}
        Shop(http, "south").token()
        assert self.paces(http) == [(None, "3-reads"), ("north", "3-reads"), ("south", "3-reads")]

    def test_it_is_set_for_one_client(self, http: TestClient) -> None:
        Shop(http, "north").token()
        answer = http.post("/_mock/pace", json={"pace": "PT2M"}, headers={"x-mock-client": "south-admin"})
        assert answer.json() == {"paces": [{"mandator": "south", "pace": "120s"}]}
        assert self.paces(http) == [(None, "at-once"), ("north", "at-once"), ("south", "120s")]
        assert self.paces(http, **{"x-mock-client": "south"}) == [("south", "120s")]

    def test_a_reset_takes_it_back(self, http: TestClient) -> None:
        Shop(http, "north").token()
        http.post("/_mock/pace", json={"pace": "by-hand"})
        http.post("/_mock/reset", headers={"x-mock-client": "north"})
        assert self.paces(http) == [(None, "by-hand"), ("north", "by-hand")], "as a client that comes now would have it"
        http.post("/_mock/reset")
        assert self.paces(http) == [(None, "at-once"), ("north", "at-once")]

    @pytest.mark.parametrize("body", [{"pace": "soon"}, {"pace": None}, {"pace": 3}, {}])
    def test_a_pace_that_is_none_is_refused_with_the_ways_there_are(self, http: TestClient, body: Json) -> None:
        answer = http.post("/_mock/pace", json=body)
        problem = answer.json()["errors"][0]
        assert (answer.status_code, problem["field"]) == (400, "pace")
        assert problem["message"].endswith("write at-once, by-hand, 3-reads, or a duration such as 5s")
        assert self.paces(http) == [(None, "at-once")]

    def test_other_fields_are_refused(self, http: TestClient) -> None:
        answer = http.post("/_mock/pace", json={"speed": "5s"})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "speed")
