"""The mandator's admin client, whose calls are about certificates and credentials of a TPP."""

from typing import Any

from starlette.testclient import TestClient

from tests.actors import Json, Shop

CERTIFICATES, CREDENTIALS = "/api/v2/tppCertificates", "/api/v2/tppCredentials"


class Admin(Shop):
    def __init__(self, http: TestClient) -> None:
        super().__init__(http, "shop-admin", "admin-secret")

    def posts(self, path: str, body: Any) -> Any:
        return self.http.post(path, json=body, headers=self.bearer())

    def patches(self, path: str, **wish: Any) -> Any:
        return self.http.patch(path, json=wish, headers=self.bearer())

    def deletes(self, path: str) -> Any:
        return self.http.delete(path, headers=self.bearer())

    def uploads(self, body: Any) -> Json:
        answer = self.posts(CERTIFICATES, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def registers(self, **wish: Any) -> Json:
        answer = self.posts(CREDENTIALS, {"tppAuthenticationGroupId": 1, "label": "My bank", **wish})
        assert answer.status_code == 201, answer.text
        return answer.json()
