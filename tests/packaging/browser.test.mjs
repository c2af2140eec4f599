// The packed package in Chromium: every way a page may load it.
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { build, createServer, preview } from "vite";
import { SCENARIO, checkScenario, html, makeParquet, openPage, project, resultOf, serve } from "./helpers.mjs";

const script = (specifier) => `import * as hb from ${JSON.stringify(specifier)};
  (${SCENARIO})(hb).then((result) => { globalThis.result = result; }, (error) => { globalThis.result = { failed: String(error?.stack ?? error) }; });`;
const page = (specifier) => html(`<script type="module">${script(specifier)}</script>`);

/** The page at `url` runs the scenario, and the console stays silent. */
async function checkPage(t, url, expectedLog = []) {
  const { page, log } = await openPage(t);
  await page.goto(url);
  checkScenario(await resultOf(page, log));
  assert.deepEqual(log.filter((line) => !/^debug: \[vite\]/.test(line)), expectedLog);
  return page;
}

async function serving(t, folder, options) {
  const server = await serve(folder, options);
  t.after(() => server.close());
  return server.url;
}

for (const entry of ["index.js", "inline.js", "anywidget.js"]) {
  test(`<script type="module"> with ${entry}`, async (t) => {
    const folder = project(t, { "index.html": page(`./node_modules/huntbook/${entry}`) });
    await checkPage(t, await serving(t, folder));
  });
}

test("import by an absolute address from another origin", async (t) => {
  const folder = project(t, {});
  const packages = await serving(t, path.join(folder, "node_modules/huntbook"), { headers: { "access-control-allow-origin": "*" } });
  const app = project(t, { "index.html": page(`${packages}/index.js`) });
  await checkPage(t, await serving(t, app));
});

// Vite must also find the two files that only Parquet needs.
const VITE = {
  "index.html": html(`<script type="module" src="./main.js"></script>`),
  "main.js": `${script("huntbook")} globalThis.hb = hb;`,
};
async function checkParquet(page) {
  const bytes = Array.from(await makeParquet());
  assert.equal(await page.evaluate(async (bytes) => (await hb.read(Uint8Array.from(bytes))).numRows, bytes), 3);
}
/** Large data is searched by two workers, which needs one more file. */
async function checkWorkers(page) {
  const rows = await page.evaluate(async () => {
    await hb.init({ workers: 2 });
    return (await hb.extractIocs("one line of many, with evil.com and more\n".repeat(220_000))).numRows;
  });
  assert.equal(rows, 220_000);
  assert.equal(page.workers().length, 2);
}

const config = (folder) => ({ root: folder, configFile: false, logLevel: "error", cacheDir: path.join(folder, ".vite"), server: { host: "127.0.0.1", port: 0 } });

test("Vite, development server", async (t) => {
  const server = await createServer(config(project(t, VITE)));
  t.after(() => server.close());
  await server.listen();
  const { port } = server.httpServer.address();
  const { page, log } = await openPage(t);
  // Vite bundles a dependency when it first sees it, and may reload the page.
  await page.goto(`http://127.0.0.1:${port}/`);
  checkScenario(await resultOf(page, log));
  await checkParquet(page);
  await checkWorkers(page);
});

test("Vite, production build and preview", async (t) => {
  const folder = project(t, VITE);
  await build(config(folder));
  const server = await preview({ ...config(folder), preview: { host: "127.0.0.1", port: 0 } });
  t.after(() => server.close());
  const page = await checkPage(t, `http://127.0.0.1:${server.httpServer.address().port}/`);
  await checkParquet(page);
  await checkWorkers(page);
});

test("a policy without workers from blobs: the same thread, with one warning", async (t) => {
  const folder = project(t, { "index.html": html(""), "main.js": script("./node_modules/huntbook/index.js") });
  const policy = "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src 'self'; img-src data:";
  const { page, log } = await openPage(t);
  await page.goto(await serving(t, folder, { headers: { "content-security-policy": policy } }));
  await page.addScriptTag({ type: "module", url: "/main.js" });
  checkScenario(await resultOf(page, log));
  const ours = log.filter((line) => line.startsWith("warning: huntbook"));
  assert.equal(ours.length, 1, log.join("\n"));
  assert.match(ours[0], /worker-src blob:/);
});

test("the module is not where it should be: the error says what to do, and init mends it", async (t) => {
  const folder = project(t, { "index.html": html("") });
  const elsewhere = await serving(t, path.join(folder, "node_modules/huntbook"), { headers: { "access-control-allow-origin": "*" } });
  const { page } = await openPage(t);
  await page.route("**/huntbook_bg.wasm", (route) => (route.request().url().startsWith(elsewhere) ? route.continue() : route.fulfill({ status: 404 })));
  await page.goto(await serving(t, folder));
  const result = await page.evaluate(async (elsewhere) => {
    const hb = await import("/node_modules/huntbook/index.js");
    const error = await hb.read("a,b\n1,2").catch((error) => error);
    await hb.init({ wasm: `${elsewhere}/huntbook_bg.wasm` });
    return [error.code, error.message, (await hb.read("a,b\n1,2")).numRows];
  }, elsewhere);
  assert.equal(result[0], "network");
  assert.match(result[1], /init\(\{ wasm: url \}\)/);
  assert.equal(result[2], 1);
});

test("an anywidget shows its Arrow bytes", async (t) => {
  const folder = project(t, { "index.html": html("<main></main>") });
  const { page, log } = await openPage(t);
  await page.goto(await serving(t, folder));
  const text = await page.evaluate(async () => {
    const { default: widget, Table } = await import("/node_modules/huntbook/anywidget.js");
    const bytes = (await Table.fromRows([{ host: "<b>web01</b>", n: 1 }])).toArrow();
    const model = { get: () => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), on() {}, off() {} };
    await widget.initialize({ model });
    await widget.render({ model, el: document.querySelector("main") });
    return document.querySelector("main").innerText;
  });
  assert.match(text, /host\s+n\s+<b>web01<\/b>\s+1\s+1 rows/);
  assert.deepEqual(log, []);
});
