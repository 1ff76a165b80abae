"""OpenAPI documents as tables of operations: ours against the published facts, and other people's."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mock_server.app import load_contracts
from mock_server.contract import Contract, Operation, load_contract
from mock_server.contract.operations import completed
from mock_server.errors import ApiError
from mock_server.settings import Settings

ACCESS, WEBFORM = load_contracts(Settings())
BY_KEY = {operation.key: operation for contract in (ACCESS, WEBFORM) for operation in contract.operations}
USER, CLIENT, ADMIN = frozenset({"user"}), frozenset({"client"}), frozenset({"admin"})

# operationId, method, path, whose token opens it, status of success, statuses of refusals
FACTS = {
    "access": """
    revokeToken POST /api/v2/oauth/revoke client 200 400,403,500
    getToken POST /api/v2/oauth/token none 200 400,401,403,423,500
    getClientConfiguration GET /api/v2/clientConfiguration client 200 400,401,403,500
    editClientConfiguration PATCH /api/v2/clientConfiguration client 200 400,401,403,500
    changeClientCredentials POST /api/v2/mandatorAdmin/changeClientCredentials admin 200 400,401,403,422,500
    deleteUsers POST /api/v2/mandatorAdmin/deleteUsers admin 200 400,401,403,500
    getUserList GET /api/v2/mandatorAdmin/getUserList admin 200 400,401,403,500
    getIbanRuleList GET /api/v2/mandatorAdmin/ibanRules admin 200 400,401,403,500
    createIbanRules POST /api/v2/mandatorAdmin/ibanRules admin 201 400,401,403,404,422,500
    deleteIbanRules POST /api/v2/mandatorAdmin/ibanRules/delete admin 200 400,401,403,404,500
    getKeywordRuleList GET /api/v2/mandatorAdmin/keywordRules admin 200 400,401,403,500
    createKeywordRules POST /api/v2/mandatorAdmin/keywordRules admin 201 400,401,403,404,422,500
    deleteKeywordRules POST /api/v2/mandatorAdmin/keywordRules/delete admin 200 400,401,403,404,500
    switchApiVersion POST /api/v2/mandatorAdmin/switchApiVersion admin 200 400,401,403,500
    getAuthorizedUser GET /api/v2/users user 200 401,403,500
    createUser POST /api/v2/users client 201 400,401,403,422,500
    editAuthorizedUser PATCH /api/v2/users user 200 400,401,403,422,500
    deleteAuthorizedUser DELETE /api/v2/users user 200 401,403,423,500
    executePasswordChange POST /api/v2/users/executePasswordChange client 200 400,401,403,404,500
    requestPasswordChange POST /api/v2/users/requestPasswordChange client 200 400,401,403,404,422,500
    getVerificationStatus GET /api/v2/users/verificationStatus client 200 400,401,403,404,500
    verifyUser POST /api/v2/users/verify/{userId} client 200 400,401,403,404,422,500
    deleteUnverifiedUser DELETE /api/v2/users/{userId} client 200 400,401,403,404,422,500
    getAndSearchAllBanks GET /api/v2/banks user|client 200 400,401,403,500
    getAndSearchAllBankGroups GET /api/v2/banks/groups user|client 200 400,401,403,500
    getBank GET /api/v2/banks/{id} user|client 200 400,401,403,404,500
    getAllBankConnections GET /api/v2/bankConnections user 200 400,401,403,500
    deleteAllBankConnections DELETE /api/v2/bankConnections user 200 401,403,423,500
    connectInterface POST /api/v2/bankConnections/connectInterface user 200 400,401,403,422,423,500,501,510
    importBankConnection POST /api/v2/bankConnections/import user 201 400,401,403,422,500,501,510
    removeInterface POST /api/v2/bankConnections/removeInterface user 200 400,401,403,404,423,500
    updateBankConnection POST /api/v2/bankConnections/update user 200 400,401,403,404,422,423,500,501,510
    getBankConnection GET /api/v2/bankConnections/{id} user 200 400,401,403,404,500
    editBankConnection PATCH /api/v2/bankConnections/{id} user 200 400,401,403,404,422,423,500
    deleteBankConnection DELETE /api/v2/bankConnections/{id} user 200 400,401,403,404,423,500
    deleteConsent DELETE /api/v2/bankConnections/{id}/aisConsent user 200 400,401,403,422,423,500
    getAndSearchAllAccounts GET /api/v2/accounts user 200 400,401,403,500
    deleteAllAccounts DELETE /api/v2/accounts user 200 401,403,423,500
    getDailyBalances GET /api/v2/accounts/dailyBalances user 200 400,401,403,404,422,500
    getAccount GET /api/v2/accounts/{id} user 200 400,401,403,404,500
    editAccount PATCH /api/v2/accounts/{id} user 200 400,401,403,404,423,500
    deleteAccount DELETE /api/v2/accounts/{id} user 200 400,401,403,404,423,500
    getBankSideStandingOrders GET /api/v2/bankSideStandingOrders user 200 400,401,403,500
    getStandingOrders GET /api/v2/standingOrders user 200 400,401,403,500
    createStandingOrder POST /api/v2/standingOrders user 201 400,401,403,404,422,500
    submitStandingOrder POST /api/v2/standingOrders/submit user 200 400,401,403,404,422,500,501,510
    getPayments GET /api/v2/payments user 200 400,401,403,500
    createDirectDebit POST /api/v2/payments/directDebits user 201 400,401,403,404,422,500
    createMoneyTransfer POST /api/v2/payments/moneyTransfers user 201 400,401,403,404,422,500
    submitPayment POST /api/v2/payments/submit user 200 400,401,403,404,422,500,501,510
    getAndSearchAllTransactions GET /api/v2/transactions user 200 400,401,403,500
    editMultipleTransactions PATCH /api/v2/transactions user 200 400,401,403,404,422,500
    deleteAllTransactions DELETE /api/v2/transactions user 200 400,401,403,500
    triggerCategorization POST /api/v2/transactions/triggerCategorization user 200 400,401,403,404,422,500
    getTransaction GET /api/v2/transactions/{id} user 200 400,401,403,404,500
    editTransaction PATCH /api/v2/transactions/{id} user 200 400,401,403,404,422,500
    deleteTransaction DELETE /api/v2/transactions/{id} user 200 400,401,403,404,422,500
    restoreTransaction POST /api/v2/transactions/{id}/restore user 200 400,401,403,404,422,500
    splitTransaction POST /api/v2/transactions/{id}/split user 200 400,401,403,404,422,500
    getAndSearchAllPendingTransactions GET /api/v2/pendingTransactions user 200 400,401,403,500
    getPendingTransaction GET /api/v2/pendingTransactions/{id} user 200 400,401,403,404,500
    getAndSearchAllSecurities GET /api/v2/securities user 200 400,401,403,500
    getSecurity GET /api/v2/securities/{id} user 200 400,401,403,404,500
    getAndSearchAllCategories GET /api/v2/categories user 200 400,401,403,500
    createCategory POST /api/v2/categories user 201 400,401,403,404,422,500
    deleteAllCategories DELETE /api/v2/categories user 200 400,401,403,500
    getCashFlows GET /api/v2/categories/cashFlows user 200 400,401,403,404,500
    trainCategorization POST /api/v2/categories/trainCategorization user 200 400,401,403,404,422,500
    getCategory GET /api/v2/categories/{id} user 200 400,401,403,404,500
    editCategory PATCH /api/v2/categories/{id} user 200 400,401,403,404,422,500
    deleteCategory DELETE /api/v2/categories/{id} user 200 400,401,403,404,422,500
    getAndSearchAllLabels GET /api/v2/labels user 200 400,401,403,500
    createLabel POST /api/v2/labels user 201 400,401,403,422,500
    deleteAllLabels DELETE /api/v2/labels user 200 400,401,403,500
    getLabel GET /api/v2/labels/{id} user 200 400,401,403,404,500
    editLabel PATCH /api/v2/labels/{id} user 200 400,401,403,404,422,500
    deleteLabel DELETE /api/v2/labels/{id} user 200 400,401,403,404,500
    getAndSearchAllNotificationRules GET /api/v2/notificationRules user 200 400,401,403,500
    createNotificationRule POST /api/v2/notificationRules user 201 400,401,403,422,423,500
    deleteAllNotificationRules DELETE /api/v2/notificationRules user 200 401,403,423,500
    getNotificationRule GET /api/v2/notificationRules/{id} user 200 400,401,403,404,500
    deleteNotificationRule DELETE /api/v2/notificationRules/{id} user 200 400,401,403,404,423,500
    checkCategorization POST /api/v2/tests/checkCategorization user 200 400,401,422,500
    mockBatchUpdate POST /api/v2/tests/mockBatchUpdate user 200 400,401,403,404,422,500
    getAllCertificates GET /api/v2/tppCertificates admin 200 400,401,403,500
    createNewCertificate POST /api/v2/tppCertificates admin 200 400,401,403,422,500
    getCertificate GET /api/v2/tppCertificates/{id} admin 200 400,401,403,404,500
    deleteCertificate DELETE /api/v2/tppCertificates/{id} admin 200 400,401,403,404,500
    getAllTppCredentials GET /api/v2/tppCredentials admin 200 400,401,403,500
    createTppCredential POST /api/v2/tppCredentials admin 201 400,401,403,422,500
    getAndSearchTppAuthenticationGroups GET /api/v2/tppCredentials/tppAuthenticationGroups admin 200 400,401,403,500
    getTppCredential GET /api/v2/tppCredentials/{id} admin 200 400,401,403,404,500
    editTppCredential PATCH /api/v2/tppCredentials/{id} admin 200 400,401,403,404,422,500
    deleteTppCredential DELETE /api/v2/tppCredentials/{id} admin 200 400,401,403,404,500
    """,
    "webform": """
    createForBankConnectionImport POST /api/webForms/bankConnectionImport user 201 400,401,403,404,422,500
    createForStandalonePayment POST /api/webForms/standalonePayment user 201 400,401,403,404,422,500
    createForPaymentWithAccountId POST /api/webForms/paymentWithAccountId user 201 400,401,403,404,422,500
    createForDirectDebitWithAccountId POST /api/webForms/directDebitWithAccountId user 201 400,401,403,404,422,500
    createForStandingOrder POST /api/webForms/standingOrder user 201 400,401,403,404,422,500
    getWebForms GET /api/webForms user 200 400,401,403
    getWebForm GET /api/webForms/{id} user 200 401,403,404
    deleteWebForm DELETE /api/webForms/{id} user 200 401,403,404
    createBankConnectionUpdateTask POST /api/tasks/backgroundUpdate user 201 400,401,403,404,422,423,500
    getTasks GET /api/tasks user 200 400,401,403
    getTask GET /api/tasks/{id} user 200 401,403,404
    createProfile POST /api/profiles admin 201 400,401,403,422,500
    getProfiles GET /api/profiles admin 200 400,401,403
    getProfile GET /api/profiles/{id} admin 200 401,403,404
    editProfile PATCH /api/profiles/{id} admin 201 400,401,403,404,422
    deleteProfile DELETE /api/profiles/{id} admin 200 401,403,404
    createTranslation POST /api/translations admin 201 400,401,403,422,500
    getTranslations GET /api/translations admin 200 400,401,403
    getTranslation GET /api/translations/{id} admin 200 401,403,404
    deleteTranslation DELETE /api/translations/{id} admin 200 401,403,404
    """,
}
"""What is published of Access 2.58.1 and Web Form 2.709."""

ROWS = [(api, *row.split()) for api, table in FACTS.items() for row in table.strip().splitlines()]


@pytest.mark.parametrize(
    ("api", "id", "method", "path", "roles", "success", "errors"), ROWS, ids=[f"{row[0]}.{row[1]}" for row in ROWS]
)
def test_an_operation_is_as_published(
    api: str, id: str, method: str, path: str, roles: str, success: str, errors: str
) -> None:
    operation = BY_KEY[f"{api}.{id}"]
    assert (operation.method, operation.path) == (method, path)
    assert operation.roles == frozenset(roles.split("|")) - {"none"}
    assert operation.success == int(success)
    # Beyond the published ones our document may name what its own rules answer.
    assert {int(status) for status in errors.split(",")} <= operation.errors


def test_nothing_is_described_that_is_not_published() -> None:
    """Except for the cancelling of forms, which is known from Web Form 2.906 only."""
    assert set(BY_KEY) == {f"{api}.{id}" for api, id, *_ in ROWS} | {"webform.cancelWebForm"}


def test_there_are_as_many_operations_as_published() -> None:
    assert len(ACCESS.operations) == 94
    assert len({operation.path for operation in ACCESS.operations}) == 61
    assert len({operation.tag for operation in ACCESS.operations}) == 18
    assert len(WEBFORM.operations) == 21  # 20 of API 2.709, and cancel of 2.906
    assert len(BY_KEY) == 94 + 21


def test_every_operation_has_a_role_except_the_one_that_gives_out_tokens() -> None:
    assert [key for key, operation in BY_KEY.items() if not operation.roles] == ["access.getToken"]
    assert Counter(role for operation in BY_KEY.values() for role in operation.roles).keys() == {
        "user",
        "client",
        "admin",
    }


def test_web_form_belongs_to_users_and_its_looks_to_the_admin() -> None:
    for operation in WEBFORM.operations:
        looks = operation.path.startswith(("/api/profiles", "/api/translations"))
        assert operation.roles == (ADMIN if looks else USER), operation.key


def test_an_error_is_no_success_and_a_success_no_error() -> None:
    for operation in BY_KEY.values():
        assert operation.success in (200, 201), operation.key
        assert all(400 <= status <= 510 for status in operation.errors), operation.key


def test_get_and_delete_have_no_body() -> None:
    assert [key for key, operation in BY_KEY.items() if operation.method in ("GET", "DELETE") and operation.body] == []


def test_every_path_parameter_is_described_and_required() -> None:
    for operation in BY_KEY.values():
        described = {parameter.name for parameter in operation.parameters if parameter.place == "path"}
        assert described == {part[1:-1] for part in operation.path.split("/") if part.startswith("{")}, operation.key
        assert all(parameter.required for parameter in operation.parameters if parameter.place == "path")


def test_parameters_stand_in_path_query_or_header_and_once() -> None:
    for operation in BY_KEY.values():
        names = [(parameter.place, parameter.name) for parameter in operation.parameters]
        assert len(set(names)) == len(names), operation.key
        assert {place for place, _ in names} <= {"path", "query", "header"}, operation.key


def test_every_operation_takes_a_request_id() -> None:
    for operation in BY_KEY.values():
        (request_id,) = (parameter for parameter in operation.parameters if parameter.name == "X-Request-Id")
        assert (request_id.place, request_id.required, request_id.max_length) == ("header", False, 255), operation.key


def parameters(key: str) -> dict[str, Any]:
    return {parameter.name: parameter for parameter in BY_KEY[key].parameters}


PAGED = [key for key in BY_KEY if "perPage" in parameters(key)]


@pytest.mark.parametrize("key", PAGED)
def test_pages_have_up_to_500_items_and_20_by_default(key: str) -> None:
    page, per_page = parameters(key)["page"], parameters(key)["perPage"]
    assert (page.minimum, page.default) == (1, 1)
    assert (per_page.minimum, per_page.maximum, per_page.default) == (1, 500, 20)


def test_some_lists_are_not_paged() -> None:
    not_paged = {
        "access.getAndSearchAllAccounts",
        "access.getAllBankConnections",
        "access.getAndSearchAllNotificationRules",
        "access.getCashFlows",
    }
    assert not not_paged & set(PAGED)
    assert {"access.getAndSearchAllBanks", "access.getAndSearchAllTransactions", "webform.getWebForms"} <= set(PAGED)


@pytest.mark.parametrize(
    ("key", "orders", "default"),
    [
        ("access.getAndSearchAllBanks", {"id", "name", "blz", "bic", "popularity"}, ["id,asc"]),
        ("access.getAndSearchAllBankGroups", {"name", "popularity"}, ["name,asc"]),
        ("access.getDailyBalances", {"date", "balance", "income", "spending"}, ["date,asc"]),
        ("access.getUserList", {"userId"}, ["userId,asc"]),
        ("access.getAllCertificates", {"label"}, None),
        ("access.getCashFlows", {"income", "spending", "balance", "category.id", "category.name"}, ["category.id,asc"]),
        ("webform.getWebForms", {"createdAt"}, ["createdAt,asc"]),
        ("webform.getTasks", {"createdAt"}, ["createdAt,asc"]),
    ],
)
def test_lists_are_ordered_as_published(key: str, orders: set[str], default: list[str] | None) -> None:
    order = parameters(key)["order"]
    assert orders <= set(order.orders)
    assert default is None or order.default == default


def test_every_order_has_a_default() -> None:
    for operation in BY_KEY.values():
        for parameter in operation.parameters:
            assert (parameter.default is not None) or not parameter.orders, operation.key
            assert parameter.name != "order" or parameter.orders, operation.key


def test_transactions_are_seen_as_the_bank_or_the_user_sees_them() -> None:
    view = parameters("access.getAndSearchAllTransactions")["view"]
    assert view.required
    assert set(view.options) == {"bankView", "userView"}


OFFICIAL: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "somebody else's", "version": "1"},
    "paths": {
        "/api/v2/things": {
            "parameters": [{"name": "X-Request-Id", "in": "header", "schema": {"type": "string"}}],
            "get": {
                "operationId": "getThings",
                "summary": "All things",
                "tags": ["Things", "More"],
                "security": [{"finapi_auth": []}],
                "parameters": [
                    {"name": "order", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                    {"$ref": "#/components/parameters/page"},
                ],
                "responses": {
                    "200": {"description": "ok"},
                    "401": {"description": "no"},
                    "default": {"description": "?"},
                },
            },
            "post": {
                "operationId": "createThing",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                "responses": {"201": {"description": "made"}, "400": {"description": "no"}},
            },
            "options": {"operationId": "ignored", "responses": {"200": {"description": "ok"}}},
        },
    },
    "components": {
        "parameters": {
            "page": {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}}
        },
        "schemas": {
            "Thing": {
                "type": "object",
                "required": ["price"],
                "properties": {
                    "price": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
                    "name": {"type": "string", "nullable": True, "maxLength": 3},
                    "part": {"$ref": "#/components/schemas/Part"},
                },
            },
            "Part": {"type": "object", "nullable": True, "properties": {"weight": {"type": "integer"}}},
        },
    },
}


@pytest.fixture
def official(tmp_path: Path) -> Contract:
    file = tmp_path / "official.json"
    file.write_text(json.dumps(OFFICIAL))
    return load_contract("access", file, strict=False)


def test_an_official_document_of_openapi_3_0_is_read(official: Contract) -> None:
    things, create = official.operations
    assert (things.id, things.key, things.method, things.path) == (
        "getThings",
        "access.getThings",
        "GET",
        "/api/v2/things",
    )
    assert (things.summary, things.tag, things.success, things.errors) == ("All things", "Things", 200, {401})
    assert [parameter.name for parameter in things.parameters] == ["X-Request-Id", "order", "page"]
    assert (create.id, create.success, create.errors, create.summary) == ("createThing", 201, {400}, "")
    assert [parameter.name for parameter in create.parameters] == ["X-Request-Id"]
    assert things.body is None


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"price": 1}, set()),
        ({"price": 0.5, "name": None, "part": None}, set()),
        ({"price": 0.5, "name": "abc", "part": {"weight": 1}}, set()),
        ({"price": 0}, {"price"}),
        ({"price": None}, {"price"}),
        ({"price": 1, "name": "abcd"}, {"name"}),
        ({"price": 1, "part": {"wieght": 1}}, {"part.wieght"}),
        ({"price": 1, "colour": "red"}, {"colour"}),
    ],
)
def test_its_bodies_are_checked_by_its_own_rules(official: Contract, body: Any, fields: set[str]) -> None:
    check = official.operations[1].body
    assert check is not None
    if not fields:
        assert check.check(body) == body
        return
    with pytest.raises(ApiError) as refused:
        check.check(body)
    assert {problem.field for problem in refused.value.problems} == fields


def test_it_is_completed_by_ours_where_only_we_have_words_for_it(official: Contract) -> None:
    """Whose token opens an operation, and what a list can be ordered by."""
    things, create = official.operations
    assert (things.roles, create.roles) == (frozenset(), frozenset())
    ours = twin_of(official, {"getThings": USER}, {"order": ("id", "name")})
    whole = completed(official, ours)
    things, create = whole.operations
    assert things.roles == USER
    assert create.roles == frozenset()
    orders = {parameter.name: parameter.orders for parameter in things.parameters}
    assert orders == {"X-Request-Id": (), "order": ("id", "name"), "page": ()}
    assert whole.document is official.document
    assert whole.source == official.source


def test_what_it_says_itself_counts_more_than_what_we_say(official: Contract) -> None:
    mine = twin_of(official, {"getThings": CLIENT}, {})
    assert completed(mine, twin_of(official, {"getThings": USER}, {})).operations[0].roles == CLIENT


def twin_of(contract: Contract, roles: dict[str, Any], orders: dict[str, tuple[str, ...]]) -> Contract:
    """A contract with the same operations that knows roles and orders."""

    def twin(operation: Operation) -> Operation:
        known = tuple(replace(parameter, orders=orders.get(parameter.name, ())) for parameter in operation.parameters)
        return replace(operation, roles=roles.get(operation.id, frozenset()), parameters=known)

    return replace(contract, operations=tuple(map(twin, contract.operations)))


@pytest.mark.parametrize("text", ["[]", "{}", '"openapi"', "null", '{"swagger": "2.0"}'])
def test_a_file_that_is_no_openapi_document_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"other\.json: this is no OpenAPI document, it has no 'paths'"):
        load_contract("access", file, strict=False)
