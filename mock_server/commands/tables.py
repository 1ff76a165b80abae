"""Answers as tables for people: which rows and columns, and how they are drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Table:
    """`rows` is the field of the answer that has the list; `columns` are headings, and the fields that they show."""

    rows: str
    columns: Mapping[str, str]
    nothing: str = "There is nothing."


CLOCKS = Table("clocks", {"MANDATOR": "mandator", "NOW": "now", "FROZEN": "frozen", "AHEAD (S)": "aheadSeconds"})
HAPPENED = Table("happened", {"AT": "at", "MANDATOR": "mandator", "WHAT": "what", "KIND": "kind", "ID": "id"})
PACES = Table("paces", {"MANDATOR": "mandator", "PACE": "pace"})
CLIENTS = Table(
    "clients",
    {"MANDATOR": "mandator", "CLIENT": "clientId", "ADMIN": "isMandatorAdmin", "DECRYPTION KEY": "dataDecryptionKey"},
    "No client has come along yet.",
)
NEWCOMERS = Table(
    "clients",
    {
        "MANDATOR": "mandator",
        "CLIENT": "clientId",
        "SECRET": "clientSecret",
        "LICENSE": "license",
        "ADMIN": "isMandatorAdmin",
        "DECRYPTION KEY": "dataDecryptionKey",
    },
)
REQUESTS = Table(
    "requests",
    {
        "NO": "number",
        "AT": "at",
        "CLIENT": "clientId",
        "USER": "userId",
        "METHOD": "method",
        "TARGET": "target",
        "STATUS": "status",
        "MS": "milliseconds",
        "SCENARIO": "scenario",
    },
    "The journal has no such entry.",
)
NEAR_MISSES = Table(
    "nearMisses",
    {"NO": "number", "METHOD": "method", "TARGET": "target", "WHERE": "condition", "WANTED": "wanted", "HAS": "found"},
)
STATES = Table(
    "states", {"MANDATOR": "mandator", "HASH": "hash", "RECORDS": "records"}, "No client has come along yet."
)
LOGINS = Table("logins", {"LOGIN": "login", "SECRET": "secret", "TAN": "tan", "SIMULATES": "simulates"})
ON = Table(
    "on",
    {
        "MANDATOR": "mandator",
        "SCENARIO": "name",
        "STATE": "state",
        "RULE": "rule",
        "FITTED": "fitted",
        "FIRED": "fired",
    },
    "No scenario is on.",
)

CALLBACKS = Table(
    "callbacks",
    {"ID": "id", "CLIENT": "clientId", "STATE": "state", "ATTEMPTS": "attempts", "URL": "url", "SCENARIO": "scenario"},
    "There are no callbacks.",
)


def drawn(answer: Mapping[str, Any], table: Table) -> str:
    rows: Sequence[Mapping[str, Any]] = answer[table.rows]
    if not rows:
        return table.nothing
    cells = [[*table.columns], *([_cell(row, field) for field in table.columns.values()] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(table.columns))]
    lines = ("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in cells)
    return "\n".join(line.rstrip() for line in lines)


def _cell(row: Mapping[str, Any], field: str) -> str:
    value = row.get(field)
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{count} {name}" for name, count in value.items()) or "-"
    return str(len(value)) if isinstance(value, list) else str(value)
