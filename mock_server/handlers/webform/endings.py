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


def finish(world: World, form: WebForm, outcome: Outcome, now: datetime, *, tells: bool = True) -> WebForm:
    """End the form with what this visit has brought about in Access, and owe the callback, if it `tells` of it."""
    outcome = _with_ids(world, form, outcome)
    if outcome.event is not Event.SUCCEED:
        initiations.give_up(world, form, outcome, now)
    finished, callback = forms.finish(form, outcome, world.ids.number("callback"), now)
    world.store.put(finished)
    if tells and callback is not None:
        world.store.put(callback)
    if tells and finished.task_id is not None:
        _tell_client_of_task(world, finished, now)
    return finished


def fail(world: World, form: WebForm, code: ErrorCode, now: datetime, message: str | None = None) -> WebForm:
    return finish(world, form, forms.failure(code, message), now)


def refuse(world: World, form: WebForm, now: datetime) -> WebForm:
    """The bank has refused, in its own words where it has given any."""
    setback = form.visit.setback
    if setback is None:
        return fail(world, form, ErrorCode.BANK_SERVER_REJECTION, now)
    return fail(world, form, ErrorCode(setback.form_code), now, setback.message)


def leave(world: World, form: WebForm, now: datetime) -> WebForm:
    """The end user cancels. "… also an update the user cancelled after at least one interface was done" succeeds."""
    return finish(world, form, Outcome(Event.SUCCEED if form.has_achieved else Event.ABORT), now)


def cancel(world: World, form: WebForm, now: datetime) -> WebForm:
    """The client cancels. Without a callback, because the client knows; a form that has ended stays as it is."""
    if form.is_final:
        return form
    return finish(world, form, Outcome(Event.SUCCEED if form.has_achieved else Event.CANCEL), now, tells=False)


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
