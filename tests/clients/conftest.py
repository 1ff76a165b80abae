"""A server that speaks https, as these clients want it, and a user of the shop's there."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.actors import Shop
from tests.processes import running, trusting


@dataclass(frozen=True)
class Site:
    """The addresses that a client is told."""

    url: str
    ca: str

    @property
    def token_url(self) -> str:
        return f"{self.url}/api/v2/oauth/token"

    @property
    def revoke_url(self) -> str:
        return f"{self.url}/api/v2/oauth/revoke"

    @property
    def accounts_url(self) -> str:
        return f"{self.url}/api/v2/accounts"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("tls")
    with running("--tls", "--tls-dir", str(folder)) as mock:
        yield Site(mock.url, str(folder / "ca.pem"))


@pytest.fixture
def shop(site: Site, request: pytest.FixtureRequest) -> Iterator[Shop]:
    """A shop of its own for every test, with a user `alice`."""
    with httpx2.Client(base_url=site.url, verify=trusting(Path(site.ca)), trust_env=False) as http:
        shop = Shop(http, request.node.name)  # type: ignore[arg-type] # the test client's twin, over the network
        shop.welcomes("alice", "open sesame")
        yield shop
