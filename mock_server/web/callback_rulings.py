"""What the scenarios make of a callback on its way to the customer's server."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import orjson

from mock_server.domain.callbacks import USUAL, Callback, Handling
from mock_server.domain.forms import WebForm
from mock_server.domain.tasks import Task
from mock_server.domain.users import User
from mock_server.exchange import World
from mock_server.scenario.events import CALLBACK, Event
from mock_server.scenario.patches import patched
from mock_server.scenario.rules import CallbackTrick
from mock_server.scenario.stage import Ruling, Stage


def ruling_on(callback: Callback, world: World, stage: Stage) -> Ruling:
    """Ask the scenarios about a callback that is about to be sent. They count it, so it is asked about once."""
    body, needs = callback.body, stage.needs(CALLBACK, None, "")
    wanted = () if needs is None else needs.subjects
    subjects = {name: ids for name in wanted if name in SUBJECTS and (ids := SUBJECTS[name](callback, world))}
    parts: dict[str, Mapping[str, Any]] = {"path": {}, "query": {}, "header": {}, "body": body}
    return stage.consult(Event(CALLBACK, world.clock.now(), subjects=subjects, parts=parts))


def handling_of(callback: Callback, ruling: Ruling) -> Handling:
    """What the rule wants to happen to the callback."""
    trick = None if ruling.then is None else ruling.then.callback
    if trick is None:
        return USUAL
    return Handling(
        lost=trick.lost,
        delay=trick.late or timedelta(0),
        copies=trick.copies,
        out_of_order=trick.out_of_order,
        body=_body(callback, trick),
    )


def _body(callback: Callback, trick: CallbackTrick) -> str | None:
    if trick.raw is not None:
        return trick.raw
    if not trick.set and not trick.remove:
        return None
    return orjson.dumps(patched(dict(callback.body), trick.set, trick.remove)).decode()


def _client(callback: Callback, world: World) -> tuple[Any, ...]:
    return (callback.client_id,)


def _form(callback: Callback, world: World) -> tuple[Any, ...]:
    """The form that has ended, or the one that a task asks for."""
    form = callback.body.get("webForm")
    id = callback.body.get("webFormId") or (form.get("id") if isinstance(form, Mapping) else None)
    return () if id is None else (id,)


def _user(callback: Callback, world: World) -> tuple[Any, ...]:
    body = callback.body
    about = world.store.find(WebForm, body.get("webFormId", "")) or world.store.find(Task, body.get("taskId", ""))
    user = None if about is None else world.store.find(User, about.owner)
    return () if user is None else (user.id,)


SUBJECTS: Mapping[str, Callable[[Callback, World], tuple[Any, ...]]] = {
    "client": _client,
    "form": _form,
    "user": _user,
}
"""What a callback is about, as far as it says so itself: notifications name neither user nor bank."""
