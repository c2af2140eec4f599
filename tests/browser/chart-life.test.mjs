// Charts in pages that move them, hide them, give them other data and have habits of their own.
import assert from "node:assert/strict";
import test from "node:test";
import { MINUTES, chartPage, drawn, timeline } from "./chart-page.mjs";

// Longer than a figure of an element in no page is kept.
const LONG = 2500;
const pressed = (page, name) => page.getByRole("button", { name, exact: true }).getAttribute("aria-pressed");

test("a chart that is taken away stops, and is as it was when it is put back", async (t) => {
  const { page, hours, value } = await chartPage(t, timeline);
  await page.evaluate(() => {
    chart.value = { rows: [8] };
    chart.view = { start: new Date(Date.UTC(2026, 2, 14, 6)), end: new Date(Date.UTC(2026, 2, 14, 9)) };
  });
  await page.getByRole("button", { name: "odd" }).click();
  await page.evaluate(() => {
    chart.remove();
    table.free();
  });
  await page.waitForTimeout(LONG);
  assert.deepEqual((await value()).rows, [8], "also in no page, of a table that was freed");
  assert.equal(await page.evaluate(() => chart.selected().row(0).CommandLine), "run 8");
  await page.waitForTimeout(LONG);
  await page.evaluate(() => document.getElementById("box").append(chart));
  await drawn(page);
  assert.deepEqual([(await value()).rows, await hours(), await pressed(page, "odd"), await pressed(page, "even")], [[8], [6, 9], "false", "true"]);
  assert.ok(await page.evaluate(() => chart.shadowRoot.querySelector("canvas").width > 800));
});

test("one that was never moved fits itself to the page when it is put back", async (t) => {
  const { page, hours } = await chartPage(t, timeline);
  const all = await hours();
  await page.evaluate(() => chart.remove());
  await page.waitForTimeout(LONG);
  await page.evaluate(() => document.getElementById("box").append(chart));
  await page.keyboard.press("Tab");
  await drawn(page);
  assert.deepEqual(await hours(), all);
});

test("another table takes its place, and the size follows the page", async (t) => {
  const { page, inputs } = await chartPage(t, timeline);
  await page.getByRole("button", { name: "Rows" }).click();
  await page.evaluate(async () => {
    chart.value = { start: new Date(0), end: new Date(Date.UTC(2027)) };
    chart.update(await hb.Table.fromRows([{ TimeGenerated: new Date(0), Computer: "one", CommandLine: "x" }]));
    document.getElementById("box").style.width = "400px";
  });
  await drawn(page);
  await drawn(page);
  assert.deepEqual(await page.locator("huntbook-chart .legend button").allTextContents(), ["one"]);
  assert.deepEqual([await pressed(page, "Rows"), await page.locator("huntbook-chart .rows td").first().textContent()], ["true", "one"], "rows that are shown are those of the table");
  const [width, ratio] = await page.evaluate(() => [chart.shadowRoot.querySelector("canvas").width, devicePixelRatio]);
  assert.equal(width, 400 * ratio);
  assert.deepEqual(await page.evaluate(() => [...chart.value.rows]), [0], "the range stays");
  await page.evaluate(async () => {
    chart.value = { rows: [0] };
    chart.update(await hb.Table.fromRows([{ TimeGenerated: new Date(9), Computer: "two", CommandLine: "y" }]));
  });
  assert.equal(await page.evaluate(() => chart.value), null, "an event of another table is another event");
  assert.equal(await inputs(), 0);
});

test("a table that does not fit leaves the chart as it was", async (t) => {
  const { page, drag, value } = await chartPage(t, timeline);
  await drag([0.4, 0.2], [0.6, 0.2]);
  const before = await value();
  const code = await page.evaluate(async () => {
    const other = await hb.Table.fromRows([{ Other: 1 }]);
    try { chart.update(other); } catch (error) { return error.code; }
  });
  assert.equal(code, "invalidArgument");
  assert.deepEqual(await value(), before);
  await page.evaluate(() => chart.remove());
  await page.waitForTimeout(LONG);
  assert.deepEqual(await value(), before, "also when it is made anew");
});

test("one that is taken away while it is dragged forgets the drag", async (t) => {
  const { page, at, value, inputs } = await chartPage(t, timeline);
  await page.mouse.move(...at(0.3, 0.2));
  await page.mouse.down();
  await page.mouse.move(...at(0.5, 0.2), { steps: 3 });
  await page.evaluate(() => {
    chart.remove();
    document.getElementById("box").append(chart);
  });
  await page.mouse.move(...at(0.6, 0.2), { steps: 3 });
  assert.equal(await value(), null);
  await page.mouse.up();
  await page.mouse.move(...at(0.5, 0.15));
  assert.match(await page.locator("huntbook-chart .tip").innerText(), /^even/, "the pointer points again");
  assert.equal(await inputs(), 0);
});

test("what is hidden is drawn when it is shown, and once", async (t) => {
  const { page } = await chartPage(t, `${timeline} document.getElementById("box").style.display = "none";`);
  const canvas = () => page.evaluate(() => chart.shadowRoot.querySelector("canvas").width);
  assert.equal(await canvas(), 300, "as a canvas is made");
  assert.match(await page.evaluate(() => chart.toSvg()), /width="900"/);
  await page.evaluate(() => (document.getElementById("box").style.display = ""));
  await drawn(page);
  await drawn(page);
  assert.equal(await canvas(), 900);
  const draws = await page.evaluate(async () => {
    let draws = 0;
    const { clearRect } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.clearRect = function (...area) {
      draws++;
      return clearRect.apply(this, area);
    };
    const frames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    chart.remove();
    document.getElementById("box").append(chart);
    await frames();
    document.body.classList.add("scrolled");
    await frames();
    return draws;
  });
  assert.equal(draws, 2, "picture and overlay");
});

for (const css of ["display: flex", "display: inline-block", "display: grid", "display: flex; direction: rtl"]) {
  test(`there is room in a box of ${css}`, async (t) => {
    const { page } = await chartPage(t, `${timeline} document.getElementById("box").style.cssText = "width: auto; max-width: 900px; ${css}";`);
    const [width, drawn] = await page.evaluate(() => [chart.clientWidth, chart.shadowRoot.querySelector("canvas").width]);
    assert.ok(width >= 600 && width <= 900 && width === drawn, `${width}, ${drawn}`);
  });
}

test("only what is chosen is an input; keys that are typed are no commands of a notebook", async (t) => {
  const { page, inputs, value } = await chartPage(t, `
    const log = await hb.Table.fromRows([1, 2, 3].map((pid) => ({ EventID: 4688, NewProcessId: "0x" + pid, ProcessId: "0x" + (pid - 1), NewProcessName: "C:\\\\p" + pid + ".exe", TimeGenerated: new Date(pid * 1000), CommandLine: "run " + pid })));
    const chart = hb.processTree(await hb.buildProcessTree(log));
    globalThis.log = log;`);
  await page.getByLabel("Find in the chart").pressSequentially("run");
  assert.equal(await inputs(), 0);
  assert.equal(await page.textContent("huntbook-chart .said"), "3 found");
  const said = () => page.textContent("huntbook-chart .said");
  await page.keyboard.press("Enter");
  const second = await said();
  await page.keyboard.press("Shift+Enter");
  assert.notEqual(await said(), second, "Enter goes on, with Shift back");
  assert.equal(await value(), null);
  assert.equal(await page.evaluate(() => chart.dataset.lmSuppressShortcuts), "true");

  await page.evaluate(() => {
    globalThis.view = hb.tableView(log);
    view.addEventListener("input", () => inputs++);
    document.getElementById("box").append(view);
  });
  await page.getByLabel("Search all text columns").pressSequentially("run");
  assert.equal(await inputs(), 0);
  assert.equal(await page.evaluate(() => view.dataset.lmSuppressShortcuts), "true");
});

test("charts of several tables say and take the rows of each", async (t) => {
  const { page } = await chartPage(t, `${MINUTES} globalThis.parts = { first: table.slice(0, 100), then: table.slice(100) };
    const chart = hb.timeline(parts);`);
  const told = await page.evaluate(() => {
    chart.value = { rows: { first: [], then: [3] } };
    const { rows } = chart.value;
    const again = chart.value;
    chart.value = null;
    chart.value = again;
    return [[...rows.first], [...rows.then], [...chart.value.rows.then], chart.selected().row(0).CommandLine];
  });
  assert.deepEqual(told, [[], [3], [3], "run 103"]);
});

test("it keeps its style in another document, and in a page that allows no images", async (t) => {
  const { page } = await chartPage(t, timeline);
  const shown = await page.evaluate(async () => {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    frame.contentDocument.body.append(chart);
    await new Promise((resolve) => setTimeout(resolve, 100));
    return frame.contentWindow.getComputedStyle(chart.shadowRoot.querySelector(".stage")).position;
  });
  assert.equal(shown, "relative");
  const png = await page.evaluate(async () => {
    document.getElementById("box").append(chart);
    document.head.insertAdjacentHTML("beforeend", `<meta http-equiv="Content-Security-Policy" content="img-src 'none'; style-src 'none'">`);
    const error = await chart.toPng({ width: 20_000, scale: 8 }).catch((error) => error.message);
    return [(await chart.toPng({ width: 300, scale: 1 })).type, error];
  });
  assert.deepEqual(png, ["image/png", "toPng: the picture is too large; give a smaller width or scale"]);
});

test("contrasts that are forced leave the legend its colours, and show what is pressed", async (t) => {
  const { page } = await chartPage(t, timeline, { forcedColors: "active" });
  const [swatch, move, before] = await page.evaluate(() => {
    const root = chart.shadowRoot;
    const move = [...root.querySelectorAll("button")].find((button) => button.textContent === "Move");
    const ground = () => getComputedStyle(move).backgroundColor;
    const before = ground();
    move.click();
    return [getComputedStyle(root.querySelector(".legend button"), "::before").backgroundColor, ground(), before];
  });
  assert.doesNotMatch(swatch, /rgb\((0, 0, 0|255, 255, 255)\)/);
  assert.notEqual(move, before);
});

test("what is cleared gives the focus back", async (t) => {
  const { page, drag } = await chartPage(t, timeline);
  await drag([0.4, 0.2], [0.6, 0.2]);
  await page.getByRole("button", { name: "Clear" }).focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => chart.shadowRoot.activeElement?.className.trim()), "stage");
  await page.evaluate(() => {
    chart.replaceWith((globalThis.chart = hb.tableView(table)));
    chart.value = { rows: [3] };
  });
  await page.getByRole("button", { name: "Clear" }).click();
  assert.equal(await page.evaluate(() => chart.shadowRoot.activeElement?.className), "grid");
});

test("a theme of the page that is neither light nor dark leaves it to the system", async (t) => {
  const { page } = await chartPage(t, timeline, { colorScheme: "dark" });
  const dark = async (change) => {
    await page.evaluate(change);
    await drawn(page);
    return page.evaluate(() => chart.hasAttribute("data-dark"));
  };
  assert.equal(await dark(() => (document.documentElement.dataset.theme = "corporate")), true);
  assert.equal(await dark(() => (document.documentElement.dataset.theme = "light")), false);
  assert.equal(await dark(() => { delete document.documentElement.dataset.theme; document.body.dataset.jpThemeLight = "true"; }), false);
  assert.equal(await dark(() => { document.body.dataset.jpThemeLight = "false"; }), true);
});

test("one that was freed keeps its picture, takes no gestures, and says so when it is used", async (t) => {
  const { page, value } = await chartPage(t, timeline);
  const box = await page.locator("huntbook-chart .stage").boundingBox();
  const drag = async () => {
    await page.mouse.move(box.x + 200, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 400, box.y + 60, { steps: 3 });
    await page.mouse.up();
    await drawn(page);
  };
  await drag();
  assert.ok((await value()).rows.length > 10);
  const result = await page.evaluate(async () => {
    const before = chart.getBoundingClientRect().height;
    chart.free();
    chart.free();
    let error;
    try {
      chart.toSvg();
    } catch (thrown) {
      error = [thrown.code, thrown.message];
    }
    return [before === chart.getBoundingClientRect().height, chart.value, error, table.numRows];
  });
  assert.deepEqual(result, [true, null, ["invalidArgument", "this chart was freed; make it again, or free it later"], 1440]);
  await drag();
  await page.setViewportSize({ width: 500, height: 600 });
  await page.evaluate(() => document.documentElement.setAttribute("data-theme", "dark"));
  await page.evaluate(() => document.body.append(chart));
  await drawn(page);
  await page.evaluate(() => chart.remove());
  assert.equal(await page.evaluate(() => chart.value), null);
});

test("a narrow page has all of a chart: the tools take two lines", async (t) => {
  const { page } = await chartPage(t, `${MINUTES} const chart = hb.network(table, { source: "Computer", target: "CommandLine", title: "Who ran what" });`);
  for (const width of [372, 260]) {
    await page.evaluate((width) => (document.getElementById("box").style.width = `${width}px`), width);
    await drawn(page);
    const wide = await page.evaluate(() => {
      const { right } = chart.getBoundingClientRect();
      return [...chart.shadowRoot.querySelectorAll(".head, .tools, .tools *")].filter((part) => part.getBoundingClientRect().right > right).map((part) => part.outerHTML.slice(0, 60));
    });
    assert.deepEqual(wide, [], `${width} pixels`);
  }
});
