"""What a test gets to hold: addresses, a user, a bank connection, and the error that it sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


class MockError(Exception):
    """The emulator has refused something. `status` is that of its answer, None if there is none."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Urls:
    """Base URLs without a slash at the end: Access is at `access` + `/api/v2`, Web Form at `webform` + `/api`."""

    access: str
    webform: str


@dataclass(frozen=True, slots=True)
class User:
    """An end user, and a token of it. The token lives for an hour of the client's clock."""

    id: str
    password: str
    token: str
    refresh_token: str

    @property
    def headers(self) -> dict[str, str]:
        """What a request in the user's name has to have."""
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True, slots=True)
class Connection:
    """A bank connection that was imported, its accounts as Access shows them, and the web form that did it."""

    id: int
    accounts: Sequence[Mapping[str, Any]]
    form: Mapping[str, Any]
