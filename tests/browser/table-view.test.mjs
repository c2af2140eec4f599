// tableView: a table on a page, by mouse and by keyboard.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { html, openPage, root, serve } from "../packaging/helpers.mjs";

const axe = fs.readFileSync(path.join(root, "node_modules/axe-core/axe.min.js"), "utf8");

// Of each type, with absent values; row 3 has a text that is empty.
const LOG = `time,user,ip,bytes,ok,note
2024-05-01 23:30:00.5,root,10.1.2.3,100,true,short
2024-05-02 00:10:00,Bob,192.168.0.9,2000,false,"two
lines, and a \u202etrick"
2024-05-02 00:10:30,alice,10.9.9.9,,true,
2024-05-03 08:00:00,,fd00::1,30,,${"long ".repeat(100)}
,bob,,9007199254740993,false,<b>bold</b>
`;

/** A page with a view of `csv` in `view`. */
async function shown(t, { csv = LOG, options = {}, colorScheme = "light", width = 1000 } = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-view-"));
  fs.writeFileSync(path.join(folder, "index.html"), html("<style>html{color-scheme:light dark}</style><main><h1>Rows</h1><div id=place></div></main>"));
  fs.writeFileSync(path.join(folder, "log.csv"), csv);
  const site = await serve(folder, { mounts: { "/pkg": path.join(root, "pkg") } });
  const { page, log } = await openPage(t);
  t.after(() => {
    site.close();
    fs.rmSync(folder, { recursive: true });
    assert.deepEqual(log, []);
  });
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({ colorScheme });
  await page.goto(site.url);
  await page.evaluate(async (options) => {
    const hb = await import("/pkg/index.js");
    const table = await hb.read(await (await fetch("/log.csv")).blob(), { name: "log.csv" });
    const view = hb.tableView(table, options);
    document.getElementById("place").append(view);
    Object.assign(globalThis, { hb, table, view, inputs: 0 });
    document.body.addEventListener("input", (event) => (globalThis.inputs += event.target === view && event.composedPath()[0] === view ? 1 : 0));
  }, options);
  const frame = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await frame();
  /** The texts of a column's cells, as they are on the page. */
  const column = async (name) => {
    await frame();
    return page.evaluate((name) => {
      const at = [...view.shadowRoot.querySelectorAll("[role=columnheader]")].find((head) => head.querySelector("b").textContent === name).getAttribute("aria-colindex");
      return [...view.shadowRoot.querySelectorAll(`.space .line:not([hidden]) [aria-colindex="${at}"]`)].map((cell) => cell.textContent);
    }, name);
  };
  const value = () => page.evaluate(() => view.value && [...view.value.rows]);
  const status = () => page.textContent(".status");
  const filter = async ({ column, not, operator, values = [] }) => {
    await page.click("button:text-is('Filter')");
    await page.selectOption("[aria-label=Column]", column);
    await page.selectOption("[aria-label=Condition]", operator);
    if (not) await page.check("form input[type=checkbox]");
    for (const [i, label] of ["Value", "Last value"].entries()) if (values[i] !== undefined) await page.fill(`[aria-label='${label}']`, values[i]);
    await page.click("form button.main");
  };
  const head = (name) => page.locator("[role=columnheader]", { has: page.locator(`b:text-is("${name}")`) });
  return { page, frame, column, value, status, filter, head };
}

const million = () => `n,host\n${Array.from({ length: 1_000_000 }, (_, i) => `${i},web${i % 50}.example.com`).join("\n")}\n`;

test("values as they read: times in UTC, absent ones, hidden characters, no markup", async (t) => {
  const { page, column, status } = await shown(t);
  assert.deepEqual(await column("time"), ["2024-05-01 23:30:00.500", "2024-05-02 00:10:00", "2024-05-02 00:10:30", "2024-05-03 08:00:00", ""]);
  assert.deepEqual(await column("bytes"), ["100", "2000", "", "30", "9007199254740993"]);
  const notes = await column("note");
  assert.equal(notes[1], "two⏎lines, and a ⟨U+202E⟩trick");
  assert.equal(notes[3].length, 301);
  assert.equal(notes[4], "<b>bold</b>");
  assert.equal(await status(), "5 rows");
  assert.equal(await page.locator(".absent").count(), 6);
  assert.equal(await page.locator(".space b").count(), 0);
  const { align, numeric } = await page.$eval(".space .number", (cell) => ({ align: getComputedStyle(cell).textAlign, numeric: getComputedStyle(cell).fontVariantNumeric }));
  assert.deepEqual([align, numeric], ["end", "tabular-nums"]);
});

test("a head sorts: up, down, not at all; with Shift more than one", async (t) => {
  const { page, frame, column, head } = await shown(t);
  const sort = async (name, options) => {
    await head(name).click(options);
    await frame();
    return head(name).getAttribute("aria-sort");
  };
  assert.equal(await sort("bytes"), "ascending");
  assert.deepEqual(await column("bytes"), ["30", "100", "2000", "9007199254740993", ""]);
  assert.equal(await sort("bytes"), "descending");
  assert.deepEqual(await column("bytes"), ["9007199254740993", "2000", "100", "30", ""]);
  assert.equal(await sort("bytes"), "none");
  assert.deepEqual(await column("bytes"), ["100", "2000", "", "30", "9007199254740993"]);
  await sort("ok");
  await sort("bytes", { modifiers: ["Shift"] });
  await sort("bytes", { modifiers: ["Shift"] });
  assert.deepEqual(await column("bytes"), ["9007199254740993", "2000", "100", "", "30"]);
  assert.deepEqual(await page.$$eval(".arrow", (arrows) => arrows.map((arrow) => arrow.textContent).filter(Boolean)), ["↓2", "↑1"]);
});

const FILTERS = [
  ["contains, in any case", { column: "user", operator: "contains", values: ["BO"] }, [1, 4]],
  ["=, in any case", { column: "user", operator: "eq", values: ["bob"] }, [1, 4]],
  ["≠: absent values too", { column: "user", operator: "eq", not: true, values: ["bob"] }, [0, 2, 3]],
  ["one of", { column: "user", operator: "in", values: ["root, ALICE"] }, [0, 2]],
  ["matches, in any case", { column: "user", operator: "matches", values: ["^b|t$"] }, [0, 1, 4]],
  ["matches, in the given case", { column: "user", operator: "matches", values: ["(?-i)^b|t$"] }, [0, 4]],
  ["in networks", { column: "ip", operator: "inNetwork", values: ["10.0.0.0/8, fd00::/8"] }, [0, 2, 3]],
  ["empty text", { column: "user", operator: "empty" }, [3]],
  ["empty number, negated", { column: "bytes", operator: "empty", not: true }, [0, 1, 3, 4]],
  ["=", { column: "bytes", operator: "eq", values: ["2 000"] }, [1]],
  ["= beyond 2^53", { column: "bytes", operator: "eq", values: ["9007199254740993"] }, [4]],
  ["≠", { column: "bytes", operator: "eq", not: true, values: ["100"] }, [1, 2, 3, 4]],
  [">", { column: "bytes", operator: "gt", values: ["100"] }, [1, 4]],
  ["<", { column: "bytes", operator: "lt", values: ["100"] }, [3]],
  ["between, both included", { column: "bytes", operator: "between", values: ["30", "100"] }, [0, 3]],
  ["a day", { column: "time", operator: "eq", values: ["2024-05-02"] }, [1, 2]],
  ["a minute", { column: "time", operator: "eq", values: ["2024-05-01 23:30"] }, [0]],
  ["after a minute", { column: "time", operator: "gt", values: ["2024-05-02 00:10"] }, [3]],
  ["before a time", { column: "time", operator: "lt", values: ["2024-05-02T00:10:30Z"] }, [0, 1]],
  ["between days", { column: "time", operator: "between", values: ["2024-05-01", "2024-05-02"] }, [0, 1, 2]],
  ["no time", { column: "time", operator: "empty" }, [4]],
  ["true", { column: "ok", operator: "true" }, [0, 2]],
  ["not false", { column: "ok", operator: "false", not: true }, [0, 2, 3]],
];

test("filters of every kind", async (t) => {
  const { page, column, filter } = await shown(t);
  const ips = await column("ip");
  for (const [name, condition, rows] of FILTERS) {
    await filter(condition);
    assert.deepEqual(await column("ip"), rows.map((row) => ips[row]), name);
    await page.click(".chip button[aria-label^=Remove]");
  }
  assert.equal((await column("ip")).length, 5);
});

test("times of a zone are shown and asked for", async (t) => {
  const { column, filter, head } = await shown(t, { options: { timeZone: "Europe/Berlin" } });
  assert.deepEqual((await column("time")).slice(0, 2), ["2024-05-02 01:30:00.500", "2024-05-02 02:10:00"]);
  assert.equal(await head("time").locator("small").textContent(), "Europe/Berlin");
  await filter({ column: "time", operator: "eq", values: ["2024-05-02"] });
  assert.deepEqual(await column("user"), ["root", "Bob", "alice"]);
});

test("filters add up, are chips, can be changed; the search is for all texts", async (t) => {
  const { page, column, filter, status } = await shown(t);
  await filter({ column: "user", operator: "contains", values: ["o"] });
  await filter({ column: "bytes", operator: "lt", values: ["2000"] });
  assert.equal(await status(), "1 of 5 rows");
  assert.deepEqual(await page.$$eval(".chip > :first-child", (chips) => chips.map((chip) => chip.textContent)), ["user contains “o”", "bytes < 2000"]);
  await page.click(".chip >> nth=1 >> button >> nth=0");
  await page.check("form input[type=checkbox]");
  await page.click("form button.main");
  assert.deepEqual(await column("user"), ["Bob", "bob"]);
  await page.fill("input[type=search]", "BOLD");
  await page.waitForFunction(() => view.shadowRoot.querySelector(".status").textContent === "1 of 5 rows");
  assert.deepEqual(await column("user"), ["bob"]);
  await page.fill("input[type=search]", "nowhere");
  await page.waitForSelector(".none:not([hidden])");
  await page.fill("input[type=search]", "");
  await page.waitForFunction(() => view.shadowRoot.querySelector(".status").textContent === "2 of 5 rows");
  assert.equal(await page.evaluate(() => inputs), 0, "typing is no choice");
});

test("what cannot be asked is said beside the field, and changes nothing", async (t) => {
  const { page, column, filter } = await shown(t);
  for (const [condition, message] of [
    [{ column: "user", operator: "matches", values: ["(a"] }, /pattern is not one that huntbook knows[^]*unclosed group/],
    [{ column: "user", operator: "contains", values: [" "] }, /give a value/],
    [{ column: "ip", operator: "inNetwork", values: ["10/8"] }, /`10\/8` is not a network/],
    [{ column: "bytes", operator: "gt", values: ["many"] }, /many is not a number/],
    [{ column: "time", operator: "gt", values: ["2024-02-30"] }, /2024-02-30 is not a time; write it like/],
  ]) {
    await filter(condition);
    assert.match(await page.textContent("form [role=alert]"), message);
    assert.equal(await page.getAttribute("[aria-label=Value]", "aria-invalid"), "true");
    assert.equal((await column("user")).length, 5);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("form").count(), 0);
  }
});

test("choosing by mouse; filters leave the choice", async (t) => {
  const { page, value, head, status, filter } = await shown(t);
  const row = (i) => page.locator(".space .line").nth(i).locator(".cell").nth(1);
  await row(1).click();
  assert.deepEqual(await value(), [1]);
  await row(3).click({ modifiers: ["Control"] });
  assert.deepEqual(await value(), [1, 3]);
  await row(1).click({ modifiers: ["Control"] });
  assert.deepEqual(await value(), [3]);
  await row(1).click();
  await row(3).click({ modifiers: ["Shift"] });
  assert.deepEqual(await value(), [1, 2, 3]);
  await row(0).click({ modifiers: ["Shift"] });
  assert.deepEqual(await value(), [0, 1]);
  assert.equal(await page.evaluate(() => inputs), 6);
  assert.deepEqual(await page.$$eval(".space .line", (lines) => lines.map((line) => line.getAttribute("aria-selected"))), ["true", "true", "false", "false", "false"]);
  await head("bytes").click();
  assert.deepEqual(await value(), [0, 1]);
  await row(0).click();
  assert.deepEqual(await value(), [3], "the number in the given table");
  assert.deepEqual(await page.evaluate(() => view.selected().column("ip")), ["fd00::1"]);
  await filter({ column: "user", operator: "contains", values: ["o"] });
  assert.equal(await status(), "3 of 5 rows1 chosen, 1 of them not shownClear");
  await page.click(".status button");
  assert.equal(await value(), null);
  assert.equal(await page.evaluate(() => view.selected()), null);
});

test("choosing by keyboard", async (t) => {
  const { page, value, frame, column } = await shown(t);
  await page.focus("[role=grid]");
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
    await frame();
  };
  const active = () => page.evaluate(() => view.shadowRoot.getElementById(view.shadowRoot.querySelector("[role=grid]").getAttribute("aria-activedescendant")).textContent);
  await press("ArrowDown", "ArrowRight");
  assert.deepEqual([await value(), await active()], [[1], "Bob"]);
  await press("Shift+ArrowDown", "Shift+ArrowDown");
  assert.deepEqual(await value(), [1, 2, 3]);
  await press("Shift+ArrowUp");
  assert.deepEqual(await value(), [1, 2]);
  await press("Control+ArrowDown", "Control+ArrowDown", " ");
  assert.deepEqual(await value(), [1, 2, 4]);
  await press("Control+a");
  assert.deepEqual(await value(), [0, 1, 2, 3, 4]);
  await press("Escape");
  assert.equal(await value(), null);
  await press("Home", "ArrowUp", "Enter");
  assert.deepEqual(await column("user"), ["Bob", "alice", "bob", "root", ""]);
  const width = () => page.$eval("[role=columnheader][aria-colindex='2']", (head) => head.offsetWidth);
  const before = await width();
  await press("Shift+ArrowRight");
  assert.equal(await width(), before + 20);
  await press("Alt+ArrowDown");
  assert.equal(await page.inputValue("[aria-label=Column]"), "user");
  await press("Escape", "ArrowDown", "Enter");
  assert.match(await page.textContent(".aside"), /Row 2.*two\nlines, and a ⟨U\+202E⟩trick/s);
  await press("ArrowDown");
  assert.match(await page.textContent(".aside"), /Row 3.*∅/);
  await press("Escape");
  assert.ok(await page.isHidden(".aside"));
});

test("value is set, update shows another table, the user's own may be freed", async (t) => {
  const { page, value, column, head, status, filter } = await shown(t);
  await page.evaluate(() => (view.value = { rows: [4, 2, 77] }));
  assert.deepEqual([await value(), await page.evaluate(() => inputs)], [[2, 4], 0]);
  await page.evaluate(() => (view.value = null));
  assert.equal(await value(), null);
  await page.evaluate(() => (view.value = { rows: Uint32Array.of(1) }));
  await head("user").click();
  await filter({ column: "bytes", operator: "gt", values: ["5"] });
  await page.evaluate(async () => {
    const next = await hb.Table.fromRows([{ bytes: 7, user: "z" }, { bytes: 9, user: "y" }, { bytes: 1, user: "x" }]);
    view.update(next);
    next.free();
    table.free();
  });
  assert.deepEqual(await column("user"), ["y", "z"]);
  assert.deepEqual([await value(), await status()], [null, "2 of 3 rows"]);
  await page.evaluate(async () => view.update(await hb.Table.fromRows([{ other: 1 }])));
  assert.deepEqual([await column("other"), await status()], [["1"], "1 row"]);
});

test("columns: some at first, chosen, moved, resized", async (t) => {
  const { page, head, frame } = await shown(t, { options: { columns: ["user", "ip"] } });
  const names = async () => {
    await frame();
    return page.$$eval("[role=columnheader] b", (heads) => heads.map((head) => head.textContent));
  };
  assert.deepEqual(await names(), ["user", "ip"]);
  await page.click("button:text-is('Columns')");
  await page.fill(".aside [type=search]", "byt");
  await page.check(".aside label:visible");
  assert.deepEqual(await names(), ["user", "ip", "bytes"]);
  await page.fill(".aside [type=search]", "");
  await page.focus(".aside li >> nth=1 >> input");
  await page.keyboard.press("Alt+ArrowUp");
  assert.deepEqual(await names(), ["ip", "user", "bytes"]);
  await page.dragAndDrop(".aside li >> nth=0", ".aside li >> nth=1");
  assert.deepEqual(await names(), ["user", "ip", "bytes"]);
  await page.keyboard.press("Escape");
  await frame();
  const { x, y, width, height } = await head("user").boundingBox();
  await page.mouse.move(x + width - 3, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width + 57, y + height / 2, { steps: 3 });
  await page.mouse.up();
  await frame();
  assert.equal(Math.round((await head("user").boundingBox()).width - width), 60);
  assert.equal(await head("user").getAttribute("aria-sort"), "none");
});

test("what is shown is saved", async (t) => {
  const { page, filter, head } = await shown(t, { options: { columns: ["user", "bytes"], title: "A log" } });
  await filter({ column: "bytes", operator: "gt", values: ["50"] });
  await head("bytes").click();
  const save = async (name) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.click(`button:text-is('${name}')`)]);
    return [download.suggestedFilename(), fs.readFileSync(await download.path(), "utf8").replaceAll("\r\n", "\n")];
  };
  assert.deepEqual(await save("CSV"), ["A log.csv", "user,bytes\nroot,100\nBob,2000\nbob,9007199254740993\n"]);
  const [name, json] = await save("JSON");
  assert.deepEqual([name, JSON.parse(json)[1]], ["A log.json", { user: "Bob", bytes: 2000 }]);
});

test("a million rows: the end is there, and only what is seen exists", async (t) => {
  const { page, frame, column, value, status, head } = await shown(t, { csv: million() });
  assert.equal(await status(), "1,000,000 rows");
  await page.$eval("[role=grid]", (grid) => (grid.scrollTop = grid.scrollHeight));
  assert.equal((await column("n")).at(-1), "999999");
  const bottom = await page.evaluate(() => {
    const grid = view.shadowRoot.querySelector("[role=grid]");
    const line = [...grid.querySelectorAll(".space .line:not([hidden])")].at(-1).getBoundingClientRect();
    return Math.abs(line.bottom - grid.getBoundingClientRect().top - grid.clientHeight);
  });
  assert.ok(bottom <= 2, `the last row ends ${bottom} px from the end`);
  assert.ok(await page.locator(".space .cell").count() < 100);
  await page.focus("[role=grid]");
  await page.keyboard.press("Home");
  await page.keyboard.press("PageDown");
  await frame();
  const box = await page.locator("[role=grid]").boundingBox();
  await page.mouse.move(box.x + 50, box.y + 100);
  await page.mouse.wheel(0, 100);
  await frame();
  assert.deepEqual((await column("n"))[0], "1");
  await page.keyboard.press("End");
  assert.deepEqual([await value(), (await column("n")).at(-1)], [[999_999], "999999"]);
  await head("n").click();
  await head("n").click();
  assert.deepEqual((await column("n"))[0], "999999");
});

test("an element that is removed watches nothing; one that is moved goes on", async (t) => {
  const { page, column } = await shown(t);
  const watching = await page.evaluate(async () => {
    const counts = { on: 0, off: 0 };
    for (const Observer of [ResizeObserver, MutationObserver]) {
      const { observe, disconnect } = Observer.prototype;
      Observer.prototype.observe = function (...args) { counts.on++; return observe.apply(this, args); };
      Observer.prototype.disconnect = function () { counts.off++; return disconnect.apply(this); };
    }
    const other = document.createElement("section");
    document.querySelector("main").append(other);
    other.append(view);
    const moved = { ...counts };
    view.remove();
    const removed = { ...counts };
    other.append(view);
    return { moved, removed };
  });
  assert.deepEqual(watching, { moved: { on: 3, off: 2 }, removed: { on: 3, off: 4 } });
  assert.equal((await column("user")).length, 5);
});

test("one that was freed stays as it is", async (t) => {
  const { page, frame, column } = await shown(t);
  const before = await column("user");
  await page.evaluate(() => {
    view.free();
    view.free();
  });
  await page.mouse.click(200, 300);
  await page.setViewportSize({ width: 500, height: 600 });
  await frame();
  assert.deepEqual(await column("user"), before);
  await page.evaluate(() => document.body.append(view));
  await frame();
  assert.equal(await page.evaluate(() => table.numRows), 5);
  await page.evaluate(() => view.remove());
});

test("no rows, and no columns", async (t) => {
  const { page } = await shown(t, { csv: "a,b\n" });
  assert.equal(await page.textContent(".none"), "The table has no rows.");
  await page.evaluate(async () => view.update(await hb.Table.fromRows([])));
  await page.click("button:text-is('Filter')");
  await page.click("button:text-is('Details')");
  assert.equal(await page.textContent(".aside"), "No row.");
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [400, 1000]) {
    test(`axe finds nothing wrong, ${colorScheme}, ${width} wide`, async (t) => {
      const { page, filter } = await shown(t, { colorScheme, width });
      await page.evaluate(axe);
      const check = async (state) => {
        const found = await page.evaluate(async () => (await window.axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html} ${nodes[0].failureSummary}`));
        assert.deepEqual(found, [], state);
      };
      assert.equal(await page.evaluate(() => view.hasAttribute("data-dark")), colorScheme === "dark");
      await check("first");
      await filter({ column: "user", operator: "contains", values: ["o"] });
      await page.click(".space .line >> nth=1 >> .cell >> nth=0");
      await page.click("button:text-is('Columns')");
      await check("columns, a filter and a choice");
      await page.click("button:text-is('Details')");
      await filter({ column: "user", operator: "matches", values: ["("] });
      await check("details and an error");
    });
  }
}
