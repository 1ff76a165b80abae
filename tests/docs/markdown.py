"""What the tests need of a Markdown file: marked code blocks, tables, links.

A comment on the line before a code block says what is done with it:

    run            the tests run it, in the order of the document, all blocks of a document in one shell
    output         what the block before has printed; `…` stands for any text
    server         one command (and its variables) that starts a server; the blocks after it go to that server
    file NAME      the tests write it to NAME before they run anything
    npm            the tests marked npm run it, in the same way
    by hand        for people only, because it installs, builds or takes long

Other marks belong to the tests that read them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_MARK = re.compile(r"<!-- (?P<mark>.+) -->")
_FENCE = re.compile(r"(?P<indent> *)(?P<ticks>```+)(?P<language>\w*)")
_LINK = re.compile(r"(?<!`)!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"#+ (?P<text>.+)")


@dataclass(frozen=True)
class Block:
    """A fenced block of code, its mark (or an empty text) and the line of its fence, counted from 1."""

    mark: str
    language: str
    text: str
    line: int


def documents() -> list[Path]:
    """Every document that people read: those at the root and everything below `docs`."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def blocks(document: Path) -> Iterator[Block]:
    lines = document.read_text(encoding="utf-8").splitlines()
    number = 0
    while number < len(lines):
        fence = _FENCE.fullmatch(lines[number])
        number += 1
        if fence is None:
            continue
        first, end = number, fence["indent"] + fence["ticks"]
        while lines[number] != end:
            number += 1
        mark = _MARK.fullmatch(lines[first - 2].strip()) if first > 1 else None
        text = "".join(f"{line.removeprefix(fence['indent'])}\n" for line in lines[first:number])
        yield Block(mark["mark"] if mark else "", fence["language"], text, first)
        number += 1


def marked(document: Path, mark: str) -> str:
    """The text of the one block with this mark."""
    [block] = [block for block in blocks(document) if block.mark == mark]
    return block.text


def tables(document: Path) -> dict[str, list[list[str]]]:
    """The rows (without the heads) of all tables, by the heading above; several under one heading are joined."""
    found: dict[str, list[list[str]]] = {}
    heading = ""
    for line in prose(document).splitlines():
        if title := _HEADING.fullmatch(line):
            heading = title["text"]
        elif line.startswith("|"):
            found.setdefault(heading, []).append([cell.strip() for cell in line.strip()[1:-1].split("|")])
        else:
            continue
    return {title: list(_without_heads(rows)) for title, rows in found.items()}


def links(document: Path) -> list[str]:
    return [link["target"] for link in _LINK.finditer(prose(document))]


def anchors(document: Path) -> set[str]:
    """The anchors that the headings of a document get."""
    titles = (_HEADING.fullmatch(line) for line in prose(document).splitlines())
    return {_anchor(title["text"]) for title in titles if title}


def prose(document: Path) -> str:
    """The text of a document without its blocks of code."""
    return re.sub(r"^( *)```.*?^\1```$", "", document.read_text(encoding="utf-8"), flags=re.M | re.S)


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _without_heads(rows: list[list[str]]) -> Iterator[list[str]]:
    for number, row in enumerate(rows):
        is_rule = set("".join(row)) <= set("-: ")
        is_head = number + 1 < len(rows) and set("".join(rows[number + 1])) <= set("-: ")
        if not is_rule and not is_head:
            yield row
