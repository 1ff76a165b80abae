"""What the documents say, held against the code; and every shell block in them is run."""

import ast
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

import mock_server
from mock_server.app import load_contracts
from mock_server.clients import KEYS, read_clients
from mock_server.contract import Operation
from mock_server.domain import forms, logins
from mock_server.operations import ALIASES, OPERATIONS
from mock_server.settings import Settings
from mock_server.source import Source
from mock_server.web import embedding, mistakes
from mock_server.web.matching import READERS
from mock_server.web.mistakes import Mistake
from mock_server.web.verification import COUNTS
from tests.docs.markdown import ROOT, anchors, blocks, documents, links, tables
from tests.docs.shell import follow
from tests.test_floors import FLOORS
from tests.web.test_mistakes import ACCEPTED, CASES

PACKAGE = Path(mock_server.__file__).parent
DOCS = ROOT / "docs"
MARKS = ("run", "output", "server", "npm", "by hand", "run-command", "test-command", "greeting", "transcript")
EVERY_DOCUMENT = pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))


def runnable() -> list[Path]:
    """The documents with blocks to run; the README has tests of its own."""
    return [path for path in documents() if path.parent == DOCS and any(block.mark == "run" for block in blocks(path))]


@pytest.mark.parametrize("document", runnable(), ids=lambda path: path.stem)
def test_the_commands_print_what_the_document_shows(document: Path, port: int, tmp_path: Path) -> None:
    follow(document, port, tmp_path)


@EVERY_DOCUMENT
def test_every_shell_block_says_who_runs_it(document: Path) -> None:
    for block in blocks(document):
        if block.language in ("sh", "shell", "bash"):
            assert block.mark in MARKS, f"line {block.line}: mark it with <!-- run --> (see tests/docs/markdown.py)"


@EVERY_DOCUMENT
def test_every_output_stands_below_what_prints_it(document: Path) -> None:
    outputs = [(before, block) for before, block in pairwise(blocks(document)) if block.mark == "output"]
    assert not [block.line for before, block in outputs if before.mark not in ("run", "npm")]


@EVERY_DOCUMENT
def test_every_python_block_can_be_parsed(document: Path) -> None:
    for block in blocks(document):
        if block.language == "python":
            ast.parse(block.text)


@EVERY_DOCUMENT
def test_every_link_leads_somewhere(document: Path) -> None:
    for link in links(document):
        if re.match(r"https?://", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), f"{link}: there is no such file"
        assert target.is_relative_to(ROOT), f"{link}: leads out of the repository"
        assert not anchor or anchor in anchors(target), f"{link}: there is no such heading"


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_document_that_the_code_mentions_exists(file: Path) -> None:
    mentioned = re.findall(r"\bdocs/[\w./-]+\.md|\b[A-Z]{4,}\.md", file.read_text(encoding="utf-8"))
    assert not [name for name in mentioned if not (ROOT / name).exists()]


# docs/fidelity.md


def operations() -> dict[str, Operation]:
    return {op.key: op for contract in load_contracts(Settings()) for op in contract.operations}


def test_every_emulated_operation_is_in_its_table_with_its_paths() -> None:
    rows = tables(DOCS / "fidelity.md")["Emulated operations"]
    assert {row[0].strip("`") for row in rows} == set(OPERATIONS)
    described = operations()
    for key, where, *_ in rows:
        operation = described[key.strip("`")]
        paths = [operation.path, *(alias for alias, path in ALIASES.items() if path == operation.path)]
        assert where == f"{operation.method} " + ", ".join(f"`{path}`" for path in paths)


def test_the_number_of_emulated_operations_is_right() -> None:
    assert f"{len(OPERATIONS)} of {len(operations())}. " in (DOCS / "fidelity.md").read_text(encoding="utf-8")


GUESSES = [
    row
    for title in (
        "Tokens and clients",
        "Errors",
        "Users",
        "Banks",
        "Web forms",
        "Profiles and translations",
        "Connections, accounts, transactions",
        "Payments and standing orders",
        "Categories, labels, editing",
        "Notification rules",
    )
    for row in tables(DOCS / "fidelity.md")[title]
]


@pytest.mark.parametrize("guess", GUESSES, ids=lambda guess: guess[0][:40])
def test_a_guess_is_decided_where_the_document_says(guess: list[str]) -> None:
    _, decision, where = guess
    assert decision
    [file, name] = re.findall(r"`(.+?)`", where)
    assert name in (PACKAGE / file).read_text(encoding="utf-8"), f"nothing in {file} is called {name}"


# docs/dependencies.md


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def required(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", text, maxsplit=1)[0] for text in requirements}


def test_every_dependency_is_justified() -> None:
    listed = tables(DOCS / "dependencies.md")
    assert {row[0] for row in listed["To run"]} == required(PROJECT["project"]["dependencies"])
    assert {row[0] for row in listed["To build"]} == required(PROJECT["build-system"]["requires"])
    extras = PROJECT["project"]["optional-dependencies"]
    assert {(row[1], row[0]) for row in listed["To test"]} == {
        (extra, name) for extra, names in extras.items() for name in required(names)
    }
    assert all(row[-1] for title in ("To run", "To test", "To build", "Not taken") for row in listed[title])


def test_what_was_not_taken_is_not_there() -> None:
    taken = required(PROJECT["project"]["dependencies"])
    refused = {name.lower() for row in tables(DOCS / "dependencies.md")["Not taken"] for name in row[0].split(", ")}
    assert not taken & refused


def test_the_version_of_swagger_ui_is_the_one_in_the_package() -> None:
    text = (DOCS / "dependencies.md").read_text(encoding="utf-8")
    [version] = set(re.findall(r"swagger-ui-dist[@-](\d+\.\d+\.\d+)", text))
    files = PACKAGE / "web" / "static" / "swagger-ui"
    assert f'PACKAGE_VERSION:"{version}"' in (files / "swagger-ui-bundle.js").read_text(encoding="utf-8")
    copied = re.search(r"cp (.+?) mock_server/web/static/swagger-ui/", text, flags=re.S)
    assert copied is not None
    assert {Path(name).name for name in copied[1].split() if name != "\\"} == {file.name for file in files.iterdir()}


# docs/clients.md and docs/web-forms.md


MISTAKES = {
    "a misspelt key": "clients:\n- {client_id: shop, client_secret: secret, mandatr: acme}",
    "a missing key": "clients:\n- {client_id: shop}",
    "a number where text must be": "clients:\n- {client_id: shop, client_secret: 1234}",
    "an unknown licence": "clients:\n- {client_id: shop, client_secret: secret, license: NONE}",
    "the same `client_id` twice": "clients:\n" + 2 * "- {client_id: shop, client_secret: secret}\n",
    "something else at the top": "mandators: []",
}


def test_every_key_of_a_clients_file_is_explained() -> None:
    found = tables(DOCS / "clients.md")
    keys = [row for row in found["The clients file"] if len(row) == 3] + found["Settings of a client"]
    assert {row[0].strip("`") for row in keys} == set(KEYS)


@pytest.mark.parametrize(
    "row", [row for row in tables(DOCS / "clients.md")["The clients file"] if len(row) == 2], ids=lambda row: row[0]
)
def test_a_broken_clients_file_is_refused_in_these_words(
    row: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mistake, message = row
    Path("clients.yaml").write_text(MISTAKES[mistake], encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(message.strip("`")) + "$"):
        read_clients(Source("clients.yaml"), "UNLICENSED")


def test_the_logins_and_procedures_of_the_test_banks_are_all_there() -> None:
    rows = tables(DOCS / "web-forms.md")["In a browser"]
    credentials = {(row[0].strip("`"), row[1].strip("`")) for row in rows if len(row) == 3 and row[1]}
    assert {(customer.login, customer.secret) for customer in logins.USUAL} <= credentials
    text = (DOCS / "web-forms.md").read_text(encoding="utf-8")
    assert not [procedure.name for procedure in logins.PROCEDURES.values() if procedure.name not in text]
    assert f"`{logins.TAN}`" in text


def test_every_login_is_shown_with_what_it_does_and_where() -> None:
    shown = [row for row in tables(DOCS / "test-users.md")["The logins"] if row[0].startswith("`demo")]
    expected = [
        [f"`{it.login}`", it.simulates, ", ".join(it.takes_effect), f"`{it.tan}`" if it.tan else ""]
        for it in logins.CUSTOMERS.values()
    ]
    right = "\n".join(f"| {' | '.join(row)} |" for row in expected)
    assert shown == expected, f"the rows of the table have to be\n{right}"


def test_every_word_of_a_bank_is_shown_with_its_login() -> None:
    shown = {row[0].strip("`"): row[1:] for row in tables(DOCS / "test-users.md")["What they end with"]}
    setbacks = {login: it.setback for login, it in logins.CUSTOMERS.items() if it.setback is not None}
    setbacks |= {"demo_wrong_tan": logins.Setback.WRONG_TAN, "demo_new_terms": logins.Setback.NEW_TERMS}
    expected = {login: [f"`{it.form_code}`", it.message or "(nothing)"] for login, it in setbacks.items()}
    assert shown == expected


def test_every_mistake_is_shown_with_its_status_and_its_hint() -> None:
    shown = [tuple(row) for row in tables(DOCS / "web-forms.md")["Common mistakes"]]
    expected = [
        (mistake.title, statuses_of(mistake), mistake.hint.format_map(ANYTHING)) for mistake in mistakes.MISTAKES
    ]
    right = "\n".join(f"| {' | '.join(row)} |" for row in expected)
    assert shown == expected, f"the rows of the table have to be\n{right}"


def statuses_of(mistake: Mistake) -> str:
    """With what the mistakes of a row are answered when `tests/web/test_mistakes.py` makes them."""
    found = {case.status for case in CASES.get(mistake.title, ())} or {ACCEPTED[mistake.title]}
    return ", ".join(map(str, sorted(found)))


ANYTHING = {"path": "…", "operation": "…", "role": "…"}


def test_every_way_in_which_a_form_ends_is_shown() -> None:
    text = (DOCS / "control.md").read_text(encoding="utf-8")
    assert not [status for status in forms.FINAL if f"`{status}`" not in text]


# docs/journal.md


def named(rows: list[list[str]]) -> list[str]:
    """What stands in backticks in the first column."""
    return [name for row in rows for name in re.findall(r"`(\w+)`", row[0])]


def test_every_filter_of_the_journal_is_explained() -> None:
    assert named(tables(DOCS / "journal.md")["Filter"]) == [*(name for name in READERS if name != "body"), "limit"]


def test_every_count_that_can_be_verified_is_explained() -> None:
    assert named(tables(DOCS / "journal.md")["Verify"]) == list(COUNTS)


# docs/embedding.md


def test_every_event_of_the_embedded_form_is_explained() -> None:
    rows = tables(DOCS / "embedding.md")["Events"]
    dispatched = {*embedding.EVENTS.values(), "loaded", "blindRedirectCallback"}
    assert {row[0].strip("`") for row in rows if "ERROR" not in row[0]} == dispatched
    codes = {code for row in rows for code in re.findall(r"`([A-Z_]+)`", row[1])}
    refusals = {code for _, code in embedding.BLAMES.values()} | set(embedding.WRONG_PROPERTIES.values())
    assert codes == refusals | {embedding.UNEXPECTED[1], forms.Status.CANCELLED}


def test_every_property_that_the_embedded_form_reads_is_explained() -> None:
    rows = tables(DOCS / "embedding.md")["Properties"]
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row[0]) if row[1] != "nothing"}
    script = (embedding.STATIC / "finapi-webform2.js").read_text(encoding="utf-8")
    assert explained == {name for name in LOADER_PROPERTIES if re.search(rf"\b{name}\b", script)}


# What loader 2.48.0 sets.
LOADER_PROPERTIES = (
    "platform", "customerSupportUrl", "backToAppUrl", "token", "layoutConfig", "targetUrl", "noMargins", "fillHeight",
    "colorMode", "language", "redirectUrl", "errorRedirectUrl", "abortRedirectUrl", "isInvalidUrl", "infoParam",
)  # fmt: skip


# CONTRIBUTING.md


def test_the_house_is_the_one_that_the_imports_obey() -> None:
    rows = tables(ROOT / "CONTRIBUTING.md")["The house"]
    assert tuple(tuple(re.findall(r"`(\w+)`", row[1])) for row in rows) == FLOORS
    assert [row[0].split()[0] for row in rows] == [str(number) for number in range(len(FLOORS))]


def test_every_mark_of_the_tests_is_explained() -> None:
    options = PROJECT["tool"]["pytest"]["ini_options"]
    known = {mark.partition(":")[0] for mark in options["markers"]}
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert {row[0].strip("`") for row in tables(ROOT / "CONTRIBUTING.md")["Contributing"]} == known
    assert all(f"not {mark}" in options["addopts"] for mark in known)
    assert all(f"pytest -m {mark}`" in text for mark in known)


# CHANGELOG.md


def test_the_changelog_begins_with_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[?([^\]\s]+)", text, flags=re.M)
    assert versions[:2] == ["Unreleased", mock_server.__version__] or versions[0] == mock_server.__version__
