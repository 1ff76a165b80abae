"""The base of the links that an answer hands out, such as the address of a web form.

In a container the server cannot know under which name and port others reach it. The base URL of the settings says
so, or the request itself does: what has brought a client here brings its browser here too.
"""

import re
from collections.abc import Callable, Mapping

from starlette.types import Scope

from mock_server.web.messages import header

BaseUrl = Callable[[Scope], str]
"""From a request to the base of the links in its answer, without a slash at the end."""

HOST = re.compile(r"([\w.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?", re.ASCII)
"""Name, IPv4 or IPv6 address, and port. What is none of these is not handed on to a browser."""
SCHEMES = ("http", "https")


def base_url_by(way: str, configured: str) -> BaseUrl:
    """One of WAYS, chosen at the start, so that the usual one costs a request nothing.

    `configured` is the base URL of the settings, and of a request that names no host.
    """
    return WAYS[way](configured)


def _by_settings(configured: str) -> BaseUrl:
    return lambda scope: configured


def _by_host(configured: str) -> BaseUrl:
    return lambda scope: _base(scope["scheme"], header(scope, b"host"), configured)


def _by_proxy(configured: str) -> BaseUrl:
    """By what a reverse proxy says; several of them make lists, in which the first is the one that the client sees."""

    def base_url(scope: Scope) -> str:
        scheme = _first(header(scope, b"x-forwarded-proto")).lower()
        host = _first(header(scope, b"x-forwarded-host")) or header(scope, b"host")
        return _base(scheme if scheme in SCHEMES else scope["scheme"], host, configured)

    return base_url


def _first(listed: str) -> str:
    return listed.partition(",")[0].strip()


def _base(scheme: str, host: str, configured: str) -> str:
    return f"{scheme}://{host}" if HOST.fullmatch(host) else configured


WAYS: Mapping[str, Callable[[str], BaseUrl]] = {"base-url": _by_settings, "host": _by_host, "proxy": _by_proxy}
