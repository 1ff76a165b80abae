"""simple-oauth2 of npm, as it is published, gets, refreshes and revokes tokens."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.actors import Shop
from tests.clients.conftest import Site
from tests.packages import Installed

pytestmark = pytest.mark.npm

SIMPLE_OAUTH2 = "simple-oauth2@5.1.0"


def test_simple_oauth2_gets_refreshes_and_revokes(site: Site, shop: Shop, installed: Installed) -> None:
    folder = installed(SIMPLE_OAUTH2)
    script = folder / "oauth.mjs"  # beside node_modules, where node looks
    script.write_bytes((Path(__file__).parent / "oauth.mjs").read_bytes())
    told = {"MOCK": site.url, "CLIENT_ID": shop.client_id, "CLIENT_SECRET": shop.client_secret}
    environment = os.environ | told | {"NODE_EXTRA_CA_CERTS": site.ca, "NO_PROXY": "*"}
    done = subprocess.run(["node", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "got 200 false",
        "refreshed 200 true",
        "revoked one 401 200",
        "revoked all 401",
        "refused 400",
    ]
