"""What the clock does to the records whose time has come."""

from collections.abc import Mapping
from typing import Any

from mock_server.domain.accounts import BankConnection
from mock_server.domain.categorization import ScheduledCategorization
from mock_server.domain.forms import WebForm
from mock_server.domain.tokens import Token
from mock_server.exchange import Settle, World
from mock_server.handlers.categorizing import categorize_scheduled
from mock_server.handlers.imports import update_by_night
from mock_server.handlers.webform.visits import expire


def _forget(world: World, record: Any) -> None:
    world.store.delete(record)


# fmt: off
SETTLE: Mapping[type, Settle] = {
    BankConnection:          update_by_night,
    ScheduledCategorization: categorize_scheduled,
    Token:                   _forget,
    WebForm:                 expire,
}
# fmt: on
