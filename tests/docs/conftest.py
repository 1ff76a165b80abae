"""One server for all documents: each begins by making it forget what came before."""

import shutil
from collections.abc import Iterator

import pytest

from tests.docs.shell import serving


@pytest.fixture(scope="session")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    missing = [tool for tool in ("bash", "curl") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"the documents' commands need {', '.join(missing)}, which this machine has not")
    with serving([], tmp_path_factory.mktemp("server")) as port:
        yield port
