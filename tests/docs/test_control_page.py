"""The reference of the control API is what its generator writes. Its outputs are proved by `test_documents.py`."""

import re

from tests.docs.control_page import DOCUMENT, anchor, api, examples, operations, page, shown

TEXT = DOCUMENT.read_text(encoding="utf-8")
OPERATIONS = [it for tag in api()["tags"] for it in operations(tag["name"])]


def test_the_page_is_current() -> None:
    assert page(shown(DOCUMENT)) == TEXT, "write it anew: python -m tests.docs.control_page"


def test_every_operation_of_the_document_is_there() -> None:
    described = [(method.upper(), path) for path, methods in api()["paths"].items() for method in methods]
    assert sorted((it.method, it.path) for it in OPERATIONS) == sorted(described)
    assert not [it for it in OPERATIONS if f"\n`{it.method} {it.path}`\n" not in TEXT]


def test_every_operation_has_an_example_that_shows_something() -> None:
    without = {"certificate"}  # docs/https.md has a server with one
    assert set(examples()) == set(shown(DOCUMENT)) == {it.name for it in OPERATIONS} - without


def test_every_operation_leads_to_the_guide() -> None:
    sections = re.split(r"^### ", TEXT.split("\n## Objects\n")[0], flags=re.MULTILINE)[1:]
    assert [text.partition("\n")[0] for text in sections if "[More](" not in text] == ["The CA of --tls"]


def test_no_two_headings_are_alike() -> None:
    anchors = [anchor(title) for title in re.findall(r"^#+ (.+)$", TEXT, flags=re.MULTILINE)]
    assert len(anchors) == len(set(anchors))
