"""JSON that nothing which descends into it by recursion has to fear."""

from collections.abc import Sequence
from typing import Any

import orjson

DEEPEST = 100
"""Levels. finAPI's bodies have less than ten, Python can descend into some hundreds, and orjson reads a thousand."""


def parsed(raw: bytes) -> Any:
    """As `orjson.loads`, whose JSONDecodeError comes also for what is nested deeper than `DEEPEST`."""
    content = orjson.loads(raw)
    # Counting brackets is nothing beside parsing, and clears nearly every body.
    if raw.count(b"[") + raw.count(b"{") > DEEPEST and _is_too_deep(content):
        raise orjson.JSONDecodeError(f"nested deeper than {DEEPEST} levels", "", 0)
    return content


def _is_too_deep(content: Any) -> bool:
    level: Sequence[Any] = [content]
    for _ in range(DEEPEST):
        level = [child for node in level if isinstance(node, (dict, list)) for child in _children(node)]
    return any(isinstance(node, (dict, list)) for node in level)


def _children(node: dict[str, Any] | list[Any]) -> Sequence[Any]:
    return list(node.values()) if isinstance(node, dict) else node
