// The package's own queries, as users get them: loaded by environment, and rendered with values.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { manifest } from "../../scripts/queries.mjs";
import { root } from "./packs.mjs";

const hb = await import(path.join(root, "pkg/node.js"));
const { packs } = manifest();
const environments = [...new Set(packs.flatMap(({ environments }) => environments))];

const VALUES = { str: "WS-1", int: 7, float: 0.5, bool: true, datetime: new Date(Date.UTC(2026, 2, 14)), list: ["a", "b"], dict: { a: 1 } };

for (const environment of environments) {
  test(`${environment}: every query is there and renders`, async () => {
    const store = await hb.QueryStore.builtIn(environment);
    const wanted = packs.filter((pack) => pack.environments.includes(environment)).flatMap(({ queries }) => Object.entries(queries).map(([name, [family]]) => `${family}.${name}`));
    const rows = store.list();
    assert.deepEqual(rows.map(({ family, name }) => `${family}.${name}`).sort(), wanted.sort());
    for (const { family, name, required } of rows) {
      const { parameters } = store.get(`${family}.${name}`);
      const types = Object.fromEntries(parameters.map(({ name, type }) => [name, type]));
      const text = store.render(`${family}.${name}`, Object.fromEntries(required.map((name) => [name, VALUES[types[name]]])));
      assert.ok(text.trim(), name);
      assert.doesNotMatch(text, /(?<![{$])\{[a-z]\w*\}/, `${name}: something was not filled in`);
    }
  });
}

test("by another of an environment's names, and one that there is not", async () => {
  const [one, other] = await Promise.all(["MSSentinel", "loganalytics"].map((name) => hb.QueryStore.builtIn(name)));
  assert.deepEqual(one.list(), other.list());
  assert.match(one.render("WindowsSecurity.list_host_logons", { host_name: "WS\"1", start: "2026-03-14", end: "2026-03-15" }), /WS\\"1/);
  await assert.rejects(hb.QueryStore.builtIn("Splunkk"), { code: "invalidArgument", message: /did you mean `Splunk`/ });
});

test("where the package's folder is not beside the script", async () => {
  const inline = await import(path.join(root, "pkg/inline.js"));
  await assert.rejects(inline.QueryStore.builtIn("Splunk"), { code: "unsupported", message: /init\(\{ queries \}\)/ });
  const files = [];
  const { fetch } = globalThis;
  globalThis.fetch = async (url) => (files.push(String(url)), new Response("", { status: 404, statusText: "Not Found" }));
  try {
    await inline.init({ queries: "https://tools.example/queries" });
    await assert.rejects(inline.QueryStore.builtIn("Splunk"), { code: "network", message: /404/ });
  } finally {
    globalThis.fetch = fetch;
  }
  assert.deepEqual(files, ["https://tools.example/queries/index.json"]);
  const given = [];
  await inline.init({ queries: async (file) => given.push(file) && fs.readFileSync(path.join(root, "pkg/queries", file), "utf8") });
  assert.ok((await inline.QueryStore.builtIn("Splunk")).list().length > 20);
  assert.equal(given[0], "index.json");
  await hb.init({ queries: pathToFileURL(path.join(root, "pkg/queries")) });
  assert.ok((await hb.QueryStore.builtIn("Splunk")).list().length > 20);
});
