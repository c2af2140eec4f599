// Signing in on pages, with identity providers of others and in a browser.
import assert from "node:assert/strict";
import test from "node:test";
import { html, openPage, project, serve } from "../packaging/helpers.mjs";
import { refusal, startEntra } from "./entra.mjs";
import { startService } from "./helpers.mjs";
import { CLIENT, GRAPH, LOGS, TENANT, fillIn, startMockServer, startOidcProvider } from "./peers.mjs";

const REDIRECT = "/node_modules/huntbook/redirect.html";
const COOP = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
const strict = (host) => `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ${host}; worker-src blob:; img-src data:`;

// What happened is put into `done`.
const SCRIPT = `
globalThis.hb = await import("./node_modules/huntbook/index.js");
const told = (account) => (globalThis.account = account, account && { name: account.name, tenant: account.tenant });
const wrong = ({ name, code, message }) => ({ wrong: { name, code, message } });
globalThis.keep = (promise) => promise.then(told, wrong).then((done) => (globalThis.done = { done }));
document.querySelector("button").onclick = () => void keep(hb.signIn(globalThis.options));
globalThis.ready = true;
`;

/** A page with a button to sign in; `start(options)` opens it, with options of `signIn`. */
async function open(t, headers = {}) {
  const folder = project(t, { "index.html": html(`<button>Sign in</button><script type="module" src="page.js"></script>`), "page.js": SCRIPT, "frame.html": html(`<iframe src="index.html" sandbox="allow-scripts allow-same-origin"></iframe>`) });
  const site = await serve(folder, { headers });
  t.after(() => site.close());
  const { page, log } = await openPage(t, { unstopped: true });
  const start = async (options, address = "/") => {
    await page.goto(site.url + address);
    await page.waitForFunction(() => globalThis.ready);
    await page.evaluate((given) => (globalThis.options = given), { tenant: TENANT, clientId: CLIENT, scope: LOGS, ...options });
  };
  const press = async () => (await Promise.all([page.waitForEvent("popup"), page.getByRole("button").click()]))[0];
  const outcome = () => page.waitForFunction(() => globalThis.done, null, { timeout: 60_000 }).then((handle) => handle.jsonValue()).then(({ done }) => done);
  // What a page of a service says of its own fields.
  const said = () => log.filter((line) => !line.startsWith("verbose: [DOM]"));
  return { site, page, said, start, press, outcome };
}

const closed = (window) => (window.isClosed() ? undefined : window.waitForEvent("close"));
const ANNE = { name: "anne@contoso.com", tenant: TENANT };

test("in a window that comes back to the page itself; the token is good for a query, and is renewed", async (t) => {
  const { site, page, said, start, press, outcome } = await open(t);
  const { url: authority, tokenOf } = await startOidcProvider(t, { redirectUris: [`${site.url}/`] });
  const logs = await startService(t, async ({ method, headers }) => {
    const cors = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*, authorization" };
    if (method === "OPTIONS") return { status: 204, headers: cors };
    const token = await tokenOf(headers.authorization?.replace("Bearer ", ""));
    return token?.scope.includes(LOGS) ? { headers: cors, body: { tables: [{ name: "T", columns: [{ name: "n", type: "long" }], rows: [[1]] }] } } : { status: 401, headers: cors, body: {} };
  });
  await start({ authority, prompt: "consent" });
  const window = await press();
  await fillIn(window);
  assert.deepEqual(await outcome(), ANNE);
  await closed(window);
  const rows = await page.evaluate(async (proxy) => {
    const provider = new hb.QueryProvider("MSSentinel", { proxy });
    await provider.connect({ workspace: "w", transport: "proxy", auth: account });
    return (await provider.query("T")).numRows;
  }, logs.url);
  assert.equal(rows, 1);
  const [first, again, ...renewed] = await page.evaluate(async () => [await account.getToken(), await account.getToken(), ...await Promise.all([1, 2].map(() => account.getToken({ refresh: true })))]);
  assert.equal(first, again);
  assert.equal(renewed[0], renewed[1]);
  assert.notEqual(first, renewed[0]);
  assert.ok(await tokenOf(renewed[0]));
  // Each is by a new refresh token: the provider takes back all where one is used twice.
  const last = await page.evaluate(() => account.getToken({ refresh: true }));
  assert.ok(await tokenOf(last));
  const left = await page.evaluate(() => [document.documentElement.outerHTML, JSON.stringify({ ...localStorage, ...sessionStorage, account }), location.href].join());
  for (const secret of [first, last, "code="]) assert.ok(!left.includes(secret));
  assert.deepEqual(said(), []);
});

for (const [what, headers, coop] of [["the service wants no opener", {}, true], ["the page wants no opener, and is isolated", COOP, false], ["neither does", {}, false]]) {
  for (const [where, path, redirectUri] of [["redirect.html", REDIRECT, `.${REDIRECT}`], ["the page itself", "/", undefined]]) {
    test(`in a window that comes back to ${where}, under a strict policy, where ${what}`, async (t) => {
      const sent = { ...headers };
      const { site, page, said, start, press, outcome } = await open(t, sent);
      const { url: authority } = await startOidcProvider(t, { redirectUris: [site.url + path], coop });
      sent["content-security-policy"] = strict(authority);
      await start({ authority, redirectUri });
      // The window has it; here every page says that it has.
      await page.evaluate(() => (document.hasFocus = () => false));
      const window = await press();
      await fillIn(window);
      assert.deepEqual(await outcome(), ANNE);
      await closed(window);
      assert.equal(page.url(), `${site.url}/`);
      assert.deepEqual(said(), []);
    });
  }
}

test("a window that is closed, one that nobody wants any more, and one where the user says no", async (t) => {
  const { site, page, start, press, outcome } = await open(t);
  const { url: authority } = await startOidcProvider(t, { redirectUris: [`${site.url}/`] });
  await start({ authority });
  const first = await press();
  await first.getByPlaceholder("Enter any login").waitFor();
  await page.waitForTimeout(1500); // who is quicker waits longer
  await first.close();
  const { wrong } = await outcome();
  assert.deepEqual([wrong.name, wrong.code], ["HuntbookError", "cancelled"]);
  assert.match(wrong.message, new RegExp(`window was closed.*AADSTS50011, add ${site.url}/ to the app registration.*method: "redirect".*token`));

  await start({ authority });
  await page.evaluate(() => (options.signal = (globalThis.controller = new AbortController()).signal));
  const second = await press();
  await second.getByPlaceholder("Enter any login").waitFor();
  await page.evaluate(() => controller.abort());
  assert.equal((await outcome()).wrong.code, "cancelled");
  await closed(second);

  await start({ authority });
  const third = await press();
  await third.getByRole("link", { name: "Cancel" }).click();
  const { wrong: denied } = await outcome();
  assert.equal(denied.code, "unauthorized");
  assert.match(denied.message, /End-User aborted interaction \(access_denied\); you or a rule said no/);
  await closed(third);
});

test("where the browser opens no window, the other ways are named", async (t) => {
  const { site, page, start } = await open(t);
  await start({}, "/");
  await page.goto(`${site.url}/frame.html`);
  const frame = page.frame({ url: `${site.url}/index.html` });
  await frame.waitForFunction(() => globalThis.ready);
  const ask = (method) => frame.evaluate((options) => keep(hb.signIn(options)).then(() => done.done.wrong), { tenant: TENANT, clientId: CLIENT, method });
  const blocked = await ask("interactive");
  assert.equal(blocked.code, "unsupported");
  assert.match(blocked.message, /did not open a window.*at a click.*method: "redirect".*token can be passed as `auth`/);
  const framed = await ask("redirect");
  assert.equal(framed.code, "unsupported");
  assert.match(framed.message, /in a frame cannot sign in by a redirect/);
  // A window is opened only for what needs one.
  const opened = await page.evaluate(async () => {
    const hb = await import("./node_modules/huntbook/index.js");
    let count = 0;
    globalThis.open = () => (count++, null);
    const codes = [];
    for (const options of [{}, { clientId: "c", tenant: "t", method: "cli" }, { clientId: "c", tenant: "t", redirectUri: "https://elsewhere.example/" }]) codes.push([await hb.signIn(options).catch(({ code }) => code), count]);
    return codes;
  });
  assert.deepEqual(opened, [["invalidArgument", 0], ["unsupported", 0], ["invalidArgument", 1]]);
});

for (const [what, options] of [["the page itself", {}], ["redirect.html", { redirectUri: `.${REDIRECT}` }]]) {
  test(`on the full page, which comes back to ${what}`, async (t) => {
    const { site, page, said, start, outcome } = await open(t);
    const { url: authority } = await startOidcProvider(t, { redirectUris: [`${site.url}/`, site.url + REDIRECT] });
    await start({ authority, method: "redirect", prompt: "consent", ...options }, "/?case=7#section");
    await page.getByRole("button").click();
    await page.getByPlaceholder("Enter any login").waitFor();
    await fillIn(page);
    await page.waitForFunction(() => globalThis.ready);
    assert.match(page.url(), /#.*code=/);
    await page.evaluate(() => void keep(hb.signIn.resume()));
    assert.deepEqual(await outcome(), ANNE);
    assert.equal(page.url(), `${site.url}/?case=7#section`);
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
    assert.notEqual(await page.evaluate(() => account.getToken({ refresh: true })), await page.evaluate(() => hb.signIn.resume()));
    assert.deepEqual(said(), []);
  });
}

test("on the full page: the same call goes, and comes back with the account; or the user comes back without", async (t) => {
  const { site, page, start, outcome } = await open(t);
  const { url: authority } = await startOidcProvider(t, { redirectUris: [`${site.url}/`] });
  const go = async () => {
    await start({ authority, method: "redirect" });
    await page.getByRole("button").click();
    await page.getByPlaceholder("Enter any login").waitFor();
  };
  await go();
  await page.goBack();
  await page.waitForFunction(() => globalThis.ready);
  assert.equal(await page.evaluate(() => hb.signIn.resume()), undefined, "nothing came back");
  await go();
  await fillIn(page);
  await page.waitForFunction(() => globalThis.ready);
  await page.evaluate((given) => (globalThis.options = given), { tenant: TENANT, clientId: CLIENT, scope: LOGS, authority, method: "redirect" });
  await page.getByRole("button").click();
  assert.deepEqual(await outcome(), ANNE);
  // An answer that nobody here asked for.
  await page.goto(`${site.url}/?2#state=huntbook-redirect.abc&code=stolen`);
  await page.waitForFunction(() => globalThis.ready);
  const error = await page.evaluate(() => hb.signIn.resume().catch(({ code, message }) => [code, message]));
  assert.equal(error[0], "unauthorized");
  assert.match(error[1], /not to a sign-in that was begun here/);
  assert.equal(page.url(), `${site.url}/?2`);
});

for (const [what, change, message] of [
  ["state", ({ url }) => (url.hash = url.hash.replace(/state=[^&]*/, "state=huntbook-popup.other")), /its state is another/],
  ["nonce", undefined, /its nonce is another/],
  ["code", ({ url }) => (url.hash = url.hash.replace(/code=[^&]*/, "x=1")), /sent no code/],
]) {
  test(`an answer with a wrong ${what} is refused`, async (t) => {
    const { start, press, outcome } = await open(t);
    const { url: authority, server } = await startMockServer(t, change);
    if (!change) server.service.on("beforeTokenSigning", ({ payload }) => payload.nonce && (payload.nonce = "other"));
    await start({ authority });
    const window = await press();
    const { wrong } = await outcome();
    assert.equal(wrong.code, what === "code" ? "service" : "unauthorized");
    assert.match(wrong.message, message);
    await closed(window);
  });
}

test("tokens for two services by one sign-in", async (t) => {
  const { page, start, press, outcome } = await open(t);
  const { url: authority } = await startMockServer(t);
  await start({ authority });
  await closed(await press());
  assert.deepEqual(await outcome(), { name: "john@contoso.com", tenant: TENANT });
  const asked = await page.evaluate(async (scope) => [await account.getToken(), await account.getToken({ scope })].map((token) => JSON.parse(atob(token.split(".")[1])).asked), GRAPH);
  assert.deepEqual(asked.map((scope) => scope.split(" ")[0]), [LOGS, GRAPH]);
});

test("an app that is registered otherwise, and one that is not answered", async (t) => {
  const { site, start, press, outcome } = await open(t);
  const entra = await startEntra(t, { prefix: "" });
  await start({ authority: entra.url });
  entra.answer = () => {
    entra.refuse = refusal("invalid_request", 9002326, "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.");
    return {};
  };
  await closed(await press());
  const { wrong } = await outcome();
  assert.match(wrong.message, new RegExp(`AADSTS9002326: Cross-origin.*; in the app registration, under Authentication, add ${site.url}/ to the platform "Single-page application"`));
  [entra.refuse, entra.answer, entra.cors] = [undefined, undefined, false];
  await start({ authority: entra.url });
  await closed(await press());
  const { wrong: unanswered } = await outcome();
  assert.equal(unanswered.code, "network");
  assert.match(unanswered.message, /not in the app registration, for the platform "Single-page application"; and a content security policy/);
});

test("a device code is shown in a dialog", async (t) => {
  const { page, said, start, outcome } = await open(t);
  const entra = await startEntra(t);
  entra.pending = Array(1000).fill("authorization_pending");
  await start({ method: "devicecode", proxy: entra.url });
  await page.getByRole("button").click();
  const dialog = page.getByRole("dialog", { name: "Sign in to Microsoft Entra ID" });
  assert.equal(await dialog.getByLabel("Code").textContent(), "HJKL-1234");
  assert.deepEqual(await dialog.getByRole("link").evaluate(({ href, target, rel }) => [href, target, rel]), ["https://microsoft.com/devicelogin", "_blank", "noopener noreferrer"]);
  if (process.env.HUNTBOOK_SHOTS) await page.screenshot({ path: `${process.env.HUNTBOOK_SHOTS}/device-code.png` });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  const { wrong } = await outcome();
  assert.deepEqual([wrong.code, wrong.message], ["cancelled", "signIn: the dialog with the code was closed; sign in again"]);
  await start({ method: "devicecode", proxy: entra.url });
  await page.getByRole("button").click();
  await dialog.waitFor();
  entra.pending = [];
  assert.deepEqual(await outcome(), ANNE);
  await dialog.waitFor({ state: "detached" });
  assert.deepEqual(said().filter((line) => !line.includes("400")), []);
});
