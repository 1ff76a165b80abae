"""Packages of npm, which tests use as they are published. They stay in pytest's cache, out of the repository."""

import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

FileOf = Callable[[str, str], bytes]
Installed = Callable[[str], Path]


@pytest.fixture(scope="session")
def file_of(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> FileOf:
    """The content of a file: `file_of("axe-core@4.14.1", "axe.min.js")`."""
    cache = _cache(pytestconfig, tmp_path_factory)

    def file_of(package: str, path: str) -> bytes:
        archive = cache / (_plain(package) + ".tgz")
        if not archive.exists():
            _pack(package, tmp_path_factory.mktemp("pack") / archive.name).replace(archive)
        with tarfile.open(archive) as files:
            found = files.extractfile(f"package/{path}")
            assert found is not None
            return found.read()

    return file_of


@pytest.fixture(scope="session")
def installed(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """A folder with the package and what it needs in `node_modules`: `installed("simple-oauth2@5.1.0")`."""
    cache = _cache(pytestconfig, tmp_path_factory)

    def installed(package: str) -> Path:
        folder = cache / _plain(package)
        if not folder.exists():
            draft = Path(tempfile.mkdtemp(prefix=folder.name, dir=cache))
            # Scripts of packages are not run: neither of ours needs any.
            _npm(package, "install", "--prefix", draft, "--ignore-scripts", "--no-audit", "--no-fund", package)
            with suppress(OSError):  # another worker has been quicker
                draft.rename(folder)
        return folder

    return installed


def _cache(config: pytest.Config, temporary: pytest.TempPathFactory) -> Path:
    has_cache = config.pluginmanager.hasplugin("cacheprovider")
    return config.cache.mkdir("npm") if has_cache else temporary.mktemp("npm")  # type: ignore[union-attr]


def _plain(package: str) -> str:
    return package.lstrip("@").replace("/", "-").replace("@", "-")


def _pack(package: str, archive: Path) -> Path:
    _npm(package, "pack", package, "--pack-destination", archive.parent)
    return archive


def _npm(package: str, *arguments: object) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"npm is not installed, and {package} comes from there")
    done = subprocess.run([npm, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
