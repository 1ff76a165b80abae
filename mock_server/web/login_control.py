"""The part of the control API that stands in for end users at banks."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.routing import Route

from mock_server.domain import authorisations, logins
from mock_server.domain.authorisations import Authorisation
from mock_server.domain.logins import CUSTOMERS, TAN, Customer, customer_of
from mock_server.domain.steps import Step
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import World, Worlds
from mock_server.handlers.webform.surroundings import interface_at
from mock_server.ids import address_of
from mock_server.web import bank_pages
from mock_server.web.json_endpoints import Json, endpoint, known, text


@dataclass(frozen=True, slots=True)
class LoginControl:
    """The endpoints, and the worlds that they act on."""

    worlds: Worlds

    def routes(self) -> list[Route]:
        return [
            Route("/_mock/magic", endpoint(self.magic), methods=["GET"]),
            Route("/_mock/authorisations/{hash}", endpoint(self.show), methods=["GET"]),
            Route("/_mock/authorisations/{hash}/complete", endpoint(self.complete), methods=["POST"]),
        ]

    def magic(self, request: Request, body: Json) -> Json:
        """The logins that every bank knows, and what each makes happen."""
        return {"logins": [_login(customer) for customer in CUSTOMERS.values()]}

    def show(self, request: Request, body: Json) -> Json:
        """What a login waits for."""
        return _shown(self._found(request)[1])

    def complete(self, request: Request, body: Json) -> Json:
        """Do what the end user does at the bank: on its page (`login`, usually demo), or in its app.

        `{"outcome": "REFUSED"}`: the end user does not want to.
        """
        wish = known(body, ("outcome", "login"))
        world, pending = self._found(request)
        if not pending.is_at_bank:
            detail = f"The login is {pending.status}; its end user has nothing (more) to do at the bank."
            raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, detail)
        outcome = text(wish, "outcome") or "CONFIRMED"
        if outcome not in ("CONFIRMED", "REFUSED"):
            raise invalid(Problem("outcome", "Must be CONFIRMED or REFUSED."))
        customer = customer_of(text(wish, "login") or "demo")
        if customer is None:
            raise invalid(Problem("login", f"Must be one of {', '.join(CUSTOMERS)}."))
        after = authorisations.refuse(pending) if outcome == "REFUSED" else _confirmed(world, pending, customer)
        with world.store.transaction():
            world.store.put(after)
        return _shown(after)

    def _found(self, request: Request) -> tuple[World, Authorisation]:
        hash = request.path_params["hash"]
        world = self.worlds.of_address(address_of(hash))
        if world is not None:
            world.catch_up()
        pending = None if world is None else world.store.find(Authorisation, hash)
        if world is None or pending is None:
            raise ApiError(Refusal.UNKNOWN_ENTITY, f"No login is pending for the hash '{hash}'.")
        return world, pending


def _confirmed(world: World, pending: Authorisation, customer: Customer) -> Authorisation:
    if pending.visit.step is not Step.REDIRECT:
        return authorisations.confirm(pending)
    login, *others = logins.fields_of(interface_at(world, pending.visit))
    secrets = {field.label: customer.secret for field in others if field.is_secret}
    return bank_pages.log_in(world, pending, {login.label: customer.login, **secrets})


def _shown(pending: Authorisation) -> Json:
    return {
        "hash": pending.id,
        "status": str(pending.status),
        "userId": pending.owner,
        "bankId": pending.visit.bank_id,
        "procedureId": pending.visit.procedure,
        "waitsForUser": pending.is_at_bank,
        "expectedTan": TAN if pending.visit.step is Step.CHALLENGE else None,
        "redirectCallback": pending.callback if pending.redirect_url is not None else None,
    }


def _login(customer: Customer) -> Json:
    return {
        "login": customer.login,
        "secret": customer.secret,
        "simulates": customer.simulates,
        "takesEffect": list(customer.takes_effect),
        "tan": customer.tan,
    }
