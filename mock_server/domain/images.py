"""Images in data URIs: whether the data are what their media type says.

The documents check the form of the URI (media type, alphabet, length); here the data are looked at.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping

# The root element may have a prefix, and comments or a document type before it.
_SVG = re.compile(r"<(?:[\w-]+:)?svg[\s/>]")


def _is_svg(data: bytes) -> bool:
    return _SVG.search(data.decode("utf-8", "replace")) is not None


# fmt: off
RECOGNISED: Mapping[str, Callable[[bytes], bool]] = {
    "image/png":     lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/jpg":     lambda data: data.startswith(b"\xff\xd8\xff"),
    "image/jpeg":    lambda data: data.startswith(b"\xff\xd8\xff"),
    "image/gif":     lambda data: data.startswith((b"GIF87a", b"GIF89a")),
    "image/x-icon":  lambda data: data.startswith(b"\x00\x00\x01\x00"),
    "image/svg+xml": _is_svg,
}
# fmt: on


def fault_of(uri: str) -> str | None:
    """What is wrong with `data:<media type>;base64,<data>`; None if nothing is."""
    media, _, text = uri.removeprefix("data:").partition(";base64,")
    if media not in RECOGNISED:
        return f"Must have one of the media types {', '.join(RECOGNISED)}."
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return "Must be valid base64 after 'base64,'."
    if not data:
        return "There are no data after 'base64,'."
    return None if RECOGNISED[media](data) else f"The data are not of the media type {media} that the URI names."
