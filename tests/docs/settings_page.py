"""Writes `docs/settings.md`: every setting, from the dataclass that declares them.

python -m tests.docs.settings_page
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any

from mock_server.settings import Settings, describe, flag, variable
from tests.docs.markdown import ROOT

DOCUMENT = ROOT / "docs" / "settings.md"
HEAD = ROOT / "tests" / "docs" / "settings_head.md"
GROUPS: Mapping[str, str] = {
    "host": "Addresses",
    "seed": "Clients and data",
    "scenario": "Behaviour",
    "token_lifetime": "Tokens",
    "journal_size": "Limits",
    "tls": "HTTPS",
    "access_spec": "Documents and logs",
}
"""The first setting of each group; the others stand in the dataclass behind it."""
MORE: Mapping[str, str] = {
    "links_by": "[containers](containers.md#links-that-lead-somewhere)",
    "clients": "[clients](clients.md#the-clients-file)",
    "clients_yaml": "[containers](containers.md#clients-without-a-file)",
    "seed_data": "[state](state.md#seed-it)",
    "license": "[web forms](web-forms.md#licences-and-redirecturl)",
    "scenario": "[scenarios](scenarios.md)",
    "auto_complete": "[web forms](web-forms.md#forms-that-complete-themselves)",
    "reopen_forms": "[web forms](web-forms.md#the-way-of-a-form)",
    "auto_error_redirect": "[web forms](web-forms.md#query-parameters-of-the-address)",
    "pace": "[control](control.md#the-pace)",
    "control_token": "[control](control.md#access)",
    "journal_size": "[the journal](journal.md)",
    "tls": "[HTTPS](https.md)",
    "cert": "[HTTPS](https.md#a-certificate-of-your-own)",
}
_CODE = re.compile(
    r"--[a-z]+(?:-[a-z]+)*"  # flags
    r"|https?://(?:[\w/:]*\w)?|/_mock[/\w]*|\b\d+(?:\.\d+){3}\b"  # addresses
    r"|\b\w+Url\b"  # fields
    r"|\b(?:at-once|by-hand|3-reads|5s)\b"  # values
)
"""What of a help text is code."""


def page() -> str:
    """The whole page."""
    return HEAD.read_text(encoding="utf-8") + "".join(f"{line}\n" for line in _tables())


def _tables() -> Iterator[str]:
    for setting in fields(Settings):
        if setting.name in GROUPS:
            yield from ("", f"## {GROUPS[setting.name]}", "")
            yield from ("| flag | variable | default | meaning |", "|---|---|---|---|")
        yield row(setting.name)


def row(name: str) -> str:
    default = shown(getattr(Settings(), name))
    cells = (f"`{flag(name)}`", f"`{variable(name)}`", default, " ".join(_meaning(name)))
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def _meaning(name: str) -> Iterator[str]:
    about = describe(name)
    yield _CODE.sub(r"`\g<0>`", about["help"])
    if choices := about.get("choices"):
        yield f"One of {', '.join(f'`{choice}`' for choice in choices)}."
    if name in MORE:
        yield f"See {MORE[name]}."


def shown(value: Any) -> str:
    """A default as one would write it on the command line. Empty if there is none."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, timedelta):
        hours, rest = divmod(value, timedelta(hours=1))
        assert not rest, "no default has minutes so far"
        return f"`{hours // 24}d`" if hours % 24 == 0 else f"`{hours}h`"
    return "" if value is None or value == () else f"`{value}`"


if __name__ == "__main__":
    DOCUMENT.write_text(page(), encoding="utf-8")
