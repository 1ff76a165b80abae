"""The pytest plugin. Every run of pytest loads it, so it imports nothing of ours until a fixture is used."""

import os
from collections.abc import Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mock_server.testing import Client, FinApiMock

MARKER = "finapi(scenario=…, now=…, license=…, configuration=…): how the client of the fixture `finapi` begins"
CLIENT: "pytest.StashKey[Client]" = pytest.StashKey()
WISHES = ("scenario", "now", "license", "configuration")
VARIABLE = "FINAPI_MOCK_CONTROL_TOKEN"
"""The one that the server and its verbs read, too."""
SHOWN_ENTRIES = 100
"""So many of the journal are in a report at most, the newest."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("finapi-mock")
    group.addoption("--finapi-mock-url", help="use the finapi-mock that runs there, instead of one in a thread")
    group.addoption(
        "--finapi-mock-control-token",
        help=f"what the --control-token of that server asks for; also the variable {VARIABLE}",
    )
    group.addoption("--finapi-mock-ca", help="certificate of the CA to trust, if that server speaks https")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)
    if not config.getoption("--finapi-mock-url"):
        for option in ("--finapi-mock-control-token", "--finapi-mock-ca"):
            if config.getoption(option):
                raise pytest.UsageError(f"{option} is for a server that runs already: say where, by --finapi-mock-url")


@pytest.fixture(scope="session")
def finapi_mock_settings() -> Mapping[str, Any]:
    """Settings of the server that `finapi_mock` starts. Override it: `return {"strict": True}`."""
    return {}


@pytest.fixture(scope="session")
def finapi_mock(pytestconfig: pytest.Config, finapi_mock_settings: Mapping[str, Any]) -> "Iterator[FinApiMock]":
    """One server for the whole run, or for each worker of pytest-xdist."""
    from mock_server.testing import FinApiMock

    there = _there(pytestconfig)
    with FinApiMock(**(finapi_mock_settings if there is None else there)) as mock:
        yield mock


@pytest.fixture
def finapi(request: pytest.FixtureRequest, finapi_mock: "FinApiMock") -> "Iterator[Client]":
    """A client of the test's own, whose world is thrown away afterwards."""
    wish = _wish(request.node)
    client = finapi_mock.client(wish.get("license"), wish.get("configuration"))
    request.node.stash[CLIENT] = client
    try:
        if "now" in wish:
            client.freeze(wish["now"])
        scenarios = wish.get("scenario", ())
        if scenarios:
            client.scenario(*(scenarios if isinstance(scenarios, list | tuple) else [scenarios]))
        yield client
    finally:
        del request.node.stash[CLIENT]  # what fails from here on finds no journal any more
        client.remove()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    client = item.stash.get(CLIENT, None)
    if client is not None and report.failed:
        report.sections.append((f"finapi-mock: the journal of {client.client_id}", _journal(client)))
    return report


def _there(config: pytest.Config) -> dict[str, str | None] | None:
    """How to reach the server that runs already; None if there is none."""
    url = config.getoption("--finapi-mock-url")
    if not url:
        return None
    token = config.getoption("--finapi-mock-control-token") or os.environ.get(VARIABLE) or None
    return {"url": url, "control_token": token, "ca": config.getoption("--finapi-mock-ca")}


def _wish(node: pytest.Item) -> dict[str, Any]:
    """What the markers say, the nearest last. UsageError for a word that none of them knows."""
    wish: dict[str, Any] = {}
    for mark in reversed(list(node.iter_markers("finapi"))):
        unknown = [name for name in mark.kwargs if name not in WISHES]
        if unknown or mark.args:
            raise pytest.UsageError(f"{node.nodeid}: @pytest.mark.finapi takes {', '.join(WISHES)} as keywords")
        wish.update(mark.kwargs)
    return wish


def _journal(client: "Client") -> str:
    """A line for each exchange, and below it why it was refused. The test's own failure counts, so this never fails."""
    try:
        entries = client.requests(limit=SHOWN_ENTRIES)
        return "\n".join(line for entry in entries for line in _lines(entry)) or "Nothing was asked."
    except Exception as error:
        return f"It cannot be read: {error}"


def _lines(entry: Mapping[str, Any]) -> Iterator[str]:
    callback = "callback " if entry["kind"] == "callback" else ""
    yield f"{entry['number']:>4}  {callback}{entry['method']} {entry['target']}  {entry['status'] or entry['error']}"
    if (entry["status"] or 0) >= 400:
        errors = entry["response"].get("errors", ()) if isinstance(entry["response"], dict) else ()
        yield from (f"      {error.get('message')}" for error in errors)
    for name in ("reason", "hint"):
        if entry[name]:
            yield f"      {name}: {entry[name]}"
