import pytest
from starlette.testclient import TestClient

from tests.actors import Admin


@pytest.fixture
def admin(http: TestClient) -> Admin:
    return Admin(http)
