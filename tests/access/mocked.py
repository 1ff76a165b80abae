"""Sentences of the tests in which a client plays the bank."""

from typing import Any

from tests.actors import EndUser, Json

PATH = "/api/v2/tests/mockBatchUpdate"


def asks_for_mock(user: EndUser, *updates: Json, **more: Any) -> Any:
    return user.posts(PATH, mockBankConnectionUpdates=list(updates), **more)


def mocks(user: EndUser, *updates: Json, **more: Any) -> None:
    answer = asks_for_mock(user, *updates, **more)
    assert (answer.status_code, answer.content) == (200, b""), answer.text


def update(connection: Json, *accounts: Json, **more: Any) -> Json:
    wish = {"bankConnectionId": connection["id"], "bankingInterface": "XS2A", **more}
    return {**wish, "mockAccountsData": list(accounts)} if accounts else wish


def data(id: int, balance: float, *transactions: Json) -> Json:
    return {"accountId": id, "accountBalance": balance, "newTransactions": list(transactions)}


def later(user: EndUser, span: str) -> None:
    """Time passes, and the user gets a new token."""
    user.shop.moves_clock(advance=span)
    user.token = user.shop.token("password", username=user.name, password=user.password)


def account(user: EndUser, id: int) -> Json:
    return user.sees(f"/api/v2/accounts/{id}")


def status(user: EndUser, id: int) -> str:
    return str(account(user, id)["interfaces"][0]["status"])
