// The guide's examples of providers, queries, signing in, uploads and masking run as they stand, in Node and in a page. What they
// ask of services stand-ins answer, and they sign in by a token, but for the example of signing in itself.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { html, openPage, root, serve } from "../packaging/helpers.mjs";
import { startEntra } from "./entra.mjs";
import { hb, zipOf } from "./helpers.mjs";

const FIRST = "Query providers";
const LAST = "To show data to others";
const PROXY = "http://127.0.0.1:8710";
const LINK = "https://raw.githubusercontent.com/OTRF/Security-Datasets/master/";
const SET = "datasets/atomic/windows/credential_access/host/psh_lsass_memory_dump_comsvcs.zip";

// What the guide says that its SQL becomes.
const [, KQL] = /^\/\/ (SecurityEvent .*)$/m.exec(fs.readFileSync(path.join(root, "docs/guide.md"), "utf8"));
const METADATA = `title: A set\nid: SD-1\ntype: atomic\nplatform: [Windows]\ndescription: What was done.\nattack_mappings:\n- technique: T1003\n  tactics: [TA0006]\ntags:\nfiles:\n- type: Host\n  link: ${LINK}${SET}\n`;
const QUERIES = "metadata: { version: 1, description: Some, data_environments: [MSSentinel], data_families: [Own] }\nsources:\n  all_of_it: { description: All, args: { query: 'Logs | take {n}' }, parameters: { n: { type: int, description: How many, default: 1 } } }";
const RESULTS = '{"name":"pack/os/listening_ports","hostIdentifier":"h","unixTime":1700000000,"action":"added","columns":{"port":"22"}}\n';

/** The examples by their headings, from `FIRST` to `LAST`. */
function examples() {
  const guide = fs.readFileSync(path.join(root, "docs/guide.md"), "utf8");
  const all = {};
  let heading;
  for (const [, name, code] of guide.matchAll(/^##+ (.+)$|^```js\n([^]*?)^```$/gm)) {
    if (name) heading = name;
    else (all[heading] ??= []).push(code);
  }
  const names = Object.keys(all);
  return Object.fromEntries(Object.entries(all).slice(names.indexOf(FIRST), names.indexOf(LAST) + 1));
}

const columns = (types) => Object.entries(types).map(([name, type]) => ({ name, type }));
const TABLE = { name: "PrimaryResult", columns: columns({ TimeGenerated: "datetime", Computer: "string", EventID: "long" }), rows: [["2024-01-01T10:00:00Z", "WS1", 4624]] };

/** What services answer; `asked` has all requests. */
function standIns() {
  const asked = [];
  const blobs = new Map([["/evidence/2026/logons.csv", "Account,n\nbob,1\n"]]);
  const json = (body, headers) => ({ body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...headers } });
  const xml = (body) => ({ body: `<?xml version="1.0"?>${body}`, headers: { "Content-Type": "application/xml" } });
  const services = {
    "api.loganalytics.azure.com": () => json({ tables: [TABLE] }),
    "127.0.0.1:8710": ({ pathname }) => {
      if (pathname === "/") return json({ routes: { virustotal: { title: "VirusTotal", ready: true, key: false } } });
      if (pathname.startsWith("/logs-ingestion/")) return { status: 204 };
      return json({}, pathname.startsWith("/virustotal/") ? { "huntbook-proxy-error": "upstream" } : {});
    },
    "api.github.com": () => json({ truncated: false, tree: ["datasets/atomic/_metadata/SD-1.yaml", SET].map((file) => ({ path: file, type: "blob", size: 1, sha: "x" })) }),
    "raw.githubusercontent.com": ({ pathname }) => ({ body: pathname.endsWith(".yaml") ? METADATA : zipOf("set.json", '{"EventID":1}\n{"EventID":2}\n') }),
    "contosologs.blob.core.windows.net": ({ pathname, searchParams }, method, body) => {
      if (searchParams.get("comp") === "userdelegationkey") return xml("<UserDelegationKey><SignedOid>o</SignedOid><SignedTid>t</SignedTid><SignedStart>2026-01-01T00:00:00Z</SignedStart><SignedExpiry>2027-01-01T00:00:00Z</SignedExpiry><SignedService>b</SignedService><SignedVersion>2022-11-02</SignedVersion><Value>a2V5</Value></UserDelegationKey>");
      if (searchParams.get("comp") === "list") return xml("<EnumerationResults><Blobs><Blob><Name>2026/logons.csv</Name><Properties><Content-Length>16</Content-Length></Properties></Blob></Blobs><NextMarker/></EnumerationResults>");
      if (method === "PUT") blobs.set(pathname, body);
      return { status: method === "PUT" ? 201 : 200, body: method === "PUT" ? "" : blobs.get(pathname), headers: { "Content-Type": "text/csv", ETag: '"1"' } };
    },
    "splunk.example.com:8088": () => json({ text: "Success", code: 0 }),
  };
  return {
    asked,
    /** `{ status, headers, body }` of a request. */
    answer(address, method, body) {
      const url = new URL(address);
      asked.push(`${method} ${url.host}${url.pathname}`);
      if (!services[url.host]) throw new Error(`nothing stands for ${url.host}`);
      return { status: 200, headers: {}, ...services[url.host](url, method, body) };
    },
  };
}

/** What the examples have from around them; made here and in the page, so that it is source. */
const SETUP = `
const token = "token-1", auth = "token-1", tenant = "contoso.com", clientId = "6731de76-14a6-49ae-97bc-6eba6914391e", workspace = "8ecf8077-cf51-4820-aadd-14040956f35d", labId = "11111111-2222-3333-4444-555555555555", proxy = "http://127.0.0.1:8710";
const settings = await hb.readSettings({ AzureSentinel: { Workspaces: { Prod: { WorkspaceId: workspace, TenantId: tenant } } } });
const events = await hb.Table.fromRows([{ Account: "CONTOSO\\\\bob", Computer: "ws1.contoso.com", Client: "203.0.113.7", Message: "a" }]);
const [risky, seed, tomorrow, endpoint, hecToken] = [events, "a seed that is long and random", new Date(Date.now() + 86400000), "https://hunt.ingest.monitor.azure.com", "hec-1"];
const file = new File([${JSON.stringify(QUERIES)}], "own.yaml");
const input = { files: [new File(["Account,n\\nbob,1\\n"], "alerts.csv"), new File(["Account,n\\nbob,1\\n"], "host_logons.csv")] };
const bar = () => {};
`;

// What each example comes to, beside not to fail; `more` comes before it, and `change` is what cannot be as it stands.
const AS = {
  "Query providers": { expect: "[logons.numRows, counts.numRows, found.length > 5, (await sentinel.connections()).length]", is: [7, 1, true, 2] },
  "Logs in files": {
    more: `const showDirectoryPicker = async () => [new File([${JSON.stringify(RESULTS)}], "results.log")];`,
    change: (code) => code.replace('"day1/alerts.csv"', '"alerts.csv"').replace(/(?=^await local\.WindowsSecurity)/m, 'await (await local.list()).length; await local.add(new File(["metadata: { version: 1, description: L, data_environments: [LocalData], data_families: [WindowsSecurity] }\\nsources:\\n  list_host_logons: { description: x, args: { query: host_logons.pkl } }"], "q.yaml"));\n'),
    pageOnly: /, keep: "case 7"|^const again.*$/gm,
    expect: "[(await osquery.osquery.listening_ports()).numRows]", is: [1],
  },
  // Where there is no page, there is no body; what users choose is set.
  "Recorded attacks": { change: (code) => code.replace("document.body.append(browser);", 'globalThis.document?.body.append(browser);\nbrowser.value = "psh_lsass_memory_dump_comsvcs";'), expect: "[events.numRows]", is: [2] },
  "The proxy": { expect: "[code, Object.keys(routes)]", is: ["upstream", ["virustotal"]] },
  "Queries": { expect: '[store.search("logon", { param: "host_name" }).length > 3, store.list().length]', is: [true, 226] },
  "SQL to KQL": { expect: 'kql.replace(/\\s+/g, " ")', is: KQL, change: (code) => code.replace("await hb.sqlToKql", "const kql = await hb.sqlToKql") },
  "Uploads": { change: (code) => code.replace("dcr-…", `dcr-${"0123456789abcdef".repeat(2)}`), expect: "[logons.numRows]", is: [1] },
  "To show data to others": { expect: '[shown.row(0).Account !== "CONTOSO\\\\bob", shown.row(0).Message]', is: [true, "a"] },
};

/** The source of an example with what is around it; it is an async function's body. */
function sourceOf(heading, codes, inPage) {
  const { more = "", change = (code) => code, pageOnly, expect } = AS[heading];
  const code = change(codes.join("\n").replaceAll("auth: { tenant, clientId }", "auth: token"));
  return `${SETUP}${more}\n{\n${inPage || !pageOnly ? code : code.replace(pageOnly, "")}\nreturn ${expect};\n}`;
}

const all = examples();

test("each example is run", () => {
  assert.deepEqual(Object.keys(all).filter((heading) => heading !== "Signing in"), Object.keys(AS));
});

for (const [heading, codes] of Object.entries(all).filter(([name]) => name in AS)) {
  test(`the guide, "${heading}", in Node`, async (t) => {
    const { answer, asked } = standIns();
    t.mock.method(globalThis, "fetch", async (address, { method = "GET", body } = {}) => {
      if (String(address).startsWith("data:") || String(address).startsWith("file:")) throw new Error("not here");
      const given = answer(String(address), method, body);
      return new Response(given.status === 204 ? null : given.body, given);
    });
    const AsyncFunction = (async () => {}).constructor;
    assert.deepEqual(await new AsyncFunction("hb", sourceOf(heading, codes, false))(hb), AS[heading].is, asked.join("\n"));
  });
}

/** A page of a server that has the package; requests to elsewhere are answered by stand-ins, as if they let every page ask. */
async function openWith(t, answer) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-guide-"));
  const site = await serve(folder, { mounts: { "/pkg": path.join(root, "pkg") } });
  t.after(() => {
    site.close();
    fs.rmSync(folder, { recursive: true });
  });
  fs.writeFileSync(path.join(folder, "index.html"), html("<button>Sign in</button>"));
  const { page } = await openPage(t);
  const cors = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*, authorization", "Access-Control-Allow-Methods": "*", "Access-Control-Expose-Headers": "*" };
  await page.context().route((url) => url.origin !== site.url && /^http/.test(url.protocol), async (route) => {
    const request = route.request();
    const given = request.method() === "OPTIONS" ? { status: 204 } : await answer(request.url(), request.method(), request.postDataBuffer() ?? undefined);
    await route.fulfill({ ...given, headers: { ...given.headers, ...cors } });
  });
  await page.goto(`${site.url}/index.html`);
  return { page, site };
}

for (const [heading, codes] of Object.entries(all).filter(([name]) => name in AS)) {
  test(`the guide, "${heading}", in a page`, async (t) => {
    const { answer, asked } = standIns();
    const { page } = await openWith(t, answer);
    const result = await page.evaluate(async (source) => {
      const hb = await import("/pkg/index.js");
      return new (async () => {}).constructor("hb", source)(hb);
    }, sourceOf(heading, codes, true));
    assert.deepEqual(result, AS[heading].is, asked.join("\n"));
  });
}

test("the guide, \"Signing in\", in a page", async (t) => {
  const { answer } = standIns();
  const entra = await startEntra(t, { prefix: "" });
  const { page } = await openWith(t, async (address, method, body) => {
    const url = new URL(address);
    if (url.host !== "login.microsoftonline.com") return answer(address, method, body);
    const given = await fetch(entra.url + url.pathname + url.search, { method, body, redirect: "manual", headers: { "Content-Type": "application/x-www-form-urlencoded" } });
    return { status: given.status, headers: Object.fromEntries(given.headers), body: await given.text() };
  });
  await page.evaluate(async (code) => {
    const hb = await import("/pkg/index.js");
    const around = { hb, button: document.querySelector("button"), workspace: "w", clientId: "6731de76-14a6-49ae-97bc-6eba6914391e", sentinel: new hb.QueryProvider("MSSentinel") };
    new Function(...Object.keys(around), code)(...Object.values(around));
    const { onclick } = around.button;
    around.button.onclick = () => (globalThis.rows = onclick().then(() => around.sentinel.query("SecurityEvent")).then((table) => table.numRows, (error) => error.message));
  }, all["Signing in"][0]);
  await page.getByRole("button").click();
  assert.equal(await page.evaluate(() => globalThis.rows), 1);
});
