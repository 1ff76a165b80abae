"""Why: the rule behind a refusal, what an unmatched path may have meant, and which condition of a scenario failed."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from mock_server.app import App
from mock_server.errors import Refusal
from mock_server.web.clauses import CLAUSES
from tests.actors import Shop
from tests.scenario.plays import plays

BANKS = "/api/v2/banks"


@pytest.fixture
def http(app: App) -> TestClient:
    """What scenarios answer need not be in any document."""
    return TestClient(app, base_url="http://localhost:8420")


def why(http: TestClient, **filters: Any) -> dict[str, Any]:
    """Of the newest request that fits."""
    entry = http.get("/_mock/requests", params={"limit": 1, **filters}).json()["requests"][0]
    answer = http.get(f"/_mock/requests/{entry['number']}/why")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_every_refusal_has_a_rule_behind_it() -> None:
    assert set(CLAUSES) == set(Refusal.__members__)
    assert all(text.endswith(".") for text in CLAUSES.values())


def test_a_refusal_is_explained_by_its_row_and_the_rule_behind_it(http: TestClient) -> None:
    http.get(BANKS)
    explained = why(http)
    assert explained["refusal"] == {"name": "NO_TOKEN", "rule": CLAUSES["NO_TOKEN"]}
    assert (explained["status"], explained["nearest"], explained["scenarios"]) == (401, [], [])


def test_an_unmatched_path_is_told_the_nearest_operations(http: TestClient) -> None:
    http.get("/api/v2/bankConection")
    assert "GET /api/v2/bankConnections" in why(http)["nearest"]


def test_what_has_succeeded_needs_no_explanation(shop: Shop) -> None:
    shop.sees(BANKS)
    explained = why(shop.http)
    assert (explained["refusal"], explained["reason"], explained["scenarios"]) == (None, None, [])


def test_a_scenario_that_did_not_fire_says_which_condition_failed_field_by_field(shop: Shop) -> None:
    plays(
        shop,
        """
rules:
  - name: for a bank by name
    when: {operation: getAndSearchAllBanks, query: {search: "demo*"}, header: {X-Request-Id: "test-?"}}
    then: {refuse: LOCKED}
  - when: {operation: getAndSearchAllBanks, nth: 2}
    then: {refuse: LOCKED}
  - when: {operation: getBank}
    then: {refuse: LOCKED}
""",
    )
    shop.http.get(BANKS, params={"search": "sparkasse"}, headers={**shop.bearer(), "x-request-id": "test-1"})
    [told] = why(shop.http, operation="getAndSearchAllBanks")["scenarios"]
    assert told == {
        "scenario": "scenario-0",
        "decides": False,
        "state": None,
        "rules": [
            {
                "rule": "for a bank by name",
                "fired": False,
                "failed": "query.search",
                "count": None,
                "conditions": [
                    {"field": "query.search", "wanted": "like demo*", "found": "sparkasse", "holds": False},
                    {"field": "header.X-Request-Id", "wanted": "like test-?", "found": "test-1", "holds": True},
                ],
            },
            {
                "rule": "rule 2",
                "fired": False,
                "failed": "It fits, but 'nth' does not count this one.",
                "count": 1,
                "conditions": [],
            },
        ],
        "rulesAboutOtherOperations": ["rule 3"],
    }


def test_a_scenario_that_fired_says_so_and_secrets_stay_secret(shop: Shop) -> None:
    plays(
        shop,
        "rules:\n  - when: {operation: createUser, body: {password: 'open*'}}\n    then: {refuse: ENTITY_EXISTS}\n",
    )
    assert shop.creates_user(id="alice", password="open sesame").status_code == 422
    explained = why(shop.http, operation="createUser")
    assert explained["reason"] == "scenario scenario-0, rule 1"
    [rule] = explained["scenarios"][0]["rules"]
    assert rule["conditions"] == [{"field": "body.password", "wanted": "like open*", "found": "XXXXX", "holds": True}]


def test_only_what_the_journal_has_can_be_explained(http: TestClient) -> None:
    assert http.get("/_mock/requests/4711/why").status_code == 404
    assert http.get("/_mock/requests/x/why").status_code == 400
