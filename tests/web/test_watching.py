"""Editing the file of a scenario while the server runs."""

import os
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from mock_server.app import App, create_app
from mock_server.settings import Settings
from mock_server.web.watching import Watcher
from tests.actors import Shop

BANKS = "/api/v2/banks"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    written(path, "{refuse: LOCKED}")
    return path


@pytest.fixture
def app(file: Path) -> App:
    return create_app(Settings(scenario=(str(file),), watch=True))


@pytest.fixture
def watcher(app: App) -> Watcher:
    assert app.watcher is not None
    return app.watcher


@pytest.fixture
def shop(app: App) -> Shop:
    return Shop(TestClient(app, base_url="http://localhost:8420"))


def written(path: Path, then: str, stamp: int = 1) -> None:
    """An edit, `stamp` seconds after the beginning of time, so that it counts as one however fast the test is."""
    when = "{operation: getAndSearchAllBanks, after: 1}"
    path.write_text(f"name: mine\ndescription: Mine.\nrules:\n  - when: {when}\n    then: {then}\n")
    os.utime(path, (stamp, stamp))


def test_an_edit_takes_effect_and_the_counts_stay(watcher: Watcher, shop: Shop, file: Path) -> None:
    assert [shop.gets(BANKS).status_code for _ in range(2)] == [200, 423]
    written(file, "{refuse: FORBIDDEN}", stamp=2)
    watcher.look()
    assert shop.gets(BANKS).status_code == 403


def test_a_wrong_edit_is_told_and_changes_nothing(
    watcher: Watcher, shop: Shop, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shop.gets(BANKS)
    written(file, "{refuse: LOKED}", stamp=2)
    for _ in range(2):
        watcher.look()
    mistake = f"{file}:5:20: There is no refusal 'LOKED'. Did you mean 'LOCKED'?"
    assert caplog.text.count(mistake) == 1
    assert shop.http.get("/_mock/scenarios").json()["broken"] == [mistake]
    assert shop.gets(BANKS).status_code == 423
    written(file, "{refuse: FORBIDDEN}", stamp=3)
    watcher.look()
    assert shop.http.get("/_mock/scenarios").json()["broken"] == []
    assert shop.gets(BANKS).status_code == 403


def test_a_file_that_is_gone_for_a_moment_is_no_edit(watcher: Watcher, shop: Shop, file: Path) -> None:
    shop.gets(BANKS)
    file.unlink()
    watcher.look()
    assert shop.gets(BANKS).status_code == 423
