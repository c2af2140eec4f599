// Signing in where there is no page: device codes, secrets, and how tokens are kept and renewed. Pages are in sign-in-page.test.mjs.
import assert from "node:assert/strict";
import test from "node:test";
import { inspect } from "node:util";
import { CLIENT, DOMAIN, GRAPH, LOGS, TENANT, hurry, refusal, startEntra } from "./entra.mjs";
import { assertHidden, hb, recorded, skip, testFaults } from "./helpers.mjs";

const OPENID = "openid profile offline_access";
const OTHER = "cd3a5aef-15c5-45e2-9ac5-8d0dcd6a1f0b"; // a workspace that no settings name
const MINUTE = 60_000;

/** Signs in by a device code; `entra` is the stand-in, `later(ms)` lets time pass. */
async function open(t, options) {
  const entra = await startEntra(t);
  const pauses = hurry(t, () => entra.service.fault === "slow");
  let passed = 0;
  const now = Date.now;
  t.mock.method(Date, "now", () => now() + passed);
  const signIn = (more) => hb.signIn({ tenant: DOMAIN, clientId: CLIENT, method: "devicecode", proxy: entra.url, scope: LOGS, onCode: () => {}, ...options, ...more });
  return { entra, pauses, signIn, later: (ms) => (passed += ms), account: await signIn() };
}

test("a device code: what is asked, what is shown, how long is waited", async (t) => {
  const { entra, pauses, signIn } = await open(t);
  entra.asked.length = pauses.length = 0;
  entra.pending = ["authorization_pending", "slow_down", "authorization_pending"];
  const shown = [];
  const account = await signIn({ onCode: (code) => shown.push(code) });
  assert.deepEqual(shown, [{ userCode: "HJKL-1234", verificationUri: "https://microsoft.com/devicelogin", message: "To sign in, open https://microsoft.com/devicelogin and type HJKL-1234." }]);
  const poll = { what: "token", tenant: DOMAIN, grant_type: "urn:ietf:params:oauth:grant-type:device_code", client_id: CLIENT, device_code: "device-1" };
  assert.deepEqual(entra.asked, [{ what: "devicecode", tenant: DOMAIN, client_id: CLIENT, scope: `${LOGS} ${OPENID}` }, poll, poll, poll, poll]);
  assert.deepEqual(pauses, [1000, 1000, 6000, 6000]);
  assert.deepEqual([account.name, account.tenant, `${account}`], ["anne@contoso.com", TENANT, "anne@contoso.com"]);
  assert.deepEqual(JSON.parse(JSON.stringify(account)), { name: "anne@contoso.com", tenant: TENANT });
  const [request] = entra.service.requests;
  assert.deepEqual([request.method, request.path, request.headers["content-type"]], ["POST", `/entra/${DOMAIN}/oauth2/v2.0/devicecode`, "application/x-www-form-urlencoded"]);
});

for (const [what, pending, code, message] of [
  ["declined", ["authorization_pending", "authorization_declined"], "unauthorized", /authorization_declined; you said no; sign in again/],
  ["not typed in time", ["expired_token"], "unauthorized", /expired_token; the code was not typed in time/],
  ["an unknown code", ["bad_verification_code"], "unauthorized", /bad_verification_code; sign in again/],
]) {
  test(`a device code that is ${what}`, async (t) => {
    const { entra, signIn } = await open(t);
    entra.pending = pending;
    await assert.rejects(signIn(), { name: "HuntbookError", code, message });
  });
}

test("a device code that nobody types ends, also where the service does not say so", async (t) => {
  const { entra, signIn, later } = await open(t);
  entra.pending = Array(1000).fill("authorization_pending");
  await assert.rejects(signIn({ onCode: () => later(901_000) }), { code: "unauthorized", message: /not typed in time/ });
});

test("a sign-in is given up when its signal fires, and when the code cannot be shown", async (t) => {
  const { entra, signIn } = await open(t);
  entra.pending = Array(1000).fill("authorization_pending");
  const stop = new AbortController();
  await assert.rejects(signIn({ signal: stop.signal, onCode: () => stop.abort("enough") }), { code: "cancelled", cause: "enough" });
  await assert.rejects(signIn({ onCode: () => Promise.reject(new Error("no paper")) }), { message: "no paper" });
  const asked = entra.asked.length;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(entra.asked.length <= asked + 1, "nothing is asked any more");
  await assert.rejects(signIn({ signal: AbortSignal.abort() }), { code: "cancelled" });
});

test("a token is good until five minutes before its end; who asks at once gets the same", async (t) => {
  const { entra, account, later } = await open(t);
  const first = await account.getToken();
  assert.equal(await account.getToken({ scope: LOGS }), first);
  later(4738_000 - 5 * MINUTE - 1000);
  assert.equal(await account.getToken(), first);
  later(2000);
  entra.asked.length = 0;
  const [second, ...others] = await Promise.all([account.getToken(), account.getToken(), account.getToken({ refresh: true })]);
  assert.notEqual(second, first);
  assert.deepEqual(others, [second, second]);
  assert.deepEqual(entra.asked, [{ what: "token", tenant: DOMAIN, grant_type: "refresh_token", client_id: CLIENT, refresh_token: "refresh-1", scope: `${LOGS} ${OPENID}` }]);
  const third = await account.getToken({ refresh: true });
  assert.notEqual(third, second);
  assert.equal(await account.getToken(), third);
});

test("one sign-in is for several services, whose tokens are asked for one after another", async (t) => {
  const { entra, account } = await open(t);
  entra.asked.length = 0;
  const tokens = await Promise.all([GRAPH, "https://management.azure.com/.default", [GRAPH], LOGS].map((scope) => account.getToken({ scope })));
  assert.deepEqual(tokens.map((token) => token.replace(/^access-\d+_/, "")), ["https_graph.microsoft.com_ThreatHunting.Read.All", "https_management.azure.com_.default", "https_graph.microsoft.com_ThreatHunting.Read.All", "https_api.loganalytics.io_.default"]);
  // The stand-in takes a refresh token once.
  assert.deepEqual(entra.asked.map(({ refresh_token }) => refresh_token), ["refresh-1", "refresh-2"]);
});

test("a token that is still good is used while the service fails", async (t) => {
  const { entra, account, later } = await open(t);
  const first = await account.getToken();
  later(4738_000 - 2 * MINUTE);
  entra.refuse = { status: 500, body: {} };
  assert.equal(await account.getToken(), first);
  await assert.rejects(account.getToken({ refresh: true }), { code: "network" });
  later(3 * MINUTE);
  await assert.rejects(account.getToken(), { code: "network", message: /Microsoft Entra ID answered 500/ });
  entra.refuse = undefined;
  assert.notEqual(await account.getToken(), first);
});

test("one who stops waiting does not stop the others", async (t) => {
  const { account } = await open(t);
  const stop = new AbortController();
  const [one, other] = [account.getToken({ scope: GRAPH, signal: stop.signal }), account.getToken({ scope: GRAPH })];
  stop.abort("enough");
  await assert.rejects(one, { code: "cancelled", cause: "enough" });
  assert.match(await other, /graph/);
});

test("signed out", async (t) => {
  const { account } = await open(t);
  const running = account.getToken({ refresh: true });
  account.signOut();
  for (const asking of [running, account.getToken(), account.getToken({ scope: GRAPH })]) await assert.rejects(asking, { code: "unauthorized", message: "anne@contoso.com is signed out; sign in again with signIn()" });
});

test("an app with a secret, which the proxy puts in", async (t) => {
  const { entra, signIn } = await open(t);
  entra.asked.length = 0;
  const account = await signIn({ method: "clientsecret", scope: undefined, scopes: ["https://api.loganalytics.io/Data.Read"] });
  assert.deepEqual([account.name, account.tenant], [`application ${CLIENT}`, TENANT]);
  assert.match(await account.getToken({ scope: GRAPH }), /graph/);
  const form = { what: "token", tenant: DOMAIN, grant_type: "client_credentials", client_id: CLIENT, client_secret: "" };
  assert.deepEqual(entra.asked, [{ what: "configuration", tenant: DOMAIN }, { ...form, scope: LOGS }, { ...form, scope: "https://graph.microsoft.com/.default" }]);
  assert.match(entra.service.requests.at(-1).text, /client_secret=&/);
  await assert.rejects(signIn({ method: "clientsecret", tenant: "nobody.example" }), { code: "unauthorized", message: /AADSTS90002: The reason; check tenant \(nobody\.example\) and the cloud/ });
});

test("clouds and routes", async (t) => {
  const { entra, signIn } = await open(t);
  const paths = async (options) => {
    entra.service.requests.length = 0;
    await signIn(options).catch(() => {});
    return entra.service.requests[0].path;
  };
  assert.equal(await paths({ cloud: "usgov", tenant: TENANT, method: "clientsecret" }), `/entra-usgov/${TENANT}/oauth2/v2.0/token`);
  assert.equal(await paths({ cloud: "cn" }), `/entra-cn/${DOMAIN}/oauth2/v2.0/devicecode`);
  assert.equal(await paths({ proxy: { url: entra.url, route: "entra-test" } }), `/entra-test/${DOMAIN}/oauth2/v2.0/devicecode`);
});

const REFUSED = [
  ["unauthorized_client", 700016, /AADSTS700016: The reason; check clientId \(6731.*tenant contoso\.com/],
  ["invalid_client", 7000218, /Allow public client flows/], ["invalid_client", 7000218, /HUNTBOOK_ENTRA_SECRET/, "clientsecret"], ["invalid_client", 7000215, /HUNTBOOK_ENTRA_SECRET.*its value/, "clientsecret"],
  ["invalid_request", 9002326, /Single-page application/], ["invalid_request", 9002325, /PKCE/], ["invalid_request", 50011, /Single-page application/],
  ["invalid_grant", 65001, /nobody has agreed.*"https:\/\/api\.loganalytics\.io\/\.default".*consent/], ["invalid_grant", 50020, /not of tenant contoso\.com.*select_account/],
  ["access_denied", 53003, /Conditional Access.*ask an administrator/], ["interaction_required", 50076, /another factor.*signIn\(\), at a click/], ["invalid_grant", 700084, /sign in again with signIn\(\), at a click/],
  ["invalid_request", 90002, /check tenant/], ["invalid_resource", 500011, /check the scope/], ["anything", 123, /AADSTS123: The reason; sign in again/],
];
for (const [error, number, message, method = "devicecode"] of REFUSED) {
  test(`AADSTS${number} says what to do (${method})`, async (t) => {
    const { entra, account, signIn } = await open(t);
    entra.refuse = refusal(error, number);
    const work = method === "devicecode" ? account.getToken({ refresh: true }) : signIn({ method, tenant: TENANT });
    await assert.rejects(work, (found) => found.code === "unauthorized" && message.test(found.message) && !/Trace ID|2024/.test(found.message) && /^Microsoft Entra ID: /.test(found.message));
  });
}

test("recorded answers", { skip }, async (t) => {
  const { entra, signIn, account } = await open(t);
  entra.refuse = { status: 400, body: recorded("entra_token_error.json") };
  await assert.rejects(account.getToken({ refresh: true }), { code: "unauthorized", message: "Microsoft Entra ID: AADSTS70000: …; sign in again with signIn(), at a click" });
  entra.refuse = { status: 200, body: recorded("entra_token_200.json") };
  const app = await signIn({ method: "clientsecret", tenant: TENANT });
  assert.equal(await app.getToken(), "eyJ0eXAiOiJKV1Qi…");
});

test("no token is in anything that is shown", async (t) => {
  const { entra, account } = await open(t);
  const token = await account.getToken();
  const secrets = [token, "refresh-1", "device-1"];
  for (const text of [inspect(account, { depth: 9, showHidden: true }), JSON.stringify(account), String(account), JSON.stringify(account._toMime()), JSON.stringify(Object.getOwnPropertyNames(account))]) {
    for (const secret of secrets) assert.ok(!text.includes(secret), text);
  }
  entra.refuse = { status: 400, body: { error: "invalid_grant", error_description: `bad refresh-1 ${token}` } };
  await assertHidden(secrets, () => account.getToken({ refresh: true }));
  entra.refuse = { status: 500, body: { error: { message: "bad refresh-1" } } };
  await assertHidden(secrets, () => account.getToken({ refresh: true }));
});

testFaults("sign-in", async (t) => {
  const { entra, account } = await open(t);
  return { service: entra.service, query: async () => ({ numRows: (await account.getToken({ refresh: true })).length }) };
}, {
  401: { message: /what the service says \(TheCode\); sign in again/ }, 403: { message: /what the service says \(TheCode\); sign in again/ },
  slow: { message: /no answer within 30 seconds/ }, "a huge answer": { message: /more than 1 MB/ },
});

test("what the proxy says is not taken for the service's", async (t) => {
  const { entra, account } = await open(t);
  entra.refuse = { status: 401, headers: { "Huntbook-Proxy-Error": "token" }, body: { error: { code: "token", message: "the token is another" } } };
  await assert.rejects(account.getToken({ refresh: true }), { code: "unauthorized", message: /the proxy says: the token is another/ });
  entra.service.close();
  await assert.rejects(account.getToken({ refresh: true }), { code: "network", message: /make proxy/ });
});

test("a connection signs in when it first needs a token, once for all", async (t) => {
  const { entra } = await open(t);
  let good;
  const table = { tables: [{ name: "PrimaryResult", columns: [{ name: "n", type: "long" }], rows: [[1]] }] };
  entra.others = ({ headers }) => (good && headers.authorization !== good ? { status: 401, body: {} } : ((good = headers.authorization), { body: table }));
  const settings = await hb.readSettings({ AzureSentinel: { Workspaces: { Default: { WorkspaceId: "w1", TenantId: TENANT }, Second: { WorkspaceId: "w2", TenantId: DOMAIN } } } });
  const provider = new hb.QueryProvider("MSSentinel", { proxy: entra.url, settings });
  const auth = { clientId: CLIENT, method: "devicecode", onCode: () => {} };
  await provider.connect({ workspace: "Second", transport: "proxy", auth });
  entra.asked.length = 0;
  const found = await provider.run("list_host_logons", { host_name: "WS1", start: "2024-01-01", end: "2024-01-05" }, { splitBy: "1d" });
  assert.equal(found.numRows, 4);
  assert.deepEqual(entra.asked.map(({ what, tenant, scope }) => [what, tenant, scope]), [["devicecode", DOMAIN, `${LOGS} ${OPENID}`], ["token", DOMAIN, undefined]]);
  assert.match(good, /^Bearer access-\d+_https_api\.loganalytics\.io_\.default$/);
  // Refused once, it asks for another token, and goes on.
  const [old] = [good, (good = "Bearer another")];
  await assert.rejects(provider.query("T"), { code: "unauthorized" });
  good = undefined;
  assert.equal((await provider.query("T")).numRows, 1);
  assert.notEqual(good, old);
  await provider.connect({ workspace: OTHER, transport: "proxy", auth });
  entra.asked.length = 0;
  await provider.query("T").catch(() => {});
  assert.equal(entra.asked[0].tenant, TENANT, "of the usual workspace");
  // A query that is given up does not wait for the user.
  const stop = new AbortController();
  await provider.connect({ workspace: OTHER, transport: "proxy", auth: { ...auth, onCode: () => stop.abort("enough") } });
  entra.pending = ["authorization_pending"];
  good = undefined;
  const other = provider.query("T");
  await assert.rejects(provider.query("T", { signal: stop.signal }), { code: "cancelled", cause: "enough" });
  assert.equal((await other).numRows, 1, "another query that waits for the same sign-in goes on");
  // A sign-in that failed is tried anew.
  await provider.connect({ workspace: OTHER, transport: "proxy", auth: { ...auth, tenant: "nobody.example" } });
  for (let i = 0; i < 2; i++) await assert.rejects(provider.query("T"), { code: "unauthorized", message: /the query: .*AADSTS90002/ });
});

test("mistakes", async (t) => {
  const usual = { tenant: DOMAIN, clientId: CLIENT };
  const proxy = "http://127.0.0.1:1";
  for (const [options, code, message] of [
    [undefined, "invalidArgument", /options should be an object/], [{ clientId: CLIENT }, "invalidArgument", /`tenant` should be the tenant's id or domain/], [{ tenant: "a/b", clientId: CLIENT }, "invalidArgument", /`tenant`/],
    [{ tenant: DOMAIN }, "invalidArgument", /`clientId` should be/], [{ ...usual, scop: "x" }, "invalidArgument", /no option `scop`/], [{ ...usual, clientSecret: "x" }, "invalidArgument", /does not belong into a page.*HUNTBOOK_ENTRA_SECRET/],
    [{ ...usual, scope: "a", scopes: ["b"] }, "invalidArgument", /not both/], [{ ...usual, scope: 5 }, "invalidArgument", /scope should be a text/],
    [{ ...usual, scopes: [LOGS, GRAPH] }, "invalidArgument", /several services \(https:\/\/api\.loganalytics\.io, https:\/\/graph\.microsoft\.com\)/],
    [{ ...usual, method: "popup" }, "invalidArgument", /no method "popup" \(there are: interactive, redirect, devicecode, clientsecret\)/],
    ...["env", "cli", "msi", "vscode", "powershell", "certificate"].map((method) => [{ ...usual, method }, "unsupported", /which a page cannot use; choose one of interactive/]),
    [{ ...usual, cloud: "mars" }, "invalidArgument", /no cloud "mars" \(there are: global, usgov, cn\)/], [{ ...usual, authority: "http://login.example" }, "invalidArgument", /`authority` should be an address/],
    [{ ...usual, method: "devicecode" }, "unsupported", /only through huntbook's proxy/], [{ ...usual, method: "clientsecret" }, "unsupported", /only through huntbook's proxy/],
    [{ ...usual, method: "devicecode", proxy: "x:y" }, "invalidArgument", /should be the address of huntbook's proxy/], [{ ...usual, method: "devicecode", proxy }, "invalidArgument", /no page here to show the code on; pass \{ onCode/],
    [{ ...usual, signal: 1 }, "invalidArgument", /AbortSignal/], [{ ...usual, onCode: 1 }, "invalidArgument", /`onCode` should be a function/], [{ ...usual, prompt: 1 }, "invalidArgument", /`prompt` should be a text/],
    [usual, "unsupported", /no page here to sign in on; pass a token as `auth`/], [{ ...usual, method: "redirect" }, "unsupported", /no page here to sign in on/],
  ]) await assert.rejects(hb.signIn(options), { name: "HuntbookError", code, message }, inspect(options));
  assert.equal(await hb.signIn.resume(), undefined);
  const { account } = await open(t);
  await assert.rejects(account.getToken({ scop: "x" }), { code: "invalidArgument", message: /getToken: there is no option `scop`/ });
});
