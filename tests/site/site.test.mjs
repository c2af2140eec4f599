// The whole site as `make site` puts it together, served from a path on a host, in Chromium.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { openPage, root, serve } from "../packaging/helpers.mjs";

assert.ok(fs.existsSync(path.join(root, "site/node_modules/typedoc")), "TypeDoc is absent: make test installs it, or npm ci --prefix site");
const { frontPage, makeSite } = await import("../../site/build.mjs");
const { deadLinks, strayNames } = await import("../../site/docs.mjs");

const axe = fs.readFileSync(path.join(root, "node_modules/axe-core/axe.min.js"), "utf8");
const types = fs.readFileSync(path.join(root, "pkg/index.d.ts"), "utf8");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-site-"));
const out = path.join(folder, "site");
const OUTSIDE = ["https://www.npmjs.com/package/huntbook"];
const LAB = `import fs from "node:fs";
  const [, , folder, ...rest] = process.argv;
  fs.mkdirSync(folder);
  fs.writeFileSync(folder + "/index.html", '<!doctype html><link rel="icon" href="data:,"><title>notebooks</title>' + rest.length);`;
let host;
let url;

// The notebooks' own build has tests of its own; here something stands for it.
test.before(async () => {
  fs.writeFileSync(path.join(folder, "lab.mjs"), LAB);
  await makeSite(out, { lab: path.join(folder, "lab.mjs") });
  host = await serve(path.join(folder, "nothing"), { mounts: { "/some/where": out } });
  url = `${host.url}/some/where/`;
});
test.after(() => {
  host?.close();
  fs.rmSync(folder, { recursive: true });
});

/** A page of the site; its console has to stay silent. */
async function open(t, address, settings) {
  const { page, log } = await openPage(t, settings);
  t.after(() => assert.deepEqual(log, []));
  await page.goto(url + address);
  return page;
}
const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

for (const colorScheme of ["light", "dark"]) {
  test(`the front page: accessible, its picture shown, and no wider than the window (${colorScheme})`, async (t) => {
    const page = await open(t, "", { colorScheme, viewport: { width: 400, height: 900 } });
    // A picture may come after the page's load event, as it is asked for when it comes near the window.
    const shown = await page.$$eval(".picture img", (images) =>
      Promise.all(
        images
          .filter((image) => image.checkVisibility())
          .map(async (image) => {
            await image.decode();
            return [image.className, image.naturalWidth];
          }),
      ),
    );
    assert.deepEqual(shown, [[colorScheme, 1200]]);
    for (const width of [400, 900, 1600]) {
      await page.setViewportSize({ width, height: 900 });
      assert.ok((await overflow(page)) <= 0, `${width}`);
    }
    await page.evaluate(axe);
    assert.deepEqual(await page.evaluate(async () => (await window.axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)), []);
  });
}

test("each link of the front page leads to a page of the site", async (t) => {
  const page = await open(t, "");
  const links = [...new Set(await page.$$eval("a", (links) => links.map((link) => link.href)))];
  assert.deepEqual(links.filter((link) => !link.startsWith(url)), OUTSIDE);
  const inside = links.filter((link) => link.startsWith(url));
  for (const part of ["demo/", "demo/gallery.html", "lab/", "docs/", "pkg/THIRD-PARTY-LICENSES.txt"]) assert.ok(inside.includes(url + part), part);
  for (const link of inside) {
    const other = await open(t, link.slice(url.length));
    assert.ok((await other.locator("body").innerText()).length > 0, link);
    await other.waitForLoadState("networkidle");
  }
});

test("what the first cell imports is there", async (t) => {
  const page = await open(t, "");
  const address = await page.textContent("#address");
  assert.equal(address, `${url}pkg/index.js`);
  // Its own policy has no place for WebAssembly; a notebook's has.
  const notebook = await open(t, "lab/");
  assert.equal(await notebook.evaluate(async (address) => (await (await import(address)).read("a,b\n1,2")).numRows, address), 1);
});

test("the demo opens a sample, the gallery draws, and both lead back", async (t) => {
  const demo = await open(t, "demo/#sample=threat-report.md");
  await demo.waitForFunction(() => / indicators? in [\d.]+ s\.$/.test(document.getElementById("status").textContent));
  await demo.click("h1 a");
  assert.equal(demo.url(), url);
  const gallery = await open(t, "demo/gallery.html");
  await gallery.locator("#timeline huntbook-chart").waitFor();
  await gallery.click("h1 a");
  assert.equal(gallery.url(), url);
});

test("the documentation: searched, narrow, in the theme chosen elsewhere", async (t) => {
  const page = await open(t, "", { viewport: { width: 400, height: 900 }, colorScheme: "light" });
  await page.click("#theme");
  for (const address of ["docs/", "docs/documents/Guide.html", "docs/documents/For_those_who_know_msticpy.html", "docs/functions/timeline.html", "docs/classes/Table.html"]) {
    await page.goto(url + address);
    assert.equal(await page.getAttribute("html", "data-theme"), "dark", address);
    assert.ok((await overflow(page)) <= 0, address);
  }
  await page.click("#tsd-search-trigger");
  await page.fill("#tsd-search-input", "extractIocs");
  await page.locator("#tsd-search-results a", { hasText: "extractIocs" }).first().click();
  await page.waitForURL(/functions\/extractIocs\.html/);
  assert.equal(await page.getAttribute("header .title", "href"), "../../");
});

test("in the documentation each function has its place and page, names lead there, and no link is dead", () => {
  assert.deepEqual(strayNames(types), { ungrouped: [], absent: [] }, "site/groups.mjs");
  assert.deepEqual(deadLinks(out), []);
  const read = (file) => fs.readFileSync(path.join(out, "docs", file), "utf8");
  const functions = [...types.matchAll(/^export function (\w+)/gm)].map(([, name]) => name);
  const pages = functions.map((name) => `functions/${name}.html`);
  assert.deepEqual(pages.filter((page) => !fs.existsSync(path.join(out, "docs", page))), []);
  assert.match(read("documents/For_those_who_know_msticpy.html"), /<code>hb\.<a href="\.\.\/functions\/unpackBase64\.html">unpackBase64<\/a>\(source/);
  const files = fs.readdirSync(path.join(out, "docs"), { recursive: true }).filter((file) => /\.(html|js|css)$/.test(file));
  assert.deepEqual(files.filter((file) => read(file).includes(root)), [], "no page says where it was made");
  assert.match(read("functions/timeline.html"), /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; /);
});

test("a page with a dead link is found", (t) => {
  const pages = fs.mkdtempSync(path.join(folder, "pages-"));
  t.after(() => fs.rmSync(pages, { recursive: true }));
  fs.writeFileSync(path.join(pages, "a.html"), `<a id="here" href="#here"></a><a href="b.html"></a><a href="./"></a><a href="#there"></a><a href="https://example.org/"></a>`);
  assert.deepEqual(deadLinks(pages), ["a.html: b.html", "a.html: ./", "a.html: #there"]);
});

test("without notebooks nothing leads to them; a folder of something else stays", async () => {
  const front = fs.mkdtempSync(path.join(folder, "front-"));
  frontPage(front, false);
  assert.doesNotMatch(fs.readFileSync(path.join(front, "index.html"), "utf8"), /"lab\//);
  await assert.rejects(makeSite(front), /has other files, which stay/);
  assert.ok(fs.existsSync(path.join(front, "index.html")));
});
