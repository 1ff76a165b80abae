"""Which test module proves which operation: seen on the wire while the tests run, kept in `data/proofs.json`.

A proof is a test module in which the operation has answered with success, through HTTP, in a test that passed.
`pytest --check-proofs` (all tests) fails if a kept proof is none; `pytest --write-proofs` brings the file up to date,
and keeps what still holds, so that a better module may be written into it by hand. Other runs only watch.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest

import mock_server
from mock_server.operations import OPERATIONS
from tests.conformance import SUCCEEDED

FILE = Path(mock_server.__file__).parent / "data" / "proofs.json"
ADVICE = "run `pytest --write-proofs`"

Seen = Counter[tuple[str, str]]
"""In how many tests of a module an operation has succeeded, by operation and module."""


def kept() -> dict[str, str]:
    """The module that proves each operation, by its key."""
    proofs: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8"))
    return proofs


def complaints(proofs: Mapping[str, str], seen: Collection[tuple[str, str]], emulated: Collection[str]) -> list[str]:
    """What is wrong with the proofs after all tests have run."""
    return [
        *(f"{key} is emulated, but no test proves it" for key in sorted(set(emulated) - set(proofs))),
        *(f"{key} has a proof, but is not emulated" for key in sorted(set(proofs) - set(emulated))),
        *(
            f"{key} should be proved by {module}, but never succeeds there"
            for key, module in sorted(proofs.items())
            if key in emulated and (key, module) not in seen
        ),
    ]


def renewed(
    proofs: Mapping[str, str], seen: Seen, modules: Collection[str], emulated: Collection[str]
) -> dict[str, str]:
    """The proofs after a run of `modules`: an old one stays while it holds, or while nobody has looked."""
    chosen = {}
    for key in sorted(emulated):
        old = proofs.get(key)
        if old is not None and (old not in modules or (key, old) in seen):
            chosen[key] = old
        elif (new := _best(key, seen)) is not None:
            chosen[key] = new
    return chosen


def _best(key: str, seen: Seen) -> str | None:
    """The module that mirrors the operation's handler or else the one with most tests of it."""
    candidates = {module: count for (operation, module), count in seen.items() if operation == key}
    mirror = _mirror(key)
    if mirror in candidates:
        return mirror
    return max(sorted(candidates), key=candidates.__getitem__, default=None)


def _mirror(key: str) -> str | None:
    handler = OPERATIONS.get(key)
    if handler is None:
        return None
    *_, api, name = handler.__module__.split(".")
    return f"tests/{api}/test_{name}.py"


class Watch:
    """The part of it that pytest knows. Each worker of pytest-xdist watches its own tests and tells the controller."""

    def __init__(self, config: pytest.Config) -> None:
        self._checks: bool = config.getoption("--check-proofs")
        self._writes: bool = config.getoption("--write-proofs")
        self._worker: dict[str, Any] | None = getattr(config, "workeroutput", None)
        self._seen: Seen = Counter()
        self._modules: set[str] = set()
        self._report: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        report = yield
        if report.when == "call":
            module = item.nodeid.partition("::")[0]
            self._modules.add(module)
            if report.passed:
                self._seen.update((key, module) for key in SUCCEEDED)
            SUCCEEDED.clear()
        return report

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: Any) -> None:
        """A worker has ended."""
        told = getattr(node, "workeroutput", {}).get("proofs")
        if told is not None:
            self._seen.update({(key, module): count for key, module, count in told["seen"]})
            self._modules.update(told["modules"])

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self._worker is not None:
            seen = [(key, module, count) for (key, module), count in self._seen.items()]
            self._worker["proofs"] = {"seen": seen, "modules": sorted(self._modules)}
        elif self._writes:
            proofs = renewed(kept(), self._seen, self._modules, OPERATIONS)
            FILE.write_text(json.dumps(proofs, indent=0) + "\n", encoding="utf-8")
            self._report = [f"{FILE.name}: {len(proofs)} of {len(OPERATIONS)} operations are proved"]
        elif exitstatus == pytest.ExitCode.OK and self._checks:
            self._report = complaints(kept(), self._seen, OPERATIONS)
            if self._report:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
                self._report.append(ADVICE)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._report:
            terminalreporter.section("proofs")
            for line in self._report:
                terminalreporter.line(line)
