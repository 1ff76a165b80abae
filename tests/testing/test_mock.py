"""The server of a test run: in a thread, or one that runs already; and the twin for asyncio."""

import asyncio
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mock_server.testing import AsyncClient, AsyncFinApiMock, Client, FinApiMock, MockError
from tests.processes import running


def test_each_client_has_a_world_of_its_own(finapi_mock: FinApiMock) -> None:
    one, other = finapi_mock.client(), finapi_mock.client()
    for client in (one, other):
        client.user(id="alice")
        assert len(client.requests(operation="createUser")) == 1
        client.remove()


def test_a_client_has_the_licence_and_the_settings_that_it_is_given(finapi_mock: FinApiMock) -> None:
    client = finapi_mock.client("AISP", {"maxUserLoginAttempts": 3})
    assert client.license == "AISP"
    assert client.call("GET", "/api/v2/clientConfiguration")["maxUserLoginAttempts"] == 3
    client.remove()
    with pytest.raises(MockError, match=r"400 .*Did you mean 'AISP'"):
        finapi_mock.client("AISB")


def test_a_setting_is_that_of_the_server(tmp_path: Path) -> None:
    with FinApiMock(webform_port=0, tls=True, tls_dir=tmp_path) as mock:
        assert mock.urls.access.startswith("https://localhost:")
        assert mock.urls.webform.startswith("https://localhost:")
        assert mock.client().user(id="alice").id == "alice"
    with pytest.raises(TypeError, match="strikt"):
        FinApiMock(strikt=True)


# A server that runs already


def test_it_is_used_and_left_running() -> None:
    with running() as server:
        for _ in range(2):
            with FinApiMock(url=f"{server.url}/") as attached:
                assert (attached.urls.access, attached.urls.webform) == (server.url, server.url)
                client = attached.client()
                assert client.connect_bank(client.user()).accounts
        with server.client() as http:
            assert http.get("/_mock/health").status_code == 200
            assert len(http.get("/_mock/clients").json()["clients"]) == 2


def test_it_may_have_another_address_for_web_forms() -> None:
    with running("--webform-port", "0") as server:
        with FinApiMock(url=server.url, webform_url=f"{server.webform_url}/") as attached:
            assert (attached.urls.access, attached.urls.webform) == (server.url, server.webform_url)
        assert server.url != server.webform_url


def test_it_has_its_settings_already() -> None:
    with pytest.raises(ValueError, match="a server that runs already has its settings; leave out seed, strict"):
        FinApiMock(url="http://localhost:8420", seed=2, strict=True)


def test_nobody_there_is_said() -> None:
    with (
        pytest.raises(MockError, match="No server answers at http://localhost:1"),
        FinApiMock(url="http://localhost:1"),
    ):
        pass


def test_a_control_token_is_handed_over() -> None:
    with FinApiMock(control_token="a-token-of-the-test") as mock:
        with FinApiMock(url=mock.urls.access, control_token="a-token-of-the-test") as attached:
            assert attached.client().user(id="alice").id == "alice"
        with (
            FinApiMock(url=mock.urls.access) as stranger,
            pytest.raises(MockError, match="wants its control token") as refused,
        ):
            stranger.client()
        assert refused.value.status == 401


# The twin


async def told_in_full(mock: AsyncFinApiMock) -> Mapping[str, Any]:
    """Every method once."""
    client = await mock.client(configuration={"maxUserLoginAttempts": 3})
    alice = await client.user(id="alice", password="open-sesame")
    connection = await client.connect_bank(alice)
    form = await client.call("POST", "/api/webForms/bankConnectionImport", alice, json={})
    ended = await client.complete(form, "ABORTED")
    await client.scenario("nothing-works-any-more")
    with pytest.raises(MockError, match="429"):
        await client.call("GET", "/api/v2/banks", alice)
    await client.scenario()
    told = {
        "accounts": len(connection.accounts),
        "form": ended["status"],
        "frozen": await client.freeze("2026-12-24T18:00:00Z"),
        "advanced": await client.advance("1h"),
        "user": (await client.log_in("alice", "open-sesame")).id,
        "callbacks": await client.callbacks(),
        "requests": len(await client.requests(operation="createUser")),
        "verified": len(await client.verify(operation="createUser", exactly=1)),
        "waited": len(await client.wait_for(operation="createUser")),
        "order": len(await client.verify_order({"operation": "createUser"}, {"operation": "getToken"})),
    }
    await client.resume()
    await client.reset()
    await client.remove()
    return told


def test_the_twin_can_do_everything() -> None:
    async def story() -> Mapping[str, Any]:
        async with AsyncFinApiMock() as mock:
            return await told_in_full(mock)

    assert asyncio.run(story()) == {
        "accounts": 3,
        "form": "ABORTED",
        "frozen": "2026-12-24T19:00:00.000+01:00",
        "advanced": "2026-12-24T20:00:00.000+01:00",
        "user": "alice",
        "callbacks": [],
        "requests": 1,
        "verified": 1,
        "waited": 1,
        "order": 2,
    }


def test_the_twin_works_in_a_loop_beside_the_other(finapi_mock: FinApiMock) -> None:
    async def story() -> str:
        with FinApiMock(url=finapi_mock.urls.access) as attached:
            attached.client().remove()
        async with AsyncFinApiMock(url=finapi_mock.urls.access) as mock:
            client = await mock.client()
            user = await client.user(id="alice")
            await client.remove()
            return user.id

    assert asyncio.run(story()) == "alice"


def test_the_twin_says_that_nobody_is_there() -> None:
    async def story() -> None:
        async with AsyncFinApiMock(url="http://localhost:1"):
            pass

    with pytest.raises(MockError, match="No server answers at http://localhost:1"):
        asyncio.run(story())


@pytest.mark.parametrize(("one", "twin"), [(FinApiMock, AsyncFinApiMock), (Client, AsyncClient)])
def test_the_twin_has_the_same_methods_with_the_same_parameters(one: type, twin: type) -> None:
    assert parameters(one) == parameters(twin)
    assert inspect.signature(FinApiMock) == inspect.signature(AsyncFinApiMock)


def parameters(kind: type) -> dict[str, list[inspect.Parameter]]:
    """Those of each public method."""
    methods = {name: method for name, method in inspect.getmembers(kind, callable) if not name.startswith("_")}
    return {name: list(inspect.signature(method).parameters.values()) for name, method in methods.items()}
