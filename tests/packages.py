"""Packages of npm, which tests use as they are published. They stay in pytest's cache, out of the repository."""

import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

FileOf = Callable[[str, str], bytes]


@pytest.fixture(scope="session")
def file_of(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> FileOf:
    """The content of a file: `file_of("axe-core@4.14.1", "axe.min.js")`."""
    has_cache = pytestconfig.pluginmanager.hasplugin("cacheprovider")
    cache = pytestconfig.cache.mkdir("npm") if has_cache else tmp_path_factory.mktemp("npm")  # type: ignore[union-attr]

    def file_of(package: str, path: str) -> bytes:
        archive = cache / (package.lstrip("@").replace("/", "-").replace("@", "-") + ".tgz")
        if not archive.exists():
            _pack(package, tmp_path_factory.mktemp("pack") / archive.name).replace(archive)
        with tarfile.open(archive) as files:
            found = files.extractfile(f"package/{path}")
            assert found is not None
            return found.read()

    return file_of


def _pack(package: str, archive: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"npm is not installed, and {package} comes from there")
    done = subprocess.run(
        [npm, "pack", package, "--pack-destination", archive.parent], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return archive
