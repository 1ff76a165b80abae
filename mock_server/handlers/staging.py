"""Carrying out what a scenario says about what happens inside: before a call, and after it.

No handler knows of it. What a rule says about the answer on its way out is the web's part.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from mock_server.domain import tokens
from mock_server.domain.accounts import BankConnection
from mock_server.domain.disguises import treated_as
from mock_server.domain.forms import WebForm
from mock_server.domain.progress import parse_pace
from mock_server.domain.tokens import Token
from mock_server.exchange import Call, Handler, Reply, World
from mock_server.handlers.webform import completions
from mock_server.handlers.webform.completions import Completion
from mock_server.scenario.rules import FormOutcome, Then
from mock_server.scenario.stage import Ruling


def staged(handler: Handler, ruling: Ruling, then: Then) -> Handler:
    """The handler, in a world as the rule wants it, and with what it makes happen afterwards."""

    def handle(call: Call, world: World) -> Reply:
        with _set_up(world, ruling, then):
            return _afterwards(world, then, handler(call, world), call.now)

    return handle


@contextmanager
def _set_up(world: World, ruling: Ruling, then: Then) -> Iterator[None]:
    usual = world.pace, world.disguise
    if then.pace is not None:
        world.pace = parse_pace(then.pace)
    if then.login_as is not None:
        world.disguise = then.login_as
        _disguise_connections(world, ruling)
    try:
        yield
    finally:
        world.pace, world.disguise = usual


def _afterwards(world: World, then: Then, reply: Reply, now: datetime) -> Reply:
    """What else is to happen after a call has been answered like this. It belongs to the same transaction."""
    if then.login_as is not None or then.form is not None:
        _direct_form(world, then, reply.body, now)
    if then.token is not None and isinstance(reply.body, dict) and "access_token" in reply.body:
        return _with_odd_token(world, then, reply, now)
    return reply


def _disguise_connections(world: World, ruling: Ruling) -> None:
    """Whom a bank knows already, it treats otherwise from now on."""
    for id in ruling.event.subjects.get("connection", ()):
        connection = world.store.find(BankConnection, id)
        if connection is not None and world.disguise is not None:
            world.store.put(treated_as(connection, world.disguise))


def _direct_form(world: World, then: Then, body: Any, now: datetime) -> None:
    form = world.store.find(WebForm, body.get("id", "")) if isinstance(body, dict) else None
    if form is None:
        return
    if then.login_as is not None:
        form = replace(form, visit=replace(form.visit, disguise=then.login_as))
        world.store.put(form)
    if then.form is not None and not form.is_final:
        completions.complete(world, form, _completion(then.form), now)


def _completion(wish: FormOutcome) -> Completion:
    return Completion(
        outcome=wish.outcome,
        bank_id=wish.bank,
        login=wish.login,
        error_code=wish.error_code,
        error_message=wish.error_message,
    )


def _with_odd_token(world: World, then: Then, reply: Reply, now: datetime) -> Reply:
    """The access token ends earlier. One that has ended already says nothing of it."""
    odd = then.token
    assert odd is not None  # noqa: S101 # asked by the caller
    lifetime = timedelta(0) if odd.expired else odd.expires_in
    if lifetime is None:
        return reply
    known = tokens.read(world.setup.token_key, reply.body["access_token"])
    token = None if known is None else world.store.find(Token, known[1])
    if token is not None:
        world.store.put(replace(token, expires_at=now + lifetime))
    if odd.expired:
        return reply
    return replace(reply, body={**reply.body, "expires_in": int(lifetime.total_seconds())})
