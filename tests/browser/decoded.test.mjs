// What is encoded in a log: the tree of parts, their places, the whole of one, exports.
import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { demo } from "./helpers.mjs";

const base64 = (text) => Buffer.from(text).toString("base64");
const INNER = "the innermost text asks http://evil.example.com/x";
const OUTER = base64(`first ${base64(INNER)} and then ${base64("another one of the inner texts")} end`);
const LOG = `n,note
1,nothing here
2,run ${OUTER} now
3,${gzipSync("what the archive holds").toString("base64")}
`;

async function decoded(t, log = LOG) {
  const all = await demo(t);
  await all.open(() => all.choose(["x.csv", log]));
  await all.openTab("decoded");
  return all;
}

test("parts are a tree by row and number; the tab says how many there are", async (t) => {
  const { page, text, tree } = await decoded(t);
  assert.equal(await text("#decoded-tab small"), "5");
  // A tab that was hidden draws its other columns once it has a width.
  await page.waitForFunction(() => document.querySelector("#decoded-grid .row").children.length > 3);
  assert.deepEqual((await tree("decoded")).map(([level, part, kind, of]) => [level, part, kind, of.slice(0, 22)]), [
    [1, "▾2 · 1", "utf-8", `first ${base64(INNER)}`.slice(0, 22)],
    [2, "1.1", "utf-8", INNER.slice(0, 22)],
    [2, "1.2", "utf-8", "another one of the inn"],
    [1, "▾3 · 1", "gz", "1f 8b 08 00 00 00 00 0"],
    [2, "1.1", "utf-8", "what the archive holds"],
  ]);
  assert.equal(await page.getAttribute("#decoded-grid .row", "aria-expanded"), "true");
});

test("lines fold with the mouse, the arrow keys and the button", async (t) => {
  const { page, tree } = await decoded(t);
  const parts = async () => (await tree("decoded")).map(([, part]) => part);
  await page.click("#decoded-grid .twisty >> nth=0");
  assert.deepEqual(await parts(), ["▸2 · 1", "▾3 · 1", "1.1"]);
  await page.focus("#decoded-grid");
  await page.keyboard.press("ArrowRight");
  assert.equal((await parts()).length, 5);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowLeft"); // from 1.2 to 1
  await page.keyboard.press("ArrowLeft");
  assert.deepEqual(await parts(), ["▸2 · 1", "▾3 · 1", "1.1"]);
  assert.equal(await page.textContent("#decoded-fold"), "Unfold");
  await page.click("#decoded-fold");
  assert.equal((await parts()).length, 5);
  await page.click("#decoded-fold");
  assert.deepEqual(await parts(), ["▸2 · 1", "▸3 · 1"]);
});

test("a part that is chosen shows where it, or what it is in, stands in the log", async (t) => {
  const { page, marked, said } = await decoded(t);
  await page.click("#decoded-grid .row >> nth=1 >> .cell >> nth=1");
  assert.deepEqual(await marked(), ["2", OUTER]);
  await said(/^Row 2, part 1\.1, column note: utf-8, \d+ B\.$/);
  await page.keyboard.press("End");
  await page.keyboard.press("Space");
  assert.equal((await marked())[0], "3");
});

test("the whole of a part: text, hashes, and the indicators in it", async (t) => {
  const { page, text } = await decoded(t);
  await page.click("#decoded-grid .row >> nth=1 >> .link");
  assert.equal(await text("#part-title"), "Row 2, part 1.1");
  assert.equal(await text("#part-text"), INNER);
  assert.match(await text("#part-facts"), /MD5[0-9a-f]{32}SHA-1[0-9a-f]{40}SHA-256[0-9a-f]{64}$/);
  await page.click("#part-iocs");
  await page.waitForSelector("#part-found td");
  assert.match(await text("#part-found"), /^2 indicators in it.*http:\/\/evil\.example\.com\/x.*evil\.example\.com$/);
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.id), "decoded-grid");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.click("#part-iocs");
  await page.waitForSelector("#part-found :text('No indicators in it.')");
  await page.click("#part-close");
  await page.click("#decoded-grid .row >> nth=3 >> .link");
  assert.match(await text("#part-text"), /^1f 8b 08/);
  assert.ok(await page.isHidden("#part-iocs"));
});

test("what is broken says so", async (t) => {
  const whole = gzipSync("a text that is long enough to be cut in the middle of it, ".repeat(9) + Math.PI);
  const { page, text } = await decoded(t, `a,b\n1,${whole.subarray(0, whole.length - 12).toString("base64")}\n`);
  await page.waitForSelector("#decoded-grid .badge");
  await page.click("#decoded-grid .row:has(.badge) .link >> nth=0");
  assert.match(await text("#part-facts"), /Error\S/);
});

test("the filter keeps what a match is in, and the exports are of the matches", async (t) => {
  const { page, tree, said } = await decoded(t);
  await page.fill("#decoded-filter", "INNERMOST");
  await said(/^1 part found\.$/);
  assert.deepEqual((await tree("decoded")).map(([, part]) => part), ["▾2 · 1", "1.1"]);
  const save = async (title) => {
    await page.click("#decoded-export");
    const [download] = await Promise.all([page.waitForEvent("download"), page.click(`#decoded-export + .menu button:has-text("${title}")`)]);
    return [download.suggestedFilename(), fs.readFileSync(await download.path(), "utf8")];
  };
  const [name, json] = await save("JSON");
  assert.equal(name, "x-decoded-parts.json");
  assert.deepEqual(JSON.parse(json).map(({ reference, decoded_string }) => [reference, decoded_string]), [["1.1", INNER]]);
  await page.fill("#decoded-filter", "");
  await said(/^All parts shown\.$/);
  assert.equal((await save("CSV"))[1].trim().split("\r\n").length, 6);
});

test("it is worked out once for a log, and forgotten with the next", async (t) => {
  const { page, open, choose, openTab, text } = await decoded(t);
  await page.click("#indicators-tab");
  await page.evaluate(() => (document.getElementById("status").textContent = "quiet"));
  await openTab("decoded");
  assert.equal(await text("#status"), "quiet");
  await open(() => choose(["y.csv", "a,b\nplain,text\n"]));
  assert.deepEqual([await text("#decoded-tab small"), await page.getAttribute("#indicators-tab", "aria-selected")], ["", "true"]);
  await openTab("decoded");
  assert.match(await text("#decoded-notice"), /^Nothing in this log is encoded/);
  assert.equal(await text("#decoded-tab small"), "0");
});

test("tabs: arrows move the focus alone, Enter opens", async (t) => {
  const { page, open, choose } = await demo(t);
  await open(() => choose(["x.csv", LOG]));
  await page.focus("#indicators-tab");
  const state = () => page.evaluate(() => [document.activeElement.id, document.querySelector("[aria-selected=true]").id]);
  await page.keyboard.press("ArrowRight");
  assert.deepEqual(await state(), ["decoded-tab", "indicators-tab"]);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#decoded-grid .row");
  assert.deepEqual(await state(), ["decoded-tab", "decoded-tab"]);
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowRight");
  assert.deepEqual(await state(), ["indicators-tab", "decoded-tab"]);
});

test("long decoding can be stopped and done after all; a tree of 50,000 lines stays small", async (t) => {
  const { page, text, open, choose, openTab } = await demo(t);
  const lines = Array.from({ length: 50_000 }, (_, i) => `${i},${base64(`some text of row number ${i}, which is to be decoded`)}`);
  await open(() => choose(["x.csv", `n,note\n${lines.join("\n")}\n`]));
  await page.click("#decoded-tab");
  await page.evaluate(() => document.getElementById("cancel").click());
  await page.waitForSelector("#decoded-notice button");
  assert.equal(await text("#decoded-notice p"), "Stopped.");
  await page.click("#decoded-notice button");
  await openTab("decoded");
  await page.waitForSelector("#decoded-grid .row");
  assert.equal(await text("#decoded-tab small"), "50,000");
  await page.focus("#decoded-grid");
  await page.keyboard.press("End");
  assert.match(await text("#decoded-grid .here"), /^50,000 · 1/);
  assert.ok((await page.$$("#decoded-grid .row")).length < 60);
});

test("the sample's hidden script is seen through its gzip", async (t) => {
  const { openTab, tree } = await demo(t, { sample: "process-events.csv" });
  await openTab("decoded");
  assert.deepEqual((await tree("decoded")).slice(3).map(([level, , kind, of]) => [level, kind, of.slice(0, 12)]), [[1, "ps1", "$s=New-Objec"], [2, "gz", "1f 8b 08 00 "], [3, "ps1", "$from = 'D:\\"]]);
});
