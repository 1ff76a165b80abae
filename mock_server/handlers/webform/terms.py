"""What the bodies that create forms and tasks have in common: bank, profile, addresses, and the rules about them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mock_server.domain import callbacks, forms, profiles
from mock_server.domain.banks import Bank, Service
from mock_server.domain.form_details import ImportDetails, Terms
from mock_server.domain.forms import Creator
from mock_server.domain.profiles import Profile
from mock_server.errors import Problem, invalid
from mock_server.exchange import Call, World
from mock_server.handlers.imports import limited
from mock_server.handlers.webform import views

Body = Mapping[str, Any]


def creator_of(call: Call) -> Creator:
    token = None if call.caller is None else call.caller.token.id
    return Creator(call.user.id, call.client.id, token)


def terms_of(call: Call, world: World, service: Service, bank: Bank | None = None) -> Terms:
    """ApiError 404 for an unknown profile, 422 for a `redirectUrl` that does not fit the mandator's licence."""
    body: Body = call.body or {}
    forms.check_redirect_url(body.get("redirectUrl"), call.client.license, service)
    profile = profiles.chosen(world.store.owned(Profile, world.mandator), body.get("profileId"))
    allowed = tuple(body.get("allowedInterfaces") or ())
    if bank is not None:
        forms.interface_of(bank, allowed, service)
    return Terms(
        bank_id=None if bank is None else bank.id,
        allowed_interfaces=allowed,
        allows_test_banks=body.get("allowTestBank") is not False,
        callback_url=(body.get("callbacks") or {}).get("finalised"),
        redirect_url=body.get("redirectUrl"),
        profile_id=None if profile is None else profile.id,
    )


def download_of(call: Call, world: World) -> ImportDetails:
    """ApiError 422 for accounts that the client must not have."""
    body: Body = call.body or {}
    wish = ImportDetails(
        connection_name=body.get("bankConnectionName"),
        skips_positions=bool(body.get("skipPositionsDownload")),
        skips_balances=bool(body.get("skipBalancesDownload")),
        loads_owner_data=bool(body.get("loadOwnerData")),
        max_days=body.get("maxDaysForDownload") or 0,
        account_types=tuple(views.ACCESS_ACCOUNT_TYPES[name] for name in body.get("accountTypes") or ()),
        allows_duplicates=bool(body.get("skipDuplicateDetection")),
    )
    return limited(wish, call, world)


def check_body(body: Body, *more: Problem) -> None:
    """The rules that a schema cannot say. ApiError 400, which lists `more` as well."""
    problems = [*more, *_download_problems(body), *_callback_problems(body)]
    if problems:
        raise invalid(*problems)


def warnings_about(body: Body) -> tuple[str, ...]:
    """Where finAPI itself would have refused what localhost needs."""
    return tuple(
        f"finAPI would refuse callbacks.{name}: it wants https and a host with a dot (--strict does too)"
        for name, url in _callback_urls(body)
        if callbacks.would_be_refused(url)
    )


def _download_problems(body: Body) -> Iterator[Problem]:
    if body.get("skipBalancesDownload") and not body.get("skipPositionsDownload"):
        yield Problem("skipBalancesDownload", "May be true only if skipPositionsDownload is true.")


def _callback_problems(body: Body) -> Iterator[Problem]:
    for name, url in _callback_urls(body):
        if not callbacks.is_sendable(url):
            yield Problem(f"callbacks.{name}", "Must be an http or https URL.")


def _callback_urls(body: Body) -> Iterable[tuple[str, str]]:
    return [(name, url) for name, url in (body.get("callbacks") or {}).items() if url is not None]
