"""Fixtures for everybody: a fresh world, a frozen clock, and a client that holds every answer against the documents."""

import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from starlette.testclient import TestClient

from mock_server import app as app_module
from mock_server.app import OURS, App, create_app
from mock_server.clock import Clock
from mock_server.contract import Contract
from mock_server.contract.operations import Api
from mock_server.settings import Settings
from tests.actors import EndUser, Shop
from tests.conformance import Conformant
from tests.proofs import Watch

# Every run tries the same examples, so that none fails by chance; HYPOTHESIS_PROFILE=thorough looks for new ones.
hypothesis_settings.register_profile(
    "ci",
    max_examples=40,
    stateful_step_count=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.register_profile(
    "thorough",
    hypothesis_settings.get_profile("ci"),
    max_examples=1000,
    stateful_step_count=80,
    derandomize=False,
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# All tests share what is read of the two documents, which nobody changes: without that each test would spend more time
# on reading them and on compiling their checks than on what it is about.
_read_anew = app_module.load_contract


@cache
def _read_once(api: Api, path: Path, strict: bool) -> Contract:
    return _read_anew(api, path, strict=strict)


def _load_contract(api: Api, path: Path, *, strict: bool) -> Contract:
    return _read_once(api, path, strict) if path in OURS.values() else _read_anew(api, path, strict=strict)


app_module.load_contract = _load_contract

pytest_plugins = ["pytester", "tests.chromium", "tests.packages"]

NOW = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)
"""A Thursday, noon in Germany."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("proofs", "which test proves which operation (tests/proofs.py)")
    group.addoption("--check-proofs", action="store_true", help="fail if proofs.json is wrong; for runs of all tests")
    group.addoption("--write-proofs", action="store_true", help="bring proofs.json up to date")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Watch(config))


def frozen_clock() -> Clock:
    clock = Clock()
    clock.set(NOW)
    clock.freeze()
    clock.set(NOW)
    return clock


def serve(settings: Settings | None = None) -> TestClient:
    """A server of its own: for a world that many tests only read, and for tests that need a second one."""
    return client_of(create_app(settings or Settings(), frozen_clock()))


def client_of(app: App) -> TestClient:
    """The server, without its lifespan: nothing happens in the background."""
    return TestClient(Conformant(app, app.contracts), base_url="http://localhost:8420")


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def app(settings: Settings) -> App:
    return create_app(settings, frozen_clock())


@pytest.fixture
def http(app: App) -> TestClient:
    return client_of(app)


@pytest.fixture
def shop(http: TestClient) -> Shop:
    return Shop(http)


@pytest.fixture
def alice(shop: Shop) -> EndUser:
    return shop.welcomes("alice")
