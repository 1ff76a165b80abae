"""The clients file: who may call, and what is said about a file that is wrong."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from mock_server.clients import read_clients
from mock_server.domain.configuration import Configuration
from mock_server.exchange import RegisteredClient
from mock_server.source import Source


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clients.yaml"


def test_a_file_names_clients_with_their_rights(file: Path) -> None:
    file.write_text(
        """
        clients:
          - client_id: shop
            client_secret: shop-secret
          - {client_id: shop-office, client_secret: other-secret, mandator: shop, admin: true}
          - {client_id: broker, client_secret: "4711", license: FULLY_LICENSED}
        """
    )
    assert read_clients(Source(str(file)), "UNLICENSED") == {
        "shop": RegisteredClient("shop", "shop-secret", "shop", is_admin=False, license="UNLICENSED"),
        "shop-office": RegisteredClient("shop-office", "other-secret", "shop", is_admin=True, license="UNLICENSED"),
        "broker": RegisteredClient("broker", "4711", "broker", is_admin=False, license="FULLY_LICENSED"),
    }


def test_a_client_without_a_licence_has_that_of_the_server(file: Path) -> None:
    file.write_text("clients: [{client_id: a, client_secret: s}, {client_id: b, client_secret: s, license: PISP}]")
    assert [client.license for client in read_clients(Source(str(file)), "AISP").values()] == ["AISP", "PISP"]


def test_the_name_of_a_client_gives_it_no_rights(file: Path) -> None:
    """Without a file `shop-admin` is the admin client; a file says who is."""
    file.write_text("clients: [{client_id: shop-admin, client_secret: s}]")
    assert read_clients(Source(str(file)), "UNLICENSED")["shop-admin"].is_admin is False
    assert read_clients(Source(str(file)), "UNLICENSED")["shop-admin"].mandator == "shop-admin"


def test_a_file_may_have_no_clients(file: Path) -> None:
    file.write_text("clients: []")
    assert read_clients(Source(str(file)), "UNLICENSED") == {}


def test_parts_may_be_shared_the_way_of_yaml(file: Path) -> None:
    file.write_text(
        "clients:\n"
        "  - &shop {client_id: a, client_secret: s, mandator: shop}\n"
        "  - {<<: *shop, client_id: b}\n"
    )  # fmt: skip
    assert [client.mandator for client in read_clients(Source(str(file)), "UNLICENSED").values()] == ["shop", "shop"]


def test_a_client_can_be_set_up_with_the_names_of_finapi(file: Path) -> None:
    file.write_text(
        """
        clients:
          - client_id: shop
            client_secret: s
            data_decryption_key: 8deec885781c421794ceda8af70a5e63
            maxUserLoginAttempts: 3
            pfmServicesEnabled: false
            isUserAutoVerificationEnabled: false
            isAutomaticBatchUpdateEnabled: true
            isDevelopmentModeEnabled: false
            corsAllowedOrigins: [https://shop.example]
            userNotificationCallbackUrl: http://localhost:9000/news
            userSynchronizationCallbackUrl: https://shop.example/gone
            refreshTokensValidityPeriod: 7200
            userAccessTokensValidityPeriod: 60
            clientAccessTokensValidityPeriod: 0
        """
    )
    shop = read_clients(Source(str(file)), "UNLICENSED")["shop"]
    assert shop.data_decryption_key == "8deec885781c421794ceda8af70a5e63"
    assert shop.configuration == Configuration(
        max_user_login_attempts=3,
        pfm_services_enabled=False,
        is_user_auto_verification_enabled=False,
        is_automatic_batch_update_enabled=True,
        is_development_mode_enabled=False,
        cors_allowed_origins=("https://shop.example",),
        user_notification_callback_url="http://localhost:9000/news",
        user_synchronization_callback_url="https://shop.example/gone",
        refresh_tokens_validity=timedelta(hours=2),
        user_access_tokens_validity=timedelta(minutes=1),
        client_access_tokens_validity=timedelta(0),
    )


def test_what_is_not_said_of_a_client_is_as_usual(file: Path) -> None:
    file.write_text("clients: [{client_id: a, client_secret: s, maxUserLoginAttempts: 5}]")
    usual = Configuration(user_access_tokens_validity=timedelta(minutes=5))
    assert read_clients(Source(str(file)), "UNLICENSED", usual)["a"].configuration == Configuration(
        user_access_tokens_validity=timedelta(minutes=5), max_user_login_attempts=5
    )


ORIGINS = "must be a list of origins such as https://shop.example, without a path"
TYPES = "must be a list of Bausparen, Checking, CreditCard, Loan, Membership, Savings, Security"
IDS = "must be a list of the ids of categories; an empty one leaves no transaction to be read"


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("maxUserLoginAttempts: -1", "maxUserLoginAttempts must not be negative; 0 means never"),
        ("maxUserLoginAttempts: true", "maxUserLoginAttempts must be an integer, not a boolean (quote it?)"),
        ("maxUserLoginAttempts: '3'", "maxUserLoginAttempts must be an integer, not a string (quote it?)"),
        ("maxLoginAttempts: 3", "there is no key 'maxLoginAttempts'. Did you mean 'maxUserLoginAttempts'?"),
        ("pfmServicesEnabled: 0", "pfmServicesEnabled must be a boolean, not an integer (quote it?)"),
        ("refreshTokensValidityPeriod: 59", "refreshTokensValidityPeriod must be at least 60 seconds, or 0 for ever"),
        ("corsAllowedOrigins: '*'", "corsAllowedOrigins must be an array, not a string (quote it?)"),
        ("corsAllowedOrigins: [1]", f"corsAllowedOrigins {ORIGINS}"),
        ("corsAllowedOrigins: ['*']", f"corsAllowedOrigins {ORIGINS}"),
        ("corsAllowedOrigins: [https://shop.example/]", f"corsAllowedOrigins {ORIGINS}"),
        ("accountTypeRestrictions: [CHECKING]", f"accountTypeRestrictions {TYPES}"),
        ("categoryRestrictions: [rent]", f"categoryRestrictions {IDS}"),
        ("categoryRestrictions: [true]", f"categoryRestrictions {IDS}"),
        ("userSynchronizationCallbackUrl: gone", "userSynchronizationCallbackUrl must be an http or https URL"),
        ("data_decryption_key: XYZ", "data_decryption_key must have 32 hexadecimal digits in lower case"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(file: Path, pair: str, words: str) -> None:
    file.write_text(f"clients:\n  - client_id: a\n    client_secret: s\n    {pair}\n")
    with pytest.raises(ValueError, match="^" + re.escape(f"{file}:2: {words}") + "$"):
        read_clients(Source(str(file)), "UNLICENSED")


OUTLINE = ": expected one key 'clients' with a list of clients below it"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", OUTLINE),
        ("[]", OUTLINE),
        ("client: []", OUTLINE),
        ("clients: {a: s}", OUTLINE),
        ("clients:", OUTLINE),
        ("clients: []\nversion: 1", OUTLINE),
        ("clients:\n  - shop\n", ":2: a client is a mapping such as {client_id: shop, client_secret: secret}"),
        (
            "clients:\n  - client_id: a\n    client_secret: s\n  - client_id: b\n    clientsecret: s\n",
            ":4: there is no key 'clientsecret'. Did you mean 'client_secret'?",
        ),
        (
            "clients:\n  - {client_id: a, client_secret: s, 7: x}",
            ":2: there is no key '7'. Known are: client_id, client_secret, mandator, admin, license, "
            "data_decryption_key, maxUserLoginAttempts, pfmServicesEnabled, ",
        ),
        ("clients:\n  - {client_secret: s}", ":2: client_id is missing"),
        ("clients:\n  - {client_id: a}", ":2: client_secret is missing"),
        ("clients:\n  - {client_id: a, client_secret: ''}", ":2: client_secret is missing"),
        ("clients:\n  - {client_id: '', client_secret: s}", ":2: client_id is missing"),
        (
            "clients:\n  - {client_id: a, client_secret: s, license: AIS}",
            ":2: license must be one of UNLICENSED, AISP, PISP, FULLY_LICENSED",
        ),
        (
            "clients:\n  - {client_id: a, client_secret: s}\n  - {client_id: b, client_secret: s}\n"
            "  - {client_id: a, client_secret: t}\n",
            ":4: there are two clients 'a'",
        ),
        ("clients:\n  - {client_id: a, client_secret: !env A}", ":2: could not determine a constructor for the tag"),
        ("clients:\n  - {? [a] : b}", ":2: while constructing a mapping"),
        ("clients: [\n", ": while parsing a flow node"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_file_line_and_key(file: Path, text: str, words: str) -> None:
    file.write_text(text)
    with pytest.raises(ValueError, match="^" + re.escape(f"{file}{words}")):
        read_clients(Source(str(file)), "UNLICENSED")


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("client_id: 4711", "client_id must be a string, not an integer"),
        ("client_id: no", "client_id must be a string, not a boolean"),
        ("client_id: 2026-08-13", "client_id must be a string, not a date"),
        ("client_secret: 1.5", "client_secret must be a string, not a number"),
        ("client_secret: ", "client_secret must be a string, not null"),
        ("client_secret: [s]", "client_secret must be a string, not an array"),
        ("mandator: {id: shop}", "mandator must be a string, not an object"),
        ("license: 1", "license must be a string, not an integer"),
        ("admin: 1", "admin must be a boolean, not an integer"),
        ("admin: 'yes'", "admin must be a boolean, not a string"),
    ],
)
def test_a_value_of_another_type_is_refused_and_may_need_quotes(file: Path, pair: str, words: str) -> None:
    file.write_text(f"clients:\n  - {pair}\n")
    with pytest.raises(ValueError, match="^" + re.escape(f"{file}:2: {words} (quote it?)")):
        read_clients(Source(str(file)), "UNLICENSED")


def test_a_file_that_is_not_there_is_named(file: Path) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{file}: No such file or directory")):
        read_clients(Source(str(file)), "UNLICENSED")


def test_a_file_that_is_no_text_is_named(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00clients")
    with pytest.raises(ValueError, match=re.escape(f"{file}: ")):
        read_clients(Source(str(file)), "UNLICENSED")
