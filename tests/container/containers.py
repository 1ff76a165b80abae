"""Runs the file system of an image as a container engine does, with the tools of every Linux.

A container is a process with its own mounts and process ids here; the network is this machine's. Its root is
read-only, it has no shell, and it gets no environment but the image's and what the test says.
"""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.processes import Running, greeted

TOOLS = ("buildah", "chroot", "debootstrap", "nsenter", "unshare")
BUILD = Path(__file__).with_name("build.sh")

# In namespaces of its own: what the image's folder becomes the root of. `$0` is the folder, `$1` the user.
ENTER = """
mount --bind "$0" "$0"
mount -o remount,bind,ro "$0"
mount -t proc proc "$0/proc"
mount --bind /dev "$0/dev"
for shell in "$0"/usr/bin/sh "$0"/usr/bin/dash "$0"/usr/bin/bash; do mount --bind /dev/null "$shell"; done
root=$0 user=$1
shift
exec chroot --userspec="$user" "$root" "$@"
"""


@dataclass(frozen=True)
class Image:
    """A built image: the folder with its files, what `buildah inspect` says about it, and how large it is."""

    root: Path
    config: Mapping[str, Any]
    size: str

    @property
    def environment(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.config["Env"])

    @property
    def user(self) -> str:
        return str(self.config["User"])


@dataclass(frozen=True)
class Container(Running):
    """A container whose server has said that it is ready."""

    user: str
    environment: Mapping[str, str]

    @property
    def port(self) -> int:
        return int(self.environment["FINAPI_MOCK_PORT"])

    @property
    def pid(self) -> int:
        """Of process 1 of the container, as this machine counts."""
        [child] = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(child)

    def executes(self, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Like `docker exec`."""
        uid, gid = self.user.split(":")
        enter = ["nsenter", "--target", str(self.pid), "--mount", "--pid", "--root", "--setuid", uid, "--setgid", gid]
        everything = {**self.environment, **environment}
        return subprocess.run([*enter, *command], env=everything, capture_output=True, text=True, check=False)

    def stops(self, patience: float) -> int:
        """Like `docker stop`. The exit status."""
        os.kill(self.pid, signal.SIGTERM)
        return self.process.wait(timeout=patience)


def build(folder: Path) -> Image:
    """Build the image from this checkout; `folder` keeps its base for the next time."""
    done = subprocess.run([BUILD, folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    inspected = json.loads((folder / "image.json").read_text())
    return Image(folder / "root", inspected["Docker"]["config"], done.stdout.splitlines()[-1])


@contextmanager
def container(
    image: Image, user: str | None = None, arguments: Sequence[str] = (), **given: str
) -> Iterator[Container]:
    """Run the image like `docker run --read-only`; `given` is its environment, `user` a uid and a gid."""
    user = user or image.user
    environment = {**image.environment, "FINAPI_MOCK_PORT": str(_free_port()), **given}
    isolated = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-euc", ENTER, str(image.root), user]
    command = [*isolated, *image.config["Entrypoint"], *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            running = greeted(process)
            yield Container(process, running.greeting, user, environment)
        finally:
            process.kill()


def _free_port() -> int:
    with socket.create_server(("0.0.0.0", 0)) as free:  # noqa: S104 # where the container will listen
        return int(free.getsockname()[1])
