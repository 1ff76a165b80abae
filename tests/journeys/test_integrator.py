"""The canonical journey, by an ordinary HTTP client against a real server."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread
from typing import Any

import httpx2
import orjson

from tests.processes import Running, running

PATIENCE = 10


@contextmanager
def receiver() -> Iterator[tuple[str, "Queue[dict[str, Any]]"]]:
    """The customer's server: its address, and the callbacks as they arrive."""
    arrived: Queue[dict[str, Any]] = Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            arrived.put(orjson.loads(self.rfile.read(int(self.headers["content-length"]))) | {"path": self.path})
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}/callback?state=42", arrived
        server.shutdown()
        thread.join()


class Integrator:
    """Somebody's application, with one user."""

    def __init__(self, mock: Running, client_id: str) -> None:
        self.http = mock.client()
        self.credentials = {"client_id": client_id, "client_secret": "secret"}
        headers = self.bearer(grant_type="client_credentials")
        user = self.http.post("/api/v2/users", json={}, headers=headers).json()
        self.headers = self.bearer(grant_type="password", username=user["id"], password=user["password"])

    def __enter__(self) -> "Integrator":
        return self

    def __exit__(self, *exception: object) -> None:
        self.http.close()

    def bearer(self, **grant: str) -> dict[str, str]:
        token = self.http.post("/oauth/token", data=grant | self.credentials).json()["access_token"]
        return {"authorization": f"Bearer {token}"}

    def starts(self, callback: str) -> dict[str, Any]:
        wish = {"callbacks": {"finalised": callback}}
        return self.http.post("/api/webForms/bankConnectionImport", json=wish, headers=self.headers).json()

    def reads(self, path: str, **query: Any) -> Any:
        answer = self.http.get(path, params=query, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def sees_everything_of(self, form: dict[str, Any]) -> None:
        payload = self.reads(f"/api/webForms/{form['id']}")["payload"]
        connection = self.reads(f"/api/v2/bankConnections/{payload['bankConnectionId']}")
        accounts = self.reads("/api/v2/accounts")["accounts"]
        transactions = self.reads("/api/v2/transactions", view="bankView", perPage=500)
        assert [account["id"] for account in accounts] == connection["accountIds"]
        assert sorted(account["accountType"] for account in accounts) == ["Checking", "Checking", "Savings"]
        assert transactions["paging"]["totalCount"] > 1000
        assert len(transactions["transactions"]) == 500


def press(http: httpx2.Client, url: str, page: str, **fields: str) -> httpx2.Response:
    token = re.search(r'name="_token" value="(\w+)"', page)
    assert token is not None
    return http.post(url, data={"_token": token[1], **fields}, follow_redirects=True)


def test_a_form_completed_by_script() -> None:
    with running() as mock, receiver() as (address, arrived), Integrator(mock, "shop") as app:
        form = app.starts(address)
        completed = app.http.post(f"/_mock/webForms/{form['id']}/complete").json()
        assert completed["status"] == "COMPLETED"
        callback = arrived.get(timeout=PATIENCE)
        assert callback == {"webFormId": form["id"], "status": "COMPLETED", "path": "/callback?state=42"}
        app.sees_everything_of(form)
        assert arrived.empty()


def test_a_form_completed_in_a_browser_without_javascript() -> None:
    with (
        running() as mock,
        receiver() as (address, arrived),
        Integrator(mock, "shop") as app,
        httpx2.Client(trust_env=False) as browser,
    ):
        form = app.starts(address)
        url = form["url"]
        page = browser.get(url).text
        page = press(browser, url, page, _action="choose-bank", bank="280001").text
        page = press(browser, url, page, _action="log-in", **{"Onlinebanking-ID": "demo", "PIN": "demo"}).text
        page = press(browser, url, page, _action="choose-procedure", procedure="demo-sms-tan").text
        page = press(browser, url, page, _action="answer", tan="123456").text
        page = press(browser, url, page, _action="continue").text
        assert 'data-testid="result-COMPLETED"' in page
        assert arrived.get(timeout=PATIENCE)["status"] == "COMPLETED"
        app.sees_everything_of(form)


def test_two_clients_do_not_see_each_other() -> None:
    with (
        running("--auto-complete") as mock,
        Integrator(mock, "one") as one,
        Integrator(mock, "other") as other,
    ):
        form = one.starts("http://localhost:9/nobody")
        one.sees_everything_of(form)
        assert other.reads("/api/v2/accounts") == {"accounts": []}
        assert other.http.get(f"/api/webForms/{form['id']}", headers=other.headers).status_code == 404
