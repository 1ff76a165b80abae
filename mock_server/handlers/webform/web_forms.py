"""Web forms as their client sees them: create, read, list, delete."""

from collections.abc import Mapping
from typing import Any

from mock_server.domain import callbacks, forms
from mock_server.domain.forms import ImportDetails, WebForm
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.webform import views, visits
from mock_server.handlers.webform.visits import Completion
from mock_server.paging import arrange


def create_for_bank_connection_import(call: Call, world: World) -> Reply:
    body = call.body or {}
    details = _import_details(body, call, world)
    form = forms.create(
        id=world.ids.uuid("web_form"),
        owner=call.user.id,
        client_id=call.client.id,
        number=world.ids.number("web_form"),
        now=call.now,
        details=details,
    )
    world.store.put(form)
    if world.setup.auto_complete:
        visits.complete(world, form, Completion(), call.now)
    # The answer shows the form as it was created, also where it completes by itself:
    # clients take the URL from it and read the outcome later.
    return Reply(views.web_form(form, world.setup.webform_url), warnings=_warnings(details))


def get_web_forms(call: Call, world: World) -> Reply:
    mine = sorted(world.store.owned(WebForm, call.user.id), key=lambda form: form.number)
    page = call.page_of(arrange(mine, call.query["order"], {"createdAt": lambda form: form.created_at}))
    shown = [views.web_form(form, world.setup.webform_url) for form in page.items]
    return Reply({"items": shown, "paging": page.paging()})


def get_web_form(call: Call, world: World) -> Reply:
    return Reply(views.web_form(world.mine(WebForm, call.user, call.path["id"]), world.setup.webform_url))


def delete_web_form(call: Call, world: World) -> Reply:
    world.store.delete(world.mine(WebForm, call.user, call.path["id"]))
    return Reply()


def _import_details(body: Mapping[str, Any], call: Call, world: World) -> ImportDetails:
    forms.check_redirect_url(body.get("redirectUrl"), call.client.license)
    if body.get("profileId") is not None:
        raise ApiError(Refusal.UNKNOWN_ENTITY, f"There is no profile '{body['profileId']}'.")
    _check_bodies_own_rules(body)
    allows_test_banks = body.get("allowTestBank") is not False
    bank = forms.bank_of(body.get("bank"), world.setup.banks, allows_test_banks=allows_test_banks)
    allowed = tuple(body.get("allowedInterfaces") or ())
    if bank is not None:
        forms.interface_of(bank, allowed)
    return ImportDetails(
        bank_id=None if bank is None else bank.id,
        connection_name=body.get("bankConnectionName"),
        skips_positions=bool(body.get("skipPositionsDownload")),
        skips_balances=bool(body.get("skipBalancesDownload")),
        loads_owner_data=bool(body.get("loadOwnerData")),
        max_days=body.get("maxDaysForDownload") or 0,
        account_types=tuple(views.ACCESS_ACCOUNT_TYPES[name] for name in body.get("accountTypes") or ()),
        allowed_interfaces=allowed,
        allows_duplicates=bool(body.get("skipDuplicateDetection")),
        allows_test_banks=allows_test_banks,
        callback_url=(body.get("callbacks") or {}).get("finalised"),
    )


def _check_bodies_own_rules(body: Mapping[str, Any]) -> None:
    """The rules that a schema cannot say. ApiError 400."""
    problems: list[Problem] = []
    bank = body.get("bank") or {}
    if bank.get("id") is not None and bank.get("search") is not None:
        problems.append(Problem("bank", "Only one of id and search may be set."))
    if body.get("skipBalancesDownload") and not body.get("skipPositionsDownload"):
        problems.append(Problem("skipBalancesDownload", "May be true only if skipPositionsDownload is true."))
    url = (body.get("callbacks") or {}).get("finalised")
    if url is not None and not callbacks.is_sendable(url):
        problems.append(Problem("callbacks.finalised", "Must be an http or https URL."))
    if problems:
        raise invalid(*problems)


def _warnings(details: ImportDetails) -> tuple[str, ...]:
    if details.callback_url is not None and callbacks.would_be_refused(details.callback_url):
        return ("finAPI would refuse callbacks.finalised: it wants https and a host with a dot (--strict does too)",)
    return ()
