// Charts where there is no page: SVG.
import assert from "node:assert/strict";
import test from "node:test";
import * as hb from "../../pkg/node.js";

const day = Date.UTC(2026, 2, 29);
const rows = Array.from({ length: 48 }, (_, i) => ({ TimeGenerated: new Date(day + i * 1_800_000), Computer: `host-${i % 3}`, User: "kim" }));
const texts = (svg) => [...svg.matchAll(/<text[^>]*>\n(.*)\n<\/text>/g)].map(([, text]) => text);

test("a chart is SVG", async () => {
  const table = await hb.Table.fromRows(rows);
  const chart = hb.timeline(table, { groupBy: "Computer", title: "Hosts" });
  const svg = chart.toSvg({ width: 640 });
  assert.match(svg, /^<svg role="img" width="640" /);
  for (const text of ["Hosts", "host-0", "host-1", "host-2", "29 Mar 2026"]) assert.ok(texts(svg).includes(text), text);
  assert.equal(chart._toSvg(), chart.toSvg());
  const dark = hb.timeline(table, { theme: "dark", width: 500 }).toSvg();
  assert.match(dark, /^<svg role="img" width="500" /);
  assert.match(dark, /<rect x="0" y="0"[^>]* fill="#1A2024"/);
});

test("without a page, too, a chart has a value, and tells the rows that are chosen", async () => {
  const [first, second] = await Promise.all([rows.slice(0, 4), rows.slice(4, 8)].map((some) => hb.Table.fromRows(some)));
  const chart = hb.timeline(first, { groupBy: "Computer" });
  assert.deepEqual([chart.value, chart.selected()], [null, null]);
  chart.value = { start: new Date(day + 1_800_000), end: new Date(day + 3_600_000) };
  assert.deepEqual([...chart.value.rows], [1, 2]);
  assert.deepEqual(chart.selected().rows(), first.rows(1, 3));
  let fired = 0;
  chart.addEventListener("input", () => fired++);
  chart.dispatchEvent(new Event("input"));
  assert.equal(fired, 1);
  chart.update(second);
  assert.match(chart.toSvg(), /4 events in 3 lanes, from 2026-03-29 02:00/);
  chart.value = null;
  assert.equal(chart.value, null);

  const several = hb.timeline({ first, second });
  several.value = { start: new Date(day + 4 * 1_800_000), end: new Date(day + 5 * 1_800_000) };
  assert.deepEqual([several.value.rows.first.length, ...several.value.rows.second], [0, 0, 1]);
  assert.deepEqual(several.selected().rows(), second.rows(0, 2));
});

test("a tree and sessions take what analyses give", async () => {
  const log = await hb.Table.fromRows([1, 2, 3].map((pid) => ({ EventID: 4688, NewProcessId: `0x${pid}`, ProcessId: `0x${pid - 1}`, NewProcessName: `C:\\p${pid}.exe`, ParentProcessName: `C:\\p${pid - 1}.exe`, TimeGenerated: new Date(day + pid), CommandLine: `run ${pid}` })));
  const tree = texts(hb.processTree(await hb.buildProcessTree(log), { pidFormat: "decimal" }).toSvg());
  for (const text of ["p0.exe", "p3.exe", "3", "run 3"]) assert.ok(tree.includes(text), text);
  assert.throws(() => hb.processTree(log), { code: "invalidArgument", message: /buildProcessTree/ });
  const scored = await hb.scoreSessions(log, { sessionize: { eventColumn: "CommandLine" } });
  assert.ok(texts(hb.sessions(scored).toSvg()).includes("RarestWindow2Likelihood"));
  assert.throws(() => hb.sessions(log), { code: "invalidArgument", message: /scoreSessions/ });
});

test("times are of the zone, also when its clocks change", async () => {
  const table = await hb.Table.fromRows(rows.slice(0, 12));
  const ticks = (timeZone) => texts(hb.timeline(table, { timeZone }).toSvg()).filter((text) => /^\d\d:\d\d$/.test(text));
  assert.ok(ticks("UTC").includes("01:30") && ticks("UTC").includes("02:30"));
  const berlin = ticks("Europe/Berlin");
  assert.ok(berlin.includes("01:30") && berlin.includes("03:30") && !berlin.includes("02:30"), `${berlin}`);
  assert.ok(ticks("Asia/Kathmandu").includes("06:00"));
  assert.throws(() => hb.timeline(table, { timeZone: "Mars" }), { code: "invalidArgument", message: /no zone "Mars"/ });
});

test("a table that was freed is an error, and the next call works", async () => {
  const table = await hb.Table.fromRows(rows);
  const freed = table.slice(0, 3);
  freed.free();
  assert.throws(() => hb.timeline(freed), { code: "invalidArgument", message: /freed/ });
  const chart = hb.timeline(table, { groupBy: ["Computer"] });
  table.free();
  assert.match(chart.toSvg(), /host-2/, "a chart keeps what it needs");
});

test("a chart is freed, the table that it was made of is not", async () => {
  const table = await hb.read("TimeGenerated,host\n2026-03-14T00:00:00Z,a\n");
  const chart = hb.timeline(table);
  chart.free();
  chart.free();
  assert.throws(() => chart.toSvg(), { code: "invalidArgument", message: /this chart was freed/ });
  assert.equal(table.numRows, 1);
});

test("rows are taken by number", async () => {
  const table = await hb.Table.fromRows(rows);
  assert.deepEqual(table.take([5, 2, 2]).rows().map(({ Computer }) => Computer), ["host-2", "host-2", "host-2"]);
  assert.equal(table.take(new Uint32Array()).numRows, 0);
  assert.throws(() => table.take([48]), { code: "invalidArgument", message: /no row 48/ });
  assert.throws(() => table.take(3), { code: "invalidArgument" });
});

test("values, durations and series over time", async () => {
  const table = await hb.Table.fromRows(rows.map((row, i) => ({ ...row, Bytes: i === 7 ? null : i === 30 ? 900 : 10 + (i % 4), End: new Date(+row.TimeGenerated + 60_000) })));
  for (const kind of ["bar", "vbar", "circle", "line"]) {
    const svg = hb.timelineValues(table, { valueColumn: "Bytes", groupBy: "Computer", kind }).toSvg();
    for (const text of ["Bytes", "host-0", "800"]) assert.ok(texts(svg).includes(text), `${kind}: ${text}`);
    assert.match(svg, /<title>Bytes over time: 48 values in 3 series, .*; missing values: 1<\/title>/);
  }
  assert.throws(() => hb.timelineValues(table), { code: "invalidArgument", message: /valueColumn/ });
  assert.throws(() => hb.timelineValues(table, { valueColumn: "Bytes", kind: "pie" }), { code: "invalidArgument" });
  const durations = hb.timelineDuration(table, { groupBy: "Computer", endTimeColumn: "End" }).toSvg();
  assert.ok(texts(durations).includes("host-2"));
  const series = await hb.timeSeriesAnomalies(table, { valueColumn: "Bytes", bin: "30m", period: 4 });
  const drawn = hb.timeSeries(series, { components: true }).toSvg();
  for (const text of ["Bytes", "baseline", "trend", "seasonal", "residual", "anomalies"]) assert.ok(texts(drawn).includes(text), text);
  assert.match(drawn, /anomalies: [1-9]\d* above/);
  assert.throws(() => hb.timeSeries(table), { code: "columnNotFound", message: /anomalies/ });
});

test("graphs and maps", async () => {
  const flows = await hb.Table.fromRows([{ src: "web", dst: "db" }, { src: "web", dst: "cache" }]);
  const network = texts(hb.network(flows, { source: "src", target: "dst" }).toSvg());
  for (const text of ["web", "db", "cache", "source", "target"]) assert.ok(network.includes(text), text);
  assert.match(hb.network(flows, { source: "src", target: "dst", directed: true }).toSvg(), /<title>Directed network of 3 nodes and 2 edges/);
  assert.throws(() => hb.network(flows), { code: "invalidArgument", message: /source/ });
  const alerts = await hb.Table.fromRows([{ AlertName: "Scan", Entities: JSON.stringify([{ $id: "1", Type: "ip", Address: "203.0.113.7" }]) }]);
  const graph = hb.entityGraph(alerts);
  graph.addNote("ours", { attachedTo: "203.0.113.7", description: "seen before" });
  graph.removeLink("Scan", "203.0.113.7");
  assert.deepEqual(graph.toTable().rows().map(({ Name, Type, Edges }) => [Name, Type, Edges]), [["Scan", "Alert", ""], ["203.0.113.7", "ip", "ours"], ["ours", "Note", "203.0.113.7"]]);
  assert.throws(() => graph.addLink("Scan", "nothing"), { name: "HuntbookError", code: "invalidArgument", message: /nothing/ });
  assert.ok(texts(graph.toSvg()).includes("ours"));
  const timed = hb.entityGraph(alerts, { timeline: true });
  timed.addNote("asked", { time: new Date("2026-03-14T09:30:00Z") });
  assert.match(timed.toSvg(), /<title>Entity graph of 3 nodes and 1 edges; from 2026-03-14 09:30:00 to 2026-03-14 09:30:00; 2 of 3 nodes without a time/);
  assert.match(texts(timed.toSvg()).join(), /Note.*14 Mar 2026/);
  assert.throws(() => timed.addNote("when", { time: "noon" }), { code: "invalidArgument", message: /`noon` is no time/ });
  const places = await hb.Table.fromRows([{ Latitude: 48.1, Longitude: 11.5 }, { Latitude: 48.1, Longitude: 11.5 }, { Latitude: null, Longitude: 1 }]);
  const map = hb.map(places).toSvg();
  assert.match(map, /<title>Map of 2 rows, the median at 48.1° N, 11.5° E; rows without a place: 1/);
  assert.ok(texts(map).includes("2"), "one disc for two rows");
  assert.throws(() => hb.map(flows), { code: "invalidArgument", message: /latColumn/ });
});
