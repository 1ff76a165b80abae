"""JSON Merge Patch (RFC 7396): what is left of a value after a change."""

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]


def apply(before: Json, changes: Json) -> Json:
    """null takes a field away, an object changes the fields that it names, all else takes the old value's place."""
    after = dict(before)
    for name, change in changes.items():
        if change is None:
            after.pop(name, None)
        elif isinstance(change, Mapping):
            old = after.get(name)
            after[name] = apply(old if isinstance(old, Mapping) else {}, change)
        else:
            after[name] = change
    return after
