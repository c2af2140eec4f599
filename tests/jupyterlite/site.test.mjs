// The JupyterLite site with its three kernels: the investigation notebooks say what is in the logs, charts are live, and nothing is
// asked from elsewhere.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { startService } from "../providers/helpers.mjs";
import { openNotebook, truth } from "./helpers.mjs";

const WIDGET = "application/vnd.jupyter.widget-view+json";

// Of each kernel: how it prints what, and how it listens and chooses.
const JAVASCRIPT = {
  facts: `console.log(JSON.stringify({
    rows: log.numRows, report: report.column("Observable"), decoded: unpacked.column("decoded_string"), odd: odd.column("CommandLine"), groups: clusters.numRows,
    hosts: spawned.numRows, beacons: beacons.rows(), chosen: when.selected().numRows, svg: when.toSvg().slice(0, 4) }))`,
  listen: `globalThis.chosen = []; started.addEventListener("input", () => chosen.push(started.value?.name)); when.addEventListener("input", () => chosen.push("wrong chart"))`,
  heard: `console.log(JSON.stringify({ chosen, value: started.value && { ...started.value, rows: [...started.value.rows] }, selected: started.selected()?.numRows }))`,
  choose: `when.value = null`,
  draw: `started.update(spawned.slice(0, 2))`,
  widgets: ["globalThis.host = hb.getText({ prompt: 'Host', default: 'WS-102' }); host", "globalThis.given = hb.fileInput({ label: 'More logs' }); given"],
  told: `console.log(JSON.stringify([host.value, given.value && given.value.name, given.value && (await hb.read(given.value)).rows()]))`,
};
const PYTHON = {
  facts: `import json
print(json.dumps({"rows": len(log), "report": report["Observable"], "decoded": unpacked["decoded_string"], "odd": odd["CommandLine"], "groups": len(clusters),
    "hosts": len(spawned), "beacons": beacons.rows(), "chosen": len(when.selected()), "svg": when.to_svg()[:4]}, default=str))`,
  listen: `chosen = []; started.observe(lambda change: chosen.append(change.new and change.new["name"]), "value"); when.observe(lambda change: chosen.append("wrong chart"), "value")`,
  heard: `print(json.dumps({"chosen": chosen, "value": started.value, "selected": started.value and len(started.selected())}, default=str))`,
  choose: `when.value = None`,
  draw: `started.update(spawned[:2])`,
  widgets: ["host = hb.get_text(prompt='Host', default='WS-102'); host", "given = hb.file_input(label='More logs'); given"],
  told: `print(json.dumps([host.value, given.value and given.value.name, given.value and (await hb.read(given.value)).rows()]))`,
};

for (const [name, kernel] of [["javascript", JAVASCRIPT], ["javascript-worker", JAVASCRIPT], ["python", PYTHON]]) {
  test(`the investigation in ${name}`, async (t) => {
    const notebook = await openNotebook(t, `investigation-${name}.ipynb`);
    if (!notebook) return;
    const { page, run, runCells, addCell, until, wrong } = notebook;
    const outputs = await runCells();
    checkOutputs(outputs);
    checkFacts(JSON.parse(await until(kernel.facts)));
    await checkLive(page, kernel, run, until);
    await checkWidgets(page, kernel, addCell, until);
    const services = await startServices(t);
    if (name === "python") await run(`service = "${services.url}"\n${fs.readFileSync(path.join(import.meta.dirname, "checks.py"), "utf8")}`);
    // What these refuse is asked for on purpose.
    assert.deepEqual(wrong().filter((line) => !line.includes(services.url)), []);
  });
}

/** A workspace, an event collector and a storage account in one, as the proxy would answer a page. */
function startServices(t) {
  const cors = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*, Authorization", "Access-Control-Allow-Methods": "*" };
  const blobs = new Map();
  const answer = ({ method, path, text }) => {
    if (method === "OPTIONS") return { status: 204, body: "" };
    const [, route] = path.split("/");
    if (route === "loganalytics") {
      const { query } = JSON.parse(text);
      if (query === "boom") return { status: 400, body: { error: { message: "no such table" } } };
      const rows = [["2024-01-01T10:00:00Z", query.includes("2024-01-02T00") ? 2 : 1, query]];
      return { body: { tables: [{ name: "PrimaryResult", columns: [{ name: "TimeGenerated", type: "datetime" }, { name: "n", type: "long" }, { name: "text", type: "string" }], rows }] } };
    }
    if (route === "splunk-hec") return text.includes("wrong") ? { status: 400, body: { text: "Invalid data format", code: 6, "invalid-event-number": 0 } } : { body: { text: "Success", code: 0 } };
    if (method === "PUT") return blobs.set(path, text) && { status: 201, body: "" };
    return blobs.has(path) ? { headers: { "Content-Length": String(Buffer.byteLength(blobs.get(path))) }, body: method === "HEAD" ? "" : blobs.get(path) } : { status: 404, body: "" };
  };
  return startService(t, (request) => {
    const { status = 200, headers, body } = answer(request);
    return { status, headers: { ...cors, ...headers }, body };
  });
}

/** Tables are HTML, what is live is a widget. */
function checkOutputs(outputs) {
  const kinds = outputs.map((data) => (data[WIDGET] ? "live" : data["text/html"] ? "table" : Object.keys(data).join()));
  assert.deepEqual(kinds, ["table", "table", "table", "table", "live", "live", "table", "live", "table"]);
  const [log, report, hits] = outputs.map((data) => data["text/html"]);
  assert.match(log, /17021 rows × 5 columns, the first 20 shown/);
  assert.match(report, /billing\[at\]seabridge-rates\[\.\]example\[\.\]net/);
  assert.match(hits, /certutil\.exe -urlcache[^]*5 rows × 3 columns/);
}

/** What the notebooks found is what was planted, and what their texts say. */
function checkFacts({ rows, report, decoded, odd, groups, hosts, beacons, chosen, svg }) {
  const { story, indicators } = truth();
  assert.equal(rows, 17021);
  assert.deepEqual(indicators["threat-report.md"].map(({ value }) => value).filter((value) => !report.includes(value)), []);
  assert.deepEqual(story.encodedPowerShell.map((one) => one.decoded).filter((one) => !decoded.includes(one)), []);
  assert.deepEqual([odd.length, groups], [19, 97]);
  for (const tool of ["wupdmgr.exe -u", "comsvcs.dll", "ntdsutil", "7za.exe", "curl.exe", "wevtutil cl Security"]) {
    assert.ok(odd.some((line) => line.includes(tool)), tool);
  }
  assert.equal(hosts, 13);
  const [beacon, upload] = beacons;
  assert.deepEqual([beacon.client_ip, beacon.host], [story.beacon.client, story.beacon.host]);
  assert.ok(Math.abs(beacon.PeriodSeconds - story.beacon.periodSeconds) < 1, String(beacon.PeriodSeconds));
  assert.equal(upload.host, story.exfiltration[0].host);
  assert.equal(chosen, 9);
  assert.equal(svg, "<svg");
}

/** A click in the page reaches the kernel, and what the kernel does is seen in the page. */
async function checkLive(page, kernel, run, until) {
  const [table, when, started] = ["huntbook-table", "huntbook-chart >> nth=0", "huntbook-chart >> nth=1"].map((selector) => page.locator(selector));
  for (const one of [table, when, started]) await one.waitFor();
  assert.equal(await table.locator("[role=row]").count() > 5, true);
  await page.waitForFunction(() => document.querySelector("huntbook-chart").value?.rows.length === 9);
  await run(kernel.listen);
  // The second line of the tree.
  await started.locator(".stage").click({ position: { x: 250, y: 32 } });
  const heard = JSON.parse(await until(kernel.heard, (printed) => JSON.parse(printed).chosen.length > 0));
  assert.equal(heard.chosen.at(-1), "powershell.exe");
  assert.equal(heard.value.name, "powershell.exe");
  assert.deepEqual([heard.value.rows.length, heard.selected], [1, 1]);
  await page.keyboard.press("Escape");
  await until(kernel.heard, (printed) => JSON.parse(printed).value === null);
  await run(kernel.choose);
  await page.waitForFunction(() => document.querySelector("huntbook-chart").value === null);
  await run(kernel.draw);
  await page.waitForFunction(() => document.querySelectorAll("huntbook-chart")[1].toTable().numRows === 2);
}

/** A text that is typed and a file that is given in the page are in the kernel. */
async function checkWidgets(page, kernel, addCell, until) {
  for (const source of kernel.widgets) await addCell(source);
  const [host, given] = ["huntbook-widget >> nth=0", "huntbook-widget >> nth=1"].map((selector) => page.locator(selector));
  await given.waitFor();
  await until(kernel.told, (printed) => JSON.parse(printed)[0] === "WS-102");
  await host.locator("input").fill("FS01");
  await until(kernel.told, (printed) => JSON.parse(printed)[0] === "FS01");
  await given.locator("input[type=file]").setInputFiles({ name: "more.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,x") });
  const printed = await until(kernel.told, (printed) => JSON.parse(printed)[1] !== null);
  assert.deepEqual(JSON.parse(printed).slice(1), ["more.csv", [{ a: 1, b: "x" }]]);
}
