"""The server of a test run: one that is started in a thread, or one that runs already."""

from collections.abc import Mapping
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx2

from mock_server.server import in_thread
from mock_server.settings import Settings
from mock_server.testing.client import AsyncClient, Client, registered
from mock_server.testing.records import MockError, Urls
from mock_server.testing.talk import Blocking, Waiting, line


class _Mock:
    """Where the server is. With a `url` it runs already, else it is started with these settings on a free port."""

    def __init__(
        self,
        url: str | None = None,
        *,
        webform_url: str | None = None,
        ca: str | Path | None = None,
        control_token: str | None = None,
        **settings: Any,
    ) -> None:
        """`ca` is a certificate to trust, `control_token` what `/_mock` may ask for. `settings` are those of a
        server of our own, by their names in `Settings`. ValueError if one cannot be."""
        if url is not None and settings:
            raise ValueError(f"a server that runs already has its settings; leave out {', '.join(settings)}")
        self._settings = Settings(**{"port": 0, "control_token": control_token, **settings}) if url is None else None
        self._control_token = control_token
        self._ca = None if ca is None else Path(ca)
        self.urls = Urls((url or "").rstrip("/"), (webform_url or url or "").rstrip("/"))

    def _start(self, open: "ExitStack | AsyncExitStack") -> dict[str, Any]:
        """Start the server, if that is wanted. Returns how to reach it."""
        if self._settings is not None:
            settings = open.enter_context(in_thread(self._settings))
            self.urls = Urls(settings.access_url, settings.webform_url)
            self._ca = self._ca or settings.ca_file
            self._control_token = settings.control_token
        return line(self.urls.access, self._ca, self._control_token)

    def _absent(self, error: Exception) -> MockError:
        return MockError(f"No server answers at {self.urls.access}: {error}. Start one, or leave out the url.")


class FinApiMock(_Mock, Blocking):
    """`with FinApiMock() as mock:` runs a server, `FinApiMock(url=…)` uses one. Also where an event loop runs."""

    def __enter__(self) -> "FinApiMock":
        with ExitStack() as open:
            self.http = open.enter_context(httpx2.Client(**self._start(open)))
            try:
                self.http.get("/_mock/health").raise_for_status()
            except httpx2.HTTPError as error:
                raise self._absent(error) from None
            self._open = open.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def client(self, license: str | None = None, configuration: Mapping[str, Any] | None = None) -> Client:
        """A client that nobody else has, with a world of its own. `configuration` as in `ClientConfiguration`."""
        return Client(self.http, self.urls, self.have(registered(license, configuration)))


class AsyncFinApiMock(_Mock, Waiting):
    """The same for `async with`: what waits for the server is a coroutine."""

    async def __aenter__(self) -> "AsyncFinApiMock":
        async with AsyncExitStack() as open:
            self.http = await open.enter_async_context(httpx2.AsyncClient(**self._start(open)))
            try:
                (await self.http.get("/_mock/health")).raise_for_status()
            except httpx2.HTTPError as error:
                raise self._absent(error) from None
            self._open = open.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def client(self, license: str | None = None, configuration: Mapping[str, Any] | None = None) -> AsyncClient:
        """A client that nobody else has, with a world of its own. `configuration` as in `ClientConfiguration`."""
        return AsyncClient(self.http, self.urls, await self.have(registered(license, configuration)))
