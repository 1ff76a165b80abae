import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest

from mock_server import server
from mock_server.clock import stopwatch
from mock_server.settings import Settings
from tests.actors import Shop
from tests.processes import greeted, running

PATIENCE = 5
FEW = 100


def test_the_greeting_is_what_a_person_wants_to_know_and_nothing_else() -> None:
    with running() as mock:
        assert [line.split()[0] for line in mock.greeting] == ["finAPI", "Web", "Clients", "Test", "Documents"]
        port = mock.url.rsplit(":", 1)[1]
        assert mock.greeting[0].endswith(f"http://localhost:{port}/api/v2")
        with mock.client() as http:
            assert http.get("/_mock/health").json()["status"] == "UP"
        mock.process.send_signal(signal.SIGTERM)
        out, error = mock.process.communicate(timeout=PATIENCE)
        assert (out, error) == ("", "")


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_soon_also_with_an_idle_connection(ending: signal.Signals) -> None:
    with running() as mock, mock.client() as http:
        http.get("/_mock/health")  # leaves a connection open
        started = stopwatch()
        mock.process.send_signal(ending)
        mock.process.wait(timeout=PATIENCE)
        assert stopwatch() - started < PATIENCE


def test_it_serves_without_uvloop_too_as_on_windows() -> None:
    program = "import sys; sys.modules['uvloop'] = None; from mock_server.cli import main; main(['--port', '0'])"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", program], text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            with greeted(process).client() as http:
                assert http.get("/_mock/health").json()["status"] == "UP"
        finally:
            process.kill()


def test_a_port_in_use_is_one_clear_line_and_status_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = subprocess.run(
            [sys.executable, "-m", "mock_server", "--port", str(port)], capture_output=True, text=True, check=False
        )
    assert result.returncode == 1
    assert result.stderr == (
        f"finapi-mock: port {port} on 127.0.0.1 is in use; stop the other program or choose another port with --port\n"
    )


def test_a_second_port_serves_web_form_and_forms_lead_to_it() -> None:
    with running("--webform-port", "0") as mock:
        assert mock.webform_url != mock.url
        for base in (mock.url, mock.webform_url):
            assert httpx2.get(f"{base}/_mock/health", trust_env=False).status_code == 200


def test_it_takes_as_many_connections_as_the_system_allows() -> None:
    with ExitStack() as open:
        with usually_allowed(FEW):
            mock = open.enter_context(running())
        for _ in range(2 * FEW):
            open.enter_context(socket.create_connection(("127.0.0.1", mock.port), timeout=PATIENCE))
        with mock.client() as http:
            assert http.get("/_mock/health").status_code == 200


@contextmanager
def usually_allowed(files: int) -> Iterator[None]:
    """The limit of open files with which programs are started; what the system would allow stays as it is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_an_address_that_is_not_this_machines_is_refused_in_words() -> None:
    with pytest.raises(OSError, match=r"cannot listen on 192\.0\.2\.1, port 0"):
        server.run(Settings(host="192.0.2.1", port=0), print)


def test_the_greeting_names_where_the_clients_are() -> None:
    lines = list(server.greeting(Settings(clients=Path("clients.yaml"), base_url="https://mock.example/")))
    assert lines[0].endswith("https://mock.example/api/v2")
    assert lines[2].endswith("the clients in clients.yaml")
    assert list(server.greeting(Settings(clients_yaml="clients: []")))[2].endswith(
        "the clients in FINAPI_MOCK_CLIENTS_YAML"
    )


def test_what_a_proxy_says_counts_only_where_it_was_asked_for() -> None:
    """uvicorn would believe a neighbour on the same machine."""
    forwarded = {"x-forwarded-proto": "https"}
    for way, scheme in (("host", "http"), ("proxy", "https")):
        with running("--links-by", way) as mock, mock.client() as http:
            http.headers.update(forwarded)
            form = Shop(http).welcomes("alice").starts_import()  # type: ignore[arg-type]
            assert form["url"] == f"{scheme}://{http.base_url.netloc.decode()}/wf/{form['id']}"
