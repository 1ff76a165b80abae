"""What MkDocs has to be told, because the documents are read on GitHub too: `hooks` in `mkdocs.yml`.

Links lead from `docs` to the rest of the repository. Whatever they lead to becomes part of the site, under its own
path; only the README at the top has another name there, because `docs/README.md` is the first page.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath, relpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
DOCS = "docs/"
RENAMED = {"README.md": "project.md"}

_FENCED = re.compile(r"(^ *```.*?^ *```$)", flags=re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<=\]\()(?!https?:)(?P<path>[^)\s#]+)")
_MARKED_FENCE = re.compile(r"^<!-- (?P<mark>.+) -->\n(?P<fence>```\w*)$", flags=re.MULTILINE)


def on_config(config: "MkDocsConfig") -> None:
    from pymdownx.slugs import slugify  # late: the tests of this module do without the extra

    config.mdx_configs["toc"]["slugify"] = slugify(case="lower")


def on_files(files: "Files", config: "MkDocsConfig") -> None:
    from mkdocs.structure.files import File

    found = [source(file.src_uri) for file in files.documentation_pages()]
    for document in found:  # grows meanwhile: what is brought along may lead further
        for path in outside(document):
            if path not in found:
                found.append(path)
                files.append(File.generated(config, place(path), abs_src_path=str(ROOT / path)))


def on_page_markdown(markdown: str, page: "Page", config: "MkDocsConfig", files: "Files") -> str:
    return for_the_site(markdown, source(page.file.src_uri))


def place(path: str) -> str:
    """Where a file of the repository is in the site."""
    return RENAMED.get(path, path.removeprefix(DOCS))


def source(place: str) -> str:
    """Which file of the repository is there."""
    renamed = {new: old for old, new in RENAMED.items()}
    if place in renamed:
        return renamed[place]
    return DOCS + place if (ROOT / DOCS / place).exists() else place


def outside(document: str) -> Iterator[str]:
    """The files that a document links to and that MkDocs does not find by itself. Nothing for what is no document."""
    if not document.endswith(".md"):
        return
    for prose in _FENCED.split((ROOT / document).read_text(encoding="utf-8"))[::2]:
        targets = (normpath(join(dirname(document), link["path"])) for link in _LINK.finditer(prose))
        yield from (target for target in targets if not target.startswith(DOCS) and (ROOT / target).is_file())


def for_the_site(markdown: str, document: str) -> str:
    """The text of a document with links as the site has them, and titles in place of the marks of the tests."""

    def rewritten(link: re.Match[str]) -> str:
        target = normpath(join(dirname(document), link["path"]))
        return relpath(place(target), dirname(place(document)) or ".")

    parts = _FENCED.split(_MARKED_FENCE.sub(_titled, markdown))
    parts[::2] = [_LINK.sub(rewritten, prose) for prose in parts[::2]]
    return "".join(parts)


def _titled(block: re.Match[str]) -> str:
    """A block says what it is to a reader: an output, or a file. How it is tested is no matter of theirs."""
    if block["mark"] == "output":
        return f'{block["fence"]} title="Output"'
    if block["mark"].startswith("file "):
        return f'{block["fence"]} title="{block["mark"].removeprefix("file ")}"'
    return block["fence"]
