"""The shipped OpenAPI documents, and how documents are read and kept."""

import itertools
import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from mock_server.contract.documents import load, resource
from mock_server.contract.schemas import resolve

EMULATED = [resource("openapi", "access.yaml"), resource("openapi", "webform.yaml")]
SHIPPED = sorted(resource("openapi").glob("*.yaml"))
DATA = [resource("data", "banks.yaml"), resource("data", "categories.yaml")]
BOTH = pytest.mark.parametrize("document", [load(path) for path in EMULATED], ids=["access", "webform"])
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "compiled"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "document.yaml"


class DatesAsText(yaml.CSafeLoader):
    """YAML's dates are text in JSON."""


DatesAsText.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)


@pytest.mark.parametrize("path", [*SHIPPED, *DATA], ids=lambda path: path.name)
def test_a_compiled_document_is_the_document(path: Path, folder: Path) -> None:
    parsed = yaml.load(path.read_bytes(), Loader=DatesAsText)  # noqa: S506 # a safe loader
    first, second = load(path, folder), load(path, folder)
    assert len(list(folder.iterdir())) == 1
    assert first == second == json.loads(json.dumps(parsed))


def test_a_document_is_parsed_once(file: Path, folder: Path) -> None:
    file.write_text("openapi: 3.1.0")
    load(file, folder)
    (compiled,) = folder.iterdir()
    compiled.write_text('{"openapi": "from the folder"}')
    assert load(file, folder) == {"openapi": "from the folder"}


def test_a_changed_document_is_parsed_again(file: Path, folder: Path) -> None:
    file.write_text("openapi: 3.1.0")
    load(file, folder)
    file.write_text("openapi: 3.1.1")
    assert load(file, folder) == {"openapi": "3.1.1"}


@pytest.mark.parametrize("rubbish", [b"", b"{", b'{"openapi": "3.1.', b"\xff\xfe", b"openapi: 3.1.0"])
def test_a_corrupt_compiled_document_does_no_harm(file: Path, folder: Path, rubbish: bytes) -> None:
    file.write_text("openapi: 3.1.0")
    load(file, folder)
    (compiled,) = folder.iterdir()
    compiled.write_bytes(rubbish)
    assert load(file, folder) == {"openapi": "3.1.0"}
    assert orjson.loads(compiled.read_bytes()) == {"openapi": "3.1.0"}


def test_a_folder_that_cannot_be_written_does_no_harm(file: Path, folder: Path) -> None:
    """A file where the folder should be: nobody can write there, not even root."""
    folder.write_text("in the way")
    file.write_text("openapi: 3.1.0")
    assert load(file, folder) == load(file, folder) == {"openapi": "3.1.0"}


def test_nothing_is_left_half_written(file: Path, folder: Path) -> None:
    file.write_text("openapi: 3.1.0")
    load(file, folder)
    assert [path.suffix for path in folder.iterdir()] == [".json"]


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("day: 2026-08-13", {"day": "2026-08-13"}),  # dates stay text, as in JSON
        ("at: 2026-08-13T10:00:00Z", {"at": "2026-08-13T10:00:00Z"}),
        ("responses: {200: ok, 404: gone}", {"responses": {"200": "ok", "404": "gone"}}),  # keys become text
        ("a: [{1: {2: b}}]", {"a": [{"1": {"2": "b"}}]}),
        ("a: 1\nb: 1.5\nc: true\nd: null\ne: '1'", {"a": 1, "b": 1.5, "c": True, "d": None, "e": "1"}),
        ("a: &x {k: v}\nb: *x\nc: {<<: *x, l: w}", {"a": {"k": "v"}, "b": {"k": "v"}, "c": {"k": "v", "l": "w"}}),
        ("text: Größe €", {"text": "Größe €"}),
    ],
)
def test_yaml_is_read_as_the_json_it_stands_for(file: Path, folder: Path, text: str, parsed: Any) -> None:
    file.write_text(text, encoding="utf-8")
    assert load(file, folder) == parsed
    assert load(file, folder) == parsed


def test_a_json_document_is_read_as_it_is(tmp_path: Path, folder: Path) -> None:
    file = tmp_path / "official.json"
    file.write_text('{"openapi": "3.0.1", "x": [1, 2.5, null]}')
    assert load(file, folder) == {"openapi": "3.0.1", "x": [1, 2.5, None]}
    assert not folder.exists()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("d.yaml", "a: [1,\nb: }", "line 2, column 4"),
        ("d.yaml", "a: !secret b", "line 1, column 4"),
        ("d.yaml", "a: !!python/object:os.system {}", "could not determine a constructor"),
        ("d.json", '{"a": ', "line 1 column"),
        ("d.json", "a: 1", "line 1 column 1"),
        ("d.yaml", "a: 99999999999999999999999", "JSON has no such value"),
        ("d.yaml", "a: !!set {x, y}", "JSON has no such value"),
    ],
)
def test_a_broken_document_is_refused_with_file_and_place(
    tmp_path: Path, folder: Path, name: str, text: str, words: str
) -> None:
    file = tmp_path / name
    file.write_text(text)
    for _ in range(2):
        with pytest.raises(ValueError, match=rf"^{re.escape(str(file))}: (?s:.*){words}"):
            load(file, folder)


def test_a_document_that_is_not_there_is_an_os_error(file: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"document\.yaml"):
        load(file)


@pytest.mark.parametrize("path", [*SHIPPED, *DATA], ids=lambda path: path.name)
def test_what_ships_is_found(path: Path) -> None:
    assert path.is_file()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_document_is_valid_openapi(path: Path) -> None:
    document = load(path)
    assert document["openapi"].startswith("3.1.")
    assert list(itertools.islice(OpenAPIV31SpecValidator(document).iter_errors(), 5)) == []


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        yield from ((f"{method.upper()} {path}", item[method]) for method in METHODS if method in item)


@BOTH
def test_every_operation_says_what_it_does(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert re.fullmatch(r"[A-Z].*[^.]", operation["summary"]), name
        assert len(operation["summary"]) <= 80, name
        assert operation["description"].strip().endswith("."), name
        assert operation["summary"] != operation["description"], name
        assert all("description" in response or "$ref" in response for response in operation["responses"].values())


@BOTH
def test_every_operation_has_one_known_tag_and_a_name_of_its_own(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(names)) == len(names)
    assert [len(operation["tags"]) for _, operation in operations(document)] == [1] * len(names)
    assert {operation["tags"][0] for _, operation in operations(document)} == tags
    assert all(tag["description"].endswith(".") for tag in document["tags"])


@BOTH
def test_every_schema_says_what_it_is(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert schema["description"].strip().endswith("."), name


@BOTH
def test_every_parameter_says_what_it_is(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for parameter in map(partial(resolve, document), operation.get("parameters", ())):
            assert parameter["description"].strip().endswith("."), f"{name} {parameter}"


@BOTH
def test_every_reference_leads_somewhere_and_no_component_is_idle(document: dict[str, Any]) -> None:
    used = set(re.findall(r'"\$ref":"#/components/([^"]+)"', orjson.dumps(document).decode()))
    used |= {
        f"securitySchemes/{name}" for _, entry in operations(document) for need in entry["security"] for name in need
    }
    there = {f"{kind}/{name}" for kind, named in document["components"].items() for name in named}
    assert used == there


@BOTH
def test_every_required_field_is_described(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert set(schema.get("required", ())) <= set(schema.get("properties", ())), name


@BOTH
def test_every_pattern_can_be_compiled(document: dict[str, Any]) -> None:
    patterns = re.findall(r'"pattern":("(?:[^"\\]|\\.)*")', orjson.dumps(document).decode())
    assert patterns
    for pattern in patterns:
        re.compile(orjson.loads(pattern))


@BOTH
def test_defaults_are_among_the_options(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for parameter in map(partial(resolve, document), operation.get("parameters", ())):
            schema = resolve(document, parameter["schema"])
            assert "default" not in schema or "enum" not in schema or schema["default"] in schema["enum"], name
            defaults = parameter.get("x-default-order", ())
            assert all(criterion.partition(",")[0] in parameter["x-order"] for criterion in defaults), name
