"""`finapi-mock conformance`: it finds nothing at a server that speaks finAPI, and every fault that was planted."""

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from mock_server.cli import main
from mock_server.conformance.steps import STEPS
from tests.actors import Shop
from tests.processes import Running, running
from tests.scenario.plays import plays


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        yield server


def examined(server: Running, client_id: str) -> tuple[int, dict[str, list[str]]]:
    """The exit status, and what differs, by step."""
    arguments = ["--target", server.url, "--client-id", client_id, "--client-secret", "secret", "--json"]
    result = CliRunner().invoke(main, ["conformance", *arguments])
    results = json.loads(result.stdout)
    assert [it["step"] for it in results] == list(STEPS)
    return result.exit_code, {
        it["step"]: [each["message"] for each in it["differences"]] for it in results if it["outcome"] != "ok"
    }


def test_nothing_differs_at_this_server(server: Running) -> None:
    assert examined(server, "faultless") == (0, {})


def test_a_table_is_for_people(server: Running) -> None:
    result = CliRunner().invoke(main, ["conformance", "--target", server.url, "--client-id", "person"])
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "ok       a client gets a token"


# What is planted (a rule), the step that finds it, and what it says.
FAULTS = {
    "a user is created with 200": (
        "{operation: createUser}, then: {answer: {status: 200, body: {id: x}}}",
        "a client creates a user",
        "The status is 200, not 201.",
    ),
    "expires_in is a text": (
        "{operation: getToken, grant_type: client_credentials}, then: {token: {malformed: text_expires_in}}",
        "a client gets a token",
        'expires_in: "3600" is not of type "integer".',
    ),
    "a token that is somebody else's": (
        "{operation: getAuthorizedUser}, then: {patch: {id: somebody}}",
        "the token is the user's",
        "It is somebody else.",
    ),
    "an error of another shape": (
        "{operation: getLabel}, then: {answer: {status: 404, body: {error: gone}}}",
        "a label is created, read, changed and deleted",
        'The body: "errors" is a required property.',
    ),
    "a list without paging": (
        "{operation: getAndSearchAllBanks}, then: {remove: paging}",
        "banks come in pages",
        'The body: "paging" is a required property.',
    ),
    "pages that are all the same": (
        "{operation: getAndSearchAllBanks, query: {page: 2}}, then: {patch: {paging.page: 1}}",
        "banks come in pages",
        "paging.page is not the page asked for.",
    ),
    "deleted labels that are still there": (
        "{operation: deleteLabel}, then: {answer: {status: 200}}",
        "a label is created, read, changed and deleted",
        "The status is 200, not 404.",
    ),
    "a form that is open from the start": (
        "{operation: createForBankConnectionImport}, then: {patch: {status: IN_PROGRESS}}",
        "a web form is created",
        "A new form is IN_PROGRESS.",
    ),
    "totals that do not add up": (
        "{operation: getAndSearchAllTransactions}, then: {patch: {income: 1.0}}",
        "transactions add up",
        "income and spending do not make the balance.",
    ),
    "a user who survives its deletion": (
        "{operation: deleteAuthorizedUser}, then: {answer: {status: 200}}",
        "a deleted user's token is dead",
        "The status is 200, not 401.",
    ),
    "another code for the same thing": (
        "{operation: getAccount}, then: {answer: {status: 404, code: MISSING_FIELD}}",
        "an unknown id is 404",
        "The code is ['MISSING_FIELD'], not UNKNOWN_ENTITY.",
    ),
    "a connection that breaks": (
        "{operation: getWebForm, first: 1}, then: {fault: empty_reply}",
        "the web form waits",
        "There was no answer: RemoteProtocolError",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str, server: Running) -> None:
    rule, step, said = FAULTS[fault]
    client_id = fault.replace(" ", "-")
    with server.client() as http:
        plays(Shop(http, client_id, "secret"), f"rules: [{{when: {rule}}}]\n")
    status, found = examined(server, client_id)
    assert status == 1
    assert any(message.startswith(said) for message in found[step]), found


def test_a_server_that_is_not_there_differs_in_its_first_step() -> None:
    result = CliRunner().invoke(main, ["conformance", "--target", "http://localhost:9"])
    assert result.exit_code == 1
    assert "differs  a client gets a token" in result.stdout
    assert "skipped  a client creates a user" in result.stdout
    assert "There was no answer" in result.stdout
