"""The part of the control API that ends by hand what takes its time, for paces that do not: see `domain.progress`.

Background updates of Web Form 2.0 end in `form_control`, because they may end with a form.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.routing import Route

from mock_server.domain.accounts import BankConnection
from mock_server.domain.categorization import ScheduledCategorization
from mock_server.domain.initiation import Status
from mock_server.domain.payments import Payment
from mock_server.domain.standing_orders import StandingOrder
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import World, Worlds
from mock_server.handlers import authorised_orders
from mock_server.handlers.access import payment_views
from mock_server.handlers.authorised_orders import Initiation
from mock_server.handlers.categorizing import categorize_scheduled
from mock_server.handlers.imports import finish_download
from mock_server.web.json_endpoints import CLIENT_HEADER, Json, endpoint, known, number, text

Order = TypeVar("Order", Payment, StandingOrder)
Kind = TypeVar("Kind", BankConnection, Payment, StandingOrder)


@dataclass(frozen=True, slots=True)
class WorkControl:
    """The endpoints, and the worlds that they act on."""

    worlds: Worlds

    def routes(self) -> list[Route]:
        return [
            Route("/_mock/bankConnections/{id}/complete", endpoint(self.complete_connection), methods=["POST"]),
            Route("/_mock/payments/{id}/complete", endpoint(self.complete_payment), methods=["POST"]),
            Route("/_mock/standingOrders/{id}/complete", endpoint(self.complete_standing_order), methods=["POST"]),
        ]

    def complete_connection(self, request: Request, body: Json) -> Json:
        """End the download of a bank connection, and the categorization of its transactions."""
        known(body, ())
        world, connection = self._found(BankConnection, "bank connection", request)
        scheduled = world.store.find(ScheduledCategorization, connection.id)
        if connection.download is None and scheduled is None:
            detail = f"Nothing is being downloaded or categorized for bank connection {connection.id}."
            if connection.has_task:
                detail += " A task keeps it busy: end that, by POST /_mock/tasks/{id}/complete."
            raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, detail)
        with world.store.transaction():
            done = finish_download(world, connection, world.clock.now())
            if scheduled is not None:
                categorize_scheduled(world, scheduled, world.clock.now())
        return {
            "id": done.id,
            "updateStatus": "IN_PROGRESS" if done.is_busy else "READY",
            "categorizationStatus": "READY",
            "accountIds": list(done.account_ids),
        }

    def complete_payment(self, request: Request, body: Json) -> Json:
        """`{"outcome": "NOT_SUCCESSFUL", "bankMessage": "…"}`; without an outcome the bank takes the payment."""
        return payment_views.payment(self._completed(Payment, "payment", request, body))

    def complete_standing_order(self, request: Request, body: Json) -> Json:
        return payment_views.standing_order(self._completed(StandingOrder, "standing order", request, body))

    def _completed(self, kind: type[Order], name: str, request: Request, body: Json) -> Any:
        wish = known(body, ("outcome", "bankMessage"))
        outcome, message = text(wish, "outcome") or str(Status.SUCCESSFUL), text(wish, "bankMessage")
        if outcome not in ENDINGS:
            raise invalid(Problem("outcome", f"Must be one of {', '.join(ENDINGS)}."))
        world, order = self._found(kind, name, request)
        if order.work is None:
            state = f"{order.status_v2} and waits for its end user" if order.awaits_user else order.status_v2
            raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, f"The bank is not at work on the {name}: it is {state}.")
        with world.store.transaction():
            return ENDINGS[outcome](world, order, world.clock.now(), message)

    def _found(self, kind: type[Kind], name: str, request: Request) -> tuple[World, Kind]:
        """The record that the path names, of the client that `X-Mock-Client` names, at the present instant."""
        client_id = request.headers.get(CLIENT_HEADER)
        if client_id is None:
            raise invalid(Problem(CLIENT_HEADER, "Header is missing: another mandator may have the same id."))
        id, world = number("id", request.path_params["id"]), self.worlds.of_client(client_id)
        if world is not None:
            world.catch_up()
        record = None if world is None else world.store.find(kind, id)
        if world is None or record is None:
            raise ApiError(Refusal.UNKNOWN_ENTITY, f"There is no {name} {id} of client '{client_id}'.")
        return world, record


ENDINGS: Mapping[str, Callable[[World, Initiation, datetime, str | None], Initiation]] = {
    str(Status.SUCCESSFUL): authorised_orders.confirm,
    str(Status.NOT_SUCCESSFUL): authorised_orders.refuse,
}
