"""`mock_server.testing` and the pytest plugin, as the tests of others use them."""

import asyncio
from pathlib import Path

import pytest

from mock_server.testing import AsyncFinApiMock, FinApiMock, MockError

SUITE = """
    import pytest

    @pytest.mark.parametrize("number", range(4))
    def test_each_has_a_world(finapi, number):
        finapi.user(id="alice")
        finapi.verify(operation="createUser", exactly=1)
"""


def test_each_client_has_a_world_of_its_own(finapi_mock: FinApiMock) -> None:
    one, other = finapi_mock.client(), finapi_mock.client()
    for client in (one, other):
        client.user(id="alice")
        assert len(client.requests(operation="createUser")) == 1
        client.remove()


@pytest.mark.parametrize("license", ["UNLICENSED", "AISP", "FULLY_LICENSED"])
def test_a_bank_is_connected_with_every_licence(finapi_mock: FinApiMock, license: str) -> None:
    client = finapi_mock.client(license=license)
    assert len(client.connect_bank(client.user()).accounts) == 3
    client.remove()


def test_a_client_is_there_after_a_reset_and_its_users_are_not(finapi_mock: FinApiMock) -> None:
    client = finapi_mock.client()
    client.user(id="alice")
    client.reset()
    client.user(id="alice")
    client.remove()
    with pytest.raises(MockError, match="404"):
        client.remove()


def test_what_was_not_called_is_said(finapi_mock: FinApiMock) -> None:
    client = finapi_mock.client()
    with pytest.raises(AssertionError, match="Expected at least 1 call, found none"):
        client.wait_for(operation="createUser", within="10ms")
    with pytest.raises(AssertionError, match="Expected exactly 2 calls, found none"):
        client.verify(operation="createUser", exactly=2)
    client.remove()


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


def test_nobody_there_is_said() -> None:
    with (
        pytest.raises(MockError, match="No server answers at http://localhost:1"),
        FinApiMock(url="http://localhost:1"),
    ):
        pass


def test_a_control_token_is_handed_over() -> None:
    with FinApiMock(control_token="a-token-of-the-test") as mock:  # noqa: SIM117 # the second needs the first
        with FinApiMock(url=mock.urls.access, control_token="a-token-of-the-test") as attached:
            assert attached.client().user(id="alice").id == "alice"


@pytest.mark.parametrize("more", [[], ["-n", "2"]], ids=["alone", "xdist"])
@pytest.mark.parametrize("shared", [False, True], ids=["own", "shared"])
def test_the_plugin_gives_each_test_a_world(
    pytester: pytest.Pytester, finapi_mock: FinApiMock, more: list[str], shared: bool
) -> None:
    pytester.makepyfile(SUITE)
    url = ["--finapi-mock-url", finapi_mock.urls.access] if shared else []
    pytester.runpytest_subprocess("-p", "no:cacheprovider", *more, *url).assert_outcomes(passed=4)


@pytest.mark.parametrize("more", [[], ["-n", "1"]], ids=["alone", "xdist"])
def test_a_failing_test_shows_the_journal(pytester: pytest.Pytester, more: list[str]) -> None:
    pytester.makepyfile("""
        def test_it(finapi):
            finapi.call("GET", "/api/v2/accounts")
    """)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", *more)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*finapi-mock: the journal of client-1*",
            "*POST /api/v2/oauth/token  200",
            "*GET /api/v2/accounts  403",
            "      hint: getAndSearchAllAccounts needs a user token*",
        ]
    )


def test_a_misspelt_marker_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.finapi(licence="AISP")
        def test_it(finapi): pass
    """)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*@pytest.mark.finapi takes scenario, now, license, configuration as keywords*"])


def test_a_run_that_uses_no_fixture_imports_nothing_of_ours(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import sys

        def test_it():
            assert {name for name in sys.modules if name.startswith("mock_server")} == {
                "mock_server", "mock_server.pytest_plugin"}
    """)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_a_scenario_may_be_a_file(finapi_mock: FinApiMock, tmp_path: Path) -> None:
    file = tmp_path / "no-banks.yaml"
    file.write_text(
        "name: no-banks\ndescription: None.\nrules:\n"
        "  - when: {operation: getAndSearchAllBanks}\n    then: {refuse: UNEXPECTED}\n"
    )
    client = finapi_mock.client()
    client.scenario(file)
    with pytest.raises(MockError, match="500"):
        client.call("GET", "/api/v2/banks")
    client.scenario()
    assert client.call("GET", "/api/v2/banks", perPage=1)["banks"]
    client.remove()
