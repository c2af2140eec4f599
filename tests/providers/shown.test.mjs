// What users see who look at a provider, or mistake its names and arguments.
import assert from "node:assert/strict";
import test from "node:test";
import { inspect } from "node:util";
import { hb, startService } from "./helpers.mjs";
import { logAnalytics } from "./microsoft.mjs";

const QUERIES = `
metadata: { version: 1, description: Some, data_environments: [MSSentinel], data_families: [Hosts, Hosts.Old] }
defaults: { parameters: { start: { type: datetime, description: From }, end: { type: datetime, description: To } } }
sources:
  list_logons: { description: Who <logged> on?, args: { query: 'Logons | where "{host}" != "{user}"' }, parameters: { user: { type: str, description: A user, default: "x" }, host: { type: str, description: A host } } }`;

async function open(t, { connected = true } = {}) {
  const service = await startService(t, logAnalytics());
  const provider = new hb.QueryProvider("mssentinel", { queries: new File([QUERIES], "q.yaml"), builtIn: false, proxy: service.url });
  if (connected) await provider.connect({ workspace: "ws1", auth: "token-1", transport: "proxy" });
  return { provider, service };
}

const CALL = "list_logons({ host, start?, end?, user? })";

test("consoles show what a provider, a family and a query are", async (t) => {
  const { provider } = await open(t);
  const line = "QueryProvider(MSSentinel, connected to workspace ws1; 1 query in Hosts, Hosts.Old)";
  assert.deepEqual([inspect(provider), String(provider)], [line, line]);
  assert.equal(inspect(provider.Hosts), `Hosts.${CALL}: Who <logged> on?\nHosts.Old.${CALL}: Who <logged> on?`);
  assert.equal(inspect(provider.Hosts.list_logons), `Hosts.${CALL}: Who <logged> on?`);
  assert.deepEqual([provider.Hosts.list_logons.name, provider.constructor.name], ["list_logons", "QueryProvider"]);
  assert.deepEqual([Object.keys(provider), Object.keys(provider.Hosts)], [["Hosts"], ["list_logons", "Old"]], "what a console completes");
  assert.deepEqual(JSON.parse(JSON.stringify(provider)), { environment: "MSSentinel", connections: [{ alias: "default", label: "workspace ws1" }], queries: ["Hosts.list_logons", "Hosts.Old.list_logons"] });
});

test("notebooks show its queries", async (t) => {
  const { provider } = await open(t);
  const html = provider._toMime()["text/html"];
  assert.match(html, /^<p><strong>MSSentinel<\/strong>, connected to workspace ws1<\/p><details><summary>Hosts \(1\)<\/summary><dl>/);
  assert.ok(html.includes(`<dt><code>${CALL}</code></dt><dd>Who &#60;logged&#62; on?</dd>`));
  assert.match(provider.Hosts._toMime()["text/html"], /<strong>Hosts<\/strong>.*<strong>Hosts\.Old<\/strong>/);
  assert.match(provider.Hosts.list_logons._toMime()["text/plain"], /^Who <logged> on\?\n\nParameters/);
});

test("before it is connected", async (t) => {
  const { provider } = await open(t, { connected: false });
  assert.deepEqual([inspect(provider), JSON.stringify(provider)], ["QueryProvider(mssentinel, not connected)", '{"environment":"mssentinel","connections":[],"queries":[]}']);
  assert.deepEqual(provider._toMime(), { "text/plain": "QueryProvider(mssentinel, not connected)" });
  for (const name of ["Hosts", "exec_query"]) assert.throws(() => provider[name], { code: "invalidArgument", message: new RegExp(`there is no \`${name}\` yet: queries are there once await provider\\.connect`) });
  await provider.list();
  assert.equal(inspect(provider), "QueryProvider(MSSentinel, not connected; 1 query in Hosts, Hosts.Old)");
});

const times = { start: "2024-01-02", end: "2024-01-01" };
for (const [name, work, message] of [
  ["a family", (p) => p.Host, /there is no `Host`; did you mean `Hosts`\? \(there are: Hosts\)$/],
  ["a family in another case", (p) => p.hosts, /there is no `hosts`; did you mean `Hosts`/],
  ["a query", (p) => p.Hosts.list_logon, /there is no query `Hosts\.list_logon`; did you mean `list_logons`\? \(there are: list_logons, Old\)/],
  ["a query of a family in a family", (p) => p.Hosts.Old.list_logon, /`Hosts\.Old\.list_logon`; did you mean `list_logons`/],
  ["a method as msticpy has it", (p) => p.add_connection, /there is no `add_connection`; did you mean `addConnection`\? \(there are: Hosts, connect, addConnection, /],
  ["an option among the parameters", (p) => p.Hosts.list_logons({ host: "A", splitBy: "1d" }), /`splitBy` is an option, not a parameter; options are the second argument: \(\{ … \}, \{ splitBy: … \}\)/],
  ["msticpy's \"print\"", (p) => p.Hosts.list_logons("print", { host: "A" }), /its text is what render\(params\) gives/],
  ["a name for a text", (p) => p.query("Hosts.list_logons"), /`Hosts\.list_logons` is the name of a query; run it with run\(/],
  ["times of a query the wrong way round", (p) => p.Hosts.list_logons({ host: "A", ...times }), /Hosts\.list_logons: the start \(2024-01-02T00:00:00\.000Z\) is after the end \(2024-01-01T00:00:00\.000Z\)/],
  ["times of a text the wrong way round", (p) => p.query("Logons", times), /query: the start \(2024-01-02T.* is after the end \(2024-01-01T/],
]) {
  test(`mistaken: ${name}`, async (t) => {
    const { provider, service } = await open(t);
    await assert.rejects(async () => work(provider), { name: "HuntbookError", code: "invalidArgument", message });
    assert.equal(service.requests.length, 0);
  });
}

test("what consoles, notebooks and await look for is absent, not an error", async (t) => {
  const { provider } = await open(t);
  for (const name of ["then", "nodeType", "asymmetricMatch", "$$typeof", "_repr_html_", "@@iterator", Symbol.iterator, "foo"]) {
    for (const object of [provider, provider.Hosts, provider.Hosts.list_logons]) assert.equal(object[name], undefined);
  }
  assert.equal(hb.QueryProvider.prototype.Anything, undefined);
});
