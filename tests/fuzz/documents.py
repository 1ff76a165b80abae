"""The OpenAPI documents as Schemathesis needs them: as strict as the server reads them, with requests that succeed.

Schemathesis knows plain JSON Schema. What the server reads out of the documents beyond that (unknown fields are
refused, a pattern covers the whole value, `x-order` lists what one can order by) is written out for it, so that both
hold a request for right or wrong by the same rules, and answers must not say more than the document.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from mock_server.app import OURS
from mock_server.contract import documents
from mock_server.contract.operations import METHODS, Api
from mock_server.contract.schemas import for_answers, resolve
from tests.fuzz.world import World

Document = dict[str, Any]


def write_plain(api: Api, world: World, file: Path) -> None:
    """Write the document of an API as JSON, with the ids and bodies of a world as its examples."""
    document = for_answers(documents.load(OURS[api]))
    operations = list(_operations(document))
    assert world.bodies.keys() <= {entry["operationId"] for _, _, entry in operations}
    for path, method, entry in operations:
        entry["parameters"] = [dict(resolve(document, it)) for it in entry.get("parameters", ())]
        for parameter in entry["parameters"]:
            if "x-order" in parameter:
                schema = parameter["schema"]
                schema.get("items", schema)["enum"] = _orders(parameter["x-order"])
            if parameter["in"] == "path":
                parameter["example"] = _id(world, path, method)
        if entry["operationId"] in world.bodies:
            [content] = entry["requestBody"]["content"].values()
            content["example"] = world.bodies[entry["operationId"]]
    file.write_bytes(orjson.dumps(document))


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def _orders(names: list[str]) -> list[str]:
    return [f"{name}{way}" for name in names for way in ("", ",asc", ",desc")]


def _id(world: World, path: str, method: str) -> Any:
    """By the last word of the path, if it says something of its own, or the word before the id."""
    before, _, after = path.partition("/{")
    word = after.rpartition("/")[2]
    kept, spare = world.ids.get(word) or world.ids[before.rpartition("/")[2]]
    return spare if method == "delete" else kept
