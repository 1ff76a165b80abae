"""`python -m benchmarks [start] [throughput] [state] [seeds] [pages]`: prints tables; without a name, all of them."""

import argparse
import time
from collections.abc import Callable, Mapping, Sequence

from benchmarks.pages import pages
from benchmarks.seeds import seeds
from benchmarks.start import start
from benchmarks.state import state
from benchmarks.throughput import throughput

BENCHMARKS: Mapping[str, Callable[[], Sequence[Sequence[str]]]] = {
    "start": start,
    "throughput": throughput,
    "state": state,
    "seeds": seeds,
    "pages": pages,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="See benchmarks/README.md.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"any of {', '.join(BENCHMARKS)}; default: all")
    names = parser.parse_args().names or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}")
    for name in names:
        began = time.monotonic()
        head, *rows = BENCHMARKS[name]()
        print(f"{name} ({time.monotonic() - began:.0f} s)\n")
        for row in (head, ["---"] * len(head), *rows):
            print(f"| {' | '.join(row)} |")
        print(flush=True)


if __name__ == "__main__":
    main()
