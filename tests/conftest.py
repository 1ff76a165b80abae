"""Fixtures for everybody: a fresh world, a frozen clock, and a client that holds every answer against the documents."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from mock_server.app import App, create_app
from mock_server.clock import Clock
from mock_server.settings import Settings
from tests.actors import EndUser, Shop
from tests.conformance import Conformant

NOW = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)
"""A Thursday, noon in Germany."""


def frozen_clock() -> Clock:
    clock = Clock()
    clock.set(NOW)
    clock.freeze()
    clock.set(NOW)
    return clock


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def app(settings: Settings) -> App:
    return create_app(settings, frozen_clock())


@pytest.fixture
def http(app: App) -> Iterator[TestClient]:
    """The server, without its lifespan: nothing happens in the background."""
    yield TestClient(Conformant(app, app.contracts), base_url="http://localhost:8420")


@pytest.fixture
def shop(http: TestClient) -> Shop:
    return Shop(http)


@pytest.fixture
def alice(shop: Shop) -> EndUser:
    return shop.welcomes("alice")
