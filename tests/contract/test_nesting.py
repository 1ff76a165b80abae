"""How deep JSON may be."""

from typing import Any

import orjson
import pytest

from mock_server.contract.nesting import DEEPEST, parsed


def lists(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def objects(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


def mixed(depth: int) -> bytes:
    """One list among many shallow things."""
    return b'{"shallow":[' + b",".join([b"{}"] * 300) + b'],"deep":' + lists(depth - 1) + b"}"


SHAPES = pytest.mark.parametrize("shape", [lists, objects, mixed])


@SHAPES
def test_json_as_deep_as_may_be_is_read(shape: Any) -> None:
    assert parsed(shape(DEEPEST)) == orjson.loads(shape(DEEPEST))


@SHAPES
@pytest.mark.parametrize("deeper", [1, 500])
def test_what_is_deeper_is_no_json(shape: Any, deeper: int) -> None:
    with pytest.raises(orjson.JSONDecodeError, match=f"nested deeper than {DEEPEST} levels"):
        parsed(shape(DEEPEST + deeper))


def test_brackets_in_a_text_are_no_levels() -> None:
    assert parsed(b'["' + b"[" * 1000 + b'"]') == ["[" * 1000]
