"""HTTP/1.1 that takes no notice of offers to upgrade, as RFC 9110 (section 7.8) allows.

Java's own client offers HTTP/2 with every request to a plain `http` address. uvicorn does not take it up, but its
parser then drops the body of the request (https://github.com/Kludex/uvicorn/issues/2722).
"""

import re

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

OFFER = re.compile(rb"(\A[A-Z]+ [^\r\n]+\r\n(?:[^\r\n]+\r\n)*?)upgrade:[^\r\n]*\r\n", re.IGNORECASE)
"""The beginning of a request up to and with its offer."""
LONGEST = 8192
"""Bytes in which an offer is looked for: clients put it before the headers that an application adds."""


class SteadyProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which never hears of an offer."""

    def data_received(self, data: bytes) -> None:
        is_head = self.cycle is None or not self.cycle.more_body
        if is_head and b"pgrade:" in data[:LONGEST]:
            data = OFFER.sub(rb"\1", data, count=1)
        super().data_received(data)
