"""The pytest plugin, in runs of other people's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mock_server.testing import FinApiMock
from tests.processes import running

ALONE_AND_XDIST = pytest.mark.parametrize("more", [[], ["-n", "2"]], ids=["alone", "xdist"])
SUITE = """
    import pytest

    @pytest.mark.parametrize("number", range(4))
    def test_each_has_a_world(finapi, number):
        finapi.user(id="alice")
        finapi.verify(operation="createUser", exactly=1)
"""


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    """Within this process, which is quicker; workers of xdist need one of their own."""
    start = pytester.runpytest_subprocess if "-n" in options else pytester.runpytest_inprocess
    return start("-p", "no:cacheprovider", *options)


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FINAPI_MOCK_CONTROL_TOKEN", raising=False)


# A world for each test


@ALONE_AND_XDIST
@pytest.mark.parametrize("shared", [False, True], ids=["own", "shared"])
def test_each_test_has_a_world(
    pytester: pytest.Pytester, finapi_mock: FinApiMock, more: list[str], shared: bool
) -> None:
    pytester.makepyfile(SUITE)
    url = ["--finapi-mock-url", finapi_mock.urls.access] if shared else []
    run(pytester, *more, *url).assert_outcomes(passed=4)


def test_the_marker_says_how_the_client_begins(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        pytestmark = pytest.mark.finapi(license="AISP", now="2026-12-24T18:00:00Z")

        @pytest.mark.finapi(scenario=["nothing-works-any-more"], configuration={"maxUserLoginAttempts": 3})
        def test_it(finapi):
            assert finapi.license == "AISP"
            assert finapi.advance("1h") == "2026-12-24T20:00:00.000+01:00"
            with pytest.raises(Exception, match="429"):
                finapi.user()
            finapi.scenario()
            assert finapi.call("GET", "/api/v2/clientConfiguration")["maxUserLoginAttempts"] == 3
    """)
    run(pytester).assert_outcomes(passed=1)


def test_a_misspelt_marker_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.finapi(licence="AISP")
        def test_it(finapi): pass
    """)
    result = run(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*@pytest.mark.finapi takes scenario, now, license, configuration as keywords*"])


def test_the_settings_of_the_server_are_the_suite_s_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.fixture(scope="session")
        def finapi_mock_settings():
            return {"strict": True}

        def test_it(finapi):
            wish = {"callbacks": {"finalised": "http://localhost:1"}}
            with pytest.raises(Exception, match="400"):
                finapi.call("POST", "/api/webForms/bankConnectionImport", finapi.user(), json=wish)
    """)
    run(pytester).assert_outcomes(passed=1)


def test_a_run_that_uses_no_fixture_imports_nothing_of_ours(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import sys

        def test_it():
            assert {name for name in sys.modules if name.startswith("mock_server")} == {
                "mock_server", "mock_server.pytest_plugin"}
    """)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


# A server that runs already


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    """The address of a server that asks for the token `let-me-in`."""
    with FinApiMock(control_token="let-me-in") as mock:
        yield mock.urls.access


@ALONE_AND_XDIST
def test_a_control_token_is_handed_over(pytester: pytest.Pytester, guarded: str, more: list[str]) -> None:
    pytester.makepyfile(SUITE)
    there = ("--finapi-mock-url", guarded, "--finapi-mock-control-token", "let-me-in")
    run(pytester, *there, *more).assert_outcomes(passed=4)


def test_a_control_token_may_be_in_the_environment(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, guarded: str
) -> None:
    pytester.makepyfile(SUITE)
    monkeypatch.setenv("FINAPI_MOCK_CONTROL_TOKEN", "let-me-in")
    run(pytester, "--finapi-mock-url", guarded).assert_outcomes(passed=4)


def test_a_control_token_that_is_missing_is_said_with_the_remedy(pytester: pytest.Pytester, guarded: str) -> None:
    pytester.makepyfile(SUITE)
    result = run(pytester, "--finapi-mock-url", guarded)
    result.assert_outcomes(errors=4)
    result.stdout.fnmatch_lines(["*wants its control token: *--finapi-mock-control-token*"])


def test_a_server_that_speaks_https_is_trusted_by_its_ca(pytester: pytest.Pytester, tmp_path: Path) -> None:
    pytester.makepyfile(SUITE)
    with running("--tls", "--tls-dir", str(tmp_path)) as server:
        there = ("--finapi-mock-url", server.url, "--finapi-mock-ca", str(tmp_path / "ca.pem"))
        run(pytester, *there).assert_outcomes(passed=4)


@pytest.mark.parametrize("option", ["--finapi-mock-control-token", "--finapi-mock-ca"])
def test_an_option_for_a_server_that_nobody_has_named_stops_the_run(pytester: pytest.Pytester, option: str) -> None:
    result = run(pytester, option, "x")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{option} is for a server that runs already: say where, by --finapi-mock-url*"])


# What a failing test shows


@ALONE_AND_XDIST
def test_a_failing_test_shows_the_journal(pytester: pytest.Pytester, more: list[str]) -> None:
    pytester.makepyfile("""
        def test_it(finapi):
            finapi.call("GET", "/api/v2/accounts")
    """)
    result = run(pytester, *more)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*finapi-mock: the journal of client-1*",
            "*POST /api/v2/oauth/token  200",
            "*GET /api/v2/accounts  403",
            "      hint: getAndSearchAllAccounts needs a user token*",
        ]
    )


def test_it_says_who_made_an_answer_up_and_what_became_of_callbacks(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        def test_it(finapi):
            wish = {"callbacks": {"finalised": "http://localhost:1/done"}}
            form = finapi.call("POST", "/api/webForms/bankConnectionImport", finapi.user(), json=wish)
            finapi.complete(form, "ABORTED")
            finapi.wait_for(kind="callback", within="10s")
            finapi.scenario("nothing-works-any-more")
            finapi.call("GET", "/api/v2/banks")
    """)
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*callback POST http://localhost:1/done  *",
            "*POST /api/v2/oauth/token  429",
            "      reason: scenario nothing-works-any-more, rule 1*",
        ]
    )


def test_a_fixture_that_fails_shows_it_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.fixture
        def bank(finapi):
            return finapi.connect_bank(finapi.user(), login="demo_wrong_pin")

        def test_it(bank): pass
    """)
    result = run(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*finapi-mock: the journal of client-1*", "*POST /api/webForms/bankConnectionImport  201"]
    )


def test_a_client_that_is_gone_has_no_journal(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.finapi(scenario="no-such-scenario")
        def test_it(finapi): pass
    """)
    result = run(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*There is no scenario 'no-such-scenario'*"])
    result.stdout.no_fnmatch_line("*the journal of*")
