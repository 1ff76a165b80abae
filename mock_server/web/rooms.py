"""Everything outside the API paths that a test run may never ask for: pages, most of `/_mock`, embedding, documents."""

from collections.abc import Callable, Sequence

from starlette.routing import Mount, Router
from starlette.types import ASGIApp

from mock_server.contract import Contract
from mock_server.exchange import Worlds
from mock_server.scenario.library import Library
from mock_server.web import embedding, pages, reading_room
from mock_server.web.bank_pages import BankPages
from mock_server.web.callback_control import CallbackControl
from mock_server.web.callback_log import CallbackLog
from mock_server.web.client_control import ClientControl
from mock_server.web.form_control import FormControl
from mock_server.web.journal import Journal
from mock_server.web.journal_control import JournalControl
from mock_server.web.links import BaseUrl
from mock_server.web.login_control import LoginControl
from mock_server.web.lost import Lost
from mock_server.web.scenario_control import ScenarioControl
from mock_server.web.seed_control import SeedControl
from mock_server.web.state_control import StateControl
from mock_server.web.why import WhyControl
from mock_server.web.work_control import WorkControl


def rooms(
    *,
    worlds: Worlds,
    journal: Journal,
    callbacks: CallbackLog,
    contracts: Sequence[Contract],
    library: Library,
    wake: Callable[[], None],
    base_url: BaseUrl,
    default: ASGIApp,
) -> Router:
    """One router for all of them; `default` answers what none of them knows."""
    operations = {operation.key for contract in contracts for operation in contract.operations}
    paths = {(operation.method, operation.path) for contract in contracts for operation in contract.operations}
    return Router(
        routes=[
            *ClientControl(worlds, journal).routes(),
            *FormControl(worlds, wake, base_url).routes(),
            *LoginControl(worlds).routes(),
            *WorkControl(worlds).routes(),
            *StateControl(worlds, library, wake).routes(),
            *SeedControl(worlds, wake).routes(),
            *ScenarioControl(worlds, library).routes(),
            *JournalControl(worlds, journal, operations).routes(),
            *WhyControl(worlds, journal, paths).routes(),
            *CallbackControl(worlds, callbacks, wake).routes(),
            *BankPages(worlds).routes(),
            *pages.routes(worlds, wake),
            *embedding.routes(),
            *reading_room.routes(contracts),
            Mount("/static", embedding.Assets(directory=embedding.STATIC)),
        ],
        default=Lost(default),
        redirect_slashes=False,
    )
