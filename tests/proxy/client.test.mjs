// The client through the proxy, to stand-ins that speak TLS: what works, and what is said where something does not.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { html, openPage, resultOf, root, serve } from "../packaging/helpers.mjs";
import { startElastic } from "../providers/elastic-server.mjs";
import { hb, startService } from "../providers/helpers.mjs";
import { kusto, logAnalytics } from "../providers/microsoft.mjs";
import { startSplunk } from "../providers/splunk-server.mjs";
import { TOKEN, built, start } from "./servers.mjs";
import { certificates } from "./service.mjs";
import { blobs, crowdStrike, cybereason, defender, gitHub, graph, ingestion, odata, openObserve, prisma, resourceGraph, sumo, withTls } from "./stand-ins.mjs";

const ROWS = 10_050; // more than a page
const RULE = `dcr-${"0".repeat(32)}`;
const WORKSPACE = "11111111-2222-3333-4444-555555555555";
const LARGE = `{"tables":[${" ".repeat(3_000_000)}]}`;
const GRAPH = "https://graph.microsoft.com";
/** What only the proxy has. */
const KEYS = {
  HUNTBOOK_SPLUNK_KEY: "splunk-key-1", HUNTBOOK_ELASTIC_KEY: "elastic-key-1", HUNTBOOK_SUMOLOGIC_KEY: "sumo-id:sumo-key-1", HUNTBOOK_CYBEREASON_PASSWORD: "cyber pass&1",
  HUNTBOOK_PRISMACLOUD_SECRET: "prisma-secret-1", HUNTBOOK_OPENOBSERVE_KEY: "me@example.com:observe-key-1", HUNTBOOK_CROWDSTRIKE_SECRET: "falcon-secret-1",
  HUNTBOOK_SPLUNK_HEC_KEY: "hec-key-1", HUNTBOOK_GITHUB_KEY: "github-key-1",
};

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-proxy-")));
const closing = [];
const t0 = { after: (close) => closing.push(close) };
const at = {}; // the stand-ins by their routes
const store = blobs();
const tenant = cybereason({ user: "me", password: KEYS.HUNTBOOK_CYBEREASON_PASSWORD }, 250);
let broken, large, proxy, site, stranger, asks;

const inFront = async (service) => Object.assign(service, await withTls(t0, folder, service));
const stand = async (answer) => inFront(await startService(t0, answer));
const route = (name, service, more = "") => `[routes.${name}]\nupstream = "https://localhost:${service.port}"\n${more}\n`;

before(async () => {
  built();
  certificates(folder);
  fs.mkdirSync(path.join(folder, "site"));
  const sites = [0, 1].map(() => serve(path.join(folder, "site"), { mounts: { "/pkg": path.join(root, "pkg") } }));
  [site, stranger] = await Promise.all(sites);
  const github = gitHub(gzipSync('{"n":1}\n{"n":2}\n'));
  at.splunk = await inFront(await startSplunk(t0, { tokens: [KEYS.HUNTBOOK_SPLUNK_KEY], session: "none", rows: Array.from({ length: ROWS }, (_, n) => ({ n: String(n) })) }));
  const docs = Array.from({ length: ROWS }, (_, n) => ({ "@timestamp": "2024-01-01T00:00:00Z", n }));
  at.elastic = await inFront(await startElastic(t0, { keys: [`ApiKey ${KEYS.HUNTBOOK_ELASTIC_KEY}`], docs }));
  for (const [name, answer] of Object.entries({
    "loganalytics": logAnalytics(), "kusto": kusto(), "sumologic-us2": sumo(KEYS.HUNTBOOK_SUMOLOGIC_KEY, ROWS), "cybereason": tenant.answer,
    "prismacloud-eu": prisma("access-1", KEYS.HUNTBOOK_PRISMACLOUD_SECRET), "openobserve": openObserve(KEYS.HUNTBOOK_OPENOBSERVE_KEY, ROWS),
    "crowdstrike-us-2": crowdStrike(KEYS.HUNTBOOK_CROWDSTRIKE_SECRET), "arm": resourceGraph, "graph": graph(GRAPH), "defender": defender, "odata": odata,
    "blob": store.answer, "github-api": github.api, "github-raw": github.raw,
  })) at[name] = await stand(answer);
  for (const [name, answer] of Object.entries({
    "la-ingest": ({ headers }) => ({ status: /^SharedKey /.test(headers.authorization) ? 200 : 403, body: "" }),
    "logs-ingestion": ({ headers }) => ({ status: headers.authorization === "Bearer user-token" ? 204 : 401, body: "" }),
    "splunk-hec": ({ headers }) => (headers.authorization === `Splunk ${KEYS.HUNTBOOK_SPLUNK_HEC_KEY}` ? { text: "Success", code: 0 } : { status: 403, body: { text: "Invalid token", code: 4 } }),
  })) {
    const { taken, answer: noting } = ingestion(answer);
    at[name] = Object.assign(await stand(noting), { taken });
  }
  large = await stand(({ json: { query } }) => ({ headers: query === "declared" ? { "Content-Length": LARGE.length } : {}, body: LARGE }));
  broken = await stand(() => "");
  broken.fault = "cut off in the middle";
  const like = (name, kind, more) => route(name, at[kind], `like = "${kind}"\n${more}`);
  const file = [
    `origins = ["${site.url}"]\nca_file = "${folder}/ca.pem"\n`, ...Object.keys(at).filter((name) => name !== "kusto").map((name) => route(name, at[name])), like("cluster", "kusto", ""),
    like("often", "graph", "rate = { calls = 1, seconds = 1 }"), like("seldom", "graph", "rate = { calls = 1, seconds = 3600 }"), `[routes.broken]\nlike = "loganalytics"\nupstream = "https://localhost:${broken.port}"\n`,
    `[routes.small]\nlike = "loganalytics"\nupstream = "https://localhost:${large.port}"\nmax_answer = 2_000_000\n`,
    `[routes.stranger]\nlike = "kusto"\nupstream = "https://127.0.0.1:${at.kusto.port}"\n`,
  ].join("");
  proxy = await start("proxy", folder, {}, { file, keys: KEYS });
  asks = `http://127.0.0.1:${proxy.port}`;
});

after(async () => {
  await proxy?.stop();
  for (const close of closing) close();
  for (const server of [site, stranger]) server?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function connect(environment, options, through = asks) {
  const provider = new hb.QueryProvider(environment, { proxy: through });
  await provider.connect(options);
  return provider;
}
const kustoAt = (options, through) => connect("Kusto", { cluster: "help", database: "Samples", auth: "user-token", transport: "proxy", ...options }, through);
const sentinel = (options, through) => connect("MSSentinel", { workspace: WORKSPACE, auth: "user-token", transport: "proxy", ...options }, through);
const times = { start: "2024-01-01", end: "2024-01-02" };
const ALERTS = "/security/alerts_v2?$filter=severity eq 'high' and title eq 'a/b+c'";

/** `[environment, options of connect, text, options of query, rows]`: no secret but a user's own token is here. */
const QUERIES = [
  ["MSSentinel", { workspace: WORKSPACE, auth: "user-token", transport: "proxy" }, "Logons", {}, 3],
  ["MSSentinelSearch", { workspace: WORKSPACE, auth: { apiKey: "k" }, transport: "proxy" }, "Logons", times, 3],
  ["Kusto", { cluster: "help", database: "Samples", auth: () => "user-token", transport: "proxy", route: "cluster" }, "Logons", {}, 3],
  ["Splunk", {}, "index=main", times, ROWS],
  ["Splunk", { owner: "nobody", app: "my app" }, "index=main", { mode: "export" }, ROWS],
  ["Elastic", { index: "logs-1" }, "*", {}, ROWS],
  ["Elastic", {}, "FROM logs-1", {}, 0],
  ["Sumologic", { region: "us2" }, "error", times, ROWS],
  ["Cybereason", { auth: { user: "me" } }, '{"queryPath": []}', {}, 250],
  ["Prismacloud", { region: "eu", auth: { user: "access-1" } }, "config from cloud.resource where cloud.type = 'aws'", {}, 2],
  ["OpenObserve", { organization: "my org" }, 'SELECT * FROM "default"', times, ROWS],
  ["CrowdStrike", { repository: "search-all", cloud: "us-2", auth: { clientId: "c" } }, "*", times, 3],
  ["ResourceGraph", { auth: "user-token", transport: "proxy" }, "Resources", {}, 2],
  ["M365DGraph", { auth: "user-token", transport: "proxy" }, "DeviceInfo", {}, 3],
  ["MSGraph", { auth: "user-token", transport: "proxy" }, ALERTS, {}, 2],
  ["MDE", { auth: "user-token" }, "DeviceInfo", {}, 3],
  ["MSGraph", { base: "https://odata.example/v4", auth: { user: "ann", password: "pass-1" } }, "/Users('a b')?$top=1", {}, 1],
  ["Mordor", { transport: "proxy", refresh: true }, "atomic.a set.json", {}, 2],
];

for (const [environment, options, text, asked, rows] of QUERIES) {
  test(`${environment}: ${text}`, async (t) => {
    t.mock.method(console, "warn", () => {});
    const { route, ...others } = options;
    const table = await (await connect(environment, others, { url: asks, route })).query(text, asked);
    assert.equal(table.numRows, rows);
    assert.equal(table.report?.partial ?? false, false);
    if (rows === ROWS) assert.equal(new Set(Array.from(table.column(/sumo/i.test(environment) ? "map.n" : "n"), Number)).size, ROWS, "a page came twice");
  });
}

test("a session that is over is begun again, once for all pages", async () => {
  const provider = await connect("Cybereason", { auth: { user: "me" } });
  const { begun } = tenant;
  tenant.ended = begun;
  assert.equal((await provider.query('{"queryPath": []}')).numRows, 250);
  assert.equal(tenant.begun, begun + 1);
  await assert.rejects(connect("Cybereason", { auth: { user: "other" } }), { code: "unauthorized", message: /the sign-in was refused; check the user/ });
});

test("blobs, whatever their names", async () => {
  const account = new hb.AzureBlobStorage({ account: "contoso", auth: "user-token", proxy: asks });
  const names = ["2026/a b+c#?.csv", "größe/日本.txt", "100%", "50%25 of", "back\\slash.txt", "x&y=<z>'(1).txt"];
  for (const name of names) {
    await account.upload("logs", name, `text of ${name}`);
    assert.equal(await (await account.download("logs", name)).text(), `text of ${name}`, name);
    assert.equal(await account.exists("logs", name), true, name);
  }
  assert.deepEqual([...store.all.keys()], names, "each came under its own name");
  assert.deepEqual((await account.blobs("logs")).column("name"), [...names].sort(), "in two pages");
  assert.equal(await account.exists("logs", "none"), false);
  const large = new Uint8Array(9 << 20).fill(7);
  store.all.set("large", Buffer.from(large));
  assert.deepEqual(new Uint8Array(await (await account.download("logs", "large")).arrayBuffer()), large, "in parts");
  // Such a name could be read as another's.
  await assert.rejects(account.upload("logs", "a//b", "x"), { code: "service", message: /the proxy says: the route blob does not let this path through: it has an empty segment/ });
  const nowhere = new hb.AzureBlobStorage({ account: "contoso", auth: "user-token", proxy: { url: asks, route: "none" } });
  await assert.rejects(nowhere.exists("logs", "x"), { code: "service", message: /the proxy says: route, for its route none/ });
});

test("uploads of rows", async () => {
  const rows = [{ n: 1, when: "2024-01-01" }, { n: 2, when: "2024-01-02" }];
  const key = Buffer.from("shared").toString("base64");
  const uploads = [
    ["la-ingest", new hb.LogAnalyticsUploader({ workspace: WORKSPACE, auth: { sharedKey: key }, proxy: asks }), { table: "Findings", timeColumn: "when" }],
    ["logs-ingestion", new hb.LogAnalyticsUploader({ rule: RULE, auth: "user-token", proxy: asks }), { table: "Findings_CL" }],
    ["splunk-hec", new hb.SplunkUploader({ proxy: asks }), { index: "hunt" }],
  ];
  for (const [name, uploader, options] of uploads) assert.equal((await uploader.upload(rows, options)).rows, 2, name);
  const [collected] = at["la-ingest"].taken;
  assert.deepEqual([collected.headers["log-type"], collected.headers["time-generated-field"]], ["Findings", "when"]);
  assert.equal(at["logs-ingestion"].taken[0].path, `/dataCollectionRules/${RULE}/streams/Custom-Findings_CL`);
  assert.equal(at["splunk-hec"].taken[0].text.split("\n").length, 2);
});

test("what the proxy has no route, upstream or trust for is said, and asked for once", async () => {
  for (const [name, code, message] of [
    ["none", "service", /Kusto, help: the proxy says: there is no such route.*\[routes\.NAME\] with like and upstream in huntbook-proxy\.toml/],
    ["kusto", "service", /the route kusto leads nowhere yet: add \[routes\.kusto\] with upstream/],
    ["stranger", "network", /certificate of 127\.0\.0\.1:\d+ is not to be trusted/],
    ["graph", "service", /the route graph does not let this path through/],
  ]) {
    const provider = await kustoAt({ proxy: { url: asks, route: name } });
    const lines = () => proxy.log().split("\n").filter((line) => line.includes(` ${name} `)).length;
    const begun = lines();
    await assert.rejects(provider.query("Logons"), { code, message }, name);
    if (name !== "none") assert.equal(lines(), begun + 1, name);
  }
});

test("an answer that is too large is said, and asked for once", async () => {
  const provider = await sentinel({ proxy: { url: asks, route: "small" } });
  for (const [query, message] of [
    ["declared", /answers with more than the 2000000 bytes of the route small; ask for less, or set max_answer/],
    ["undeclared", /broke off after \d\.\d MB, as the proxy lets through 2 MB; ask for less, .* max_answer for its route small/],
  ]) {
    const before = large.requests.length;
    await assert.rejects(provider.query(query), { code: "limitExceeded", message });
    assert.equal(large.requests.length, before + 1, query);
  }
});

test("who stops ends what the proxy asks, too", async (t) => {
  const service = at.loganalytics;
  service.fault = "slow";
  t.after(() => (service.fault = undefined));
  const { open } = service;
  for (const one of open) one.destroy(); // kept for more
  await until(() => open.size === 0);
  const stop = new AbortController();
  const asking = (await sentinel()).query("Logons", { signal: stop.signal });
  await until(() => open.size === 1);
  stop.abort();
  await assert.rejects(asking, { code: "cancelled" });
  await until(() => open.size === 0);
});

async function until(what) {
  for (let i = 0; !what() && i < 1000; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(what());
}

test("a token of the proxy", async () => {
  const file = `token_env = "TEST_TOKEN"\nca_file = "${folder}/ca.pem"\n${route("loganalytics", at.loganalytics)}`;
  const server = await start("proxy", folder, {}, { token: true, file });
  try {
    const url = `http://127.0.0.1:${server.port}`;
    for (const token of [undefined, "another"]) {
      const signed = [];
      const provider = await sentinel({ auth: ({ refresh }) => signed.push(refresh) && "user-token", proxy: { url, token } });
      await assert.rejects(provider.query("Logons"), { code: "unauthorized", message: /the proxy says: the proxy needs its token.*\{ proxy: \{ url, token \} \}/ });
      assert.deepEqual(signed, [false], "nobody has to sign in for that");
    }
    assert.equal((await (await sentinel({ proxy: { url, token: TOKEN } })).query("Logons")).numRows, 3);
  } finally {
    await server.stop();
  }
});

// Each waits for something.
describe("beside each other", { concurrency: true }, () => {
  test("searches that begin at the same moment have one session", async () => {
    const provider = await connect("Sumologic", { region: "us2" });
    const one = { start: "2024-01-01", limit: 1 };
    const tables = await Promise.all([2, 3, 4].map((day) => provider.query("error", { ...one, end: `2024-01-0${day}` })));
    assert.deepEqual(tables.map(({ numRows }) => numRows), [1, 1, 1]);
  });

  test("a limit of the proxy is waited for, or said", async () => {
    const often = await connect("M365DGraph", { auth: "user-token", transport: "proxy", proxy: { url: asks, route: "often" } });
    assert.deepEqual((await Promise.all([often.query("A"), often.query("B")])).map(({ numRows }) => numRows), [3, 3]);
    const seldom = await connect("M365DGraph", { auth: "user-token", transport: "proxy", proxy: { url: asks, route: "seldom" } });
    await seldom.query("A");
    await assert.rejects(seldom.query("B"), { code: "network", message: /the proxy says: .* is asked at most 1 times in 3600 s; wait \d+ s, or set rate for the route seldom/ });
  });

  test("an answer that breaks off is no short table", async () => {
    const provider = await sentinel({ proxy: { url: asks, route: "broken" } });
    await assert.rejects(provider.query("Logons"), { code: "network", message: /the answer broke off; try again$/ });
    assert.equal(broken.requests.length, 3, "after more tries");
  });

  test("a page of another network in Chromium, which may reach this machine or not", async (t) => {
    fs.writeFileSync(path.join(folder, "site/index.html"), script(asks));
    const browser = await chromium.launch({
      executablePath: process.env.HUNTBOOK_CHROMIUM ?? "/usr/bin/chromium",
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", `--ip-address-space-overrides=${new URL(site.url).host}=public`],
    });
    t.after(() => browser.close());
    // It asks since 142.
    if (Number.parseInt(browser.version()) < 142) return t.skip(`Chromium ${browser.version()} does not ask`);
    for (const [permissions, expected] of [[[], /let the page reach this machine/], [["local-network-access"], 5]]) {
      const context = await browser.newContext({ permissions });
      const page = await context.newPage();
      await page.goto(`${site.url}/index.html`);
      const [splunk] = await resultOf(page, []);
      if (expected === 5) assert.equal(splunk, 5);
      else assert.match(splunk, expected);
      await context.close();
    }
  });
});

test("no key is in a log", () => {
  for (const key of Object.values(KEYS)) assert.ok(!proxy.log().includes(key));
});

/** A page's queries; nothing of theirs has a key. */
const script = (through) => html(`<script type="module">
  import * as hb from "/pkg/index.js";
  const ask = async (environment, options, text) => {
    try {
      const provider = new hb.QueryProvider(environment, { proxy: "${through}" });
      await provider.connect(options);
      return (await provider.query(text, { limit: 5 })).numRows;
    } catch (error) {
      return error.message;
    }
  };
  globalThis.result = await Promise.all([
    ask("Splunk", {}, "index=main"), ask("Sumologic", { region: "us2" }, "error"), ask("Cybereason", { auth: { user: "me" } }, '{"queryPath": []}'),
    ask("Kusto", { cluster: "help", database: "Samples", auth: "user-token", transport: "proxy", proxy: "${through}" }, "Logons"),
  ]);
</script>`);

test("a page in Chromium, and one of another origin", async (t) => {
  fs.writeFileSync(path.join(folder, "site/index.html"), script(asks));
  const { page, log } = await openPage(t, { unstopped: true });
  await page.goto(`${site.url}/index.html`);
  const [splunk, sumologic, cyber, nowhere] = await resultOf(page, log);
  assert.deepEqual([splunk, sumologic], [5, 5]);
  assert.ok(cyber > 0, cyber);
  assert.match(nowhere, /add \[routes\.kusto\] with upstream/);

  await page.goto(`${stranger.url}/index.html`);
  const all = await resultOf(page, log);
  for (const message of all) assert.match(message, new RegExp(`: the proxy at ${asks} does not answer.*start it with \`make proxy\`.*--origin ${stranger.url}`));
});
