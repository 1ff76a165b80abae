"""The documents as a site: all of them are in its navigation, and their links and marks become those of pages."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.docs.markdown import ROOT, documents
from tests.docs.site_hook import for_the_site, outside, place, source

SITE = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))


def pages(entry: Any) -> Iterator[str]:
    """The pages of a navigation, in their order."""
    if isinstance(entry, str):
        yield entry
    else:
        for each in entry.values() if isinstance(entry, dict) else entry:
            yield from pages(each)


def test_every_document_has_one_place_in_the_navigation() -> None:
    elsewhere = {"examples/README.md", "scenarios/README.md"}
    expected = {place(str(document.relative_to(ROOT))) for document in documents()} | elsewhere
    assert sorted(pages(SITE["nav"])) == sorted(expected)


@pytest.mark.parametrize(
    "path", ["README.md", "docs/README.md", "docs/control.md", "CHANGELOG.md", "examples/README.md"]
)
def test_a_place_in_the_site_tells_its_source(path: str) -> None:
    assert source(place(path)) == path


@pytest.mark.parametrize(
    ("document", "written", "shown"),
    [
        ("docs/control.md", "[a](journal.md#wait)", "[a](journal.md#wait)"),
        ("docs/control.md", "[a](#access)", "[a](#access)"),
        ("docs/control.md", "[a](https://example.org/docs/a.md)", "[a](https://example.org/docs/a.md)"),
        ("docs/control.md", "[a](../README.md#run-it)", "[a](project.md#run-it)"),
        ("docs/control.md", "[a](../examples/journey.py)", "[a](examples/journey.py)"),
        ("docs/web-forms.md", "![a](images/form-login.png)", "![a](images/form-login.png)"),
        ("README.md", "[a](docs/README.md)", "[a](README.md)"),
        ("README.md", "[a](docs/control.md#access) [b](LICENSE)", "[a](control.md#access) [b](LICENSE)"),
        ("scenarios/README.md", "[a](../docs/cookbook.md)", "[a](../cookbook.md)"),
        ("README.md", "```sh\n[a](docs/README.md)\n```", "```sh\n[a](docs/README.md)\n```"),
    ],
)
def test_a_link_leads_to_the_same_file_in_the_site(document: str, written: str, shown: str) -> None:
    assert for_the_site(written, document) == shown


@pytest.mark.parametrize(
    ("mark", "title"), [("run", ""), ("output", ' title="Output"'), ("file seed.yaml", ' title="seed.yaml"')]
)
def test_a_mark_becomes_the_title_of_its_block(mark: str, title: str) -> None:
    assert for_the_site(f"<!-- {mark} -->\n```sh\nls\n```\n", "docs/state.md") == f"```sh{title}\nls\n```\n"


def test_what_a_document_links_to_outside_of_docs_comes_along() -> None:
    assert "examples/containers/compose.yaml" in set(outside("docs/containers.md"))
    assert set(outside("scenarios/README.md")) == set()
    assert list(outside("examples/journey.py")) == []
