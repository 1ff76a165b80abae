"""The 510 loop: a login at a bank that goes on over several calls of the direct API."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from mock_server.domain import authorisations, direct_calls, steps
from mock_server.domain.accounts import BankConnection
from mock_server.domain.authorisations import Authorisation
from mock_server.domain.banks import Bank, BankInterface, Service
from mock_server.domain.forms import LICENSED
from mock_server.domain.logins import Setback, undisguised
from mock_server.domain.steps import Step, Visit
from mock_server.errors import ApiError, Refusal
from mock_server.exchange import Call, World
from mock_server.handlers.access import challenges

PSU_HEADERS = ("PSU-IP-Address", "PSU-Device-OS", "PSU-User-Agent")


def _anybody(login: str) -> None:
    """Whoever logs in is welcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A login that the caller asks for."""

    operation: str
    bank: Bank
    interface: BankInterface
    service: Service = "AIS"
    credentials: Mapping[str, str] = field(default_factory=dict)
    """By field label."""
    incomplete: Refusal = Refusal.ILLEGAL_FIELD_VALUE
    """How to refuse that a mandatory login field has no value, neither given nor stored."""
    stored_login: str | None = None
    """The customer whose credentials finAPI has stored, so that none are needed."""
    customer: str | None = None
    """The customer of the bank that it must be; anybody else is refused by the bank."""
    check: Callable[[str], None] = _anybody
    """Raises ApiError where finAPI itself has something against the customer that the bank has recognised."""
    procedure: str | None = None
    """The default two-step procedure."""
    fails: bool = False
    """The stored credentials are to be used, but the bank does not accept them any more."""
    is_trusted: bool = False
    """The bank does not ask for a second factor this time."""


def check_license(call: Call, service: Service) -> None:
    """ApiError 422 for mandators that must use the web form."""
    if call.client.license not in LICENSED[service]:
        raise ApiError(
            Refusal.ILLEGAL_ENTITY_STATE,
            # What finAPI's sandbox says, word for word.
            "Für diesen Client sind direkte API-Aufrufe nicht zulässig. "
            "Bitte führen Sie den Aufruf über das finAPI Web Form durch.",
            hint=f"this mandator's license is {call.client.license}: start with --license FULLY_LICENSED, or give it "
            "one in the clients file",
        )


def is_attended(call: Call) -> bool:
    """Whether the caller says that the end user takes part."""
    return all(call.header.get(name) for name in PSU_HEADERS)


def log_in(call: Call, world: World, attempt: Attempt) -> Visit | ApiError:
    """The visit that the bank has let in, or how the call is to be refused: by a 510, or because the bank has.

    Such a refusal has to be answered (`Reply.refusal`), not raised, because the next call builds on what is stored.
    ApiError for whatever does not bring the login further.
    """
    given = call.body.get("multiStepAuthentication")
    pending = _begun(call, world, attempt) if given is None else _continued(call, world, attempt, given)
    pending = _recognised(pending, attempt)
    if pending.visit.step is Step.GRANTED:
        world.store.delete(pending)
        return pending.visit
    if pending.visit.step is Step.REJECTED:
        world.store.delete(pending)
        return _rejection(pending.visit, attempt.bank)
    if pending.status is not authorisations.Status.DECOUPLED_AUTH_IN_PROGRESS:
        pending = authorisations.ask(pending, world.pace, call.now)
    world.store.put(pending)
    challenge = challenges.multi_step_authentication_challenge(pending, attempt.bank, call.base_url)
    return ApiError(Refusal.AUTHENTICATION_REQUIRED, bank=name_of(attempt.bank), challenge=challenge)


def _rejection(visit: Visit, bank: Bank) -> ApiError:
    """The bank refuses, in its own words where it has given any."""
    if visit.setback is None:
        return ApiError(Refusal.BANK_SERVER_REJECTION, bank=name_of(bank))
    return set_back(visit.setback, bank)


def set_back(setback: Setback, bank: Bank) -> ApiError:
    """How a direct call is refused for it."""
    return ApiError(Refusal[setback.refusal], setback.message, bank=name_of(bank))


def as_customer(attempt: Attempt, connection: BankConnection) -> Attempt:
    """The attempt as the customer of a bank connection, with what is stored there in the place of what is missing."""
    connected = connection.interface(attempt.interface.name)
    attempt = replace(attempt, customer=connection.login)
    if connected is None:
        return attempt
    attempt = replace(attempt, procedure=connected.default_procedure)
    if connected.stores_secrets and not attempt.credentials:
        wrong = connected.has_wrong_secrets
        return replace(attempt, fails=wrong, stored_login=None if wrong else connection.login)
    fields = attempt.interface.fields
    known = {fields[0].label: connection.login} if fields else {}
    return replace(attempt, credentials={**known, **attempt.credentials})


@contextmanager
def about(bank: Bank) -> Iterator[None]:
    """Names the bank in whatever is refused inside."""
    try:
        yield
    except ApiError as error:
        error.bank = error.bank or name_of(bank)
        raise


def name_of(bank: Bank) -> str:
    """The bank in an error's body."""
    return f"{bank.blz} - {bank.name} (id: {bank.id}, location: {bank.location or 'none'})"


def _begun(call: Call, world: World, attempt: Attempt) -> Authorisation:
    visit = steps.choose_bank(Visit(disguise=world.disguise), attempt.bank, attempt.interface)
    if visit.step is not Step.REDIRECT:
        if attempt.fails:
            visit = steps.refuse(visit)
        elif attempt.stored_login is None:
            direct_calls.check_complete(attempt.credentials, attempt.interface, attempt.incomplete)
            visit = steps.log_in(visit, attempt.interface, attempt.credentials)
        else:
            visit = steps.log_in_again(visit, attempt.stored_login)
    return Authorisation(
        # A UUID without its dashes: 32 hexadecimal digits that lead back to the mandator.
        id=world.ids.uuid("authorisation").replace("-", ""),
        owner=call.user.id,
        fingerprint=authorisations.fingerprint(attempt.operation, call.body),
        visit=visit,
        status=authorisations.Status.TWO_STEP_PROCEDURE_REQUIRED,
        expires_at=call.now + authorisations.LIFETIME,
        code=world.ids.hex("authorisation code", 32),
        redirect_url=call.body.get("redirectUrl"),
        service=attempt.service,
    )


def _continued(call: Call, world: World, attempt: Attempt, given: Mapping[str, Any]) -> Authorisation:
    """The pending login with the caller's answer. ApiError 422 if there is none for this user and this call."""
    pending = world.store.find(Authorisation, given["hash"])
    if pending is None or pending.owner != call.user.id:
        detail = "No authentication is pending for this hash: it is unknown, done or expired. Begin anew without it."
        raise ApiError(Refusal.NO_EXISTING_CHALLENGE, detail)
    if pending.fingerprint != authorisations.fingerprint(attempt.operation, call.body):
        detail = "The hash belongs to another call. Repeat the whole body unchanged, and add the answer only."
        raise ApiError(Refusal.NO_EXISTING_CHALLENGE, detail)
    return authorisations.answer(pending, given, call.now)


def _recognised(pending: Authorisation, attempt: Attempt) -> Authorisation:
    """What follows when the bank has just recognised its customer, if it has."""
    visit = pending.visit
    if visit.step is not Step.LOGGED_IN:
        return pending
    assert visit.login is not None  # noqa: S101 # the bank has recognised somebody
    attempt.check(visit.login)
    if attempt.customer is not None and undisguised(attempt.customer) != undisguised(visit.login):
        return authorisations.refuse(pending)
    if attempt.is_trusted:
        return replace(pending, visit=replace(visit, step=Step.GRANTED))
    return replace(pending, visit=steps.authorise(visit, attempt.interface, attempt.procedure))
