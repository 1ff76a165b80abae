"""The eleven things that clients put on the wire or cannot bear, seen in published clients."""

import re

import pytest

from tests.actors import EndUser, Shop

TOKEN_PATHS = ["/oauth/token", "/api/v2/oauth/token"]


@pytest.mark.parametrize("path", TOKEN_PATHS)
def test_1_token_parameters_may_stand_in_the_query_with_an_empty_json_body(shop: Shop, path: str) -> None:
    query = {"grant_type": "client_credentials", **shop.credentials}
    headers = {"content-type": "application/json", "authorization": "Basic Zm9vOmJhcg=="}
    answer = shop.http.post(path, params=query, headers=headers)
    assert answer.status_code == 200
    assert shop.http.post(path, data=query).json() == answer.json()


def test_2_booleans_lists_and_unknown_parameters(alice: EndUser) -> None:
    ids = alice.connects()["accountIds"]
    everything = alice.sees("/api/v2/accounts")
    assert alice.sees("/api/v2/accounts", ids=ids, perPage=1, whatever="x") == everything
    assert alice.sees("/api/v2/accounts", ids=",".join(map(str, ids))) == everything
    for flag in ("1", "true"):
        assert alice.sees("/api/v2/banks", isTestBank=flag)["paging"]["totalCount"] == 3
    ordered = alice.http.get("/api/v2/banks?order=popularity%2Cdesc&order=id%2Casc", headers=alice.bearer)
    assert ordered.json()["banks"][0]["id"] == 280001


def test_3_a_get_with_a_content_type_and_headers_that_say_undefined(alice: EndUser) -> None:
    headers = alice.bearer | {
        "content-type": "application/json",
        "x-http-method-override": "undefined",
        "x-request-id": "undefined",
        "accept": "*/*",
        "user-agent": "",
    }
    answer = alice.http.get("/api/v2/users", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["x-request-id"].startswith("selfgen-")
    edited = alice.http.patch("/api/v2/users", json={"phone": "1"}, headers=headers)
    assert edited.json()["phone"] == "1"


def test_4_error_bodies_are_complete(alice: EndUser) -> None:
    assert set(alice.http.get("/api/v2/users").json()) == {"error", "error_description"}
    refused = alice.gets("/api/v2/transactions").json()
    assert set(refused) == {"errors", "date", "requestId", "endpoint", "authContext"}
    assert set(alice.gets("/api/webForms/nix").json()) == {"code", "description", "timestamp", "endpoint"}
    assert set(alice.asks_for_import(bankId=1).json()) == {"errors", "timestamp", "endpoint"}


def test_5_dates_have_the_notation_of_their_api(alice: EndUser) -> None:
    connection = alice.connects()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+02:00", connection["importDate"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", alice.starts_import()["createdAt"])


def test_6_json_types_are_right_and_form_ids_have_36_characters(alice: EndUser) -> None:
    assert type(alice.token["expires_in"]) is int
    form = alice.starts_import()
    assert len(form["id"]) == 36
    assert form["id"] in form["url"]
    alice.connects()
    assert type(alice.sees("/api/v2/accounts")["accounts"][0]["balance"]) is float


def test_7_account_types_are_written_differently_in_both_apis(alice: EndUser) -> None:
    alice.connects(accountTypes=["CHECKING"])
    assert {account["accountType"] for account in alice.sees("/api/v2/accounts")["accounts"]} == {"Checking"}
    assert alice.asks_for_import(accountTypes=["Checking"]).status_code == 400


def test_8_defaults_may_be_sent_and_bodies_may_be_empty_objects_with_a_newline(alice: EndUser) -> None:
    alice.sees("/api/v2/transactions", view="userView", direction="all", includeChildCategories="true", page=1)
    headers = alice.shop.bearer() | {"content-type": "application/json", "accept-encoding": "gzip"}
    assert alice.http.post("/api/v2/users", content=b"{}\n", headers=headers).status_code == 201


def test_9_a_delete_answers_an_empty_200(alice: EndUser) -> None:
    answer = alice.http.delete("/api/v2/users", headers=alice.bearer)
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "0")


def test_10_paging_adds_up_and_the_test_bank_is_found(alice: EndUser) -> None:
    first = alice.sees("/api/v2/banks", perPage=7)["paging"]
    pages = [alice.sees("/api/v2/banks", perPage=7, page=n + 1)["banks"] for n in range(first["pageCount"])]
    assert sum(map(len, pages)) == first["totalCount"]
    found = alice.sees("/api/v2/banks", search="test", isTestBank="true")["banks"]
    assert 280001 in [bank["id"] for bank in found]


def test_11_a_user_that_exists_is_told_by_its_code(alice: EndUser) -> None:
    answer = alice.shop.creates_user(id="ALICE")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "ENTITY_EXISTS"
