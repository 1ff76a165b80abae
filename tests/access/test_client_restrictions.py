"""What finAPI decides that a client may have: accounts of some types, and transactions of some categories."""

from typing import Any

import pytest

from mock_server.settings import Settings
from tests.access.direct import BACK, CONNECT, IMPORT, SAVINGS_BANK, UPDATE, import_body, imports, login
from tests.actors import EndUser, Shop
from tests.conftest import serve
from tests.refusals import access_error, told, webform_error

HOUSING, RENT, STREAMING = 440, 441, 377
TRANSACTIONS = "/api/v2/transactions"


def restricted(**configuration: Any) -> EndUser:
    """A user of a licensed client that the control API has set up like this."""
    http = serve(Settings(license="FULLY_LICENSED"))
    wish = {"clientId": "narrow", "clientSecret": "narrow-secret", "configuration": configuration}
    assert http.post("/_mock/clients", json=wish).status_code == 201
    return Shop(http, "narrow", "narrow-secret").welcomes("nina")


def types(user: EndUser) -> set[str]:
    return {account["accountType"] for account in user.accounts()}


class TestAccountTypes:
    @pytest.fixture
    def nina(self) -> EndUser:
        return restricted(accountTypeRestrictions=["Checking", "Loan"])

    def test_they_are_shown(self, nina: EndUser) -> None:
        shown = nina.shop.sees("/api/v2/clientConfiguration")
        assert shown["accountTypeRestrictions"] == ["Checking", "Loan"]

    def test_an_import_without_types_brings_those_that_the_client_may_have(self, nina: EndUser) -> None:
        imports(nina)
        assert types(nina) == {"Checking"}

    def test_so_does_a_web_form(self, nina: EndUser) -> None:
        nina.connects(redirectUrl=BACK)
        assert types(nina) == {"Checking"}

    def test_types_may_be_named_among_those(self, nina: EndUser) -> None:
        answer = nina.posts(IMPORT, **import_body("demo_no_msa", accountTypes=["Loan"]))
        assert answer.json()["errors"][0]["code"] == "NO_ACCOUNTS_FOR_TYPE_LIST"

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            (IMPORT, import_body("demo_no_msa")),
            (CONNECT, {"bankingInterface": "XS2A", "redirectUrl": BACK}),
            (UPDATE, {"bankingInterface": "FINTS_SERVER", "importNewAccounts": True}),
        ],
        ids=["import", "connectInterface", "update"],
    )
    def test_others_are_refused(self, nina: EndUser, path: str, body: dict[str, Any]) -> None:
        if path != IMPORT:
            credentials = login("demo_no_msa", labels=("Anmeldename", "PIN"))
            bank = {"bankId": SAVINGS_BANK, "bankingInterface": "FINTS_SERVER", "loginCredentials": credentials}
            body = {**body, "bankConnectionId": imports(nina, **bank)["id"]}
        before = nina.accounts()
        answer = nina.posts(path, **body, accountTypes=["Checking", "Savings"])
        message = "The client may import Checking, Loan only (accountTypeRestrictions), not Savings."
        error = answer.json()["errors"][0]
        assert (answer.status_code, error["code"], error["message"]) == (422, "INVALID_ACCOUNT_TYPES", message)
        assert nina.accounts() == before

    def test_a_web_form_with_others_is_refused(self, nina: EndUser) -> None:
        answer = nina.asks_for_import(accountTypes=["SAVINGS"], redirectUrl=BACK)
        message = "The client may import Checking, Loan only (accountTypeRestrictions), not Savings."
        assert told(answer) == (422, webform_error(answer, "NOT_SUPPORTED", message))


class TestCategories:
    @pytest.fixture
    def nina(self) -> EndUser:
        user = restricted(categoryRestrictions=[HOUSING])
        imports(user)
        return user

    def test_they_are_shown_as_categories(self, nina: EndUser) -> None:
        shown = nina.shop.sees("/api/v2/clientConfiguration")
        housing = nina.sees(f"/api/v2/categories/{HOUSING}")
        assert (shown["categoryRestrictionsEnabled"], shown["categoryRestrictions"]) == (True, [housing])

    def test_a_list_has_only_their_transactions_and_those_of_their_children(self, nina: EndUser) -> None:
        every_id = {HOUSING, *nina.sees(f"/api/v2/categories/{HOUSING}")["children"]}
        rows = nina.sees(TRANSACTIONS, view="userView", perPage=500)
        assert rows["transactions"]
        assert {row["category"]["id"] for row in rows["transactions"]} <= every_id
        assert rows["balance"] == pytest.approx(sum(row["amount"] for row in rows["transactions"]))

    def test_the_children_go_where_they_are_not_wanted(self, nina: EndUser) -> None:
        assert nina.sees(TRANSACTIONS, view="userView", includeChildCategories=False)["transactions"] == []

    @pytest.mark.parametrize("other", [STREAMING, RENT])
    def test_another_category_is_refused_also_a_child_that_is_not_listed(self, nina: EndUser, other: int) -> None:
        answer = nina.gets(TRANSACTIONS, view="userView", categoryIds=f"{HOUSING},{other}")
        message = f"The client may read some categories only (categoryRestrictions), and {other} is none of them."
        who = answer.json()["errors"][0]
        assert (answer.status_code, who["code"], who["message"]) == (403, "FORBIDDEN", message)

    def test_a_transaction_of_another_one_is_as_good_as_none(self, nina: EndUser) -> None:
        row = nina.sees(TRANSACTIONS, view="userView")["transactions"][0]
        path = f"{TRANSACTIONS}/{row['id']}"
        assert nina.sees(path) == row
        assert nina.patches(path, categoryId=STREAMING).status_code == 200
        answer = nina.gets(path)
        assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", "Resource not found", who="11/35"))

    def test_an_empty_list_leaves_nothing(self) -> None:
        nina = restricted(categoryRestrictions=[])
        imports(nina)
        assert nina.sees(TRANSACTIONS, view="userView")["transactions"] == []
        assert nina.shop.sees("/api/v2/clientConfiguration")["categoryRestrictionsEnabled"] is True

    def test_a_category_that_there_is_not_is_refused_when_the_client_is_set_up(self, tmp_path: Any) -> None:
        http = serve()
        answer = http.post("/_mock/clients", json={"configuration": {"categoryRestrictions": [4711]}})
        problem = "categoryRestrictions: there is no category 4711 (GET /api/v2/categories has all)"
        assert told(answer) == (400, {"errors": [{"field": "configuration.categoryRestrictions", "message": problem}]})
        path = tmp_path / "clients.yaml"
        path.write_text("clients: [{client_id: a, client_secret: s, categoryRestrictions: [4711]}]")
        with pytest.raises(ValueError, match=r"clients\.yaml: a: categoryRestrictions: there is no category 4711"):
            serve(Settings(clients=path))
