"""How long a start takes, and how much memory it leaves in use."""

from collections.abc import Sequence
from statistics import median

from benchmarks.servers import BARE, OURS, running

STARTS = 10


def start() -> Sequence[Sequence[str]]:
    seconds: dict[str, list[float]] = {BARE: [], OURS: []}
    megabytes: dict[str, list[float]] = {BARE: [], OURS: []}
    for attempt in range(STARTS + 1):
        for module in (BARE, OURS):
            with running(module) as server:
                if attempt > 0:  # the first start warms the caches of the machine and compiles the documents
                    seconds[module].append(server.start_seconds)
                    megabytes[module].append(server.resident_mb())
    return [
        ["", "bare uvicorn", "finapi-mock", "ratio"],
        _row("start, seconds", seconds, 2),
        _row("resident after start, MB", megabytes, 0),
    ]


def _row(what: str, measured: dict[str, list[float]], digits: int) -> list[str]:
    bare, ours = median(measured[BARE]), median(measured[OURS])
    return [what, f"{bare:.{digits}f}", f"{ours:.{digits}f}", f"{ours / bare:.1f}"]
