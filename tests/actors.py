"""Who takes part in the tests: a shop that uses finAPI, and its end users. Their methods are the sentences."""

from base64 import b64decode
from collections.abc import Mapping
from hashlib import pbkdf2_hmac
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from starlette.testclient import TestClient

Json = Any
TEST_BANK, REDIRECT_BANK = 280001, 280002


class Shop:
    """A customer of finAPI: it has a client and speaks for its users."""

    def __init__(self, http: TestClient, client_id: str = "shop", client_secret: str = "shop-secret") -> None:
        self.http = http
        self.client_id = client_id
        self.client_secret = client_secret

    @property
    def credentials(self) -> dict[str, str]:
        return {"client_id": self.client_id, "client_secret": self.client_secret}

    def asks_for_token(self, grant_type: str, **more: str) -> Any:
        return self.http.post("/api/v2/oauth/token", data={"grant_type": grant_type, **self.credentials, **more})

    def token(self, grant_type: str = "client_credentials", **more: str) -> Json:
        answer = self.asks_for_token(grant_type, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def bearer(self) -> dict[str, str]:
        return bearer(self.token()["access_token"])

    def revokes(self, token: str, **hint: str) -> Any:
        return self.http.post("/api/v2/oauth/revoke", data={"token": token, **hint}, headers=self.bearer())

    def gets(self, path: str, **query: Any) -> Any:
        return self.http.get(path, params=query, headers=self.bearer())

    def sees(self, path: str, **query: Any) -> Json:
        answer = self.gets(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def posts(self, path: str, **wish: Any) -> Any:
        return self.http.post(path, json=wish, headers=self.bearer())

    def patches(self, path: str, **wish: Any) -> Any:
        return self.http.patch(path, json=wish, headers=self.bearer())

    def deletes(self, path: str) -> Any:
        return self.http.delete(path, headers=self.bearer())

    def decrypts(self, cipher: str) -> str:
        """What was encrypted for this client."""
        clients = self.http.get("/_mock/clients", headers={"x-mock-client": self.client_id}).json()["clients"]
        [key] = [client["dataDecryptionKey"] for client in clients if client["clientId"] == self.client_id]
        return decrypted(key, cipher)

    def creates_user(self, **wish: Any) -> Any:
        return self.http.post("/api/v2/users", json=wish, headers=self.bearer())

    def welcomes(self, name: str, password: str = "open sesame") -> "EndUser":
        """A new user with a token of its own."""
        answer = self.creates_user(id=name, password=password)
        assert answer.status_code == 201, answer.text
        token = self.token("password", username=name, password=password)
        return EndUser(self, name, password, token)

    def completes(self, form: Mapping[str, Any], **wish: Any) -> Any:
        """Ends a form without a browser."""
        return self.http.post(f"/_mock/webForms/{form['id']}/complete", json=wish)

    def walks(self, form: Mapping[str, Any], *steps: Json) -> Any:
        """Does what an end user does on the form's page, without a browser; `tests.walks` has the steps."""
        return self.http.post(f"/_mock/webForms/{form['id']}/steps", json={"steps": steps})

    def walked(self, form: Mapping[str, Any], *steps: Json) -> Json:
        answer = self.walks(form, *steps)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def moves_clock(self, **wish: Any) -> Json:
        answer = self.http.post("/_mock/clock", json=wish, headers={"x-mock-client": self.client_id})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def journal(self, **filters: Any) -> list[Json]:
        answer = self.http.get("/_mock/requests", params={"client": self.client_id, **filters})
        assert answer.status_code == 200, answer.text
        return answer.json()["requests"]


class Admin(Shop):
    """The shop's mandator admin client, which looks after what all its clients share."""

    def __init__(self, http: TestClient) -> None:
        super().__init__(http, "shop-admin", "admin-secret")

    def posts(self, path: str, **wish: Any) -> Any:
        return self.http.post(path, json=wish, headers=self.bearer())

    def patches(self, path: str, **wish: Any) -> Any:
        return self.http.patch(path, json=wish, headers=self.bearer())

    def deletes(self, path: str) -> Any:
        return self.http.delete(path, headers=self.bearer())


class EndUser:
    """A user of the shop, seen through the shop's calls in the user's name."""

    def __init__(self, shop: Shop, name: str, password: str, token: Mapping[str, Any]) -> None:
        self.shop = shop
        self.http = shop.http
        self.name = name
        self.password = password
        self.token = token

    @property
    def bearer(self) -> dict[str, str]:
        return bearer(self.token["access_token"])

    def gets(self, path: str, **query: Any) -> Any:
        return self.http.get(path, params=query, headers=self.bearer)

    def sees(self, path: str, **query: Any) -> Json:
        answer = self.gets(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def posts(self, path: str, **wish: Any) -> Any:
        return self.http.post(path, json=wish, headers=self.bearer)

    def patches(self, path: str, **wish: Any) -> Any:
        return self.http.patch(path, json=wish, headers=self.bearer)

    def deletes(self, path: str, **query: Any) -> Any:
        return self.http.delete(path, params=query, headers=self.bearer)

    def sees_all_pages_of(self, path: str, key: str, **query: Any) -> list[Json]:
        """Everything in a paged list, fetched as applications do it: page by page, up to `pageCount`."""
        first = self.sees(path, perPage=500, **query)
        rest = (self.sees(path, perPage=500, page=n, **query) for n in range(2, first["paging"]["pageCount"] + 1))
        found = [item for page in (first, *rest) for item in page[key]]
        assert len(found) == first["paging"]["totalCount"]
        return found

    def accounts(self, **query: Any) -> list[Json]:
        return self.sees("/api/v2/accounts", **query)["accounts"]

    def transactions(self, **query: Any) -> list[Json]:
        return self.sees_all_pages_of("/api/v2/transactions", "transactions", view="userView", **query)

    def sees_form(self, form: Mapping[str, Any]) -> Json:
        return self.sees(f"/api/webForms/{form['id']}")

    def asks_for_import(self, **wish: Any) -> Any:
        return self.http.post("/api/webForms/bankConnectionImport", json=wish, headers=self.bearer)

    def starts_import(self, **wish: Any) -> Json:
        answer = self.asks_for_import(**wish)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def connects(self, bank: int = TEST_BANK, login: str = "demo", **wish: Any) -> Json:
        """Imports a bank connection, and returns it."""
        form = self.starts_import(bank={"id": bank}, **wish)
        completed = self.shop.completes(form, login=login)
        assert completed.status_code == 200, completed.text
        id = completed.json()["payload"]["bankConnectionId"]
        assert id is not None, completed.text
        return self.sees(f"/api/v2/bankConnections/{id}")


def decrypted(key: str, cipher: str) -> str:
    """What finAPI has encrypted, by the recipe for its customers; `key` is the data decryption key."""
    salt = bytes.fromhex(key)
    aes_key = pbkdf2_hmac("sha1", key.encode(), salt, 1000, dklen=16)
    decryptor = Cipher(algorithms.AES(aes_key), modes.CBC(salt)).decryptor()
    padded = decryptor.update(b64decode(cipher)) + decryptor.finalize()
    unpadder = PKCS7(128).unpadder()
    return str(unpadder.update(padded) + unpadder.finalize(), "utf-8")


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}
