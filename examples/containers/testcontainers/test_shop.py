"""Testcontainers for Python: pip install pytest testcontainers, and a Docker engine.

The port is known only when the container runs, so links lead to the host and port of each request.
"""

import json
from collections.abc import Iterator
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HttpWaitStrategy

IMAGE = "finapi-mock:latest"
PORT = 8420
CLIENTS = """
clients:
  - {client_id: shop, client_secret: shop-secret}
"""


@pytest.fixture(scope="session")
def finapi() -> Iterator[str]:
    """The base URL of both APIs."""
    mock = (
        DockerContainer(IMAGE)
        .with_exposed_ports(PORT)
        .with_env("FINAPI_MOCK_CONTROL_TOKEN", "only-for-this-run")
        .with_env("FINAPI_MOCK_CLIENTS_YAML", CLIENTS)
        .with_env("FINAPI_MOCK_LINKS_BY", "host")
        .waiting_for(HttpWaitStrategy(PORT, "/_mock/health"))
    )
    with mock:
        yield f"http://{mock.get_container_host_ip()}:{mock.get_exposed_port(PORT)}"


def test_a_user_gets_a_web_form(finapi: str) -> None:
    client = {"client_id": "shop", "client_secret": "shop-secret"}
    ours = post(finapi + "/api/v2/oauth/token", form={"grant_type": "client_credentials", **client})
    user = post(finapi + "/api/v2/users", token=ours["access_token"], body={"id": "alice", "password": "open-sesame"})
    login = {"grant_type": "password", "username": user["id"], "password": "open-sesame"}
    hers = post(finapi + "/api/v2/oauth/token", form={**login, **client})
    form = post(
        finapi + "/api/webForms/bankConnectionImport", token=hers["access_token"], body={"bank": {"id": 280001}}
    )
    assert form["url"] == f"{finapi}/wf/{form['id']}"
    with urlopen(form["url"]) as page:
        assert page.status == 200


def post(url: str, *, token: str = "", form: dict[str, str] | None = None, body: object = None) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if form is None:
        headers["Content-Type"] = "application/json"
    data = urlencode(form) if form is not None else json.dumps(body)
    with urlopen(Request(url, data.encode(), headers)) as answer:
        return json.load(answer)
