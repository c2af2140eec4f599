// What the packaging tests share: the packed tarball, a browser that records
// every request to the outside, and servers.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after } from "node:test";
import { chromium } from "playwright-core";

export { serve } from "../../scripts/serve.mjs";

export const root = path.resolve(import.meta.dirname, "../..");
const npm = (args, cwd) => execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

let packed;

/** Packs pkg/ once, as `npm publish` would: the tarball's path, and what npm says of it (`files`, `size`, `unpackedSize`). */
export function pack() {
  if (packed) return packed;
  assert.ok(fs.existsSync(path.join(root, "pkg/package.json")), "pkg/ is absent: run make test, or node scripts/build.mjs --quick");
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-pack-"));
  process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  const [facts] = JSON.parse(npm(["pack", "--json", "--pack-destination", folder], path.join(root, "pkg")));
  packed = { ...facts, tarball: path.join(folder, facts.filename) };
  return packed;
}

/** A new folder with `files` (name → text) and the packed package installed. */
export function project(test, files) {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-app-")));
  test.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const manifest = { name: "app", private: true, type: "module" };
  for (const [name, text] of Object.entries({ "package.json": JSON.stringify(manifest), ...files })) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  npm(["install", "--offline", "--no-audit", "--no-fund", "--silent", pack().tarball], folder);
  return folder;
}

let browser;
after(async () => (await browser)?.close());

/** One browser for all tests of a file; each page has a context of its own. */
function launch() {
  return (browser ??= chromium.launch({
    executablePath: process.env.HUNTBOOK_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  }));
}

/**
 * A page in Chromium. `log` has what the console said and what went wrong;
 * requests that leave this machine are stopped, and fail the test at its end.
 * `settings` are those of a browser context, such as `{ hasTouch: true }`. With
 * `{ unstopped: true }` they only fail it: the browser asks no server for leave
 * (CORS) while requests can be stopped.
 */
export async function openPage(test, { unstopped, ...settings } = {}) {
  const context = await (await launch()).newContext(settings);
  const outside = [];
  const isOutside = (url) => url.protocol.startsWith("http") && !["127.0.0.1", "localhost"].includes(url.hostname);
  if (unstopped) context.on("request", (request) => isOutside(new URL(request.url())) && outside.push(request.url()));
  else {
    await context.route(isOutside, (route) => {
      outside.push(route.request().url());
      return route.abort();
    });
  }
  const page = await context.newPage();
  const log = [];
  page.on("console", (message) => log.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => log.push(`pageerror: ${error}`));
  page.on("response", (response) => response.status() >= 400 && log.push(`${response.status()}: ${response.url()}`));
  test.after(async () => {
    await context.close();
    assert.deepEqual(outside, [], "a request left this machine");
  });
  return { page, log };
}

/** A page of HTML that has no icon to ask for. */
export const html = (body) => `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>test</title>${body}</html>`;

/** Waits for what the page put into `globalThis.result`. */
export async function resultOf(page, log) {
  try {
    await page.waitForFunction(() => globalThis.result !== undefined, null, { timeout: 30_000 });
  } catch (error) {
    throw new Error(`the page gave no result: ${log.join("\n")}`, { cause: error });
  }
  return page.evaluate(() => globalThis.result);
}

/** What each entry point must do: read, extract, round trip; an error in between. */
export const SCENARIO = `async (hb) => {
  const table = await hb.read("a,b\\n1,x\\n2,hxxp://evil[.]example/p", { name: "small.csv" });
  const wrong = await hb.read("a,b\\n1,2", { nam: "x" }).catch((error) => error);
  const iocs = await hb.extractIocs("see hxxp://evil[.]com/p now");
  const ofTable = await hb.extractIocs(table);
  return {
    rows: table.rows().map((row) => ({ ...row, a: Number(row.a) })),
    wrong: [wrong instanceof hb.HuntbookError, wrong.name, wrong.code, wrong.message],
    iocs: iocs.rows().map((row) => [row.IoCType, row.Observable, row.Raw]),
    ofTable: ofTable.rows().map((row) => [row.Observable, Number(row.SourceIndex), row.SourceColumn]),
    defanged: await hb.refang(await hb.defang("http://evil.com")),
    kind: await hb.classifyIoc("203.0.113.7"),
    later: [(await hb.entity("Host", "web1.contoso.com")).fqdn, (await hb.Pipeline.fromYaml("one: { steps: [] }"))[0].name],
  };
}`;

export function checkScenario(result) {
  assert.equal(result.failed, undefined);
  assert.deepEqual(result.rows, [{ a: 1, b: "x" }, { a: 2, b: "hxxp://evil[.]example/p" }]);
  const [isOurs, name, code, message] = result.wrong;
  assert.deepEqual([isOurs, name, code], [true, "HuntbookError", "invalidArgument"]);
  assert.match(message, /no option `nam`; did you mean `name`\?/);
  assert.deepEqual(result.iocs.find(([type]) => type === "url"), ["url", "http://evil.com/p", "hxxp://evil[.]com/p"]);
  assert.ok(result.ofTable.some(([observable, row, column]) => observable.includes("evil.example") && row === 1 && column === "b"), JSON.stringify(result.ofTable));
  assert.equal(result.defanged, "http://evil.com");
  assert.equal(result.kind, "ipv4");
  assert.deepEqual(result.later, ["web1.contoso.com", "one"]);
}

/** A Parquet file of three rows. */
export async function makeParquet() {
  const [parquet, { tableFromArrays, tableToIPC }] = await Promise.all([import("parquet-wasm/node"), import("apache-arrow")]);
  const table = tableFromArrays({ n: Int32Array.of(1, 2, 3) });
  return parquet.writeParquet(parquet.Table.fromIPCStream(tableToIPC(table, "stream")));
}
