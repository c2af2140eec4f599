// Widgets on a page: by mouse, by keyboard, by programs; under a policy that allows no inline style.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { html, openPage, root, serve } from "../packaging/helpers.mjs";

const axe = fs.readFileSync(path.join(root, "node_modules/axe-core/axe.min.js"), "utf8");
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; worker-src blob:; img-src data:";
const ORIGIN = "2026-03-14T09:30:00Z";

/** A page with the widget that `code` makes as \`widget\`; \`inputs\` counts its events as they reach the body. */
async function shown(t, code, { colorScheme = "light", width = 900, settings = {} } = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-widget-"));
  fs.writeFileSync(path.join(folder, "index.html"), html("<link rel=stylesheet href=style.css><main><h1>Widget</h1><div id=place></div></main>"));
  fs.writeFileSync(path.join(folder, "style.css"), "html { color-scheme: light dark } ");
  const site = await serve(folder, { mounts: { "/pkg": path.join(root, "pkg") }, headers: { "Content-Security-Policy": POLICY } });
  const { page, log } = await openPage(t, { colorScheme, viewport: { width, height: 900 }, ...settings });
  t.after(() => {
    site.close();
    fs.rmSync(folder, { recursive: true });
    assert.deepEqual(log, []);
  });
  const show = async () => {
    await page.goto(site.url);
    await page.evaluate(`(async () => {
      const hb = (globalThis.hb = await import("/pkg/index.js"));
      globalThis.inputs = 0;
      document.body.addEventListener("input", (event) => (inputs += event.target === widget && event.composedPath()[0] === widget ? 1 : 100));
      ${code}
      globalThis.widget = widget;
      document.getElementById("place").append(widget);
    })()`);
  };
  await show();
  /** The value and how many events there were since the last call. */
  const state = () => page.evaluate(() => {
    const count = inputs;
    inputs = 0;
    return [widget.value, count];
  });
  const set = (value) => page.evaluate((value) => { widget.value = value; }, value);
  const fails = (value) => page.evaluate((value) => {
    try {
      widget.value = value;
    } catch (error) {
      return `${error.code}: ${error.message}`;
    }
    return "nothing";
  }, value);
  /** Waits until an event has come. */
  const heard = () => page.waitForFunction(() => inputs > 0);
  return { page, show, state, set, fails, heard };
}

const range = `const widget = hb.queryTime({ originTime: "${ORIGIN}", before: 2, after: 1, units: "hour" });`;
const times = ({ start, end, before, after, units }) => [start.toISOString().slice(0, 19), end.toISOString().slice(0, 19), before, after, units];

test("queryTime: sliders, by mouse and by keyboard", async (t) => {
  const { page, state } = await shown(t, range);
  const [first] = await state();
  assert.deepEqual(times(first), ["2026-03-14T07:30:00", "2026-03-14T10:30:00", 2, 1, "hour"]);
  assert.deepEqual([first.timespan, first.origin.toISOString()], [3 * 3_600_000, "2026-03-14T09:30:00.000Z"]);
  const before = page.getByRole("slider", { name: "before the origin" });
  assert.equal(await before.getAttribute("max"), "72");
  // To the left is earlier.
  await before.press("ArrowLeft");
  const [earlier, fired] = await state();
  assert.deepEqual([times(earlier), fired], [["2026-03-14T06:30:00", "2026-03-14T10:30:00", 3, 1, "hour"], 1]);
  assert.equal(await before.getAttribute("aria-valuetext"), "3 hours before");
  assert.equal(await page.getByLabel("Start").inputValue(), "2026-03-14 06:30:00");
  const after = page.getByRole("slider", { name: "after the origin" });
  await after.press("End");
  assert.equal((await state())[0].after, 72);
  const { x, y, width, height } = await before.boundingBox();
  await page.mouse.click(x + width / 2, y + height / 2);
  const [{ before: middle }, clicked] = await state();
  assert.ok(middle > 30 && middle < 42, `${middle}`);
  assert.equal(clicked, 1);
});

test("queryTime: typed times, and what is no time", async (t) => {
  const { page, state, heard } = await shown(t, range);
  await page.getByLabel("Start").fill("2026-03-14 08:15");
  await page.getByLabel("Start").press("Enter");
  await heard();
  const [typed, fired] = await state();
  assert.deepEqual([times(typed), fired], [["2026-03-14T08:15:00", "2026-03-14T10:30:00", 1.25, 1, "hour"], 1]);
  assert.equal(await page.getByLabel("Start").inputValue(), "2026-03-14 08:15:00");
  assert.equal(await page.textContent(".before output"), "1.25 hours before");
  // An origin takes the range with it.
  await page.getByRole("textbox", { name: "Origin" }).fill("2026-03-20T12:00:00+01:00");
  await page.getByRole("textbox", { name: "Origin" }).blur();
  await heard();
  assert.deepEqual(times((await state())[0]).slice(0, 2), ["2026-03-20T09:45:00", "2026-03-20T12:00:00"]);
  for (const [label, text, message] of [
    ["Start", "yesterday", /“yesterday” is not a time/],
    ["End", "2026-03-01", /The start is after the end/],
    ["Origin", "", /Write a time like/],
  ]) {
    const field = page.getByRole("textbox", { name: label });
    await field.fill(text);
    await field.press("Enter");
    const said = page.locator(`#${label.toLowerCase()}-said`);
    await said.filter({ hasText: message }).waitFor();
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    assert.equal(await field.inputValue(), text, "what was typed stays, to be mended");
    assert.deepEqual(times((await state())[0]).slice(0, 2), ["2026-03-20T09:45:00", "2026-03-20T12:00:00"]);
    await field.press("Escape");
    assert.equal(await said.textContent(), "");
    assert.equal(await field.getAttribute("aria-invalid"), null);
  }
  // The start of a range that the origin is not in moves it.
  await page.getByLabel("End").fill("now");
  await page.getByLabel("End").press("Enter");
  await heard();
  await page.getByLabel("Start").fill("-2d");
  await page.getByLabel("Start").press("Enter");
  await heard();
  const [{ timespan, origin, start }] = await state();
  assert.ok(Math.abs(timespan - 2 * 86_400_000) < 60_000, `${timespan}`);
  assert.deepEqual(origin, start);
});

test("queryTime: another unit begins with what is usual of it; times of a zone", async (t) => {
  const { page, state, heard } = await shown(t, `const widget = hb.queryTime({ originTime: "2026-03-29 12:00", before: 1, after: 0, timeZone: "Europe/Berlin" });`);
  assert.deepEqual(times((await state())[0]), ["2026-03-28T10:00:00", "2026-03-29T10:00:00", 1, 0, "day"]);
  assert.equal(await page.getByLabel("Start").inputValue(), "2026-03-28 11:00:00", "clocks went forward");
  await page.getByLabel("Units").selectOption("minute");
  const [value, fired] = await state();
  assert.deepEqual([times(value), fired], [["2026-03-29T09:00:00", "2026-03-29T10:00:00", 60, 0, "minute"], 1]);
  assert.equal(await page.getByRole("slider", { name: "before" }).getAttribute("max"), "240");
  await page.getByLabel("Start").fill("2026-03-29");
  await page.getByLabel("Start").press("Enter");
  await heard();
  assert.equal((await state())[0].start.toISOString(), "2026-03-28T23:00:00.000Z");
});

test("queryTime: set by programs", async (t) => {
  const { page, state, set, fails } = await shown(t, range);
  await page.evaluate(() => { widget.value = { start: new Date("2026-03-01T00:00:00Z"), end: "2026-03-03" }; });
  const [value, fired] = await state();
  assert.deepEqual([times(value), fired], [["2026-03-01T00:00:00", "2026-03-03T00:00:00", 2, 0, "day"], 0]);
  assert.equal(await page.getByLabel("End").inputValue(), "2026-03-03 00:00:00");
  assert.equal(await page.getByLabel("Units").inputValue(), "day");
  // The value of one widget is that of another.
  await page.evaluate(() => { widget.value = hb.queryTime({ originTime: 0, before: 3, after: 5, units: "weeks" }).value; });
  assert.deepEqual(times((await state())[0]).slice(2), [3, 5, "week"]);
  assert.match(await fails({ start: "2026-03-03", end: "2026-03-01" }), /^invalidArgument: The start is after the end/);
  assert.match(await fails({ start: "tomorrow", end: "2026-03-01" }), /queryTime: `start` should be a Date/);
  assert.match(await fails(7), /queryTime: value should be such as \{ start, end \}/);
  assert.deepEqual(times((await state())[0]).slice(2), [3, 5, "week"], "what cannot be a value changes nothing");
  await set(null);
  assert.deepEqual(times((await state())[0]), ["2026-03-14T07:30:00", "2026-03-14T10:30:00", 2, 1, "hour"]);
});

test("lookback", async (t) => {
  const { page, state, set, fails } = await shown(t, `const widget = hb.lookback({ originTime: "${ORIGIN}", label: "Back" });`);
  assert.deepEqual(times((await state())[0]), ["2026-03-14T03:30:00", "2026-03-14T09:30:00", 6, 0, "hour"]);
  const slider = page.getByRole("slider", { name: "Back" });
  assert.deepEqual(await slider.evaluate(({ min, max }) => [min, max]), ["1", "72"]);
  await slider.press("ArrowRight");
  const [value, fired] = await state();
  assert.deepEqual([value.before, fired], [7, 1]);
  assert.equal(await page.textContent("output"), "7 hours before: 2026-03-14 02:30:00 – 2026-03-14 09:30:00 UTC");
  await set(100);
  assert.deepEqual([(await state())[1], await slider.inputValue()], [0, "100"]);
  assert.match(await fails(-1), /before and after should be numbers of 0 or more/);
});

test("selectItem: filter, choose, act", async (t) => {
  const { page, state, set, fails } = await shown(t, `
    const widget = hb.selectItem({ items: Array.from({ length: 100_000 }, (_, i) => "host-" + i), label: "Host",
      action: async (host) => ["chosen: ", Object.assign(document.createElement("b"), { textContent: host })] });`);
  assert.deepEqual(await state(), [null, 0]);
  const list = page.getByRole("listbox", { name: "Items" });
  assert.equal(await list.locator("option").count(), 1000);
  assert.match(await page.textContent("small"), /The first 1,000 of 100,000/);
  await page.getByLabel("Filter Items").fill("HOST-9999");
  await page.locator("small", { hasText: "11 found" }).waitFor();
  assert.deepEqual((await list.locator("option").allTextContents()).slice(0, 3), ["host-9999", "host-99990", "host-99991"]);
  assert.deepEqual(await state(), [null, 0], "a filter chooses nothing");
  await list.focus();
  await page.keyboard.press("ArrowDown");
  assert.deepEqual(await state(), ["host-9999", 1]);
  await list.selectOption("host-99991");
  assert.deepEqual(await state(), ["host-99991", 1]);
  await page.locator("[aria-live]", { hasText: "chosen: host-99991" }).waitFor();
  await set("host-50000");
  assert.deepEqual(await state(), ["host-50000", 0]);
  assert.equal(await list.inputValue(), "", "it does not pass the filter");
  await page.getByLabel("Filter Items").fill("");
  await page.locator("small", { hasText: "of 100,000" }).waitFor();
  assert.equal(await list.evaluate((list) => list.selectedOptions[0].textContent), "host-50000", "and is there however far down");
  assert.match(await fails("host"), /invalidArgument: selectItem: value should be one of the items/);
  await set(null);
  assert.deepEqual([await state(), await list.inputValue()], [[null, 0], ""]);
});

test("lists stay where they are while one chooses", async (t) => {
  const { page, state, set } = await shown(t, `
    const items = Array.from({ length: 300 }, (_, i) => "item " + i);
    const widget = hb.selectItem({ items });
    globalThis.subset = hb.selectSubset({ items });
    document.body.append(subset);`);
  const list = page.getByRole("listbox", { name: "Items" });
  await list.evaluate((list) => (list.scrollTop = 2000));
  const top = () => list.evaluate((list) => list.scrollTop);
  const [before, box] = [await top(), await list.boundingBox()];
  await page.mouse.click(box.x + 30, box.y + 60);
  const [first] = await state();
  assert.ok(Number(first.slice(5)) > 50, first);
  assert.equal(await top(), before);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.deepEqual(await state(), [`item ${Number(first.slice(5)) + 2}`, 2]);
  await set("item 200");
  const marked = (list) => list.evaluate((list) => {
    const [at, own] = [list.selectedOptions[0].getBoundingClientRect(), list.getBoundingClientRect()];
    return [list.selectedOptions[0].textContent, at.top >= own.top && at.bottom <= own.bottom];
  });
  assert.deepEqual(await marked(list), ["item 200", true], "what programs choose is scrolled to");
  const available = page.getByRole("listbox", { name: "Available" });
  await available.selectOption("item 150");
  await available.press("Enter");
  await page.getByRole("listbox", { name: "Chosen" }).locator("option").waitFor({ state: "attached" });
  assert.deepEqual(await page.evaluate(() => subset.value), ["item 150"]);
  assert.deepEqual(await marked(available), ["item 151", true], "the next one is marked, and seen");
});

test("selectItem: what items may be", async (t) => {
  const { page, state } = await shown(t, `
    const table = await hb.Table.fromRows([{ host: "b", n: 3 }, { host: "a", n: 3 }, { host: null, n: 1 }, { host: "b", n: 2 }]);
    globalThis.table = table;
    const widget = hb.selectItem({ items: { one: { n: 1 }, two: { n: 2 } }, default: undefined });`);
  const columns = await page.evaluate(() => ["host", "n"].map((name) => [...hb.selectItem({ items: table.column(name) }).shadowRoot.querySelectorAll("option")].map(({ textContent }) => textContent)));
  assert.deepEqual(columns, [["b", "a"], ["3", "1", "2"]]);
  await page.getByRole("listbox").selectOption("two");
  assert.deepEqual(await state(), [{ n: 2 }, 1]);
  assert.equal(await page.getByRole("searchbox").count(), 0, "few items need no filter");
  const wrong = await page.evaluate(() => [undefined, "abc", 7].map((items) => {
    try {
      return hb.selectItem({ items });
    } catch ({ message }) {
      return message;
    }
  }));
  for (const message of wrong) assert.match(message, /selectItem: option `items` should be a list of texts/);
});

test("selectItem: a failing action is said, the last one counts", async (t) => {
  const { page, heard } = await shown(t, `
    const widget = hb.selectItem({ items: ["slow", "fast", "bad"], action: async (item) => {
      if (item === "bad") throw new Error("no such thing");
      if (item === "slow") await new Promise((resolve) => (globalThis.go = resolve));
      return item;
    } });`);
  const list = page.getByRole("listbox");
  await list.selectOption("slow");
  await list.selectOption("fast");
  await page.locator("[aria-live]", { hasText: "fast" }).waitFor();
  await page.evaluate(() => go());
  await heard();
  assert.equal(await page.textContent("[aria-live]"), "fast");
  await list.selectOption("bad");
  await page.getByRole("alert").filter({ hasText: "no such thing" }).waitFor();
});

const letters = `const widget = hb.selectSubset({ items: [..."abcdefghijkl"].map((letter, i) => [letter + " item", i]), default: [4] });`;

test("selectSubset: buttons, double click, keyboard", async (t) => {
  const { page, state } = await shown(t, letters);
  assert.deepEqual(await state(), [[4], 0]);
  const [left, right] = [page.getByRole("listbox", { name: "Available" }), page.getByRole("listbox", { name: "Chosen" })];
  const button = (name) => page.getByRole("button", { name });
  await left.selectOption(["c item", "a item"]);
  assert.deepEqual(await state(), [[4], 0], "marking is not choosing");
  await button("Add →").click();
  assert.deepEqual(await state(), [[0, 2, 4], 1], "in the order of the items");
  assert.equal(await left.locator("option").count(), 9);
  await button("Add →").click();
  assert.deepEqual(await state(), [[0, 1, 2, 4], 1], "the next item was marked");
  await right.locator("option", { hasText: "c item" }).dblclick();
  assert.deepEqual(await state(), [[0, 1, 4], 1]);
  await left.focus();
  await left.selectOption("l item");
  await page.keyboard.press("Enter");
  assert.deepEqual(await state(), [[0, 1, 4, 11], 1]);
  await right.selectOption("a item");
  await right.press("Delete");
  assert.deepEqual(await state(), [[1, 4, 11], 1]);
  await page.getByLabel("Filter Available").fill("J ");
  await page.locator("small", { hasText: "1 found" }).waitFor();
  await button("Add all").click();
  assert.deepEqual(await state(), [[1, 4, 9, 11], 1], "all that pass the filter");
  await button("Add all").click();
  assert.deepEqual(await state(), [[1, 4, 9, 11], 0], "nothing changed");
  await button("Remove all").click();
  assert.deepEqual(await state(), [[], 1]);
  assert.equal(await page.textContent("small:not([role])"), "0 of 12");
});

test("selectSubset: set by programs", async (t) => {
  const { page, state, set, fails } = await shown(t, letters);
  await set([7, 1, 7]);
  assert.deepEqual(await state(), [[1, 7], 0]);
  assert.deepEqual(await page.getByRole("listbox", { name: "Chosen" }).locator("option").allTextContents(), ["b item", "h item"]);
  assert.match(await fails([99]), /selectSubset: value should be an array of values of items/);
  await set(null);
  assert.deepEqual(await state(), [[4], 0]);
});

const alerts = `
  const table = await hb.Table.fromRows([
    { TimeGenerated: "2026-03-10T14:02:00Z", AlertName: "Beacon", AlertSeverity: "Medium", CompromisedEntity: "WS-107", SystemAlertId: "a2", Entities: null, ExtendedProperties: "not JSON" },
    { TimeGenerated: "2026-03-10T13:47:12Z", AlertName: "Encoded PowerShell", AlertSeverity: "High", CompromisedEntity: "WS-107", SystemAlertId: "a1", Entities: '[{"Type":"host","HostName":"WS-107"}]', ExtendedProperties: null },
    { TimeGenerated: "2026-03-11T00:00:00Z", AlertName: "<img src=x>", AlertSeverity: "Low", CompromisedEntity: null, SystemAlertId: "a3", Entities: "", ExtendedProperties: "" },
  ]);`;

test("selectAlert: a list by time, and all of the one that is chosen", async (t) => {
  const { page, state, set, fails } = await shown(t, `${alerts} const widget = hb.selectAlert(table, { action: ({ SystemAlertId }) => "alert " + SystemAlertId }); table.free();`);
  assert.deepEqual(await state(), [null, 0]);
  const list = page.getByRole("listbox", { name: "Alerts" });
  assert.deepEqual(await list.locator("option").allTextContents(), [
    "2026-03-10 13:47:12 · Encoded PowerShell · High · WS-107",
    "2026-03-10 14:02:00 · Beacon · Medium · WS-107",
    "2026-03-11 00:00:00 · <img src=x> · Low",
  ]);
  await list.focus();
  await page.keyboard.press("ArrowDown");
  const [alert, fired] = await state();
  assert.deepEqual([alert.SystemAlertId, alert.Entities, fired], ["a1", [{ Type: "host", HostName: "WS-107" }], 1]);
  assert.match(await page.textContent(".details"), /AlertNameEncoded PowerShell[^]*"HostName": "WS-107"/);
  await page.locator("[aria-live]", { hasText: "alert a1" }).waitFor();
  assert.equal(await page.evaluate(() => widget.selected().toCsv({ header: false }).includes("Encoded")), true);
  await set("a2");
  assert.deepEqual(await state().then(([{ AlertName, ExtendedProperties }, fired]) => [AlertName, ExtendedProperties, fired]), ["Beacon", "not JSON", 0]);
  assert.equal(await list.evaluate((list) => list.selectedOptions[0].textContent.includes("Beacon")), true);
  await page.evaluate(() => { widget.value = { SystemAlertId: "a3" }; });
  assert.equal((await state())[0].AlertName, "<img src=x>");
  assert.equal(await page.locator("img").count(), 0);
  assert.match(await fails("a9"), /selectAlert: value should be an alert, its SystemAlertId, or null/);
  await set(null);
  assert.equal(await page.locator(".details").isHidden(), true);
  assert.equal(await page.evaluate(() => widget.selected()), null);
});

test("selectAlert: other columns; without ids the number of the row", async (t) => {
  const { page, set, state } = await shown(t, `
    const table = await hb.Table.fromRows([{ Rule: "r1", When: "2026-03-10T14:02:00Z" }, { Rule: "r2", When: "2026-03-09T14:02:00Z" }]);
    globalThis.table = table;
    const widget = hb.selectAlert({ alerts: table, columns: ["Rule"], timeColumn: "When", timeZone: "Europe/Berlin", default: 1 });`);
  assert.deepEqual(await page.getByRole("listbox").locator("option").allTextContents(), ["2026-03-09 15:02:00 · r2", "2026-03-10 15:02:00 · r1"]);
  assert.equal((await state())[0].Rule, "r2");
  await set(0);
  assert.equal((await state())[0].Rule, "r1");
  const said = await page.evaluate(() => [[table], [table, { columns: ["x"] }], [{ alerts: [] }], []].map((given) => {
    try {
      return hb.selectAlert(...given);
    } catch ({ code, message }) {
      return `${code}: ${message}`;
    }
  }));
  for (const [i, pattern] of [/^invalidArgument: selectAlert: no column names an alert .*there are: Rule, When/, /^columnNotFound: no column `x`/, /should be a Table of alerts/, /should be a Table of alerts/].entries()) assert.match(said[i], pattern);
});

test("optionButtons: the first answer counts, others change the value", async (t) => {
  const { page, state, set, fails } = await shown(t, `const widget = hb.optionButtons({ options: ["Yes", "No"], label: "Go on?" }); widget.chosen.then((answer) => (globalThis.answer = answer));`);
  assert.deepEqual(await state(), [null, 0]);
  await page.getByRole("group", { name: "Go on?" }).getByRole("button", { name: "No" }).click();
  assert.deepEqual(await state(), ["No", 1]);
  assert.equal(await page.evaluate(() => answer), "No");
  await page.getByRole("button", { name: "Yes" }).press("Enter");
  assert.deepEqual(await state(), ["Yes", 1]);
  assert.equal(await page.evaluate(() => answer), "No");
  assert.equal(await page.getByRole("button", { name: "Yes" }).getAttribute("aria-pressed"), "true");
  await set(null);
  assert.deepEqual(await state(), [null, 0]);
  assert.match(await fails("Maybe"), /one of Yes, No/);
});

test("optionButtons: when time is up the default is taken, once; setting answers; removing stops", async (t) => {
  const { page, state, heard } = await shown(t, `
    const widget = hb.optionButtons({ options: ["Yes", "No"], default: "No", timeout: 1.5 });
    globalThis.other = hb.optionButtons({ timeout: 100 });`);
  assert.match(await page.getByRole("timer").textContent(), /^No in [12] s$/);
  await heard();
  assert.deepEqual(await state(), ["No", 1]);
  assert.equal(await page.evaluate(() => widget.chosen), "No");
  assert.equal(await page.getByRole("timer").textContent(), "Time is up: No");
  const answered = await page.evaluate(async () => {
    document.body.append(other);
    other.value = "Cancel";
    return [await other.chosen, other.shadowRoot.querySelector("[role=timer]").textContent];
  });
  assert.deepEqual(answered, ["Cancel", ""]);
  const gone = await page.evaluate(async () => {
    const removed = hb.optionButtons({ timeout: 0.05 });
    document.body.append(removed);
    removed.remove();
    const first = await Promise.race([removed.chosen, new Promise((resolve) => setTimeout(resolve, 300, "still open"))]);
    document.body.append(removed);
    return [first, await removed.chosen];
  });
  assert.deepEqual(gone, ["still open", "Yes"]);
});

test("getText: each letter is a change; passwords are hidden and not kept", async (t) => {
  const { page, state, set } = await shown(t, `const widget = hb.getText({ prompt: "Host", default: "ws" });`);
  const field = page.getByRole("textbox", { name: "Host" });
  await field.press("End");
  await page.keyboard.type("-1 ");
  assert.deepEqual(await state(), ["ws-1", 3]);
  assert.equal(await field.inputValue(), "ws-1 ", "a space may be typed");
  await set("dc");
  assert.deepEqual([await state(), await field.inputValue()], [["dc", 0], "dc"]);
  const secret = await page.evaluate(() => {
    const widget = hb.getText({ prompt: "Key", password: true });
    const field = widget.shadowRoot.querySelector("input");
    document.body.append(widget);
    field.value = " s3cret";
    field.dispatchEvent(new Event("input", { composed: true, bubbles: true }));
    const html = widget.outerHTML + widget.shadowRoot.innerHTML;
    let refused;
    try {
      hb.getText({ password: true, remember: "key" });
    } catch ({ message }) {
      refused = message;
    }
    return [widget.value, field.type, html.includes("s3cret"), JSON.stringify(localStorage), refused];
  });
  assert.deepEqual(secret, [" s3cret", "password", false, "{}", "getText: option `remember` should be absent: passwords are not remembered"]);
});

test("progress: parts, time, cancelling", async (t) => {
  const { page, state, set, fails } = await shown(t, `const widget = hb.progress({ label: "Reading" });`);
  const bar = page.getByRole("progressbar", { name: "Reading" });
  const cancel = page.getByRole("button", { name: "Cancel" });
  assert.deepEqual(await state(), [0, 0]);
  assert.equal(await cancel.isVisible(), false, "nobody listens yet");
  await set(0.256);
  assert.deepEqual(await state(), [0.256, 0]);
  assert.equal(await bar.getAttribute("aria-valuenow"), "25");
  const width = await bar.evaluate((bar) => bar.firstChild.offsetWidth / bar.clientWidth);
  assert.ok(Math.abs(width - 0.256) < 0.02, `${width}`);
  assert.match(await fails("half"), /progress: value should be a number from 0 to 1/);
  assert.deepEqual(await page.evaluate(() => [widget.signal.aborted, widget.signal === widget.signal]), [false, true]);
  await cancel.click();
  assert.deepEqual(await page.evaluate(() => [widget.signal.aborted, widget.signal.reason.code]), [true, "cancelled"]);
  assert.equal(await page.locator("small").textContent(), "Cancelled at 25 %");
  assert.equal(await cancel.isVisible(), false);
  assert.deepEqual(await state(), [0.256, 0]);
});

test("progress: what is left is said after a while; done is done", async (t) => {
  const { page } = await shown(t, `
    let now = Date.now();
    Date.now = () => now;
    globalThis.wait = (seconds) => (now += seconds * 1000);
    const widget = hb.progress({ max: 200 });`);
  const said = (value, seconds) => page.evaluate(([value, seconds]) => {
    wait(seconds);
    widget.value = value;
    return widget.shadowRoot.querySelector("small").textContent;
  }, [value, seconds]);
  assert.equal(await said(0, 100), "0 %", "time begins with the work");
  assert.equal(await said(1, 1), "0 % after 1 s");
  assert.equal(await said(50, 29), "25 % after 30 s, about 1 min 30 s left");
  assert.equal(await said(100, 4000), "50 % after 1 h 7 min, about 1 h 7 min left");
  assert.equal(await said(500, 10), "Done in 1 h 7 min");
  assert.equal(await page.evaluate(() => widget.value), 200);
  assert.equal(await said(200, 50), "Done in 1 h 7 min", "and takes no longer");
  assert.equal(await said(20, 50), "10 %", "it begins again");
});

test("progress: a job fills and is stopped by it", async (t) => {
  const { page } = await shown(t, `const widget = hb.progress();`);
  const error = await page.evaluate(async () => {
    const text = "see evil[.]com and 203.0.113.7\n".repeat(400_000);
    const job = hb.extractIocs(text, { onProgress: (part) => (widget.value = part), signal: widget.signal });
    widget.shadowRoot.querySelector("button").click();
    return job.then(() => "done", ({ code }) => code);
  });
  assert.equal(error, "cancelled");
});

test("fileInput: chosen, dropped, read, taken back", async (t) => {
  const { page, state, set, fails, heard } = await shown(t, `const widget = hb.fileInput({ accept: ".csv, text/*", label: "A log" });`);
  assert.deepEqual(await state(), [null, 0]);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a file" }).press("Enter");
  await (await chooser).setFiles({ name: "log.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") });
  await heard();
  const read = await page.evaluate(async () => [widget.value.name, (await hb.read(widget.value)).rows()]);
  assert.deepEqual(read, ["log.csv", [{ a: 1, b: 2 }]]);
  assert.equal((await state())[1], 1);
  assert.equal(await page.textContent("ul"), "log.csv 8 BClear");
  const drop = (name, type, size = 1) => page.evaluate(([name, type, size]) => {
    const data = new DataTransfer();
    data.items.add(new File(["x".repeat(size)], name, { type }));
    const zone = widget.shadowRoot.querySelector(".drop");
    zone.dispatchEvent(new DragEvent("dragover", { dataTransfer: data, cancelable: true }));
    const over = zone.classList.contains("over");
    zone.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
    return [over, zone.classList.contains("over"), widget.value?.name];
  }, [name, type, size]);
  assert.deepEqual(await drop("x.EXE", "application/x-msdownload"), [true, false, "log.csv"]);
  assert.equal(await page.getByRole("alert").textContent(), "Only .csv, text/*");
  assert.deepEqual(await drop("notes.md", "text/markdown", 1_234_567), [true, false, "notes.md"]);
  assert.match(await page.textContent("ul"), /^notes\.md 1\.23 MB/);
  assert.equal((await state())[1], 1);
  await page.getByRole("button", { name: "Clear" }).click();
  assert.deepEqual(await state(), [null, 1]);
  assert.match(await fails("a.csv"), /fileInput: value should be a file/);
  await set(null);
  assert.deepEqual(await state(), [null, 0]);
});

test("fileInput: several", async (t) => {
  const { page, state, heard } = await shown(t, `const widget = hb.fileInput({ multiple: true });`);
  assert.deepEqual(await state(), [[], 0]);
  await page.setInputFiles("huntbook-widget input", ["a", "b"].map((name) => ({ name: `${name}.csv`, mimeType: "text/csv", buffer: Buffer.from(name) })));
  await heard();
  assert.deepEqual(await page.evaluate(() => [widget.value.map(({ name }) => name), inputs]), [["a.csv", "b.csv"], 1]);
  assert.equal(await page.textContent("ul"), "a.csv 1 Bb.csv 1 BClear");
});

test("what the user chose is remembered, what programs set is not; null forgets", async (t) => {
  const code = `
    hb.queryTime({ remember: "other kind" });
    const widget = hb.selectItem({ items: [["a", { n: 1 }], ["b", { n: 2 }]], remember: "host" });`;
  const { page, show, state, set } = await shown(t, code);
  await page.getByRole("listbox").selectOption("b");
  await show();
  assert.deepEqual(await state(), [{ n: 2 }, 0]);
  assert.equal(await page.getByRole("listbox").evaluate((list) => list.selectedOptions[0].textContent), "b");
  assert.deepEqual(await page.evaluate(() => ({ ...localStorage })), { "huntbook selectItem host": '"b"' });
  await page.evaluate(() => { widget.value = hb.selectItem({ items: ["x"] }).value; });
  assert.deepEqual(await page.evaluate(() => ({ ...localStorage })), {});
  await set(null);
  await show();
  assert.deepEqual(await state(), [null, 0]);
});

test("each kind remembers in its way; what is no value any more is left alone", async (t) => {
  const { page } = await shown(t, `const widget = hb.getText({ remember: "text" });`);
  const again = await page.evaluate(async () => {
    const choose = (widget, selector, change, event) => {
      document.body.append(widget);
      const control = widget.shadowRoot.querySelector(selector);
      change(control);
      control.dispatchEvent(new Event(event));
      widget.remove();
    };
    const makers = {
      text: () => hb.getText({ remember: "text" }),
      range: () => hb.queryTime({ units: "hour", remember: "range" }),
      fixed: () => hb.queryTime({ originTime: 0, units: "hour", remember: "fixed" }),
      back: () => hb.lookback({ remember: "back" }),
      subset: () => hb.selectSubset({ items: ["a", "b"], remember: "subset" }),
      buttons: () => hb.optionButtons({ remember: "buttons" }),
    };
    choose(makers.text(), "input", (input) => (input.value = "kept"), "input");
    for (const kind of ["range", "fixed"]) choose(makers[kind](), "#before", (slider) => (slider.value = 30), "input");
    choose(makers.back(), "#before", (slider) => (slider.value = 9), "input");
    choose(makers.subset(), "select", (select) => (select.options[1].selected = true), "dblclick");
    choose(makers.buttons(), "button:nth-child(2)", () => {}, "click");
    const made = Object.fromEntries(Object.entries(makers).map(([name, make]) => [name, make()]));
    const isRecent = (date) => Math.abs(date - Date.now()) < 600_000;
    const { text, range, fixed, back, subset, buttons } = made;
    localStorage.setItem("huntbook selectSubset subset", '{"not":"a list"}');
    localStorage.setItem("huntbook lookback back", "not JSON");
    return [text.value, range.value.before, isRecent(range.value.origin), "origin" in JSON.parse(localStorage.getItem("huntbook queryTime range")), fixed.value.before, +fixed.value.origin,
      back.value.before, subset.value, buttons.value, makers.subset().value, makers.back().value.before];
  });
  assert.deepEqual(again, ["kept", 30, true, false, 30, 0, 9, ["b"], null, [], 6]);
});

test("a page without storage works", async (t) => {
  const { page, state } = await shown(t, `
    Object.defineProperty(globalThis, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } });
    const widget = hb.getText({ prompt: "x", remember: "x" });`);
  await page.getByRole("textbox").fill("a");
  assert.deepEqual(await state(), ["a", 1]);
});

test("where the module cannot be had, it is said beside the field, and the widget works else", async (t) => {
  const { page, state } = await shown(t, `await hb.init({ wasm: new Uint8Array(3) }).catch(() => {}); ${range}`);
  await page.getByLabel("Start").fill("-2d");
  await page.getByLabel("Start").press("Enter");
  await page.locator("#start-said", { hasText: "does not start here" }).waitFor();
  await page.getByRole("slider", { name: "before" }).press("ArrowLeft");
  assert.deepEqual((await state()).map((part) => part.before ?? part), [3, 1]);
});

test("a misspelt option is an error with the nearest name", async (t) => {
  const { page } = await shown(t, range);
  const said = await page.evaluate(() => [
    ["queryTime", { orginTime: 1 }], ["queryTime", { before: -1 }], ["queryTime", { units: "fortnight" }], ["queryTime", { timeZone: "Mars" }], ["queryTime", { theme: "blue" }],
    ["queryTime", { label: 3 }], ["lookback", { minvalue: 1 }], ["selectItem", { itmes: [] }], ["progress", { remember: "x" }], ["fileInput", { remember: "x" }], ["optionButtons", { options: [] }],
    ["optionButtons", { default: "Maybe" }], ["getText", "Host"], ["getText", { zzz: 1 }],
  ].map(([name, options]) => {
    try {
      return String(hb[name](options));
    } catch (error) {
      return `${error.name} ${error.message}`;
    }
  }));
  const patterns = [/^HuntbookError queryTime: there is no option `orginTime`; did you mean `originTime`\? \(there are: originTime, before,/, /option `before` should be a number of 0 or more/, /option `units` should be one of second, minute/,
    /no zone "Mars"/, /option `theme`/, /option `label` should be text/, /did you mean `minValue`/, /did you mean `items`/, /no option `remember` \(there are: max, label, theme\)/, /no option `remember`/,
    /option `default` should be one of /, /option `default` should be one of Yes/, /options should be an object/, /no option `zzz` \(/];
  for (const [i, pattern] of patterns.entries()) assert.match(said[i], pattern);
});

const ALL = `
  ${alerts}
  const widgets = [
    hb.queryTime({ originTime: "${ORIGIN}" }), hb.lookback(), hb.selectItem({ items: Array.from({ length: 20 }, (_, i) => "item " + i), default: "item 3" }),
    hb.selectSubset({ items: Array.from({ length: 20 }, (_, i) => "item " + i), default: ["item 1"] }), hb.selectAlert(table, { default: "a1" }),
    hb.optionButtons({ timeout: 1000 }), hb.getText(), hb.progress(), hb.fileInput(),
  ];
  widgets[7].value = 0.4;
  widgets[7].signal;
  widgets[8].value = new File(["x"], "a file.csv");
  const widget = document.createElement("div");
  widget.append(...widgets);`;

for (const colorScheme of ["light", "dark"]) {
  test(`accessible and within 400 pixels, ${colorScheme}`, async (t) => {
    const { page } = await shown(t, ALL, { colorScheme, width: 416 });
    // Also with something wrong said.
    await page.getByLabel("Start").fill("x");
    await page.getByLabel("Start").press("Enter");
    await page.locator("#start-said", { hasText: "not a time" }).waitFor();
    assert.equal(await page.locator("huntbook-widget[data-dark]").count(), colorScheme === "dark" ? 9 : 0);
    await page.evaluate(axe);
    const found = await page.evaluate(async () => (await window.axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`));
    assert.deepEqual(found, []);
    const wide = await page.evaluate(() => [...document.querySelectorAll("huntbook-widget")].filter(({ shadowRoot }) => [...shadowRoot.querySelectorAll("*")].some((part) => part.tagName !== "OPTION" && part.getBoundingClientRect().right > 408.5)).map(({ shadowRoot }) => shadowRoot.firstChild.className));
    assert.deepEqual(wide, []);
  });
}

test("a page's theme is taken, an option goes before it, and letters stay in the field", async (t) => {
  const { page } = await shown(t, `const widget = hb.getText(); globalThis.other = hb.getText({ theme: "dark" }); document.body.append(other);`);
  const dark = () => page.evaluate(() => [widget, other].map((element) => element.hasAttribute("data-dark")));
  assert.deepEqual(await dark(), [false, true]);
  await page.evaluate(() => (document.documentElement.dataset.theme = "dark"));
  await page.waitForFunction(() => widget.hasAttribute("data-dark"));
  assert.equal(await page.evaluate(() => widget.dataset.lmSuppressShortcuts), "true");
});

test("nothing is left of a widget that was removed", async (t) => {
  const { page } = await shown(t, `
    const [begun, ended] = [new Set(), setTimeout];
    for (const [begin, end] of [["setTimeout", "clearTimeout"], ["setInterval", "clearInterval"]]) {
      const [first, last] = [globalThis[begin], globalThis[end]];
      globalThis[begin] = (...given) => { const id = first(...given); begun.add(id); return id; };
      globalThis[end] = (id) => { begun.delete(id); last(id); };
    }
    globalThis.begun = begun;
    ${ALL}`);
  const running = () => page.evaluate(() => begun.size);
  assert.ok((await running()) >= 2, "the clock of a question and that of progress");
  await page.evaluate(() => widget.remove());
  assert.equal(await running(), 0);
  await page.evaluate(() => document.body.append(widget));
  assert.ok((await running()) >= 2, "what comes back goes on");
});

test("it moves to another document with its style", async (t) => {
  const { page } = await shown(t, `const widget = hb.getText();`);
  const moved = await page.evaluate(() => {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    frame.contentDocument.body.append(widget);
    return frame.contentWindow.getComputedStyle(widget.shadowRoot.firstChild).display;
  });
  assert.equal(moved, "grid");
});
