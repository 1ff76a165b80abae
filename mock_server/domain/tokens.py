"""Access and refresh tokens.

A token's text is a signed JWT that says whose world it belongs to and which record it is.
Whether it lives (not revoked, not expired on the mandator's clock) is decided by the record,
because PyJWT would ask the machine's clock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Literal

# PyJWT is imported where it is used: it takes `cryptography` along, which costs a start a quarter of its time.
ALGORITHM = "HS256"
Kind = Literal["access", "refresh"]


@dataclass(frozen=True, slots=True)
class Token:
    """A token. `grant` binds a refresh token and all access tokens that came of it; a client token has no user."""

    id: int
    text: str
    kind: Kind
    grant: int
    client_id: str
    user_id: str | None
    issued_at: datetime
    expires_at: datetime | None

    @property
    def owner(self) -> str:
        """Whom the token serves, so that it is found again when the same credentials ask again."""
        return holder(self.client_id, self.user_id)

    @property
    def due_at(self) -> datetime | None:
        return self.expires_at

    def lives(self, now: datetime) -> bool:
        return self.expires_at is None or now < self.expires_at

    def seconds_left(self, now: datetime) -> int:
        """What `expires_in` says; 0 means that the token never expires."""
        return 0 if self.expires_at is None else max(1, ceil((self.expires_at - now).total_seconds()))


def holder(client_id: str, user_id: str | None) -> str:
    return f"user {user_id}" if user_id is not None else f"client {client_id}"


def issue(
    key: str,
    mandator: str,
    id: int,
    grant: int,
    kind: Kind,
    client_id: str,
    user_id: str | None,
    now: datetime,
    lifetime: timedelta,
) -> Token:
    """A new token. A lifetime of zero means that it never expires, as in finAPI's client configuration."""
    import jwt

    claims = {"man": mandator, "jti": str(id), "iat": int(now.timestamp())}
    text = jwt.encode(claims, key, algorithm=ALGORITHM)
    return Token(id, text, kind, grant, client_id, user_id, now, now + lifetime if lifetime else None)


def read(key: str, text: str) -> tuple[str, int] | None:
    """Mandator and record id of a token that this server signed; None for anything else."""
    import jwt

    try:
        claims: dict[str, Any] = jwt.decode(
            text,
            key,
            algorithms=[ALGORITHM],
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": ["man", "jti"]},
        )
        return str(claims["man"]), int(claims["jti"])
    except (jwt.InvalidTokenError, ValueError):
        return None
