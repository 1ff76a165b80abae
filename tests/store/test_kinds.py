import importlib
import pkgutil
from dataclasses import is_dataclass
from typing import Any

from mock_server import domain
from mock_server.domain.initiation import Initiated
from mock_server.store.kinds import KINDS

BASES = {Initiated}
"""What payments and standing orders have in common is no record of its own."""


def _records() -> set[type[Any]]:
    modules = [importlib.import_module(f"mock_server.domain.{it.name}") for it in pkgutil.iter_modules(domain.__path__)]
    classes = {it for module in modules for it in vars(module).values() if isinstance(it, type) and is_dataclass(it)}
    return {it for it in classes if all(name in _names(it) for name in ("id", "owner", "due_at"))} - BASES


def _names(kind: type[Any]) -> set[str]:
    return {*kind.__dataclass_fields__, *dir(kind)}


def test_every_kind_of_record_of_the_domain_has_a_name() -> None:
    assert set(KINDS.values()) == _records()


def test_no_two_kinds_are_the_same() -> None:
    assert len(set(KINDS.values())) == len(KINDS)
