"""authlib and requests-oauthlib, as they are published, get, refresh and revoke tokens.

What each has to be told, `docs/clients.md` shows.
"""

from typing import Any

import pytest
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from oauthlib.oauth2 import BackendApplicationClient, LegacyApplicationClient, MissingTokenError
from requests_oauthlib import OAuth2Session as RequestsSession

from tests.actors import Shop
from tests.clients.conftest import Site

ALICE = {"username": "alice", "password": "open sesame"}


def tell(session: Any, site: Site) -> Any:
    """Trust the server's CA and no proxy."""
    session.verify, session.trust_env = site.ca, False
    return session


def authlib(site: Site, shop: Shop) -> AuthlibSession:
    return tell(
        AuthlibSession(shop.client_id, shop.client_secret, token_endpoint_auth_method="client_secret_post"), site
    )


def test_authlib_gets_refreshes_and_revokes(site: Site, shop: Shop) -> None:
    client, alice = authlib(site, shop), authlib(site, shop)
    client.fetch_token(site.token_url, grant_type="client_credentials")
    alice.fetch_token(site.token_url, **ALICE)
    first = alice.token["access_token"]
    assert alice.get(site.accounts_url).status_code == 200

    alice.refresh_token(site.token_url)
    assert alice.token["access_token"] != first
    assert alice.get(site.accounts_url).status_code == 200

    # finAPI wants the client's token where RFC 7009 has the client's credentials.
    revoked = alice.revoke_token(
        site.revoke_url, token_type_hint="refresh_token", token=alice.token["refresh_token"], auth=client.token_auth
    )
    assert (revoked.status_code, revoked.content) == (200, b"")
    assert alice.get(site.accounts_url).status_code == 401


def test_requests_oauthlib_gets_refreshes_and_revokes(site: Site, shop: Shop) -> None:
    secret = {"client_secret": shop.client_secret}
    client = tell(RequestsSession(client=BackendApplicationClient(shop.client_id)), site)
    client.fetch_token(site.token_url, include_client_id=True, **secret)
    oauth = LegacyApplicationClient(shop.client_id)
    alice = tell(RequestsSession(client=oauth), site)
    alice.fetch_token(site.token_url, include_client_id=True, **ALICE, **secret)
    first = alice.token["access_token"]
    assert alice.get(site.accounts_url).status_code == 200

    alice.refresh_token(site.token_url, client_id=shop.client_id, **secret)
    assert alice.token["access_token"] != first
    assert alice.get(site.accounts_url).status_code == 200

    url, headers, body = oauth.prepare_token_revocation_request(site.revoke_url, alice.token["access_token"])
    revoked = client.post(url, data=body, headers=headers)
    assert (revoked.status_code, revoked.content) == (200, b"")
    assert alice.get(site.accounts_url).status_code == 401


def test_the_credentials_in_a_header_are_not_enough(site: Site, shop: Shop) -> None:
    """The default of both libraries. finAPI reads the form only, and the answer says so."""
    client = tell(RequestsSession(client=BackendApplicationClient(shop.client_id)), site)
    hints: list[str] = []

    def note(answer: Any) -> Any:
        hints.append(answer.headers["x-mock-hint"])
        return answer

    client.register_compliance_hook("access_token_response", note)
    with pytest.raises(MissingTokenError):
        client.fetch_token(site.token_url, client_secret=shop.client_secret)
    assert hints == ["The client goes into the form, as client_id and client_secret; finAPI does not know HTTP Basic"]
