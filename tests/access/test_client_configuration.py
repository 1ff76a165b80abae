"""A client's settings: what they show, what may be changed, and what the changes do."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mock_server.app import App, create_app
from mock_server.domain.configuration import PFM_OPERATIONS
from mock_server.settings import Settings
from tests.actors import EndUser, Shop, bearer
from tests.conftest import frozen_clock, serve
from tests.refusals import SHOP, access_error, told

PATH = "/api/v2/clientConfiguration"
HTTPS = "https://bank.server.com/synchronization"


def shown(shop: Shop, *names: str) -> list[Any]:
    configuration = shop.sees(PATH)
    return [configuration[name] for name in names]


class TestShowing:
    def test_all_settings_of_a_client_that_nobody_has_set_up(self, shop: Shop) -> None:
        products = shop.sees(PATH)["enabledProducts"]
        assert {name for name, enabled in products.items() if enabled} == {"access", "webForm"}
        assert shop.sees(PATH) == {
            "pfmServicesEnabled": True,
            "isAutomaticBatchUpdateEnabled": False,
            "isDevelopmentModeEnabled": True,
            "isNonEuroAccountsSupported": True,
            "isAutoCategorizationEnabled": True,
            "mandatorLicense": "UNLICENSED",
            "preferredConsentType": "RECURRING",
            "refreshTokensValidityPeriod": 2592000,
            "userAccessTokensValidityPeriod": 3600,
            "clientAccessTokensValidityPeriod": 3600,
            "maxUserLoginAttempts": 0,
            "transactionImportLimitation": 0,
            "isUserAutoVerificationEnabled": True,
            "isMandatorAdmin": False,
            "isWebScrapingEnabled": True,
            "aisEnabled": True,
            "paymentsEnabled": True,
            "isStandalonePaymentsEnabled": True,
            "availableBankGroups": sorted({bank["location"] for bank in every_bank(shop) if "location" in bank}),
            "products": ["ACCESS", "WEB_FORM"],
            "enabledProducts": products,
            "aisViaWebForm": True,
            "pisViaWebForm": True,
            "pisStandaloneViaWebForm": True,
            "betaBanksEnabled": True,
            "categoryRestrictionsEnabled": False,
            "businessBanksEnabled": True,
            "categoryRestrictions": [],
            "accountTypeRestrictions": [],
            "corsAllowedOrigins": [],
        }

    @pytest.mark.parametrize(
        ("license", "ways"),
        [
            ("UNLICENSED", [True, True, True]),
            ("AISP", [False, True, True]),
            ("PISP", [True, False, False]),
            ("FULLY_LICENSED", [False, False, False]),
        ],
    )
    def test_whoever_has_no_licence_takes_the_web_form(self, license: Any, ways: list[bool]) -> None:
        shop = Shop(serve(Settings(license=license)))
        names = ("aisViaWebForm", "pisViaWebForm", "pisStandaloneViaWebForm", "mandatorLicense")
        assert shown(shop, *names) == [*ways, license]

    def test_a_user_token_does_not_open_it(self, alice: EndUser) -> None:
        assert alice.gets(PATH).status_code == 403
        assert alice.patches(PATH).status_code == 403


def every_bank(shop: Shop) -> list[Any]:
    return list(shop.sees("/api/v2/banks", perPage=500)["banks"])


class TestEditing:
    @pytest.mark.parametrize(
        ("wish", "changes"),
        [
            ({"userNotificationCallbackUrl": HTTPS}, {"userNotificationCallbackUrl": HTTPS}),
            ({"userSynchronizationCallbackUrl": HTTPS}, {"userSynchronizationCallbackUrl": HTTPS}),
            ({"refreshTokensValidityPeriod": 60}, {"refreshTokensValidityPeriod": 60}),
            ({"userAccessTokensValidityPeriod": 0}, {"userAccessTokensValidityPeriod": 0}),
            ({"clientAccessTokensValidityPeriod": 86400}, {"clientAccessTokensValidityPeriod": 86400}),
            ({"finTSProductRegistrationNumber": "0123456789ABCDEF"}, {"finTSProductRegistrationNumber": "XXXXX"}),
            ({"betaBanksEnabled": False}, {"betaBanksEnabled": False}),
            ({"businessBanksEnabled": False}, {"businessBanksEnabled": False}),
            ({"preferredConsentType": "ONETIME"}, {"preferredConsentType": "ONETIME"}),
            ({"userAutoVerificationEnabled": False}, {"isUserAutoVerificationEnabled": False}),
            ({}, {}),
        ],
    )
    def test_the_whole_configuration_is_answered_and_stays(
        self, shop: Shop, wish: dict[str, Any], changes: dict[str, Any]
    ) -> None:
        before = shop.sees(PATH)
        answer = shop.patches(PATH, **wish)
        assert told(answer) == (200, before | changes)
        assert "x-mock-warning" not in answer.headers
        assert shop.sees(PATH) == before | changes

    @pytest.mark.parametrize(
        "name", ["userNotificationCallbackUrl", "userSynchronizationCallbackUrl", "finTSProductRegistrationNumber"]
    )
    def test_an_empty_text_clears(self, shop: Shop, name: str) -> None:
        shop.patches(PATH, **{name: HTTPS if name.endswith("Url") else "ABC"})
        assert name in shop.sees(PATH)
        shop.patches(PATH, **{name: ""})
        assert name not in shop.sees(PATH)

    @pytest.mark.parametrize(
        ("wish", "messages"),
        [
            ({"refreshTokensValidityPeriod": 59}, ["Must be at least 60 seconds, or 0 for ever."]),
            ({"userSynchronizationCallbackUrl": "bank.server.com"}, ["Must be an http or https URL."]),
            ({"userNotificationCallbackUrl": "x" * 513}, ["Must have at most 512 characters, has 513."]),
            ({"finTSProductRegistrationNumber": "abc"}, ["Must match ^[0-9A-F]*$"]),
            ({"finTSProductRegistrationNumber": "A" * 26}, ["Must have at most 25 characters, has 26."]),
            ({"preferredConsentType": "NEVER"}, None),
            ({"pfmServicesEnabled": False}, None),
            ({"maxUserLoginAttempts": 1}, None),
        ],
    )
    def test_what_cannot_be_is_refused(self, shop: Shop, wish: dict[str, Any], messages: list[str] | None) -> None:
        before = shop.sees(PATH)
        answer = shop.patches(PATH, **wish)
        [name] = wish
        assert answer.status_code == 400
        [error] = answer.json()["errors"]
        assert error["message"].startswith(f"Field '{name}' not valid: ")
        if messages is not None:
            expected = [f"Field '{name}' not valid: {message}" for message in messages]
            assert told(answer) == (400, access_error(answer, "BAD_REQUEST", *expected, who=SHOP))
        assert shop.sees(PATH) == before

    def test_a_callback_to_localhost_is_taken_with_a_warning(self, shop: Shop) -> None:
        answer = shop.patches(PATH, userSynchronizationCallbackUrl="http://localhost:9000/gone")
        assert answer.status_code == 200
        assert answer.headers["x-mock-warning"] == (
            "finAPI would refuse userSynchronizationCallbackUrl: it wants https and a host with a dot "
            "(--strict does too)"
        )

    def test_a_strict_server_refuses_it(self) -> None:
        shop = Shop(serve(Settings(strict=True)))
        assert shop.patches(PATH, userSynchronizationCallbackUrl="http://localhost:9000/gone").status_code == 400
        assert shop.patches(PATH, userSynchronizationCallbackUrl=HTTPS).status_code == 200

    def test_a_reset_brings_the_settings_back(self, shop: Shop) -> None:
        before = shop.sees(PATH)
        shop.patches(PATH, betaBanksEnabled=False, refreshTokensValidityPeriod=60)
        shop.http.post("/_mock/reset", headers={"x-mock-client": "shop"})
        assert shop.sees(PATH) == before


class TestTokenLifetimes:
    def test_new_tokens_have_them_and_old_ones_keep_theirs(self, alice: EndUser) -> None:
        shop = alice.shop
        shop.patches(
            PATH,
            userAccessTokensValidityPeriod=120,
            clientAccessTokensValidityPeriod=60,
            refreshTokensValidityPeriod=180,
        )
        assert alice.token["expires_in"] == 3600
        bob = shop.welcomes("bob")
        assert bob.token["expires_in"] == 120
        shop.moves_clock(advance="179s")
        assert bob.gets("/api/v2/users").status_code == 401
        assert shop.asks_for_token("refresh_token", refresh_token=bob.token["refresh_token"]).status_code == 200
        shop.moves_clock(advance="1s")
        assert shop.asks_for_token("refresh_token", refresh_token=bob.token["refresh_token"]).status_code == 400
        assert alice.gets("/api/v2/users").status_code == 200
        shop.moves_clock(advance="1h")
        assert shop.token()["expires_in"] == 60

    def test_zero_is_for_ever(self, shop: Shop) -> None:
        shop.patches(PATH, userAccessTokensValidityPeriod=0)
        bob = shop.welcomes("bob")
        shop.moves_clock(advance="3650d")
        assert bob.gets("/api/v2/users").status_code == 200


class TestBetaBanks:
    def test_banks_in_trial_operation_can_be_hidden(self, shop: Shop) -> None:
        [beta] = [bank for bank in every_bank(shop) if bank["isBeta"]]
        everything = len(every_bank(shop))
        shop.patches(PATH, betaBanksEnabled=False)
        assert len(every_bank(shop)) == everything - 1
        assert shop.gets(f"/api/v2/banks/{beta['id']}").status_code == 404
        shop.patches(PATH, betaBanksEnabled=True)
        assert shop.sees(f"/api/v2/banks/{beta['id']}") == beta


FILE = """
clients:
  - client_id: web
    client_secret: web-secret
    mandator: acme
    license: AISP
    pfmServicesEnabled: false
    isAutomaticBatchUpdateEnabled: true
    isDevelopmentModeEnabled: false
    maxUserLoginAttempts: 5
    corsAllowedOrigins: [https://shop.example, http://localhost:3000]
    userNotificationCallbackUrl: http://localhost:9000/news
    userSynchronizationCallbackUrl: https://shop.example/gone
    refreshTokensValidityPeriod: 7200
    userAccessTokensValidityPeriod: 600
    clientAccessTokensValidityPeriod: 0
    isUserAutoVerificationEnabled: false
  - {client_id: app, client_secret: app-secret, mandator: acme}
"""


class TestAClientsFile:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        path = tmp_path / "clients.yaml"
        path.write_text(FILE)
        return Settings(clients=path)

    @pytest.fixture
    def shop(self, http: TestClient) -> Shop:
        return Shop(http, "web", "web-secret")

    @pytest.fixture
    def other(self, http: TestClient) -> Shop:
        return Shop(http, "app", "app-secret")

    def test_it_decides_what_a_client_cannot_change(self, shop: Shop) -> None:
        expected = {
            "mandatorLicense": "AISP",
            "pfmServicesEnabled": False,
            "isAutomaticBatchUpdateEnabled": True,
            "isDevelopmentModeEnabled": False,
            "maxUserLoginAttempts": 5,
            "corsAllowedOrigins": ["https://shop.example", "http://localhost:3000"],
            "userNotificationCallbackUrl": "http://localhost:9000/news",
            "userSynchronizationCallbackUrl": "https://shop.example/gone",
            "refreshTokensValidityPeriod": 7200,
            "userAccessTokensValidityPeriod": 600,
            "clientAccessTokensValidityPeriod": 0,
            "isUserAutoVerificationEnabled": False,
        }
        assert shown(shop, *expected) == list(expected.values())

    def test_a_client_with_the_batch_update_has_users_with_automatic_updates(self, shop: Shop, other: Shop) -> None:
        assert shop.creates_user(id="alice", isAutoUpdateEnabled=True).json()["isAutoUpdateEnabled"] is True
        assert other.creates_user(id="bob", isAutoUpdateEnabled=True).status_code == 422
        bob = other.welcomes("bob")
        assert bob.patches("/api/v2/users", isAutoUpdateEnabled=True).status_code == 422
        token = shop.token("password", username="bob", password=bob.password)["access_token"]
        edit = bob.http.patch("/api/v2/users", json={"isAutoUpdateEnabled": True}, headers=bearer(token))
        assert edit.json()["isAutoUpdateEnabled"] is True

    def test_three_switches_are_those_of_all_clients(self, shop: Shop, other: Shop) -> None:
        names = ("betaBanksEnabled", "businessBanksEnabled", "isUserAutoVerificationEnabled")
        assert (shown(shop, *names), shown(other, *names)) == ([True, True, False], [True, True, True])
        other.patches(PATH, betaBanksEnabled=False, businessBanksEnabled=False, userAutoVerificationEnabled=False)
        assert shown(shop, *names) == shown(other, *names) == [False, False, False]
        shop.patches(PATH, userAutoVerificationEnabled=True)
        assert shown(shop, *names) == shown(other, *names) == [False, False, True]

    def test_everything_else_is_the_clients_own(self, shop: Shop, other: Shop) -> None:
        before = other.sees(PATH)
        shop.patches(PATH, userNotificationCallbackUrl=HTTPS, refreshTokensValidityPeriod=60)
        shop.patches(PATH, finTSProductRegistrationNumber="ABC", preferredConsentType="ONETIME")
        assert other.sees(PATH) == before

    def test_without_pfm_its_operations_are_closed(self, app: App, shop: Shop, other: Shop) -> None:
        # The document of checkCategorization has no 403, so nobody holds the answers against it here.
        http = TestClient(app, base_url="http://localhost:8420")
        alice = other.welcomes("alice")
        closed = shop.token("password", username="alice", password=alice.password)["access_token"]
        described = {operation.key: operation for contract in app.contracts for operation in contract.operations}
        for key in sorted(PFM_OPERATIONS):
            operation = described[key]
            path = operation.path.replace("{id}", "1")
            if operation.roles != {"user"}:
                continue
            answers = [
                http.request(operation.method, path, headers=bearer(token))
                for token in (closed, alice.token["access_token"])
            ]
            [refused, allowed] = answers
            assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "FORBIDDEN"), key
            assert allowed.status_code != 403, key

    def test_without_pfm_single_records_are_still_there(self, shop: Shop, other: Shop) -> None:
        alice = other.welcomes("alice")
        alice.connects(accountTypes=["SAVINGS"])
        id = alice.transactions()[0]["id"]
        alice.token = shop.token("password", username="alice", password=alice.password)
        assert alice.gets(f"/api/v2/transactions/{id}").status_code == 200
        assert alice.gets("/api/v2/accounts").status_code == 200
        answer = alice.gets("/api/v2/transactions", view="userView")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "FORBIDDEN")


def test_the_keys_of_clients_depend_on_the_seed_and_can_be_set(tmp_path: Path) -> None:
    def keys(settings: Settings) -> list[str]:
        http = TestClient(create_app(settings, frozen_clock()), base_url="http://localhost:8420")
        shop = Shop(http)
        shop.token()
        return [client["dataDecryptionKey"] for client in http.get("/_mock/clients").json()["clients"]]

    assert keys(Settings()) == keys(Settings()) != keys(Settings(seed=2))
    path = tmp_path / "clients.yaml"
    key = "8deec885781c421794ceda8af70a5e63"
    path.write_text(f"clients: [{{client_id: shop, client_secret: shop-secret, data_decryption_key: {key}}}]")
    assert keys(Settings(clients=path)) == [key]
