"""Changing fields of a JSON value by their paths: `balance`, `accounts[0].iban`, `accounts[*].balance`."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any


def patched(node: Any, set: Mapping[str, Any], remove: Sequence[str]) -> Any:
    """The value with some fields set and others removed. A path that leads nowhere changes nothing."""
    for path, value in set.items():
        node = _at(node, _steps(path), partial(_set, value=value))
    for path in remove:
        node = _at(node, _steps(path), _drop)
    return node


def _steps(path: str) -> list[str]:
    return path.replace("[", ".[").removeprefix(".").split(".")


def _at(node: Any, steps: Sequence[str], change: Callable[[Any, Any], Any]) -> Any:
    """A copy of the value with a change at the place to which the steps lead."""
    step, rest = steps[0], steps[1:]
    if step == "[*]":
        keys: Sequence[Any] = range(len(node)) if isinstance(node, list) else ()
    elif step.startswith("["):
        keys = [int(step[1:-1])] if isinstance(node, list) and int(step[1:-1]) < len(node) else []
    else:
        keys = [step] if isinstance(node, dict) and (step in node or not rest) else []
    for key in reversed(keys):  # from the end, so that dropping an element does not move the others
        node = _set(node, key, _at(node[key], rest, change)) if rest else change(node, key)
    return node


def _set(holder: Any, key: Any, value: Any) -> Any:
    copy = holder.copy()
    copy[key] = value
    return copy


def _drop(holder: Any, key: Any) -> Any:
    copy = holder.copy()
    if isinstance(copy, list):
        del copy[key]
    else:
        copy.pop(key, None)
    return copy
