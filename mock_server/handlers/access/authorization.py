"""Tokens: `/oauth/token` and `/oauth/revoke`."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from hmac import compare_digest
from typing import Any

from mock_server.domain import passwords, statistics, tokens, users
from mock_server.domain.configuration import Configuration
from mock_server.domain.tokens import Kind, Token
from mock_server.domain.users import ADMIN_SUFFIX, Client, User
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import Call, RegisteredClient, Reply, World
from mock_server.handlers.counting import count

Form = Mapping[str, str]


def get_token(call: Call, world: World) -> Reply:
    grant = GRANTS.get(call.body["grant_type"])
    if grant is None:
        detail = f"Unsupported grant type: '{call.body['grant_type']}'. Supported are {', '.join(GRANTS)}."
        raise ApiError(Refusal.UNKNOWN_GRANT_TYPE, detail)
    return grant(call, world, _client(call.body, world))


def revoke_token(call: Call, world: World) -> Reply:
    """Always answers 200, also for a token that nobody knows."""
    hint = call.body.get("token_type_hint")
    if hint not in (None, "", "access_token", "refresh_token"):
        detail = f"Unsupported token type: '{hint}'. Supported are access_token and refresh_token."
        raise invalid(Problem("token_type_hint", detail))
    token = _known(call.body["token"], world)
    if token is not None and token.client_id == call.client.id:
        siblings = (other for other in world.store.owned(Token, token.owner) if other.grant == token.grant)
        world.store.delete(*([token] if hint == "access_token" else siblings))
    return Reply()


def _client_credentials(call: Call, world: World, client: Client) -> Reply:
    return _answer(call, _living(call, world, client, None) or _issue(call, world, client, None))


def _password(call: Call, world: World, client: Client) -> Reply:
    if client.is_admin:
        raise ApiError(Refusal.WRONG_ROLE, "The mandator admin client cannot get user tokens.")
    user = world.store.find(User, users.fold(call.body.get("username", "")))
    if user is None:
        raise ApiError(Refusal.BAD_USER_CREDENTIALS)
    if user.is_locked:
        raise ApiError(Refusal.LOCKED, "The user is locked after too many failed logins; change its password.")
    if not passwords.is_right(user, call.body.get("password", "")):
        return _wrong_password(world, client, user)
    world.store.put(passwords.succeeded(user))
    count(world, user.id, statistics.active, call.now)
    access = _living(call, world, client, user)
    refresh = access and _refresh_token_of(access, world)
    if access is None or refresh is None or not refresh.lives(call.now):
        refresh = _issue(call, world, client, user, kind="refresh")
        access = _issue(call, world, client, user, grant=refresh.grant)
    return _answer(call, access, refresh)


def _wrong_password(world: World, client: Client, user: User) -> Reply:
    """Refused, but counted; a user that is locked thereby loses all its tokens."""
    refused = passwords.failed(user, client.configuration.max_user_login_attempts)
    world.store.put(refused)
    if refused.is_locked:
        end_tokens(world, user)
    return Reply(refusal=ApiError(Refusal.BAD_USER_CREDENTIALS))


def end_tokens(world: World, user: User) -> None:
    """End all tokens of the user, at all clients of the mandator."""
    world.store.delete(*world.store.owned(Token, tokens.holder("", user.id)))


def _refresh_token(call: Call, world: World, client: Client) -> Reply:
    # finAPI does not document rotation. The refresh token stays the same and valid,
    # and so do the access tokens that came of it before.
    refresh = _known(call.body.get("refresh_token", ""), world)
    if refresh is None or refresh.kind != "refresh" or refresh.client_id != client.id or not refresh.lives(call.now):
        raise ApiError(Refusal.BAD_REFRESH_TOKEN)
    user = world.user_named(refresh.user_id or "")
    count(world, user.id, statistics.active, call.now)
    return _answer(call, _issue(call, world, client, user, grant=refresh.grant), refresh)


GRANTS: Mapping[str, Callable[[Call, World, Client], Reply]] = {
    "client_credentials": _client_credentials,
    "password": _password,
    "refresh_token": _refresh_token,
}


def _client(form: Form, world: World) -> Client:
    """The client of these credentials. Without a clients file the first secret that comes along is the client's."""
    client_id, secret = form["client_id"], form["client_secret"]
    client = world.store.find(Client, client_id)
    if client is None:
        # With a clients file all its clients are there from the start.
        setup, is_admin = world.setup, client_id.endswith(ADMIN_SUFFIX)
        client = world.admit(
            RegisteredClient(client_id, secret, world.mandator, is_admin, setup.license, setup.configuration)
        )
    if not compare_digest(client.secret.encode(), secret.encode()):
        raise ApiError(Refusal.BAD_CLIENT_CREDENTIALS)
    return client


def _living(call: Call, world: World, client: Client, user: User | None) -> Token | None:
    """The token of the same credentials that is still valid: asking again gives it again."""
    held = world.store.owned(Token, tokens.holder(client.id, None if user is None else user.id))
    mine = (token for token in held if token.kind == "access" and token.client_id == client.id)
    return next((token for token in mine if token.lives(call.now)), None)


def _refresh_token_of(access: Token, world: World) -> Token | None:
    held = world.store.owned(Token, access.owner)
    return next((token for token in held if token.kind == "refresh" and token.grant == access.grant), None)


def _known(text: str, world: World) -> Token | None:
    read = tokens.read(world.setup.token_key, text)
    token = world.store.find(Token, read[1]) if read and read[0] == world.mandator else None
    return token if token is not None and token.text == text else None


def _issue(
    call: Call, world: World, client: Client, user: User | None, *, kind: Kind = "access", grant: int | None = None
) -> Token:
    id = world.ids.number("token")
    token = tokens.issue(
        key=world.setup.token_key,
        mandator=world.mandator,
        id=id,
        grant=id if grant is None else grant,
        kind=kind,
        client_id=client.id,
        user_id=None if user is None else user.id,
        now=call.now,
        lifetime=_lifetime(client.configuration, kind, user),
    )
    world.store.put(token)
    return token


def _lifetime(configuration: Configuration, kind: Kind, user: User | None) -> timedelta:
    if kind == "refresh":
        return configuration.refresh_tokens_validity
    return configuration.client_access_tokens_validity if user is None else configuration.user_access_tokens_validity


def _answer(call: Call, access: Token, refresh: Token | None = None) -> Reply:
    answer: dict[str, Any] = {
        "access_token": access.text,
        "token_type": "bearer",
        "expires_in": access.seconds_left(call.now),
        "scope": "all",
    }
    if refresh is not None:
        answer["refresh_token"] = refresh.text
    return Reply(answer)
