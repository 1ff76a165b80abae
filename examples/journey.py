"""From nothing to bank transactions in twenty steps, with Python alone.

    FINAPI_URL=http://localhost:8420 python3 examples/journey.py

Each step prints one line. The first answer that is not the expected one ends the program with status 1.
An emulator in a container reaches the callback's receiver by the host in CALLBACK_HOST, such as host.docker.internal.
"""

import json
import os
import sys
import uuid
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

URL = os.environ.get("FINAPI_URL", "http://localhost:8420").rstrip("/")
CALLBACK_HOST = os.environ.get("CALLBACK_HOST", "localhost")
PATIENCE = 10  # seconds
CLIENT = {"client_id": f"journey-{uuid.uuid4().hex[:8]}", "client_secret": "a secret"}
ALICE = {"id": "alice", "password": "open sesame"}

# A stand-in on this machine is reached without the machine's proxy.
opener = build_opener(ProxyHandler({}))
steps = iter(range(1, 21))


def send(method: str, path: str, token: str = "", *, form: Any = None, body: Any = None, expect: int = 200) -> Any:
    """One request. The answer's JSON, or None where it is empty."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    data = None
    if form is not None:
        data, headers["Content-Type"] = urlencode(form).encode(), "application/x-www-form-urlencoded"
    elif body is not None:
        data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
    if path.startswith("/_mock"):
        headers["X-Mock-Client"] = CLIENT["client_id"]
    try:
        answer = opener.open(Request(URL + path, data, headers, method=method), timeout=PATIENCE)
    except HTTPError as error:
        answer = error
    with answer:
        content = answer.read()
    if answer.status != expect:
        sys.exit(f"{method} {path}: {answer.status} instead of {expect}: {content.decode()}")
    return json.loads(content) if content else None


def token(grant: str, **more: str) -> Any:
    return send("POST", "/api/v2/oauth/token", form={"grant_type": grant, **CLIENT, **more})


def said(what: str, *found: Any) -> None:
    print(f"{next(steps):>2}. {what:<22}", *found)


def check(holds: bool, otherwise: str) -> None:
    if not holds:
        sys.exit(otherwise)


def receiver(arrived: "Queue[Any]") -> HTTPServer:
    """Our own server, which waits for callbacks."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            arrived.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    return HTTPServer(("127.0.0.1" if CALLBACK_HOST == "localhost" else "0.0.0.0", 0), Receiver)  # noqa: S104 # a container comes from outside


def journey(callback_url: str, callbacks: "Queue[Any]") -> None:
    client = token("client_credentials")["access_token"]
    said("client token")
    settings = send("GET", "/api/v2/clientConfiguration", client)
    said("client configuration", len(settings), "settings")
    user = send("POST", "/api/v2/users", client, body=ALICE, expect=201)
    said("user", user["id"])
    tokens = token("password", username=ALICE["id"], password=ALICE["password"])
    alice = tokens["access_token"]
    said("user token", f"for {tokens['expires_in']} seconds")
    said("who am I", send("GET", "/api/v2/users", alice)["id"])
    [bank] = send("GET", "/api/v2/banks?search=DEMO0001", alice)["banks"]
    said("bank", bank["id"], bank["name"])

    wish = {"bank": {"id": bank["id"]}, "callbacks": {"finalised": callback_url}}
    form = send("POST", "/api/webForms/bankConnectionImport", alice, body=wish, expect=201)
    said("web form", form["url"])
    check(form["status"] == "NOT_YET_OPENED", f"the form begins as {form['status']}")
    said("which waits", form["status"])
    send("POST", f"/_mock/webForms/{form['id']}/complete")
    said("the user completes it")
    callback = callbacks.get(timeout=PATIENCE)
    check(callback == {"webFormId": form["id"], "status": "COMPLETED"}, f"the callback says {callback}")
    said("callback", callback["status"])
    connection_id = send("GET", f"/api/webForms/{form['id']}", alice)["payload"]["bankConnectionId"]
    said("what came of it", f"connection {connection_id}")

    connection = send("GET", f"/api/v2/bankConnections/{connection_id}", alice)
    check(connection["updateStatus"] == "READY", f"the connection is {connection['updateStatus']}")
    said("bank connection", connection["bank"]["name"], connection["updateStatus"])
    accounts = send("GET", "/api/v2/accounts", alice)["accounts"]
    said("accounts", *(account["iban"] for account in accounts))
    newest = "/api/v2/transactions?view=userView&perPage=1&order=bankBookingDate,desc"
    page = send("GET", newest, alice)
    [latest] = page["transactions"]
    said("transactions", page["paging"]["totalCount"], "the newest on", latest["bankBookingDate"])
    label = send("POST", "/api/v2/labels", alice, body={"name": "seen"}, expect=201)
    send("PATCH", f"/api/v2/transactions/{latest['id']}", alice, body={"labelIds": [label["id"]]})
    labelled = send("GET", f"/api/v2/transactions?view=userView&labelIds={label['id']}", alice)["paging"]["totalCount"]
    check(labelled == 1, f"{labelled} transactions have the label")
    said("one is labelled", label["name"])

    send("POST", "/_mock/clock", body={"advance": "7d"})
    said("a week later")
    send("GET", "/api/v2/accounts", alice, expect=401)
    said("the token is over")
    alice = token("refresh_token", refresh_token=tokens["refresh_token"])["access_token"]
    said("a new one")
    later = send("GET", newest, alice)["paging"]["totalCount"]
    check(later > page["paging"]["totalCount"], f"still {later} transactions")
    said("transactions", later)
    send("DELETE", "/api/v2/users", alice)
    send("GET", "/api/v2/users", alice, expect=401)
    said("the user is gone")


def main() -> None:
    callbacks: Queue[Any] = Queue()
    with receiver(callbacks) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            journey(f"http://{CALLBACK_HOST}:{server.server_port}/finalised", callbacks)
        finally:
            server.shutdown()
    print("\n20 steps, all as expected.")


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        main()
