"""Writes `docs/control-reference.md`: every operation of the control API, from its OpenAPI document.

    python -m tests.docs.control_page

The examples are those of `control_examples.sh`; what stands below them is what a server has printed.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from textwrap import fill
from typing import Any

import yaml

from tests.docs.markdown import ROOT, blocks, tables
from tests.docs.shell import run, serving

DOCUMENT = ROOT / "docs" / "control-reference.md"
GUIDE = ROOT / "docs" / "control.md"
HEAD = ROOT / "tests" / "docs" / "control_head.md"
EXAMPLES = ROOT / "tests" / "docs" / "control_examples.sh"
WIDTH = 120
CLIENT = "X-Mock-Client"
VOLATILE = re.compile(
    r'(?P<before>"(?:number|uptimeSeconds|milliseconds|version|aheadSeconds|requestId|hash)": "?|"source": "(?=/)|'
    r'"error": "ConnectError: | is number )[^",\n]+'
)
"""What another run prints in another way."""
CODE = re.compile(r"(?<!`)(?:--[a-z]+(?:-[a-z]+)*|\bX-[A-Z][\w-]+|\b[A-Z]+(?:_[A-Z]+)+\b|\bclient_id\b|\b3-reads\b)")
"""What of a description is code."""
FEW = 3
"""A table of parameters with more rows than these is shown once."""

Schema = Mapping[str, Any]


@cache
def api() -> Any:
    return yaml.safe_load((ROOT / "openapi" / "control.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    says: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.says["operationId"])

    @property
    def title(self) -> str:
        return str(self.says["summary"])

    @property
    def parameters(self) -> Sequence[Mapping[str, Any]]:
        return [resolved(each) for each in self.says.get("parameters", ())]


def operations(tag: str) -> list[Operation]:
    return [
        Operation(method.upper(), path, says)
        for path, methods in api()["paths"].items()
        for method, says in methods.items()
        if says["tags"] == [tag]
    ]


def resolved(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference refers to, or the node itself."""
    if "$ref" not in node:
        return node
    found = api()
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


# The page.


def page(outputs: Mapping[str, str]) -> str:
    """The whole page; `outputs` has what the example of each operationId has printed."""
    seen: dict[str, str] = {}
    lines = [HEAD.read_text(encoding="utf-8").replace("{index}", "\n".join(_index()))]
    for tag in api()["tags"]:
        lines += [f"## {tag['name']}", "", tag["description"], ""]
        for operation in operations(tag["name"]):
            lines += [*_operation(operation, seen), *_example(operation, outputs)]
    lines += ["## Objects", "", "What bodies and answers consist of.", "", *_objects()]
    return "\n".join(lines).rstrip() + "\n"


def _index() -> Iterator[str]:
    yield from ("| about | method | path | |", "|---|---|---|---|")
    for tag in api()["tags"]:
        for number, it in enumerate(operations(tag["name"])):
            about = "" if number else f"[{tag['name']}](#{anchor(tag['name'])})"
            yield f"| {about} | {it.method} | `{it.path}` | [{it.title}](#{anchor(it.title)}) |".replace("|  |", "| |")


def _operation(it: Operation, seen: dict[str, str]) -> Iterator[str]:
    """An operation without its example. `seen` has the operation that each table of parameters was first shown at."""
    yield from (f"### {it.title}", "", f"`{it.method} {it.path}`", "")
    sentences = [_code(it.says["description"]), *_about_clients(it), *_guide(it)]
    yield from (_wrapped(" ".join(sentences)), "")
    table = [
        _row((f"`{each['name']}`", f"{each['in']}, {_kind(each['schema'])}", _code(each["description"])))
        for each in _own(it)
    ]
    first = seen.setdefault("\n".join(table), it.title)
    if len(table) > FEW and first != it.title:
        yield from (f"Its parameters are those of [{first}](#{anchor(first)}).", "")
    elif table:
        yield from ("| parameter | in | |", "|---|---|---|", *table, "")
    yield from _body(it.says.get("requestBody", {}).get("content", {}))
    yield from _answers(it.says["responses"])


def _about_clients(it: Operation) -> Iterator[str]:
    if any(each["name"] == CLIENT for each in it.parameters) and CLIENT not in it.says["description"]:
        yield f"Takes `{CLIENT}`."


def _guide(it: Operation) -> Iterator[str]:
    """The part of the guide that is about it, as the table there has it."""
    for _, path, _ in (row for row in tables(GUIDE)["The control API"] if len(row) == 3 and row[0] == it.method):
        found = re.fullmatch(r"\[`(.+)`\]\((.*)\)", path)
        if found and found[1] == it.path:
            target = GUIDE.name + found[2] if found[2].startswith("#") else found[2]
            yield f"[More]({target})."


def _own(it: Operation) -> list[Mapping[str, Any]]:
    return [each for each in it.parameters if each["name"] != CLIENT]


def _body(content: Mapping[str, Any]) -> Iterator[str]:
    schemas = [resolved(media["schema"]) for media in content.values()]
    if not schemas:
        return
    media = " or ".join("YAML" if "yaml" in name else "JSON" for name in content)
    fields = list(_fields(schemas[0]))
    if fields:
        yield from ("| field of the body | type | |", "|---|---|---|", *fields, "")
    elif text := schemas[0].get("description"):
        yield from (f"The body, {media}: {text[0].lower()}{text[1:]}", "")
    else:
        yield from (f"The body is a text, in {media} (JSON is YAML too).", "")


def _answers(responses: Mapping[str, Any]) -> Iterator[str]:
    """What is answered: an object of the list at the end, or fields. Refusals are all alike, and in the page's head."""
    found = {status: media["schema"] for status, it in responses.items() for media in it.get("content", {}).values()}
    schema = next(iter(found.values()))
    statuses = " or ".join(found)
    if fields := list(_fields(schema)):
        yield from (
            f"| field of the answer{'' if statuses == '200' else f', {statuses}'} | type | |",
            "|---|---|---|",
            *fields,
            "",
        )
    elif _named(schema) not in ("", "Open"):
        yield from (f"Answers {statuses} with [{_named(schema)}](#{anchor('Object: ' + _named(schema))}).", "")


def _objects() -> Iterator[str]:
    for name, schema in api()["components"]["schemas"].items():
        if name != "Open":
            yield from (f"### Object: {name}", "", _code(schema["description"]), "")
            yield from ("| field | type | |", "|---|---|---|", *_fields(schema), "")


def _fields(schema: Schema, prefix: str = "") -> Iterator[str]:
    """A row for each property, and for those of objects below it."""
    for name, field in schema.get("properties", {}).items():
        required = ", required" if name in schema.get("required", ()) and not prefix else ""
        yield _row((f"`{prefix}{name}`", _kind(field) + required, _described(field)))
        if "$ref" not in field:
            yield from _fields(field, f"{prefix}{name}.")
            yield from (
                _fields(field.get("items", {}), f"{prefix}{name}[].") if "$ref" not in field.get("items", {}) else ()
            )


def _kind(schema: Schema) -> str:
    """The type of a value, in a word or two."""
    if name := _named(schema):
        return _link(name)
    types = schema.get("type", "any")
    kinds = [types] if isinstance(types, str) else types
    if kinds == ["array"]:
        return f"list of {_kind(schema['items'])}"
    return " or ".join("list" if kind == "array" else kind for kind in kinds)


def _described(field: Schema) -> str:
    if "$ref" in field:
        return _code(resolved(field)["description"])
    words = [_code(field["description"])]
    if "enum" in field:
        words.append(f"One of {_listed(field['enum'])}.")
    if "examples" in field:
        words.append(f"Such as {_listed(field['examples'])}.")
    return " ".join(words)


def _code(text: str) -> str:
    """A description in one line, with what of it is code marked as such."""
    return CODE.sub(r"`\g<0>`", " ".join(text.split()))


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _named(schema: Schema) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _link(name: str) -> str:
    return f"[{name}](#{anchor('Object: ' + name)})"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _wrapped(text: str) -> str:
    return fill(text, WIDTH, break_on_hyphens=False, break_long_words=False)


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


# The examples.


@cache
def examples() -> Mapping[str, str]:
    """The commands by operationId."""
    parts = re.split(r"^### (\w+)\n", EXAMPLES.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}


def _example(it: Operation, outputs: Mapping[str, str]) -> Iterator[str]:
    if it.name not in examples():
        return
    yield from ("<!-- run -->", "```sh", examples()[it.name], "```", "")
    if printed := outputs.get(it.name, ""):
        yield from ("<!-- output -->", f"```{'json' if printed[0] in '{[' else 'text'}", printed, "```", "")


def shown(document: Path) -> Mapping[str, str]:
    """The outputs that a page has, by operationId."""
    names = {text: name for name, text in examples().items()}
    return {
        names[before.text.strip()]: block.text.strip()
        for before, block in pairwise(blocks(document))
        if block.mark == "output" and before.text.strip() in names
    }


def printed(document: Path) -> Mapping[str, str]:
    """The outputs that the examples of a page have when a server answers them."""
    names = {text: name for name, text in examples().items()}
    with tempfile.TemporaryDirectory() as folder, serving([], Path(folder)) as port:
        answers = run(list(blocks(document)), port, Path(folder), ("bash", "-euo", "pipefail"))
    return {
        names[block.text.strip()]: VOLATILE.sub(r"\g<before>…", text.strip())
        for block, text in answers.items()
        if block.text.strip() in names
    }


if __name__ == "__main__":
    DOCUMENT.write_text(page({}), encoding="utf-8")
    DOCUMENT.write_text(page(printed(DOCUMENT)), encoding="utf-8")
