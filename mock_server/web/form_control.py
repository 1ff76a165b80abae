"""The part of the control API that stands in for end users and banks: web forms and tasks without a browser."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from mock_server.contract.problems import suggestion
from mock_server.domain import tasks
from mock_server.domain.forms import Status, WebForm
from mock_server.domain.steps import Links, Step
from mock_server.domain.tasks import Ending, ErrorCode, Task
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import World, Worlds
from mock_server.handlers.webform import completions, views, visits, waiting
from mock_server.handlers.webform import tasks as running
from mock_server.handlers.webform.completions import Completion
from mock_server.handlers.webform.waiting import Asked, AskedField
from mock_server.ids import address_of
from mock_server.web.json_endpoints import Json, endpoint, known, text, whole
from mock_server.web.links import BaseUrl


@dataclass(frozen=True, slots=True)
class FormControl:
    """The endpoints, and what they act on. `wake` tells the postman that there may be a callback to send."""

    worlds: Worlds
    wake: Callable[[], None]
    base_url: BaseUrl

    def routes(self) -> list[Route]:
        return [
            Route("/_mock/webForms/{id}", endpoint(self.show_form), methods=["GET"]),
            Route("/_mock/webForms/{id}/complete", endpoint(self.complete_form), methods=["POST"]),
            Route("/_mock/webForms/{id}/steps", endpoint(self.take_steps), methods=["POST"]),
            Route("/_mock/tasks/{id}/complete", endpoint(self.complete_task), methods=["POST"]),
        ]

    def show_form(self, request: Request, body: Json) -> Json:
        """A form and what it waits for."""
        return _shown(*self._found(WebForm, request), self.base_url(request.scope))

    def complete_form(self, request: Request, body: Json) -> Json:
        """End a form as if an end user had done it."""
        wish = known(body, ("outcome", "bankId", "login", "errorCode", "errorMessage"))
        world, form = self._found(WebForm, request)
        completion = Completion(
            outcome=text(wish, "outcome") or "COMPLETED",
            bank_id=whole(wish, "bankId"),
            login=text(wish, "login"),
            error_code=text(wish, "errorCode"),
            error_message=text(wish, "errorMessage"),
        )
        now = world.clock.now()
        with world.store.transaction():
            finished = completions.complete(world, form, completion, now)
        self.wake()
        return views.web_form(finished, self.base_url(request.scope))

    def take_steps(self, request: Request, body: Json) -> Json:
        """`{"action": "log-in", "fields": {…}}`, or `{"steps": [{…}, {…}]}`: what an end user does on the page.

        The first one opens the form. All steps are taken, or, if one of them is refused, none.
        """
        wish = known(body, ("action", "fields", "steps"))
        listed = wish.get("steps", [{name: wish[name] for name in ("action", "fields") if name in wish}])
        if not isinstance(listed, list) or ("steps" in wish and len(wish) > 1):
            raise invalid(Problem("steps", "Must be a list of steps, and then nothing stands beside it."))
        world, form = self._found(WebForm, request)
        with world.store.transaction():
            if form.status is Status.NOT_YET_OPENED:
                form = visits.open_form(world, form, Links(), world.clock.now())
            for index, step in enumerate(listed):
                form = _step(world, form, step, f"steps[{index}]." if "steps" in wish else "")
        self.wake()
        return _shown(world, form, self.base_url(request.scope))

    def complete_task(self, request: Request, body: Json) -> Json:
        """End a task: as it would end by itself or, if an outcome is given, like that."""
        wish = known(body, ("outcome", "errorCode", "errorMessage"))
        world, task = self._found(Task, request)
        if not task.is_running:
            raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, f"The task is {task.status} already.")
        outcome = text(wish, "outcome")
        end = TASK_ENDINGS.get(outcome)
        if end is None:
            raise invalid(Problem("outcome", f"Must be one of {', '.join(filter(None, TASK_ENDINGS))}."))
        with world.store.transaction():
            ended = end(world, task, wish)
            form = None if ended.form_id is None else world.store.find(WebForm, ended.form_id)
        self.wake()
        return views.task(ended, form, self.base_url(request.scope))

    def _found(self, kind: type[Any], request: Request) -> tuple[World, Any]:
        """The record that the path names, at the present instant of its world."""
        id = request.path_params["id"]
        world = self.worlds.of_address(address_of(id))
        if world is not None:
            world.catch_up()
        record = None if world is None else world.store.find(kind, id)
        if world is None or record is None:
            name = "web form" if kind is WebForm else "task"
            raise ApiError(Refusal.UNKNOWN_ENTITY, f"There is no {name} '{id}'.")
        return world, record


def _fail_task(world: World, task: Task, wish: Mapping[str, Any]) -> Task:
    code = text(wish, "errorCode") or ErrorCode.INTERNAL_ERROR
    if code not in set(ErrorCode):
        raise invalid(Problem("errorCode", f"Must be one of {', '.join(ErrorCode)}."))
    ending = running.failure(ErrorCode(code), text(wish, "errorMessage"))
    return running.end(world, task, ending, world.clock.now())


TASK_ENDINGS: Mapping[str | None, Callable[[World, Task, Mapping[str, Any]], Task]] = {
    None: lambda world, task, wish: running.run(world, task, world.clock.now()),
    str(tasks.Status.COMPLETED): lambda world, task, wish: running.end(world, task, Ending(), world.clock.now()),
    str(tasks.Status.COMPLETED_WITH_ERROR): _fail_task,
    str(tasks.Status.WEB_FORM_REQUIRED): lambda world, task, wish: running.ask_by_form(world, task, world.clock.now()),
}


def _shown(world: World, form: WebForm, base_url: str) -> Json:
    visit = form.visit
    return {
        **views.web_form(form, base_url),
        "userId": form.owner,
        "step": None if form.is_final or visit.key is None else str(visit.step),
        "bankId": visit.bank_id,
        "waitsFor": [_action(asked) for asked in waiting.actions_of(world, form)],
        "expectedTan": waiting.expected_tan(form),
        "bankMessage": visit.setback and visit.setback.message,
    }


def _action(asked: Asked) -> Json:
    return {"action": asked.action, "fields": [_field(field) for field in asked.fields]}


def _field(field: AskedField) -> Json:
    shown: Json = {"name": field.name, "secret": field.is_secret, "mandatory": field.is_mandatory}
    if not field.options:
        return shown
    return {**shown, "options": list(field.options), "several": field.takes_several}


def _step(world: World, form: WebForm, step: Any, place: str) -> WebForm:
    """One action of the end user, checked more strictly than the page does, because a script cannot see it."""
    if not isinstance(step, dict):
        raise invalid(Problem(place.rstrip("."), "Must be an object with 'action' and 'fields'."))
    unknown = [_no_such_field(place + name, ("action", "fields")) for name in step if name not in ("action", "fields")]
    if unknown:
        raise invalid(*unknown)
    asked = _asked(world, form, step.get("action"), f"{place}action")
    fields = _fields_of(asked, step.get("fields"), f"{place}fields")
    was_at, now = form.visit.step, world.clock.now()
    if asked.action == "choose-bank" and not visits.finds(world, form, fields["bank"]):
        message = "Must be the id of a bank that this form offers; GET /api/v2/banks lists all."
        raise invalid(Problem(f"{place}fields.bank", message))
    acted = visits.act(world, form, asked.action, fields, now)
    return visits.go_on(world, acted, now) if was_at is Step.REDIRECT and not acted.is_final else acted


def _asked(world: World, form: WebForm, action: Any, place: str) -> Asked:
    """What the form waits for under this name. ApiError 400 if it is nothing."""
    asked = {it.action: it for it in waiting.actions_of(world, form)}
    if isinstance(action, str) and action in asked:
        return asked[action]
    state = f"The form is {form.status}" if form.is_final else f"The form is at {form.visit.step}"
    guess = suggestion(str(action), list(asked)) if asked else " There is nothing to do."
    raise invalid(Problem(place, f"{state}.{guess}"))


def _fields_of(asked: Asked, given: Any, place: str) -> dict[str, str]:
    """The fields as a page would send them. ApiError 400 unless they are those that the action takes."""
    if not isinstance(given, dict | None):
        raise invalid(Problem(place, "Must be an object."))
    fields = {name: value for name, value in (given or {}).items() if value is not None}
    names = [field.name for field in asked.fields]
    problems = [_no_such_field(f"{place}.{name}", names) for name in fields if name not in names]
    for field in asked.fields:
        problem = _problem_with(field, fields.get(field.name))
        if problem is not None:
            problems.append(Problem(f"{place}.{field.name}", problem))
    if problems:
        raise invalid(*problems)
    return {name: _typed(value) for name, value in fields.items()}


def _no_such_field(place: str, names: Sequence[str]) -> Problem:
    return Problem(place, f"There is no such field.{suggestion(place.rpartition('.')[2], names)}")


def _problem_with(field: AskedField, value: Any) -> str | None:
    if value is None:
        return "Field is missing." if field.is_mandatory else None
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(it, str | int | float) for it in values):
        return "Must be a text, a number, true or false, or a list of them."
    chosen = _typed(value).split(",")
    if field.options and not set(chosen) <= set(field.options):
        return f"Must be among {', '.join(field.options)}."
    if len(chosen) > 1 and field.options and not field.takes_several:
        return f"Must be one of {', '.join(field.options)}."
    return None


def _typed(value: Any) -> str:
    """A value of JSON as a page would send it; a list is what is ticked."""
    if isinstance(value, list):
        return ",".join(map(_typed, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
