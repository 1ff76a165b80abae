"""How web forms end, and who is told of it. Everything that ends a form comes through `finish`."""

from dataclasses import replace
from datetime import datetime

from mock_server.domain import forms, tasks
from mock_server.domain.form_details import FormType
from mock_server.domain.forms import ErrorCode, Event, Outcome, WebForm
from mock_server.domain.tasks import Task
from mock_server.exchange import World
from mock_server.handlers.webform import initiations, views
from mock_server.handlers.webform.surroundings import connection_of


def finish(world: World, form: WebForm, outcome: Outcome, now: datetime) -> WebForm:
    """End the form with what this visit has brought about in Access, and owe the callback."""
    outcome = _with_ids(world, form, outcome)
    if outcome.event is not Event.SUCCEED:
        initiations.give_up(world, form, outcome, now)
    finished, callback = forms.finish(form, outcome, world.ids.number("callback"), now)
    world.store.put(finished)
    if callback is not None:
        world.store.put(callback)
    if finished.task_id is not None and outcome.event is not Event.CANCEL:
        _tell_client_of_task(world, finished, now)
    return finished


def fail(world: World, form: WebForm, code: ErrorCode, now: datetime, message: str | None = None) -> WebForm:
    return finish(world, form, forms.failure(code, message), now)


def leave(world: World, form: WebForm, now: datetime) -> WebForm:
    """The end user cancels. "… also an update the user cancelled after at least one interface was done" succeeds."""
    return finish(world, form, Outcome(Event.SUCCEED if form.has_achieved else Event.ABORT), now)


def cancel(world: World, form: WebForm, now: datetime) -> WebForm:
    """The client cancels. Without a callback, because the client knows; a form that has ended stays as it is."""
    if form.is_final:
        return form
    if not form.has_achieved:
        return finish(world, form, Outcome(Event.CANCEL), now)
    silent = replace(form, terms=replace(form.terms, callback_url=None), task_id=None)
    ended = finish(world, silent, Outcome(Event.SUCCEED), now)
    told = replace(ended, terms=form.terms, task_id=form.task_id)
    world.store.put(told)
    return told


def expire(world: World, form: WebForm) -> None:
    finish(world, form, Outcome(Event.EXPIRE), form.expires_at)


def _with_ids(world: World, form: WebForm, outcome: Outcome) -> Outcome:
    """The outcome with the id of what exists in Access at the end, whichever way the form has ended."""
    if form.type is FormType.STANDING_ORDER:
        return replace(outcome, standing_order_id=form.visit.order_id)
    if form.type.service == "PIS":
        return replace(outcome, payment_id=form.visit.order_id)
    connection = connection_of(world, form)
    return replace(outcome, connection_id=None if connection is None else connection.id)


def _tell_client_of_task(world: World, form: WebForm, now: datetime) -> None:
    # Not documented: whether `finalised` is sent once the form of a task has ended. Here it is, once.
    task = world.store.find(Task, form.task_id or "")
    if task is None:
        return
    shown = views.web_form_info(form, world.setup.webform_url)
    callback = tasks.callback(task, shown, world.ids.number("callback"), now)
    if callback is not None:
        world.store.put(callback)
