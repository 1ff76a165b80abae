"""The published loaders, and a page of a shop on another site that uses them."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx2
import pytest

from tests.actors import EndUser
from tests.chromium import OpensBrowser, Page
from tests.packages import FileOf
from tests.processes import Running

VERSIONS = ("2.14.0", "2.26.0", "2.42.0", "2.48.0")
OLDEST, NEWEST = VERSIONS[0], VERSIONS[-1]
CHOSEN = VERSIONS if os.environ.get("ALL_LOADERS") else (NEWEST,)
PER_HOP = ("host", "connection", "content-length", "content-encoding", "transfer-encoding", "accept-encoding")

# What the shop does with the loader: it notes every event with what the handler was given.
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>A shop</title></head>
<body style="margin: 0">
<div id="here"></div>
<script src="/loader.js"></script>
<script>
const heard = [];
const note = (event) => (given) => heard.push([event, (given instanceof Event ? given.detail : given) ?? null]);
const handlers = {
  onLoaded: note("loaded"), onComplete: note("complete"), onFail: note("fail"), onAbort: note("abort"),
  onLoadError: note("loadError"), onBlindRedirectCallback: note("blindRedirectCallback"),
};
const embed = (properties) => void FinApiWebForm.load(document.getElementById("here"), properties, handlers);
</script>
</body>
</html>
"""


@pytest.fixture(scope="session")
def bundle_of(file_of: FileOf) -> Callable[[str], bytes]:
    """The bundle for browsers of a version of `@finapi/web-form`."""
    return lambda version: file_of(f"@finapi/web-form@{version}", "dist/web-form.min.js")


@dataclass
class Site:
    """The shop's server. What it does not have itself it may get from `behind`, as a reverse proxy does."""

    files: Mapping[str, tuple[str, bytes]]
    behind: Mapping[str, str] = field(default_factory=dict)
    port: int = 0

    @property
    def url(self) -> str:
        """Another site than that of the emulator, which the loaders want at `localhost`."""
        return f"http://127.0.0.1:{self.port}/"

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> httpx2.Response:
        for prefix, server in self.behind.items():
            if path.startswith(prefix):
                kept = {name: value for name, value in headers.items() if name.lower() not in PER_HOP}
                target = server + path.removeprefix(prefix)
                return httpx2.request(method, target, headers=kept, content=body, trust_env=False)
        media, content = self.files.get(path.partition("?")[0], ("text/plain", b""))
        return httpx2.Response(200 if content else 404, headers={"content-type": media}, content=content)


@contextmanager
def served(site: Site) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            answer = site.answer(self.command, self.path, dict(self.headers), body)
            self.send_response_only(answer.status_code)
            for name, value in answer.headers.items():
                if name not in PER_HOP:
                    self.send_header(name, value)
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_POST = do_OPTIONS = do_GET  # noqa: N815

        def log_message(self, *given: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site.port = server.server_port
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield site
        server.shutdown()
        thread.join()


class ShopPage:
    """The shop's page in a browser, with the form in it."""

    def __init__(self, page: Page, server: str, version: str) -> None:
        self.page = page
        self.server = server
        self.version = version

    def embeds(self, form: Mapping[str, Any], **properties: Any) -> None:
        """Loads the form and waits for its first view."""
        self.loads(token=form["id"], **properties)
        self.shows("card")

    def loads(self, **properties: Any) -> None:
        # The oldest loader knows environments only; "local" is a server at port 8080.
        where = {"targetEnvironment": "local"} if self.version == OLDEST else {"targetUrl": self.server}
        self.page.evaluate("properties => embed(properties)", {**where, **properties})

    def unloads(self) -> None:
        self.page.evaluate("FinApiWebForm.unload()")

    @property
    def heard(self) -> list[list[Any]]:
        """The events so far, each with the detail that the handler got; `loaded` is left out."""
        events: list[list[Any]] = self.page.evaluate("heard")
        return [event for event in events if event[0] != "loaded"]

    def hears(self, event: str) -> Any:
        """Waits for an event and returns its detail."""
        self.page.wait_for_function("event => heard.some(([name]) => name === event)", arg=event)
        return next(detail for name, detail in self.page.evaluate("heard") if name == event)

    def shows(self, testid: str) -> None:
        place = self.page.locator(".card") if testid == "card" else self.page.get_by_test_id(testid)
        place.wait_for()

    def press(self, testid: str) -> None:
        self.page.get_by_test_id(testid).click()

    def types(self, testid: str, text: str) -> None:
        self.page.get_by_test_id(testid).fill(text)

    def logs_in(self, login: str = "demo_no_msa", pin: str = "demo_no_msa") -> None:
        self.types("field-0", login)
        self.types("field-1", pin)
        self.press("login-submit")

    def style(self, selector: str, name: str) -> str:
        """A computed style of an element in the form's shadow root."""
        script = "(element, name) => getComputedStyle(element).getPropertyValue(name)"
        found: str = self.page.locator(selector).first.evaluate(script, name)
        return found


OpensShop = Callable[..., ShopPage]


@pytest.fixture(params=CHOSEN)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def alice(request: pytest.FixtureRequest) -> EndUser:
    """A user at the real server where the test has a browser, otherwise one in this process."""
    name = "online_alice" if request.node.get_closest_marker("browser") else "alice"
    alice: EndUser = request.getfixturevalue(name)
    return alice


@pytest.fixture(scope="session")
def chromium(launch: Callable[..., Any], server: Running) -> Iterator[Any]:
    """For the oldest loader, which can be told no other port, the emulator is at port 8080 as well."""
    browser = launch(f"--host-resolver-rules=MAP localhost:8080 localhost:{server.url.rpartition(':')[2]}")
    yield browser
    browser.close()


@pytest.fixture
def opens_shop(
    opens_browser: OpensBrowser, bundle_of: Callable[[str], bytes], server: Running, version: str
) -> Iterator[OpensShop]:
    files = {"/": ("text/html", PAGE.encode()), "/loader.js": ("text/javascript", bundle_of(version))}
    with served(Site(files, {"/webform": server.url})) as site:

        def open_shop(*expects: str, **settings: Any) -> ShopPage:
            page = opens_browser(*expects, **settings)
            page.goto(site.url)
            return ShopPage(page, server.url, version)

        yield open_shop
