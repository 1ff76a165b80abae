import re
from pathlib import Path

import pytest

from mock_server.source import Source


def test_a_text_is_read_from_its_file_when_it_is_asked_for(tmp_path: Path) -> None:
    source = Source(str(tmp_path / "text.yaml"))
    (tmp_path / "text.yaml").write_text("Bäckerei", encoding="utf-8")
    assert source.read() == "Bäckerei"


@pytest.mark.parametrize("text", ["clients: []", ""])
def test_a_text_that_was_given_is_not_looked_for_in_a_file(text: str) -> None:
    assert Source("FINAPI_MOCK_CLIENTS_YAML", text).read() == text


@pytest.mark.parametrize(
    ("content", "words"), [(None, "No such file or directory"), (b"\xff", "'utf-8' codec can't decode byte 0xff")]
)
def test_a_file_that_cannot_be_read_is_named(content: bytes | None, words: str, tmp_path: Path) -> None:
    file = tmp_path / "text.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ValueError, match=re.escape(f"{file}: {words}")):
        Source(str(file)).read()
