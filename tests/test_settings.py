"""Settings: one name each, safe defaults, and refusals that name the flag and the remedy."""

import re
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mock_server.domain.progress import Pace
from mock_server.settings import INLINE, READERS, Settings, describe, flag, variable
from mock_server.source import Source
from mock_server.web.links import WAYS

NAMES = [declared.name for declared in fields(Settings)]

DEFAULTS = {
    "host": "127.0.0.1",  # nobody outside the machine, unless asked for
    "port": 8420,
    "webform_port": None,
    "base_url": None,
    "seed": 1,
    "links_by": "base-url",
    "clients": None,
    "clients_yaml": None,
    "seed_data": None,
    "seed_data_yaml": None,
    "license": "UNLICENSED",  # as a self-service sandbox client
    "scenario": (),
    "scenario_yaml": None,
    "watch": False,
    "strict": False,
    "auto_complete": False,
    "reopen_forms": False,  # "the URL is one-time"
    "auto_error_redirect": False,  # the end user reads the error first
    "pace": Pace(),
    "token_lifetime": timedelta(hours=1),  # "expires_in": 3600
    "refresh_token_lifetime": timedelta(days=30),
    "control_token": None,
    "token_key": None,
    "journal_size": 1000,
    "journal_bytes": 64 * 1024 * 1024,
    "max_body": 10 * 1024 * 1024,
    "tls": False,
    "tls_dir": None,
    "cert": None,
    "key": None,
    "access_spec": None,
    "webform_spec": None,
    "access_log": False,
    "log_level": "warning",
}


def test_a_server_without_settings_has_the_documented_ones() -> None:
    assert {name: getattr(Settings(), name) for name in NAMES} == DEFAULTS


@pytest.mark.parametrize(
    ("name", "as_flag", "as_variable"),
    [
        ("port", "--port", "FINAPI_MOCK_PORT"),
        ("token_lifetime", "--token-lifetime", "FINAPI_MOCK_TOKEN_LIFETIME"),
        ("refresh_token_lifetime", "--refresh-token-lifetime", "FINAPI_MOCK_REFRESH_TOKEN_LIFETIME"),
    ],
)
def test_a_setting_has_one_name_in_three_spellings(name: str, as_flag: str, as_variable: str) -> None:
    assert flag(name) == as_flag
    assert variable(name) == as_variable


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_says_what_it_does(name: str) -> None:
    help = describe(name)["help"]
    assert re.fullmatch(r"[A-Z].*[.]", help)


@pytest.mark.parametrize("declared", fields(Settings), ids=lambda declared: declared.name)
def test_every_setting_can_be_read_from_text(declared: Any) -> None:
    assert declared.type is bool or declared.type in READERS


@pytest.mark.parametrize("name", ["license", "links_by", "log_level"])
def test_the_default_is_one_of_the_choices(name: str) -> None:
    assert getattr(Settings(), name) in describe(name)["choices"]


def test_a_mandator_has_one_of_the_four_licences() -> None:
    assert describe("license")["choices"] == ("UNLICENSED", "AISP", "PISP", "FULLY_LICENSED")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"port": -1}, "--port: a port is a number from 0 to 65535, not -1"),
        ({"port": 65536}, "--port: a port is a number from 0 to 65535, not 65536"),
        ({"webform_port": 70000}, "--webform-port: a port is a number from 0 to 65535, not 70000"),
        ({"port": 8420, "webform_port": 8420}, "--webform-port: 8420 is the port of both APIs already"),
        ({"journal_size": 0}, "--journal-size: must be at least 1"),
        ({"journal_bytes": 0}, "--journal-bytes: must be at least 1"),
        ({"max_body": 0}, "--max-body: must be at least 1"),
        ({"token_lifetime": timedelta(seconds=-1)}, "--token-lifetime: must not be negative; 0s means for ever"),
        ({"refresh_token_lifetime": timedelta(days=-1)}, "--refresh-token-lifetime: must not be negative"),
        ({"token_key": "x" * 31}, "--token-key: must have 32 characters or more"),
        ({"token_key": ""}, "--token-key: must have 32 characters or more"),
        ({"base_url": "localhost:8420"}, "--base-url: must start with http:// or https://"),
        ({"base_url": "ftp://mock"}, "--base-url: must start with http:// or https://"),
        ({"cert": Path("cert.pem")}, "--cert and --key: one is nothing without the other; give both"),
        ({"key": Path("key.pem")}, "--cert and --key: one is nothing without the other; give both"),
        ({"tls": True, "base_url": "http://mock"}, "--base-url: must start with https://, because the server speaks"),
        (
            {"clients": Path("c.yaml"), "clients_yaml": "clients: []"},
            "--clients-yaml: --clients has given c.yaml already; leave one of the two out",
        ),
    ],
)
def test_a_value_that_cannot_work_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        Settings(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"port": 0},
        {"port": 65535},
        {"port": 0, "webform_port": 0},  # two free ports
        {"port": 8420, "webform_port": 8421},
        {"journal_size": 1, "journal_bytes": 1, "max_body": 1},
        {"token_lifetime": timedelta(0), "refresh_token_lifetime": timedelta(0)},  # for ever
        {"token_key": "x" * 32},
        {"token_key": "ü" * 16},  # 32 bytes
        {"base_url": "https://finapi.example.com/mock"},
    ],
)
def test_a_value_at_the_edge_works(given: dict[str, Any]) -> None:
    assert {name: getattr(Settings(**given), name) for name in given} == given


@pytest.mark.parametrize(
    ("given", "access", "webform"),
    [
        # The published loader of web forms refuses 127.0.0.1, so links say localhost.
        ({}, "http://localhost:8420", "http://localhost:8420"),
        ({"host": "0.0.0.0", "port": 9000}, "http://localhost:9000", "http://localhost:9000"),  # noqa: S104
        ({"webform_port": 8421}, "http://localhost:8420", "http://localhost:8421"),
        ({"base_url": "https://mock.test/"}, "https://mock.test", "https://mock.test"),
        ({"tls": True, "webform_port": 8421}, "https://localhost:8420", "https://localhost:8421"),
        ({"cert": Path("c"), "key": Path("k")}, "https://localhost:8420", "https://localhost:8420"),
        ({"base_url": "https://mock.test/a", "webform_port": 8421}, "https://mock.test/a", "https://mock.test/a"),
    ],
)
def test_links_lead_where_clients_reach_the_server(given: dict[str, Any], access: str, webform: str) -> None:
    settings = Settings(**given)
    assert settings.access_url == access
    assert settings.webform_url == webform


def test_links_can_lead_wherever_the_links_module_knows_to_lead_them() -> None:
    assert describe("links_by")["choices"] == tuple(WAYS)


@pytest.mark.parametrize("name", INLINE)
def test_a_text_stands_beside_the_file_in_whose_place_it_is(name: str) -> None:
    assert NAMES.index(f"{name}_yaml") == NAMES.index(name) + 1


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ({}, None),
        ({"clients": Path("c.yaml")}, Source("c.yaml")),
        ({"clients_yaml": "clients: []"}, Source("FINAPI_MOCK_CLIENTS_YAML", "clients: []")),
        ({"clients_yaml": ""}, Source("FINAPI_MOCK_CLIENTS_YAML", "")),  # and not as if it were not set
    ],
)
def test_a_text_comes_from_a_file_or_from_the_setting_itself(given: dict[str, Any], source: Source | None) -> None:
    assert Settings(**given).source("clients") == source


def test_tokens_are_signed_with_the_given_key() -> None:
    assert Settings(token_key="k" * 40).signing_key() == "k" * 40


def test_without_a_key_every_start_has_one_of_its_own() -> None:
    first, second = Settings().signing_key(), Settings().signing_key()
    assert first != second
    assert len(first.encode()) >= 32


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (int, "8421", 8421),
        (int | None, "8421", 8421),
        (Path | None, "clients.yaml", Path("clients.yaml")),
        (str, "0", "0"),
        (timedelta, "90s", timedelta(seconds=90)),
        (Pace, "3-reads", Pace("reads", reads=3)),
    ],
)
def test_text_becomes_a_value_by_the_type_of_its_setting(kind: Any, text: str, value: Any) -> None:
    assert READERS[kind](text) == value


@pytest.mark.parametrize(
    ("given", "file"),
    [
        ({}, None),
        ({"tls_dir": Path("here")}, None),  # nobody asked for https
        ({"tls": True, "tls_dir": Path("here")}, Path("here/ca.pem")),
        ({"tls": True, "cert": Path("c"), "key": Path("k")}, None),  # whose authority is not ours
    ],
)
def test_there_is_a_ca_where_the_server_makes_its_own_certificates(given: dict[str, Any], file: Path | None) -> None:
    assert Settings(**given).ca_file == file


def test_the_ca_is_kept_with_the_users_other_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert Settings(tls=True).ca_file == tmp_path / "finapi-mock" / "tls" / "ca.pem"
