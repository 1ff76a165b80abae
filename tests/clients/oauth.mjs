// simple-oauth2 gets, refreshes and revokes tokens. Prints what it sees, which tests/clients/test_oauth_in_node.py reads.
import { ClientCredentials, ResourceOwnerPassword } from "simple-oauth2";

const { MOCK, CLIENT_ID, CLIENT_SECRET } = process.env;
const config = {
  client: { id: CLIENT_ID, secret: CLIENT_SECRET },
  auth: { tokenHost: MOCK, tokenPath: "/api/v2/oauth/token", revokePath: "/api/v2/oauth/revoke" },
  // finAPI reads credentials from the form only, and answers a revocation with nothing, which is no JSON.
  options: { authorizationMethod: "body" },
  http: { json: true },
};
const bearer = ({ token }) => ({ headers: { Authorization: `Bearer ${token.access_token}` } });
const accounts = async (token) => (await fetch(`${MOCK}/api/v2/accounts`, bearer(token))).status;

const client = await new ClientCredentials(config).getToken({});
const alice = await new ResourceOwnerPassword(config).getToken({ username: "alice", password: "open sesame" });
console.log("got", await accounts(alice), alice.expired());

const refreshed = await alice.refresh();
console.log("refreshed", await accounts(refreshed), refreshed.token.access_token !== alice.token.access_token);

await refreshed.revoke("access_token", bearer(client));
console.log("revoked one", await accounts(refreshed), await accounts(alice));

await alice.revokeAll(bearer(client));
console.log("revoked all", await accounts(alice));
console.log("refused", await alice.refresh().catch((error) => error.output.statusCode));
