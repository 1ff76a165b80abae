"""What Linux knows about a process: its memory and its open files."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="the memory of another process is looked up in /proc")


@dataclass(frozen=True)
class Process:
    pid: int

    @property
    def resident(self) -> float:
        """MB."""
        return self._status("VmRSS")

    @property
    def peak(self) -> float:
        """The most that was ever resident, or since `forget_peak`, in MB."""
        return self._status("VmHWM")

    def forget_peak(self) -> None:
        (self._folder / "clear_refs").write_text("5")

    @property
    def open_files(self) -> int:
        return sum(1 for _ in (self._folder / "fd").iterdir())

    @property
    def _folder(self) -> Path:
        return Path(f"/proc/{self.pid}")

    def _status(self, name: str) -> float:
        lines = (self._folder / "status").read_text().splitlines()
        [line] = [line for line in lines if line.startswith(f"{name}:")]
        return int(line.split()[1]) / 1024
