// From nothing to bank transactions in twenty steps, with a client generated from the OpenAPI documents.
//
//     FINAPI_URL=http://localhost:8420 npm run journey
//
// Each step prints one line. The first answer that is not the expected one ends the program with status 1.
import createClient, { type Middleware } from "openapi-fetch";
import type { paths as Access } from "./generated/access.ts";
import type { paths as WebForm } from "./generated/webform.ts";

const baseUrl = (process.env.FINAPI_URL ?? "http://localhost:8420").replace(/\/$/, "");
const client = { client_id: `journey-${crypto.randomUUID()}`, client_secret: "a secret" };
let token = "";
let steps = 0;

const authorized: Middleware = {
  onRequest({ request }) {
    if (token) request.headers.set("Authorization", `Bearer ${token}`);
  },
};
const access = createClient<Access>({ baseUrl });
const webForm = createClient<WebForm>({ baseUrl });
access.use(authorized);
webForm.use(authorized);

function fail(why: string): never {
  console.error(why);
  process.exit(1);
}

function said(what: string, ...found: unknown[]): void {
  console.log(`${String(++steps).padStart(2)}. ${what.padEnd(22)}`, ...found);
}

/** The answer's body; the program ends if the status is another one. */
async function expecting<T>(status: number, answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await answer;
  if (response.status !== status) fail(`${response.url}: ${response.status} instead of ${status}: ${JSON.stringify(error)}`);
  return data as T;
}

/** What finAPI does not have: the control API, which has no client. */
async function mock(path: string, body: unknown = {}): Promise<void> {
  const headers = { "X-Mock-Client": client.client_id };
  const answer = await fetch(`${baseUrl}/_mock/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) fail(`${path}: ${answer.status}: ${await answer.text()}`);
}

async function grant(grant_type: string, more: Record<string, string> = {}) {
  token = "";
  const body = { grant_type, ...client, ...more };
  return expecting(200, access.POST("/api/v2/oauth/token", {
    body,
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    bodySerializer: (fields) => new URLSearchParams(fields as Record<string, string>),
  }));
}

token = (await grant("client_credentials")).access_token;
said("client token");
const settings = await expecting(200, access.GET("/api/v2/clientConfiguration"));
said("client configuration", Object.keys(settings).length, "settings");
const user = await expecting(201, access.POST("/api/v2/users", { body: { id: "alice", password: "open sesame" } }));
said("user", user.id);
const tokens = await grant("password", { username: "alice", password: "open sesame" });
token = tokens.access_token;
said("user token", `for ${tokens.expires_in} seconds`);
said("who am I", (await expecting(200, access.GET("/api/v2/users"))).id);
const { banks } = await expecting(200, access.GET("/api/v2/banks", { params: { query: { search: "DEMO0001" } } }));
const bank = banks[0] ?? fail("there is no bank DEMO0001");
said("bank", bank.id, bank.name);

// The callback goes where nobody listens; the journal has it all the same.
const form = await expecting(201, webForm.POST("/api/webForms/bankConnectionImport", {
  body: { bank: { id: bank.id }, callbacks: { finalised: "http://localhost:1/finalised" } },
}));
said("web form", form.url);
if (form.status !== "NOT_YET_OPENED") fail(`the form begins as ${form.status}`);
said("which waits", form.status);
await mock(`webForms/${form.id}/complete`);
said("the user completes it");
const callback = { kind: "callback", body: { webFormId: form.id, status: "COMPLETED" } };
await mock("wait", { calls: callback, within: "10s" });
said("callback", "COMPLETED");
const ended = await expecting(200, webForm.GET("/api/webForms/{id}", { params: { path: { id: form.id } } }));
const connectionId = ended.payload?.bankConnectionId ?? fail("the form has made no connection");
said("what came of it", "connection", connectionId);

const byId = { params: { path: { id: connectionId } } };
const connection = await expecting(200, access.GET("/api/v2/bankConnections/{id}", byId));
if (connection.updateStatus !== "READY") fail(`the connection is ${connection.updateStatus}`);
said("bank connection", connection.bank.name, connection.updateStatus);
const { accounts } = await expecting(200, access.GET("/api/v2/accounts"));
said("accounts", ...accounts.map((account) => account.iban));
const newest = () => expecting(200, access.GET("/api/v2/transactions", {
  params: { query: { view: "userView", perPage: 1, order: ["bankBookingDate,desc"] } },
}));
const page = await newest();
const latest = page.transactions[0] ?? fail("there are no transactions");
said("transactions", page.paging.totalCount, "the newest on", latest.bankBookingDate);
const label = await expecting(201, access.POST("/api/v2/labels", { body: { name: "seen" } }));
const edit = { params: { path: { id: latest.id } }, body: { labelIds: [label.id] } };
await expecting(200, access.PATCH("/api/v2/transactions/{id}", edit));
const labelled = await expecting(200, access.GET("/api/v2/transactions", {
  params: { query: { view: "userView", labelIds: [label.id] } },
}));
if (labelled.paging.totalCount !== 1) fail(`${labelled.paging.totalCount} transactions have the label`);
said("one is labelled", label.name);

await mock("clock", { advance: "7d" });
said("a week later");
await expecting(401, access.GET("/api/v2/accounts"));
said("the token is over");
token = (await grant("refresh_token", { refresh_token: tokens.refresh_token ?? fail("no refresh token") })).access_token;
said("a new one");
const later = (await newest()).paging.totalCount;
if (later <= page.paging.totalCount) fail(`still ${later} transactions`);
said("transactions", later);
await expecting(200, access.DELETE("/api/v2/users"));
await expecting(401, access.GET("/api/v2/users"));
said("the user is gone");
console.log(`\n${steps} steps, all as expected.`);
