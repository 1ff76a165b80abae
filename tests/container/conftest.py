import os
import shutil
from pathlib import Path

import pytest

from tests.container.containers import TOOLS, Image, build

BUILT = pytest.StashKey[Image]()


@pytest.fixture(scope="session")
def image(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Image:
    """The image of this checkout. Its base stays in pytest's cache."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"building and running the image needs {', '.join(missing)} (CONTRIBUTING.md)")
    if os.geteuid() != 0:
        pytest.skip("building and running the image needs root, for debootstrap and for mounts")
    built = pytestconfig.stash[BUILT] = build(_folder(pytestconfig, tmp_path_factory))
    return built


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if BUILT in config.stash:
        terminalreporter.write_line(config.stash[BUILT].size)


def _folder(config: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if config.pluginmanager.hasplugin("cacheprovider"):
        assert config.cache is not None
        return config.cache.mkdir("container")
    return tmp_path_factory.mktemp("container")
