"""Web forms as their client sees them: imports, and reading, listing, deleting and cancelling forms of any kind."""

from mock_server.domain import forms
from mock_server.domain.form_details import Details, FormType, Terms
from mock_server.domain.forms import WebForm
from mock_server.errors import Problem
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.webform import completions, endings, views
from mock_server.handlers.webform.completions import Completion
from mock_server.handlers.webform.terms import check_body, creator_of, download_of, terms_of, warnings_about
from mock_server.paging import arrange


def create_for_bank_connection_import(call: Call, world: World) -> Reply:
    body = call.body or {}
    wish = body.get("bank") or {}
    has_both = wish.get("id") is not None and wish.get("search") is not None
    check_body(body, *[Problem("bank", "Only one of id and search may be set.")] * has_both)
    allows_test_banks = body.get("allowTestBank") is not False
    bank = forms.bank_of(wish, world.setup.banks, allows_test_banks=allows_test_banks)
    terms = terms_of(call, world, "AIS", bank)
    return created(call, world, FormType.BANK_CONNECTION_IMPORT, download_of(call, world), terms)


def created(call: Call, world: World, type: FormType, details: Details, terms: Terms) -> Reply:
    """Store a new form and show it."""
    form = forms.create(
        id=world.ids.uuid("web_form"),
        creator=creator_of(call),
        number=world.ids.number("web_form"),
        now=call.now,
        type=type,
        details=details,
        terms=terms,
    )
    world.store.put(form)
    if world.setup.auto_complete:
        completions.complete(world, form, Completion(), call.now)
    # The answer shows the form as it was created, also where it completes by itself:
    # clients take the URL from it and read the outcome later.
    return Reply(views.web_form(form, call.base_url), warnings=warnings_about(call.body or {}))


def get_web_forms(call: Call, world: World) -> Reply:
    mine = sorted(world.store.owned(WebForm, call.user.id), key=lambda form: form.number)
    page = call.page_of(arrange(mine, call.query["order"], {"createdAt": lambda form: form.created_at}))
    shown = [views.web_form(form, call.base_url) for form in page.items]
    return Reply({"items": shown, "paging": page.paging()})


def get_web_form(call: Call, world: World) -> Reply:
    return Reply(views.web_form(world.mine(WebForm, call.user, call.path["id"]), call.base_url))


def delete_web_form(call: Call, world: World) -> Reply:
    world.store.delete(world.mine(WebForm, call.user, call.path["id"]))
    return Reply()


def cancel_web_form(call: Call, world: World) -> Reply:
    form = endings.cancel(world, world.mine(WebForm, call.user, call.path["id"]), call.now)
    return Reply(views.web_form(form, call.base_url))
