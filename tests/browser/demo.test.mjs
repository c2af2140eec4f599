// The demo site as a user meets it, in Chromium.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { openPage, root, serve } from "../packaging/helpers.mjs";

/** The demo, opened; `open` waits for what `act` opens. */
async function demo(t) {
  const site = await serve(path.join(root, "www"), { mounts: { "/pkg": path.join(root, "pkg") } });
  t.after(() => site.close());
  const { page, log } = await openPage(t);
  const done = () => page.waitForFunction(() => / indicators in [\d.]+ s\.$/.test(document.getElementById("status").textContent));
  await page.goto(site.url);
  await done();
  const open = async (act) => {
    await page.evaluate(() => (document.getElementById("status").textContent = ""));
    await act();
    await done();
  };
  const choose = (name, content) => page.setInputFiles("#file", { name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });
  return { page, log, open, choose };
}

test("it opens on a sample; a click on an indicator shows its row", async (t) => {
  const { page, log } = await demo(t);
  assert.equal(await page.textContent("#name"), "process-events.csv");
  await page.fill("#ioc-filter", "198.51.100.23");
  await page.waitForFunction(() => document.getElementById("ioc-count").textContent.includes(" of "));
  await page.click("#ioc-grid .row");
  const mark = await page.textContent("#row-grid mark");
  assert.match(mark, /198\.51\.100\.23/);
  assert.deepEqual(log, []);
});

test("types, filter, sort and reset", async (t) => {
  const { page } = await demo(t);
  const all = await page.textContent("#ioc-count");
  await page.click("#types button:has-text('sha256_hash')");
  assert.match(await page.textContent("#ioc-count"), /^1 of /);
  await page.click("#reset");
  assert.equal(await page.textContent("#ioc-count"), all);
  await page.click("#ioc-grid .head button:has-text('Observable')");
  const shown = await page.$$eval("#ioc-grid .row", (rows) => rows.map((row) => row.children[1].textContent));
  assert.deepEqual(shown, shown.toSorted());
});

test("every sample opens", async (t) => {
  const { page, open } = await demo(t);
  const samples = JSON.parse(fs.readFileSync(path.join(root, "www/samples/index.json"), "utf8"));
  for (const { name, rows } of samples) {
    await open(() => page.selectOption("#sample", "").then(() => page.selectOption("#sample", name)));
    assert.match(await page.textContent("#facts"), new RegExp(`${rows.toLocaleString("en")} rows`), name);
  }
});

test("a broken file is an error where the user looks, and the page works on", async (t) => {
  const { page, open, choose } = await demo(t);
  await choose("broken.csv.gz", Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0]), Buffer.from("no deflate")]));
  await page.waitForSelector("#error:not([hidden])");
  assert.match(await page.textContent("#error"), /badInput.*broken\.csv/s);
  await open(() => choose("good.csv", "host,note\na,see evil[.]com\nb\n"));
  assert.equal(await page.isHidden("#error"), true);
  assert.match(await page.textContent("#report summary"), /1 rows were left out/);
  assert.match(await page.textContent("#ioc-grid .row"), /evil\.com/);
});

test("exports", async (t) => {
  const { page, open, choose } = await demo(t);
  await open(() => choose("x.csv", "a,b\n1,http://evil.com/x CVE-2021-44228\n"));
  const saved = async (kind) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.selectOption("#export", kind)]);
    return fs.readFileSync(await download.path());
  };
  assert.match((await saved("CSV")).toString(), /^IoCType,Observable,.*\r\n/);
  assert.equal(JSON.parse(await saved("JSON")).length, 3);
  assert.equal((await saved("Arrow")).readUInt32LE(0), 0xffffffff);
  const { type, objects } = JSON.parse(await saved("STIX 2.1"));
  assert.equal(type, "bundle");
  assert.deepEqual(objects.map((object) => object.type).sort(), ["domain-name", "url", "vulnerability"]);
  for (const { id, type } of objects) assert.match(id, new RegExp(`^${type}--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`));
});

test("a million rows: few elements, and the page keeps drawing while they are read", async (t) => {
  const { page, open, choose } = await demo(t);
  const file = path.join(fs.mkdtempSync("/tmp/huntbook-"), "big.csv");
  t.after(() => fs.rmSync(path.dirname(file), { recursive: true }));
  fs.writeFileSync(file, `n,host\n${Array.from({ length: 1_000_000 }, (_, i) => `${i},web${i % 50}.example.com`).join("\n")}\n`);
  await page.evaluate(() => {
    window.frames_ = 0;
    const count = () => (window.frames_++, requestAnimationFrame(count));
    count();
  });
  await open(() => page.setInputFiles("#file", file));
  assert.ok((await page.evaluate(() => window.frames_)) > 10);
  assert.match(await page.textContent("#facts"), /1,000,000 rows/);
  await page.focus("#row-grid");
  await page.keyboard.press("End");
  await page.waitForFunction(() => document.querySelector("#row-grid .row:last-child .cell")?.textContent === "1000000");
  assert.ok((await page.$$("#row-grid .row")).length < 100);
});

test("keyboard, names of controls, a narrow and a dark page", async (t) => {
  const { page } = await demo(t);
  await page.focus("#ioc-grid");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#row-grid mark").count(), 1);
  const nameless = await page.$$eval("button, input, select, [tabindex='0']", (controls) =>
    controls.filter((control) => !(control.textContent.trim() || control.ariaLabel || control.labels?.length)).map((control) => control.outerHTML));
  assert.deepEqual(nameless, []);
  await page.setViewportSize({ width: 400, height: 800 });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 400);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.click("#theme");
  assert.notEqual(await ground(), light);
});
