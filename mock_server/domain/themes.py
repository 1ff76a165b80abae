"""The colours and fonts of a look as CSS.

A font family is text that a stranger wrote, and it stands in a stylesheet. Nothing of it is copied: its names are
read, and written anew as CSS strings in which every character but letters, digits, spaces and hyphens is escaped.
"""

import re
from collections.abc import Iterator

from mock_server.domain.colours import text_on
from mock_server.domain.profiles import Look

GENERIC = frozenset(
    {
        "serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "math",
        "ui-serif", "ui-sans-serif", "ui-monospace", "ui-rounded",
    }
)  # fmt: skip
"""Names that are no fonts but kinds of fonts: quoted, they would mean a font that is called so."""
LAST_RESORT = "sans-serif"

# A name in quotes, which may contain commas, or anything up to the next comma; also what is left of unbalanced quotes.
_NAME = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^,]*))\s*(?:,|$)""")
_UNSAFE = re.compile(r"[^A-Za-z0-9 \-]")


def theme_css(look: Look) -> str:
    """One rule with the custom properties of a look.

    It is printable ASCII without `<`, `&` and backticks, so it may stand in a `<style>` element as it is. It must:
    HTML escaping would break the quotes around the fonts' names.
    """
    properties = {
        "--brand": look.brand_colour,
        "--brand-text": text_on(look.brand_colour),
        "--secondary": look.secondary_colour,
        "--secondary-text": text_on(look.secondary_colour),
        "--text": look.text_colour,
        "--text-muted": look.muted_colour,
        "--font": font_stack(look.font_family),
    }
    return ":root, :host { " + " ".join(f"{name}: {value};" for name, value in properties.items()) + " }"


def font_stack(font_family: str) -> str:
    """A comma-separated list of fonts as CSS; a generic family ends it in any case."""
    fonts = [name.lower() if name.lower() in GENERIC else _quoted(name) for name in _names(font_family)]
    return ",".join(fonts if fonts and fonts[-1] in GENERIC else [*fonts, LAST_RESORT])


def _names(font_family: str) -> Iterator[str]:
    for found in _NAME.finditer(font_family):
        name = " ".join(next(filter(None, found.groups()), "").strip("\"'").split())
        if name:
            yield name


def _quoted(name: str) -> str:
    return '"' + _UNSAFE.sub(lambda found: f"\\{ord(found[0]):x} ", name) + '"'
