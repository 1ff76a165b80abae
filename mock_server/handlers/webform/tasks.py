"""Background updates: tasks as their client sees them, and what happens while they run."""

from dataclasses import replace
from datetime import datetime

from mock_server.domain import forms, logins, progress, tasks
from mock_server.domain.accounts import BankConnection, refused_for_terms, updated_by_hand
from mock_server.domain.form_details import FormType, NewAccounts, SavedSetting, Terms, UpdateDetails
from mock_server.domain.forms import Creator, WebForm
from mock_server.domain.logins import Setback
from mock_server.domain.progress import Work
from mock_server.domain.tasks import Callbacks, Ending, ErrorCode, Event, Task
from mock_server.domain.tokens import Token
from mock_server.errors import ApiError, Refusal
from mock_server.exchange import Call, Reply, World
from mock_server.handlers import imports
from mock_server.handlers.imports import Access
from mock_server.handlers.looking import look
from mock_server.handlers.webform import completions, views
from mock_server.handlers.webform.completions import Completion
from mock_server.handlers.webform.surroundings import bank_at
from mock_server.handlers.webform.terms import check_body, creator_of, download_of, terms_of, warnings_about
from mock_server.paging import arrange


def create_bank_connection_update_task(call: Call, world: World) -> Reply:
    body = call.body
    check_body(body)
    connection = world.mine(BankConnection, call.user, body["bankConnectionId"])
    terms = terms_of(call, world, "AIS")
    forms.interface_of(bank_at(world, connection.bank_id), terms.allowed_interfaces)
    if connection.is_busy:
        raise ApiError(Refusal.LOCKED, f"Bank connection {connection.id} is being updated; try again later.")
    work = progress.begin(logins.pace_of(connection.login, world.pace), call.now)
    task = _new_task(call, world, _update_of(call, world), terms, work)
    world.store.put(task, replace(connection, has_task=True))
    return Reply(_shown(call, world, task), warnings=warnings_about(body))


def get_tasks(call: Call, world: World) -> Reply:
    mine = sorted(world.store.owned(Task, call.user.id), key=lambda task: task.number)
    page = call.page_of(arrange(mine, call.query["order"], {"createdAt": lambda task: task.created_at}))
    shown = [_shown(call, world, look(world, task, call.now, run)) for task in page.items]
    return Reply({"items": shown, "paging": page.paging()})


def get_task(call: Call, world: World) -> Reply:
    task = world.mine(Task, call.user, call.path["id"])
    return Reply(_shown(call, world, look(world, task, call.now, run)))


def settle(world: World, task: Task) -> None:
    """The clock has come to where the task starts or ends."""
    now = task.due_at or task.created_at
    if task.status is tasks.Status.NOT_YET_STARTED:
        task = tasks.move(task, Event.START)
        world.store.put(task)
    if task.work is not None and task.work.is_over(now):
        run(world, task, now)


def run(world: World, task: Task, now: datetime) -> Task:
    """Do what the task is for, and end it."""
    connection = world.store.find(BankConnection, task.details.connection_id)
    if connection is None:
        return end(world, task, failure(ErrorCode.UNEXPECTED_ACCESS_RESPONSE), now)
    if not _token_lives(world, task, now):
        return end(world, task, failure(ErrorCode.INVALID_TOKEN), now)
    if tasks.cause_of_form(connection, task, now) is not None:
        return ask_by_form(world, task, now)
    refused = refused_for_terms(connection)
    if refused is not None:
        world.store.put(refused)
        return end(world, task, failure(ErrorCode.BANK_SERVER_REJECTION, Setback.NEW_TERMS.message), now)
    setback = logins.setback_of(connection.login)
    if setback is not None:
        return end(world, task, failure(tasks.code_of(setback), setback.message), now)
    _update(world, task, connection, now)
    return end(world, task, Ending(), now)


def end(world: World, task: Task, ending: Ending, now: datetime) -> Task:
    """End a task, release its connection, and owe the callback."""
    ended = tasks.end(task, ending)
    connection = world.store.find(BankConnection, task.details.connection_id)
    if connection is not None and ending.error_code is ErrorCode.BANK_SERVER_REJECTION:
        connection = updated_by_hand(connection, _interfaces(task, connection), now, ending.error_code)
    if connection is not None:
        world.store.put(replace(connection, has_task=False))
    world.store.put(ended)
    form = _form_of(world, ended)
    info = None if form is None else views.web_form_info(form, world.setup.webform_url)
    callback = tasks.callback(ended, info, world.ids.number("callback"), now)
    if callback is not None:
        world.store.put(callback)
    return ended


def ask_by_form(world: World, task: Task, now: datetime) -> Task:
    """End a task with a form for its user. The control API does so too where nothing asks for one."""
    connection = world.store.find(BankConnection, task.details.connection_id)
    if connection is None:
        return end(world, task, failure(ErrorCode.UNEXPECTED_ACCESS_RESPONSE), now)
    form = _form_for(world, task, connection, now)
    ended = end(world, task, Ending(form_id=form.id), now)
    if world.setup.auto_complete:
        completions.complete(world, form, Completion(), now)
    return ended


MESSAGES = {
    ErrorCode.BANK_SERVER_REJECTION: "The bank has refused the update.",
    ErrorCode.INTERNAL_ERROR: "An unexpected error has happened.",
    ErrorCode.INVALID_TOKEN: "The user's access token has ended before the task was done.",
    ErrorCode.UNEXPECTED_ACCESS_RESPONSE: "The bank connection is not there any more.",
    ErrorCode.MANDATOR_MISCONFIGURATION: "The mandator's configuration does not allow this.",
}


def failure(code: ErrorCode, message: str | None = None) -> Ending:
    return Ending(error_code=code, error_message=message or MESSAGES[code])


def _new_task(call: Call, world: World, details: UpdateDetails, terms: Terms, work: Work) -> Task:
    callbacks = call.body.get("callbacks") or {}
    creator = creator_of(call)
    return Task(
        id=world.ids.uuid("task"),
        owner=creator.user_id,
        client_id=creator.client_id,
        token_id=creator.token_id,
        number=world.ids.number("task"),
        created_at=call.now,
        details=details,
        terms=replace(terms, callback_url=None),
        callbacks=Callbacks(callbacks.get("finalised"), callbacks.get("webFormRequired")),
        work=work,
    )


def _update_of(call: Call, world: World) -> UpdateDetails:
    body: dict[str, object] = call.body
    # "deprecated: false stands for SKIP, true for CONDITIONAL"
    deprecated = NewAccounts.CONDITIONAL if body.get("importNewAccounts") else NewAccounts.SKIP
    mode = body.get("importNewAccountsMode")
    manages = body.get("manageSavedSettings") or ()
    assert isinstance(manages, list | tuple)  # noqa: S101 # the document says so
    return UpdateDetails(
        connection_id=int(str(body["bankConnectionId"])),
        download=download_of(call, world),
        new_accounts=deprecated if mode is None else NewAccounts(str(mode)),
        manages=tuple(map(SavedSetting, manages)),
    )


def _form_for(world: World, task: Task, connection: BankConnection, now: datetime) -> WebForm:
    """The form in which the user gives what the task lacks."""
    form = forms.create(
        id=world.ids.uuid("web_form"),
        creator=Creator(task.owner, task.client_id, task.token_id),
        number=world.ids.number("web_form"),
        now=now,
        type=FormType.BANK_CONNECTION_UPDATE,
        details=task.details,
        terms=replace(task.terms, bank_id=connection.bank_id),
        task_id=task.id,
    )
    world.store.put(form)
    return form


def _update(world: World, task: Task, connection: BankConnection, now: datetime) -> None:
    names, download = _interfaces(task, connection), task.details.download
    updated = imports.update_connection(world, connection, names, download, now)
    if task.details.new_accounts is NewAccounts.SKIP:
        return
    bank = bank_at(world, connection.bank_id)
    for connected in updated.interfaces:
        interface = bank.interface(connected.name)
        if interface is not None and connected.name in names:
            access = Access(bank, interface, updated.login, connected.labels)
            updated = imports.add_accounts(world, updated, access, download, now)


def _interfaces(task: Task, connection: BankConnection) -> list[str]:
    """The names of the interfaces that the task is to update."""
    return [it.name for it in tasks.interfaces_to_update(connection, task.terms.allowed_interfaces)]


def _token_lives(world: World, task: Task, now: datetime) -> bool:
    token = None if task.token_id is None else world.store.find(Token, task.token_id)
    return token is not None and token.lives(now)


def _form_of(world: World, task: Task) -> WebForm | None:
    return None if task.form_id is None else world.store.find(WebForm, task.form_id)


def _shown(call: Call, world: World, task: Task) -> views.Json:
    return views.task(task, _form_of(world, task), call.base_url)
