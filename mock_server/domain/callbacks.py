"""What we owe to the customer's server. `web/delivery.py` sends it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# The pattern that finAPI documents for callback URLs: https only, and a dot in the host.
# Plain http is what a developer has on localhost, so only `--strict` insists on it.
STRICT_URL = re.compile(
    r"https://(www\.)?[-a-zA-Z0-9@:%._+~#=]{1,256}\.[a-zA-Z0-9()]{1,63}\b([-a-zA-Z0-9()@:%_+.~#?&/=]*)"
)
PLAIN_URL = re.compile(r"https?://[^\s/?#]+\S*")


@dataclass(frozen=True, slots=True)
class Callback:
    """A POST that is owed once. finAPI ignores the answer, so there is no second attempt."""

    id: int
    client_id: str
    """The client that asked for it."""
    url: str
    body: Mapping[str, Any]
    created_at: datetime

    owner: None = None
    due_at: None = None


def would_be_refused(url: str) -> bool:
    """Whether finAPI itself would refuse this callback URL."""
    return STRICT_URL.fullmatch(url) is None


def is_sendable(url: str) -> bool:
    return PLAIN_URL.fullmatch(url) is not None
