"""A request in the words in which scenarios ask about it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from mock_server.contract import Operation
from mock_server.domain.accounts import Account, BankConnection
from mock_server.domain.users import fold
from mock_server.exchange import Caller, World
from mock_server.scenario.events import Event

Parts = Mapping[str, Mapping[str, Any]]
Ids = tuple[Any, ...]

PATHS: Mapping[str, str] = {
    "/bankConnections/": "connection",
    "/accounts/": "account",
    "/banks/": "bank",
    "/webForms/": "form",
}
"""What the id in a path is that goes on like this."""
FIELDS: Mapping[str, tuple[str, ...]] = {
    "bank": ("bankId", "bankIds"),
    "connection": ("bankConnectionId", "bankConnectionIds"),
    "account": ("accountId", "accountIds"),
    "form": ("webFormId",),
}
"""What parameters and fields of a body are called that name one or several."""


def event_of(
    operation: Operation, caller: Caller | None, parts: Parts, world: World, now: datetime, asks_for: Iterable[str]
) -> Event:
    """The event; `asks_for` says which subjects are worth finding."""
    subjects = {name: found for name in asks_for if (found := SUBJECTS[name](operation, caller, parts, world))}
    return Event(operation.key, now, operation.api, operation.tag, subjects, parts)


def _client(operation: Operation, caller: Caller | None, parts: Parts, world: World) -> Ids:
    return _some(parts["body"].get("client_id") if caller is None else caller.client.id)


def _user(operation: Operation, caller: Caller | None, parts: Parts, world: World) -> Ids:
    if caller is None:
        return tuple(fold(name) for name in _some(parts["body"].get("username")))
    return () if caller.user is None else (caller.user.id,)


def _grant_type(operation: Operation, caller: Caller | None, parts: Parts, world: World) -> Ids:
    return _some(parts["body"].get("grant_type"))


def _account(operation: Operation, caller: Caller | None, parts: Parts, world: World) -> Ids:
    return _named("account", operation, parts)


def _connection(operation: Operation, caller: Caller | None, parts: Parts, world: World) -> Ids:
    accounts = (world.store.find(Account, id) for id in _account(operation, caller, parts, world))
    return (*_named("connection", operation, parts), *(it.connection_id for it in accounts if it is not None))


def _bank(operation: Operation, caller: Caller | None, parts: Parts, world: World) -> Ids:
    wish = parts["body"].get("bank")
    chosen = _some(wish.get("id")) if isinstance(wish, dict) else ()
    ids = _connection(operation, caller, parts, world)
    connections = (world.store.find(BankConnection, id) for id in ids)
    return (*_named("bank", operation, parts), *chosen, *(it.bank_id for it in connections if it is not None))


def _form(operation: Operation, caller: Caller | None, parts: Parts, world: World) -> Ids:
    return _named("form", operation, parts)


Finder = Callable[[Operation, Caller | None, Parts, World], Ids]
SUBJECTS: Mapping[str, Finder] = {
    "client": _client,
    "user": _user,
    "grant_type": _grant_type,
    "account": _account,
    "connection": _connection,
    "bank": _bank,
    "form": _form,
}


def _named(subject: str, operation: Operation, parts: Parts) -> Ids:
    """The ids of this kind that the request itself names, in its path, its query or its body."""
    found: list[Any] = []
    if any(f"{path}{{" in operation.path for path, kind in PATHS.items() if kind == subject):
        found += _some(next(iter(parts["path"].values()), None))
    for part in ("query", "body"):
        for name in FIELDS[subject]:
            found += _some(parts[part].get(name))
    return tuple(found)


def _some(value: Any) -> Ids:
    return tuple(value) if isinstance(value, list | tuple) else () if value is None else (value,)
