// What Observable Plot and Inputs make of a Table is what they make of its rows.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { Decimal, Table as ArrowTable, Vector, makeData, tableToIPC } from "apache-arrow";
import { html, openPage, root, serve } from "../packaging/helpers.mjs";
import { asOneModule } from "./cdn.mjs";
import { MODULES, scratch } from "./helpers.mjs";

const LOG = `TimeGenerated,host,user,bytes,score,ok,day
2026-03-10T00:00:00.250Z,web01,ada,120,0.5,true,2026-03-10
2026-03-10T01:30:00Z,web02,,40,,false,2026-03-10
2026-03-10T02:00:00Z,web01,bob,9007199254740993,2.5,true,2026-03-11
2026-03-11T09:00:00Z,,ada,77,-1,,
2026-03-11T09:05:00Z,db01,ada,,0.25,true,2026-03-12
2026-03-12T23:59:59Z,web02,eve,800,3,false,2026-03-12
`;

/** Plots of `data`, by name. */
const PLOTS = {
  "a dot by name of column": (Plot, data) => Plot.dot(data, { x: "TimeGenerated", y: "score", fill: "host" }).plot(),
  "a date": (Plot, data) => Plot.dot(data, { x: "day", y: "score" }).plot(),
  "channels as functions": (Plot, data) => Plot.dot(data, { x: (d) => d.TimeGenerated, y: (d) => d.score, title: (d) => `${d.user} at ${d.host}` }).plot(),
  "the index as a channel": (Plot, data) => Plot.text(data, { x: (d, i) => i, y: "score", text: "user" }).plot(),
  "bars of a group": (Plot, data) => Plot.barX(data, Plot.groupY({ x: "count" }, { y: "host", fill: "user", sort: { y: "-x" } })).plot(),
  "a group with a sum": (Plot, data) => Plot.barX(data, Plot.groupY({ x: "sum" }, { y: "user", x: "score" })).plot(),
  "a group with a function": (Plot, data) => Plot.barX(data, Plot.groupY({ x: (rows) => rows.length }, { y: "user" })).plot(),
  "a group with first and last": (Plot, data) => Plot.text(data, Plot.groupX({ text: "first", y: "last" }, { x: "host", text: "user", y: "score" })).plot(),
  "bins of time": (Plot, data) => Plot.rectY(data, Plot.binX({ y: "count" }, { x: "TimeGenerated", interval: "day" })).plot(),
  "bins of numbers": (Plot, data) => Plot.rectY(data, Plot.binX({ y: "count" }, { x: "score", thresholds: 4 })).plot(),
  "bins, with tips": (Plot, data) => Plot.rectY(data, Plot.binX({ y: "count", title: (rows) => rows.map((d) => d.user).join() }, { x: "TimeGenerated", interval: "day", tip: true })).plot(),
  "a line with gaps": (Plot, data) => Plot.lineY(data, { x: "TimeGenerated", y: "score" }).plot(),
  "a moving mean": (Plot, data) => Plot.lineY(data, Plot.windowY(3, { x: "TimeGenerated", y: "score" })).plot(),
  "facets": (Plot, data) => Plot.plot({ marks: [Plot.dot(data, { x: "TimeGenerated", y: "score", fy: "host" })] }),
  "facets of the plot": (Plot, data) => Plot.plot({ facet: { data, x: "ok" }, marks: [Plot.dot(data, { x: "TimeGenerated", y: "score" })] }),
  "sorted by a column": (Plot, data) => Plot.dot(data, { x: "host", y: "score", sort: "score", reverse: true }).plot(),
  "filtered": (Plot, data) => Plot.dot(data, { x: "host", y: "score", filter: "ok" }).plot(),
  "filtered by a function": (Plot, data) => Plot.dot(data, { x: "host", y: "score", filter: (d) => d.user === "ada" }).plot(),
  "a pointer": (Plot, data) => Plot.plot({ marks: [Plot.dot(data, { x: "TimeGenerated", y: "score" }), Plot.tip(data, Plot.pointerX({ x: "TimeGenerated", y: "score", channels: { user: "user" } }))] }),
  "select first": (Plot, data) => Plot.text(data, Plot.selectFirst({ x: "TimeGenerated", y: "score", text: "user", z: "host" })).plot(),
  "a dodge": (Plot, data) => Plot.dotX(data, Plot.dodgeY({ x: "TimeGenerated", title: "user" })).plot(),
  "a stack": (Plot, data) => Plot.areaY(data, { x: "TimeGenerated", y: "score", fill: "ok" }).plot(),
  "a tree": (Plot, data) => Plot.tree(data, { path: (d) => `${d.host}/${d.user}`, delimiter: "/" }).plot(),
  "cells": (Plot, data) => Plot.cell(data, Plot.group({ fill: "count" }, { x: "host", y: "user" })).plot(),
  "auto": (Plot, data) => Plot.auto(data, { x: "TimeGenerated", y: "score" }).plot(),
  "hexagons": (Plot, data) => Plot.hexagon(data, Plot.hexbin({ r: "count" }, { x: "score", y: "TimeGenerated" })).plot(),
  "a map over a channel": (Plot, data) => Plot.lineY(data, Plot.mapY("cumsum", { x: "TimeGenerated", y: "score" })).plot(),
  "a box": (Plot, data) => Plot.boxX(data, { x: "score", y: "host" }).plot(),
  "a regression": (Plot, data) => Plot.linearRegressionY(data, { x: "TimeGenerated", y: "score" }).plot(),
};

let url;
test.before(async (t) => {
  const folder = scratch(t);
  const page = `<script type="module">
    import * as hb from "./pkg/index.js";
    import * as Plot from "./plot.js";
    import * as Inputs from "./inputs.js";
    Object.assign(globalThis, { hb, Plot, Inputs, table: await hb.read(${JSON.stringify(LOG)}) });
    globalThis.result = true;
  </script>`;
  fs.writeFileSync(path.join(folder, "index.html"), html(page));
  for (const name of ["plot", "inputs"]) fs.writeFileSync(path.join(folder, `${name}.js`), await asOneModule(`@observablehq/${name}`, MODULES));
  const server = await serve(folder, { mounts: { "/pkg": path.join(root, "pkg") } });
  t.after(() => server.close());
  url = server.url;
});

async function open(t) {
  const { page, log } = await openPage(t);
  await page.goto(url);
  await page.waitForFunction(() => globalThis.result);
  t.after(() => assert.deepEqual(log, []));
  return page;
}

test("Plot draws the same of a Table as of its rows", async (t) => {
  const page = await open(t);
  const results = await page.evaluate(`(() => {
    const draw = (plot, data) => {
      try {
        const element = plot(Plot, data);
        return { text: element.outerHTML.replaceAll(/plot-[0-9a-f]+(-\\d+)?|plot-clip-\\d+/g, "plot"), marks: element.querySelectorAll("path, rect, circle, text").length };
      } catch (error) {
        return { text: String(error.stack), marks: 0 };
      }
    };
    return [${Object.entries(PLOTS).map(([name, plot]) => `[${JSON.stringify(name)}, draw(${plot}, table), draw(${plot}, table.rows())]`)}];
  })()`);
  for (const [name, ofTable, ofRows] of results) {
    assert.ok(ofRows.marks > 3, `${name}: ${ofRows.text}`);
    assert.ok(ofTable.text === ofRows.text, `${name}: ${ofTable.text}`);
  }
});

/** Inputs of `data`, by name. */
const INPUTS = {
  "a table": (Inputs, data) => Inputs.table(data),
  "a table of some columns": (Inputs, data) => Inputs.table(data, { columns: ["user", "bytes"], sort: "bytes", reverse: true }),
  "a table with formats": (Inputs, data) => Inputs.table(data, { format: { bytes: (bytes) => `${bytes} B` }, header: { bytes: "sent" }, width: { user: 90 } }),
  "a search": (Inputs, data) => Inputs.search(data, { query: "ada" }),
  "a choice of rows": (Inputs, data) => Inputs.select(data, { format: (row) => row.user, value: null }),
  "boxes of rows": (Inputs, data) => Inputs.checkbox(data, { format: (row) => row.host }),
};

test("Inputs shows the same of a Table as of its rows", async (t) => {
  const page = await open(t);
  const results = await page.evaluate(`(() => {
    const make = (input, data) => {
      const form = input(Inputs, data);
      const text = form.outerHTML.replaceAll(/inputs-3a86ea-\\d+/g, "id");
      return { text, value: JSON.stringify(form.value, (_, value) => (typeof value === "bigint" ? String(value) : value)) };
    };
    const rows = Object.assign(table.rows(), { columns: table.columns.map(String) });
    return [${Object.entries(INPUTS).map(([name, input]) => `[${JSON.stringify(name)}, make(${input}, table), make(${input}, rows)]`)}];
  })()`);
  for (const [name, ofTable, ofRows] of results) {
    assert.match(ofRows.text, /ada|web01/, name);
    assert.deepEqual(ofTable, ofRows, name);
  }
});

test("absent values are empty cells, times ISO texts, numbers to the right", async (t) => {
  const page = await open(t);
  const cells = await page.evaluate(() => {
    const form = Inputs.table(table);
    document.body.append(form);
    const aligned = Array.from(form.querySelectorAll("th:not(:first-child)"), (head) => getComputedStyle(head).textAlign === "right");
    return [Array.from(form.querySelectorAll("tbody tr"), (row) => Array.from(row.cells, (cell) => cell.textContent).slice(1)), aligned];
  });
  assert.deepEqual(cells[0][1], ["2026-03-10T01:30Z", "web02", "", "40", "", "false", "2026-03-10"]);
  assert.deepEqual(cells[0][2].slice(0, 4), ["2026-03-10T02:00Z", "web01", "bob", "9,007,199,254,740,993"]);
  assert.deepEqual(cells[0][4][3], "");
  assert.deepEqual(cells[1], [false, false, false, true, true, false, false]);
});

/** An Arrow table with what SQL makes of sums of integers, 128 bits with two digits after the point. */
function decimals(values) {
  const words = Uint32Array.from(values.flatMap((value) => [value, 0, 0, 0]));
  const data = makeData({ type: new Decimal(2, 38, 128), length: values.length, data: words });
  return tableToIPC(new ArrowTable({ total: new Vector([data]) }));
}

test("decimals, which SQL makes of sums, are numbers to Inputs and Plot", async (t) => {
  const page = await open(t);
  const [cells, align, circles] = await page.evaluate(async (bytes) => {
    const sums = await hb.Table.fromArrow(Uint8Array.from(bytes));
    const form = Inputs.table(sums);
    document.body.append(form);
    const cells = [...form.querySelectorAll("tbody td:nth-child(2)")];
    return [cells.map((cell) => cell.textContent), getComputedStyle(cells[0]).textAlign, Plot.dotX(sums, { x: "total" }).plot().querySelectorAll("circle").length];
  }, Array.from(decimals([150, 123456])));
  assert.deepEqual(cells, ["1.5", "1,234.56"]);
  assert.equal(align, "right");
  assert.equal(circles, 2);
});
