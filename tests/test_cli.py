from dataclasses import fields
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from mock_server import __version__, server
from mock_server.cli import main
from mock_server.operations import NOT_EMULATED, OPERATIONS
from mock_server.settings import Settings, flag, variable
from tests.proofs import kept

SAMPLES = {
    "host": "127.0.0.2",
    "port": "9001",
    "webform_port": "9002",
    "base_url": "https://mock.example",
    "seed": "7",
    "links_by": "host",
    "clients": "clients.yaml",
    "clients_yaml": "clients: []",
    "seed_data": "seed.yaml",
    "seed_data_yaml": "users: []",
    "license": "AISP",
    "scenario": "bank-is-down",
    "scenario_yaml": "name: mine",
    "watch": "yes",
    "strict": "1",
    "auto_complete": "true",
    "reopen_forms": "1",
    "auto_error_redirect": "yes",
    "pace": "3-reads",
    "token_lifetime": "90s",
    "refresh_token_lifetime": "P2D",
    "control_token": "a secret",
    "token_key": "k" * 32,
    "journal_size": "5",
    "journal_bytes": "4096",
    "max_body": "6",
    "tls": "1",
    "tls_dir": "certificates",
    "cert": "cert.pem",
    "key": "key.pem",
    "access_spec": "a.yaml",
    "webform_spec": "w.yaml",
    "access_log": "1",
    "log_level": "debug",
}
TOGETHER = {"cert": ("--key", "key.pem"), "key": ("--cert", "cert.pem")}
"""What a setting is nothing without."""


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings with which the server would have run."""
    runs: list[Settings] = []
    monkeypatch.setattr(server, "run", lambda settings, say: runs.append(settings))
    return runs


def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, list(arguments), env=environment)
    return result.exit_code, result.stdout, result.stderr


def test_the_version_is_the_packages() -> None:
    assert run("--version") == (0, f"finapi-mock {__version__}\n", "")


def test_without_a_command_it_serves(served: list[Settings]) -> None:
    assert run()[0] == 0
    assert run("--seed", "3")[0] == 0
    assert run("serve", "--seed", "4")[0] == 0
    assert [settings.seed for settings in served] == [1, 3, 4]


@pytest.mark.parametrize("name", [declared.name for declared in fields(Settings)])
def test_every_setting_has_a_flag_and_a_variable_of_its_name(name: str, served: list[Settings]) -> None:
    is_switch = isinstance(getattr(Settings(), name), bool)
    others = TOGETHER.get(name, ())
    assert run("serve", flag(name), *([] if is_switch else [SAMPLES[name]]), *others)[0] == 0
    assert run("serve", *others, **{variable(name): SAMPLES[name]})[0] == 0
    by_flag, by_variable = served
    assert by_flag == by_variable != Settings()


def test_a_variable_that_is_empty_is_one_that_is_not_set(served: list[Settings]) -> None:
    """Pipelines and compose files pass variables on that nobody has set."""
    assert run("serve", **{variable(declared.name): "" for declared in fields(Settings)})[0] == 0
    assert served == [Settings()]


def test_the_address_of_a_service_called_finapi_mock_is_no_port(
    served: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kubernetes gives it to every pod of the namespace, the service's own among them."""
    linked = {"FINAPI_MOCK_PORT": "tcp://10.0.0.7:8420", "FINAPI_MOCK_SERVICE_HOST": "10.0.0.7"}
    assert run("serve", **linked)[0] == 0
    assert served == [Settings()]
    monkeypatch.setattr("mock_server.commands.remote.DEFAULT_PORT", 9)  # where nobody is
    assert "http://127.0.0.1:9 does not answer" in run("health", **linked)[2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--port", "70000"), "--port: a port is a number from 0 to 65535, not 70000"),
        (("--token-key", "short"), "--token-key: must have 32 characters or more"),
        (("--base-url", "localhost"), "--base-url: must start with http:// or https://"),
        (("--clients", "/no/such/file.yaml"), "/no/such/file.yaml: No such file or directory"),
        (
            ("--clients-yaml", "clients: 1"),
            "FINAPI_MOCK_CLIENTS_YAML: expected one key 'clients' with a list of clients",
        ),
        (("--access-spec", "/no/such/file.yaml"), "No such file or directory"),
    ],
)
def test_bad_input_is_one_line_and_status_1(arguments: tuple[str, ...], words: str) -> None:
    status, out, error = run("serve", "--port", "0", *arguments)
    assert (status, out) == (1, "")
    assert words in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [("--prot", "1"), ("serve", "--port", "x"), ("sreve",), ("--token-lifetime", "long"), ("--pace", "soon")],
)
def test_bad_usage_is_status_2(arguments: tuple[str, ...]) -> None:
    status, _, error = run(*arguments)
    assert status == 2
    assert "Error" in error


def test_operations_lists_every_operation_with_its_state() -> None:
    status, out, _ = run("operations")
    *rows, _, last = out.splitlines()
    assert status == 0
    assert last == f"{len(OPERATIONS)} of {len(rows)} operations are emulated."
    proof = "tests/access/test_users.py"
    assert any(row.split() == ["emulated", "POST", "/api/v2/users", "access.createUser", proof] for row in rows)

    listed = orjson.loads(run("operations", "--json")[1])
    states = {row["operation"]: row["state"] for row in listed}
    assert {name for name, state in states.items() if state == "emulated"} == set(OPERATIONS)
    assert {name for name, state in states.items() if state == "described"} == set(NOT_EMULATED)
    assert {row["operation"]: row["provedBy"] for row in listed if row["provedBy"]} == kept()


def test_an_operation_without_a_proof_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run("operations", "--check")[0] == 0

    proofs = kept()
    del proofs["access.createUser"]
    (tmp_path / "proofs.json").write_bytes(orjson.dumps(proofs))
    monkeypatch.setattr("mock_server.cli.PROOFS", tmp_path / "proofs.json")
    status, out, error = run("operations", "--check")
    assert any(
        row.split() == ["emulated", "POST", "/api/v2/users", "access.createUser", "nothing"] for row in out.splitlines()
    )
    assert (status, error) == (1, "finapi-mock: emulated, but proved by no test: access.createUser\n")


def test_health_of_a_server_that_is_not_there_is_status_1() -> None:
    status, _, error = run("health", "--url", "http://127.0.0.1:9")
    assert status == 1
    assert "http://127.0.0.1:9 does not answer" in error
