"""The journey, step by step: what finAPI's customers rely on, each as a sentence that holds or does not.

A step that needs what an earlier one has not reached is skipped. Only what finAPI documents is asked; where nobody
knows, nothing is.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from mock_server.conformance.visitor import StopError, Visitor

TOKEN, REVOKE = "access.getToken", "access.revokeToken"  # names, not passwords
BANKS, ACCOUNTS = "access.getAndSearchAllBanks", "access.getAndSearchAllAccounts"
TRANSACTIONS = "access.getAndSearchAllTransactions"
FORM, CREATE_FORM = "webform.getWebForm", "webform.createForBankConnectionImport"
TEST_BANK = 280001
NOWHERE = 999_999_999
GARBAGE = "garbage"
PASSWORD = "open sesame 1!"  # noqa: S105 # of a user that is made up and deleted again


def client_token(visitor: Visitor) -> None:
    answer = visitor.asks(TOKEN, body={"grant_type": "client_credentials", **visitor.credentials})
    visitor.checks(TOKEN, answer.get("token_type") == "bearer", "token_type is not 'bearer'.")
    visitor.checks(TOKEN, "refresh_token" not in answer, "A client's token comes with a refresh_token.")
    visitor.said["client"] = answer["access_token"]


def wrong_secret(visitor: Visitor) -> None:
    body = {"grant_type": "client_credentials", "client_id": visitor.client_id, "client_secret": "not the secret"}
    visitor.asks(TOKEN, expect=401, body=body)


def no_token(visitor: Visitor) -> None:
    visitor.asks("access.getAuthorizedUser", expect=401)


def garbage_token(visitor: Visitor) -> None:
    visitor.asks("access.getAuthorizedUser", expect=401, token=GARBAGE)


def create_user(visitor: Visitor) -> None:
    wish = {"id": f"conformance-{secrets.token_hex(6)}", "password": PASSWORD, "isAutoUpdateEnabled": False}
    answer = visitor.asks("access.createUser", expect=201, token=visitor.needs("client"), body=wish)
    visitor.checks("access.createUser", answer["id"] == wish["id"], "The user has another id than was asked for.")
    visitor.said["user_id"] = wish["id"]


def same_user_again(visitor: Visitor) -> None:
    wish = {"id": visitor.needs("user_id"), "password": PASSWORD}
    answer = visitor.asks("access.createUser", expect=422, token=visitor.needs("client"), body=wish)
    _has_code(visitor, "access.createUser", answer, "ENTITY_EXISTS")


def wrong_password(visitor: Visitor) -> None:
    body = {"grant_type": "password", **visitor.credentials, "username": visitor.needs("user_id"), "password": "wrong"}
    visitor.asks(TOKEN, expect=400, body=body)


def user_token(visitor: Visitor) -> None:
    who = {"username": visitor.needs("user_id"), "password": PASSWORD}
    answer = visitor.asks(TOKEN, body={"grant_type": "password", **visitor.credentials, **who})
    visitor.said["user"], visitor.said["refresh"] = answer["access_token"], answer["refresh_token"]


def who_am_i(visitor: Visitor) -> None:
    answer = visitor.asks("access.getAuthorizedUser", token=visitor.needs("user"))
    visitor.checks("access.getAuthorizedUser", answer["id"] == visitor.needs("user_id"), "It is somebody else.")


def client_token_for_a_users_operation(visitor: Visitor) -> None:
    answer = visitor.asks(ACCOUNTS, expect=403, token=visitor.needs("client"))
    _has_code(visitor, ACCOUNTS, answer, "UNAUTHORIZED_ACCESS")


def unknown_id(visitor: Visitor) -> None:
    answer = visitor.asks("access.getAccount", expect=404, token=visitor.needs("user"), path={"id": NOWHERE})
    _has_code(visitor, "access.getAccount", answer, "UNKNOWN_ENTITY")


def page_too_large(visitor: Visitor) -> None:
    visitor.asks(BANKS, expect=400, token=visitor.needs("user"), query={"perPage": 501})


def pages_of_banks(visitor: Visitor) -> None:
    token = visitor.needs("user")
    pages = [visitor.asks(BANKS, token=token, query={"perPage": 3, "page": page}) for page in (1, 2)]
    paging = [page.get("paging", {}) for page in pages]
    visitor.checks(BANKS, [it.get("page") for it in paging] == [1, 2], "paging.page is not the page asked for.")
    total, count = paging[0].get("totalCount", 0), paging[0].get("pageCount", 0)
    visitor.checks(BANKS, count == -(-total // 3), "paging.pageCount does not follow from totalCount and perPage.")
    ids = [{bank["id"] for bank in page["banks"]} for page in pages]
    visitor.checks(BANKS, len(ids[0]) == min(3, total), "The first page is not full.")
    visitor.checks(BANKS, not ids[0] & ids[1], "A bank is on two pages.")


def test_bank(visitor: Visitor) -> None:
    answer = visitor.asks(BANKS, token=visitor.needs("user"), query={"ids": TEST_BANK})
    found = [bank["id"] for bank in answer["banks"]]
    visitor.checks(BANKS, found == [TEST_BANK], f"The test bank {TEST_BANK} is not found by its id.")


def life_of_a_label(visitor: Visitor) -> None:
    token, name = visitor.needs("user"), f"label {secrets.token_hex(4)}"
    label = visitor.asks("access.createLabel", expect=201, token=token, body={"name": name})
    path = {"id": label["id"]}
    read = visitor.asks("access.getLabel", token=token, path=path)
    visitor.checks("access.getLabel", read == label, "A label does not read as it was created.")
    changed = visitor.asks("access.editLabel", token=token, path=path, body={"name": name + "!"})
    visitor.checks("access.editLabel", changed["name"] == name + "!", "The label's name has not changed.")
    visitor.asks("access.deleteLabel", token=token, path=path)
    visitor.asks("access.getLabel", expect=404, token=token, path=path)


def create_form(visitor: Visitor) -> None:
    body = {"bank": {"id": TEST_BANK}}
    form = visitor.asks(CREATE_FORM, expect=201, token=visitor.needs("user"), body=body)
    visitor.checks(CREATE_FORM, form["status"] == "NOT_YET_OPENED", f"A new form is {form['status']}.")
    visitor.checks(CREATE_FORM, str(form["url"]).startswith("http"), "The form's url is none.")
    visitor.said["form"] = form["id"]


def read_form(visitor: Visitor) -> None:
    form = visitor.asks(FORM, token=visitor.needs("user"), path={"id": visitor.needs("form")})
    visitor.checks(FORM, form["id"] == visitor.needs("form"), "It is another form.")
    visitor.checks(FORM, form["status"] == "NOT_YET_OPENED", f"A form that nobody has opened is {form['status']}.")


def unknown_form(visitor: Visitor) -> None:
    answer = visitor.asks(
        FORM, expect=404, token=visitor.needs("user"), path={"id": str(UUID(hex=secrets.token_hex(16), version=4))}
    )
    visitor.checks(FORM, answer.get("code") == "NOT_FOUND", "The code is not NOT_FOUND.")


def wrong_form(visitor: Visitor) -> None:
    answer = visitor.asks(CREATE_FORM, expect=400, token=visitor.needs("user"), body={"bank": "280001"})
    fields = [error.get("field") for error in answer.get("errors", ())]
    visitor.checks(CREATE_FORM, fields == ["bank"], f"The wrong field is not named: {fields}.")


def complete_form(visitor: Visitor) -> None:
    """Only a stand-in can be told to complete a form; at finAPI itself a person has to."""
    id = visitor.needs("form")
    completed = visitor.http.post(
        f"{visitor.access_url}/_mock/webForms/{id}/complete", json={"outcome": "COMPLETED", "login": "demo_no_msa"}
    )
    if completed.status_code != 200:
        raise StopError
    form = visitor.asks(FORM, token=visitor.needs("user"), path={"id": id})
    visitor.checks(FORM, form["status"] == "COMPLETED", f"A completed form is {form['status']}.")
    connection = (form.get("payload") or {}).get("bankConnectionId")
    visitor.checks(FORM, connection is not None, "A completed form names no bank connection.")
    if connection is not None:
        visitor.said["connection"] = connection


def read_connection(visitor: Visitor) -> None:
    token, path = visitor.needs("user"), {"id": visitor.needs("connection")}
    connection = visitor.asks("access.getBankConnection", token=token, path=path)
    accounts = visitor.asks(ACCOUNTS, token=token)["accounts"]
    its = sorted(account["id"] for account in accounts if account["bankConnectionId"] == connection["id"])
    visitor.checks(ACCOUNTS, its == sorted(connection["accountIds"]), "The accounts are not those of the connection.")


def read_transactions(visitor: Visitor) -> None:
    visitor.needs("connection")
    query = {"view": "userView", "perPage": 500}
    answer = visitor.asks(TRANSACTIONS, token=visitor.needs("user"), query=query)
    total = round(answer["income"] + answer["spending"], 2)
    visitor.checks(TRANSACTIONS, total == round(answer["balance"], 2), "income and spending do not make the balance.")
    if answer["paging"]["pageCount"] == 1:
        amounts = round(sum(one["amount"] for one in answer["transactions"]), 2)
        visitor.checks(TRANSACTIONS, amounts == round(answer["balance"], 2), "The amounts do not make the balance.")


def delete_connection(visitor: Visitor) -> None:
    token, path = visitor.needs("user"), {"id": visitor.needs("connection")}
    visitor.asks("access.deleteBankConnection", token=token, path=path)
    visitor.asks("access.getBankConnection", expect=404, token=token, path=path)
    left = visitor.asks(ACCOUNTS, token=token)["accounts"]
    visitor.checks(ACCOUNTS, not left, "Accounts are left although their connection was deleted.")


def refresh(visitor: Visitor) -> None:
    body = {"grant_type": "refresh_token", **visitor.credentials, "refresh_token": visitor.needs("refresh")}
    visitor.said["user"] = visitor.asks(TOKEN, body=body)["access_token"]
    visitor.asks("access.getAuthorizedUser", token=visitor.needs("user"))


def delete_user(visitor: Visitor) -> None:
    visitor.asks("access.deleteAuthorizedUser", token=visitor.needs("user"))
    visitor.asks("access.getAuthorizedUser", expect=401, token=visitor.needs("user"))


def _has_code(visitor: Visitor, key: str, answer: Mapping[str, Any], code: str) -> None:
    codes = [error.get("code") for error in answer.get("errors", ())]
    visitor.checks(key, codes == [code], f"The code is {codes}, not {code}.")


STEPS: Mapping[str, Callable[[Visitor], None]] = {
    "a client gets a token": client_token,
    "a wrong client secret is 401": wrong_secret,
    "no token is 401": no_token,
    "a garbage token is 401": garbage_token,
    "a client creates a user": create_user,
    "the same user again is ENTITY_EXISTS": same_user_again,
    "a wrong password is 400": wrong_password,
    "the user gets a token": user_token,
    "the token is the user's": who_am_i,
    "a client's token does not open a user's operation": client_token_for_a_users_operation,
    "an unknown id is 404": unknown_id,
    "perPage goes up to 500": page_too_large,
    "banks come in pages": pages_of_banks,
    "the test bank is there": test_bank,
    "a label is created, read, changed and deleted": life_of_a_label,
    "a web form is created": create_form,
    "the web form waits": read_form,
    "an unknown web form is NOT_FOUND": unknown_form,
    "a wrong web form is 400, and names the field": wrong_form,
    "the web form is completed": complete_form,
    "the bank connection has its accounts": read_connection,
    "transactions add up": read_transactions,
    "a deleted bank connection takes its accounts along": delete_connection,
    "a refresh token gives a new access token": refresh,
    "a deleted user's token is dead": delete_user,
}
"""In the order in which they are taken."""
