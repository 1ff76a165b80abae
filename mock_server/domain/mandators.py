"""What counts for all clients of a mandator: its API version, and the settings that any of them changes for all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from mock_server.domain.configuration import EDITABLE_FOR_ALL, Configuration
from mock_server.errors import ApiError, Problem, Refusal, invalid

VERSIONS = ("V1", "V2")
TIME_TO_GO_BACK = timedelta(days=7)
ONLY = "mandator"
"""The id of the one `Mandator` in a world. There is none until something is changed."""


@dataclass(frozen=True, slots=True)
class Mandator:
    """`overrides` are fields of `Configuration` that count for every client, whatever its own say."""

    api_version: str = "V2"
    switched_at: datetime | None = None
    """When the mandator left the version that it started with, and may still go back to."""
    overrides: Mapping[str, Any] = field(default_factory=dict)

    id: str = ONLY
    owner: None = None
    due_at: None = None


def effective(configuration: Configuration, mandator: Mandator | None) -> Configuration:
    """A client's settings, together with those that were changed for all clients."""
    return configuration if mandator is None else replace(configuration, **mandator.overrides)


def edit(mandator: Mandator, wish: Mapping[str, Any]) -> Mandator:
    """Settings of all clients as wished for; null leaves a setting."""
    wishes = {field: wish.get(name) for name, field in EDITABLE_FOR_ALL.items()}
    changes = {field: value for field, value in wishes.items() if value is not None}
    return replace(mandator, overrides={**mandator.overrides, **changes})


def switch(mandator: Mandator, version: str, now: datetime) -> Mandator:
    """Move to an API version. There is one way back, for seven days. ApiError 400 or 403."""
    if version not in VERSIONS:
        raise invalid(Problem("apiVersion", f"Must be one of {', '.join(VERSIONS)}."))
    if version == mandator.api_version:
        return mandator
    if mandator.switched_at is None:
        return replace(mandator, api_version=version, switched_at=now)
    if now >= mandator.switched_at + TIME_TO_GO_BACK:
        detail = "The switch of the API version can be undone for 7 days only."
        raise ApiError(Refusal.FORBIDDEN, detail, hint="POST /_mock/reset starts again with V2")
    return replace(mandator, api_version=version, switched_at=None)


def check_version(mandator: Mandator | None, asked: str) -> None:
    """ApiError 403 unless the mandator is on the API version that is asked for."""
    used = "V2" if mandator is None else mandator.api_version
    if asked != used:
        hint = f"client is limited to scope /api/{used.lower()}; the admin client can go back with POST "
        raise ApiError(
            Refusal.FORBIDDEN,
            "API Version mismatch",
            hint=f"{hint}/api/{used.lower()}/mandatorAdmin/switchApiVersion",
        )
