"""Taking all steps, and what came of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx2

from mock_server.conformance.steps import STEPS
from mock_server.conformance.visitor import PATIENCE, Difference, StopError, Visitor
from mock_server.contract import Contract

Outcome = Literal["ok", "differs", "skipped"]


@dataclass(frozen=True)
class Result:
    """What came of a step. One is skipped where what it needs was not reached."""

    step: str
    outcome: Outcome
    differences: tuple[Difference, ...] = ()


def examine(
    contracts: Sequence[Contract],
    target: str,
    webform_target: str | None,
    client_id: str,
    client_secret: str,
    *,
    verify: Any = True,
) -> Iterator[Result]:
    """Take every step against a server, one result after the other. `verify` is what httpx2 takes."""
    base = target.rstrip("/")
    is_near = urlsplit(base).hostname in ("localhost", "127.0.0.1", "::1")  # what is near needs no proxy
    with httpx2.Client(timeout=PATIENCE, verify=verify, trust_env=not is_near) as http:
        form_base = (webform_target or base).rstrip("/")
        visitor = Visitor(http, contracts, base, form_base, client_id, client_secret)
        for name, take in STEPS.items():
            visitor.step, visitor.differences = name, []
            is_complete = True
            try:
                take(visitor)
            except StopError:
                is_complete = False
            except (KeyError, TypeError, AttributeError) as error:
                # What is missing there has been noted by the document, unless the document allows it.
                visitor.differs("", f"The answer is not what the next request needs: {type(error).__name__} {error}.")
            found = tuple(visitor.differences)
            yield Result(name, "differs" if found else "ok" if is_complete else "skipped", found)
