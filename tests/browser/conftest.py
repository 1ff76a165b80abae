"""The browser tests meet Alice at a real server."""

import pytest

from tests.actors import EndUser


@pytest.fixture
def alice(online_alice: EndUser) -> EndUser:
    return online_alice
