// The table of the log: a million rows, many columns, filter, order, one row.
import assert from "node:assert/strict";
import test from "node:test";
import { bigFile, demo } from "./helpers.mjs";

const LOG = `when,name,size,ok
2026-03-01T10:00:00Z,b,10,true
2026-03-01T09:00:00.250Z,a,9,false
,c,,
`;

test("a million rows: every one can be reached, by keys and by the scroll bar, with few elements", async (t) => {
  const { page, open, rows, said, text } = await demo(t);
  await open(() => page.setInputFiles("#file", bigFile(t)));
  await page.focus("#row-grid");
  await page.keyboard.press("End");
  const last = async () => (await rows()).at(-1).slice(0, 2);
  assert.deepEqual(await last(), ["1000000", "999999"]);
  await page.keyboard.press("ArrowUp");
  const active = () => page.$eval("#row-grid .row.here", (row) => row.firstChild.textContent);
  assert.equal(await active(), "999999");
  await page.keyboard.press("PageUp");
  const page1 = Number(await active());
  assert.ok(page1 < 999_990 && page1 > 999_900, page1);
  await page.keyboard.press("Home");
  assert.equal(await active(), "1");
  const scroll = (part) => page.$eval("#row-grid", async (grid, part) => {
    grid.scrollTop = grid.scrollHeight * part;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  }, part);
  await scroll(0.5);
  const middle = Number((await rows())[0][0]);
  assert.ok(middle > 499_000 && middle < 501_000, middle);
  // Every key press moves by one row, also where a pixel is more than a row.
  await page.click("#row-grid .row:nth-child(5) .cell:nth-child(2)");
  const from = Number(await active());
  for (let i = 0; i < 50; i++) await page.keyboard.press("ArrowDown");
  assert.equal(Number(await active()), from + 50);
  await scroll(1);
  assert.deepEqual(await last(), ["1000000", "999999"]);
  assert.ok((await page.$$("#row-grid .row")).length < 60);
  await page.fill("#row-filter", "99999");
  await said(/^19 rows shown\.$/);
  await page.click("#row-grid .head .cell:has-text('n')");
  await page.click("#row-grid .head .cell:has-text('n')");
  await page.waitForFunction(() => document.querySelector("#row-grid .row .cell").textContent === "1000000");
  assert.equal(await text("#row-count"), "19 of 1,000,000 rows");
});

test("values, types and absent values read well", async (t) => {
  const { page, open, choose, rows } = await demo(t);
  await open(() => choose(["x.csv", LOG]));
  assert.deepEqual(await rows(), [
    ["1", "2026-03-01 10:00:00", "b", "10", "true"],
    ["2", "2026-03-01 09:00:00.250", "a", "9", "false"],
    ["3", "∅", "c", "∅", "∅"],
  ]);
  assert.deepEqual(await page.$$eval("#row-grid .head small", (types) => types.map((type) => type.textContent)), ["time, UTC", "text", "int64", "bool"]);
});

test("sorts numbers as numbers and times as times, absent ones last", async (t) => {
  const { page, open, choose, rows } = await demo(t);
  await open(() => choose(["x.csv", LOG]));
  const order = async (name) => {
    await page.click(`#row-grid .head .cell:has-text("${name}")`);
    await page.waitForFunction((name) => document.querySelector("#row-grid .head [aria-sort$=ending]")?.textContent.startsWith(name), name);
    return (await rows()).map((row) => Number(row[0]));
  };
  assert.deepEqual(await order("size"), [2, 1, 3]);
  assert.deepEqual(await order("when"), [2, 1, 3]);
  assert.deepEqual(await order("name"), [2, 1, 3]);
  await page.click("#row-grid .head .cell:has-text('name')");
  await page.waitForSelector("#row-grid .head [aria-sort=descending]");
  assert.deepEqual((await rows()).map((row) => row[2]), ["c", "b", "a"]);
  await page.click("#clear");
  await page.waitForSelector("#clear", { state: "hidden" });
  assert.deepEqual((await rows()).map((row) => row[2]), ["b", "a", "c"]);
});

test("nothing found says so, and the filter can be undone", async (t) => {
  const { page, open, choose, said, text } = await demo(t);
  await open(() => choose(["x.csv", LOG]));
  await page.fill("#row-filter", "nothing");
  await page.waitForSelector("#row-empty:not([hidden])");
  assert.equal(await text("#row-empty"), "No row has “nothing”.");
  await page.fill("#row-filter", "09:00");
  await said(/^1 row shown\.$/);
  await page.click("#clear");
  await said(/^All rows shown\.$/);
  assert.equal(await text("#row-count"), "3 rows");
});

test("one row as a whole, by Enter, its number or a double click; Escape closes it", async (t) => {
  const { page, open, choose, text } = await demo(t);
  const long = "x".repeat(5000);
  await open(() => choose(["x.ndjson", `{"a": "${long}", "b": 1, "c": "first\\nsecond"}\n{"a": "http://evil.com/x", "b": 2}\n`]));
  const close = async () => {
    await page.keyboard.press("Escape");
    assert.ok(await page.isHidden("#row"));
    assert.equal(await page.evaluate(() => document.activeElement.id), "row-grid");
  };
  await page.focus("#row-grid");
  await page.keyboard.press("Enter");
  assert.equal(await text("#row-title"), "Row 1");
  assert.equal(await text("#row-fields td >> nth=0"), long);
  assert.equal(await text("#row-fields td >> nth=2"), "first\nsecond");
  await page.click("#row-next");
  assert.match(await page.innerText("#row-fields"), /Without a value: c/);
  assert.ok(await page.isDisabled("#row-next"));
  await close();
  await page.click("#row-grid .link >> nth=0");
  assert.equal(await text("#row-title"), "Row 1");
  await close();
  await page.click("#ioc-grid .cell:has-text('http://evil.com/x')");
  await page.dblclick("#row-grid mark");
  assert.equal(await text("#row-fields mark"), "http://evil.com/x");
  await close();
});

test("keys move between cells, up into the head, where Enter sorts", async (t) => {
  const { page, open, choose } = await demo(t);
  await open(() => choose(["x.csv", LOG]));
  await page.focus("#row-grid");
  const active = () => page.evaluate(() => {
    const cell = document.getElementById(document.getElementById("row-grid").getAttribute("aria-activedescendant"));
    return [cell.getAttribute("role"), cell.textContent];
  });
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.deepEqual(await active(), ["gridcell", "b"]);
  await page.keyboard.press("ArrowUp");
  assert.deepEqual(await active(), ["columnheader", "nametext"]);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#row-grid [aria-sort=ascending]");
});

test("thousands of columns: only those in view are elements, and the last can be reached", async (t) => {
  const { page, open, choose } = await demo(t);
  const names = Array.from({ length: 3000 }, (_, i) => `c${i}`);
  await open(() => choose(["wide.csv", `${names.join(",")}\n${names.map((_, i) => `v${i}`).join(",")}\n`]));
  await page.focus("#row-grid");
  assert.equal(await page.getAttribute("#row-grid", "aria-colcount"), "3001");
  assert.ok((await page.$$("#row-grid .row .cell")).length < 30);
  await page.$eval("#row-grid", (grid) => (grid.scrollLeft = grid.scrollWidth));
  await page.waitForFunction(() => document.querySelector("#row-grid .row .cell:last-child").textContent === "v2999");
  const { number, cell } = await page.$eval("#row-grid .row", (row) => ({ number: row.firstChild.getBoundingClientRect().right, cell: row.lastChild.getBoundingClientRect() }));
  assert.ok(cell.left >= number && cell.right <= 1280);
});
