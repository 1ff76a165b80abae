"""The image: whom it runs as, what it needs, how it starts, is asked for its health, and stops."""

import re
from pathlib import Path

import httpx2
import pytest

from mock_server import __version__
from mock_server.settings import DEFAULT_PORT
from tests.actors import Shop
from tests.container.containers import Image, container

pytestmark = pytest.mark.container

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "containers.md"

USERS = ("10001:0", "1000650000:0", "65534:65534")
"""The image's own, one as OpenShift makes them up (any uid, in the group of root), and nobody."""

CLIENTS = """
clients:
  - client_id: acme
    client_secret: acme-secret
"""

WRITE = "import sys; open(sys.argv[1], 'w')"
WHO = "import os; print(os.getuid(), os.getgid(), os.getpid() != 1)"


def test_it_runs_as_a_number_that_is_not_root(image: Image) -> None:
    """`runAsNonRoot` of Kubernetes refuses names."""
    assert image.user == USERS[0]


def test_it_starts_the_server_and_asks_for_its_health_without_a_shell(image: Image) -> None:
    assert image.config["Entrypoint"] == ["finapi-mock"]
    assert image.config["Healthcheck"]["Test"] == ["CMD", "finapi-mock", "health"]


def test_it_listens_where_others_can_reach_it(image: Image) -> None:
    assert image.environment["FINAPI_MOCK_HOST"] == "0.0.0.0"  # noqa: S104 # that is what a container is for
    assert list(image.config["ExposedPorts"]) == [f"{DEFAULT_PORT}/tcp"]


def test_nothing_of_the_building_is_left(image: Image) -> None:
    assert not (image.root / "src").exists()
    assert not (image.root / "installer").exists()
    packages = next(image.root.glob("opt/finapi-mock/lib/python3*/site-packages"))
    assert not (packages / "pip").exists()
    assert list(packages.glob("mock_server/_compiled/*.json"))


def test_it_is_as_small_as_its_document_says(image: Image) -> None:
    [said] = re.findall(r"(\d+) MiB and the base", DOCUMENT.read_text(encoding="utf-8"))
    [ours] = re.findall(r"(\d+) of them finapi-mock", image.size)
    assert int(ours) == pytest.approx(int(said), rel=0.1)


@pytest.mark.parametrize("user", USERS)
def test_any_user_connects_a_bank_on_a_read_only_file_system(image: Image, user: str) -> None:
    with container(image, user, FINAPI_MOCK_CONTROL_TOKEN="sesame") as mock, mock.client() as http:
        http.headers["x-mock-token"] = "sesame"  # others can reach a container, so its control API is not for anybody
        alice = Shop(http).welcomes("alice")  # type: ignore[arg-type]
        connection = alice.connects()
        assert [account["id"] for account in alice.accounts()] == connection["accountIds"]
        assert len(alice.transactions()) > 1000

        uid, gid = user.split(":")
        assert mock.executes("python", "-c", WHO).stdout.split() == [uid, gid, "True"]
        for place in ("/tmp/file", "/opt/finapi-mock/file"):  # noqa: S108 # where anybody may write, if it were possible
            assert "Read-only file system" in mock.executes("python", "-c", WRITE, place).stderr
        assert mock.executes("sh", "-c", "true").returncode != 0


def test_the_health_check_tells_whether_the_server_answers(image: Image) -> None:
    check = image.config["Healthcheck"]["Test"][1:]
    with container(image) as mock:
        healthy = mock.executes(*check)
        assert (healthy.returncode, healthy.stderr) == (0, "")
        assert '"UP"' in healthy.stdout
        elsewhere = mock.executes(*check, FINAPI_MOCK_PORT="9")
        assert elsewhere.returncode == 1
        assert elsewhere.stderr.startswith("finapi-mock: http://127.0.0.1:9 does not answer")


def test_everything_is_set_by_environment(image: Image) -> None:
    given = {"FINAPI_MOCK_CLIENTS_YAML": CLIENTS, "FINAPI_MOCK_LINKS_BY": "host"}
    with container(image, **given) as mock, mock.client() as http:
        assert mock.greeting[2].endswith("the clients in FINAPI_MOCK_CLIENTS_YAML")
        assert Shop(http).asks_for_token("client_credentials").status_code == 401  # type: ignore[arg-type]
        alice = Shop(http, "acme", "acme-secret").welcomes("alice")  # type: ignore[arg-type]
        http.headers["host"] = "mock:8420"
        assert alice.starts_import()["url"].startswith("http://mock:8420/wf/")


def test_arguments_are_those_of_the_command(image: Image) -> None:
    with container(image, arguments=["--base-url", "https://mock.example"]) as mock:
        assert mock.greeting[0].endswith("https://mock.example/api/v2")
        assert mock.executes("finapi-mock", "--version").stdout == f"finapi-mock {__version__}\n"


def test_it_stops_within_a_second_also_with_an_open_connection(image: Image) -> None:
    """As process 1, which gets no signal that it does not ask for."""
    with container(image) as mock, mock.client() as http:
        assert http.get("/_mock/health").status_code == 200
        assert mock.stops(patience=1) == 0
        with pytest.raises(httpx2.TransportError):
            http.get("/_mock/health")
