"""Reading the project's YAML documents, fast.

Parsing a megabyte of YAML takes longer than everything else at a start, so a document that was
parsed once is kept as JSON beside the package, under the hash of its text. The wheel brings these
files along (see `hatch_build.py`); a checkout writes them at its first start.
"""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

PACKAGE = Path(__file__).resolve().parents[1]
COMPILED = PACKAGE / "_compiled"


def resource(*parts: str) -> Path:
    """A file or folder that ships with the project, in a wheel inside the package, in a checkout beside it."""
    inside = PACKAGE.joinpath(*parts)
    return inside if inside.exists() else PACKAGE.parent.joinpath(*parts)


def load(path: Path, folder: Path = COMPILED) -> Any:
    """The parsed content of a YAML or JSON file. ValueError names the file and the place of a syntax error.

    `folder` is where the compiled documents are.
    """
    text = path.read_bytes()
    if path.suffix == ".json":
        return _parse_json(text, path)
    compiled = folder / f"{hashlib.sha256(text).hexdigest()[:32]}.json"
    with suppress(OSError, orjson.JSONDecodeError):
        return orjson.loads(compiled.read_bytes())
    packed = _packed(text, path)
    with suppress(OSError):  # a read-only installation parses at every start
        _keep(packed, compiled)
    return orjson.loads(packed)


def _parse_json(text: bytes, path: Path) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"{path}: {error}") from None


def _packed(text: bytes, path: Path) -> bytes:
    """The document as JSON."""
    try:
        return orjson.dumps(_parse(text, path))
    except TypeError as error:
        raise ValueError(f"{path}: JSON has no such value: {error}") from None


def _keep(packed: bytes, compiled: Path) -> None:
    """Write atomically: two processes may start at the same time."""
    compiled.parent.mkdir(parents=True, exist_ok=True)
    draft = compiled.with_suffix(f".{os.getpid()}.tmp")
    draft.write_bytes(packed)
    draft.replace(compiled)


def _parse(text: bytes, path: Path) -> Any:
    import yaml  # late: only an unknown document needs it

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # the base is chosen at run time
        """Dates stay text, as they are in JSON."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in Loader.yaml_implicit_resolvers.items()
    }
    try:
        return _with_text_keys(yaml.load(text, Loader=Loader))  # noqa: S506 # a subclass of the safe loader
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: {error}") from None


def _with_text_keys(node: Any) -> Any:
    """JSON has only text as keys; `200:` under `responses:` is a number in YAML."""
    if isinstance(node, dict):
        return {str(key): _with_text_keys(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_with_text_keys(value) for value in node]
    return node
