"""The verbs of the command line that ask a running server: each at least once, as a person and as a program sees it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import orjson
import pytest
from click.testing import CliRunner

from mock_server.cli import SCENARIO_VERBS, VERBS, main
from mock_server.commands.journal import FILTERS
from mock_server.web.matching import READERS
from tests.actors import EndUser, Shop
from tests.processes import Running, running

SCENARIO = """
name: second-fails
description: The second search for banks fails.
rules:
- when: {operation: getAndSearchAllBanks, nth: 2}
  then: {refuse: UNEXPECTED}
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        yield server


@pytest.fixture(autouse=True)
def fresh(server: Running) -> None:
    """The server has forgotten everything but one user of the shop."""
    with server.client() as http:
        http.post("/_mock/reset").raise_for_status()
        http.post("/_mock/scenarios", json={"on": []}).raise_for_status()
        http.post("/api/v2/users", json={"id": "alice"}, headers=bearer(http)).raise_for_status()


def bearer(http: httpx2.Client, grant: str = "client_credentials", **more: str) -> dict[str, str]:
    credentials = {"grant_type": grant, "client_id": "shop", "client_secret": "shop-secret", **more}
    token = http.post("/api/v2/oauth/token", data=credentials).json()["access_token"]
    return {"authorization": f"Bearer {token}"}


class Terminal:
    """Somebody who types commands."""

    def __init__(self, url: str) -> None:
        self.url = url

    def types(self, *words: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(main, [*words, "--url", self.url], env={"FINAPI_MOCK_CONTROL_TOKEN": None})
        return done.exit_code, done.stdout, done.stderr

    def reads(self, *words: str) -> str:
        status, out, error = self.types(*words)
        assert (status, error) == (0, ""), error
        return out.rstrip("\n")

    def gets(self, *words: str) -> dict[str, object]:
        answer: dict[str, object] = orjson.loads(self.reads(*words, "--json"))
        return answer


@pytest.fixture
def terminal(server: Running) -> Terminal:
    return Terminal(server.url)


@pytest.fixture
def form(server: Running) -> str:
    with server.client() as http:
        http.post("/api/v2/users", json={"id": "bob", "password": "open sesame"}, headers=bearer(http))
        mine = bearer(http, "password", username="bob", password="open sesame")
        made = http.post("/api/webForms/bankConnectionImport", json={}, headers=mine)
        return str(made.json()["id"])


# The clock and the pace


def test_a_clock_is_set_frozen_and_moved(terminal: Terminal) -> None:
    terminal.reads("clock", "freeze", "--client", "shop")
    terminal.reads("clock", "set", "2026-12-24T18:00:00Z", "--client", "shop")
    assert "2026-12-24T21:00:00" in terminal.reads("clock", "advance", "2h", "--client", "shop")
    assert "2026-12-24T20:00:00" in terminal.reads("clock", "advance", "-1h", "--client", "shop")
    heading, row = terminal.reads("clock", "--client", "shop").splitlines()
    assert heading.split() == ["MANDATOR", "NOW", "FROZEN", "AHEAD", "(S)"]
    assert row.split()[0::2][:2] == ["shop", "yes"]
    [clock] = terminal.gets("clock", "resume", "--client", "shop")["clocks"]  # type: ignore[misc] # JSON
    assert clock["frozen"] is False


def test_the_pace_is_shown_and_changed(terminal: Terminal) -> None:
    assert terminal.reads("pace", "--client", "shop").split() == ["MANDATOR", "PACE", "shop", "at-once"]
    assert terminal.gets("pace", "3-reads", "--client", "shop") == {"paces": [{"mandator": "shop", "pace": "3-reads"}]}


# The journal


def test_the_journal_shows_the_newest_last(terminal: Terminal) -> None:
    heading, *rows = terminal.reads("journal", "--client", "shop").splitlines()
    assert heading.split() == ["NO", "AT", "CLIENT", "USER", "METHOD", "TARGET", "STATUS", "MS", "SCENARIO"]
    assert [row.split()[4:7] for row in rows] == [
        ["POST", "/api/v2/oauth/token", "200"],
        ["POST", "/api/v2/users", "201"],
    ]
    assert terminal.reads("journal", "--status", "5xx") == "The journal has no such entry."
    assert [it["status"] for it in terminal.gets("journal", "--status", "201")["requests"]] == [201]  # type: ignore[attr-defined] # JSON


def test_one_entry_is_shown_whole_and_explained(terminal: Terminal, server: Running) -> None:
    with server.client() as http:
        assert http.get("/api/v2/bnks").status_code == 404
    number = str(terminal.gets("journal", "--limit", "1")["requests"][0]["number"])  # type: ignore[index] # JSON
    assert orjson.loads(terminal.reads("journal", number))["target"] == "/api/v2/bnks"
    explained = terminal.reads("why", number)
    assert "refusal  NO_SUCH_PATH: Neither API has this path." in explained
    assert "nearest  GET /api/v2/banks" in explained
    assert terminal.gets("why", number)["status"] == 404


def test_the_journal_is_exported(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "shop.har"
    assert terminal.reads("journal", "--har", str(file), "--client", "shop") == ""
    assert len(orjson.loads(file.read_bytes())["log"]["entries"]) == 2


def test_the_journal_is_followed_until_somebody_interrupts(server: Running) -> None:
    command = [
        sys.executable,
        "-m",
        "mock_server",
        "journal",
        "--follow",
        "--url",
        server.url,
        "--operation",
        "getToken",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            first = process.stdout.readline()
            with server.client() as http:
                bearer(http)
            second = process.stdout.readline()
        finally:
            process.send_signal(signal.SIGINT)
    assert [line.split()[1:] for line in (first, second)] == [["POST", "/api/v2/oauth/token", "200"]] * 2
    assert first != second


def test_every_filter_of_the_journal_is_an_option() -> None:
    assert {*FILTERS, "client", "body"} == set(READERS)


def test_what_is_not_as_expected_is_status_1(terminal: Terminal) -> None:
    mine = ("--client", "shop", "--operation", "createUser")
    assert terminal.reads("verify", *mine, "--exactly", "1") == "Expected exactly 1 call, found 1."
    assert terminal.reads("verify", *mine, "--body", '{"id": "alice"}') == "Expected at least 1 call, found 1."
    assert terminal.reads("verify", "--in-order", "getToken", "--in-order", "createUser").startswith("All 2 came")
    assert terminal.gets("verify", *mine, "--at-most", "3")["ok"] is True
    status, out, error = terminal.types("verify", *mine, "--status", "422")
    assert (status, error) == (1, "")
    assert out.startswith("Expected at least 1 call, found none. The nearest is number ")
    assert terminal.types("verify", *mine, "--never")[0] == 1


def test_waiting_ends_with_the_call_or_with_the_time(terminal: Terminal) -> None:
    assert terminal.reads("wait", "--operation", "createUser", "--within", "5s").endswith("found 1.")
    assert terminal.types("wait", "--operation", "getBank", "--within", "10ms")[0] == 1


@pytest.mark.parametrize("words", [("--body", "{"), ("--in-order", "getToken", "--never"), ("--opration", "x")])
def test_bad_usage_is_status_2(terminal: Terminal, words: tuple[str, ...]) -> None:
    status, out, error = terminal.types("verify", *words)
    assert (status, out) == (2, "")
    assert "Error: " in error


# What the server remembers


def test_everything_is_kept_forgotten_and_brought_back(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    before = terminal.reads("state", "--client", "shop")
    assert "1 users" in before
    assert terminal.reads("snapshot", str(file), "--client", "shop") == ""
    assert file.read_text(encoding="utf-8").startswith("format: finapi-mock snapshot")
    assert orjson.loads(terminal.reads("snapshot"))["version"] == 1

    assert terminal.reads("reset", "--client", "shop") == "Reset: shop."
    assert "1 users" not in terminal.reads("state", "--client", "shop")
    assert terminal.reads("restore", str(file), "--client", "shop") == "Restored: shop."
    assert terminal.reads("state", "--client", "shop") == before


def test_a_file_of_users_is_sown(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "seed.yaml"
    file.write_text("users:\n  - {id: sown, password: open-sesame}\n", encoding="utf-8")
    assert terminal.reads("seed", str(file), "--client", "sower") == "Seeded: sower."
    assert "1 users" in terminal.reads("state", "--client", "sower")


def test_records_are_shown(terminal: Terminal) -> None:
    [state] = terminal.gets("state", "--client", "shop")["states"]  # type: ignore[misc] # JSON
    assert state["records"]["users"] == 1
    [user] = orjson.loads(terminal.reads("state", "users", "--limit", "1"))["records"]
    assert orjson.loads(terminal.reads("state", "users", user["id"])) == user
    status, _, error = terminal.types("state", "usrs")
    assert (status, error) == (1, "finapi-mock: There is no kind 'usrs'. Did you mean 'users'?\n")


def test_clients_are_listed(terminal: Terminal) -> None:
    heading, row = terminal.reads("clients", "--client", "shop").splitlines()
    assert heading.split() == ["MANDATOR", "CLIENT", "ADMIN", "DECRYPTION", "KEY"]
    assert row.split()[:3] == ["shop", "shop", "no"]


def test_a_client_is_made_and_forgotten(terminal: Terminal, server: Running) -> None:
    heading, row = terminal.reads(
        "clients", "add", "lab", "--secret", "hush", "--license", "AISP", "--set", "maxUserLoginAttempts=3"
    ).splitlines()
    assert heading.split() == ["MANDATOR", "CLIENT", "SECRET", "LICENSE", "ADMIN", "DECRYPTION", "KEY"]
    assert row.split()[:5] == ["lab", "lab", "hush", "AISP", "no"]
    with server.client() as http:
        mine = bearer(http, client_id="lab", client_secret="hush")
        assert http.get("/api/v2/clientConfiguration", headers=mine).json()["maxUserLoginAttempts"] == 3
    assert terminal.reads("clients", "add", "back-office", "--mandator", "lab", "--admin").splitlines()[1].split()[
        :5
    ] == [
        "lab",
        "back-office",
        "back-office-secret",
        "UNLICENSED",
        "yes",
    ]
    assert terminal.reads("clients", "remove", "lab") == "Removed: lab."
    assert terminal.gets("clients") == {"clients": [terminal.gets("clients", "--client", "shop")["clients"][0]]}  # type: ignore[index] # JSON


def test_a_client_without_a_name_gets_one_that_is_free(terminal: Terminal) -> None:
    told = terminal.gets("clients", "add", "--set", "userNotificationCallbackUrl=https://shop.example/told")
    assert (told["clientId"], told["clientSecret"]) == ("client-1", "client-1-secret")
    assert terminal.gets("clients", "remove", "client-1") == {"removed": "client-1"}


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (
            ("add", "shop"),
            1,
            "clientId: There is a client 'shop' already. Without a clientId you get one that is free.",
        ),
        (("add", "--license", "AISPP"), 1, "license: There is no such licence. Did you mean 'AISP'?"),
        (("add", "--set", "maxUserLogins=3"), 1, "configuration.maxUserLogins: There is no such field."),
        (
            ("add", "--set", "maxUserLoginAttempts=no"),
            1,
            "configuration.maxUserLoginAttempts: Value must be an integer",
        ),
        (("add", "--set", "maxUserLoginAttempts"), 2, "has no value; write maxUserLoginAttempts=VALUE"),
        (("add", "--client", "lab"), 2, "The client is named without --client: lab"),
        (("remove", "lab"), 1, "There is no client 'lab'."),
        (("remove", "shop", "--client", "shop"), 2, "The client is named without --client: shop"),
    ],
)
def test_a_client_that_cannot_be_is_told(terminal: Terminal, words: tuple[str, ...], status: int, message: str) -> None:
    exit_status, out, error = terminal.types("clients", *words)
    assert (exit_status, out) == (status, "")
    assert message in error
    assert len(terminal.gets("clients")["clients"]) == 1  # type: ignore[arg-type] # JSON


# Scenarios, and what stands in for people


def test_a_scenario_is_uploaded_put_on_and_off(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    assert terminal.reads("scenario", "upload", str(file)) == "The server has second-fails now."
    heading, row = terminal.reads("scenario", "on", "second-fails", "--client", "shop").splitlines()
    assert heading.split() == ["MANDATOR", "SCENARIO", "STATE", "RULE", "FITTED", "FIRED"]
    assert row.split() == ["shop", "second-fails", "-", "1", "0", "0"]
    status, _, error = terminal.types("scenario", "state", "second-fails", "down")
    assert (status, error) == (1, "finapi-mock: state: There is no state 'down'. The scenario has no states.\n")
    assert terminal.gets("scenarios", "--client", "shop")["on"][0]["scenarios"][0]["name"] == "second-fails"  # type: ignore[index] # JSON
    assert terminal.reads("scenario", "off") == "No scenario is on."


def test_a_form_is_shown_and_completed(terminal: Terminal, form: str) -> None:
    assert orjson.loads(terminal.reads("forms", "show", form))["status"] == "NOT_YET_OPENED"
    assert terminal.reads("forms", "complete", form, "--bank", "280002", "--login", "demo_no_msa") == "COMPLETED"
    status, _, error = terminal.types("forms", "complete", form)
    assert (status, error.startswith("finapi-mock: ")) == (1, True)


def test_a_task_that_is_not_there_is_told(terminal: Terminal) -> None:
    status, _, error = terminal.types("tasks", "complete", "no-such-task")
    assert (status, error) == (1, "finapi-mock: There is no task 'no-such-task'.\n")


ORDER = {
    "recipient": {"name": "Max", "iban": "DE89370400440532013000"},
    "amount": {"value": 5, "currency": "EUR"},
    "purpose": "Book",
}
MONTHLY = {"startDate": "2027-01-01", "frequency": "MONTHLY"}


@pytest.fixture
def alice(server: Running) -> Iterator[EndUser]:
    """A user of a shop whose bank takes its time until somebody says that it is done."""
    with server.client() as http:
        shop = Shop(http, "slow")
        shop.moves_clock(set="2026-08-13T10:00:00Z")
        http.post("/_mock/pace", json={"pace": "by-hand"}, headers={"x-mock-client": "slow"})
        yield shop.welcomes("alice")


@pytest.mark.parametrize(
    ("words", "form", "wish", "decision", "status"),
    [
        ("payments", "standalonePayment", {"orders": [ORDER]}, (), "SUCCESSFUL"),
        ("payments", "standalonePayment", {"orders": [ORDER]}, ("--outcome", "NOT_SUCCESSFUL"), "NOT_SUCCESSFUL"),
        ("standing-orders", "standingOrder", {**ORDER, **MONTHLY}, (), "SUCCESSFUL"),
    ],
)
def test_the_bank_decides_on_an_order(
    terminal: Terminal,
    alice: EndUser,
    words: str,
    form: str,
    wish: dict[str, Any],
    decision: tuple[str, ...],
    status: str,
) -> None:
    made = alice.posts(f"/api/webForms/{form}", **wish).json()
    payload = alice.shop.completes(made).json()["payload"]
    id = str(payload["paymentId"] if words == "payments" else payload["standingOrderId"])
    assert terminal.reads(words, "complete", id, "--client", "slow", *decision) == status
    exit_status, _, error = terminal.types(words, "complete", id, "--client", "slow", *decision)
    name = words.removesuffix("s").replace("-", " ")
    assert (exit_status, error) == (1, f"finapi-mock: The bank is not at work on the {name}: it is {status}.\n")


def test_what_goes_on_for_a_connection_is_ended(terminal: Terminal, alice: EndUser) -> None:
    form = alice.starts_import()
    connection = alice.shop.completes(form).json()["payload"]["bankConnectionId"]
    ended = terminal.reads("connections", "complete", str(connection), "--client", "slow")
    assert ended == "updateStatus READY, categorizationStatus READY"
    assert terminal.types("connections", "complete", str(connection))[0] == 1


def test_the_logins_are_listed(terminal: Terminal) -> None:
    assert terminal.reads("logins").splitlines()[1].split()[:3] == ["demo", "demo", "123456"]


def test_callbacks_are_listed_and_sent_again(terminal: Terminal, server: Running) -> None:
    assert terminal.reads("callbacks") == "There are no callbacks."
    with server.client() as http:
        sent = http.post("/_mock/callbacks", json={"url": "http://localhost:9/x"}, headers={"x-mock-client": "shop"})
    id = str(sent.json()["id"])
    assert terminal.reads("callbacks").splitlines()[1].split()[:2] == [id, "shop"]
    assert terminal.reads("callbacks", "resend", id) == f"Callback {id} is sent again."


def test_a_callback_is_sent_by_hand(terminal: Terminal) -> None:
    address, mine = "http://localhost:9/x", ("--client", "shop")
    assert (
        terminal.reads("callbacks", "send", address, *mine, "--body", '{"event": "DELETED"}') == "Callback 1 is sent."
    )
    assert terminal.gets("callbacks", "send", address, *mine)["body"] == {}
    found = terminal.gets("callbacks", *mine)["callbacks"]
    assert [(it["url"], it["body"]) for it in found] == [(address, {}), (address, {"event": "DELETED"})]  # type: ignore[attr-defined] # JSON


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("http://localhost:9/x",), 2, "Say in whose name it is sent: --client ID."),
        (("http://localhost:9/x", "--client", "shop", "--body", "{"), 2, "is no JSON"),
        (("http://localhost:9/x", "--client", "shop", "--body", "[]"), 1, "finapi-mock: body: Must be an object.\n"),
        (("ftp://localhost", "--client", "shop"), 1, "finapi-mock: url: Must be an http or https URL.\n"),
    ],
)
def test_a_callback_that_cannot_be_sent_is_told(
    terminal: Terminal, words: tuple[str, ...], status: int, message: str
) -> None:
    exit_status, out, error = terminal.types("callbacks", "send", *words)
    assert (exit_status, out) == (status, "")
    assert message in error
    assert terminal.reads("callbacks") == "There are no callbacks."


# When it cannot be asked


def test_a_server_that_is_not_there_is_status_1() -> None:
    status, out, error = Terminal("http://127.0.0.1:9").types("clock")
    assert (status, out) == (1, "")
    assert error.startswith("finapi-mock: http://127.0.0.1:9 does not answer: ")
    assert Terminal("localhost:8420").types("reset")[2].startswith("finapi-mock: --url: must start with http://")


def test_a_refusal_names_field_and_remedy(terminal: Terminal) -> None:
    status, out, error = terminal.types("clock", "advance", "soon")
    assert (status, out) == (1, "")
    assert error.startswith("finapi-mock: advance: ")


def test_the_ca_that_tls_has_made_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running("--tls", "--tls-dir", str(tmp_path)) as secure:
        monkeypatch.setenv("FINAPI_MOCK_TLS_DIR", str(tmp_path / "elsewhere"))
        assert "name its CA with --ca" in Terminal(secure.url).types("pace")[2]
        assert Terminal(secure.url).reads("pace", "--ca", str(tmp_path / "ca.pem")).endswith("at-once")
        monkeypatch.setenv("FINAPI_MOCK_TLS_DIR", str(tmp_path))
        assert Terminal(secure.url).reads("pace").endswith("at-once")


def test_a_control_token_is_sent() -> None:
    with running("--control-token", "let-me-in") as guarded:
        terminal = Terminal(guarded.url)
        assert terminal.types("reset")[0] == 1
        assert terminal.reads("reset", "--token", "let-me-in") == "Reset: nobody was there."


@pytest.mark.parametrize("path", [*((verb,) for verb in VERBS), *(("scenario", verb) for verb in SCENARIO_VERBS)])
def test_every_verb_says_what_it_does(path: tuple[str, ...]) -> None:
    done = CliRunner().invoke(main, [*path, "--help"])
    assert done.exit_code == 0
    assert f"Usage: main {' '.join(path)}" in done.stdout


@pytest.mark.parametrize("verb", ["seed", "restore"])
def test_who_sends_a_file_to_another_server_is_told(tmp_path: Path, verb: str) -> None:
    """As with every verb: the answer of somebody else is no reason for a traceback."""
    file = tmp_path / "mine.yaml"
    file.write_text("{}", encoding="utf-8")

    class Stranger(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<p>Hello</p>")

        do_PUT = do_POST  # noqa: N815 # the name is http.server's

        def log_message(self, *given: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as stranger:
        thread = Thread(target=stranger.serve_forever)
        thread.start()
        status, _, error = Terminal(f"http://127.0.0.1:{stranger.server_port}").types(verb, str(file))
        stranger.shutdown()
        thread.join()
    assert (status, error) == (
        1,
        "finapi-mock: the answer is no JSON object; is this the base URL of a finapi-mock?\n",
    )
