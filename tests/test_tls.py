"""https: an authority that is kept, certificates that unmodified clients verify, and refusals that name the remedy."""

import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

import httpx2
import pytest
from cryptography import x509

from mock_server import tls
from mock_server.clock import machine_now
from mock_server.settings import Settings
from tests.actors import Shop
from tests.certificates import PKCS8, certificate
from tests.conftest import serve
from tests.processes import Running, running, trusting

NOW = datetime(2026, 8, 13, 10, tzinfo=UTC)
YEAR = timedelta(days=365)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def mock(folder: Path) -> Iterator[Running]:
    with running("--tls", "--tls-dir", str(folder)) as mock:
        yield mock


# Clients


def test_the_greeting_says_which_ca_to_trust(mock: Running, folder: Path) -> None:
    assert mock.url.startswith("https://localhost:")
    assert mock.greeting[-2] == f"CA to trust      {folder / 'ca.pem'}, also at {mock.url}/_mock/ca.pem"


def test_everything_that_is_handed_out_leads_to_https(mock: Running, folder: Path) -> None:
    with mock.client(verify=trusting(folder / "ca.pem")) as http:
        form = Shop(http).welcomes("alice").starts_import(bank={"id": 280001})
        assert form["url"].startswith(f"{mock.url}/wf/")
        assert http.get(form["url"]).status_code == 200


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_pythons_own_client_verifies_it(mock: Running, folder: Path, host: str) -> None:
    opener = build_opener(ProxyHandler({}), HTTPSHandler(context=trusting(folder / "ca.pem")))
    with opener.open(f"{mock.url.replace('localhost', host)}/_mock/health") as answer:
        assert answer.status == 200


def test_a_client_that_has_not_heard_of_the_ca_refuses(mock: Running) -> None:
    with mock.client() as http, pytest.raises(httpx2.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        http.get("/_mock/health")


@pytest.mark.parametrize(
    ("tool", "command", "variable"),
    [
        ("curl", ["--silent", "--show-error", "--fail", "--cacert", "CA", "URL"], None),
        ("node", ["-e", "fetch('URL').then(it => it.text()).then(console.log)"], "NODE_EXTRA_CA_CERTS"),
    ],
)
def test_an_unmodified_tool_verifies_it(
    mock: Running, folder: Path, tool: str, command: list[str], variable: str | None
) -> None:
    path = shutil.which(tool)
    if path is None:
        pytest.skip(f"{tool} is not installed")
    ca = str(folder / "ca.pem")
    arguments = [word.replace("CA", ca).replace("URL", f"{mock.url}/_mock/health") for word in command]
    environment = {"PATH": "", "NO_PROXY": "*", **({variable: ca} if variable else {})}
    done = subprocess.run([path, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert '"status":"UP"' in done.stdout, done.stderr


def test_the_ca_can_be_downloaded(mock: Running, folder: Path) -> None:
    with mock.client(verify=False) as http:
        answer = http.get("/_mock/ca.pem")
    assert answer.content == (folder / "ca.pem").read_bytes()
    assert answer.headers["content-type"] == "application/x-pem-file"


def test_a_server_without_a_ca_says_how_to_get_one() -> None:
    with serve() as http:
        answer = http.get("/_mock/ca.pem")
    message = "This server has no CA of its own; it has one when it is started with --tls alone."
    assert (answer.status_code, answer.json()) == (404, {"errors": [{"field": None, "message": message}]})


@pytest.mark.parametrize("given", [{"FINAPI_MOCK_TLS": "1"}, {"FINAPI_MOCK_CERT": "cert.pem"}])
def test_health_finds_the_server_by_the_same_variables(mock: Running, given: dict[str, str]) -> None:
    environment = given | {"FINAPI_MOCK_PORT": mock.url.rpartition(":")[2]}
    command = [sys.executable, "-m", "mock_server", "health"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert '"status":"UP"' in done.stdout, done.stderr


def test_own_certificates_are_shown_instead(tmp_path: Path) -> None:
    theirs = tls.authority(tmp_path / "theirs", machine_now())
    both = tls.issued(theirs, ["localhost"], machine_now())
    (tmp_path / "cert.pem").write_bytes(both)
    (tmp_path / "key.pem").write_bytes(both)
    with running("--cert", str(tmp_path / "cert.pem"), "--key", str(tmp_path / "key.pem")) as mock:
        assert [line.split()[0] for line in mock.greeting] == ["finAPI", "Web", "Clients", "Test", "Documents"]
        with mock.client(verify=trusting(tmp_path / "theirs" / "ca.pem")) as http:
            assert http.get("/_mock/health").status_code == 200
            assert http.get("/_mock/ca.pem").status_code == 404


# The authority


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_the_key_is_for_its_owner_alone(folder: Path, mock: Running) -> None:
    assert stat.S_IMODE((folder / "ca-key.pem").stat().st_mode) == 0o600
    assert sorted(path.name for path in folder.iterdir()) == ["ca-key.pem", "ca.pem"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("localhost", "127.0.0.1", "::1")),
        ({"host": "0.0.0.0"}, ("localhost", "127.0.0.1", "::1")),  # noqa: S104 # what containers set
        ({"host": "192.0.2.7"}, ("localhost", "127.0.0.1", "::1", "192.0.2.7")),
        ({"base_url": "https://finapi-mock:8420/x"}, ("localhost", "127.0.0.1", "::1", "finapi-mock")),
        ({"base_url": "https://localhost"}, ("localhost", "127.0.0.1", "::1")),
    ],
)
def test_the_certificate_is_for_the_hosts_by_which_the_server_is_reached(
    given: dict[str, str], expected: tuple[str, ...]
) -> None:
    assert tls.hosts(Settings(tls=True, **given)) == expected  # type: ignore[arg-type]


def test_a_certificate_names_hosts_addresses_and_names_with_umlauts(tmp_path: Path) -> None:
    pem = tls.issued(tls.authority(tmp_path, NOW), ["localhost", "::1", "bücher.test"], NOW)
    names = x509.load_pem_x509_certificate(pem).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "xn--bcher-kva.test"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["::1"]


def test_a_host_for_which_there_can_be_no_certificate_is_named(tmp_path: Path) -> None:
    settings = Settings(tls=True, tls_dir=tmp_path, base_url=f"https://{'x' * 64}.test")
    with pytest.raises(ValueError, match=f"^--base-url: '{'x' * 64}.test' is no host name that a certificate could be"):
        tls.context(settings, NOW)


def test_the_authority_stays_from_start_to_start(tmp_path: Path) -> None:
    first = tls.authority(tmp_path, NOW)
    assert tls.authority(tmp_path, NOW + YEAR).certificate == first.certificate == read(tmp_path / "ca.pem")


def test_an_authority_that_would_end_before_the_servers_certificate_is_renewed_with_its_key(tmp_path: Path) -> None:
    old = tls.authority(tmp_path, NOW).certificate
    end = old.not_valid_after_utc
    assert tls.authority(tmp_path, end - tls.SERVER_LIFETIME).certificate == old

    renewed = tls.authority(tmp_path, end - tls.SERVER_LIFETIME + timedelta(seconds=1)).certificate
    assert renewed == read(tmp_path / "ca.pem") != old
    assert renewed.not_valid_after_utc > end + 8 * YEAR
    assert (renewed.public_key(), renewed.subject) == (old.public_key(), old.subject)


def test_servers_that_start_at_once_agree_on_one_authority(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as starts:
        made = list(starts.map(lambda _: tls.authority(tmp_path, NOW), range(8)))
    assert all(it.key.public_key() == read(tmp_path / "ca.pem").public_key() for it in made)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ca-key.pem", "ca.pem"]


def test_a_lost_certificate_is_made_again_from_the_key(tmp_path: Path) -> None:
    first = tls.authority(tmp_path, NOW)
    (tmp_path / "ca.pem").unlink()
    assert tls.authority(tmp_path, NOW).certificate.public_key() == first.certificate.public_key()


def test_a_lost_key_is_no_reason_to_take_the_clients_trust_away(tmp_path: Path) -> None:
    tls.authority(tmp_path, NOW)
    (tmp_path / "ca-key.pem").unlink()
    with pytest.raises(ValueError) as refused:
        tls.authority(tmp_path, NOW)
    assert str(refused.value) == (
        f"{tmp_path / 'ca.pem'}: its key, ca-key.pem, is missing in the same folder; put it back, "
        "or delete ca.pem and let clients trust the new one that the next start makes"
    )


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("ca-key.pem", "", "is not the key that --tls has made"),
        ("ca-key.pem", certificate().key_pem(PKCS8, "secret"), "is not the key that --tls has made"),
        ("ca-key.pem", certificate().key_pem(), "does not belong to ca-key.pem beside it"),
        ("ca.pem", "-----BEGIN CERTIFICATE-----\nx\n", "is not a certificate"),
        ("ca.pem", certificate().pem, "does not belong to ca-key.pem beside it"),
    ],
)
def test_a_broken_file_is_named_with_the_remedy(tmp_path: Path, file: str, content: str, words: str) -> None:
    tls.authority(tmp_path, NOW)
    (tmp_path / file).write_text(content)
    with pytest.raises(ValueError) as refused:
        tls.authority(tmp_path, NOW)
    blamed = "ca.pem" if "belong" in words else file
    assert str(refused.value) == (
        f"{tmp_path / blamed}: {words}; "
        "delete ca.pem and ca-key.pem, and let clients trust the new ca.pem that the next start makes"
    )


def test_a_folder_that_cannot_be_used_is_named_with_the_remedies(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ValueError) as refused:
        tls.authority(tmp_path / "file", NOW)
    assert str(refused.value) == (
        f"--tls keeps its CA in {tmp_path / 'file'}, but {tmp_path / 'file'}: File exists; "
        "choose another folder with --tls-dir, or bring a certificate of your own with --cert and --key"
    )


# Certificates of the user's own

OWN = certificate()
FILES = {
    "cert.pem": OWN.pem,
    "key.pem": OWN.key_pem(),
    "other-key.pem": certificate().key_pem(),
    "encrypted.pem": OWN.key_pem(PKCS8, "secret"),
    "text.pem": "no certificate\n",
}


@pytest.mark.parametrize(
    ("cert", "key", "words"),
    [
        ("none.pem", "key.pem", "--cert: none.pem: No such file or directory"),
        ("cert.pem", "none.pem", "--key: none.pem: No such file or directory"),
        ("text.pem", "key.pem", "--cert text.pem, --key key.pem: must be PEM files, with BEGIN CERTIFICATE and"),
        ("cert.pem", "text.pem", "--cert cert.pem, --key text.pem: must be PEM files, with BEGIN CERTIFICATE and"),
        ("cert.pem", "other-key.pem", "the key does not belong to the certificate"),
        ("cert.pem", "encrypted.pem", "--key: is encrypted; decrypt it first"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cert: str, key: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        Path(name).write_text(content)
    with pytest.raises(ValueError, match=re.escape(words)):
        tls.context(Settings(cert=Path(cert), key=Path(key)), NOW)


def test_a_start_that_fails_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "ca-key.pem").touch()
    command = [sys.executable, "-m", "mock_server", "--port", "0", "--tls", "--tls-dir", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith(f"finapi-mock: {tmp_path / 'ca-key.pem'}: is not the key that --tls has made; delete")
