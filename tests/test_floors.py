"""The plan of the house, held against the imports.

`FLOORS` is the table of CONTRIBUTING.md, ground first. A module may import from its own floor and from
those below. Imports inside functions and under TYPE_CHECKING count like all others.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mock_server

PACKAGE = Path(mock_server.__file__).parent
FLOORS = (
    ("clock", "ids", "errors", "paging", "source"),
    ("domain", "contract", "scenario", "strict_yaml"),
    ("store",),
    ("exchange",),
    ("handlers",),
    ("operations",),
    ("web",),
    ("settings", "clients", "tls", "app", "server"),
    ("conformance",),
    ("cli", "commands", "__main__", "testing", "pytest_plugin"),
)
FLOOR_OF = {"__init__": -1} | {name: number for number, names in enumerate(FLOORS) for name in names}

# fmt: off
MAY_IMPORT = {
    # who else than the standard library and ourselves: where
    "click":        {"cli.py", "commands/", "settings.py"},
    "cryptography": {"domain/encryption.py", "domain/tpp_certificates.py", "tls.py"},
    "httpx2":       {"web/delivery.py", "conformance/", "testing/"},
    "jinja2":       {"web/drawing.py"},
    "jsonschema_rs": {"contract/bodies.py", "contract/problems.py"},
    "jwt":          {"domain/tokens.py"},
    "orjson":       {
        "contract/bodies.py", "contract/documents.py", "contract/nesting.py",
        "web/", "conformance/", "cli.py", "commands/",
    },
    "pytest":       {"pytest_plugin.py"},
    "segno":        {"handlers/access/challenges.py", "web/challenges.py"},
    "starlette":    {"web/", "app.py", "server.py", "cli.py"},
    "uvicorn":      {"web/", "app.py", "server.py", "cli.py"},
    "yaml":         {"contract/documents.py", "clients.py", "strict_yaml.py", "web/state_control.py"},
}
# fmt: on
TIME = {"clock.py"}
"""Who may ask the machine what time it is."""
SOCKETS = {
    "server.py", "tls.py", "cli.py", "commands/remote.py", "web/delivery.py", "web/faults.py",
    "conformance/", "testing/",
}  # fmt: skip
"""Who may have to do with connections: the one that listens and its certificates, the probe, the postman, what
breaks them, and what speaks to a server as its users do."""

CHANCE = {"settings.py", "conformance/"}
"""Who may leave something to chance: the key of a start, and names at a server of somebody else's."""

ASKS_THE_MACHINE = frozenset(
    {
        "now", "utcnow", "today", "time", "time_ns", "perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns",
        "process_time", "localtime", "gmtime", "sleep",
    }
)  # fmt: skip

FILES = sorted(PACKAGE.rglob("*.py"))
MODULES = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))


def place(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


def floor(file: Path) -> int:
    return FLOOR_OF[file.relative_to(PACKAGE).with_suffix("").parts[0]]


def imported(file: Path) -> Iterator[str]:
    """The full names of all modules that a file imports, from whichever line."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(file)}:{node.lineno}: relative imports hide which floor is meant"
            assert node.module is not None
            # `from mock_server import server` imports a module as much as a name.
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def allowed(where: set[str], file: Path) -> bool:
    return any(place(file) == spot or (spot.endswith("/") and place(file).startswith(spot)) for spot in where)


def test_there_are_modules_to_read() -> None:
    assert len(FILES) > 40


def test_every_module_has_a_floor_and_every_floor_a_module() -> None:
    assert {file.relative_to(PACKAGE).with_suffix("").parts[0] for file in FILES} == set(FLOOR_OF)


@MODULES
def test_no_module_looks_up(file: Path) -> None:
    ours = {name.split(".")[1] for name in imported(file) if name.startswith("mock_server.")}
    above = {name for name in ours & set(FLOOR_OF) if FLOOR_OF[name] > floor(file)}
    assert not above, f"{place(file)} imports from a floor above its own"


@pytest.mark.parametrize(("here", "there"), [("domain", "contract"), ("contract", "domain")])
def test_the_rules_and_the_documents_do_not_know_each_other(here: str, there: str) -> None:
    files = (PACKAGE / here).rglob("*.py")
    assert not [place(file) for file in files for name in imported(file) if name.startswith(f"mock_server.{there}")]


@MODULES
def test_each_library_has_its_place(file: Path) -> None:
    libraries = {name.split(".")[0] for name in imported(file)} - {"mock_server"} - sys.stdlib_module_names
    unknown = libraries - set(MAY_IMPORT)
    assert not unknown, "say in MAY_IMPORT where this library belongs"
    assert not {library for library in libraries if not allowed(MAY_IMPORT[library], file)}


@MODULES
def test_only_the_clock_reads_the_machines_time(file: Path) -> None:
    if allowed(TIME, file):
        return
    names = set(imported(file))
    assert "time" not in names, f"{place(file)} imports time"
    calls = [
        f"{place(file)}:{node.lineno}"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ASKS_THE_MACHINE
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (node.value.id if isinstance(node.value, ast.Name) else node.value.attr) in ("date", "datetime", "time")
    ]
    assert not calls


@MODULES
def test_nothing_below_the_web_waits(file: Path) -> None:
    """A handler is a critical section without a lock, because nothing in it gives way."""
    if floor(file) >= FLOOR_OF["web"]:
        return
    waits = (ast.AsyncFunctionDef, ast.Await, ast.AsyncWith, ast.AsyncFor)
    assert not [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, waits)]
    assert not {"asyncio", "threading", "sched"} & set(imported(file))


@MODULES
def test_only_these_modules_open_connections(file: Path) -> None:
    outgoing = {"socket", "http.client", "urllib.request", "ssl", "smtplib", "ftplib", "httpx", "httpx2", "requests"}
    if not allowed(SOCKETS, file):
        assert not outgoing & set(imported(file))


@MODULES
def test_chance_comes_from_the_seed(file: Path) -> None:
    drawn = {name.split(".")[0] for name in imported(file)} & {"random", "secrets"}
    # The key that signs tokens is the one thing that must not be guessed from the seed.
    assert not drawn or (allowed(CHANCE, file) and drawn == {"secrets"})
    assert not {"uuid.uuid1", "uuid.uuid4", "os.urandom"} & set(imported(file))


@MODULES
def test_no_module_is_called_after_nothing(file: Path) -> None:
    assert not {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"} & set(
        file.relative_to(PACKAGE).with_suffix("").parts
    )


@MODULES
def test_no_module_is_longer_than_a_reader_can_hold(file: Path) -> None:
    lines = len(file.read_text("utf-8").splitlines())
    assert lines <= 400, "over 400 lines is a question, over 600 a defect"


@MODULES
def test_every_module_says_what_it_is_for(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    if tree.body:
        assert ast.get_docstring(tree)


def test_a_start_loads_nothing_that_a_first_request_can_wait_for() -> None:
    """Libraries, and our own modules too: of these there are many, and their imports add up."""
    start = "from mock_server.app import create_app; from mock_server.settings import Settings; create_app(Settings())"
    script = f"import sys, mock_server.cli, mock_server.server; {start}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "mock_server.app" in loaded
    assert not {"cryptography", "httpx2", "jinja2", "jsonschema_rs", "jwt", "segno", "yaml"} & set(loaded)
    assert not [name for name in loaded if name.startswith(("mock_server.handlers.", "mock_server.web.rooms"))]
