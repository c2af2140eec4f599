// Opening: choosing, dropping, pasting, samples; progress, cancelling, errors.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { root } from "../packaging/helpers.mjs";
import { bigFile, demo } from "./helpers.mjs";

const samples = JSON.parse(fs.readFileSync(path.join(root, "www/samples/index.json"), "utf8"));

test("the first page says what it is for, and offers every sample", async (t) => {
  const { page } = await demo(t);
  assert.match(await page.innerText("#welcome"), /never leaves your machine/);
  assert.deepEqual(await page.$$eval("#sample-cards b", (titles) => titles.map((title) => title.textContent)), samples.map(({ title }) => title));
  assert.ok(await page.isHidden("#panels"));
});

test("every sample opens from its card, the menu and its address", async (t) => {
  const { page, open, text } = await demo(t);
  await open(() => page.click("#sample-cards button >> nth=0"));
  assert.equal(await text("#name"), samples[0].name);
  assert.ok(await page.isHidden("#welcome"));
  for (const { name, title, rows } of samples.slice(1)) {
    await open(async () => {
      await page.click("#samples-button");
      await page.click(`[role=menuitem]:has-text("${title}")`);
    });
    assert.match(await text("#facts"), new RegExp(` ${rows.toLocaleString("en")} (rows|lines)`), name);
    assert.equal(new URL(page.url()).hash, `#sample=${name}`);
  }
  await open(() => page.reload());
  assert.equal(await text("#name"), samples.at(-1).name);
});

test("a dropped file, and the frame while it is above the page", async (t) => {
  const { page, open, indicators } = await demo(t);
  const fire = (type, name, content) => page.evaluate(([type, name, content]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([content], name));
    document.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }, [type, name, content]);
  await fire("dragover", "x.log", "");
  assert.ok(await page.isVisible("#drop-here"));
  await open(() => fire("drop", "x.log", "see hxxp://evil[.]com/a"));
  assert.ok(await page.isHidden("#drop-here"));
  assert.deepEqual(await indicators(), ["http://evil.com/a", "evil.com"]);
});

test("several files become one table that says which row is of which file", async (t) => {
  const { open, choose, rows, text } = await demo(t);
  await open(() => choose(["one.csv", "a,b\n1,http://evil.com\n"], ["two.log", "from 203.0.113.7\n"], ["one.csv", "a,b\n2,\n"]));
  assert.equal(await text("#name"), "3 files");
  assert.deepEqual((await rows()).map((row) => row[1]), ["3 files.zip/one.csv", "3 files.zip/two.log", "3 files.zip/one.csv (2)"]);
});

test("one of several files cannot be read: the others can be read without it", async (t) => {
  const { page, open, choose, text } = await demo(t);
  await choose(["good.csv", "a,b\n1,2\n"], ["program.exe", Buffer.concat([Buffer.from("MZ\x90\0\x03\0"), Buffer.alloc(300, 7)])]);
  await page.waitForSelector("#error:not([hidden])");
  assert.match(await text("#error"), /program\.exe: it is a Windows program/);
  await open(() => page.click("#error button:has-text('Read on')"));
  assert.match(await text("#report"), /left out: .*program\.exe/);
});

test("pasted text is read", async (t) => {
  const { page, open, indicators } = await demo(t);
  await open(() => page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", "198.51.100[.]7");
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  }));
  assert.deepEqual(await indicators(), ["198.51.100.7"]);
});

test("Parquet and Arrow open, with the page's strict policy", { skip: !fs.existsSync(path.join(root, "../shared/data")) && "../shared is absent" }, async (t) => {
  const { page, open, text } = await demo(t);
  for (const name of ["linux_proc_test.parquet", "linux_proc_test.arrow"]) {
    await open(() => page.setInputFiles("#file", path.join(root, "../shared/data/msticpy", name)));
    assert.match(await text("#facts"), /1,000 rows × 23 columns/);
  }
});

const BROKEN = [
  ["an empty file", "empty.csv", "", /^empty\.csv: the file is empty/],
  ["a program", "run.exe", Buffer.concat([Buffer.from("MZ\x90\0\x03\0"), Buffer.alloc(300, 7)]), /^run\.exe: it is a Windows program; huntbook reads CSV/],
  ["damaged gzip", "cut.csv.gz", Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0]), Buffer.from("no deflate")]), /^cut\.csv\.gz: the compressed data is damaged/],
  ["a bomb", "bomb.gz", gzipSync(Buffer.alloc(50e6)), /^bomb\.gz: .*as zip bombs do\.$/],
];

test("a file that cannot be read is an error where the user looks; what was open stays", async (t) => {
  const { page, open, choose, text } = await demo(t, { sample: "threat-report.md" });
  for (const [what, name, content, message] of BROKEN) {
    await choose([name, content]);
    await page.waitForSelector("#error:not([hidden])");
    assert.match(await text("#error p"), message, what);
    assert.equal(await text("#name"), "threat-report.md");
    await page.click("#error button:has-text('Close')");
    assert.ok(await page.isHidden("#error"));
  }
  await open(() => choose(["good.csv", "a\n1\n"]));
  assert.equal(await text("#name"), "good.csv");
});

test("a bad row: said where, and the rest can be read without it", async (t) => {
  const { page, open, choose, text, indicators } = await demo(t);
  await choose(["hosts.csv", "host,note\na,see evil[.]com\nb\nc,\n"]);
  await page.waitForSelector("#error:not([hidden])");
  assert.equal(await text("#error p"), "hosts.csv, row 2 (line 3): 1 value, but the header has 2.");
  await open(() => page.click("#error button:has-text('Read on')"));
  assert.ok(await page.isHidden("#error"));
  assert.deepEqual(await indicators(), ["evil.com"]);
  assert.equal(await text("#report summary"), "1 row left out");
  assert.match(await text("#report li"), /row 2 \(line 3\)/);
});

test("JSON that was cut can be read as lines", async (t) => {
  const { page, open, choose, indicators } = await demo(t);
  await choose(["cut.json", '[{"a": "http://evil.com/x"},\n{"a": 1']);
  await page.waitForSelector("#error:not([hidden])");
  await open(() => page.click("#error button:has-text('lines of text')"));
  assert.deepEqual(await indicators(), ["http://evil.com/x", "evil.com"]);
});

test("long work shows its progress, the page stays alive, and Cancel and Escape stop it", async (t) => {
  const { page, open, text, said } = await demo(t, { sample: "threat-report.md" });
  // Work of seconds, to look at and to stop.
  const file = bigFile(t, 6);
  for (const stop of [() => page.click("#cancel"), () => page.keyboard.press("Escape")]) {
    await page.setInputFiles("#file", file);
    await page.waitForSelector("#work:not([hidden])");
    assert.match(await text("#work-what"), /(Reading big\.csv|Looking for indicators in 6,000,000 rows)…/);
    await stop();
    await said(/^Cancelled; nothing changed\.$/);
    assert.ok(await page.isHidden("#work"));
    assert.equal(await text("#name"), "threat-report.md");
  }
  await page.evaluate(() => {
    window.drawn = 0;
    const count = () => (window.drawn++, requestAnimationFrame(count));
    count();
  });
  await open(() => page.setInputFiles("#file", file));
  assert.ok((await page.evaluate(() => window.drawn)) > 10);
  assert.match(await text("#facts"), /6,000,000 rows/);
});

test("the last of several quick choices is what opens, and stopped options go back", async (t) => {
  const { page, open, said, text } = await demo(t, { sample: "process-events.csv" });
  await open(() => page.evaluate(() => document.querySelectorAll("#sample-cards button").forEach((card) => card.click())));
  assert.equal(await text("#name"), samples.at(-1).name);
  // What is typed just before takes effect later, and must not stop the opening.
  await page.fill("#row-filter", "x");
  await open(() => page.evaluate(() => document.querySelector("#sample-cards button").click()));
  assert.equal(await text("#name"), samples[0].name);
  await page.evaluate(() => {
    document.getElementById("paths").click();
    document.getElementById("cancel").click();
  });
  await said(/^Cancelled/);
  assert.equal(await page.isChecked("#paths"), false);
  await page.evaluate(() => {
    document.getElementById("paths").click();
    document.getElementById("public-only").click();
  });
  await said(/^[\d,]+ indicators\.$/);
  assert.deepEqual([await page.isChecked("#paths"), await page.isChecked("#public-only")], [true, true]);
});
