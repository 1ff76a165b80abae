"""A customer of the emulator, who prepares what the benchmarks then ask for."""

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from benchmarks.servers import HOST

TEST_BANK = 280001
PASSWORD = "open sesame"
CREDENTIALS = {"client_id": "shop", "client_secret": "shop-secret"}
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class Customer:
    """Its methods either succeed or raise RuntimeError."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=30)
        self._client_token = self._token(grant_type="client_credentials")

    def new_user(self, name: str, **wish: Any) -> str:
        """A user with an imported bank connection. Returns the user's token."""
        self._ask("POST", "/api/v2/users", json.dumps({"id": name, "password": PASSWORD}), JSON, self._client_token)
        token = self._token(grant_type="password", username=name, password=PASSWORD)
        order = json.dumps({"bank": {"id": TEST_BANK}, **wish})
        form = self._ask("POST", "/api/webForms/bankConnectionImport", order, JSON, token)
        self._ask("POST", f"/_mock/webForms/{form['id']}/complete")
        return token

    def splits_up_to(self, token: str, wanted: int, parts: int) -> int:
        """Splits the user's transactions into `parts` until there are `wanted`. Returns how many there are."""
        path = "/api/v2/transactions?view=userView&perPage=500"
        there: int = self._ask("GET", path, token=token)["paging"]["totalCount"]
        pages = range(1, there // 500 + 2)
        for whole in [
            one for page in pages for one in self._ask("GET", f"{path}&page={page}", token=token)["transactions"]
        ]:
            if there >= wanted:
                break
            shares = [0.01] * (parts - 1)
            shares.append(round(whole["amount"] - sum(shares), 2))
            order = json.dumps({"subTransactions": [{"amount": share} for share in shares if share != 0]})
            self._ask("POST", f"/api/v2/transactions/{whole['id']}/split", order, JSON, token)
            there += parts - 1
        return int(self._ask("GET", path, token=token)["paging"]["totalCount"])

    def _token(self, **grant: str) -> str:
        answer = self._ask("POST", "/api/v2/oauth/token", urlencode({**grant, **CREDENTIALS}), FORM)
        token: str = answer["access_token"]
        return token

    def _ask(self, method: str, path: str, body: str = "", media: str = JSON, token: str | None = None) -> Any:
        headers = {"content-type": media} if body else {}
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        return json.loads(content)


def get(path: str, token: str = "") -> bytes:
    """The bytes of a GET request."""
    authorization = f"authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nhost: localhost\r\n{authorization}\r\n".encode()


def post_form(path: str, **fields: str) -> bytes:
    """The bytes of a POST request with a form."""
    body = urlencode(fields)
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {FORM}\r\ncontent-length: {len(body)}\r\n\r\n"
    return f"{head}{body}".encode()


def token_request() -> bytes:
    return post_form("/api/v2/oauth/token", grant_type="client_credentials", **CREDENTIALS)
