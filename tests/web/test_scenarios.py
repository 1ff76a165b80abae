"""Scenarios through HTTP: what a rule makes of a request, and how scenarios are switched on."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from mock_server.app import App, create_app
from mock_server.settings import Settings
from tests.access.direct import BACK, IMPORT, UPDATE, asked, import_body, imports, login
from tests.actors import EndUser, Shop
from tests.scenario.plays import by, has_on, plays, stage

BANKS = "/api/v2/banks"
DIRECT = Settings(license="FULLY_LICENSED")


@pytest.fixture
def settings() -> Settings:
    return DIRECT


@pytest.fixture
def http(app: App) -> TestClient:
    return unchecked(app)


def unchecked(app: App) -> TestClient:
    """What scenarios answer need not be in any document, so nothing holds it against one."""
    return TestClient(app, base_url="http://localhost:8420")


def rule(then: str, when: str = "{operation: getAndSearchAllBanks}") -> str:
    return f"rules:\n  - when: {when}\n    then: {then}\n"


# What a rule answers.


def test_a_refusal_by_name_has_its_apis_own_shape_and_says_who_has_made_it_up(shop: Shop, alice: EndUser) -> None:
    plays(
        shop,
        rule('{refuse: LOCKED, message: "Busy.", retry_after: 7s}', "{tag: Banks}"),
        rule("{refuse: LOCKED}", "{api: webform}"),
    )
    refused = shop.gets(BANKS)
    assert refused.status_code == 423
    assert (refused.headers["x-mock-reason"], refused.headers["retry-after"]) == ("scenario scenario-0, rule 1", "7")
    assert refused.json()["errors"] == [{"message": "Busy.", "code": "LOCKED", "type": "TECHNICAL"}]
    form = alice.asks_for_import()
    assert (form.status_code, form.json()["code"]) == (423, "LOCKED")
    assert form.headers["x-mock-reason"] == "scenario scenario-1, rule 1"


def test_a_code_of_finapi_will_do_instead_of_the_name_of_a_row(shop: Shop) -> None:
    plays(shop, rule("{refuse: WEB_FORM_REQUIRED}"))
    assert shop.gets(BANKS).json()["errors"][0]["code"] == "WEB_FORM_REQUIRED"


@pytest.mark.parametrize(
    ("answer", "status", "media", "body"),
    [
        ('{status: 502, body: "<h1>Bad gateway</h1>", media: text/html}', 502, "text/html", "<h1>Bad gateway</h1>"),
        ("{status: 200, body: {banks: []}}", 200, "application/json", '{"banks":[]}'),
        ("{status: 204}", 204, None, ""),
    ],
)
def test_an_answer_may_be_anything(answer: str, status: int, media: str | None, body: str, shop: Shop) -> None:
    plays(shop, rule(f"{{answer: {answer}}}"))
    got = shop.gets(BANKS)
    assert (got.status_code, got.headers.get("content-type"), got.text) == (status, media, body)


def test_an_answer_without_a_body_is_an_error_in_the_shape_of_its_api(shop: Shop) -> None:
    plays(shop, rule("{answer: {status: 503, code: X, type: BUSINESS, message: Down., headers: {Retry-After: '9'}}}"))
    got = shop.gets(BANKS)
    assert (got.status_code, got.headers["retry-after"]) == (503, "9")
    assert got.json()["errors"] == [{"message": "Down.", "code": "X", "type": "BUSINESS"}]


def test_a_refused_call_is_not_carried_out(shop: Shop, alice: EndUser) -> None:
    plays(shop, rule("{refuse: UNEXPECTED}", "{operation: createLabel, first: 1}"))
    assert alice.posts("/api/v2/labels", name="once").status_code == 500
    assert alice.sees("/api/v2/labels")["labels"] == []
    assert alice.posts("/api/v2/labels", name="once").status_code == 201


def test_fields_of_an_answer_are_changed_on_its_way_only(shop: Shop) -> None:
    plays(shop, rule('{patch: {"banks[*].name": X, extra: 1}, remove: paging}'))
    banks = shop.sees(BANKS)
    assert {bank["name"] for bank in banks["banks"]} == {"X"}
    assert (banks["extra"], "paging" in banks) == (1, False)
    has_on(shop)
    assert "paging" in shop.sees(BANKS)


def test_beyond_a_quota_429_says_when_to_come_again(shop: Shop) -> None:
    plays(shop, rule("{quota: {requests: 2, window: 1min}}", "{operation: getAndSearchAllBanks, per: client}"))
    assert [shop.gets(BANKS).status_code for _ in range(3)] == [200, 200, 429]
    shop.moves_clock(advance="20s")
    again = shop.gets(BANKS)
    assert (again.status_code, again.headers["retry-after"]) == (429, "40")
    shop.moves_clock(advance="40s")
    assert shop.gets(BANKS).status_code == 200


def test_nothing_lets_a_request_through_that_a_later_rule_would_refuse(shop: Shop) -> None:
    plays(shop, f"{rule('{nothing: true}')}  - when: {{tag: Banks}}\n    then: {{refuse: LOCKED}}\n")
    assert [shop.gets(path).status_code for path in (BANKS, f"{BANKS}/280001")] == [200, 423]


# Tokens.


def test_a_token_that_ends_soon_ends_by_the_clients_clock(shop: Shop) -> None:
    plays(shop, rule("{token: {expires_in: 5s}}", "{operation: getToken, grant_type: client_credentials}"))
    token = shop.token()
    assert token["expires_in"] == 5
    use = {"headers": {"authorization": f"Bearer {token['access_token']}"}}
    assert shop.http.get(BANKS, **use).status_code == 200
    shop.moves_clock(advance="5s")
    assert shop.http.get(BANKS, **use).status_code == 401


def test_a_token_may_have_ended_although_its_answer_does_not_say_so(shop: Shop) -> None:
    plays(shop, rule("{token: {expired: true}}", "{operation: getToken}"))
    token = shop.token()
    assert token["expires_in"] == 3600
    assert shop.http.get(BANKS, headers={"authorization": f"Bearer {token['access_token']}"}).status_code == 401


@pytest.mark.parametrize(
    ("wrong", "sees"),
    [
        ("no_expires_in", lambda body: "expires_in" not in json.loads(body)),
        ("no_access_token", lambda body: "access_token" not in json.loads(body)),
        ("negative_expires_in", lambda body: json.loads(body)["expires_in"] == -1),
        ("text_expires_in", lambda body: json.loads(body)["expires_in"] == "3600"),
        ("wrong_content_type", lambda body: json.loads(body)["expires_in"] == 3600),
        ("truncated", lambda body: body.startswith('{"access_token"') and not body.endswith("}")),
        ("duplicate_key", lambda body: body.count('"expires_in"') == 2),
    ],
)
def test_the_answer_of_the_token_endpoint_can_be_wrong_in_each_way(wrong: str, sees: Any, shop: Shop) -> None:
    plays(shop, rule(f"{{token: {{malformed: {wrong}}}}}", "{operation: getToken}"))
    answer = shop.asks_for_token("client_credentials")
    assert sees(answer.text)
    is_html = answer.headers["content-type"].startswith("text/html")
    assert is_html is (wrong == "wrong_content_type")


def test_users_are_who_they_are_in_whichever_case_somebody_writes_them(shop: Shop) -> None:
    alice = shop.welcomes("Alice")
    plays(shop, rule("{refuse: LOCKED}", "{operation: [getAuthorizedUser, getToken], user: aLICE}"))
    assert alice.gets("/api/v2/users").status_code == 423
    assert shop.asks_for_token("password", username="ALICE", password=alice.password).status_code == 423


# Banks, forms, and the work behind.


def test_a_bank_treats_whoever_logs_in_like_another_test_user(shop: Shop, alice: EndUser) -> None:
    plays(shop, rule("{login_as: demo_wrong_pin}", "{operation: importBankConnection, nth: 2}"))
    first = imports(alice)
    assert alice.deletes(f"/api/v2/bankConnections/{first['id']}").status_code == 200
    refused = alice.posts(IMPORT, **import_body("demo_no_msa"))
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "BANK_SERVER_REJECTION")
    assert imports(alice)["id"] != first["id"]


def test_who_logs_in_at_a_form_may_be_treated_like_another_too(shop: Shop, alice: EndUser) -> None:
    plays(shop, rule("{login_as: demo_usd}", "{operation: createForBankConnectionImport}"))
    connection = alice.connects(login="demo_no_msa", redirectUrl=BACK)
    assert "USD" in {account["accountCurrency"] for account in alice.accounts()}
    assert connection["interfaces"][0]["loginCredentials"][0].get("value") in ("demo_no_msa", None, "XXXXX")


def test_an_account_disappears_at_an_update_when_the_bank_has_closed_it(shop: Shop, alice: EndUser) -> None:
    connection = imports(alice)
    before = alice.accounts()
    plays(shop, rule("{login_as: demo_closed_account}", "{operation: updateBankConnection}"))
    update = {"bankConnectionId": connection["id"], "bankingInterface": "XS2A"}
    credentials = import_body("demo_no_msa")["loginCredentials"]
    assert alice.posts(UPDATE, **update, loginCredentials=credentials).status_code == 200
    alice.sees(f"/api/v2/bankConnections/{connection['id']}")
    states = {account["id"]: {it["status"] for it in account["interfaces"]} for account in alice.accounts()}
    assert {account["id"] for account in before} == set(states)
    assert [id for id, status in states.items() if status == {"DEPRECATED"}] == [before[-1]["id"]]


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ("COMPLETED", "COMPLETED", None),
        ("ABORTED", "ABORTED", None),
        ("EXPIRED", "EXPIRED", None),
        ("{outcome: COMPLETED_WITH_ERROR, error_code: INTERNAL_ERROR}", "COMPLETED_WITH_ERROR", "INTERNAL_ERROR"),
    ],
)
def test_a_web_form_ends_as_the_scenario_says(
    form: str, status: str, code: str | None, shop: Shop, alice: EndUser
) -> None:
    plays(shop, rule(f"{{form: {form}}}", "{operation: createForBankConnectionImport}"))
    ended = alice.sees_form(alice.starts_import(redirectUrl=BACK))
    assert (ended["status"], (ended["payload"] or {}).get("errorCode")) == (status, code)


def test_the_pace_holds_for_the_work_that_the_request_begins(shop: Shop, alice: EndUser) -> None:
    plays(shop, rule("{pace: by-hand}", "{operation: importBankConnection, nth: 1}"))
    first = alice.posts(IMPORT, **import_body("demo_no_msa")).json()
    assert alice.sees(f"/api/v2/bankConnections/{first['id']}")["updateStatus"] == "IN_PROGRESS"
    second = alice.posts(IMPORT, **import_body(loginCredentials=login("demo_no_msa+b", "demo_no_msa"))).json()
    assert alice.sees(f"/api/v2/bankConnections/{second['id']}")["updateStatus"] == "READY"


def test_an_authentication_is_asked_for_where_the_scenario_says_so(shop: Shop, alice: EndUser) -> None:
    plays(shop, rule("{login_as: demo}", "{operation: importBankConnection, user: 'ali*'}"))
    assert asked(alice.posts(IMPORT, **import_body("demo_no_msa")))["status"] == "TWO_STEP_PROCEDURE_REQUIRED"


# Which scenarios are on.


def test_the_first_scenario_that_has_something_to_say_decides_and_all_count(shop: Shop) -> None:
    second_only = "{operation: getAndSearchAllBanks, nth: 2}"
    plays(shop, rule("{refuse: LOCKED}", second_only), rule("{refuse: FORBIDDEN}"))
    assert [shop.gets(BANKS).status_code for _ in range(3)] == [403, 423, 403]
    assert [play["rules"][0]["fitted"] for play in stage(shop)] == [3, 3]
    assert [play["rules"][0]["fired"] for play in stage(shop)] == [1, 2]


def test_each_client_has_scenarios_of_its_own(shop: Shop) -> None:
    other = Shop(shop.http, "other", "other-secret")
    plays(shop, rule("{refuse: LOCKED}"))
    assert (shop.gets(BANKS).status_code, other.gets(BANKS).status_code) == (423, 200)


def test_without_a_client_a_scenario_is_on_for_all_and_for_those_to_come(shop: Shop, http: TestClient) -> None:
    shop.token()
    http.post("/_mock/library", content=f"name: all\ndescription: All.\n{rule('{refuse: LOCKED}')}")
    assert http.post("/_mock/scenarios", json={"on": "all"}).json()["forNewClients"] == ["all"]
    assert shop.gets(BANKS).status_code == Shop(http, "later", "secret").gets(BANKS).status_code == 423
    http.post("/_mock/scenarios", json={"on": []})
    assert shop.gets(BANKS).status_code == 200


def test_a_request_may_ask_for_a_scenario_of_its_own(shop: Shop, http: TestClient) -> None:
    http.post("/_mock/library", content=f"name: mine\ndescription: Mine.\n{rule('{refuse: LOCKED}', '{nth: 2}')}")
    headers = {**shop.bearer(), "X-Mock-Scenario": "mine"}
    assert [http.get(BANKS, headers=headers).status_code for _ in range(3)] == [200, 423, 200]
    assert shop.gets(BANKS).status_code == 200


def test_a_request_may_ask_to_be_refused(shop: Shop, http: TestClient) -> None:
    refused = http.get(BANKS, headers={**shop.bearer(), "X-Mock-Refuse": "LOCKED"})
    assert (refused.status_code, refused.headers["x-mock-reason"]) == (423, "X-Mock-Refuse")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (
            {"X-Mock-Refuse": "LOKED"},
            "Field 'X-Mock-Refuse' not valid: There is no refusal 'LOKED'. Did you mean 'LOCKED'?",
        ),
        ({"X-Mock-Scenario": "nowhere-to-be-found"}, "Field 'X-Mock-Scenario' not valid: There is no scenario"),
    ],
)
def test_a_request_that_asks_for_what_there_is_not_is_refused(header: dict[str, str], said: str, shop: Shop) -> None:
    refused = shop.http.get(BANKS, headers={**shop.bearer(), **header})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["message"].startswith(said)


def test_a_scenario_of_the_command_line_is_on_from_the_start_and_after_a_reset() -> None:
    rules = rule("{refuse: LOCKED}", "{operation: getAndSearchAllBanks, first: 1}")
    text = f"name: start\ndescription: From the start.\n{rules}"
    shop = Shop(unchecked(create_app(Settings(scenario_yaml=text))))
    assert [shop.gets(BANKS).status_code for _ in range(2)] == [423, 200]
    has_on(shop)
    assert shop.gets(BANKS).status_code == 200
    assert shop.http.post("/_mock/reset", headers=by(shop)).status_code == 200
    assert [shop.gets(BANKS).status_code for _ in range(2)] == [423, 200]


def test_a_reset_takes_off_what_was_put_on(shop: Shop) -> None:
    plays(shop, rule("{refuse: LOCKED}"))
    shop.http.post("/_mock/reset", headers=by(shop))
    assert shop.gets(BANKS).status_code == 200


def test_a_new_text_goes_on_where_the_old_one_was(shop: Shop) -> None:
    plays(shop, rule("{refuse: LOCKED}", "{operation: getAndSearchAllBanks, nth: 3}"))
    shop.gets(BANKS)
    new = rule("{refuse: FORBIDDEN}", "{operation: getAndSearchAllBanks, nth: 2}")
    shop.http.post("/_mock/library", content=f"name: scenario-0\ndescription: New.\n{new}")
    assert shop.gets(BANKS).status_code == 403


# States.

STATES = """
states: [up, down]
transitions: [{from: up, to: down, when: {operation: getAndSearchAllBanks}}, {from: down, to: up, after: 10min}]
rules: [{when: {state: down, tag: Banks}, then: {refuse: UNSUPPORTED_BANK}}]
"""


def test_a_state_is_entered_by_a_request_and_left_by_the_clock(shop: Shop) -> None:
    plays(shop, STATES)
    assert [shop.gets(BANKS).status_code for _ in range(2)] == [200, 501]
    assert stage(shop)[0]["state"] == "down"
    shop.moves_clock(advance="10min")
    assert (stage(shop)[0]["state"], shop.gets(BANKS).status_code) == ("up", 200)


def test_a_state_is_entered_by_hand(shop: Shop) -> None:
    plays(shop, STATES)
    url = "/_mock/scenarios/scenario-0/state"
    assert shop.http.post(url, json={"state": "down"}, headers=by(shop)).status_code == 200
    assert shop.gets(BANKS).status_code == 501
    wrong = shop.http.post(url, json={"state": "dwn"}, headers=by(shop))
    assert wrong.status_code == 400
    assert wrong.json()["errors"] == [{"field": "state", "message": "There is no state 'dwn'. Did you mean 'down'?"}]
    off = shop.http.post("/_mock/scenarios/scenario-0/state", json={"state": "up"}, headers={"x-mock-client": "other"})
    assert off.status_code == 404


# The control API.


def test_rules_that_no_request_has_met_are_marked(shop: Shop) -> None:
    plays(shop, f"{rule('{refuse: LOCKED}')}  - when: {{operation: getBank}}\n    then: {{delay: 1s}}\n")
    shop.gets(BANKS)
    used, unused = stage(shop)[0]["rules"]
    assert used == {
        "rule": 1,
        "name": None,
        "when": {"operation": ["getAndSearchAllBanks"]},
        "then": {"refuse": "LOCKED"},
        "fitted": 1,
        "fired": 1,
        "unused": False,
    }
    assert (unused["then"], unused["unused"]) == ({"delay": {"fixed": "1s"}}, True)


def test_a_wrong_scenario_is_refused_with_every_place(http: TestClient) -> None:
    wrong = "name: bad\ndescription: Bad.\nrules:\n  - when: {operation: getBnk}\n    then: {refuse: LOKED}\n"
    answer = http.post("/_mock/library", content=wrong)
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"field": "upload:4:23", "message": "There is no operation 'getBnk'. Did you mean 'getBank'?"},
        {"field": "upload:5:20", "message": "There is no refusal 'LOKED'. Did you mean 'LOCKED'?"},
    ]


def test_the_library_tells_what_can_be_asked_for(http: TestClient) -> None:
    http.post("/_mock/library", content=f"name: mine\ndescription: Mine.\n{rule('{refuse: LOCKED}')}")
    assert {"name": "mine", "description": "Mine.", "source": "upload"} in http.get("/_mock/library").json()[
        "scenarios"
    ]
    assert http.get("/_mock/library/mine").json()["rules"][0]["then"] == {"refuse": "LOCKED"}
    assert http.get("/_mock/library/mien").status_code == 404


@pytest.mark.parametrize("body", [{}, {"on": 1}, {"on": [1]}, {"no": []}])
def test_what_shall_be_on_is_a_list_of_names(body: Any, http: TestClient) -> None:
    assert http.post("/_mock/scenarios", json=body).status_code == 400


def test_the_journal_names_the_scenario_and_the_reason(shop: Shop) -> None:
    plays(shop, rule("{refuse: LOCKED}"))
    shop.gets(BANKS)
    [entry] = shop.journal(operation="getAndSearchAllBanks")
    assert (entry["scenario"], entry["reason"]) == ("scenario-0", "scenario scenario-0, rule 1")
    assert shop.journal(scenario="scenario-0") == [entry]
