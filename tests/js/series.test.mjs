// Series and polling through the package.
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";

const hb = await import(path.resolve(import.meta.dirname, "../../pkg/node.js"));

const wave = (i) => 10 * Math.sin((2 * Math.PI * i) / 24);
const values = Float64Array.from({ length: 240 }, (_, i) => 100 + i / 10 + wave(i) + Math.sin(i * i));
const hour = (i) => new Date(Date.UTC(2024, 0, 1, i)).toISOString();
const near = (a, b) => Math.abs(a - b) < 1e-9;

test("a series is the sum of its parts", async () => {
  const parts = await hb.decomposeSeries(values, { period: 24 });
  assert.deepEqual(Object.keys(parts), ["trend", "seasonal", "residual", "weights"]);
  for (const part of Object.values(parts)) assert.ok(part instanceof Float64Array && part.length === values.length);
  values.forEach((value, i) => assert.ok(near(value, parts.trend[i] + parts.seasonal[i] + parts.residual[i])));
  assert.ok(parts.weights.every((weight) => weight === 1));
  assert.deepEqual(await hb.decomposeSeries(Array.from(values), { period: 24 }), parts);
  assert.equal(values.length, 240, "the caller keeps its values");

  const robust = await hb.decomposeSeries(values, { period: 24, robust: true, seasonal: 13 });
  assert.ok(robust.weights.some((weight) => weight < 1));
});

test("several seasons have an array each", async () => {
  const { trend, seasonal: [day, halves], residual } = await hb.decomposeSeries(values, { period: [24, 12] });
  values.forEach((value, i) => assert.ok(near(value, trend[i] + day[i] + halves[i] + residual[i])));
});

// Sizes have 32 bits in WebAssembly: products of these do not.
test("windows and periods of any length have an answer", async () => {
  const long = Float64Array.from({ length: 140_000 }, (_, i) => 100 + 10 * Math.sin((Math.PI * i) / 12) + Math.sin(i * i));
  const level = { seasonalDegree: 0, innerIterations: 1 };
  // What is longer than the series weighs all values alike, so these hardly differ.
  const some = long.subarray(0, 10_000);
  const wide = await hb.decomposeSeries(some, { period: 4096, seasonal: 999_999, ...level });
  for (const seasonal of [2_097_151, 4_194_303, 8_388_609, 16_777_215]) {
    const { trend } = await hb.decomposeSeries(some, { period: 4096, seasonal, ...level });
    assert.ok(trend.every((value, i) => Math.abs(value - wide.trend[i]) < 1e-6), String(seasonal));
  }
  const { trend, seasonal } = await hb.decomposeSeries(long, { period: 65_536, innerIterations: 1, trendJump: 1000, lowPassJump: 1000 });
  assert.ok(trend.every((value, i) => Math.abs(value + seasonal[i] - 100) < 30));
  const longest = 16_777_215;
  const many = Array.from({ length: 16 }, (_, i) => i + 2);
  const parts = await hb.decomposeSeries(long.subarray(0, 600), { period: many, trend: longest, lowPass: longest, seasonal: many.map(() => longest) });
  assert.ok(parts.trend.every((value) => Math.abs(value - 100) < 5));
});

test("anomalies of values, their periods and a filter", async () => {
  const rows = Array.from(values, (value, i) => ({ TimeGenerated: hour(i), Bytes: value + (i === 100 ? 90 : i === 150 ? -90 : 0) }));
  const result = await hb.timeSeriesAnomalies(await hb.read(rows), { timeColumn: "TimeGenerated", valueColumn: "Bytes", period: "1d", robust: true, threshold: 20 });
  assert.deepEqual(result.columns.map(({ name }) => name), [
    "TimeGenerated", "Bytes", "residual", "trend", "seasonal", "weights", "baseline", "score", "anomalies", "Filled",
  ]);
  const flagged = result.filter({ column: "anomalies", ne: 0 }).rows();
  assert.deepEqual(flagged.map((row) => [row.TimeGenerated.toISOString(), row.anomalies]), [
    [new Date(hour(100)).toISOString(), 1], [new Date(hour(150)).toISOString(), -1],
  ]);
  const periods = await hb.anomalyPeriods(result, { period: "1h", posOnly: false });
  assert.deepEqual(periods.row(0), { StartTime: new Date(hour(99)), EndTime: new Date(hour(101)), AnomalyCount: 1 });
  assert.equal(periods.numRows, 2);
  const filter = await hb.anomalyKqlFilter(await hb.anomalyPeriods(result));
  assert.equal(filter, "| where TimeGenerated between (datetime(2024-01-05 03:00:00+00:00) .. datetime(2024-01-05 05:00:00+00:00))");
  const none = await hb.setNewAnomalyThreshold(result, { threshold: 1e6 });
  assert.equal(none.filter({ column: "anomalies", ne: 0 }).numRows, 0);
});

test("events are counted for each host", async () => {
  const events = [];
  for (let i = 0; i < 96; i++) for (let n = 0; n <= i % 4; n++) events.push({ Timestamp: hour(i), Host: "a" });
  events.push({ Timestamp: hour(5), Host: "b" });
  const result = await hb.timeSeriesAnomalies(await hb.read(events), { groupBy: ["Host"], period: 4 });
  assert.equal(result.numRows, 2 * 96);
  assert.equal(result.row(2).Count, 3);
  const once = result.filter({ column: "Host", eq: "b" });
  assert.deepEqual([once.numRows, once.row(5).Count, once.filter({ column: "anomalies", ne: 0 }).numRows], [96, 1, 0], "one event is no anomaly");
  const short = (await hb.timeSeriesAnomalies(await hb.read(events), { groupBy: ["Host"], period: 60 })).row(1);
  assert.equal(short.Host, "b");
  assert.match(short.Problem, /needs 120 values or more, but there are 96/);
  assert.equal(short.score, null);
});

test("a host that falls silent, or comes in a burst, is unusual", async () => {
  const events = [];
  for (let i = 0; i < 240; i++) {
    for (let n = 0; n < 10; n++) events.push(...["a", ...(i < 200 ? ["silent"] : []), ...(i === 100 ? ["burst"] : [])].map((Host) => ({ Timestamp: hour(i), Host })));
  }
  const result = await hb.timeSeriesAnomalies(await hb.read(events), { groupBy: ["Host"], period: "1d", seasonalDegree: 0 });
  const periods = await hb.anomalyPeriods(result, { groupBy: ["Host"], posOnly: false });
  const of = (host) => periods.filter({ column: "Host", eq: host }).rows().map(({ StartTime, EndTime }) => [StartTime, EndTime].map((time) => (time - Date.UTC(2024, 0, 1)) / 3600e3));
  assert.deepEqual(of("a"), []);
  assert.ok(of("silent").some(([start, end]) => start < 200 && end > 200), JSON.stringify(of("silent")));
  assert.ok(of("burst").some(([start, end]) => start < 100 && end > 100), JSON.stringify(of("burst")));
});

test("polling is told from chance", async () => {
  const at = (second) => new Date(Date.UTC(2024, 0, 1) + second * 1000).toISOString();
  const events = [];
  for (let i = 0; i < 60; i++) events.push({ Timestamp: at(i * 20), Pair: "beacon" });
  let second = 0;
  for (let i = 0; i < 60; i++) events.push({ Timestamp: at((second += 1 + ((i * i * 31) % 97))), Pair: "chance" });
  events.push({ Timestamp: at(3), Pair: "once" });
  const pairs = (await hb.detectPolling(await hb.read(events), { groupBy: ["Pair"] })).rows();
  assert.deepEqual(pairs.map(({ Pair, Verdict }) => [Pair, Verdict]), [["beacon", "polling"], ["chance", "none"], ["once", "too few events"]]);
  assert.ok(Math.abs(pairs[0].PeriodSeconds - 20) < 1e-6);
  assert.ok(pairs[0].PValue < 1e-6 && pairs[1].PValue > 1e-3);
  assert.equal(pairs[2].PValue, null);
});

test("errors say what to do", async () => {
  const table = await hb.read([{ TimeGenerated: hour(0), v: 1 }, { TimeGenerated: hour(1), v: 2 }]);
  const rows = [
    [() => hb.decomposeSeries(values), /option `period` is missing/],
    [() => hb.decomposeSeries(values, { period: 200 }), /needs 400 values or more, but there are 240/],
    [() => hb.decomposeSeries(values, { period: 24.5 }), /`period`.*whole number/],
    [() => hb.decomposeSeries(values, { period: 24, seasonal: 8 }), /`seasonal` should be an odd number of 3 or more, but is 8/],
    [() => hb.decomposeSeries(values, { period: 24, season: 7 }), /did you mean `seasonal`/],
    [() => hb.decomposeSeries([1, null, 3, 4], { period: 2 }), /value 1 \(counted from 0\) is NaN.*fill gaps first/],
    [() => hb.decomposeSeries({ length: 1e12 }, { period: 2 }), /1000000000000 values are too many/],
    [() => hb.decomposeSeries("1,2,3", { period: 2 }), /should be an array of numbers/],
    [() => hb.timeSeriesAnomalies(table, { valueColumn: "v", period: "1h" }), /the width of bins is option `bin`/],
    [() => hb.timeSeriesAnomalies(table, { valueColumn: "v" }), /needs 48 values or more, but there are 2/],
    [() => hb.timeSeriesAnomalies(table, { compat: "pandas" }), /msticpy/],
    [() => hb.setNewAnomalyThreshold(table, { threshold: -1 }), /`threshold` should be a number above 0/],
    [() => hb.anomalyPeriods(table, { anomaliesColumn: "v", period: "soon" }), /`period` should be a length of time/],
    [() => hb.detectPolling(table, { alpha: 2 }), /`alpha` should be a number between 0 and 1/],
    [() => hb.detectPolling([1, 2]), /should be a Table/],
  ];
  for (const [run, message] of rows) await assert.rejects(run, { name: "HuntbookError", code: "invalidArgument", message });
});

test("work can be cancelled, and says how far it is", async () => {
  const fractions = [];
  await hb.decomposeSeries(new Float64Array(50_000).map((_, i) => i % 24), { period: 24, onProgress: (fraction) => fractions.push(fraction) });
  assert.equal(fractions.at(-1), 1);
  await assert.rejects(hb.decomposeSeries(values, { period: 24, signal: AbortSignal.abort() }), { code: "cancelled" });
});
