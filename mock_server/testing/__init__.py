"""The emulator in tests of your own: docs/python-tests.md."""

from mock_server.testing.client import AsyncClient, Client
from mock_server.testing.mock import AsyncFinApiMock, FinApiMock
from mock_server.testing.records import Connection, MockError, Urls, User

__all__ = ["AsyncClient", "AsyncFinApiMock", "Client", "Connection", "FinApiMock", "MockError", "Urls", "User"]
