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

/** In the page: an anywidget model as Jupyter has it, with what it holds. */
const MODEL = `(state) => {
  const listeners = new Map();
  return {
    state, saved: 0,
    get: (name) => state[name],
    set(name, value) { state[name] = value; listeners.get("change:" + name)?.(); },
    save_changes() { this.saved++; },
    on: (name, listener) => listeners.set(name, listener),
    off: (name) => listeners.delete(name),
    get listening() { return listeners.size; },
  };
}`;

test("an anywidget shows its Arrow bytes", async (t) => {
  const folder = project(t, { "index.html": html("<main></main>") });
  const { page, log } = await openPage(t);
  await page.goto(await serving(t, folder));
  const text = await page.evaluate(async (MODEL) => {
    const { default: widget, Table } = await import("/node_modules/huntbook/anywidget.js");
    const bytes = (await Table.fromRows([{ host: "<b>web01</b>", n: 1 }])).toArrow();
    const model = eval(MODEL)({ data: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) });
    await widget.initialize({ model });
    await widget.render({ model, el: document.querySelector("main") });
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return document.querySelector("huntbook-table").shadowRoot.textContent;
  }, MODEL);
  assert.match(text, /host[^]*<b>web01<\/b>[^]*1 row/);
  assert.deepEqual(log, []);
});

test("an anywidget shows what `kind` names, with its value to and fro", async (t) => {
  const folder = project(t, { "index.html": html("<main></main>") });
  const { page, log } = await openPage(t);
  await page.goto(await serving(t, folder));
  const result = await page.evaluate(async (MODEL) => {
    const { default: widget, Table } = await import("/node_modules/huntbook/anywidget.js");
    const rows = [1, 2, 3].map((day) => ({ TimeGenerated: `2026-03-0${day}T00:00:00Z`, host: `h${day}` }));
    const [all, two] = await Promise.all([rows, rows.slice(0, 2)].map(async (some) => (await Table.fromRows(some)).toArrow()));
    const model = eval(MODEL)({ kind: "timeline", data: all, options: { groupBy: "host" }, value: { start: { $date: Date.UTC(2026, 2, 2) }, end: { $date: Date.UTC(2026, 2, 4) } } });
    const main = document.querySelector("main");
    const stop = await widget.render({ model, el: main });
    const settle = () => new Promise((resolve) => setTimeout(resolve));
    const seen = [];
    const chart = main.firstChild;
    seen.push([chart.localName, ...chart.value.rows]);
    // The user chooses; the kernel does.
    chart.value = { start: new Date("2026-03-01"), end: new Date("2026-03-02T12:00") };
    chart.dispatchEvent(new Event("input", { bubbles: true }));
    await settle();
    seen.push([model.saved, model.state.value.start.$date, ...new Uint32Array(model.state.value.rows)]);
    model.set("value", null);
    seen.push(chart.value);
    // Other data, other options, a function that is not there.
    model.set("data", { $blob: URL.createObjectURL(new Blob([two])) });
    while (chart.toTable().numRows !== 2) await settle();
    seen.push(main.firstChild === chart);
    model.set("options", { groupBy: "host", title: "Other" });
    while (main.firstChild === chart) await settle();
    seen.push(main.firstChild.shadowRoot.querySelector(".title").textContent, chart.inert);
    model.set("kind", "nope");
    while (main.firstChild.role !== "alert") await settle();
    seen.push(main.textContent);
    stop();
    seen.push(model.listening);
    return seen;
  }, MODEL);
  assert.deepEqual(result.slice(0, 7), [
    ["huntbook-chart", 1, 2], [1, Date.UTC(2026, 2, 1), 0, 1], null, true, "Other", true,
    "this page's huntbook has no function `nope`; the kernel's may be a newer version",
  ]);
  assert.equal(result[7], 0);
  assert.deepEqual(log, []);
});
