"""Conversations with the server, without the line: a generator yields what it asks, and is sent the answer.

Each is written once. On an object that is `Blocking` it is an ordinary method, on one that is `Waiting` a coroutine.
"""

import ssl
from collections.abc import Callable, Coroutine, Generator, Mapping
from dataclasses import dataclass, field
from functools import update_wrapper
from pathlib import Path
from types import MethodType
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

import httpx2

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")

PATIENCE = 70
"""Seconds until the server is taken for dead: it lets nobody wait for longer than 60."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. `json` or `form` or `text` is its body."""

    method: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    text: str | None = None

    def built_by(self, http: "httpx2.Client | httpx2.AsyncClient") -> httpx2.Request:
        return http.build_request(
            self.method,
            self.path,
            params=self.params,
            headers=self.headers,
            json=self.json,
            data=self.form,
            content=self.text,
        )


Talk = Generator[Ask, httpx2.Response, T]


def line(url: str, ca: Path | None, control_token: str | None) -> dict[str, Any]:
    """How to reach the server: never through a proxy of the environment, and trusting its own CA, if it has one."""
    verify = True if ca is None else ssl.create_default_context(cafile=str(ca))
    headers = {} if control_token is None else {"X-Mock-Token": control_token}
    return {"base_url": url, "trust_env": False, "timeout": PATIENCE, "verify": verify, "headers": headers}


class Blocking:
    """Has its conversations at once."""

    http: httpx2.Client

    def have(self, talk: Talk[T]) -> T:
        try:
            ask = next(talk)
            while True:
                ask = talk.send(self.http.send(ask.built_by(self.http)))
        except StopIteration as end:
            result: T = end.value
            return result


class Waiting:
    """Has its conversations in an event loop."""

    http: httpx2.AsyncClient

    async def have(self, talk: Talk[T]) -> T:
        try:
            ask = next(talk)
            while True:
                ask = talk.send(await self.http.send(ask.built_by(self.http)))
        except StopIteration as end:
            result: T = end.value
            return result


class talk(Generic[S, P, T]):  # noqa: N801 # a decorator
    """Makes a conversation a method of both kinds of objects. On the class it is the conversation itself."""

    def __init__(self, script: Callable[Concatenate[S, P], Talk[T]]) -> None:
        self.script = script
        update_wrapper(self, script)  # type: ignore[arg-type] # a script has a name and a docstring

    @overload
    def __get__(self, owner: None, kind: type) -> Callable[Concatenate[S, P], Talk[T]]: ...
    @overload
    def __get__(self, owner: Blocking, kind: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, owner: Waiting, kind: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, owner: Any, kind: type) -> Any:
        if owner is None:
            return self.script

        script = MethodType(self.script, owner)  # whose signature has no self, which `help` would show

        def method(*args: P.args, **kwargs: P.kwargs) -> Any:
            return owner.have(script(*args, **kwargs))

        return update_wrapper(method, script)
