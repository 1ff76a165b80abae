"""Servers as processes of their own: start them, ask what they have used, stop them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

HOST = "127.0.0.1"
BARE, OURS = "benchmarks.bare", "mock_server"
LONGEST_START = 30.0
LONGEST_STOP = 10.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    port: int
    pid: int
    start_seconds: float
    """From the spawning of the process to its first 200."""

    def cpu_seconds(self) -> float:
        """Processor time used so far, in user and kernel mode."""
        stat = Path(f"/proc/{self.pid}/stat")
        if stat.exists():
            after_name = stat.read_text().rpartition(")")[2].split()
            return (int(after_name[11]) + int(after_name[12])) / TICKS
        return _seconds(self._ps("time"))

    def resident_mb(self) -> float:
        return int(self._ps("rss")) / 1024

    def _ps(self, column: str) -> str:
        return subprocess.run(
            ["ps", "-o", f"{column}=", "-p", str(self.pid)], check=True, capture_output=True, text=True
        ).stdout.strip()


@contextmanager
def running(module: str, *flags: str) -> Iterator[Server]:
    """A server on a free port of the loopback interface."""
    port = _free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FINAPI_MOCK_")}
    spawned = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", module, "--port", str(port), *flags], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(process, port, spawned + LONGEST_START)
        yield Server(port, process.pid, time.perf_counter() - spawned)
    finally:
        process.terminate()
        process.wait(LONGEST_STOP)


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _wait_for(process: subprocess.Popen[bytes], port: int, deadline: float) -> None:
    while not _answers(port):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode} instead of starting")
        if time.perf_counter() > deadline:
            raise TimeoutError("the server did not start")
        time.sleep(0.001)


def _answers(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/_mock/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _seconds(clock: str) -> float:
    """`1:02:03.45`, as ps writes times where there is no /proc."""
    total = 0.0
    for part in clock.replace("-", ":").split(":"):
        total = total * 60 + float(part)
    return total
